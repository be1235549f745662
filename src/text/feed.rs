//! Feeds and cruds.

use crate::backend::BackendError;
use crate::components::feed::{Age, Left};

pub const LOADING: &str = "Loading cruds…";
pub const EMPTY_TITLE: &str = "Nothing to see here";
pub const EMPTY_TEXT: &str =
    "Either nobody has said a thing, or it has all been forgotten already.";
pub const ERROR_TITLE: &str = "The cruds could not be loaded";
pub const RETRY: &str = "Try again";
pub const RETRYING: &str = "Trying again…";

/// Why there is no feed, and what to do.
pub fn error(error: &BackendError) -> String {
    match error {
        BackendError::Unreachable => {
            "Cruddur's server cannot be reached, or it failed. Check your connection and try again."
                .to_owned()
        }
        BackendError::TimedOut => {
            "Cruddur's server is taking too long to answer. Try again in a moment.".to_owned()
        }
        BackendError::Session(_) => {
            "Your sign-in could not be renewed. Check your connection and try again.".to_owned()
        }
        BackendError::Unauthorized => "Cruddur's server asks you to sign in again.".to_owned(),
        BackendError::Rejected(codes) if codes.is_empty() => {
            "Cruddur's server refused the request.".to_owned()
        }
        BackendError::Rejected(codes) => {
            format!(
                "Cruddur's server refused the request: {}.",
                codes.join(", ")
            )
        }
        BackendError::Status(status @ 500..) => {
            format!("Cruddur's server failed (error {status}). Try again in a moment.")
        }
        BackendError::Status(status) => {
            format!("Cruddur's server did not accept the request (error {status}).")
        }
        BackendError::InvalidBody => {
            "Cruddur's server sent something that is not a list of cruds.".to_owned()
        }
    }
}

/// How long ago, in short and in words; `None` where a date says it.
pub fn age(age: Age) -> Option<(String, String)> {
    Some(match age {
        Age::JustNow => ("now".to_owned(), "just now".to_owned()),
        Age::Minutes(n) => (format!("{n}m ago"), format!("{} ago", plural(n, "minute"))),
        Age::Hours(n) => (format!("{n}h ago"), format!("{} ago", plural(n, "hour"))),
        Age::Older => return None,
    })
}

/// How long still, in short and in words.
pub fn left(left: Left) -> (String, String) {
    let (short, words) = match left {
        Left::Moments => ("<1m".to_owned(), "less than a minute".to_owned()),
        Left::Minutes(n) => (format!("{n}m"), plural(n, "minute")),
        Left::Hours(n) => (format!("{n}h"), plural(n, "hour")),
        Left::Days(n) => (format!("{n}d"), plural(n, "day")),
    };
    (short, format!("expires in {words}"))
}

/// A day; `month` counts from 0. The year only where it is another than `this_year`.
pub fn date(year: u32, month: u32, day: u32, this_year: u32) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS
        .get(usize::try_from(month).unwrap_or_default())
        .copied()
        .unwrap_or_default();
    if year == this_year {
        format!("{month} {day}")
    } else {
        format!("{month} {day}, {year}")
    }
}

/// The counts of replies, reposts and likes that are not zero.
pub fn counts(replies: u64, reposts: u64, likes: u64) -> Vec<String> {
    [
        (replies, "reply", "replies"),
        (reposts, "repost", "reposts"),
        (likes, "like", "likes"),
    ]
    .into_iter()
    .filter(|(count, _, _)| *count > 0)
    .map(|(count, one, many)| {
        format!(
            "{} {}",
            thousands(count),
            if count == 1 { one } else { many }
        )
    })
    .collect()
}

/// What a list of replies is called.
pub fn replies_to(author: &str) -> String {
    format!("Replies to {author}")
}

fn plural(count: i64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(age(Age::JustNow).unwrap().1, "just now");
        assert_eq!(
            age(Age::Minutes(1)).unwrap(),
            ("1m ago".into(), "1 minute ago".into())
        );
        assert_eq!(
            age(Age::Hours(5)).unwrap(),
            ("5h ago".into(), "5 hours ago".into())
        );
        assert_eq!(age(Age::Older), None);
        assert_eq!(
            left(Left::Days(6)),
            ("6d".into(), "expires in 6 days".into())
        );
        assert_eq!(
            left(Left::Hours(1)),
            ("1h".into(), "expires in 1 hour".into())
        );
        assert_eq!(left(Left::Moments).1, "expires in less than a minute");
    }

    #[test]
    fn dates_name_the_day_of_the_month() {
        assert_eq!(date(2026, 10, 20, 2026), "Nov 20");
        assert_eq!(date(2025, 0, 1, 2026), "Jan 1, 2025");
        assert_eq!(date(2026, 12, 1, 2026), " 1");
    }

    #[test]
    fn counts_are_shown_from_one() {
        assert_eq!(counts(0, 0, 0), Vec::<String>::new());
        assert_eq!(counts(1, 1, 1), ["1 reply", "1 repost", "1 like"]);
        assert_eq!(counts(2, 0, 1042), ["2 replies", "1,042 likes"]);
        assert_eq!(
            counts(0, 999, 1_234_567),
            ["999 reposts", "1,234,567 likes"]
        );
    }

    #[test]
    fn errors_say_what_happened() {
        assert!(error(&BackendError::Status(500)).contains("500"));
        assert!(error(&BackendError::Rejected(vec!["a_b".into()])).contains("a_b"));
    }
}
