//! What pages load from the backend: on show, on its way, or failed.

use std::future::Future;
use std::rc::Rc;

use yew::prelude::*;

use crate::backend::{Backend, BackendError, use_backend};
use crate::router::use_location;
use crate::session::{SessionState, use_session_state};
use crate::task::Task;

/// Who looks at the page: what one person saw is not for the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody is signed in.
    Anonymous,
    /// The user of that name in the pool.
    User(String),
}

impl Viewer {
    /// `None` while it is not known yet.
    pub fn of(state: &SessionState) -> Option<Self> {
        match state {
            SessionState::Restoring(_) => None,
            SessionState::SignedIn(person) => Some(Self::User(person.username.clone())),
            SessionState::SignedOut(_) => Some(Self::Anonymous),
        }
    }
}

/// The state of what a page loads: `T`, for the scope `S` (for whom, and which).
#[derive(Debug)]
pub struct Load<S, T: ?Sized> {
    scope: Option<S>,
    /// What came last, or what was made of it; `None` before anything came.
    pub value: Option<Rc<T>>,
    /// Whether an answer is on its way.
    pub loading: bool,
    /// Why the last request failed.
    pub error: Option<BackendError>,
}

impl<S, T: ?Sized> Default for Load<S, T> {
    fn default() -> Self {
        Self {
            scope: None,
            value: None,
            loading: false,
            error: None,
        }
    }
}

/// What happens to a [`Load`].
pub enum LoadEvent<S, T: ?Sized> {
    /// A request was sent for that scope; `None` when it waits until the scope is known.
    Requested(Option<S>),
    /// Its answer is there.
    Answered(Result<Rc<T>, BackendError>),
    /// The person changed what is on show. Nothing happens where nothing is.
    Edited(Edit<T>),
}

/// What is to become of what is on show.
pub type Edit<T> = Rc<dyn Fn(&T) -> Rc<T>>;

impl<S: Clone + PartialEq, T: ?Sized> Reducible for Load<S, T> {
    type Action = LoadEvent<S, T>;

    fn reduce(self: Rc<Self>, event: LoadEvent<S, T>) -> Rc<Self> {
        let (scope, value, error) = (self.scope.clone(), self.value.clone(), self.error.clone());
        Rc::new(match event {
            LoadEvent::Requested(scope) => {
                let same = scope == self.scope;
                Self {
                    value: value.filter(|_| same),
                    error: error.filter(|_| same),
                    scope,
                    loading: true,
                }
            }
            LoadEvent::Answered(Ok(value)) => Self {
                scope,
                value: Some(value),
                loading: false,
                error: None,
            },
            LoadEvent::Answered(Err(error)) => Self {
                scope,
                value,
                loading: false,
                error: Some(error),
            },
            LoadEvent::Edited(edit) => Self {
                scope,
                value: value.map(|value| edit(&value)),
                loading: self.loading,
                error,
            },
        })
    }
}

/// What a page loads, and what it can do about it.
#[derive(Debug)]
pub struct Loaded<T: ?Sized> {
    /// What came last, or what was made of it; `None` before anything came for this viewer and this `what`.
    pub value: Option<Rc<T>>,
    /// Whether an answer is on its way.
    pub loading: bool,
    /// Why the last request failed.
    pub error: Option<BackendError>,
    /// Asks again.
    pub retry: Callback<MouseEvent>,
    /// Changes what is on show.
    pub edit: Callback<Edit<T>>,
}

/// Loads `what` for whoever is signed in: on arrival, on every navigation to the page, when the person changes, and on
/// request. Only the last request may answer; the one before ends, and with the component the last one.
#[hook]
pub fn use_load<K, T, F>(what: K, load: impl Fn(Backend, K) -> F + 'static) -> Loaded<T>
where
    K: Clone + PartialEq + 'static,
    T: ?Sized + 'static,
    F: Future<Output = Result<Rc<T>, BackendError>> + 'static,
{
    let backend = use_backend();
    let viewer = Viewer::of(&use_session_state());
    let visit = use_location().visit;
    let attempt = use_state(|| 0_u32);
    let state = use_reducer(Load::<(Viewer, K), T>::default);

    use_effect_with((viewer, what, visit, *attempt), {
        let state = state.dispatcher();
        move |(viewer, what, _, _)| {
            let scope = viewer.clone().map(|viewer| (viewer, what.clone()));
            let task = scope.is_some().then(|| {
                let answer = load(backend, what.clone());
                let state = state.clone();
                Task::spawn(async move { state.dispatch(LoadEvent::Answered(answer.await)) })
            });
            state.dispatch(LoadEvent::Requested(scope));
            move || drop(task)
        }
    });

    let retry = use_callback(*attempt, {
        let attempt = attempt.setter();
        move |_: MouseEvent, count| attempt.set(count.wrapping_add(1))
    });
    let edit = use_callback((), {
        let state = state.dispatcher();
        move |edit, ()| state.dispatch(LoadEvent::Edited(edit))
    });
    Loaded {
        value: state.value.clone(),
        loading: state.loading,
        error: state.error.clone(),
        retry,
        edit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Person;

    type Feed = Load<Viewer, str>;
    type FeedEvent = LoadEvent<Viewer, str>;

    fn after(events: Vec<FeedEvent>) -> Rc<Feed> {
        events
            .into_iter()
            .fold(Rc::new(Feed::default()), Feed::reduce)
    }

    fn requested(viewer: &Viewer) -> FeedEvent {
        FeedEvent::Requested(Some(viewer.clone()))
    }

    fn answered(text: &str) -> FeedEvent {
        FeedEvent::Answered(Ok(text.into()))
    }

    const FAILED: FeedEvent = FeedEvent::Answered(Err(BackendError::Unreachable));

    #[test]
    fn an_edit_changes_what_is_on_show() {
        let edit = || FeedEvent::Edited(Rc::new(|text: &str| format!("{text}!").into()));
        let viewer = Viewer::Anonymous;
        let feed = after(vec![requested(&viewer), edit()]);
        assert_eq!(feed.value, None);
        let feed = after(vec![requested(&viewer), answered("a"), FAILED, edit()]);
        assert_eq!(feed.value.as_deref(), Some("a!"));
        assert!(feed.error.is_some());
    }

    #[test]
    fn a_failure_keeps_what_is_on_show() {
        let viewer = Viewer::Anonymous;
        let feed = after(vec![
            requested(&viewer),
            answered("a"),
            requested(&viewer),
            FAILED,
        ]);
        assert_eq!(feed.value.as_deref(), Some("a"));
        assert_eq!(feed.error, Some(BackendError::Unreachable));
        assert!(!feed.loading);
    }

    #[test]
    fn a_failure_stays_on_show_until_the_next_answer() {
        let viewer = Viewer::Anonymous;
        let again = after(vec![requested(&viewer), FAILED, requested(&viewer)]);
        assert!(again.loading && again.error.is_some());
        let well = after(vec![
            requested(&viewer),
            FAILED,
            requested(&viewer),
            answered("a"),
        ]);
        assert_eq!((well.error.clone(), well.loading), (None, false));
        assert_eq!(well.value.as_deref(), Some("a"));
    }

    #[test]
    fn another_viewer_sees_nothing_of_the_last_one() {
        let ann = Viewer::User("ann".to_owned());
        for next in [
            FeedEvent::Requested(None),
            requested(&Viewer::Anonymous),
            requested(&Viewer::User("ben".to_owned())),
        ] {
            let feed = after(vec![requested(&ann), answered("a"), FAILED, next]);
            assert_eq!(
                (&feed.value, &feed.error, feed.loading),
                (&None, &None, true)
            );
        }
    }

    #[test]
    fn the_viewer_is_not_known_while_the_session_is_being_restored() {
        let person = Person {
            username: "ann".to_owned(),
            name: None,
            handle: None,
            email: None,
        };
        assert_eq!(Viewer::of(&SessionState::Restoring(person.clone())), None);
        assert_eq!(
            Viewer::of(&SessionState::SignedIn(person)),
            Some(Viewer::User("ann".to_owned()))
        );
        assert_eq!(
            Viewer::of(&SessionState::SignedOut(None)),
            Some(Viewer::Anonymous)
        );
    }
}
