//! Dates: the backend's, and those of the pool's headers.
#![no_main]

#[path = "../../crates/cognito/tests/support/mod.rs"]
mod support;

use cognito_user_pool::AccessToken;
use cognito_user_pool::operation::GetUser;
use libfuzzer_sys::fuzz_target;
use support::{Script, answer, client, run};

fuzz_target!(|text: &str| {
    cruddur_web::fuzzing::date(text);
    let client = client(&Script::new([answer(200, &[("date", text)], "{}")]));
    let access_token = AccessToken::new("t");
    let _ = run(client.call(&GetUser {
        access_token: &access_token,
    }));
    let _ = client.server_now_ms();
});
