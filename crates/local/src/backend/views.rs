//! The JSON that the routes answer with. Keys are alphabetical, as the original's are: the fields are declared so.

use serde::Serialize;

use super::samples::{self, Likes, Sample};
use super::store::{Conversation, Crud, Message, Reply, Store};
use super::timestamp::{naive, with_offset};

/// An item of the home feed and of the notifications.
#[derive(Debug, Serialize)]
pub(super) struct Activity {
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    expires_at: String,
    handle: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    likes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    likes_count: Option<u32>,
    message: String,
    replies: Vec<ThreadReply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replies_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reposts_count: Option<u32>,
    uuid: String,
}

/// A reply inside an [`Activity`]. The whole thread is one list: `reply_to_activity_uuid` says who answers whom.
#[derive(Debug, Serialize)]
struct ThreadReply {
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    handle: String,
    likes_count: u32,
    message: String,
    replies_count: usize,
    reply_to_activity_uuid: String,
    reposts_count: u32,
    uuid: String,
}

/// An item of a person's own feed; its times have no offset.
#[derive(Debug, Serialize)]
pub(super) struct UserActivity {
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    expires_at: String,
    handle: String,
    message: String,
    uuid: String,
}

/// An item of a search result.
#[derive(Debug, Serialize)]
pub(super) struct Found {
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    handle: String,
    message: String,
    uuid: String,
}

/// The answer to posting a crud.
#[derive(Debug, Serialize)]
pub(super) struct CreatedCrud {
    created_at: String,
    display_name: String,
    expires_at: String,
    handle: String,
    message: String,
    uuid: String,
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

/// A row of the list of conversations.
#[derive(Debug, Serialize)]
pub(super) struct MessageGroup {
    created_at: String,
    display_name: String,
    handle: String,
    uuid: String,
}

/// A direct message.
#[derive(Debug, Serialize)]
pub(super) struct DirectMessage {
    created_at: String,
    display_name: String,
    handle: String,
    message: String,
    uuid: String,
}

/// The home feed: what people posted, newest first, then the samples in their own order.
pub(super) fn home(store: &Store, signed_in: bool, now: i64) -> Vec<Activity> {
    let posted = store.cruds(now).map(|crud| posted(store, crud));
    posted
        .chain(samples_at_home(signed_in).map(|item| sample(store, item, now)))
        .collect()
}

/// One crud of the home feed.
pub(super) fn activity(store: &Store, uuid: &str, signed_in: bool, now: i64) -> Option<Activity> {
    home(store, signed_in, now)
        .into_iter()
        .find(|item| item.uuid == uuid)
}

/// The notifications.
pub(super) fn notifications(store: &Store, now: i64) -> Vec<Activity> {
    vec![sample(store, &samples::NOTIFICATION, now)]
}

/// The cruds of the person called `handle`, newest first; nothing for one who never wrote.
pub(super) fn user_feed(
    store: &Store,
    handle: &str,
    signed_in: bool,
    now: i64,
) -> Vec<UserActivity> {
    let posted = store
        .cruds(now)
        .filter(|crud| crud.author.handle == handle)
        .map(|crud| UserActivity {
            created_at: naive(crud.created_at),
            display_name: Some(crud.author.display_name.clone()),
            expires_at: naive(crud.expires_at),
            handle: crud.author.handle.clone(),
            message: crud.message.clone(),
            uuid: crud.uuid.clone(),
        });
    // Andrew's page has its one sample under both spellings of his name; the others have theirs from home.
    let samples: Vec<&Sample> = if samples::is_andrew(handle) {
        vec![&samples::ANDREWS]
    } else {
        samples_at_home(signed_in)
            .filter(|item| item.handle == handle)
            .collect()
    };
    posted
        .chain(samples.into_iter().map(|item| UserActivity {
            created_at: naive(now - item.age),
            display_name: None,
            expires_at: naive(now + item.left),
            handle: item.handle.to_owned(),
            message: item.message.to_owned(),
            uuid: item.uuid.to_owned(),
        }))
        .collect()
}

/// The cruds whose text or author holds `term`, whatever the case; what people posted first, newest first.
pub(super) fn search(store: &Store, term: &str, signed_in: bool, now: i64) -> Vec<Found> {
    let term = term.to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&term);
    let posted = store
        .cruds(now)
        .filter(|crud| {
            holds(&crud.message) || holds(&crud.author.handle) || holds(&crud.author.display_name)
        })
        .map(|crud| Found {
            created_at: with_offset(crud.created_at),
            display_name: Some(crud.author.display_name.clone()),
            handle: crud.author.handle.clone(),
            message: crud.message.clone(),
            uuid: crud.uuid.clone(),
        });
    let samples = samples_at_home(signed_in)
        .chain([&samples::ANDREWS])
        .filter(|item| holds(item.message) || holds(item.handle))
        .map(|item| Found {
            created_at: with_offset(now - item.age),
            display_name: None,
            handle: item.handle.to_owned(),
            message: item.message.to_owned(),
            uuid: item.uuid.to_owned(),
        });
    posted.chain(samples).collect()
}

/// A person's conversations: those they had, the latest first, then the samples they had none with.
pub(super) fn message_groups(had: Vec<Conversation>, now: i64) -> Vec<MessageGroup> {
    let samples: Vec<_> = samples::GROUPS
        .iter()
        .filter(|group| had.iter().all(|row| row.handle != group.handle))
        .map(|group| MessageGroup {
            created_at: with_offset(now),
            display_name: group.display_name.to_owned(),
            handle: group.handle.to_owned(),
            uuid: group.uuid.to_owned(),
        })
        .collect();
    had.into_iter()
        .map(|row| MessageGroup {
            created_at: with_offset(row.last_at),
            display_name: row.display_name,
            handle: row.handle,
            uuid: row.uuid,
        })
        .chain(samples)
        .collect()
}

/// A conversation with `handle`, oldest first; those of the sample groups begin with the sample messages.
pub(super) fn messages<'a>(
    exchanged: impl Iterator<Item = &'a Message>,
    handle: &str,
    now: i64,
) -> Vec<DirectMessage> {
    let is_sample = samples::is_andrew(handle) || samples::display_name(handle).is_some();
    samples::MESSAGES
        .iter()
        .filter(|_| is_sample)
        .map(|(uuid, message)| DirectMessage {
            created_at: with_offset(now),
            display_name: samples::VISITOR_NAME.to_owned(),
            handle: samples::VISITOR_HANDLE.to_owned(),
            message: (*message).to_owned(),
            uuid: (*uuid).to_owned(),
        })
        .chain(exchanged.map(DirectMessage::from))
        .collect()
}

impl From<&Message> for DirectMessage {
    fn from(message: &Message) -> Self {
        Self {
            created_at: with_offset(message.created_at),
            display_name: message.author.display_name.clone(),
            handle: message.author.handle.clone(),
            message: message.message.clone(),
            uuid: message.uuid.clone(),
        }
    }
}

impl From<Crud> for CreatedCrud {
    fn from(crud: Crud) -> Self {
        Self {
            created_at: with_offset(crud.created_at),
            display_name: crud.author.display_name,
            expires_at: with_offset(crud.expires_at),
            handle: crud.author.handle,
            message: crud.message,
            uuid: crud.uuid,
        }
    }
}

impl From<Reply> for CreatedReply {
    fn from(reply: Reply) -> Self {
        Self {
            created_at: with_offset(reply.created_at),
            display_name: reply.author.display_name,
            handle: reply.author.handle,
            message: reply.message,
            reply_to_activity_uuid: reply.reply_to,
            uuid: reply.uuid,
        }
    }
}

fn samples_at_home(signed_in: bool) -> impl Iterator<Item = &'static Sample> {
    let lore = signed_in.then_some(&samples::LORE);
    lore.into_iter().chain(&samples::HOME)
}

fn posted(store: &Store, crud: &Crud) -> Activity {
    let replies = thread(store, &crud.uuid);
    Activity {
        created_at: with_offset(crud.created_at),
        display_name: Some(crud.author.display_name.clone()),
        expires_at: with_offset(crud.expires_at),
        handle: crud.author.handle.clone(),
        likes: None,
        likes_count: Some(0),
        message: crud.message.clone(),
        replies_count: Some(replies.len()),
        replies,
        reposts_count: Some(0),
        uuid: crud.uuid.clone(),
    }
}

fn sample(store: &Store, sample: &Sample, now: i64) -> Activity {
    let created_at = with_offset(now - sample.age);
    let mut replies: Vec<_> = sample
        .reply
        .iter()
        .map(|reply| ThreadReply {
            created_at: created_at.clone(),
            display_name: None,
            handle: reply.handle.to_owned(),
            likes_count: 0,
            message: reply.message.to_owned(),
            replies_count: store.direct_replies(reply.uuid),
            reply_to_activity_uuid: sample.uuid.to_owned(),
            reposts_count: 0,
            uuid: reply.uuid.to_owned(),
        })
        .collect();
    replies.extend(thread(store, sample.uuid));
    let (likes, likes_count) = match sample.likes {
        Likes::Plain(count) => (Some(count), None),
        Likes::Counted(count) => (None, Some(count)),
    };
    let counted = likes_count.is_some();
    Activity {
        created_at,
        display_name: None,
        expires_at: with_offset(now + sample.left),
        handle: sample.handle.to_owned(),
        likes,
        likes_count,
        message: sample.message.to_owned(),
        replies_count: (counted || !replies.is_empty()).then_some(replies.len()),
        reposts_count: counted.then_some(0),
        replies,
        uuid: sample.uuid.to_owned(),
    }
}

fn thread(store: &Store, uuid: &str) -> Vec<ThreadReply> {
    store
        .thread(uuid)
        .map(|reply| ThreadReply {
            created_at: with_offset(reply.created_at),
            display_name: Some(reply.author.display_name.clone()),
            handle: reply.author.handle.clone(),
            likes_count: 0,
            message: reply.message.clone(),
            replies_count: store.direct_replies(&reply.uuid),
            reply_to_activity_uuid: reply.reply_to.clone(),
            reposts_count: 0,
            uuid: reply.uuid.clone(),
        })
        .collect()
}
