//! Each flow and each challenge: what is sent, what the step carries, what follows.

#![cfg(all(
    feature = "choice",
    feature = "custom",
    feature = "mfa",
    feature = "passkeys"
))]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use cognito_user_pool::{
    ChallengeSession, Choice, DeliveryMedium, ErrorKind, FirstFactor, MfaKind, Password, SignIn,
    SignInStep,
};
use serde_json::{Value, json};

use support::*;

/// Signs in with SRP, where the pool goes on with `answers`.
fn after_srp(answers: impl IntoIterator<Item = Answer>) -> (Script, SignInStep) {
    let script = Script::new([verifier_challenge(None)].into_iter().chain(answers));
    let step = run(client(&script).sign_in("ann@example.com", &password(), None)).unwrap();
    (script, step)
}

fn assert_signed_in(step: SignInStep) {
    assert!(matches!(step, SignInStep::SignedIn(_)), "{step:?}");
    assert_eq!(step.challenge_name(), None);
}

/// No request of the exchange holds the password.
fn assert_password_unsent(script: &Script) {
    for request in script.requests.borrow().iter() {
        let body = String::from_utf8(request.body.clone().unwrap()).unwrap();
        assert!(!body.contains("Crud-dur"), "the password is in {body}");
    }
}

#[test]
fn codes_by_text_message_and_e_mail_are_answered() {
    for (name, medium, member) in [
        ("SMS_MFA", "SMS", "SMS_MFA_CODE"),
        ("SMS_OTP", "SMS", "SMS_OTP_CODE"),
        ("EMAIL_OTP", "EMAIL", "EMAIL_OTP_CODE"),
    ] {
        let (script, step) = after_srp([
            challenge(
                name,
                "s1",
                json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
                    "CODE_DELIVERY_DESTINATION": "m***", "USER_ID_FOR_SRP": "the-sub" }),
            ),
            exception(
                "CodeMismatchException",
                "Invalid code or auth state for the user.",
            ),
            tokens(),
        ]);
        assert_eq!(step.challenge_name(), Some(name));
        let (SignInStep::SmsMfa(sent) | SignInStep::SmsOtp(sent) | SignInStep::EmailOtp(sent)) =
            step
        else {
            panic!("{name}: another step");
        };
        assert_eq!(sent.delivery.destination.as_deref(), Some("m***"));
        let expected = match medium {
            "SMS" => DeliveryMedium::Sms,
            _ => DeliveryMedium::Email,
        };
        assert_eq!(sent.delivery.medium, expected);
        assert!(!format!("{sent:?}").contains("s1"), "{sent:?}");
        let client = client(&script);
        let error = run(client.answer_code(&sent, "000000")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::CodeMismatch);
        // The session is good for another try.
        assert_signed_in(run(client.answer_code(&sent, "12345678")).unwrap());
        assert_eq!(
            responses(&script, 3, name, Some("s1")),
            json!({ "USERNAME": "the-sub", member: "12345678" })
        );
    }
}

#[test]
fn an_authenticator_apps_code_is_answered() {
    let (script, step) = after_srp([
        challenge(
            "SOFTWARE_TOKEN_MFA",
            "s1",
            json!({ "FRIENDLY_DEVICE_NAME": "phone" }),
        ),
        tokens(),
    ]);
    let SignInStep::SoftwareTokenMfa(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(challenge.friendly_device_name.as_deref(), Some("phone"));
    assert_signed_in(run(client(&script).answer_software_token(&challenge, "123456")).unwrap());
    assert_eq!(
        responses(&script, 2, "SOFTWARE_TOKEN_MFA", Some("s1")),
        json!({ "USERNAME": "the-sub", "SOFTWARE_TOKEN_MFA_CODE": "123456" })
    );
}

#[test]
fn one_of_several_second_factors_is_chosen() {
    let (script, step) = after_srp([
        challenge(
            "SELECT_MFA_TYPE",
            "s1",
            json!({ "MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\",\"X\"]" }),
        ),
        challenge("EMAIL_OTP", "s2", json!({})),
        tokens(),
    ]);
    let SignInStep::SelectMfaType(select) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(
        select.options,
        [
            MfaKind::Sms,
            MfaKind::SoftwareToken,
            MfaKind::Email,
            MfaKind::Other("X".to_owned())
        ]
    );
    let client = client(&script);
    let step = run(client.select_mfa(&select, &select.options[2])).unwrap();
    assert_eq!(
        responses(&script, 2, "SELECT_MFA_TYPE", Some("s1")),
        json!({ "USERNAME": "the-sub", "ANSWER": "EMAIL_OTP" })
    );
    let SignInStep::EmailOtp(sent) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(sent.delivery.medium, DeliveryMedium::Email);
    assert_signed_in(run(client.answer_code(&sent, "123456")).unwrap());
    assert_eq!(
        responses(&script, 3, "EMAIL_OTP", Some("s2")),
        json!({ "USERNAME": "the-sub", "EMAIL_OTP_CODE": "123456" })
    );
}

fn mfa_setup() -> Answer {
    challenge(
        "MFA_SETUP",
        "s1",
        json!({ "MFAS_CAN_SETUP": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]" }),
    )
}

#[test]
fn an_authenticator_app_is_set_up_on_the_way_in() {
    let (script, step) = after_srp([
        mfa_setup(),
        ok(json!({ "SecretCode": "JBSWY3DPEHPK3PXP", "Session": "s2" })),
        exception("EnableSoftwareTokenMFAException", "Code mismatch"),
        ok(json!({ "Status": "SUCCESS", "Session": "s3" })),
        tokens(),
    ]);
    let SignInStep::MfaSetup(setup) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(
        setup.options,
        [MfaKind::Sms, MfaKind::SoftwareToken, MfaKind::Email]
    );
    let client = client(&script);
    let setup = run(client.set_up_software_token(&setup)).unwrap();
    assert_eq!(setup.secret.as_ref().unwrap().expose(), "JBSWY3DPEHPK3PXP");
    assert!(!format!("{setup:?}").contains("JBSWY"), "{setup:?}");
    let error = run(client.verify_software_token(&setup, "000000", None)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::CodeMismatch);
    assert_signed_in(run(client.verify_software_token(&setup, "123456", Some("phone"))).unwrap());

    assert_eq!(
        script.request(2),
        (
            "AssociateSoftwareToken".to_owned(),
            json!({ "Session": "s1" })
        )
    );
    assert_eq!(
        script.request(4),
        (
            "VerifySoftwareToken".to_owned(),
            json!({ "Session": "s2", "UserCode": "123456", "FriendlyDeviceName": "phone" })
        )
    );
    assert_eq!(
        responses(&script, 5, "MFA_SETUP", Some("s3")),
        json!({ "USERNAME": "the-sub" })
    );
}

#[test]
fn an_address_for_codes_is_set_up_on_the_way_in() {
    let (script, step) = after_srp([
        mfa_setup(),
        challenge("EMAIL_OTP", "s2", json!({})),
        challenge("SMS_MFA", "s3", json!({})),
    ]);
    let SignInStep::MfaSetup(setup) = step else {
        panic!("another step: {step:?}");
    };
    let client = client(&script);
    let step = run(client.set_up_email(&setup, "ann@example.com")).unwrap();
    assert!(matches!(step, SignInStep::EmailOtp(_)), "{step:?}");
    assert_eq!(
        responses(&script, 2, "MFA_SETUP", Some("s1")),
        json!({ "USERNAME": "the-sub", "EMAIL": "ann@example.com" })
    );
    let step = run(client.set_up_sms(&setup, "+15555550199")).unwrap();
    let SignInStep::SmsMfa(sent) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(sent.delivery.medium, DeliveryMedium::Sms);
    assert_eq!(
        responses(&script, 3, "MFA_SETUP", Some("s1")),
        json!({ "USERNAME": "the-sub", "PHONE_NUMBER": "+15555550199" })
    );
}

#[test]
fn a_setup_without_a_session_is_told() {
    let no_session = json!({ "ChallengeName": "MFA_SETUP", "ChallengeParameters": {} });
    let (script, step) = after_srp([ok(no_session)]);
    let SignInStep::MfaSetup(setup) = step else {
        panic!("another step: {step:?}");
    };
    assert!(setup.options.is_empty());
    let error = run(client(&script).set_up_software_token(&setup)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidResponse);
    assert_eq!(script.sent(), 2, "nothing more is sent");
}

fn initiate(script: &Script) -> Value {
    let (operation, body) = script.request(0);
    assert_eq!(operation, "InitiateAuth");
    body
}

#[test]
fn custom_challenges_follow_each_other() {
    let question = |text: &str, session| {
        challenge(
            "CUSTOM_CHALLENGE",
            session,
            json!({ "question": text, "USERNAME": "the-sub" }),
        )
    };
    let script = Script::new([question("2 + 2?", "s1"), question("3 + 3?", "s2"), tokens()]);
    let client = client(&script);
    let sign_in = SignIn::custom("ann").client_metadata(&[("source", "advert")]);
    let step = run(client.start(sign_in)).unwrap();
    assert_eq!(
        initiate(&script),
        json!({ "AuthFlow": "CUSTOM_AUTH", "ClientId": "client",
            "AuthParameters": { "USERNAME": "ann" }, "ClientMetadata": { "source": "advert" } })
    );
    let SignInStep::Custom(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(challenge.parameter("question"), Some("2 + 2?"));
    assert_eq!(challenge.parameter("USERNAME"), None, "not the trigger's");
    let step = run(client.answer_custom(&challenge, "4")).unwrap();
    let (_, body) = script.request(1);
    assert_eq!(
        body,
        json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s1", "ClientId": "client",
            "ChallengeResponses": { "USERNAME": "the-sub", "ANSWER": "4" },
            "ClientMetadata": { "source": "advert" } })
    );
    let SignInStep::Custom(challenge) = step else {
        panic!("another step: {step:?}");
    };
    let challenge = challenge.client_metadata(&[("try", "1")]);
    assert_signed_in(run(client.answer_custom(&challenge, "6")).unwrap());
    assert_eq!(script.request(2).1["ClientMetadata"], json!({ "try": "1" }));
}

#[test]
fn custom_challenges_can_begin_with_srp() {
    let script = Script::new([
        verifier_challenge(None),
        challenge("CUSTOM_CHALLENGE", "s1", json!({})),
    ]);
    let password = password();
    let sign_in = SignIn::custom_after_srp("ann", &password);
    let step = run(client(&script).start(sign_in)).unwrap();
    assert!(matches!(step, SignInStep::Custom(_)), "{step:?}");
    let body = initiate(&script);
    assert_eq!(body["AuthFlow"], "CUSTOM_AUTH");
    assert_eq!(body["AuthParameters"]["CHALLENGE_NAME"], "SRP_A");
    assert!(body["AuthParameters"]["SRP_A"].is_string());
    let responses = responses(&script, 1, "PASSWORD_VERIFIER", None);
    assert!(responses["PASSWORD_CLAIM_SIGNATURE"].is_string());
    assert_password_unsent(&script);
}

fn select_challenge() -> Answer {
    ok(
        json!({ "ChallengeName": "SELECT_CHALLENGE", "Session": "s1", "ChallengeParameters": {},
        "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"] }),
    )
}

#[test]
fn a_first_factor_is_chosen() {
    let password = password();
    let plain = [
        (
            Choice::Password(&password),
            json!({ "USERNAME": "ann", "ANSWER": "PASSWORD", "PASSWORD": "Crud-dur-2026!" }),
        ),
        (
            Choice::EmailOtp,
            json!({ "USERNAME": "ann", "ANSWER": "EMAIL_OTP" }),
        ),
        (
            Choice::SmsOtp,
            json!({ "USERNAME": "ann", "ANSWER": "SMS_OTP" }),
        ),
        (
            Choice::WebAuthn,
            json!({ "USERNAME": "ann", "ANSWER": "WEB_AUTHN" }),
        ),
    ];
    for (choice, expected) in plain {
        let script = Script::new([select_challenge(), tokens()]);
        let client = client(&script);
        let step = run(client.start(SignIn::choice("ann"))).unwrap();
        assert_eq!(
            initiate(&script),
            json!({ "AuthFlow": "USER_AUTH", "ClientId": "client",
                "AuthParameters": { "USERNAME": "ann" } })
        );
        let SignInStep::SelectChallenge(select) = step else {
            panic!("another step: {step:?}");
        };
        assert_eq!(select.available[0], FirstFactor::PasswordSrp);
        assert_eq!(select.available[4], FirstFactor::WebAuthn);
        assert_signed_in(run(client.select_challenge(&select, choice, None)).unwrap());
        assert_eq!(
            responses(&script, 1, "SELECT_CHALLENGE", Some("s1")),
            expected
        );
    }
}

#[test]
fn the_password_is_chosen_and_proven_by_srp() {
    let script = Script::new([select_challenge(), verifier_challenge(None), tokens()]);
    let client = client(&script);
    let step = run(client.start(SignIn::choice("ann"))).unwrap();
    let SignInStep::SelectChallenge(select) = step else {
        panic!("another step: {step:?}");
    };
    let prepared = client.prepare_sign_in().unwrap();
    let srp_a = prepared.public_hex();
    let password = password();
    let choice = Choice::PasswordSrp(&password);
    assert_signed_in(run(client.select_challenge(&select, choice, Some(prepared))).unwrap());
    assert_eq!(
        responses(&script, 1, "SELECT_CHALLENGE", Some("s1")),
        json!({ "USERNAME": "ann", "ANSWER": "PASSWORD_SRP", "SRP_A": srp_a })
    );
    assert_eq!(
        responses(&script, 2, "PASSWORD_VERIFIER", None)["USERNAME"],
        "the-sub"
    );
    assert_password_unsent(&script);
}

#[test]
fn a_preferred_first_factor_is_asked_for_at_once() {
    let password = password();
    for (choice, expected) in [
        (
            Choice::Password(&password),
            json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD",
                "PASSWORD": "Crud-dur-2026!" }),
        ),
        (
            Choice::EmailOtp,
            json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP" }),
        ),
        (
            Choice::SmsOtp,
            json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "SMS_OTP" }),
        ),
        (
            Choice::WebAuthn,
            json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "WEB_AUTHN" }),
        ),
    ] {
        let script = Script::new([tokens()]);
        assert_signed_in(run(client(&script).start(SignIn::choice_of("ann", choice))).unwrap());
        assert_eq!(initiate(&script)["AuthParameters"], expected);
    }
    let script = Script::new([verifier_challenge(None), tokens()]);
    let sign_in = SignIn::choice_of("ann", Choice::PasswordSrp(&password));
    assert_signed_in(run(client(&script).start(sign_in)).unwrap());
    let parameters = &initiate(&script)["AuthParameters"];
    assert_eq!(parameters["PREFERRED_CHALLENGE"], "PASSWORD_SRP");
    assert!(parameters["SRP_A"].is_string());
    assert_password_unsent(&script);
}

#[test]
fn the_password_is_asked_for_by_the_pool() {
    let asked = |name| challenge(name, "s1", json!({}));
    let script = Script::new([
        asked("PASSWORD"),
        tokens(),
        asked("PASSWORD_SRP"),
        verifier_challenge(None),
        tokens(),
    ]);
    let client = client(&script);
    let step = run(client.start(SignIn::choice("ann"))).unwrap();
    let SignInStep::Password(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_signed_in(run(client.answer_password(&challenge, &password(), None)).unwrap());
    assert_eq!(
        responses(&script, 1, "PASSWORD", Some("s1")),
        json!({ "USERNAME": "ann", "PASSWORD": "Crud-dur-2026!" })
    );

    let step = run(client.start(SignIn::choice("ann"))).unwrap();
    let SignInStep::PasswordSrp(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_signed_in(run(client.answer_password(&challenge, &password(), None)).unwrap());
    let responses = responses(&script, 3, "PASSWORD_SRP", Some("s1"));
    assert!(responses["SRP_A"].is_string());
    assert!(responses.get("ANSWER").is_none());
    assert!(responses.get("PASSWORD").is_none());
}

#[test]
fn a_passkey_signs_in() {
    let options = r#"{"challenge":"Y2g","rpId":"example.com"}"#;
    let script = Script::new([
        challenge(
            "WEB_AUTHN",
            "s1",
            json!({ "CREDENTIAL_REQUEST_OPTIONS": options }),
        ),
        tokens(),
    ]);
    let client = client(&script);
    let step = run(client.start(SignIn::choice_of("ann", Choice::WebAuthn))).unwrap();
    let SignInStep::WebAuthn(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(challenge.options, options);
    let credential = r#"{"id":"aWQ","type":"public-key"}"#;
    assert_signed_in(run(client.answer_web_authn(&challenge, credential)).unwrap());
    assert_eq!(
        responses(&script, 1, "WEB_AUTHN", Some("s1")),
        json!({ "USERNAME": "ann", "CREDENTIAL": credential })
    );
}

#[test]
fn a_passkey_challenge_without_options_cannot_be_answered() {
    let script = Script::new([challenge("WEB_AUTHN", "s1", json!({}))]);
    let step = run(client(&script).start(SignIn::choice("ann"))).unwrap();
    assert!(matches!(step, SignInStep::Unsupported(_)), "{step:?}");
    assert_eq!(step.challenge_name(), Some("WEB_AUTHN"));
}

/// The session that a confirmed sign-up returns signs in without another code.
#[test]
fn a_confirmed_sign_up_signs_in_by_its_session() {
    let script = Script::new([tokens()]);
    let session = ChallengeSession::new("confirmed");
    let sign_in = SignIn::after_sign_up("ann", &session).user_context_data("ZGF0YQ==");
    assert_signed_in(run(client(&script).start(sign_in)).unwrap());
    assert_eq!(
        initiate(&script),
        json!({ "AuthFlow": "USER_AUTH", "ClientId": "client", "Session": "confirmed",
            "AuthParameters": { "USERNAME": "ann" },
            "UserContextData": { "EncodedData": "ZGF0YQ==" } })
    );
}

#[test]
fn a_pool_that_asks_for_the_proof_twice_gets_one() {
    let (script, step) = after_srp([verifier_challenge(None)]);
    assert!(matches!(step, SignInStep::Unsupported(_)), "{step:?}");
    assert_eq!(step.challenge_name(), Some("PASSWORD_VERIFIER"));
    assert_eq!(script.sent(), 2);
}

#[test]
fn a_second_factor_can_follow_a_new_password() {
    let (script, step) = after_srp([
        challenge("NEW_PASSWORD_REQUIRED", "s1", json!({})),
        challenge("SOFTWARE_TOKEN_MFA", "s2", json!({})),
        tokens(),
    ]);
    let SignInStep::NewPasswordRequired(challenge) = step else {
        panic!("another step: {step:?}");
    };
    let client = client(&script);
    let new_password = Password::new("Other-2026!".to_owned());
    let step = run(client.set_new_password(&challenge, &new_password, &[])).unwrap();
    let SignInStep::SoftwareTokenMfa(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_signed_in(run(client.answer_software_token(&challenge, "123456")).unwrap());
}

/// The session of each answer is the one that goes with the next.
#[test]
fn an_expired_session_is_told() {
    let (script, step) = after_srp([
        challenge("SMS_MFA", "s1", json!({})),
        exception(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired.",
        ),
    ]);
    let SignInStep::SmsMfa(sent) = step else {
        panic!("another step: {step:?}");
    };
    let error = run(client(&script).answer_code(&sent, "123456")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::ChallengeSessionExpired);
}
