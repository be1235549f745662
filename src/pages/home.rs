//! `/`: the home feed.

use yew::prelude::*;

use crate::components::feed::FeedView;
use crate::load::use_load;
use crate::text::shell;

/// The home feed, of whoever is signed in or of nobody.
#[component]
pub fn HomePage() -> Html {
    let feed = use_load((), async |backend, ()| {
        backend.home_feed().await.map(Into::into)
    });
    html! {
        <FeedView
            heading={shell::HOME}
            cruds={feed.value}
            loading={feed.loading}
            error={feed.error}
            onretry={feed.retry}
        />
    }
}
