//! Signing up without a password, and taking an address over from somebody else.

use cognito_user_pool::operation::{
    ChangePassword, ConfirmSignUp, GetUser, GetUserAuthFactors, PasswordlessSignUp, SignUp, With,
};
use cognito_user_pool::{
    AccessClaims, Choice, ErrorKind, FirstFactor, IdClaims, SignIn, SignInStep,
};
use serde_json::{Value, json};

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

impl Pool {
    /// A pool with these settings, whose users have names of their own.
    async fn of_settings(mut settings: Value) -> Self {
        let pool = Self::start().await;
        settings["PoolName"] = "own".into();
        settings["AutoVerifiedAttributes"] = json!(["email"]);
        let made = pool.admin("CreateUserPool", settings).await;
        let id = made["UserPool"]["Id"].as_str().expect("an id").to_owned();
        let pool = Self { id, ..pool };
        let body = json!({ "ClientName": "own", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
        let made = pool.admin("CreateUserPoolClient", body).await;
        let client_id = made["UserPoolClient"]["ClientId"].as_str().expect("an id");
        let client = interop::client(pool.stack.pool_url(), &pool.id, client_id, 0);
        Self {
            client: client.expect("a client"),
            ..pool
        }
    }
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
    let factors = async || {
        let factors = pool.client.call(&GetUserAuthFactors { access_token }).await;
        factors.unwrap().first_factors
    };
    assert_eq!(factors().await, [FirstFactor::EmailOtp]);

    // A first password replaces none.
    let first = password(PASSWORD);
    let set = ChangePassword {
        access_token,
        previous_password: None,
        new_password: &first,
    };
    pool.client.call(&set).await.unwrap();
    let both = [FirstFactor::Password, FirstFactor::EmailOtp];
    assert_eq!(factors().await, both);
    assert!(pool.client.call(&set).await.is_err(), "the second does");
    let by_password = SignIn::choice_of(EMAIL, Choice::PasswordSrp(&first));
    signed_in(pool.client.start(by_password).await.unwrap());
}

#[tokio::test]
async fn an_address_is_taken_over_only_on_demand() {
    let pool = Pool::of_settings(json!({ "AliasAttributes": ["email"] })).await;
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
    let claims = AccessClaims::decode(&tokens.access_token).unwrap();
    assert_eq!(claims.username, "second");
}

#[tokio::test]
async fn attributes_of_the_pools_own_are_kept_and_checked() {
    let team = json!([{ "Name": "team", "AttributeDataType": "String", "Mutable": true,
        "StringAttributeConstraints": { "MaxLength": "5" } }]);
    let pool = Pool::of_settings(json!({ "Schema": team })).await;
    let right = password(PASSWORD);
    let sign_up = async |team: &str| {
        let attributes = [("email", EMAIL), ("custom:team", team)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let sign_up = SignUp {
            username: "ann",
            password: &right,
            attributes: &attributes,
        };
        pool.client.call(&sign_up).await
    };
    assert_eq!(
        kind(sign_up("purple").await),
        ErrorKind::AttributeRejected {
            attribute: Some("custom:team".to_owned())
        }
    );
    sign_up("red").await.unwrap();
    let code = &pool.last_code(EMAIL);
    let username = "ann";
    let confirm = ConfirmSignUp { username, code };
    pool.client.call(&confirm).await.unwrap();
    let step = pool.client.sign_in("ann", &right, None).await;
    let tokens = signed_in(step.unwrap());
    let access_token = &tokens.access_token;
    let user = pool.client.call(&GetUser { access_token }).await.unwrap();
    assert_eq!(user.attribute("custom:team"), Some("red"));
    let claims = IdClaims::decode(tokens.id_token.as_ref().unwrap()).unwrap();
    assert_eq!(claims.attribute("custom:team"), Some("red"));
}
