//! Devices: named at sign-in, confirmed, remembered, proven by SRP, forgotten.

use serde_json::{Value, json};

use crate::srp::{Srp, device_verifier};
use crate::support::{Answer, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, WRONG, claims};

const SECRET: &str = "the device's own secret";
const NONE: (&str, &str) = ("ResourceNotFoundException", "Device does not exist.");
const INVALID_REFRESH: (&str, &str) = ("NotAuthorizedException", "Invalid Refresh Token");

struct Device {
    key: String,
    group: String,
}

impl Device {
    #[track_caller]
    fn of(answer: &Value) -> Self {
        let metadata = &answer["AuthenticationResult"]["NewDeviceMetadata"];
        let text = |name: &str| metadata[name].as_str().expect(name).to_owned();
        Self {
            key: text("DeviceKey"),
            group: text("DeviceGroupKey"),
        }
    }
}

impl Pool {
    async fn remembering(challenge_new_only: bool, on_request: bool) -> Self {
        let pool = Self::start().await;
        let settings = json!({ "AutoVerifiedAttributes": ["email"], "DeviceConfiguration": {
            "ChallengeRequiredOnNewDevice": challenge_new_only, "DeviceOnlyRememberedOnUserPrompt": on_request,
        }});
        pool.admin("UpdateUserPool", settings).await.ok();
        pool
    }

    async fn confirm_device(&self, access: &str, device: &Device) -> Answer {
        let (verifier, salt) = device_verifier(&device.group, &device.key, SECRET);
        let body = json!({ "AccessToken": access, "DeviceKey": device.key, "DeviceName": "Firefox",
            "DeviceSecretVerifierConfig": { "PasswordVerifier": verifier, "Salt": salt } });
        self.call("ConfirmDevice", body).await
    }

    /// Signs the seed user in on a new device and confirms it.
    async fn new_device(&self) -> (Device, Tokens) {
        let answer = self.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
        let (device, tokens) = (Device::of(&answer), Tokens::of(&answer));
        self.confirm_device(&tokens.access, &device).await.ok();
        (device, tokens)
    }

    /// The password's half of a sign-in on `device`.
    async fn srp_on(&self, device: &Device) -> Answer {
        let srp = Srp::random();
        let parameters =
            json!({ "USERNAME": SEED_EMAIL, "SRP_A": srp.srp_a(), "DEVICE_KEY": device.key });
        let first = self.initiate("USER_SRP_AUTH", parameters).await.ok();
        let parameters = &first["ChallengeParameters"];
        let mut responses = srp.respond(&self.id, parameters, SEED_PASSWORD, &self.timestamp());
        responses["DEVICE_KEY"] = device.key.as_str().into();
        self.respond("PASSWORD_VERIFIER", responses, None).await
    }

    /// The device's half, with the proof by `secret`.
    async fn device_srp(&self, asked: &Value, device: &Device, secret: &str) -> Answer {
        assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH", "{asked}");
        let srp = Srp::random();
        let responses =
            json!({ "USERNAME": SEED_EMAIL, "DEVICE_KEY": device.key, "SRP_A": srp.srp_a() });
        let session = asked["Session"].as_str();
        let next = self.respond("DEVICE_SRP_AUTH", responses, session).await;
        let next = next.ok();
        assert_eq!(next["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
        let parameters = &next["ChallengeParameters"];
        let mut responses = srp.sign(
            &device.group,
            &device.key,
            parameters,
            secret,
            &self.timestamp(),
        );
        responses["USERNAME"] = SEED_EMAIL.into();
        responses["DEVICE_KEY"] = device.key.as_str().into();
        self.respond("DEVICE_PASSWORD_VERIFIER", responses, None)
            .await
    }

    async fn device_call(&self, operation: &str, access: &str, key: &str) -> Answer {
        let body = json!({ "AccessToken": access, "DeviceKey": key });
        self.call(operation, body).await
    }

    async fn set_status(&self, access: &str, key: &str, status: &str) -> Answer {
        let body =
            json!({ "AccessToken": access, "DeviceKey": key, "DeviceRememberedStatus": status });
        self.call("UpdateDeviceStatus", body).await
    }

    /// E-mail as the seed user's second factor.
    async fn add_mfa(&self) {
        let body = json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
        self.admin("SetUserPoolMfaConfig", body).await.ok();
        let body = json!({ "Username": SEED_EMAIL, "EmailMfaSettings": { "Enabled": true } });
        self.admin("AdminSetUserMFAPreference", body).await.ok();
    }

    async fn answer_mail(&self, asked: &Value) -> Answer {
        assert_eq!(asked["ChallengeName"], "EMAIL_OTP", "{asked}");
        let responses = json!({ "USERNAME": SEED_EMAIL, "EMAIL_OTP_CODE": self.code(SEED_EMAIL) });
        self.respond("EMAIL_OTP", responses, asked["Session"].as_str())
            .await
    }
}

#[tokio::test]
async fn a_pool_without_the_setting_knows_no_devices() {
    let pool = Pool::start().await;
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    let result = &answer["AuthenticationResult"];
    assert_eq!(result["NewDeviceMetadata"], Value::Null);
    let tokens = Tokens::of(&answer);
    assert_eq!(claims(&tokens.access)["device_key"], Value::Null);
    let device = Device {
        key: "us-east-1_00000000-0000-0000-0000-000000000000".to_owned(),
        group: "-group".to_owned(),
    };
    let (code, _) = pool.confirm_device(&tokens.access, &device).await.error();
    assert_eq!(code, "InvalidParameterException");
}

#[tokio::test]
async fn a_confirmed_device_proves_itself_from_then_on() {
    let pool = Pool::remembering(false, false).await;
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    let (device, tokens) = (Device::of(&answer), Tokens::of(&answer));
    assert!(device.key.starts_with("us-east-1_"));
    assert_eq!(claims(&tokens.access)["device_key"], device.key.as_str());
    assert_eq!(claims(&tokens.id)["device_key"], Value::Null);
    let confirmed = pool.confirm_device(&tokens.access, &device).await.ok();
    assert_eq!(confirmed, json!({ "UserConfirmationNecessary": false }));
    let (code, _) = pool.confirm_device(&tokens.access, &device).await.error();
    assert_eq!(code, "DeviceKeyExistsException");

    for _ in 0..8 {
        let asked = pool.srp_on(&device).await.ok();
        let answer = pool.device_srp(&asked, &device, SECRET).await.ok();
        let result = &answer["AuthenticationResult"];
        assert_eq!(result["NewDeviceMetadata"], Value::Null);
        let tokens = Tokens::of(&answer);
        assert_eq!(claims(&tokens.access)["device_key"], device.key.as_str());
    }
    let asked = pool.srp_on(&device).await.ok();
    pool.device_srp(&asked, &device, "another secret")
        .await
        .is(WRONG.0, WRONG.1);
    // Without the key it is a new device.
    let other = Device::of(&pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok());
    assert_ne!(other.key, device.key);
}

#[tokio::test]
async fn wrong_proofs_of_a_device_are_counted() {
    let pool = Pool::remembering(true, false).await;
    let (device, _) = pool.new_device().await;
    for _ in 0..5 {
        let asked = pool.srp_on(&device).await.ok();
        pool.device_srp(&asked, &device, "another secret")
            .await
            .is(WRONG.0, WRONG.1);
    }
    for seconds in [1, 2, 4, 8, 16, 32] {
        pool.wait(seconds);
        let asked = pool.srp_on(&device).await.ok();
        pool.device_srp(&asked, &device, "another secret")
            .await
            .is(WRONG.0, WRONG.1);
    }
    let asked = pool.srp_on(&device).await.ok();
    pool.device_srp(&asked, &device, SECRET)
        .await
        .is("NotAuthorizedException", "Password attempts exceeded");
    pool.wait(64);
    let asked = pool.srp_on(&device).await.ok();
    pool.device_srp(&asked, &device, SECRET).await.ok();
}

#[tokio::test]
async fn a_device_that_is_gone_is_named_and_the_same_proof_works_without_it() {
    let pool = Pool::remembering(false, false).await;
    let (device, tokens) = pool.new_device().await;
    pool.device_call("ForgetDevice", &tokens.access, &device.key)
        .await
        .ok();
    let srp = Srp::random();
    let parameters =
        json!({ "USERNAME": SEED_EMAIL, "SRP_A": srp.srp_a(), "DEVICE_KEY": device.key });
    let first = pool.initiate("USER_SRP_AUTH", parameters).await.ok();
    let parameters = &first["ChallengeParameters"];
    let proof = srp.respond(&pool.id, parameters, SEED_PASSWORD, &pool.timestamp());
    let mut on_device = proof.clone();
    on_device["DEVICE_KEY"] = device.key.as_str().into();
    let answer = pool.respond("PASSWORD_VERIFIER", on_device, None).await;
    answer.is(NONE.0, NONE.1);
    let answer = pool.respond("PASSWORD_VERIFIER", proof, None).await.ok();
    assert_ne!(Device::of(&answer).key, device.key);
}

#[tokio::test]
async fn somebody_elses_device_is_none() {
    let pool = Pool::remembering(false, false).await;
    let (device, _) = pool.new_device().await;
    pool.person("worf@cruddur.test").await;
    let answer = pool
        .srp("worf@cruddur.test", crate::support::PASSWORD)
        .await
        .ok();
    let (own, worf) = (Device::of(&answer), Tokens::of(&answer).access);
    for operation in ["GetDevice", "ForgetDevice"] {
        let answer = pool.device_call(operation, &worf, &device.key).await;
        answer.is(NONE.0, NONE.1);
    }
    pool.set_status(&worf, &device.key, "remembered")
        .await
        .is(NONE.0, NONE.1);
    // Nor can the key of another sign-in be confirmed.
    pool.confirm_device(&worf, &device).await.is(NONE.0, NONE.1);
    let again = pool
        .srp("worf@cruddur.test", crate::support::PASSWORD)
        .await
        .ok();
    let again = Tokens::of(&again).access;
    pool.confirm_device(&again, &own).await.is(NONE.0, NONE.1);
    pool.confirm_device(&worf, &own).await.ok();
}

#[tokio::test]
async fn a_remembered_device_stands_in_for_the_second_factor_where_the_pool_says_so() {
    for challenge_new_only in [true, false] {
        let pool = Pool::remembering(challenge_new_only, false).await;
        let (device, _) = pool.new_device().await;
        pool.add_mfa().await;
        // A device that nobody knows.
        let asked = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
        Device::of(&pool.answer_mail(&asked).await.ok());
        let mut asked = pool.srp_on(&device).await.ok();
        if !challenge_new_only {
            asked = pool.answer_mail(&asked).await.ok();
        }
        let answer = pool.device_srp(&asked, &device, SECRET).await.ok();
        let tokens = Tokens::of(&answer);
        // One that is known, but not remembered.
        pool.set_status(&tokens.access, &device.key, "not_remembered")
            .await
            .ok();
        let asked = pool.srp_on(&device).await.ok();
        let answer = pool.answer_mail(&asked).await.ok();
        let result = &answer["AuthenticationResult"];
        assert_eq!(result["NewDeviceMetadata"], Value::Null);
        Tokens::of(&answer);
    }
}

#[tokio::test]
async fn a_device_is_remembered_when_its_user_says_so() {
    let pool = Pool::remembering(true, true).await;
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    let (device, tokens) = (Device::of(&answer), Tokens::of(&answer));
    let confirmed = pool.confirm_device(&tokens.access, &device).await.ok();
    assert_eq!(confirmed, json!({ "UserConfirmationNecessary": true }));
    Tokens::of(&pool.srp_on(&device).await.ok());
    let status = async |status: &str| pool.set_status(&tokens.access, &device.key, status).await;
    assert_eq!(status("remembered").await.ok(), json!({}));
    let asked = pool.srp_on(&device).await.ok();
    pool.device_srp(&asked, &device, SECRET).await.ok();
    let (code, _) = status("perhaps").await.error();
    assert_eq!(code, "InvalidParameterException");
    status("not_remembered").await.ok();
    Tokens::of(&pool.srp_on(&device).await.ok());
}

#[tokio::test]
async fn devices_are_shown_page_by_page() {
    let pool = Pool::remembering(false, false).await;
    let mut keys = Vec::new();
    let mut access = String::new();
    for _ in 0..5 {
        let (device, tokens) = pool.new_device().await;
        keys.push(device.key);
        access = tokens.access;
    }
    keys.sort();
    let mut seen = Vec::new();
    let mut token = Value::Null;
    for size in [2, 2, 1] {
        let body = json!({ "AccessToken": access, "Limit": 2, "PaginationToken": token });
        let page = pool.call("ListDevices", body).await.ok();
        let devices = page["Devices"].as_array().expect("a list").clone();
        assert_eq!(devices.len(), size);
        seen.extend(devices);
        token = page["PaginationToken"].clone();
    }
    assert_eq!(token, Value::Null);
    let seen_keys: Vec<_> = seen
        .iter()
        .map(|device| device["DeviceKey"].as_str().expect("a key"))
        .collect();
    assert_eq!(seen_keys, keys);
    let body = json!({ "AccessToken": access, "Limit": 61 });
    let (code, _) = pool.call("ListDevices", body).await.error();
    assert_eq!(code, "InvalidParameterException");

    let one = pool.device_call("GetDevice", &access, &keys[0]).await.ok();
    let one = &one["Device"];
    assert_eq!(*one, seen[0]);
    assert!(one["DeviceCreateDate"].is_f64());
    let attributes = &one["DeviceAttributes"];
    let attribute = |name| crate::support::attribute(attributes, name);
    assert_eq!(attribute("device_name"), Some("Firefox"));
    assert_eq!(
        attribute("dev:device_remembered_status"),
        Some("remembered")
    );

    let forgotten = pool.device_call("ForgetDevice", &access, &keys[0]).await;
    assert_eq!(forgotten.text, "");
    forgotten.ok();
    for operation in ["GetDevice", "ForgetDevice"] {
        let answer = pool.device_call(operation, &access, &keys[0]).await;
        answer.is(NONE.0, NONE.1);
    }
}

#[tokio::test]
async fn a_refresh_on_a_confirmed_device_names_it() {
    let pool = Pool::remembering(false, false).await;
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    let (device, tokens) = (Device::of(&answer), Tokens::of(&answer));
    let refresh = async |key: Option<&str>| {
        let mut parameters = json!({ "REFRESH_TOKEN": tokens.refresh });
        let mut body = json!({ "RefreshToken": tokens.refresh });
        if let Some(key) = key {
            parameters["DEVICE_KEY"] = key.into();
            body["DeviceKey"] = key.into();
        }
        (
            pool.initiate("REFRESH_TOKEN_AUTH", parameters).await,
            pool.client_call("GetTokensFromRefreshToken", body).await,
        )
    };
    // Not confirmed yet.
    refresh(None).await.0.ok();
    pool.confirm_device(&tokens.access, &device).await.ok();
    for key in [None, Some("us-east-1_0000")] {
        let (old, new) = refresh(key).await;
        old.is(INVALID_REFRESH.0, INVALID_REFRESH.1);
        new.is(INVALID_REFRESH.0, INVALID_REFRESH.1);
    }
    let (old, new) = refresh(Some(&device.key)).await;
    for answer in [old.ok(), new.ok()] {
        let access = Tokens::of(&answer).access;
        assert_eq!(claims(&access)["device_key"], device.key.as_str());
    }
    // A forgotten device no longer has to be named.
    pool.device_call("ForgetDevice", &tokens.access, &device.key)
        .await
        .ok();
    refresh(None).await.1.ok();
}

#[tokio::test]
async fn what_is_no_verifier_is_refused() {
    let pool = Pool::remembering(false, false).await;
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    let (device, tokens) = (Device::of(&answer), Tokens::of(&answer));
    let long = "A".repeat(1000);
    for config in [
        json!({}),
        json!({ "PasswordVerifier": "AQ==" }),
        json!({ "PasswordVerifier": "AQ==", "Salt": "" }),
        json!({ "PasswordVerifier": "", "Salt": "AQ==" }),
        json!({ "PasswordVerifier": "AA==", "Salt": "AQ==" }),
        json!({ "PasswordVerifier": "not Base64!", "Salt": "AQ==" }),
        json!({ "PasswordVerifier": long, "Salt": "AQ==" }),
        json!({ "PasswordVerifier": "AQ==", "Salt": long }),
    ] {
        let body = json!({ "AccessToken": tokens.access, "DeviceKey": device.key, "DeviceSecretVerifierConfig": config });
        let (code, _) = pool.call("ConfirmDevice", body).await.error();
        assert_eq!(code, "InvalidParameterException", "{config}");
    }
    for key in ["", "no key", &"1".repeat(56)] {
        let answer = pool.device_call("GetDevice", &tokens.access, key).await;
        assert_eq!(answer.error().0, "InvalidParameterException", "{key}");
    }
}

#[tokio::test]
async fn the_proof_is_of_the_device_that_was_asked() {
    let pool = Pool::remembering(false, false).await;
    let (device, _) = pool.new_device().await;
    let (other, _) = pool.new_device().await;
    let asked = pool.srp_on(&device).await.ok();
    let srp = Srp::random();
    let responses =
        json!({ "USERNAME": SEED_EMAIL, "DEVICE_KEY": other.key, "SRP_A": srp.srp_a() });
    let answer = pool.respond("DEVICE_SRP_AUTH", responses, asked["Session"].as_str());
    answer.await.is(NONE.0, NONE.1);
    let responses = json!({ "USERNAME": SEED_EMAIL, "DEVICE_KEY": device.key });
    let answer = pool.respond("DEVICE_SRP_AUTH", responses, asked["Session"].as_str());
    answer.await.is(
        "InvalidParameterException",
        "Missing required parameter SRP_A",
    );
    for srp_a in ["0", "x", &"f".repeat(1025)] {
        let responses = json!({ "USERNAME": SEED_EMAIL, "DEVICE_KEY": device.key, "SRP_A": srp_a });
        let answer = pool.respond("DEVICE_SRP_AUTH", responses, asked["Session"].as_str());
        assert_eq!(answer.await.error().0, "InvalidParameterException");
    }
    pool.device_srp(&asked, &device, SECRET).await.ok();
}
