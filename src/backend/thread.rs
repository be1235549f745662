//! One crud with its replies.

use serde_json::Value;

use super::Activity;

/// One crud with its replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The crud, or a reply that is looked at for itself; without its replies.
    pub activity: Activity,
    /// The replies, oldest first.
    pub replies: Vec<Activity>,
}

impl Thread {
    /// Reads the last weeks' answer; `None` if it holds no crud.
    pub(super) fn read(body: &Value) -> Option<Self> {
        let mut activity = Activity::read(body.get("activity")?)?;
        let mut replies = std::mem::take(&mut activity.replies);
        let beside = body.get("replies").and_then(Value::as_array);
        replies.extend(beside.into_iter().flatten().filter_map(Activity::read));
        Some(Self { activity, replies })
    }

    /// Finds a crud by its author and id in a feed. One id alone is not enough: the backend has two cruds with one.
    pub(super) fn find(feed: Vec<Activity>, handle: &str, uuid: &str) -> Option<Self> {
        feed.into_iter().find_map(|mut activity| {
            let replies = std::mem::take(&mut activity.replies);
            if activity.handle == handle && activity.uuid == uuid {
                return Some(Self { activity, replies });
            }
            Self::find(replies, handle, uuid)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_crud_is_found_by_author_and_id() {
        let reply = json!({ "uuid": "r", "handle": "worf", "message": "no", "replies": [] });
        let feed = json!([
            { "uuid": "a", "handle": "lore", "message": "1" },
            { "uuid": "a", "handle": "garek", "message": "2", "replies": [reply] },
        ]);
        let feed = Activity::read_list(&feed).unwrap();
        let find = |handle, uuid| Thread::find(feed.clone(), handle, uuid);
        let found = find("garek", "a").unwrap();
        assert_eq!(
            (found.activity.message.as_str(), found.replies.len()),
            ("2", 1)
        );
        assert_eq!(found.activity.replies, []);
        assert_eq!(find("worf", "r").unwrap().activity.message, "no");
        assert_eq!(find("worf", "a"), None);
        assert_eq!(find("lore", "r"), None);
    }

    #[test]
    fn the_last_weeks_answer_is_read() {
        let crud = |uuid: &str| json!({ "uuid": uuid, "handle": "h", "message": "m" });
        let thread = Thread::read(&json!({ "activity": crud("a"), "replies": [crud("b"), 3] }));
        assert_eq!(thread.unwrap().replies.len(), 1);
        assert_eq!(
            Thread::read(&json!({ "activity": crud("a") }))
                .unwrap()
                .replies,
            []
        );
        for nothing in [
            json!({}),
            json!([]),
            json!({ "activity": null, "replies": [] }),
        ] {
            assert_eq!(Thread::read(&nothing), None);
        }
    }
}
