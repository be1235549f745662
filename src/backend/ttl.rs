//! How long cruds stay.

/// How long a crud stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ttl {
    /// 30 days.
    Days30,
    /// 7 days.
    #[default]
    Days7,
    /// 3 days.
    Days3,
    /// 1 day.
    Day1,
    /// 12 hours.
    Hours12,
    /// 3 hours.
    Hours3,
    /// 1 hour.
    Hour1,
}

impl Ttl {
    /// Every choice, the longest first.
    pub const ALL: [Self; 7] = [
        Self::Days30,
        Self::Days7,
        Self::Days3,
        Self::Day1,
        Self::Hours12,
        Self::Hours3,
        Self::Hour1,
    ];

    /// The backend's word for it.
    pub fn value(self) -> &'static str {
        match self {
            Self::Days30 => "30-days",
            Self::Days7 => "7-days",
            Self::Days3 => "3-days",
            Self::Day1 => "1-day",
            Self::Hours12 => "12-hours",
            Self::Hours3 => "3-hours",
            Self::Hour1 => "1-hour",
        }
    }

    /// The choice of that word.
    pub fn of_value(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ttl| ttl.value() == value)
    }

    /// How long that is, in milliseconds.
    pub fn milliseconds(self) -> i64 {
        let hours = match self {
            Self::Days30 => 30 * 24,
            Self::Days7 => 7 * 24,
            Self::Days3 => 3 * 24,
            Self::Day1 => 24,
            Self::Hours12 => 12,
            Self::Hours3 => 3,
            Self::Hour1 => 1,
        };
        hours * 3_600_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_comes_back_from_its_word() {
        for ttl in Ttl::ALL {
            assert_eq!(Ttl::of_value(ttl.value()), Some(ttl));
        }
        assert_eq!(Ttl::of_value("2-days"), None);
        assert_eq!(Ttl::default().milliseconds(), 7 * 86_400_000);
    }
}
