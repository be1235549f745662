//! `/notifications`

use std::rc::Rc;

use yew::prelude::*;

use crate::backend::BackendError;
use crate::components::feed::{FeedView, list};
use crate::components::people::place_replies;
use crate::load::use_load;
use crate::text::people as text;

/// What others had to say to the person.
#[component]
pub fn NotificationsPage() -> Html {
    let feed = use_load((), async |backend, ()| {
        backend.notifications().await.map(list)
    });
    // There were none at first.
    let unknown = matches!(feed.error, Some(BackendError::Status(404 | 405)));
    let (title, words) = if unknown {
        (text::NOTIFICATIONS_NONE_TITLE, text::NOTIFICATIONS_NONE)
    } else {
        (text::NOTIFICATIONS_EMPTY_TITLE, text::NOTIFICATIONS_EMPTY)
    };
    let empty = html! {
        <div class="feed-message">
            <h2>{ title }</h2>
            <p>{ words }</p>
        </div>
    };
    html! {
        <FeedView
            heading={text::NOTIFICATIONS}
            cruds={if unknown { Some(Rc::default()) } else { feed.value }}
            loading={feed.loading}
            error={feed.error.filter(|_| !unknown)}
            onretry={feed.retry}
            onreplied={place_replies(&feed.edit)}
            {empty}
        />
    }
}
