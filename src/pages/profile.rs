//! `/@:handle`: a person and what they wrote.

use std::rc::Rc;

use yew::prelude::*;

use super::NotFoundPage;
use crate::components::feed::FeedView;
use crate::load::use_load;

/// Properties of [`ProfilePage`].
#[derive(Properties, PartialEq)]
pub struct ProfilePageProps {
    /// Whose page it is.
    pub handle: String,
}

/// A person and what they wrote.
#[component]
pub fn ProfilePage(props: &ProfilePageProps) -> Html {
    let feed = use_load(props.handle.clone(), async |backend, handle| {
        backend.user_feed(&handle).await.map(Rc::new)
    });
    let cruds = match feed.value.as_deref() {
        Some(None) => return html! { <NotFoundPage /> },
        Some(Some(found)) => Some(found.activities.as_slice().into()),
        None => None,
    };
    html! {
        <FeedView
            heading={format!("@{}", props.handle)}
            {cruds}
            loading={feed.loading}
            error={feed.error}
            onretry={feed.retry}
        />
    }
}
