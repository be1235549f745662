//! What there is to know about a list of cruds.

use super::age;
use crate::backend::Activity;

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
