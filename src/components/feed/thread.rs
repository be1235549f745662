//! The replies to a crud in the order and at the depth at which they are shown.

use std::collections::HashMap;

use crate::backend::Activity;

/// A reply in its place.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The reply.
    pub reply: &'a Activity,
    /// How many answers it is away from the crud: from 1.
    pub depth: usize,
    /// The reply that it answers; `None` for the crud itself.
    pub answers: Option<&'a Activity>,
}

/// All replies to `crud`, each followed by those that answer it.
///
/// The backend sends the replies in one list, where `reply_to` names what each answers, or nested in what they answer.
/// What answers something that is not there answers the crud.
pub fn thread(crud: &Activity) -> Vec<Placed<'_>> {
    let mut replies: Vec<(&Activity, Option<usize>)> = Vec::new();
    collect(crud, None, &mut replies);

    // The first of an id is meant. The second half of the keys makes it a map as the feed has others.
    let mut by_uuid: HashMap<(&str, &str), usize> = HashMap::new();
    for (index, (reply, _)) in replies.iter().enumerate() {
        by_uuid.entry((&reply.uuid, "")).or_insert(index);
    }
    let mut parents: Vec<Option<usize>> = replies
        .iter()
        .enumerate()
        .map(|(index, (reply, inside))| {
            let named = reply.reply_to.as_deref().filter(|uuid| *uuid != crud.uuid);
            let named = named.and_then(|uuid| by_uuid.get(&(uuid, "")).copied());
            inside.or(named.filter(|parent| *parent != index))
        })
        .collect();
    break_circles(&mut parents);

    let mut children: Vec<Vec<usize>> = vec![Vec::new(); replies.len()];
    let mut waiting: Vec<(usize, usize)> = Vec::new();
    for (index, parent) in parents.iter().enumerate() {
        match parent {
            Some(parent) => children[*parent].push(index),
            None => waiting.push((index, 1)),
        }
    }
    waiting.reverse();
    let mut placed = Vec::with_capacity(replies.len());
    while let Some((index, depth)) = waiting.pop() {
        placed.push(Placed {
            reply: replies[index].0,
            depth,
            answers: parents[index].map(|parent| replies[parent].0),
        });
        let next = children[index].iter().rev();
        waiting.extend(next.map(|child| (*child, depth + 1)));
    }
    placed
}

/// The replies with the reply inside which each was sent.
fn collect<'a>(
    crud: &'a Activity,
    inside: Option<usize>,
    replies: &mut Vec<(&'a Activity, Option<usize>)>,
) {
    for reply in &crud.replies {
        let index = replies.len();
        replies.push((reply, inside));
        collect(reply, Some(index), replies);
    }
}

/// Replies that answer each other in a circle would hang on nothing: one of them answers the crud.
fn break_circles(parents: &mut [Option<usize>]) {
    // By which walk each was reached; 0 for none.
    let mut walks = vec![0; parents.len()];
    for start in 0..parents.len() {
        let walk = start + 1;
        let mut at = Some(start);
        while let Some(index) = at {
            if walks[index] == walk {
                parents[index] = None;
            }
            if walks[index] != 0 {
                break;
            }
            walks[index] = walk;
            at = parents[index];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::crud;
    use super::*;

    fn reply(uuid: &str, to: &str) -> Activity {
        Activity {
            reply_to: (!to.is_empty()).then(|| to.to_owned()),
            ..crud(uuid, None, None)
        }
    }

    fn under(replies: Vec<Activity>) -> Activity {
        Activity {
            replies,
            ..crud("root", None, None)
        }
    }

    fn shown(crud: &Activity) -> Vec<(&str, usize, Option<&str>)> {
        thread(crud)
            .into_iter()
            .map(|placed| {
                let answers = placed.answers.map(|crud| crud.uuid.as_str());
                (placed.reply.uuid.as_str(), placed.depth, answers)
            })
            .collect()
    }

    #[test]
    fn a_flat_list_becomes_a_tree() {
        let crud = under(vec![
            reply("a", "root"),
            reply("b", "root"),
            reply("c", "a"),
            reply("d", "c"),
            reply("e", ""),
            reply("f", "a"),
        ]);
        assert_eq!(
            shown(&crud),
            [
                ("a", 1, None),
                ("c", 2, Some("a")),
                ("d", 3, Some("c")),
                ("f", 2, Some("a")),
                ("b", 1, None),
                ("e", 1, None),
            ]
        );
    }

    #[test]
    fn what_answers_something_absent_hangs_on_the_crud() {
        let crud = under(vec![reply("a", "gone"), reply("b", "a")]);
        assert_eq!(shown(&crud), [("a", 1, None), ("b", 2, Some("a"))]);
    }

    #[test]
    fn nested_replies_stay_where_they_are() {
        let mut outer = reply("a", "root");
        outer.replies = vec![reply("b", "a"), reply("c", "elsewhere")];
        let crud = under(vec![outer, reply("d", "b")]);
        assert_eq!(
            shown(&crud),
            [
                ("a", 1, None),
                ("b", 2, Some("a")),
                ("d", 3, Some("b")),
                ("c", 2, Some("a")),
            ]
        );
    }

    #[test]
    fn nothing_is_lost_in_circles_and_among_twins() {
        let crud = under(vec![
            reply("a", "b"),
            reply("b", "a"),
            reply("self", "self"),
            reply("twin", "root"),
            reply("twin", "twin"),
            reply("root", "root"),
            reply("c", "b"),
        ]);
        let mut uuids: Vec<_> = shown(&crud).into_iter().map(|(uuid, ..)| uuid).collect();
        uuids.sort_unstable();
        assert_eq!(uuids, ["a", "b", "c", "root", "self", "twin", "twin"]);
    }

    #[test]
    fn a_long_chain_is_followed_to_its_end() {
        let replies = (1..10_000).map(|n: u32| reply(&n.to_string(), &(n - 1).to_string()));
        let crud = under(replies.collect());
        assert_eq!(thread(&crud).last().unwrap().depth, 9_999);
    }
}
