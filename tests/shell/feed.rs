//! The home feed.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use cruddur_web::session::platform::SharedTransport;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::*;
use crate::support::{World, answer, exception, offline, ok, token};

fn authorization(world: &World) -> Option<String> {
    let request = world.service.last(HOME);
    let header = request
        .headers
        .into_iter()
        .find(|(name, _)| name == "authorization");
    header.map(|(_, value)| value)
}

#[wasm_bindgen_test]
async fn nobody_sees_a_skeleton_and_then_the_feed_and_sends_no_token() {
    let world = World::default();
    world.service.hold(HOME);
    let_feed_answer(&world, "Qapla'!");
    let page = open(&world, "/").await;
    assert!(page.has(".skeleton-cruds"));
    assert_eq!(
        page.one(".feed").get_attribute("aria-busy").unwrap(),
        "true"
    );
    assert_eq!(page.text(".feed > [role=status]"), "Loading cruds…");

    world.service.release(HOME);
    settle().await;
    assert!(!page.has(".skeleton-cruds"));
    assert_eq!(
        page.one(".feed").get_attribute("aria-busy").unwrap(),
        "false"
    );
    assert_eq!(page.text(".feed > [role=status]"), "");
    assert_eq!(page.texts(".crud-message"), ["Qapla'!"]);

    let request = world.service.last(HOME);
    assert_eq!(request.url, "http://backend.test/api/activities/home");
    assert!(request.timeout_ms.is_some());
    assert_eq!(authorization(&world), None);
    assert_eq!(world.service.count(HOME), 1);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_signed_in_person_sends_the_token() {
    let world = World::default();
    world.store_session(3600);
    let_feed_answer(&world, "Hello");
    let page = open(&world, "/").await;
    let expected = format!("Bearer {}", token(world.now_ms.get(), 3600));
    assert_eq!(authorization(&world), Some(expected));
    assert_eq!(world.service.count(HOME), 1);
    page.close().await;
}

/// Yew panics in debug builds when a list has a key twice; the backend sends one id twice.
#[wasm_bindgen_test]
async fn two_cruds_with_one_id_are_both_shown() {
    let world = World::default();
    let twins = |messages: &[&str]| -> Value {
        let cruds = messages
            .iter()
            .map(|message| crud("248959df", message, HOUR, json!({})));
        cruds.collect()
    };
    world.service.on(HOME, ok(twins(&["Lore", "Garek"])));
    world.service.on(HOME, ok(twins(&["New", "Lore", "Garek"])));
    let page = open(&world, "/").await;
    assert_eq!(page.texts(".crud-message"), ["Lore", "Garek"]);
    page.click(".nav-link").await;
    assert_eq!(page.texts(".crud-message"), ["New", "Lore", "Garek"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_crud_is_shown_with_all_that_belongs_to_it() {
    let world = World::default();
    let feed = json!([
        crud(
            "1",
            "Cloud is very fun!",
            5 * MINUTE,
            json!({
                "handle": "andrewbrown", "display_name": "Andrew Brown",
                "expires_at": after_start(3 * DAY + MINUTE),
                "likes": 1042, "replies_count": 1, "reposts_count": 0,
                "replies": [crud("2", "This post has no honor!", 2 * HOUR, json!({}))],
            })
        ),
        crud("3", "<b>not bold</b>", 0, json!({ "created_at": null })),
    ]);
    world.service.on(HOME, ok(feed));
    let page = open(&world, "/").await;
    assert_eq!(page.texts("h1"), ["Home"]);

    let first = ".feed > .cruds > li:first-child > .crud";
    assert_eq!(
        page.text(&format!("{first} > .crud-author")),
        "Andrew Brown @andrewbrown"
    );
    assert_eq!(
        page.texts(&format!(
            "{first} > .crud-actions .crud-count .visually-hidden"
        )),
        ["1,042 likes"]
    );
    let words = page.texts(&format!("{first} > .crud-times time .visually-hidden"));
    assert_eq!(words, ["5 minutes ago", "expires in 3 days"]);
    let shown = page.texts(&format!("{first} > .crud-times time [aria-hidden]"));
    assert_eq!(shown, ["5m ago", "3d"]);
    let time = page.one(&format!("{first} time"));
    let iso = after_start(-5 * MINUTE);
    assert_eq!(time.get_attribute("datetime"), Some(iso));
    assert!(
        time.get_attribute("title").unwrap().contains("20"),
        "a whole date"
    );

    assert_eq!(page.texts(".crud-replies .crud-author"), ["@worf"]);
    assert_eq!(
        page.texts(".crud-replies .crud-message"),
        ["This post has no honor!"]
    );
    let label = page.one(".crud-replies").get_attribute("aria-label");
    assert_eq!(label.unwrap(), "Replies to \u{2068}Andrew Brown\u{2069}");

    let last = ".feed > .cruds > li:last-child > .crud";
    assert_eq!(
        page.text(&format!("{last} > .crud-message")),
        "<b>not bold</b>"
    );
    assert!(!page.has(&format!("{last} time")));
    assert!(!page.has(&format!("{last} .crud-count")));
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_empty_feed_says_so() {
    let world = World::default();
    world.service.on(HOME, ok(json!([])));
    let page = open(&world, "/").await;
    assert_eq!(page.text(".feed-message h2"), "Nothing to see here");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_failure_is_told_keeps_what_was_there_and_can_be_tried_again() {
    let world = World::default();
    world.service.on(HOME, offline());
    let page = open(&world, "/").await;
    assert!(page.text("[role=alert]").contains("cannot be reached"));
    assert!(!page.has(".skeleton-cruds"));

    let_feed_answer(&world, "First");
    page.click(".feed-error button").await;
    assert!(!page.has(".feed-error"));
    assert_eq!(page.texts(".crud-message"), ["First"]);

    world.service.on(HOME, answer(500, json!({})));
    page.click(".nav-link").await;
    assert!(page.text("[role=alert]").contains("500"));
    assert_eq!(page.texts(".crud-message"), ["First"]);

    for body in [json!({}), json!("no list"), json!([{}])] {
        world.service.on(HOME, ok(body));
        page.click(".feed-error button").await;
        assert!(page.text("[role=alert]").contains("not what was asked for"));
    }
    world
        .service
        .on(HOME, answer(422, json!(["message_blank", "new_code"])));
    page.click(".feed-error button").await;
    let refusal = page.text("[role=alert]");
    assert!(refusal.contains("Write something first."), "{refusal}");
    assert!(refusal.contains("new_code"), "{refusal}");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_refused_token_is_renewed_once_and_the_request_repeated_once() {
    let world = World::default();
    world.store_session(3600);
    let renewed = token(world.now_ms.get(), 7200);
    let tokens = json!({ "AuthenticationResult": { "AccessToken": renewed, "IdToken": renewed } });
    world.service.on("GetTokensFromRefreshToken", ok(tokens));
    world.service.on(HOME, answer(401, json!({})));
    let_feed_answer(&world, "Back");
    let page = open(&world, "/").await;
    assert_eq!(page.texts(".crud-message"), ["Back"]);
    assert_eq!(authorization(&world), Some(format!("Bearer {renewed}")));
    assert_eq!(world.service.count(HOME), 2);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_token_that_stays_refused_is_not_sent_for_ever() {
    let world = World::default();
    world.store_session(3600);
    let renewed = token(world.now_ms.get(), 7200);
    let tokens = json!({ "AuthenticationResult": { "AccessToken": renewed, "IdToken": renewed } });
    world.service.on("GetTokensFromRefreshToken", ok(tokens));
    world.service.on(HOME, answer(401, json!({})));
    world.service.on(HOME, answer(401, json!({})));
    let_feed_answer(&world, "For everybody");
    let page = open(&world, "/").await;
    // The session has ended, and what is left to see is what anybody sees.
    until(|| page.has(".crud")).await;
    assert_eq!(world.service.count(HOME), 3);
    assert_eq!(authorization(&world), None);
    assert!(page.has(".notice a[href='/signin']"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_session_that_ends_on_the_way_leaves_the_feed_of_nobody() {
    let world = World::default();
    world.store_session(3600);
    let expired = exception("NotAuthorizedException", "Refresh Token has expired");
    world.service.on("GetTokensFromRefreshToken", expired);
    world.service.on(HOME, answer(401, json!({})));
    for _ in 0..2 {
        let_feed_answer(&world, "For everybody");
    }
    let page = open(&world, "/").await;
    until(|| page.has(".crud")).await;
    assert_eq!(page.texts(".crud-message"), ["For everybody"]);
    assert_eq!(authorization(&world), None);
    assert!(page.text(".notice").contains("expired"));
    assert!(page.has(".notice a[href='/signin']"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_feed_waits_until_it_is_known_who_is_signed_in() {
    let world = World::default();
    world.store_session(30);
    world.service.hold("GetTokensFromRefreshToken");
    let renewed = token(world.now_ms.get(), 3600);
    let tokens = json!({ "AuthenticationResult": { "AccessToken": renewed, "IdToken": renewed } });
    world.service.on("GetTokensFromRefreshToken", ok(tokens));
    let page = open(&world, "/").await;
    assert_eq!(world.service.count(HOME), 0);
    assert!(page.has(".skeleton-cruds"));

    let_feed_answer(&world, "Hello");
    world.service.release("GetTokensFromRefreshToken");
    until(|| page.has(".cruds")).await;
    assert_eq!(world.service.count(HOME), 1);
    assert_eq!(authorization(&world), Some(format!("Bearer {renewed}")));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_token_that_cannot_be_renewed_now_is_told_and_signs_nobody_out() {
    let world = World::default();
    world.store_session(-10);
    for _ in 0..2 {
        let refused = answer(403, json!({}));
        world.service.on("GetTokensFromRefreshToken", refused);
    }
    let page = open(&world, "/").await;
    until(|| page.has(".feed-error")).await;
    assert!(page.text(".feed-error").contains("could not be renewed"));
    assert!(page.has("button.profile"));
    assert_eq!(world.service.count(HOME), 0);
    page.close().await;
}

/// Tells when it is dropped.
struct Guard(Rc<Cell<u32>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

#[wasm_bindgen_test]
async fn a_request_ends_with_its_page_and_with_the_next_request() {
    let (begun, ended) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let transport = SharedTransport::from_fn({
        let (begun, ended) = (begun.clone(), ended.clone());
        move |_| {
            begun.set(begun.get() + 1);
            let guard = Guard(ended.clone());
            async move {
                let _guard = guard;
                pending().await
            }
        }
    });
    let page = open_with(&World::default(), transport, "/").await;
    assert_eq!((begun.get(), ended.get()), (1, 0));
    page.click(".nav-link").await;
    assert_eq!((begun.get(), ended.get()), (2, 1));
    page.click(".entrance a").await;
    assert_eq!((begun.get(), ended.get()), (2, 2));
    page.close().await;
}

#[wasm_bindgen_test]
async fn what_one_person_was_sent_is_never_shown_to_the_next() {
    let world = World::default();
    world.store_session(3600);
    world.service.hold(HOME);
    let_feed_answer(&world, "For everybody");
    let page = open(&world, "/").await;
    world.service.on("GlobalSignOut", ok(json!({})));
    page.click(".profile").await;
    page.click("#profile-panel button").await;
    world.service.release(HOME);
    until(|| page.has(".cruds")).await;
    // Two requests were sent, and there was one answer: the first request was given up and took none.
    assert_eq!(world.service.count(HOME), 2);
    assert_eq!(authorization(&world), None);
    assert_eq!(page.texts(".crud-message"), ["For everybody"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn times_move_on_and_expired_cruds_go() {
    let world = World::default();
    let feed = json!([
        crud(
            "1",
            "Short",
            0,
            json!({ "expires_at": after_start(2 * HOUR) })
        ),
        crud(
            "1",
            "Long",
            59 * MINUTE,
            json!({
                "expires_at": after_start(25 * HOUR),
                "replies": [crud("2", "Reply", 0, json!({ "expires_at": after_start(HOUR) }))],
            })
        ),
        crud(
            "4",
            "Gone before it came",
            DAY,
            json!({ "expires_at": after_start(0) })
        ),
    ]);
    // Each look after a minute is one at what is new, too.
    for _ in 0..5 {
        world.service.on(HOME, ok(feed.clone()));
    }
    let page = open(&world, "/").await;
    let shown = || page.texts(".crud-times time [aria-hidden]");
    assert_eq!(shown(), ["now", "2h", "59m ago", "1d", "now", "1h"]);

    let pass = |ms| world.now_ms.set(world.now_ms.get() + ms);
    pass(MINUTE);
    page.look_again().await;
    assert_eq!(shown(), ["1m ago", "1h", "1h ago", "1d", "1m ago", "59m"]);

    pass(HOUR);
    page.look_again().await;
    assert_eq!(page.texts(".crud-message"), ["Short", "Long"]);
    assert!(!page.has(".crud-replies"));

    pass(HOUR);
    page.look_again().await;
    assert_eq!(page.texts(".crud-message"), ["Long"]);
    assert_eq!(shown(), ["3h ago", "22h"]);

    pass(DAY);
    page.look_again().await;
    assert!(page.has(".feed-message"));
    page.close().await;
}

/// With the browser's own timer: the crud has a moment left.
#[wasm_bindgen_test]
async fn a_crud_goes_by_itself_when_its_time_is_up() {
    let world = World::default();
    let feed = json!([crud(
        "1",
        "Short",
        0,
        json!({ "expires_at": after_start(40) })
    )]);
    world.service.on(HOME, ok(feed));
    let page = open(&world, "/").await;
    assert!(page.has(".crud"));
    world.now_ms.set(world.now_ms.get() + 40);
    until(|| page.has(".feed-message")).await;
    page.close().await;
}
