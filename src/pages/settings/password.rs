//! Another password, or a first one.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::super::auth::{Check, known_email};
use super::use_fetched;
use crate::components::form::{
    Field, FormFrame, FormNotice, PasswordField, PasswordRules, use_new_password_rules,
    use_problems, use_submission, validate_password,
};
use crate::session::{use_session, use_session_state};
use crate::text::auth::{self, Form};
use crate::text::{Text, settings as text, use_language};

#[component]
pub(super) fn PasswordSection() -> Html {
    use_language();
    match use_session().is_managed() {
        true => html! { <p>{ text::NO_PASSWORD }</p> },
        false => html! { <OwnPassword /> },
    }
}

/// The password of a user of the pool's own, who may have none yet.
#[component]
fn OwnPassword() -> Html {
    let has_one = use_fetched(|session| async move { session.has_password().await });
    let onset = has_one.reload.clone();
    has_one.view(|has_one| {
        html! { <PasswordForm has_one={**has_one} {onset} /> }
    })
}

#[derive(Properties, PartialEq)]
struct PasswordFormProps {
    /// Whether there is a password to be replaced.
    has_one: bool,
    /// A first password was set.
    onset: Callback<()>,
}

#[component]
fn PasswordForm(props: &PasswordFormProps) -> Html {
    use_language();
    let session = use_session();
    let state = use_session_state();
    let problems = use_problems();
    let submission = use_submission();
    let rules = use_new_password_rules();
    let done = use_state(|| None::<Text>);
    let has_one = props.has_one;
    let onsubmit = {
        let (problems, submission, rules) = (problems.clone(), submission.clone(), rules.clone());
        let (done, onset) = (done.setter(), props.onset.clone());
        move |()| {
            let mut check = Check::default();
            let refs = problems.refs();
            let previous = has_one.then(|| {
                let previous = validate_password(refs.value(Field::Password));
                check.take(Field::Password, previous)
            });
            let new = rules.validate(refs.value(Field::NewPassword));
            let new = check.take(Field::NewPassword, new);
            let valid = check.is_empty();
            check.show(&problems);
            done.set(None);
            let (true, Some(new)) = (valid, new) else {
                return;
            };
            let previous = previous.flatten();
            let (session, problems, rules) = (session.clone(), problems.clone(), rules.clone());
            let (done, onset) = (done.clone(), onset.clone());
            submission.start(|| async move {
                match session.change_password(previous.as_ref(), &new).await {
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
                        done.set(Some(match previous {
                            Some(_) => text::PASSWORD_CHANGED,
                            None => text::PASSWORD_SET,
                        }));
                        if previous.is_none() {
                            onset.emit(());
                        }
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
            if !has_one {
                <p>{ text::NO_PASSWORD_YET }</p>
            }
            <FormNotice text={(*done).map(AttrValue::from)} />
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={if has_one { text::CHANGE_PASSWORD } else { auth::NEW_PASSWORD_SUBMIT }}
                busy_label={text::SAVING}
                email={email.clone()}
                {onsubmit}
            >
                { known_email("settings-password-email", email.as_deref().unwrap_or_default()) }
                if has_one {
                    <PasswordField
                        field={Field::Password}
                        id="settings-old-password"
                        problems={problems.clone()}
                        autocomplete="current-password"
                        label={text::CURRENT_PASSWORD}
                    />
                }
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
            if has_one {
                <p class="settings-hint">{ auth::FORGOT_LINK }{ " " }{ text::FORGOTTEN }</p>
            }
        </section>
    }
}
