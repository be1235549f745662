//! Signing in on the pool's own pages, and coming back.

use cognito_user_pool::{Storage, StorageError};
use cruddur_web::config::{AuthOptions, ManagedLoginOptions};
use cruddur_web::session::platform::SharedStorage;
use cruddur_web::session::{
    IdentityProvider, ManagedLoginError, Session, SessionParts, SessionState,
};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Answer, START_MS, World, answer, exception, offline, ok, token, token_of};
use crate::{EMAIL, password, world_with};

const TOKEN: &str = "/oauth2/token";

fn origin() -> String {
    web_sys::window().unwrap().location().origin().unwrap()
}

fn callback() -> String {
    format!("{}/signin/callback", origin())
}

fn world() -> World {
    world_with(AuthOptions {
        managed_login: Some(ManagedLoginOptions {
            domain: "https://login.test".to_owned(),
            providers: vec![IdentityProvider::Google],
            scopes: Vec::new(),
            redirect_uris: vec![
                "https://elsewhere.test/signin/callback".to_owned(),
                callback(),
            ],
            sign_out_uris: vec![format!("{}/signin", origin())],
        }),
        ..AuthOptions::default()
    })
}

fn query(url: &str, name: &str) -> String {
    let url = web_sys::Url::new(url).unwrap();
    url.search_params().get(name).unwrap_or_default()
}

fn begin(session: &Session) -> String {
    let url = session.begin_managed_login(IdentityProvider::Google, "de", Some("/messages"));
    url.unwrap()
}

/// Where the pool sends the browser back to.
fn back(url: &str) -> String {
    format!("{}?code=c0de&state={}", callback(), query(url, "state"))
}

fn id_token(changes: Value) -> String {
    let mut claims = json!({
        "sub": "ann-sub", "cognito:username": "ann-sub", "name": "Ann Example",
        "aud": "client", "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool",
        "exp": START_MS / 1000 + 3600,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    token_of(&claims)
}

fn tokens(id_token: &str) -> Answer {
    ok(
        json!({ "access_token": token(START_MS, 3600), "id_token": id_token,
        "refresh_token": "refresh-m", "expires_in": 3600, "token_type": "Bearer" }),
    )
}

/// Signs in on the pool's pages.
async fn signed_in(world: &World) -> Session {
    let url = begin(&world.session());
    let nonce = query(&url, "nonce");
    world
        .service
        .on(TOKEN, tokens(&id_token(json!({ "nonce": nonce }))));
    // The browser was elsewhere: this is another page.
    let session = world.session();
    let next = session.finish_managed_login(&back(&url)).await.unwrap();
    assert_eq!(next.as_deref(), Some("/messages"));
    session
}

#[wasm_bindgen_test]
async fn the_pools_pages_sign_in() {
    let world = world();
    assert_eq!(world.session().providers(), [IdentityProvider::Google]);
    let url = begin(&world.session());
    assert!(
        url.starts_with("https://login.test/oauth2/authorize?"),
        "{url}"
    );
    assert_eq!(query(&url, "redirect_uri"), callback());
    assert_eq!(query(&url, "identity_provider"), "Google");
    assert_eq!(query(&url, "lang"), "de");
    assert_eq!(query(&url, "code_challenge_method"), "S256");

    let session = signed_in(&world).await;
    let person = session.state().person().cloned().unwrap();
    assert_eq!(person.display_name(), "Ann Example");
    assert!(session.is_managed());
    assert!(world.tab_storage.keys().is_empty(), "it is over");
    let sent = world.service.everything();
    assert!(sent.contains("code=c0de") && sent.contains("code_verifier="));
    // It is a session as any other.
    assert!(world.session().state().person().is_some());
    assert!(world.session().is_managed());
}

#[wasm_bindgen_test]
async fn signing_out_leads_over_the_pools_pages_once() {
    let world = world();
    for here in [true, false] {
        let session = signed_in(&world).await;
        world
            .service
            .on("RevokeToken", ok(json!({})))
            .on("GlobalSignOut", ok(json!({})));
        let url = match here {
            true => session.sign_out_here().await,
            false => session.sign_out().await,
        };
        let url = url.unwrap();
        assert!(url.starts_with("https://login.test/logout?"), "{url}");
        assert_eq!(query(&url, "logout_uri"), format!("{}/signin", origin()));
        assert_eq!(query(&url, "client_id"), "client");
        assert!(!session.is_managed());
        assert_eq!(session.sign_out().await, None);
        assert!(
            world.storage.keys().is_empty(),
            "{:?}",
            world.storage.keys()
        );
    }
    // A session of the app's own form has no page to sign out of.
    world.let_sign_in();
    let session = world.session();
    session.sign_in(EMAIL, password()).await.unwrap();
    assert!(!session.is_managed());
    world.service.on("GlobalSignOut", ok(json!({})));
    assert_eq!(session.sign_out().await, None);
}

#[wasm_bindgen_test]
async fn a_sign_in_by_password_takes_the_place_of_a_managed_one() {
    let world = world();
    let session = signed_in(&world).await;
    world
        .service
        .on("InitiateAuth", crate::support::tokens(START_MS))
        .on("RevokeToken", ok(json!({})));
    session.sign_in(EMAIL, password()).await.unwrap();
    assert!(!session.is_managed());
    world.service.on("GlobalSignOut", ok(json!({})));
    assert_eq!(session.sign_out().await, None);
}

async fn failure(world: &World, url: &str) -> ManagedLoginError {
    let session = world.session();
    let error = session.finish_managed_login(url).await.unwrap_err();
    assert_eq!(session.state(), SessionState::SignedOut(None), "{error:?}");
    assert!(world.storage.keys().is_empty(), "{error:?}");
    assert!(!session.is_managed());
    error
}

#[wasm_bindgen_test]
async fn what_comes_back_has_to_be_what_was_begun() {
    let answers: [(&str, ManagedLoginError); 5] = [
        ("?code=c0de&state=forged", ManagedLoginError::NotOurs),
        ("?code=c0de", ManagedLoginError::NotOurs),
        (
            "?error=access_denied&state=STATE",
            ManagedLoginError::Denied,
        ),
        (
            "?error=access_denied&state=forged",
            ManagedLoginError::NotOurs,
        ),
        (
            "?error=server_error&state=STATE",
            ManagedLoginError::Refused,
        ),
    ];
    for (answer, expected) in answers {
        let world = world();
        let url = begin(&world.session());
        let answer = answer.replace("STATE", &query(&url, "state"));
        let error = failure(&world, &format!("{}{answer}", callback())).await;
        assert_eq!(error, expected, "{answer}");
        assert!(world.service.sent().is_empty(), "{answer}");
        // Whatever came: it was good for one.
        let error = failure(&world, &back(&url)).await;
        assert_eq!(error, ManagedLoginError::NotBegun, "{answer}");
    }
}

#[wasm_bindgen_test]
async fn nothing_was_begun_here() {
    let world = world();
    let url = format!("{}?code=c0de&state=any", callback());
    assert_eq!(failure(&world, &url).await, ManagedLoginError::NotBegun);
    world
        .tab_storage
        .set("cruddur.managed_login", "tampered")
        .unwrap();
    assert_eq!(failure(&world, &url).await, ManagedLoginError::NotBegun);
    begin(&world.session());
    let other = format!("{}/elsewhere", origin());
    assert_eq!(failure(&world, &other).await, ManagedLoginError::NotBegun);
}

#[wasm_bindgen_test]
async fn tokens_have_to_be_for_this_very_sign_in() {
    for changes in [
        json!({ "nonce": "of another sign-in" }),
        json!({}),
        json!({ "nonce": "NONCE", "aud": "another-client" }),
        json!({ "nonce": "NONCE", "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_X" }),
    ] {
        let world = world();
        let url = begin(&world.session());
        let text = changes.to_string().replace("NONCE", &query(&url, "nonce"));
        let changes: Value = serde_json::from_str(&text).unwrap();
        world.service.on(TOKEN, tokens(&id_token(changes)));
        let error = failure(&world, &back(&url)).await;
        assert_eq!(error, ManagedLoginError::NotOurs, "{text}");
    }
}

#[wasm_bindgen_test]
async fn a_code_without_tokens_says_why() {
    for (reply, expected) in [
        (
            answer(400, json!({ "error": "invalid_grant" })),
            ManagedLoginError::Refused,
        ),
        (ok(json!({ "hello": "world" })), ManagedLoginError::Refused),
        (answer(503, json!({})), ManagedLoginError::Unreachable),
        (offline(), ManagedLoginError::Unreachable),
    ] {
        let world = world();
        let url = begin(&world.session());
        world.service.on(TOKEN, reply);
        assert_eq!(failure(&world, &back(&url)).await, expected);
        assert_eq!(
            world.service.count(TOKEN),
            1,
            "a code is good for one exchange"
        );
    }
}

#[wasm_bindgen_test]
async fn where_there_is_none_nothing_is_offered() {
    let mut world = world();
    let options = world.options.managed_login.as_mut().unwrap();
    // Another site's settings.
    options.redirect_uris.pop();
    let session = world.session();
    assert!(session.providers().is_empty());
    let begun = session.begin_managed_login(IdentityProvider::Google, "en", None);
    assert_eq!(begun, Err(ManagedLoginError::NotConfigured));
    let error = failure(&world, &callback()).await;
    assert_eq!(error, ManagedLoginError::NotConfigured);
}

#[wasm_bindgen_test]
async fn a_browser_that_keeps_nothing_is_not_sent_away() {
    struct Off;
    impl Storage for Off {
        fn get(&self, _: &str) -> Option<String> {
            None
        }
        fn set(&self, _: &str, _: &str) -> Result<(), StorageError> {
            Err(StorageError)
        }
        fn remove(&self, _: &str) {}
    }
    let world = world();
    let session = Session::new(SessionParts {
        tab: SharedStorage::new(Off),
        ..world.parts()
    });
    let begun = session.begin_managed_login(IdentityProvider::Google, "en", None);
    assert_eq!(begun, Err(ManagedLoginError::NoStorage));
}

#[wasm_bindgen_test]
async fn a_managed_session_that_was_ended_elsewhere_is_forgotten_as_such() {
    let world = world();
    let session = signed_in(&world).await;
    world.now_ms.set(START_MS + 3_600_000);
    world.service.on(
        "GetTokensFromRefreshToken",
        exception("NotAuthorizedException", "Refresh Token has been revoked"),
    );
    assert_eq!(session.access_token().await.unwrap(), None);
    // The next person to sign in here did not come from the pool's pages.
    world.let_sign_in();
    session.sign_in(EMAIL, password()).await.unwrap();
    assert!(!session.is_managed());
}
