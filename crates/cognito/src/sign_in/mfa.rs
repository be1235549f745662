//! Second factors: an authenticator app, the choice between several, setting one up on the way in.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use serde_json::Value;

use super::{Means, Pending, SignInStep};
use crate::client::Client;
use crate::error::Error;
use crate::json::list_of;
use crate::operation::{
    AssociateSoftwareToken, Authorization, ChallengeName, MfaKind, VerifySoftwareToken,
};
use crate::platform::{Clock, Random};
use crate::secret::{ChallengeSession, TotpSecret};
use crate::transport::Transport;

/// `SOFTWARE_TOKEN_MFA`: a code of the user's authenticator app is waited for.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftwareTokenMfa {
    pub(super) pending: Pending,
    /// What the user called the app's device.
    pub friendly_device_name: Option<String>,
}

/// `SELECT_MFA_TYPE`: the user has several second factors.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectMfaType {
    pub(super) pending: Pending,
    /// What there is to choose from.
    pub options: Vec<MfaKind>,
}

/// `MFA_SETUP`: the user needs a second factor.
#[derive(Clone, Debug, PartialEq)]
pub struct MfaSetup {
    pub(super) pending: Pending,
    /// What can be set up.
    pub options: Vec<MfaKind>,
}

/// `MFA_SETUP`, begun for an authenticator app.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftwareTokenSetup {
    pub(super) pending: Pending,
    /// What the authenticator app has to know. `None` after the challenge was saved and taken up again: the secret is not
    /// saved, but an app that knows it already can show a code.
    pub secret: Option<TotpSecret>,
}

/// The kinds of a parameter that is a list in JSON.
fn kinds(pending: &Pending, parameter: &str) -> Vec<MfaKind> {
    let text = pending.challenge.parameter(parameter).unwrap_or_default();
    let list = list_of(text);
    let names = list.iter().filter_map(Value::as_str);
    names.map(MfaKind::parse).collect()
}

impl SoftwareTokenMfa {
    pub(super) fn new(pending: Pending) -> Self {
        let name = pending.challenge.parameter("FRIENDLY_DEVICE_NAME");
        Self {
            friendly_device_name: name.filter(|name| !name.is_empty()).map(str::to_owned),
            pending,
        }
    }
}

impl SelectMfaType {
    pub(super) fn new(pending: Pending) -> Self {
        Self {
            options: kinds(&pending, "MFAS_CAN_CHOOSE"),
            pending,
        }
    }
}

impl MfaSetup {
    pub(super) fn new(pending: Pending) -> Self {
        Self {
            options: kinds(&pending, "MFAS_CAN_SETUP"),
            pending,
        }
    }
}

impl From<SoftwareTokenSetup> for SignInStep {
    fn from(setup: SoftwareTokenSetup) -> Self {
        Self::SoftwareTokenSetup(setup)
    }
}

fn session(pending: &Pending) -> Result<&ChallengeSession, Error> {
    let session = pending.challenge.session.as_ref();
    session.ok_or_else(|| Error::invalid_response("the challenge MFA_SETUP has no Session"))
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Answers `SOFTWARE_TOKEN_MFA` with the code that the authenticator app shows.
    ///
    /// # Errors
    /// [`CodeMismatch`](crate::ErrorKind::CodeMismatch) (the challenge can be answered again),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, SignInStep, Transport};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     step: SignInStep,
    /// #     typed: &str,
    /// # ) -> Result<(), Error> {
    /// if let SignInStep::SoftwareTokenMfa(challenge) = &step {
    ///     println!("the code of {:?}, please", challenge.friendly_device_name);
    ///     let step = client.answer_software_token(challenge, typed).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn answer_software_token(
        &self,
        challenge: &SoftwareTokenMfa,
        code: &str,
    ) -> Result<SignInStep, Error> {
        self.answer(&challenge.pending, &[("SOFTWARE_TOKEN_MFA_CODE", code)])
            .await
    }

    /// Answers `SELECT_MFA_TYPE`. Where the choice is a code that has to be sent, it is sent now.
    ///
    /// # Errors
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired),
    /// [`CodeDeliveryFailure`](crate::ErrorKind::CodeDeliveryFailure) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, MfaKind, SignInStep, Transport};
    /// # async fn example(client: Client<impl Transport, impl Clock>, step: SignInStep) -> Result<(), Error> {
    /// if let SignInStep::SelectMfaType(select) = &step
    ///     && select.options.contains(&MfaKind::Email)
    /// {
    ///     if let SignInStep::EmailOtp(sent) = client.select_mfa(select, &MfaKind::Email).await? {
    ///         println!("a code went to {:?}", sent.delivery.destination);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn select_mfa(
        &self,
        challenge: &SelectMfaType,
        choice: &MfaKind,
    ) -> Result<SignInStep, Error> {
        self.answer(&challenge.pending, &[("ANSWER", choice.as_str())])
            .await
    }

    /// Begins to answer `MFA_SETUP` with an authenticator app: makes its secret.
    /// [`verify_software_token`](Self::verify_software_token) goes on. The setup challenge itself is used up by this.
    ///
    /// # Errors
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, MfaSetup, Transport};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     challenge: MfaSetup,
    /// #     typed: &str,
    /// # ) -> Result<(), Error> {
    /// let setup = client.set_up_software_token(&challenge).await?;
    /// if let Some(secret) = &setup.secret {
    ///     println!("show as a QR code: {}", secret.otpauth_uri("My product", "ann").as_str());
    /// }
    /// let step = client.verify_software_token(&setup, typed, Some("my phone")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_up_software_token(
        &self,
        challenge: &MfaSetup,
    ) -> Result<SoftwareTokenSetup, Error> {
        let operation = AssociateSoftwareToken {
            authorization: Authorization::Session(session(&challenge.pending)?),
        };
        let token = self.call(&operation).await?;
        let mut pending = challenge.pending.clone();
        pending.challenge.session = token.session.or(pending.challenge.session);
        pending.since_ms = self.clock().now_ms();
        Ok(SoftwareTokenSetup {
            pending,
            secret: Some(token.secret),
        })
    }

    /// Answers `MFA_SETUP` with the first code that the new authenticator app shows, and signs in.
    ///
    /// # Errors
    /// [`CodeMismatch`](crate::ErrorKind::CodeMismatch) (can be answered again),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    pub async fn verify_software_token(
        &self,
        setup: &SoftwareTokenSetup,
        code: &str,
        friendly_device_name: Option<&str>,
    ) -> Result<SignInStep, Error> {
        let verify = VerifySoftwareToken {
            authorization: Authorization::Session(session(&setup.pending)?),
            code,
            friendly_device_name,
        };
        let verified = self.call(&verify).await?;
        let session = verified.or_else(|| setup.pending.challenge.session.clone());
        self.answer_as(
            &setup.pending,
            ChallengeName::MfaSetup,
            session.as_ref(),
            &[],
            Means::default(),
        )
        .await
    }

    /// Answers `MFA_SETUP` with an e-mail address, which a code goes to: [`SignInStep::EmailOtp`] follows.
    ///
    /// # Errors
    /// [`InvalidEmail`](crate::ErrorKind::InvalidEmail),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, MfaSetup, SignInStep, Transport};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     challenge: MfaSetup,
    /// #     typed: &str,
    /// # ) -> Result<(), Error> {
    /// let step = client.set_up_email(&challenge, "ann@example.com").await?;
    /// if let SignInStep::EmailOtp(sent) = step {
    ///     let step = client.answer_code(&sent, typed).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_up_email(
        &self,
        challenge: &MfaSetup,
        email: &str,
    ) -> Result<SignInStep, Error> {
        self.answer(&challenge.pending, &[("EMAIL", email)]).await
    }

    /// Answers `MFA_SETUP` with a phone number, which a code goes to: [`SignInStep::SmsMfa`] follows.
    ///
    /// Written as the set-up by e-mail is. Amazon documents no way to set up text messages during a sign-in (an
    /// administrator adds the number), so a pool there may refuse it with
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter).
    ///
    /// # Errors
    /// [`InvalidPhoneNumber`](crate::ErrorKind::InvalidPhoneNumber),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    pub async fn set_up_sms(
        &self,
        challenge: &MfaSetup,
        phone_number: &str,
    ) -> Result<SignInStep, Error> {
        self.answer(&challenge.pending, &[("PHONE_NUMBER", phone_number)])
            .await
    }
}
