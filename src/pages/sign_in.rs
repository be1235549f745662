//! `/signin`

use yew::prelude::*;

use super::auth::{AuthPage, Check, Layout, ValidSignIn, known_email, use_signed_out, waiting};
use crate::components::form::{
    Field, FormAlert, PasswordField, PasswordPolicy, PasswordRules, Problems, SubmitButton,
    TextField, use_problems, use_submission, validate_email, validate_name, validate_new_password,
    validate_password, validate_username,
};
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{
    ErrorKind, NewPasswordRequired, Password, Session, SignIn, UnsupportedChallenge, use_session,
};
use crate::text::auth::{self as text, Failure, Form};

/// Sign-in, and what an account may ask for on the way.
#[component]
pub fn SignInPage() -> Html {
    let (next, email) = match use_route() {
        Route::SignIn { next, email } => (next, email),
        _ => (None, None),
    };
    let show = use_signed_out(next.clone());
    let challenge = use_state(|| None::<(String, NewPasswordRequired)>);
    let on_challenge = {
        let challenge = challenge.setter();
        use_callback((), move |new, ()| challenge.set(Some(new)))
    };
    let on_end = {
        let challenge = challenge.setter();
        use_callback((), move |(), ()| challenge.set(None))
    };
    match &*challenge {
        Some((email, challenge)) => html! {
            <NewPasswordStep
                email={email.clone()}
                challenge={challenge.clone()}
                next={next.clone()}
                {on_end}
            />
        },
        None => {
            let below = html! {
                <p>
                    { text::NO_ACCOUNT }{ " " }
                    <Link to={Route::SignUp { next: next.clone() }} class="text-link">
                        { text::SIGN_UP_LINK }
                    </Link>
                </p>
            };
            html! {
                <AuthPage layout={Layout::Split} title={text::SIGN_IN_TITLE} {below}>
                    if show {
                        <SignInForm {email} {next} {on_challenge} />
                    } else {
                        { waiting() }
                    }
                </AuthPage>
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct SignInFormProps {
    email: Option<String>,
    next: Option<String>,
    on_challenge: Callback<(String, NewPasswordRequired)>,
}

fn validate(problems: &Problems) -> Option<ValidSignIn> {
    let mut check = Check::default();
    let refs = problems.refs();
    let email = check.take(Field::Email, validate_email(&refs.value(Field::Email)));
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

#[component]
fn SignInForm(props: &SignInFormProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    use_effect_with(session.clone(), |session| session.prepare_sign_in());

    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let (on_challenge, next) = (props.on_challenge.clone(), props.next.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if submission.busy() {
                return;
            }
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
                    Ok(SignIn::NewPasswordRequired(challenge)) => {
                        on_challenge.emit((form.email, challenge));
                    }
                    Ok(SignIn::Unsupported(challenge)) => {
                        problems.show(vec![unsupported(&challenge)])
                    }
                    Err(error) if error.kind == ErrorKind::UserNotConfirmed => {
                        send_to_confirmation(&session, &form.email).await;
                        let email = Some(form.email);
                        navigator.push(&Route::Confirm { email, next });
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
    html! {
        <form class="form" method="post" novalidate=true aria-busy={submission.busy().to_string()} {onsubmit}>
            <TextField
                field={Field::Email}
                id="signin-email"
                problems={problems.clone()}
                autocomplete="username"
                initial={props.email.clone().unwrap_or_default()}
            />
            <PasswordField
                field={Field::Password}
                id="signin-password"
                problems={problems.clone()}
                autocomplete="current-password"
            />
            <FormAlert
                failure={problems.of_form()}
                alert_ref={problems.refs().alert()}
                email={problems.typed_email()}
                next={props.next.clone()}
            />
            <div class="form-actions">
                <a
                    class="form-link"
                    href={forgot_route(props.email.clone(), props.next.clone()).to_url()}
                    onclick={forgot}
                >
                    { text::FORGOT_LINK }
                </a>
                <SubmitButton
                    label={text::SIGN_IN}
                    busy_label={text::SIGN_IN_BUSY}
                    busy={submission.busy()}
                />
            </div>
        </form>
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

pub(super) fn unsupported(challenge: &UnsupportedChallenge) -> Failure {
    Failure {
        field: None,
        text: text::unsupported(&challenge.name),
        remedy: None,
    }
}

#[derive(Properties, PartialEq)]
struct NewPasswordProps {
    email: String,
    challenge: NewPasswordRequired,
    next: Option<String>,
    on_end: Callback<()>,
}

struct ValidNewPassword {
    password: Password,
    attributes: Vec<(String, String)>,
}

/// The attributes that this form can ask for.
const ASKED: [(&str, Field); 2] = [
    ("name", Field::Name),
    ("preferred_username", Field::Username),
];

fn validate_step(problems: &Problems, required: &[String]) -> Option<ValidNewPassword> {
    let mut check = Check::default();
    let refs = problems.refs();
    let mut attributes = Vec::new();
    for (attribute, field) in ASKED {
        if required.iter().any(|name| name == attribute) {
            let typed = refs.value(field);
            let value = match field {
                Field::Username => validate_username(&typed),
                _ => validate_name(&typed),
            };
            if let Some(value) = check.take(field, value) {
                attributes.push((attribute.to_owned(), value));
            }
        }
    }
    let typed = refs.value(Field::NewPassword);
    let password = validate_new_password(typed, &PasswordPolicy::default());
    let password = check.take(Field::NewPassword, password);
    let complete = attributes.len()
        == ASKED
            .iter()
            .filter(|(attribute, _)| required.iter().any(|name| name == attribute))
            .count();
    check.show(problems);
    Some(ValidNewPassword {
        password: password.filter(|_| complete)?,
        attributes,
    })
}

/// A password of one's own in place of the one of an invitation.
#[component]
fn NewPasswordStep(props: &NewPasswordProps) -> Html {
    let session = use_session();
    use_signed_out(props.next.clone());
    let problems = use_problems();
    let submission = use_submission();
    let typed = use_state(String::new);
    let oninput = {
        let typed = typed.setter();
        use_callback((), move |password, ()| typed.set(password))
    };
    // The step has another heading: that is where the person is now.
    let place = use_node_ref();
    use_effect_with((), {
        let place = place.clone();
        move |()| {
            if let Some(place) = place.cast::<web_sys::HtmlElement>() {
                let _ = place.focus();
            }
        }
    });

    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let challenge = props.challenge.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            if submission.busy() {
                return;
            }
            let Some(form) = validate_step(&problems, &challenge.required_attributes) else {
                return;
            };
            let (session, problems, challenge) =
                (session.clone(), problems.clone(), challenge.clone());
            submission.start(|| async move {
                let step = session
                    .set_new_password(challenge, form.password, form.attributes)
                    .await;
                match step {
                    Ok(SignIn::SignedIn) => {}
                    Ok(SignIn::Unsupported(challenge)) => {
                        problems.show(vec![unsupported(&challenge)]);
                    }
                    // The pool asks again only if it did not like the answer.
                    Ok(SignIn::NewPasswordRequired(_)) => problems.show(vec![Failure {
                        field: Some(Field::NewPassword),
                        text: text::field_problem(
                            Field::NewPassword,
                            crate::components::form::FieldProblem::Missing,
                        ),
                        remedy: None,
                    }]),
                    Err(error) => problems.show_error(Form::NewPassword, &error),
                }
            });
        }
    };
    let asks = |attribute: &str| {
        let required = &props.challenge.required_attributes;
        required.iter().any(|name| name == attribute)
    };
    let had = |attribute: &str| {
        let attributes = &props.challenge.user_attributes;
        let found = attributes.iter().find(|(name, _)| name == attribute);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let end = props.on_end.reform(|_: MouseEvent| ());
    let below = html! {
        <p>
            <button type="button" class="text-link" onclick={end}>{ text::START_AGAIN }</button>
        </p>
    };
    html! {
        <AuthPage layout={Layout::Split} title={text::NEW_PASSWORD_TITLE} {below}>
            <p tabindex="-1" ref={place}>{ text::NEW_PASSWORD_TEXT }</p>
            <form class="form" method="post" novalidate=true aria-busy={submission.busy().to_string()} {onsubmit}>
                { known_email("new-password-email", &props.email) }
                if asks("name") {
                    <TextField
                        field={Field::Name}
                        id="new-password-name"
                        problems={problems.clone()}
                        autocomplete="name"
                        initial={had("name")}
                    />
                }
                if asks("preferred_username") {
                    <TextField
                        field={Field::Username}
                        id="new-password-username"
                        problems={problems.clone()}
                        autocomplete="nickname"
                        initial={had("preferred_username")}
                    />
                }
                <PasswordField
                    field={Field::NewPassword}
                    id="new-password-password"
                    problems={problems.clone()}
                    autocomplete="new-password"
                    described_by="new-password-rules"
                    {oninput}
                />
                <PasswordRules id="new-password-rules" password={(*typed).clone()} />
                <FormAlert
                    failure={problems.of_form()}
                    alert_ref={problems.refs().alert()}
                    email={props.email.clone()}
                    next={props.next.clone()}
                />
                <div class="form-actions">
                    <SubmitButton
                        label={text::NEW_PASSWORD_SUBMIT}
                        busy_label={text::NEW_PASSWORD_BUSY}
                        busy={submission.busy()}
                    />
                </div>
            </form>
        </AuthPage>
    }
}
