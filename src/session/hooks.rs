//! The session in components.

use yew::prelude::*;

use super::{Session, SessionState};

/// The session of the page.
///
/// # Panics
/// Without a `ContextProvider<Session>` above the component.
#[hook]
pub fn use_session() -> Session {
    match use_context::<Session>() {
        Some(session) => session,
        None => panic!("use_session needs a ContextProvider<Session> above"),
    }
}

/// Who is signed in; the component is rendered again when that changes.
#[hook]
pub fn use_session_state() -> SessionState {
    let session = use_session();
    let state = use_state_eq(|| session.state());
    {
        let state = state.clone();
        use_effect_with(session.clone(), move |session| {
            // It may have changed between the first rendering and now.
            state.set(session.state());
            let setter = state.setter();
            let subscription = session.subscribe(Callback::from(move |new| setter.set(new)));
            move || drop(subscription)
        });
    }
    (*state).clone()
}
