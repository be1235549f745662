//! Why a session ended.

use yew::prelude::*;

use crate::components::{Symbol, icon};
use crate::router::{Link, Route, use_route};
use crate::session::{SessionState, SignedOutReason, use_session, use_session_state};
use crate::text::{shell as text, use_language};

/// Says that and why the person was signed out, until it is dismissed or they sign in. On the pages about signing in it
/// says so only to those who did not choose it.
///
/// The region is there before the words, for screen readers announce what changes in a region they know.
#[component]
pub fn SessionNotice() -> Html {
    use_language();
    let route = use_route();
    let state = use_session_state();
    let session = use_session();
    let ready = use_state_eq(|| false);
    use_effect_with((), {
        let ready = ready.setter();
        move |()| ready.set(true)
    });
    let signing_in = matches!(route, Route::SignIn { .. });
    let reason = match &state {
        SessionState::SignedOut(reason) => *reason,
        SessionState::Restoring(_) | SessionState::SignedIn(_) => None,
    };
    let shown = reason.filter(|reason| {
        let chosen = *reason == SignedOutReason::ByChoice;
        *ready && !(chosen && signing_in)
    });
    let dismiss = Callback::from(move |_: MouseEvent| session.forget_reason());
    html! {
        <div class="notice-region" role="status">
            if let Some(reason) = shown {
                <div class="notice">
                    <p>
                        { text::signed_out(reason) }
                        if reason != SignedOutReason::ByChoice && !signing_in {
                            { " " }
                            <Link to={route.sign_in_and_return()} class="text-link">
                                { text::SIGN_IN }
                            </Link>
                        }
                    </p>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label={text::DISMISS}
                        onclick={dismiss}
                    >
                        { icon(Symbol::Close) }
                    </button>
                </div>
            }
        </div>
    }
}
