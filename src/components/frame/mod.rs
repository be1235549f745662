//! What is around a page: navigation, account, sidebar, notices.

mod account;
mod join;
mod notice;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::components::{Icon, Symbol};
use crate::router::{Link, Route, use_route};
use crate::text::shell as text;
use account::Account;
use join::JoinBox;
use notice::SessionNotice;

/// Properties of [`Frame`].
#[derive(Properties, PartialEq)]
pub struct FrameProps {
    /// The page.
    pub children: Html,
}

/// Three columns where there is room, two or one where there is not; the same elements each time.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let route = use_route();
    let home = route == Route::Home;
    let main = use_node_ref();
    let skip = use_callback(main.clone(), |event: MouseEvent, main| {
        // A fragment in the URL would be a history entry of its own.
        event.prevent_default();
        if let Some(main) = main.cast::<HtmlElement>() {
            let _ = main.focus();
        }
    });
    html! {
        <div class="frame">
            <a class="skip-link" href="#main" onclick={skip}>{ text::SKIP }</a>
            <header class="frame-header">
                <Link to={Route::Home} class="logo" label={text::LOGO}>
                    <img src="/icon.svg" alt="" width="48" height="48" />
                </Link>
                <div class="frame-bar">
                    <nav aria-label={text::NAVIGATION}>
                        <Link to={Route::Home} class="nav-link" current={home}>
                            <Icon symbol={Symbol::Home} />
                            <span>{ text::HOME }</span>
                        </Link>
                    </nav>
                    <Account />
                </div>
            </header>
            <main id="main" class="frame-main" tabindex="-1" ref={main}>
                <SessionNotice />
                { props.children.clone() }
            </main>
            <div class="frame-aside">
                <JoinBox />
                <footer class="frame-footer"><p>{ text::FOOTER }</p></footer>
            </div>
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
