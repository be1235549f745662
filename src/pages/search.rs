//! `/search?q=`

use std::rc::Rc;

use yew::prelude::*;

use crate::components::feed::{FeedView, list};
use crate::components::people::{SearchBox, place_replies};
use crate::load::use_load;
use crate::text::people as text;

/// Properties of [`SearchPage`].
#[derive(Properties, PartialEq)]
pub struct SearchPageProps {
    /// What to search for.
    pub term: Option<String>,
}

/// A search, and what it finds.
#[component]
pub fn SearchPage(props: &SearchPageProps) -> Html {
    let term = props.term.as_deref().unwrap_or_default().trim().to_owned();
    let asked = !term.is_empty();
    let feed = use_load(term.clone(), async |backend, term: String| {
        // The backend refuses to look for nothing.
        if term.is_empty() {
            return Ok(Rc::default());
        }
        backend.search(&term).await.map(list)
    });
    let (title, words) = if asked {
        (text::search_nothing(&term), text::SEARCH_NOTHING)
    } else {
        (text::SEARCH_HINT_TITLE.to_string(), text::SEARCH_HINT)
    };
    let empty = html! {
        <div class="feed-message">
            <h2>{ title.clone() }</h2>
            <p>{ words }</p>
        </div>
    };
    let found = feed.value.as_ref().filter(|_| asked);
    html! {
        <FeedView
            heading={text::SEARCH}
            cruds={if asked { feed.value.clone() } else { Some(Rc::default()) }}
            loading={asked && feed.loading}
            error={feed.error}
            onretry={feed.retry}
            onreplied={place_replies(&feed.edit)}
            {empty}
        >
            <div class="search-page">
                <SearchBox id="search-term" term={term.clone()} />
                <p class="search-found" role="status">
                    if let Some(found) = found {
                        if found.is_empty() {
                            <span class="visually-hidden">{ title }</span>
                        } else {
                            { text::search_found(found.len(), &term) }
                        }
                    }
                </p>
            </div>
        </FeedView>
    }
}
