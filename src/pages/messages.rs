//! `/messages` and what is under it: conversations.

use yew::prelude::*;

use crate::components::PageHeading;

/// The person's conversations, and one of them.
#[component]
pub fn MessagesPage() -> Html {
    html! { <PageHeading heading="Messages" /> }
}
