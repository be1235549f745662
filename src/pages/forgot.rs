//! `/forgot`

use yew::prelude::*;

use super::auth::{AuthPage, Check, Layout, focus, known_email, use_signed_out, waiting};
use super::confirm::resend_button;
use crate::components::form::{
    CodeField, Field, FormFrame, FormNotice, PasswordField, PasswordRules, TextField, use_cooldown,
    use_new_password_rules, use_problems, use_submission, validate_code,
};
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{ErrorKind, Reset, use_session};
use crate::text::auth::{self as text, Form};
use crate::text::use_language;

/// Seconds between two codes.
const RESEND_AFTER_S: u32 = 30;
/// Seconds after the pool said that there were too many.
const RESEND_AFTER_LIMIT_S: u32 = 300;

/// Recovery in two steps: a code is sent, and a new password is set with it. Which step it is stands in the URL.
#[component]
pub fn ForgotPage() -> Html {
    use_language();
    let (email, next, code_sent) = match use_route() {
        Route::Forgot {
            email,
            next,
            code_sent,
        } => (email, next, code_sent),
        _ => (None, None, false),
    };
    let show = use_signed_out(next.clone());
    let done = use_state(|| None::<String>);
    let on_done = {
        let done = done.setter();
        use_callback((), move |email, ()| done.set(Some(email)))
    };
    if !show {
        return html! {
            <AuthPage layout={Layout::Card} title={text::FORGOT_TITLE}>{ waiting() }</AuthPage>
        };
    }
    match (&*done, email) {
        (Some(email), _) => html! { <Done email={email.clone()} {next} /> },
        (None, Some(email)) if code_sent => html! { <ResetStep {email} {next} {on_done} /> },
        (None, email) => html! { <SendStep {email} {next} /> },
    }
}

#[derive(Properties, PartialEq)]
struct SendStepProps {
    email: Option<String>,
    next: Option<String>,
}

#[component]
fn SendStep(props: &SendStepProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    let login = Field::login(problems.kind());
    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let next = props.next.clone();
        move |()| {
            let mut check = Check::default();
            let typed = problems.refs().value(login);
            let email = check.take(login, login.validate(&typed));
            check.show(&problems);
            let Some(email) = email else {
                return;
            };
            let (session, navigator, problems) =
                (session.clone(), navigator.clone(), problems.clone());
            let next = next.clone();
            submission.start(|| async move {
                match session.forgot_password(&email).await {
                    Ok(_) => navigator.push(&Route::Forgot {
                        email: Some(email),
                        next,
                        code_sent: true,
                    }),
                    Err(error) => problems.show_error(Form::Forgot, &error),
                }
            });
        }
    };
    let sign_in = Route::SignIn {
        email: props.email.clone(),
        next: props.next.clone(),
    };
    let below = html! {
        <p><Link to={sign_in} class="text-link">{ text::START_AGAIN }</Link></p>
    };
    html! {
        <AuthPage layout={Layout::Card} title={text::FORGOT_TITLE} {below}>
            <p>{ text::FORGOT_TEXT.of(problems.kind()) }</p>
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::FORGOT_SEND}
                busy_label={text::FORGOT_SEND_BUSY}
                next={props.next.clone()}
                {onsubmit}
            >
                <TextField
                    field={login}
                    id={format!("forgot-{}", login.input_name())}
                    problems={problems.clone()}
                    autocomplete={login.login_autocomplete()}
                    initial={props.email.clone().unwrap_or_default()}
                />
            </FormFrame>
        </AuthPage>
    }
}

#[derive(Properties, PartialEq)]
struct ResetStepProps {
    email: String,
    next: Option<String>,
    /// The password is set, but signing in has to be done by hand.
    on_done: Callback<String>,
}

#[component]
fn ResetStep(props: &ResetStepProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    let resending = use_submission();
    let cooldown = use_cooldown();
    let rules = use_new_password_rules();
    let sent = {
        let delivery = session.last_delivery(&props.email);
        use_state(|| delivery)
    };
    {
        let (cooldown, sent) = (cooldown.clone(), sent.is_some());
        use_effect_with((), move |()| {
            if sent {
                cooldown.start(RESEND_AFTER_S);
            }
        });
    }
    use_effect_with(session.clone(), |session| session.prepare_sign_in());

    let onsubmit = {
        let (session, problems, submission) =
            (session.clone(), problems.clone(), submission.clone());
        let (email, on_done) = (props.email.clone(), props.on_done.clone());
        let next = props.next.clone();
        let rules = rules.clone();
        move |()| {
            let mut check = Check::default();
            let refs = problems.refs();
            let code = check.take(
                Field::ResetCode,
                validate_code(&refs.value(Field::ResetCode)),
            );
            let password = rules.validate(refs.value(Field::NewPassword));
            let password = check.take(Field::NewPassword, password);
            check.show(&problems);
            let (Some(code), Some(password)) = (code, password) else {
                return;
            };
            let (session, problems, rules) = (session.clone(), problems.clone(), rules.clone());
            let (email, on_done) = (email.clone(), on_done.clone());
            let (navigator, next) = (navigator.clone(), next.clone());
            submission.start(|| async move {
                match session.reset_password(&email, &code, password).await {
                    // The page goes on by itself.
                    Ok(Reset::SignedIn) => {}
                    // The sign-in page has the forms for it.
                    Ok(Reset::Challenge) => navigator.push(&Route::SignIn {
                        email: Some(email),
                        next,
                    }),
                    Ok(Reset::SignInNeeded) => on_done.emit(email),
                    Err(error) => {
                        rules.learn(&error);
                        problems.show_error(Form::Reset, &error);
                    }
                }
            });
        }
    };

    let resend = {
        let (problems, resending, cooldown) =
            (problems.clone(), resending.clone(), cooldown.clone());
        let (email, sent) = (props.email.clone(), sent.setter());
        move |_: MouseEvent| {
            if resending.busy() || cooldown.left_s() > 0 {
                return;
            }
            problems.clear();
            let (session, problems, cooldown) =
                (session.clone(), problems.clone(), cooldown.clone());
            let (email, sent) = (email.clone(), sent.clone());
            resending.start(|| async move {
                match session.forgot_password(&email).await {
                    Ok(delivery) => {
                        cooldown.start(RESEND_AFTER_S);
                        sent.set(Some(delivery));
                    }
                    Err(error) => {
                        if error.kind == ErrorKind::LimitExceeded {
                            cooldown.start(RESEND_AFTER_LIMIT_S);
                        }
                        sent.set(None);
                        problems.show_error(Form::Forgot, &error);
                    }
                }
            });
        }
    };
    let resend = resend_button(
        text::RESEND_RECOVERY,
        text::RESEND_BUSY,
        resending.busy(),
        cooldown.left_s(),
        Callback::from(resend),
    );
    let other = Route::Forgot {
        email: None,
        next: props.next.clone(),
        code_sent: false,
    };
    let below = html! {
        <>
            { resend }
            <p><Link to={other} class="text-link">{ text::OTHER_EMAIL.of(problems.kind()) }</Link></p>
        </>
    };
    html! {
        <AuthPage layout={Layout::Card} title={text::FORGOT_TITLE} {below}>
            <p>{ text::RESET_TEXT.of(problems.kind()) }</p>
            <FormNotice text={sent.as_ref().map(|sent| AttrValue::from(text::code_sent(sent)))} />
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::RESET}
                busy_label={text::RESET_BUSY}
                email={props.email.clone()}
                next={props.next.clone()}
                {onsubmit}
            >
                <p class="form-known">{ props.email.clone() }</p>
                { known_email("reset-email", &props.email) }
                <CodeField
                    field={Field::ResetCode}
                    id="reset-code"
                    problems={problems.clone()}
                    autocomplete="one-time-code"
                />
                <PasswordField
                    field={Field::NewPassword}
                    id="reset-password"
                    problems={problems.clone()}
                    autocomplete="new-password"
                    described_by="reset-rules"
                    ontyped={rules.ontyped()}
                />
                <PasswordRules id="reset-rules" {rules} />
            </FormFrame>
        </AuthPage>
    }
}

#[derive(Properties, PartialEq)]
struct DoneProps {
    email: String,
    next: Option<String>,
}

#[component]
fn Done(props: &DoneProps) -> Html {
    use_language();
    let place = use_node_ref();
    use_effect_with((), {
        let place = place.clone();
        move |()| focus(&place)
    });
    let sign_in = Route::SignIn {
        email: Some(props.email.clone()),
        next: props.next.clone(),
    };
    html! {
        <AuthPage layout={Layout::Card} title={text::FORGOT_TITLE}>
            <p class="form-done" tabindex="-1" ref={place}>{ text::RESET_DONE }</p>
            <p><Link to={sign_in} class="button">{ text::PROCEED }</Link></p>
        </AuthPage>
    }
}
