//! What pages are made of.

pub mod feed;
pub mod form;
pub mod frame;
mod icon;

pub use icon::{Icon, Symbol};
