//! What a signed-in person changes, with a token that the pool may have stopped taking.

use std::future::Future;
use std::pin::Pin;

use cognito_user_pool::Storage as _;
use cruddur_web::session::{
    DeviceStatus, ErrorKind, MfaPreferences, PasskeyError, Password, Session, SessionState, SignIn,
    SignedOutReason,
};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    PREFIX, START_MS, World, exception, ok, password_verifier, token, token_of, until,
};
use crate::{EMAIL, password};

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<(), ErrorKind>> + 'a>>;

/// Does it, whatever comes of it.
fn done<'a, T>(
    call: impl Future<Output = Result<T, cruddur_web::session::Error>> + 'a,
) -> Outcome<'a> {
    Box::pin(async move { call.await.map(drop).map_err(|error| error.kind) })
}

type Operation = for<'a> fn(&'a Session) -> Outcome<'a>;

/// Each operation on the account, and how the session does it.
fn operations() -> Vec<(&'static str, Operation)> {
    vec![
        ("GetUser", |session| done(session.user())),
        ("UpdateUserAttributes", |session| {
            done(async move {
                let attributes = [("name".to_owned(), "Ann B".to_owned())];
                session.update_attributes(&attributes).await
            })
        }),
        ("DeleteUserAttributes", |session| {
            done(session.delete_attributes(&["nickname"]))
        }),
        ("GetUserAttributeVerificationCode", |session| {
            done(session.send_attribute_code("email"))
        }),
        ("VerifyUserAttribute", |session| {
            done(session.verify_attribute("email", "123456"))
        }),
        ("ChangePassword", |session| {
            done(async move {
                let new = Password::new("Other-2026!".to_owned());
                session.change_password(Some(&password()), &new).await
            })
        }),
        ("AssociateSoftwareToken", |session| {
            done(session.associate_software_token())
        }),
        ("VerifySoftwareToken", |session| {
            done(session.verify_software_token("123456", None))
        }),
        ("SetUserMFAPreference", |session| {
            done(session.set_mfa_preference(MfaPreferences::default()))
        }),
        ("ListWebAuthnCredentials", |session| {
            done(session.passkeys())
        }),
        ("DeleteWebAuthnCredential", |session| {
            done(session.delete_passkey("id"))
        }),
        ("ListDevices", |session| done(session.devices())),
        ("UpdateDeviceStatus", |session| {
            done(session.set_device_status("key", DeviceStatus::Remembered))
        }),
        ("ForgetDevice", |session| done(session.forget_device("key"))),
        ("DeleteUser", |session| done(session.delete_user())),
    ]
}

/// What the pool says when all goes well.
fn success(operation: &str) -> Value {
    match operation {
        "GetUser" => json!({ "Username": "ann-sub", "UserAttributes": [] }),
        "GetUserAttributeVerificationCode" => json!({ "CodeDeliveryDetails": {
            "Destination": "a***", "DeliveryMedium": "EMAIL" } }),
        "AssociateSoftwareToken" => json!({ "SecretCode": "ABCDEFGH" }),
        "VerifySoftwareToken" => json!({ "Status": "SUCCESS" }),
        "ListWebAuthnCredentials" => json!({ "Credentials": [] }),
        "ListDevices" => json!({ "Devices": [] }),
        _ => json!({}),
    }
}

const EXPIRED: &str = "Access Token has expired";

/// A signed-in world, whose pool takes the token no longer and has a new one to give.
fn refusing(operation: &str, message: &str) -> (World, String) {
    let world = World::default();
    world.store_session(3600);
    let renewed = token(START_MS, 7200);
    world
        .service
        .on(operation, exception("NotAuthorizedException", message))
        .on("GetTokensFromRefreshToken", new_tokens(&renewed));
    (world, renewed)
}

fn new_tokens(token: &str) -> crate::support::Answer {
    ok(json!({ "AuthenticationResult": { "AccessToken": token, "IdToken": token } }))
}

#[wasm_bindgen_test]
async fn a_refused_token_is_renewed_and_the_operation_done_once_more() {
    for (name, operation) in operations() {
        for message in [
            EXPIRED,
            "Access Token has been revoked",
            "Invalid Access Token",
        ] {
            let (world, renewed) = refusing(name, message);
            world.service.on(name, ok(success(name)));
            // What changes a claim has the tokens renewed afterwards.
            world
                .service
                .on("GetTokensFromRefreshToken", new_tokens(&renewed));
            let session = world.session();
            assert_eq!(operation(&session).await, Ok(()), "{name}: {message}");
            assert_eq!(world.service.count(name), 2, "{name}: {message}");
            assert_eq!(world.service.body(name)["AccessToken"], renewed);
            let first_three = world.service.sent()[..3].to_vec();
            assert_eq!(first_three, [name, "GetTokensFromRefreshToken", name]);
        }
    }
}

#[wasm_bindgen_test]
async fn a_new_token_that_is_refused_too_is_the_end_of_it() {
    for (name, operation) in operations() {
        let (world, _) = refusing(name, EXPIRED);
        world
            .service
            .on(name, exception("NotAuthorizedException", EXPIRED));
        let session = world.session();
        let outcome = operation(&session).await;
        assert_eq!(outcome, Err(ErrorKind::AccessTokenExpired), "{name}");
        assert_eq!(world.service.count(name), 2, "{name}");
        assert_eq!(
            world.service.count("GetTokensFromRefreshToken"),
            1,
            "{name}"
        );
    }
}

#[wasm_bindgen_test]
async fn another_refusal_is_not_asked_again() {
    for (name, operation) in operations() {
        let world = World::default();
        world.store_session(3600);
        world
            .service
            .on(name, exception("InvalidParameterException", "No."));
        let session = world.session();
        assert!(operation(&session).await.is_err(), "{name}");
        assert_eq!(world.service.sent(), [name]);
        assert!(session.state().person().is_some(), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_session_that_cannot_be_renewed_ends_with_its_reason() {
    for (name, operation) in operations() {
        let world = World::default();
        world.store_session(3600);
        world
            .service
            .on(
                name,
                exception("NotAuthorizedException", "Access Token has been revoked"),
            )
            .on(
                "GetTokensFromRefreshToken",
                exception("NotAuthorizedException", "Refresh Token has been revoked"),
            );
        let session = world.session();
        let outcome = operation(&session).await;
        assert_eq!(outcome, Err(ErrorKind::AccessTokenRevoked), "{name}");
        let over = SessionState::SignedOut(Some(SignedOutReason::Revoked));
        assert_eq!(session.state(), over, "{name}");
        assert!(world.storage.keys().is_empty(), "{name}");
    }
}

#[wasm_bindgen_test]
async fn nobody_has_an_account_to_change() {
    for (name, operation) in operations() {
        let world = World::default();
        let outcome = operation(&world.session()).await;
        assert_eq!(outcome, Err(ErrorKind::AccessTokenRevoked), "{name}");
        assert!(world.service.sent().is_empty(), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_changed_name_is_there_at_once() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    let renewed = token_of(&json!({ "sub": "ann-sub", "username": "ann-sub",
        "name": "Ann B", "exp": START_MS / 1000 + 3600 }));
    world
        .service
        .on("UpdateUserAttributes", ok(json!({})))
        .on("GetTokensFromRefreshToken", new_tokens(&renewed));
    let attributes = [("name".to_owned(), "Ann B".to_owned())];
    session.update_attributes(&attributes).await.unwrap();
    let person = session.state().person().cloned().unwrap();
    assert_eq!(person.display_name(), "Ann B");
}

#[wasm_bindgen_test]
async fn a_deleted_user_leaves_nothing_behind() {
    let world = World::default();
    world.store_session(3600);
    for (name, value) in [
        ("ann-sub.deviceKey", "key"),
        ("ann-sub.deviceGroupKey", "group"),
        ("ann-sub.randomPasswordKey", "secret"),
    ] {
        world
            .storage
            .set(&format!("{PREFIX}.{name}"), value)
            .unwrap();
    }
    world
        .storage
        .set("cruddur.passkey_username", EMAIL)
        .unwrap();
    world.service.on("DeleteUser", ok(json!({})));
    let session = world.session();
    assert_eq!(session.passkey_username().as_deref(), Some(EMAIL));
    session.delete_user().await.unwrap();
    let over = SessionState::SignedOut(Some(SignedOutReason::AccountDeleted));
    assert_eq!(session.state(), over);
    assert!(
        world.storage.keys().is_empty(),
        "{:?}",
        world.storage.keys()
    );
}

fn tokens_of(username: &str, refresh_token: &str) -> crate::support::Answer {
    let token = token_of(&json!({ "sub": username, "username": username,
        "exp": START_MS / 1000 + 3600 }));
    ok(json!({ "AuthenticationResult": {
        "AccessToken": token, "IdToken": token, "RefreshToken": refresh_token } }))
}

#[wasm_bindgen_test]
async fn another_account_takes_the_place_of_the_one_before() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on("RespondToAuthChallenge", tokens_of("bob", "refresh-of-bob"))
        .on("RevokeToken", ok(json!({})));
    let step = session.sign_in("bob@example.com", password()).await;
    assert_eq!(step.unwrap(), SignIn::SignedIn);
    let person = session.state().person().cloned().unwrap();
    assert_eq!(person.username, "bob");
    until(|| world.service.count("RevokeToken") == 1).await;
    assert_eq!(world.service.body("RevokeToken")["Token"], "refresh-0");
    let left: Vec<String> = world.storage.keys();
    assert!(!left.iter().any(|key| key.contains("ann-sub")), "{left:?}");
}

#[wasm_bindgen_test]
async fn who_could_not_sign_in_stays_who_they_were() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    let before = session.state();
    world.service.on("InitiateAuth", password_verifier()).on(
        "RespondToAuthChallenge",
        exception("NotAuthorizedException", "Incorrect username or password."),
    );
    let error = session.sign_in("bob@example.com", password()).await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::WrongCredentials);
    assert_eq!(session.state(), before);
    assert!(session.access_token().await.unwrap().is_some());
    assert_eq!(world.service.count("RevokeToken"), 0);
}

#[wasm_bindgen_test]
async fn signing_in_again_with_the_same_refresh_token_revokes_nothing() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    world
        .service
        .on("InitiateAuth", tokens_of("ann-sub", "refresh-0"))
        .on("RevokeToken", ok(json!({})))
        .on("GlobalSignOut", ok(json!({})));
    session.sign_in(EMAIL, password()).await.unwrap();
    // Whatever was begun has been sent before this.
    session.sign_out().await;
    assert_eq!(world.service.sent(), ["InitiateAuth", "GlobalSignOut"]);
}

#[wasm_bindgen_test]
async fn signing_out_here_leaves_the_other_devices_alone() {
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    world.service.on("RevokeToken", ok(json!({})));
    assert_eq!(session.sign_out_here().await, None);
    assert_eq!(world.service.sent(), ["RevokeToken"]);
    assert_eq!(world.service.body("RevokeToken")["Token"], "refresh-0");
    let over = SessionState::SignedOut(Some(SignedOutReason::ByChoice));
    assert_eq!(session.state(), over);
}

#[wasm_bindgen_test]
async fn whoever_signs_out_is_gone_before_the_pool_hears_of_it() {
    let over = SessionState::SignedOut(Some(SignedOutReason::ByChoice));
    for here in [true, false] {
        let world = World::default();
        world.store_session(3600);
        let session = world.session();
        world
            .service
            .on("RevokeToken", ok(json!({})))
            .on("GlobalSignOut", ok(json!({})));
        let telling: std::pin::Pin<Box<dyn Future<Output = _>>> = match here {
            true => Box::pin(session.sign_out_here()),
            false => Box::pin(session.sign_out()),
        };
        assert_eq!(session.state(), over);
        assert!(world.storage.keys().is_empty());
        assert_eq!(world.service.sent(), Vec::<String>::new());
        assert_eq!(telling.await, None);
        assert_eq!(world.service.sent().len(), 1);
    }
    // Without the code that could tell the pool.
    let world = World::default();
    world.store_session(3600);
    let session = world.session();
    session.forget();
    assert_eq!(session.state(), over);
    assert!(world.storage.keys().is_empty());
    assert_eq!(world.service.sent(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn a_passkey_is_not_made_where_the_pool_refuses() {
    let world = World::default();
    world.store_session(3600);
    world.service.on(
        "StartWebAuthnRegistration",
        exception("WebAuthnNotEnabledException", "not enabled"),
    );
    let error = world.session().add_passkey().await.unwrap_err();
    assert!(matches!(error, PasskeyError::Pool(_)), "{error:?}");
}
