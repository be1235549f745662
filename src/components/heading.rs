//! A page's heading.

use web_sys::{FocusOptions, HtmlElement};
use yew::prelude::*;

use crate::router::use_location;

/// Properties of [`PageHeading`].
#[derive(Properties, PartialEq)]
pub struct PageHeadingProps {
    /// The heading.
    pub heading: AttrValue,
    /// What stands beside it.
    #[prop_or_default]
    pub children: Html,
}

/// The page's `h1`, on top of the middle column; its id is `page-title`.
///
/// One that comes later than its page, or in place of another, takes the focus if nothing has it.
#[component]
pub fn PageHeading(props: &PageHeadingProps) -> Html {
    let place = use_node_ref();
    // On load the focus stays where the browser put it.
    let navigated = use_location().visit > 0;
    use_effect_with((), {
        let place = place.clone();
        move |()| {
            if let Some(heading) = place.cast::<HtmlElement>()
                && navigated
                && nothing_has_focus()
            {
                let options = FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = heading.focus_with_options(&options);
            }
        }
    });
    html! {
        <header class="column-heading">
            <h1 id="page-title" tabindex="-1" ref={place}><bdi>{ &props.heading }</bdi></h1>
            { props.children.clone() }
        </header>
    }
}

/// Whether the focus is nowhere, as after its element has gone.
fn nothing_has_focus() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let active = document.and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY")
}
