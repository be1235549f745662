//! Our client against the local user pool, over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod account;
mod choice;
mod custom;
mod devices;
mod extras;
mod first_factors;
mod mfa;
mod oauth;
mod passkeys;
mod rotation;
mod secrets;
mod sign_up;
mod support;

use cognito_user_pool::operation::{
    AuthFlow, ConfirmForgotPassword, ForgotPassword, GetTokensFromRefreshToken, GetUser,
    GlobalSignOut, InitiateAuth, ResendConfirmationCode, RevokeToken,
};
use cognito_user_pool::{Claims, ErrorKind, PasswordPolicyViolation, SignInStep};
use cruddur_local::{CLIENT_ID, MailKind, USER_POOL_ID};
use serde_json::json;

use support::*;

#[tokio::test]
async fn from_sign_up_to_sign_out() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await.unwrap();
    assert_eq!(kind(pool.sign_up(EMAIL).await), ErrorKind::UsernameExists);
    assert_eq!(
        kind(pool.sign_in(PASSWORD).await),
        ErrorKind::UserNotConfirmed
    );

    let code = pool.code(EMAIL, MailKind::SignUp);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(kind(pool.confirm(wrong).await), ErrorKind::CodeMismatch);
    let username = EMAIL;
    let resend = ResendConfirmationCode { username };
    pool.client.call(&resend).await.unwrap();
    let code = pool.code(EMAIL, MailKind::Resend);
    pool.confirm(&code).await.unwrap();
    assert_eq!(kind(pool.confirm(&code).await), ErrorKind::AlreadyConfirmed);
    assert_eq!(
        kind(pool.client.call(&resend).await),
        ErrorKind::AlreadyConfirmed
    );

    assert_eq!(
        kind(pool.sign_in("Wrong-2026!").await),
        ErrorKind::WrongCredentials
    );
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let access_token = &tokens.access_token;
    let claims = Claims::of_access_token(access_token).unwrap();
    assert_eq!(claims.client_id(), Some(CLIENT_ID));
    let id = Claims::of_id_token(tokens.id_token.as_ref().unwrap()).unwrap();
    assert_eq!(id.text("preferred_username"), Some("ann"));
    assert_eq!(id.username(), claims.username());

    let user = pool.client.call(&GetUser { access_token }).await.unwrap();
    assert_eq!(user.attribute("email"), Some(EMAIL));
    assert_eq!(Some(user.username.as_str()), claims.username());

    let refresh_token = tokens.refresh_token.as_ref().unwrap();
    let refresh = GetTokensFromRefreshToken {
        refresh_token,
        device_key: None,
    };
    let renewed = pool.client.call(&refresh).await.unwrap();
    assert_ne!(renewed.access_token, tokens.access_token);

    pool.client
        .call(&GlobalSignOut { access_token })
        .await
        .unwrap();
    assert_eq!(
        kind(pool.client.call(&GetUser { access_token }).await),
        ErrorKind::AccessTokenRevoked
    );
    let refused = pool.client.call(&refresh).await.unwrap_err();
    assert!(refused.ends_session(), "{refused:?}");
}

#[tokio::test]
async fn revoking_ends_one_session() {
    let pool = Pool::start().await.with_ann().await;
    let ended = pool.sign_in(PASSWORD).await.unwrap();
    let kept = pool.sign_in(PASSWORD).await.unwrap();
    let refresh_token = ended.refresh_token.as_ref().unwrap();
    pool.client
        .call(&RevokeToken { refresh_token })
        .await
        .unwrap();
    let flow = AuthFlow::RefreshToken {
        refresh_token,
        username: None,
    };
    let operation = InitiateAuth {
        flow,
        device_key: None,
    };
    let refused = pool.client.call(&operation).await.unwrap_err();
    assert!(refused.ends_session(), "{refused:?}");
    let access_token = &kept.access_token;
    pool.client.call(&GetUser { access_token }).await.unwrap();
}

#[tokio::test]
async fn recovery() {
    let pool = Pool::start().await.with_ann().await;
    let username = EMAIL;
    pool.client
        .call(&ForgotPassword { username })
        .await
        .unwrap();
    let code = pool.code(EMAIL, MailKind::ForgotPassword);
    let confirm = async |code: &str, text: &str| {
        let password = &password(text);
        let operation = ConfirmForgotPassword {
            username,
            code,
            password,
        };
        pool.client.call(&operation).await
    };
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(
        kind(confirm(wrong, "Other-2026!").await),
        ErrorKind::CodeMismatch
    );
    for (weak, violation) in [
        ("aB1!", PasswordPolicyViolation::TooShort),
        ("lower-2026!", PasswordPolicyViolation::NeedsUppercase),
        ("UPPER-2026!", PasswordPolicyViolation::NeedsLowercase),
        ("Numbers-none!", PasswordPolicyViolation::NeedsNumber),
        ("Symbols2026", PasswordPolicyViolation::NeedsSymbol),
    ] {
        assert_eq!(
            kind(confirm(&code, weak).await),
            ErrorKind::PasswordPolicy(violation)
        );
    }
    confirm(&code, "Other-2026!").await.unwrap();
    assert_eq!(
        kind(pool.sign_in(PASSWORD).await),
        ErrorKind::WrongCredentials
    );
    pool.sign_in("Other-2026!").await.unwrap();
}

#[tokio::test]
async fn a_temporary_password_is_replaced() {
    let pool = Pool::start().await;
    pool.admin(
        "AdminCreateUser",
        json!({ "Username": EMAIL, "TemporaryPassword": "Temp-2026-pass!",
            "UserAttributes": [{ "Name": "email", "Value": EMAIL }] }),
    )
    .await;
    let temporary = password("Temp-2026-pass!");
    let step = pool.client.sign_in(EMAIL, &temporary, None).await.unwrap();
    let SignInStep::NewPasswordRequired(challenge) = step else {
        panic!("another step: {step:?}");
    };
    let mut required = challenge.required_attributes.clone();
    required.sort();
    assert_eq!(required, ["name", "preferred_username"]);
    let attributes: Vec<_> = required
        .into_iter()
        .map(|name| (name, "ann".to_owned()))
        .collect();
    let weak = pool
        .client
        .set_new_password(&challenge, &password("weak"), &attributes)
        .await;
    assert!(matches!(kind(weak), ErrorKind::PasswordPolicy(_)));
    let step = pool
        .client
        .set_new_password(&challenge, &password(PASSWORD), &attributes)
        .await
        .unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)));
    pool.sign_in(PASSWORD).await.unwrap();
}

#[tokio::test]
async fn refusals_have_their_meaning() {
    let pool = Pool::start().await.with_ann().await;
    pool.admin("AdminDisableUser", json!({ "Username": EMAIL }))
        .await;
    assert_eq!(kind(pool.sign_in(PASSWORD).await), ErrorKind::UserDisabled);
    pool.admin("AdminEnableUser", json!({ "Username": EMAIL }))
        .await;

    let plain = pool
        .client
        .sign_in_with_plain_password(EMAIL, &password(PASSWORD))
        .await;
    assert_eq!(kind(plain), ErrorKind::FlowNotEnabled);
    let stranger = pool
        .client
        .sign_in("nobody@example.com", &password(PASSWORD), None)
        .await;
    assert_eq!(kind(stranger), ErrorKind::WrongCredentials);

    // The sixth attempt is one too many, whatever its password.
    for _ in 0..5 {
        assert_eq!(
            kind(pool.sign_in("Wrong-2026!").await),
            ErrorKind::WrongCredentials
        );
    }
    assert_eq!(
        kind(pool.sign_in(PASSWORD).await),
        ErrorKind::PasswordAttemptsExceeded
    );

    let unknown = interop::client(pool.stack.pool_url(), USER_POOL_ID, "nosuchclient", 0).unwrap();
    let refused = unknown.sign_in(EMAIL, &password(PASSWORD), None).await;
    assert_eq!(kind(refused), ErrorKind::ClientNotFound);
}

/// The proof of the password carries the time, and the pool refuses one that is far off.
#[tokio::test]
async fn a_wrong_clock_is_no_wrong_password() {
    for hours in [-30, -3, 3, 30] {
        let pool = Pool::start_on_a_device(hours * 3_600_000)
            .await
            .with_ann()
            .await;
        pool.sign_in(PASSWORD).await.unwrap();
        let offset = pool.client.server_offset_ms();
        assert!(
            (offset + hours * 3_600_000).abs() < 10_000,
            "{hours} h: {offset} ms"
        );
    }
}

/// Salts, public values and keys of every length come by: one in 256 begins with a zero byte.
#[tokio::test]
async fn a_hundred_sign_ins_all_succeed() {
    let pool = Pool::start().await.with_ann().await;
    for _ in 0..100 {
        pool.sign_in(PASSWORD).await.unwrap();
    }
}
