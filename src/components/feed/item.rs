//! One crud of a list, with its replies.

use std::rc::Rc;

use yew::prelude::*;

use super::thread::{Placed, thread};
use super::times::CrudTimes;
use super::{state, use_now};
use crate::backend::Activity;
use crate::components::{Icon, Symbol};
use crate::router::{Link, Route};
use crate::text::feed as text;

/// Deeper than this replies are not set in further: they say what they answer.
const DEEPEST: usize = 3;

/// A crud in its list. Lists are replaced as a whole, so it compares by what it is and not by where.
#[derive(Clone)]
pub struct Place {
    /// The list.
    pub cruds: Rc<[Activity]>,
    /// Which one.
    pub index: usize,
}

impl Place {
    fn crud(&self) -> Option<&Activity> {
        self.cruds.get(self.index)
    }

    /// The crud for 0, else the nth of its replies.
    fn nth(&self, n: usize) -> Option<&Activity> {
        let crud = self.crud()?;
        match n.checked_sub(1) {
            None => Some(crud),
            Some(reply) => Some(thread(crud).get(reply)?.reply),
        }
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        (Rc::ptr_eq(&self.cruds, &other.cruds) && self.index == other.index)
            || self.crud() == other.crud()
    }
}

/// Properties of [`CrudItem`].
#[derive(Properties, PartialEq)]
pub struct CrudItemProps {
    /// The crud.
    pub place: Place,
    /// Where somebody who is not signed in does so to reply; `None` for those who are.
    pub entrance: Option<Rc<Route>>,
    /// The person wants to answer that.
    pub onreply: Callback<Activity>,
    /// The person wants to share that page.
    pub onshare: Callback<Route>,
}

/// A crud with its replies.
#[component]
pub fn CrudItem(props: &CrudItemProps) -> Html {
    let Some(crud) = props.place.crud() else {
        return Html::default();
    };
    let replies = thread(crud);
    // For the replies that go; the list sees to the crud itself.
    let now = use_now(|now| state::next_expiry(replies.iter().map(|placed| placed.reply), now));
    let numbered: Vec<_> = (1..).zip(replies).collect();
    let replies = props.level(&numbered, 1, now);
    props.article(crud, 0, reply_note(crud), replies)
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
            let article = self.article(placed.reply, number, note, deeper);
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
        replies: Option<Html>,
    ) -> Html {
        let page = Route::Status {
            handle: crud.handle.clone(),
            uuid: crud.uuid.clone(),
        };
        html! {
            <article class="crud">
                { avatar(crud) }
                { author(crud) }
                <CrudTimes created={crud.created_at} expires={crud.expires_at} page={page.clone()} />
                if let Some(note) = note {
                    <p class="crud-note">{ note }</p>
                }
                <p class="crud-message" dir="auto">{ crud.message.clone() }</p>
                { self.actions(crud, n, page) }
                if let Some(replies) = replies {
                    <ul
                        class="cruds crud-replies"
                        role="list"
                        aria-label={text::replies_to(crud.author())}
                    >
                        { replies }
                    </ul>
                }
            </article>
        }
    }

    fn actions(&self, crud: &Activity, n: usize, page: Route) -> Html {
        let replies = crud.replies_count;
        let inside = html! {
            <>
                <Icon symbol={Symbol::Reply} />
                if replies > 0 {
                    <span>{ crate::text::formats::number(replies) }</span>
                }
            </>
        };
        let reply = match &self.entrance {
            Some(entrance) => html! {
                <Link
                    to={(**entrance).clone()}
                    class="crud-action"
                    label={text::sign_in_to_reply(crud.author(), replies)}
                >
                    { inside }
                </Link>
            },
            None => {
                let (place, onreply) = (self.place.clone(), self.onreply.clone());
                let onclick = move |_: MouseEvent| {
                    if let Some(crud) = place.nth(n) {
                        onreply.emit(crud.clone());
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
        let share = self.onshare.reform(move |_: MouseEvent| page.clone());
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
                        <Icon symbol={Symbol::Share} />
                    </button>
                </li>
            </ul>
        }
    }
}

/// How many there are of something that this app cannot add to; nothing for none.
fn count(symbol: Symbol, count: u64, words: fn(u64) -> String) -> Option<Html> {
    (count > 0).then(|| {
        let words = words(count);
        html! {
            <li class="crud-count" title={words.clone()}>
                <Icon {symbol} />
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
fn author(crud: &Activity) -> Html {
    let profile = Route::Profile {
        handle: crud.handle.clone(),
    };
    html! {
        <p class="crud-author">
            <Link to={profile} class="crud-link">{ author_names(crud) }</Link>
        </p>
    }
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
