//! The operations: one small type each, with its wire form.
//!
//! [`Client::call`](crate::Client::call) sends any of them. To add one, write a struct with what the operation takes and
//! implement [`Operation`] for it; nothing else has to change. What an operation can carry besides (metadata for
//! triggers, risk data) is added by [`With`].

#[cfg(feature = "account")]
mod account;
mod auth;
#[cfg(feature = "devices")]
mod devices;
#[cfg(feature = "mfa")]
mod mfa;
#[cfg(feature = "passkeys")]
mod passkeys;
mod recovery;
mod session;
mod sign_up;
mod with;

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::error::Error;

#[cfg(feature = "account")]
pub use account::{
    AuthFactors, ChangePassword, DeleteUser, DeleteUserAttributes,
    GetUserAttributeVerificationCode, GetUserAuthFactors, UpdateUserAttributes,
    VerifyUserAttribute,
};
#[cfg(feature = "choice")]
pub use auth::PreferredChallenge;
pub use auth::{
    AuthFlow, AuthStep, Challenge, ChallengeName, InitiateAuth, NewDevice, RespondToAuthChallenge,
    Tokens,
};
#[cfg(feature = "devices")]
pub use devices::{
    ConfirmDevice, Device, DevicePage, DeviceStatus, ForgetDevice, GetDevice, ListDevices,
    UpdateDeviceStatus,
};
#[cfg(feature = "mfa")]
pub use mfa::{
    AssociateSoftwareToken, Authorization, MfaPreference, SetUserMfaPreference, SoftwareToken,
    VerifySoftwareToken,
};
#[cfg(feature = "passkeys")]
pub use passkeys::{
    CompleteWebAuthnRegistration, DeleteWebAuthnCredential, ListWebAuthnCredentials,
    StartWebAuthnRegistration, WebAuthnCredential, WebAuthnCredentialPage,
};
pub use recovery::{ConfirmForgotPassword, ForgotPassword};
pub use session::{GetTokensFromRefreshToken, GetUser, GlobalSignOut, RevokeToken, User};
pub use sign_up::{
    ConfirmSignUp, ConfirmedSignUp, PasswordlessSignUp, ResendConfirmationCode, SignUp, SignedUp,
};
pub use with::{TakesClientMetadata, TakesUserContextData, TakesValidationData, With};

/// An operation of the user pool API: how its request is written and its answer read.
pub trait Operation {
    /// The operation's name in the API, for instance `SignUp`.
    const NAME: &'static str;

    /// Whether sending the request twice does no more than sending it once, so that it may be sent again when it is not
    /// known whether the first one arrived.
    const REPEATABLE: bool;

    /// What a successful answer holds.
    type Output;

    /// The members of the request.
    fn request(&self, config: &Config) -> Map<String, Value>;

    /// Reads a successful answer. Operations without an output answer with an empty body, given here as `{}`.
    fn response(body: &Map<String, Value>) -> Result<Self::Output, Error>;
}

/// `json!` of an object, as a map.
macro_rules! object {
    ($($member:tt)*) => {{
        match serde_json::json!({ $($member)* }) {
            serde_json::Value::Object(map) => map,
            _ => serde_json::Map::new(),
        }
    }};
}
use object;

fn text(body: &Map<String, Value>, member: &str) -> Option<String> {
    body.get(member)?.as_str().map(str::to_owned)
}

fn missing(operation: &str, member: &str) -> Error {
    Error::invalid_response(&format!("the answer of {operation} has no {member}"))
}

/// Adds a member if there is a value for it.
fn insert_some(map: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.into());
    }
}

/// Adds `SecretHash` if the app client has a secret.
fn insert_secret_hash(map: &mut Map<String, Value>, config: &Config, username: &str) {
    insert_some(map, "SecretHash", config.secret_hash(username));
}

/// Attributes as the API writes them: a list of names and values.
fn attribute_list<N: AsRef<str>, V: AsRef<str>>(attributes: &[(N, V)]) -> Value {
    attributes
        .iter()
        .map(|(name, value)| json!({ "Name": name.as_ref(), "Value": value.as_ref() }))
        .collect()
}

fn attribute_pairs(list: Option<&Value>) -> Vec<(String, String)> {
    let Some(Value::Array(list)) = list else {
        return Vec::new();
    };
    list.iter()
        .filter_map(|attribute| {
            let name = attribute.get("Name")?.as_str()?;
            let value = attribute.get("Value").and_then(Value::as_str).unwrap_or("");
            Some((name.to_owned(), value.to_owned()))
        })
        .collect()
}

fn string_map(value: Option<&Value>) -> Vec<(String, String)> {
    let Some(Value::Object(map)) = value else {
        return Vec::new();
    };
    map.iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// The texts of a list; what is no text is left out.
fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// Seconds since 1970, whole or not, as milliseconds.
#[cfg(any(feature = "devices", feature = "passkeys"))]
fn epoch_ms(body: &Map<String, Value>, member: &str) -> Option<i64> {
    let seconds = body.get(member)?.as_f64()?;
    Some((seconds * 1000.0) as i64)
}

/// Where a code went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeDelivery {
    /// The masked address, for instance `a***@e***`.
    pub destination: Option<String>,
    /// By what means.
    pub medium: DeliveryMedium,
    /// The attribute that the address is, `email` or `phone_number`.
    pub attribute_name: Option<String>,
}

/// How a code is delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeliveryMedium {
    /// By e-mail.
    #[default]
    Email,
    /// By text message.
    Sms,
    /// By a means that this crate does not know.
    Other(String),
}

impl DeliveryMedium {
    pub(crate) fn parse(name: Option<&str>) -> Self {
        match name {
            Some("EMAIL") | None => Self::Email,
            Some("SMS") => Self::Sms,
            Some(other) => Self::Other(other.to_owned()),
        }
    }
}

impl CodeDelivery {
    fn read(value: Option<&Value>) -> Option<Self> {
        let map = value?.as_object()?;
        Some(Self {
            destination: text(map, "Destination"),
            medium: DeliveryMedium::parse(map.get("DeliveryMedium").and_then(Value::as_str)),
            attribute_name: text(map, "AttributeName"),
        })
    }
}

/// A kind of multi-factor authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MfaKind {
    /// `SMS_MFA`: a code by text message.
    Sms,
    /// `SOFTWARE_TOKEN_MFA`: a code by an authenticator app (TOTP).
    SoftwareToken,
    /// `EMAIL_OTP`: a code by e-mail.
    Email,
    /// A kind that this version has no variant for.
    Other(String),
}

impl MfaKind {
    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "SMS_MFA" => Self::Sms,
            "SOFTWARE_TOKEN_MFA" => Self::SoftwareToken,
            "EMAIL_OTP" => Self::Email,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
            Self::Other(name) => name,
        }
    }
}

/// A first factor of a choice-based sign-in (`USER_AUTH`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FirstFactor {
    /// `PASSWORD`: the password, sent to the pool.
    Password,
    /// `PASSWORD_SRP`: the password, proven by SRP.
    PasswordSrp,
    /// `EMAIL_OTP`: a code by e-mail.
    EmailOtp,
    /// `SMS_OTP`: a code by text message.
    SmsOtp,
    /// `WEB_AUTHN`: a passkey.
    WebAuthn,
    /// A factor that this version has no variant for.
    Other(String),
}

impl FirstFactor {
    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "PASSWORD" => Self::Password,
            "PASSWORD_SRP" => Self::PasswordSrp,
            "EMAIL_OTP" => Self::EmailOtp,
            "SMS_OTP" => Self::SmsOtp,
            "WEB_AUTHN" => Self::WebAuthn,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Password => "PASSWORD",
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
            Self::Other(name) => name,
        }
    }
}
