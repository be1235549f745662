//! Cruddur's web front end.

pub mod app;
pub mod backend;
pub mod components;
pub mod config;
pub mod pages;
pub mod router;
pub mod session;
pub mod text;
