//! Direct messages.

use super::feed::isolated;
use super::{Text, either};

pub const MESSAGES: Text = Text::new("Messages", "Nachrichten");
pub const GROUPS: Text = Text::new("Conversations", "Unterhaltungen");
pub const GROUPS_LOADING: Text =
    Text::new("Loading conversations…", "Unterhaltungen werden geladen…");
pub const GROUPS_ERROR: Text = Text::new(
    "Your conversations could not be loaded",
    "Deine Unterhaltungen konnten nicht geladen werden",
);
pub const GROUPS_EMPTY_TITLE: Text = Text::new("No conversations yet", "Noch keine Unterhaltungen");
pub const GROUPS_EMPTY: Text = Text::new(
    "Look for somebody, and write to them from their profile.",
    "Such dir jemanden aus und schreib aus dem Profil eine Nachricht.",
);
pub const FIND_SOMEBODY: Text = Text::new("Find somebody", "Jemanden finden");
pub const CHOOSE: Text = Text::new("Choose a conversation.", "Wähl eine Unterhaltung aus.");
pub const BACK: Text = Text::new("All conversations", "Alle Unterhaltungen");

pub const LOADING: Text = Text::new("Loading messages…", "Nachrichten werden geladen…");
pub const ERROR: Text = Text::new(
    "The messages could not be loaded",
    "Die Nachrichten konnten nicht geladen werden",
);
pub const EMPTY_TITLE: Text = Text::new("No messages yet", "Noch keine Nachrichten");
pub const EMPTY: Text = Text::new("The first one is yours.", "Die erste kommt von dir.");
pub const UNKNOWN: Text = Text::new(
    "There is no such conversation",
    "Diese Unterhaltung gibt es nicht",
);
pub const UNKNOWN_TEXT: Text = Text::new(
    "It may belong to somebody else, or the address is not quite right.",
    "Vielleicht gehört sie jemand anderem, oder die Adresse stimmt nicht ganz.",
);
pub const NOBODY_TEXT: Text = Text::new(
    "Look at how the handle is written.",
    "Sieh nach, wie der Name geschrieben wird.",
);
pub const SIGN_IN: Text = Text::new(
    "Sign in to read and write messages.",
    "Melde dich an, um Nachrichten zu lesen und zu schreiben.",
);
pub const YOU: Text = Text::new("You", "Du");
pub const SENDING: Text = Text::new("Sending…", "Wird gesendet…");
pub const SENT: Text = Text::new(
    "Your message has been sent.",
    "Deine Nachricht ist gesendet.",
);

pub const LABEL: Text = Text::new("Your message", "Deine Nachricht");
pub const PLACEHOLDER: Text = Text::new("send a direct message...", "schreib eine Nachricht …");
pub const MESSAGE: Text = Text::new("Message", "Senden");

/// The heading of the conversation with somebody.
pub fn with(name: &str) -> String {
    let name = isolated(name);
    either(
        || format!("Messages with {name}"),
        || format!("Nachrichten mit {name}"),
    )
}

/// The form that writes to somebody.
pub fn to(name: &str) -> String {
    let name = isolated(name);
    either(
        || format!("Message to {name}"),
        || format!("Nachricht an {name}"),
    )
}

/// That nobody has a handle.
pub fn nobody(handle: &str) -> String {
    let handle = isolated(&format!("@{handle}"));
    either(
        || format!("Nobody is called {handle}"),
        || format!("Niemand heißt {handle}"),
    )
}
