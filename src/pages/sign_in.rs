//! `/signin`

use yew::prelude::*;

use super::auth::{
    AuthPage, Check, Layout, ValidSignIn, focus, known_email, use_signed_out, waiting,
};
use crate::components::form::{
    Attribute, Field, FormFrame, NewPasswordRules, PasswordField, PasswordRules, Problem, Problems,
    TextField, use_new_password_rules, use_problems, use_submission, validate_attribute,
    validate_email, validate_password, validate_username,
};
use crate::components::frame::SessionNotice;
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{ErrorKind, NewPasswordRequired, Password, Session, SignIn, use_session};
use crate::text::auth::{self as text, Form};
use crate::text::use_language;

/// What the page shows.
enum Step {
    /// The form, at first or once more.
    SignIn(Option<Again>),
    /// A password in place of the temporary one that somebody with that e-mail address signed in with.
    NewPassword(String, Box<NewPasswordRequired>),
}

/// A sign-in that begins anew.
#[derive(Clone, PartialEq)]
struct Again {
    email: String,
    /// Why, if the person did not ask for it.
    problem: Option<Problem>,
}

/// Sign-in, and what an account may ask for on the way.
#[component]
pub fn SignInPage() -> Html {
    use_language();
    let (next, email) = match use_route() {
        Route::SignIn { next, email } => (next, email),
        _ => (None, None),
    };
    let show = use_signed_out(next.clone());
    let step = use_state(|| Step::SignIn(None));
    let on_challenge = {
        let step = step.setter();
        use_callback((), move |(email, challenge), ()| {
            step.set(Step::NewPassword(email, challenge));
        })
    };
    let on_again = {
        let step = step.setter();
        use_callback((), move |again, ()| step.set(Step::SignIn(Some(again))))
    };
    match &*step {
        Step::NewPassword(email, challenge) => html! {
            <NewPasswordStep
                email={email.clone()}
                challenge={challenge.clone()}
                next={next.clone()}
                {on_challenge}
                {on_again}
            />
        },
        Step::SignIn(again) => {
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
                    <SessionNotice />
                    if show {
                        <SignInForm {email} {next} again={again.clone()} {on_challenge} />
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
    again: Option<Again>,
    on_challenge: Callback<(String, Box<NewPasswordRequired>)>,
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
                    Ok(SignIn::NewPasswordRequired(challenge)) => {
                        on_challenge.emit((form.email, challenge));
                    }
                    Ok(SignIn::Unsupported(challenge)) => {
                        problems.show(vec![Problem::Unsupported(challenge.name)])
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
                field={Field::Email}
                id="signin-email"
                problems={problems.clone()}
                autocomplete="username"
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

#[derive(Properties, PartialEq)]
struct NewPasswordProps {
    email: String,
    challenge: Box<NewPasswordRequired>,
    next: Option<String>,
    /// The pool asks once more.
    on_challenge: Callback<(String, Box<NewPasswordRequired>)>,
    on_again: Callback<Again>,
}

struct ValidNewPassword {
    password: Password,
    attributes: Vec<(String, String)>,
}

/// The fields for the attributes that the pool wants, each with its attribute's name and what browsers know it as.
///
/// An attribute that no pool can require has no field; if one asks for it all the same, its refusal is shown.
fn asked_for(required: &[String]) -> Vec<(Field, &'static str, &'static str)> {
    let fields = required.iter().filter_map(|name| match name.as_str() {
        "name" => Some((Field::Name, "name", "name")),
        "email" => Some((Field::Email, "email", "username")),
        "preferred_username" => Some((Field::Username, "preferred_username", "nickname")),
        name => Attribute::standard(name)
            .map(|known| (Field::Attribute(known.name), known.name, known.autocomplete)),
    });
    fields.collect()
}

fn validate_step(
    problems: &Problems,
    rules: &NewPasswordRules,
    required: &[String],
) -> Option<ValidNewPassword> {
    let mut check = Check::default();
    let refs = problems.refs();
    let fields = asked_for(required);
    let mut attributes = Vec::new();
    for (field, name, _) in &fields {
        let typed = refs.value(*field);
        let value = match field {
            Field::Email => validate_email(&typed),
            Field::Username => validate_username(&typed),
            _ => validate_attribute(&typed),
        };
        if let Some(value) = check.take(*field, value) {
            attributes.push(((*name).to_owned(), value));
        }
    }
    let password = rules.validate(refs.value(Field::NewPassword));
    let password = check.take(Field::NewPassword, password);
    check.show(problems);
    Some(ValidNewPassword {
        password: password.filter(|_| attributes.len() == fields.len())?,
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
    let rules = use_new_password_rules();
    // The step has another heading: that is where the person is now.
    let place = use_node_ref();
    use_effect_with((), {
        let place = place.clone();
        move |()| focus(&place)
    });

    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let (challenge, email, rules) =
            (props.challenge.clone(), props.email.clone(), rules.clone());
        let (on_challenge, on_again) = (props.on_challenge.clone(), props.on_again.clone());
        move |()| {
            let required = &challenge.required_attributes;
            let Some(form) = validate_step(&problems, &rules, required) else {
                return;
            };
            let (session, problems, challenge) =
                (session.clone(), problems.clone(), challenge.clone());
            let (email, rules) = (email.clone(), rules.clone());
            let (on_challenge, on_again) = (on_challenge.clone(), on_again.clone());
            submission.start(|| async move {
                let step = session
                    .set_new_password(challenge, form.password, form.attributes)
                    .await;
                match step {
                    Ok(SignIn::SignedIn) => {}
                    Ok(SignIn::Unsupported(challenge)) => {
                        problems.show(vec![Problem::Unsupported(challenge.name)]);
                    }
                    Ok(SignIn::NewPasswordRequired(challenge)) => {
                        on_challenge.emit((email, challenge));
                    }
                    Err(error) if error.kind == ErrorKind::ChallengeSessionExpired => {
                        let problem = Some(Problem::Pool(Form::SignIn, error));
                        on_again.emit(Again { email, problem });
                    }
                    Err(error) => {
                        rules.learn(&error);
                        problems.show_error(Form::NewPassword, &error);
                    }
                }
            });
        }
    };
    let had = |attribute: &str| {
        let attributes = &props.challenge.user_attributes;
        let found = attributes.iter().find(|(name, _)| name == attribute);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let fields = asked_for(&props.challenge.required_attributes);
    let asks_email = fields.iter().any(|(field, ..)| *field == Field::Email);
    let end = {
        let email = props.email.clone();
        props.on_again.reform(move |_: MouseEvent| Again {
            email: email.clone(),
            problem: None,
        })
    };
    let below = html! {
        <p>
            <button type="button" class="text-link" onclick={end}>{ text::START_AGAIN }</button>
        </p>
    };
    html! {
        <AuthPage layout={Layout::Split} title={text::NEW_PASSWORD_TITLE} {below}>
            <p tabindex="-1" ref={place}>{ text::NEW_PASSWORD_TEXT }</p>
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::NEW_PASSWORD_SUBMIT}
                busy_label={text::NEW_PASSWORD_BUSY}
                email={props.email.clone()}
                next={props.next.clone()}
                {onsubmit}
            >
                if !asks_email {
                    { known_email("new-password-known-email", &props.email) }
                }
                for (field, name, autocomplete) in fields {
                    <TextField
                        key={name}
                        {field}
                        id={format!("new-password-{name}")}
                        problems={problems.clone()}
                        {autocomplete}
                        initial={if field == Field::Email { props.email.clone() } else { had(name) }}
                    />
                }
                <PasswordField
                    field={Field::NewPassword}
                    id="new-password-password"
                    problems={problems.clone()}
                    autocomplete="new-password"
                    described_by="new-password-rules"
                    ontyped={rules.ontyped()}
                />
                <PasswordRules id="new-password-rules" {rules} />
            </FormFrame>
        </AuthPage>
    }
}
