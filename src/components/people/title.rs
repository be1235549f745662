//! The document's title, where a page knows better than its URL.

use yew::prelude::*;

use crate::router::use_location;

/// Gives the document `title`. `loading` says whether what it comes from is being loaded: each navigation sets the title
/// that belongs to the URL, and loads.
#[hook]
pub fn use_title(title: String, loading: bool) {
    let visit = use_location().visit;
    use_effect_with((title, loading, visit), |(title, ..)| {
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(document) = document {
            document.set_title(title);
        }
    });
}
