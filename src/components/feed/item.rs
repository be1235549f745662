//! One crud of a list, with its replies.

use std::rc::Rc;

use yew::prelude::*;

use super::more::More;
use super::thread::{Placed, thread};
use super::{state, times, use_now};
use crate::backend::Activity;
use crate::components::{Symbol, icon};
use crate::router::{LinkProps, Navigator, Route, link};
use crate::text::feed as text;

/// Deeper than this replies are not set in further: they say what they answer.
const DEEPEST: usize = 3;

/// How many replies are on show at first, and how many more come each time.
const STRETCH: usize = 40;

/// What all items of a list have in common.
#[derive(PartialEq)]
pub struct Ways {
    /// Where links lead to.
    pub navigator: Navigator,
    /// Where somebody who is not signed in does so to reply; `None` for those who are.
    pub entrance: Option<Route>,
    /// The person wants to answer that.
    pub onreply: Callback<Activity>,
    /// The person wants to share that page.
    pub onshare: Callback<Route>,
}

/// Properties of [`CrudItem`] and of its replies.
#[derive(Clone, Properties, PartialEq)]
pub struct CrudItemProps {
    /// The crud.
    pub crud: Rc<Activity>,
    /// What can be done with it.
    pub ways: Rc<Ways>,
}

/// A crud with its replies.
#[component]
pub fn CrudItem(props: &CrudItemProps) -> Html {
    let crud = &props.crud;
    let now = use_now(|now| times::changes(crud, now));
    let replies = (!crud.replies.is_empty()).then(|| html! { <Replies ..props.clone() /> });
    props.article(crud, 0, reply_note(crud), now, replies)
}

/// The replies to a crud.
#[component]
fn Replies(props: &CrudItemProps) -> Html {
    let count = use_state(|| STRETCH);
    let replies = thread(&props.crud);
    // What is answered comes before its answers: any beginning of the thread is one.
    let shown: Vec<_> = (1..).zip(replies.iter().copied()).take(*count).collect();
    let now = use_now(|now| {
        let changes = shown
            .iter()
            .map(|(_, placed)| times::changes(placed.reply, now));
        changes.flatten().min()
    });
    let onmore = use_callback(*count, {
        let count = count.setter();
        move |(), shown| count.set(shown + STRETCH)
    });
    let Some(items) = props.level(&shown, 1, now) else {
        return Html::default();
    };
    html! {
        <>
            { list(&props.crud, items) }
            if replies.len() > STRETCH {
                <More
                    shown={shown.len()}
                    more={replies.len() > shown.len()}
                    label={text::MORE_REPLIES}
                    {onmore}
                />
            }
        </>
    }
}

/// What says that a crud stands alone that is a reply.
fn reply_note(crud: &Activity) -> Option<String> {
    crud.reply_to.as_ref().map(|_| text::IS_REPLY.to_string())
}

impl CrudItemProps {
    /// The items for those of `replies` that are at `depth`, each with the deeper ones that follow it.
    fn level(&self, replies: &[(usize, Placed<'_>)], depth: usize, now: i64) -> Option<Html> {
        let is_here = |placed: &Placed<'_>| placed.depth.min(DEEPEST) == depth;
        let starts: Vec<usize> = (0..replies.len())
            .filter(|index| is_here(&replies[*index].1))
            .collect();
        let keys = state::keys(starts.iter().map(|start| replies[*start].1.reply));
        let ends = starts.iter().skip(1).copied().chain([replies.len()]);
        // How deep the expired reply was that takes those after it along.
        let mut gone = usize::MAX;
        let mut items = Vec::new();
        for ((start, end), key) in starts.iter().zip(ends).zip(keys) {
            let (number, placed) = replies[*start];
            if placed.depth > gone {
                continue;
            }
            gone = usize::MAX;
            if !state::is_alive(placed.reply, now) {
                gone = placed.depth;
                continue;
            }
            let note = placed
                .answers
                .filter(|_| placed.depth > DEEPEST)
                .map(|answered| text::is_reply_to(answered.author()));
            let deeper = self.level(&replies[start + 1..end], depth + 1, now);
            let deeper = deeper.map(|deeper| list(placed.reply, deeper));
            let article = self.article(placed.reply, number, note, now, deeper);
            items.push(html! { <li key={key}>{ article }</li> });
        }
        (!items.is_empty()).then(|| items.into_iter().collect())
    }

    /// A crud, or the nth of its replies, with what answers it.
    fn article(
        &self,
        crud: &Activity,
        n: usize,
        note: Option<String>,
        now: i64,
        replies: Option<Html>,
    ) -> Html {
        let navigator = &self.ways.navigator;
        let page = Route::Status {
            handle: crud.handle.clone(),
            uuid: crud.uuid.clone(),
        };
        html! {
            <article class="crud">
                { avatar(crud) }
                { author(crud, navigator) }
                { times::times(crud, page.clone(), now, navigator) }
                if let Some(note) = note {
                    <p class="crud-note">{ note }</p>
                }
                <p class="crud-message" dir="auto">{ crud.message.clone() }</p>
                { self.actions(crud, n, page) }
                { replies }
            </article>
        }
    }

    /// The crud for 0, else the nth of its replies.
    fn nth(&self, n: usize) -> Option<Activity> {
        match n.checked_sub(1) {
            None => Some(Activity::clone(&self.crud)),
            Some(reply) => Some(thread(&self.crud).get(reply)?.reply.clone()),
        }
    }

    fn actions(&self, crud: &Activity, n: usize, page: Route) -> Html {
        let replies = crud.replies_count;
        let inside = html! {
            <>
                { icon(Symbol::Reply) }
                if replies > 0 {
                    <span>{ crate::text::formats::number(replies) }</span>
                }
            </>
        };
        let reply = match &self.ways.entrance {
            Some(entrance) => link(
                &self.ways.navigator,
                LinkProps {
                    class: classes!("crud-action"),
                    label: Some(text::sign_in_to_reply(crud.author(), replies).into()),
                    ..LinkProps::new(entrance.clone(), inside)
                },
            ),
            None => {
                let props = self.clone();
                let onclick = move |_: MouseEvent| {
                    if let Some(crud) = props.nth(n) {
                        props.ways.onreply.emit(crud);
                    }
                };
                html! {
                    <button
                        type="button"
                        class="crud-action"
                        aria-label={text::reply_to(crud.author(), replies)}
                        aria-haspopup="dialog"
                        {onclick}
                    >
                        { inside }
                    </button>
                }
            }
        };
        let share = self.ways.onshare.reform(move |_: MouseEvent| page.clone());
        html! {
            <ul class="crud-actions" role="list">
                <li>{ reply }</li>
                { count(Symbol::Repost, crud.reposts_count, text::reposts) }
                { count(Symbol::Heart, crud.likes_count, text::likes) }
                <li>
                    <button
                        type="button"
                        class="crud-action"
                        aria-label={text::share(crud.author())}
                        onclick={share}
                    >
                        { icon(Symbol::Share) }
                    </button>
                </li>
            </ul>
        }
    }
}

/// What answers a crud.
fn list(crud: &Activity, replies: Html) -> Html {
    html! {
        <ul class="cruds crud-replies" role="list" aria-label={text::replies_to(crud.author())}>
            { replies }
        </ul>
    }
}

/// How many there are of something that this app cannot add to; nothing for none.
fn count(symbol: Symbol, count: u64, words: fn(u64) -> String) -> Option<Html> {
    (count > 0).then(|| {
        let words = words(count);
        html! {
            <li class="crud-count" title={words.clone()}>
                { icon(symbol) }
                <span aria-hidden="true">{ crate::text::formats::number(count) }</span>
                <span class="visually-hidden">{ words }</span>
            </li>
        }
    })
}

/// The first letter of the author's name.
pub fn avatar(crud: &Activity) -> Html {
    let initial: String = crud.author().trim().chars().take(1).collect();
    html! { <span class="avatar" aria-hidden="true">{ initial }</span> }
}

/// Who wrote a crud, as the way to them.
fn author(crud: &Activity, navigator: &Navigator) -> Html {
    let profile = Route::Profile {
        handle: crud.handle.clone(),
    };
    let link = link(
        navigator,
        LinkProps {
            class: classes!("crud-link"),
            ..LinkProps::new(profile, author_names(crud))
        },
    );
    html! { <p class="crud-author">{ link }</p> }
}

/// The author's name and handle.
pub fn author_names(crud: &Activity) -> Html {
    let handle = format!("@{}", crud.handle);
    match &crud.display_name {
        Some(name) => html! {
            <>
                <b class="crud-name"><bdi>{ name.clone() }</bdi></b>
                { " " }
                <span class="crud-handle"><bdi>{ handle }</bdi></span>
            </>
        },
        None => html! {
            <b class="crud-name"><bdi>{ handle }</bdi></b>
        },
    }
}

/// A crud that is on its way to the backend.
pub fn sending(crud: &Activity) -> Html {
    html! {
        <article class="crud crud-sending" aria-busy="true">
            { avatar(crud) }
            <p class="crud-author">{ author_names(crud) }</p>
            <p class="crud-times">{ text::SENDING }</p>
            <p class="crud-message" dir="auto">{ crud.message.clone() }</p>
        </article>
    }
}
