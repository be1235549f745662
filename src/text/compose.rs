//! Writing: cruds and replies.

use super::feed::isolated;
use super::formats::number;
use super::{Text, either};
use crate::backend::Ttl;

pub const COMPOSE: Text = Text::new("New crud", "Neuer Crud");
pub const COMPOSE_LABEL: Text = Text::new("Your crud", "Dein Crud");
pub const COMPOSE_PLACEHOLDER: Text =
    Text::new("What would you like to say?", "Was möchtest du sagen?");
pub const EXPIRES: Text = Text::new("Goes away after", "Verschwindet nach");
pub const CRUD: Text = Text::new("Crud", "Crudden");
pub const CRUDDING: Text = Text::new("Sending…", "Wird gesendet…");
pub const SENT: Text = Text::new("Your crud is out.", "Dein Crud ist draußen.");
pub const REPLY_LABEL: Text = Text::new("Your reply", "Deine Antwort");
pub const REPLY_PLACEHOLDER: Text = Text::new("What is your reply?", "Was antwortest du?");
pub const REPLY: Text = Text::new("Reply", "Antworten");
pub const REPLIED: Text = Text::new("Your reply is out.", "Deine Antwort ist draußen.");
pub const CANCEL: Text = Text::new("Cancel", "Abbrechen");
pub const BLANK: Text = Text::new("Write something first.", "Schreib erst etwas.");
pub const OVER: Text = Text::new("That is too long.", "Das ist zu lang.");

/// The heading of the dialog in which somebody is answered.
pub fn reply_to(author: &str) -> String {
    let author = isolated(author);
    either(
        || format!("Reply to {author}"),
        || format!("Antwort an {author}"),
    )
}

/// How long a crud stays.
pub fn ttl(ttl: Ttl) -> Text {
    match ttl {
        Ttl::Days30 => Text::new("30 days", "30 Tagen"),
        Ttl::Days7 => Text::new("7 days", "7 Tagen"),
        Ttl::Days3 => Text::new("3 days", "3 Tagen"),
        Ttl::Day1 => Text::new("1 day", "1 Tag"),
        Ttl::Hours12 => Text::new("12 hours", "12 Stunden"),
        Ttl::Hours3 => Text::new("3 hours", "3 Stunden"),
        Ttl::Hour1 => Text::new("1 hour", "1 Stunde"),
    }
}

/// How many characters there is room for; negative beyond the limit.
pub fn room(left: i64) -> String {
    if left < 0 {
        return too_long(left.unsigned_abs());
    }
    let shown = number(left.unsigned_abs());
    if left == 1 {
        return either(
            || "1 character left".to_owned(),
            || "Noch 1 Zeichen".to_owned(),
        );
    }
    either(
        || format!("{shown} characters left"),
        || format!("Noch {shown} Zeichen"),
    )
}

/// That a text is that many characters too long.
pub fn too_long(by: u64) -> String {
    let shown = number(by);
    let plural = if by == 1 { "" } else { "s" };
    either(
        || format!("That is {shown} character{plural} too long."),
        || format!("Das ist um {shown} Zeichen zu lang."),
    )
}

/// What the counter shows.
pub fn counter(left: i64) -> String {
    let shown = number(left.unsigned_abs());
    if left < 0 {
        format!("\u{2212}{shown}")
    } else {
        shown
    }
}
