//! Navigation, account, invitation, notices.

use cruddur_web::router::Route;
use cruddur_web::session::SessionState;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit, KeyboardEvent, KeyboardEventInit};

use super::page::*;
use crate::support::{World, exception, ok};

async fn signed_in() -> (World, Page) {
    let world = World::default();
    world.store_session(3600);
    let_feed_answer(&world, "For Ann");
    let page = open(&world, "/").await;
    (world, page)
}

fn is_open(page: &Page) -> bool {
    let expanded = page.one(".profile").get_attribute("aria-expanded");
    let panel = page.one("#profile-panel");
    let open = expanded.as_deref() == Some("true");
    assert_eq!(open, !panel.has_attribute("hidden"));
    open
}

#[wasm_bindgen_test]
async fn nobody_is_invited_and_sees_no_account() {
    let world = World::default();
    let_feed_answer(&world, "Hi");
    let page = open(&world, "/").await;
    assert_eq!(page.text("#join-title"), "Join The Party!");
    assert!(page.has(".join a[href='/signup']"));
    assert!(page.has(".join a[href='/signin']"));
    // On screens without a sidebar.
    assert!(page.has(".entrance a[href='/signup']"));
    assert!(page.has(".entrance a[href='/signin']"));
    assert!(!page.has(".profile"));
    assert_eq!(page.text(".notice-region"), "");
    page.close().await;
}

#[wasm_bindgen_test]
async fn landmarks_and_the_way_past_them_are_there() {
    let world = World::default();
    let_feed_answer(&world, "Hi");
    let page = open(&world, "/").await;
    for landmark in [
        "header",
        "nav[aria-label]",
        "main",
        "aside[aria-labelledby]",
        "footer",
    ] {
        assert!(page.has(landmark), "{landmark}");
    }
    let current = page.all("[aria-current=page]");
    assert_eq!(current.len(), 1);
    page.click(".skip-link").await;
    assert_eq!(focused().unwrap().id(), "main");
    assert_eq!(url(), "/");
    page.close().await;
}

/// A link or a button that leads nowhere is worse than none.
#[wasm_bindgen_test]
async fn every_link_leads_to_a_page() {
    for sign_in in [false, true] {
        let world = World::default();
        if sign_in {
            world.store_session(3600);
        }
        let_feed_answer(&world, "Hi");
        let page = open(&world, "/").await;
        let links = page.all("a");
        assert!(!links.is_empty());
        for link in links {
            let href = link.get_attribute("href").unwrap();
            assert!(
                href == "#main" || Route::parse(&href) != Route::NotFound,
                "{href}"
            );
        }
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_signed_in_person_is_named_and_not_invited() {
    let (_, page) = signed_in().await;
    assert_eq!(page.text(".profile-name"), "Ann Example");
    assert_eq!(page.text(".profile-handle"), "@ann");
    assert_eq!(
        page.text("#profile-panel .profile-email"),
        "ann@example.com"
    );
    assert_eq!(page.text(".avatar"), "A");
    assert!(!page.has(".join"));
    assert!(!page.has(".entrance"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn while_the_session_is_restored_the_frame_takes_no_side() {
    let world = World::default();
    world.store_session(30);
    world.service.hold("GetTokensFromRefreshToken");
    let page = open(&world, "/").await;
    assert!(matches!(page.session.state(), SessionState::Restoring(_)));
    assert!(page.has(".account .skeleton"));
    for side in [".join", ".entrance", "button.profile", ".notice"] {
        assert!(!page.has(side), "{side}");
    }

    let revoked = exception("NotAuthorizedException", "Refresh Token has been revoked");
    world.service.on("GetTokensFromRefreshToken", revoked);
    let_feed_answer(&world, "Hi");
    world.service.release("GetTokensFromRefreshToken");
    until(|| page.has(".join")).await;
    settle().await;
    assert!(page.text(".notice").contains("another device"));
    page.click(".notice button").await;
    assert!(!page.has(".notice"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_account_panel_opens_and_closes_by_its_button() {
    let (_, page) = signed_in().await;
    assert!(!is_open(&page));
    let button = page.one(".profile");
    assert_eq!(
        button.get_attribute("aria-controls").as_deref(),
        Some("profile-panel")
    );
    page.click(".profile").await;
    assert!(is_open(&page));
    page.click(".profile").await;
    assert!(!is_open(&page));
    page.close().await;
}

#[wasm_bindgen_test]
async fn escape_closes_the_account_panel_and_returns_the_focus() {
    let (_, page) = signed_in().await;
    page.click(".profile").await;
    let inside = page.one("#profile-panel button");
    inside.focus().unwrap();
    let press = |key| {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        page.one("#profile-panel button")
            .dispatch_event(&event)
            .unwrap();
    };
    press("a");
    settle().await;
    assert!(is_open(&page));
    press("Escape");
    settle().await;
    assert!(!is_open(&page));
    assert_eq!(focused().unwrap(), page.one(".profile"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn what_happens_elsewhere_closes_the_account_panel() {
    let (_, page) = signed_in().await;
    let happen = |selector: &str, name: &str| {
        let init = EventInit::new();
        init.set_bubbles(true);
        let event = Event::new_with_event_init_dict(name, &init).unwrap();
        page.one(selector).dispatch_event(&event).unwrap();
    };
    for name in ["pointerdown", "focusin"] {
        page.click(".profile").await;
        happen("#profile-panel .profile-email", name);
        settle().await;
        assert!(is_open(&page), "{name} inside");
        happen("h1", name);
        settle().await;
        assert!(!is_open(&page), "{name} outside");
    }
    page.close().await;
}

#[wasm_bindgen_test]
async fn signing_out_leads_to_the_feed_of_nobody_with_a_notice() {
    let (world, page) = signed_in().await;
    world.service.hold("GlobalSignOut");
    world.service.on("GlobalSignOut", ok(json!({})));
    let_feed_answer(&world, "For everybody");
    page.click(".profile").await;
    page.click("#profile-panel button").await;
    // Without waiting for the pool's answer.
    assert!(page.has(".join"));
    assert!(!page.has(".profile"));
    assert_eq!(page.texts(".crud-message"), ["For everybody"]);
    assert_eq!(page.text(".notice p"), "You have signed out.");
    assert_eq!(
        page.one(".notice-region").get_attribute("role").unwrap(),
        "status"
    );
    assert_eq!(focused().unwrap(), page.one("h1"));
    let sent = world.service.last(HOME);
    assert!(!sent.headers.iter().any(|(name, _)| name == "authorization"));
    world.service.release("GlobalSignOut");
    page.close().await;
}
