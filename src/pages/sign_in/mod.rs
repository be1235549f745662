//! `/signin`

mod challenge;
mod factors;
mod form;
mod new_password;
mod signed_in;

use yew::prelude::*;

use super::auth::{AuthPage, Layout, waiting};
use crate::components::form::Problem;
use crate::components::frame::SessionNotice;
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{
    Challenge, Session, SessionEvent, SessionState, use_session, use_session_state,
};
use crate::text::auth::{self as text};
use crate::text::use_language;
use challenge::ChallengeStep;
use factors::is_answerable;
use form::SignInForm;
use new_password::NewPasswordStep;
use signed_in::{replaced, signed_in_already};

/// What the page shows.
enum Step {
    /// The form, at first or once more.
    SignIn(Option<Again>),
    /// What the pool asks the person of that user name for.
    Challenge(String, Challenge),
}

impl Step {
    /// The challenge's screen; the form, if there is no answer to it here.
    fn of(session: &Session, username: String, challenge: Challenge) -> Self {
        if is_answerable(session, &challenge) {
            return Self::Challenge(username, challenge);
        }
        session.abandon_sign_in();
        Self::SignIn(Some(Again {
            email: username,
            problem: Some(Problem::Unsupported(challenge.name().to_owned())),
        }))
    }
}

/// A sign-in that begins anew.
#[derive(Clone, PartialEq)]
struct Again {
    email: String,
    /// Why, if the person did not ask for it.
    problem: Option<Problem>,
}

/// Goes on to `next` as soon as somebody signs in, here or in another tab.
#[hook]
fn use_arrival(next: Option<String>) {
    let session = use_session();
    let navigator = use_navigator();
    use_effect_with((session, next), move |(session, next)| {
        let next = next.clone();
        let subscription = session.listen(Callback::from(move |event| {
            if event == SessionEvent::SignedIn {
                // A form that has been dealt with is nothing to come back to.
                navigator.replace(&Route::after_sign_in(next.as_deref()));
            }
        }));
        move || drop(subscription)
    });
}

/// Sign-in, and what an account may ask for on the way. Who is signed in already can go on, or change accounts.
#[component]
pub fn SignInPage() -> Html {
    use_language();
    let session = use_session();
    let state = use_session_state();
    let (next, email, switching) = match use_route() {
        Route::SignIn { next, email } => (next, email, false),
        Route::SwitchAccount { next } => (next, None, true),
        _ => (None, None, false),
    };
    use_arrival(next.clone());
    let step = {
        let session = session.clone();
        // A reload does not interrupt a sign-in.
        use_state(move || match session.pending_challenge() {
            Some((username, challenge)) => Step::of(&session, username, challenge),
            None => Step::SignIn(None),
        })
    };
    let on_challenge = {
        let (step, session) = (step.setter(), session.clone());
        use_callback((), move |(username, challenge), ()| {
            step.set(Step::of(&session, username, challenge));
        })
    };
    let on_again = {
        let (step, session) = (step.setter(), session.clone());
        use_callback((), move |again, ()| {
            session.abandon_sign_in();
            step.set(Step::SignIn(Some(again)));
        })
    };
    let again = match &*step {
        Step::Challenge(username, Challenge::NewPasswordRequired(challenge)) => {
            return html! {
                <NewPasswordStep
                    email={username.clone()}
                    challenge={challenge.clone()}
                    next={next.clone()}
                    {on_challenge}
                    {on_again}
                />
            };
        }
        Step::Challenge(username, challenge) => {
            // A key of its own for what has the name of the step before it.
            let key = match challenge {
                Challenge::SoftwareTokenSetup(_) => "SOFTWARE_TOKEN_SETUP".to_owned(),
                challenge => challenge.name().to_owned(),
            };
            return html! {
                <ChallengeStep
                    {key}
                    username={username.clone()}
                    challenge={challenge.clone()}
                    {next}
                    {on_challenge}
                    {on_again}
                />
            };
        }
        Step::SignIn(again) => again.clone(),
    };
    let below = html! {
        <p>
            { text::NO_ACCOUNT }{ " " }
            <Link to={Route::SignUp { next: next.clone() }} class="text-link">
                { text::SIGN_UP_LINK }
            </Link>
        </p>
    };
    let body = match state.person() {
        Some(person) if !switching => return signed_in_already(person, next),
        Some(_) if matches!(state, SessionState::Restoring(_)) => waiting(),
        person => html! {
            <>
                { person.map(|person| replaced(person, next.clone())) }
                <SignInForm {email} {next} {again} {on_challenge} />
            </>
        },
    };
    html! {
        <AuthPage layout={Layout::Split} title={text::SIGN_IN_TITLE} {below}>
            <SessionNotice />
            { body }
        </AuthPage>
    }
}
