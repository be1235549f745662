//! What was said in a conversation.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::state::Line;
use crate::components::feed::{age_changes, use_now};
use crate::text::{feed, formats, messages as text};

/// Whoever is this near to the end, in pixels, sees what comes.
const END_PX: i32 = 48;

/// Properties of [`MessageTime`].
#[derive(Properties, PartialEq)]
pub struct MessageTimeProps {
    /// When it was sent, in milliseconds since 1970 UTC.
    pub created: Option<i64>,
}

/// How long ago something was sent. It stays true by itself.
#[component]
pub fn MessageTime(props: &MessageTimeProps) -> Html {
    let created = props.created;
    let now = use_now(|now| created.and_then(|created| age_changes(created, now)));
    let Some(created) = created else {
        return Html::default();
    };
    let (short, words) = feed::age(created, now);
    html! {
        <time class="message-time" datetime={formats::iso(created)} title={formats::full(created)}>
            <span aria-hidden="true">{ short }</span>
            <span class="visually-hidden">{ words }</span>
        </time>
    }
}

/// Properties of [`MessageLog`].
#[derive(Properties, PartialEq)]
pub struct MessageLogProps {
    /// What it is called.
    pub label: String,
    /// The messages, oldest first.
    pub lines: Rc<[Line]>,
}

/// The messages, in a box that scrolls. It begins at the end, and stays there for whoever is there.
#[component]
pub fn MessageLog(props: &MessageLogProps) -> Html {
    let log = use_node_ref();
    let at_end = use_memo((), |()| Cell::new(true));
    use_effect_with(props.lines.clone(), {
        let (log, at_end) = (log.clone(), at_end.clone());
        move |lines| {
            // What the person sends they want to see.
            let sending = lines.last().is_some_and(|line| line.sending);
            if let Some(log) = log.cast::<HtmlElement>()
                && (at_end.get() || sending)
            {
                log.set_scroll_top(log.scroll_height());
            }
        }
    });
    use_effect_with((), {
        let (log, at_end) = (log.clone(), at_end.clone());
        move |()| {
            let log = log.cast::<HtmlElement>();
            // The form below takes room as it grows.
            let resized = Closure::<dyn Fn()>::new({
                let log = log.clone();
                move || {
                    if let (true, Some(log)) = (at_end.get(), &log) {
                        log.set_scroll_top(log.scroll_height());
                    }
                }
            });
            let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(log)) = (&observer, &log) {
                observer.observe(log);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(resized);
            }
        }
    });
    let onscroll = {
        let log = log.clone();
        move |_: Event| {
            if let Some(log) = log.cast::<HtmlElement>() {
                let below = log.scroll_height() - log.scroll_top() - log.client_height();
                at_end.set(below <= END_PX);
            }
        }
    };
    html! {
        <div
            class="message-log"
            role="log"
            aria-label={props.label.clone()}
            tabindex="0"
            ref={log}
            {onscroll}
        >
            <ol role="list">
                for line in props.lines.iter() {
                    <li key={line.key.clone()} class={class(line)}>{ content(line) }</li>
                }
            </ol>
        </div>
    }
}

fn class(line: &Line) -> Classes {
    classes!(
        "message",
        line.own.then_some("message-own"),
        line.follows.then_some("message-follows"),
        line.sending.then_some("message-sending"),
    )
}

fn content(line: &Line) -> Html {
    let message = &line.message;
    let handle = format!("@{}", message.handle);
    // Who it is from is said of each, and seen on the first of several.
    let class = if line.follows {
        "visually-hidden"
    } else {
        "message-author"
    };
    html! {
        <>
            <p {class}>
                if line.own {
                    { text::YOU }
                } else {
                    <bdi>{ message.display_name.clone().unwrap_or(handle) }</bdi>
                }
            </p>
            <p class="message-text" dir="auto">{ message.message.clone() }</p>
            <p class="message-state">
                if line.sending {
                    { text::SENDING }
                } else {
                    <MessageTime created={message.created_at} />
                }
            </p>
        </>
    }
}
