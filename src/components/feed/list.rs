//! Cruds on the page.

use std::rc::Rc;

use yew::prelude::*;

use super::item::{CrudItem, Place, sending};
use super::share::{Shared, absolute_url, share};
use super::{Replied, state, use_now};
use crate::backend::Activity;
use crate::components::compose::ReplyDialog;
use crate::router::{Route, use_route};
use crate::session::use_session_state;
use crate::task::Task;
use crate::text::feed as text;

/// In lists longer than this what is out of sight is not laid out; in shorter ones a place in the list stays exact.
const MANY: usize = 100;

/// Properties of [`CrudList`].
#[derive(Properties, PartialEq)]
pub struct CrudListProps {
    /// The cruds, in order.
    pub cruds: Rc<[Activity]>,
    /// A crud that is on its way to the backend, on top of the others.
    #[prop_or_default]
    pub sending: Option<Activity>,
    /// The backend has accepted a reply: [`with_reply`](super::with_reply) gives it its place.
    #[prop_or_default]
    pub onreplied: Callback<Replied>,
    /// What says that there are none, in place of the list's own words.
    #[prop_or_default]
    pub empty: Option<Html>,
}

/// Cruds with their replies, and what can be done with them. Their times stay true as time passes, and what has expired
/// goes.
#[component]
pub fn CrudList(props: &CrudListProps) -> Html {
    let cruds = &props.cruds;
    let now = use_now(|now| state::next_expiry(cruds.iter(), now));
    let keys = use_memo(cruds.clone(), |cruds| state::keys(cruds.iter()));

    let route = use_route();
    let session = use_session_state();
    let entrance = use_memo((session.person().is_none(), route), |(visitor, route)| {
        visitor.then(|| Rc::new(route.sign_in_and_return()))
    });

    let replying = use_state(|| None::<Activity>);
    let onreply = use_callback((), {
        let replying = replying.setter();
        move |crud, ()| replying.set(Some(crud))
    });
    let onclose = use_callback((), {
        let replying = replying.setter();
        move |(), ()| replying.set(None)
    });

    let told = use_state(String::new);
    let sharing = use_mut_ref(|| None::<Task>);
    let onshare = use_callback((), {
        let told = told.setter();
        move |page: Route, ()| {
            let told = told.clone();
            told.set(String::new());
            *sharing.borrow_mut() = Some(Task::spawn(async move {
                let url = absolute_url(&page);
                match share(&url).await {
                    Shared::ByTheBrowser => {}
                    Shared::Copied => told.set(text::COPIED.to_string()),
                    Shared::Refused => told.set(text::not_copied(&url)),
                }
            }));
        }
    });

    // Keys are given before expired cruds are left out, so that those that stay keep theirs.
    let items: Vec<Html> = keys
        .iter()
        .enumerate()
        .filter(|(index, _)| state::is_alive(&cruds[*index], now))
        .map(|(index, key)| {
            let place = Place {
                cruds: cruds.clone(),
                index,
            };
            html! {
                <li key={key.as_str()}>
                    <CrudItem
                        {place}
                        entrance={(*entrance).clone()}
                        onreply={onreply.clone()}
                        onshare={onshare.clone()}
                    />
                </li>
            }
        })
        .collect();
    html! {
        <>
            <p class="feed-told" role="status">{ (*told).clone() }</p>
            if items.is_empty() && props.sending.is_none() {
                { props.empty.clone().unwrap_or_else(nothing) }
            } else {
                <ul class={classes!("cruds", (items.len() > MANY).then_some("cruds-many"))} role="list">
                    if let Some(crud) = &props.sending {
                        <li key="sending">{ sending(crud) }</li>
                    }
                    { for items }
                </ul>
            }
            if let Some(person) = session.person() {
                <ReplyDialog
                    to={(*replying).clone()}
                    person={person.clone()}
                    {onclose}
                    onreplied={props.onreplied.clone()}
                />
            }
        </>
    }
}

fn nothing() -> Html {
    html! {
        <div class="feed-message">
            <h2>{ text::EMPTY_TITLE }</h2>
            <p>{ text::EMPTY_TEXT }</p>
        </div>
    }
}
