//! Writing cruds and replies: every state of the form and of the dialog.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[allow(dead_code)] // each test file takes what it needs
#[path = "shell/page.rs"]
mod page;
mod support;

use cruddur_web::components::compose::{Problem, request_compose};
use cruddur_web::router::{Navigator, RouterProvider, use_navigator};
use cruddur_web::session::Session;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{
    Event, EventInit, HtmlDialogElement, HtmlElement, HtmlSelectElement, HtmlTextAreaElement,
    KeyboardEvent, KeyboardEventInit,
};

use page::*;
use support::{Answer, World, answer, offline, ok};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const POST: &str = "/api/activities";
const FIELD: &str = "#compose-message";
const SEND: &str = ".compose .button-submit";
const ERROR: &str = ".compose .field-error";
const REPLY_FIELD: &str = "#reply-message";
const REPLY_SEND: &str = ".reply .button-submit";
const REPLY_ERROR: &str = ".reply .field-error";

fn drafts() -> web_sys::Storage {
    window().session_storage().unwrap().unwrap()
}

fn created(uuid: &str, message: &str) -> Answer {
    ok(crud(
        uuid,
        message,
        0,
        json!({ "handle": "andrewbrown", "display_name": "Andrew Brown" }),
    ))
}

/// Home, for Ann, with these cruds. No drafts are left from before.
async fn home(world: &World, cruds: Value) -> Page {
    drafts().clear().unwrap();
    world.store_session(3600);
    world.service.on(HOME, ok(cruds));
    open(world, "/").await
}

async fn write(page: &Page, selector: &str, message: &str) {
    let field: HtmlTextAreaElement = page.one(selector).unchecked_into();
    field.set_value(message);
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("input", &init).unwrap();
    field.dispatch_event(&event).unwrap();
    settle().await;
}

fn written(page: &Page, selector: &str) -> String {
    let field: HtmlTextAreaElement = page.one(selector).unchecked_into();
    field.value()
}

async fn press(page: &Page, selector: &str, key: &str, ctrl: bool, meta: bool) {
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    init.set_key(key);
    init.set_ctrl_key(ctrl);
    init.set_meta_key(meta);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    page.one(selector).dispatch_event(&event).unwrap();
    settle().await;
}

fn messages(page: &Page) -> Vec<String> {
    page.texts(".feed > .cruds .crud-message")
}

#[wasm_bindgen_test]
async fn the_form_is_there_for_those_who_are_signed_in() {
    let world = World::default();
    world.service.on(HOME, ok(json!([])));
    let page = open(&world, "/").await;
    assert!(!page.has(".compose"));
    page.close().await;

    let world = World::default();
    let page = home(&world, json!([])).await;
    assert_eq!(
        page.text(".compose label[for=compose-message]"),
        "Your crud"
    );
    assert_eq!(page.text(".compose .message-counter [aria-hidden]"), "280");
    let select: HtmlSelectElement = page.one("#compose-ttl").unchecked_into();
    assert_eq!(select.value(), "7-days");
    assert_eq!(page.all("#compose-ttl option").len(), 7);
    assert_eq!(page.text("label[for=compose-ttl]"), "Goes away after");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_crud_is_on_top_at_once_and_then_as_the_backend_has_it() {
    let world = World::default();
    let page = home(&world, json!([crud("1", "Old", HOUR, json!({}))])).await;
    world.service.hold(POST);
    world.service.on(POST, created("2", "New"));
    write(&page, FIELD, "New").await;
    let select: HtmlSelectElement = page.one("#compose-ttl").unchecked_into();
    select.set_value("3-hours");
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("change", &init).unwrap();
    select.dispatch_event(&event).unwrap();
    settle().await;
    page.click(SEND).await;

    assert_eq!(messages(&page), ["New", "Old"]);
    assert_eq!(page.text(".crud-sending .crud-author"), "Ann Example @ann");
    assert!(page.text(".crud-sending").contains("Being sent"));
    assert!(!page.has(".crud-sending button"));
    assert_eq!(written(&page, FIELD), "New");
    let field: HtmlTextAreaElement = page.one(FIELD).unchecked_into();
    assert!(field.read_only());
    let button = page.one(SEND);
    assert_eq!(button.get_attribute("aria-disabled").unwrap(), "true");

    world.service.release(POST);
    settle().await;
    assert_eq!(messages(&page), ["New", "Old"]);
    assert!(!page.has(".crud-sending"));
    assert_eq!(page.texts(".crud-name")[0], "Andrew Brown");
    assert_eq!(written(&page, FIELD), "");
    assert!(!field.read_only());
    assert_eq!(focused().unwrap().id(), "compose-message");
    assert_eq!(page.text(".compose > [role=status]"), "Your crud is out.");
    assert_eq!(
        world.service.body(POST),
        json!({ "message": "New", "ttl": "3-hours" })
    );
    assert_eq!(drafts().length().unwrap(), 0);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_crud_is_sent_once_however_often_it_is_asked_for() {
    let world = World::default();
    let page = home(&world, json!([])).await;
    world.service.hold(POST);
    world.service.on(POST, created("2", "Once"));
    write(&page, FIELD, "Once").await;
    // Without a rendering in between.
    page.one(SEND).click();
    page.one(SEND).click();
    settle().await;
    page.click(SEND).await;
    press(&page, FIELD, "Enter", true, false).await;
    world.service.release(POST);
    settle().await;
    assert_eq!(world.service.count(POST), 1);
    assert_eq!(messages(&page), ["Once"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn control_or_command_and_enter_send() {
    for (ctrl, meta, sends) in [(true, false, 1), (false, true, 1), (false, false, 0)] {
        let world = World::default();
        let page = home(&world, json!([])).await;
        world.service.on(POST, created("2", "Keys"));
        write(&page, FIELD, "Keys").await;
        press(&page, FIELD, "Enter", ctrl, meta).await;
        assert_eq!(world.service.count(POST), sends);
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_failure_takes_the_crud_back_and_keeps_the_text() {
    for (failure, words) in [
        (offline(), "cannot be reached"),
        (answer(500, json!({})), "error 500"),
        (
            answer(422, json!(["message_blank"])),
            "Write something first.",
        ),
        (
            answer(422, json!(["message_exceed_max_chars"])),
            "That is too long.",
        ),
        (answer(422, json!(["ttl_blank"])), "Choose how long"),
        (answer(422, json!(["brand_new"])), "brand_new"),
        (ok(json!({})), "not what was asked for"),
    ] {
        let world = World::default();
        let page = home(&world, json!([crud("1", "Old", HOUR, json!({}))])).await;
        world.service.hold(POST);
        world.service.on(POST, failure);
        write(&page, FIELD, "Precious words").await;
        page.click(SEND).await;
        assert_eq!(messages(&page), ["Precious words", "Old"]);
        world.service.release(POST);
        settle().await;
        assert_eq!(messages(&page), ["Old"]);
        assert_eq!(written(&page, FIELD), "Precious words");
        let error = page.text(ERROR);
        assert!(error.contains(words), "{error}");
        assert_eq!(page.one(ERROR).get_attribute("role").unwrap(), "alert");
        let field = page.one(FIELD);
        assert_eq!(field.get_attribute("aria-invalid").unwrap(), "true");
        assert_eq!(focused().unwrap().id(), "compose-message");

        // It can be tried again, and the error goes.
        world.service.on(POST, created("2", "Precious words"));
        page.click(SEND).await;
        assert_eq!(page.text(ERROR), "");
        assert_eq!(messages(&page), ["Precious words", "Old"]);
        assert_eq!(drafts().length().unwrap(), 0);
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn nothing_is_sent_that_is_blank_or_too_long() {
    let world = World::default();
    let page = home(&world, json!([])).await;
    page.click(SEND).await;
    assert_eq!(page.text(ERROR), "Write something first.");
    assert_eq!(focused().unwrap().id(), "compose-message");
    write(&page, FIELD, " \n ").await;
    assert_eq!(page.text(ERROR), "", "writing takes the error away");
    page.click(SEND).await;
    assert_eq!(page.text(ERROR), "Write something first.");

    // Counted as the backend counts: 280 emoji are 560 units of UTF-16, and not too long.
    write(&page, FIELD, &"💜".repeat(280)).await;
    assert_eq!(page.text(".compose .message-counter [aria-hidden]"), "0");
    assert!(!page.has(".message-over"));
    write(&page, FIELD, &"💜".repeat(283)).await;
    assert_eq!(
        page.text(".compose .message-counter [aria-hidden]"),
        "\u{2212}3"
    );
    assert!(page.has(".message-over"));
    assert_eq!(
        page.text(".compose .message-field [role=status]"),
        "That is too long."
    );
    page.click(SEND).await;
    assert_eq!(page.text(ERROR), "That is 3 characters too long.");
    assert_eq!(written(&page, FIELD).chars().count(), 283);
    assert_eq!(world.service.count(POST), 0);

    world.service.on(POST, created("2", "fits"));
    write(&page, FIELD, &"💜".repeat(280)).await;
    page.click(SEND).await;
    assert_eq!(world.service.count(POST), 1);
    page.close().await;
}

#[wasm_bindgen_test]
async fn drafts_survive_a_reload_and_are_nobody_elses() {
    let world = World::default();
    let page = home(&world, json!([])).await;
    write(&page, FIELD, "Half a thought").await;
    page.close().await;

    world.service.on(HOME, ok(json!([])));
    let page = open(&world, "/").await;
    assert_eq!(written(&page, FIELD), "Half a thought");

    world.service.on("GlobalSignOut", ok(json!({})));
    world.service.on(HOME, ok(json!([])));
    // At once, so that the page has not settled in between: the feed is asked for once all the same.
    let (panel, way_out) = (page.one(".profile"), page.one("#profile-panel button"));
    panel.click();
    way_out.click();
    settle().await;
    assert!(!page.root.inner_html().contains("Half a thought"));
    page.close().await;

    // Ann again.
    world.store_session(3600);
    world.service.on(HOME, ok(json!([])));
    let page = open(&world, "/").await;
    assert_eq!(written(&page, FIELD), "Half a thought");
    // Whatever is kept is kept under her name.
    for index in 0..drafts().length().unwrap() {
        let key = drafts().key(index).unwrap().unwrap();
        assert!(key.contains("ann-sub"), "{key}");
    }
    write(&page, FIELD, "").await;
    assert_eq!(drafts().length().unwrap(), 0);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_crud_that_is_sent_while_its_author_goes_elsewhere_is_sent() {
    let world = World::default();
    let page = home(&world, json!([])).await;
    world.service.hold(POST);
    world.service.on(POST, created("2", "Bye"));
    write(&page, FIELD, "Bye").await;
    page.click(SEND).await;
    world.service.on("/api/activities/@ann", ok(json!([])));
    window()
        .history()
        .unwrap()
        .push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/@ann"))
        .unwrap();
    window()
        .dispatch_event(&Event::new("popstate").unwrap())
        .unwrap();
    settle().await;
    assert!(!page.has(".compose"));
    world.service.release(POST);
    settle().await;
    assert_eq!(drafts().length().unwrap(), 0);
    page.close().await;
}

fn dialog(page: &Page) -> HtmlDialogElement {
    page.one("dialog:has(.reply), dialog").unchecked_into()
}

async fn open_reply(page: &Page, index: usize) -> HtmlElement {
    let button = page.all(".crud-action[aria-haspopup=dialog]")[index].clone();
    let button: HtmlElement = button.unchecked_into();
    button.focus().unwrap();
    button.click();
    settle().await;
    button
}

const REPLY_1: &str = "/api/activities/1/reply";

async fn home_with_thread(world: &World) -> Page {
    let replies = json!([
        crud(
            "r1",
            "First reply",
            0,
            json!({ "reply_to_activity_uuid": "1" })
        ),
        crud("r2", "Deeper", 0, json!({ "reply_to_activity_uuid": "r1" })),
    ]);
    let rest = json!({ "display_name": "Andrew Brown", "replies": replies, "replies_count": 1 });
    home(world, json!([crud("1", "Cloud is very fun!", HOUR, rest)])).await
}

#[wasm_bindgen_test]
async fn the_reply_dialog_shows_what_is_answered_and_has_the_focus() {
    let world = World::default();
    let page = home_with_thread(&world).await;
    assert!(!dialog(&page).open());
    let button = open_reply(&page, 0).await;
    assert_eq!(
        button.get_attribute("aria-label").unwrap(),
        "Reply to \u{2068}Andrew Brown\u{2069}, 1 reply"
    );
    assert!(dialog(&page).open());
    assert_eq!(
        page.text(".reply h2"),
        "Reply to \u{2068}Andrew Brown\u{2069}"
    );
    assert_eq!(
        dialog(&page).get_attribute("aria-labelledby").unwrap(),
        page.one(".reply h2").id()
    );
    assert_eq!(page.text(".reply-to .crud-message"), "Cloud is very fun!");
    assert_eq!(page.text(".reply .message-counter [aria-hidden]"), "1,024");
    assert_eq!(focused().unwrap().id(), "reply-message");
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_reply_dialog_closes_in_every_way_and_gives_the_focus_back() {
    type Close = fn(&Page);
    let ways: [Close; 3] = [
        |page| page.one(".reply .button-secondary").click(),
        // What the browser does on Escape.
        |page| {
            let dialog = dialog(page);
            let init = EventInit::new();
            init.set_cancelable(true);
            let cancel = Event::new_with_event_init_dict("cancel", &init).unwrap();
            if dialog.dispatch_event(&cancel).unwrap() {
                dialog.close();
            }
        },
        |page| {
            let dialog = dialog(page);
            dialog
                .dispatch_event(&Event::new("pointerdown").unwrap())
                .unwrap();
            dialog.click();
        },
    ];
    for close in ways {
        let world = World::default();
        let page = home_with_thread(&world).await;
        let button = open_reply(&page, 0).await;
        write(&page, REPLY_FIELD, "Kept").await;
        close(&page);
        until(|| !page.has(".reply")).await;
        assert!(!dialog(&page).open());
        assert_eq!(focused().unwrap(), button);
        // What was begun is still there, for this crud and no other.
        open_reply(&page, 1).await;
        assert_eq!(written(&page, REPLY_FIELD), "");
        page.click(".reply .button-secondary").await;
        open_reply(&page, 0).await;
        assert_eq!(written(&page, REPLY_FIELD), "Kept");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_reply_comes_under_what_it_answers_and_is_counted() {
    let world = World::default();
    let page = home_with_thread(&world).await;
    let button = open_reply(&page, 0).await;
    let reply = crud("r3", "Mine", 0, json!({ "reply_to_activity_uuid": "1" }));
    world.service.on(REPLY_1, ok(reply));
    write(&page, REPLY_FIELD, "Mine").await;
    page.click(REPLY_SEND).await;
    assert!(!dialog(&page).open());
    assert_eq!(focused().unwrap(), button);
    assert_eq!(
        messages(&page),
        ["Cloud is very fun!", "First reply", "Deeper", "Mine"]
    );
    assert!(
        button
            .get_attribute("aria-label")
            .unwrap()
            .contains("2 replies")
    );
    assert_eq!(world.service.body(REPLY_1)["message"], "Mine");
    assert_eq!(drafts().length().unwrap(), 0);
    page.close().await;
}

#[wasm_bindgen_test]
async fn replies_are_answered_at_every_depth() {
    let world = World::default();
    let page = home_with_thread(&world).await;
    for (index, to, uuid) in [(2, "r2", "r3"), (3, "r3", "r4"), (4, "r4", "r5")] {
        open_reply(&page, index).await;
        let reply = crud(uuid, uuid, 0, json!({ "reply_to_activity_uuid": to }));
        let path = format!("/api/activities/{to}/reply");
        world.service.on(&path, ok(reply));
        write(&page, REPLY_FIELD, uuid).await;
        page.click(REPLY_SEND).await;
    }
    assert_eq!(
        messages(&page),
        [
            "Cloud is very fun!",
            "First reply",
            "Deeper",
            "r3",
            "r4",
            "r5"
        ]
    );
    page.close().await;
}

/// The answer to a new crud has no `replies`.
#[wasm_bindgen_test]
async fn a_crud_just_sent_can_be_answered() {
    let world = World::default();
    let page = home(&world, json!([])).await;
    world.service.on(POST, created("1", "New"));
    write(&page, FIELD, "New").await;
    page.click(SEND).await;
    open_reply(&page, 0).await;
    world
        .service
        .on(REPLY_1, ok(crud("r", "Indeed", 0, json!({}))));
    write(&page, REPLY_FIELD, "Indeed").await;
    page.click(REPLY_SEND).await;
    assert_eq!(messages(&page), ["New", "Indeed"]);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_reply_that_fails_stays_in_the_dialog() {
    let world = World::default();
    let page = home_with_thread(&world).await;
    open_reply(&page, 0).await;
    page.click(REPLY_SEND).await;
    assert_eq!(page.text(REPLY_ERROR), "Write something first.");
    write(&page, REPLY_FIELD, &"x".repeat(1025)).await;
    page.click(REPLY_SEND).await;
    assert_eq!(page.text(REPLY_ERROR), "That is 1 character too long.");
    assert_eq!(world.service.count(REPLY_1), 0);

    world.service.hold(REPLY_1);
    world.service.on(REPLY_1, answer(500, json!({})));
    write(&page, REPLY_FIELD, &"x".repeat(1024)).await;
    page.one(REPLY_SEND).click();
    page.click(REPLY_SEND).await;
    // While it is being sent the dialog stays.
    page.click(".reply .button-secondary").await;
    assert!(dialog(&page).open());
    world.service.release(REPLY_1);
    settle().await;
    assert_eq!(world.service.count(REPLY_1), 1);
    assert!(dialog(&page).open());
    assert!(page.text(REPLY_ERROR).contains("error 500"));
    assert_eq!(written(&page, REPLY_FIELD).len(), 1024);
    assert_eq!(focused().unwrap().id(), "reply-message");
    assert_eq!(messages(&page).len(), 3);

    world
        .service
        .on(REPLY_1, ok(crud("r3", "Well", 0, json!({}))));
    press(&page, REPLY_FIELD, "Enter", true, false).await;
    assert!(!dialog(&page).open());
    assert_eq!(messages(&page).last().unwrap(), "Well");
    page.close().await;
}

#[wasm_bindgen_test]
async fn own_cruds_are_no_news() {
    let world = World::default();
    let page = home(&world, json!([crud("1", "Old", HOUR, json!({}))])).await;
    world.service.on(POST, created("2", "New"));
    write(&page, FIELD, "New").await;
    page.click(SEND).await;
    let mine = crud("2", "New", 0, json!({ "handle": "andrewbrown" }));
    let other_tab = crud("3", "From the other tab", 0, json!({ "handle": "ann" }));
    let old = crud("1", "Old", HOUR, json!({}));
    world.service.on(HOME, ok(json!([other_tab, mine, old])));
    world.now_ms.set(world.now_ms.get() + MINUTE);
    page.look_again().await;
    assert_eq!(world.service.count(HOME), 2);
    assert!(!page.has(".feed-new button"));
    assert_eq!(messages(&page), ["New", "Old"]);
    page.close().await;
}

/// A button as the navigation has it, beside the app's own router.
mod asking {
    use super::*;
    use std::cell::RefCell;
    use yew::prelude::*;

    thread_local! {
        pub static NAVIGATOR: RefCell<Option<Navigator>> = const { RefCell::new(None) };
    }

    #[component]
    fn Catch() -> Html {
        NAVIGATOR.set(Some(use_navigator()));
        Html::default()
    }

    #[derive(Properties, PartialEq)]
    pub struct CatcherProps {
        pub session: Session,
    }

    #[component]
    pub fn Catcher(props: &CatcherProps) -> Html {
        html! {
            <ContextProvider<Session> context={props.session.clone()}>
                <RouterProvider><Catch /></RouterProvider>
            </ContextProvider<Session>>
        }
    }
}

#[wasm_bindgen_test]
async fn the_way_to_the_form_leads_into_its_field() {
    let world = World::default();
    let page = home(&world, json!([])).await;
    let beside = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&beside).unwrap();
    let props = asking::CatcherProps {
        session: page.session.clone(),
    };
    let handle =
        yew::Renderer::<asking::Catcher>::with_root_and_props(beside.clone(), props).render();
    settle().await;
    let navigator = asking::NAVIGATOR.take().unwrap();
    // There already: nothing is loaded again.
    request_compose(&navigator);
    settle().await;
    assert_eq!(focused().unwrap().id(), "compose-message");
    assert_eq!(world.service.count(HOME), 1);

    // From elsewhere: the app hears of the other router's navigation as of one in the browser.
    world.service.on("/api/activities/@ann", ok(json!([])));
    let state = wasm_bindgen::JsValue::NULL;
    let history = window().history().unwrap();
    history
        .push_state_with_url(&state, "", Some("/@ann"))
        .unwrap();
    let popstate = || window().dispatch_event(&Event::new("popstate").unwrap());
    popstate().unwrap();
    settle().await;
    assert!(!page.has(".compose"));
    world.service.on(HOME, ok(json!([])));
    request_compose(&navigator);
    assert_eq!(url(), "/");
    popstate().unwrap();
    until(|| focused().is_some_and(|field| field.id() == "compose-message")).await;
    handle.destroy();
    beside.remove();
    page.close().await;
}

#[wasm_bindgen_test]
fn a_text_is_looked_at_before_it_is_sent() {
    assert_eq!(Problem::of("שלום", 4), None);
    assert_eq!(Problem::of("שלום!", 4), Some(Problem::TooLong(1)));
}
