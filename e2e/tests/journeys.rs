//! Journeys of people through the whole app: right ones and wrong ones.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[path = "journeys/account.rs"]
mod account;
#[path = "journeys/amplify.rs"]
mod amplify;
#[path = "journeys/attacks.rs"]
mod attacks;
#[path = "journeys/challenges.rs"]
mod challenges;
#[path = "journeys/configuration.rs"]
mod configuration;
#[path = "journeys/early.rs"]
mod early;
#[path = "journeys/failures.rs"]
mod failures;
#[path = "journeys/faults.rs"]
mod faults;
#[path = "journeys/kinds.rs"]
mod kinds;
#[path = "journeys/languages.rs"]
mod languages;
#[path = "journeys/long_feeds.rs"]
mod long_feeds;
#[path = "journeys/managed_login.rs"]
mod managed_login;
#[path = "journeys/messages.rs"]
mod messages;
#[path = "journeys/mishaps.rs"]
mod mishaps;
#[path = "journeys/parts.rs"]
mod parts;
#[path = "journeys/passkeys.rs"]
mod passkeys;
#[path = "journeys/people.rs"]
mod people;
#[path = "journeys/posting.rs"]
mod posting;
#[path = "journeys/recovery.rs"]
mod recovery;
#[path = "journeys/session.rs"]
mod session;
#[path = "journeys/sign_in.rs"]
mod sign_in;
#[path = "journeys/sign_out.rs"]
mod sign_out;
#[path = "journeys/sign_up.rs"]
mod sign_up;
#[path = "journeys/visit.rs"]
mod visit;
#[path = "journeys/weeks.rs"]
mod weeks;

/// The person of most journeys; `World::with_user` calls her Ann Example, @ann.
const EMAIL: &str = "ann@example.com";
/// Another password that the pool's policy allows.
const OTHER_PASSWORD: &str = "Other-dur-2027?";

/// Another code than this one.
fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}
