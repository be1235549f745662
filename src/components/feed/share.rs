//! Handing on the link to a crud.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::router::Route;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// The browser asked the person where to, and they saw to it, or thought better of it.
    ByTheBrowser,
    /// The link is in the clipboard.
    Copied,
    /// The browser can do neither.
    Refused,
}

/// The absolute URL of a page of the app.
pub fn absolute_url(route: &Route) -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default() + &route.to_url()
}

/// Shares `url` with the browser's own means where it has some, else copies it.
///
/// Both are asked for by name: browsers leave them out, on pages without HTTPS for instance.
pub async fn share(url: &str) -> Shared {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return Shared::Refused;
    };
    let data = Object::new();
    let _ = Reflect::set(&data, &"url".into(), &url.into());
    if let Some(sharing) = call(&navigator, "share", &data) {
        match JsFuture::from(sharing).await {
            Ok(_) => return Shared::ByTheBrowser,
            Err(error) if is_abort(&error) => return Shared::ByTheBrowser,
            Err(_) => {}
        }
    }
    match copy(&navigator, url).await {
        true => Shared::Copied,
        false => Shared::Refused,
    }
}

/// Puts `text` into the clipboard. Whether that worked.
pub async fn copy(navigator: &web_sys::Navigator, text: &str) -> bool {
    let clipboard = Reflect::get(navigator, &"clipboard".into()).unwrap_or_default();
    match call(&clipboard, "writeText", &text.into()) {
        Some(copying) => JsFuture::from(copying).await.is_ok(),
        None => false,
    }
}

/// Calls a method that returns a promise; `None` where there is none.
fn call(object: &JsValue, method: &str, argument: &JsValue) -> Option<Promise> {
    let method: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    method.call1(object, argument).ok()?.dyn_into().ok()
}

fn is_abort(error: &JsValue) -> bool {
    let name = Reflect::get(error, &"name".into()).ok();
    name.and_then(|name| name.as_string()).as_deref() == Some("AbortError")
}
