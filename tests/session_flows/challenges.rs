//! What the pool may ask for on the way in: each is answered once, by what it asks for.

use cruddur_web::config::{AuthFlowType, AuthOptions};
use cruddur_web::session::{
    Challenge, Confirmed, ErrorKind, FirstFactor, MfaKind, Session, SessionState, SignIn,
    SignUpForm, SignUpOutcome,
};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{START_MS, World, contents, exception, ok, password_verifier, tokens};
use crate::{EMAIL, asked, begin, challenge, password, world_with};

/// Answers a challenge with the code or the words 123456.
async fn answer(session: &Session, asked: &Challenge) -> SignIn {
    const CODE: &str = "123456";
    let step = match asked {
        Challenge::SmsMfa(it) | Challenge::EmailOtp(it) | Challenge::SmsOtp(it) => {
            session.answer_code(it, CODE).await
        }
        Challenge::SoftwareTokenMfa(it) => session.answer_software_token(it, CODE).await,
        Challenge::Custom(it) => session.answer_custom(it, CODE).await,
        Challenge::Password(it) => session.answer_password(it, password()).await,
        other => panic!("no answer to {}", other.name()),
    };
    step.unwrap()
}

#[wasm_bindgen_test]
async fn each_challenge_is_answered_once() {
    let by_mail = json!({ "CODE_DELIVERY_DESTINATION": "a***@e***",
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL" });
    for (name, parameters, member) in [
        ("SMS_MFA", json!({}), "SMS_MFA_CODE"),
        ("SMS_OTP", json!({}), "SMS_OTP_CODE"),
        ("EMAIL_OTP", by_mail, "EMAIL_OTP_CODE"),
        ("SOFTWARE_TOKEN_MFA", json!({}), "SOFTWARE_TOKEN_MFA_CODE"),
        ("CUSTOM_CHALLENGE", json!({ "question": "?" }), "ANSWER"),
        ("PASSWORD", json!({}), "PASSWORD"),
    ] {
        let world = World::default();
        let (session, asked) = begin(&world, challenge(name, parameters)).await;
        assert_eq!(asked.name(), name);
        assert_eq!(session.state(), SessionState::SignedOut(None), "{name}");
        assert!(world.storage.keys().is_empty(), "{name}");

        world.service.on("RespondToAuthChallenge", tokens(START_MS));
        assert_eq!(answer(&session, &asked).await, SignIn::SignedIn);
        assert!(matches!(session.state(), SessionState::SignedIn(_)));
        assert_eq!(world.service.count("RespondToAuthChallenge"), 2, "{name}");
        let body = world.service.body("RespondToAuthChallenge");
        assert_eq!(body["ChallengeName"], name);
        assert_eq!(body["Session"], format!("session of {name}"));
        let expected = match name {
            "PASSWORD" => password().expose().to_owned(),
            _ => "123456".to_owned(),
        };
        assert_eq!(body["ChallengeResponses"][member], expected, "{name}");
        assert_eq!(session.pending_challenge(), None, "{name}");
        assert!(world.tab_storage.keys().is_empty(), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_wrong_code_can_be_put_right() {
    let world = World::default();
    let (session, asked) = begin(&world, challenge("SMS_MFA", json!({}))).await;
    world.service.on(
        "RespondToAuthChallenge",
        exception(
            "CodeMismatchException",
            "Invalid code or auth state for the user.",
        ),
    );
    let Challenge::SmsMfa(sent) = &asked else {
        panic!("{asked:?}")
    };
    let error = session.answer_code(sent, "000000").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::CodeMismatch);
    let waiting = session.pending_challenge();
    assert_eq!(waiting, Some((EMAIL.to_owned(), asked.clone())));
    world.service.on("RespondToAuthChallenge", tokens(START_MS));
    assert_eq!(answer(&session, &asked).await, SignIn::SignedIn);
}

#[wasm_bindgen_test]
async fn a_second_factor_is_chosen_and_then_asked_for() {
    let world = World::default();
    let choice = json!({ "MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]" });
    let (session, step) = begin(&world, challenge("SELECT_MFA_TYPE", choice)).await;
    let Challenge::SelectMfaType(select) = step else {
        panic!("{step:?}")
    };
    assert_eq!(select.options, [MfaKind::Sms, MfaKind::SoftwareToken]);
    world
        .service
        .on(
            "RespondToAuthChallenge",
            challenge("SOFTWARE_TOKEN_MFA", json!({})),
        )
        .on("RespondToAuthChallenge", tokens(START_MS));
    let kind = MfaKind::SoftwareToken;
    let step = asked(session.select_mfa(&select, &kind).await.unwrap());
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["ChallengeResponses"]["ANSWER"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(answer(&session, &step).await, SignIn::SignedIn);
}

#[wasm_bindgen_test]
async fn an_authenticator_app_is_set_up_on_the_way() {
    let world = World::default();
    let choice = json!({ "MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]" });
    let (session, step) = begin(&world, challenge("MFA_SETUP", choice)).await;
    let Challenge::MfaSetup(setup) = step else {
        panic!("{step:?}")
    };
    assert_eq!(setup.options, [MfaKind::SoftwareToken, MfaKind::Email]);
    world
        .service
        .on(
            "AssociateSoftwareToken",
            ok(json!({ "SecretCode": "ABCDEFGH", "Session": "2" })),
        )
        .on(
            "VerifySoftwareToken",
            ok(json!({ "Status": "SUCCESS", "Session": "3" })),
        )
        .on("RespondToAuthChallenge", tokens(START_MS));
    let step = asked(session.set_up_software_token(&setup).await.unwrap());
    let Challenge::SoftwareTokenSetup(app) = step else {
        panic!("{step:?}")
    };
    let secret = app.secret.as_ref().map(|secret| secret.expose());
    assert_eq!(secret, Some("ABCDEFGH"));
    let kept = contents(&world.tab_storage);
    assert!(!kept.contains("ABCDEFGH"), "the secret is stored");
    let step = session.verify_new_software_token(&app, "123456", Some("phone"));
    assert_eq!(step.await.unwrap(), SignIn::SignedIn);
    assert_eq!(
        world.service.body("AssociateSoftwareToken")["Session"],
        "session of MFA_SETUP"
    );
    let verified = world.service.body("VerifySoftwareToken");
    assert_eq!(verified["Session"], "2");
    assert_eq!(verified["FriendlyDeviceName"], "phone");
    assert_eq!(world.service.body("RespondToAuthChallenge")["Session"], "3");
}

#[wasm_bindgen_test]
async fn an_address_for_codes_is_set_up_on_the_way() {
    let world = World::default();
    let choice = json!({ "MFAS_CAN_SETUP": "[\"EMAIL_OTP\"]" });
    let (session, step) = begin(&world, challenge("MFA_SETUP", choice)).await;
    let Challenge::MfaSetup(setup) = step else {
        panic!("{step:?}")
    };
    world
        .service
        .on("RespondToAuthChallenge", challenge("EMAIL_OTP", json!({})))
        .on("RespondToAuthChallenge", tokens(START_MS));
    let step = session.set_up_email(&setup, "ann@example.org").await;
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["ChallengeResponses"]["EMAIL"], "ann@example.org");
    let step = asked(step.unwrap());
    assert_eq!(answer(&session, &step).await, SignIn::SignedIn);
}

#[wasm_bindgen_test]
async fn the_first_factor_is_chosen_by_what_the_user_has() {
    let options = AuthOptions {
        flow: AuthFlowType::UserAuth,
        ..AuthOptions::default()
    };
    let select = || {
        ok(
            json!({ "ChallengeName": "SELECT_CHALLENGE", "Session": "s", "ChallengeParameters": {},
            "AvailableChallenges": ["EMAIL_OTP", "PASSWORD_SRP", "WEB_AUTHN"] }),
        )
    };
    let world = world_with(options);
    world.service.on("InitiateAuth", select());
    let session = world.session();
    let step = asked(session.sign_in_without_password(EMAIL).await.unwrap());
    let body = world.service.body("InitiateAuth");
    assert_eq!(body["AuthFlow"], "USER_AUTH");
    assert_eq!(body["AuthParameters"].get("PREFERRED_CHALLENGE"), None);
    let Challenge::SelectChallenge(it) = step else {
        panic!("{step:?}")
    };
    world
        .service
        .on("RespondToAuthChallenge", challenge("EMAIL_OTP", json!({})))
        .on("RespondToAuthChallenge", tokens(START_MS));
    let factor = FirstFactor::EmailOtp;
    let step = asked(session.select_first_factor(&it, factor).await.unwrap());
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["ChallengeResponses"]["ANSWER"], "EMAIL_OTP");
    assert_eq!(answer(&session, &step).await, SignIn::SignedIn);

    // By password: it does not leave the page, for the user can do SRP.
    world
        .service
        .on("InitiateAuth", select())
        .on("RespondToAuthChallenge", password_verifier())
        .on("RespondToAuthChallenge", tokens(START_MS));
    // The same refresh token comes again, so there is none to be revoked.
    let step = asked(session.sign_in_without_password(EMAIL).await.unwrap());
    let Challenge::SelectChallenge(it) = step else {
        panic!("{step:?}")
    };
    let step = session.select_password(&it, password()).await.unwrap();
    assert_eq!(step, SignIn::SignedIn);
    let password = password();
    let everything = world.service.everything();
    assert!(
        !everything.contains(password.expose()),
        "the password was sent"
    );
}

#[wasm_bindgen_test]
async fn the_flow_is_the_one_that_the_configuration_names() {
    use AuthFlowType as Flow;
    for (flow, with_password, name, member) in [
        (Flow::UserSrp, true, "USER_SRP_AUTH", "SRP_A"),
        (Flow::UserPassword, true, "USER_PASSWORD_AUTH", "PASSWORD"),
        (Flow::CustomWithSrp, true, "CUSTOM_AUTH", "SRP_A"),
        (Flow::CustomWithoutSrp, false, "CUSTOM_AUTH", "USERNAME"),
        (Flow::UserAuth, true, "USER_AUTH", "SRP_A"),
        (Flow::UserAuth, false, "USER_AUTH", "USERNAME"),
    ] {
        let world = world_with(AuthOptions {
            flow,
            ..AuthOptions::default()
        });
        assert!(with_password || !flow.asks_password());
        world.service.on("InitiateAuth", tokens(START_MS));
        let session = world.session();
        let step = match with_password {
            true => session.sign_in(EMAIL, password()).await,
            false => session.sign_in_without_password(EMAIL).await,
        };
        assert_eq!(step.unwrap(), SignIn::SignedIn, "{flow:?}");
        let body = world.service.body("InitiateAuth");
        assert_eq!(body["AuthFlow"], name, "{flow:?}");
        assert!(body["AuthParameters"][member].is_string(), "{flow:?}");
        assert_eq!(body["AuthParameters"]["USERNAME"], EMAIL);
    }
}

#[wasm_bindgen_test]
async fn another_code_is_sent_by_beginning_anew_with_the_same_choice() {
    let world = World::default();
    let select = || {
        let choice = json!({ "MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"EMAIL_OTP\"]" });
        challenge("SELECT_MFA_TYPE", choice)
    };
    let code = |session: &str| {
        ok(json!({ "ChallengeName": "EMAIL_OTP", "Session": session, "ChallengeParameters": {} }))
    };
    let (session, step) = begin(&world, select()).await;
    let Challenge::SelectMfaType(it) = step else {
        panic!("{step:?}")
    };
    world.service.on("RespondToAuthChallenge", code("first"));
    session.select_mfa(&it, &MfaKind::Email).await.unwrap();
    assert!(session.can_resend_challenge());

    world
        .service
        .on("InitiateAuth", password_verifier())
        .on("RespondToAuthChallenge", select())
        .on("RespondToAuthChallenge", code("second"))
        .on("RespondToAuthChallenge", tokens(START_MS));
    let step = asked(session.resend_challenge().await.unwrap());
    assert_eq!(world.service.count("InitiateAuth"), 2);
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["ChallengeName"], "SELECT_MFA_TYPE");
    assert_eq!(body["ChallengeResponses"]["ANSWER"], "EMAIL_OTP");
    assert_eq!(
        session.pending_challenge(),
        Some((EMAIL.to_owned(), step.clone()))
    );
    assert_eq!(answer(&session, &step).await, SignIn::SignedIn);
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["Session"], "second", "the newest code counts");
    assert!(!session.can_resend_challenge(), "the password is forgotten");
}

#[wasm_bindgen_test]
async fn a_code_that_could_not_be_sent_again_can_be_asked_for_once_more() {
    let world = World::default();
    let (session, _) = begin(&world, challenge("SMS_MFA", json!({}))).await;
    world.service.on(
        "InitiateAuth",
        exception(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        ),
    );
    let error = session.resend_challenge().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::LimitExceeded);
    assert!(session.can_resend_challenge());
    assert!(
        session.pending_challenge().is_some(),
        "the first code is good still"
    );
    session.abandon_sign_in();
    assert!(!session.can_resend_challenge());
    let error = session.resend_challenge().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ChallengeSessionExpired);
}

fn form() -> SignUpForm {
    SignUpForm {
        username: EMAIL.to_owned(),
        attributes: vec![("email".to_owned(), EMAIL.to_owned())],
        password: password(),
    }
}

#[wasm_bindgen_test]
async fn a_confirmed_sign_up_signs_in_by_its_own_session() {
    let world = world_with(AuthOptions {
        email_otp: true,
        ..AuthOptions::default()
    });
    world
        .service
        .on(
            "SignUp",
            ok(json!({ "UserConfirmed": false, "Session": "of the sign-up" })),
        )
        .on(
            "ConfirmSignUp",
            ok(json!({ "Session": "of the confirmation" })),
        )
        .on("InitiateAuth", tokens(START_MS));
    let session = world.session();
    session.sign_up(form()).await.unwrap();
    let confirmed = session.confirm_sign_up(EMAIL, "123456").await.unwrap();
    assert!(matches!(confirmed, Confirmed::SignedIn), "{confirmed:?}");
    assert_eq!(
        world.service.body("ConfirmSignUp")["Session"],
        "of the sign-up"
    );
    let body = world.service.body("InitiateAuth");
    assert_eq!(body["AuthFlow"], "USER_AUTH");
    assert_eq!(body["Session"], "of the confirmation");
    let sent: Value = body["AuthParameters"].clone();
    assert_eq!(
        sent,
        json!({ "USERNAME": EMAIL }),
        "no password, no other code"
    );
    assert_eq!(
        world.service.sent(),
        ["SignUp", "ConfirmSignUp", "InitiateAuth"]
    );
}

#[wasm_bindgen_test]
async fn a_sign_up_without_a_password_signs_in_by_its_session_alone() {
    let world = world_with(AuthOptions {
        email_otp: true,
        ..AuthOptions::default()
    });
    let attributes = form().attributes;
    world
        .service
        .on(
            "SignUp",
            ok(json!({ "UserConfirmed": false, "Session": "1" })),
        )
        .on("ConfirmSignUp", ok(json!({ "Session": "2" })))
        .on("InitiateAuth", tokens(START_MS));
    let session = world.session();
    let signed_up = session.sign_up_without_password(EMAIL.to_owned(), &attributes);
    signed_up.await.unwrap();
    let body = world.service.body("SignUp");
    assert_eq!(body.get("Password"), None);
    assert!(!session.has_pending_password(EMAIL));
    let confirmed = session.confirm_sign_up(EMAIL, "123456").await.unwrap();
    assert!(matches!(confirmed, Confirmed::SignedIn), "{confirmed:?}");
    assert_eq!(world.service.body("InitiateAuth")["Session"], "2");

    // The pool confirmed the user by itself, with a session or without.
    for (answer, signed_in) in [
        (json!({ "UserConfirmed": true, "Session": "1" }), true),
        (json!({ "UserConfirmed": true }), false),
    ] {
        let world = World::default();
        world
            .service
            .on("SignUp", ok(answer))
            .on("InitiateAuth", tokens(START_MS));
        let session = world.session();
        let outcome = session.sign_up_without_password(EMAIL.to_owned(), &attributes);
        let outcome = outcome.await.unwrap();
        assert_eq!(matches!(outcome, SignUpOutcome::SignedIn), signed_in);
        assert_eq!(session.state().person().is_some(), signed_in);
    }
}

#[wasm_bindgen_test]
async fn a_session_that_signs_nobody_in_leaves_the_password() {
    let world = world_with(AuthOptions {
        flow: AuthFlowType::UserAuth,
        ..AuthOptions::default()
    });
    world
        .service
        .on(
            "SignUp",
            ok(json!({ "UserConfirmed": false, "Session": "of the sign-up" })),
        )
        .on(
            "ConfirmSignUp",
            ok(json!({ "Session": "of the confirmation" })),
        )
        .on(
            "InitiateAuth",
            exception("NotAuthorizedException", "Invalid session for the user."),
        )
        .on("InitiateAuth", tokens(START_MS));
    let session = world.session();
    session.sign_up(form()).await.unwrap();
    let confirmed = session.confirm_sign_up(EMAIL, "123456").await.unwrap();
    assert!(matches!(confirmed, Confirmed::SignedIn), "{confirmed:?}");
    let body = world.service.body("InitiateAuth");
    assert!(body["AuthParameters"]["SRP_A"].is_string());
}
