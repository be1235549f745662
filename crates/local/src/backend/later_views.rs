//! The JSON of the weeks from 4 on. Keys are alphabetical, as the original's are: the fields are declared so.

use serde::Serialize;
use uuid::Uuid;

use super::samples::{self, Likes, Sample};
use super::store::{self, Author, Crud, Reply, Store};
use super::timestamp::naive;
use crate::week::Week;

/// Somebody who can be written to.
pub(super) struct Person {
    pub uuid: String,
    pub sub: String,
    pub handle: String,
    pub display_name: String,
    pub bio: Option<String>,
}

/// A crud, or in the last weeks a reply, as an item of a feed.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    created_at: String,
    display_name: String,
    /// `null` for a reply, which goes with its crud.
    expires_at: Option<String>,
    handle: String,
    likes_count: u32,
    message: String,
    replies_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to_activity_uuid: Option<String>,
    reposts_count: u32,
    uuid: String,
}

impl Item {
    pub(super) fn is_by(&self, handle: &str) -> bool {
        self.handle == handle
    }

    /// Whether text or author hold a term, which is in lower case.
    pub(super) fn holds(&self, term: &str) -> bool {
        [&self.message, &self.handle, &self.display_name]
            .into_iter()
            .any(|text| text.to_lowercase().contains(term))
    }
}

/// Who somebody is.
#[derive(Debug, Serialize)]
pub(super) struct ProfileView {
    bio: Option<String>,
    cognito_user_uuid: String,
    cruds_count: usize,
    display_name: String,
    handle: String,
    uuid: String,
}

impl ProfileView {
    pub(super) fn of(person: Person, cruds_count: usize) -> Self {
        Self {
            bio: person.bio,
            cognito_user_uuid: person.sub,
            cruds_count,
            display_name: person.display_name,
            handle: person.handle,
            uuid: person.uuid,
        }
    }
}

/// What somebody wrote, with who they are.
#[derive(Debug, Serialize)]
pub(super) struct UserFeed {
    pub activities: Vec<Item>,
    pub profile: ProfileView,
}

/// Who somebody is, in short.
#[derive(Debug, Serialize)]
pub(super) struct Short {
    display_name: String,
    handle: String,
    uuid: String,
}

impl From<Person> for Short {
    fn from(person: Person) -> Self {
        Self {
            display_name: person.display_name,
            handle: person.handle,
            uuid: person.uuid,
        }
    }
}

/// The answer to posting a crud.
#[derive(Debug, Serialize)]
pub(super) struct Created {
    created_at: String,
    display_name: String,
    expires_at: String,
    handle: String,
    message: String,
    uuid: String,
}

impl From<Crud> for Created {
    fn from(crud: Crud) -> Self {
        Self {
            created_at: naive(crud.created_at),
            display_name: crud.author.display_name,
            expires_at: naive(crud.expires_at),
            handle: crud.author.handle,
            message: crud.message,
            uuid: crud.uuid,
        }
    }
}

/// The answer to posting a reply.
#[derive(Debug, Serialize)]
pub(super) struct CreatedReply {
    created_at: String,
    display_name: String,
    handle: String,
    message: String,
    reply_to_activity_uuid: String,
    uuid: String,
}

impl From<Reply> for CreatedReply {
    fn from(reply: Reply) -> Self {
        Self {
            created_at: naive(reply.created_at),
            display_name: reply.author.display_name,
            handle: reply.author.handle,
            message: reply.message,
            reply_to_activity_uuid: reply.reply_to,
            uuid: reply.uuid,
        }
    }
}

/// A row of the list of conversations.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    created_at: String,
    pub display_name: String,
    pub handle: String,
    message: String,
    uuid: String,
}

/// A direct message.
#[derive(Debug, Serialize)]
pub(super) struct Message {
    created_at: String,
    display_name: String,
    handle: String,
    message: String,
    uuid: String,
}

impl From<&store::Message> for Message {
    fn from(message: &store::Message) -> Self {
        Self {
            created_at: naive(message.created_at),
            display_name: message.author.display_name.clone(),
            handle: message.author.handle.clone(),
            message: message.message.clone(),
            uuid: message.uuid.clone(),
        }
    }
}

/// The answer to a further message of a conversation. Its `uuid` is the author's, as the original has it.
#[derive(Debug, Serialize)]
pub(super) struct Update<'a> {
    created_at: String,
    display_name: &'a str,
    handle: &'a str,
    message: &'a str,
    message_group_uuid: &'a str,
    uuid: String,
}

impl<'a> Update<'a> {
    pub(super) fn of(message: &'a store::Message, group: &'a str) -> Self {
        Self {
            created_at: naive(message.created_at),
            display_name: &message.author.display_name,
            handle: &message.author.handle,
            message: &message.message,
            message_group_uuid: group,
            uuid: user_uuid(&message.author.handle),
        }
    }
}

/// The id of a user: the same for the same handle, always.
pub(super) fn user_uuid(handle: &str) -> String {
    let name = format!("cruddur/user/{handle}");
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).to_string()
}

/// The home feed, the same for everybody: what people posted, newest first (in the last weeks replies as well), then the
/// samples.
pub(super) fn home(store: &Store, week: Week, now: i64) -> Vec<Item> {
    let mut posted: Vec<(i64, Item)> = store
        .cruds(now)
        .map(|crud| (crud.created_at, posted(store, crud)))
        .collect();
    if week.has_threads() {
        let threads = store.cruds(now).map(|crud| crud.uuid.as_str());
        let threads = threads.chain(samples::HOME.iter().map(|sample| sample.uuid));
        let replies = threads.flat_map(|uuid| store.thread(uuid));
        posted.extend(replies.map(|one| (one.created_at, reply(store, one))));
    }
    posted.sort_by_key(|(created_at, _)| std::cmp::Reverse(*created_at));
    let samples = samples::HOME.iter().map(|one| sample(store, one, now));
    posted
        .into_iter()
        .map(|(_, item)| item)
        .chain(samples)
        .collect()
}

/// One crud or reply by its author and id, with what answers it, oldest first.
pub(super) fn status(
    store: &Store,
    handle: &str,
    uuid: &str,
    now: i64,
) -> Option<(Item, Vec<Item>)> {
    let activity = home(store, Week::X, now)
        .into_iter()
        .find(|item| item.uuid == uuid && item.handle == handle)?;
    let replies = store.thread(uuid).map(|one| reply(store, one)).collect();
    Some((activity, replies))
}

/// A person's conversations, the latest first.
pub(super) fn groups(store: &Store, viewer: &Author) -> Vec<Group> {
    store
        .conversations(viewer)
        .into_iter()
        .map(|row| {
            let last = store.conversation(viewer, &row.handle).last();
            Group {
                created_at: naive(row.last_at),
                display_name: row.display_name,
                message: last.map(|last| last.message.clone()).unwrap_or_default(),
                handle: row.handle,
                uuid: row.uuid,
            }
        })
        .collect()
}

/// Messages, the newest first.
pub(super) fn messages<'a>(exchanged: impl Iterator<Item = &'a store::Message>) -> Vec<Message> {
    let mut messages: Vec<Message> = exchanged.map(Message::from).collect();
    messages.reverse();
    messages
}

fn posted(store: &Store, crud: &Crud) -> Item {
    Item {
        created_at: naive(crud.created_at),
        display_name: name(store, &crud.author),
        expires_at: Some(naive(crud.expires_at)),
        handle: crud.author.handle.clone(),
        likes_count: 0,
        message: crud.message.clone(),
        replies_count: store.direct_replies(&crud.uuid),
        reply_to_activity_uuid: None,
        reposts_count: 0,
        uuid: crud.uuid.clone(),
    }
}

fn reply(store: &Store, reply: &Reply) -> Item {
    Item {
        created_at: naive(reply.created_at),
        display_name: name(store, &reply.author),
        expires_at: None,
        handle: reply.author.handle.clone(),
        likes_count: 0,
        message: reply.message.clone(),
        replies_count: store.direct_replies(&reply.uuid),
        reply_to_activity_uuid: Some(reply.reply_to.clone()),
        reposts_count: 0,
        uuid: reply.uuid.clone(),
    }
}

/// A sample under the handle that its author has in the database.
pub(super) fn sample(store: &Store, sample: &Sample, now: i64) -> Item {
    let (handle, name) = samples::person(sample.handle);
    Item {
        created_at: naive(now - sample.age),
        display_name: name.to_owned(),
        expires_at: Some(naive(now + sample.left)),
        handle: handle.to_owned(),
        likes_count: match sample.likes {
            Likes::Plain(count) | Likes::Counted(count) => count,
        },
        message: sample.message.to_owned(),
        replies_count: store.direct_replies(sample.uuid),
        reply_to_activity_uuid: None,
        reposts_count: 0,
        uuid: sample.uuid.to_owned(),
    }
}

/// What somebody is called now.
fn name(store: &Store, author: &Author) -> String {
    let profile = author.sub.as_deref().and_then(|sub| store.profile(sub));
    profile.map_or_else(
        || author.display_name.clone(),
        |profile| profile.display_name.clone(),
    )
}
