//! More hands.

use std::cell::RefCell;
use std::rc::Rc;

use cruddur_web::session::platform::SharedTransport;
use futures_channel::oneshot;
use js_sys::{Function, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventInit, HtmlInputElement, HtmlTextAreaElement};

use crate::page::{Page, document, settle, window};
use crate::support::{Answer, ok};

/// Types `text` in place of what the field holds.
pub async fn fill(page: &Page, selector: &str, text: &str) {
    let field = page.one(selector);
    match field.clone().dyn_into::<HtmlInputElement>() {
        Ok(input) => input.set_value(text),
        Err(other) => other
            .unchecked_into::<HtmlTextAreaElement>()
            .set_value(text),
    }
    fire(&field, "input");
    settle().await;
}

/// What a field holds.
pub fn value(page: &Page, selector: &str) -> String {
    let field = page.one(selector);
    match field.dyn_into::<HtmlInputElement>() {
        Ok(input) => input.value(),
        Err(other) => other.unchecked_into::<HtmlTextAreaElement>().value(),
    }
}

/// Sends the form that way that Enter in one of its fields does.
pub async fn press_enter(page: &Page, form: &str) {
    let form = page.one(form);
    let submit = Reflect::get(&form, &"requestSubmit".into()).unwrap();
    submit.unchecked_into::<Function>().call0(&form).unwrap();
    settle().await;
}

/// Fires a bubbling event that can be prevented; tells whether it was.
pub fn fire(target: &web_sys::EventTarget, name: &str) -> bool {
    let options = EventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = Event::new_with_event_init_dict(name, &options).unwrap();
    !target.dispatch_event(&event).unwrap()
}

/// Goes to another page as the browser's own buttons do.
pub async fn go(url: &str) {
    let history = window().history().unwrap();
    history
        .push_state_with_url(&JsValue::NULL, "", Some(url))
        .unwrap();
    fire(&window(), "popstate");
    settle().await;
}

pub fn title() -> String {
    document().title()
}

/// Without the signs that keep somebody's words apart from ours.
pub fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

/// Requests that the test answers one by one, in any order.
#[derive(Clone, Default)]
pub struct Pending(Rc<RefCell<Waiting>>);

/// Who waits, by URL, the oldest first.
type Waiting = Vec<(String, oneshot::Sender<Answer>)>;

impl Pending {
    pub fn transport(&self) -> SharedTransport {
        let pending = self.clone();
        SharedTransport::from_fn(move |request| {
            let (sender, receiver) = oneshot::channel();
            pending.0.borrow_mut().push((request.url, sender));
            async move { receiver.await.expect("the test answers") }
        })
    }

    /// Answers the oldest request whose URL ends like that, if anybody still wants to know.
    pub async fn answer(&self, end: &str, body: Value) {
        let index = self
            .0
            .borrow()
            .iter()
            .position(|(url, _)| url.ends_with(end));
        let index = index.unwrap_or_else(|| panic!("no request for {end}"));
        let (_, sender) = self.0.borrow_mut().remove(index);
        let _ = sender.send(ok(body));
        settle().await;
    }
}

/// Somebody's feed as later weeks send it.
pub fn with_profile(profile: Value, activities: Value) -> Value {
    let mut whole = json!({ "uuid": "p", "handle": "ann", "display_name": "Ann Example" });
    for (name, value) in profile.as_object().unwrap() {
        whole[name] = value.clone();
    }
    json!({ "profile": whole, "activities": activities })
}
