//! The way to the pages.

use yew::prelude::*;

use crate::components::compose::request_compose;
use crate::components::{Symbol, icon};
use crate::router::{Link, Navigator, Route};
use crate::session::SessionState;
use crate::text::{Text, shell as text};

/// The pages that there are for the person, and the way to a new crud. A visitor's are fewer.
///
/// Links to a person's own pages are there while the session is being restored: those pages wait for it themselves.
pub(super) fn navigation(state: &SessionState, route: &Route, navigator: Navigator) -> Html {
    let compose = move |_: MouseEvent| request_compose(&navigator);
    let person = state.person();
    let own = person.and_then(|person| person.handle.as_deref());
    let on_own = match route {
        Route::Profile { handle } => own == Some(handle),
        _ => false,
    };
    let searching = matches!(route, Route::Search { .. });
    let search = Route::Search { term: None };
    let mut links = vec![
        link(
            Route::Home,
            Symbol::Home,
            text::HOME,
            *route == Route::Home,
            "",
        ),
        link(
            search,
            Symbol::Search,
            text::SEARCH,
            searching,
            "nav-search",
        ),
    ];
    if person.is_some() {
        let notified = *route == Route::Notifications;
        links.extend([
            link(
                Route::Notifications,
                Symbol::Bell,
                text::NOTIFICATIONS,
                notified,
                "",
            ),
            link(
                Route::Messages,
                Symbol::Envelope,
                text::MESSAGES,
                route.is_messages(),
                "",
            ),
        ]);
    }
    if let Some(handle) = own {
        let profile = Route::Profile {
            handle: handle.to_owned(),
        };
        // On phones the account leads there.
        links.push(link(
            profile,
            Symbol::Person,
            text::PROFILE,
            on_own,
            "nav-profile",
        ));
    }
    html! {
        <>
            <nav class={person.map(|_| "nav-many")} aria-label={text::NAVIGATION}>
                { for links }
            </nav>
            if person.is_some() {
                <button type="button" class="button new-crud" onclick={compose}>
                    { icon(Symbol::Pen) }
                    <span>{ text::NEW_CRUD }</span>
                </button>
            }
        </>
    }
}

fn link(to: Route, symbol: Symbol, name: Text, current: bool, class: &'static str) -> Html {
    html! {
        <Link key={name.get()} {to} class={classes!("nav-link", class)} {current}>
            { icon(symbol) }
            <span>{ name }</span>
        </Link>
    }
}
