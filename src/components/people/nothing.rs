//! What stands where nothing is, and the ways on.

use yew::prelude::*;

use crate::router::{Link, Route};
use crate::text::people as text;

/// Under the heading that says that nobody has a handle.
pub fn nobody_here() -> Html {
    html! {
        <div class="feed-message">
            <p>{ text::NOBODY_TEXT }</p>
            <p class="feed-error-actions">
                <Link to={Route::Search { term: None }} class="button">{ text::SEARCH_LABEL }</Link>
                <Link to={Route::Home} class="button button-secondary">{ text::GO_HOME }</Link>
            </p>
        </div>
    }
}

/// Under the heading that says that a crud of that author is gone.
pub fn crud_gone(handle: &str) -> Html {
    let author = Route::Profile {
        handle: handle.to_owned(),
    };
    html! {
        <div class="feed-message">
            <p>{ text::GONE_TEXT }</p>
            <p class="feed-error-actions">
                <Link to={author} class="button">{ text::more_by(&format!("@{handle}")) }</Link>
                <Link to={Route::Home} class="button button-secondary">{ text::GO_HOME }</Link>
            </p>
        </div>
    }
}
