//! Notifications.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::*;
use crate::support::{World, answer, ok};

const NOTIFICATIONS: &str = "/api/activities/notifications";

async fn open_signed_in(world: &World) -> Page {
    world.store_session(3600);
    open(world, "/notifications").await
}

#[wasm_bindgen_test]
async fn notifications_are_a_feed() {
    let world = World::default();
    world.service.hold(NOTIFICATIONS);
    let list = json!([crud("1", "I am out of prune juice", HOUR, json!({}))]);
    world.service.on(NOTIFICATIONS, ok(list));
    let page = open_signed_in(&world).await;
    assert_eq!(page.texts("h1"), ["Notifications"]);
    assert!(page.has(".skeleton-cruds"));
    world.service.release(NOTIFICATIONS);
    settle().await;
    assert_eq!(page.texts(".crud-message"), ["I am out of prune juice"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn no_notifications_are_no_empty_feed() {
    let world = World::default();
    world.service.on(NOTIFICATIONS, ok(json!([])));
    let page = open_signed_in(&world).await;
    assert_eq!(page.text(".feed-message h2"), "All quiet");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_backend_without_notifications_is_no_failure() {
    for status in [404, 405] {
        let world = World::default();
        world.service.on(NOTIFICATIONS, answer(status, json!({})));
        let page = open_signed_in(&world).await;
        assert_eq!(
            page.text(".feed-message h2"),
            "This backend has no notifications yet"
        );
        assert!(!page.has(".feed-error") && !page.has(".skeleton-cruds"));
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_failure_is_one_and_can_be_tried_again() {
    let world = World::default();
    world.service.on(NOTIFICATIONS, answer(500, json!({})));
    world.service.on(NOTIFICATIONS, ok(json!([])));
    let page = open_signed_in(&world).await;
    assert!(page.text("[role=alert]").contains("500"));
    assert!(!page.has(".feed-message"));
    page.click(".feed-error button").await;
    assert!(page.has(".feed-message") && !page.has(".feed-error"));
    page.close().await;
}
