//! One function per route of the backend.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    Activity, Backend, BackendError, Conversation, Message, MessageGroup, Profile, Recipient, Sent,
    Thread, Ttl, UserFeed,
};

impl Backend {
    /// `GET /api/activities/home`: the home feed, newest first. A signed-in person sees more than others.
    ///
    /// # Errors
    /// Why there is no feed.
    pub async fn home_feed(&self) -> Result<Vec<Activity>, BackendError> {
        let body = self.get("/api/activities/home").await?;
        Activity::read_list(&body).ok_or(BackendError::InvalidBody)
    }

    /// `GET /api/activities/notifications`
    ///
    /// # Errors
    /// Why there are none; [`BackendError::Status`] with 404 where the backend has no such route.
    pub async fn notifications(&self) -> Result<Vec<Activity>, BackendError> {
        let body = self.get("/api/activities/notifications").await?;
        Activity::read_list(&body).ok_or(BackendError::InvalidBody)
    }

    /// `GET /api/activities/@<handle>`: what somebody wrote, newest first; `None` if there is nobody of that handle.
    ///
    /// # Errors
    /// Why there is no feed.
    pub async fn user_feed(&self, handle: &str) -> Result<Option<UserFeed>, BackendError> {
        let path = format!("/api/activities/@{}", segment(handle));
        match self.get(&path).await {
            Ok(body) => UserFeed::read(&body).ok_or(BackendError::InvalidBody),
            Err(BackendError::Status(404)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One crud with its replies; `None` if there is none, or none any more.
    ///
    /// Where the home feed comes with replies (week 3), the crud is looked for there, and then in its author's feed.
    /// Otherwise `GET /api/activities/@<handle>/status/<uuid>` has both; weeks without that route have no replies to show.
    ///
    /// # Errors
    /// Why they could not be had.
    pub async fn status(&self, handle: &str, uuid: &str) -> Result<Option<Thread>, BackendError> {
        let home = self.get("/api/activities/home").await;
        let has_replies = home.as_ref().is_ok_and(|home| {
            let mut entries = home.as_array().into_iter().flatten();
            entries.any(|entry| entry.get("replies").is_some())
        });
        if !has_replies && let Some(thread) = self.thread(handle, uuid).await? {
            return Ok(Some(thread));
        }
        let home = Activity::read_list(&*home?).ok_or(BackendError::InvalidBody)?;
        if let Some(thread) = Thread::find(home, handle, uuid) {
            return Ok(Some(thread));
        }
        let feed = self.user_feed(handle).await?;
        Ok(feed.and_then(|feed| Thread::find(feed.activities, handle, uuid)))
    }

    /// `GET /api/activities/@<handle>/status/<uuid>`; `None` where there is no such crud, or no such route.
    async fn thread(&self, handle: &str, uuid: &str) -> Result<Option<Thread>, BackendError> {
        let path = format!(
            "/api/activities/@{}/status/{}",
            segment(handle),
            segment(uuid)
        );
        match self.get(&path).await {
            Ok(body) => Ok(Thread::read(&body)),
            Err(BackendError::Status(404 | 405)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `GET /api/activities/search?term=`
    ///
    /// # Errors
    /// [`BackendError::Rejected`] for a blank term, and others.
    pub async fn search(&self, term: &str) -> Result<Vec<Activity>, BackendError> {
        let path = format!("/api/activities/search?term={}", segment(term));
        let body = self.get(&path).await?;
        Activity::read_list(&body).ok_or(BackendError::InvalidBody)
    }

    /// `POST /api/activities`: says something, for as long as `ttl`.
    ///
    /// # Errors
    /// [`BackendError::Rejected`] with `message_blank`, `message_exceed_max_chars` or `ttl_blank`, and others.
    pub async fn post_crud(&self, message: &str, ttl: Ttl) -> Result<Activity, BackendError> {
        let fields = json!({ "message": message, "ttl": ttl.value() });
        let body = self.post("/api/activities", &fields).await?;
        Activity::read(&body).ok_or(BackendError::InvalidBody)
    }

    /// `POST /api/activities/<uuid>/reply`: answers a crud or a reply.
    ///
    /// # Errors
    /// [`BackendError::Rejected`] with `message_blank` or `message_exceed_max_chars`, and others.
    pub async fn post_reply(&self, uuid: &str, message: &str) -> Result<Activity, BackendError> {
        let path = format!("/api/activities/{}/reply", segment(uuid));
        let fields = json!({ "activity_uuid": uuid, "message": message });
        let body = self.post(&path, &fields).await?;
        Activity::read(&body).ok_or(BackendError::InvalidBody)
    }

    /// `GET /api/message_groups`: the person's conversations.
    ///
    /// # Errors
    /// [`BackendError::Unauthorized`] without a session from week 5 on, and others.
    pub async fn message_groups(&self) -> Result<Vec<MessageGroup>, BackendError> {
        let body = self.get("/api/message_groups").await?;
        MessageGroup::read_list(&body).ok_or(BackendError::InvalidBody)
    }

    /// `GET /api/messages/@<handle>` or `GET /api/messages/<message_group_uuid>`: what was written, oldest first.
    ///
    /// # Errors
    /// [`BackendError::Unauthorized`] without a session from week 5 on, and others.
    pub async fn messages(
        &self,
        conversation: &Conversation,
    ) -> Result<Vec<Message>, BackendError> {
        let path = match conversation {
            Conversation::With(handle) => format!("/api/messages/@{}", segment(handle)),
            Conversation::Group(uuid) => format!("/api/messages/{}", segment(uuid)),
        };
        let mut messages =
            Message::read_list(&*self.get(&path).await?).ok_or(BackendError::InvalidBody)?;
        // Some weeks answer newest first. The sort is stable: what has no time, or the same, stays in its place.
        if messages.iter().all(|message| message.created_at.is_some()) {
            messages.sort_by_key(|message| message.created_at);
        }
        Ok(messages)
    }

    /// `POST /api/messages`: sends a message. Each week has another name for the recipient; all are sent.
    ///
    /// # Errors
    /// [`BackendError::Rejected`] with `message_blank`, `message_exceed_max_chars` or `user_reciever_handle_blank`
    /// before week 5; from then on 500 for the same.
    pub async fn send_message(
        &self,
        recipient: &Recipient,
        message: &str,
    ) -> Result<Sent, BackendError> {
        let mut fields = json!({ "message": message });
        if let Some(handle) = &recipient.handle {
            fields["user_receiver_handle"] = handle.as_str().into();
            fields["handle"] = handle.as_str().into();
        }
        if let Some(group) = &recipient.group {
            fields["message_group_uuid"] = group.as_str().into();
        }
        let body = self.post("/api/messages", &fields).await?;
        Sent::read(&body).ok_or(BackendError::InvalidBody)
    }

    /// `GET /api/users/@<handle>/short`: who somebody is; `None` if nobody has the handle, or the backend has no such
    /// route (before week 5).
    ///
    /// # Errors
    /// Why it is not known.
    pub async fn person(&self, handle: &str) -> Result<Option<Profile>, BackendError> {
        let path = format!("/api/users/@{}/short", segment(handle));
        match self.get(&path).await {
            Ok(body) => Ok(Profile::read(&body)),
            Err(BackendError::Status(404 | 405)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `POST /api/profile/update`: changes the person's name and what they say about themselves (from week 8 on).
    ///
    /// # Errors
    /// [`BackendError::Rejected`] with `display_name_blank`, and others.
    pub async fn update_profile(&self, display_name: &str, bio: &str) -> Result<(), BackendError> {
        let fields = json!({ "display_name": display_name, "bio": bio });
        // The answer should be the profile, and is an empty object.
        let _: Value = self.post("/api/profile/update", &fields).await?;
        Ok(())
    }
}

/// `text` as one segment of a path, or as a value of a query.
fn segment(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}
