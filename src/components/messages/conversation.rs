//! One conversation.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::form::{MessageForm, Sending};
use super::log::MessageLog;
use super::notes::{conversation_skeleton, load_error, note};
use super::polling::use_polling;
use super::state::{Line, Outgoing, Partner, lines};
use crate::backend::{Message, Sent, use_backend};
use crate::load::{Edit, use_load};
use crate::router::use_route;
use crate::session::Person;
use crate::task::Task;
use crate::text::messages as text;

/// Properties of [`ConversationView`].
#[derive(Properties, PartialEq)]
pub struct ConversationViewProps {
    /// Who reads and writes. For another person it has to be another component.
    pub person: Person,
    /// With whom. For somebody else it has to be another component.
    pub partner: Partner,
    /// Whether the focus is to come to the form at once.
    pub focused: bool,
    /// The last message has become another.
    pub onlast: Callback<Message>,
    /// The backend has accepted a message.
    pub onsent: Callback<Sent>,
}

/// What was sent from here.
#[derive(Default)]
struct Outbox {
    messages: Vec<Outgoing>,
    numbers: u32,
}

enum OutboxEvent {
    Begun(Message),
    /// With the message as the backend sent it back.
    Done(Option<Message>),
    Failed,
}

impl Reducible for Outbox {
    type Action = OutboxEvent;

    fn reduce(self: Rc<Self>, event: OutboxEvent) -> Rc<Self> {
        let mut messages = self.messages.clone();
        let mut numbers = self.numbers;
        match event {
            OutboxEvent::Begun(message) => {
                numbers += 1;
                messages.push(Outgoing {
                    number: numbers,
                    message,
                    sending: true,
                });
            }
            OutboxEvent::Done(answer) => {
                for outgoing in messages.iter_mut().filter(|outgoing| outgoing.sending) {
                    outgoing.sending = false;
                    if let Some(message) = &answer {
                        outgoing.message = message.clone();
                    }
                }
            }
            OutboxEvent::Failed => messages.retain(|outgoing| !outgoing.sending),
        }
        Rc::new(Self { messages, numbers })
    }
}

/// A conversation: what was said, and where to go on.
#[component]
pub fn ConversationView(props: &ConversationViewProps) -> Html {
    let (person, partner) = (&props.person, &props.partner);
    let route = use_route();
    let backend = use_backend();
    let loaded = use_load(
        partner.conversation.clone(),
        async |backend, conversation| {
            Ok(match conversation {
                Some(conversation) => backend.messages(&conversation).await?.into(),
                None => Rc::default(),
            })
        },
    );
    let outbox = use_reducer(Outbox::default);

    let under_way = use_memo((), |()| RefCell::new(None::<Task>));
    use_effect_with((), {
        let under_way = under_way.clone();
        move |()| move || drop(under_way.take())
    });
    use_polling(partner.conversation.clone(), {
        let (conversation, edit) = (partner.conversation.clone(), loaded.edit.clone());
        move || {
            let Some(conversation) = conversation.clone() else {
                return;
            };
            let (backend, edit) = (backend.clone(), edit.clone());
            let look = async move {
                // Nobody has asked, so nobody is told of a failure.
                if let Ok(messages) = backend.messages(&conversation).await {
                    let messages: Rc<[Message]> = messages.into();
                    let edited: Edit<[Message]> = Rc::new(move |_| messages.clone());
                    edit.emit(edited);
                }
            };
            under_way.replace(Some(Task::spawn(look)));
        }
    });

    let lines = use_memo(
        (
            loaded.value.clone(),
            outbox.messages.clone(),
            person.handle.clone(),
        ),
        |(loaded, outgoing, own)| {
            let loaded = loaded.as_deref().unwrap_or_default();
            Rc::<[Line]>::from(lines(loaded, outgoing, own.as_deref()))
        },
    );
    let lines = (*lines).clone();
    let last = lines
        .iter()
        .rev()
        .find(|line| !line.sending)
        .map(|line| line.message.clone());
    use_effect_with(last, {
        let onlast = props.onlast.clone();
        move |last| {
            if let Some(last) = last {
                onlast.emit(last.clone());
            }
        }
    });

    let onsending = {
        let (outbox, onsent) = (outbox.dispatcher(), props.onsent.clone());
        use_callback(
            person.clone(),
            move |sending, person: &Person| match sending {
                Sending::Begun(text) => outbox.dispatch(OutboxEvent::Begun(draft(person, text))),
                Sending::Done(sent) => {
                    outbox.dispatch(OutboxEvent::Done(sent.message.clone()));
                    onsent.emit(sent);
                }
                Sending::Failed => outbox.dispatch(OutboxEvent::Failed),
            },
        )
    };

    let label = partner.label();
    html! {
        <>
            <p class="visually-hidden" role="status">
                if loaded.loading && loaded.value.is_none() { { text::LOADING } }
            </p>
            <div role="alert">
                if let Some(error) = &loaded.error {
                    { load_error(text::ERROR, error, loaded.loading, &loaded.retry, &route) }
                }
            </div>
            if !lines.is_empty() {
                <MessageLog label={text::with(&label)} {lines} />
            } else if loaded.value.is_some() {
                { note(Some(html! { <h2>{ text::EMPTY_TITLE }</h2> }), text::EMPTY, Html::default()) }
            } else if loaded.error.is_none() {
                { conversation_skeleton() }
            }
            <MessageForm
                person={person.clone()}
                label={text::to(&label)}
                handle={partner.handle.clone()}
                recipient={partner.recipient()}
                focused={props.focused}
                {onsending}
            />
        </>
    }
}

/// A message as far as it is known before the backend has it.
fn draft(person: &Person, text: String) -> Message {
    let name = person.display_name();
    Message {
        uuid: String::new(),
        handle: person.handle.as_deref().unwrap_or(name).to_owned(),
        display_name: Some(name.to_owned()),
        message: text,
        created_at: None,
    }
}
