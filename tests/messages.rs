//! Conversations: every state of the list, of the messages and of the form, with any week's backend.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[allow(dead_code)] // each test file takes what it needs
#[path = "shell/page.rs"]
mod page;
mod support;

use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit, HtmlTextAreaElement, KeyboardEvent, KeyboardEventInit};

use page::*;
use support::{Answer, START_MS, World, answer, offline, ok};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const GROUPS: &str = "/api/message_groups";
const WORF: &str = "/api/messages/@worf";
const FIRST: &str = "/api/messages/g1";
const SECOND: &str = "/api/messages/g2";
const SEND: &str = "/api/messages";
const FIELD: &str = "#message-text";
const BUTTON: &str = ".message-form .button-submit";
const ERROR: &str = ".message-form .field-error";
const TEXTS: &str = ".message-text";

/// The week-3 list.
fn week_3() -> Answer {
    ok(json!([
        {
            "created_at": "2025-12-31T23:59:34.201610+00:00",
            "display_name": "Andrew Brown",
            "handle": "andrewbrown",
            "uuid": "24b95582-9e7b-4e0a-9ad1-639773ab7552"
        },
        {
            "created_at": "2025-12-31T23:59:34.201610+00:00",
            "display_name": "Worf",
            "handle": "worf",
            "uuid": "417c360e-c4e6-4fce-873b-d2d71469b4ac"
        }
    ]))
}

/// The list from week 5 on.
fn week_5() -> Answer {
    ok(json!([
        {
            "uuid": "g1", "display_name": "Worf", "handle": "worf",
            "message": "Qapla'!", "created_at": "2025-12-31T23:55:00"
        },
        {
            "uuid": "g2", "display_name": "Lore", "handle": "Lore Soong",
            "message": "Brother", "created_at": "2025-12-31T22:00:00"
        }
    ]))
}

fn message(uuid: &str, handle: &str, text: &str, age: i64) -> Value {
    crud(uuid, text, age, json!({ "handle": handle }))
}

fn talk() -> Answer {
    ok(json!([
        message("1", "worf", "One", 3 * MINUTE),
        message("1", "worf", "Two", 2 * MINUTE),
        message("2", "ann", "Three", MINUTE),
    ]))
}

fn drafts() -> web_sys::Storage {
    window().session_storage().unwrap().unwrap()
}

/// Messages for Ann. No drafts are left from before.
async fn messages(world: &World, url: &str) -> Page {
    drafts().clear().unwrap();
    world.store_session(3600);
    open(world, url).await
}

async fn write(page: &Page, text: &str) {
    let field: HtmlTextAreaElement = page.one(FIELD).unchecked_into();
    field.set_value(text);
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("input", &init).unwrap();
    field.dispatch_event(&event).unwrap();
    settle().await;
}

fn written(page: &Page) -> String {
    let field: HtmlTextAreaElement = page.one(FIELD).unchecked_into();
    field.value()
}

async fn press_enter(page: &Page, ctrl: bool, meta: bool) {
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    init.set_key("Enter");
    init.set_ctrl_key(ctrl);
    init.set_meta_key(meta);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    page.one(FIELD).dispatch_event(&event).unwrap();
    settle().await;
}

fn heading(page: &Page) -> String {
    page.text("h1").replace(['\u{2068}', '\u{2069}'], "")
}

#[wasm_bindgen_test]
async fn the_list_is_loaded_and_leads_to_handles_in_week_3() {
    let world = World::default();
    world.service.hold(GROUPS);
    world.service.on(GROUPS, week_3());
    let page = messages(&world, "/messages").await;
    assert_eq!(heading(&page), "Messages");
    assert!(page.has(".messages-list .skeleton"));
    assert_eq!(
        page.text(".messages-list [role=status]"),
        "Loading conversations…"
    );
    world.service.release(GROUPS);
    settle().await;
    assert!(!page.has(".messages-list .skeleton"));
    assert_eq!(page.texts(".group .crud-name"), ["Andrew Brown", "Worf"]);
    assert_eq!(page.texts(".group .crud-handle"), ["@andrewbrown", "@worf"]);
    assert_eq!(
        page.texts(".group .message-time .visually-hidden"),
        ["just now"; 2]
    );
    assert!(!page.has(".group-message"));
    let hrefs: Vec<_> = page
        .all(".group")
        .iter()
        .map(|group| group.get_attribute("href").unwrap())
        .collect();
    assert_eq!(hrefs, ["/messages/@andrewbrown", "/messages/@worf"]);
    assert!(!page.has("[aria-current].group"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_list_shows_last_messages_and_leads_to_ids_from_week_5_on() {
    let world = World::default();
    world.service.on(GROUPS, week_5());
    let page = messages(&world, "/messages").await;
    assert_eq!(page.texts(".group-message"), ["Qapla'!", "Brother"]);
    assert_eq!(
        page.texts(".group .message-time .visually-hidden"),
        ["5 minutes ago", "2 hours ago"]
    );
    assert_eq!(
        page.one(".group").get_attribute("href").unwrap(),
        "/messages/g1"
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_empty_list_says_so() {
    let world = World::default();
    world.service.on(GROUPS, ok(json!([])));
    let page = messages(&world, "/messages").await;
    assert_eq!(
        page.text(".messages-list .feed-message h2"),
        "No conversations yet"
    );
    assert!(page.has(".messages-list .feed-message a"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_list_that_fails_can_be_asked_for_again() {
    for url in ["/messages", "/messages/g1"] {
        let world = World::default();
        world
            .service
            .on(GROUPS, answer(500, json!({})))
            .on(GROUPS, week_5());
        world.service.on(FIRST, talk());
        let page = messages(&world, url).await;
        assert_eq!(page.all(".feed-error").len(), 1);
        assert!(page.text(".messages-list [role=alert]").contains("500"));
        assert_eq!(heading(&page), "Messages");
        page.click(".feed-error button").await;
        assert!(!page.has(".feed-error"));
        assert_eq!(page.all(".group").len(), 2);
        assert_eq!(page.has(".message-log"), url != "/messages");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn visitors_are_led_to_sign_in_and_back() {
    let world = World::default();
    let page = open(&world, "/messages/g1").await;
    // Either the page says so, or the person is there already.
    if url().starts_with("/messages") {
        let href = page
            .one("main .feed-message a")
            .get_attribute("href")
            .unwrap();
        assert_eq!(href, "/signin?next=/messages/g1");
    } else {
        assert_eq!(url(), "/signin?next=/messages/g1");
    }
    assert_eq!(world.service.count(GROUPS), 0);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_refused_session_leads_to_sign_in_and_back() {
    let world = World::default();
    world
        .service
        .on(GROUPS, answer(401, json!({})))
        .on(GROUPS, answer(401, json!({})));
    world
        .service
        .on("GetTokensFromRefreshToken", support::tokens(START_MS));
    world.service.on("InitiateAuth", support::tokens(START_MS));
    let page = messages(&world, "/messages/g1").await;
    until(|| page.session.state().person().is_none()).await;
    settle().await;
    if url().starts_with("/messages") {
        let href = page
            .one("main .feed-message a")
            .get_attribute("href")
            .unwrap();
        assert_eq!(href, "/signin?next=/messages/g1");
    } else {
        assert!(url().starts_with("/signin?next=/messages/g1"), "{}", url());
    }
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_conversation_of_week_3_is_found_by_its_handle() {
    let world = World::default();
    world.service.hold(WORF);
    world.service.on(GROUPS, week_3()).on(WORF, talk());
    let page = messages(&world, "/messages/@worf").await;
    assert_eq!(heading(&page), "Messages with Worf");
    assert!(page.has(".messages-skeleton"));
    world.service.release(WORF);
    settle().await;
    assert_eq!(page.texts(TEXTS), ["One", "Two", "Three"]);
    let current = page.all(".group[aria-current]");
    assert_eq!(current.len(), 1);
    assert!(current[0].text_content().unwrap().contains("@worf"));
    assert_eq!(document().title(), "Messages with Worf · Cruddur");
    assert_eq!(
        page.one(".messages-back").get_attribute("href").unwrap(),
        "/messages"
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn own_messages_are_told_apart_and_messages_of_one_person_belong_together() {
    let world = World::default();
    world.service.on(GROUPS, week_5()).on(FIRST, talk());
    let page = messages(&world, "/messages/g1").await;
    assert_eq!(page.texts(".message-own .message-text"), ["Three"]);
    assert_eq!(page.texts(".message-author"), ["@worf", "You"]);
    assert_eq!(page.texts(".message-follows .message-text"), ["Two"]);
    let log = page.one(".message-log");
    assert_eq!(log.get_attribute("role").unwrap(), "log");
    assert_eq!(log.get_attribute("tabindex").unwrap(), "0");
    assert_eq!(page.all(".message-log > ol > li").len(), 3);
    page.close().await;
}

#[wasm_bindgen_test]
async fn messages_are_oldest_first_whatever_the_backends_order() {
    let world = World::default();
    let newest_first = json!([
        message("2", "ann", "New", 0),
        message("1", "worf", "Old", HOUR)
    ]);
    world
        .service
        .on(GROUPS, week_5())
        .on(FIRST, ok(newest_first));
    let page = messages(&world, "/messages/g1").await;
    assert_eq!(page.texts(TEXTS), ["Old", "New"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_empty_conversation_says_so() {
    let world = World::default();
    world.service.on(GROUPS, week_5()).on(FIRST, ok(json!([])));
    let page = messages(&world, "/messages/g1").await;
    assert_eq!(
        page.text(".messages-conversation .feed-message h2"),
        "No messages yet"
    );
    assert!(page.has(FIELD));
    page.close().await;
}

#[wasm_bindgen_test]
async fn messages_that_fail_can_be_asked_for_again() {
    let world = World::default();
    world.service.on(GROUPS, week_5());
    world.service.on(FIRST, offline()).on(FIRST, talk());
    let page = messages(&world, "/messages/g1").await;
    assert_eq!(
        page.text(".feed-error h2"),
        "The messages could not be loaded"
    );
    page.click(".feed-error button").await;
    assert_eq!(page.texts(TEXTS).len(), 3);
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_conversation_comes_without_a_reload_and_a_slow_answer_not_at_all() {
    let world = World::default();
    world.service.hold(FIRST);
    for _ in 0..3 {
        world.service.on(GROUPS, week_5());
    }
    world.service.on(FIRST, talk());
    world.service.on(
        SECOND,
        ok(json!([message("9", "Lore Soong", "Brother", MINUTE)])),
    );
    let page = messages(&world, "/messages/g1").await;
    page.click(".groups li:nth-child(2) .group").await;
    assert_eq!(url(), "/messages/g2");
    assert_eq!(heading(&page), "Messages with Lore");
    assert_eq!(page.texts(TEXTS), ["Brother"]);
    world.service.release(FIRST);
    settle().await;
    assert_eq!(page.texts(TEXTS), ["Brother"]);
    assert!(page.text(".group[aria-current]").contains("Lore"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_unknown_id_says_so_and_leads_back() {
    for groups in [week_3(), week_5()] {
        let world = World::default();
        world.service.on(GROUPS, groups);
        let page = messages(&world, "/messages/nope").await;
        assert_eq!(heading(&page), "There is no such conversation");
        assert_eq!(
            page.one(".messages-conversation .feed-message a")
                .get_attribute("href")
                .unwrap(),
            "/messages"
        );
        assert!(!page.has(FIELD));
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_handle_leads_to_its_conversation_from_week_5_on() {
    for path in ["/messages/@Lore%20Soong", "/messages/new/Lore%20Soong"] {
        let world = World::default();
        world.service.on(GROUPS, week_5()).on(GROUPS, week_5());
        world.service.on(SECOND, talk());
        let page = messages(&world, path).await;
        assert_eq!(url(), "/messages/g2");
        assert_eq!(heading(&page), "Messages with Lore");
        assert_eq!(page.texts(TEXTS).len(), 3);
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_new_conversation_knows_whom_it_is_with() {
    for path in ["/messages/@data", "/messages/new/data"] {
        let world = World::default();
        world.service.on(GROUPS, week_5());
        let data = json!({ "uuid": "u", "handle": "data", "display_name": "Data" });
        world.service.on("/api/users/@data/short", ok(data));
        let page = messages(&world, path).await;
        assert_eq!(heading(&page), "Messages with Data");
        assert_eq!(
            page.text(".messages-conversation .feed-message h2"),
            "No messages yet"
        );
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn nobody_of_a_handle_is_known_from_week_5_on() {
    for groups in [week_5(), ok(json!([]))] {
        let world = World::default();
        world.service.on(GROUPS, groups);
        world.service.on("/api/users/@nobody/short", ok(json!({})));
        let page = messages(&world, "/messages/new/nobody").await;
        assert_eq!(heading(&page), "Nobody is called @nobody");
        assert!(!page.has(FIELD));
        page.close().await;
    }
    let world = World::default();
    world.service.on(GROUPS, week_3());
    world
        .service
        .on("/api/users/@nobody/short", answer(404, json!({})));
    let page = messages(&world, "/messages/new/nobody").await;
    assert_eq!(heading(&page), "Messages with @nobody");
    assert!(page.has(FIELD));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_first_message_gives_the_conversation_its_id() {
    let world = World::default();
    world.service.on(GROUPS, week_5());
    world
        .service
        .on("/api/users/@data/short", ok(json!({ "handle": "data" })));
    let page = messages(&world, "/messages/new/data").await;
    let mut begun: Value = serde_json::from_slice(&week_5().unwrap().body).unwrap();
    let group = json!({ "uuid": "g3", "handle": "data", "message": "Hello", "created_at": null });
    begun.as_array_mut().unwrap().push(group);
    world.service.on(GROUPS, ok(begun));
    world
        .service
        .on(SEND, ok(json!({ "message_group_uuid": "g3" })));
    world.service.on(
        "/api/messages/g3",
        ok(json!([message("1", "ann", "Hello", 0)])),
    );
    write(&page, "Hello").await;
    page.click(BUTTON).await;
    assert_eq!(url(), "/messages/g3");
    let body = world.service.body(SEND);
    assert_eq!(
        (&body["handle"], &body["user_receiver_handle"]),
        (&"data".into(), &"data".into())
    );
    assert!(body.get("message_group_uuid").is_none());
    assert_eq!(page.texts(TEXTS), ["Hello"]);
    assert_eq!(written(&page), "");
    // Whoever has written it writes on.
    assert_eq!(focused().unwrap().id(), "message-text");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_message_is_shown_at_once_and_then_as_it_was_sent() {
    let world = World::default();
    world.service.on(GROUPS, week_5()).on(FIRST, talk());
    world.service.hold(SEND);
    let page = messages(&world, "/messages/g1").await;
    // From week 5 on the id is the sender's.
    world.service.on(
        SEND,
        ok(json!({
            "message_group_uuid": "g1", "uuid": "2", "handle": "ann", "display_name": "Ann",
            "message": "Four", "created_at": "2026-01-01T00:00:00"
        })),
    );
    write(&page, "Four").await;
    page.click(BUTTON).await;
    assert_eq!(page.texts(".message-sending .message-text"), ["Four"]);
    assert_eq!(page.text(".message-sending .message-state"), "Sending…");
    assert_eq!(written(&page), "");
    let node = page.one(".message-log li:last-child");
    page.click(BUTTON).await;
    press_enter(&page, true, false).await;
    assert_eq!(world.service.count(SEND), 1);
    world.service.release(SEND);
    settle().await;
    assert!(!page.has(".message-sending"));
    assert_eq!(page.texts(TEXTS), ["One", "Two", "Three", "Four"]);
    assert!(node.is_same_node(Some(&page.one(".message-log li:last-child"))));
    assert!(node.class_name().contains("message-own"));
    assert_eq!(
        page.text(".message-form > [role=status]"),
        "Your message has been sent."
    );
    assert_eq!(page.texts(".group-message")[0], "Four");
    assert_eq!(world.service.body(SEND)["message_group_uuid"], "g1");
    page.close().await;
}

#[wasm_bindgen_test]
async fn what_week_3_does_not_keep_stays_on_show() {
    let world = World::default();
    world
        .service
        .on(GROUPS, week_3())
        .on(WORF, talk())
        .on(WORF, talk());
    let page = messages(&world, "/messages/@worf").await;
    // Whoever sends, it is always this person who has.
    world.service.on(
        SEND,
        ok(json!({
            "created_at": "2026-01-01T00:00:00.663169+00:00", "display_name": "Andrew Brown",
            "handle": "andrewbrown", "message": "hi", "uuid": "cd55bd32"
        })),
    );
    write(&page, "hi").await;
    press_enter(&page, false, true).await;
    assert_eq!(world.service.body(SEND)["user_receiver_handle"], "worf");
    assert_eq!(page.texts(".message-own .message-text"), ["Three", "hi"]);
    world.now_ms.set(START_MS + 30_000);
    page.look_again().await;
    assert_eq!(world.service.count(WORF), 2);
    assert_eq!(page.texts(".message-own .message-text"), ["Three", "hi"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn what_failed_comes_back_in_front_of_what_was_written_since() {
    for (newer, after) in [("", "Four"), ("Five", "Four\nFive")] {
        let world = World::default();
        world.service.on(GROUPS, week_5()).on(FIRST, talk());
        world.service.hold(SEND);
        world.service.on(SEND, answer(500, json!({})));
        let page = messages(&world, "/messages/g1").await;
        write(&page, "Four").await;
        page.click(BUTTON).await;
        if !newer.is_empty() {
            write(&page, newer).await;
        }
        world.service.release(SEND);
        settle().await;
        assert_eq!(page.texts(TEXTS), ["One", "Two", "Three"]);
        assert_eq!(written(&page), after);
        assert!(page.text(ERROR).contains("500"));
        assert_eq!(focused().unwrap().id(), "message-text");
        page.close().await;
        // A reload finds it.
        world.service.on(GROUPS, week_5()).on(FIRST, talk());
        let page = open(&world, "/messages/g1").await;
        assert_eq!(written(&page), after);
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn blank_and_too_long_messages_are_not_sent() {
    let world = World::default();
    world.service.on(GROUPS, week_5()).on(FIRST, talk());
    let page = messages(&world, "/messages/g1").await;
    page.click(BUTTON).await;
    assert_eq!(page.text(ERROR), "Write something first.");
    write(&page, " \n ").await;
    assert_eq!(page.text(ERROR), "");
    press_enter(&page, true, false).await;
    assert_eq!(page.text(ERROR), "Write something first.");
    let long = "💜".repeat(1025);
    write(&page, &long).await;
    assert_eq!(page.text(".message-counter [aria-hidden]"), "\u{2212}1");
    page.click(BUTTON).await;
    assert_eq!(page.text(ERROR), "That is 1 character too long.");
    assert_eq!(written(&page), long);
    assert_eq!(world.service.count(SEND), 0);
    world
        .service
        .on(SEND, answer(422, json!(["message_exceed_max_chars"])));
    write(&page, &"💜".repeat(1024)).await;
    press_enter(&page, false, false).await;
    assert_eq!(world.service.count(SEND), 0, "Enter alone makes a line");
    press_enter(&page, true, false).await;
    assert_eq!(page.text(ERROR), "That is too long.");
    page.close().await;
}

#[wasm_bindgen_test]
async fn drafts_belong_to_their_conversations() {
    let world = World::default();
    for _ in 0..4 {
        world
            .service
            .on(GROUPS, week_5())
            .on(FIRST, talk())
            .on(SECOND, talk());
    }
    let page = messages(&world, "/messages/g1").await;
    write(&page, "for Worf").await;
    page.click(".groups li:nth-child(2) .group").await;
    assert_eq!(written(&page), "");
    write(&page, "for Lore").await;
    page.click(".groups li:nth-child(1) .group").await;
    assert_eq!(written(&page), "for Worf");
    page.close().await;
    let page = open(&world, "/messages/g2").await;
    assert_eq!(written(&page), "for Lore");
    page.close().await;
}

/// A box of that height for the messages, as the style sheet gives them.
fn lay_out(page: &Page) -> web_sys::HtmlElement {
    let log = page.one(".message-log");
    log.set_attribute("style", "height: 120px; overflow: auto")
        .unwrap();
    log
}

fn many(count: i64) -> Answer {
    let list: Vec<_> = (0..count)
        .map(|n| {
            message(
                &format!("m{n}"),
                "worf",
                &format!("Message {n}"),
                HOUR - n * 1000,
            )
        })
        .collect();
    ok(json!(list))
}

#[wasm_bindgen_test]
async fn what_is_new_comes_by_itself_and_moves_only_whoever_is_at_the_end() {
    let world = World::default();
    world.service.on(GROUPS, week_5());
    world
        .service
        .on(FIRST, many(40))
        .on(FIRST, many(41))
        .on(FIRST, offline())
        .on(FIRST, many(42));
    let page = messages(&world, "/messages/g1").await;
    let log = lay_out(&page);
    let first = page.one(".message-log li");
    let look_after = async |ms| {
        world.now_ms.set(START_MS + ms);
        page.look_again().await;
    };
    look_after(29_999).await;
    assert_eq!(world.service.count(FIRST), 1);
    look_after(30_000).await;
    assert_eq!(page.all(TEXTS).len(), 41);
    assert_eq!(page.texts(".group-message")[0], "Message 40");
    assert!(
        first.is_same_node(Some(&page.one(".message-log li"))),
        "nothing is made anew"
    );
    let end = log.scroll_height() - log.client_height();
    assert!(end > 100 && (log.scroll_top() - end).abs() <= 1);
    // The form grows, and takes room from the messages.
    log.set_attribute("style", "height: 60px; overflow: auto")
        .unwrap();
    until(|| log.scroll_top() > end).await;
    // Who reads further up stays there; a failure says nothing.
    log.set_scroll_top(50);
    log.dispatch_event(&Event::new("scroll").unwrap()).unwrap();
    look_after(60_000).await;
    assert!(!page.has(".feed-error"));
    look_after(90_000).await;
    assert_eq!(page.all(TEXTS).len(), 42);
    assert_eq!(log.scroll_top(), 50);
    page.close().await;
    // A page that has gone asks no more.
    world.now_ms.set(START_MS + 200_000);
    document()
        .dispatch_event(&Event::new("visibilitychange").unwrap())
        .unwrap();
    settle().await;
    assert_eq!(world.service.count(FIRST), 4);
}

#[wasm_bindgen_test]
async fn long_words_and_other_scripts_are_left_to_the_browser() {
    let world = World::default();
    let list = json!([
        message("1", "worf", &"x".repeat(1024), MINUTE),
        message("2", "דנה", "שלום <b>עולם</b>", 0),
    ]);
    world.service.on(GROUPS, week_5()).on(FIRST, ok(list));
    let page = messages(&world, "/messages/g1").await;
    assert_eq!(page.texts(TEXTS)[1], "שלום <b>עולם</b>");
    for text in page.all(TEXTS) {
        assert_eq!(text.get_attribute("dir").unwrap(), "auto");
    }
    assert!(page.has(".message-author bdi"));
    page.close().await;
}
