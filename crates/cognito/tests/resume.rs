//! Pending challenges that outlive the page.

#![cfg(all(
    feature = "resume",
    feature = "choice",
    feature = "custom",
    feature = "devices",
    feature = "mfa",
    feature = "passkeys"
))]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use cognito_user_pool::{
    Client, Config, DevicePassword, MemoryStorage, Password, RememberedDevice, ResumeError, SignIn,
    SignInStep, TokenStore,
};
use serde_json::{Value, json};

use support::*;

/// A client of a page that was loaded `later_ms` after the other.
fn reloaded(script: &Script, later_ms: i64) -> Client<Script, Still, Counting> {
    let clock = Still {
        now_ms: NOW + later_ms,
        ..still()
    };
    client_at(script, clock)
}

/// A step that the pool's `answer` to a sign-in with a password comes to.
fn step_of(answer: Answer) -> SignInStep {
    let script = Script::new([verifier_challenge(None), answer]);
    let password = password();
    let sign_in = SignIn::srp("ann@example.com", &password)
        .client_metadata(&[("source", "advert")])
        .user_context_data("ZGF0YQ==");
    run(client(&script).start(sign_in)).unwrap()
}

fn challenges() -> Vec<Answer> {
    let parameters = json!({ "CODE_DELIVERY_DESTINATION": "m***", "FRIENDLY_DEVICE_NAME": "phone",
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "question": "2 + 2?",
        "requiredAttributes": "[\"userAttributes.name\"]",
        "userAttributes": "{\"email\":\"ann@example.com\"}",
        "MFAS_CAN_CHOOSE": "[\"SMS_MFA\"]", "MFAS_CAN_SETUP": "[\"EMAIL_OTP\"]",
        "CREDENTIAL_REQUEST_OPTIONS": "{\"challenge\":\"Y2g\"}" });
    [
        "NEW_PASSWORD_REQUIRED",
        "SMS_MFA",
        "SMS_OTP",
        "EMAIL_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "SELECT_CHALLENGE",
        "PASSWORD",
        "PASSWORD_SRP",
        "WEB_AUTHN",
        "CUSTOM_CHALLENGE",
    ]
    .map(|name| {
        ok(
            json!({ "ChallengeName": name, "Session": "s1", "ChallengeParameters": parameters,
            "AvailableChallenges": ["PASSWORD", "SMELL"] }),
        )
    })
    .into()
}

#[test]
fn every_challenge_comes_back_as_it_was() {
    for answer in challenges() {
        let step = step_of(answer);
        let script = Script::new([]);
        let text = client(&script).save(&step).unwrap();
        let content = text.split('.').nth(1).unwrap();
        let content = Base64UrlUnpadded::decode_vec(content).unwrap();
        let content = String::from_utf8(content).unwrap();
        assert!(!content.contains("Crud-dur"), "no password: {content}");
        let resumed = reloaded(&script, 179_999).resume(&text).unwrap();
        assert_eq!(resumed, step);
        assert_eq!(
            client(&script).challenge_expires_at_ms(&resumed),
            Some(NOW + 180_000)
        );
    }
}

#[test]
fn a_resumed_challenge_is_answered_as_before() {
    let step = step_of(challenge("SMS_MFA", "s1", json!({})));
    let script = Script::new([tokens()]);
    let client = reloaded(&script, 60_000);
    let text = client.save(&step).unwrap();
    let SignInStep::SmsMfa(sent) = client.resume(&text).unwrap() else {
        panic!("another step");
    };
    let step = run(client.answer_code(&sent, "123456")).unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)));
    assert_eq!(
        script.request(0).1,
        json!({ "ChallengeName": "SMS_MFA", "ClientId": "client", "Session": "s1",
            "ChallengeResponses": { "USERNAME": "the-sub", "SMS_MFA_CODE": "123456" },
            "ClientMetadata": { "source": "advert" },
            "UserContextData": { "EncodedData": "ZGF0YQ==" } })
    );
}

#[test]
fn the_validity_is_the_app_clients() {
    let step = step_of(challenge("SMS_MFA", "s1", json!({})));
    let script = Script::new([]);
    let text = client(&script).save(&step).unwrap();
    for (later_ms, minutes, expected) in [
        (179_999, 3, None),
        (180_000, 3, Some(ResumeError::Expired)),
        (180_000, 15, None),
        (900_000, 15, Some(ResumeError::Expired)),
        (i64::MAX - NOW, 15, Some(ResumeError::Expired)),
        // The clock was set back.
        (-4000, 3, None),
        (-3_600_000, 3, Some(ResumeError::Expired)),
    ] {
        let config = Config::new("us-east-1_Pool", "client").unwrap();
        let config = config.with_auth_session_validity(minutes).unwrap();
        let clock = Still {
            now_ms: NOW + later_ms,
            ..still()
        };
        let client = Client::with_random(config, script.clone(), clock, Counting::default());
        assert_eq!(client.resume(&text).err(), expected, "{later_ms} ms");
    }
}

/// Whatever single character is changed, added or lost.
#[test]
fn tampered_text_is_refused() {
    let step = step_of(challenge("SMS_MFA", "s1", json!({})));
    let script = Script::new([]);
    let client = client(&script);
    let text = client.save(&step).unwrap();
    assert!(client.resume(&text).is_ok());
    for index in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(client.resume(&changed).is_err(), "{index}");
        let (start, end) = text.split_at(index);
        assert!(client.resume(start).is_err(), "cut at {index}");
        assert!(client.resume(&format!("{start}A{end}")).is_err());
    }
    for odd in [
        "",
        "1",
        "1..",
        "1.e30.e30",
        "é.é.é",
        "....",
        &format!("{text}."),
        &"1".repeat(70_000),
        text.replacen('1', "2", 1).as_str(),
    ] {
        assert_eq!(client.resume(odd).err(), Some(ResumeError::Malformed));
    }
    // A later date with the old tag.
    let mut parts = text.split('.');
    let (_, content, tag) = (parts.next(), parts.next().unwrap(), parts.next().unwrap());
    let content = Base64UrlUnpadded::decode_vec(content).unwrap();
    let mut content: Value = serde_json::from_slice(&content).unwrap();
    content["since"] = (NOW + 1000).into();
    let content = Base64UrlUnpadded::encode_string(content.to_string().as_bytes());
    assert_eq!(
        client.resume(&format!("1.{content}.{tag}")).err(),
        Some(ResumeError::Malformed)
    );
}

#[test]
fn text_of_another_app_client_is_refused() {
    let step = step_of(challenge("SMS_MFA", "s1", json!({})));
    let script = Script::new([]);
    let text = client(&script).save(&step).unwrap();
    for (pool, id) in [("us-east-1_Pool", "other"), ("us-east-1_Other", "client")] {
        let config = Config::new(pool, id).unwrap();
        let other = Client::with_random(config, script.clone(), still(), Counting::default());
        assert_eq!(other.resume(&text).err(), Some(ResumeError::OtherClient));
    }
}

#[test]
fn there_is_nothing_to_save_without_a_challenge() {
    let script = Script::new([]);
    let client = client(&script);
    for answer in [tokens(), challenge("SMELL", "s1", json!({}))] {
        let step = step_of(answer);
        assert_eq!(client.save(&step), None);
        assert_eq!(client.challenge_expires_at_ms(&step), None);
    }
}

#[test]
fn an_authenticator_app_that_is_being_set_up_can_go_on_without_its_secret() {
    let SignInStep::MfaSetup(setup) = step_of(challenge("MFA_SETUP", "s1", json!({}))) else {
        panic!("another step");
    };
    let script = Script::new([
        ok(json!({ "SecretCode": "JBSWY3DPEHPK3PXP", "Session": "s2" })),
        ok(json!({ "Status": "SUCCESS", "Session": "s3" })),
        tokens(),
    ]);
    let client = client(&script);
    let setup = run(client.set_up_software_token(&setup)).unwrap();
    let text = client.save(&SignInStep::SoftwareTokenSetup(setup)).unwrap();
    let content = Base64UrlUnpadded::decode_vec(text.split('.').nth(1).unwrap()).unwrap();
    assert!(!String::from_utf8(content).unwrap().contains("JBSWY"));
    let SignInStep::SoftwareTokenSetup(setup) = client.resume(&text).unwrap() else {
        panic!("another step");
    };
    assert_eq!(setup.secret, None);
    let step = run(client.verify_software_token(&setup, "123456", None)).unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)));
    assert_eq!(script.request(1).1["Session"], "s2");
}

/// The device's password is not saved, so the device is looked up again.
#[test]
fn a_resumed_sign_in_knows_its_device() {
    let store = TokenStore::new(MemoryStorage::default(), "client");
    let device = RememberedDevice {
        key: "us-east-1_1".to_owned(),
        group_key: "-group".to_owned(),
        password: DevicePassword::new("device-password"),
    };
    store.save_device("the-sub", &device).unwrap();
    let script = Script::new([
        verifier_challenge(None),
        challenge("SMS_MFA", "s1", json!({})),
        tokens(),
    ]);
    let client = client(&script);
    let password = Password::new("Crud-dur-2026!".to_owned());
    let step = run(client.start(SignIn::srp("ann", &password).devices(&store))).unwrap();
    let text = client.save(&step).unwrap();
    let content = Base64UrlUnpadded::decode_vec(text.split('.').nth(1).unwrap()).unwrap();
    assert!(
        !String::from_utf8(content)
            .unwrap()
            .contains("device-password")
    );
    assert_ne!(client.resume(&text).unwrap(), step, "without the device");
    let resumed = client.resume_on_device(&text, &store).unwrap();
    assert_eq!(resumed, step);
    let SignInStep::SmsMfa(sent) = resumed else {
        panic!("another step");
    };
    let step = run(client.answer_code(&sent, "123456")).unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)));
    let responses = responses(&script, 2, "SMS_MFA", Some("s1"));
    assert_eq!(responses["DEVICE_KEY"], "us-east-1_1");
}
