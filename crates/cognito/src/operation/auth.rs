//! Signing in: the two operations of the challenge protocol.

use alloc::{borrow::ToOwned, format, string::String, vec, vec::Vec};

use serde_json::{Map, Value};

use super::{FirstFactor, Operation, insert_some, missing, object, string_map, text, texts};
use crate::config::Config;
use crate::error::Error;
use crate::json::pairs;
use crate::secret::{AccessToken, ChallengeSession, IdToken, Password, RefreshToken};

/// The flows of [`InitiateAuth`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AuthFlow<'a> {
    /// `USER_SRP_AUTH`: the password stays with the client.
    UserSrp {
        /// The user name, or an alias of it.
        username: &'a str,
        /// `SRP_A`, see [`Ephemeral::public_hex`](crate::srp::Ephemeral::public_hex).
        srp_a: &'a str,
    },
    /// `USER_PASSWORD_AUTH`: the password goes to the pool. Needed by pools that take users over from elsewhere with a
    /// user migration trigger.
    UserPassword {
        /// The user name, or an alias of it.
        username: &'a str,
        /// The password.
        password: &'a Password,
    },
    /// `CUSTOM_AUTH` (feature `custom`): challenges made by the pool's triggers.
    #[cfg(feature = "custom")]
    Custom {
        /// The user name, or an alias of it.
        username: &'a str,
        /// `SRP_A`, to prove the password before the triggers' challenges.
        srp_a: Option<&'a str>,
    },
    /// `USER_AUTH` (feature `choice`): the user, or the pool, chooses the first factor.
    #[cfg(feature = "choice")]
    Choice {
        /// The user name, or an alias of it.
        username: &'a str,
        /// The factor to begin with, if the user has it.
        preferred: Option<PreferredChallenge<'a>>,
    },
    /// `REFRESH_TOKEN_AUTH`: refused by pools that rotate refresh tokens, see
    /// [`GetTokensFromRefreshToken`](super::GetTokensFromRefreshToken).
    RefreshToken {
        /// The refresh token.
        refresh_token: &'a RefreshToken,
        /// The user's own name in the pool: only app clients with a secret need it.
        username: Option<&'a str>,
    },
}

/// `PREFERRED_CHALLENGE`: the first factor that a choice-based sign-in begins with, and what goes with it.
#[cfg(feature = "choice")]
#[derive(Clone, Debug)]
pub enum PreferredChallenge<'a> {
    /// `PASSWORD`
    Password(&'a Password),
    /// `PASSWORD_SRP`, with `SRP_A`.
    PasswordSrp(&'a str),
    /// `EMAIL_OTP`
    EmailOtp,
    /// `SMS_OTP`
    SmsOtp,
    /// `WEB_AUTHN`
    WebAuthn,
}

/// [`InitiateAuth`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html):
/// starts a sign-in.
#[derive(Clone, Debug)]
pub struct InitiateAuth<'a> {
    /// The flow and its parameters.
    pub flow: AuthFlow<'a>,
    /// The device that signs in, or that the refresh token was issued to, if the pool tracks devices.
    pub device_key: Option<&'a str>,
}

impl<'a> AuthFlow<'a> {
    /// The flow's name and its `AuthParameters`, the first of which is the user's name if there is one.
    fn parameters(&self) -> (&'static str, Vec<(&'static str, &'a str)>) {
        match *self {
            Self::UserSrp { username, srp_a } => (
                "USER_SRP_AUTH",
                vec![("USERNAME", username), ("SRP_A", srp_a)],
            ),
            Self::UserPassword { username, password } => (
                "USER_PASSWORD_AUTH",
                vec![("USERNAME", username), ("PASSWORD", password.expose())],
            ),
            #[cfg(feature = "custom")]
            Self::Custom { username, srp_a } => {
                let mut list = vec![("USERNAME", username)];
                if let Some(srp_a) = srp_a {
                    list.extend([("SRP_A", srp_a), ("CHALLENGE_NAME", "SRP_A")]);
                }
                ("CUSTOM_AUTH", list)
            }
            #[cfg(feature = "choice")]
            Self::Choice {
                username,
                ref preferred,
            } => {
                let mut list = vec![("USERNAME", username)];
                let mut prefer = |factor: &'static str| list.push(("PREFERRED_CHALLENGE", factor));
                match *preferred {
                    None => {}
                    Some(PreferredChallenge::Password(password)) => {
                        prefer("PASSWORD");
                        list.push(("PASSWORD", password.expose()));
                    }
                    Some(PreferredChallenge::PasswordSrp(srp_a)) => {
                        prefer("PASSWORD_SRP");
                        list.push(("SRP_A", srp_a));
                    }
                    Some(PreferredChallenge::EmailOtp) => prefer("EMAIL_OTP"),
                    Some(PreferredChallenge::SmsOtp) => prefer("SMS_OTP"),
                    Some(PreferredChallenge::WebAuthn) => prefer("WEB_AUTHN"),
                }
                ("USER_AUTH", list)
            }
            Self::RefreshToken { refresh_token, .. } => (
                "REFRESH_TOKEN_AUTH",
                vec![("REFRESH_TOKEN", refresh_token.expose())],
            ),
        }
    }

    /// Whose `SECRET_HASH` it takes.
    fn username(&self) -> Option<&'a str> {
        match *self {
            Self::UserSrp { username, .. } | Self::UserPassword { username, .. } => Some(username),
            #[cfg(feature = "custom")]
            Self::Custom { username, .. } => Some(username),
            #[cfg(feature = "choice")]
            Self::Choice { username, .. } => Some(username),
            Self::RefreshToken { username, .. } => username,
        }
    }
}

impl Operation for InitiateAuth<'_> {
    const NAME: &'static str = "InitiateAuth";
    const REPEATABLE: bool = true;
    type Output = AuthStep;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let (flow, mut parameters) = self.flow.parameters();
        parameters.extend(self.device_key.map(|key| ("DEVICE_KEY", key)));
        let username = self.flow.username();
        let hash = username.and_then(|username| config.secret_hash(username));
        parameters.extend(hash.as_deref().map(|hash| ("SECRET_HASH", hash)));
        object! {
            "AuthFlow": flow,
            "AuthParameters": pairs(&parameters),
            "ClientId": config.client_id(),
        }
    }

    fn response(body: &Map<String, Value>) -> Result<AuthStep, Error> {
        AuthStep::read(Self::NAME, body)
    }
}

/// [`RespondToAuthChallenge`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html):
/// answers a challenge.
#[derive(Clone, Debug)]
pub struct RespondToAuthChallenge<'a> {
    /// The challenge's name.
    pub challenge: ChallengeName,
    /// The session of the challenge, if it came with one.
    pub session: Option<&'a ChallengeSession>,
    /// The answers: name and value, `USERNAME` among them. `SECRET_HASH` is added if the app client has a secret.
    pub responses: &'a [(&'a str, &'a str)],
}

impl Operation for RespondToAuthChallenge<'_> {
    const NAME: &'static str = "RespondToAuthChallenge";
    // Sessions and secret blocks are good for one answer.
    const REPEATABLE: bool = false;
    type Output = AuthStep;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut responses = self.responses.to_vec();
        let username = responses.iter().find(|(name, _)| *name == "USERNAME");
        let hash = username.and_then(|(_, username)| config.secret_hash(username));
        responses.extend(hash.as_deref().map(|hash| ("SECRET_HASH", hash)));
        let mut request = object! {
            "ChallengeName": self.challenge.as_str(),
            "ChallengeResponses": pairs(&responses),
            "ClientId": config.client_id(),
        };
        let session = self.session.map(ChallengeSession::expose);
        insert_some(&mut request, "Session", session);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<AuthStep, Error> {
        AuthStep::read(Self::NAME, body)
    }
}

/// The answer of [`InitiateAuth`] and [`RespondToAuthChallenge`].
#[derive(Clone, Debug)]
pub enum AuthStep {
    /// Signed in.
    Tokens(Tokens),
    /// The pool asks for something more.
    Challenge(Challenge),
}

impl AuthStep {
    pub(crate) fn read(operation: &str, body: &Map<String, Value>) -> Result<Self, Error> {
        if let Some(tokens) = body.get("AuthenticationResult").and_then(Value::as_object) {
            return Tokens::read(operation, tokens).map(Self::Tokens);
        }
        let name = body
            .get("ChallengeName")
            .and_then(Value::as_str)
            .ok_or_else(|| missing(operation, "AuthenticationResult and no ChallengeName"))?;
        Ok(Self::Challenge(Challenge {
            name: ChallengeName::parse(name),
            session: text(body, "Session").map(ChallengeSession::new),
            parameters: string_map(body.get("ChallengeParameters")),
            available: texts(body.get("AvailableChallenges"))
                .map(FirstFactor::parse)
                .collect(),
        }))
    }
}

/// A challenge as the pool sent it.
#[derive(Clone, PartialEq)]
pub struct Challenge {
    /// Which one.
    pub name: ChallengeName,
    /// To be sent back with the answer.
    pub session: Option<ChallengeSession>,
    /// Name and value.
    pub parameters: Vec<(String, String)>,
    /// `AvailableChallenges`: what the user can choose from.
    pub available: Vec<FirstFactor>,
}

impl Challenge {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(parameter, _)| parameter == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, Error> {
        self.parameter(name).ok_or_else(|| {
            Error::invalid_response(&format!(
                "the challenge {} has no {name}",
                self.name.as_str()
            ))
        })
    }
}

impl core::fmt::Debug for Challenge {
    /// Leaves out the parameters' values.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Challenge")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Declares [`ChallengeName`]: variant and name on the wire.
macro_rules! challenge_names {
    ($($name:ident = $wire:literal,)*) => {
        /// The challenges of a user pool's API.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ChallengeName {
            $(#[doc = concat!("`", $wire, "`")] $name,)*
            /// A challenge that this version has no variant for.
            Other(String),
        }

        impl ChallengeName {
            pub(crate) fn parse(name: &str) -> Self {
                match name {
                    $($wire => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The name on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $wire,)*
                    Self::Other(name) => name,
                }
            }
        }
    };
}

challenge_names! {
    PasswordVerifier = "PASSWORD_VERIFIER",
    NewPasswordRequired = "NEW_PASSWORD_REQUIRED",
    Password = "PASSWORD",
    PasswordSrp = "PASSWORD_SRP",
    SmsMfa = "SMS_MFA",
    SmsOtp = "SMS_OTP",
    EmailOtp = "EMAIL_OTP",
    SoftwareTokenMfa = "SOFTWARE_TOKEN_MFA",
    SelectMfaType = "SELECT_MFA_TYPE",
    MfaSetup = "MFA_SETUP",
    DeviceSrpAuth = "DEVICE_SRP_AUTH",
    DevicePasswordVerifier = "DEVICE_PASSWORD_VERIFIER",
    Custom = "CUSTOM_CHALLENGE",
    SelectChallenge = "SELECT_CHALLENGE",
    WebAuthn = "WEB_AUTHN",
}

/// `AuthenticationResult`: the tokens of a signed-in user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// For the backend and the pool's own operations.
    pub access_token: AccessToken,
    /// Who the user is. Absent from pools that are set not to issue it.
    pub id_token: Option<IdToken>,
    /// Absent from the answer to a refresh, unless the pool rotates refresh tokens.
    pub refresh_token: Option<RefreshToken>,
    /// Seconds until the access token expires.
    pub expires_in: Option<u32>,
    /// Present when the pool tracks devices and this one is new.
    pub new_device: Option<NewDevice>,
    /// The device that the tokens were issued to, new or remembered, if the pool tracks devices: their refresh has to name
    /// it.
    pub device_key: Option<String>,
}

/// `NewDeviceMetadata`: a device that the pool would like to remember.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// `DeviceKey`
    pub device_key: String,
    /// `DeviceGroupKey`
    pub device_group_key: String,
}

impl Tokens {
    pub(crate) fn read(operation: &str, result: &Map<String, Value>) -> Result<Self, Error> {
        let device = result.get("NewDeviceMetadata").and_then(Value::as_object);
        let new_device = device.and_then(|device| {
            Some(NewDevice {
                device_key: text(device, "DeviceKey")?,
                device_group_key: text(device, "DeviceGroupKey")?,
            })
        });
        Ok(Self {
            access_token: text(result, "AccessToken")
                .map(AccessToken::new)
                .ok_or_else(|| missing(operation, "AccessToken"))?,
            id_token: text(result, "IdToken").map(IdToken::new),
            refresh_token: text(result, "RefreshToken").map(RefreshToken::new),
            expires_in: result
                .get("ExpiresIn")
                .and_then(Value::as_u64)
                .and_then(|seconds| u32::try_from(seconds).ok()),
            device_key: new_device.as_ref().map(|device| device.device_key.clone()),
            new_device,
        })
    }
}
