//! Words about a whole form.

use yew::prelude::*;

use crate::router::{Link, Route};
use crate::text::auth::{self as text, Failure, Remedy};

/// Properties of [`FormAlert`].
#[derive(Properties, PartialEq)]
pub struct FormAlertProps {
    /// What is wrong.
    pub failure: Option<Failure>,
    /// Where the focus goes when it is shown.
    pub alert_ref: NodeRef,
    /// The e-mail address that the form is about, for the page that a remedy leads to.
    #[prop_or_default]
    pub email: Option<String>,
    /// Where to go after signing in.
    #[prop_or_default]
    pub next: Option<String>,
}

/// What is wrong with a form as a whole. The element is there before the words, so that screen readers announce them.
#[component]
pub fn FormAlert(props: &FormAlertProps) -> Html {
    html! {
        <div class="form-alert" role="alert" tabindex="-1" ref={props.alert_ref.clone()}>
            if let Some(failure) = &props.failure {
                <p>
                    { failure.text.clone() }
                    if let Some(remedy) = failure.remedy {
                        { " " }
                        { remedy_link(remedy, props.email.clone(), props.next.clone()) }
                    }
                </p>
            }
        </div>
    }
}

/// The link that a failure comes with.
pub(super) fn remedy_link(remedy: Remedy, email: Option<String>, next: Option<String>) -> Html {
    let (to, words) = match remedy {
        Remedy::SignIn => (Route::SignIn { next, email }, text::SIGN_IN_INSTEAD),
        Remedy::Recover => (
            Route::Forgot {
                email,
                next,
                code_sent: false,
            },
            text::RECOVER_LINK,
        ),
        Remedy::Confirm(kind) => (Route::Confirm { email, next }, text::confirm_link(kind)),
        Remedy::SetPassword => (
            Route::Forgot {
                email,
                next,
                code_sent: true,
            },
            text::SET_PASSWORD_LINK,
        ),
    };
    html! { <Link {to} class="text-link">{ words }</Link> }
}

/// Properties of [`FormNotice`].
#[derive(Properties, PartialEq)]
pub struct FormNoticeProps {
    /// The words.
    pub text: Option<AttrValue>,
}

/// Good news about a form, announced when it changes.
#[component]
pub fn FormNotice(props: &FormNoticeProps) -> Html {
    html! {
        <div class="form-notice" role="status">
            if let Some(text) = &props.text {
                <p>{ text.clone() }</p>
            }
        </div>
    }
}
