//! The form that begins a sign-in.

use yew::prelude::*;

use super::super::auth::{Check, ValidSignIn, focus};
use super::Again;
use crate::components::form::{
    Field, FormFrame, PasswordField, Problem, Problems, TextField, use_problems, use_submission,
    validate_password,
};
use crate::router::{Route, use_navigator};
use crate::session::{Challenge, ErrorKind, Session, SignIn, use_session};
use crate::text::auth::{self as text, Form};

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

/// Who it is, and how they show it.
#[component]
pub(super) fn SignInForm(props: &SignInFormProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    use_effect_with(session.clone(), |session| session.prepare_sign_in());
    {
        let problems = problems.clone();
        use_effect_with(props.again.clone(), move |again| match again {
            Some(Again {
                problem: Some(problem),
                ..
            }) => problems.show(vec![problem.clone()]),
            // The button that led here has gone.
            Some(_) => focus(&problems.refs().of(Field::Password)),
            None => {}
        });
    }

    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let (on_challenge, next) = (props.on_challenge.clone(), props.next.clone());
        move |()| {
            let Some(form) = validate(&problems) else {
                return;
            };
            let (session, navigator, problems) =
                (session.clone(), navigator.clone(), problems.clone());
            let (on_challenge, next) = (on_challenge.clone(), next.clone());
            submission.start(|| async move {
                match session.sign_in(&form.email, form.password).await {
                    // The page goes on by itself.
                    Ok(SignIn::SignedIn) => {}
                    Ok(SignIn::Challenge(Challenge::Unsupported(challenge))) => {
                        problems.show(vec![Problem::Unsupported(challenge.name)])
                    }
                    Ok(SignIn::Challenge(challenge)) => {
                        on_challenge.emit((form.email, challenge));
                    }
                    Err(error) if error.kind == ErrorKind::UserNotConfirmed => {
                        send_to_confirmation(&session, &form.email).await;
                        let email = Some(form.email);
                        navigator.push(&Route::Confirm { email, next });
                    }
                    Err(error) if error.kind == ErrorKind::PasswordResetRequired => {
                        match session.forgot_password(&form.email).await {
                            Ok(delivery) => problems.show(vec![Problem::ResetCodeSent(delivery)]),
                            // Recovery's own page tells what keeps it from sending a code.
                            Err(_) => problems.show_error(Form::SignIn, &error),
                        }
                    }
                    Err(error) => problems.show_error(Form::SignIn, &error),
                }
            });
        }
    };

    let forgot = {
        let problems = problems.clone();
        let (navigator, next) = (use_navigator(), props.next.clone());
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
    let beside = html! {
        <a
            class="form-link"
            href={forgot_route(props.email.clone(), props.next.clone()).to_url()}
            onclick={forgot}
        >
            { text::FORGOT_LINK }
        </a>
    };
    html! {
        <FormFrame
            problems={problems.clone()}
            busy={submission.busy()}
            label={text::SIGN_IN}
            busy_label={text::SIGN_IN_BUSY}
            next={props.next.clone()}
            {beside}
            {onsubmit}
        >
            <TextField
                field={login}
                id={format!("signin-{}", login.input_name())}
                problems={problems.clone()}
                autocomplete={login.login_autocomplete()}
                initial={initial}
            />
            <PasswordField
                field={Field::Password}
                id="signin-password"
                problems={problems.clone()}
                autocomplete="current-password"
            />
        </FormFrame>
    }
}

fn forgot_route(email: Option<String>, next: Option<String>) -> Route {
    Route::Forgot {
        email,
        next,
        code_sent: false,
    }
}

/// Sends a new code on the way to the confirmation page. If that fails, the page's own button tells why.
async fn send_to_confirmation(session: &Session, email: &str) {
    let _ = session.resend_code(email).await;
}
