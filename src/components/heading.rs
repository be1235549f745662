//! A page's heading.

use yew::prelude::*;

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
#[component]
pub fn PageHeading(props: &PageHeadingProps) -> Html {
    html! {
        <header class="column-heading">
            <h1 id="page-title" tabindex="-1"><bdi>{ &props.heading }</bdi></h1>
            { props.children.clone() }
        </header>
    }
}
