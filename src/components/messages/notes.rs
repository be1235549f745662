//! What stands where conversations or messages are not.

use yew::prelude::*;

use crate::backend::BackendError;
use crate::router::{Link, Route};
use crate::text::{Text, feed};

/// Why something was not loaded, and the ways on.
pub fn load_error(
    title: Text,
    error: &BackendError,
    loading: bool,
    onretry: &Callback<MouseEvent>,
    route: &Route,
) -> Html {
    let label = if loading { feed::RETRYING } else { feed::RETRY };
    html! {
        <div class="feed-error">
            <h2>{ title }</h2>
            <p>{ feed::error(error) }</p>
            <p class="feed-error-actions">
                <button type="button" class="button" onclick={onretry.clone()}>{ label }</button>
                if *error == BackendError::Unauthorized {
                    <Link to={route.sign_in_and_return()} class="text-link">{ feed::SIGN_IN }</Link>
                }
            </p>
        </div>
    }
}

/// Says something in the middle of what is empty.
pub fn note(title: Option<Html>, words: Text, ways: Html) -> Html {
    html! {
        <div class="feed-message">
            { title }
            <p>{ words }</p>
            <p class="feed-error-actions">{ ways }</p>
        </div>
    }
}

/// Room for the messages to come.
pub fn conversation_skeleton() -> Html {
    html! {
        <div class="messages-skeleton" aria-hidden="true">
            for n in 0..4 {
                <span class={classes!("skeleton", (n % 2 == 1).then_some("skeleton-own"))} />
            }
        </div>
    }
}
