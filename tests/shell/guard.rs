//! Pages for one person: the way to the sign-in page and back.

use cruddur_web::session::{Password, SessionState};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::*;
use crate::support::{World, exception, ok};

const NOTIFICATIONS: &str = "/api/activities/notifications";
const GROUPS: &str = "/api/message_groups";
const WORF: &str = "/api/messages/@worf";

/// Every page that needs a person, with where its sign-in page is.
const GUARDED: [(&str, &str); 5] = [
    ("/notifications", "/signin?next=/notifications"),
    ("/messages", "/signin?next=/messages"),
    ("/messages/@worf", "/signin?next=/messages/@worf"),
    ("/messages/68f1", "/signin?next=/messages/68f1"),
    ("/messages/new/worf", "/signin?next=/messages/new/worf"),
];

fn let_notify(world: &World, message: &str) {
    let feed = json!([crud("1", message, HOUR, json!({}))]);
    world.service.on(NOTIFICATIONS, ok(feed));
}

fn revoked(world: &World) {
    let revoked = exception("NotAuthorizedException", "Refresh Token has been revoked");
    world.service.on("GetTokensFromRefreshToken", revoked);
}

#[wasm_bindgen_test]
async fn a_visitor_is_sent_to_sign_in_and_nothing_is_asked_for() {
    for (url, sign_in) in GUARDED {
        let world = World::default();
        let page = open(&world, url).await;
        assert_eq!(super::page::url(), sign_in);
        assert_eq!(page.texts("h1"), ["Sign into your Cruddur account"]);
        assert_eq!(document().title(), "Sign In · Cruddur");
        assert_eq!(focused(), Some(page.one("h1")));
        assert_eq!(world.service.sent(), [""; 0], "{url}");
        page.close().await;
    }
}

/// The page that led to the sign-in page is not among those to go back to.
#[wasm_bindgen_test]
async fn going_back_from_there_leads_to_the_page_before() {
    let world = World::default();
    let page = open(&world, "/nowhere").await;
    let history = window().history().unwrap();
    history
        .push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/notifications"))
        .unwrap();
    let popped = web_sys::Event::new("popstate").unwrap();
    window().dispatch_event(&popped).unwrap();
    settle().await;
    assert_eq!(url(), "/signin?next=/notifications");
    history.back().unwrap();
    until(|| page.texts("h1") == ["Page not found"]).await;
    assert_eq!(url(), "/nowhere");
    page.close().await;
}

#[wasm_bindgen_test]
async fn who_has_signed_in_is_back_at_once() {
    let world = World::default();
    let page = open(&world, "/notifications").await;
    world.let_sign_in();
    let_notify(&world, "For Ann");
    let password = Password::new("Crud-dur-2026!".to_owned());
    page.session
        .sign_in("ann@example.com", password)
        .await
        .unwrap();
    until(|| page.has(".crud-message")).await;
    assert_eq!(url(), "/notifications");
    assert_eq!(page.texts("h1"), ["Notifications"]);
    assert_eq!(focused(), Some(page.one("h1")));
    page.close().await;
}

#[wasm_bindgen_test]
async fn while_the_session_is_restored_there_is_a_frame_and_nothing_of_the_page() {
    let world = World::default();
    world.store_session(30);
    world.service.hold("GetTokensFromRefreshToken");
    let page = open(&world, "/notifications").await;
    assert!(matches!(page.session.state(), SessionState::Restoring(_)));
    assert_eq!(url(), "/notifications");
    assert!(page.has(".waiting .skeleton"));
    assert_eq!(page.texts("h1"), ["Notifications"]);
    assert_eq!(page.text("main p[role=status]"), "Loading…");
    assert!(!page.has(".feed"));
    assert_eq!(world.service.count(NOTIFICATIONS), 0);

    let_notify(&world, "For Ann");
    let tokens = crate::support::tokens(world.now_ms.get());
    world.service.on("GetTokensFromRefreshToken", tokens);
    world.service.release("GetTokensFromRefreshToken");
    until(|| page.texts(".crud-message") == ["For Ann"]).await;
    assert!(!page.has(".waiting"));
    assert_eq!(page.texts("h1"), ["Notifications"]);
    page.close().await;
}

/// The heading that had the focus is another one afterwards.
#[wasm_bindgen_test]
async fn the_focus_stays_on_the_heading_when_the_page_comes() {
    let world = World::default();
    world.store_session(30);
    world.service.hold("GetTokensFromRefreshToken");
    let page = open(&world, "/nowhere").await;
    page.click(".nav-link[href='/notifications']").await;
    let before = page.one("h1");
    assert_eq!(focused(), Some(before.clone()));
    let_notify(&world, "For Ann");
    let tokens = crate::support::tokens(world.now_ms.get());
    world.service.on("GetTokensFromRefreshToken", tokens);
    world.service.release("GetTokensFromRefreshToken");
    until(|| page.has(".crud-message")).await;
    let after = page.one("h1");
    assert_ne!(after, before);
    assert_eq!(focused(), Some(after));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_session_that_ends_on_such_a_page_leads_to_sign_in_with_the_reason() {
    let world = World::default();
    world.store_session(30);
    world.service.hold("GetTokensFromRefreshToken");
    let page = open(&world, "/messages/@worf").await;
    revoked(&world);
    world.service.release("GetTokensFromRefreshToken");
    until(|| page.has("#signin-email")).await;
    settle().await;
    assert_eq!(url(), "/signin?next=/messages/@worf");
    assert!(page.text(".notice").contains("another device"));
    assert_eq!(
        page.one(".notice-region").get_attribute("role").unwrap(),
        "status"
    );
    // This is the page that its link would lead to.
    assert!(!page.has(".notice a"));
    assert_eq!(world.service.count(WORF), 0);

    // Whoever has read it is not told again.
    page.click(".notice button").await;
    assert!(!page.has(".notice"));
    let_feed_answer(&world, "Hi");
    page.click(".auth-logo").await;
    assert_eq!(url(), "/");
    assert!(!page.has(".notice"));
    page.close().await;
}

/// Not to the sign-in page of the page that they have just left.
#[wasm_bindgen_test]
async fn signing_out_there_leads_home() {
    let world = World::default();
    world.store_session(3600);
    world.service.on(GROUPS, ok(json!([])));
    world.service.on("GlobalSignOut", ok(json!({})));
    let page = open(&world, "/messages").await;
    until(|| world.service.count(GROUPS) == 1).await;
    let_feed_answer(&world, "For everybody");
    page.click("button.profile").await;
    page.click("#profile-panel .button").await;
    until(|| page.has(".crud-message")).await;
    assert_eq!(url(), "/");
    assert_eq!(page.text(".notice p"), "You have signed out.");
    assert_eq!(world.service.count(GROUPS), 1);

    // Who chose it need not be told on the way in.
    page.click(".entrance a").await;
    assert_eq!(url(), "/signin");
    settle().await;
    assert!(!page.has(".notice"));
    page.close().await;
}
