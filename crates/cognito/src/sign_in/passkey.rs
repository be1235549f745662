//! `WEB_AUTHN`.

use super::{Pending, SignInStep};
use crate::client::Client;
use crate::error::Error;
use crate::platform::{Clock, Random};
use crate::transport::Transport;
use alloc::{borrow::ToOwned, boxed::Box, string::String};

/// `WEB_AUTHN`: a passkey is waited for.
#[derive(Clone, Debug, PartialEq)]
pub struct WebAuthnChallenge {
    pub(super) pending: Pending,
    /// `PublicKeyCredentialRequestOptionsJSON`, for `navigator.credentials.get`.
    pub options: String,
}

impl WebAuthnChallenge {
    /// Gives the challenge back if it has no options.
    pub(super) fn new(pending: Pending) -> Result<Self, Box<Pending>> {
        match pending.challenge.parameter("CREDENTIAL_REQUEST_OPTIONS") {
            Some(options) => Ok(Self {
                options: options.to_owned(),
                pending,
            }),
            None => Err(Box::new(pending)),
        }
    }
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Answers `WEB_AUTHN`. `credential` is `AuthenticationResponseJSON`: what the browser made, as JSON.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::ErrorKind::WrongCredentials),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Choice, Client, Clock, Error, SignIn, SignInStep, Transport};
    /// # async fn ask_the_browser(options: &str) -> String { String::new() }
    /// # async fn example(client: Client<impl Transport, impl Clock>) -> Result<(), Error> {
    /// let step = client.start(SignIn::choice_of("ann", Choice::WebAuthn)).await?;
    /// if let SignInStep::WebAuthn(challenge) = step {
    ///     let credential = ask_the_browser(&challenge.options).await;
    ///     let step = client.answer_web_authn(&challenge, &credential).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn answer_web_authn(
        &self,
        challenge: &WebAuthnChallenge,
        credential: &str,
    ) -> Result<SignInStep, Error> {
        self.answer(&challenge.pending, &[("CREDENTIAL", credential)])
            .await
    }
}
