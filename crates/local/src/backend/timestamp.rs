//! Times as the backend writes them: ISO 8601 with six decimals, none when the fraction is zero.

use chrono::{DateTime, SecondsFormat, Utc};

/// `ms` (milliseconds since 1970, UTC) with an explicit offset: `2026-11-22T21:03:45.079000+00:00`.
pub(super) fn with_offset(ms: i64) -> String {
    let time = utc(ms);
    let precision = if time.timestamp_subsec_millis() == 0 {
        SecondsFormat::Secs
    } else {
        SecondsFormat::Micros
    };
    time.to_rfc3339_opts(precision, false)
}

/// The same without an offset, as the user feed has it: `2026-11-22T21:03:45.079000`.
pub(super) fn naive(ms: i64) -> String {
    let text = with_offset(ms);
    text.strip_suffix("+00:00").unwrap_or(&text).to_owned()
}

fn utc(ms: i64) -> DateTime<Utc> {
    // Only a hand-edited state file can hold a time outside chrono's 262,000 years: show the epoch then.
    DateTime::from_timestamp_millis(ms).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_six_decimals_and_an_offset() {
        assert_eq!(
            with_offset(1_795_381_425_079),
            "2026-11-22T21:03:45.079000+00:00"
        );
    }

    #[test]
    fn a_whole_second_has_no_decimals() {
        assert_eq!(with_offset(1_795_381_425_000), "2026-11-22T21:03:45+00:00");
        assert_eq!(naive(1_795_381_425_000), "2026-11-22T21:03:45");
    }

    #[test]
    fn a_naive_time_has_no_offset() {
        assert_eq!(naive(1_795_381_425_172), "2026-11-22T21:03:45.172000");
    }

    #[test]
    fn a_time_out_of_range_is_the_epoch() {
        assert_eq!(with_offset(i64::MAX), "1970-01-01T00:00:00+00:00");
    }
}
