//! Why a session ended.

use yew::prelude::*;

use crate::components::{Icon, Symbol};
use crate::router::{Link, use_route};
use crate::session::{SessionState, SignedOutReason, use_session_state};
use crate::text::shell as text;

/// Says that and why the person was signed out, until it is dismissed or they sign in.
///
/// The region is always there, for screen readers announce what changes in a region they know.
#[component]
pub(super) fn SessionNotice() -> Html {
    let route = use_route();
    let state = use_session_state();
    let reason = match &state {
        SessionState::SignedOut(reason) => *reason,
        SessionState::Restoring(_) | SessionState::SignedIn(_) => None,
    };
    let dismissed = use_state(|| false);
    {
        let dismissed = dismissed.setter();
        use_effect_with(reason, move |_| dismissed.set(false));
    }
    let dismiss = {
        let dismissed = dismissed.setter();
        Callback::from(move |_: MouseEvent| dismissed.set(true))
    };
    let shown = reason.filter(|_| !*dismissed);
    html! {
        <div class="notice-region" role="status">
            if let Some(reason) = shown {
                <div class="notice">
                    <p>
                        { text::signed_out(reason) }
                        if reason != SignedOutReason::ByChoice {
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
                        <Icon symbol={Symbol::Close} />
                    </button>
                </div>
            }
        </div>
    }
}
