//! `/notifications`

use yew::prelude::*;

use crate::components::feed::FeedView;
use crate::load::use_load;

/// What others had to say to the person.
#[component]
pub fn NotificationsPage() -> Html {
    let feed = use_load((), async |backend, ()| {
        backend.notifications().await.map(Into::into)
    });
    html! {
        <FeedView
            heading="Notifications"
            cruds={feed.value}
            loading={feed.loading}
            error={feed.error}
            onretry={feed.retry}
        />
    }
}
