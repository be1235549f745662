//! Cruddur for development, on the loopback address only: a local Cognito user pool with its mailbox, Cruddur's
//! backend, and a server for the built site. Never deployed.
//!
//! [`Stack::start`] starts all of it; the binary `cruddur-local` does so from a command line.

pub mod backend;
mod clock;
mod connection;
mod faults;
mod mail;
mod options;
pub mod pool;
pub mod site;
mod stack;
mod state;
mod week;

pub use clock::Clock;
pub use connection::Connection;
pub use faults::{Fault, Faults, Target};
pub use mail::{Kind as MailKind, Mail, Mailbox, Medium};
pub use options::{
    BACKEND_PORT, CLIENT_ID, FRONTEND_ORIGINS, Options, POOL_PORT, REGION, SITE_PORT, Site,
    USER_POOL_ID,
};
pub use stack::{Stack, StartError};
pub use state::{State, StateError, StateFile};
pub use week::Week;
