//! Another password.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::super::auth::{Check, known_email};
use crate::components::form::{
    Field, FormFrame, FormNotice, PasswordField, PasswordRules, use_new_password_rules,
    use_problems, use_submission, validate_password,
};
use crate::session::{use_session, use_session_state};
use crate::text::auth::{self, Form};
use crate::text::{settings as text, use_language};

#[component]
pub(super) fn PasswordSection() -> Html {
    use_language();
    let session = use_session();
    let state = use_session_state();
    let problems = use_problems();
    let submission = use_submission();
    let rules = use_new_password_rules();
    let changed = use_state(|| false);
    if session.is_managed() {
        return html! { <p>{ text::NO_PASSWORD }</p> };
    }
    let onsubmit = {
        let (problems, submission, rules) = (problems.clone(), submission.clone(), rules.clone());
        let changed = changed.setter();
        move |()| {
            let mut check = Check::default();
            let refs = problems.refs();
            let previous = validate_password(refs.value(Field::Password));
            let previous = check.take(Field::Password, previous);
            let new = rules.validate(refs.value(Field::NewPassword));
            let new = check.take(Field::NewPassword, new);
            check.show(&problems);
            changed.set(false);
            let (Some(previous), Some(new)) = (previous, new) else {
                return;
            };
            let (session, problems, rules) = (session.clone(), problems.clone(), rules.clone());
            let changed = changed.clone();
            submission.start(|| async move {
                match session.change_password(&previous, &new).await {
                    Ok(()) => {
                        // They are of no more use, and nobody else's business.
                        for field in [Field::Password, Field::NewPassword] {
                            let input = problems.refs().of(field).get();
                            let input = input.and_then(|input| input.dyn_into().ok());
                            if let Some(input) = input {
                                let input: HtmlInputElement = input;
                                input.set_value("");
                            }
                        }
                        changed.set(true);
                    }
                    Err(error) => {
                        rules.learn(&error);
                        problems.show_error(Form::ChangePassword, &error);
                    }
                }
            });
        }
    };
    let email = state.person().and_then(|person| person.email.clone());
    html! {
        <section class="settings-part">
            <FormNotice text={changed.then(|| AttrValue::from(text::PASSWORD_CHANGED))} />
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::CHANGE_PASSWORD}
                busy_label={text::SAVING}
                email={email.clone()}
                {onsubmit}
            >
                { known_email("settings-password-email", email.as_deref().unwrap_or_default()) }
                <PasswordField
                    field={Field::Password}
                    id="settings-old-password"
                    problems={problems.clone()}
                    autocomplete="current-password"
                    label={text::CURRENT_PASSWORD}
                />
                <PasswordField
                    field={Field::NewPassword}
                    id="settings-new-password"
                    problems={problems.clone()}
                    autocomplete="new-password"
                    described_by="settings-password-rules"
                    ontyped={rules.ontyped()}
                />
                <PasswordRules id="settings-password-rules" {rules} />
            </FormFrame>
            <p class="settings-hint">{ auth::FORGOT_LINK }{ " " }{ text::FORGOTTEN }</p>
        </section>
    }
}
