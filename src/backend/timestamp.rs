//! Times as the backend writes them.

const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_DAY: i64 = 24 * 60 * MS_PER_MINUTE;

/// Reads an ISO 8601 date and time and returns milliseconds since 1970-01-01T00:00:00Z; `None` for anything else.
///
/// The backend writes Python's `isoformat()`: with or without an offset (without means UTC), with up to six decimals or
/// none. `Z`, offsets without a colon and times without seconds are read as well. Digits past the millisecond are cut.
pub fn parse(text: &str) -> Option<i64> {
    let mut rest = Rest(text.trim().as_bytes());
    let year = rest.number(4)?;
    rest.expect(b"-")?;
    let month = rest.number(2)?;
    rest.expect(b"-")?;
    let day = rest.number(2)?;
    rest.expect(b"Tt ")?;
    let hour = rest.number(2)?;
    rest.expect(b":")?;
    let minute = rest.number(2)?;
    let (mut second, mut ms) = (0, 0);
    if rest.expect(b":").is_some() {
        second = rest.number(2)?;
        if rest.expect(b".,").is_some() {
            ms = rest.decimals()?;
        }
    }
    let offset_minutes = rest.offset()?;
    let in_range = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour <= 23
        && minute <= 59
        // A leap second counts as the first of the next minute.
        && second <= 60;
    if !in_range || !rest.0.is_empty() {
        return None;
    }
    let minutes = hour * 60 + minute - offset_minutes;
    Some(
        days_since_1970(year, month, day) * MS_PER_DAY
            + minutes * MS_PER_MINUTE
            + second * 1000
            + ms,
    )
}

/// What has not been read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn expect(&mut self, any_of: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        any_of.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    fn digit(&mut self) -> Option<i64> {
        self.expect(b"0123456789")
            .map(|digit| i64::from(digit - b'0'))
    }

    fn number(&mut self, digits: u8) -> Option<i64> {
        (0..digits).try_fold(0, |number, _| Some(number * 10 + self.digit()?))
    }

    /// Milliseconds from one decimal or more.
    fn decimals(&mut self) -> Option<i64> {
        let mut ms = self.digit()? * 100;
        for scale in [10, 1] {
            ms += self.digit().unwrap_or(0) * scale;
        }
        while self.digit().is_some() {}
        Some(ms)
    }

    /// Minutes east of Greenwich.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.expect(b"Zz+-") {
            None | Some(b'Z' | b'z') => return Some(0),
            Some(b'-') => -1,
            Some(_) => 1,
        };
        let hours = self.number(2)?;
        let colon = self.expect(b":").is_some();
        let minutes = if colon || !self.0.is_empty() {
            self.number(2)?
        } else {
            0
        };
        (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the Gregorian calendar, for years from 0 to 9999.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that a leap day is a year's last.
    let shifted = if month > 2 { year } else { year - 1 };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let leap_days = shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400);
    // 719468 days lie between 0000-03-01 and 1970-01-01.
    shifted * 365 + leap_days + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_backend_writes_is_read() {
        for (text, ms) in [
            ("1970-01-01T00:00:00+00:00", 0),
            ("2026-11-22T20:23:33.640828+00:00", 1_795_379_013_640),
            ("2026-11-22T20:23:33.640828", 1_795_379_013_640),
            ("2026-11-22T20:23:33+00:00", 1_795_379_013_000),
            ("2026-11-22T20:23:33", 1_795_379_013_000),
            ("2026-11-22T20:23:33Z", 1_795_379_013_000),
            ("2026-11-22 20:23:33", 1_795_379_013_000),
            ("2026-11-22T20:23", 1_795_378_980_000),
            ("2026-11-22T21:23:33+01:00", 1_795_379_013_000),
            ("2026-11-22T21:23:33+0100", 1_795_379_013_000),
            ("2026-11-22T21:23:33+01", 1_795_379_013_000),
            ("2026-11-22T14:53:33.000-05:30", 1_795_379_013_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("2000-03-01T00:00:00Z", 951_868_800_000),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ] {
            assert_eq!(parse(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn decimals_are_milliseconds_however_many_there_are() {
        for (decimals, ms) in [
            ("5", 500),
            ("50", 500),
            ("05", 50),
            ("005", 5),
            ("0059", 5),
            ("123456", 123),
            ("999999999", 999),
        ] {
            let text = format!("1970-01-01T00:00:00.{decimals}+00:00");
            assert_eq!(parse(&text), Some(ms), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in [
            "",
            "null",
            "2026",
            "2026-11-22",
            "2026-11-22T",
            "2026-11-22T20",
            "2026-13-22T20:23:33",
            "2026-00-22T20:23:33",
            "2026-11-31T20:23:33",
            "2026-02-29T20:23:33",
            "1900-02-29T20:23:33",
            "2026-11-00T20:23:33",
            "2026-11-22T24:23:33",
            "2026-11-22T20:60:33",
            "2026-11-22T20:23:61",
            "2026-11-22T20:23:33.",
            "2026-11-22T20:23:33+",
            "2026-11-22T20:23:33+1",
            "2026-11-22T20:23:33+25:00",
            "2026-11-22T20:23:33+01:",
            "2026-11-22T20:23:33Z ago",
            "2026-11-22T20:23:33 UTC",
            "22.11.2026 20:23",
            "1795378980000",
            "２０２６-11-22T20:23:33",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    /// Counts days by stepping through the calendar and compares every one of them over 600 years.
    #[test]
    fn every_day_of_six_centuries_has_its_number() {
        let (mut year, mut month, mut day) = (1700, 1, 1);
        let mut expected = parse("1700-01-01T00:00:00").unwrap();
        assert_eq!(expected, -8_520_336_000_000);
        while year < 2300 {
            let text = format!("{year:04}-{month:02}-{day:02}T00:00:00");
            assert_eq!(parse(&text), Some(expected), "{text}");
            expected += MS_PER_DAY;
            day += 1;
            let length = match month {
                2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }

    /// A time written with an offset is the same time as the one written in UTC.
    #[test]
    fn an_offset_moves_the_clock_and_not_the_time() {
        let noon = parse("2026-06-15T12:00:00Z").unwrap();
        for minutes in (-23 * 60..=23 * 60_i32).step_by(7) {
            let local = 12 * 60 + minutes;
            let day = 15 + local.div_euclid(24 * 60);
            let (hour, minute) = (local.rem_euclid(24 * 60) / 60, local.rem_euclid(60));
            let sign = if minutes < 0 { '-' } else { '+' };
            let (oh, om) = (minutes.abs() / 60, minutes.abs() % 60);
            let text = format!("2026-06-{day:02}T{hour:02}:{minute:02}:00{sign}{oh:02}:{om:02}");
            assert_eq!(parse(&text), Some(noon), "{text}");
        }
    }
}
