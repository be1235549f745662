//! What can go wrong on the way to the backend and back.

use cognito_user_pool::{Error, TransportError};
use serde_json::Value;

/// Why the backend's answer is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackendError {
    /// No answer. A browser hides whether the server is down, failed without CORS headers, or was never reached.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The access token could not be renewed; the person may still be signed in.
    Session(Error),
    /// The backend wants a signed-in person, or refuses the token of the one there is (401).
    Unauthorized,
    /// The backend refused what was sent (422), with its codes, for instance `message_blank`.
    Rejected(Vec<String>),
    /// Another status than 2xx.
    Status(u16),
    /// The answer came, but is not what the route promises.
    InvalidBody,
}

impl From<TransportError> for BackendError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Timeout => Self::TimedOut,
            _ => Self::Unreachable,
        }
    }
}

impl BackendError {
    /// The meaning of a status other than 2xx. Bodies of failures are HTML, `{}` or a list of codes.
    pub(super) fn of_status(status: u16, body: &[u8]) -> Self {
        match status {
            401 => Self::Unauthorized,
            422 => Self::Rejected(codes(body)),
            status => Self::Status(status),
        }
    }
}

fn codes(body: &[u8]) -> Vec<String> {
    let Ok(Value::Array(codes)) = serde_json::from_slice(body) else {
        return Vec::new();
    };
    codes
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_lists_its_codes() {
        let refused = |body: &str| match BackendError::of_status(422, body.as_bytes()) {
            BackendError::Rejected(codes) => codes,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(r#"["message_blank"]"#), ["message_blank"]);
        assert_eq!(refused(r#"["a", 1, null, "b"]"#), ["a", "b"]);
        for body in ["", "{}", "<html>", "[", "[]"] {
            assert_eq!(refused(body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn statuses_have_their_meanings_whatever_the_body() {
        for body in ["{}", "<!doctype html><title>500</title>", ""] {
            let of = |status| BackendError::of_status(status, body.as_bytes());
            assert_eq!(of(401), BackendError::Unauthorized);
            assert_eq!(of(500), BackendError::Status(500));
            assert_eq!(of(404), BackendError::Status(404));
        }
    }

    #[test]
    fn no_answer_in_time_is_told_apart_from_no_answer() {
        assert_eq!(
            BackendError::from(TransportError::Timeout),
            BackendError::TimedOut
        );
        assert_eq!(
            BackendError::from(TransportError::Network("Failed to fetch".to_owned())),
            BackendError::Unreachable
        );
    }
}
