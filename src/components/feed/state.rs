//! A feed's state: what is on show, what is on its way, what went wrong.

use std::rc::Rc;

use yew::Reducible;

use super::age;
use crate::backend::{Activity, BackendError};
use crate::session::SessionState;

/// Whose feed it is.
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

/// The state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    viewer: Option<Viewer>,
    /// The cruds that came last; `None` before any came.
    pub cruds: Option<Rc<[Activity]>>,
    /// Whether an answer is on its way.
    pub loading: bool,
    /// Why the last request failed.
    pub error: Option<BackendError>,
}

/// What happens to a feed.
#[derive(Clone, Debug)]
pub enum FeedEvent {
    /// A request was sent for that viewer; `None` when it waits until the viewer is known.
    Requested(Option<Viewer>),
    /// Its answer is there.
    Answered(Result<Vec<Activity>, BackendError>),
}

impl Reducible for Feed {
    type Action = FeedEvent;

    fn reduce(self: Rc<Self>, event: FeedEvent) -> Rc<Self> {
        Rc::new(match event {
            FeedEvent::Requested(viewer) => {
                // What one person saw is not for the next.
                let same = viewer == self.viewer;
                Self {
                    cruds: self.cruds.clone().filter(|_| same),
                    error: self.error.clone().filter(|_| same),
                    viewer,
                    loading: true,
                }
            }
            FeedEvent::Answered(Ok(cruds)) => Self {
                viewer: self.viewer.clone(),
                cruds: Some(cruds.into()),
                loading: false,
                error: None,
            },
            FeedEvent::Answered(Err(error)) => Self {
                viewer: self.viewer.clone(),
                cruds: self.cruds.clone(),
                loading: false,
                error: Some(error),
            },
        })
    }
}

/// Whether a crud has not expired at `now`.
pub fn is_alive(crud: &Activity, now: i64) -> bool {
    crud.expires_at
        .is_none_or(|expires| age::Left::at(expires, now).is_some())
}

/// When the first of the times shown with `cruds` changes, or the first of them expires.
pub fn next_change(cruds: &[Activity], now: i64) -> Option<i64> {
    cruds
        .iter()
        .filter(|crud| is_alive(crud, now))
        .flat_map(|crud| {
            [
                crud.created_at
                    .and_then(|created| age::age_changes(created, now)),
                crud.expires_at
                    .and_then(|expires| age::left_changes(expires, now)),
                next_change(&crud.replies, now),
            ]
        })
        .flatten()
        .min()
}

/// A key per crud that no other in the list has, though two cruds can have one id.
pub fn keys<'a>(cruds: impl Iterator<Item = &'a Activity>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for crud in cruds {
        let mut occurrence = 0;
        let key = loop {
            let key = format!("{occurrence}/{}", crud.uuid);
            if !keys.contains(&key) {
                break key;
            }
            occurrence += 1;
        };
        keys.push(key);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Person;

    fn crud(uuid: &str, created_at: Option<i64>, expires_at: Option<i64>) -> Activity {
        Activity {
            uuid: uuid.to_owned(),
            handle: "worf".to_owned(),
            display_name: None,
            message: "Qapla'!".to_owned(),
            created_at,
            expires_at,
            replies_count: 0,
            reposts_count: 0,
            likes_count: 0,
            reply_to: None,
            replies: Vec::new(),
        }
    }

    fn after(events: Vec<FeedEvent>) -> Feed {
        let start = Rc::new(Feed::default());
        let end = events.into_iter().fold(start, Feed::reduce);
        (*end).clone()
    }

    fn uuids(feed: &Feed) -> Option<Vec<&str>> {
        let cruds = feed.cruds.as_ref()?;
        Some(cruds.iter().map(|crud| crud.uuid.as_str()).collect())
    }

    fn requested(viewer: &Viewer) -> FeedEvent {
        FeedEvent::Requested(Some(viewer.clone()))
    }

    fn answered(uuid: &str) -> FeedEvent {
        FeedEvent::Answered(Ok(vec![crud(uuid, None, None)]))
    }

    const FAILED: FeedEvent = FeedEvent::Answered(Err(BackendError::Unreachable));

    #[test]
    fn a_failure_keeps_what_is_on_show() {
        let viewer = Viewer::Anonymous;
        let feed = after(vec![
            requested(&viewer),
            answered("a"),
            requested(&viewer),
            FAILED,
        ]);
        assert_eq!(uuids(&feed), Some(vec!["a"]));
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
        assert_eq!(uuids(&well), Some(vec!["a"]));
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
                (uuids(&feed), &feed.error, feed.loading),
                (None, &None, true)
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

    #[test]
    fn expired_cruds_are_not_alive() {
        let cruds = [
            crud("gone", None, Some(1000)),
            crud("here", None, Some(1001)),
            crud("ever", None, None),
        ];
        let alive = cruds.map(|crud| is_alive(&crud, 1000));
        assert_eq!(alive, [false, true, true]);
    }

    #[test]
    fn the_next_change_is_the_earliest_of_all() {
        const MINUTE: i64 = 60_000;
        assert_eq!(next_change(&[], 0), None);
        assert_eq!(next_change(&[crud("a", None, None)], 0), None);
        let mut cruds = vec![
            crud("a", Some(-10 * MINUTE - 5), None),
            crud("b", None, Some(10 * MINUTE)),
            crud("gone", Some(0), Some(0)),
        ];
        assert_eq!(next_change(&cruds, 0), Some(1));
        cruds.remove(0);
        assert_eq!(next_change(&cruds, 0), Some(1));
        cruds[0].expires_at = Some(MINUTE / 2);
        assert_eq!(next_change(&cruds, 0), Some(MINUTE / 2));
        cruds[0].replies = vec![crud("r", Some(-MINUTE + 3), None)];
        assert_eq!(next_change(&cruds, 0), Some(3));
    }

    #[test]
    fn keys_are_unique_and_stay_with_their_cruds() {
        let list = |uuids: &[&str]| {
            let cruds: Vec<_> = uuids.iter().map(|uuid| crud(uuid, None, None)).collect();
            keys(cruds.iter())
        };
        let before = list(&["x", "a", "x", "0/x"]);
        let mut unique = before.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), before.len());
        // What comes in front of a list moves the rest and renames nothing.
        assert_eq!(list(&["new", "x", "a", "x", "0/x"])[1..], before);
    }
}
