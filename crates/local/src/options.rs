//! What a stack is started with.

use std::path::PathBuf;

use crate::state::StateFile;
use crate::week::Week;

/// The region that the user pool claims to be in.
pub const REGION: &str = "us-east-1";
/// The user pool's id.
pub const USER_POOL_ID: &str = "us-east-1_CruddurDev";
/// The public client's id.
pub const CLIENT_ID: &str = "cruddurweb0localdevelopment";
/// The user pool's port when nothing else is asked for.
pub const POOL_PORT: u16 = 9229;
/// The backend's port when nothing else is asked for.
pub const BACKEND_PORT: u16 = 4567;
/// The site's port when nothing else is asked for.
pub const SITE_PORT: u16 = 8081;
/// Where `trunk serve` shows the app.
pub const FRONTEND_ORIGINS: [&str; 2] = ["http://localhost:8080", "http://127.0.0.1:8080"];

/// How to start a [`crate::Stack`]. A port of 0 is any free one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The user pool's port; its mailbox is there too.
    pub pool_port: u16,
    /// The backend's port.
    pub backend_port: u16,
    /// A built site to serve as production does.
    pub site: Option<Site>,
    /// Where users and cruds are kept.
    pub state: StateFile,
    /// The week whose backend is served.
    pub week: Week,
    /// Whether a new user pool lets people set up all that there is (second factors, passkeys, remembered devices, managed
    /// login), or is as the bootcamp's journal has it.
    pub everything: bool,
    /// The origins that may call the backend from a browser. The site's own always may.
    pub frontend_origins: Vec<String>,
    /// Whether every mail is also printed on standard output, one line each.
    pub print_mail: bool,
}

/// A built site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The directory with its `index.html`.
    pub dir: PathBuf,
    /// The port to serve it at.
    pub port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_port: POOL_PORT,
            backend_port: BACKEND_PORT,
            site: None,
            state: StateFile::At(PathBuf::from("target/local/state.json")),
            week: Week::default(),
            everything: true,
            frontend_origins: FRONTEND_ORIGINS.map(str::to_owned).to_vec(),
            print_mail: false,
        }
    }
}

impl Options {
    /// Free ports, nothing on disk and the journal's pool: for tests, which can so run side by side.
    pub fn ephemeral() -> Self {
        Self {
            pool_port: 0,
            backend_port: 0,
            state: StateFile::Ephemeral,
            everything: false,
            ..Self::default()
        }
    }
}
