//! Codes that the pool sent: `SMS_MFA`, `SMS_OTP`, `EMAIL_OTP`.

use super::{Pending, SignInStep};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{ChallengeName, CodeDelivery, DeliveryMedium};
use crate::platform::{Clock, Random};
use crate::transport::Transport;
use alloc::borrow::ToOwned;

/// A code went out and is waited for. As a first factor it has eight digits, as a second one six.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeSent {
    pub(super) pending: Pending,
    /// Where it went.
    pub delivery: CodeDelivery,
}

impl CodeSent {
    pub(super) fn new(pending: Pending) -> Self {
        let challenge = &pending.challenge;
        let destination = challenge.parameter("CODE_DELIVERY_DESTINATION");
        let medium = match challenge.parameter("CODE_DELIVERY_DELIVERY_MEDIUM") {
            None if challenge.name != ChallengeName::EmailOtp => DeliveryMedium::Sms,
            medium => DeliveryMedium::parse(medium),
        };
        Self {
            delivery: CodeDelivery {
                destination: destination.map(str::to_owned),
                medium,
                attribute_name: None,
            },
            pending,
        }
    }
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Answers `SMS_MFA`, `SMS_OTP` or `EMAIL_OTP` with the code that was sent.
    ///
    /// # Errors
    /// [`CodeMismatch`](crate::ErrorKind::CodeMismatch) (the challenge can be answered again),
    /// [`CodeExpired`](crate::ErrorKind::CodeExpired),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, ErrorKind, SignInStep, Transport};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     step: SignInStep,
    /// #     typed: &str,
    /// # ) -> Result<(), Error> {
    /// if let SignInStep::EmailOtp(sent) = &step {
    ///     match client.answer_code(sent, typed).await {
    ///         Err(error) if error.kind == ErrorKind::CodeMismatch => println!("try again"),
    ///         next => println!("{:?}", next?.challenge_name()),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn answer_code(&self, challenge: &CodeSent, code: &str) -> Result<SignInStep, Error> {
        let name = match challenge.pending.challenge.name {
            ChallengeName::EmailOtp => "EMAIL_OTP_CODE",
            ChallengeName::SmsOtp => "SMS_OTP_CODE",
            _ => "SMS_MFA_CODE",
        };
        self.answer(&challenge.pending, &[(name, code)]).await
    }
}
