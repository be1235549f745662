//! App clients with a secret: its hash goes with every operation that takes one.

#![cfg(feature = "choice")]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use cognito_user_pool::operation::{
    AuthFlow, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken,
    GetUser, InitiateAuth, Operation, PasswordlessSignUp, ResendConfirmationCode, RevokeToken,
    SignUp,
};
use cognito_user_pool::srp::secret_hash;
use cognito_user_pool::{
    AccessToken, ChallengeSession, Client, Config, RefreshToken, SignIn, SignInStep,
};
use serde_json::{Value, json};

use support::*;

const SECRET: &str = "a-secret-of-an-app-client";

fn config() -> Config {
    let config = Config::new("us-east-1_Pool", "client").unwrap();
    config.with_client_secret(SECRET)
}

fn secret_client(script: &Script) -> Client<Script, Still, Counting> {
    Client::with_random(config(), script.clone(), still(), Counting::default())
}

fn body(operation: &impl Operation) -> Value {
    let with = Value::Object(operation.request(&config()));
    let without = Config::new("us-east-1_Pool", "client").unwrap();
    let without = Value::Object(operation.request(&without));
    assert!(!without.to_string().contains("Secret"), "{without}");
    assert!(!without.to_string().contains("SECRET_HASH"), "{without}");
    with
}

/// Computed by OpenSSL: `printf annclient | openssl dgst -sha256 -hmac a-secret-of-an-app-client -binary | base64`.
const ANNS_HASH: &str = "mYjo3df5fH0O+AvZdukhNN9e1yBZe1LYNtVmatUFaw4=";

#[test]
fn the_hash_is_an_hmac_of_user_name_and_client_id() {
    assert_eq!(secret_hash(SECRET, "ann", "client"), ANNS_HASH);
}

#[test]
fn operations_by_user_name_carry_the_hash() {
    let (username, code, password) = ("ann", "123456", &password());
    let attributes = &[];
    for body in [
        body(&SignUp {
            username,
            password,
            attributes,
        }),
        body(&PasswordlessSignUp {
            username,
            attributes,
        }),
        body(&ConfirmSignUp { username, code }),
        body(&ResendConfirmationCode { username }),
        body(&ForgotPassword { username }),
        body(&ConfirmForgotPassword {
            username,
            code,
            password,
        }),
    ] {
        assert_eq!(body["SecretHash"], ANNS_HASH, "{body}");
        assert!(!body.to_string().contains(SECRET));
    }
}

#[test]
fn tokens_are_renewed_and_revoked_with_the_secret() {
    let refresh_token = &RefreshToken::new("r");
    let renew = body(&GetTokensFromRefreshToken {
        refresh_token,
        device_key: None,
    });
    assert_eq!(renew["ClientSecret"], SECRET);
    assert_eq!(body(&RevokeToken { refresh_token })["ClientSecret"], SECRET);
    let renew = |username| {
        body(&InitiateAuth {
            flow: AuthFlow::RefreshToken {
                refresh_token,
                username,
            },
            device_key: None,
        })
    };
    assert_eq!(
        renew(Some("ann"))["AuthParameters"],
        json!({ "REFRESH_TOKEN": "r", "SECRET_HASH": ANNS_HASH })
    );
    assert_eq!(
        renew(None)["AuthParameters"],
        json!({ "REFRESH_TOKEN": "r" })
    );
    let access_token = &AccessToken::new("a");
    assert_eq!(
        body(&GetUser { access_token }),
        json!({ "AccessToken": "a" }),
        "an access token is enough"
    );
}

/// First by what was typed, then by the pool's own name for the user.
#[test]
fn each_request_of_a_sign_in_hashes_the_name_that_it_carries() {
    let script = Script::new([
        verifier_challenge(None),
        challenge("NEW_PASSWORD_REQUIRED", "s1", json!({})),
        tokens(),
    ]);
    let client = secret_client(&script);
    let step = run(client.sign_in("ann", &password(), None)).unwrap();
    let SignInStep::NewPasswordRequired(required) = step else {
        panic!("another step: {step:?}");
    };
    run(client.set_new_password(&required, &password(), &[])).unwrap();
    assert_eq!(
        script.request(0).1["AuthParameters"]["SECRET_HASH"],
        ANNS_HASH
    );
    let subs = secret_hash(SECRET, "the-sub", "client");
    assert_ne!(subs, ANNS_HASH);
    for (index, name, session) in [
        (1, "PASSWORD_VERIFIER", None),
        (2, "NEW_PASSWORD_REQUIRED", Some("s1")),
    ] {
        let responses = responses(&script, index, name, session);
        assert_eq!(responses["USERNAME"], "the-sub");
        assert_eq!(responses["SECRET_HASH"], subs.as_str());
    }
}

/// Sign-up, its confirmation and the sign-in hand one session on, so that no second code is asked for.
#[test]
fn a_sign_up_leads_to_a_sign_in_by_its_session() {
    use cognito_user_pool::operation::With;
    let script = Script::new([
        ok(json!({ "UserConfirmed": false, "Session": "s1" })),
        ok(json!({ "Session": "s2" })),
        tokens(),
    ]);
    let client = secret_client(&script);
    let username = "ann";
    let signed_up = run(client.call(&PasswordlessSignUp {
        username,
        attributes: &[],
    }))
    .unwrap();
    let code = "123456";
    let confirm = With::new(ConfirmSignUp { username, code });
    let confirm = confirm.session(&signed_up.session.unwrap());
    let session: ChallengeSession = run(client.call(&confirm)).unwrap().session.unwrap();
    let step = run(client.start(SignIn::after_sign_up(username, &session))).unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)), "{step:?}");
    assert_eq!(script.request(1).1["Session"], "s1");
    assert_eq!(
        script.request(2).1,
        json!({ "AuthFlow": "USER_AUTH", "ClientId": "client", "Session": "s2",
            "AuthParameters": { "USERNAME": "ann", "SECRET_HASH": ANNS_HASH } })
    );
}

#[test]
fn the_secret_is_not_shown() {
    let shown = format!("{:?}", config());
    assert!(!shown.contains(SECRET), "{shown}");
}
