//! The app in a page of its own, with hands and eyes.

use std::cell::Cell;
use std::rc::Rc;

use cruddur_web::app::{Site, SiteProps};
use cruddur_web::backend::Backend;
use cruddur_web::components::feed::WallClock;
use cruddur_web::session::Session;
use cruddur_web::session::platform::SharedTransport;
use gloo_timers::future::TimeoutFuture;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlElement, Window};
use yew::prelude::*;

use crate::support::{START_MS, World, ok};

/// The path of the home feed.
pub const HOME: &str = "/api/activities/home";

pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

pub fn window() -> Window {
    web_sys::window().unwrap()
}

pub fn document() -> Document {
    window().document().unwrap()
}

/// The app, mounted in an element that goes with it.
pub struct Page {
    pub root: HtmlElement,
    pub session: Session,
    handle: Option<yew::AppHandle<Timed>>,
}

#[derive(Properties, PartialEq)]
struct TimedProps {
    clock: WallClock,
    session: Session,
    backend: Backend,
}

#[component]
fn Timed(props: &TimedProps) -> Html {
    let SiteProps { session, backend } = SiteProps {
        session: props.session.clone(),
        backend: props.backend.clone(),
    };
    html! {
        <ContextProvider<WallClock> context={props.clock.clone()}>
            <Site {session} {backend} />
        </ContextProvider<WallClock>>
    }
}

/// Opens the app at `url` in that world. The feed goes by the world's clock, as it is at each look.
pub async fn open(world: &World, url: &str) -> Page {
    open_with(world, world.service.transport(), url).await
}

/// As [`open`], with another way to the backend.
pub async fn open_with(world: &World, transport: SharedTransport, url: &str) -> Page {
    let history = window().history().unwrap();
    history
        .replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(url))
        .unwrap();
    // A test that failed leaves its page behind.
    while let Some(left) = document().query_selector(".test-page").unwrap() {
        left.remove();
    }
    let root: HtmlElement = document()
        .create_element("div")
        .unwrap()
        .dyn_into()
        .unwrap();
    root.set_class_name("test-page");
    document().body().unwrap().append_child(&root).unwrap();
    let session = world.session();
    let backend = Backend::new("http://backend.test".to_owned(), transport, session.clone());
    let clock = {
        let now_ms: Rc<Cell<i64>> = world.now_ms.clone();
        WallClock::new(move || now_ms.get())
    };
    let handle = yew::Renderer::<Timed>::with_root_and_props(
        root.clone().into(),
        TimedProps {
            clock,
            session: session.clone(),
            backend,
        },
    )
    .render();
    settle().await;
    Page {
        root,
        session,
        handle: Some(handle),
    }
}

/// Lets everything run that can run: rendering, and futures whose answers are there.
pub async fn settle() {
    for _ in 0..10 {
        yew::scheduler::flush().await;
        TimeoutFuture::new(0).await;
    }
}

/// Waits until `condition` holds. Fails when that takes longer than anything here can.
pub async fn until(condition: impl Fn() -> bool) {
    let start = js_sys::Date::now();
    while !condition() {
        assert!(js_sys::Date::now() - start < 10_000.0, "waited in vain");
        yew::scheduler::flush().await;
        TimeoutFuture::new(1).await;
    }
}

impl Page {
    /// The elements that a CSS selector finds.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length())
            .filter_map(|index| list.item(index)?.dyn_into().ok())
            .collect()
    }

    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    pub fn one(&self, selector: &str) -> HtmlElement {
        let found = self.root.query_selector(selector).unwrap();
        found
            .unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html()))
            .dyn_into()
            .unwrap()
    }

    pub fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }

    pub fn texts(&self, selector: &str) -> Vec<String> {
        let elements = self.all(selector);
        elements
            .iter()
            .map(|element| element.text_content().unwrap_or_default())
            .collect()
    }

    pub async fn click(&self, selector: &str) {
        self.one(selector).click();
        settle().await;
    }

    /// The page comes into view again, which makes it look at the clock.
    pub async fn look_again(&self) {
        let event = Event::new("visibilitychange").unwrap();
        document().dispatch_event(&event).unwrap();
        settle().await;
    }

    pub async fn close(mut self) {
        if let Some(handle) = self.handle.take() {
            handle.destroy();
        }
        settle().await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

pub fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

pub fn url() -> String {
    let location = window().location();
    location.pathname().unwrap() + &location.search().unwrap()
}

/// A crud of `age` milliseconds at the start of the test, with what else there is to it.
pub fn crud(uuid: &str, message: &str, age: i64, rest: Value) -> Value {
    let created = js_sys::Date::new(&((START_MS - age) as f64).into());
    let mut crud = json!({
        "uuid": uuid, "handle": "worf", "message": message,
        "created_at": String::from(created.to_iso_string()),
    });
    for (name, value) in rest.as_object().unwrap() {
        crud[name] = value.clone();
    }
    crud
}

/// The ISO form of a time that long after the start of the test.
pub fn after_start(ms: i64) -> String {
    let date = js_sys::Date::new(&((START_MS + ms) as f64).into());
    String::from(date.to_iso_string())
}

/// Lets the home feed answer with one crud.
pub fn let_feed_answer(world: &World, message: &str) {
    let feed = json!([crud("1", message, HOUR, json!({}))]);
    world.service.on(HOME, ok(feed));
}
