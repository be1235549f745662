//! Signing up without a password, and taking an address over from somebody else.

use cognito_user_pool::operation::{
    ConfirmSignUp, GetUserAuthFactors, PasswordlessSignUp, SignUp, With,
};
use cognito_user_pool::{Choice, ErrorKind, FirstFactor, SignIn, SignInStep};
use serde_json::json;

use crate::support::*;

fn attributes() -> Vec<(String, String)> {
    let attributes = [
        ("email", EMAIL),
        ("name", "Ann"),
        ("preferred_username", "ann"),
    ];
    attributes
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

#[tokio::test]
async fn who_has_no_password_signs_up_and_in_by_codes() {
    let pool = Pool::start().await;
    let attributes = attributes();
    let sign_up = PasswordlessSignUp {
        username: EMAIL,
        attributes: &attributes,
    };
    let set_up = async |factors: &[&str]| {
        let body = json!({ "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
        pool.admin("UpdateUserPool", body).await;
    };
    set_up(&["PASSWORD"]).await;
    pool.allow_flows(&["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
        .await;
    let refused = kind(pool.client.call(&sign_up).await);
    assert!(
        matches!(refused, ErrorKind::PasswordPolicy(_)),
        "{refused:?}"
    );

    set_up(&["PASSWORD", "EMAIL_OTP"]).await;
    let signed_up = pool.client.call(&sign_up).await.unwrap();
    assert!(!signed_up.confirmed);
    pool.confirm(&pool.last_code(EMAIL)).await.unwrap();
    let step = pool.client.start(SignIn::choice(EMAIL)).await.unwrap();
    let SignInStep::SelectChallenge(select) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(select.available, [FirstFactor::EmailOtp]);
    let choice = Choice::EmailOtp;
    let step = pool.client.select_challenge(&select, choice, None).await;
    let SignInStep::EmailOtp(sent) = step.unwrap() else {
        panic!("another step");
    };
    let code = pool.last_code(EMAIL);
    let tokens = signed_in(pool.client.answer_code(&sent, &code).await.unwrap());
    let access_token = &tokens.access_token;
    let factors = pool.client.call(&GetUserAuthFactors { access_token }).await;
    assert_eq!(factors.unwrap().first_factors, [FirstFactor::EmailOtp]);
}

#[tokio::test]
async fn an_address_is_taken_over_only_on_demand() {
    let pool = Pool::start().await;
    let body = json!({ "PoolName": "aliases", "AliasAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"] });
    let made = pool.admin("CreateUserPool", body).await;
    let id = made["UserPool"]["Id"].as_str().expect("an id").to_owned();
    let pool = Pool { id, ..pool };
    let body = json!({ "ClientName": "aliases", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
    let made = pool.admin("CreateUserPoolClient", body).await;
    let client_id = made["UserPoolClient"]["ClientId"].as_str().expect("an id");
    let client = interop::client(pool.stack.pool_url(), &pool.id, client_id, 0);
    let pool = Pool {
        client: client.expect("a client"),
        ..pool
    };

    let email = vec![("email".to_owned(), EMAIL.to_owned())];
    let right = password(PASSWORD);
    for username in ["first", "second"] {
        let sign_up = SignUp {
            username,
            password: &right,
            attributes: &email,
        };
        pool.client.call(&sign_up).await.unwrap();
        let code = pool.last_code(EMAIL);
        let confirm = ConfirmSignUp {
            username,
            code: &code,
        };
        let confirmed = pool.client.call(&confirm).await;
        if username == "first" {
            confirmed.unwrap();
            continue;
        }
        assert_eq!(kind(confirmed), ErrorKind::AliasExists);
        let forced = With::new(confirm).force_alias_creation();
        pool.client.call(&forced).await.unwrap();
    }
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let claims = cognito_user_pool::AccessClaims::decode(&tokens.access_token).unwrap();
    assert_eq!(claims.username, "second");
}
