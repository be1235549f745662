//! Cruds, as any week's backend sends them.

use serde_json::Value;

use super::timestamp;

/// A crud or a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its id. Not unique in a list: the backend has two cruds with one id.
    pub uuid: String,
    /// Who wrote it, without the `@`.
    pub handle: String,
    /// The writer's name, where the backend knows it.
    pub display_name: Option<String>,
    /// The text.
    pub message: String,
    /// When it was written, in milliseconds since 1970 UTC.
    pub created_at: Option<i64>,
    /// When it goes away, in milliseconds since 1970 UTC; never, if `None`.
    pub expires_at: Option<i64>,
    /// How many replies it has, by the backend's count.
    pub replies_count: u64,
    /// How many times it was reposted.
    pub reposts_count: u64,
    /// How many people like it.
    pub likes_count: u64,
    /// The crud that it answers.
    pub reply_to: Option<String>,
    /// The replies that came with it.
    pub replies: Vec<Activity>,
}

impl Activity {
    /// The writer's name, or else their handle.
    pub fn author(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.handle)
    }

    /// Reads one crud; `None` without id, writer or text. Everything else may be missing or `null`, and what is unknown
    /// is ignored.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str);
        let time = |name| text(name).and_then(timestamp::parse);
        let count = |name| value.get(name).and_then(whole_number);
        Some(Self {
            uuid: text("uuid")?.to_owned(),
            handle: text("handle")?.to_owned(),
            display_name: text("display_name")
                .filter(|name| !name.trim().is_empty())
                .map(str::to_owned),
            message: text("message")?.to_owned(),
            created_at: time("created_at"),
            expires_at: time("expires_at"),
            replies_count: count("replies_count").unwrap_or(0),
            reposts_count: count("reposts_count").unwrap_or(0),
            likes_count: count("likes_count").or_else(|| count("likes")).unwrap_or(0),
            reply_to: text("reply_to_activity_uuid").map(str::to_owned),
            replies: match value.get("replies") {
                Some(Value::Array(replies)) => replies.iter().filter_map(Self::read).collect(),
                Some(reply @ Value::Object(_)) => Self::read(reply).into_iter().collect(),
                _ => Vec::new(),
            },
        })
    }

    /// Reads a list: an array, or an object with the array under `activities`. Entries that are no cruds are left out;
    /// `None` if the body is no list or has entries and not one crud.
    pub(super) fn read_list(body: &Value) -> Option<Vec<Self>> {
        let entries = match body {
            Value::Array(entries) => entries,
            Value::Object(object) => object.get("activities")?.as_array()?,
            _ => return None,
        };
        let activities: Vec<Self> = entries.iter().filter_map(Self::read).collect();
        (entries.is_empty() || !activities.is_empty()).then_some(activities)
    }
}

/// A count, also where it was written as a float.
fn whole_number(value: &Value) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_f64().map(|number| number.max(0.0) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(json: &str) -> Option<Vec<Activity>> {
        Activity::read_list(&serde_json::from_str(json).unwrap())
    }

    fn one(json: &str) -> Option<Activity> {
        Activity::read(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn the_anonymous_home_feed_is_read() {
        let feed = list(include_str!("testdata/home-anon.json")).unwrap();
        let authors: Vec<&str> = feed.iter().map(Activity::author).collect();
        assert_eq!(authors, ["Andrew Brown", "Worf", "Garek"]);
        let first = &feed[0];
        assert_eq!(first.message, "Cloud is very fun!");
        assert_eq!(first.display_name, None);
        assert_eq!((first.likes_count, first.replies_count), (5, 1));
        assert_eq!(first.created_at, Some(1_795_209_813_640));
        assert_eq!(first.expires_at, Some(1_795_814_613_640));
        assert_eq!(first.replies.len(), 1);
        let reply = &first.replies[0];
        assert_eq!(reply.handle, "Worf");
        assert_eq!(reply.expires_at, None);
        assert_eq!(reply.reply_to.as_deref(), Some(first.uuid.as_str()));
        assert!(reply.replies.is_empty());
    }

    #[test]
    fn the_signed_in_home_feed_is_read() {
        let feed = list(include_str!("testdata/home-auth.json")).unwrap();
        assert_eq!(feed.len(), 4);
        assert_eq!(feed[0].handle, "Lore");
        assert_eq!(feed[0].likes_count, 1042);
        assert_eq!(
            feed[0].uuid, feed[3].uuid,
            "the backend sends one id for two cruds"
        );
    }

    #[test]
    fn times_without_an_offset_are_read() {
        let feed = list(include_str!("testdata/user.json")).unwrap();
        assert_eq!(feed[0].created_at, Some(1_795_296_213_981));
        assert_eq!(feed[0].replies, []);
    }

    #[test]
    fn all_but_id_writer_and_text_may_be_missing_or_null() {
        let bare = one(r#"{"uuid":"u","handle":"h","message":"m"}"#).unwrap();
        let nulls = one(
            r#"{"uuid":"u","handle":"h","message":"m","display_name":null,"created_at":null,"expires_at":null,
                "replies_count":null,"reposts_count":null,"likes_count":null,"likes":null,"replies":null,
                "reply_to_activity_uuid":null,"new_in_week_99":{"a":[1]}}"#,
        )
        .unwrap();
        assert_eq!(bare, nulls);
        assert_eq!(bare.author(), "h");
        assert_eq!((bare.created_at, bare.likes_count), (None, 0));
        for (name, rest) in [
            ("uuid", r#""handle":"h","message":"m""#),
            ("handle", r#""uuid":"u","message":"m""#),
            ("message", r#""uuid":"u","handle":"h""#),
        ] {
            assert_eq!(one(&format!("{{{rest}}}")), None, "{name}");
            assert_eq!(one(&format!("{{{rest},\"{name}\":null}}")), None, "{name}");
            assert_eq!(one(&format!("{{{rest},\"{name}\":1}}")), None, "{name}");
        }
    }

    #[test]
    fn a_name_is_shown_before_the_handle_unless_it_is_blank() {
        let author = |name: &str| {
            let json =
                format!(r#"{{"uuid":"u","handle":"h","message":"m","display_name":"{name}"}}"#);
            one(&json).unwrap().author().to_owned()
        };
        assert_eq!(author("Andrew"), "Andrew");
        assert_eq!(author(" "), "h");
    }

    #[test]
    fn likes_go_by_two_names() {
        let likes = |fields: &str| {
            one(&format!(
                r#"{{"uuid":"u","handle":"h","message":"m"{fields}}}"#
            ))
            .unwrap()
            .likes_count
        };
        assert_eq!(likes(r#","likes":7"#), 7);
        assert_eq!(likes(r#","likes_count":5,"likes":7"#), 5);
        assert_eq!(likes(r#","likes_count":null,"likes":7"#), 7);
        assert_eq!(likes(r#","likes_count":0,"likes":7"#), 0);
        assert_eq!(likes(r#","likes_count":"many""#), 0);
        assert_eq!(likes(r#","likes_count":-3"#), 0);
        assert_eq!(likes(r#","likes_count":3.0"#), 3);
    }

    #[test]
    fn replies_are_a_list_or_one_object_or_absent() {
        let replies = |json: &str| {
            let json = format!(r#"{{"uuid":"u","handle":"h","message":"m","replies":{json}}}"#);
            one(&json).unwrap().replies.len()
        };
        let reply = r#"{"uuid":"r","handle":"h","message":"m"}"#;
        assert_eq!(replies(reply), 1);
        assert_eq!(replies(&format!("[{reply},{reply}]")), 2);
        assert_eq!(replies(&format!("[{reply},null,5,{{}}]")), 1);
        for none in ["[]", "{}", "null", "3", "\"x\""] {
            assert_eq!(replies(none), 0, "{none}");
        }
        let nested = format!(r#"[{{"uuid":"r","handle":"h","message":"m","replies":[{reply}]}}]"#);
        let json = format!(r#"{{"uuid":"u","handle":"h","message":"m","replies":{nested}}}"#);
        assert_eq!(one(&json).unwrap().replies[0].replies[0].uuid, "r");
    }

    #[test]
    fn unreadable_times_are_no_times() {
        let json = r#"{"uuid":"u","handle":"h","message":"m","created_at":"soon","expires_at":5}"#;
        let activity = one(json).unwrap();
        assert_eq!((activity.created_at, activity.expires_at), (None, None));
    }

    #[test]
    fn a_list_is_an_array_or_lies_beside_a_profile() {
        let crud = r#"{"uuid":"u","handle":"h","message":"m"}"#;
        let length = |json: &str| list(json).map(|list| list.len());
        assert_eq!(length("[]"), Some(0));
        assert_eq!(length(&format!("[{crud},{crud}]")), Some(2));
        assert_eq!(length(&format!("[{crud},{{}},null]")), Some(1));
        let beside = format!(r#"{{"profile":{{"handle":"h"}},"activities":[{crud}]}}"#);
        assert_eq!(length(&beside), Some(1));
        for other in [
            "{}",
            "null",
            "\"x\"",
            "5",
            r#"{"activities":null}"#,
            "[{}]",
            "[1,2]",
        ] {
            assert_eq!(length(other), None, "{other}");
        }
    }
}
