//! Links between pages.

use std::rc::Rc;

use yew::prelude::*;

use super::{Navigator, Route, use_navigator};

/// Properties of [`Link`].
#[derive(Clone, Properties, PartialEq)]
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

impl LinkProps {
    /// Those of a link with that content.
    pub fn new(to: Route, children: Html) -> Self {
        Self {
            to,
            class: Classes::new(),
            current: false,
            label: None,
            onfollow: Callback::noop(),
            children,
        }
    }
}

/// A real `<a href>` that changes the page without a reload. Clicks meant for the browser (a new tab, a download) stay
/// the browser's.
#[component]
pub fn Link(props: &LinkProps) -> Html {
    link(&use_navigator(), props.clone())
}

/// A [`Link`] that is no component, for long lists.
pub fn link(navigator: &Navigator, props: LinkProps) -> Html {
    let way = Rc::new((navigator.clone(), props.to));
    let href = way.1.to_url();
    let onclick = {
        let (way, onfollow) = (way.clone(), props.onfollow);
        move |event: MouseEvent| {
            let for_the_browser = event.default_prevented()
                || event.button() != 0
                || event.ctrl_key()
                || event.meta_key()
                || event.shift_key()
                || event.alt_key();
            if !for_the_browser {
                event.prevent_default();
                onfollow.emit(());
                way.0.push(&way.1);
            }
        }
    };
    // The pointer is on it, the finger down or the focus there: what the page needs can come now.
    let onpointerenter = {
        let way = way.clone();
        move |_: PointerEvent| way.0.prepare(&way.1)
    };
    let onfocus = move |_: FocusEvent| way.0.prepare(&way.1);
    html! {
        <a
            {href}
            class={props.class}
            aria-current={props.current.then_some("page")}
            aria-label={props.label}
            {onclick}
            {onpointerenter}
            {onfocus}
        >
            { props.children }
        </a>
    }
}
