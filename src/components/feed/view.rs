//! A feed as a page: its heading, and what is loaded, on its way or failed.

use yew::prelude::*;

use super::{CrudList, Cruds, Replied};
use crate::backend::{Activity, BackendError};
use crate::components::PageHeading;
use crate::router::{Link, Route, use_route};
use crate::text::feed as text;

/// Properties of [`FeedView`].
#[derive(Properties, PartialEq)]
pub struct FeedViewProps {
    /// The page's heading.
    pub heading: AttrValue,
    /// The cruds; `None` before any came.
    pub cruds: Option<Cruds>,
    /// Whether an answer is on its way.
    pub loading: bool,
    /// Why the last request failed.
    pub error: Option<BackendError>,
    /// Asks again.
    pub onretry: Callback<MouseEvent>,
    /// A crud that is on its way to the backend, on top of the others.
    #[prop_or_default]
    pub sending: Option<Activity>,
    /// The backend has accepted a reply: [`with_reply`](super::with_reply) gives it its place.
    #[prop_or_default]
    pub onreplied: Callback<Replied>,
    /// What stands between the heading and the cruds.
    #[prop_or_default]
    pub children: Html,
    /// What says that there are no cruds, in place of the list's own words.
    #[prop_or_default]
    pub empty: Option<Html>,
}

/// A feed with its heading.
#[component]
pub fn FeedView(props: &FeedViewProps) -> Html {
    let route = use_route();
    html! {
        <section class="feed" aria-labelledby="page-title" aria-busy={props.loading.to_string()}>
            <PageHeading heading={props.heading.clone()} />
            { props.children.clone() }
            <p class="visually-hidden" role="status">
                if props.loading { { text::LOADING } }
            </p>
            <div role="alert">
                if let Some(error) = &props.error {
                    { feed_error(error, props, &route) }
                }
            </div>
            if let Some(cruds) = &props.cruds {
                <CrudList
                    cruds={cruds.clone()}
                    sending={props.sending.clone()}
                    onreplied={props.onreplied.clone()}
                    empty={props.empty.clone()}
                />
            } else if props.error.is_none() {
                { skeleton() }
            }
        </section>
    }
}

fn feed_error(error: &BackendError, props: &FeedViewProps, route: &Route) -> Html {
    let label = if props.loading {
        text::RETRYING
    } else {
        text::RETRY
    };
    html! {
        <div class="feed-error">
            <h2>{ text::ERROR_TITLE }</h2>
            <p>{ text::error(error) }</p>
            <p class="feed-error-actions">
                <button type="button" class="button" onclick={props.onretry.clone()}>{ label }</button>
                if *error == BackendError::Unauthorized {
                    <Link to={route.sign_in_and_return()} class="text-link">
                        { text::SIGN_IN }
                    </Link>
                }
            </p>
        </div>
    }
}

/// Room for cruds to come; the status says that they are loading.
fn skeleton() -> Html {
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
