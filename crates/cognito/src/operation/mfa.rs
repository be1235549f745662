//! Multi-factor authentication.

use alloc::{borrow::ToOwned, string::String};

use serde_json::{Map, Value, json};

use super::{Operation, insert_some, missing, object, text};
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::secret::{AccessToken, ChallengeSession, TotpSecret};

/// On whose behalf an authenticator app is set up.
#[derive(Clone, Debug)]
pub enum Authorization<'a> {
    /// A signed-in user.
    AccessToken(&'a AccessToken),
    /// A user who has to set one up to sign in.
    Session(&'a ChallengeSession),
}

impl Authorization<'_> {
    fn member(&self) -> (&'static str, &str) {
        match self {
            Self::AccessToken(token) => ("AccessToken", token.expose()),
            Self::Session(session) => ("Session", session.expose()),
        }
    }
}

/// [`AssociateSoftwareToken`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html):
/// makes the secret of an authenticator app. It counts once a code of it was shown: [`VerifySoftwareToken`].
#[derive(Clone, Debug)]
pub struct AssociateSoftwareToken<'a> {
    /// On whose behalf.
    pub authorization: Authorization<'a>,
}

/// The answer of [`AssociateSoftwareToken`].
#[derive(Clone, Debug, PartialEq)]
pub struct SoftwareToken {
    /// What the authenticator app has to know.
    pub secret: TotpSecret,
    /// For [`VerifySoftwareToken`], when there is no access token.
    pub session: Option<ChallengeSession>,
}

impl Operation for AssociateSoftwareToken<'_> {
    const NAME: &'static str = "AssociateSoftwareToken";
    // Each one makes a new secret, and a session is good for one.
    const REPEATABLE: bool = false;
    type Output = SoftwareToken;

    fn request(&self, _: &Config) -> Map<String, Value> {
        let (name, value) = self.authorization.member();
        object! { name: value }
    }

    fn response(body: &Map<String, Value>) -> Result<SoftwareToken, Error> {
        Ok(SoftwareToken {
            secret: text(body, "SecretCode")
                .map(TotpSecret::new)
                .ok_or_else(|| missing(Self::NAME, "SecretCode"))?,
            session: text(body, "Session").map(ChallengeSession::new),
        })
    }
}

/// [`VerifySoftwareToken`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html):
/// shows that the authenticator app was set up. A wrong code is
/// [`ErrorKind::CodeMismatch`](crate::ErrorKind::CodeMismatch). The output is the session that signing in goes on with,
/// when there is no access token.
#[derive(Clone, Debug)]
pub struct VerifySoftwareToken<'a> {
    /// On whose behalf.
    pub authorization: Authorization<'a>,
    /// The code that the app shows: six digits.
    pub code: &'a str,
    /// A name for the app's device.
    pub friendly_device_name: Option<&'a str>,
}

impl Operation for VerifySoftwareToken<'_> {
    const NAME: &'static str = "VerifySoftwareToken";
    const REPEATABLE: bool = false;
    type Output = Option<ChallengeSession>;

    fn request(&self, _: &Config) -> Map<String, Value> {
        let (name, value) = self.authorization.member();
        let mut request = object! { name: value, "UserCode": self.code };
        insert_some(
            &mut request,
            "FriendlyDeviceName",
            self.friendly_device_name,
        );
        request
    }

    fn response(body: &Map<String, Value>) -> Result<Option<ChallengeSession>, Error> {
        match body.get("Status").and_then(Value::as_str) {
            Some("SUCCESS") => Ok(text(body, "Session").map(ChallengeSession::new)),
            Some(_) => Err(Error {
                kind: ErrorKind::CodeMismatch,
                code: String::new(),
                message: "the code was not accepted".to_owned(),
            }),
            None => Err(missing(Self::NAME, "Status")),
        }
    }
}

/// What a user wants of one kind of multi-factor authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MfaPreference {
    /// Not to be asked for it.
    Off,
    /// To be offered it.
    On,
    /// To be asked for it before the others.
    Preferred,
}

impl MfaPreference {
    fn settings(self) -> Value {
        json!({ "Enabled": self != Self::Off, "PreferredMfa": self == Self::Preferred })
    }
}

/// [`SetUserMFAPreference`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html):
/// switches kinds of multi-factor authentication on and off. A kind that is `None` stays as it is.
/// ```no_run
/// # use cognito_user_pool::{AccessToken, Client, Clock, Error, Transport};
/// use cognito_user_pool::operation::{
///     AssociateSoftwareToken, Authorization, MfaPreference, SetUserMfaPreference, VerifySoftwareToken,
/// };
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     access_token: &AccessToken,
/// #     code: &str,
/// # ) -> Result<(), Error> {
/// let authorization = Authorization::AccessToken(access_token);
/// let associate = AssociateSoftwareToken { authorization: authorization.clone() };
/// let token = client.call(&associate).await?;
/// println!("show as a QR code: {}", token.secret.otpauth_uri("My product", "ann").as_str());
/// client
///     .call(&VerifySoftwareToken { authorization, code, friendly_device_name: Some("my phone") })
///     .await?;
/// client
///     .call(&SetUserMfaPreference {
///         access_token,
///         sms: None,
///         software_token: Some(MfaPreference::Preferred),
///         email: Some(MfaPreference::Off),
///     })
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SetUserMfaPreference<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// Codes by text message; needs a verified phone number.
    pub sms: Option<MfaPreference>,
    /// Codes by an authenticator app; needs one that was set up.
    pub software_token: Option<MfaPreference>,
    /// Codes by e-mail; needs a verified address.
    pub email: Option<MfaPreference>,
}

impl Operation for SetUserMfaPreference<'_> {
    const NAME: &'static str = "SetUserMFAPreference";
    const REPEATABLE: bool = true;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        let mut request = object! { "AccessToken": self.access_token.expose() };
        for (name, preference) in [
            ("SMSMfaSettings", self.sms),
            ("SoftwareTokenMfaSettings", self.software_token),
            ("EmailMfaSettings", self.email),
        ] {
            insert_some(&mut request, name, preference.map(MfaPreference::settings));
        }
        request
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}
