//! Whatever comes from outside (configuration, tokens, answers, storage, URLs) is read or refused: never a panic, never a
//! storm of requests, never a secret in an error. `PROPTEST_CASES` sets how many inputs each property tries.

#![cfg(not(target_family = "wasm"))]
#![cfg(feature = "full")]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use cognito_user_pool::oauth::{Authorize, CallbackError, ManagedLogin, PendingLogin};
use cognito_user_pool::operation::{GetTokensFromRefreshToken, GetUser, SignUp};
use cognito_user_pool::{
    AccessClaims, AccessToken, Claims, Config, Error, HttpResponse, IdClaims, IdToken,
    MemoryStorage, RefreshToken, SignIn, Storage as _, TokenStore, TransportError,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use support::*;

/// Names that mean something somewhere, so that random objects get past the first look.
const NAMES: [&str; 34] = [
    "sub",
    "exp",
    "iat",
    "iss",
    "aud",
    "nonce",
    "token_use",
    "username",
    "cognito:username",
    "client_id",
    "identities",
    "cognito:groups",
    "AuthenticationResult",
    "AccessToken",
    "IdToken",
    "RefreshToken",
    "ExpiresIn",
    "ChallengeName",
    "ChallengeParameters",
    "Session",
    "SRP_B",
    "SALT",
    "SECRET_BLOCK",
    "USER_ID_FOR_SRP",
    "requiredAttributes",
    "userAttributes",
    "access_token",
    "id_token",
    "token_type",
    "error",
    "__type",
    "message",
    "UserAttributes",
    "__proto__",
];
const TEXTS: [&str; 22] = [
    "",
    "0",
    "-1",
    "PASSWORD_VERIFIER",
    "NEW_PASSWORD_REQUIRED",
    "SMS_MFA",
    "EMAIL_OTP",
    "MFA_SETUP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "SELECT_CHALLENGE",
    "CUSTOM_CHALLENGE",
    "WEB_AUTHN",
    "DEVICE_SRP_AUTH",
    "Bearer",
    "access",
    "id",
    "NotAuthorizedException",
    "[\"a\"",
    "{\"a\":",
    "<script>alert(1)</script>",
    "\u{0}\u{202e}",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(TEXTS.as_slice()).prop_map(str::to_owned),
        "\\PC{0,40}",
        "[0-9a-f]{0,60}",
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            object_of(inner).prop_map(Value::Object),
        ]
    })
}

fn object_of(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop::sample::select(NAMES.as_slice()).prop_map(str::to_owned);
    prop::collection::btree_map(name, inner, 0..12).prop_map(|map| map.into_iter().collect())
}

/// JSON, JSON that was cut off, bytes.
fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => object_of(any_json()).prop_map(|map| Value::Object(map).to_string().into_bytes()),
        2 => any_json().prop_map(|json| json.to_string().into_bytes()),
        1 => (any_json(), 0..200_usize).prop_map(|(json, end)| {
            let mut bytes = json.to_string().into_bytes();
            bytes.truncate(end);
            bytes
        }),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn header() -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec![
        "x-amzn-errortype",
        "date",
        "content-type",
        "retry-after",
    ]);
    (name.prop_map(str::to_owned), text())
}

/// An answer of any kind, or none.
fn an_answer() -> impl Strategy<Value = Answer> {
    let status = prop::sample::select(vec![
        200, 200, 200, 204, 302, 400, 403, 404, 413, 429, 500, 502,
    ]);
    let whole = (status, prop::collection::vec(header(), 0..3), body()).prop_map(
        |(status, headers, body)| {
            Ok(HttpResponse {
                status,
                headers,
                body,
            })
        },
    );
    prop_oneof![
        8 => whole,
        1 => Just(Err(TransportError::Timeout)),
        1 => Just(Err(TransportError::Network("no route".to_owned()))),
    ]
}

/// As many answers as any of the calls below may ask for. One request more is a panic of the script's.
fn answers() -> impl Strategy<Value = Vec<Answer>> {
    prop::collection::vec(an_answer(), 9)
}

/// Three parts, of which the second is JSON more often than not.
fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => body().prop_map(|body| format!("e30.{}.c2ln", Base64UrlUnpadded::encode_string(&body))),
        1 => "\\PC{0,120}",
        1 => "[A-Za-z0-9_.-]{0,120}",
    ]
}

/// A saved challenge with that content, as the crate seals it.
fn sealed(version: &str, content: &str) -> String {
    let key = format!("cognito-user-pool/{version}/us-east-1_Pool/client");
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(content.as_bytes());
    format!(
        "{version}.{}.{}",
        Base64UrlUnpadded::encode_string(content.as_bytes()),
        Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()),
    )
}

#[test]
fn a_seal_made_here_is_the_crates_own() {
    let script = Script::new([
        verifier_challenge(None),
        challenge("SMS_MFA", "s", json!({})),
    ]);
    let password = password();
    let client = client(&script);
    let step = run(client.start(SignIn::srp("ann", &password))).unwrap();
    let saved = client.save(&step).unwrap();
    let (version, rest) = saved.split_once('.').unwrap();
    let content = rest.split('.').next().unwrap();
    let content = Base64UrlUnpadded::decode_vec(content).unwrap();
    assert_eq!(sealed(version, &String::from_utf8(content).unwrap()), saved);
}

fn keeps_secrets(error: &Error) {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("Crud-dur"), "{shown}");
    assert!(!shown.contains("the-secret-token"), "{shown}");
}

proptest! {
    #[test]
    fn any_configuration_is_read_or_refused(pool in text(), client in text(), endpoint in text(), minutes: u8) {
        for pool in [pool.as_str(), "us-east-1_Pool"] {
            if let Ok(config) = Config::new(pool, &client) {
                let region = format!("{}_", config.region());
                prop_assert!(pool.starts_with(&region));
                prop_assert!(config.endpoint().starts_with("https://cognito-idp."));
                let _ = config.clone().with_auth_session_validity(minutes);
                if let Ok(config) = config.with_endpoint(&endpoint) {
                    let url = config.endpoint();
                    prop_assert!(url.starts_with("https://") || url.starts_with("http://"), "{url}");
                }
            }
        }
    }

    #[test]
    fn any_token_is_read_or_refused(token in token()) {
        let access = AccessToken::new(token.clone());
        let id = IdToken::new(token);
        let _ = AccessClaims::decode(&access);
        let _ = IdClaims::decode(&id);
        for claims in [Claims::of_access_token(&access), Claims::of_id_token(&id)].into_iter().flatten() {
            let _ = (claims.sub(), claims.username(), claims.client_id());
            let _ = (claims.expires_at_ms(), claims.issued_at_ms());
        }
    }

    #[test]
    fn any_answer_to_an_operation_is_read_or_refused(answers in answers()) {
        let script = Script::new(answers);
        let token = AccessToken::new("the-secret-token");
        if let Err(error) = run(client(&script).call(&GetUser { access_token: &token })) {
            keeps_secrets(&error);
        }
        prop_assert!(script.sent() <= 3, "{} requests", script.sent());
        let before = script.sent();
        let password = password();
        let sign_up = SignUp { username: "ann", password: &password, attributes: &[] };
        if let Err(error) = run(client(&script).call(&sign_up)) {
            keeps_secrets(&error);
        }
        prop_assert!(script.sent() - before <= 3);
        let before = script.sent();
        let refresh = RefreshToken::new("the-secret-token");
        let refresh = GetTokensFromRefreshToken { refresh_token: &refresh, device_key: None };
        if let Err(error) = run(client(&script).call(&refresh)) {
            keeps_secrets(&error);
        }
        prop_assert!(script.sent() - before <= 3);
    }

    #[test]
    fn any_answer_to_a_sign_in_is_read_or_refused(first in any_json(), answers in answers()) {
        let mut answers = answers;
        // Half of them get past the first step.
        if first.is_object() || first.is_array() {
            answers.insert(0, verifier_challenge(None));
        }
        let script = Script::new(answers);
        let password = password();
        let client = client(&script);
        match run(client.start(SignIn::srp("ann", &password))) {
            Err(error) => keeps_secrets(&error),
            Ok(step) => {
                let shown = format!("{step:?}");
                prop_assert!(!shown.contains("Crud-dur"));
                // What is kept for a reload holds no password either, and is read back.
                if let Some(saved) = client.save(&step) {
                    prop_assert!(!saved.contains("Crud-dur"));
                    prop_assert!(client.resume(&saved).is_ok(), "{saved}");
                }
            }
        }
        prop_assert!(script.sent() <= 6, "{} requests", script.sent());
    }

    #[test]
    fn any_saved_challenge_is_read_or_refused(text in text(), json in any_json()) {
        let client = client(&Script::default());
        let _ = client.resume(&text);
        let _ = client.resume(&json.to_string());
        // One of our own in which one value was changed.
        let script = Script::new([verifier_challenge(None), challenge("SMS_MFA", "s", json!({}))]);
        let password = password();
        let ours = self::client(&script);
        let step = run(ours.start(SignIn::srp("ann", &password))).unwrap();
        let saved = ours.save(&step).unwrap();
        prop_assert!(ours.resume(&saved).is_ok());
        let content = saved.split('.').nth(1).unwrap();
        let content: Value =
            serde_json::from_slice(&Base64UrlUnpadded::decode_vec(content).unwrap()).unwrap();
        for name in content.as_object().unwrap().keys() {
            let mut changed = content.clone();
            changed[name] = json.clone();
            let differs = changed != content;
            let changed = changed.to_string();
            let bare = Base64UrlUnpadded::encode_string(changed.as_bytes());
            let tag = saved.rsplit('.').next().unwrap();
            let version = saved.split('.').next().unwrap();
            if differs {
                let changed = format!("{version}.{bare}.{tag}");
                prop_assert!(ours.resume(&changed).is_err());
            }
            // The seal is against accidents: who knows how it is made can make one.
            let _ = ours.resume(&sealed(version, &changed));
        }
    }

    #[test]
    fn any_storage_is_read_or_refused(name in text(), values in prop::collection::vec(prop_oneof![text(), token()], 8)) {
        let storage = MemoryStorage::default();
        let store = TokenStore::new(storage, "client");
        let prefix = store.prefix().to_owned();
        let keys = ["accessToken", "idToken", "refreshToken", "clockDrift", "serverOffset", "deviceKey", "randomPasswordKey"];
        store.storage().set(&format!("{prefix}.LastAuthUser"), &name).unwrap();
        for (key, value) in keys.iter().zip(&values) {
            store.storage().set(&format!("{prefix}.{name}.{key}"), value).unwrap();
            store.storage().set(&format!("{prefix}.{key}"), value).unwrap();
        }
        if let Some(session) = store.load() {
            let _ = session.expires_at_ms();
            store.clear();
            prop_assert!(store.load().is_none());
        }
    }

    #[test]
    fn any_address_is_no_callback_but_ours(address in "\\PC{0,80}", code in text(), state in text()) {
        let config = Config::new("us-east-1_Pool", "client").unwrap();
        let home = "https://example.com/signin/callback";
        let login = ManagedLogin::new(&config, "https://pool.example.com", home).unwrap();
        let (_, pending) = login.authorize(&Counting::default(), &Authorize::default()).unwrap();
        prop_assert!(login.callback(&address, &pending).is_err());
        let forged = format!("{home}?code={code}&state={state}");
        prop_assert!(login.callback(&forged, &pending).is_err());
        prop_assert!(
            !matches!(login.callback(&forged, &pending), Err(CallbackError::CodeMissing)),
            "the state was not looked at"
        );
        let _ = PendingLogin::load(&address);
        prop_assert_eq!(PendingLogin::load(&pending.save()).map(|one| one.save()), Some(pending.save()));
    }

    #[test]
    fn no_made_up_answer_of_the_token_endpoint_signs_in(status in prop::sample::select(vec![200, 400, 500]), body in body(), id in token()) {
        let config = Config::new("us-east-1_Pool", "client").unwrap();
        let login = ManagedLogin::new(&config, "https://pool.example.com", "https://example.com/c").unwrap();
        let (_, pending) = login.authorize(&Counting::default(), &Authorize::default()).unwrap();
        let answer = |body| HttpResponse { status, headers: Vec::new(), body };
        prop_assert!(login.read_tokens(&answer(body), &pending).is_err());
        let tokens = json!({ "access_token": "a", "id_token": id, "refresh_token": "r",
            "token_type": "Bearer", "expires_in": 3600 });
        prop_assert!(login.read_tokens(&answer(tokens.to_string().into_bytes()), &pending).is_err());
    }

    #[test]
    fn any_date_of_the_service_is_read_or_ignored(date in prop_oneof!["\\PC{0,40}", "[A-Z][a-z]{2}, [0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,9} [0-9]{1,3}:[0-9]{2}:[0-9]{2} GMT"]) {
        let script = Script::new([answer(200, &[("date", date.as_str())], "{}")]);
        let client = client(&script);
        let token = AccessToken::new("t");
        let _ = run(client.call(&GetUser { access_token: &token }));
        let _ = client.server_now_ms();
    }
}
