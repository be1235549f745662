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
    use std::sync::LazyLock;

    use axum::http::HeaderValue;
    use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
    use rsa::sha2::Sha256;
    use rsa::signature::{SignatureEncoding, Signer, Verifier};
    use rsa::{RsaPrivateKey, RsaPublicKey};
    use serde_json::{Value, json};

    use super::*;

    const KID: &str = "the-key";
    const NOW: i64 = 1_795_381_425_000;

    static KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| {
        RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).expect("a key of 1024 bits")
    });

    fn header() -> Value {
        json!({ "alg": "RS256", "kid": KID })
    }

    fn payload() -> Value {
        json!({
            "sub": "the-sub",
            "username": "the-sub",
            "iss": "the-issuer",
            "client_id": "the-client",
            "token_use": "access",
            "exp": NOW / 1000 + 1,
        })
    }

    fn encoded(part: &Value) -> String {
        URL_SAFE_NO_PAD.encode(part.to_string())
    }

    fn signed(header: &Value, payload: &Value) -> String {
        let signed = format!("{}.{}", encoded(header), encoded(payload));
        let signature = SigningKey::<Sha256>::new(KEY.clone()).sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn check(token: &str) -> Option<AccessClaims> {
        let expected = Expected {
            issuer: "the-issuer",
            client_id: "the-client",
            now: NOW,
        };
        claims(token, &expected, |kid, signed, signature| {
            let key = VerifyingKey::<Sha256>::new(RsaPublicKey::from(&*KEY));
            kid == KID
                && Signature::try_from(signature)
                    .is_ok_and(|signature| key.verify(signed, &signature).is_ok())
        })
    }

    /// `base` with `field` set to `value`, or without it when that is null.
    fn with(mut base: Value, field: &str, value: Value) -> Value {
        let object = base.as_object_mut().expect("an object");
        if value.is_null() {
            object.remove(field);
        } else {
            object.insert(field.to_owned(), value);
        }
        base
    }

    #[test]
    fn a_good_access_token_names_its_owner() {
        let claims = check(&signed(&header(), &payload())).expect("accepted");
        assert_eq!(
            (claims.sub.as_str(), claims.username.as_str()),
            ("the-sub", "the-sub")
        );
    }

    #[test]
    fn every_claim_is_checked() {
        for (field, value) in [
            ("iss", json!("another-issuer")),
            ("iss", Value::Null),
            ("client_id", json!("another-client")),
            ("client_id", json!(["the-client"])),
            ("client_id", Value::Null),
            ("token_use", json!("id")),
            ("token_use", Value::Null),
            ("exp", json!(NOW / 1000)),
            ("exp", json!(i64::MAX)),
            ("exp", json!("1795381426")),
            ("exp", Value::Null),
            ("sub", Value::Null),
            ("username", Value::Null),
        ] {
            let token = signed(&header(), &with(payload(), field, value.clone()));
            assert_eq!(check(&token), None, "{field} = {value}");
        }
    }

    #[test]
    fn every_header_field_is_checked() {
        for (field, value) in [
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("alg", json!("RS512")),
            ("alg", json!("rs256")),
            ("alg", Value::Null),
            ("kid", json!("another-key")),
            ("kid", Value::Null),
            ("crit", json!(["exp"])),
        ] {
            let token = signed(&with(header(), field, value.clone()), &payload());
            assert_eq!(check(&token), None, "{field} = {value}");
        }
    }

    #[test]
    fn a_token_without_the_pools_signature_is_refused() {
        let good = signed(&header(), &payload());
        let (unsigned, signature) = good.rsplit_once('.').expect("three parts");
        let other = with(payload(), "sub", json!("somebody-else"));
        let none = encoded(&json!({ "alg": "none", "kid": KID }));
        for token in [
            format!("{unsigned}."),
            unsigned.to_owned(),
            format!("{}.{}.{signature}", encoded(&header()), encoded(&other)),
            format!("{none}.{}.", encoded(&payload())),
            format!("{good}.{signature}"),
            format!("{good}="),
            String::new(),
            "..".to_owned(),
            "a.b.c".to_owned(),
            "null".to_owned(),
        ] {
            assert_eq!(check(&token), None, "{token}");
        }
    }

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
