//! The time in an SRP proof: `EEE MMM d HH:mm:ss z yyyy`, English, UTC.

const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A moment, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timestamp {
    /// Seconds since 1970.
    pub seconds: i64,
}

impl Timestamp {
    /// Reads a timestamp. Names may be in any case and the day padded: what counts is the proof, which is made over
    /// [`Timestamp::canonical`]. `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [weekday, month, day, time, zone, year] = parts[..] else {
            return None;
        };
        let position = |names: &[&str], name: &str| {
            names
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name))
        };
        position(&WEEKDAYS, weekday)?;
        let month = i64::try_from(position(&MONTHS, month)?).ok()? + 1;
        if !matches!(zone, "UTC" | "GMT") {
            return None;
        }
        let (day, year) = (digits(day, 1, 2)?, digits(year, 4, 4)?);
        let time: Vec<&str> = time.split(':').collect();
        let [hour, minute, second] = time[..] else {
            return None;
        };
        let [hour, minute, second] = [hour, minute, second].map(|part| digits(part, 2, 2));
        let (hour, minute, second) = (hour?, minute?, second?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = days_since_1970(year, month, day);
        if date(days) != (year, month, day) {
            return None;
        }
        Some(Self {
            seconds: ((days * 24 + hour) * 60 + minute) * 60 + second,
        })
    }

    /// The one way to write it that a proof counts for.
    pub fn canonical(self) -> String {
        let (days, second) = (
            self.seconds.div_euclid(86_400),
            self.seconds.rem_euclid(86_400),
        );
        let (year, month, day) = date(days);
        let name = |names: &[&'static str], index: i64| {
            usize::try_from(index)
                .ok()
                .and_then(|index| names.get(index))
                .copied()
                .unwrap_or_default()
        };
        format!(
            "{} {} {day} {:02}:{:02}:{:02} UTC {year:04}",
            name(&WEEKDAYS, days.rem_euclid(7)),
            name(&MONTHS, month - 1),
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

fn digits(text: &str, min: usize, max: usize) -> Option<i64> {
    let all = text.bytes().all(|byte| byte.is_ascii_digit());
    ((min..=max).contains(&text.len()) && all)
        .then(|| text.parse().ok())
        .flatten()
}

/// Days since 1970-01-01 in the Gregorian calendar; years begin in March here, so that the leap day is the last one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day since 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Option<String> {
        Timestamp::parse(text).map(Timestamp::canonical)
    }

    #[test]
    fn a_timestamp_is_read_and_written() {
        for (text, seconds) in [
            ("Tue Jan 1 06:06:09 UTC 2019", 1_546_322_769),
            ("Thu Jan 1 00:00:00 UTC 1970", 0),
            ("Thu Feb 29 23:59:59 UTC 2024", 1_709_251_199),
            ("Fri Dec 31 23:59:59 UTC 9999", 253_402_300_799),
            ("Tue Feb 1 03:04:05 UTC 2000", 949_374_245),
        ] {
            assert_eq!(
                Timestamp::parse(text),
                Some(Timestamp { seconds }),
                "{text}"
            );
            assert_eq!(canonical(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn another_spelling_reads_as_the_canonical_one() {
        let expected = "Wed Jan 1 00:00:09 UTC 2025";
        for text in [
            "Wed Jan 01 00:00:09 UTC 2025",
            "wed JAN 1 00:00:09 UTC 2025",
            "Fri Jan 1 00:00:09 UTC 2025",
            "Wed Jan 1 00:00:09 GMT 2025",
        ] {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        for text in [
            "",
            "2025-01-01T00:00:09Z",
            "Wed Jan 1 00:00:09 utc 2025",
            "Wed Jan 1 00:00:09 CET 2025",
            "Wed Jan 1 0:00:09 UTC 2025",
            "Wed Jan 1 24:00:00 UTC 2025",
            "Wed Jan 32 00:00:09 UTC 2025",
            "Sat Feb 29 00:00:09 UTC 2025",
            "Wed Jan  1 00:00:09 UTC 2025",
            "Mit Jan 1 00:00:09 UTC 2025",
            "Wed Jan 1 00:00:09 UTC 25",
            "Wed Jan +1 00:00:09 UTC 2025",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
