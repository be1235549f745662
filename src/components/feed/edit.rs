//! What a person's own doing changes in a list of cruds.

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

/// The list with that reply in its place and counted; the list as it is, if it has nothing that the reply answers.
pub fn with_reply(cruds: &[Activity], replied: &Replied) -> Rc<[Activity]> {
    let mut cruds = cruds.to_vec();
    place(&mut cruds, replied);
    cruds.into()
}

/// Whether there was a place for it.
fn place(cruds: &mut [Activity], replied: &Replied) -> bool {
    for crud in cruds {
        if crud.uuid == replied.uuid && crud.handle == replied.handle {
            crud.replies_count = crud.replies_count.saturating_add(1);
            crud.replies.push(Activity {
                reply_to: Some(crud.uuid.clone()),
                ..replied.reply.clone()
            });
            return true;
        }
        if place(&mut crud.replies, replied) {
            return true;
        }
    }
    false
}

/// The list with a crud on top.
pub fn with_crud(cruds: &[Activity], crud: Activity) -> Rc<[Activity]> {
    std::iter::once(crud).chain(cruds.iter().cloned()).collect()
}

/// How many cruds `fresh` has that `shown` has not, those of the person of that handle aside.
pub fn newcomers(shown: &[Activity], fresh: &[Activity], own: Option<&str>) -> usize {
    let id = |crud: &Activity| (crud.uuid.clone(), crud.handle.clone());
    let known: std::collections::HashSet<_> = shown.iter().map(id).collect();
    fresh
        .iter()
        .filter(|crud| own != Some(crud.handle.as_str()) && !known.contains(&id(crud)))
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
        let cruds = [by("lore", "a"), first];
        let after = with_reply(&cruds, &reply_to("garek", "a"));
        assert_eq!(after[0], cruds[0], "the other crud of that id stays");
        assert_eq!(after[1].replies_count, 1);
        let uuids: Vec<_> = after[1].replies.iter().map(|crud| &crud.uuid).collect();
        assert_eq!(uuids, ["b", "c", "new"]);
        assert_eq!(after[1].replies[2].reply_to.as_deref(), Some("a"));
    }

    #[test]
    fn a_reply_to_a_reply_comes_under_it_at_every_depth() {
        let mut crud = by("lore", "a");
        crud.replies = vec![by("worf", "b")];
        let mut cruds: Rc<[Activity]> = [crud].into();
        for (handle, uuid, new) in [("worf", "b", "c"), ("ann", "c", "d"), ("ann", "d", "e")] {
            let mut replied = reply_to(handle, uuid);
            replied.reply.uuid = new.to_owned();
            cruds = with_reply(&cruds, &replied);
        }
        let mut crud = &cruds[0];
        assert_eq!(crud.replies_count, 0);
        for uuid in ["b", "c", "d", "e"] {
            crud = &crud.replies[0];
            assert_eq!(crud.uuid, uuid);
        }
        assert_eq!(cruds[0].replies[0].replies_count, 1);
    }

    #[test]
    fn a_reply_to_nothing_on_show_changes_nothing() {
        let cruds = [by("lore", "a")];
        assert_eq!(*with_reply(&cruds, &reply_to("worf", "a")), cruds);
        assert_eq!(*with_reply(&[], &reply_to("worf", "a")), []);
    }

    #[test]
    fn own_cruds_and_known_ones_are_not_new() {
        let shown = [by("lore", "a"), by("ann", "mine")];
        let fresh = [
            by("garek", "a"),
            by("ann", "other tab"),
            by("worf", "b"),
            by("lore", "a"),
        ];
        assert_eq!(newcomers(&shown, &fresh, Some("ann")), 2);
        assert_eq!(newcomers(&shown, &fresh, None), 3);
        assert_eq!(newcomers(&shown, &shown, None), 0);
    }
}
