//! Devices that the pool remembers.

use cognito_user_pool::Storage as _;
use cruddur_web::session::{Challenge, Session, SessionState, SignIn};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Answer, PREFIX, START_MS, World, exception, ok, token, tokens, until};
use crate::{EMAIL, asked, password};

const KEYS: [&str; 3] = ["deviceKey", "deviceGroupKey", "randomPasswordKey"];

/// Tokens, and a device that the pool would like to remember.
fn tokens_and_device() -> Answer {
    let token = token(START_MS, 3600);
    ok(json!({ "AuthenticationResult": {
        "AccessToken": token, "IdToken": token, "RefreshToken": "refresh-1",
        "NewDeviceMetadata": { "DeviceKey": "us-east-1_key", "DeviceGroupKey": "-group" } } }))
}

fn stored(world: &World) -> Vec<String> {
    let keys = KEYS.map(|name| world.storage.get(&format!("{PREFIX}.ann-sub.{name}")));
    keys.into_iter().flatten().collect()
}

async fn sign_in(world: &World, remember: bool) -> Session {
    world.service.on("InitiateAuth", tokens_and_device());
    let session = world.session();
    session.set_remember_device(remember);
    session.sign_in(EMAIL, password()).await.unwrap();
    // Nobody waits for the device.
    assert!(matches!(session.state(), SessionState::SignedIn(_)));
    until(|| world.service.count("ConfirmDevice") == 1).await;
    session
}

fn asks_for_code() -> Answer {
    ok(
        json!({ "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s",
        "ChallengeParameters": { "USER_ID_FOR_SRP": "ann-sub" } }),
    )
}

fn confirmed(necessary: bool) -> Answer {
    ok(json!({ "UserConfirmationNecessary": necessary }))
}

#[wasm_bindgen_test]
async fn a_device_is_registered_and_remembered_only_when_asked() {
    for (necessary, remember, asked) in [
        (true, true, true),
        (true, false, false),
        (false, true, false),
        (false, false, false),
    ] {
        let world = World::default();
        world
            .service
            .on("ConfirmDevice", confirmed(necessary))
            .on("UpdateDeviceStatus", ok(json!({})));
        let session = sign_in(&world, remember).await;
        until(|| stored(&world).len() == 3).await;
        if asked {
            until(|| world.service.count("UpdateDeviceStatus") == 1).await;
            let body = world.service.body("UpdateDeviceStatus");
            assert_eq!(body["DeviceRememberedStatus"], "remembered");
            assert_eq!(body["DeviceKey"], "us-east-1_key");
        } else {
            // What is begun now comes after whatever was begun before.
            world.service.on("GlobalSignOut", ok(json!({})));
            session.sign_out().await;
            assert_eq!(world.service.count("UpdateDeviceStatus"), 0);
        }
        let body = world.service.body("ConfirmDevice");
        assert_eq!(body["DeviceKey"], "us-east-1_key");
        assert!(body["DeviceName"].is_string());
        let verifier: &Value = &body["DeviceSecretVerifierConfig"];
        assert!(verifier["PasswordVerifier"].is_string() && verifier["Salt"].is_string());
        let [_, _, secret] = &stored(&world)[..] else {
            panic!("no device")
        };
        assert!(
            !world.service.everything().contains(secret.as_str()),
            "it was sent"
        );
    }
}

#[wasm_bindgen_test]
async fn a_device_from_before_is_remembered_once_that_is_asked() {
    let world = World::default();
    world
        .service
        .on("ConfirmDevice", confirmed(true))
        .on("UpdateDeviceStatus", ok(json!({})));
    let session = sign_in(&world, false).await;
    until(|| stored(&world).len() == 3).await;
    for remember in [false, true] {
        // The pool knows the device, and makes no new one of it.
        world
            .service
            .on("InitiateAuth", asks_for_code())
            .on("RespondToAuthChallenge", tokens(START_MS))
            .on("RevokeToken", ok(json!({})));
        let step = session.sign_in(EMAIL, password()).await.unwrap();
        let Challenge::SoftwareTokenMfa(asked) = asked(step) else {
            panic!("another challenge")
        };
        session.set_remember_device(remember);
        let step = session.answer_software_token(&asked, "123456").await;
        assert_eq!(step.unwrap(), SignIn::SignedIn);
        if remember {
            until(|| world.service.count("UpdateDeviceStatus") == 1).await;
            let body = world.service.body("UpdateDeviceStatus");
            assert_eq!(body["DeviceKey"], "us-east-1_key");
        }
    }
    assert_eq!(world.service.count("ConfirmDevice"), 1);
    assert_eq!(world.service.count("UpdateDeviceStatus"), 1);
}

#[wasm_bindgen_test]
async fn what_one_sign_in_agreed_to_is_not_asked_of_the_next() {
    let world = World::default();
    world
        .service
        .on("ConfirmDevice", confirmed(true))
        .on("UpdateDeviceStatus", ok(json!({})))
        .on("ConfirmDevice", confirmed(true))
        .on("InitiateAuth", tokens_and_device());
    let session = sign_in(&world, true).await;
    until(|| world.service.count("UpdateDeviceStatus") == 1).await;
    session.sign_in(EMAIL, password()).await.unwrap();
    until(|| world.service.count("ConfirmDevice") == 2).await;
    world.service.on("GlobalSignOut", ok(json!({})));
    session.sign_out().await;
    assert_eq!(world.service.count("UpdateDeviceStatus"), 1);
}

#[wasm_bindgen_test]
async fn a_device_that_could_not_be_registered_is_none() {
    let world = World::default();
    world.service.on(
        "ConfirmDevice",
        exception("InvalidParameterException", "Device cannot be confirmed."),
    );
    let session = sign_in(&world, true).await;
    world.service.on("GlobalSignOut", ok(json!({})));
    session.sign_out().await;
    assert!(
        stored(&world).len() < 3,
        "half a device: {:?}",
        stored(&world)
    );
    assert_eq!(world.service.count("UpdateDeviceStatus"), 0);
}

#[wasm_bindgen_test]
async fn a_device_outlives_the_sign_out_until_it_is_forgotten() {
    let world = World::default();
    world
        .service
        .on("ConfirmDevice", confirmed(false))
        .on("RevokeToken", ok(json!({})))
        .on("ForgetDevice", ok(json!({})))
        .on("ForgetDevice", ok(json!({})));
    let session = sign_in(&world, false).await;
    until(|| stored(&world).len() == 3).await;
    assert_eq!(session.device_key().as_deref(), Some("us-east-1_key"));
    session.sign_out_here().await;
    assert_eq!(stored(&world).len(), 3);
    // Signed in once more, on the same device.
    world.store_session(3600);
    let session = world.session();
    assert_eq!(session.device_key().as_deref(), Some("us-east-1_key"));
    session.forget_device("another").await.unwrap();
    assert_eq!(stored(&world).len(), 3);
    session.forget_device("us-east-1_key").await.unwrap();
    assert_eq!(stored(&world).len(), 0);
    // Nor does the next renewal bring it back.
    assert_eq!(session.device_key(), None);
}

#[wasm_bindgen_test]
async fn a_device_that_the_pool_forgot_is_registered_anew() {
    let world = World::default();
    world.service.on("ConfirmDevice", confirmed(false));
    let session = sign_in(&world, false).await;
    until(|| stored(&world).len() == 3).await;
    let before = stored(&world);

    // Forgotten elsewhere: the proof of the password is right, but not on that device.
    let token = token(START_MS, 3600);
    world
        .service
        .on("InitiateAuth", crate::support::password_verifier())
        .on(
            "RespondToAuthChallenge",
            exception("ResourceNotFoundException", "Device does not exist."),
        )
        .on(
            "RespondToAuthChallenge",
            ok(json!({ "AuthenticationResult": {
                "AccessToken": token, "IdToken": token, "RefreshToken": "refresh-1",
                "NewDeviceMetadata": { "DeviceKey": "us-east-1_new", "DeviceGroupKey": "-group" } } })),
        )
        .on("ConfirmDevice", confirmed(false));
    let step = session.sign_in(EMAIL, password()).await.unwrap();
    assert_eq!(step, SignIn::SignedIn, "nobody notices");
    assert_eq!(world.service.count("InitiateAuth"), 2);
    let last = world.service.body("RespondToAuthChallenge");
    assert_eq!(last["ChallengeResponses"].get("DEVICE_KEY"), None);
    let everything = world.service.everything();
    assert!(everything.contains("\"DEVICE_KEY\":\"us-east-1_key\""));

    until(|| world.service.count("ConfirmDevice") == 2).await;
    until(|| stored(&world).len() == 3).await;
    assert_eq!(
        world.service.body("ConfirmDevice")["DeviceKey"],
        "us-east-1_new"
    );
    let [key, group, secret] = &stored(&world)[..] else {
        panic!("no device")
    };
    assert_eq!((key.as_str(), group.as_str()), ("us-east-1_new", "-group"));
    assert_ne!(secret, &before[2], "another device, another secret");
    assert_eq!(session.device_key().as_ref(), Some(key));
}
