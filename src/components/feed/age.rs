//! How long ago, and for how long still. All times are milliseconds since 1970 UTC.

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long ago something was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Less than a minute, or in the future by a clock that runs ahead.
    JustNow,
    /// Whole minutes, from 1 to 59.
    Minutes(i64),
    /// Whole hours, from 1 to 23.
    Hours(i64),
    /// A day or more: the date says it better.
    Older,
}

/// How long something stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Less than a minute.
    Moments,
    /// Whole minutes, from 1 to 59.
    Minutes(i64),
    /// Whole hours, from 1 to 23.
    Hours(i64),
    /// Whole days.
    Days(i64),
}

impl Age {
    /// The age at `now` of what was written at `created`.
    pub fn at(created: i64, now: i64) -> Self {
        match now.saturating_sub(created) {
            ..MINUTE => Self::JustNow,
            age @ MINUTE..HOUR => Self::Minutes(age / MINUTE),
            age @ HOUR..DAY => Self::Hours(age / HOUR),
            _ => Self::Older,
        }
    }
}

impl Left {
    /// What is left at `now` of what goes away at `expires`; `None` when it has gone.
    pub fn at(expires: i64, now: i64) -> Option<Self> {
        match expires.saturating_sub(now) {
            ..=0 => None,
            1..MINUTE => Some(Self::Moments),
            left @ MINUTE..HOUR => Some(Self::Minutes(left / MINUTE)),
            left @ HOUR..DAY => Some(Self::Hours(left / HOUR)),
            left => Some(Self::Days(left / DAY)),
        }
    }
}

/// When [`Age`] will be another; `None` for never.
pub fn age_changes(created: i64, now: i64) -> Option<i64> {
    let next = match now.saturating_sub(created) {
        ..MINUTE => MINUTE,
        age @ MINUTE..HOUR => (age / MINUTE + 1) * MINUTE,
        age @ HOUR..DAY => (age / HOUR + 1) * HOUR,
        _ => return None,
    };
    created.checked_add(next)
}

/// When [`Left`] will be another; `None` for never.
pub fn left_changes(expires: i64, now: i64) -> Option<i64> {
    // A whole number of units is the last moment of that number.
    let left = match expires.saturating_sub(now) {
        ..=0 => return None,
        1..MINUTE => 0,
        left @ MINUTE..HOUR => (left / MINUTE) * MINUTE - 1,
        left @ HOUR..DAY => (left / HOUR) * HOUR - 1,
        left => (left / DAY) * DAY - 1,
    };
    expires.checked_sub(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_their_units() {
        for (age, expected) in [
            (-DAY, Age::JustNow),
            (0, Age::JustNow),
            (MINUTE - 1, Age::JustNow),
            (MINUTE, Age::Minutes(1)),
            (HOUR - 1, Age::Minutes(59)),
            (HOUR, Age::Hours(1)),
            (DAY - 1, Age::Hours(23)),
            (DAY, Age::Older),
            (400 * DAY, Age::Older),
        ] {
            assert_eq!(Age::at(1_000_000, 1_000_000 + age), expected, "{age}");
        }
    }

    #[test]
    fn what_is_left_has_its_units() {
        for (left, expected) in [
            (-1, None),
            (0, None),
            (1, Some(Left::Moments)),
            (MINUTE - 1, Some(Left::Moments)),
            (MINUTE, Some(Left::Minutes(1))),
            (HOUR - 1, Some(Left::Minutes(59))),
            (HOUR, Some(Left::Hours(1))),
            (DAY - 1, Some(Left::Hours(23))),
            (DAY, Some(Left::Days(1))),
            (7 * DAY - 1, Some(Left::Days(6))),
            (30 * DAY, Some(Left::Days(30))),
        ] {
            assert_eq!(Left::at(1_000_000 + left, 1_000_000), expected, "{left}");
        }
    }

    /// Nothing changes before the time that is given, and something does then.
    #[test]
    fn changes_are_foretold_to_the_millisecond() {
        let moments = (-3 * DAY..3 * DAY)
            .step_by(997_001)
            .chain(-2 * MINUTE..-2 * MINUTE + 3)
            .chain([-DAY, -HOUR, -MINUTE, -1, 0, 1, MINUTE, HOUR, DAY]);
        for now in moments {
            if let Some(then) = age_changes(0, now) {
                assert!(then > now);
                assert_eq!(Age::at(0, then - 1), Age::at(0, now), "{now}");
                assert_ne!(Age::at(0, then), Age::at(0, now), "{now}");
            } else {
                assert_eq!(Age::at(0, now), Age::Older);
            }
            if let Some(then) = left_changes(0, now) {
                assert!(then > now);
                assert_eq!(Left::at(0, then - 1), Left::at(0, now), "{now}");
                assert_ne!(Left::at(0, then), Left::at(0, now), "{now}");
            } else {
                assert_eq!(Left::at(0, now), None);
            }
        }
    }

    #[test]
    fn absurd_times_do_no_harm() {
        for time in [i64::MIN, i64::MAX] {
            for now in [i64::MIN, 0, i64::MAX] {
                let _ = (Age::at(time, now), Left::at(time, now));
                let _ = (age_changes(time, now), left_changes(time, now));
            }
        }
    }
}
