//! Search.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::*;
use super::tools::*;
use crate::support::{World, answer, ok};

const SEARCH: &str = "/api/activities/search";
const BOX: &str = ".search-page .search-box";
const INPUT: &str = "#search-term";

fn found(messages: &[&str]) -> serde_json::Value {
    let cruds = messages
        .iter()
        .map(|message| crud("1", message, HOUR, json!({})));
    cruds.collect()
}

#[wasm_bindgen_test]
async fn without_a_term_there_is_a_hint_and_no_request() {
    for url in ["/search", "/search?q=", "/search?q=%20%20"] {
        let world = World::default();
        let page = open(&world, url).await;
        assert_eq!(page.texts("h1"), ["Search"]);
        assert_eq!(page.text(".feed-message h2"), "What are you looking for?");
        assert_eq!(page.text(".search-found"), "");
        assert_eq!(world.service.count(SEARCH), 0);
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn enter_searches_and_puts_the_term_into_the_url() {
    let world = World::default();
    world.service.hold(SEARCH);
    world.service.on(SEARCH, ok(found(&["Qapla'!", "Revenge"])));
    let page = open(&world, "/search").await;
    let label = page.text(&format!("{BOX} label"));
    assert_eq!(label, "Search Cruddur");
    assert_eq!(page.one(BOX).get_attribute("role").unwrap(), "search");

    fill(&page, INPUT, "  50 % of *that* & more? ").await;
    press_enter(&page, BOX).await;
    assert_eq!(
        url(),
        "/search?q=50%20%25%20of%20%2Athat%2A%20%26%20more%3F"
    );
    assert!(page.has(".skeleton-cruds"));
    assert_eq!(page.text(".search-found"), "");
    assert_eq!(focused().unwrap().id(), "page-title");

    world.service.release(SEARCH);
    settle().await;
    let request = world.service.last(SEARCH).url;
    assert!(
        request.ends_with("?term=50%20%25%20of%20%2Athat%2A%20%26%20more%3F"),
        "{request}"
    );
    assert_eq!(page.texts(".crud-message"), ["Qapla'!", "Revenge"]);
    assert_eq!(
        plain(&page.text(".search-found[role=status]")),
        "2 cruds for “50 % of *that* & more?”"
    );
    assert_eq!(value(&page, INPUT), "50 % of *that* & more?");
    assert!(page.has(".crud a[href='/@worf/status/1']"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_button_searches_too_and_the_same_term_once_more() {
    let world = World::default();
    world.service.on(SEARCH, ok(found(&["Old"])));
    world.service.on(SEARCH, ok(found(&["New", "Old"])));
    let page = open(&world, "/search?q=war").await;
    assert_eq!(value(&page, INPUT), "war");
    assert_eq!(plain(&page.text(".search-found")), "1 crud for “war”");
    let entries = window().history().unwrap().length().unwrap();
    page.click(&format!("{BOX} button[type=submit]")).await;
    assert_eq!(page.texts(".crud-message"), ["New", "Old"]);
    assert_eq!(world.service.count(SEARCH), 2);
    assert_eq!(window().history().unwrap().length().unwrap(), entries);
    page.close().await;
}

#[wasm_bindgen_test]
async fn who_asks_for_nothing_is_told_so_in_the_field() {
    let world = World::default();
    world.service.on(SEARCH, ok(found(&["Qapla'!"])));
    let page = open(&world, "/search?q=war").await;
    fill(&page, INPUT, "   ").await;
    press_enter(&page, BOX).await;
    assert_eq!(page.text("#search-term-problem"), "Type what to look for.");
    let input = page.one(INPUT);
    assert_eq!(input.get_attribute("aria-invalid").unwrap(), "true");
    assert_eq!(
        input.get_attribute("aria-describedby").unwrap(),
        "search-term-problem"
    );
    assert_eq!(focused(), Some(input.clone()));
    assert_eq!(url(), "/search?q=war");
    assert_eq!(page.texts(".crud-message"), ["Qapla'!"]);
    assert_eq!(world.service.count(SEARCH), 1);

    fill(&page, INPUT, "p").await;
    assert_eq!(page.text("#search-term-problem"), "");
    assert!(!input.has_attribute("aria-invalid"));
    assert_eq!(value(&page, INPUT), "p");
    page.close().await;
}

#[wasm_bindgen_test]
async fn that_nothing_is_found_is_said_with_the_term() {
    let world = World::default();
    world.service.on(SEARCH, ok(json!([])));
    let page = open(&world, "/search?q=%3Cb%3Epeace").await;
    let words = "Nothing found for “<b>peace”";
    assert_eq!(plain(&page.text(".feed-message h2")), words);
    assert_eq!(plain(&page.text(".search-found[role=status]")), words);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_failed_search_can_be_tried_again_and_keeps_the_term() {
    let world = World::default();
    world.service.on(SEARCH, answer(500, json!({})));
    world
        .service
        .on(SEARCH, answer(422, json!(["search_term_blank"])));
    world.service.on(SEARCH, ok(found(&["Qapla'!"])));
    let page = open(&world, "/search?q=war").await;
    assert!(page.text("[role=alert]").contains("500"));
    assert_eq!(page.text(".search-found"), "");
    assert_eq!(value(&page, INPUT), "war");
    page.click(".feed-error button").await;
    let refusal = page.text(".feed-error p");
    assert!(
        !refusal.is_empty() && !refusal.contains("search_term_blank"),
        "{refusal}"
    );
    page.click(".feed-error button").await;
    assert_eq!(page.texts(".crud-message"), ["Qapla'!"]);
    assert!(!page.has(".feed-error"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn going_back_brings_back_the_term_and_what_it_finds() {
    let world = World::default();
    for message in ["War", "Peace", "War again"] {
        world.service.on(SEARCH, ok(found(&[message])));
    }
    let page = open(&world, "/search?q=war").await;
    fill(&page, INPUT, "peace").await;
    press_enter(&page, BOX).await;
    assert_eq!(page.texts(".crud-message"), ["Peace"]);
    fill(&page, INPUT, "half a wo").await;
    window().history().unwrap().back().unwrap();
    until(|| page.texts(".crud-message") == ["War again"]).await;
    assert_eq!(value(&page, INPUT), "war");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_slow_answer_never_takes_the_place_of_a_newer_one() {
    let pending = Pending::default();
    let page = open_with(&World::default(), pending.transport(), "/search?q=war").await;
    go("/search?q=peace").await;
    pending.answer("term=peace", found(&["Peace"])).await;
    pending.answer("term=war", found(&["War", "War"])).await;
    assert_eq!(page.texts(".crud-message"), ["Peace"]);
    assert_eq!(plain(&page.text(".search-found")), "1 crud for “peace”");
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_term_does_not_show_what_the_last_one_found() {
    let pending = Pending::default();
    let page = open_with(&World::default(), pending.transport(), "/search?q=war").await;
    pending.answer("term=war", found(&["War"])).await;
    go("/search?q=peace").await;
    assert!(page.has(".skeleton-cruds") && !page.has(".crud-message"));
    assert_eq!(page.text(".search-found"), "");
    go("/search").await;
    assert_eq!(page.text(".feed-message h2"), "What are you looking for?");
    assert_eq!(value(&page, INPUT), "");
    page.close().await;
}
