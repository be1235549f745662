//! The form that begins a sign-in.

use js_sys::Date;
use yew::prelude::*;

use super::super::auth::{Check, ValidSignIn, focus};
use super::Again;
use crate::components::form::{
    Field, FieldProblem, FormFrame, PasswordField, Problem, Problems, TextField, use_problems,
    use_submission, validate_password,
};
use crate::parts::Members;
use crate::router::{Navigator, Route, go_to, use_navigator};
use crate::session::{
    Challenge, Error, ErrorKind, FirstFactor, IdentityProvider, PasskeyError, Session, SignIn,
    use_session,
};
use crate::task::Task;
use crate::text::auth::{self as text, Form};
use crate::text::{Text, current, sign_in as words};

/// A device that takes so long, in milliseconds, to read the form is a slow one: sending the request in the same task would
/// make that a long one.
const SLOW_MS: f64 = 5.0;

#[derive(Properties, PartialEq)]
pub(super) struct SignInFormProps {
    pub email: Option<String>,
    pub next: Option<String>,
    pub again: Option<Again>,
    pub on_challenge: Callback<(String, Challenge)>,
}

fn validate(problems: &Problems) -> Option<ValidSignIn> {
    let mut check = Check::default();
    let refs = problems.refs();
    let login = Field::login(problems.kind());
    let email = check.take(login, login.validate(&refs.value(login)));
    let password = check.take(
        Field::Password,
        validate_password(refs.value(Field::Password)),
    );
    check.show(problems);
    Some(ValidSignIn {
        email: email?,
        password: password?,
    })
}

/// The name alone. One that is known to have a passkey takes the place of none.
fn validate_name(problems: &Problems, known: Option<String>) -> Option<String> {
    let mut check = Check::default();
    let login = Field::login(problems.kind());
    let name = match (login.validate(&problems.refs().value(login)), known) {
        (Err(FieldProblem::Missing), Some(known)) => Ok(known),
        (name, _) => name,
    };
    let name = check.take(login, name);
    check.show(problems);
    name
}

/// What takes up what a sign-in has come to.
#[derive(Clone)]
struct Outcome {
    session: Session,
    navigator: Navigator,
    problems: Problems,
    next: Option<String>,
    on_challenge: Callback<(String, Challenge)>,
}

impl Outcome {
    async fn settle(self, name: String, outcome: Result<SignIn, PasskeyError>) {
        match outcome {
            // The page goes on by itself.
            Ok(SignIn::SignedIn) => {}
            Ok(SignIn::Challenge(challenge)) => self.on_challenge.emit((name, challenge)),
            Err(PasskeyError::Pool(error)) => self.fail(name, error).await,
            Err(error) => {
                // There is the form to go on with.
                self.session.abandon_sign_in();
                self.problems.show(vec![Problem::Passkey(error)]);
            }
        }
    }

    async fn fail(self, name: String, error: Error) {
        match error.kind {
            ErrorKind::UserNotConfirmed => {
                // If no code can be sent, the page's own button tells why.
                let _ = self.session.resend_code(&name).await;
                let (email, next) = (Some(name), self.next);
                self.navigator.push(&Route::Confirm { email, next });
            }
            ErrorKind::PasswordResetRequired => {
                match self.session.forgot_password(&name).await {
                    Ok(delivery) => self.problems.show(vec![Problem::ResetCodeSent(delivery)]),
                    // Recovery's own page tells what keeps it from sending a code.
                    Err(_) => self.problems.show_error(Form::SignIn, &error),
                }
            }
            _ => self.problems.show_error(Form::SignIn, &error),
        }
    }
}

/// Who it is, and how they show it.
#[component]
pub(super) fn SignInForm(props: &SignInFormProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    let options = session.options();
    use_effect_with(session.clone(), |session| session.prepare_sign_in());
    {
        let problems = problems.clone();
        use_effect_with(props.again.clone(), move |again| match again {
            Some(Again {
                problem: Some(problem),
                ..
            }) => problems.show(vec![problem.clone()]),
            // The button that led here has gone.
            Some(_) => {
                let refs = problems.refs();
                let login = refs.of(Field::login(problems.kind()));
                let password = refs.of(Field::Password);
                focus(if password.get().is_some() {
                    &password
                } else {
                    &login
                });
            }
            None => {}
        });
    }
    let outcome = Outcome {
        session: session.clone(),
        navigator,
        problems: problems.clone(),
        next: props.next.clone(),
        on_challenge: props.on_challenge.clone(),
    };
    {
        let outcome = outcome.clone();
        // A passkey of who was here last waits in the autofill of the field.
        use_effect_with((), move |()| {
            let task = Task::spawn(async move {
                let session = outcome.session.clone();
                if let Some(picked) = session.sign_in_by_autofill().await {
                    let name = session.passkey_username().unwrap_or_default();
                    outcome.settle(name, picked).await;
                }
            });
            move || drop(task)
        });
    }

    let asks_password = options.flow.asks_password();
    let onsubmit = {
        let (outcome, submission) = (outcome.clone(), submission.clone());
        move |()| {
            let begun = Date::now();
            let (outcome, problems) = (outcome.clone(), &outcome.problems);
            // It may have failed while they typed.
            Members::ask_again();
            if !asks_password {
                if let Some(name) = validate_name(problems, None) {
                    submission.start(|| async move {
                        let step = outcome.session.sign_in_without_password(&name).await;
                        outcome.settle(name, step.map_err(PasskeyError::Pool)).await;
                    });
                }
            } else if let Some(form) = validate(problems) {
                submission.start_before(outcome.session.pause(), || async move {
                    if Date::now() - begun >= SLOW_MS {
                        outcome.session.pause().await;
                    }
                    let step = outcome.session.sign_in(&form.email, form.password).await;
                    let step = step.map_err(PasskeyError::Pool);
                    outcome.settle(form.email, step).await;
                });
            }
        }
    };
    let factor_button = |factor: FirstFactor, label: Text| {
        let (outcome, submission) = (outcome.clone(), submission.clone());
        let onclick = move |_: MouseEvent| {
            let is_passkey = factor == FirstFactor::WebAuthn;
            let known = outcome.session.passkey_username();
            let known = known.filter(|_| is_passkey);
            let Some(name) = validate_name(&outcome.problems, known) else {
                return;
            };
            let (outcome, factor) = (outcome.clone(), factor.clone());
            Members::prepare();
            submission.start(|| async move {
                let session = &outcome.session;
                let step = match is_passkey {
                    true => session.sign_in_by_passkey(&name).await,
                    false => {
                        let step = session.sign_in_by(&name, factor).await;
                        step.map_err(PasskeyError::Pool)
                    }
                };
                outcome.settle(name, step).await;
            });
        };
        way_button(label.into(), onclick.into())
    };
    let provider_button = |provider: &IdentityProvider| {
        let (outcome, label) = (outcome.clone(), words::provider(provider));
        let provider = provider.clone();
        let onclick = move |_: MouseEvent| {
            let (session, next) = (&outcome.session, outcome.next.as_deref());
            match session.begin_managed_login(provider.clone(), current().tag(), next) {
                Ok(url) => go_to(&url),
                Err(error) => outcome.problems.show(vec![Problem::ManagedLogin(error)]),
            }
        };
        way_button(label.into(), onclick.into())
    };
    let factors = [
        (options.passkeys && session.supports_passkeys())
            .then(|| factor_button(FirstFactor::WebAuthn, words::PASSKEY)),
        options
            .email_otp
            .then(|| factor_button(FirstFactor::EmailOtp, words::EMAIL_CODE)),
        options
            .sms_otp
            .then(|| factor_button(FirstFactor::SmsOtp, words::SMS_CODE)),
    ];
    let others: Vec<Html> = factors
        .into_iter()
        .flatten()
        .chain(session.providers().iter().map(provider_button))
        .collect();

    let forgot = {
        let (problems, navigator) = (problems.clone(), outcome.navigator.clone());
        let next = props.next.clone();
        // The address that was typed goes along.
        move |event: MouseEvent| {
            let plain = event.button() == 0
                && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
            if plain {
                event.prevent_default();
                navigator.push(&forgot_route(problems.typed_email(), next.clone()));
            }
        }
    };
    let again = props.again.as_ref().map(|again| again.email.clone());
    let initial = again.or_else(|| props.email.clone()).unwrap_or_default();
    let login = Field::login(problems.kind());
    let autocomplete = match (login.login_autocomplete(), options.passkeys) {
        // Browsers offer passkeys where the last word is this.
        ("username", true) => "username webauthn",
        ("tel", true) => "tel webauthn",
        (known, _) => known,
    };
    let beside = html! {
        if asks_password {
            <a
                class="form-link"
                href={forgot_route(props.email.clone(), props.next.clone()).to_url()}
                onclick={forgot}
            >
                { text::FORGOT_LINK }
            </a>
        }
    };
    // What the page after it needs comes while the person types: not beside what the sign-in computes.
    let onfocusin = use_callback((), |_: FocusEvent, ()| Members::prepare());
    let (label, busy_label) = match asks_password {
        true => (text::SIGN_IN, text::SIGN_IN_BUSY),
        false => (words::CONTINUE, words::CONTINUE_BUSY),
    };
    html! {
        <>
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                {label}
                {busy_label}
                next={props.next.clone()}
                {beside}
                {onfocusin}
                {onsubmit}
            >
                <TextField
                    field={login}
                    id={format!("signin-{}", login.input_name())}
                    problems={problems.clone()}
                    {autocomplete}
                    {initial}
                />
                if asks_password {
                    <PasswordField
                        field={Field::Password}
                        id="signin-password"
                        problems={problems.clone()}
                        autocomplete="current-password"
                    />
                }
            </FormFrame>
            if !others.is_empty() {
                <p class="auth-or">{ words::OR }</p>
                <div class="auth-ways">{ others }</div>
            }
        </>
    }
}

/// A button that signs in without this form's password.
fn way_button(label: AttrValue, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="button button-way" {onclick}>{ label }</button>
    }
}

fn forgot_route(email: Option<String>, next: Option<String>) -> Route {
    Route::Forgot {
        email,
        next,
        code_sent: false,
    }
}
