//! The session: what is stored, what is sent, who is told.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use cognito_user_pool::{Storage, StorageError};
use cruddur_web::session::platform::{SharedClock, SharedLock, SharedStorage};
use cruddur_web::session::{
    Challenge, Confirmed, ErrorKind, Password, Reset, Session, SessionParts, SessionState, SignIn,
    SignUpForm, SignUpOutcome, SignedOutReason,
};
use futures_util::future::join_all;
use serde_json::json;
use support::{
    PREFIX, START_MS, World, exception, offline, ok, password_verifier, token, tokens, until,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::Callback;

wasm_bindgen_test_configure!(run_in_browser);

fn password() -> Password {
    Password::new("Crud-dur-2026!".to_owned())
}

fn handle(session: &Session) -> Option<String> {
    session
        .state()
        .person()
        .and_then(|person| person.handle.clone())
}

fn refreshed(world: &World) -> support::Answer {
    let token = token(world.now_ms.get(), 3600);
    ok(json!({ "AuthenticationResult": { "AccessToken": token, "IdToken": token } }))
}

async fn access_token(session: &Session) -> Option<String> {
    let token = session.access_token().await.expect("no failure");
    token.map(|token| token.expose().to_owned())
}

#[wasm_bindgen_test]
async fn signing_in_stores_the_session_and_tells_the_page() {
    let world = World::default();
    world.let_sign_in();
    let session = world.session();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let subscription = session.subscribe(Callback::from({
        let seen = seen.clone();
        move |state: SessionState| seen.borrow_mut().push(state)
    }));
    let step = session
        .sign_in("ann@example.com", password())
        .await
        .unwrap();
    assert!(matches!(step, SignIn::SignedIn));

    assert!(matches!(session.state(), SessionState::SignedIn(_)));
    assert_eq!(handle(&session).as_deref(), Some("ann"));
    assert_eq!(seen.borrow().as_slice(), [session.state()]);
    let person = session.state().person().cloned().unwrap();
    assert_eq!(person.display_name(), "Ann Example");

    let expected = token(START_MS, 3600);
    assert_eq!(world.storage.get("access_token"), Some(expected.clone()));
    let stored = world.storage.get(&format!("{PREFIX}.ann-sub.accessToken"));
    assert_eq!(stored, Some(expected));
    let all: String = world
        .storage
        .keys()
        .iter()
        .filter_map(|key| world.storage.get(key))
        .collect();
    assert!(!all.contains("Crud-dur"), "the password is stored");

    drop(subscription);
    world.service.on("GlobalSignOut", ok(json!({})));
    session.sign_out().await;
    assert_eq!(seen.borrow().len(), 1, "the subscription has ended");
}

#[wasm_bindgen_test]
async fn a_wrong_password_stores_nothing() {
    let world = World::default();
    world.service.on("InitiateAuth", password_verifier()).on(
        "RespondToAuthChallenge",
        exception("NotAuthorizedException", "Incorrect username or password."),
    );
    let session = world.session();
    let error = session
        .sign_in("ann@example.com", password())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::WrongCredentials);
    assert_eq!(session.state(), SessionState::SignedOut(None));
    assert!(world.storage.keys().is_empty());
}

#[wasm_bindgen_test]
async fn a_stored_session_is_there_in_the_first_frame() {
    let world = World::default();
    world.store_session(3600);
    // A copy that was left behind by an earlier refresh.
    world.storage.set("access_token", "old").unwrap();
    let session = world.session();
    assert_eq!(handle(&session).as_deref(), Some("ann"));
    assert!(matches!(session.state(), SessionState::SignedIn(_)));
    let token = token(START_MS, 3600);
    assert_eq!(world.storage.get("access_token").as_deref(), Some(&*token));
    assert_eq!(access_token(&session).await, Some(token));
    assert!(world.service.sent().is_empty(), "no request was needed");
}

#[wasm_bindgen_test]
async fn a_copy_without_a_session_is_removed() {
    let world = World::default();
    world.storage.set("access_token", "dead").unwrap();
    let session = world.session();
    assert_eq!(session.state(), SessionState::SignedOut(None));
    assert_eq!(access_token(&session).await, None);
    assert!(world.storage.keys().is_empty());
}

#[wasm_bindgen_test]
async fn an_expired_session_is_renewed_before_use() {
    let world = World::default();
    world.store_session(-10);
    world
        .service
        .on("GetTokensFromRefreshToken", refreshed(&world));
    let session = world.session();
    assert!(matches!(session.state(), SessionState::Restoring(_)));
    let renewed = token(START_MS, 3600);
    assert_eq!(access_token(&session).await, Some(renewed.clone()));
    assert!(matches!(session.state(), SessionState::SignedIn(_)));
    assert_eq!(world.storage.get("access_token"), Some(renewed));
    let body = world.service.body("GetTokensFromRefreshToken");
    assert_eq!(body["RefreshToken"], "refresh-0");
    // The pool gave no new one, so the old one stays.
    let kept = world.storage.get(&format!("{PREFIX}.ann-sub.refreshToken"));
    assert_eq!(kept.as_deref(), Some("refresh-0"));
}

#[wasm_bindgen_test]
async fn any_number_of_callers_renew_once() {
    let world = World::default();
    world.store_session(3600);
    world.service.on("GetTokensFromRefreshToken", {
        let token = token(START_MS + 3_590_000, 3600);
        ok(json!({ "AuthenticationResult": { "AccessToken": token, "RefreshToken": "refresh-2" } }))
    });
    let session = world.session();
    world.now_ms.set(START_MS + 3_590_000);
    world.service.hold("GetTokensFromRefreshToken");
    let (first, second) = (session.access_token(), session.access_token());
    let release = async {
        world.service.release("GetTokensFromRefreshToken");
    };
    let (first, second, ()) = futures_util::join!(first, second, release);
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(world.service.count("GetTokensFromRefreshToken"), 1);
    let rotated = world.storage.get(&format!("{PREFIX}.ann-sub.refreshToken"));
    assert_eq!(rotated.as_deref(), Some("refresh-2"));
}

#[wasm_bindgen_test]
async fn a_refused_refresh_ends_the_session_with_its_reason() {
    for (code, message, reason) in [
        (
            "NotAuthorizedException",
            "Refresh Token has expired",
            SignedOutReason::Expired,
        ),
        (
            "NotAuthorizedException",
            "Refresh Token has been revoked",
            SignedOutReason::Revoked,
        ),
        (
            "NotAuthorizedException",
            "User is disabled.",
            SignedOutReason::AccountUnavailable,
        ),
        (
            "UserNotFoundException",
            "User does not exist.",
            SignedOutReason::AccountUnavailable,
        ),
    ] {
        let world = World::default();
        world.store_session(-10);
        world.storage.set("access_token", "old").unwrap();
        world
            .service
            .on("GetTokensFromRefreshToken", exception(code, message));
        let session = world.session();
        assert_eq!(access_token(&session).await, None);
        assert_eq!(
            session.state(),
            SessionState::SignedOut(Some(reason)),
            "{message}"
        );
        assert!(
            world.storage.keys().is_empty(),
            "{:?}",
            world.storage.keys()
        );
    }
}

#[wasm_bindgen_test]
async fn a_refresh_that_fails_on_the_way_keeps_the_session() {
    let failures = [
        exception("InvalidParameterException", "?"),
        exception(
            "ResourceNotFoundException",
            "User pool client x does not exist.",
        ),
    ];
    for failure in failures {
        let world = World::default();
        world.store_session(-10);
        world
            .service
            .on("GetTokensFromRefreshToken", failure)
            .on("GetTokensFromRefreshToken", refreshed(&world));
        let session = world.session();
        session.access_token().await.unwrap_err();
        assert!(matches!(session.state(), SessionState::SignedIn(_)));
        assert!(!world.storage.keys().is_empty());
        // The next one who asks tries again.
        assert!(access_token(&session).await.is_some());
    }
}

#[wasm_bindgen_test]
async fn a_token_that_the_backend_refused_is_replaced_once() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    let old = session.access_token().await.unwrap().unwrap();
    world.now_ms.set(START_MS + 5000);
    world
        .service
        .on("GetTokensFromRefreshToken", refreshed(&world));
    let new = session.refresh_rejected(&old).await.unwrap().unwrap();
    assert_ne!(new, old);
    // Another request with the old token finds the new one.
    assert_eq!(session.refresh_rejected(&old).await.unwrap(), Some(new));
    assert_eq!(world.service.count("GetTokensFromRefreshToken"), 1);
}

#[wasm_bindgen_test]
async fn signing_out_clears_everything_though_the_network_fails() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    world.service.on(
        "GlobalSignOut",
        exception("NotAuthorizedException", "Access Token has been revoked"),
    );
    world.service.on(
        "RevokeToken",
        exception("UnsupportedOperationException", "?"),
    );
    world.service.hold("GlobalSignOut");
    let signing_out = session.sign_out();
    // Nothing is waited for.
    assert_eq!(
        session.state(),
        SessionState::SignedOut(Some(SignedOutReason::ByChoice))
    );
    assert!(world.storage.keys().is_empty());
    world.service.release("GlobalSignOut");
    signing_out.await;
    assert_eq!(world.service.sent(), ["GlobalSignOut", "RevokeToken"]);
    assert_eq!(access_token(&session).await, None);
}

#[wasm_bindgen_test]
async fn an_answer_that_comes_after_the_sign_out_is_dropped() {
    let world = World::default();
    world.store_session(-10);
    world
        .service
        .on("GetTokensFromRefreshToken", refreshed(&world))
        .on("GlobalSignOut", ok(json!({})));
    world.service.hold("GetTokensFromRefreshToken");
    let session = world.session();
    let mut asking = Box::pin(session.access_token());
    assert!(futures_util::poll!(&mut asking).is_pending());
    until(|| world.service.count("GetTokensFromRefreshToken") == 1).await;
    session.sign_out().await;
    world.service.release("GetTokensFromRefreshToken");
    assert_eq!(asking.await.unwrap(), None);
    assert!(matches!(session.state(), SessionState::SignedOut(_)));
    assert!(world.storage.keys().is_empty());
}

#[wasm_bindgen_test]
async fn what_another_tab_did_is_found_before_a_refresh() {
    // The other tab renewed the tokens.
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    world.now_ms.set(START_MS + 3_590_000);
    world.store_session(3600);
    let theirs = token(world.now_ms.get(), 3600);
    assert_eq!(access_token(&session).await, Some(theirs.clone()));
    assert_eq!(world.storage.get("access_token"), Some(theirs));
    assert!(world.service.sent().is_empty());

    // The other tab signed out.
    world.now_ms.set(START_MS + 9_000_000);
    for key in world.storage.keys() {
        world.storage.remove(&key);
    }
    assert_eq!(access_token(&session).await, None);
    assert!(matches!(session.state(), SessionState::SignedOut(Some(_))));
    assert!(world.service.sent().is_empty());
}

#[wasm_bindgen_test]
async fn another_tab_is_followed() {
    let world = World::default();
    let (here, there) = (world.session(), world.session());
    world.let_sign_in();
    there.sign_in("ann@example.com", password()).await.unwrap();
    here.storage_changed();
    assert_eq!(here.state(), there.state());
    assert_eq!(access_token(&here).await, Some(token(START_MS, 3600)));

    world.service.on("GlobalSignOut", ok(json!({})));
    there.sign_out().await;
    // Somebody else signs in before this tab hears of it.
    world.storage.set("access_token", "another one").unwrap();
    here.storage_changed();
    assert_eq!(
        here.state(),
        SessionState::SignedOut(Some(SignedOutReason::Revoked))
    );
    assert_eq!(access_token(&here).await, None);
    let left = world.storage.get("access_token");
    assert_eq!(
        left.as_deref(),
        Some("another one"),
        "not this tab's to remove"
    );
}

#[wasm_bindgen_test]
async fn what_amplify_ends_leaves_no_copy() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    assert!(world.storage.get("access_token").is_some());
    // Amplify removes its own keys.
    for key in world.storage.keys() {
        if key.starts_with(PREFIX) {
            world.storage.remove(&key);
        }
    }
    session.storage_changed();
    assert_eq!(session.state().person(), None);
    assert!(world.storage.keys().is_empty());
}

#[wasm_bindgen_test]
async fn a_tab_hears_of_the_others_from_the_browser() {
    // The second is for a page that comes back from the history as it was.
    for name in ["storage", "pageshow"] {
        let world = World::default();
        world.store_session(3600);
        let session = world.session();
        let listener = session.follow_other_tabs().expect("a page");
        for key in world.storage.keys() {
            world.storage.remove(&key);
        }
        let window = web_sys::window().unwrap();
        let event = web_sys::Event::new(name).unwrap();
        window.dispatch_event(&event).unwrap();
        assert!(
            matches!(session.state(), SessionState::SignedOut(Some(_))),
            "{name}"
        );
        drop(listener);
    }
}

#[wasm_bindgen_test]
async fn confirming_signs_in_with_the_password_typed_before() {
    let world = World::default();
    world
        .service
        .on(
            "SignUp",
            ok(json!({ "UserConfirmed": false, "UserSub": "ann-sub",
            "CodeDeliveryDetails": { "Destination": "a***@e***", "DeliveryMedium": "EMAIL" } })),
        )
        .on(
            "ConfirmSignUp",
            exception(
                "CodeMismatchException",
                "Invalid verification code provided, please try again.",
            ),
        )
        .on("ConfirmSignUp", ok(json!({})));
    world.let_sign_in();
    let session = world.session();
    let form = SignUpForm {
        username: "ann@example.com".to_owned(),
        attributes: vec![
            ("name".to_owned(), "Ann Example".to_owned()),
            ("email".to_owned(), "ann@example.com".to_owned()),
            ("preferred_username".to_owned(), "ann".to_owned()),
        ],
        password: password(),
    };
    let SignUpOutcome::ConfirmationNeeded(delivery) = session.sign_up(form).await.unwrap() else {
        panic!("no code was sent");
    };
    assert_eq!(delivery.destination.as_deref(), Some("a***@e***"));
    let body = world.service.body("SignUp");
    assert_eq!(body["Username"], "ann@example.com");
    assert_eq!(
        body["UserAttributes"],
        json!([{ "Name": "name", "Value": "Ann Example" },
            { "Name": "email", "Value": "ann@example.com" },
            { "Name": "preferred_username", "Value": "ann" }])
    );
    assert!(session.has_pending_password("Ann@Example.com"));
    assert!(world.storage.keys().is_empty());

    let error = session
        .confirm_sign_up("ann@example.com", "000000")
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::CodeMismatch);
    let confirmed = session
        .confirm_sign_up("ann@example.com", "123456")
        .await
        .unwrap();
    assert!(matches!(confirmed, Confirmed::SignedIn));
    assert!(!session.has_pending_password("ann@example.com"));
    assert_eq!(handle(&session).as_deref(), Some("ann"));
}

#[wasm_bindgen_test]
async fn confirming_after_a_reload_asks_for_the_password() {
    let world = World::default();
    world.service.on("ConfirmSignUp", ok(json!({})));
    let session = world.session();
    let confirmed = session
        .confirm_sign_up("ann@example.com", "123456")
        .await
        .unwrap();
    assert!(matches!(confirmed, Confirmed::PasswordNeeded));
    assert_eq!(session.state(), SessionState::SignedOut(None));
}

#[wasm_bindgen_test]
async fn an_unconfirmed_sign_in_is_completed_by_confirming() {
    let world = World::default();
    world.service.on(
        "InitiateAuth",
        exception("UserNotConfirmedException", "User is not confirmed."),
    );
    let session = world.session();
    let error = session
        .sign_in("ann@example.com", password())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::UserNotConfirmed);
    // Confirmed in another window meanwhile: the password still signs in.
    world.service.on(
        "ConfirmSignUp",
        exception(
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        ),
    );
    world.let_sign_in();
    let confirmed = session
        .confirm_sign_up("ann@example.com", "123456")
        .await
        .unwrap();
    assert!(matches!(confirmed, Confirmed::SignedIn));
}

#[wasm_bindgen_test]
async fn a_reset_password_signs_in() {
    let world = World::default();
    world.service.on("ConfirmForgotPassword", ok(json!({})));
    world.let_sign_in();
    let session = world.session();
    let reset = session
        .reset_password("ann@example.com", "123456", password())
        .await
        .unwrap();
    assert_eq!(reset, Reset::SignedIn);

    let world = World::default();
    world.service.on("ConfirmForgotPassword", ok(json!({}))).on(
        "InitiateAuth",
        exception("NotAuthorizedException", "Incorrect username or password."),
    );
    let reset = world
        .session()
        .reset_password("ann@example.com", "123456", password())
        .await
        .unwrap();
    assert_eq!(reset, Reset::SignInNeeded);
}

#[wasm_bindgen_test]
async fn a_temporary_password_is_replaced() {
    let world = World::default();
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on(
            "RespondToAuthChallenge",
            ok(json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s",
            "ChallengeParameters": { "requiredAttributes": "[]", "userAttributes": "{}" } })),
        )
        .on("RespondToAuthChallenge", tokens(START_MS));
    let session = world.session();
    let step = session
        .sign_in("ann@example.com", password())
        .await
        .unwrap();
    let SignIn::Challenge(Challenge::NewPasswordRequired(challenge)) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(session.state(), SessionState::SignedOut(None));
    let new = Password::new("Other-2026!".to_owned());
    let step = session
        .set_new_password(&challenge, new, Vec::new())
        .await
        .unwrap();
    assert!(matches!(step, SignIn::SignedIn));
    assert!(session.state().person().is_some());
}

/// A storage that refuses every write.
struct Full;

impl Storage for Full {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
    fn set(&self, _: &str, _: &str) -> Result<(), StorageError> {
        Err(StorageError)
    }
    fn remove(&self, _: &str) {}
}

#[wasm_bindgen_test]
async fn without_what_renews_tokens_nobody_is_signed_out() {
    let world = World::default();
    world.store_session(3600);
    let session = Session::new(SessionParts {
        renewer: || Box::pin(async { None }),
        ..world.parts()
    });
    world.now_ms.set(START_MS + 3_600_000);
    session.access_token().await.unwrap_err();
    assert!(session.state().person().is_some());
    assert!(!world.storage.keys().is_empty());
    assert_eq!(world.service.count("GetTokensFromRefreshToken"), 0);
}

#[wasm_bindgen_test]
async fn without_a_storage_the_session_lasts_as_long_as_the_page() {
    let world = World::default();
    world.let_sign_in();
    world.service.on("GetTokensFromRefreshToken", {
        let token = token(START_MS + 3_600_000, 3600);
        ok(json!({ "AuthenticationResult": { "AccessToken": token } }))
    });
    let now_ms = world.now_ms.clone();
    let session = Session::new(SessionParts {
        config: cognito_user_pool::Config::new("us-east-1_Pool", "client").unwrap(),
        transport: world.service.transport(),
        storage: SharedStorage::new(Full),
        clock: SharedClock::from_fns(move || now_ms.get(), |_| std::future::pending()),
        ..world.parts()
    });
    session
        .sign_in("ann@example.com", password())
        .await
        .unwrap();
    assert!(access_token(&session).await.is_some());
    world.now_ms.set(START_MS + 3_600_000);
    assert!(
        access_token(&session).await.is_some(),
        "renewed from memory"
    );
}

#[wasm_bindgen_test]
async fn the_real_storage_holds_the_session() {
    let world = World::default();
    world.let_sign_in();
    let session = Session::new(SessionParts {
        storage: SharedStorage::browser(),
        config: cognito_user_pool::Config::new("us-east-1_Pool", "client").unwrap(),
        transport: world.service.transport(),
        clock: SharedClock::from_fns(|| START_MS, |_| std::future::pending()),
        ..world.parts()
    });
    session
        .sign_in("ann@example.com", password())
        .await
        .unwrap();
    let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    let expected = Some(token(START_MS, 3600));
    assert_eq!(storage.get_item("access_token").unwrap(), expected);
    world
        .service
        .on("GlobalSignOut", offline())
        .on("RevokeToken", ok(json!({})));
    drop(session.sign_out());
    assert_eq!(storage.length().unwrap(), 0);
}

#[wasm_bindgen_test]
async fn a_renewal_with_a_token_of_before_ends_nothing() {
    let world = World::default();
    world.store_session(30);
    let session = world.session();
    let refused = exception("NotAuthorizedException", "Refresh Token has been revoked");
    world
        .service
        .on("GetTokensFromRefreshToken", refused.clone())
        .on("GetTokensFromRefreshToken", refused);
    world.service.hold("GetTokensFromRefreshToken");
    let mut asking = Box::pin(session.access_token());
    assert!(futures_util::poll!(&mut asking).is_pending());
    until(|| world.service.count("GetTokensFromRefreshToken") == 1).await;
    // What another tab has stored comes to be seen in this one.
    world.store_session(3600);
    world.service.release("GetTokensFromRefreshToken");
    assert!(asking.await.unwrap().is_some());
    assert!(session.state().person().is_some());
    assert_eq!(access_token(&session).await, Some(token(START_MS, 3600)));
    // It is the other tab's to write: a key that only a client writes is not there.
    let keys = world.storage.keys();
    assert!(
        !keys.iter().any(|key| key.ends_with("clockDrift")),
        "{keys:?}"
    );
    // Where nobody has, it is the end.
    let newest = session.access_token().await.unwrap().unwrap();
    assert_eq!(session.refresh_rejected(&newest).await.unwrap(), None);
    assert!(session.state().person().is_none());
}

#[wasm_bindgen_test]
async fn any_number_of_tabs_renew_the_tokens_once() {
    let world = World::default();
    world.store_session(30);
    let renewed = token(START_MS, 3600);
    // With rotation: whoever came second with the old refresh token would be refused.
    let tokens = json!({ "AuthenticationResult": {
        "AccessToken": renewed, "IdToken": renewed, "RefreshToken": "refresh-1" } });
    world.service.on("GetTokensFromRefreshToken", ok(tokens));
    let tabs: Vec<Session> = (0..10)
        .map(|_| world.tab(SharedLock::browser("test.refresh")))
        .collect();
    world.service.hold("GetTokensFromRefreshToken");
    let all = join_all(tabs.iter().map(Session::access_token));
    let answering = async {
        // Another lock takes as long to get as the first tab's does.
        while world.service.count("GetTokensFromRefreshToken") == 0 {
            drop(SharedLock::browser("test.other").acquire().await);
        }
        world.service.release("GetTokensFromRefreshToken");
    };
    let (tokens, ()) = futures_util::join!(all, answering);
    for token in tokens {
        assert_eq!(token.unwrap().unwrap().expose(), renewed);
    }
    assert_eq!(world.service.count("GetTokensFromRefreshToken"), 1);
    for tab in &tabs {
        assert!(matches!(tab.state(), SessionState::SignedIn(_)));
    }
}

#[wasm_bindgen_test]
async fn a_lock_that_nobody_waits_for_any_more_is_given_back() {
    let lock = SharedLock::browser("test.given-up");
    let held = lock.acquire().await;
    let mut waiting = Box::pin(lock.acquire());
    assert!(futures_util::poll!(&mut waiting).is_pending());
    drop(waiting);
    drop(held);
    // This would wait for ever.
    drop(lock.acquire().await);
}

#[wasm_bindgen_test]
async fn tokens_that_aged_unseen_are_renewed_when_the_page_is_seen_again() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    let _following = session.follow_other_tabs();
    let window = web_sys::window().unwrap();
    let event = |name: &str| {
        let event = web_sys::Event::new(name).unwrap();
        match name {
            "online" => window.dispatch_event(&event).unwrap(),
            _ => window.document().unwrap().dispatch_event(&event).unwrap(),
        }
    };
    for name in ["visibilitychange", "online"] {
        event(name);
        let before = world.service.count("GetTokensFromRefreshToken");
        world.now_ms.set(world.now_ms.get() + 3_600_000);
        let renewed = token(world.now_ms.get(), 3600);
        let tokens =
            json!({ "AuthenticationResult": { "AccessToken": renewed, "IdToken": renewed } });
        world.service.on("GetTokensFromRefreshToken", ok(tokens));
        event(name);
        until(|| world.service.count("GetTokensFromRefreshToken") == before + 1).await;
        let token = session.access_token().await.unwrap().unwrap();
        assert_eq!(token.expose(), renewed, "{name}");
    }
}
