//! Every text that a person reads, by area.

// A text says for itself what it is.
#![allow(missing_docs)]

pub mod auth;
#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod complete;
pub mod compose;
pub mod feed;
pub(crate) mod formats;
mod language;
pub mod messages;
pub mod people;
pub mod settings;
pub mod shell;
pub mod sign_in;
pub mod suggestions;

pub(crate) use language::either;
pub use language::{
    Language, LanguageChoice, LanguageProvider, Text, apply, current, locale, use_language,
};
