//! What pages are made of.

mod authenticator_key;
pub mod compose;
pub mod feed;
pub mod form;
pub mod frame;
mod heading;
mod icon;
mod members;
pub mod messages;
pub mod people;
mod qr;

pub use authenticator_key::AuthenticatorKey;
pub use heading::PageHeading;
pub use icon::{Symbol, icon};
pub use members::{ForMembers, MembersPlace, MembersPlaceProps, for_members, not_loaded};
pub use qr::qr_code;
