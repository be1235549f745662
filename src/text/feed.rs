//! The home feed.
