//! Links between pages.

use yew::prelude::*;

use super::{Route, use_navigator};

/// Properties of [`Link`].
#[derive(Properties, PartialEq)]
pub struct LinkProps {
    /// Where the link leads.
    pub to: Route,
    /// The link's classes.
    #[prop_or_default]
    pub class: Classes,
    /// Whether the link leads to the page on show.
    #[prop_or_default]
    pub current: bool,
    /// The link's name where its content does not say it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Called when the link is followed in this tab.
    #[prop_or_default]
    pub onfollow: Callback<()>,
    /// The link's content.
    #[prop_or_default]
    pub children: Html,
}

/// A real `<a href>` that changes the page without a reload. Clicks meant for the browser (a new tab, a download) stay
/// the browser's.
#[component]
pub fn Link(props: &LinkProps) -> Html {
    let navigator = use_navigator();
    let onclick = use_callback((props.to.clone(), props.onfollow.clone()), {
        let navigator = navigator.clone();
        move |event: MouseEvent, (to, onfollow)| {
            let for_the_browser = event.default_prevented()
                || event.button() != 0
                || event.ctrl_key()
                || event.meta_key()
                || event.shift_key()
                || event.alt_key();
            if !for_the_browser {
                event.prevent_default();
                onfollow.emit(());
                navigator.push(to);
            }
        }
    });
    // The pointer is on it, the finger down or the focus there: what the page needs can come now.
    let onpointerenter = {
        let navigator = navigator.clone();
        use_callback(props.to.clone(), move |_: PointerEvent, to| {
            navigator.prepare(to)
        })
    };
    let onfocus = use_callback(props.to.clone(), {
        let navigator = navigator.clone();
        move |_: FocusEvent, to| navigator.prepare(to)
    });
    html! {
        <a
            href={props.to.to_url()}
            class={props.class.clone()}
            aria-current={props.current.then_some("page")}
            aria-label={props.label.clone()}
            {onclick}
            {onpointerenter}
            {onfocus}
        >
            { props.children.clone() }
        </a>
    }
}
