//! What a token says.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Map, Value};

use crate::json::object_of;
use crate::secret::{AccessToken, IdToken};

/// The claims of an ID or access token, decoded but **not verified**.
///
/// A client that has its tokens from the pool over TLS may read them; whoever *accepts* a token from somebody else (a
/// backend) has to verify its signature, issuer, audience and expiry first.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// The claims of an access token; `None` if it is not a JWT.
    pub fn of_access_token(token: &AccessToken) -> Option<Self> {
        Self::decode(token.expose())
    }

    /// The claims of an ID token; `None` if it is not a JWT.
    pub fn of_id_token(token: &IdToken) -> Option<Self> {
        Self::decode(token.expose())
    }

    fn decode(jwt: &str) -> Option<Self> {
        let mut parts = jwt.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let payload = Base64UrlUnpadded::decode_vec(payload).ok()?;
        object_of(&payload).map(Self)
    }

    /// A claim that is a string, such as `email`, `name`, `preferred_username` or `custom:<name>` of an ID token.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim)?.as_str()
    }

    /// A claim that is a number of seconds since 1970-01-01T00:00:00Z: `exp`, `iat`, `auth_time`.
    pub fn seconds(&self, claim: &str) -> Option<i64> {
        let value = self.0.get(claim)?;
        value
            .as_i64()
            .or_else(|| value.as_f64().map(|seconds| seconds as i64))
    }

    /// `sub`: the user's id in the pool.
    pub fn sub(&self) -> Option<&str> {
        self.text("sub")
    }

    /// The user name in the pool: `username` of an access token, `cognito:username` of an ID token.
    pub fn username(&self) -> Option<&str> {
        self.text("username")
            .or_else(|| self.text("cognito:username"))
    }

    /// When the token expires, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub fn expires_at_ms(&self) -> Option<i64> {
        self.seconds("exp")?.checked_mul(1000)
    }

    /// When the token was issued, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub fn issued_at_ms(&self) -> Option<i64> {
        self.seconds("iat")?.checked_mul(1000)
    }

    /// `client_id` of an access token, `aud` of an ID token.
    pub fn client_id(&self) -> Option<&str> {
        self.text("client_id").or_else(|| self.text("aud"))
    }
}

/// The claims of an access token: what a backend is shown.
///
/// Decoded but **not verified**, see [`Claims`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessClaims {
    /// `sub`: the user's id in the pool.
    pub sub: String,
    /// `username`: the user's name in the pool.
    pub username: String,
    /// `client_id`: the app client that the token was issued to.
    pub client_id: String,
    /// `iss`: the pool.
    pub issuer: String,
    /// `scope`: what the token is good for.
    pub scopes: Vec<String>,
    /// `cognito:groups`: the groups that the user is in.
    pub groups: Vec<String>,
    /// `exp`: when the token expires, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub expires_at_ms: i64,
    /// `iat`: when the token was issued, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub issued_at_ms: i64,
    /// `auth_time`: when the user signed in, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub auth_time_ms: Option<i64>,
    /// `jti`: the token's own id.
    pub id: Option<String>,
    /// `origin_jti`: the id of the session; there when its tokens can be revoked.
    pub session_id: Option<String>,
    /// `device_key`: the device that it was issued to, if the pool tracks devices.
    pub device_key: Option<String>,
    /// All of them, those of a trigger included.
    pub all: Claims,
}

/// The claims of an ID token: who the person is.
///
/// Decoded but **not verified**, see [`Claims`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdClaims {
    /// `sub`: the user's id in the pool.
    pub sub: String,
    /// `cognito:username`: the user's name in the pool.
    pub username: String,
    /// `aud`: the app client that the token was issued to.
    pub audience: String,
    /// `iss`: the pool.
    pub issuer: String,
    /// `exp`: when the token expires, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub expires_at_ms: i64,
    /// `iat`: when the token was issued, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub issued_at_ms: i64,
    /// `auth_time`: when the user signed in, in milliseconds since 1970-01-01T00:00:00Z by the pool's clock.
    pub auth_time_ms: Option<i64>,
    /// `email`
    pub email: Option<String>,
    /// `email_verified`
    pub email_verified: bool,
    /// `phone_number`
    pub phone_number: Option<String>,
    /// `phone_number_verified`
    pub phone_number_verified: bool,
    /// `name`
    pub name: Option<String>,
    /// `preferred_username`
    pub preferred_username: Option<String>,
    /// `nonce`, of a sign-in by managed login.
    pub nonce: Option<String>,
    /// `cognito:groups`: the groups that the user is in.
    pub groups: Vec<String>,
    /// `cognito:roles`: the IAM roles of those groups.
    pub roles: Vec<String>,
    /// `cognito:preferred_role`: the role of the first group.
    pub preferred_role: Option<String>,
    /// `identities`: the providers that the user has signed in with.
    pub identities: Vec<Identity>,
    /// All of them: other attributes under their own names, `custom:<name>` included, and those of a trigger.
    pub all: Claims,
}

/// A user's identity at a provider outside of the pool.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// `providerName`: the provider's name in the pool, for instance `Google`.
    pub provider: String,
    /// `providerType`: its kind, for instance `SAML`.
    pub kind: Option<String>,
    /// `userId`: the user's id there.
    pub user_id: String,
}

impl AccessClaims {
    /// The claims of an access token; `None` if it is none.
    pub fn decode(token: &AccessToken) -> Option<Self> {
        let claims = Claims::of_access_token(token)?;
        if claims.text("token_use") != Some("access") {
            return None;
        }
        let scopes = claims.text("scope").unwrap_or_default();
        Some(Self {
            sub: claims.owned("sub")?,
            username: claims.owned("username")?,
            client_id: claims.owned("client_id")?,
            issuer: claims.owned("iss")?,
            scopes: scopes.split_ascii_whitespace().map(str::to_owned).collect(),
            groups: claims.list("cognito:groups"),
            expires_at_ms: claims.expires_at_ms()?,
            issued_at_ms: claims.issued_at_ms()?,
            auth_time_ms: claims.milliseconds("auth_time"),
            id: claims.owned("jti"),
            session_id: claims.owned("origin_jti"),
            device_key: claims.owned("device_key"),
            all: claims,
        })
    }
}

impl IdClaims {
    /// The claims of an ID token; `None` if it is none.
    pub fn decode(token: &IdToken) -> Option<Self> {
        let claims = Claims::of_id_token(token)?;
        if claims.text("token_use") != Some("id") {
            return None;
        }
        Some(Self {
            sub: claims.owned("sub")?,
            username: claims.owned("cognito:username")?,
            audience: claims.owned("aud")?,
            issuer: claims.owned("iss")?,
            expires_at_ms: claims.expires_at_ms()?,
            issued_at_ms: claims.issued_at_ms()?,
            auth_time_ms: claims.milliseconds("auth_time"),
            email: claims.owned("email"),
            email_verified: claims.flag("email_verified"),
            phone_number: claims.owned("phone_number"),
            phone_number_verified: claims.flag("phone_number_verified"),
            name: claims.owned("name"),
            preferred_username: claims.owned("preferred_username"),
            nonce: claims.owned("nonce"),
            groups: claims.list("cognito:groups"),
            roles: claims.list("cognito:roles"),
            preferred_role: claims.owned("cognito:preferred_role"),
            identities: claims.identities(),
            all: claims,
        })
    }

    /// The value of an attribute, for instance `custom:<name>`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.all.text(name)
    }
}

impl Claims {
    fn owned(&self, claim: &str) -> Option<String> {
        self.text(claim).map(str::to_owned)
    }

    fn milliseconds(&self, claim: &str) -> Option<i64> {
        self.seconds(claim)?.checked_mul(1000)
    }

    /// A truth value, which the service also writes as text.
    fn flag(&self, claim: &str) -> bool {
        match self.0.get(claim) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }

    fn list(&self, claim: &str) -> Vec<String> {
        let list = self.0.get(claim).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    fn identities(&self) -> Vec<Identity> {
        let list = self.0.get("identities").and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|identity| {
                let text = |name: &str| Some(identity.get(name)?.as_str()?.to_owned());
                Some(Identity {
                    provider: text("providerName")?,
                    kind: text("providerType"),
                    user_id: text("userId")?,
                })
            })
            .collect()
    }
}

/// Shows that there is something without showing it: claims are about a person.
macro_rules! opaque {
    ($($name:ident),+) => { $(impl core::fmt::Debug for $name {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.debug_struct(stringify!($name)).finish_non_exhaustive()
        }
    })+ };
}

opaque!(AccessClaims, IdClaims, Identity);

impl core::fmt::Debug for Claims {
    /// Names the claims without their values, which are about a person.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn token(payload: &str) -> AccessToken {
        let payload = Base64UrlUnpadded::encode_string(payload.as_bytes());
        AccessToken::new(format!("e30.{payload}.c2ln"))
    }

    #[test]
    fn claims_are_read() {
        let claims = Claims::of_access_token(&token(
            r#"{"sub":"s","username":"u","exp":1767225600,"iat":1.5e3,"client_id":"c"}"#,
        ))
        .unwrap();
        assert_eq!(claims.sub(), Some("s"));
        assert_eq!(claims.username(), Some("u"));
        assert_eq!(claims.expires_at_ms(), Some(1_767_225_600_000));
        assert_eq!(claims.issued_at_ms(), Some(1_500_000));
        assert_eq!(claims.client_id(), Some("c"));
    }

    #[test]
    fn an_access_tokens_claims_have_types() {
        let payload = r#"{"sub":"s","username":"u","client_id":"c","iss":"i","token_use":"access",
            "scope":"openid  aws.cognito.signin.user.admin","cognito:groups":["a","b",3],
            "exp":20,"iat":10,"auth_time":5,"jti":"j","origin_jti":"o","device_key":"d","tenant":"t"}"#;
        let claims = AccessClaims::decode(&token(payload)).unwrap();
        assert_eq!(claims.sub, "s");
        assert_eq!(claims.username, "u");
        assert_eq!(claims.client_id, "c");
        assert_eq!(claims.issuer, "i");
        assert_eq!(claims.scopes, ["openid", "aws.cognito.signin.user.admin"]);
        assert_eq!(claims.groups, ["a", "b"]);
        assert_eq!(
            (claims.expires_at_ms, claims.issued_at_ms),
            (20_000, 10_000)
        );
        assert_eq!(claims.auth_time_ms, Some(5000));
        assert_eq!(claims.id.as_deref(), Some("j"));
        assert_eq!(claims.session_id.as_deref(), Some("o"));
        assert_eq!(claims.device_key.as_deref(), Some("d"));
        assert_eq!(claims.all.text("tenant"), Some("t"));
        assert_eq!(format!("{claims:?}"), "AccessClaims { .. }");
        let other = payload.replace("access", "id");
        assert_eq!(AccessClaims::decode(&token(&other)), None, "an ID token");
        for needed in ["sub", "username", "client_id", "iss", "exp", "iat"] {
            let without = payload.replace(&format!("\"{needed}\""), "\"x\"");
            assert_eq!(AccessClaims::decode(&token(&without)), None, "{needed}");
        }
    }

    #[test]
    fn an_id_tokens_claims_have_types() {
        let id = |payload: &str| IdClaims::decode(&IdToken::new(token(payload).expose()));
        let payload = r#"{"sub":"s","cognito:username":"u","aud":"c","iss":"i","token_use":"id",
            "exp":20,"iat":10,"email":"ann@example.com","email_verified":true,
            "phone_number":"+1","phone_number_verified":"true","name":"Ann",
            "preferred_username":"ann","nonce":"n","cognito:groups":["a"],
            "cognito:roles":["r"],"cognito:preferred_role":"r","custom:colour":"blue",
            "identities":[{"providerName":"Google","providerType":"Google","userId":"7"},{"x":1}]}"#;
        let claims = id(payload).unwrap();
        assert_eq!(claims.username, "u");
        assert_eq!(claims.audience, "c");
        assert_eq!(claims.email.as_deref(), Some("ann@example.com"));
        assert!(claims.email_verified && claims.phone_number_verified);
        assert_eq!(claims.name.as_deref(), Some("Ann"));
        assert_eq!(claims.preferred_username.as_deref(), Some("ann"));
        assert_eq!(claims.nonce.as_deref(), Some("n"));
        assert_eq!(claims.groups, ["a"]);
        assert_eq!(claims.roles, ["r"]);
        assert_eq!(claims.preferred_role.as_deref(), Some("r"));
        assert_eq!(claims.attribute("custom:colour"), Some("blue"));
        assert_eq!(claims.auth_time_ms, None);
        assert_eq!(claims.identities.len(), 1);
        assert_eq!(claims.identities[0].provider, "Google");
        assert_eq!(claims.identities[0].user_id, "7");
        assert!(!format!("{claims:?}").contains("ann"));
        let unverified = payload.replace("true", "false");
        let unverified = id(&unverified).unwrap();
        assert!(!unverified.email_verified && !unverified.phone_number_verified);
        let other = payload.replace("\"id\"", "\"access\"");
        assert_eq!(id(&other), None, "an access token");
    }

    #[test]
    fn what_is_no_token_has_no_claims() {
        for text in [
            "",
            "null",
            "a.b",
            "a.b.c.d",
            "e30.W10.c2ln",
            "e30.!!!.x",
            "..",
            "e30..x",
        ] {
            assert_eq!(
                Claims::of_access_token(&AccessToken::new(text)),
                None,
                "{text}"
            );
        }
        assert!(
            Claims::of_access_token(&token(r#"{"exp":"soon"}"#))
                .unwrap()
                .expires_at_ms()
                .is_none()
        );
    }
}
