//! The tokens of a session, and whose it is.

use alloc::{string::String, vec::Vec};

use serde_json::{Map, Value};

use super::{
    MfaKind, Operation, Tokens, attribute_pairs, insert_some, missing, object, text, texts,
};
use crate::config::Config;
use crate::error::Error;
use crate::secret::{AccessToken, RefreshToken};

/// [`GetTokensFromRefreshToken`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html):
/// gets new access and ID tokens, and with rotation on a new refresh token.
/// ```no_run
/// # use cognito_user_pool::{Client, Clock, Storage, TokenStore, Transport};
/// use cognito_user_pool::operation::GetTokensFromRefreshToken;
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     store: TokenStore<impl Storage>,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// if let Some(session) = store.load()
///     && let Some(refresh_token) = &session.refresh_token
/// {
///     let device_key = session.device_key.as_deref();
///     match client.call(&GetTokensFromRefreshToken { refresh_token, device_key }).await {
///         Ok(tokens) => store.save(&session.refreshed(tokens, client.server_offset_ms()))?,
///         Err(error) if error.ends_session() => store.clear(),
///         Err(error) => println!("later, then: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
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
        insert_some(&mut request, "DeviceKey", self.device_key);
        insert_some(&mut request, "ClientSecret", config.client_secret());
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
/// ```no_run
/// # use cognito_user_pool::{AccessToken, Client, Clock, Error, Transport};
/// use cognito_user_pool::operation::GetUser;
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     access_token: &AccessToken,
/// # ) -> Result<(), Error> {
/// let user = client.call(&GetUser { access_token }).await?;
/// println!("{} has {:?}", user.username, user.attribute("email"));
/// # Ok(())
/// # }
/// ```
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
    /// The kind of multi-factor authentication that the user prefers.
    pub preferred_mfa: Option<MfaKind>,
    /// The kinds that are switched on for the user.
    pub mfa: Vec<MfaKind>,
}

/// `PreferredMfaSetting`.
pub(super) fn preferred_mfa(body: &Map<String, Value>) -> Option<MfaKind> {
    let name = body.get("PreferredMfaSetting")?.as_str()?;
    (!name.is_empty()).then(|| MfaKind::parse(name))
}

/// `UserMFASettingList`.
pub(super) fn mfa_list(body: &Map<String, Value>) -> Vec<MfaKind> {
    let names = texts(body.get("UserMFASettingList"));
    names.map(MfaKind::parse).collect()
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
            preferred_mfa: preferred_mfa(body),
            mfa: mfa_list(body),
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
/// ```no_run
/// # use cognito_user_pool::{Client, Clock, Error, StoredSession, Transport};
/// use cognito_user_pool::operation::{GlobalSignOut, RevokeToken};
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     session: StoredSession,
/// #     everywhere: bool,
/// # ) -> Result<(), Error> {
/// if everywhere {
///     client.call(&GlobalSignOut { access_token: &session.access_token }).await?;
/// } else if let Some(refresh_token) = &session.refresh_token {
///     client.call(&RevokeToken { refresh_token }).await?;
/// }
/// # Ok(())
/// # }
/// ```
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
        let mut request = object! {
            "ClientId": config.client_id(),
            "Token": self.refresh_token.expose(),
        };
        insert_some(&mut request, "ClientSecret", config.client_secret());
        request
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}
