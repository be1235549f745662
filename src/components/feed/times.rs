//! When a crud was written, and how long it stays.

use yew::prelude::*;

use super::age;
use crate::backend::Activity;
use crate::components::{Symbol, icon};
use crate::router::{LinkProps, Navigator, Route, link};
use crate::text::{feed as text, formats};

/// When the times of `crud` will be other words; `None` for never.
pub fn changes(crud: &Activity, now: i64) -> Option<i64> {
    let age = (crud.created_at).and_then(|created| age::age_changes(created, now));
    let left = (crud.expires_at).and_then(|expires| age::left_changes(expires, now));
    age.into_iter().chain(left).min()
}

/// The times of a crud as they are at `now`, and the way to its page.
pub fn times(crud: &Activity, page: Route, now: i64, navigator: &Navigator) -> Html {
    let written = crud.created_at.map(|created| {
        let time = time(created, text::age(created, now));
        let props = LinkProps {
            class: classes!("crud-page"),
            ..LinkProps::new(page, time)
        };
        link(navigator, props)
    });
    let left = crud.expires_at;
    let left = left.and_then(|expires| Some((expires, age::Left::at(expires, now)?)));
    html! {
        <p class="crud-times">
            { written }
            if let Some((expires, left)) = left {
                <span class="crud-expires">
                    { icon(Symbol::Bomb) }
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
