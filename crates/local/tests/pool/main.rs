//! The local user pool over real HTTP, by what the service's clients rely on.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod account;
mod addresses;
mod admin;
mod choice;
mod clients;
mod custom;
mod devices;
mod lifecycle;
mod managed;
mod mfa;
mod oracle;
mod passkeys;
mod recovery;
mod sign_in;
mod sign_out;
mod sign_up;
mod srp;
mod support;
mod tokens;
mod traps;
mod wire;
