//! The list of conversations.

use std::collections::HashMap;
use std::rc::Rc;

use yew::prelude::*;

use super::log::MessageTime;
use super::notes::{load_error, note};
use super::state::{conversation_of, route_of};
use crate::backend::{BackendError, Conversation, MessageGroup};
use crate::router::{Link, Route, use_route};
use crate::text::messages as text;

/// Properties of [`GroupList`].
#[derive(Properties, PartialEq)]
pub struct GroupListProps {
    /// The conversations; `None` before any came.
    pub groups: Option<Rc<[MessageGroup]>>,
    /// The one on show.
    pub current: Option<Conversation>,
    /// Whether an answer is on its way.
    pub loading: bool,
    /// Why the last request failed.
    pub error: Option<BackendError>,
    /// Asks again.
    pub onretry: Callback<MouseEvent>,
}

/// The list of conversations, whatever its state.
#[component]
pub fn GroupList(props: &GroupListProps) -> Html {
    let route = use_route();
    html! {
        <>
            <p class="visually-hidden" role="status">
                if props.loading && props.groups.is_none() { { text::GROUPS_LOADING } }
            </p>
            <div role="alert">
                if let Some(error) = &props.error {
                    { load_error(text::GROUPS_ERROR, error, props.loading, &props.onretry, &route) }
                }
            </div>
            if let Some(groups) = &props.groups {
                { list(groups, props.current.as_ref()) }
            } else if props.error.is_none() {
                <div aria-hidden="true">
                    for _ in 0..3 {
                        <div class="group">
                            <span class="avatar skeleton" />
                            <span class="skeleton skeleton-author" />
                            <span class="group-message skeleton skeleton-line" />
                        </div>
                    }
                </div>
            }
        </>
    }
}

fn list(groups: &[MessageGroup], current: Option<&Conversation>) -> Html {
    if groups.is_empty() {
        let title = html! { <h2>{ text::GROUPS_EMPTY_TITLE }</h2> };
        let ways = html! {
            <Link to={Route::Search { term: None }} class="button">{ text::FIND_SOMEBODY }</Link>
        };
        return note(Some(title), text::GROUPS_EMPTY, ways);
    }
    let mut occurrences: HashMap<&str, usize> = HashMap::new();
    html! {
        <ul class="groups" role="list">
            for group in groups {
                {{
                    let occurrence = occurrences.entry(&group.uuid).or_default();
                    *occurrence += 1;
                    let key = format!("{occurrence}/{}", group.uuid);
                    html! { <li {key}>{ row(group, current == Some(&conversation_of(group))) }</li> }
                }}
            }
        </ul>
    }
}

fn row(group: &MessageGroup, current: bool) -> Html {
    let initial: String = group.name().trim().chars().take(1).collect();
    html! {
        <Link to={route_of(group)} class="group" {current}>
            <span class="avatar" aria-hidden="true">{ initial }</span>
            <span class="group-names">
                if group.display_name.is_some() {
                    <b class="crud-name"><bdi>{ group.name() }</bdi></b>
                    { " " }
                }
                <span class="crud-handle"><bdi>{ format!("@{}", group.handle) }</bdi></span>
            </span>
            { " " }
            <MessageTime created={group.created_at} />
            if let Some(message) = &group.message {
                { " " }
                <span class="group-message" dir="auto">{ message.clone() }</span>
            }
        </Link>
    }
}
