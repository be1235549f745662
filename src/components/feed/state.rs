//! What there is to know about a list of cruds.

use std::collections::HashMap;
use std::rc::Rc;

use super::age;
use crate::backend::Activity;

/// Whether a crud has not expired at `now`.
pub fn is_alive(crud: &Activity, now: i64) -> bool {
    crud.expires_at
        .is_none_or(|expires| age::Left::at(expires, now).is_some())
}

/// Those of a list that are on show.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Where they are in the list.
    pub indices: Vec<usize>,
    /// Where the next one is, if there is one.
    pub next: Option<usize>,
}

impl Stretch {
    /// The first `count` of `cruds` that have not expired at `now`.
    pub fn new(cruds: &[Rc<Activity>], count: usize, now: i64) -> Self {
        let mut alive = (0..cruds.len()).filter(|index| is_alive(&cruds[*index], now));
        Self {
            indices: alive.by_ref().take(count).collect(),
            next: alive.next(),
        }
    }

    /// When the first of them expires, or the next one.
    pub fn next_expiry(&self, cruds: &[Rc<Activity>]) -> Option<i64> {
        let all = self.indices.iter().chain(&self.next);
        all.filter_map(|index| cruds[*index].expires_at).min()
    }
}

/// How many cruds came on top of the one that was the first; none if that is not near the top any more.
pub fn added(cruds: &[Rc<Activity>], first: &Activity, at_most: usize) -> usize {
    let is_first = |crud: &Rc<Activity>| crud.uuid == first.uuid && crud.handle == first.handle;
    let place = cruds.iter().take(at_most + 1).position(is_first);
    place.unwrap_or_default()
}

/// A key per crud that no other in the list has, though two cruds can have one id.
pub fn keys<'a>(cruds: impl Iterator<Item = &'a Activity>) -> Vec<String> {
    let mut occurrences: HashMap<(&str, &str), usize> = HashMap::new();
    cruds
        .map(|crud| {
            let (uuid, handle) = (&crud.uuid, &crud.handle);
            let occurrence = occurrences.entry((uuid, handle)).or_default();
            *occurrence += 1;
            format!("{occurrence}/{uuid}/{handle}")
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn crud(uuid: &str, created_at: Option<i64>, expires_at: Option<i64>) -> Activity {
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

    fn list(cruds: impl IntoIterator<Item = Activity>) -> Vec<Rc<Activity>> {
        cruds.into_iter().map(Rc::new).collect()
    }

    #[test]
    fn the_first_that_are_alive_are_on_show() {
        let cruds = list([
            crud("gone", None, Some(1000)),
            crud("a", None, Some(3000)),
            crud("b", None, None),
            crud("gone", None, Some(1000)),
            crud("c", None, Some(2000)),
        ]);
        let stretch = |count, now| {
            let stretch = Stretch::new(&cruds, count, now);
            let expiry = stretch.next_expiry(&cruds);
            (stretch.indices, stretch.next, expiry)
        };
        // The next one counts: when it goes, there may be nothing more to show.
        assert_eq!(stretch(2, 1000), (vec![1, 2], Some(4), Some(2000)));
        assert_eq!(stretch(2, 2000), (vec![1, 2], None, Some(3000)));
        assert_eq!(stretch(2, 3000), (vec![2], None, None));
        assert_eq!(stretch(3, 1000), (vec![1, 2, 4], None, Some(2000)));
        assert_eq!(stretch(0, 1000), (vec![], Some(1), Some(3000)));
    }

    #[test]
    fn what_came_on_top_is_counted_up_to_a_limit() {
        let cruds = list(["d", "c", "b", "a"].map(|uuid| crud(uuid, None, None)));
        let added = |uuid, limit| super::added(&cruds, &crud(uuid, None, None), limit);
        assert_eq!(added("d", 2), 0);
        assert_eq!(added("c", 2), 1);
        assert_eq!(added("b", 2), 2);
        assert_eq!(added("a", 2), 0);
        assert_eq!(added("gone", 9), 0);
    }

    #[test]
    fn keys_are_unique_and_stay_with_their_cruds() {
        let list = |uuids: &[&str]| {
            let cruds: Vec<_> = uuids.iter().map(|uuid| crud(uuid, None, None)).collect();
            keys(cruds.iter())
        };
        let before = list(&["x", "a", "x", "1/x", "a/worf"]);
        let mut unique = before.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), before.len());
        // What comes in front of a list moves the rest and renames nothing.
        assert_eq!(list(&["new", "x", "a", "x", "1/x", "a/worf"])[1..], before);
    }

    /// One id, two authors: the later crud in front does not take the other's key.
    #[test]
    fn keys_tell_authors_apart() {
        let by = |handle: &str| Activity {
            handle: handle.to_owned(),
            ..crud("x", None, None)
        };
        let before = keys([by("garek")].iter());
        assert_eq!(keys([by("lore"), by("garek")].iter())[1..], before);
    }
}
