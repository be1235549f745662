//! ministack, an emulator of AWS that others wrote: what it and we agree on is not our own mistake.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod emulator;
mod sign_in;
#[path = "../template/mod.rs"]
mod template;
mod user_pool_template;
