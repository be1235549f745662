//! The session beyond the plain sign-in: challenges, the account, other tabs, storages, clocks, devices, passkeys and the
//! pool's own pages.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

#[path = "session_flows/account.rs"]
pub mod account;
#[path = "session_flows/challenges.rs"]
pub mod challenges;
#[path = "session_flows/devices.rs"]
pub mod devices;
#[path = "session_flows/events.rs"]
pub mod events;
#[path = "session_flows/managed_login.rs"]
pub mod managed_login;
#[path = "session_flows/passkeys.rs"]
pub mod passkeys;
#[path = "session_flows/reload.rs"]
pub mod reload;
#[path = "session_flows/storage.rs"]
pub mod storage;

use cruddur_web::config::AuthOptions;
use cruddur_web::session::{Challenge, Password, Session, SignIn};
use serde_json::{Value, json};
use support::{Answer, World, ok};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

pub const EMAIL: &str = "ann@example.com";

pub fn password() -> Password {
    Password::new("Crud-dur-2026!".to_owned())
}

pub fn world_with(options: AuthOptions) -> World {
    World {
        options,
        ..World::default()
    }
}

/// An answer that asks for something.
pub fn challenge(name: &str, parameters: Value) -> Answer {
    ok(
        json!({ "ChallengeName": name, "Session": format!("session of {name}"),
        "ChallengeParameters": parameters }),
    )
}

/// The challenge that a sign-in has come to.
pub fn asked(step: SignIn) -> Challenge {
    match step {
        SignIn::Challenge(challenge) => challenge,
        SignIn::SignedIn => panic!("signed in already"),
    }
}

/// Begins a sign-in with a password, which the pool answers with `next`.
pub async fn begin(world: &World, next: Answer) -> (Session, Challenge) {
    world
        .service
        .on("InitiateAuth", support::password_verifier())
        .on("RespondToAuthChallenge", next);
    let session = world.session();
    let step = session.sign_in(EMAIL, password()).await.unwrap();
    (session, asked(step))
}
