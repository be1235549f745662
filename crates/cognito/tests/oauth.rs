//! Managed login: each URL to the letter, and every mismatch refused.

#![cfg(feature = "oauth")]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use cognito_user_pool::oauth::{
    Authorize, CallbackError, ExchangeError, IdentityProvider, MalformedUrl, ManagedLogin,
    PendingLogin,
};
use cognito_user_pool::{Config, HttpResponse, Random, RandomError, TransportError};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use support::*;

const DOMAIN: &str = "https://example.auth.us-east-1.amazoncognito.com";
const REDIRECT: &str = "https://example.com/signed-in";

fn config() -> Config {
    Config::new("us-east-1_Pool", "client").unwrap()
}

fn login() -> ManagedLogin {
    ManagedLogin::new(&config(), DOMAIN, REDIRECT).unwrap()
}

fn begin() -> (String, PendingLogin) {
    let random = Counting::default();
    login().authorize(&random, &Authorize::default()).unwrap()
}

/// 32 bytes that count up from `first`, in base64url.
fn drawn(first: u8) -> String {
    let bytes: Vec<u8> = (first..first + 32).collect();
    Base64UrlUnpadded::encode_string(&bytes)
}

fn state() -> String {
    drawn(1)
}

fn nonce() -> String {
    drawn(33)
}

fn verifier() -> String {
    drawn(65)
}

#[test]
fn the_browser_is_sent_to_the_authorize_endpoint() {
    let (url, pending) = begin();
    let challenge = Base64UrlUnpadded::encode_string(&Sha256::digest(verifier()));
    assert_eq!(
        url,
        format!(
            "{DOMAIN}/oauth2/authorize?response_type=code&client_id=client\
             &redirect_uri=https%3A%2F%2Fexample.com%2Fsigned-in\
             &scope=openid%20email%20profile%20aws.cognito.signin.user.admin\
             &state={}&nonce={}&code_challenge={challenge}&code_challenge_method=S256",
            state(),
            nonce()
        )
    );
    assert!(!url.contains(&verifier()), "the verifier stays here");
    let shown = format!("{pending:?}");
    for secret in [state(), nonce(), verifier()] {
        assert!(!shown.contains(&secret), "{shown}");
    }
}

#[test]
fn what_is_asked_for_is_in_the_url() {
    use IdentityProvider as Provider;
    for (provider, expected) in [
        (Provider::Cognito, "&identity_provider=COGNITO"),
        (Provider::Google, "&identity_provider=Google"),
        (Provider::Facebook, "&identity_provider=Facebook"),
        (Provider::Amazon, "&identity_provider=LoginWithAmazon"),
        (Provider::Apple, "&identity_provider=SignInWithApple"),
        (
            Provider::Named("A & B".to_owned()),
            "&identity_provider=A%20%26%20B",
        ),
        (
            Provider::Identifier("example.com".to_owned()),
            "&idp_identifier=example.com",
        ),
    ] {
        let options = Authorize {
            provider,
            ..Authorize::default()
        };
        let (url, _) = login().authorize(&Counting::default(), &options).unwrap();
        assert!(url.ends_with(expected), "{url}");
    }
    let options = Authorize {
        login_hint: Some("ann+1@example.com".to_owned()),
        language: Some("de".to_owned()),
        prompt: Some("login".to_owned()),
        ..Authorize::default()
    };
    let login = login().with_scopes(&["email"]);
    let (url, _) = login.authorize(&Counting::default(), &options).unwrap();
    assert!(url.contains("&scope=email&"), "{url}");
    let end = "&login_hint=ann%2B1%40example.com&lang=de&prompt=login";
    assert!(url.ends_with(end), "{url}");
}

#[test]
fn two_sign_ins_have_nothing_in_common() {
    let random = Counting::default();
    let options = Authorize::default();
    let (_, one) = login().authorize(&random, &options).unwrap();
    let (_, two) = login().authorize(&random, &options).unwrap();
    assert_ne!(one, two);

    struct Dry;
    impl Random for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
            Err(RandomError)
        }
    }
    assert_eq!(login().authorize(&Dry, &options), Err(RandomError));
}

#[test]
fn malformed_urls_are_told() {
    for domain in [
        "",
        "example.com",
        "ftp://x",
        "https://",
        "https://x?y",
        "https://x y",
    ] {
        let error = ManagedLogin::new(&config(), domain, REDIRECT).err();
        assert_eq!(error, Some(MalformedUrl::Domain), "{domain}");
    }
    for redirect in [
        "",
        "/x",
        "https:",
        "://x",
        "1a:x",
        "https://x#y",
        "https://x y",
    ] {
        let error = ManagedLogin::new(&config(), DOMAIN, redirect).err();
        assert_eq!(error, Some(MalformedUrl::RedirectUri), "{redirect}");
    }
    for redirect in ["http://localhost:3000/", "com.example.app://signed-in"] {
        assert!(ManagedLogin::new(&config(), &format!("{DOMAIN}/"), redirect).is_ok());
    }
}

#[test]
fn the_code_is_read_off_the_callback() {
    let (_, pending) = begin();
    let state = state();
    for query in [
        format!("code=abc&state={state}"),
        format!("state={state}&code=abc&other=1&other=2"),
        format!("state={state}&code=abc#fragment"),
    ] {
        let url = format!("{REDIRECT}?{query}");
        assert!(login().is_callback(&url));
        let code = login().callback(&url, &pending).unwrap();
        assert!(!format!("{code:?}").contains("abc"));
        let request = login().token_request(&code, &pending);
        let body = String::from_utf8(request.body.unwrap()).unwrap();
        assert!(body.contains("&code=abc&"), "{body}");
    }
    let login = ManagedLogin::new(&config(), DOMAIN, "https://example.com/?page=in").unwrap();
    let url = format!("https://example.com/?page=in&code=abc&state={state}");
    assert!(login.callback(&url, &pending).is_ok());
}

#[test]
fn what_is_not_the_end_of_this_sign_in_is_refused() {
    use CallbackError as Error;
    let (_, pending) = begin();
    let state = state();
    let other = "B".repeat(43);
    for (query, error) in [
        ("", Error::NotACallback),
        ("?", Error::NotACallback),
        ("?page=2", Error::NotACallback),
        (&format!("#code=abc&state={state}"), Error::NotACallback),
        ("?code=abc", Error::StateMismatch),
        ("?code=abc&state=", Error::StateMismatch),
        (&format!("?code=abc&state={other}"), Error::StateMismatch),
        (&format!("?code=abc&state={state}x"), Error::StateMismatch),
        (
            &format!("?error=access_denied&state={other}"),
            Error::StateMismatch,
        ),
        (
            &format!("?code=abc&state={state}&state={state}"),
            Error::Malformed,
        ),
        (
            &format!("?code=abc&code=def&state={state}"),
            Error::Malformed,
        ),
        (&format!("?code=%zz&state={state}"), Error::Malformed),
        (&format!("?code=%f&state={state}"), Error::Malformed),
        (&format!("?code=%ff&state={state}"), Error::Malformed),
        (&format!("?state={state}"), Error::CodeMissing),
        (&format!("?code=&state={state}"), Error::CodeMissing),
        (
            &format!("?error=access_denied&error_description=No+%C3%84rger&state={state}"),
            Error::Refused {
                error: "access_denied".to_owned(),
                description: Some("No Ärger".to_owned()),
            },
        ),
        (
            &format!("?error=server_error&code=abc&state={state}"),
            Error::Refused {
                error: "server_error".to_owned(),
                description: None,
            },
        ),
    ] {
        let url = format!("{REDIRECT}{query}");
        assert_eq!(
            login().callback(&url, &pending),
            Err(error.clone()),
            "{url}"
        );
        assert_eq!(login().is_callback(&url), error != Error::NotACallback);
    }
    for url in [
        "https://evil.example/signed-in",
        "https://example.com/signed-in/deeper",
        "https://example.com/",
        "http://example.com/signed-in",
    ] {
        let url = format!("{url}?code=abc&state={state}");
        assert_eq!(login().callback(&url, &pending), Err(Error::NotACallback));
    }
}

fn id_token(claims: &Value) -> String {
    let payload = Base64UrlUnpadded::encode_string(claims.to_string().as_bytes());
    format!("e30.{payload}.c2ln")
}

fn claims() -> Value {
    json!({ "token_use": "id", "nonce": nonce(), "aud": "client", "sub": "u",
        "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool" })
}

fn token_answer(claims: &Value) -> Value {
    json!({ "access_token": "a", "id_token": id_token(claims), "refresh_token": "r",
        "expires_in": 3600, "token_type": "Bearer" })
}

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}

#[test]
fn the_code_is_exchanged_for_tokens() {
    let (_, pending) = begin();
    let url = format!("{REDIRECT}?code=a%2Fb&state={}", state());
    let code = login().callback(&url, &pending).unwrap();
    let script = Script::new([ok(token_answer(&claims()))]);
    let tokens = run(client(&script).exchange_code(&login(), &code, pending)).unwrap();
    assert_eq!(tokens.access_token.expose(), "a");
    assert_eq!(tokens.refresh_token.unwrap().expose(), "r");
    assert_eq!(tokens.expires_in, Some(3600));
    let request = script.requests.borrow()[0].clone();
    assert_eq!(request.url, format!("{DOMAIN}/oauth2/token"));
    let content_type = "application/x-www-form-urlencoded";
    assert_eq!(
        request.headers,
        [("content-type".to_owned(), content_type.to_owned())]
    );
    assert_eq!(
        String::from_utf8(request.body.unwrap()).unwrap(),
        format!(
            "grant_type=authorization_code&client_id=client&code=a%2Fb\
             &redirect_uri=https%3A%2F%2Fexample.com%2Fsigned-in&code_verifier={}",
            verifier()
        )
    );
}

#[test]
fn a_code_is_sent_once() {
    let (_, pending) = begin();
    let url = format!("{REDIRECT}?code=abc&state={}", state());
    let code = login().callback(&url, &pending).unwrap();
    let script = Script::new([broken()]);
    let error = run(client(&script).exchange_code(&login(), &code, pending)).unwrap_err();
    assert!(matches!(
        error,
        ExchangeError::Transport(TransportError::Network(_))
    ));
    assert_eq!(script.sent(), 1);
}

#[test]
fn an_app_client_with_a_secret_shows_it() {
    let login = ManagedLogin::new(&config().with_client_secret("s"), DOMAIN, REDIRECT).unwrap();
    let (_, pending) = begin();
    let url = format!("{REDIRECT}?code=abc&state={}", state());
    let request = login.token_request(&login.callback(&url, &pending).unwrap(), &pending);
    // base64 of "client:s"
    let authorization = ("authorization".to_owned(), "Basic Y2xpZW50OnM=".to_owned());
    assert!(request.headers.contains(&authorization));
    assert!(!format!("{request:?}").contains("Y2xp"));
}

#[test]
fn tokens_of_another_sign_in_are_refused() {
    use ExchangeError as Error;
    let (_, pending) = begin();
    let read = |status, body: &str| login().read_tokens(&response(status, body), &pending).err();
    assert_eq!(read(200, &token_answer(&claims()).to_string()), None);

    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        read(200, &token_answer(&claims).to_string())
    };
    assert_eq!(with("nonce", Value::Null), Some(Error::NonceMismatch));
    assert_eq!(with("nonce", "".into()), Some(Error::NonceMismatch));
    assert_eq!(with("nonce", state().into()), Some(Error::NonceMismatch));
    assert_eq!(with("aud", "other".into()), Some(Error::AudienceMismatch));
    assert_eq!(with("aud", Value::Null), Some(Error::AudienceMismatch));
    assert_eq!(
        with("token_use", "access".into()),
        Some(Error::IdTokenMalformed)
    );
    for issuer in [
        "",
        "https://evil.example/us-east-1_Pool",
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Other",
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool2",
    ] {
        assert_eq!(with("iss", issuer.into()), Some(Error::IssuerMismatch));
    }

    let member = |name: &str, value: Value| {
        let mut answer = token_answer(&claims());
        answer[name] = value;
        read(200, &answer.to_string())
    };
    assert_eq!(
        member("id_token", "a.b".into()),
        Some(Error::IdTokenMalformed)
    );
    assert_eq!(member("id_token", Value::Null), Some(Error::IdTokenMissing));
    for (name, value) in [
        ("token_type", "mac".into()),
        ("token_type", Value::Null),
        ("access_token", Value::Null),
    ] {
        assert_eq!(member(name, value), Some(Error::InvalidResponse), "{name}");
    }
    let refused = Some(Error::Refused {
        error: "invalid_grant".to_owned(),
    });
    assert_eq!(read(400, r#"{"error":"invalid_grant"}"#), refused);
    assert_eq!(member("error", "invalid_grant".into()), refused);
    assert_eq!(read(503, "<html>"), Some(Error::Status(503)));
    assert_eq!(read(403, "{}"), Some(Error::Status(403)));
    assert_eq!(read(200, "<html>"), Some(Error::InvalidResponse));
    assert_eq!(read(200, "[]"), Some(Error::InvalidResponse));
}

#[test]
fn tokens_of_a_local_pool_name_its_endpoint() {
    let config = config().with_endpoint("http://127.0.0.1:9229").unwrap();
    let login = ManagedLogin::new(&config, "http://127.0.0.1:9229", REDIRECT).unwrap();
    let (_, pending) = begin();
    let mut claims = claims();
    for issuer in [
        "http://127.0.0.1:9229/us-east-1_Pool",
        "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool",
    ] {
        claims["iss"] = issuer.into();
        let body = token_answer(&claims).to_string();
        assert!(login.read_tokens(&response(200, &body), &pending).is_ok());
    }
}

#[test]
fn without_openid_there_is_no_id_token() {
    let (_, pending) = begin();
    let body = json!({ "access_token": "a", "token_type": "bearer" }).to_string();
    let login = login().with_scopes(&["aws.cognito.signin.user.admin"]);
    let tokens = login.read_tokens(&response(200, &body), &pending).unwrap();
    assert_eq!(tokens.id_token, None);
}

#[test]
fn a_pending_sign_in_is_kept_as_text() {
    let (_, mut pending) = begin();
    pending.note = "/crud/7".to_owned();
    let text = pending.save();
    let loaded = PendingLogin::load(&text).unwrap();
    assert_eq!(loaded, pending);
    assert_eq!(loaded.note, "/crud/7");
    let short = text.replace(&state(), "");
    for odd in ["", "{}", "[]", "null", &text[1..], &short] {
        assert_eq!(PendingLogin::load(odd), None, "{odd}");
    }
}

#[test]
fn signing_out_of_the_pools_pages_comes_back() {
    assert_eq!(
        login().logout_url("https://example.com/?bye=1"),
        format!(
            "{DOMAIN}/logout?client_id=client&logout_uri=https%3A%2F%2Fexample.com%2F%3Fbye%3D1"
        )
    );
}
