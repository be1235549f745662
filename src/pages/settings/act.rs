//! Things that a press of a button does.

use std::future::Future;
use std::pin::Pin;

use yew::prelude::*;

use crate::components::form::{FormAlert, Problem, use_problems, use_submission};
use crate::components::people::Dialog;
use crate::session::{Error, PasskeyError};
use crate::text::auth::Form;
use crate::text::{settings as text, use_language};

/// Something under way.
pub(super) type Deed = Pin<Box<dyn Future<Output = Result<(), PasskeyError>>>>;

/// Something that the pool alone does.
pub(super) fn deed(work: impl Future<Output = Result<(), Error>> + 'static) -> Deed {
    Box::pin(async move { Ok(work.await?) })
}

/// Words that ask whether it is really meant.
#[derive(Clone, PartialEq)]
pub(super) struct Question {
    /// The id of the dialog's heading.
    pub id: AttrValue,
    pub title: AttrValue,
    pub words: AttrValue,
}

#[derive(Properties, PartialEq)]
pub(super) struct ActProps {
    /// What the button says.
    pub label: AttrValue,
    /// What it says while it goes on.
    pub busy_label: AttrValue,
    #[prop_or("button button-way".into())]
    pub class: AttrValue,
    /// What it is about, where the label alone does not say it.
    #[prop_or_default]
    pub about: Option<AttrValue>,
    /// What is asked first.
    #[prop_or_default]
    pub question: Option<Question>,
    /// Begins it.
    pub act: Callback<(), Deed>,
    /// It is done.
    pub ondone: Callback<()>,
}

/// A button that does something, after a question if there is one. What goes wrong is told beside it.
#[component]
pub(super) fn Act(props: &ActProps) -> Html {
    use_language();
    let problems = use_problems();
    let submission = use_submission();
    let asking = use_state(|| false);
    let close = use_callback((), {
        let asking = asking.setter();
        move |(), ()| asking.set(false)
    });
    let run = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let (act, ondone, asking) = (props.act.clone(), props.ondone.clone(), asking.setter());
        move |_: MouseEvent| {
            let (problems, ondone, asking) = (problems.clone(), ondone.clone(), asking.clone());
            let act = act.clone();
            problems.clear();
            submission.start(|| async move {
                match act.emit(()).await {
                    Ok(()) => {
                        asking.set(false);
                        ondone.emit(());
                    }
                    Err(PasskeyError::Pool(error)) => problems.show_error(Form::Account, &error),
                    Err(error) => problems.show(vec![Problem::Passkey(error)]),
                }
            });
        }
    };
    let busy = submission.busy();
    let label = if busy {
        &props.busy_label
    } else {
        &props.label
    };
    let name = props
        .about
        .as_ref()
        .map(|about| format!("{label}: {about}"));
    let alert = html! {
        <FormAlert failure={problems.of_form()} alert_ref={problems.refs().alert()} />
    };
    let button = |class: AttrValue, name: Option<String>, onclick: Callback<MouseEvent>| {
        html! {
            <button
                type="button"
                {class}
                aria-label={name}
                aria-disabled={busy.then_some("true")}
                {onclick}
            >
                { label.clone() }
            </button>
        }
    };
    let Some(question) = &props.question else {
        return html! { <div class="act">{ button(props.class.clone(), name, run.into()) }{ alert }</div> };
    };
    let ask = {
        let asking = asking.setter();
        Callback::from(move |_: MouseEvent| asking.set(true))
    };
    html! {
        <div class="act">
            { button(props.class.clone(), name, ask) }
            <Dialog
                open={*asking}
                locked={busy}
                labelled_by={question.id.clone()}
                onclose={close.clone()}
            >
                <h2 id={question.id.clone()}>{ question.title.clone() }</h2>
                <p>{ question.words.clone() }</p>
                { alert }
                <div class="form-actions">
                    <button type="button" class="button button-way" onclick={close.reform(|_| ())}>
                        { text::CANCEL }
                    </button>
                    { button("button button-danger".into(), None, run.into()) }
                </div>
            </Dialog>
        </div>
    }
}
