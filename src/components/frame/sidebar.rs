//! What stands beside a page where there is room.

use yew::prelude::*;

use crate::components::people::SearchBox;
use crate::components::{ForMembers, MembersPlace};
use crate::router::{Link, Route};
use crate::session::SessionState;
use crate::text::{Language, suggestions as text};

/// The way to search and, for those who are signed in, something to begin with.
pub(super) fn sidebar(state: &SessionState, route: &Route, language: Language) -> Html {
    html! {
        <div class="sidebar">
            // The search page has its own.
            if !matches!(route, Route::Search { .. }) {
                <SearchBox key={language.tag()} id="sidebar-term" />
            }
            if let SessionState::SignedIn(person) = state {
                <MembersPlace what={ForMembers::Suggestions(person.handle.clone())} />
            }
        </div>
    }
}

/// Something to begin with, for the person of that handle.
pub fn suggestions(own: Option<&str>) -> Html {
    html! {
        <>
            { trending() }
            { users(own) }
        </>
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
