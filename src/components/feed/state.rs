//! What there is to know about a list of cruds.

use std::collections::HashMap;

use super::age;
use crate::backend::Activity;

/// Whether a crud has not expired at `now`.
pub fn is_alive(crud: &Activity, now: i64) -> bool {
    crud.expires_at
        .is_none_or(|expires| age::Left::at(expires, now).is_some())
}

/// When the first of `cruds` expires that has not yet; their replies aside.
pub fn next_expiry<'a>(cruds: impl IntoIterator<Item = &'a Activity>, now: i64) -> Option<i64> {
    cruds
        .into_iter()
        .filter_map(|crud| crud.expires_at.filter(|expires| *expires > now))
        .min()
}

/// A key per crud that no other in the list has, though two cruds can have one id.
pub fn keys<'a>(cruds: impl Iterator<Item = &'a Activity>) -> Vec<String> {
    let mut occurrences: HashMap<String, usize> = HashMap::new();
    cruds
        .map(|crud| {
            let name = format!("{}/{}", crud.uuid, crud.handle);
            let occurrence = occurrences.entry(name.clone()).or_default();
            *occurrence += 1;
            format!("{occurrence}/{name}")
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

    #[test]
    fn the_next_expiry_is_the_earliest_to_come() {
        let cruds = [
            crud("gone", None, Some(1000)),
            crud("later", None, Some(3000)),
            crud("soon", None, Some(1001)),
            crud("ever", None, None),
        ];
        assert_eq!(next_expiry(&cruds, 1000), Some(1001));
        assert_eq!(next_expiry(&cruds, 3000), None);
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
