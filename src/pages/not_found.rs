//! Any path without a page.

use yew::prelude::*;

use crate::router::{Link, Route};
use crate::text::shell;

/// Says that there is no such page, and leads home.
pub fn not_found() -> Html {
    html! {
        <>
            <header class="column-heading">
                <h1 tabindex="-1">{ shell::NOT_FOUND }</h1>
            </header>
            <div class="feed-message">
                <p>{ shell::NOT_FOUND_TEXT }</p>
                <p><Link to={Route::Home} class="button">{ shell::NOT_FOUND_HOME }</Link></p>
            </div>
        </>
    }
}
