//! What the pool answers: to one operation, and to the steps of a sign-in. No storm of requests, no secret in an error.
#![no_main]

#[path = "../../crates/cognito/tests/support/mod.rs"]
mod support;

use cognito_user_pool::operation::GetUser;
use cognito_user_pool::{AccessToken, Error, HttpResponse, SignIn};
use libfuzzer_sys::fuzz_target;
use support::{Script, client, password, run, verifier_challenge};

fn keeps_secrets(error: &Error) {
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains("Crud-dur") && !shown.contains("the-secret-token"),
        "{shown}"
    );
}

fuzz_target!(|input: (u16, &str, &str, &[u8])| {
    let (status, kind, retry_after, body) = input;
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let response = || {
        Ok(HttpResponse {
            status: 200 + status % 400,
            headers: vec![
                header("x-amzn-errortype", kind),
                header("retry-after", retry_after),
            ],
            body: body.to_vec(),
        })
    };
    // As many as an operation may ask for: a script that has no more stops the program.
    let script = Script::new([response(), response(), response()]);
    let access_token = AccessToken::new("the-secret-token");
    if let Err(error) = run(client(&script).call(&GetUser {
        access_token: &access_token,
    })) {
        keeps_secrets(&error);
    }
    for known in [false, true] {
        let script = Script::new(std::iter::repeat_with(response).take(6));
        if known {
            script
                .answers
                .borrow_mut()
                .push_front(verifier_challenge(None));
        }
        let (password, client) = (password(), client(&script));
        match run(client.start(SignIn::srp("ann", &password))) {
            Err(error) => keeps_secrets(&error),
            Ok(step) => {
                assert!(!format!("{step:?}").contains("Crud-dur"));
                if let Some(saved) = client.save(&step) {
                    assert!(!saved.contains("Crud-dur"));
                    assert!(client.resume(&saved).is_ok(), "{saved}");
                }
            }
        }
    }
});
