//! Passkeys (WebAuthn credentials).
//!
//! The documents that go between the pool and the browser's `navigator.credentials` are JSON in both directions and pass
//! through here as text: `PublicKeyCredential.parseCreationOptionsFromJSON` takes the one,
//! `PublicKeyCredential.toJSON` makes the other.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
    vec::Vec,
};

use serde_json::{Map, Value};

use super::{Operation, epoch_ms, insert_some, missing, object, text, texts};
use crate::config::Config;
use crate::error::Error;
use crate::json::value_of;
use crate::secret::AccessToken;

/// [`StartWebAuthnRegistration`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html):
/// begins to make a passkey. The output is `PublicKeyCredentialCreationOptionsJSON`, for `navigator.credentials.create`.
/// ```no_run
/// # use cognito_user_pool::{AccessToken, Client, Clock, Error, Transport};
/// use cognito_user_pool::operation::{CompleteWebAuthnRegistration, StartWebAuthnRegistration};
/// # async fn ask_the_browser(options: &str) -> String { String::new() }
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     access_token: &AccessToken,
/// # ) -> Result<(), Error> {
/// let options = client.call(&StartWebAuthnRegistration { access_token }).await?;
/// let credential = ask_the_browser(&options).await;
/// let complete = CompleteWebAuthnRegistration { access_token, credential: &credential };
/// client.call(&complete).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct StartWebAuthnRegistration<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
}

impl Operation for StartWebAuthnRegistration<'_> {
    const NAME: &'static str = "StartWebAuthnRegistration";
    const REPEATABLE: bool = true;
    type Output = String;

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! { "AccessToken": self.access_token.expose() }
    }

    fn response(body: &Map<String, Value>) -> Result<String, Error> {
        let options = body.get("CredentialCreationOptions");
        options
            .filter(|options| options.is_object())
            .map(Value::to_string)
            .ok_or_else(|| missing(Self::NAME, "CredentialCreationOptions"))
    }
}

/// [`CompleteWebAuthnRegistration`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html):
/// hands the new passkey's public half to the pool.
#[derive(Clone, Debug)]
pub struct CompleteWebAuthnRegistration<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// `RegistrationResponseJSON`: what the browser made, as JSON. What is not a JSON document is sent as `null`, which
    /// the pool refuses.
    pub credential: &'a str,
}

impl Operation for CompleteWebAuthnRegistration<'_> {
    const NAME: &'static str = "CompleteWebAuthnRegistration";
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        let credential = value_of(self.credential.as_bytes()).unwrap_or_default();
        object! {
            "AccessToken": self.access_token.expose(),
            "Credential": credential,
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// A passkey of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAuthnCredential {
    /// Its id, base64url.
    pub id: String,
    /// A name for people: the authenticator's, as far as the pool knows it.
    pub name: String,
    /// The site that it is good for.
    pub relying_party_id: String,
    /// `platform` or `cross-platform`, if the authenticator told.
    pub attachment: Option<String>,
    /// How it can be reached: `internal`, `hybrid`, `usb` and others.
    pub transports: Vec<String>,
    /// When it was made, in milliseconds since 1970-01-01T00:00:00Z.
    pub created_at_ms: Option<i64>,
}

impl WebAuthnCredential {
    fn read(value: &Value) -> Option<Self> {
        let body = value.as_object()?;
        let transports = texts(body.get("AuthenticatorTransports"));
        Some(Self {
            id: text(body, "CredentialId")?,
            name: text(body, "FriendlyCredentialName").unwrap_or_default(),
            relying_party_id: text(body, "RelyingPartyId").unwrap_or_default(),
            attachment: text(body, "AuthenticatorAttachment"),
            transports: transports.map(str::to_owned).collect(),
            created_at_ms: epoch_ms(body, "CreatedAt"),
        })
    }
}

/// [`ListWebAuthnCredentials`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html):
/// one page of the user's passkeys. [`Client::passkeys`](crate::Client::passkeys) gets all of them.
#[derive(Clone, Debug)]
pub struct ListWebAuthnCredentials<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// How many at most, up to 20.
    pub limit: u32,
    /// Where the page before ended.
    pub next_token: Option<&'a str>,
}

/// The answer of [`ListWebAuthnCredentials`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAuthnCredentialPage {
    /// The passkeys.
    pub credentials: Vec<WebAuthnCredential>,
    /// Where the next page begins; `None` after the last.
    pub next_token: Option<String>,
}

impl Operation for ListWebAuthnCredentials<'_> {
    const NAME: &'static str = "ListWebAuthnCredentials";
    const REPEATABLE: bool = true;
    type Output = WebAuthnCredentialPage;

    fn request(&self, _: &Config) -> Map<String, Value> {
        let mut request = object! {
            "AccessToken": self.access_token.expose(),
            "MaxResults": self.limit,
        };
        insert_some(&mut request, "NextToken", self.next_token);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<WebAuthnCredentialPage, Error> {
        let credentials = body.get("Credentials").and_then(Value::as_array);
        Ok(WebAuthnCredentialPage {
            credentials: credentials
                .into_iter()
                .flatten()
                .filter_map(WebAuthnCredential::read)
                .collect(),
            next_token: text(body, "NextToken").filter(|token| !token.is_empty()),
        })
    }
}

/// [`DeleteWebAuthnCredential`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html):
/// has the pool forget a passkey. The authenticator keeps its half.
#[derive(Clone, Debug)]
pub struct DeleteWebAuthnCredential<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// The passkey's id.
    pub credential_id: &'a str,
}

impl Operation for DeleteWebAuthnCredential<'_> {
    const NAME: &'static str = "DeleteWebAuthnCredential";
    // The second of two requests would be told that there is no such passkey.
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! {
            "AccessToken": self.access_token.expose(),
            "CredentialId": self.credential_id,
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}
