//! Who sends a request: the access token of its `Authorization` header, checked in full.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// What a token must say to be for this backend.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// Milliseconds since 1970.
    pub now: i64,
}

/// The claims that the backend uses.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct AccessClaims {
    pub sub: String,
    pub username: String,
    iss: String,
    client_id: String,
    token_use: String,
    /// Seconds since 1970.
    exp: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    /// Extensions that must be understood (RFC 7515, 4.1.11); none is.
    crit: Option<serde_json::Value>,
}

/// The token of `Authorization: Bearer <token>`. A header in any other form carries none.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let mut words = value.split_ascii_whitespace();
    let scheme = words.next()?;
    let token = words.next()?;
    (scheme.eq_ignore_ascii_case("bearer") && words.next().is_none()).then_some(token)
}

/// The claims of `token`, if it is an access token that `verify` (key id, signed bytes, RS256 signature) vouches for,
/// for this pool and client, and not expired.
pub(super) fn claims(
    token: &str,
    expected: &Expected<'_>,
    verify: impl FnOnce(&str, &[u8], &[u8]) -> bool,
) -> Option<AccessClaims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header = part(header)?;
    if header.alg != "RS256" || header.crit.is_some() {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if !verify(&header.kid, signed.as_bytes(), &signature) {
        return None;
    }
    let claims: AccessClaims = part(payload)?;
    let valid = claims.iss == expected.issuer
        && claims.client_id == expected.client_id
        && claims.token_use == "access"
        && claims.exp.checked_mul(1000)? > expected.now;
    valid.then_some(claims)
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                AUTHORIZATION,
                HeaderValue::from_str(value).expect("a header value"),
            );
        }
        headers
    }

    #[test]
    fn a_bearer_token_is_the_second_of_two_words() {
        for value in ["Bearer a.b.c", "bearer a.b.c", "  Bearer   a.b.c  "] {
            assert_eq!(bearer(&headers(&[value])), Some("a.b.c"), "{value:?}");
        }
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Basic a.b.c",
            "a.b.c",
        ] {
            assert_eq!(bearer(&headers(&[value])), None, "{value:?}");
        }
        assert_eq!(bearer(&headers(&[])), None);
        assert_eq!(bearer(&headers(&["Bearer a", "Bearer b"])), None);
    }
}
