//! Which conversation a URL means, and what is in it.

use std::collections::HashMap;
use std::rc::Rc;

use crate::backend::{Conversation, Message, MessageGroup, Recipient};
use crate::router::Route;

/// The other person of a conversation, and how the backend knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Their handle, without the `@`.
    pub handle: String,
    /// Their name, where it is known.
    pub name: Option<String>,
    /// What to load; `None` for a conversation that has not begun.
    pub conversation: Option<Conversation>,
}

impl Partner {
    /// What to call them: the name, or else the handle with its `@`.
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => format!("@{}", self.handle),
        }
    }

    /// What tells the conversation from any other.
    pub fn key(&self) -> String {
        match &self.conversation {
            Some(Conversation::Group(uuid)) => format!("group/{uuid}"),
            Some(Conversation::With(handle)) => format!("with/{handle}"),
            None => format!("new/{}", self.handle),
        }
    }

    /// Where messages for them go.
    pub fn recipient(&self) -> Recipient {
        Recipient {
            group: match &self.conversation {
                Some(Conversation::Group(uuid)) => Some(uuid.clone()),
                _ => None,
            },
            handle: Some(self.handle.clone()),
        }
    }
}

/// What a URL opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// Only the list.
    List,
    /// That has to wait for the list of conversations.
    Waiting,
    /// A conversation.
    Conversation(Partner),
    /// One that has not begun, with whoever has that handle. `must_exist` says that the backend knows who there is.
    New {
        /// Their handle.
        handle: String,
        /// Whether somebody whom the backend does not know does not exist.
        must_exist: bool,
    },
    /// It has a better URL.
    Elsewhere(Route),
    /// There is no such conversation.
    Unknown,
    /// There is nobody of that handle.
    Nobody(String),
}

/// What `route` opens, by the list of conversations; `None` while that is not there.
///
/// Nothing says which week's backend it is, but from week 5 on each conversation has its last message, and they are
/// found by ids. Earlier ones find them by handles, and always list two: an empty list comes from a later one, too.
pub fn resolve(route: &Route, groups: Option<&[MessageGroup]>) -> Open {
    let handle = match route {
        Route::Conversation { handle } | Route::NewConversation { handle } => handle,
        Route::MessageGroup { uuid } => {
            let Some(groups) = groups else {
                return Open::Waiting;
            };
            let found = groups.iter().find(|group| group.uuid == *uuid);
            return found.map_or(Open::Unknown, |group| Open::Conversation(partner(group)));
        }
        _ => return Open::List,
    };
    let Some(groups) = groups else {
        return Open::Waiting;
    };
    let by_ids = groups.is_empty() || groups.iter().any(|group| group.message.is_some());
    let is_new = matches!(route, Route::NewConversation { .. });
    match groups.iter().find(|group| group.handle == *handle) {
        Some(group) if by_ids || is_new => Open::Elsewhere(route_of(group)),
        Some(group) => Open::Conversation(partner(group)),
        None if by_ids || is_new => Open::New {
            handle: handle.clone(),
            must_exist: by_ids,
        },
        None => Open::Conversation(Partner {
            handle: handle.clone(),
            name: None,
            conversation: Some(Conversation::With(handle.clone())),
        }),
    }
}

/// The URL of a conversation in the list.
pub fn route_of(group: &MessageGroup) -> Route {
    if group.message.is_some() {
        Route::MessageGroup {
            uuid: group.uuid.clone(),
        }
    } else {
        Route::Conversation {
            handle: group.handle.clone(),
        }
    }
}

/// What to load for a conversation in the list.
pub fn conversation_of(group: &MessageGroup) -> Conversation {
    if group.message.is_some() {
        Conversation::Group(group.uuid.clone())
    } else {
        Conversation::With(group.handle.clone())
    }
}

fn partner(group: &MessageGroup) -> Partner {
    Partner {
        handle: group.handle.clone(),
        name: group.display_name.clone(),
        conversation: Some(conversation_of(group)),
    }
}

/// The list with `last` as the last message of the conversation with `handle`, where the list has such.
pub fn preview(groups: &[MessageGroup], handle: &str, last: &Message) -> Rc<[MessageGroup]> {
    let mut groups = groups.to_vec();
    for group in &mut groups {
        if group.handle == handle && group.message.is_some() {
            group.message = Some(last.message.clone());
            group.created_at = last.created_at.or(group.created_at);
        }
    }
    groups.into()
}

/// A message that was sent from here. The backend may not have it among the others: not yet, or (week 3) never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// A number that no other has.
    pub number: u32,
    /// The message; of one that is on its way, what is known of it.
    pub message: Message,
    /// Whether it is on its way.
    pub sending: bool,
}

impl Outgoing {
    fn is(&self, message: &Message) -> bool {
        !self.sending
            && self.message.message == message.message
            && match self.message.created_at {
                Some(_) => self.message.created_at == message.created_at,
                None => self.message.handle == message.handle,
            }
    }
}

/// A message in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Unlike any other's, and the same for as long as the message is on show.
    pub key: String,
    /// The message.
    pub message: Message,
    /// Whether the person wrote it.
    pub own: bool,
    /// Whether it is on its way.
    pub sending: bool,
    /// Whether the one before is from the same person.
    pub follows: bool,
}

/// What is in a conversation: what was loaded, and what was sent from here, oldest first. `own` is the person's handle.
pub fn lines(loaded: &[Message], outgoing: &[Outgoing], own: Option<&str>) -> Vec<Line> {
    let mut missing: Vec<&Outgoing> = outgoing.iter().collect();
    let mut occurrences: HashMap<&str, usize> = HashMap::new();
    let mut lines: Vec<Line> = Vec::new();
    for message in loaded {
        let sent = missing.iter().position(|sent| sent.is(message));
        let (key, by_person) = match sent {
            Some(index) => (sent_key(missing.remove(index)), true),
            None => {
                let occurrence = occurrences.entry(&message.uuid).or_default();
                *occurrence += 1;
                (format!("{occurrence}/{}", message.uuid), false)
            }
        };
        lines.push(Line {
            key,
            own: by_person || own == Some(&*message.handle),
            message: message.clone(),
            sending: false,
            follows: false,
        });
    }
    lines.extend(missing.into_iter().map(|sent| Line {
        key: sent_key(sent),
        message: sent.message.clone(),
        own: true,
        sending: sent.sending,
        follows: false,
    }));
    // What is on its way is last.
    let known = lines.iter().filter(|line| !line.sending);
    if known.clone().all(|line| line.message.created_at.is_some()) {
        lines.sort_by_key(|line| (line.sending, line.message.created_at));
    }
    let mut before: Option<(bool, String)> = None;
    for line in &mut lines {
        let writer = (line.own, line.message.handle.clone());
        line.follows = before
            .as_ref()
            .is_some_and(|before| before.0 == writer.0 && (writer.0 || before.1 == writer.1));
        before = Some(writer);
    }
    lines
}

fn sent_key(sent: &Outgoing) -> String {
    format!("sent/{}", sent.number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(uuid: &str, handle: &str, message: Option<&str>) -> MessageGroup {
        MessageGroup {
            uuid: uuid.to_owned(),
            handle: handle.to_owned(),
            display_name: Some(handle.to_uppercase()),
            message: message.map(str::to_owned),
            created_at: Some(0),
        }
    }

    fn message(uuid: &str, handle: &str, text: &str, created_at: Option<i64>) -> Message {
        Message {
            uuid: uuid.to_owned(),
            handle: handle.to_owned(),
            display_name: None,
            message: text.to_owned(),
            created_at,
        }
    }

    fn outgoing(number: u32, message: Message, sending: bool) -> Outgoing {
        Outgoing {
            number,
            message,
            sending,
        }
    }

    fn with(handle: &str) -> Route {
        Route::Conversation {
            handle: handle.to_owned(),
        }
    }

    fn new(handle: &str) -> Route {
        Route::NewConversation {
            handle: handle.to_owned(),
        }
    }

    fn of_id(uuid: &str) -> Route {
        Route::MessageGroup {
            uuid: uuid.to_owned(),
        }
    }

    fn what(open: Open) -> Option<Conversation> {
        match open {
            Open::Conversation(partner) => partner.conversation,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn before_week_5_conversations_are_found_by_handles() {
        let groups = [group("1", "worf", None), group("2", "ann", None)];
        let open = |route| resolve(&route, Some(&groups));
        let worf = Some(Conversation::With("worf".to_owned()));
        assert_eq!(what(open(with("worf"))), worf);
        assert_eq!(what(open(of_id("1"))), worf);
        let lore = Some(Conversation::With("lore".to_owned()));
        assert_eq!(what(open(with("lore"))), lore);
        assert_eq!(open(new("worf")), Open::Elsewhere(with("worf")));
        let begun = Open::New {
            handle: "lore".to_owned(),
            must_exist: false,
        };
        assert_eq!(open(new("lore")), begun);
        assert_eq!(open(of_id("3")), Open::Unknown);
        assert_eq!(open(Route::Messages), Open::List);
    }

    #[test]
    fn from_week_5_on_conversations_are_found_by_ids() {
        let groups = [group("1", "worf", Some("hi")), group("2", "ann", Some(""))];
        let open = |route| resolve(&route, Some(&groups));
        let id = Some(Conversation::Group("2".to_owned()));
        assert_eq!(what(open(of_id("2"))), id);
        for route in [with("worf"), new("worf")] {
            assert_eq!(open(route), Open::Elsewhere(of_id("1")));
        }
        let begun = || Open::New {
            handle: "lore".to_owned(),
            must_exist: true,
        };
        for route in [with("lore"), new("lore")] {
            assert_eq!(open(route.clone()), begun());
            assert_eq!(resolve(&route, Some(&[])), begun());
        }
    }

    #[test]
    fn everything_but_the_list_waits_for_the_list() {
        for route in [with("worf"), new("worf"), of_id("1")] {
            assert_eq!(resolve(&route, None), Open::Waiting);
        }
        assert_eq!(resolve(&Route::Messages, None), Open::List);
    }

    #[test]
    fn a_message_goes_to_the_handle_and_to_the_id_where_there_is_one() {
        let partner = |message| partner(&group("1", "worf", message)).recipient();
        assert_eq!(partner(None).group, None);
        assert_eq!(partner(Some("hi")).group.as_deref(), Some("1"));
        assert_eq!(partner(Some("hi")).handle.as_deref(), Some("worf"));
    }

    #[test]
    fn a_new_message_is_the_conversations_last() {
        let last = message("m", "ann", "new", Some(5));
        let groups = [group("1", "worf", Some("old")), group("2", "ann", None)];
        let groups = preview(&groups, "worf", &last);
        assert_eq!(groups[0].message.as_deref(), Some("new"));
        assert_eq!(groups[0].created_at, Some(5));
        assert_eq!(preview(&groups, "ann", &last)[1].message, None);
    }

    #[test]
    fn messages_of_one_person_follow_each_other() {
        let loaded = [
            message("1", "worf", "a", Some(1)),
            message("2", "worf", "b", Some(2)),
            message("3", "ann", "c", Some(3)),
            message("4", "worf", "d", Some(4)),
        ];
        let lines = lines(&loaded, &[], Some("ann"));
        let follows: Vec<_> = lines.iter().map(|line| line.follows).collect();
        assert_eq!(follows, [false, true, false, false]);
        let own: Vec<_> = lines.iter().map(|line| line.own).collect();
        assert_eq!(own, [false, false, true, false]);
    }

    #[test]
    fn what_was_sent_is_shown_once_and_keeps_its_key() {
        let sent = message("user", "andrewbrown", "hi", Some(5));
        let out = [outgoing(7, sent, false)];
        let before = lines(&[], &out, Some("ann"));
        assert_eq!((before.len(), before[0].own), (1, true));
        // The list has another id for it.
        let loaded = [
            message("1", "worf", "a", Some(1)),
            message("2", "andrewbrown", "hi", Some(5)),
            message("3", "worf", "hi", Some(6)),
        ];
        let after = lines(&loaded, &out, Some("ann"));
        assert_eq!(after.len(), 3);
        assert_eq!((&after[1].key, after[1].own), (&before[0].key, true));
        assert!(!after[2].own);
    }

    #[test]
    fn what_the_backend_does_not_have_stands_in_its_place() {
        let out = [
            outgoing(1, message("u", "ann", "sent", Some(5)), false),
            outgoing(2, message("", "ann", "on its way", None), true),
        ];
        let loaded = [
            message("1", "worf", "a", Some(1)),
            message("2", "worf", "b", Some(9)),
        ];
        let texts: Vec<_> = lines(&loaded, &out, None)
            .into_iter()
            .map(|line| line.message.message)
            .collect();
        assert_eq!(texts, ["a", "sent", "b", "on its way"]);
    }

    #[test]
    fn keys_are_unique_whatever_the_ids() {
        let same = message("user", "worf", "a", None);
        let out = [
            outgoing(1, same.clone(), false),
            outgoing(2, same.clone(), false),
        ];
        let loaded = [same.clone(), same.clone(), same];
        let lines = lines(&loaded, &out, None);
        assert_eq!(lines.len(), 3);
        let mut keys: Vec<_> = lines.into_iter().map(|line| line.key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 3);
    }
}
