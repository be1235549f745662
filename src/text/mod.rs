//! Every text that a person reads, by area.

// A text says for itself what it is.
#![allow(missing_docs)]

pub mod auth;
pub mod feed;
pub mod shell;
