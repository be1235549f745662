//! Devices: confirmed, recognised, listed, forgotten.

use cognito_user_pool::operation::{
    DeviceStatus, ForgetDevice, GetDevice, GetTokensFromRefreshToken, UpdateDeviceStatus,
};
use cognito_user_pool::{
    AccessClaims, DevicePassword, DeviceStore as _, ErrorKind, MemoryStorage, RememberedDevice,
    SignIn, SignInStep, StoredSession, TokenStore, Tokens,
};
use serde_json::json;

use crate::support::*;

type Store = TokenStore<MemoryStorage>;

impl Pool {
    async fn remembering(challenge_new_only: bool, on_request: bool) -> (Self, Store) {
        let pool = Self::start().await.with_ann().await;
        let body = json!({ "AutoVerifiedAttributes": ["email"], "DeviceConfiguration": {
            "ChallengeRequiredOnNewDevice": challenge_new_only,
            "DeviceOnlyRememberedOnUserPrompt": on_request } });
        pool.admin("UpdateUserPool", body).await;
        let store = TokenStore::new(MemoryStorage::default(), pool.client.config().client_id());
        (pool, store)
    }

    async fn on_device(&self, store: &Store) -> SignInStep {
        let password = password(PASSWORD);
        let sign_in = SignIn::srp(EMAIL, &password).devices(store);
        self.client.start(sign_in).await.unwrap()
    }

    /// Keeps a sign-in's session, and its device once the pool knows it.
    async fn keep(&self, store: &Store, tokens: Tokens) -> (StoredSession, bool) {
        let new_device = tokens.new_device.clone().expect("a new device");
        let session = StoredSession::of_sign_in(tokens, 0).expect("a session");
        store.save(&session).unwrap();
        let access_token = &session.access_token;
        let confirmed = self
            .client
            .confirm_device(access_token, &new_device, Some("laptop"))
            .await
            .unwrap();
        store
            .save_device(&session.username, &confirmed.device)
            .unwrap();
        (session, confirmed.user_confirmation_necessary)
    }
}

#[tokio::test]
async fn a_confirmed_device_is_recognised_and_its_session_renewed() {
    let (pool, store) = Pool::remembering(false, false).await;
    let tokens = signed_in(pool.on_device(&store).await);
    let (session, asks) = pool.keep(&store, tokens).await;
    assert!(!asks);
    let device = store.device(&session.username).unwrap();
    for _ in 0..4 {
        let tokens = signed_in(pool.on_device(&store).await);
        assert_eq!(tokens.new_device, None);
        assert_eq!(tokens.device_key.as_deref(), Some(device.key.as_str()));
        let claims = AccessClaims::decode(&tokens.access_token).unwrap();
        assert_eq!(claims.device_key.as_deref(), Some(device.key.as_str()));
        let session = StoredSession::of_sign_in(tokens, 0).unwrap();
        store.save(&session).unwrap();
        assert_eq!(store.load(), Some(session));
    }
    assert_eq!(store.device(&session.username), Some(device));
    let session = store.load().unwrap();
    let refresh_token = session.refresh_token.as_ref().unwrap();
    let renew = async |device_key| {
        let operation = GetTokensFromRefreshToken {
            refresh_token,
            device_key,
        };
        pool.client.call(&operation).await
    };
    assert_eq!(kind(renew(None).await), ErrorKind::RefreshTokenInvalid);
    renew(session.device_key.as_deref()).await.unwrap();
}

#[tokio::test]
async fn a_remembered_device_stands_in_for_the_second_factor() {
    let (pool, store) = Pool::remembering(true, true).await;
    let tokens = signed_in(pool.on_device(&store).await);
    let (session, asks) = pool.keep(&store, tokens).await;
    assert!(asks, "the user has to agree");
    let body = json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
    pool.admin("SetUserPoolMfaConfig", body).await;
    let body = json!({ "Username": EMAIL, "EmailMfaSettings": { "Enabled": true } });
    pool.admin("AdminSetUserMFAPreference", body).await;

    let step = pool.on_device(&store).await;
    let SignInStep::EmailOtp(sent) = step else {
        panic!("another step: {step:?}");
    };
    let step = pool.client.answer_code(&sent, &pool.last_code(EMAIL)).await;
    signed_in(step.unwrap());
    let update = UpdateDeviceStatus {
        access_token: &session.access_token,
        device_key: session.device_key.as_deref().unwrap(),
        status: DeviceStatus::Remembered,
    };
    pool.client.call(&update).await.unwrap();
    signed_in(pool.on_device(&store).await);
}

#[tokio::test]
async fn devices_are_listed_and_forgotten() {
    let (pool, store) = Pool::remembering(false, false).await;
    let mut sessions = Vec::new();
    for _ in 0..3 {
        let tokens = pool.sign_in(PASSWORD).await.unwrap();
        sessions.push(pool.keep(&store, tokens).await.0);
    }
    let last = sessions.pop().unwrap();
    let access_token = &last.access_token;
    let devices = pool.client.devices(access_token).await.unwrap();
    assert_eq!(devices.len(), 3);
    assert!(devices.iter().all(|device| device.name() == Some("laptop")));
    let device_key = last.device_key.as_deref().unwrap();
    let get = GetDevice {
        access_token,
        device_key,
    };
    let device = pool.client.call(&get).await.unwrap();
    assert_eq!(device.key, device_key);
    assert!(device.created_at_ms.unwrap() > 1_767_225_600_000);
    let forget = ForgetDevice {
        access_token,
        device_key,
    };
    pool.client.call(&forget).await.unwrap();
    assert_eq!(
        kind(pool.client.call(&get).await),
        ErrorKind::DeviceNotFound
    );

    // The next sign-in notices, and makes this a new device.
    let tokens = signed_in(pool.on_device(&store).await);
    assert_ne!(tokens.new_device.unwrap().device_key, device_key);
    assert_eq!(store.device(&last.username), None);
}

#[tokio::test]
async fn a_device_with_another_password_is_no_wrong_password_of_the_user() {
    let (pool, store) = Pool::remembering(false, false).await;
    let tokens = signed_in(pool.on_device(&store).await);
    let (session, _) = pool.keep(&store, tokens).await;
    let stale = RememberedDevice {
        password: DevicePassword::new("another"),
        ..store.device(&session.username).unwrap()
    };
    store.save_device(&session.username, &stale).unwrap();
    let tokens = signed_in(pool.on_device(&store).await);
    assert!(tokens.new_device.is_some());
    assert_eq!(store.device(&session.username), None);
}
