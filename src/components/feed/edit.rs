//! What a person's own doing changes in a list of cruds.

use std::collections::HashMap;
use std::rc::Rc;

use crate::backend::Activity;

/// A reply that the backend has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replied {
    /// The author of what it answers.
    pub handle: String,
    /// The id of what it answers. One id alone is not enough: the backend has two cruds with one.
    pub uuid: String,
    /// The reply, as the backend answered.
    pub reply: Activity,
}

/// Cruds in their order. Lists that differ little have the most of them in common.
pub type Cruds = Rc<[Rc<Activity>]>;

/// The list of these.
pub fn list(cruds: Vec<Activity>) -> Cruds {
    cruds.into_iter().map(Rc::new).collect()
}

/// The list with that reply in its place and counted; the list as it is, if it has nothing that the reply answers.
pub fn with_reply(cruds: &[Rc<Activity>], replied: &Replied) -> Cruds {
    let mut placed = false;
    let place = |crud: &Rc<Activity>| {
        // Nothing is copied but the crud that changes.
        if placed || !has(crud, replied) {
            return crud.clone();
        }
        placed = true;
        let mut crud = Activity::clone(crud);
        place(&mut crud, replied);
        Rc::new(crud)
    };
    cruds.iter().map(place).collect()
}

fn is_answered(crud: &Activity, replied: &Replied) -> bool {
    crud.uuid == replied.uuid && crud.handle == replied.handle
}

/// Whether a crud or one of its replies is what the reply answers.
fn has(crud: &Activity, replied: &Replied) -> bool {
    is_answered(crud, replied) || crud.replies.iter().any(|crud| has(crud, replied))
}

/// Gives the reply its place in what [`has`] one. Whether there was one.
fn place(crud: &mut Activity, replied: &Replied) -> bool {
    if !is_answered(crud, replied) {
        return (crud.replies.iter_mut()).any(|crud| place(crud, replied));
    }
    crud.replies_count = crud.replies_count.saturating_add(1);
    crud.replies.push(Activity {
        reply_to: Some(crud.uuid.clone()),
        ..replied.reply.clone()
    });
    true
}

/// The list with a crud on top.
pub fn with_crud(cruds: &[Rc<Activity>], crud: Activity) -> Cruds {
    std::iter::once(Rc::new(crud))
        .chain(cruds.iter().cloned())
        .collect()
}

/// How many cruds `fresh` has that `shown` has not, those of the person of that handle aside.
pub fn newcomers(shown: &[Rc<Activity>], fresh: &[Rc<Activity>], own: Option<&str>) -> usize {
    fn id(crud: &Rc<Activity>) -> (&str, &str) {
        (&crud.uuid, &crud.handle)
    }
    // A map as the feed has others, for each kind of its own takes up room.
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for crud in shown {
        known.entry(id(crud)).or_insert(0);
    }
    fresh
        .iter()
        .filter(|crud| own != Some(crud.handle.as_str()) && !known.contains_key(&id(crud)))
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::crud;
    use super::*;

    fn by(handle: &str, uuid: &str) -> Activity {
        Activity {
            handle: handle.to_owned(),
            ..crud(uuid, None, None)
        }
    }

    fn reply_to(handle: &str, uuid: &str) -> Replied {
        Replied {
            handle: handle.to_owned(),
            uuid: uuid.to_owned(),
            reply: by("ann", "new"),
        }
    }

    #[test]
    fn a_reply_comes_under_what_it_answers_and_is_counted() {
        let mut first = by("garek", "a");
        first.replies = vec![by("worf", "b"), by("worf", "c")];
        let cruds = list(vec![by("lore", "a"), first]);
        let after = with_reply(&cruds, &reply_to("garek", "a"));
        assert!(
            Rc::ptr_eq(&after[0], &cruds[0]),
            "the other crud of that id stays"
        );
        assert_eq!(after[1].replies_count, 1);
        let uuids: Vec<_> = after[1].replies.iter().map(|crud| &crud.uuid).collect();
        assert_eq!(uuids, ["b", "c", "new"]);
        assert_eq!(after[1].replies[2].reply_to.as_deref(), Some("a"));
    }

    #[test]
    fn a_reply_to_a_reply_comes_under_it_at_every_depth() {
        let mut crud = by("lore", "a");
        crud.replies = vec![by("worf", "b")];
        let mut cruds = list(vec![crud]);
        for (handle, uuid, new) in [("worf", "b", "c"), ("ann", "c", "d"), ("ann", "d", "e")] {
            let mut replied = reply_to(handle, uuid);
            replied.reply.uuid = new.to_owned();
            cruds = with_reply(&cruds, &replied);
        }
        let mut crud: &Activity = &cruds[0];
        assert_eq!(crud.replies_count, 0);
        for uuid in ["b", "c", "d", "e"] {
            crud = &crud.replies[0];
            assert_eq!(crud.uuid, uuid);
        }
        assert_eq!(cruds[0].replies[0].replies_count, 1);
    }

    #[test]
    fn a_reply_to_nothing_on_show_changes_nothing() {
        let cruds = list(vec![by("lore", "a")]);
        assert_eq!(with_reply(&cruds, &reply_to("worf", "a")), cruds);
        assert_eq!(with_reply(&[], &reply_to("worf", "a")), list(vec![]));
    }

    #[test]
    fn own_cruds_and_known_ones_are_not_new() {
        let shown = list(vec![by("lore", "a"), by("ann", "mine")]);
        let fresh = list(vec![
            by("garek", "a"),
            by("ann", "other tab"),
            by("worf", "b"),
            by("lore", "a"),
        ]);
        assert_eq!(newcomers(&shown, &fresh, Some("ann")), 2);
        assert_eq!(newcomers(&shown, &fresh, None), 3);
        assert_eq!(newcomers(&shown, &shown, None), 0);
    }
}
