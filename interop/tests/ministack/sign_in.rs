//! Our client against ministack, the one other emulator that verifies SRP: what both agree on is not our own mistake.

use cognito_user_pool::operation::{
    ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken, GetUser, GlobalSignOut, SignUp,
};
use cognito_user_pool::{Claims, ErrorKind, Password, SignInStep};
use serde_json::json;

use crate::emulator::{CODE, Ministack};

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

#[tokio::test]
#[ignore = "needs ministack: cargo xtask test interop"]
async fn our_client_signs_in_at_ministack() {
    let ministack = Ministack::start().await;
    let pool = ministack
        .admin(
            "CreateUserPool",
            json!({ "PoolName": "pool", "UsernameAttributes": ["email"],
                "AutoVerifiedAttributes": ["email"] }),
        )
        .await;
    let pool_id = pool["UserPool"]["Id"].as_str().expect("an id").to_owned();
    let app = ministack
        .admin(
            "CreateUserPoolClient",
            json!({ "UserPoolId": pool_id, "ClientName": "app",
                "PreventUserExistenceErrors": "ENABLED",
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }),
        )
        .await;
    let client_id = app["UserPoolClient"]["ClientId"].as_str().expect("an id");
    let client = interop::client(&ministack.url, &pool_id, client_id, 0).unwrap();

    let email = "ann@example.com";
    let right = password("Crud-dur-2026!");
    client
        .call(&SignUp {
            username: email,
            password: &right,
            attributes: &[("email".to_owned(), email.to_owned())],
        })
        .await
        .unwrap();
    let error = client.sign_in(email, &right, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::UserNotConfirmed);
    let confirm = async |code| {
        let username = email;
        client.call(&ConfirmSignUp { username, code }).await
    };
    assert_eq!(
        confirm("999999").await.unwrap_err().kind,
        ErrorKind::CodeMismatch
    );
    confirm(CODE).await.unwrap();

    let mut last = None;
    for round in 0..50 {
        let step = client.sign_in(email, &right, None).await;
        let Ok(SignInStep::SignedIn(tokens)) = step else {
            panic!("round {round}: {step:?}");
        };
        last = Some(tokens);
        let wrong = password(&format!("Wrong-2026!{round}"));
        let error = client.sign_in(email, &wrong, None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::WrongCredentials, "round {round}");
    }
    let tokens = last.expect("signed in");
    let error = client
        .sign_in("nobody@example.com", &right, None)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::WrongCredentials);

    let access_token = &tokens.access_token;
    let user = client.call(&GetUser { access_token }).await.unwrap();
    assert_eq!(user.attribute("email"), Some(email));
    let claims = Claims::of_access_token(access_token).expect("a JWT");
    assert_eq!(claims.client_id(), Some(client_id));

    let refresh_token = tokens.refresh_token.as_ref().expect("a refresh token");
    let refresh = GetTokensFromRefreshToken {
        refresh_token,
        device_key: None,
    };
    client.call(&refresh).await.unwrap();
    let username = email;
    client.call(&ForgotPassword { username }).await.unwrap();

    client.call(&GlobalSignOut { access_token }).await.unwrap();
    assert!(client.call(&GetUser { access_token }).await.is_err());
    let error = client.call(&refresh).await.unwrap_err();
    assert!(error.ends_session(), "{error:?}");

    ministack
        .admin(
            "AdminCreateUser",
            json!({ "UserPoolId": pool_id, "Username": "bob@example.com",
                "TemporaryPassword": "Temp-2026-pass!", "MessageAction": "SUPPRESS",
                "UserAttributes": [{ "Name": "email", "Value": "bob@example.com" }] }),
        )
        .await;
    let temporary = password("Temp-2026-pass!");
    let step = client.sign_in("bob@example.com", &temporary, None).await;
    let Ok(SignInStep::NewPasswordRequired(challenge)) = step else {
        panic!("another step: {step:?}");
    };
    let step = client
        .set_new_password(&challenge, &right, &[])
        .await
        .unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)));
}
