//! Answers that `boot.js` asked for while the app was on its way.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The promise of a status and a text, once. Where `boot.js` is not, neither is the function.
    #[wasm_bindgen(catch, js_name = earlyAnswer)]
    fn early_answer(url: &str) -> Result<Option<Promise>, JsValue>;

    #[wasm_bindgen(catch, js_name = isKnown)]
    fn is_known_to_boot() -> Result<bool, JsValue>;

    #[wasm_bindgen(catch, js_name = takeOver)]
    fn take_over_from_boot() -> Result<(), JsValue>;
}

/// Status and text of the answer to a plain GET of `url`, once; `None` if it was not asked for: then it is for the app to
/// ask.
///
/// # Errors
/// When it did not come, or not in time. The wait is over then: it began before the app did.
pub async fn take(url: &str) -> Option<Result<(u16, String), JsValue>> {
    let promise = early_answer(url).ok()??;
    let answer = JsFuture::from(promise).await;
    Some(answer.map(|answer| {
        let answer: Array = answer.unchecked_into();
        let status = answer.get(0).as_f64().unwrap_or_default();
        (status as u16, answer.get(1).as_string().unwrap_or_default())
    }))
}

/// Whether somebody seems to be signed in, as `boot.js` goes by.
pub fn is_known() -> bool {
    is_known_to_boot().unwrap_or_default()
}

/// Whether `boot.js` has drawn a feed that is still on show.
pub fn has_drawn_feed() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| matches!(document.query_selector(".boot .cruds"), Ok(Some(_))))
}

/// Has the app take the place of what was to be seen before it.
pub fn take_over() {
    // Where `boot.js` is not, neither is anything of it to be seen.
    let _ = take_over_from_boot();
}
