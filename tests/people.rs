//! Profiles, single cruds, notifications and search.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

#[path = "people/notifications.rs"]
pub mod notifications;
#[path = "shell/page.rs"]
pub mod page;
#[path = "people/profile.rs"]
pub mod profile;
#[path = "people/search.rs"]
pub mod search;
#[path = "people/status.rs"]
pub mod status;
#[path = "people/tools.rs"]
pub mod tools;
#[path = "people/words.rs"]
pub mod words;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
