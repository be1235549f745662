//! The numbers of a proof, as the pool sends them.
#![no_main]

#[path = "../../crates/cognito/tests/support/mod.rs"]
mod support;

use cognito_user_pool::SignIn;
use cognito_user_pool::srp::{Ephemeral, pad, scrambler_of};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use support::{Script, challenge, client, password, run, tokens};

fuzz_target!(|input: (&str, &str, &str, &str, &[u8])| {
    let (public, salt, block, user, secret) = input;
    let parameters = json!({ "SRP_B": public, "SALT": salt, "SECRET_BLOCK": block,
        "USER_ID_FOR_SRP": user, "USERNAME": user });
    let script = Script::new([challenge("PASSWORD_VERIFIER", "s", parameters), tokens()]);
    let (password, client) = (password(), client(&script));
    if let Err(error) = run(client.start(SignIn::srp("ann", &password))) {
        assert!(!format!("{error} {error:?}").contains("Crud-dur"));
    }
    let _ = scrambler_of(public, salt);
    let padded = pad(secret);
    assert!(
        padded.first().is_none_or(|first| *first < 0x80),
        "a negative number"
    );
    if secret.len() <= 128
        && let Ok(ephemeral) = Ephemeral::from_secret(secret)
    {
        assert!(!ephemeral.public_hex().is_empty());
    }
});
