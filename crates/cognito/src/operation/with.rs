//! What some operations can carry besides their own members.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use serde_json::{Map, Value};

use super::{
    ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken, InitiateAuth,
    Operation, PasswordlessSignUp, ResendConfirmationCode, RespondToAuthChallenge, SignUp,
    attribute_list,
};
use crate::config::Config;
use crate::error::Error;
use crate::json::pairs;
use crate::secret::ChallengeSession;

/// An operation with members that most calls do without.
///
/// ```
/// use cognito_user_pool::operation::{ForgotPassword, With};
///
/// let operation = With::new(ForgotPassword { username: "ann@example.com" })
///     .client_metadata(&[("campaign", "spring")]);
/// ```
///
/// Each member is there only for operations that take it.
#[derive(Clone)]
pub struct With<O> {
    operation: O,
    members: Map<String, Value>,
}

/// An operation that takes `ClientMetadata`.
pub trait TakesClientMetadata: Operation {}

/// An operation that takes `ValidationData`.
pub trait TakesValidationData: Operation {}

/// An operation that takes `UserContextData`.
pub trait TakesUserContextData: Operation {}

macro_rules! takes {
    ($marker:ident: $($operation:ty),+ $(,)?) => { $(impl $marker for $operation {})+ };
}

takes!(TakesClientMetadata: SignUp<'_>, PasswordlessSignUp<'_>, ConfirmSignUp<'_>,
    ResendConfirmationCode<'_>, ForgotPassword<'_>, ConfirmForgotPassword<'_>, InitiateAuth<'_>,
    RespondToAuthChallenge<'_>, GetTokensFromRefreshToken<'_>);
takes!(TakesValidationData: SignUp<'_>, PasswordlessSignUp<'_>);
takes!(TakesUserContextData: SignUp<'_>, PasswordlessSignUp<'_>, ConfirmSignUp<'_>,
    ResendConfirmationCode<'_>, ForgotPassword<'_>, ConfirmForgotPassword<'_>, InitiateAuth<'_>,
    RespondToAuthChallenge<'_>);
#[cfg(feature = "account")]
takes!(TakesClientMetadata: super::UpdateUserAttributes<'_>, super::GetUserAttributeVerificationCode<'_>);

impl<O: Operation> With<O> {
    /// The operation as it is.
    pub fn new(operation: O) -> Self {
        Self {
            operation,
            members: Map::new(),
        }
    }

    fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }
}

impl<O: TakesClientMetadata> With<O> {
    /// `ClientMetadata`: names and values for the pool's triggers. Neither stored nor validated by the pool, and not for
    /// secrets.
    pub fn client_metadata<N: AsRef<str>, V: AsRef<str>>(self, metadata: &[(N, V)]) -> Self {
        if metadata.is_empty() {
            return self;
        }
        self.member("ClientMetadata", pairs(metadata))
    }
}

impl<O: TakesValidationData> With<O> {
    /// `ValidationData`: names and values for the pre sign-up trigger, which are not stored.
    pub fn validation_data<N: AsRef<str>, V: AsRef<str>>(self, data: &[(N, V)]) -> Self {
        self.member("ValidationData", attribute_list(data))
    }
}

impl<O: TakesUserContextData> With<O> {
    /// `UserContextData`: what threat protection's script made of the browser, encoded by it.
    pub fn user_context_data(self, encoded: &str) -> Self {
        self.member("UserContextData", pairs(&[("EncodedData", encoded)]))
    }
}

impl With<ConfirmSignUp<'_>> {
    /// `Session`: what [`SignedUp::session`](super::SignedUp::session) held, so that
    /// [`ConfirmedSignUp::session`](super::ConfirmedSignUp::session) can sign in without another code.
    pub fn session(self, session: &ChallengeSession) -> Self {
        self.member("Session", session.expose())
    }

    /// `ForceAliasCreation`: takes the e-mail address or phone number over from another user who has it as an alias.
    pub fn force_alias_creation(self) -> Self {
        self.member("ForceAliasCreation", true)
    }
}

impl With<InitiateAuth<'_>> {
    /// `Session`: what [`ConfirmedSignUp::session`](super::ConfirmedSignUp::session) held, for `USER_AUTH`.
    pub fn session(self, session: &ChallengeSession) -> Self {
        self.member("Session", session.expose())
    }
}

impl<O: Operation> Operation for With<O> {
    const NAME: &'static str = O::NAME;
    const REPEATABLE: bool = O::REPEATABLE;
    type Output = O::Output;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = self.operation.request(config);
        request.extend(self.members.clone());
        request
    }

    fn response(body: &Map<String, Value>) -> Result<Self::Output, Error> {
        O::response(body)
    }
}

impl<O: core::fmt::Debug> core::fmt::Debug for With<O> {
    /// Names the members without their values.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("With")
            .field("operation", &self.operation)
            .field("members", &self.members.keys().collect::<Vec<_>>())
            .finish()
    }
}
