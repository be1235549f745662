//! What people posted: cruds, replies and messages, and the questions the routes ask of them.
//! Everything here is pure: the time is handed in, saving is the state file's business.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::samples;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Who wrote something, as they were called when they wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Author {
    /// The user pool's `sub`; `None` for a visitor who is not signed in.
    pub sub: Option<String>,
    pub handle: String,
    pub display_name: String,
}

impl Author {
    /// A visitor posts under the name that week 3 gives to everybody.
    pub fn visitor() -> Self {
        Self {
            sub: None,
            handle: samples::VISITOR_HANDLE.to_owned(),
            display_name: samples::VISITOR_NAME.to_owned(),
        }
    }
}

/// How long a crud lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ttl(i64);

impl Ttl {
    /// The seven values that the form offers; anything else is `None`.
    pub fn parse(value: &str) -> Option<Self> {
        Some(Self(match value {
            "30-days" => 30 * DAY,
            "7-days" => 7 * DAY,
            "3-days" => 3 * DAY,
            "1-day" => DAY,
            "12-hours" => 12 * HOUR,
            "3-hours" => 3 * HOUR,
            "1-hour" => HOUR,
            _ => return None,
        }))
    }
}

/// A short message that its author lets expire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Crud {
    pub uuid: String,
    pub author: Author,
    pub message: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970; from then on the crud is gone.
    pub expires_at: i64,
}

/// An answer to a crud or to another answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    pub uuid: String,
    /// The crud or the reply that this one answers.
    pub reply_to: String,
    /// The crud that the thread hangs on.
    pub crud: String,
    pub author: Author,
    pub message: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// A direct message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Message {
    pub uuid: String,
    pub author: Author,
    pub receiver_handle: String,
    pub message: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

impl Message {
    /// The handle of the other side, if `viewer` may see this message at all.
    ///
    /// Visitors share one name, which a real person may have too: they see what visitors wrote, and no one's post.
    fn other_side(&self, viewer: &Author) -> Option<&str> {
        let sent = self.author.sub == viewer.sub;
        let received = self.receiver_handle == viewer.handle
            && (viewer.sub.is_some() || self.author.sub.is_none());
        if sent {
            Some(&self.receiver_handle)
        } else if received {
            Some(&self.author.handle)
        } else {
            None
        }
    }
}

/// One row of a person's list of conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conversation {
    /// The same for the same two people, always.
    pub uuid: String,
    pub handle: String,
    pub display_name: String,
    /// When the last message was written, milliseconds since 1970.
    pub last_at: i64,
}

/// A reply to something that is not there, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoSuchActivity;

/// The backend's section of the state file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Store {
    cruds: Vec<Crud>,
    replies: Vec<Reply>,
    messages: Vec<Message>,
    /// What people say about themselves, by their `sub`.
    profiles: HashMap<String, Profile>,
}

/// What somebody says about themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Profile {
    pub display_name: String,
    pub bio: Option<String>,
}

impl Store {
    /// What the user with that `sub` says about themselves.
    pub fn profile(&self, sub: &str) -> Option<&Profile> {
        self.profiles.get(sub)
    }

    /// Changes what a user says about themselves.
    pub fn set_profile(&mut self, sub: String, display_name: String, bio: Option<String>) {
        self.profiles.insert(sub, Profile { display_name, bio });
    }

    /// Adds a crud.
    pub fn post(&mut self, author: Author, message: String, ttl: Ttl, now: i64) -> Crud {
        self.forget_expired(now);
        let crud = Crud {
            uuid: new_uuid(),
            author,
            message,
            created_at: now,
            expires_at: now.saturating_add(ttl.0),
        };
        self.cruds.push(crud.clone());
        crud
    }

    /// Adds a reply to the crud or reply `reply_to`.
    ///
    /// # Errors
    /// [`NoSuchActivity`] when `reply_to` never was or has expired.
    pub fn reply(
        &mut self,
        author: Author,
        reply_to: &str,
        message: String,
        now: i64,
    ) -> Result<Reply, NoSuchActivity> {
        let crud = self
            .thread_of(reply_to, now)
            .ok_or(NoSuchActivity)?
            .to_owned();
        let reply = Reply {
            uuid: new_uuid(),
            reply_to: reply_to.to_owned(),
            crud,
            author,
            message,
            created_at: now,
        };
        self.replies.push(reply.clone());
        Ok(reply)
    }

    /// Adds a direct message.
    pub fn send(
        &mut self,
        author: Author,
        receiver_handle: String,
        message: String,
        now: i64,
    ) -> Message {
        let message = Message {
            uuid: new_uuid(),
            author,
            receiver_handle,
            message,
            created_at: now,
        };
        self.messages.push(message.clone());
        message
    }

    /// The cruds that have not expired, newest first.
    pub fn cruds(&self, now: i64) -> impl Iterator<Item = &Crud> {
        self.cruds
            .iter()
            .rev()
            .filter(move |crud| crud.expires_at > now)
    }

    /// Every reply in the thread of the crud `uuid`, oldest first.
    pub fn thread(&self, uuid: &str) -> impl Iterator<Item = &Reply> {
        self.replies.iter().filter(move |reply| reply.crud == uuid)
    }

    /// How many replies answer `uuid` itself.
    pub fn direct_replies(&self, uuid: &str) -> usize {
        self.replies
            .iter()
            .filter(|reply| reply.reply_to == uuid)
            .count()
    }

    /// What `viewer` and the person called `handle` wrote each other, oldest first.
    pub fn conversation(&self, viewer: &Author, handle: &str) -> impl Iterator<Item = &Message> {
        self.messages
            .iter()
            .filter(move |message| message.other_side(viewer) == Some(handle))
    }

    /// Everybody `viewer` exchanged messages with, the latest first.
    pub fn conversations(&self, viewer: &Author) -> Vec<Conversation> {
        let mut last: HashMap<&str, (usize, i64)> = HashMap::new();
        for (position, message) in self.messages.iter().enumerate() {
            if let Some(handle) = message.other_side(viewer) {
                last.insert(handle, (position, message.created_at));
            }
        }
        let mut rows: Vec<_> = last.into_iter().collect();
        rows.sort_by_key(|(_, (position, _))| std::cmp::Reverse(*position));
        rows.into_iter()
            .map(|(handle, (_, last_at))| Conversation {
                uuid: conversation_uuid(&viewer.handle, handle),
                handle: handle.to_owned(),
                display_name: self.name_of(handle),
                last_at,
            })
            .collect()
    }

    /// The display name that `handle` last wrote under; the handle itself for one who never wrote.
    fn name_of(&self, handle: &str) -> String {
        let messages = self.messages.iter().rev().map(|message| &message.author);
        let replies = self.replies.iter().rev().map(|reply| &reply.author);
        let cruds = self.cruds.iter().rev().map(|crud| &crud.author);
        messages
            .chain(replies)
            .chain(cruds)
            .find(|author| author.handle == handle)
            .map(|author| author.display_name.clone())
            .or_else(|| samples::display_name(handle).map(str::to_owned))
            .unwrap_or_else(|| handle.to_owned())
    }

    /// The crud whose thread `uuid` (of a crud or of a reply) belongs to.
    fn thread_of<'a>(&'a self, uuid: &'a str, now: i64) -> Option<&'a str> {
        let is_crud =
            |uuid: &str| samples::is_crud(uuid) || self.cruds(now).any(|crud| crud.uuid == uuid);
        if is_crud(uuid) {
            return Some(uuid);
        }
        samples::thread_of(uuid).or_else(|| {
            self.replies
                .iter()
                .find(|reply| reply.uuid == uuid)
                .map(|reply| reply.crud.as_str())
                .filter(|crud| is_crud(crud))
        })
    }

    /// Drops expired cruds and the threads that hung on them: what has expired is forgotten, not hidden.
    fn forget_expired(&mut self, now: i64) {
        self.cruds.retain(|crud| crud.expires_at > now);
        let cruds = &self.cruds;
        self.replies.retain(|reply| {
            samples::is_crud(&reply.crud) || cruds.iter().any(|crud| crud.uuid == reply.crud)
        });
    }
}

fn new_uuid() -> String {
    Uuid::new_v4().to_string()
}

fn conversation_uuid(one: &str, other: &str) -> String {
    let (first, second) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    // A JSON array keeps the two names apart whatever characters they hold.
    let name = serde_json::json!([first, second]).to_string();
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Author {
        Author {
            sub: Some(format!("sub-of-{name}")),
            handle: name.to_owned(),
            display_name: name.to_uppercase(),
        }
    }

    fn post(store: &mut Store, message: &str, ttl: &str, now: i64) -> Crud {
        let ttl = Ttl::parse(ttl).expect("a known ttl");
        store.post(person("ada"), message.to_owned(), ttl, now)
    }

    fn texts<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<&'a str> {
        messages.map(|message| message.message.as_str()).collect()
    }

    #[test]
    fn a_ttl_is_one_of_the_seven() {
        for (value, hours) in [
            ("30-days", 720),
            ("7-days", 168),
            ("3-days", 72),
            ("1-day", 24),
            ("12-hours", 12),
            ("3-hours", 3),
            ("1-hour", 1),
        ] {
            assert_eq!(Ttl::parse(value), Some(Ttl(hours * HOUR)), "{value}");
        }
        for value in ["", "2-days", "1-Hour", " 1-hour", "1 hour"] {
            assert_eq!(Ttl::parse(value), None, "{value:?}");
        }
    }

    #[test]
    fn a_crud_is_there_until_the_millisecond_it_expires() {
        let mut store = Store::default();
        post(&mut store, "short", "1-hour", 1000);
        post(&mut store, "long", "3-hours", 1000);
        let at = |now| -> Vec<&str> { store.cruds(now).map(|c| c.message.as_str()).collect() };
        assert_eq!(at(1000 + HOUR - 1), ["long", "short"]);
        assert_eq!(at(1000 + HOUR), ["long"]);
        assert!(at(1000 + 3 * HOUR).is_empty());
    }

    #[test]
    fn an_expired_crud_is_forgotten_with_its_thread() {
        let mut store = Store::default();
        let crud = post(&mut store, "short", "1-hour", 0);
        let reply = store
            .reply(person("bob"), &crud.uuid, "yes".into(), 1)
            .expect("alive");
        store
            .reply(person("ada"), &reply.uuid, "no".into(), 2)
            .expect("alive");
        assert_eq!(store.thread(&crud.uuid).count(), 2);
        assert_eq!(store.direct_replies(&crud.uuid), 1);

        for uuid in [&crud.uuid, &reply.uuid] {
            let late = store.reply(person("bob"), uuid, "late".into(), HOUR);
            assert_eq!(late.err(), Some(NoSuchActivity));
        }
        post(&mut store, "next", "1-hour", HOUR);
        assert_eq!(store.replies.len(), 0);
        assert_eq!(store.cruds.len(), 1);
    }

    #[test]
    fn samples_can_be_answered_and_their_threads_stay() {
        let mut store = Store::default();
        let sample = samples::HOME[0].uuid;
        let reply = samples::HOME[0].reply.expect("a sample reply").uuid;
        for (now, target) in [(0, sample), (1, reply)] {
            store
                .reply(person("bob"), target, "hi".into(), now)
                .expect("a sample");
        }
        post(&mut store, "much later", "1-hour", 400 * DAY);
        assert_eq!(store.thread(sample).count(), 2);
        let nothing = store.reply(person("bob"), "no-such-uuid", "hi".into(), 2);
        assert_eq!(nothing.err(), Some(NoSuchActivity));
    }

    #[test]
    fn a_conversation_is_seen_by_its_two_people_only() {
        let mut store = Store::default();
        let (ada, bob, eve) = (person("ada"), person("bob"), person("eve"));
        store.send(ada.clone(), "bob".into(), "hello bob".into(), 1);
        store.send(bob.clone(), "ada".into(), "hello ada".into(), 2);
        store.send(eve.clone(), "ada".into(), "psst".into(), 3);

        assert_eq!(
            texts(store.conversation(&ada, "bob")),
            ["hello bob", "hello ada"]
        );
        assert_eq!(
            texts(store.conversation(&bob, "ada")),
            ["hello bob", "hello ada"]
        );
        assert!(texts(store.conversation(&eve, "bob")).is_empty());
        assert_eq!(texts(store.conversation(&eve, "ada")), ["psst"]);

        let rows = store.conversations(&ada);
        let handles: Vec<_> = rows.iter().map(|row| row.handle.as_str()).collect();
        assert_eq!(handles, ["eve", "bob"]);
        assert_eq!(rows[1].display_name, "BOB");
        assert_eq!(rows[1].last_at, 2);
        assert_eq!(rows[1].uuid, store.conversations(&bob)[0].uuid);
        assert_ne!(rows[0].uuid, rows[1].uuid);
    }

    #[test]
    fn a_visitor_does_not_read_the_post_of_the_person_with_the_same_handle() {
        let mut store = Store::default();
        let andrew = Author {
            sub: Some("sub-of-andrew".into()),
            ..Author::visitor()
        };
        store.send(person("ada"), andrew.handle.clone(), "secret".into(), 1);
        store.send(andrew.clone(), "ada".into(), "mine".into(), 2);
        store.send(Author::visitor(), "ada".into(), "anonymous".into(), 3);

        let visitor = Author::visitor();
        assert_eq!(texts(store.conversation(&visitor, "ada")), ["anonymous"]);
        assert_eq!(
            texts(store.conversation(&andrew, "ada")),
            ["secret", "mine"]
        );
    }

    #[test]
    fn a_message_to_oneself_is_one_conversation() {
        let mut store = Store::default();
        let ada = person("ada");
        store.send(ada.clone(), "ada".into(), "note".into(), 1);
        assert_eq!(texts(store.conversation(&ada, "ada")), ["note"]);
        assert_eq!(store.conversations(&ada).len(), 1);
    }
}
