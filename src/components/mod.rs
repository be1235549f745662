//! What pages are made of.

mod authenticator_key;
pub mod compose;
pub mod feed;
pub mod form;
pub mod frame;
mod heading;
mod icon;
pub mod messages;
pub mod people;
mod qr;

pub use authenticator_key::AuthenticatorKey;
pub use heading::PageHeading;
pub use icon::{Symbol, icon};
pub use qr::qr_code;
