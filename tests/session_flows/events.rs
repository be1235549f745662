//! What listeners are told, of this tab and of the others.

use std::cell::RefCell;
use std::rc::Rc;

use cruddur_web::session::{ErrorKind, Session, SessionEvent, SignedOutReason, Subscription};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;

use crate::support::{START_MS, World, exception, ok, token};
use crate::{EMAIL, password};

struct Heard {
    events: Rc<RefCell<Vec<SessionEvent>>>,
    subscription: Subscription,
}

fn listen(session: &Session) -> Heard {
    let events = Rc::new(RefCell::new(Vec::new()));
    let subscription = session.listen(Callback::from({
        let events = events.clone();
        move |event| events.borrow_mut().push(event)
    }));
    Heard {
        events,
        subscription,
    }
}

impl Heard {
    /// What was heard since the last time.
    fn news(&self) -> Vec<SessionEvent> {
        self.events.take()
    }
}

fn let_refresh(world: &World) {
    let token = token(world.now_ms.get(), 3600);
    let result = json!({ "AuthenticationResult": { "AccessToken": token, "IdToken": token } });
    world.service.on("GetTokensFromRefreshToken", ok(result));
}

#[wasm_bindgen_test]
async fn each_thing_that_happens_is_told_once() {
    let world = World::default();
    let session = world.session();
    let heard = listen(&session);
    world.let_sign_in();
    session.sign_in(EMAIL, password()).await.unwrap();
    assert_eq!(heard.news(), [SessionEvent::SignedIn]);

    world.now_ms.set(START_MS + 3_590_000);
    let_refresh(&world);
    session.access_token().await.unwrap();
    assert_eq!(heard.news(), [SessionEvent::Refreshed]);

    world.now_ms.set(START_MS + 9_000_000);
    world.service.on(
        "GetTokensFromRefreshToken",
        exception("InvalidParameterException", "?"),
    );
    let error = session.access_token().await.unwrap_err();
    assert_eq!(heard.news(), [SessionEvent::RefreshFailed(error.kind)]);
    assert!(session.state().person().is_some(), "the session goes on");

    world.service.on(
        "GetTokensFromRefreshToken",
        exception("NotAuthorizedException", "Refresh Token has been revoked"),
    );
    session.access_token().await.unwrap();
    let over = SessionEvent::SignedOut(SignedOutReason::Revoked);
    assert_eq!(heard.news(), [over]);

    drop(heard.subscription);
    world.let_sign_in();
    session.sign_in(EMAIL, password()).await.unwrap();
    assert_eq!(*heard.events.borrow(), []);
}

#[wasm_bindgen_test]
async fn what_fails_before_anybody_is_signed_in_is_no_event() {
    let world = World::default();
    let session = world.session();
    let heard = listen(&session);
    world.service.on(
        "InitiateAuth",
        exception("UserNotFoundException", "User does not exist."),
    );
    let error = session.sign_in(EMAIL, password()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::UserNotFound);
    assert_eq!(heard.news(), []);
}

#[wasm_bindgen_test]
async fn what_another_tab_did_is_told_here() {
    let world = World::default();
    let (here, there) = (world.session(), world.session());
    let heard = listen(&here);
    world.let_sign_in();
    there.sign_in(EMAIL, password()).await.unwrap();
    here.storage_changed();
    assert_eq!(heard.news(), [SessionEvent::SignedIn]);
    // One sign-in writes several keys, and browsers tell of each.
    here.storage_changed();
    assert_eq!(heard.news(), []);

    world.now_ms.set(START_MS + 3_590_000);
    let_refresh(&world);
    let renewed = there.access_token().await.unwrap();
    here.storage_changed();
    assert_eq!(heard.news(), [SessionEvent::Refreshed]);
    assert_eq!(here.access_token().await.unwrap(), renewed);
    assert_eq!(world.service.count("GetTokensFromRefreshToken"), 1);

    world.service.on("GlobalSignOut", ok(json!({})));
    there.sign_out().await;
    here.storage_changed();
    let over = SessionEvent::SignedOut(SignedOutReason::Revoked);
    assert_eq!(heard.news(), [over]);
    assert_eq!(here.state().person(), None);
}

#[wasm_bindgen_test]
async fn another_account_in_another_tab_is_a_sign_in() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    let heard = listen(&session);
    world.store_session_of("bob", 3600);
    session.storage_changed();
    assert_eq!(heard.news(), [SessionEvent::SignedIn]);
    let person = session.state().person().cloned().unwrap();
    assert_eq!(person.username, "bob");
}
