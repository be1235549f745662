//! What every form is: fields, words about the whole, a button.

use yew::prelude::*;

use super::{FormAlert, Problems, SubmitButton};

/// Properties of [`FormFrame`].
#[derive(Properties, PartialEq)]
pub struct FormFrameProps {
    /// What is wrong with the form.
    pub problems: Problems,
    /// Whether it is being sent.
    pub busy: bool,
    /// What its button does.
    pub label: AttrValue,
    /// What its button is doing.
    pub busy_label: AttrValue,
    /// Sends it: called once, whatever is pressed while that goes on.
    pub onsubmit: Callback<()>,
    /// The focus came into it.
    #[prop_or_default]
    pub onfocusin: Callback<FocusEvent>,
    /// The e-mail address that it is about, where no field holds it.
    #[prop_or_default]
    pub email: Option<String>,
    /// Where to go after signing in.
    #[prop_or_default]
    pub next: Option<String>,
    /// What stands beside the button.
    #[prop_or_default]
    pub beside: Html,
    /// The fields.
    pub children: Html,
}

/// A form that only scripts send: it does nothing by itself, and browsers leave its checking to it.
#[component]
pub fn FormFrame(props: &FormFrameProps) -> Html {
    let problems = &props.problems;
    let onsubmit = {
        let (busy, onsubmit) = (props.busy, props.onsubmit.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if !busy {
                onsubmit.emit(());
            }
        }
    };
    html! {
        <form
            class="form"
            method="post"
            novalidate=true
            aria-busy={props.busy.to_string()}
            onfocusin={props.onfocusin.clone()}
            {onsubmit}
        >
            { props.children.clone() }
            <FormAlert
                failure={problems.of_form()}
                alert_ref={problems.refs().alert()}
                email={props.email.clone().or_else(|| problems.typed_email())}
                next={props.next.clone()}
            />
            <div class="form-actions">
                { props.beside.clone() }
                <SubmitButton
                    label={props.label.clone()}
                    busy_label={props.busy_label.clone()}
                    busy={props.busy}
                />
            </div>
        </form>
    }
}
