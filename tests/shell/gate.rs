//! Pages that need something before they can be shown.

use std::cell::{Cell, RefCell};

use cruddur_web::router::{Gate, Link, Route, RouterProvider, use_route};
use cruddur_web::session::Session;
use cruddur_web::text::LanguageProvider;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{FocusEvent, HtmlElement};
use yew::prelude::*;

use super::page::{document, settle, until, url, window};
use crate::support::World;

thread_local! {
    /// Whether what messages need is there.
    static THERE: Cell<bool> = const { Cell::new(false) };
    /// Whether waiting for it is over, in vain or not.
    static OVER: Cell<bool> = const { Cell::new(false) };
    /// What was asked for.
    static ASKED: RefCell<Vec<Route>> = const { RefCell::new(Vec::new()) };
    /// Where somebody goes by the browser's buttons while the page is first rendered.
    static HURRY: Cell<Option<&str>> = const { Cell::new(None) };
}

/// The address is another one, as after Back or Forward.
fn be_at(url: &str) {
    let history = window().history().unwrap();
    history
        .replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(url))
        .unwrap();
}

const GATE: Gate = Gate {
    is_open: |_, route| *route != Route::Messages || THERE.get(),
    open: |_, route| {
        ASKED.with_borrow_mut(|asked| asked.push(route));
        Box::pin(until(|| OVER.get()))
    },
};

#[derive(Properties, PartialEq)]
struct AppProps {
    session: Session,
}

#[component]
fn App(props: &AppProps) -> Html {
    html! {
        <ContextProvider<Session> context={props.session.clone()}>
            <LanguageProvider>
                <RouterProvider gate={GATE}><Where /></RouterProvider>
            </LanguageProvider>
        </ContextProvider<Session>>
    }
}

#[component]
fn Where() -> Html {
    let route = use_route();
    if let Some(url) = HURRY.take() {
        be_at(url);
    }
    html! {
        <>
            <p class="where">{ route.to_url() }</p>
            <Link to={Route::Messages} class="messages">{ "Messages" }</Link>
            <Link to={Route::Notifications} class="notifications">{ "Notifications" }</Link>
        </>
    }
}

struct Page(HtmlElement, Option<yew::AppHandle<App>>);

impl Page {
    async fn open() -> Self {
        THERE.set(false);
        OVER.set(false);
        ASKED.take();
        be_at("/");
        let root = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let props = AppProps {
            session: World::default().session(),
        };
        let handle = yew::Renderer::<App>::with_root_and_props(root.clone(), props).render();
        settle().await;
        Self(wasm_bindgen::JsCast::unchecked_into(root), Some(handle))
    }

    fn one(&self, selector: &str) -> HtmlElement {
        let found = self.0.query_selector(selector).unwrap().unwrap();
        wasm_bindgen::JsCast::unchecked_into(found)
    }

    async fn follow(&self, link: &str) {
        self.one(link).click();
        settle().await;
    }

    fn shown(&self) -> String {
        self.one(".where").text_content().unwrap()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(handle) = self.1.take() {
            handle.destroy();
        }
        self.0.remove();
    }
}

fn is_loading() -> bool {
    let root = document().document_element().unwrap();
    root.has_attribute("data-loading")
}

#[wasm_bindgen_test]
async fn whoever_goes_elsewhere_while_the_page_is_first_rendered_is_followed() {
    HURRY.set(Some("/notifications"));
    let page = Page::open().await;
    assert_eq!(page.shown(), "/notifications");
    drop(page);
    // Also through a gate.
    HURRY.set(Some("/messages"));
    let page = Page::open().await;
    assert_eq!(page.shown(), "/");
    assert_eq!(ASKED.take(), [Route::Messages]);
    OVER.set(true);
    until(|| page.shown() == "/messages").await;
}

#[wasm_bindgen_test]
async fn a_page_stays_until_the_next_one_can_be_shown() {
    let page = Page::open().await;
    page.follow(".messages").await;
    assert_eq!((url().as_str(), page.shown().as_str()), ("/messages", "/"));
    assert!(is_loading());
    assert_eq!(ASKED.take(), [Route::Messages]);
    THERE.set(true);
    OVER.set(true);
    until(|| page.shown() == "/messages").await;
    assert!(!is_loading());
    // It is there for good.
    page.follow(".notifications").await;
    page.follow(".messages").await;
    assert_eq!(page.shown(), "/messages");
    assert_eq!(ASKED.take(), []);
}

#[wasm_bindgen_test]
async fn a_page_that_cannot_be_had_is_gone_to_all_the_same() {
    let page = Page::open().await;
    page.follow(".messages").await;
    OVER.set(true);
    // What stands there in its place says so, and can ask again.
    until(|| page.shown() == "/messages").await;
    assert!(!is_loading());
}

#[wasm_bindgen_test]
async fn who_goes_elsewhere_meanwhile_is_not_taken_back() {
    let page = Page::open().await;
    page.follow(".messages").await;
    page.follow(".notifications").await;
    assert_eq!(page.shown(), "/notifications");
    assert!(!is_loading());
    THERE.set(true);
    OVER.set(true);
    settle().await;
    assert_eq!(page.shown(), "/notifications");
    assert_eq!(url(), "/notifications");
}

#[wasm_bindgen_test]
async fn who_is_about_to_follow_a_link_has_it_prepared() {
    let page = Page::open().await;
    let event = FocusEvent::new("focus").unwrap();
    page.one(".notifications").dispatch_event(&event).unwrap();
    assert_eq!(ASKED.take(), []);
    page.one(".messages").dispatch_event(&event).unwrap();
    settle().await;
    assert_eq!(ASKED.take(), [Route::Messages]);
    assert!(!is_loading(), "nobody waits for it yet");
    assert_eq!(page.shown(), "/");
    OVER.set(true);
}
