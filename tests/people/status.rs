//! One crud.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::*;
use super::tools::*;
use crate::support::{Answer, World, answer, ok};

const STATUS: &str = "/api/activities/@worf/status/1";
const WORF: &str = "/api/activities/@worf";
const URL: &str = "/@worf/status/1";

/// Lets the backend be one of the last weeks', where the home feed comes without replies.
fn on_status(world: &World, answer: Answer) {
    world.service.on(HOME, ok(json!([])));
    world.service.on(STATUS, answer);
}

#[wasm_bindgen_test]
async fn a_crud_is_shown_with_its_replies_and_its_author() {
    let world = World::default();
    world.service.hold(STATUS);
    let thread = json!({
        "activity": crud("1", "I am out of prune juice", HOUR, json!({ "display_name": "Worf" })),
        "replies": [crud("2", "Have some", MINUTE, json!({ "handle": "guinan" }))],
    });
    on_status(&world, ok(thread));
    let page = open(&world, URL).await;
    assert_eq!(page.texts("h1").map_plain(), ["Crud by @worf"]);
    assert!(page.has(".skeleton-cruds"));
    world.service.release(STATUS);
    settle().await;
    assert_eq!(page.texts("h1").map_plain(), ["Crud by Worf"]);
    assert_eq!(title(), "Crud by Worf · Cruddur");
    let messages = page.texts(".status .crud-message");
    assert_eq!(messages, ["I am out of prune juice", "Have some"]);
    assert_eq!(page.texts(".crud-replies .crud-message"), ["Have some"]);
    let author = page.one(".status-author a");
    assert_eq!(author.get_attribute("href").unwrap(), "/@worf");
    assert_eq!(plain(&author.text_content().unwrap()), "All cruds by Worf");
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_title_names_the_author_at_each_visit() {
    let world = World::default();
    for _ in 0..2 {
        let thread =
            json!({ "activity": crud("1", "Hab SoSlI'", HOUR, json!({ "display_name": "Worf" })) });
        on_status(&world, ok(thread));
    }
    let_feed_answer(&world, "Home");
    let page = open(&world, URL).await;
    go("/").await;
    assert!(!title().contains("Worf"));
    go(URL).await;
    assert_eq!(title(), "Crud by Worf · Cruddur");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_crud_that_is_nowhere_has_been_forgotten() {
    let world = World::default();
    on_status(&world, answer(404, json!({})));
    world.service.on(WORF, ok(json!([])));
    let page = open(&world, URL).await;
    assert_eq!(page.texts("h1"), ["This crud is gone"]);
    assert!(page.text(".feed-message").contains("forgotten"));
    let ways = page.all(".feed-message a");
    let ways: Vec<_> = ways
        .iter()
        .filter_map(|way| way.get_attribute("href"))
        .collect();
    assert_eq!(ways, ["/@worf", "/"]);
    assert_eq!(title(), "This crud is gone · Cruddur");
    assert!(!page.has(".crud") && !page.has(".feed-error") && !page.has(".status-author"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_crud_goes_while_it_is_being_looked_at() {
    let world = World::default();
    let activity = crud(
        "1",
        "Short",
        0,
        json!({ "expires_at": after_start(MINUTE) }),
    );
    on_status(&world, ok(json!({ "activity": activity })));
    let page = open(&world, URL).await;
    assert_eq!(page.texts(".crud-message"), ["Short"]);
    world.now_ms.set(world.now_ms.get() + MINUTE);
    page.look_again().await;
    assert_eq!(page.texts("h1"), ["This crud is gone"]);
    assert!(!page.has(".crud"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_expired_crud_is_as_good_as_none() {
    let world = World::default();
    let activity = crud("1", "Late", DAY, json!({ "expires_at": after_start(0) }));
    on_status(&world, ok(json!({ "activity": activity })));
    let page = open(&world, URL).await;
    assert_eq!(page.texts("h1"), ["This crud is gone"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_failure_is_told_and_can_be_tried_again() {
    let world = World::default();
    on_status(&world, answer(500, json!({})));
    let activity = crud("1", "x".repeat(280).as_str(), 0, json!({}));
    on_status(&world, ok(json!({ "activity": activity })));
    let page = open(&world, URL).await;
    assert!(page.text("[role=alert]").contains("500"));
    page.click(".feed-error button").await;
    assert_eq!(page.text(".crud-message").len(), 280);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_reply_comes_under_the_crud() {
    let world = World::default();
    world.store_session(3600);
    let thread = json!({
        "activity": crud("1", "I am out of prune juice", HOUR, json!({})),
        "replies": [crud("2", "Have some", MINUTE, json!({ "handle": "guinan" }))],
    });
    on_status(&world, ok(thread));
    let reply = crud("3", "Fascinating", 0, json!({ "handle": "ann" }));
    world.service.on("/api/activities/2/reply", ok(reply));
    let page = open(&world, URL).await;
    page.click(".crud-replies button.crud-action").await;
    fill(&page, "#reply-message", "Fascinating").await;
    press_enter(&page, "form.reply").await;
    let messages = page.texts(".status .cruds .crud-message");
    assert_eq!(
        messages,
        ["I am out of prune juice", "Have some", "Fascinating"]
    );
    assert_eq!(world.service.count(STATUS), 1);
    page.close().await;
}

trait MapPlain {
    fn map_plain(self) -> Vec<String>;
}

impl MapPlain for Vec<String> {
    fn map_plain(self) -> Vec<String> {
        self.iter().map(|text| plain(text)).collect()
    }
}
