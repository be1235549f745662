//! The client against answers made by hand: retries, errors, clocks, challenges.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use cognito_user_pool::operation::{
    AuthFlow, ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken, GetUser, GlobalSignOut,
    InitiateAuth, RevokeToken, SignUp,
};
use cognito_user_pool::{
    AccessToken, DeliveryMedium, Error, ErrorKind, HttpResponse, Password, RefreshToken,
    SignInStep, TransportError,
};
use serde_json::{Value, json};

use support::*;

#[test]
fn a_request_has_the_wire_form() {
    let script = Script::new([ok(json!({ "UserConfirmed": false, "UserSub": "sub",
        "CodeDeliveryDetails": { "Destination": "a***@e***", "DeliveryMedium": "EMAIL",
            "AttributeName": "email" } }))]);
    let client = client(&script);
    let signed_up = run(client.call(&SignUp {
        username: "ann@example.com",
        password: &password(),
        attributes: &[("name".to_owned(), "Ann".to_owned())],
    }))
    .unwrap();
    assert!(!signed_up.confirmed);
    let delivery = signed_up.delivery.unwrap();
    assert_eq!(delivery.destination.as_deref(), Some("a***@e***"));
    assert_eq!(delivery.medium, DeliveryMedium::Email);

    let (operation, body) = script.request(0);
    assert_eq!(operation, "SignUp");
    assert_eq!(
        body,
        json!({ "ClientId": "client", "Username": "ann@example.com", "Password": "Crud-dur-2026!",
            "UserAttributes": [{ "Name": "name", "Value": "Ann" }] })
    );
    let request = script.requests.borrow()[0].clone();
    assert_eq!(request.url, "https://cognito-idp.us-east-1.amazonaws.com/");
    let content_type = (
        "content-type".to_owned(),
        "application/x-amz-json-1.1".to_owned(),
    );
    assert!(request.headers.contains(&content_type));
    assert!(
        !request
            .headers
            .iter()
            .any(|(name, _)| name == "authorization")
    );
}

#[test]
fn what_is_logged_of_requests_answers_and_errors_holds_no_secret() {
    let script = Script::new([exception(
        "NotAuthorizedException",
        "Incorrect username or password.",
    )]);
    let client = client(&script);
    let error = run(client.call(&SignUp {
        username: "ann",
        password: &password(),
        attributes: &[],
    }))
    .unwrap_err();
    let shown = format!(
        "{:?} {error:?} {error} {:?}",
        script.requests.borrow(),
        password()
    );
    assert!(!shown.contains("Crud-dur"), "{shown}");
    let token = AccessToken::new("secret-token");
    let operation = format!(
        "{:?}",
        GetUser {
            access_token: &token
        }
    );
    assert!(!operation.contains("secret-token"), "{operation}");
}

#[test]
fn empty_bodies_are_success() {
    for body in ["", "{}", " \n"] {
        let script = Script::new([answer(200, &[], body)]);
        let access_token = AccessToken::new("t");
        let access_token = &access_token;
        assert_eq!(
            run(client(&script).call(&GlobalSignOut { access_token })),
            Ok(())
        );
    }
}

#[test]
fn an_answer_that_is_no_json_is_told() {
    let script = Script::new([answer(200, &[], "<html>")]);
    let access_token = &AccessToken::new("t");
    let error = run(client(&script).call(&GlobalSignOut { access_token })).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidResponse);
}

/// Header, `__type` with a prefix, and `Message` all occur.
#[test]
fn the_exceptions_name_is_found_wherever_it_stands() {
    let body = r#"{"message":"User is disabled."}"#;
    let cases = [
        answer(
            400,
            &[("x-amzn-errortype", "NotAuthorizedException:")],
            body,
        ),
        answer(
            400,
            &[(
                "x-amzn-errortype",
                "NotAuthorizedException:http://internal.amazon.com/x",
            )],
            body,
        ),
        answer(
            403,
            &[],
            r#"{"__type":"com.amazonaws#NotAuthorizedException","Message":"User is disabled."}"#,
        ),
        answer(
            400,
            &[],
            r#"{"code":"NotAuthorizedException","message":"User is disabled."}"#,
        ),
    ];
    for case in cases {
        let script = Script::new([case]);
        let operation = ForgotPassword { username: "ann" };
        let error = run(client(&script).call(&operation)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UserDisabled);
        assert_eq!(error.code, "NotAuthorizedException");
        assert_eq!(error.message, "User is disabled.");
    }
}

fn get_user(script: &Script) -> Result<(), Error> {
    let access_token = &AccessToken::new("t");
    run(client(script).call(&GetUser { access_token })).map(|_| ())
}

#[test]
fn passing_failures_are_tried_three_times() {
    let user = || ok(json!({ "Username": "u", "UserAttributes": [] }));
    let passing = [
        broken(),
        Err(TransportError::Timeout),
        answer(503, &[], "<html>"),
        answer(
            500,
            &[],
            r#"{"__type":"InternalErrorException","message":"?"}"#,
        ),
        answer(429, &[], ""),
        exception("TooManyRequestsException", "Rate exceeded"),
    ];
    for failure in passing {
        let script = Script::new([failure.clone(), failure.clone(), user()]);
        assert_eq!(get_user(&script), Ok(()), "{failure:?}");
        assert_eq!(script.sent(), 3);

        let script = Script::new([failure.clone(), failure.clone(), failure.clone()]);
        assert!(get_user(&script).is_err());
        assert_eq!(script.sent(), 3, "{failure:?}");
    }
}

#[test]
fn what_the_service_decided_is_not_asked_again() {
    for (code, message) in [
        ("NotAuthorizedException", "Incorrect username or password."),
        ("NotAuthorizedException", "Password attempts exceeded"),
        (
            "CodeMismatchException",
            "Invalid verification code provided, please try again.",
        ),
        (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        ),
        (
            "ExpiredCodeException",
            "Invalid code provided, please request a code again.",
        ),
        ("InvalidParameterException", "?"),
        ("SomethingNewException", "?"),
    ] {
        let script = Script::new([exception(code, message)]);
        assert!(get_user(&script).is_err());
        assert_eq!(script.sent(), 1, "{code}");
    }
}

#[test]
fn operations_that_must_not_run_twice_are_repeated_only_when_refused_unseen() {
    let confirm = ConfirmSignUp {
        username: "ann",
        code: "123456",
    };
    for failure in [broken(), answer(502, &[], ""), Err(TransportError::Timeout)] {
        let script = Script::new([failure]);
        assert!(run(client(&script).call(&confirm)).is_err());
        assert_eq!(script.sent(), 1);
    }
    let script = Script::new([exception("TooManyRequestsException", "?"), ok(json!({}))]);
    assert!(run(client(&script).call(&confirm)).is_ok());
    assert_eq!(script.sent(), 2);
}

#[test]
fn pauses_are_random_and_bounded() {
    let clock = still();
    let script = Script::new([broken(), broken(), broken()]);
    let client = client_at(&script, clock.clone());
    let access_token = &AccessToken::new("t");
    assert!(run(client.call(&GetUser { access_token })).is_err());
    let pauses = clock.pauses.borrow().clone();
    assert_eq!(pauses.len(), 2);
    assert!((1..=400).contains(&pauses[0]), "{pauses:?}");
    assert!((1..=800).contains(&pauses[1]), "{pauses:?}");
}

#[test]
fn a_sign_in_proves_the_password_without_sending_it() {
    let script = Script::new([verifier_challenge(None), tokens()]);
    let client = client(&script);
    let step = run(client.sign_in("ann@example.com", &password(), None)).unwrap();
    let SignInStep::SignedIn(tokens) = step else {
        panic!("not signed in");
    };
    assert_eq!(tokens.access_token.expose(), "a");
    assert_eq!(tokens.expires_in, Some(3600));

    let (operation, body) = script.request(0);
    assert_eq!(operation, "InitiateAuth");
    assert_eq!(body["AuthFlow"], "USER_SRP_AUTH");
    assert_eq!(body["AuthParameters"]["USERNAME"], "ann@example.com");
    let srp_a = body["AuthParameters"]["SRP_A"].as_str().unwrap();
    assert!(
        srp_a
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    );
    assert!(!srp_a.starts_with('0'));

    let (operation, body) = script.request(1);
    assert_eq!(operation, "RespondToAuthChallenge");
    assert_eq!(body["ChallengeName"], "PASSWORD_VERIFIER");
    let responses = &body["ChallengeResponses"];
    assert_eq!(
        responses["USERNAME"], "the-sub",
        "the pool's own name for the user"
    );
    assert_eq!(responses["PASSWORD_CLAIM_SECRET_BLOCK"], "c2VjcmV0");
    assert_eq!(responses["TIMESTAMP"], "Thu Jan 1 00:00:00 UTC 2026");
    assert!(body.get("Session").is_none(), "none came, so none is sent");
    for request in script.requests.borrow().iter() {
        let body = String::from_utf8(request.body.clone().unwrap()).unwrap();
        assert!(!body.contains("Crud-dur"), "the password is in {body}");
    }
}

#[test]
fn a_prepared_key_pair_is_used() {
    let script = Script::new([verifier_challenge(None), tokens()]);
    let client = client(&script);
    let prepared = client.prepare_sign_in().unwrap();
    let public = prepared.public_hex();
    run(client.sign_in("ann", &password(), Some(prepared))).unwrap();
    assert_eq!(
        script.request(0).1["AuthParameters"]["SRP_A"],
        public.as_str()
    );
}

#[test]
fn a_key_pair_is_prepared_in_steps_too() {
    // Each client's random numbers are the same ones.
    let whole = client(&Script::new([])).prepare_sign_in().unwrap();
    let other = client(&Script::new([]));
    let in_steps = run(other.prepare_sign_in_in_steps()).unwrap();
    assert_eq!(whole.public_hex(), in_steps.public_hex());
}

#[test]
fn the_time_stamp_is_the_servers_when_the_devices_clock_is_wrong() {
    for (date, timestamp) in [
        // The device is two hours behind.
        (
            "Thu, 01 Jan 2026 02:00:00 GMT",
            "Thu Jan 1 02:00:00 UTC 2026",
        ),
        // A day ahead.
        (
            "Wed, 31 Dec 2025 00:00:00 GMT",
            "Wed Dec 31 00:00:00 UTC 2025",
        ),
        // About right: the device's own clock is finer.
        (
            "Thu, 01 Jan 2026 00:00:02 GMT",
            "Thu Jan 1 00:00:00 UTC 2026",
        ),
        // No date at all.
        ("soon", "Thu Jan 1 00:00:00 UTC 2026"),
    ] {
        let script = Script::new([verifier_challenge(Some(date)), tokens()]);
        run(client(&script).sign_in("ann", &password(), None)).unwrap();
        let (_, body) = script.request(1);
        assert_eq!(body["ChallengeResponses"]["TIMESTAMP"], timestamp, "{date}");
    }
}

#[test]
fn hostile_srp_values_end_the_sign_in() {
    use cognito_user_pool::srp::SrpError;
    let with = |name: &str, value: &str| {
        let Ok(HttpResponse { body, .. }) = verifier_challenge(None) else {
            panic!("an answer");
        };
        let mut body: Value = serde_json::from_slice(&body).unwrap();
        body["ChallengeParameters"][name] = value.into();
        ok(body)
    };
    for (name, value, kind) in [
        (
            "SRP_B",
            "0",
            ErrorKind::Srp(SrpError::ZeroServerPublicValue),
        ),
        (
            "SRP_B",
            "zz",
            ErrorKind::Srp(SrpError::MalformedPublicValue),
        ),
        ("SALT", "", ErrorKind::Srp(SrpError::MalformedSalt)),
        (
            "SECRET_BLOCK",
            "%",
            ErrorKind::Srp(SrpError::MalformedSecretBlock),
        ),
    ] {
        let script = Script::new([with(name, value)]);
        let error = run(client(&script).sign_in("ann", &password(), None)).unwrap_err();
        assert_eq!(error.kind, kind);
        assert_eq!(script.sent(), 1, "nothing more is sent");
    }
}

#[test]
fn a_temporary_password_is_replaced() {
    let challenge = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "session-1",
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": "the-sub",
            "requiredAttributes": "[\"userAttributes.name\"]",
            "userAttributes": "{\"email\":\"ann@example.com\",\"email_verified\":\"true\"}",
        },
    });
    let script = Script::new([verifier_challenge(None), ok(challenge), tokens()]);
    let client = client(&script);
    let step = run(client.sign_in("ann@example.com", &password(), None)).unwrap();
    let SignInStep::NewPasswordRequired(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(challenge.required_attributes, ["name"]);
    assert!(
        challenge
            .user_attributes
            .contains(&("email".to_owned(), "ann@example.com".to_owned()))
    );
    let new_password = Password::new("Other-2026!".to_owned());
    let attributes = [("name".to_owned(), "Ann".to_owned())];
    let step = run(client.set_new_password(&challenge, &new_password, &attributes)).unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)));
    let (_, body) = script.request(2);
    assert_eq!(
        body,
        json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "ClientId": "client",
            "Session": "session-1",
            "ChallengeResponses": { "USERNAME": "the-sub", "NEW_PASSWORD": "Other-2026!",
                "userAttributes.name": "Ann" } })
    );
}

#[test]
fn a_new_password_challenge_without_its_parameters_still_works() {
    let challenge = json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s" });
    let script = Script::new([verifier_challenge(None), ok(challenge)]);
    let step = run(client(&script).sign_in("ann", &password(), None)).unwrap();
    let SignInStep::NewPasswordRequired(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert!(challenge.required_attributes.is_empty());
}

#[test]
fn an_unknown_challenge_is_named() {
    let script = Script::new([
        verifier_challenge(None),
        ok(json!({ "ChallengeName": "SMELL", "Session": "s", "ChallengeParameters": {} })),
    ]);
    let step = run(client(&script).sign_in("ann", &password(), None)).unwrap();
    let SignInStep::Unsupported(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(challenge.name, "SMELL");
}

#[test]
fn the_plain_password_flow_and_both_refreshes_have_their_wire_form() {
    let script = Script::new([tokens(), tokens(), tokens(), ok(json!({}))]);
    let client = client(&script);
    run(client.sign_in_with_plain_password("ann", &password())).unwrap();
    let refresh_token = &RefreshToken::new("r");
    run(client.call(&GetTokensFromRefreshToken {
        refresh_token,
        device_key: Some("device"),
    }))
    .unwrap();
    run(client.call(&InitiateAuth {
        flow: AuthFlow::RefreshToken {
            refresh_token,
            username: None,
        },
        device_key: None,
    }))
    .unwrap();
    run(client.call(&RevokeToken { refresh_token })).unwrap();
    let bodies: Vec<_> = (0..4).map(|index| script.request(index)).collect();
    assert_eq!(
        bodies,
        [
            (
                "InitiateAuth".to_owned(),
                json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "client",
                    "AuthParameters": { "USERNAME": "ann", "PASSWORD": "Crud-dur-2026!" } })
            ),
            (
                "GetTokensFromRefreshToken".to_owned(),
                json!({ "ClientId": "client", "RefreshToken": "r", "DeviceKey": "device" })
            ),
            (
                "InitiateAuth".to_owned(),
                json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": "client",
                    "AuthParameters": { "REFRESH_TOKEN": "r" } })
            ),
            (
                "RevokeToken".to_owned(),
                json!({ "ClientId": "client", "Token": "r" })
            ),
        ]
    );
}
