//! Where a message is written.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::MESSAGE_LIMIT;
use crate::backend::{Recipient, Sent, use_backend};
use crate::components::compose::{Kind, MessageField, Problem, focus, use_draft};
use crate::components::form::SubmitButton;
use crate::router::use_route;
use crate::session::Person;
use crate::text::messages as text;

/// How far a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// It is being sent.
    Begun(String),
    /// The backend has accepted it.
    Done(Sent),
    /// It was not accepted; the form says why.
    Failed,
}

/// Properties of [`MessageForm`].
#[derive(Properties, PartialEq)]
pub struct MessageFormProps {
    /// Who writes. For another person it has to be another form.
    pub person: Person,
    /// What the form is called.
    pub label: String,
    /// The handle of whoever is written to. For another one it has to be another form.
    pub handle: String,
    /// Where messages go.
    pub recipient: Recipient,
    /// Whether the focus is to come to the field at once.
    pub focused: bool,
    /// What becomes of a message. Nothing is told once the form is gone.
    pub onsending: Callback<Sending>,
}

/// Where a message is written. The field is free again as soon as the message is on its way.
#[component]
pub fn MessageForm(props: &MessageFormProps) -> Html {
    let backend = use_backend();
    let route = use_route();
    let kind = Kind::Message {
        handle: props.handle.clone(),
    };
    let draft = use_draft(&props.person.username, &kind);
    let problem = use_state(|| None::<Problem>);
    let busy = use_state(|| false);
    let sent = use_state(|| false);
    // As `busy`, but true at once: two clicks can come before the next rendering.
    let running = use_memo((), |()| Cell::new(false));
    // What is in the field; `None` once it is gone.
    let typed = use_memo((), |()| RefCell::new(Some(draft.text().to_owned())));
    let field = use_node_ref();
    use_effect_with((), {
        let (typed, field, focused) = (typed.clone(), field.clone(), props.focused);
        move |()| {
            // Not before the arrival on the page has put the focus on its heading.
            let focusing = focused.then(|| Timeout::new(0, move || focus(&field)));
            move || {
                drop(focusing);
                typed.take();
            }
        }
    });

    let send = {
        let (draft, problem, typed) = (draft.clone(), problem.setter(), typed.clone());
        let (busy, sent, field) = (busy.setter(), sent.setter(), field.clone());
        let (recipient, onsending) = (props.recipient.clone(), props.onsending.clone());
        Callback::from(move |()| {
            if running.get() {
                return;
            }
            sent.set(false);
            let message = draft.text().to_owned();
            if let Some(found) = Problem::of(&message, MESSAGE_LIMIT) {
                problem.set(Some(found));
                focus(&field);
                return;
            }
            running.set(true);
            busy.set(true);
            problem.set(None);
            draft.leave();
            typed.replace(Some(String::new()));
            focus(&field);
            onsending.emit(Sending::Begun(message.clone()));
            let (running, draft, problem) = (running.clone(), draft.clone(), problem.clone());
            let (busy, sent, field) = (busy.clone(), sent.clone(), field.clone());
            let (backend, onsending, typed) = (backend.clone(), onsending.clone(), typed.clone());
            let recipient = recipient.clone();
            // Not a task of this component: whoever goes elsewhere has said it all the same.
            spawn_local(async move {
                let answer = backend.send_message(&recipient, &message).await;
                running.set(false);
                busy.set(false);
                let typed: Rc<RefCell<Option<String>>> = typed;
                let newer = typed.borrow().clone();
                let here = newer.is_some();
                match answer {
                    Ok(answer) => {
                        draft.arrived(&message);
                        sent.set(true);
                        if here {
                            onsending.emit(Sending::Done(answer));
                        }
                    }
                    Err(error) => {
                        draft.give_back(&message, newer);
                        problem.set(Some(Problem::Backend(error)));
                        if here {
                            onsending.emit(Sending::Failed);
                            focus(&field);
                        }
                    }
                }
            });
        })
    };
    let onsubmit = {
        let send = send.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(());
        }
    };
    let onchange = {
        let (draft, problem, sent) = (draft.clone(), problem.clone(), sent.clone());
        move |message: String| {
            typed.replace(Some(message.clone()));
            draft.set(message);
            if problem.is_some() {
                problem.set(None);
            }
            if *sent {
                sent.set(false);
            }
        }
    };
    html! {
        <form class="message-form" aria-label={props.label.clone()} novalidate=true {onsubmit}>
            <MessageField
                id="message-text"
                label={text::LABEL}
                placeholder={text::PLACEHOLDER}
                limit={MESSAGE_LIMIT}
                message={draft.text().to_owned()}
                problem={problem.as_ref().map(|problem| problem.view(&route))}
                {field}
                {onchange}
                onsend={send}
            />
            <div class="compose-actions">
                <SubmitButton label={text::MESSAGE} busy_label={text::SENDING} busy={*busy} />
            </div>
            <p class="visually-hidden" role="status">
                if *sent { { text::SENT } }
            </p>
        </form>
    }
}
