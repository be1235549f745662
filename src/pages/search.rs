//! `/search?q=`

use yew::prelude::*;

use crate::components::feed::FeedView;
use crate::load::use_load;

/// Properties of [`SearchPage`].
#[derive(Properties, PartialEq)]
pub struct SearchPageProps {
    /// What to search for.
    pub term: Option<String>,
}

/// What is found.
#[component]
pub fn SearchPage(props: &SearchPageProps) -> Html {
    let term = props.term.clone().unwrap_or_default();
    let feed = use_load(term, async |backend, term| {
        backend.search(&term).await.map(Into::into)
    });
    html! {
        <FeedView
            heading="Search"
            cruds={feed.value}
            loading={feed.loading}
            error={feed.error}
            onretry={feed.retry}
        />
    }
}
