//! Profiles.

use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlDialogElement;

use super::page::*;
use super::tools::*;
use crate::support::{World, answer, offline, ok};

const ANN: &str = "/api/activities/@ann";
const WORF: &str = "/api/activities/@worf";
const UPDATE: &str = "/api/profile/update";
const NAME: &str = "#edit-profile-name";
const BIO: &str = "#edit-profile-bio";
const FORM: &str = ".dialog form";
const EDIT: &str = ".person button";

fn one_crud() -> Value {
    json!([crud(
        "1",
        "Qapla'!",
        HOUR,
        json!({ "display_name": "Worf, son of Mogh" })
    )])
}

fn ann_says(message: &str) -> Value {
    json!([crud(
        "1",
        message,
        HOUR,
        json!({ "handle": "ann", "display_name": "Ann Example" })
    )])
}

fn dialog(page: &Page) -> HtmlDialogElement {
    page.one(".dialog").unchecked_into()
}

#[wasm_bindgen_test]
async fn somebody_without_a_profile_is_known_by_what_they_wrote() {
    let world = World::default();
    world.service.hold(WORF);
    world.service.on(WORF, ok(one_crud()));
    let page = open(&world, "/@worf").await;
    assert_eq!(page.texts("h1"), ["@worf"]);
    assert!(page.has(".skeleton-cruds"));
    world.service.release(WORF);
    settle().await;
    assert_eq!(page.texts("h1"), ["Worf, son of Mogh"]);
    assert_eq!(title(), "Worf, son of Mogh (@worf) · Cruddur");
    assert_eq!(page.text(".person .crud-handle"), "@worf");
    assert_eq!(page.text(".person .avatar"), "W");
    assert_eq!(page.texts(".crud-message"), ["Qapla'!"]);
    assert!(!page.has(".person-bio") && !page.has(".person button"));
    assert!(!page.has(".person a"), "nobody is signed in");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_profile_says_who_somebody_is() {
    let world = World::default();
    let profile = json!({
        "handle": "worf", "display_name": "Worf", "bio": "Security.\nAlso: <b>prune juice</b>", "cruds_count": 1234,
    });
    world
        .service
        .on(WORF, ok(with_profile(profile, one_crud())));
    let page = open(&world, "/@worf").await;
    assert_eq!(page.texts("h1"), ["Worf"]);
    assert_eq!(
        page.text(".person-bio"),
        "Security.\nAlso: <b>prune juice</b>"
    );
    let facts = page.text(".person-facts");
    assert!(
        facts.starts_with("@worf") && facts.ends_with("234 cruds"),
        "{facts}"
    );
    page.close().await;
}

/// The first weeks' backend has one person's crud for every handle.
#[wasm_bindgen_test]
async fn nobody_is_called_by_another_persons_name() {
    let world = World::default();
    let cruds = json!([crud(
        "1",
        "Hi",
        HOUR,
        json!({ "handle": "x", "display_name": "X" })
    )]);
    world
        .service
        .on("/api/activities/@Andrew%20Br%C3%B6wn", ok(cruds));
    let page = open(&world, "/@Andrew%20Br%C3%B6wn").await;
    assert_eq!(page.texts("h1"), ["@Andrew Bröwn"]);
    assert!(!page.has(".person .crud-handle"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_handle_that_nobody_has_is_no_failure() {
    for reply in [ok(json!({})), answer(404, json!("gone"))] {
        let world = World::default();
        let_feed_answer(&world, "Home");
        world.service.hold("/api/activities/@x%20y");
        world.service.on("/api/activities/@x%20y", reply);
        let page = open(&world, "/").await;
        go("/@x%20y").await;
        assert_eq!(focused().unwrap().id(), "page-title");
        world.service.release("/api/activities/@x%20y");
        settle().await;
        let headings = page.texts("h1");
        assert_eq!(headings.len(), 1);
        assert_eq!(plain(&headings[0]), "Nobody is called @x y");
        assert_eq!(title(), "Nobody is called @x y · Cruddur");
        assert_eq!(
            plain(&page.text(".person-notice[role=status]")),
            "Nobody is called @x y"
        );
        let ways = page.all(".feed-message a");
        let ways: Vec<_> = ways
            .iter()
            .filter_map(|way| way.get_attribute("href"))
            .collect();
        assert_eq!(ways, ["/search", "/"]);
        assert!(!page.has(".feed-error") && !page.has(".person"));
        assert_eq!(
            focused().unwrap().id(),
            "page-title",
            "the focus is not lost"
        );
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn who_has_nothing_on_show_is_said_to() {
    let world = World::default();
    world.store_session(3600);
    for _ in 0..2 {
        world.service.on(WORF, ok(json!([])));
        world
            .service
            .on(ANN, ok(with_profile(json!({}), json!([]))));
    }
    let page = open(&world, "/@worf").await;
    assert!(plain(&page.text(".feed-message p")).starts_with("@worf has not said a thing"));
    go("/@ann").await;
    assert!(
        page.text(".feed-message p")
            .starts_with("You have nothing on show")
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_failure_is_told_and_can_be_tried_again() {
    let world = World::default();
    world.service.on(WORF, offline());
    world.service.on(WORF, ok(one_crud()));
    let page = open(&world, "/@worf").await;
    assert!(page.text("[role=alert]").contains("cannot be reached"));
    assert_eq!(page.texts("h1"), ["@worf"]);
    page.click(".feed-error button").await;
    assert_eq!(page.texts(".crud-message"), ["Qapla'!"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_slow_answer_never_takes_the_place_of_a_newer_one() {
    let pending = Pending::default();
    let page = open_with(&World::default(), pending.transport(), "/@ann").await;
    go("/@worf").await;
    pending.answer("@worf", one_crud()).await;
    pending.answer("@ann", ann_says("Late")).await;
    assert_eq!(page.texts("h1"), ["Worf, son of Mogh"]);
    assert_eq!(page.texts(".crud-message"), ["Qapla'!"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn others_can_be_written_to_by_those_who_are_signed_in() {
    let world = World::default();
    world.store_session(3600);
    world.service.on(WORF, ok(one_crud()));
    world.service.on(ANN, ok(ann_says("Hi")));
    let page = open(&world, "/@worf").await;
    let link = page.one(".person a");
    assert_eq!(link.get_attribute("href").unwrap(), "/messages/new/worf");
    let label = link.get_attribute("aria-label").unwrap();
    assert_eq!(plain(&label), "Message to @worf");
    assert!(!page.has(EDIT));
    // One's own page, where the backend has no profiles.
    go("/@ann").await;
    assert!(!page.has(".person a") && !page.has(EDIT));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_reply_comes_under_its_crud() {
    let world = World::default();
    world.store_session(3600);
    world.service.on(
        WORF,
        ok(with_profile(json!({ "handle": "worf" }), one_crud())),
    );
    let reply = crud("2", "Fascinating", 0, json!({ "handle": "ann" }));
    world.service.on("/api/activities/1/reply", ok(reply));
    let page = open(&world, "/@worf").await;
    page.click(".crud button.crud-action").await;
    fill(&page, "#reply-message", "Fascinating").await;
    press_enter(&page, "form.reply").await;
    assert_eq!(page.texts(".crud-replies .crud-message"), ["Fascinating"]);
    assert_eq!(page.texts("h1"), ["Ann Example"], "the profile stays");
    page.close().await;
}

/// Ann's own page, with a profile.
async fn open_own(world: &World) -> Page {
    world.store_session(3600);
    let profile = json!({ "bio": "Hello", "cruds_count": 1 });
    world
        .service
        .on(ANN, ok(with_profile(profile, ann_says("Hi"))));
    open(world, "/@ann").await
}

async fn open_dialog(page: &Page) {
    page.one(EDIT).focus().unwrap();
    page.click(EDIT).await;
    assert!(dialog(page).open());
}

#[wasm_bindgen_test]
async fn what_is_saved_is_on_show_at_once() {
    let world = World::default();
    let page = open_own(&world).await;
    assert!(!dialog(&page).open() && !page.has(FORM));
    open_dialog(&page).await;
    assert_eq!(
        (value(&page, NAME).as_str(), value(&page, BIO).as_str()),
        ("Ann Example", "Hello")
    );
    assert_eq!(focused().unwrap().id(), "edit-profile-name");
    let labels = page.texts(".dialog label");
    assert_eq!(labels, ["Name", "About you"]);

    world.service.hold(UPDATE);
    world.service.on(UPDATE, ok(json!({})));
    fill(&page, NAME, "  Ann 👩‍🚀 ").await;
    fill(&page, BIO, "One\nTwo ").await;
    press_enter(&page, FORM).await;
    press_enter(&page, FORM).await;
    let save = page.one(".dialog [type=submit]");
    assert_eq!(save.get_attribute("aria-disabled").unwrap(), "true");
    assert_eq!(save.text_content().unwrap(), "Saving…");

    world.service.release(UPDATE);
    settle().await;
    assert_eq!(world.service.count(UPDATE), 1);
    assert_eq!(
        world.service.body(UPDATE),
        json!({ "display_name": "Ann 👩‍🚀", "bio": "One\nTwo" })
    );
    assert!(!dialog(&page).open());
    assert_eq!(page.texts("h1"), ["Ann 👩‍🚀"]);
    assert_eq!(page.text(".person-bio"), "One\nTwo");
    assert!(page.text(".crud .crud-author").contains("Ann 👩‍🚀"));
    assert_eq!(
        page.text(".person-notice[role=status]"),
        "Your profile has been saved."
    );
    assert_eq!(focused(), Some(page.one(EDIT)));
    assert_eq!(world.service.count(ANN), 1);

    // What is empty goes, and the news is no news any more.
    world.service.on(UPDATE, ok(json!({})));
    open_dialog(&page).await;
    assert_eq!(page.text(".person-notice"), "");
    assert_eq!(value(&page, BIO), "One\nTwo");
    fill(&page, BIO, " ").await;
    press_enter(&page, FORM).await;
    assert!(!page.has(".person-bio"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn what_cannot_be_saved_is_told_beside_its_field() {
    let world = World::default();
    let page = open_own(&world).await;
    open_dialog(&page).await;
    fill(&page, NAME, "  ").await;
    fill(&page, BIO, &"ä".repeat(161)).await;
    press_enter(&page, FORM).await;
    assert_eq!(page.text("#edit-profile-name-error"), "Enter your name.");
    assert_eq!(
        page.text("#edit-profile-bio-error"),
        "That is 1 character too long."
    );
    assert_eq!(focused(), Some(page.one(NAME)));
    assert_eq!(
        page.one(NAME).get_attribute("aria-describedby").unwrap(),
        "edit-profile-name-error"
    );

    // The limits are in characters, and what fits is fine.
    fill(&page, NAME, &"👍".repeat(66)).await;
    press_enter(&page, FORM).await;
    assert_eq!(
        page.text("#edit-profile-name-error"),
        "That is 2 characters too long."
    );
    fill(&page, NAME, &"👍".repeat(64)).await;
    press_enter(&page, FORM).await;
    assert_eq!(page.text("#edit-profile-name-error"), "");
    assert_eq!(focused(), Some(page.one(BIO)));
    page.one(NAME).focus().unwrap();
    press_enter(&page, FORM).await;
    assert_eq!(focused(), Some(page.one(BIO)), "the same problem once more");
    assert_eq!(world.service.count(UPDATE), 0);

    world.service.on(UPDATE, ok(json!({})));
    fill(&page, BIO, &"👍".repeat(160)).await;
    press_enter(&page, FORM).await;
    assert!(!dialog(&page).open());
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_refusal_keeps_what_was_typed() {
    let world = World::default();
    let page = open_own(&world).await;
    open_dialog(&page).await;
    fill(&page, NAME, "Ann B").await;
    fill(&page, BIO, "Bee").await;
    world
        .service
        .on(UPDATE, answer(422, json!(["display_name_blank"])));
    press_enter(&page, FORM).await;
    assert_eq!(page.text("#edit-profile-name-error"), "Enter your name.");

    for (reply, words) in [
        (answer(500, json!({})), "500"),
        (offline(), "cannot be reached"),
        (answer(422, json!(["bio_rude"])), "bio_rude"),
    ] {
        world.service.on(UPDATE, reply);
        press_enter(&page, FORM).await;
        let alert = page.one(".dialog [role=alert]");
        assert!(alert.text_content().unwrap().contains(words), "{words}");
        assert_eq!(focused(), Some(alert));
        assert_eq!(page.text("#edit-profile-name-error"), "");
    }
    assert!(dialog(&page).open());
    assert_eq!(
        (value(&page, NAME).as_str(), value(&page, BIO).as_str()),
        ("Ann B", "Bee")
    );
    assert_eq!(page.texts("h1"), ["Ann Example"]);
    assert_eq!(page.text(".person-notice"), "");

    world.service.on(UPDATE, ok(json!({})));
    press_enter(&page, FORM).await;
    assert_eq!(page.texts("h1"), ["Ann B"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_dialog_closes_by_cancel_escape_and_a_press_outside() {
    let world = World::default();
    let page = open_own(&world).await;
    open_dialog(&page).await;
    fill(&page, NAME, "Nobody").await;
    page.click(".dialog button[type=button]").await;
    assert!(!dialog(&page).open());
    assert_eq!(focused(), Some(page.one(EDIT)));

    open_dialog(&page).await;
    assert_eq!(value(&page, NAME), "Ann Example");
    // What the browser does on Escape.
    fire(&dialog(&page), "cancel");
    settle().await;
    assert!(!dialog(&page).open() && !page.has(FORM));
    assert_eq!(focused(), Some(page.one(EDIT)));

    // What it does when the person insists.
    open_dialog(&page).await;
    dialog(&page).close();
    settle().await;
    assert!(!page.has(FORM));

    open_dialog(&page).await;
    // Text that is selected from inside to outside.
    fire(&page.one(NAME), "pointerdown");
    fire(&dialog(&page), "click");
    settle().await;
    assert!(dialog(&page).open());
    fire(&dialog(&page), "pointerdown");
    fire(&dialog(&page), "click");
    settle().await;
    assert!(!dialog(&page).open());
    assert_eq!(page.texts("h1"), ["Ann Example"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_dialog_stays_while_it_is_being_saved() {
    let world = World::default();
    let page = open_own(&world).await;
    open_dialog(&page).await;
    world.service.hold(UPDATE);
    world.service.on(UPDATE, answer(500, json!({})));
    press_enter(&page, FORM).await;
    assert!(fire(&dialog(&page), "cancel"), "Escape is held back");
    fire(&dialog(&page), "pointerdown");
    fire(&dialog(&page), "click");
    page.click(".dialog button[type=button]").await;
    assert!(dialog(&page).open());
    world.service.release(UPDATE);
    settle().await;
    page.click(".dialog button[type=button]").await;
    assert!(!dialog(&page).open());
    page.close().await;
}
