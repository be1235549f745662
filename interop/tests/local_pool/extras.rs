//! What operations carry for the pool's triggers and threat protection, which the pool takes wherever the client sends it;
//! lists of several pages.

use cognito_user_pool::operation::{
    AuthFlow, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken,
    GetUserAttributeVerificationCode, InitiateAuth, ListDevices, ResendConfirmationCode, SignUp,
    UpdateUserAttributes, With,
};
use cognito_user_pool::{SignIn, SignInStep};
use serde_json::json;

use crate::support::*;

const METADATA: &[(&str, &str)] = &[("source", "advert")];
const CONTEXT: &str = "ZGF0YQ==";

#[tokio::test]
async fn every_operation_that_takes_data_for_triggers_is_served_with_it() {
    let pool = Pool::start().await;
    let client = &pool.client;
    let (username, right) = (EMAIL, password(PASSWORD));
    let attributes = [
        ("email", EMAIL),
        ("name", "Ann"),
        ("preferred_username", "ann"),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sign_up = With::new(SignUp {
        username,
        password: &right,
        attributes: &attributes,
    });
    let sign_up = sign_up
        .client_metadata(METADATA)
        .validation_data(&[("captcha", "xyz")])
        .user_context_data(CONTEXT);
    client.call(&sign_up).await.unwrap();
    let resend = With::new(ResendConfirmationCode { username });
    let resend = resend.client_metadata(METADATA).user_context_data(CONTEXT);
    client.call(&resend).await.unwrap();
    let code = pool.last_code(EMAIL);
    let confirm = With::new(ConfirmSignUp {
        username,
        code: &code,
    });
    let confirm = confirm.client_metadata(METADATA).user_context_data(CONTEXT);
    client.call(&confirm).await.unwrap();

    let sign_in = SignIn::srp(EMAIL, &right);
    let sign_in = sign_in.client_metadata(METADATA).user_context_data(CONTEXT);
    let tokens = signed_in(client.start(sign_in).await.unwrap());
    let access_token = &tokens.access_token;
    let refresh_token = tokens.refresh_token.as_ref().unwrap();
    let renew = With::new(GetTokensFromRefreshToken {
        refresh_token,
        device_key: None,
    });
    client.call(&renew.client_metadata(METADATA)).await.unwrap();
    let renew = With::new(InitiateAuth {
        flow: AuthFlow::RefreshToken {
            refresh_token,
            username: None,
        },
        device_key: None,
    });
    let renew = renew.client_metadata(METADATA).user_context_data(CONTEXT);
    client.call(&renew).await.unwrap();

    let renamed = [("name".to_owned(), "Anna".to_owned())];
    let update = With::new(UpdateUserAttributes {
        access_token,
        attributes: &renamed,
    });
    client
        .call(&update.client_metadata(METADATA))
        .await
        .unwrap();
    let send = With::new(GetUserAttributeVerificationCode {
        access_token,
        attribute: "email",
    });
    client.call(&send.client_metadata(METADATA)).await.unwrap();

    let forgot = With::new(ForgotPassword { username });
    let forgot = forgot.client_metadata(METADATA).user_context_data(CONTEXT);
    client.call(&forgot).await.unwrap();
    let code = pool.last_code(EMAIL);
    let confirm = With::new(ConfirmForgotPassword {
        username,
        code: &code,
        password: &right,
    });
    let confirm = confirm.client_metadata(METADATA).user_context_data(CONTEXT);
    client.call(&confirm).await.unwrap();

    // A challenge's answer has metadata of its own.
    let body = json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
    pool.admin("SetUserPoolMfaConfig", body).await;
    let body = json!({ "Username": EMAIL, "EmailMfaSettings": { "Enabled": true } });
    pool.admin("AdminSetUserMFAPreference", body).await;
    let step = pool.step(PASSWORD).await;
    let SignInStep::EmailOtp(sent) = step else {
        panic!("another step: {step:?}");
    };
    let sent = sent.client_metadata(METADATA);
    let step = client.answer_code(&sent, &pool.last_code(EMAIL)).await;
    signed_in(step.unwrap());
}

#[tokio::test]
async fn a_list_goes_on_where_its_page_ends() {
    let pool = Pool::start().await.with_ann().await;
    let body = json!({ "AutoVerifiedAttributes": ["email"], "DeviceConfiguration": {
        "ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false } });
    pool.admin("UpdateUserPool", body).await;
    let mut tokens = pool.sign_in(PASSWORD).await.unwrap();
    let mut confirmed = Vec::new();
    for _ in 0..3 {
        tokens = pool.sign_in(PASSWORD).await.unwrap();
        let new_device = tokens.new_device.as_ref().expect("a new device");
        let token = &tokens.access_token;
        let device = pool.client.confirm_device(token, new_device, None).await;
        confirmed.push(device.unwrap().device.key);
    }
    let access_token = &tokens.access_token;
    let (mut listed, mut next) = (Vec::new(), None);
    for full in [true, true, false] {
        let list = ListDevices {
            access_token,
            limit: 1,
            pagination_token: next.as_deref(),
        };
        let page = pool.client.call(&list).await.unwrap();
        assert_eq!(page.devices.len(), 1);
        assert_eq!(page.pagination_token.is_some(), full);
        listed.extend(page.devices.into_iter().map(|device| device.key));
        next = page.pagination_token;
    }
    listed.sort();
    confirmed.sort();
    assert_eq!(listed, confirmed);
}
