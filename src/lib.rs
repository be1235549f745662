//! Cruddur's web front end.

pub mod app;
pub mod backend;
pub mod components;
pub mod config;
pub mod early;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod load;
pub mod pages;
pub mod parts;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
pub mod router;
pub mod session;
pub mod task;
pub mod text;
