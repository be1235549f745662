//! The operations: one small type each, with its wire form.
//!
//! [`Client::call`](crate::Client::call) sends any of them. To add one, write a struct with what the operation takes and
//! implement [`Operation`] for it; nothing else has to change.

use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::error::Error;
use crate::secret::{AccessToken, ChallengeSession, IdToken, Password, RefreshToken};

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
        match json!({ $($member)* }) {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }};
}

fn text(body: &Map<String, Value>, member: &str) -> Option<String> {
    body.get(member)?.as_str().map(str::to_owned)
}

fn missing(operation: &str, member: &str) -> Error {
    Error::invalid_response(&format!("the answer of {operation} has no {member}"))
}

/// Attributes as the API writes them: a list of names and values.
fn attribute_list(attributes: &[(String, String)]) -> Value {
    attributes
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
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

fn pairs(list: &[(&str, &str)]) -> Value {
    Value::Object(
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect(),
    )
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

impl CodeDelivery {
    fn read(value: Option<&Value>) -> Option<Self> {
        let map = value?.as_object()?;
        Some(Self {
            destination: text(map, "Destination"),
            medium: match text(map, "DeliveryMedium").as_deref() {
                Some("EMAIL") | None => DeliveryMedium::Email,
                Some("SMS") => DeliveryMedium::Sms,
                Some(other) => DeliveryMedium::Other(other.to_owned()),
            },
            attribute_name: text(map, "AttributeName"),
        })
    }
}

/// [`SignUp`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html): registers a
/// user.
#[derive(Clone, Debug)]
pub struct SignUp<'a> {
    /// The user name, or what the pool takes in its place: an e-mail address, a phone number.
    pub username: &'a str,
    /// The password.
    pub password: &'a Password,
    /// The user's attributes: name and value.
    pub attributes: &'a [(String, String)],
}

/// The answer of [`SignUp`].
#[derive(Clone, Debug)]
pub struct SignedUp {
    /// Whether the user can sign in at once, because a trigger confirmed it.
    pub confirmed: bool,
    /// `sub`: the user's id.
    pub sub: Option<String>,
    /// Where the confirmation code went.
    pub delivery: Option<CodeDelivery>,
}

impl Operation for SignUp<'_> {
    const NAME: &'static str = "SignUp";
    const REPEATABLE: bool = false;
    type Output = SignedUp;

    fn request(&self, config: &Config) -> Map<String, Value> {
        object! {
            "ClientId": config.client_id(),
            "Username": self.username,
            "Password": self.password.expose(),
            "UserAttributes": attribute_list(self.attributes),
        }
    }

    fn response(body: &Map<String, Value>) -> Result<SignedUp, Error> {
        let confirmed = body.get("UserConfirmed").and_then(Value::as_bool);
        Ok(SignedUp {
            confirmed: confirmed.ok_or_else(|| missing(Self::NAME, "UserConfirmed"))?,
            sub: text(body, "UserSub"),
            delivery: CodeDelivery::read(body.get("CodeDeliveryDetails")),
        })
    }
}

/// [`ConfirmSignUp`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html):
/// confirms a sign-up with the code that was sent.
#[derive(Clone, Debug)]
pub struct ConfirmSignUp<'a> {
    /// The user name given to [`SignUp`].
    pub username: &'a str,
    /// The code.
    pub code: &'a str,
}

impl Operation for ConfirmSignUp<'_> {
    const NAME: &'static str = "ConfirmSignUp";
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, config: &Config) -> Map<String, Value> {
        object! {
            "ClientId": config.client_id(),
            "Username": self.username,
            "ConfirmationCode": self.code,
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// [`ResendConfirmationCode`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html):
/// sends another sign-up code.
#[derive(Clone, Debug)]
pub struct ResendConfirmationCode<'a> {
    /// The user name given to [`SignUp`].
    pub username: &'a str,
}

impl Operation for ResendConfirmationCode<'_> {
    const NAME: &'static str = "ResendConfirmationCode";
    const REPEATABLE: bool = false;
    type Output = CodeDelivery;

    fn request(&self, config: &Config) -> Map<String, Value> {
        object! { "ClientId": config.client_id(), "Username": self.username }
    }

    fn response(body: &Map<String, Value>) -> Result<CodeDelivery, Error> {
        Ok(CodeDelivery::read(body.get("CodeDeliveryDetails")).unwrap_or_default())
    }
}

/// [`ForgotPassword`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html):
/// sends a code that sets a new password.
#[derive(Clone, Debug)]
pub struct ForgotPassword<'a> {
    /// The user name, or an alias of it.
    pub username: &'a str,
}

impl Operation for ForgotPassword<'_> {
    const NAME: &'static str = "ForgotPassword";
    const REPEATABLE: bool = false;
    type Output = CodeDelivery;

    fn request(&self, config: &Config) -> Map<String, Value> {
        object! { "ClientId": config.client_id(), "Username": self.username }
    }

    fn response(body: &Map<String, Value>) -> Result<CodeDelivery, Error> {
        Ok(CodeDelivery::read(body.get("CodeDeliveryDetails")).unwrap_or_default())
    }
}

/// [`ConfirmForgotPassword`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html):
/// sets a new password with the code that was sent.
#[derive(Clone, Debug)]
pub struct ConfirmForgotPassword<'a> {
    /// The user name given to [`ForgotPassword`].
    pub username: &'a str,
    /// The code.
    pub code: &'a str,
    /// The new password.
    pub password: &'a Password,
}

impl Operation for ConfirmForgotPassword<'_> {
    const NAME: &'static str = "ConfirmForgotPassword";
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, config: &Config) -> Map<String, Value> {
        object! {
            "ClientId": config.client_id(),
            "Username": self.username,
            "ConfirmationCode": self.code,
            "Password": self.password.expose(),
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// The flows of [`InitiateAuth`].
#[derive(Clone, Debug)]
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
    /// `REFRESH_TOKEN_AUTH`: refused by pools that rotate refresh tokens, see [`GetTokensFromRefreshToken`].
    RefreshToken {
        /// The refresh token.
        refresh_token: &'a RefreshToken,
        /// The device that the refresh token was issued to, if the pool tracks devices.
        device_key: Option<&'a str>,
    },
}

/// [`InitiateAuth`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html):
/// starts a sign-in.
#[derive(Clone, Debug)]
pub struct InitiateAuth<'a> {
    /// The flow and its parameters.
    pub flow: AuthFlow<'a>,
}

impl Operation for InitiateAuth<'_> {
    const NAME: &'static str = "InitiateAuth";
    const REPEATABLE: bool = true;
    type Output = AuthStep;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let (flow, parameters) = match &self.flow {
            AuthFlow::UserSrp { username, srp_a } => (
                "USER_SRP_AUTH",
                pairs(&[("USERNAME", username), ("SRP_A", srp_a)]),
            ),
            AuthFlow::UserPassword { username, password } => (
                "USER_PASSWORD_AUTH",
                pairs(&[("USERNAME", username), ("PASSWORD", password.expose())]),
            ),
            AuthFlow::RefreshToken {
                refresh_token,
                device_key,
            } => {
                let mut list = vec![("REFRESH_TOKEN", refresh_token.expose())];
                list.extend(device_key.map(|key| ("DEVICE_KEY", key)));
                ("REFRESH_TOKEN_AUTH", pairs(&list))
            }
        };
        object! {
            "AuthFlow": flow,
            "AuthParameters": parameters,
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
    /// The answers: name and value.
    pub responses: &'a [(&'a str, &'a str)],
}

impl Operation for RespondToAuthChallenge<'_> {
    const NAME: &'static str = "RespondToAuthChallenge";
    // Sessions and secret blocks are good for one answer.
    const REPEATABLE: bool = false;
    type Output = AuthStep;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = object! {
            "ChallengeName": self.challenge.as_str(),
            "ChallengeResponses": pairs(self.responses),
            "ClientId": config.client_id(),
        };
        if let Some(session) = self.session {
            request.insert("Session".to_owned(), session.expose().into());
        }
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
    fn read(operation: &str, body: &Map<String, Value>) -> Result<Self, Error> {
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
        }))
    }
}

/// A challenge as the pool sent it.
#[derive(Clone)]
pub struct Challenge {
    /// Which one.
    pub name: ChallengeName,
    /// To be sent back with the answer.
    pub session: Option<ChallengeSession>,
    /// Name and value.
    pub parameters: Vec<(String, String)>,
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

/// The challenges of a user pool's API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeName {
    /// `PASSWORD_VERIFIER`
    PasswordVerifier,
    /// `NEW_PASSWORD_REQUIRED`
    NewPasswordRequired,
    /// A challenge that this version has no variant for.
    Other(String),
}

impl ChallengeName {
    fn parse(name: &str) -> Self {
        match name {
            "PASSWORD_VERIFIER" => Self::PasswordVerifier,
            "NEW_PASSWORD_REQUIRED" => Self::NewPasswordRequired,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::PasswordVerifier => "PASSWORD_VERIFIER",
            Self::NewPasswordRequired => "NEW_PASSWORD_REQUIRED",
            Self::Other(name) => name,
        }
    }
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
    fn read(operation: &str, result: &Map<String, Value>) -> Result<Self, Error> {
        let device = result.get("NewDeviceMetadata").and_then(Value::as_object);
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
            new_device: device.and_then(|device| {
                Some(NewDevice {
                    device_key: text(device, "DeviceKey")?,
                    device_group_key: text(device, "DeviceGroupKey")?,
                })
            }),
        })
    }
}

/// [`GetTokensFromRefreshToken`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html):
/// gets new access and ID tokens, and with rotation on a new refresh token.
#[derive(Clone, Debug)]
pub struct GetTokensFromRefreshToken<'a> {
    /// The refresh token.
    pub refresh_token: &'a RefreshToken,
    /// The device that the refresh token was issued to, if the pool tracks devices.
    pub device_key: Option<&'a str>,
}

impl Operation for GetTokensFromRefreshToken<'_> {
    const NAME: &'static str = "GetTokensFromRefreshToken";
    // With rotation on, the old token stays good for the grace period, so a lost answer can be asked for again.
    const REPEATABLE: bool = true;
    type Output = Tokens;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = object! {
            "ClientId": config.client_id(),
            "RefreshToken": self.refresh_token.expose(),
        };
        if let Some(device_key) = self.device_key {
            request.insert("DeviceKey".to_owned(), device_key.into());
        }
        request
    }

    fn response(body: &Map<String, Value>) -> Result<Tokens, Error> {
        body.get("AuthenticationResult")
            .and_then(Value::as_object)
            .ok_or_else(|| missing(Self::NAME, "AuthenticationResult"))
            .and_then(|result| Tokens::read(Self::NAME, result))
    }
}

/// [`GetUser`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html): the
/// signed-in user's attributes.
#[derive(Clone, Debug)]
pub struct GetUser<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
}

/// The answer of [`GetUser`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user name in the pool.
    pub username: String,
    /// Name and value.
    pub attributes: Vec<(String, String)>,
}

impl User {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Operation for GetUser<'_> {
    const NAME: &'static str = "GetUser";
    const REPEATABLE: bool = true;
    type Output = User;

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! { "AccessToken": self.access_token.expose() }
    }

    fn response(body: &Map<String, Value>) -> Result<User, Error> {
        Ok(User {
            username: text(body, "Username").ok_or_else(|| missing(Self::NAME, "Username"))?,
            attributes: attribute_pairs(body.get("UserAttributes")),
        })
    }
}

/// [`GlobalSignOut`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html):
/// ends all of the user's sessions, on every device.
///
/// Access tokens that were issued before stay valid for backends that only verify signature and expiry.
#[derive(Clone, Debug)]
pub struct GlobalSignOut<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
}

impl Operation for GlobalSignOut<'_> {
    const NAME: &'static str = "GlobalSignOut";
    const REPEATABLE: bool = true;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! { "AccessToken": self.access_token.expose() }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// [`RevokeToken`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html):
/// ends the session that a refresh token belongs to.
#[derive(Clone, Debug)]
pub struct RevokeToken<'a> {
    /// The refresh token.
    pub refresh_token: &'a RefreshToken,
}

impl Operation for RevokeToken<'_> {
    const NAME: &'static str = "RevokeToken";
    const REPEATABLE: bool = true;
    type Output = ();

    fn request(&self, config: &Config) -> Map<String, Value> {
        object! {
            "ClientId": config.client_id(),
            "Token": self.refresh_token.expose(),
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}
