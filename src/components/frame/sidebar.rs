//! What stands beside a page where there is room.

use yew::prelude::*;

use crate::components::people::SearchBox;
use crate::router::{Link, Route, use_route};
use crate::session::{SessionState, use_session_state};
use crate::text::{suggestions as text, use_language};

/// The way to search and, for those who are signed in, something to begin with.
#[component]
pub(super) fn Sidebar() -> Html {
    let language = use_language().language.tag();
    let route = use_route();
    let state = use_session_state();
    html! {
        <div class="sidebar">
            // The search page has its own.
            if !matches!(route, Route::Search { .. }) {
                <SearchBox key={language} id="sidebar-term" />
            }
            if let SessionState::SignedIn(person) = &state {
                { trending() }
                { users(person.handle.as_deref()) }
            }
        </div>
    }
}

fn trending() -> Html {
    html! {
        <section class="box suggestions" aria-labelledby="trending-title">
            <h2 id="trending-title">{ text::TRENDING }</h2>
            <p>{ text::TRENDING_TEXT }</p>
            <ul role="list">
                for hashtag in text::HASHTAGS {
                    <li>
                        <Link to={Route::Search { term: Some(hashtag.to_owned()) }} class="suggestion">
                            { hashtag }
                        </Link>
                    </li>
                }
            </ul>
        </section>
    }
}

/// Nobody is suggested to themselves.
fn users(own: Option<&str>) -> Html {
    let others = text::HANDLES
        .into_iter()
        .filter(|handle| own != Some(handle));
    html! {
        <section class="box suggestions" aria-labelledby="users-title">
            <h2 id="users-title">{ text::USERS }</h2>
            <p>{ text::USERS_TEXT }</p>
            <ul role="list">
                for handle in others {
                    <li>
                        <Link to={Route::Profile { handle: handle.to_owned() }} class="suggestion">
                            <span class="avatar" aria-hidden="true">{ &handle[..1] }</span>
                            <bdi>{ "@" }{ handle }</bdi>
                        </Link>
                    </li>
                }
            </ul>
        </section>
    }
}
