//! The ways to the pages, and what stands beside them.

use cruddur_web::text::{Language, apply};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::page::*;
use crate::support::{World, ok};

/// The pages that the navigation leads to.
fn links(page: &Page) -> Vec<String> {
    let links = page.all("nav .nav-link");
    let href = |link: &web_sys::Element| link.get_attribute("href").unwrap();
    links.iter().map(href).collect()
}

/// The page that the navigation says is on show.
fn current(page: &Page) -> Vec<String> {
    let links = page.all("nav [aria-current=page]");
    let name = |link: &web_sys::Element| link.text_content().unwrap();
    links.iter().map(name).collect()
}

fn let_everything_answer(world: &World) {
    let feed = || ok(json!([crud("1", "Hi", HOUR, json!({}))]));
    for path in [
        HOME,
        "/api/activities/notifications",
        "/api/activities/search",
    ] {
        world.service.on(path, feed());
    }
    for path in ["/api/activities/@ann", "/api/activities/@worf"] {
        world.service.on(path, feed());
    }
    world.service.on("/api/message_groups", ok(json!([])));
    world.service.on("/api/messages/@worf", ok(json!([])));
}

#[wasm_bindgen_test]
async fn a_visitor_gets_what_is_for_everybody() {
    let world = World::default();
    let_everything_answer(&world);
    let page = open(&world, "/").await;
    assert_eq!(links(&page), ["/", "/search"]);
    assert!(!page.has(".new-crud"));
    assert!(!page.has(".suggestions"));
    assert!(page.has(".sidebar form[role=search]"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_person_gets_their_own_pages_too() {
    let world = World::default();
    world.store_session(3600);
    let_everything_answer(&world);
    let page = open(&world, "/").await;
    assert_eq!(
        links(&page),
        ["/", "/search", "/notifications", "/messages", "/@ann"]
    );
    assert!(page.has("#profile-panel a[href='/@ann']"));
    assert_eq!(
        page.texts(".suggestions h2"),
        ["Trending", "Suggested Users"]
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn who_has_no_handle_has_no_profile() {
    let world = World::default();
    world.store_session(3600);
    let claims =
        json!({ "sub": "ann-sub", "name": "Ann", "exp": world.now_ms.get() / 1000 + 3600 });
    world.store_id_token(&claims);
    let_everything_answer(&world);
    let page = open(&world, "/").await;
    assert_eq!(page.text(".profile-name"), "Ann");
    assert_eq!(
        links(&page),
        ["/", "/search", "/notifications", "/messages"]
    );
    assert!(!page.has("#profile-panel a[href^='/@']"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn each_page_marks_its_own_link() {
    for (url, expected) in [
        ("/", Some("Home")),
        ("/search", Some("Search")),
        ("/search?q=x", Some("Search")),
        ("/notifications", Some("Notifications")),
        ("/messages", Some("Messages")),
        ("/messages/@worf", Some("Messages")),
        ("/@ann", Some("Profile")),
        ("/@worf", None),
        ("/nowhere", None),
    ] {
        let world = World::default();
        world.store_session(3600);
        let_everything_answer(&world);
        let page = open(&world, url).await;
        assert_eq!(current(&page), Vec::from_iter(expected), "{url}");
        assert_eq!(page.all("h1").len(), 1, "{url}");
        assert_eq!(page.all("main").len(), 1, "{url}");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn only_messages_take_the_sidebar_s_room() {
    for (url, wide) in [("/", false), ("/@worf", false), ("/messages", true)] {
        let world = World::default();
        world.store_session(3600);
        let_everything_answer(&world);
        let page = open(&world, url).await;
        assert_eq!(page.has(".frame-wide"), wide, "{url}");
        assert_eq!(page.has(".frame-aside"), !wide, "{url}");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn the_button_for_a_new_crud_leads_to_its_field_from_everywhere() {
    for url in ["/", "/@worf", "/messages"] {
        let world = World::default();
        world.store_session(3600);
        let_everything_answer(&world);
        let page = open(&world, url).await;
        page.click(".new-crud").await;
        assert_eq!(super::page::url(), "/");
        assert_eq!(focused().unwrap().tag_name(), "TEXTAREA", "{url}");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn suggestions_lead_to_searches_and_profiles_but_not_to_oneself() {
    let world = World::default();
    world.store_session(3600);
    let claims = json!({
        "sub": "ann-sub", "preferred_username": "bayko", "exp": world.now_ms.get() / 1000 + 3600,
    });
    world.store_id_token(&claims);
    let_everything_answer(&world);
    let page = open(&world, "/").await;
    let suggestions = page.all(".suggestion");
    let hrefs: Vec<_> = suggestions
        .iter()
        .map(|link| link.get_attribute("href").unwrap())
        .collect();
    assert!(hrefs.contains(&"/search?q=%23AWS".to_owned()));
    assert!(hrefs.contains(&"/@andrewbrown".to_owned()));
    assert!(!hrefs.contains(&"/@bayko".to_owned()));
    // No counts are made up.
    let text = page.texts(".suggestions").concat().replace("100Days", "");
    assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
    page.click(".suggestion[href='/search?q=%23AWS']").await;
    assert_eq!(document().title(), "Search for #AWS · Cruddur");
    // That page has a search box of its own.
    assert_eq!(page.all("[role=search]").len(), 1);
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_language_changes_in_place_and_is_kept() {
    let storage = window().local_storage().unwrap().unwrap();
    let world = World::default();
    world.store_session(3600);
    let_everything_answer(&world);
    let page = open(&world, "/").await;
    let_everything_answer(&world);
    let pressed = |page: &Page| page.text(".frame-footer [aria-pressed=true]");
    assert_eq!(pressed(&page), "English");

    let german = page.one(".frame-footer [lang=de]");
    german.focus().unwrap();
    page.click(".frame-footer [lang=de]").await;
    assert_eq!(pressed(&page), "Deutsch");
    assert_eq!(page.texts("h1"), ["Start"]);
    assert_eq!(document().title(), "Start · Cruddur");
    assert_eq!(
        page.texts("nav .nav-link"),
        ["Start", "Suche", "Mitteilungen", "Nachrichten", "Profil"]
    );
    assert_eq!(
        page.texts(".suggestions h2"),
        ["Im Trend", "Vorgeschlagene Leute"]
    );
    assert_eq!(page.text(".skip-link"), "Zum Inhalt springen");
    assert_eq!(page.text("#profile-panel .button"), "Abmelden");
    assert_eq!(
        focused(),
        Some(german),
        "the same button still has the focus"
    );
    let root = document().document_element().unwrap();
    assert_eq!(root.get_attribute("lang").as_deref(), Some("de"));
    assert_eq!(storage.get_item("language").unwrap().as_deref(), Some("de"));

    // The panel has the same choice, and stays open.
    page.click("button.profile").await;
    let_everything_answer(&world);
    page.click("#profile-panel [lang=en]").await;
    assert!(!page.one("#profile-panel").has_attribute("hidden"));
    assert_eq!(page.texts("h1"), ["Home"]);
    assert_eq!(document().title(), "Home · Cruddur");
    page.close().await;
    storage.remove_item("language").unwrap();
    apply(Language::English);
}

#[wasm_bindgen_test]
async fn the_pages_about_accounts_have_the_choice_too() {
    let storage = window().local_storage().unwrap().unwrap();
    let world = World::default();
    let page = open(&world, "/signin").await;
    page.click(".auth [lang=de]").await;
    assert_eq!(document().title(), "Anmelden · Cruddur");
    page.click(".auth [lang=en]").await;
    assert_eq!(document().title(), "Sign In · Cruddur");
    page.close().await;
    storage.remove_item("language").unwrap();
}
