//! Journeys of people through the whole app: right ones and wrong ones.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[path = "journeys/account.rs"]
mod account;
#[path = "journeys/failures.rs"]
mod failures;
#[path = "journeys/session.rs"]
mod session;
#[path = "journeys/sign_in.rs"]
mod sign_in;
#[path = "journeys/visit.rs"]
mod visit;
