//! A challenge that waits over a reload.

use cognito_user_pool::Storage as _;
use cruddur_web::session::{Challenge, ErrorKind, SessionState, SignIn};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{START_MS, World, contents, tokens};
use crate::{EMAIL, begin, challenge};

const KEY: &str = "cruddur.challenge";

async fn waiting() -> World {
    let world = World::default();
    begin(&world, challenge("EMAIL_OTP", json!({}))).await;
    world
}

#[wasm_bindgen_test]
async fn a_reload_comes_back_to_the_challenge() {
    let world = waiting().await;
    let reloaded = world.session();
    assert_eq!(reloaded.state(), SessionState::SignedOut(None));
    let (username, challenge) = reloaded.pending_challenge().unwrap();
    assert_eq!(username, EMAIL);
    let Challenge::EmailOtp(sent) = challenge else {
        panic!("{challenge:?}")
    };
    // The password is not there any more.
    assert!(!contents(&world.tab_storage).contains("Crud-dur"));
    assert!(!reloaded.can_resend_challenge());
    let error = reloaded.resend_challenge().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ChallengeSessionExpired);

    world.service.on("RespondToAuthChallenge", tokens(START_MS));
    let step = reloaded.answer_code(&sent, "12345678").await.unwrap();
    assert_eq!(step, SignIn::SignedIn);
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["Session"], "session of EMAIL_OTP");
    assert_eq!(body["ChallengeResponses"]["USERNAME"], "ann-sub");
    assert!(world.tab_storage.keys().is_empty());
    assert_eq!(reloaded.pending_challenge(), None);
}

#[wasm_bindgen_test]
async fn the_name_that_was_typed_outlives_any_number_of_reloads() {
    let world = waiting().await;
    let reloaded = world.session();
    let (_, challenge) = reloaded.pending_challenge().unwrap();
    let Challenge::EmailOtp(sent) = challenge else {
        panic!("{challenge:?}")
    };
    // One more challenge follows, in a page that nobody typed a name into.
    let next = crate::challenge("SOFTWARE_TOKEN_MFA", json!({}));
    world.service.on("RespondToAuthChallenge", next);
    reloaded.answer_code(&sent, "12345678").await.unwrap();
    let (username, challenge) = world.session().pending_challenge().unwrap();
    assert_eq!(username, EMAIL);
    assert_eq!(challenge.name(), "SOFTWARE_TOKEN_MFA");
}

#[wasm_bindgen_test]
async fn what_took_too_long_is_forgotten() {
    let world = waiting().await;
    world.now_ms.set(START_MS + 3 * 60_000 - 1);
    assert!(world.session().pending_challenge().is_some());
    world.now_ms.set(START_MS + 3 * 60_000);
    assert_eq!(world.session().pending_challenge(), None);
    assert!(world.tab_storage.keys().is_empty());
}

#[wasm_bindgen_test]
async fn what_was_tampered_with_is_forgotten() {
    let text = waiting().await.tab_storage.get(KEY).unwrap();
    let mut other_content: Vec<char> = text.chars().collect();
    let middle = text.len() / 2;
    other_content[middle] = match other_content[middle] {
        'A' => 'B',
        _ => 'A',
    };
    for tampered in [
        other_content.into_iter().collect(),
        text[..text.len() - 1].to_owned(),
        format!("{text}.x"),
        text.replacen("1.", "2.", 1),
        "{\"a\":".to_owned(),
        String::new(),
        "\u{0}ÿ".repeat(40_000),
    ] {
        let world = waiting().await;
        world.tab_storage.set(KEY, &tampered).unwrap();
        assert_eq!(world.session().pending_challenge(), None, "{tampered:.60}");
        assert!(world.tab_storage.keys().is_empty(), "{tampered:.60}");
    }
}

#[wasm_bindgen_test]
async fn what_was_given_up_is_forgotten() {
    let world = World::default();
    let (session, _) = begin(&world, challenge("SMS_MFA", json!({}))).await;
    session.abandon_sign_in();
    assert_eq!(session.pending_challenge(), None);
    assert!(world.tab_storage.keys().is_empty());
}
