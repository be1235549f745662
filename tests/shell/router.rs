//! Going from page to page.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MouseEvent, MouseEventInit};

use super::page::*;
use crate::support::{World, ok};

/// The path of somebody's feed.
const WORF: &str = "/api/activities/@worf";

fn tall_feed(world: &World) {
    let_answer_tall(world, HOME);
}

fn let_answer_tall(world: &World, path: &str) {
    let cruds: Value = (0..100)
        .map(|number| crud(&number.to_string(), "A line", HOUR, json!({})))
        .collect();
    world.service.on(path, ok(cruds));
}

fn scroll_y() -> f64 {
    window().scroll_y().unwrap()
}

#[wasm_bindgen_test]
async fn an_unknown_path_has_a_page_that_leads_home() {
    let world = World::default();
    let page = open(&world, "/nowhere?x=y").await;
    assert_eq!(page.texts("h1"), ["Page not found"]);
    assert_eq!(document().title(), "Page not found · Cruddur");
    assert_eq!(url(), "/nowhere?x=y", "the address stays to be read");
    assert_eq!(world.service.count(HOME), 0);
    assert_ne!(
        focused(),
        Some(page.one("h1")),
        "the focus stays alone on load"
    );
    let announcement = || page.texts("[role=status].visually-hidden").pop().unwrap();
    assert_eq!(announcement(), "");

    let_feed_answer(&world, "Hi");
    page.click(".feed-message a").await;
    assert_eq!(url(), "/");
    assert_eq!(page.texts("h1"), ["Home"]);
    assert_eq!(document().title(), "Home · Cruddur");
    assert_eq!(focused(), Some(page.one("h1")));
    assert_eq!(announcement(), "Home · Cruddur");
    page.close().await;
}

#[wasm_bindgen_test]
async fn back_and_forward_show_the_pages_again() {
    let world = World::default();
    let page = open(&world, "/nowhere").await;
    let_feed_answer(&world, "Hi");
    page.click(".logo").await;
    let history = window().history().unwrap();
    history.back().unwrap();
    until(|| page.texts("h1") == ["Page not found"]).await;
    settle().await;
    assert_eq!(url(), "/nowhere");
    assert_eq!(focused(), Some(page.one("h1")));

    let_feed_answer(&world, "Hi again");
    history.forward().unwrap();
    until(|| page.texts(".crud-message") == ["Hi again"]).await;
    assert_eq!(url(), "/");
    page.close().await;
}

#[wasm_bindgen_test]
async fn going_back_returns_to_the_place_even_when_the_page_comes_late() {
    let world = World::default();
    let_answer_tall(&world, WORF);
    let page = open(&world, "/@worf").await;
    // As far down as it goes: farther than the page is long without the feed.
    window().scroll_to_with_x_and_y(0.0, 1e6);
    let place = scroll_y();
    assert!(place > 700.0);

    page.click(".entrance a").await;
    assert_eq!(scroll_y(), 0.0);

    world.service.hold(WORF);
    let_answer_tall(&world, WORF);
    window().history().unwrap().back().unwrap();
    until(|| page.has(".skeleton-cruds")).await;
    assert!(scroll_y() < place);
    world.service.release(WORF);
    until(|| scroll_y() == place).await;
    page.close().await;
}

/// What was on show on the home page is kept, so that nobody waits for it again.
#[wasm_bindgen_test]
async fn going_back_home_returns_to_the_place_at_once() {
    let world = World::default();
    tall_feed(&world);
    let page = open(&world, "/").await;
    window().scroll_to_with_x_and_y(0.0, 2000.0);
    let place = scroll_y();
    page.click(".entrance a").await;
    assert_eq!(scroll_y(), 0.0);

    world.service.hold(HOME);
    tall_feed(&world);
    window().history().unwrap().back().unwrap();
    until(|| scroll_y() == place).await;
    assert!(page.has(".crud"));
    world.service.release(HOME);
    settle().await;
    assert_eq!(scroll_y(), place);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_link_to_the_page_on_show_starts_it_anew_without_a_history_entry() {
    let world = World::default();
    tall_feed(&world);
    let page = open(&world, "/").await;
    let entries = window().history().unwrap().length().unwrap();
    window().scroll_to_with_x_and_y(0.0, 300.0);
    let_feed_answer(&world, "News");
    page.click(".nav-link").await;
    assert_eq!(window().history().unwrap().length().unwrap(), entries);
    assert_eq!(page.texts(".crud-message"), ["News"]);
    assert_eq!(scroll_y(), 0.0);
    page.close().await;
}

/// New tabs, downloads and the like are the browser's business.
#[wasm_bindgen_test]
async fn clicks_with_a_modifier_are_left_to_the_browser() {
    let world = World::default();
    let page = open(&world, "/nowhere").await;
    type Modify = fn(&MouseEventInit);
    let modifiers: [(Modify, bool); 6] = [
        (|_| (), true),
        (|init| init.set_ctrl_key(true), false),
        (|init| init.set_meta_key(true), false),
        (|init| init.set_shift_key(true), false),
        (|init| init.set_alt_key(true), false),
        (|init| init.set_button(1), false),
    ];
    let_feed_answer(&world, "Hi");
    for (modify, ours) in modifiers.into_iter().rev() {
        // Behind the app's own listeners, so that the browser does not really follow the link.
        let taken = Rc::new(Cell::new(false));
        let seen = taken.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let last = EventListener::once_with_options(&window(), "click", options, move |event| {
            seen.set(event.default_prevented());
            event.prevent_default();
        });
        let init = MouseEventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        modify(&init);
        let event = MouseEvent::new_with_mouse_event_init_dict("click", &init).unwrap();
        page.one(".logo").dispatch_event(&event).unwrap();
        drop(last);
        settle().await;
        assert_eq!(taken.get(), ours);
        assert_eq!(url() == "/", ours);
    }
    page.close().await;
}
