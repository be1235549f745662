//! Feeds and cruds.

use super::formats::{day, number, relative};
use super::{Text, either};
use crate::backend::BackendError;
use crate::components::feed::{Age, Left};

pub const LOADING: Text = Text::new("Loading cruds…", "Cruds werden geladen…");
pub const EMPTY_TITLE: Text = Text::new("Nothing to see here", "Hier gibt es nichts zu sehen");
pub const EMPTY_TEXT: Text = Text::new(
    "Either nobody has said a thing, or it has all been forgotten already.",
    "Entweder hat niemand etwas gesagt, oder es ist alles schon vergessen.",
);
pub const ERROR_TITLE: Text = Text::new(
    "The cruds could not be loaded",
    "Die Cruds konnten nicht geladen werden",
);
pub const RETRY: Text = Text::new("Try again", "Noch einmal versuchen");
pub const RETRYING: Text = Text::new("Trying again…", "Neuer Versuch…");
pub const SIGN_IN: Text = Text::new("Sign In", "Anmelden");
pub const SENDING: Text = Text::new("Being sent…", "Wird gesendet…");
pub const SHARE: Text = Text::new("Share", "Teilen");
pub const COPIED: Text = Text::new(
    "The link to the crud is in your clipboard.",
    "Der Link zum Crud ist in deiner Zwischenablage.",
);
pub const MORE: Text = Text::new("Show more cruds", "Mehr Cruds zeigen");
pub const MORE_REPLIES: Text = Text::new("Show more replies", "Mehr Antworten zeigen");
pub const IS_REPLY: Text = Text::new("A reply", "Eine Antwort");

/// Why something was not done, and what to do.
pub fn error(error: &BackendError) -> String {
    const UNREACHABLE: Text = Text::new(
        "Cruddur's server cannot be reached, or it failed. Check your connection and try again.",
        "Cruddurs Server ist nicht zu erreichen oder hat versagt. Prüf deine Verbindung und versuch es noch einmal.",
    );
    const TIMED_OUT: Text = Text::new(
        "Cruddur's server is taking too long to answer. Try again in a moment.",
        "Cruddurs Server braucht zu lange für seine Antwort. Versuch es gleich noch einmal.",
    );
    const SESSION: Text = Text::new(
        "Your sign-in could not be renewed. Check your connection and try again.",
        "Deine Anmeldung konnte nicht erneuert werden. Prüf deine Verbindung und versuch es noch einmal.",
    );
    const UNAUTHORIZED: Text = Text::new(
        "Cruddur's server asks you to sign in again.",
        "Cruddurs Server möchte, dass du dich noch einmal anmeldest.",
    );
    const REFUSED: Text = Text::new(
        "Cruddur's server refused the request.",
        "Cruddurs Server hat die Anfrage abgelehnt.",
    );
    const TOO_MANY: Text = Text::new(
        "Cruddur's server has too much to do right now. Wait a moment, then try again.",
        "Cruddurs Server hat gerade zu viel zu tun. Warte einen Moment und versuch es dann noch einmal.",
    );
    const INVALID: Text = Text::new(
        "Cruddur's server sent something that is not what was asked for.",
        "Cruddurs Server hat etwas anderes geschickt als das, wonach gefragt war.",
    );
    match error {
        BackendError::Unreachable => UNREACHABLE.to_string(),
        BackendError::TimedOut => TIMED_OUT.to_string(),
        BackendError::Session(_) => SESSION.to_string(),
        BackendError::Unauthorized => UNAUTHORIZED.to_string(),
        BackendError::Rejected(codes) if codes.is_empty() => REFUSED.to_string(),
        BackendError::Rejected(codes) => {
            let sentences: Vec<String> = codes
                .iter()
                .map(|code| self::code(code).map_or_else(|| unknown(code), |text| text.to_string()))
                .collect();
            sentences.join(" ")
        }
        BackendError::Status(429) => TOO_MANY.to_string(),
        BackendError::Status(status @ 500..) => either(
            || format!("Cruddur's server failed (error {status}). Try again in a moment."),
            || {
                format!(
                    "Cruddurs Server hat versagt (Fehler {status}). Versuch es gleich noch einmal."
                )
            },
        ),
        BackendError::Status(status) => either(
            || format!("Cruddur's server did not accept the request (error {status})."),
            || format!("Cruddurs Server hat die Anfrage nicht angenommen (Fehler {status})."),
        ),
        BackendError::InvalidBody => INVALID.to_string(),
    }
}

/// What a code of the backend's refusals means; `None` for one that is not known.
pub fn code(code: &str) -> Option<Text> {
    const BLANK: Text = Text::new("Write something first.", "Schreib erst etwas.");
    const TOO_LONG: Text = Text::new("That is too long.", "Das ist zu lang.");
    const TTL: Text = Text::new(
        "Choose how long it is to stay.",
        "Wähl aus, wie lange es bleiben soll.",
    );
    const RECEIVER: Text = Text::new(
        "Choose who the message is for.",
        "Wähl aus, für wen die Nachricht ist.",
    );
    const TERM: Text = Text::new("Type what to look for.", "Schreib, wonach du suchst.");
    const NAME: Text = Text::new("Give yourself a name.", "Gib dir einen Namen.");
    const SIGN_IN: Text = Text::new(
        "Cruddur's server does not know who you are. Sign in again.",
        "Cruddurs Server weiß nicht, wer du bist. Melde dich noch einmal an.",
    );
    const CRUD: Text = Text::new(
        "Cruddur's server does not know which crud is meant. Load the page again.",
        "Cruddurs Server weiß nicht, welcher Crud gemeint ist. Lade die Seite neu.",
    );
    const GROUP: Text = Text::new(
        "Cruddur's server does not know which conversation is meant. Load the page again.",
        "Cruddurs Server weiß nicht, welche Unterhaltung gemeint ist. Lade die Seite neu.",
    );
    Some(match code {
        "message_blank" => BLANK,
        "message_exceed_max_chars" | "message_exceed_max_chars_1024" => TOO_LONG,
        "ttl_blank" => TTL,
        "user_reciever_handle_blank" => RECEIVER,
        "search_term_blank" => TERM,
        "display_name_blank" => NAME,
        "cognito_user_id_blank" => SIGN_IN,
        "activity_uuid_blank" => CRUD,
        "message_group_uuid_blank" => GROUP,
        _ => return None,
    })
}

fn unknown(code: &str) -> String {
    either(
        || format!("Cruddur's server refused the request: {code}."),
        || format!("Cruddurs Server hat die Anfrage abgelehnt: {code}."),
    )
}

/// How long ago at `now` something was written at `created`: in short and in words.
pub fn age(created: i64, now: i64) -> (String, String) {
    const NOW: Text = Text::new("now", "jetzt");
    const JUST_NOW: Text = Text::new("just now", "gerade eben");
    match Age::at(created, now) {
        Age::JustNow => (NOW.to_string(), JUST_NOW.to_string()),
        Age::Minutes(n) => (
            either(|| format!("{n}m ago"), || format!("vor {n} Min.")),
            relative(-n, "minute"),
        ),
        Age::Hours(n) => (
            either(|| format!("{n}h ago"), || format!("vor {n} Std.")),
            relative(-n, "hour"),
        ),
        Age::Older => {
            let day = day(created, now);
            (day.clone(), day)
        }
    }
}

/// How long still, in short and in words.
pub fn left(left: Left) -> (String, String) {
    const MOMENTS: Text = Text::new("<1m", "<1 Min.");
    const IN_MOMENTS: Text = Text::new("in less than a minute", "in weniger als einer Minute");
    let (short, words) = match left {
        Left::Moments => (MOMENTS.to_string(), IN_MOMENTS.to_string()),
        Left::Minutes(n) => (
            either(|| format!("{n}m"), || format!("{n} Min.")),
            relative(n, "minute"),
        ),
        Left::Hours(n) => (
            either(|| format!("{n}h"), || format!("{n} Std.")),
            relative(n, "hour"),
        ),
        Left::Days(n) => (
            either(|| format!("{n}d"), || format!("{n} T")),
            relative(n, "day"),
        ),
    };
    let words = either(
        || format!("expires {words}"),
        || format!("verschwindet {words}"),
    );
    (short, words)
}

/// How many replies there are.
pub fn replies(count: u64) -> String {
    counted(
        count,
        Text::new("reply", "Antwort"),
        Text::new("replies", "Antworten"),
    )
}

/// How many times something was reposted.
pub fn reposts(count: u64) -> String {
    counted(
        count,
        Text::new("repost", "Repost"),
        Text::new("reposts", "Reposts"),
    )
}

/// How many people like something.
pub fn likes(count: u64) -> String {
    counted(
        count,
        Text::new("like", "Like"),
        Text::new("likes", "Likes"),
    )
}

fn counted(count: u64, one: Text, many: Text) -> String {
    let unit = if count == 1 { one } else { many };
    format!("{} {unit}", number(count))
}

/// What a list of replies is called.
pub fn replies_to(author: &str) -> String {
    let author = isolated(author);
    either(
        || format!("Replies to {author}"),
        || format!("Antworten an {author}"),
    )
}

/// The button that answers somebody, with how many did already.
pub fn reply_to(author: &str, replies: u64) -> String {
    let author = isolated(author);
    let button = either(
        || format!("Reply to {author}"),
        || format!("{author} antworten"),
    );
    if replies == 0 {
        return button;
    }
    format!("{button}, {}", self::replies(replies))
}

/// The same for somebody who is not signed in.
pub fn sign_in_to_reply(author: &str, replies: u64) -> String {
    let author = isolated(author);
    let link = either(
        || format!("Sign in to reply to {author}"),
        || format!("Melde dich an, um {author} zu antworten"),
    );
    if replies == 0 {
        return link;
    }
    format!("{link}, {}", self::replies(replies))
}

/// That something answers somebody.
pub fn is_reply_to(author: &str) -> String {
    let author = isolated(author);
    either(
        || format!("A reply to {author}"),
        || format!("Eine Antwort an {author}"),
    )
}

/// The button that shares somebody's crud.
pub fn share(author: &str) -> String {
    let author = isolated(author);
    either(
        || format!("Share the crud by {author}"),
        || format!("Den Crud von {author} teilen"),
    )
}

/// That a link could be neither shared nor copied.
pub fn not_copied(url: &str) -> String {
    either(
        || format!("Your browser does not let us copy the link. It is {url}"),
        || format!("Dein Browser lässt uns den Link nicht kopieren. Er lautet {url}"),
    )
}

/// The offer of cruds that came since.
pub fn new_cruds(count: usize) -> String {
    let shown = number(count as u64);
    if count == 1 {
        return either(
            || "1 new crud – show".to_owned(),
            || "1 neuer Crud – anzeigen".to_owned(),
        );
    }
    either(
        || format!("{shown} new cruds – show"),
        || format!("{shown} neue Cruds – anzeigen"),
    )
}

/// What keeps words of one direction apart from those around them: the start and the end of an isolate.
pub const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Somebody's words amidst ours, whichever way they are written.
pub fn isolated(text: &str) -> String {
    let [start, end] = ISOLATES;
    format!("{start}{text}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_happened() {
        assert!(error(&BackendError::Status(500)).contains("500"));
        assert!(error(&BackendError::Status(404)).contains("404"));
        let rejected = |codes: &[&str]| {
            let codes = codes.iter().map(|code| (*code).to_owned()).collect();
            error(&BackendError::Rejected(codes))
        };
        assert!(rejected(&["a_b"]).contains("a_b"));
        assert_eq!(
            rejected(&["message_blank", "ttl_blank"]),
            "Write something first. Choose how long it is to stay."
        );
        assert!(!rejected(&[]).is_empty());
    }

    #[test]
    fn every_code_of_the_backend_has_a_sentence() {
        for known in [
            "message_blank",
            "message_exceed_max_chars",
            "message_exceed_max_chars_1024",
            "ttl_blank",
            "user_reciever_handle_blank",
            "search_term_blank",
            "display_name_blank",
            "cognito_user_id_blank",
            "activity_uuid_blank",
            "message_group_uuid_blank",
        ] {
            assert!(code(known).is_some(), "{known}");
        }
        assert_eq!(code("other"), None);
    }
}
