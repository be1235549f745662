//! Cruds on the page.

use std::rc::Rc;

use yew::prelude::*;

use super::item::{CrudItem, Ways, sending};
use super::more::More;
use super::share::{Shared, absolute_url, share};
use super::state::{self, Stretch};
use super::{Cruds, Replied, use_now};
use crate::backend::Activity;
use crate::components::compose::ReplyDialogProps;
use crate::components::{ForMembers, MembersPlace};
use crate::early;
use crate::router::{Route, use_navigator, use_route};
use crate::session::use_session_state;
use crate::task::Task;
use crate::text::feed as text;

/// How many cruds more come each time.
const STRETCH: usize = 40;

/// In pixels: hardly a crud is less high.
const CRUD_PX: f64 = 100.0;

/// How many cruds are on show at first: as many as the window has room for, so that they are there soon; the others come as
/// soon as these are painted. In place of cruds that were there before the program, so many as there can be of them.
fn screenful() -> usize {
    let window = web_sys::window().filter(|_| !early::has_drawn_feed());
    let height = window.and_then(|window| window.inner_height().ok()?.as_f64());
    height.map_or(STRETCH, |height| {
        ((height / CRUD_PX) as usize + 1).min(STRETCH)
    })
}

/// How much of the list is on show.
struct Extent {
    count: usize,
    /// The crud that was on top the last time.
    first: Option<Rc<Activity>>,
}

impl Extent {
    /// How many of `cruds` are on show: what comes on top drives nothing out at the bottom.
    fn follow(&mut self, cruds: &Cruds) -> usize {
        if let Some(first) = &self.first {
            self.count += state::added(cruds, first, STRETCH);
        }
        self.first = cruds.first().cloned();
        self.count
    }
}

/// Properties of [`CrudList`].
#[derive(Properties, PartialEq)]
pub struct CrudListProps {
    /// The cruds, in order.
    pub cruds: Cruds,
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
/// goes. A long list is shown in stretches: the next one when the person comes near the end of those on show.
#[component]
pub fn CrudList(props: &CrudListProps) -> Html {
    let cruds = &props.cruds;
    let navigator = use_navigator();
    let extent = use_mut_ref(|| Extent {
        count: match navigator.stretch() {
            0 => screenful(),
            before => before,
        },
        first: None,
    });
    let count = extent.borrow_mut().follow(cruds);
    let mut stretch = Stretch::default();
    use_now(|now| {
        stretch = Stretch::new(cruds, count, now);
        stretch.next_expiry(cruds)
    });
    let look_again = use_force_update();
    let onmore = use_callback(navigator.clone(), move |(), navigator| {
        let mut extent = extent.borrow_mut();
        extent.count += STRETCH;
        navigator.set_stretch(extent.count);
        look_again.force_update();
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

    let route = use_route();
    let session = use_session_state();
    let ways = use_memo(
        (session.person().is_none(), route, navigator),
        |(visitor, route, navigator)| {
            Rc::new(Ways {
                navigator: navigator.clone(),
                entrance: visitor.then(|| route.sign_in_and_return()),
                onreply,
                onshare,
            })
        },
    );

    // Keys are given before expired cruds are left out, so that those that stay keep theirs.
    let end = stretch.indices.last().map_or(0, |last| last + 1);
    let keys = state::keys(cruds[..end].iter().map(|crud| &**crud));
    let items = stretch.indices.iter().map(|index| {
        html! {
            <li key={keys[*index].as_str()}>
                <CrudItem crud={cruds[*index].clone()} ways={(*ways).clone()} />
            </li>
        }
    });
    // One list in which each has a key. Beside something without one, Yew would compare by place, from the end, and put
    // another crud, without the focus that this one may have, into each place when a stretch is added.
    let on_its_way =
        (props.sending.iter()).map(|crud| html! { <li key="sending">{ sending(crud) }</li> });
    let items: Vec<Html> = on_its_way.chain(items).collect();
    html! {
        <>
            <p class="feed-told" role="status">{ (*told).clone() }</p>
            if items.is_empty() {
                { props.empty.clone().unwrap_or_else(nothing) }
            } else {
                <ul class="cruds" role="list">{ for items }</ul>
                <More shown={stretch.indices.len()} more={stretch.next.is_some()} label={text::MORE} {onmore} />
            }
            if let Some(person) = session.person() {
                <MembersPlace what={ForMembers::Reply(Box::new(ReplyDialogProps {
                    to: (*replying).clone(),
                    person: person.clone(),
                    onclose,
                    onreplied: props.onreplied.clone(),
                }))} />
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
