//! Who is signed in, and the way in and out.

use std::future::Future;

use gloo_events::EventListener;
use js_sys::JsString;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::{happened_inside, language_switch};
use crate::components::{ForMembers, MembersPlace, Symbol, icon};
use crate::router::{Link, Navigator, Route, SettingsSection, go_to, use_navigator, use_route};
use crate::session::{Person, SessionState, use_session};
use crate::text::{settings, shell as text, sign_in, use_language};

/// The account's place in the frame.
pub(super) fn account(state: &SessionState, route: &Route) -> Html {
    match state {
        SessionState::Restoring(_) => account_skeleton(),
        SessionState::SignedIn(person) => {
            html! { <MembersPlace what={ForMembers::Account(person.clone())} /> }
        }
        SessionState::SignedOut(_) => entrance(route),
    }
}

/// Room for the person, while it is not known whether they are there.
pub fn account_skeleton() -> Html {
    html! {
        <div class="account" aria-hidden="true">
            <span class="profile">
                <span class="avatar skeleton" />
                <span class="profile-names">
                    <span class="skeleton skeleton-line" />
                    <span class="skeleton skeleton-line skeleton-short" />
                </span>
            </span>
        </div>
    }
}

/// The ways in, for screens without a sidebar.
fn entrance(route: &Route) -> Html {
    let sign_up = Route::SignUp {
        next: route.as_next(),
    };
    html! {
        <div class="account entrance">
            <Link to={route.sign_in_and_return()} class="nav-link">
                { icon(Symbol::Person) }
                <span>{ text::SIGN_IN }</span>
            </Link>
            <Link to={sign_up} class="nav-link">
                { icon(Symbol::PersonAdd) }
                <span>{ text::JOIN_SHORT }</span>
            </Link>
        </div>
    }
}

/// Shows the home page to somebody who has just signed out, and then, where there is one, the page that the sign-out comes to.
pub fn leave(navigator: &Navigator, signed_out: impl Future<Output = Option<String>> + 'static) {
    // Not a task of a component: it is gone as soon as the session is.
    spawn_local(async move {
        if let Some(url) = signed_out.await {
            go_to(&url);
        }
    });
    navigator.push(&Route::Home);
}

/// Properties of [`Profile`].
#[derive(Properties, PartialEq)]
pub struct ProfileProps {
    /// Who is signed in.
    pub person: Person,
}

/// Name and handle, and under them a panel with the way out.
#[component]
pub fn Profile(props: &ProfileProps) -> Html {
    let language = use_language();
    let session = use_session();
    let navigator = use_navigator();
    let open = use_state(|| false);
    let place = use_node_ref();
    let button = use_node_ref();

    let toggle = use_callback(*open, {
        let open = open.setter();
        move |_: MouseEvent, was| open.set(!*was)
    });
    let close = use_callback((), {
        let open = open.setter();
        move |(), ()| open.set(false)
    });
    // While the panel is open, Escape and anything done elsewhere closes it.
    use_effect_with(*open, {
        let (place, button, open) = (place.clone(), button.clone(), open.setter());
        move |is_open| {
            let document = web_sys::window()
                .and_then(|window| window.document())
                .filter(|_| *is_open);
            let listeners = document.map(|document| {
                let elsewhere = |name| {
                    let (place, open) = (place.clone(), open.clone());
                    EventListener::new(&document, name, move |event| {
                        if !happened_inside(event, &place) {
                            open.set(false);
                        }
                    })
                };
                let outside = [elsewhere("pointerdown"), elsewhere("focusin")];
                let escape = EventListener::new(&document, "keydown", move |event| {
                    let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
                    if key.as_deref() == Some("Escape") {
                        open.set(false);
                        if let Some(button) = button.cast::<HtmlElement>() {
                            let _ = button.focus();
                        }
                    }
                });
                (outside, escape)
            });
            move || drop(listeners)
        }
    });
    let sign_out = use_callback((), move |_: MouseEvent, ()| {
        leave(&navigator, session.sign_out());
    });

    let next = use_route().as_next();
    let name = props.person.display_name();
    // The browser's own: Rust's brings a table of all the letters there are.
    let initial: String = name.chars().take(1).collect();
    let initial = String::from(JsString::from(initial).to_upper_case());
    html! {
        <div class="account" ref={place}>
            <button
                type="button"
                class="profile"
                ref={button}
                aria-expanded={open.to_string()}
                aria-controls="profile-panel"
                onclick={toggle}
            >
                <span class="avatar" aria-hidden="true">{ initial }</span>
                <span class="profile-names">
                    <b class="profile-name"><bdi>{ name.to_owned() }</bdi></b>
                    if let Some(handle) = &props.person.handle {
                        <span class="profile-handle"><bdi>{ format!("@{handle}") }</bdi></span>
                    }
                </span>
                { icon(Symbol::Ellipsis) }
            </button>
            <div
                id="profile-panel"
                class="profile-panel"
                role="group"
                aria-label={text::ACCOUNT}
                hidden={!*open}
            >
                <p class="profile-panel-name"><bdi>{ name.to_owned() }</bdi></p>
                if let Some(email) = &props.person.email {
                    <p class="profile-email">{ email.clone() }</p>
                }
                if let Some(handle) = &props.person.handle {
                    // Where the navigation has no room for it.
                    <Link
                        to={Route::Profile { handle: handle.clone() }}
                        class="profile-panel-link profile-panel-own text-link"
                        onfollow={close.clone()}
                    >
                        { text::PROFILE }
                    </Link>
                }
                <Link
                    to={Route::Settings { section: SettingsSection::Profile }}
                    class="profile-panel-link text-link"
                    onfollow={close}
                >
                    { settings::TITLE }
                </Link>
                <Link to={Route::SwitchAccount { next }} class="profile-panel-link text-link">
                    { sign_in::SWITCH_ACCOUNT }
                </Link>
                <button type="button" class="button" onclick={sign_out}>{ text::SIGN_OUT }</button>
                { language_switch(&language) }
            </div>
        </div>
    }
}
