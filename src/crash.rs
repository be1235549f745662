//! What a person sees when the program has a fault that it cannot go on with.

use std::panic::PanicHookInfo;

use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

use crate::text::shell as text;

/// The id of the message.
const ID: &str = "crash";

/// From now on a panic is logged once and shown in the page with a way to reload it.
pub fn install() {
    yew::set_custom_panic_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    // What follows the first panic follows from it.
    if show() {
        web_sys::console::error_1(&panic.to_string().into());
    }
}

/// Shows the message unless it is there already, and tells whether it was not.
///
/// The message is made of plain elements outside the app's own, and reloading is a link: nothing of it needs the
/// program, which is dead by now.
pub fn show() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return true;
    };
    if document.get_element_by_id(ID).is_some() {
        return false;
    }
    // Where even that fails there is the console.
    let _ = add_message(&document);
    true
}

fn add_message(document: &Document) -> Result<(), JsValue> {
    let element = |name: &str, class: &str, text: String| -> Result<Element, JsValue> {
        let element = document.create_element(name)?;
        element.set_class_name(class);
        element.set_text_content(Some(&text));
        Ok(element)
    };
    let message = element("div", "crash", String::new())?;
    message.set_id(ID);
    message.set_attribute("role", "alert")?;
    message.append_child(&*element("h2", "", text::CRASH_TITLE.to_string())?)?;
    message.append_child(&*element("p", "", text::CRASH_TEXT.to_string())?)?;
    let reload = element("a", "button", text::CRASH_RELOAD.to_string())?;
    // Without a fragment, for one would make the link lead within the page.
    let location = document.location().ok_or(JsValue::UNDEFINED)?;
    reload.set_attribute("href", &(location.pathname()? + &location.search()?))?;
    message.append_child(&reload)?;
    let body = document.body().ok_or(JsValue::UNDEFINED)?;
    body.append_child(&message)?;
    Ok(())
}
