//! A signed-in user's attributes, password and end.

use cognito_user_pool::operation::{
    ChangePassword, DeleteUser, DeleteUserAttributes, GetUser, GetUserAttributeVerificationCode,
    UpdateUserAttributes, VerifyUserAttribute,
};
use cognito_user_pool::{AccessClaims, AccessToken, ErrorKind, IdClaims};
use cruddur_local::{CLIENT_ID, MailKind};

use crate::support::*;

const OTHER: &str = "other@example.com";

async fn attribute(pool: &Pool, access_token: &AccessToken, name: &str) -> Option<String> {
    let user = pool.client.call(&GetUser { access_token }).await.unwrap();
    user.attribute(name).map(str::to_owned)
}

#[tokio::test]
async fn a_new_address_is_verified_by_a_code() {
    let pool = Pool::start().await.with_ann().await;
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let access_token = &tokens.access_token;
    let deliveries = pool
        .client
        .call(&UpdateUserAttributes {
            access_token,
            attributes: &[
                ("email".to_owned(), OTHER.to_owned()),
                ("name".to_owned(), "Ann B.".to_owned()),
            ],
        })
        .await
        .unwrap();
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].destination.as_deref(), Some("o***@e***"));
    assert_eq!(deliveries[0].attribute_name.as_deref(), Some("email"));
    assert_eq!(
        attribute(&pool, access_token, "name").await.as_deref(),
        Some("Ann B.")
    );

    let verify = async |code: &str| {
        let operation = VerifyUserAttribute {
            access_token,
            attribute: "email",
            code,
        };
        pool.client.call(&operation).await
    };
    let code = pool.last_code(OTHER);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(kind(verify(wrong).await), ErrorKind::CodeMismatch);
    let delivery = pool
        .client
        .call(&GetUserAttributeVerificationCode {
            access_token,
            attribute: "email",
        })
        .await
        .unwrap();
    assert_eq!(delivery.destination.as_deref(), Some("o***@e***"));
    verify(&pool.last_code(OTHER)).await.unwrap();
    assert_eq!(
        attribute(&pool, access_token, "email_verified")
            .await
            .as_deref(),
        Some("true")
    );
}

#[tokio::test]
async fn attributes_are_removed() {
    let pool = Pool::start().await.with_ann().await;
    let access_token = &pool.sign_in(PASSWORD).await.unwrap().access_token;
    let set = UpdateUserAttributes {
        access_token,
        attributes: &[("nickname".to_owned(), "Annie".to_owned())],
    };
    assert_eq!(pool.client.call(&set).await.unwrap(), []);
    assert_eq!(
        attribute(&pool, access_token, "nickname").await.as_deref(),
        Some("Annie")
    );
    let delete = DeleteUserAttributes {
        access_token,
        attributes: &["nickname"],
    };
    pool.client.call(&delete).await.unwrap();
    assert_eq!(attribute(&pool, access_token, "nickname").await, None);
}

#[tokio::test]
async fn the_password_is_changed_and_the_user_deleted() {
    let pool = Pool::start().await.with_ann().await;
    let access_token = &pool.sign_in(PASSWORD).await.unwrap().access_token;
    let change = async |previous: &str, new: &str| {
        let (previous, new) = (password(previous), password(new));
        let operation = ChangePassword {
            access_token,
            previous_password: Some(&previous),
            new_password: &new,
        };
        pool.client.call(&operation).await
    };
    assert_eq!(
        kind(change("Wrong-2026!", "Other-2026!").await),
        ErrorKind::WrongCredentials
    );
    assert!(matches!(
        kind(change(PASSWORD, "weak").await),
        ErrorKind::PasswordPolicy(_)
    ));
    change(PASSWORD, "Other-2026!").await.unwrap();
    let tokens = pool.sign_in("Other-2026!").await.unwrap();

    let access_token = &tokens.access_token;
    pool.client
        .call(&DeleteUser { access_token })
        .await
        .unwrap();
    assert_eq!(
        kind(pool.sign_in("Other-2026!").await),
        ErrorKind::WrongCredentials
    );
    assert!(pool.client.call(&GetUser { access_token }).await.is_err());
}

#[tokio::test]
async fn tokens_have_their_claims() {
    let pool = Pool::start().await.with_ann().await;
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let access = AccessClaims::decode(&tokens.access_token).unwrap();
    let id = IdClaims::decode(tokens.id_token.as_ref().unwrap()).unwrap();
    assert_eq!(access.sub, id.sub);
    assert_eq!(access.username, id.username);
    assert_eq!(
        (access.client_id.as_str(), id.audience.as_str()),
        (CLIENT_ID, CLIENT_ID)
    );
    assert_eq!(access.issuer, id.issuer);
    assert_eq!(access.scopes, ["aws.cognito.signin.user.admin"]);
    assert!(access.session_id.is_some());
    assert!(access.expires_at_ms > access.issued_at_ms);
    assert_eq!(id.email.as_deref(), Some(EMAIL));
    assert!(id.email_verified);
    assert_eq!(id.preferred_username.as_deref(), Some("ann"));
    // The mail that confirmed the address is the only one there is.
    assert_eq!(pool.stack.mail().to(EMAIL)[0].kind, MailKind::SignUp);
}
