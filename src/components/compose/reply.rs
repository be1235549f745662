//! Where somebody is answered.

use yew::prelude::*;

use super::draft::use_draft;
use super::field::focus;
use super::{Kind, MessageField, Problem, REPLY_LIMIT};
use crate::backend::{Activity, use_backend};
use crate::components::feed::{Replied, author_names, avatar};
use crate::components::form::{SubmitButton, use_submission};
use crate::components::people::Dialog;
use crate::router::use_route;
use crate::session::Person;
use crate::text::compose as text;

const TITLE_ID: &str = "reply-title";

/// Properties of [`ReplyDialog`].
#[derive(Clone, Debug, Properties, PartialEq)]
pub struct ReplyDialogProps {
    /// What is answered; nothing while the dialog is closed.
    pub to: Option<Activity>,
    /// Who answers.
    pub person: Person,
    /// The dialog is to be closed, or has been.
    pub onclose: Callback<()>,
    /// The backend has accepted the reply.
    pub onreplied: Callback<Replied>,
}

/// A dialog in which a crud or a reply is answered.
#[component]
pub fn ReplyDialog(props: &ReplyDialogProps) -> Html {
    let busy = use_state(|| false);
    let replied = use_state(|| false);
    {
        let (open, replied) = (props.to.is_some(), replied.setter());
        use_effect_with(open, move |open| {
            if *open {
                replied.set(false);
            }
        });
    }
    let onreplied = {
        let (onreplied, onclose) = (props.onreplied.clone(), props.onclose.clone());
        let replied = replied.setter();
        Callback::from(move |news| {
            onclose.emit(());
            onreplied.emit(news);
            replied.set(true);
        })
    };
    let onbusy = {
        let busy = busy.setter();
        use_callback((), move |is: bool, ()| busy.set(is))
    };
    html! {
        <>
            <Dialog
                open={props.to.is_some()}
                locked={*busy}
                labelled_by={TITLE_ID}
                onclose={props.onclose.clone()}
            >
                if let Some(to) = &props.to {
                    <ReplyForm
                        key={format!("{}/{}", to.uuid, to.handle)}
                        to={to.clone()}
                        person={props.person.clone()}
                        {onbusy}
                        oncancel={props.onclose.clone()}
                        {onreplied}
                    />
                }
            </Dialog>
            <p class="visually-hidden" role="status">
                if *replied { { text::REPLIED } }
            </p>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ReplyFormProps {
    to: Activity,
    person: Person,
    onbusy: Callback<bool>,
    oncancel: Callback<()>,
    onreplied: Callback<Replied>,
}

#[component]
fn ReplyForm(props: &ReplyFormProps) -> Html {
    let backend = use_backend();
    let route = use_route();
    let kind = Kind::Reply {
        handle: props.to.handle.clone(),
        uuid: props.to.uuid.clone(),
    };
    let draft = use_draft(&props.person.username, &kind);
    let problem = use_state(|| None::<Problem>);
    let submission = use_submission();
    let field = use_node_ref();

    use_effect_with(
        (submission.busy(), props.onbusy.clone()),
        |(busy, onbusy)| {
            onbusy.emit(*busy);
            let onbusy = onbusy.clone();
            move || onbusy.emit(false)
        },
    );
    let send = {
        let (draft, problem, field) = (draft.clone(), problem.setter(), field.clone());
        let (submission, to) = (submission.clone(), props.to.clone());
        let onreplied = props.onreplied.clone();
        Callback::from(move |()| {
            let message = draft.text().to_owned();
            if let Some(found) = Problem::of(&message, REPLY_LIMIT) {
                problem.set(Some(found));
                focus(&field);
                return;
            }
            submission.start(|| {
                problem.set(None);
                let (backend, draft, problem) = (backend.clone(), draft.clone(), problem.clone());
                let (field, onreplied) = (field.clone(), onreplied.clone());
                let (handle, uuid) = (to.handle.clone(), to.uuid.clone());
                async move {
                    match backend.post_reply(&uuid, &message).await {
                        Ok(reply) => {
                            draft.sent(&message);
                            onreplied.emit(Replied {
                                handle,
                                uuid,
                                reply,
                            });
                        }
                        Err(error) => {
                            problem.set(Some(Problem::Backend(error)));
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
        let (draft, problem) = (draft.clone(), problem.clone());
        move |message| {
            draft.set(message);
            if problem.is_some() {
                problem.set(None);
            }
        }
    };
    let busy = submission.busy();
    let oncancel = {
        let oncancel = props.oncancel.clone();
        move |_: MouseEvent| {
            if !busy {
                oncancel.emit(());
            }
        }
    };
    let to = &props.to;
    html! {
        <form class="reply" novalidate=true {onsubmit}>
            <h2 id={TITLE_ID}>{ text::reply_to(to.author()) }</h2>
            <blockquote class="reply-to">
                { avatar(to) }
                <p>{ author_names(to) }</p>
                <p class="crud-message" dir="auto">{ to.message.clone() }</p>
            </blockquote>
            <MessageField
                id="reply-message"
                label={text::REPLY_LABEL}
                placeholder={text::REPLY_PLACEHOLDER}
                limit={REPLY_LIMIT}
                message={draft.text().to_owned()}
                readonly={busy}
                autofocus=true
                problem={problem.as_ref().map(|problem| problem.view(&route))}
                {field}
                {onchange}
                onsend={send}
            />
            <div class="compose-actions">
                <button
                    type="button"
                    class="button button-secondary"
                    aria-disabled={busy.then_some("true")}
                    onclick={oncancel}
                >
                    { text::CANCEL }
                </button>
                <SubmitButton label={text::REPLY} busy_label={text::CRUDDING} {busy} />
            </div>
        </form>
    }
}
