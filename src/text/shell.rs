//! The frame around the pages, and the pages that belong to no area.

use crate::config::{ConfigProblem, Field};
use crate::router::Route;
use crate::session::SignedOutReason;

pub const PRODUCT: &str = "Cruddur";
pub const HOME: &str = "Home";
pub const SIGN_IN: &str = "Sign In";
pub const SIGN_OUT: &str = "Sign Out";
pub const SKIP: &str = "Skip to content";
pub const LOGO: &str = "Cruddur home";
pub const NAVIGATION: &str = "Main";
pub const LOADING: &str = "Loading…";
pub const DISMISS: &str = "Dismiss";

pub const JOIN_TITLE: &str = "Join The Party!";
pub const JOIN_LINES: [&str; 3] = [
    "Have something you want to say?",
    "Don't think about it, just crud it!",
    "Regret it? No worries, We'll forget it...",
];
pub const JOIN_NOW: &str = "Join Now!";
pub const JOIN_SHORT: &str = "Join";
pub const FOOTER: &str = "Cruddur. What you say here goes away.";

pub const NOT_FOUND: &str = "Page not found";
pub const NOT_FOUND_TEXT: &str =
    "There is nothing at this address. It may have been forgotten, like everything here.";
pub const NOT_FOUND_HOME: &str = "Go to the home feed";

pub const CRASH_TITLE: &str = "Cruddur has stopped";
pub const CRASH_TEXT: &str =
    "Something went wrong that the page cannot get over by itself. What you have sent is safe.";
pub const CRASH_RELOAD: &str = "Reload the page";

/// A page's name, as announced on arrival and as the document's title.
pub fn page_title(route: &Route) -> String {
    let page = match route {
        Route::Profile { handle } | Route::Status { handle, .. } => &format!("@{handle}"),
        Route::Notifications => "Notifications",
        Route::Messages => "Messages",
        Route::Conversation { handle } | Route::NewConversation { handle } => {
            &format!("Messages with @{handle}")
        }
        Route::MessageGroup { .. } => "Messages",
        Route::Search { .. } => "Search",
        Route::Home => HOME,
        Route::SignIn { .. } => SIGN_IN,
        Route::SignUp { .. } => "Sign Up",
        Route::Confirm { .. } => "Confirm your Email",
        Route::Forgot { .. } => "Recover your Password",
        Route::NotFound => NOT_FOUND,
    };
    format!("{page} · {PRODUCT}")
}

/// Why the person is signed out.
pub fn signed_out(reason: SignedOutReason) -> &'static str {
    match reason {
        SignedOutReason::ByChoice => "You have signed out.",
        SignedOutReason::Expired => {
            "Your session has expired. Sign in again to go on where you were."
        }
        SignedOutReason::Revoked => "Your session was ended on another device or in another tab.",
        SignedOutReason::AccountUnavailable => {
            "Your account cannot be used right now. Signing in tells why."
        }
    }
}

pub const CONFIG_TITLE: &str = "Cruddur is not configured yet";
pub const CONFIG_UNREACHABLE_TITLE: &str = "Cruddur cannot be reached";
pub const CONFIG_FOUND: &str = "Found";
pub const CONFIG_NOTHING: &str = "nothing";
pub const CONFIG_EXPECTED: &str = "Should look like";
pub const CONFIG_RETRY: &str = "Try again";
pub const CONFIG_RETRYING: &str = "Trying again…";
pub const CONFIG_READ_FROM: &str = "Read from";

/// What is the matter with the configuration file.
pub fn config_problem(problem: &ConfigProblem) -> String {
    match problem {
        ConfigProblem::Unreachable => {
            "The configuration file did not arrive. Check your connection and try again.".to_owned()
        }
        ConfigProblem::Status(404) => {
            "There is no configuration file (error 404). It has to be deployed beside the app."
                .to_owned()
        }
        ConfigProblem::Status(status) => {
            format!("The server did not hand out the configuration file (error {status}).")
        }
        ConfigProblem::Page => {
            "There is a web page where the configuration file should be: the file is missing, and the server \
             answers with a page instead."
                .to_owned()
        }
        ConfigProblem::NotJson(words) => {
            format!("The configuration file is not valid JSON: {words}.")
        }
        ConfigProblem::NotAnObject => {
            "The configuration file has to be a JSON object: { \"auth\": …, \"custom\": … }."
                .to_owned()
        }
        ConfigProblem::Fields(problems) if problems.len() == 1 => {
            "A value in the configuration file is missing or malformed.".to_owned()
        }
        ConfigProblem::Fields(_) => {
            "Values in the configuration file are missing or malformed.".to_owned()
        }
    }
}

/// What a value of the configuration file is.
pub fn config_field(field: Field) -> &'static str {
    match field {
        Field::Region => "The AWS region of the user pool.",
        Field::UserPoolId => {
            "The id of the Cognito user pool: its region, an underscore, its name."
        }
        Field::RegionOfUserPoolId => {
            "The id of the Cognito user pool. It begins with the pool's region, which has to be auth.aws_region."
        }
        Field::ClientId => "The id of the user pool's app client.",
        Field::Endpoint => {
            "Where the user pool's API is, if not at AWS. An http: or https: URL; may be left out."
        }
        Field::BackendUrl => "Where Cruddur's backend is: an http: or https: URL.",
    }
}
