//! Cruds in lists: what can be done with them, their threads, news, and thousands of them.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[allow(dead_code)] // each test file takes what it needs
#[path = "shell/page.rs"]
mod page;
mod support;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cruddur_web::backend::{Activity, Backend};
use cruddur_web::components::feed::{CrudList, Cruds, WallClock, list, with_crud, with_reply};
use cruddur_web::router::RouterProvider;
use cruddur_web::session::Session;
use cruddur_web::text::{Language, apply};
use js_sys::{Array, Object, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MutationObserver, MutationObserverInit, MutationRecord};
use yew::prelude::*;

use page::*;
use support::{START_MS, World, ok};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A stand-in for one of `navigator`'s means, until the end of the test.
struct Stub {
    name: &'static str,
    _call: Closure<dyn FnMut(JsValue) -> Promise>,
    seen: Rc<RefCell<Vec<JsValue>>>,
}

impl Stub {
    /// `navigator.<name>` becomes `value`, or what `wrap` makes of the function.
    fn new(
        name: &'static str,
        answer: impl Fn() -> Promise + 'static,
        wrap: fn(&JsValue) -> JsValue,
    ) -> Self {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let call = Closure::<dyn FnMut(JsValue) -> Promise>::new({
            let seen = seen.clone();
            move |argument| {
                seen.borrow_mut().push(argument);
                answer()
            }
        });
        define(name, &wrap(call.as_ref()));
        Self {
            name,
            _call: call,
            seen,
        }
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        define(self.name, &JsValue::UNDEFINED);
    }
}

fn define(name: &str, value: &JsValue) {
    define_on(&window().navigator(), name, value);
}

fn define_on(object: &Object, name: &str, value: &JsValue) {
    let property = Object::new();
    Reflect::set(&property, &"value".into(), value).unwrap();
    Reflect::set(&property, &"configurable".into(), &true.into()).unwrap();
    Object::define_property(object, &name.into(), &property);
}

fn clipboard(write: &JsValue) -> JsValue {
    let clipboard = Object::new();
    Reflect::set(&clipboard, &"writeText".into(), write).unwrap();
    clipboard.into()
}

fn done() -> Promise {
    Promise::resolve(&JsValue::UNDEFINED)
}

fn rejected(name: &str) -> Promise {
    let error = js_sys::Error::new("no");
    error.set_name(name);
    Promise::reject(&error)
}

const SHARE: &str = ".crud-action[aria-label^=Share]";
const TOLD: &str = ".feed-told";

async fn one_crud(world: &World, rest: Value) -> Page {
    world
        .service
        .on(HOME, ok(json!([crud("a/1", "Qapla'!", HOUR, rest)])));
    open(world, "/").await
}

#[wasm_bindgen_test]
async fn an_author_leads_to_their_profile_and_a_time_to_the_crud() {
    let world = World::default();
    let page = one_crud(
        &world,
        json!({ "handle": "Jean Luc", "display_name": "Picard" }),
    )
    .await;
    let href = |selector: &str| page.one(selector).get_attribute("href").unwrap();
    assert_eq!(href(".crud-author a"), "/@Jean%20Luc");
    assert_eq!(page.text(".crud-author a"), "Picard @Jean Luc");
    assert_eq!(href(".crud-times a"), "/@Jean%20Luc/status/a%2F1");
    assert_eq!(page.text(".crud-times a .visually-hidden"), "1 hour ago");
    page.close().await;
}

#[wasm_bindgen_test]
async fn counts_are_shown_from_one_and_offer_nothing_to_press() {
    let world = World::default();
    let counts = json!({ "reposts_count": 1, "likes_count": 1042, "replies_count": 2 });
    let page = one_crud(&world, counts).await;
    assert_eq!(
        page.texts(".crud-count .visually-hidden"),
        ["1 repost", "1,042 likes"]
    );
    assert!(!page.has(".crud-count button, .crud-count a"));
    page.close().await;

    let world = World::default();
    let page = one_crud(&world, json!({})).await;
    assert!(!page.has(".crud-count"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn visitors_are_led_to_sign_in_to_reply_and_back() {
    let world = World::default();
    let page = one_crud(&world, json!({ "replies_count": 1 })).await;
    let reply = page.one(".crud-actions a");
    let label = reply.get_attribute("aria-label").unwrap();
    assert_eq!(label, "Sign in to reply to \u{2068}worf\u{2069}, 1 reply");
    assert_eq!(reply.get_attribute("href").unwrap(), "/signin");
    assert!(!page.has("dialog"));
    assert!(!page.has("#compose-message"));
    page.close().await;

    let world = World::default();
    let feed = json!([crud("1", "Hi", HOUR, json!({}))]);
    world.service.on("/api/activities/@worf", ok(feed));
    let page = open(&world, "/@worf").await;
    let href = page.one(".crud-actions a").get_attribute("href");
    assert_eq!(href.unwrap(), "/signin?next=/@worf");
    page.close().await;
}

#[wasm_bindgen_test]
async fn sharing_is_the_browsers_where_it_can() {
    let share = Stub::new("share", done, JsValue::clone);
    let world = World::default();
    let page = one_crud(&world, json!({})).await;
    page.click(SHARE).await;
    let seen = share.seen.borrow().clone();
    let url = Reflect::get(&seen[0], &"url".into()).unwrap();
    let origin = window().location().origin().unwrap();
    assert_eq!(
        url.as_string().unwrap(),
        format!("{origin}/@worf/status/a%2F1")
    );
    assert_eq!(page.text(TOLD), "");
    page.close().await;
}

#[wasm_bindgen_test]
async fn thinking_better_of_sharing_says_and_copies_nothing() {
    let _share = Stub::new("share", || rejected("AbortError"), JsValue::clone);
    let copy = Stub::new("clipboard", done, clipboard);
    let world = World::default();
    let page = one_crud(&world, json!({})).await;
    page.click(SHARE).await;
    assert!(copy.seen.borrow().is_empty());
    assert_eq!(page.text(TOLD), "");
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_link_is_copied_where_nothing_can_be_shared() {
    for refused in [false, true] {
        define("share", &JsValue::UNDEFINED);
        let _share =
            refused.then(|| Stub::new("share", || rejected("NotAllowedError"), JsValue::clone));
        let copy = Stub::new("clipboard", done, clipboard);
        let world = World::default();
        let page = one_crud(&world, json!({})).await;
        page.click(SHARE).await;
        let copied = copy.seen.borrow()[0].as_string().unwrap();
        assert!(copied.ends_with("/@worf/status/a%2F1"), "{copied}");
        assert!(copied.starts_with("http"), "{copied}");
        assert!(page.text(TOLD).contains("clipboard"));
        assert_eq!(page.one(TOLD).get_attribute("role").unwrap(), "status");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_browser_that_can_neither_share_nor_copy_shows_the_link() {
    define("share", &JsValue::UNDEFINED);
    for refused in [false, true] {
        define("clipboard", &JsValue::UNDEFINED);
        let _copy =
            refused.then(|| Stub::new("clipboard", || rejected("NotAllowedError"), clipboard));
        let world = World::default();
        let page = one_crud(&world, json!({})).await;
        page.click(SHARE).await;
        assert!(page.text(TOLD).contains("/@worf/status/a%2F1"));
        page.close().await;
    }
}

/// A reply with what it answers.
fn reply(uuid: &str, to: &str) -> Value {
    crud(uuid, uuid, 0, json!({ "reply_to_activity_uuid": to }))
}

#[wasm_bindgen_test]
async fn a_flat_list_of_replies_is_shown_as_a_thread() {
    let world = World::default();
    let replies = json!([
        reply("one", "a/1"),
        reply("other", "gone"),
        reply("two", "one"),
        reply("three", "two"),
        reply("four", "three"),
        reply("five", "four"),
    ]);
    let page = one_crud(&world, json!({ "replies": replies })).await;
    assert_eq!(
        page.texts(".crud-message"),
        ["Qapla'!", "one", "two", "three", "four", "five", "other"]
    );
    let lists = |depth: usize| vec![".crud-replies"; depth].join(" ");
    assert_eq!(page.all(&lists(3)).len(), 1);
    assert!(!page.has(&lists(4)), "no deeper than three");
    // What is not set in further says what it answers.
    assert_eq!(
        page.texts(".crud-note"),
        ["A reply to \u{2068}worf\u{2069}"; 2]
    );
    assert_eq!(page.all(".crud-replies .crud-actions").len(), 6);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_reply_that_stands_alone_says_so() {
    let world = World::default();
    let rest = json!({ "reply_to_activity_uuid": "gone" });
    let page = one_crud(&world, rest).await;
    assert_eq!(page.texts(".crud-note"), ["A reply"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn expired_replies_go_with_what_answers_them() {
    let world = World::default();
    let mut short = reply("short", "a/1");
    short["expires_at"] = after_start(MINUTE / 2).into();
    let replies = json!([short, reply("answer", "short"), reply("stays", "a/1")]);
    let page = one_crud(&world, json!({ "replies": replies })).await;
    assert_eq!(page.texts(".crud-replies .crud-message").len(), 3);
    world.now_ms.set(START_MS + MINUTE / 2);
    page.look_again().await;
    assert_eq!(page.texts(".crud-replies .crud-message"), ["stays"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn long_words_and_other_scripts_are_shown_whole_in_their_own_direction() {
    let world = World::default();
    let long = "x".repeat(280);
    let feed = json!([
        crud(
            "1",
            &long,
            0,
            json!({ "handle": "y".repeat(100), "display_name": "z".repeat(200) })
        ),
        crud("2", "שלום עולם", 0, json!({ "display_name": "דנה" })),
        crud("3", "👩‍👩‍👧‍👦 https://example.com/?q=%20", 0, json!({})),
    ]);
    world.service.on(HOME, ok(feed));
    let page = open(&world, "/").await;
    for message in page.all(".crud-message") {
        assert_eq!(message.get_attribute("dir").unwrap(), "auto");
    }
    assert!(page.has(".crud-name > bdi"));
    assert_eq!(page.texts(".crud-message")[0], long);
    page.close().await;
}

/// Tests in German leave English behind.
struct InGerman;

impl InGerman {
    fn new() -> Self {
        apply(Language::German);
        Self
    }
}

impl Drop for InGerman {
    fn drop(&mut self) {
        apply(Language::English);
    }
}

#[wasm_bindgen_test]
async fn times_and_numbers_are_written_as_the_language_does() {
    let _german = InGerman::new();
    let world = World::default();
    let feed = json!([
        crud(
            "1",
            "a",
            5 * MINUTE,
            json!({ "likes_count": 1042, "expires_at": after_start(3 * DAY + MINUTE) })
        ),
        crud("2", "b", 400 * DAY, json!({ "likes_count": 1 })),
    ]);
    world.service.on(HOME, ok(feed));
    let page = open(&world, "/").await;
    assert_eq!(
        page.texts(".crud-times time [aria-hidden]")[..2],
        ["vor 5 Min.", "3 T"]
    );
    assert_eq!(
        page.texts(".crud-times time .visually-hidden")[..2],
        ["vor 5 Minuten", "verschwindet in 3 Tagen"]
    );
    let old = &page.texts(".crud-times time [aria-hidden]")[2];
    assert!(old.contains("2024"), "{old}");
    let whole = page.one(".crud-times time").get_attribute("title").unwrap();
    assert!(
        ["Dezember", "Januar"]
            .iter()
            .any(|month| whole.contains(month)),
        "{whole}"
    );
    assert_eq!(
        page.texts(".crud-count .visually-hidden"),
        ["1.042 Likes", "1 Like"]
    );
    assert_eq!(
        page.one(".crud-action")
            .get_attribute("aria-label")
            .unwrap(),
        "Melde dich an, um \u{2068}worf\u{2069} zu antworten"
    );
    page.close().await;
}

const NEW: &str = ".feed-new button";

/// A feed with these messages, each a crud of its own.
fn feed_of(messages: &[&str]) -> Value {
    messages
        .iter()
        .map(|message| crud(message, message, HOUR, json!({})))
        .collect()
}

async fn pass(world: &World, page: &Page, ms: i64) {
    world.now_ms.set(world.now_ms.get() + ms);
    page.look_again().await;
}

#[wasm_bindgen_test]
async fn what_is_new_is_offered_and_not_jammed_in() {
    for signed_in in [false, true] {
        let world = World::default();
        if signed_in {
            world.store_session(36_000);
        }
        world.service.on(HOME, ok(feed_of(&["old"])));
        let page = open(&world, "/").await;
        pass(&world, &page, MINUTE - 1).await;
        assert_eq!(world.service.count(HOME), 1);

        world.service.on(HOME, ok(feed_of(&["old"])));
        pass(&world, &page, 1).await;
        assert_eq!(world.service.count(HOME), 2);
        assert!(!page.has(NEW));

        world
            .service
            .on(HOME, ok(feed_of(&["newer", "new", "old"])));
        pass(&world, &page, MINUTE).await;
        assert_eq!(page.text(NEW), "2 new cruds – show");
        assert_eq!(page.texts(".crud-message"), ["old"]);

        page.click(NEW).await;
        assert_eq!(page.texts(".crud-message"), ["newer", "new", "old"]);
        assert!(!page.has(NEW));
        assert_eq!(focused().unwrap().id(), "page-title");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_look_that_fails_is_not_told() {
    let world = World::default();
    world.service.on(HOME, ok(feed_of(&["old"])));
    let page = open(&world, "/").await;
    world.service.on(HOME, support::offline());
    pass(&world, &page, MINUTE).await;
    assert_eq!(world.service.count(HOME), 2);
    assert!(!page.has(".feed-error"));
    world.service.on(HOME, ok(feed_of(&["new", "old"])));
    pass(&world, &page, MINUTE).await;
    assert_eq!(page.text(NEW), "1 new crud – show");
    page.close().await;
}

#[wasm_bindgen_test]
async fn nobody_looks_while_the_page_is_hidden_or_offline() {
    let world = World::default();
    world.service.on(HOME, ok(feed_of(&["old"])));
    let page = open(&world, "/").await;
    let forget = |object: &Object, name: &str| {
        Reflect::delete_property(object, &name.into()).unwrap();
    };
    let (document, navigator) = (document(), window().navigator());
    define_on(&document, "hidden", &true.into());
    pass(&world, &page, MINUTE).await;
    assert_eq!(world.service.count(HOME), 1);
    define_on(&navigator, "onLine", &false.into());
    forget(&document, "hidden");
    page.look_again().await;
    assert_eq!(world.service.count(HOME), 1);
    forget(&navigator, "onLine");
    world.service.on(HOME, ok(feed_of(&["old"])));
    pass(&world, &page, MINUTE).await;
    assert_eq!(world.service.count(HOME), 2);
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_page_is_not_asked_for_news() {
    let world = World::default();
    world.service.on(HOME, ok(feed_of(&["old"])));
    let page = open(&world, "/").await;
    page.click(".entrance a").await;
    pass(&world, &page, 10 * MINUTE).await;
    assert_eq!(world.service.count(HOME), 1);
    page.close().await;
}

#[wasm_bindgen_test]
async fn coming_back_shows_at_once_what_was_there_and_then_what_is() {
    let world = World::default();
    world.service.on(HOME, ok(feed_of(&["old"])));
    let page = open(&world, "/").await;
    page.click(".entrance a").await;
    world.service.hold(HOME);
    world.service.on(HOME, ok(feed_of(&["new", "old"])));
    window().history().unwrap().back().unwrap();
    until(|| page.has(".crud-message")).await;
    assert_eq!(page.texts(".crud-message"), ["old"]);
    assert!(!page.has(".skeleton-cruds"));
    world.service.release(HOME);
    until(|| page.texts(".crud-message") == ["new", "old"]).await;
    page.close().await;
}

/// Whoever was reading further down keeps their place.
#[wasm_bindgen_test]
async fn coming_back_to_a_place_further_down_offers_what_is_new() {
    let world = World::default();
    let names: Vec<String> = (0..60).map(|number| format!("crud {number}")).collect();
    let old: Vec<&str> = names.iter().map(String::as_str).collect();
    world.service.on(HOME, ok(feed_of(&old)));
    let page = open(&world, "/").await;
    window().scroll_to_with_x_and_y(0.0, 800.0);
    page.click(".entrance a").await;
    let fresh: Vec<&str> = std::iter::once("new").chain(old).collect();
    world.service.on(HOME, ok(feed_of(&fresh)));
    window().history().unwrap().back().unwrap();
    until(|| page.has(NEW)).await;
    assert_eq!(page.texts(".crud-message")[0], "crud 0");
    page.click(NEW).await;
    assert_eq!(page.texts(".crud-message")[0], "new");
    assert_eq!(window().scroll_y().unwrap(), 0.0);
    page.close().await;
}

/// How many cruds more come each time.
const STRETCH: usize = 40;

/// How many are on show at first: as many as the window has room for.
fn screenful() -> usize {
    let height = window().inner_height().unwrap().as_f64().unwrap();
    (height / 100.0) as usize + 1
}

/// How many are on show after so many times more.
fn after(more: usize) -> usize {
    screenful() + more * STRETCH
}
const MORE: &str = ".feed > .feed-more button";

fn numbered(count: usize) -> Value {
    let names: Vec<String> = (0..count).map(|number| format!("crud {number}")).collect();
    feed_of(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// As it looks in the app: cruds have their height, and the page can be scrolled.
struct Tall(web_sys::Element);

impl Tall {
    fn new() -> Self {
        let style = document().create_element("style").unwrap();
        style.set_text_content(Some(
            ".cruds > li { display: block; height: 150px; overflow: hidden }",
        ));
        document().head().unwrap().append_child(&style).unwrap();
        Self(style)
    }
}

impl Drop for Tall {
    fn drop(&mut self) {
        self.0.remove();
    }
}

impl Page {
    /// Scrolls until that item of the feed is at the top of the window.
    fn scroll_to(&self, item: usize) {
        self.all(".cruds > li")[item].scroll_into_view();
    }
}

#[wasm_bindgen_test]
async fn a_long_feed_is_shown_in_stretches_as_the_person_comes_near_their_end() {
    let _tall = Tall::new();
    for url in ["/", "/@worf", "/search?q=crud"] {
        let world = World::default();
        let path = match url {
            "/" => HOME,
            "/@worf" => "/api/activities/@worf",
            _ => "/api/activities/search",
        };
        world.service.on(path, ok(numbered(100)));
        let page = open(&world, url).await;
        let shown = || page.all(".cruds > li").len();
        // The end of the first is near from the start.
        until(|| shown() > 0).await;
        page.scroll_to(0);
        until(|| shown() == after(1)).await;
        assert_eq!(page.text(MORE), "Show more cruds");
        page.scroll_to(20);
        settle().await;
        assert_eq!(shown(), after(1), "{url}: not near its end yet");
        page.scroll_to(after(1) - 3);
        until(|| shown() == after(2)).await;
        page.scroll_to(after(2) - 2);
        // There are no more.
        until(|| shown() == 100 && !page.has(MORE)).await;
        assert_eq!(page.texts(".crud-message")[99], "crud 99");
        page.scroll_to(0);
        settle().await;
        assert_eq!(shown(), 100, "what is on show stays");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn without_the_browsers_help_a_button_shows_the_next_stretch() {
    let _tall = Tall::new();
    let observer = Reflect::get(&window(), &"IntersectionObserver".into()).unwrap();
    Reflect::set(
        &window(),
        &"IntersectionObserver".into(),
        &JsValue::UNDEFINED,
    )
    .unwrap();
    let world = World::default();
    world.service.on(HOME, ok(numbered(100)));
    let page = open(&world, "/").await;
    let shown = || page.all(".cruds > li").len();
    page.scroll_to(screenful() - 1);
    settle().await;
    assert_eq!(shown(), screenful());
    for (count, first) in [(after(1), after(0)), (after(2), after(1)), (100, after(2))] {
        page.one(MORE).focus().unwrap();
        page.click(MORE).await;
        assert_eq!(shown(), count);
        // Who presses it goes on in what is new.
        let item = page.all(".cruds > li").swap_remove(first);
        let focused: web_sys::Node = focused().unwrap().into();
        assert!(item.contains(Some(&focused)), "{first}");
    }
    assert!(!page.has(MORE));
    page.close().await;
    Reflect::set(&window(), &"IntersectionObserver".into(), &observer).unwrap();
}

#[wasm_bindgen_test]
async fn coming_back_finds_as_much_on_show_as_there_was() {
    let _tall = Tall::new();
    for url in ["/", "/@worf"] {
        let path = if url == "/" {
            HOME
        } else {
            "/api/activities/@worf"
        };
        let world = World::default();
        world.service.on(path, ok(numbered(200)));
        let page = open(&world, url).await;
        let shown = || page.all(".cruds > li").len();
        until(|| shown() > 0).await;
        page.scroll_to(0);
        for more in 1..4 {
            until(|| shown() == after(more)).await;
            page.scroll_to(after(more) - 1);
        }
        until(|| shown() == after(4)).await;
        page.scroll_to(after(3) + 2);
        settle().await;
        let place = window().scroll_y().unwrap();
        page.one(".entrance a").click();
        until(|| !page.has(".cruds")).await;
        // Another page begins with its own.
        world.service.on(path, ok(numbered(200)));
        window().history().unwrap().back().unwrap();
        until(|| page.has(".cruds")).await;
        assert_eq!(shown(), after(4), "{url}: at once");
        until(|| window().scroll_y().unwrap() == place).await;
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn what_comes_on_top_drives_nothing_out_and_what_expires_lets_the_next_in() {
    let _tall = Tall::new();
    let world = World::default();
    world.store_session(36_000);
    let mut feed = numbered(after(1) + 1);
    feed[3]["expires_at"] = after_start(MINUTE / 2).into();
    world.service.on(HOME, ok(feed));
    let page = open(&world, "/").await;
    let messages = || page.texts(".crud-message");
    until(|| messages().len() == screenful()).await;
    page.scroll_to(0);
    until(|| messages().len() == after(1)).await;
    let said = crud("said", "said", 0, json!({ "handle": "ann" }));
    world.service.on("/api/activities", ok(said));
    let field: web_sys::HtmlTextAreaElement = page.one("#compose-message").unchecked_into();
    field.set_value("said");
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    let input = web_sys::Event::new_with_event_init_dict("input", &init).unwrap();
    field.dispatch_event(&input).unwrap();
    settle().await;
    page.click(".compose [type=submit]").await;
    until(|| messages()[0] == "said").await;
    let last = after(1);
    assert_eq!(messages().len(), last + 1);
    assert_eq!(messages()[last], format!("crud {}", last - 1));
    world.now_ms.set(START_MS + MINUTE / 2);
    page.look_again().await;
    assert_eq!(messages().len(), last + 1);
    assert_eq!(messages()[last], format!("crud {last}"));
    assert!(!page.has(MORE));
    page.close().await;
}

#[wasm_bindgen_test]
async fn many_replies_are_shown_in_stretches_too() {
    let _german = InGerman::new();
    let world = World::default();
    let replies: Value = (0..100)
        .map(|number| {
            // Each but the first answers the one before, so that the depth is more than is set in.
            let to = if number % 10 == 0 {
                "a/1".to_owned()
            } else {
                (number - 1).to_string()
            };
            reply(&number.to_string(), &to)
        })
        .collect();
    let observer = Reflect::get(&window(), &"IntersectionObserver".into()).unwrap();
    Reflect::set(
        &window(),
        &"IntersectionObserver".into(),
        &JsValue::UNDEFINED,
    )
    .unwrap();
    let page = one_crud(&world, json!({ "replies": replies })).await;
    let shown = || page.all(".crud-replies .crud").len();
    assert_eq!(shown(), STRETCH);
    const MORE: &str = ".crud .feed-more button";
    assert_eq!(page.text(MORE), "Mehr Antworten zeigen");
    for count in [2 * STRETCH, 100] {
        let before = shown();
        page.one(MORE).focus().unwrap();
        page.click(MORE).await;
        assert_eq!(shown(), count);
        let item = page.all(".crud-replies .crud").swap_remove(before);
        let focused: web_sys::Node = focused().unwrap().into();
        assert!(item.contains(Some(&focused)), "{before}");
    }
    assert!(!page.has(MORE));
    let messages = page.texts(".crud-replies .crud-message");
    assert_eq!(
        messages,
        (0..100)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
    );
    page.close().await;
    Reflect::set(&window(), &"IntersectionObserver".into(), &observer).unwrap();
}

#[wasm_bindgen_test]
async fn what_one_person_left_is_not_shown_to_the_next() {
    let world = World::default();
    world.store_session(3600);
    world.service.on(HOME, ok(feed_of(&["for Ann"])));
    let page = open(&world, "/").await;
    assert_eq!(page.texts(".crud-message"), ["for Ann"]);
    world.service.on("GlobalSignOut", ok(json!({})));
    world.service.hold(HOME);
    world.service.on(HOME, ok(feed_of(&["for everybody"])));
    page.click(".profile").await;
    page.click("#profile-panel button").await;
    assert_eq!(page.texts(".crud-message"), Vec::<String>::new());
    world.service.release(HOME);
    until(|| page.has(".crud-message")).await;
    assert_eq!(page.texts(".crud-message"), ["for everybody"]);
    page.close().await;
}

/// A list of its own, in which every rendering of a crud or of its times looks at the clock.
#[derive(Properties, PartialEq)]
struct LongProps {
    clock: WallClock,
    session: Session,
    backend: Backend,
    changes: Changes,
}

type Change = Rc<dyn Fn(&[Rc<Activity>]) -> Cruds>;

/// Where the list leaves what changes it.
#[derive(Clone, Default)]
struct Changes(Rc<RefCell<Option<Callback<Change>>>>);

impl PartialEq for Changes {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

fn activity(number: usize) -> Activity {
    Activity {
        uuid: number.to_string(),
        handle: "worf".to_owned(),
        display_name: None,
        message: format!("Crud {number}"),
        created_at: Some(START_MS - HOUR * 2 - number as i64),
        expires_at: Some(START_MS + 2 * DAY + HOUR / 2),
        replies_count: 0,
        reposts_count: 0,
        likes_count: 0,
        reply_to: None,
        replies: Vec::new(),
    }
}

const MANY: usize = 5000;

#[component]
fn Long(props: &LongProps) -> Html {
    let cruds = use_state(|| {
        let mut cruds: Vec<_> = (0..MANY).map(activity).collect();
        // Its hour is full a minute before the others'.
        cruds[7].created_at = Some(START_MS - HOUR * 3 + MINUTE);
        list(cruds)
    });
    let change = {
        let cruds = cruds.clone();
        Callback::from(move |change: Change| cruds.set(change(&cruds)))
    };
    props.changes.0.replace(Some(change));
    html! {
        <ContextProvider<WallClock> context={props.clock.clone()}>
            <ContextProvider<Session> context={props.session.clone()}>
                <ContextProvider<Backend> context={props.backend.clone()}>
                    <RouterProvider>
                        <CrudList cruds={(*cruds).clone()} />
                    </RouterProvider>
                </ContextProvider<Backend>>
            </ContextProvider<Session>>
        </ContextProvider<WallClock>>
    }
}

/// What changes in the page.
struct Mutations {
    observer: MutationObserver,
    _call: Closure<dyn FnMut(Array)>,
    seen: Rc<RefCell<Vec<MutationRecord>>>,
}

impl Mutations {
    fn of(root: &web_sys::Node) -> Self {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let call = Closure::<dyn FnMut(Array)>::new({
            let seen = seen.clone();
            move |records: Array| {
                let records = records.iter().map(JsCast::unchecked_into);
                seen.borrow_mut().extend(records);
            }
        });
        let observer = MutationObserver::new(call.as_ref().unchecked_ref()).unwrap();
        let init = MutationObserverInit::new();
        init.set_subtree(true);
        init.set_child_list(true);
        init.set_attributes(true);
        init.set_character_data(true);
        observer.observe_with_options(root, &init).unwrap();
        Self {
            observer,
            _call: call,
            seen,
        }
    }

    /// Where there were some since the last time.
    async fn places(&self) -> Vec<web_sys::Node> {
        settle().await;
        let records = self.seen.take();
        records.iter().filter_map(MutationRecord::target).collect()
    }
}

impl Drop for Mutations {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

#[wasm_bindgen_test]
async fn among_thousands_only_what_changes_is_rendered() {
    let world = World::default();
    let looks = Rc::new(Cell::new(0_usize));
    let clock = {
        let (now, looks) = (world.now_ms.clone(), looks.clone());
        WallClock::new(move || {
            looks.set(looks.get() + 1);
            now.get()
        })
    };
    while let Some(left) = document().query_selector(".test-page").unwrap() {
        left.remove();
    }
    let root = document().create_element("div").unwrap();
    root.set_class_name("test-page");
    document().body().unwrap().append_child(&root).unwrap();
    let session = world.session();
    let transport = world.service.transport();
    let changes = Changes::default();
    let handle = yew::Renderer::<Long>::with_root_and_props(
        root.clone(),
        LongProps {
            clock,
            backend: Backend::new("http://backend.test".to_owned(), transport, session.clone()),
            session,
            changes: changes.clone(),
        },
    )
    .render();
    yew::scheduler::flush().await;
    let shown = || root.query_selector_all(".crud").unwrap().length() as usize;
    until(|| shown() > 0).await;
    let more = root.query_selector(".feed-more button").unwrap().unwrap();
    more.unchecked_into::<web_sys::HtmlElement>().click();
    until(|| shown() > screenful()).await;
    // However near the end of those on show is, for the page has no styles here.
    settle().await;
    let few = shown();
    assert!(few < MANY / 10, "{few} cruds");

    // A tick that one crud's age changes with.
    let mutations = Mutations::of(&root);
    looks.set(0);
    world.now_ms.set(START_MS + MINUTE);
    let event = web_sys::Event::new("visibilitychange").unwrap();
    document().dispatch_event(&event).unwrap();
    yew::scheduler::flush().await;
    let crud = root.query_selector_all(".crud").unwrap().item(7).unwrap();
    let crud: web_sys::Element = crud.unchecked_into();
    let age = crud.query_selector("time [aria-hidden]").unwrap().unwrap();
    assert_eq!(age.text_content().unwrap(), "3h ago");
    let places = mutations.places().await;
    assert!(!places.is_empty());
    for place in &places {
        assert!(crud.contains(Some(place)), "{:?}", place.text_content());
    }
    assert!(looks.get() < 20, "{} looks", looks.get());

    let change = |change: Change| {
        let callback = changes.0.borrow().clone().unwrap();
        callback.emit(change);
    };
    // A crud on top.
    looks.set(0);
    change(Rc::new(|cruds| with_crud(cruds, activity(MANY + 1))));
    yew::scheduler::flush().await;
    // None is driven out at the bottom.
    assert_eq!(shown(), few + 1);
    let first = root.query_selector(".crud-message").unwrap().unwrap();
    assert_eq!(first.text_content().unwrap(), format!("Crud {}", MANY + 1));
    let list = root.query_selector(".cruds").unwrap().unwrap();
    let places = mutations.places().await;
    let new = root.query_selector(".cruds > li").unwrap().unwrap();
    for place in &places {
        let here = list.is_same_node(Some(place)) || new.contains(Some(place));
        assert!(here, "{:?}", place.text_content());
    }
    assert!(looks.get() < 20, "{} looks", looks.get());

    // A reply to one of them.
    looks.set(0);
    let replied = cruddur_web::components::feed::Replied {
        handle: "worf".to_owned(),
        uuid: "30".to_owned(),
        reply: activity(MANY + 2),
    };
    change(Rc::new(move |cruds| with_reply(cruds, &replied)));
    yew::scheduler::flush().await;
    assert_eq!(shown(), few + 2);
    assert!(looks.get() < 20, "{} looks", looks.get());
    let items = list.children();
    let answered = items.item(31).unwrap();
    for place in mutations.places().await {
        assert!(
            answered.contains(Some(&place)),
            "{:?}",
            place.text_content()
        );
    }
    drop(mutations);

    handle.destroy();
    yew::scheduler::flush().await;
    root.remove();
}
