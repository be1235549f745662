//! What a token says.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Map, Value};

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
        match serde_json::from_slice(&payload).ok()? {
            Value::Object(claims) => Some(Self(claims)),
            _ => None,
        }
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

impl core::fmt::Debug for Claims {
    /// Names the claims without their values, which are about a person.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
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
