//! When a crud was written, and how long it stays.

use yew::prelude::*;

use super::{age, use_now};
use crate::components::{Icon, Symbol};
use crate::router::{Link, Route};
use crate::text::{feed as text, formats};

/// Properties of [`CrudTimes`].
#[derive(Properties, PartialEq)]
pub struct CrudTimesProps {
    /// When it was written, in milliseconds since 1970 UTC.
    pub created: Option<i64>,
    /// When it goes away, in milliseconds since 1970 UTC.
    pub expires: Option<i64>,
    /// The crud's own page.
    pub page: Route,
}

/// The times of one crud. They stay true by themselves: what is around them need not be rendered for that.
#[component]
pub fn CrudTimes(props: &CrudTimesProps) -> Html {
    let (created, expires) = (props.created, props.expires);
    let now = use_now(|now| {
        let age = created.and_then(|created| age::age_changes(created, now));
        let left = expires.and_then(|expires| age::left_changes(expires, now));
        age.into_iter().chain(left).min()
    });
    let left = expires.and_then(|expires| Some((expires, age::Left::at(expires, now)?)));
    html! {
        <p class="crud-times">
            if let Some(created) = created {
                <Link to={props.page.clone()} class="crud-page">
                    { time(created, text::age(created, now)) }
                </Link>
            }
            if let Some((expires, left)) = left {
                <span class="crud-expires">
                    <Icon symbol={Symbol::Bomb} />
                    { time(expires, text::left(left)) }
                </span>
            }
        </p>
    }
}

/// A time: short for the eye, in words for the ear, whole in the tooltip.
fn time(ms: i64, (short, words): (String, String)) -> Html {
    html! {
        <time datetime={formats::iso(ms)} title={formats::full(ms)}>
            <span aria-hidden="true">{ short }</span>
            <span class="visually-hidden">{ words }</span>
        </time>
    }
}
