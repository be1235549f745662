//! `/signin`

mod form;
mod new_password;

use yew::prelude::*;

use super::auth::{AuthPage, Layout, use_signed_out, waiting};
use crate::components::form::Problem;
use crate::components::frame::SessionNotice;
use crate::router::{Link, Route, use_route};
use crate::session::{Challenge, use_session};
use crate::text::auth::{self as text};
use crate::text::use_language;
use form::SignInForm;
use new_password::NewPasswordStep;

/// What the page shows.
enum Step {
    /// The form, at first or once more.
    SignIn(Option<Again>),
    /// What the pool asks the person of that user name for.
    Challenge(String, Challenge),
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
    let session = use_session();
    let (next, email) = match use_route() {
        Route::SignIn { next, email } => (next, email),
        _ => (None, None),
    };
    let show = use_signed_out(next.clone());
    let step = {
        let session = session.clone();
        // A reload does not interrupt a sign-in.
        use_state(move || match session.pending_challenge() {
            Some((username, challenge)) => Step::Challenge(username, challenge),
            None => Step::SignIn(None),
        })
    };
    let on_challenge = {
        let step = step.setter();
        use_callback((), move |(username, challenge), ()| {
            step.set(Step::Challenge(username, challenge));
        })
    };
    let on_again = {
        let step = step.setter();
        use_callback((), move |again, ()| {
            session.abandon_sign_in();
            step.set(Step::SignIn(Some(again)));
        })
    };
    match &*step {
        Step::Challenge(username, Challenge::NewPasswordRequired(challenge)) => html! {
            <NewPasswordStep
                email={username.clone()}
                challenge={challenge.clone()}
                next={next.clone()}
                {on_challenge}
                {on_again}
            />
        },
        step => {
            let again = match step {
                Step::SignIn(again) => again.clone(),
                Step::Challenge(username, challenge) => Some(Again {
                    email: username.clone(),
                    problem: Some(Problem::Unsupported(challenge.name().to_owned())),
                }),
            };
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
                        <SignInForm {email} {next} {again} {on_challenge} />
                    } else {
                        { waiting() }
                    }
                </AuthPage>
            }
        }
    }
}
