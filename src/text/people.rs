//! Profiles, single cruds, notifications and search.

use super::feed::{ISOLATES, isolated};
use super::formats::number;
use super::{Text, either, shell};

pub const SEARCH: Text = Text::new("Search", "Suche");
pub const SEARCH_LABEL: Text = Text::new("Search Cruddur", "Cruddur durchsuchen");
pub const SEARCH_DO: Text = Text::new("Search", "Suchen");
pub const SEARCH_BLANK: Text = Text::new("Type what to look for.", "Schreib, wonach du suchst.");
pub const SEARCH_HINT_TITLE: Text = Text::new("What are you looking for?", "Wonach suchst du?");
pub const SEARCH_HINT: Text = Text::new(
    "Type a word above. Only what has not been forgotten yet can be found.",
    "Schreib oben ein Wort. Finden lässt sich nur, was noch nicht vergessen ist.",
);
pub const SEARCH_NOTHING: Text = Text::new(
    "Try another word, or fewer of them. It may have been forgotten already.",
    "Versuch es mit einem anderen Wort oder mit weniger Wörtern. Vielleicht ist es schon vergessen.",
);

pub const EDIT: Text = Text::new("Edit profile", "Profil bearbeiten");
pub const MESSAGE: Text = Text::new("Message", "Nachricht");
pub const NOBODY_TEXT: Text = Text::new(
    "Look at how the handle is written, or search for what was said.",
    "Sieh nach, wie der Name geschrieben wird, oder such nach dem, was gesagt wurde.",
);
pub const GO_HOME: Text = Text::new("Go to the home feed", "Zur Startseite");
pub const PROFILE_EMPTY_TITLE: Text = Text::new("Nothing on show", "Nichts zu sehen");
pub const PROFILE_EMPTY_OWN: Text = Text::new(
    "You have nothing on show: either you have not said a thing yet, or it has all been forgotten.",
    "Von dir ist nichts zu sehen: Entweder hast du noch nichts gesagt, oder alles ist schon vergessen.",
);
pub const NAME: Text = Text::new("Name", "Name");
pub const BIO: Text = Text::new("About you", "Über dich");
pub const SAVE: Text = Text::new("Save", "Speichern");
pub const SAVING: Text = Text::new("Saving…", "Wird gespeichert…");
pub const CANCEL: Text = Text::new("Cancel", "Abbrechen");
pub const SAVED: Text = Text::new(
    "Your profile has been saved.",
    "Dein Profil ist gespeichert.",
);
pub const NAME_BLANK: Text = Text::new("Enter your name.", "Gib deinen Namen ein.");

pub const GONE_TITLE: Text = Text::new("This crud is gone", "Diesen Crud gibt es nicht mehr");
pub const GONE_TEXT: Text = Text::new(
    "It may have been forgotten, as everything here is sooner or later, or the address is not quite right.",
    "Vielleicht ist er vergessen, wie alles hier früher oder später, oder die Adresse stimmt nicht ganz.",
);

pub const NOTIFICATIONS: Text = Text::new("Notifications", "Mitteilungen");
pub const NOTIFICATIONS_EMPTY_TITLE: Text = Text::new("All quiet", "Alles ruhig");
pub const NOTIFICATIONS_EMPTY: Text = Text::new(
    "When somebody has something for you, it appears here.",
    "Wenn jemand etwas für dich hat, steht es hier.",
);
pub const NOTIFICATIONS_NONE_TITLE: Text = Text::new(
    "This backend has no notifications yet",
    "Dieses Backend kennt noch keine Mitteilungen",
);
pub const NOTIFICATIONS_NONE: Text = Text::new(
    "They come with a later version of Cruddur's server.",
    "Sie kommen mit einer späteren Version von Cruddurs Server.",
);

/// How many cruds a search found.
pub fn search_found(count: usize, term: &str) -> String {
    let (cruds, term) = (cruds(count as u64), isolated(term));
    either(
        || format!("{cruds} for “{term}”"),
        || format!("{cruds} zu „{term}“"),
    )
}

/// That a search found nothing.
pub fn search_nothing(term: &str) -> String {
    let term = isolated(term);
    either(
        || format!("Nothing found for “{term}”"),
        || format!("Nichts gefunden zu „{term}“"),
    )
}

/// That many cruds.
pub fn cruds(count: u64) -> String {
    let noun = if count == 1 { "Crud" } else { "Cruds" };
    let number = number(count);
    either(
        || format!("{number} {}", noun.to_lowercase()),
        || format!("{number} {noun}"),
    )
}

/// Where a message to somebody is written.
pub fn message_to(handle: &str) -> String {
    let handle = isolated(handle);
    either(
        || format!("Message to @{handle}"),
        || format!("Nachricht an @{handle}"),
    )
}

/// That there is no such person.
pub fn nobody(handle: &str) -> String {
    let handle = isolated(handle);
    either(
        || format!("Nobody is called @{handle}"),
        || format!("Niemand heißt @{handle}"),
    )
}

/// That somebody else's page is empty.
pub fn profile_empty(name: &str) -> String {
    let name = isolated(name);
    either(
        || format!("{name} has not said a thing yet, or it has all been forgotten."),
        || format!("{name} hat noch nichts gesagt, oder alles ist schon vergessen."),
    )
}

/// How long something may be.
pub fn at_most(characters: usize) -> String {
    let number = number(characters as u64);
    either(
        || format!("At most {number} characters."),
        || format!("Höchstens {number} Zeichen."),
    )
}

/// The heading of a page with one crud.
pub fn crud_by(author: &str) -> String {
    let author = isolated(author);
    either(
        || format!("Crud by {author}"),
        || format!("Crud von {author}"),
    )
}

/// The way from a crud to whatever else its author said.
pub fn more_by(author: &str) -> String {
    let author = isolated(author);
    either(
        || format!("All cruds by {author}"),
        || format!("Alle Cruds von {author}"),
    )
}

/// The document's title of a page with that heading.
pub fn title(heading: &str) -> String {
    // What a tab shows is no text that could be set in two directions.
    let heading = heading.replace(ISOLATES, "");
    format!("{heading} · {}", shell::PRODUCT)
}

/// The document's title on the page of somebody whose name is known.
pub fn profile_title(name: &str, handle: &str) -> String {
    title(&format!("{name} (@{handle})"))
}
