//! Registering.

use alloc::string::String;

use serde_json::{Map, Value};

use super::{CodeDelivery, Operation, attribute_list, insert_secret_hash, missing, object, text};
use crate::config::Config;
use crate::error::Error;
use crate::secret::{ChallengeSession, Password};

/// [`SignUp`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html): registers a
/// user.
/// ```no_run
/// # use cognito_user_pool::{Client, Clock, Error, ErrorKind, Password, Transport};
/// use cognito_user_pool::operation::{ConfirmSignUp, ResendConfirmationCode, SignUp};
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     password: Password,
/// #     code: &str,
/// # ) -> Result<(), Error> {
/// let username = "ann@example.com";
/// let attributes = [("name".to_owned(), "Ann".to_owned())];
/// let sign_up = SignUp { username, password: &password, attributes: &attributes };
/// if let Some(delivery) = client.call(&sign_up).await?.delivery {
///     println!("a code went to {:?}", delivery.destination);
/// }
/// match client.call(&ConfirmSignUp { username, code }).await {
///     Err(error) if error.kind == ErrorKind::CodeExpired => {
///         client.call(&ResendConfirmationCode { username }).await?;
///     }
///     confirmed => println!("can sign in: {}", confirmed.is_ok()),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SignUp<'a> {
    /// The user name, or what the pool takes in its place: an e-mail address, a phone number.
    pub username: &'a str,
    /// The password.
    pub password: &'a Password,
    /// The user's attributes: name and value.
    pub attributes: &'a [(String, String)],
}

/// [`SignUp`] of a user who has no password: signs in by a code or a passkey, where the pool has those.
/// ```no_run
/// # use cognito_user_pool::{Client, Clock, Error, Transport};
/// use cognito_user_pool::operation::PasswordlessSignUp;
/// # async fn example(client: Client<impl Transport, impl Clock>) -> Result<(), Error> {
/// let sign_up = PasswordlessSignUp { username: "ann@example.com", attributes: &[] };
/// let signed_up = client.call(&sign_up).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PasswordlessSignUp<'a> {
    /// The user name, or what the pool takes in its place: an e-mail address, a phone number.
    pub username: &'a str,
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
    /// For [`ConfirmSignUp`] by [`With::session`](super::With::session), or for signing in when `confirmed`.
    pub session: Option<ChallengeSession>,
}

impl SignedUp {
    fn read(body: &Map<String, Value>) -> Result<Self, Error> {
        let confirmed = body.get("UserConfirmed").and_then(Value::as_bool);
        Ok(Self {
            confirmed: confirmed.ok_or_else(|| missing("SignUp", "UserConfirmed"))?,
            sub: text(body, "UserSub"),
            delivery: CodeDelivery::read(body.get("CodeDeliveryDetails")),
            session: text(body, "Session").map(ChallengeSession::new),
        })
    }
}

impl Operation for SignUp<'_> {
    const NAME: &'static str = "SignUp";
    const REPEATABLE: bool = false;
    type Output = SignedUp;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = object! {
            "ClientId": config.client_id(),
            "Username": self.username,
            "Password": self.password.expose(),
            "UserAttributes": attribute_list(self.attributes),
        };
        insert_secret_hash(&mut request, config, self.username);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<SignedUp, Error> {
        SignedUp::read(body)
    }
}

impl Operation for PasswordlessSignUp<'_> {
    const NAME: &'static str = "SignUp";
    const REPEATABLE: bool = false;
    type Output = SignedUp;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = object! {
            "ClientId": config.client_id(),
            "Username": self.username,
            "UserAttributes": attribute_list(self.attributes),
        };
        insert_secret_hash(&mut request, config, self.username);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<SignedUp, Error> {
        SignedUp::read(body)
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

/// The answer of [`ConfirmSignUp`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfirmedSignUp {
    /// Signs the user in by `USER_AUTH` without another code. Absent unless the confirmation carried the sign-up's own
    /// session ([`With::session`](super::With::session)) and the app client allows `USER_AUTH`.
    pub session: Option<ChallengeSession>,
}

impl Operation for ConfirmSignUp<'_> {
    const NAME: &'static str = "ConfirmSignUp";
    const REPEATABLE: bool = false;
    type Output = ConfirmedSignUp;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = object! {
            "ClientId": config.client_id(),
            "Username": self.username,
            "ConfirmationCode": self.code,
        };
        insert_secret_hash(&mut request, config, self.username);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<ConfirmedSignUp, Error> {
        Ok(ConfirmedSignUp {
            session: text(body, "Session").map(ChallengeSession::new),
        })
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
        let mut request = object! { "ClientId": config.client_id(), "Username": self.username };
        insert_secret_hash(&mut request, config, self.username);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<CodeDelivery, Error> {
        Ok(CodeDelivery::read(body.get("CodeDeliveryDetails")).unwrap_or_default())
    }
}
