//! Direct messages, as any week's backend sends them.

use serde_json::Value;

use super::timestamp;

/// A conversation, as a row of the list of conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageGroup {
    /// The conversation's id.
    pub uuid: String,
    /// The other person's handle, without the `@`.
    pub handle: String,
    /// The other person's name; never blank.
    pub display_name: Option<String>,
    /// The last message; `None` from a backend before week 5, which finds conversations by handles.
    pub message: Option<String>,
    /// When the last message was sent, in milliseconds since 1970 UTC.
    pub created_at: Option<i64>,
}

/// A direct message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id. Not unique: from week 5 on the answer to sending has the sender's id here.
    pub uuid: String,
    /// Who wrote it, without the `@`.
    pub handle: String,
    /// The writer's name; never blank.
    pub display_name: Option<String>,
    /// The text.
    pub message: String,
    /// When it was sent, in milliseconds since 1970 UTC.
    pub created_at: Option<i64>,
}

/// Which conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conversation {
    /// The one with this person (before week 5).
    With(String),
    /// The one of this id (from week 5 on).
    Group(String),
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The conversation's id, where it is known.
    pub group: Option<String>,
    /// The other person's handle, where it is known.
    pub handle: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The conversation's id, where the backend tells it.
    pub group: Option<String>,
    /// The message, where the backend sends it back: it does not for the first of a conversation.
    pub message: Option<Message>,
}

impl MessageGroup {
    /// The other person's name, or else their handle.
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.handle)
    }

    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            uuid: text(value, "uuid")?,
            handle: text(value, "handle")?,
            display_name: name(value),
            message: text(value, "message"),
            created_at: time(value),
        })
    }

    /// Reads the list; `None` if the body is none.
    pub(super) fn read_list(body: &Value) -> Option<Vec<Self>> {
        read_list(body, Self::read)
    }
}

impl Message {
    /// The writer's name, or else their handle.
    pub fn author(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.handle)
    }

    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            uuid: text(value, "uuid")?,
            handle: text(value, "handle")?,
            display_name: name(value),
            message: text(value, "message")?,
            created_at: time(value),
        })
    }

    /// Reads the list; `None` if the body is none.
    pub(super) fn read_list(body: &Value) -> Option<Vec<Self>> {
        read_list(body, Self::read)
    }
}

impl Sent {
    /// Reads the answer to sending; `None` if it is neither a message nor the id of a conversation.
    pub(super) fn read(body: &Value) -> Option<Self> {
        let sent = Self {
            group: text(body, "message_group_uuid"),
            message: Message::read(body),
        };
        (sent.group.is_some() || sent.message.is_some()).then_some(sent)
    }
}

fn read_list<T>(body: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let entries = body.as_array()?;
    let list: Vec<T> = entries.iter().filter_map(read).collect();
    (entries.is_empty() || !list.is_empty()).then_some(list)
}

fn text(value: &Value, name: &str) -> Option<String> {
    Some(value.get(name)?.as_str()?.to_owned())
}

fn name(value: &Value) -> Option<String> {
    text(value, "display_name").filter(|name| !name.trim().is_empty())
}

fn time(value: &Value) -> Option<i64> {
    timestamp::parse(value.get("created_at")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn week_3_groups_have_no_last_message() {
        let body = json!([
            {
                "created_at": "2026-11-22T21:23:34.201610+00:00",
                "display_name": "Worf",
                "handle": "worf",
                "uuid": "417c360e-c4e6-4fce-873b-d2d71469b4ac"
            }
        ]);
        let groups = MessageGroup::read_list(&body).unwrap();
        assert_eq!(groups[0].name(), "Worf");
        assert_eq!(groups[0].message, None);
        assert_eq!(groups[0].created_at, Some(1_795_382_614_201));
    }

    #[test]
    fn later_groups_have_their_last_message_and_times_without_offset() {
        let body = json!([
            { "uuid": "g", "handle": "worf", "display_name": " ", "message": "", "created_at": "2026-11-22T21:23:34" },
            { "uuid": "h", "handle": "ann", "display_name": null, "message": "hi", "created_at": null, "more": 1 },
        ]);
        let groups = MessageGroup::read_list(&body).unwrap();
        assert_eq!(groups[0].name(), "worf");
        assert_eq!(groups[0].message.as_deref(), Some(""));
        assert_eq!(groups[0].created_at, Some(1_795_382_614_000));
        assert_eq!(groups[1].message.as_deref(), Some("hi"));
        assert_eq!(
            (&groups[1].display_name, groups[1].created_at),
            (&None, None)
        );
    }

    #[test]
    fn messages_are_read_with_as_little_as_there_is() {
        let body = json!([
            { "uuid": "m", "handle": "worf", "display_name": "Worf", "message": "Qapla'!", "created_at": "soon" },
            { "uuid": "m", "handle": "worf", "message": "" },
            { "uuid": "m", "handle": "worf" },
            { "handle": "worf", "message": "no id" },
            7,
        ]);
        let messages = Message::read_list(&body).unwrap();
        assert_eq!(messages.len(), 2);
        assert_eq!(
            (messages[0].author(), messages[1].author()),
            ("Worf", "worf")
        );
        assert_eq!(messages[0].created_at, None);
    }

    #[test]
    fn an_empty_list_is_one_and_other_things_are_not() {
        assert_eq!(MessageGroup::read_list(&json!([])), Some(Vec::new()));
        assert_eq!(Message::read_list(&json!([])), Some(Vec::new()));
        for body in [
            json!({}),
            json!(null),
            json!("[]"),
            json!([{}]),
            json!([1, 2]),
        ] {
            assert_eq!(MessageGroup::read_list(&body), None, "{body}");
            assert_eq!(Message::read_list(&body), None, "{body}");
        }
    }

    #[test]
    fn sending_is_answered_with_the_message_the_conversation_or_both() {
        let message = json!({ "uuid": "u", "handle": "ann", "message": "hi", "created_at": "2026-11-22T21:23:34" });
        let week_3 = Sent::read(&message).unwrap();
        assert_eq!(week_3.group, None);
        assert_eq!(week_3.message.unwrap().message, "hi");

        let mut update = message;
        update["message_group_uuid"] = "g".into();
        let later = Sent::read(&update).unwrap();
        assert_eq!(later.group.as_deref(), Some("g"));
        assert!(later.message.is_some());

        let first = Sent::read(&json!({ "message_group_uuid": "g" })).unwrap();
        assert_eq!((first.group.as_deref(), first.message), (Some("g"), None));

        for body in [json!({}), json!([]), json!(null), json!({ "uuid": "u" })] {
            assert_eq!(Sent::read(&body), None, "{body}");
        }
    }
}
