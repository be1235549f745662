//! Why something was not sent.

use yew::prelude::*;

use super::room;
use crate::backend::BackendError;
use crate::router::{Link, Route};
use crate::text::{compose as text, feed};

/// Why something was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing to send.
    Blank,
    /// It is that many characters too long.
    TooLong(u64),
    /// The backend did not take it.
    Backend(BackendError),
}

impl Problem {
    /// What is the matter with a text before it is sent.
    pub fn of(message: &str, limit: usize) -> Option<Self> {
        if message.trim().is_empty() {
            return Some(Self::Blank);
        }
        let left = room(message, limit);
        (left < 0).then(|| Self::TooLong(left.unsigned_abs()))
    }

    /// It in words, with the way to sign in where that is what is needed.
    pub fn view(&self, route: &Route) -> Html {
        let words = match self {
            Self::Blank => text::BLANK.to_string(),
            Self::TooLong(by) => text::too_long(*by),
            Self::Backend(error) => feed::error(error),
        };
        html! {
            <p>
                { words }
                if *self == Self::Backend(BackendError::Unauthorized) {
                    { " " }
                    <Link to={route.sign_in_and_return()} class="text-link">{ feed::SIGN_IN }</Link>
                }
            </p>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_at_before_it_is_sent() {
        assert_eq!(Problem::of("", 3), Some(Problem::Blank));
        assert_eq!(Problem::of(" \n\t", 3), Some(Problem::Blank));
        assert_eq!(Problem::of("abc", 3), None);
        assert_eq!(Problem::of("abcde", 3), Some(Problem::TooLong(2)));
        // Code points, as the backend counts: an emoji of two UTF-16 units is one, with a skin tone it is two.
        assert_eq!(Problem::of("💜💜💜", 3), None);
        assert_eq!(Problem::of("👍🏽👍🏽", 3), Some(Problem::TooLong(1)));
    }
}
