//! `/confirm`

use yew::prelude::*;

use super::auth::{AuthPage, Check, Layout, focus, known_email, use_signed_out, waiting};
use crate::components::form::{
    CodeField, Field, FormFrame, FormNotice, PasswordField, Problem, TextField, use_cooldown,
    use_problems, use_submission, validate_code, validate_password,
};
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{Challenge, CodeDelivery, Confirmed, ErrorKind, SignIn, use_session};
use crate::text::auth::{self as text, Form};
use crate::text::{Text, use_language};

/// Seconds between two codes.
pub(super) const RESEND_AFTER_S: u32 = 30;
/// Seconds after the pool said that there were too many.
pub(super) const RESEND_AFTER_LIMIT_S: u32 = 300;

/// Where a code went.
enum Sent {
    /// The one that brought the person here.
    First(CodeDelivery),
    /// One that was asked for here.
    Another(CodeDelivery),
}

/// Confirmation of a sign-up by the code that it sent; then sign-in.
#[component]
pub fn ConfirmPage() -> Html {
    use_language();
    let (email, next) = match use_route() {
        Route::Confirm { email, next } => (email, next),
        _ => (None, None),
    };
    let show = use_signed_out(next.clone());
    let kind = use_session().options().username;
    let confirmed = use_state(|| None::<String>);
    let on_confirmed = {
        let confirmed = confirmed.setter();
        use_callback((), move |email, ()| confirmed.set(Some(email)))
    };
    if !show {
        return html! {
            <AuthPage layout={Layout::Card} title={text::CONFIRM_TITLE.of(kind)}>{ waiting() }</AuthPage>
        };
    }
    match &*confirmed {
        Some(email) => html! { <PasswordStep email={email.clone()} {next} /> },
        None => html! { <CodeStep {email} {next} {on_confirmed} /> },
    }
}

#[derive(Properties, PartialEq)]
struct CodeStepProps {
    email: Option<String>,
    next: Option<String>,
    /// The user is confirmed, but the password is not known any more.
    on_confirmed: Callback<String>,
}

#[component]
fn CodeStep(props: &CodeStepProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let kind = problems.kind();
    let login = Field::login(kind);
    let submission = use_submission();
    let resending = use_submission();
    let cooldown = use_cooldown();
    let sent = {
        let email = props.email.as_deref();
        let delivery = email.and_then(|email| session.last_delivery(email));
        use_state(|| delivery.map(Sent::First))
    };
    {
        let (cooldown, sent) = (cooldown.clone(), sent.is_some());
        use_effect_with((), move |()| {
            if sent {
                cooldown.start(RESEND_AFTER_S);
            }
        });
    }

    let onsubmit = {
        let (session, problems, submission) =
            (session.clone(), problems.clone(), submission.clone());
        let (navigator, next) = (navigator.clone(), props.next.clone());
        let on_confirmed = props.on_confirmed.clone();
        move |()| {
            let mut check = Check::default();
            let refs = problems.refs();
            let email = check.take(login, login.validate(&refs.value(login)));
            let code = check.take(Field::Code, validate_code(&refs.value(Field::Code)));
            check.show(&problems);
            let (Some(email), Some(code)) = (email, code) else {
                return;
            };
            let (session, problems) = (session.clone(), problems.clone());
            let (navigator, next) = (navigator.clone(), next.clone());
            let on_confirmed = on_confirmed.clone();
            submission.start(|| async move {
                match session.confirm_sign_up(&email, &code).await {
                    // The page goes on by itself.
                    Ok(Confirmed::SignedIn) => {}
                    Ok(Confirmed::PasswordNeeded) => on_confirmed.emit(email),
                    // The sign-in page has the forms for it.
                    Ok(Confirmed::Challenge) => navigator.push(&Route::SignIn {
                        email: Some(email),
                        next,
                    }),
                    Err(error) => problems.show_error(Form::Confirm, &error),
                }
            });
        }
    };

    let resend = {
        let (session, problems, resending, cooldown) = (
            session.clone(),
            problems.clone(),
            resending.clone(),
            cooldown.clone(),
        );
        let (sent, next) = (sent.setter(), props.next.clone());
        move |_: MouseEvent| {
            if resending.busy() || cooldown.left_s() > 0 {
                return;
            }
            let mut check = Check::default();
            let typed = problems.refs().value(login);
            let email = check.take(login, login.validate(&typed));
            check.show(&problems);
            let Some(email) = email else {
                return;
            };
            let (session, problems, cooldown) =
                (session.clone(), problems.clone(), cooldown.clone());
            let (sent, next, navigator) = (sent.clone(), next.clone(), navigator.clone());
            resending.start(|| async move {
                match session.resend_code(&email).await {
                    Ok(delivery) => {
                        cooldown.start(RESEND_AFTER_S);
                        sent.set(Some(Sent::Another(delivery)));
                        // A reload then finds the address that was typed.
                        let email = Some(email);
                        navigator.amend(&Route::Confirm { email, next });
                    }
                    Err(error) => {
                        if error.kind == ErrorKind::LimitExceeded {
                            cooldown.start(RESEND_AFTER_LIMIT_S);
                        }
                        sent.set(None);
                        problems.show_error(Form::Resend, &error);
                    }
                }
            });
        }
    };

    let below = resend_button(
        text::RESEND,
        text::RESEND_BUSY,
        resending.busy(),
        cooldown.left_s(),
        Callback::from(resend),
    );
    let notice = sent.as_ref().map(|sent| match sent {
        Sent::First(delivery) => text::code_sent(delivery),
        Sent::Another(delivery) => text::code_resent(delivery),
    });
    html! {
        <AuthPage layout={Layout::Card} title={text::CONFIRM_TITLE.of(kind)} {below}>
            <p>{ text::CONFIRM_TEXT.of(kind) }</p>
            <FormNotice text={notice.map(AttrValue::from)} />
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::CONFIRM.of(kind)}
                busy_label={text::CONFIRM_BUSY}
                next={props.next.clone()}
                {onsubmit}
            >
                <TextField
                    field={login}
                    id={format!("confirm-{}", login.input_name())}
                    problems={problems.clone()}
                    autocomplete={login.login_autocomplete()}
                    initial={props.email.clone().unwrap_or_default()}
                />
                <CodeField
                    field={Field::Code}
                    id="confirm-code"
                    problems={problems.clone()}
                    autocomplete="one-time-code"
                />
            </FormFrame>
        </AuthPage>
    }
}

/// A button that waits between two codes.
pub(super) fn resend_button(
    label: Text,
    busy_label: Text,
    busy: bool,
    left_s: u32,
    onclick: Callback<MouseEvent>,
) -> Html {
    let words = match (busy, left_s) {
        (true, _) => busy_label.to_string(),
        (false, 0) => label.to_string(),
        (false, seconds) => text::resend_in(label, seconds),
    };
    html! {
        <button
            type="button"
            class="button button-quiet"
            aria-disabled={(busy || left_s > 0).then_some("true")}
            {onclick}
        >
            { words }
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct PasswordStepProps {
    email: String,
    next: Option<String>,
}

/// The password once more: it was typed in a page that has been left, and it is stored nowhere.
#[component]
fn PasswordStep(props: &PasswordStepProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    use_effect_with(session.clone(), |session| session.prepare_sign_in());
    {
        let input = problems.refs().of(Field::Password);
        use_effect_with((), move |()| focus(&input));
    }

    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let (email, next) = (props.email.clone(), props.next.clone());
        move |()| {
            let mut check = Check::default();
            let typed = problems.refs().value(Field::Password);
            let password = check.take(Field::Password, validate_password(typed));
            check.show(&problems);
            let Some(password) = password else {
                return;
            };
            let (session, problems, email) = (session.clone(), problems.clone(), email.clone());
            let (navigator, next) = (navigator.clone(), next.clone());
            submission.start(|| async move {
                match session.sign_in(&email, password).await {
                    // The page goes on by itself.
                    Ok(SignIn::SignedIn) => {}
                    Ok(SignIn::Challenge(Challenge::Unsupported(challenge))) => {
                        problems.show(vec![Problem::Unsupported(challenge.name)]);
                    }
                    // The sign-in page has the forms for it.
                    Ok(SignIn::Challenge(_)) => navigator.push(&Route::SignIn {
                        email: Some(email),
                        next,
                    }),
                    Err(error) => problems.show_error(Form::SignIn, &error),
                }
            });
        }
    };
    let sign_in = Route::SignIn {
        email: Some(props.email.clone()),
        next: props.next.clone(),
    };
    let below = html! {
        <p><Link to={sign_in} class="text-link">{ text::START_AGAIN }</Link></p>
    };
    html! {
        <AuthPage layout={Layout::Card} title={text::CONFIRMED_TITLE.of(problems.kind())} {below}>
            <FormNotice text={Some(AttrValue::from(text::CONFIRMED_TEXT))} />
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::SIGN_IN}
                busy_label={text::SIGN_IN_BUSY}
                email={props.email.clone()}
                next={props.next.clone()}
                {onsubmit}
            >
                <p class="form-known">{ props.email.clone() }</p>
                { known_email("confirmed-email", &props.email) }
                <PasswordField
                    field={Field::Password}
                    id="confirmed-password"
                    problems={problems.clone()}
                    autocomplete="current-password"
                />
            </FormFrame>
        </AuthPage>
    }
}
