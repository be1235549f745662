//! `components`.
