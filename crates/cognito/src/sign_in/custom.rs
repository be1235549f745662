//! `CUSTOM_CHALLENGE`.

use super::{Pending, SignInStep};
use crate::client::Client;
use crate::error::Error;
use crate::platform::{Clock, Random};
use crate::transport::Transport;
use alloc::{string::String, vec::Vec};

/// `CUSTOM_CHALLENGE`: a question that the pool's triggers made.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomChallenge {
    pub(super) pending: Pending,
    /// `publicChallengeParameters` of the trigger: name and value.
    pub parameters: Vec<(String, String)>,
}

impl CustomChallenge {
    pub(super) fn new(pending: Pending) -> Self {
        // The service's own, not the trigger's.
        let own = ["USER_ID_FOR_SRP", "USERNAME"];
        let parameters = pending.challenge.parameters.iter();
        Self {
            parameters: parameters
                .filter(|(name, _)| !own.contains(&name.as_str()))
                .cloned()
                .collect(),
            pending,
        }
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(parameter, _)| parameter == name)
            .map(|(_, value)| value.as_str())
    }
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Answers `CUSTOM_CHALLENGE`. Another one may follow.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::ErrorKind::WrongCredentials) when the triggers fail the sign-in,
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    pub async fn answer_custom(
        &self,
        challenge: &CustomChallenge,
        answer: &str,
    ) -> Result<SignInStep, Error> {
        self.answer(&challenge.pending, &[("ANSWER", answer)]).await
    }
}
