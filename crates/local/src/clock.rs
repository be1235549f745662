//! The stack's time: the machine's, moved by what tests ask for.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time that everything in the stack goes by, so that a test can let a code or a token expire without waiting.
#[derive(Debug, Default)]
pub struct Clock {
    /// Milliseconds ahead of the machine's clock.
    offset_ms: AtomicI64,
}

impl Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn now_ms(&self) -> i64 {
        machine_ms().saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Moves the time forwards, or backwards when `seconds` is negative, and returns the new time in milliseconds.
    pub fn advance_seconds(&self, seconds: i64) -> i64 {
        let moved = |offset: i64| Some(offset.saturating_add(seconds.saturating_mul(1000)));
        // The closure always gives a value, so the update cannot fail.
        let _ = self
            .offset_ms
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, moved);
        self.now_ms()
    }

    /// The time as an HTTP `Date`. It cannot show times before 1970 or after 9999: those become the nearest it can.
    pub fn http_date(&self) -> String {
        const LAST_SECOND_OF_9999: u64 = 253_402_300_799;
        let seconds = u64::try_from(self.now_ms().div_euclid(1000)).unwrap_or(0);
        let time = UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_SECOND_OF_9999));
        httpdate::fmt_http_date(time)
    }
}

fn machine_ms() -> i64 {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_both_ways() {
        let clock = Clock::default();
        let start = clock.now_ms();
        assert!(clock.advance_seconds(3600) >= start + 3_600_000);
        assert!(clock.advance_seconds(-7200) < start);
    }

    #[test]
    fn a_date_far_away_is_still_a_date() {
        let clock = Clock::default();
        clock.advance_seconds(i64::MAX);
        assert_eq!(clock.http_date(), "Fri, 31 Dec 9999 23:59:59 GMT");
        clock.advance_seconds(i64::MIN);
        clock.advance_seconds(i64::MIN);
        assert_eq!(clock.http_date(), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
