//! The invitation in the sidebar.

use yew::prelude::*;

use crate::router::{Link, Route};
use crate::session::SessionState;
use crate::text::shell as text;

/// Invites whoever is not signed in; nothing for those who are, or may be.
pub(super) fn join_box(state: &SessionState, route: &Route) -> Html {
    if !matches!(state, SessionState::SignedOut(_)) {
        return Html::default();
    }
    let sign_up = Route::SignUp {
        next: route.as_next(),
    };
    html! {
        <aside class="box join" aria-labelledby="join-title">
            <h2 id="join-title">{ text::JOIN_TITLE }</h2>
            for line in text::JOIN_LINES {
                <p>{ line }</p>
            }
            <Link to={sign_up} class="button button-large">{ text::JOIN_NOW }</Link>
            <Link to={route.sign_in_and_return()} class="text-link">{ text::SIGN_IN }</Link>
        </aside>
    }
}
