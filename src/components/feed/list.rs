//! Cruds on the page.

use std::rc::Rc;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::{age, state, use_now};
use crate::backend::Activity;
use crate::components::{Icon, Symbol};
use crate::text::feed as text;

/// Properties of [`CrudList`].
#[derive(Properties, PartialEq)]
pub struct CrudListProps {
    /// The cruds, in order.
    pub cruds: Rc<[Activity]>,
    /// What says that there are none, in place of the list's own words.
    #[prop_or_default]
    pub empty: Option<Html>,
}

/// Cruds with their replies. Their times stay true as time passes, and what has expired goes.
#[component]
pub fn CrudList(props: &CrudListProps) -> Html {
    let cruds = &props.cruds;
    let now = use_now(|now| state::next_change(cruds, now));
    let formatter = use_memo((), |()| Formatter::new());
    let view = View {
        now,
        formatter: &formatter,
    };
    match view.list(cruds) {
        Some(items) => html! { <ul class="cruds" role="list">{ items }</ul> },
        None => props.empty.clone().unwrap_or_else(|| {
            html! {
                <div class="feed-message">
                    <h2>{ text::EMPTY_TITLE }</h2>
                    <p>{ text::EMPTY_TEXT }</p>
                </div>
            }
        }),
    }
}

struct View<'a> {
    now: i64,
    formatter: &'a Formatter,
}

impl View<'_> {
    /// The items of a list; `None` when it has none.
    fn list(&self, cruds: &[Activity]) -> Option<Html> {
        let keys = state::keys(cruds.iter());
        // Keys are given before expired cruds are left out, so that those that stay keep theirs.
        let alive: Vec<_> = cruds
            .iter()
            .zip(keys)
            .filter(|(crud, _)| state::is_alive(crud, self.now))
            .collect();
        if alive.is_empty() {
            return None;
        }
        Some(html! {
            for (crud, key) in alive {
                <li key={key}>{ self.crud(crud) }</li>
            }
        })
    }

    fn crud(&self, crud: &Activity) -> Html {
        let initial: String = crud.author().trim().chars().take(1).collect();
        let counts = text::counts(crud.replies_count, crud.reposts_count, crud.likes_count);
        let author = match &crud.display_name {
            Some(name) => html! {
                <>
                    <b class="crud-name"><bdi>{ name.clone() }</bdi></b>
                    { " " }
                    <span class="crud-handle"><bdi>{ format!("@{}", crud.handle) }</bdi></span>
                </>
            },
            None => html! {
                <b class="crud-name"><bdi>{ format!("@{}", crud.handle) }</bdi></b>
            },
        };
        html! {
            <article class="crud">
                <span class="avatar" aria-hidden="true">{ initial }</span>
                <p class="crud-author">{ author }</p>
                <p class="crud-times">{ self.created(crud) }{ self.expires(crud) }</p>
                <p class="crud-message" dir="auto">{ crud.message.clone() }</p>
                if !counts.is_empty() {
                    <ul class="crud-counts" role="list">
                        for count in counts {
                            <li>{ count }</li>
                        }
                    </ul>
                }
                if let Some(replies) = self.list(&crud.replies) {
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

    fn created(&self, crud: &Activity) -> Option<Html> {
        let created = crud.created_at?;
        let (short, words) = text::age(age::Age::at(created, self.now)).unwrap_or_else(|| {
            let date = Date::new(&JsValue::from_f64(created as f64));
            let this_year = Date::new(&JsValue::from_f64(self.now as f64)).get_full_year();
            let date = text::date(
                date.get_full_year(),
                date.get_month(),
                date.get_date(),
                this_year,
            );
            (date.clone(), date)
        });
        Some(self.time(created, short, words))
    }

    fn expires(&self, crud: &Activity) -> Option<Html> {
        let expires = crud.expires_at?;
        let (short, words) = text::left(age::Left::at(expires, self.now)?);
        Some(html! {
            <span class="crud-expires">
                <Icon symbol={Symbol::Bomb} />
                { self.time(expires, short, words) }
            </span>
        })
    }

    /// A time: short for the eye, in words for the ear, whole in the tooltip.
    fn time(&self, ms: i64, short: String, words: String) -> Html {
        let date = Date::new(&JsValue::from_f64(ms as f64));
        let full = self.formatter.format(&date);
        html! {
            <time datetime={String::from(date.to_iso_string())} title={full}>
                <span aria-hidden="true">{ short }</span>
                <span class="visually-hidden">{ words }</span>
            </time>
        }
    }
}

/// Writes a date and time the way the person's own system does.
struct Formatter(Function);

impl Formatter {
    fn new() -> Self {
        let options = Object::new();
        for (name, value) in [("dateStyle", "full"), ("timeStyle", "short")] {
            // Fails on frozen objects only.
            let _ = Reflect::set(&options, &name.into(), &value.into());
        }
        Self(Intl::DateTimeFormat::new(&Array::new(), &options).format())
    }

    fn format(&self, date: &Date) -> Option<String> {
        self.0.call1(&JsValue::UNDEFINED, date).ok()?.as_string()
    }
}
