//! `/`: the home feed.

use yew::prelude::*;

use crate::backend::{BackendError, use_backend};
use crate::components::feed::{CrudList, Feed, FeedEvent, Viewer};
use crate::router::{Link, Route, use_location};
use crate::session::use_session_state;
use crate::task::Task;
use crate::text::{feed as text, shell};

/// The home feed, of whoever is signed in or of nobody.
#[component]
pub fn HomePage() -> Html {
    let backend = use_backend();
    let viewer = Viewer::of(&use_session_state());
    let visit = use_location().visit;
    let attempt = use_state(|| 0_u32);
    let feed = use_reducer(Feed::default);

    use_effect_with((viewer, visit, *attempt), {
        let feed = feed.dispatcher();
        move |(viewer, _, _)| {
            feed.dispatch(FeedEvent::Requested(viewer.clone()));
            let task = viewer.is_some().then(|| {
                Task::spawn(async move {
                    feed.dispatch(FeedEvent::Answered(backend.home_feed().await));
                })
            });
            // Only the last request may answer: the one before ends here, and with the page the last one.
            move || drop(task)
        }
    });

    let retry = use_callback(*attempt, {
        let attempt = attempt.setter();
        move |_: MouseEvent, count| attempt.set(count.wrapping_add(1))
    });

    html! {
        <section class="feed" aria-labelledby="feed-title" aria-busy={feed.loading.to_string()}>
            <header class="column-heading">
                <h1 id="feed-title" tabindex="-1">{ shell::HOME }</h1>
            </header>
            <p class="visually-hidden" role="status">
                if feed.loading { { text::LOADING } }
            </p>
            <div role="alert">
                if let Some(error) = &feed.error {
                    <FeedError error={error.clone()} retrying={feed.loading} onretry={retry} />
                }
            </div>
            if let Some(cruds) = &feed.cruds {
                <CrudList cruds={cruds.clone()} />
            } else if feed.error.is_none() {
                <Skeleton />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct FeedErrorProps {
    error: BackendError,
    retrying: bool,
    onretry: Callback<MouseEvent>,
}

#[component]
fn FeedError(props: &FeedErrorProps) -> Html {
    let label = if props.retrying {
        text::RETRYING
    } else {
        text::RETRY
    };
    html! {
        <div class="feed-error">
            <h2>{ text::ERROR_TITLE }</h2>
            <p>{ text::error(&props.error) }</p>
            <p class="feed-error-actions">
                <button type="button" class="button" onclick={props.onretry.clone()}>{ label }</button>
                if props.error == BackendError::Unauthorized {
                    <Link to={Route::Home.sign_in_and_return()} class="text-link">
                        { shell::SIGN_IN }
                    </Link>
                }
            </p>
        </div>
    }
}

/// Room for cruds to come; the status says that they are loading.
#[component]
fn Skeleton() -> Html {
    html! {
        <div class="skeleton-cruds" aria-hidden="true">
            for _ in 0..4 {
                <div class="crud">
                    <span class="avatar skeleton" />
                    <span class="skeleton skeleton-author" />
                    <span class="skeleton skeleton-line" />
                    <span class="skeleton skeleton-line skeleton-short" />
                </div>
            }
        </div>
    }
}
