//! `/signin/callback`: back from a sign-in on the user pool's own pages.

use yew::prelude::*;

use super::auth::{AuthPage, Layout, focus, waiting};
use crate::parts::Members;
use crate::router::{Link, Route, use_navigator};
use crate::session::{ManagedLoginError, SessionState, use_session};
use crate::task::Task;
use crate::text::{sign_in as text, use_language};

/// Signs in with what the address says, and goes on.
#[component]
pub fn CallbackPage() -> Html {
    use_language();
    let session = use_session();
    let navigator = use_navigator();
    let failure = use_state(|| None::<ManagedLoginError>);
    let words = use_node_ref();
    {
        let failure = failure.setter();
        use_effect_with((), move |()| {
            let location = web_sys::window().map(|window| window.location());
            let url = location.and_then(|location| location.href().ok());
            // The code is good for one sign-in, and no address is a place to keep it.
            navigator.amend(&Route::SignInCallback);
            Members::prepare();
            let task = Task::spawn(async move {
                let url = url.unwrap_or_default();
                match session.finish_managed_login(&url).await {
                    Ok(next) => navigator.replace(&Route::after_sign_in(next.as_deref())),
                    // The page was loaded again after it had done its work.
                    Err(ManagedLoginError::NotBegun)
                        if !matches!(session.state(), SessionState::SignedOut(_)) =>
                    {
                        navigator.replace(&Route::Home);
                    }
                    Err(error) => failure.set(Some(error)),
                }
            });
            move || drop(task)
        });
    }
    use_effect_with(failure.is_some(), {
        let words = words.clone();
        move |_| focus(&words)
    });
    let Some(error) = &*failure else {
        return html! {
            <AuthPage layout={Layout::Card} title={text::CALLBACK_TITLE}>{ waiting() }</AuthPage>
        };
    };
    let sign_in = Route::SignIn {
        next: None,
        email: None,
    };
    html! {
        <AuthPage layout={Layout::Card} title={text::CALLBACK_FAILED}>
            <div class="form-alert" role="alert" tabindex="-1" ref={words}>
                <p>{ text::managed_login(error) }</p>
            </div>
            <div class="auth-ways">
                <Link to={sign_in} class="button">{ text::TRY_AGAIN }</Link>
            </div>
        </AuthPage>
    }
}
