//! What is around a page: navigation, account, sidebar, notices.

mod account;
mod join;
mod language;
mod navigation;
mod notice;
mod sidebar;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::use_session_state;
use crate::text::{shell as text, use_language};
use account::account;
pub use account::{Profile, ProfileProps, account_skeleton, leave};
use join::join_box;
pub use language::language_switch;
use navigation::navigation;
pub use notice::SessionNotice;
use sidebar::sidebar;
pub use sidebar::suggestions;

/// Properties of [`Frame`].
#[derive(Properties, PartialEq)]
pub struct FrameProps {
    /// Whether the page takes the sidebar's room, too.
    #[prop_or_default]
    pub wide: bool,
    /// The page.
    pub children: Html,
}

/// Three columns where there is room, two or one where there is not; the same elements each time.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let language = use_language();
    let (route, navigator) = (use_route(), use_navigator());
    let state = use_session_state();
    let main = use_node_ref();
    let skip = use_callback(main.clone(), |event: MouseEvent, main| {
        // A fragment in the URL would be a history entry of its own.
        event.prevent_default();
        if let Some(main) = main.cast::<HtmlElement>() {
            let _ = main.focus();
        }
    });
    html! {
        <div class={classes!("frame", props.wide.then_some("frame-wide"))}>
            <a class="skip-link" href="#main" onclick={skip}>{ text::SKIP }</a>
            <header class="frame-header">
                <Link to={Route::Home} class="logo" label={text::LOGO}>
                    <img src="/icon.svg" alt="" width="48" height="48" />
                </Link>
                <div class="frame-bar">
                    { navigation(&state, &route, navigator) }
                    { account(&state, &route) }
                </div>
            </header>
            <main id="main" class="frame-main" tabindex="-1" ref={main}>
                <SessionNotice />
                { props.children.clone() }
            </main>
            if !props.wide {
                <div class="frame-aside">
                    { sidebar(&state, &route, language.language) }
                    { join_box(&state, &route) }
                    <footer class="frame-footer">
                        <p>{ text::FOOTER }</p>
                        { language_switch(&language) }
                    </footer>
                </div>
            }
        </div>
    }
}

/// Whether `event` happened inside `element`.
fn happened_inside(event: &Event, element: &NodeRef) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    let element = element.cast::<web_sys::Node>();
    match (target, element) {
        (Some(target), Some(element)) => element.contains(Some(&target)),
        _ => false,
    }
}
