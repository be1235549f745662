//! `/signup`

use yew::prelude::*;

use super::auth::{AuthPage, Check, Layout, use_signed_out, waiting};
use crate::components::form::{
    Field, FormFrame, NewPasswordRules, PasswordField, PasswordRules, Problems, TextField,
    use_new_password_rules, use_problems, use_submission, validate_attribute, validate_email,
    validate_username,
};
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{SignUpForm, SignUpOutcome, use_session};
use crate::text::auth::{self as text, Form};
use crate::text::use_language;

/// Sign-up; the code that it sends is asked for on the next page.
#[component]
pub fn SignUpPage() -> Html {
    use_language();
    let next = match use_route() {
        Route::SignUp { next } => next,
        _ => None,
    };
    let show = use_signed_out(next.clone());
    let sign_in = Route::SignIn {
        next: next.clone(),
        email: None,
    };
    let below = html! {
        <p>
            { text::HAVE_ACCOUNT }{ " " }
            <Link to={sign_in} class="text-link">{ text::SIGN_IN_LINK }</Link>
        </p>
    };
    html! {
        <AuthPage layout={Layout::Split} title={text::SIGN_UP_TITLE} {below}>
            if show {
                <SignUp {next} />
            } else {
                { waiting() }
            }
        </AuthPage>
    }
}

fn validate(problems: &Problems, rules: &NewPasswordRules) -> Option<SignUpForm> {
    let mut check = Check::default();
    let refs = problems.refs();
    let name = check.take(Field::Name, validate_attribute(&refs.value(Field::Name)));
    let email = check.take(Field::Email, validate_email(&refs.value(Field::Email)));
    let username = check.take(
        Field::Username,
        validate_username(&refs.value(Field::Username)),
    );
    let password = rules.validate(refs.value(Field::Password));
    let password = check.take(Field::Password, password);
    check.show(problems);
    let email = email?;
    Some(SignUpForm {
        username: email.clone(),
        attributes: vec![
            ("name".to_owned(), name?),
            ("email".to_owned(), email),
            ("preferred_username".to_owned(), username?),
        ],
        password: password?,
    })
}

#[derive(Properties, PartialEq)]
struct SignUpProps {
    next: Option<String>,
}

#[component]
fn SignUp(props: &SignUpProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    let rules = use_new_password_rules();
    use_effect_with(session.clone(), |session| session.prepare_sign_in());

    let onsubmit = {
        let (problems, submission, rules) = (problems.clone(), submission.clone(), rules.clone());
        let next = props.next.clone();
        move |()| {
            let Some(form) = validate(&problems, &rules) else {
                return;
            };
            let (session, navigator, problems) =
                (session.clone(), navigator.clone(), problems.clone());
            let (next, rules) = (next.clone(), rules.clone());
            submission.start(|| async move {
                let email = Some(form.username.clone());
                match session.sign_up(form).await {
                    // The page goes on by itself.
                    Ok(SignUpOutcome::SignedIn) => {}
                    Ok(SignUpOutcome::ConfirmationNeeded(_)) => {
                        navigator.push(&Route::Confirm { email, next });
                    }
                    Ok(SignUpOutcome::SignInNeeded) => {
                        navigator.push(&Route::SignIn { email, next });
                    }
                    Err(error) => {
                        rules.learn(&error);
                        problems.show_error(Form::SignUp, &error);
                    }
                }
            });
        }
    };
    html! {
        <FormFrame
            problems={problems.clone()}
            busy={submission.busy()}
            label={text::SIGN_UP}
            busy_label={text::SIGN_UP_BUSY}
            next={props.next.clone()}
            {onsubmit}
        >
            <TextField
                field={Field::Name}
                id="signup-name"
                problems={problems.clone()}
                autocomplete="name"
            />
            <TextField
                field={Field::Email}
                id="signup-email"
                problems={problems.clone()}
                autocomplete="username"
                next={props.next.clone()}
            />
            <TextField
                field={Field::Username}
                id="signup-username"
                problems={problems.clone()}
                autocomplete="nickname"
            />
            <PasswordField
                field={Field::Password}
                id="signup-password"
                problems={problems.clone()}
                autocomplete="new-password"
                described_by="signup-rules"
                ontyped={rules.ontyped()}
            />
            <PasswordRules id="signup-rules" {rules} />
        </FormFrame>
    }
}
