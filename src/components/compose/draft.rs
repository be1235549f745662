//! What a person has begun to write.
//!
//! Drafts are kept in `sessionStorage`, by whose they are: they survive a reload, a sign-in and a failure, two tabs do
//! not overwrite each other's, and nothing stays behind on a device that others use too.

use yew::prelude::*;

/// What a draft is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A crud.
    Crud,
    /// A reply.
    Reply {
        /// The author of what it answers.
        handle: String,
        /// The id of what it answers.
        uuid: String,
    },
    /// A direct message.
    Message {
        /// Whom it is for.
        handle: String,
    },
}

/// Where the draft of a user (by their name in the pool) is kept.
fn key(username: &str, kind: &Kind) -> String {
    match kind {
        Kind::Crud => format!("draft/{username}/crud"),
        Kind::Reply { handle, uuid } => format!("draft/{username}/reply/{uuid}/{handle}"),
        Kind::Message { handle } => format!("draft/{username}/message/{handle}"),
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn read(key: &str) -> String {
    let kept = storage().and_then(|storage| storage.get_item(key).ok()?);
    kept.unwrap_or_default()
}

/// Where the browser keeps nothing, the draft is as long-lived as the form.
fn write(key: &str, text: &str) {
    if let Some(storage) = storage() {
        let _ = if text.is_empty() {
            storage.remove_item(key)
        } else {
            storage.set_item(key, text)
        };
    }
}

/// A text that is being written, and kept as it is.
#[derive(Clone)]
pub struct Draft {
    key: String,
    text: UseStateHandle<String>,
}

impl Draft {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Changes it, here and where it is kept.
    pub fn set(&self, text: String) {
        write(&self.key, &text);
        self.text.set(text);
    }

    /// Forgets it, unless it has become another than `sent` in the meantime.
    pub fn sent(&self, sent: &str) {
        if read(&self.key) == sent {
            write(&self.key, "");
        }
        self.text.set(String::new());
    }

    /// Empties the field while the text is on its way. It stays where it is kept, for the page may go before the answer.
    pub fn leave(&self) {
        self.text.set(String::new());
    }

    /// Forgets what was on its way and has arrived; not what was written since.
    pub fn arrived(&self, sent: &str) {
        if read(&self.key) == sent {
            write(&self.key, "");
        }
    }

    /// Takes back what was on its way and has failed. What was written since comes after it: `typed` in the field, or
    /// what is kept if there is no field any more.
    pub fn give_back(&self, failed: &str, typed: Option<String>) {
        let newer = typed.unwrap_or_else(|| {
            let kept = read(&self.key);
            if kept == failed { String::new() } else { kept }
        });
        self.set(joined(failed, &newer));
    }
}

/// Two texts as one.
fn joined(first: &str, second: &str) -> String {
    if second.trim().is_empty() {
        return first.to_owned();
    }
    format!("{first}\n{second}")
}

/// The draft of a user of that kind. Neither may change during the life of the component.
#[hook]
pub fn use_draft(username: &str, kind: &Kind) -> Draft {
    let key = key(username, kind);
    let text = use_state(|| read(&key));
    Draft { key, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_drafts_share_a_place() {
        let reply = |handle: &str, uuid: &str| Kind::Reply {
            handle: handle.to_owned(),
            uuid: uuid.to_owned(),
        };
        let message = |handle: &str| Kind::Message {
            handle: handle.to_owned(),
        };
        let keys = [
            key("ann", &Kind::Crud),
            key("ben", &Kind::Crud),
            key("ann", &reply("worf", "a")),
            key("ann", &reply("lore", "a")),
            key("ann", &reply("worf", "b")),
            key("ben", &reply("worf", "a")),
            key("ann", &message("worf")),
            key("ann", &message("lore")),
        ];
        let mut unique = keys.to_vec();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), keys.len());
    }

    #[test]
    fn what_failed_comes_before_what_was_written_since() {
        assert_eq!(joined("failed", ""), "failed");
        assert_eq!(joined("failed", " \n"), "failed");
        assert_eq!(joined("failed", "newer"), "failed\nnewer");
    }
}
