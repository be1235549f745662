//! Where tokens are kept, and what can be wrong with that place and with the clock.

use std::cell::Cell;
use std::rc::Rc;

use cognito_user_pool::{HttpResponse, MemoryStorage, Storage, StorageError};
use cruddur_web::config;
use cruddur_web::session::platform::{SharedClock, SharedStorage};
use cruddur_web::session::{Session, SessionParts, SessionState, SignedOutReason};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Answer, PREFIX, START_MS, World, exception, ok, token};
use crate::{EMAIL, password};

const HOUR_MS: i64 = 3_600_000;

/// A session of the page, as the configuration has it; with the world's pool and clock.
fn configured(world: &World, storage: &str) -> Session {
    let text = json!({
        "version": "1.4",
        "auth": { "user_pool_id": "us-east-1_Pool", "user_pool_client_id": "client",
            "aws_region": "us-east-1" },
        "custom": { "backend_url": "http://backend.test", "token_storage": storage },
    });
    let config = config::parse(&text.to_string()).unwrap();
    let parts = world.parts();
    Session::new(SessionParts {
        transport: parts.transport,
        clock: parts.clock,
        authenticator: parts.authenticator,
        ..SessionParts::browser(&config, parts.renewer)
    })
}

fn lengths() -> [u32; 2] {
    let window = web_sys::window().unwrap();
    [window.local_storage(), window.session_storage()]
        .map(|storage| storage.unwrap().unwrap().length().unwrap())
}

#[wasm_bindgen_test]
async fn tokens_are_kept_where_the_configuration_says() {
    let before = lengths();
    for (storage, local, tab, outlives_a_reload) in [
        ("local", true, false, true),
        ("session", false, true, true),
        ("memory", false, false, false),
        ("tape", true, false, true),
    ] {
        let world = World::default();
        world.let_sign_in();
        let session = configured(&world, storage);
        session.sign_in(EMAIL, password()).await.unwrap();
        let now = lengths();
        assert_eq!(now[0] > before[0], local, "{storage}");
        assert_eq!(now[1] > before[1], tab, "{storage}");
        let reloaded = configured(&world, storage);
        let person = reloaded.state().person().is_some();
        assert_eq!(person, outlives_a_reload, "{storage}");

        world.service.on("GlobalSignOut", ok(json!({})));
        session.sign_out().await;
        assert_eq!(lengths(), before, "{storage}");
    }
}

/// A storage that has room for so many more writes.
#[derive(Clone, Default)]
struct Small {
    inner: MemoryStorage,
    room: Rc<Cell<usize>>,
}

impl Storage for Small {
    fn get(&self, key: &str) -> Option<String> {
        self.inner.get(key)
    }
    fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        let room = self.room.get().checked_sub(1).ok_or(StorageError)?;
        self.room.set(room);
        self.inner.set(key, value)
    }
    fn remove(&self, key: &str) {
        self.inner.remove(key);
    }
}

fn over(world: &World, storage: impl Storage + 'static) -> Session {
    Session::new(SessionParts {
        storage: SharedStorage::new(storage),
        ..world.parts()
    })
}

#[wasm_bindgen_test]
async fn a_storage_that_fills_up_keeps_nothing_by_halves() {
    let full_session = 6;
    for room in 0..=full_session {
        let world = World::default();
        world.let_sign_in();
        let storage = Small::default();
        storage.room.set(room);
        let session = over(&world, storage.clone());
        session.sign_in(EMAIL, password()).await.unwrap();
        assert!(session.access_token().await.unwrap().is_some(), "{room}");
        let kept = storage.inner.keys();
        if room < full_session - 1 {
            assert!(kept.is_empty(), "{room}: {kept:?}");
            // What another tab does to other keys is no sign-out of this one.
            session.storage_changed();
            assert!(session.state().person().is_some(), "{room}");
        } else {
            assert!(!kept.is_empty(), "{room}");
            assert!(over(&world, storage).state().person().is_some(), "{room}");
        }
    }
}

#[wasm_bindgen_test]
async fn tokens_that_no_longer_fit_are_renewed_in_memory() {
    let world = World::default();
    world.let_sign_in();
    let storage = Small::default();
    storage.room.set(100);
    let session = over(&world, storage.clone());
    session.sign_in(EMAIL, password()).await.unwrap();
    storage.room.set(0);
    world.now_ms.set(START_MS + HOUR_MS);
    let renewed = token(world.now_ms.get(), 3600);
    let refreshed = || json!({ "AuthenticationResult": { "AccessToken": renewed } });
    world
        .service
        .on("GetTokensFromRefreshToken", ok(refreshed()));
    let now = session.access_token().await.unwrap().unwrap();
    assert_eq!(now.expose(), renewed);
    assert!(
        storage.inner.keys().is_empty(),
        "old tokens beside new ones"
    );
    session.storage_changed();
    assert!(session.state().person().is_some());
}

#[wasm_bindgen_test]
async fn a_storage_that_was_tampered_with_signs_nobody_in() {
    for (key, value) in [
        ("LastAuthUser", "somebody-else"),
        ("LastAuthUser", ""),
        ("ann-sub.accessToken", "garbage"),
        ("ann-sub.accessToken", "e30.e30"),
        ("ann-sub.accessToken", ""),
    ] {
        let world = World::default();
        world.store_session(3600);
        world.storage.set("access_token", "copy").unwrap();
        world
            .storage
            .set(&format!("{PREFIX}.{key}"), value)
            .unwrap();
        let session = world.session();
        assert_eq!(
            session.state(),
            SessionState::SignedOut(None),
            "{key} {value}"
        );
        assert_eq!(session.access_token().await.unwrap(), None);
        assert_eq!(world.storage.get("access_token"), None, "{key} {value}");
        assert!(world.service.sent().is_empty());
    }
}

#[wasm_bindgen_test]
async fn a_damaged_id_token_costs_only_the_name() {
    let world = World::default();
    world.store_session(3600);
    let key = format!("{PREFIX}.ann-sub.idToken");
    world.storage.set(&key, "garbage").unwrap();
    let session = world.session();
    let person = session.state().person().cloned().unwrap();
    assert_eq!(person.display_name(), "ann-sub");
    assert!(session.access_token().await.unwrap().is_some());
}

#[wasm_bindgen_test]
async fn without_a_refresh_token_the_session_ends_with_the_access_token() {
    let world = World::default();
    world.store_session(3600);
    let key = format!("{PREFIX}.ann-sub.refreshToken");
    world.storage.remove(&key);
    let session = world.session();
    assert!(session.access_token().await.unwrap().is_some());
    world.now_ms.set(START_MS + HOUR_MS);
    assert_eq!(session.access_token().await.unwrap(), None);
    let over = SessionState::SignedOut(Some(SignedOutReason::Expired));
    assert_eq!(session.state(), over);
    assert!(world.service.sent().is_empty());
}

/// The service answers by its own clock, which shows [`START_MS`] and that much more.
fn dated(answer: Answer, second: i64) -> Answer {
    answer.map(|answer| HttpResponse {
        headers: vec![(
            "date".to_owned(),
            format!(
                "Thu, 01 Jan 2026 {:02}:{:02}:{:02} GMT",
                second / 3600,
                second / 60 % 60,
                second % 60
            ),
        )],
        ..answer
    })
}

#[wasm_bindgen_test]
async fn a_clock_that_is_hours_off_makes_no_difference() {
    for off_ms in [7 * HOUR_MS, -7 * HOUR_MS, 400 * 24 * HOUR_MS] {
        let world = World::default();
        world.now_ms.set(START_MS + off_ms);
        world
            .service
            .on("InitiateAuth", dated(crate::support::tokens(START_MS), 0));
        let session = world.session();
        session.sign_in(EMAIL, password()).await.unwrap();
        let first = session.access_token().await.unwrap().unwrap();
        assert_eq!(first.expose(), token(START_MS, 3600), "good as it is");

        // After a reload nothing has told the time yet.
        world.now_ms.set(START_MS + off_ms + 58 * 60_000);
        let reloaded = world.session();
        assert!(
            matches!(reloaded.state(), SessionState::SignedIn(_)),
            "{off_ms}"
        );
        assert_eq!(reloaded.access_token().await.unwrap().unwrap(), first);
        assert_eq!(world.service.sent(), ["InitiateAuth"], "{off_ms}");

        let renewed = token(START_MS + HOUR_MS, 3600);
        let result = json!({ "AuthenticationResult": { "AccessToken": renewed } });
        world
            .service
            .on("GetTokensFromRefreshToken", dated(ok(result), 3600));
        world.now_ms.set(START_MS + off_ms + HOUR_MS);
        let second = reloaded.access_token().await.unwrap().unwrap();
        assert_eq!(second.expose(), renewed, "{off_ms}");
    }
}

#[wasm_bindgen_test]
async fn a_clock_that_was_set_right_is_believed_again() {
    let world = World::default();
    world.now_ms.set(START_MS + 7 * HOUR_MS);
    world
        .service
        .on("InitiateAuth", dated(crate::support::tokens(START_MS), 0));
    let session = world.session();
    session.sign_in(EMAIL, password()).await.unwrap();
    world.now_ms.set(START_MS + 60_000);
    // By the old difference the token seems good for hours; the pool says that it is not.
    world
        .service
        .on("GetUser", dated(exception("NotAuthorizedException", "Access Token has expired"), 60))
        .on(
            "GetTokensFromRefreshToken",
            dated(
                ok(json!({ "AuthenticationResult": { "AccessToken": token(START_MS + 60_000, 3600) } })),
                60,
            ),
        )
        .on("GetUser", dated(ok(json!({ "Username": "ann", "UserAttributes": [] })), 60));
    session.user().await.unwrap();
    let offset = format!("{PREFIX}.ann-sub.serverOffset");
    assert_eq!(world.storage.get(&offset), None, "no difference any more");
}

#[wasm_bindgen_test]
async fn the_browsers_storage_can_be_switched_off() {
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
    let world = World::default();
    world
        .service
        .on("InitiateAuth", crate::challenge("SMS_MFA", json!({})))
        .on("RespondToAuthChallenge", crate::support::tokens(START_MS))
        .on("GlobalSignOut", ok(json!({})));
    let now_ms = world.now_ms.clone();
    let session = Session::new(SessionParts {
        storage: SharedStorage::new(Off),
        tab: SharedStorage::new(Off),
        clock: SharedClock::from_fns(move || now_ms.get(), |_| std::future::pending()),
        ..world.parts()
    });
    let step = session.sign_in(EMAIL, password()).await.unwrap();
    let cruddur_web::session::Challenge::SmsMfa(sent) = crate::asked(step) else {
        panic!("another challenge")
    };
    session.answer_code(&sent, "123456").await.unwrap();
    assert!(session.state().person().is_some());
    session.sign_out().await;
    assert_eq!(session.state().person(), None);
}
