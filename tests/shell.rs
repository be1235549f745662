//! The app around its pages: frame, router, home feed, configuration page.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

#[path = "shell/feed.rs"]
pub mod feed;
#[path = "shell/frame.rs"]
pub mod frame;
#[path = "shell/gate.rs"]
pub mod gate;
#[path = "shell/guard.rs"]
pub mod guard;
#[path = "shell/navigation.rs"]
pub mod navigation;
#[path = "shell/page.rs"]
pub mod page;
#[path = "shell/router.rs"]
pub mod router;
#[path = "shell/start.rs"]
pub mod start;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
