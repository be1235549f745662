//! The frame around the pages, and texts that belong to no area.

use serde_json::Value;

use super::auth::CONFIRM_TITLE;
use super::{Text, either};
use crate::config::{ConfigProblem, Field, UsernameKind};
use crate::router::Route;
use crate::session::SignedOutReason;

/// The product's name, the same everywhere.
pub const PRODUCT: &str = "Cruddur";

pub const HOME: Text = Text::new("Home", "Start");
pub const SEARCH: Text = Text::new("Search", "Suche");
pub const NOTIFICATIONS: Text = Text::new("Notifications", "Mitteilungen");
pub const MESSAGES: Text = Text::new("Messages", "Nachrichten");
pub const PROFILE: Text = Text::new("Profile", "Profil");
pub const NEW_CRUD: Text = Text::new("New Crud", "Neuer Crud");
pub const SIGN_IN: Text = Text::new("Sign In", "Anmelden");
pub const SIGN_OUT: Text = Text::new("Sign Out", "Abmelden");
pub const SKIP: Text = Text::new("Skip to content", "Zum Inhalt springen");
pub const LOGO: Text = Text::new("Cruddur home", "Cruddurs Startseite");
pub const NAVIGATION: Text = Text::new("Main", "Hauptmenü");
pub const ACCOUNT: Text = Text::new("Account", "Konto");
pub const LANGUAGE: Text = Text::new("Language", "Sprache");
pub const LOADING: Text = Text::new("Loading…", "Wird geladen…");
pub const DISMISS: Text = Text::new("Dismiss", "Schließen");

pub const JOIN_TITLE: Text = Text::new("Join The Party!", "Feier mit!");
pub const JOIN_LINES: [Text; 3] = [
    Text::new(
        "Have something you want to say?",
        "Du hast etwas auf dem Herzen?",
    ),
    Text::new(
        "Don't think about it, just crud it!",
        "Denk nicht lange nach, schreib einen Crud!",
    ),
    Text::new(
        "Regret it? No worries, We'll forget it...",
        "Du bereust ihn? Macht nichts, wir vergessen ihn...",
    ),
];
pub const JOIN_NOW: Text = Text::new("Join Now!", "Jetzt mitmachen!");
pub const JOIN_SHORT: Text = Text::new("Join", "Mitmachen");
pub const FOOTER: Text = Text::new(
    "Cruddur. What you say here goes away.",
    "Cruddur. Was du hier sagst, vergeht.",
);

pub const NOT_FOUND: Text = Text::new("Page not found", "Seite nicht gefunden");
pub const NOT_FOUND_TEXT: Text = Text::new(
    "There is nothing at this address. It may have been forgotten, like everything here.",
    "Unter dieser Adresse gibt es nichts. Vielleicht ist es vergessen, wie alles hier.",
);
pub const NOT_FOUND_HOME: Text = Text::new("Go to the home feed", "Zur Startseite");

/// A page's name, by its address alone.
pub fn page_name(route: &Route) -> String {
    const SIGN_UP: Text = Text::new("Sign Up", "Registrieren");
    const CONFIRM: Text = Text::new("Confirm your Email", "E-Mail-Adresse bestätigen");
    const FORGOT: Text = Text::new("Recover your Password", "Passwort wiederherstellen");
    let name = match route {
        Route::Profile { handle } | Route::Status { handle, .. } => return format!("@{handle}"),
        Route::Conversation { handle } | Route::NewConversation { handle } => {
            return either(
                || format!("Messages with @{handle}"),
                || format!("Nachrichten mit @{handle}"),
            );
        }
        Route::Search { term: Some(term) } => {
            return either(
                || format!("Search for {term}"),
                || format!("Suche nach {term}"),
            );
        }
        Route::Notifications => NOTIFICATIONS,
        Route::Messages | Route::MessageGroup { .. } => MESSAGES,
        Route::Search { term: None } => SEARCH,
        Route::Home => HOME,
        Route::SignIn { .. } | Route::SwitchAccount { .. } | Route::SignInCallback => SIGN_IN,
        Route::SignUp { .. } => SIGN_UP,
        Route::Confirm { .. } => CONFIRM,
        Route::Forgot { .. } => FORGOT,
        Route::Settings { section } => super::settings::section(*section),
        Route::NotFound => NOT_FOUND,
    };
    name.to_string()
}

/// A page's name, as announced on arrival and as the document's title, in a pool of that kind.
pub fn page_title(route: &Route, kind: UsernameKind) -> String {
    let name = match route {
        Route::Confirm { .. } if kind != UsernameKind::Email => CONFIRM_TITLE.of(kind).to_string(),
        _ => page_name(route),
    };
    format!("{name} · {PRODUCT}")
}

pub const PART_NOT_LOADED: Text = Text::new(
    "This page could not be loaded. Check your connection and try again; if that does not help, reload the page.",
    "Diese Seite konnte nicht geladen werden. Prüf deine Verbindung und versuch es noch einmal; wenn das nicht hilft, lade die Seite neu.",
);
pub const MEMBERS_NOT_LOADED: Text = Text::new(
    "This part of the page could not be loaded. Check your connection and try again; if that does not help, reload the page.",
    "Dieser Teil der Seite konnte nicht geladen werden. Prüf deine Verbindung und versuch es noch einmal; wenn das nicht hilft, lade die Seite neu.",
);
pub const RELOAD: Text = Text::new("Reload the page", "Seite neu laden");

/// Why the person is signed out.
pub fn signed_out(reason: SignedOutReason) -> Text {
    match reason {
        SignedOutReason::ByChoice => Text::new("You have signed out.", "Du hast dich abgemeldet."),
        SignedOutReason::Expired => Text::new(
            "Your session has expired. Sign in again to go on where you were.",
            "Deine Sitzung ist abgelaufen. Melde dich wieder an, um weiterzumachen, wo du warst.",
        ),
        SignedOutReason::Revoked => Text::new(
            "Your session was ended on another device or in another tab.",
            "Deine Sitzung wurde auf einem anderen Gerät oder in einem anderen Tab beendet.",
        ),
        SignedOutReason::NotAccepted => Text::new(
            "Cruddur's server did not accept your sign-in. Sign in again; if it happens again, the fault is on Cruddur's side.",
            "Cruddurs Server hat deine Anmeldung nicht angenommen. Melde dich noch einmal an; passiert es wieder, liegt es an Cruddur.",
        ),
        SignedOutReason::AccountUnavailable => Text::new(
            "Your account cannot be used right now. Signing in tells why.",
            "Dein Konto lässt sich gerade nicht benutzen. Warum, steht da, wenn du dich anmeldest.",
        ),
        SignedOutReason::AccountDeleted => {
            Text::new("Your account has been deleted.", "Dein Konto ist gelöscht.")
        }
    }
}

pub const CONFIG_TITLE: Text = Text::new(
    "Cruddur is not configured yet",
    "Cruddur ist noch nicht eingerichtet",
);
pub const CONFIG_UNREACHABLE_TITLE: Text = Text::new(
    "Cruddur cannot be reached",
    "Cruddur ist nicht zu erreichen",
);
pub const CONFIG_UNREACHABLE: Text = Text::new(
    "The configuration file did not arrive. Check your connection and try again.",
    "Die Konfigurationsdatei kam nicht an. Prüf deine Verbindung und versuch es noch einmal.",
);
pub const CONFIG_FAULTS_NOT_LOADED: Text = Text::new(
    "What is wrong with the configuration file could not be loaded. Check your connection and try again.",
    "Was mit der Konfigurationsdatei nicht stimmt, konnte nicht geladen werden. Prüf deine Verbindung und versuch es noch einmal.",
);
pub const CONFIG_FOUND: Text = Text::new("Found", "Gefunden");
pub const CONFIG_NOTHING: Text = Text::new("nothing", "nichts");
pub const CONFIG_EXPECTED: Text = Text::new("Should look like", "Sollte aussehen wie");
pub const CONFIG_RETRY: Text = Text::new("Try again", "Noch einmal versuchen");
pub const CONFIG_RETRYING: Text = Text::new("Trying again…", "Neuer Versuch…");
pub const CONFIG_READ_FROM: Text = Text::new("Read from", "Gelesen von");

/// What is the matter with the configuration file.
pub fn config_problem(problem: &ConfigProblem) -> String {
    const MISSING: Text = Text::new(
        "There is no configuration file (error 404). It has to be deployed beside the app.",
        "Es gibt keine Konfigurationsdatei (Fehler 404). Sie muss neben der App ausgeliefert werden.",
    );
    const PAGE: Text = Text::new(
        "There is a web page where the configuration file should be: the file is missing, and the server answers \
         with a page instead.",
        "Wo die Konfigurationsdatei sein sollte, ist eine Webseite: Die Datei fehlt, und der Server antwortet \
         stattdessen mit einer Seite.",
    );
    const NOT_AN_OBJECT: Text = Text::new(
        "The configuration file has to be a JSON object: { \"auth\": …, \"custom\": … }.",
        "Die Konfigurationsdatei muss ein JSON-Objekt sein: { \"auth\": …, \"custom\": … }.",
    );
    const FIELD: Text = Text::new(
        "A value in the configuration file is missing or malformed.",
        "Ein Wert in der Konfigurationsdatei fehlt oder ist falsch geschrieben.",
    );
    const FIELDS: Text = Text::new(
        "Values in the configuration file are missing or malformed.",
        "Werte in der Konfigurationsdatei fehlen oder sind falsch geschrieben.",
    );
    let text = match problem {
        ConfigProblem::Status(status) if *status != 404 => {
            return either(
                || format!("The server did not hand out the configuration file (error {status})."),
                || {
                    format!(
                        "Der Server gab die Konfigurationsdatei nicht heraus (Fehler {status})."
                    )
                },
            );
        }
        ConfigProblem::NotJson(file) => {
            // The words take up room that only this needs.
            let read: Result<Value, _> = serde_json::from_slice(file.as_bytes());
            let words = read.map_or_else(|error| error.to_string(), |_| String::new());
            return either(
                || format!("The configuration file is not valid JSON: {words}."),
                || format!("Die Konfigurationsdatei ist kein gültiges JSON: {words}."),
            );
        }
        ConfigProblem::Unreachable => CONFIG_UNREACHABLE,
        ConfigProblem::Status(_) => MISSING,
        ConfigProblem::Page => PAGE,
        ConfigProblem::NotAnObject => NOT_AN_OBJECT,
        ConfigProblem::Fields(problems) if problems.len() == 1 => FIELD,
        ConfigProblem::Fields(_) => FIELDS,
    };
    text.to_string()
}

/// What a value of the configuration file is.
pub fn config_field(field: Field) -> Text {
    match field {
        Field::Region => Text::new(
            "The AWS region of the user pool.",
            "Die AWS-Region des User Pools.",
        ),
        Field::UserPoolId => Text::new(
            "The id of the Cognito user pool: its region, an underscore, its name.",
            "Die Id des Cognito User Pools: seine Region, ein Unterstrich, sein Name.",
        ),
        Field::RegionOfUserPoolId => Text::new(
            "The id of the Cognito user pool. It begins with the pool's region, which has to be auth.aws_region.",
            "Die Id des Cognito User Pools. Sie beginnt mit seiner Region, und die muss auth.aws_region sein.",
        ),
        Field::ClientId => Text::new(
            "The id of the user pool's app client.",
            "Die Id des App-Clients im User Pool.",
        ),
        Field::Endpoint => Text::new(
            "Where the user pool's API is, if not at AWS. An http: or https: URL; may be left out.",
            "Wo die API des User Pools ist, wenn nicht bei AWS. Eine URL mit http: oder https:; darf fehlen.",
        ),
        Field::BackendUrl => Text::new(
            "Where Cruddur's backend is: an http: or https: URL.",
            "Wo Cruddurs Backend ist: eine URL mit http: oder https:.",
        ),
    }
}
