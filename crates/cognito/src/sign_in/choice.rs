//! Choice-based sign-in: `SELECT_CHALLENGE`, `PASSWORD`, `PASSWORD_SRP`.

use super::{Means, Pending, SignInStep};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{ChallengeName, FirstFactor};
use crate::platform::{Clock, Random};
use crate::secret::Password;
use crate::srp::Ephemeral;
use crate::transport::Transport;
use alloc::{vec, vec::Vec};

/// A chosen first factor, with what it needs at once.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'a> {
    /// The password, sent to the pool.
    Password(&'a Password),
    /// The password, proven by SRP.
    PasswordSrp(&'a Password),
    /// A code by e-mail: [`SignInStep::EmailOtp`] follows.
    EmailOtp,
    /// A code by text message: [`SignInStep::SmsOtp`] follows.
    SmsOtp,
    /// A passkey: `SignInStep::WebAuthn` follows (feature `passkeys`).
    WebAuthn,
}

/// `SELECT_CHALLENGE`: the user chooses how to sign in.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectChallenge {
    pub(super) pending: Pending,
    /// What there is to choose from.
    pub available: Vec<FirstFactor>,
}

/// `PASSWORD` or `PASSWORD_SRP`: the password is waited for.
#[derive(Clone, Debug, PartialEq)]
pub struct PasswordAsked {
    pub(super) pending: Pending,
}

impl SelectChallenge {
    pub(super) fn new(pending: Pending) -> Self {
        Self {
            available: pending.challenge.available.clone(),
            pending,
        }
    }
}

impl PasswordAsked {
    pub(super) fn new(pending: Pending) -> Self {
        Self { pending }
    }
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Answers `SELECT_CHALLENGE`. `prepared` comes from [`prepare_sign_in`](Self::prepare_sign_in) and only matters to
    /// [`Choice::PasswordSrp`]; a fresh key pair is made otherwise.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::ErrorKind::WrongCredentials) with a password,
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    pub async fn select_challenge(
        &self,
        challenge: &SelectChallenge,
        choice: Choice<'_>,
        prepared: Option<Ephemeral>,
    ) -> Result<SignInStep, Error> {
        let pending = &challenge.pending;
        match choice {
            Choice::Password(password) => {
                let responses = [("ANSWER", "PASSWORD"), ("PASSWORD", password.expose())];
                self.answer(pending, &responses).await
            }
            Choice::PasswordSrp(password) => {
                let name = ChallengeName::SelectChallenge;
                self.answer_by_srp(pending, name, password, prepared).await
            }
            Choice::EmailOtp => self.answer(pending, &[("ANSWER", "EMAIL_OTP")]).await,
            Choice::SmsOtp => self.answer(pending, &[("ANSWER", "SMS_OTP")]).await,
            Choice::WebAuthn => self.answer(pending, &[("ANSWER", "WEB_AUTHN")]).await,
        }
    }

    /// Answers `PASSWORD` and `PASSWORD_SRP`; with the latter the password does not leave the device. `prepared` as in
    /// [`select_challenge`](Self::select_challenge).
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::ErrorKind::WrongCredentials),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, Password, SignInStep, Transport};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     step: SignInStep,
    /// #     typed: String,
    /// # ) -> Result<(), Error> {
    /// if let SignInStep::Password(asked) | SignInStep::PasswordSrp(asked) = &step {
    ///     let step = client.answer_password(asked, &Password::new(typed), None).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn answer_password(
        &self,
        challenge: &PasswordAsked,
        password: &Password,
        prepared: Option<Ephemeral>,
    ) -> Result<SignInStep, Error> {
        let pending = &challenge.pending;
        if pending.challenge.name == ChallengeName::Password {
            let responses = [("PASSWORD", password.expose())];
            return self.answer(pending, &responses).await;
        }
        let name = ChallengeName::PasswordSrp;
        self.answer_by_srp(pending, name, password, prepared).await
    }

    async fn answer_by_srp(
        &self,
        pending: &Pending,
        name: ChallengeName,
        password: &Password,
        prepared: Option<Ephemeral>,
    ) -> Result<SignInStep, Error> {
        let ephemeral = self.ephemeral(prepared).await?;
        let srp_a = ephemeral.public_hex();
        let mut responses = vec![("SRP_A", srp_a.as_str())];
        if name == ChallengeName::SelectChallenge {
            responses.push(("ANSWER", "PASSWORD_SRP"));
        }
        let session = pending.challenge.session.as_ref();
        let means = Means::of_password(password, ephemeral);
        self.answer_as(pending, name, session, &responses, means)
            .await
    }
}
