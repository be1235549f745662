//! Mistakes that other local pools have made, one test each.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::srp::{Srp, n};
use crate::support::{PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, WRONG, timestamp};

/// The challenge that the seed user gets, and its parameters.
async fn challenged(pool: &Pool, srp: &Srp) -> Value {
    let answer = pool.challenge(srp, SEED_EMAIL).await.ok();
    answer["ChallengeParameters"].clone()
}

/// Right answer to `parameters`.
fn proof(pool: &Pool, srp: &Srp, parameters: &Value) -> Value {
    srp.respond(&pool.id, parameters, SEED_PASSWORD, &pool.timestamp())
}

#[tokio::test]
async fn a_public_value_of_any_hex_length_works() {
    let pool = Pool::start().await;
    let mut odd = 0;
    for exponent in 3000_u128..3016 {
        let srp = Srp::new(exponent);
        odd += srp.srp_a().len() % 2;
        let parameters = challenged(&pool, &srp).await;
        let answer = pool
            .respond("PASSWORD_VERIFIER", proof(&pool, &srp, &parameters), None)
            .await;
        Tokens::of(&answer.ok());
    }
    assert!((1..16).contains(&odd), "both kinds have to occur");
}

#[tokio::test]
async fn a_public_value_may_have_leading_zeros_and_capitals() {
    let pool = Pool::start().await;
    let srp = Srp::random();
    let srp_a = format!("000{}", srp.srp_a().to_uppercase());
    let body = json!({ "USERNAME": SEED_EMAIL, "SRP_A": srp_a });
    let first = pool.initiate("USER_SRP_AUTH", body).await.ok();
    let responses = proof(&pool, &srp, &first["ChallengeParameters"]);
    Tokens::of(
        &pool
            .respond("PASSWORD_VERIFIER", responses, None)
            .await
            .ok(),
    );
}

#[tokio::test]
async fn a_public_value_that_is_zero_modulo_n_or_none_is_refused() {
    let pool = Pool::start().await;
    let multiple = (n() * 2_u32).to_str_radix(16);
    for srp_a in ["0", "0000", &n().to_str_radix(16), &multiple] {
        let body = json!({ "USERNAME": SEED_EMAIL, "SRP_A": srp_a });
        let (code, _) = pool.initiate("USER_SRP_AUTH", body).await.error();
        assert_eq!(code, "InvalidParameterException", "{srp_a}");
    }
    for srp_a in [
        "xyz",
        "-1",
        "+1",
        "0x1",
        " 1",
        &"f".repeat(1025),
        &"f".repeat(100_000),
    ] {
        let body = json!({ "USERNAME": SEED_EMAIL, "SRP_A": srp_a });
        let (code, message) = pool.initiate("USER_SRP_AUTH", body).await.error();
        assert_eq!(code, "InvalidParameterException", "{srp_a}");
        assert!(
            message.contains("at 'sRPA' failed to satisfy constraint"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn the_first_answer_is_complete_and_has_no_session() {
    let pool = Pool::start().await;
    let answer = pool.challenge(&Srp::random(), SEED_EMAIL).await.ok();
    assert_eq!(answer["ChallengeName"], "PASSWORD_VERIFIER");
    assert!(answer.get("Session").is_none());
    let parameters = answer["ChallengeParameters"]
        .as_object()
        .expect("an object");
    let names: Vec<&str> = parameters.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "SALT",
            "SECRET_BLOCK",
            "SRP_B",
            "USERNAME",
            "USER_ID_FOR_SRP"
        ]
    );
    let user_id = parameters["USER_ID_FOR_SRP"].as_str().expect("text");
    uuid::Uuid::parse_str(user_id).expect("a UUID");
    assert_eq!(parameters["USERNAME"], user_id);
    let salt = parameters["SALT"].as_str().expect("text");
    assert!(!salt.starts_with('0'), "minimal hex, no leading zero byte");
    // The second call needs neither a Session nor SRP_A; with a Session it works too.
}

#[tokio::test]
async fn the_second_call_needs_no_session() {
    let pool = Pool::start().await;
    for session in [None, Some("a-session-of-whatever-kind")] {
        let srp = Srp::random();
        let parameters = challenged(&pool, &srp).await;
        let responses = proof(&pool, &srp, &parameters);
        let answer = pool.respond("PASSWORD_VERIFIER", responses, session).await;
        Tokens::of(&answer.ok());
    }
}

#[tokio::test]
async fn a_forged_signature_is_refused() {
    let pool = Pool::start().await;
    for forge in [
        |_: &str| STANDARD.encode([0; 32]),
        |_: &str| STANDARD.encode([]) + "AA==",
        |right: &str| {
            let mut bytes = STANDARD.decode(right).expect("Base64");
            bytes[31] ^= 1;
            STANDARD.encode(bytes)
        },
        |right: &str| {
            let bytes = STANDARD.decode(right).expect("Base64");
            STANDARD.encode(&bytes[..16])
        },
    ] {
        let srp = Srp::random();
        let parameters = challenged(&pool, &srp).await;
        let mut responses = proof(&pool, &srp, &parameters);
        let right = responses["PASSWORD_CLAIM_SIGNATURE"]
            .as_str()
            .expect("text");
        responses["PASSWORD_CLAIM_SIGNATURE"] = forge(right).into();
        pool.respond("PASSWORD_VERIFIER", responses, None)
            .await
            .is(WRONG.0, WRONG.1);
        // A right one in between, so that the wrong ones do not lock the user out.
        pool.seed_signed_in().await;
    }
}

#[tokio::test]
async fn a_proof_counts_for_its_own_client_only() {
    let pool = Pool::start().await;
    let other = json!({ "ClientName": "other", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    let other = pool.admin("CreateUserPoolClient", other).await.ok();
    let srp = Srp::random();
    let parameters = challenged(&pool, &srp).await;
    let mut body = json!({
        "ClientId": other["UserPoolClient"]["ClientId"],
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": proof(&pool, &srp, &parameters),
    });
    let answer = pool.call("RespondToAuthChallenge", body.clone()).await;
    answer.is(WRONG.0, WRONG.1);
    body["ClientId"] = pool.client.as_str().into();
    pool.call("RespondToAuthChallenge", body).await.ok();
}

#[tokio::test]
async fn a_proof_counts_for_its_own_user_only() {
    let pool = Pool::start().await;
    pool.person("worf@cruddur.test").await;
    let srp = Srp::random();
    let parameters = challenged(&pool, &srp).await;
    let mut responses = proof(&pool, &srp, &parameters);
    responses["USERNAME"] = "worf@cruddur.test".into();
    let answer = pool.respond("PASSWORD_VERIFIER", responses, None).await;
    answer.is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_challenge_is_answered_once() {
    let pool = Pool::start().await;
    let srp = Srp::random();
    let parameters = challenged(&pool, &srp).await;
    let responses = proof(&pool, &srp, &parameters);
    pool.respond("PASSWORD_VERIFIER", responses.clone(), None)
        .await
        .ok();
    pool.respond("PASSWORD_VERIFIER", responses, None).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
}

#[tokio::test]
async fn a_wrong_answer_uses_the_challenge_up() {
    let pool = Pool::start().await;
    let srp = Srp::random();
    let parameters = challenged(&pool, &srp).await;
    let wrong = srp.respond(&pool.id, &parameters, "Wrong-one-1!", &pool.timestamp());
    pool.respond("PASSWORD_VERIFIER", wrong, None)
        .await
        .is(WRONG.0, WRONG.1);
    let right = proof(&pool, &srp, &parameters);
    pool.respond("PASSWORD_VERIFIER", right, None).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
}

#[tokio::test]
async fn a_challenge_ends_after_three_minutes() {
    let pool = Pool::start().await;
    for (wait, ends) in [(179, false), (180, true)] {
        let srp = Srp::random();
        let parameters = challenged(&pool, &srp).await;
        pool.wait(wait);
        let responses = proof(&pool, &srp, &parameters);
        let answer = pool.respond("PASSWORD_VERIFIER", responses, None).await;
        match ends {
            false => drop(Tokens::of(&answer.ok())),
            true => answer.is(
                "NotAuthorizedException",
                "Invalid session for the user, session is expired.",
            ),
        }
    }
}

#[tokio::test]
async fn the_secret_block_says_nothing_and_a_made_up_one_is_worth_nothing() {
    let pool = Pool::start().await;
    let srp = Srp::random();
    let first = challenged(&pool, &srp).await;
    let second = challenged(&pool, &srp).await;
    assert_ne!(first["SECRET_BLOCK"], second["SECRET_BLOCK"]);
    assert_ne!(first["SRP_B"], second["SRP_B"]);
    assert_eq!(first["SALT"], second["SALT"]);
    let mut made_up = first.clone();
    made_up["SECRET_BLOCK"] = STANDARD.encode([7; 64]).into();
    let answer = pool
        .respond("PASSWORD_VERIFIER", proof(&pool, &srp, &made_up), None)
        .await;
    answer.is(WRONG.0, WRONG.1);
    // One challenge's block with another one's numbers.
    let mut mixed = first.clone();
    mixed["SECRET_BLOCK"] = second["SECRET_BLOCK"].clone();
    let answer = pool
        .respond("PASSWORD_VERIFIER", proof(&pool, &srp, &mixed), None)
        .await;
    answer.is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn an_unknown_user_looks_like_any_other() {
    let pool = Pool::start().await;
    let nobody = "nobody@nowhere.test";
    let parameters = async |srp: &Srp, name: &str| {
        pool.challenge(srp, name).await.ok()["ChallengeParameters"].clone()
    };
    let srp = Srp::random();
    let first = parameters(&srp, nobody).await;
    let second = parameters(&srp, "Nobody@Nowhere.test").await;
    let other = parameters(&srp, "somebody@nowhere.test").await;
    for name in ["SALT", "USER_ID_FOR_SRP", "USERNAME"] {
        assert_eq!(first[name], second[name], "{name} is always the same");
        assert_ne!(first[name], other[name], "{name} is everybody's own");
    }
    assert_ne!(first["SRP_B"], second["SRP_B"]);
    let user_id = first["USER_ID_FOR_SRP"].as_str().expect("text");
    let user_id = uuid::Uuid::parse_str(user_id).expect("a UUID");
    assert_eq!(user_id.get_version_num(), 4);
    for password in [PASSWORD, ""] {
        let responses = srp.respond(&pool.id, &first, password, &pool.timestamp());
        let answer = pool.respond("PASSWORD_VERIFIER", responses, None).await;
        let (code, message) = answer.error();
        assert_eq!(code, "NotAuthorizedException");
        assert!(
            message == WRONG.1 || message.ends_with("session can only be used once."),
            "{message}"
        );
    }
    let answer = pool.srp(nobody, PASSWORD).await;
    answer.is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_legacy_client_is_told_that_a_user_is_unknown() {
    let pool = Pool::start().await;
    pool.set_client(json!({ "PreventUserExistenceErrors": "LEGACY" }))
        .await;
    let answer = pool.srp("nobody@nowhere.test", PASSWORD).await;
    answer.is("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn a_timestamp_is_of_one_form_only() {
    let pool = Pool::start().await;
    // 2030-01-05, a Saturday: its day has one digit.
    let january = 1_893_834_000_000;
    pool.wait((january - pool.stack.clock().now_ms()) / 1000);
    let right = pool.timestamp();
    assert!(right.starts_with("Sat Jan 5 "), "{right}");
    let format = (
        "InvalidParameterException",
        "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
    );
    for (text, expected) in [
        (right.clone(), None),
        (right.replace("Jan 5 ", "Jan 05 "), Some(WRONG)),
        (right.replace("Sat", "Sun"), Some(WRONG)),
        (right.replace("UTC", "GMT"), Some(WRONG)),
        (right.replace("UTC", "utc"), Some(format)),
        (right.replace("Sat", "Samstag"), Some(format)),
        ("2030-01-05T09:00:00Z".to_owned(), Some(format)),
        ("now".to_owned(), Some(format)),
    ] {
        let srp = Srp::random();
        let parameters = challenged(&pool, &srp).await;
        let responses = srp.respond(&pool.id, &parameters, SEED_PASSWORD, &text);
        let answer = pool.respond("PASSWORD_VERIFIER", responses, None).await;
        match expected {
            None => drop(Tokens::of(&answer.ok())),
            Some(expected) => answer.is(expected.0, expected.1),
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_far_off_fails_the_proof() {
    let pool = Pool::start().await;
    for (minutes, works) in [(-4, true), (4, true), (-6, false), (6, false)] {
        let srp = Srp::random();
        let parameters = challenged(&pool, &srp).await;
        let time = timestamp(pool.stack.clock().now_ms() + minutes * 60_000);
        let responses = srp.respond(&pool.id, &parameters, SEED_PASSWORD, &time);
        let answer = pool.respond("PASSWORD_VERIFIER", responses, None).await;
        match works {
            true => drop(Tokens::of(&answer.ok())),
            false => answer.is(WRONG.0, WRONG.1),
        }
    }
}

#[tokio::test]
async fn each_missing_part_of_a_proof_is_named() {
    let pool = Pool::start().await;
    let srp = Srp::random();
    let parameters = challenged(&pool, &srp).await;
    let whole = proof(&pool, &srp, &parameters);
    for name in [
        "USERNAME",
        "TIMESTAMP",
        "PASSWORD_CLAIM_SIGNATURE",
        "PASSWORD_CLAIM_SECRET_BLOCK",
    ] {
        let mut responses = whole.clone();
        responses.as_object_mut().expect("an object").remove(name);
        let answer = pool.respond("PASSWORD_VERIFIER", responses, None).await;
        let message = format!("Missing required parameter {name}");
        answer.is("InvalidParameterException", &message);
    }
    pool.respond("PASSWORD_VERIFIER", json!({}), None).await.is(
        "InvalidParameterException",
        "Missing required parameter challenge responses.",
    );
    let mut responses = whole;
    responses["PASSWORD_CLAIM_SIGNATURE"] = "not Base64!".into();
    pool.respond("PASSWORD_VERIFIER", responses, None).await.is(
        "InvalidParameterException",
        "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.",
    );
}
