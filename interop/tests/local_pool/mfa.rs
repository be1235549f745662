//! Second factors: set up by a signed-in user or on the way in, asked for, chosen, taken up after a reload.

use cognito_user_pool::operation::{
    AssociateSoftwareToken, Authorization, GetUser, MfaPreference, SetUserMfaPreference,
    VerifySoftwareToken,
};
use cognito_user_pool::{AccessToken, CodeSent, DeliveryMedium, ErrorKind, MfaKind, SignInStep};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::support::*;

const PHONE: &str = "+15555550100";

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

impl Pool {
    async fn with_mfa(mode: &str, kinds: &[&str]) -> Self {
        let pool = Self::start().await.with_ann().await;
        pool.set_mfa(mode, kinds).await;
        pool
    }

    async fn set_mfa(&self, mode: &str, kinds: &[&str]) {
        let mut body = json!({ "MfaConfiguration": mode });
        for kind in kinds {
            body[*kind] = match *kind {
                "SoftwareTokenMfaConfiguration" => json!({ "Enabled": true }),
                _ => json!({}),
            };
        }
        self.admin("SetUserPoolMfaConfig", body).await;
    }

    /// The code that an authenticator app shows now.
    fn totp(&self, secret: &str) -> String {
        let seconds = self.stack.clock().now_ms() / 1000;
        let secret = Secret::try_from_base32(secret).expect("Base32");
        let app = Builder::new().with_secret(secret).build().expect("an app");
        app.generate(u64::try_from(seconds).expect("a time"))
            .to_string()
    }

    async fn admin_prefer(&self, settings: Value) {
        let mut body = settings;
        body["Username"] = EMAIL.into();
        self.admin("AdminSetUserMFAPreference", body).await;
    }

    /// Sets an authenticator app up; returns its secret.
    async fn enrol(&self, access_token: &AccessToken) -> String {
        let authorization = Authorization::AccessToken(access_token);
        let associate = AssociateSoftwareToken {
            authorization: authorization.clone(),
        };
        let token = self.client.call(&associate).await.unwrap();
        let secret = token.secret.expose().to_owned();
        let verify = async |code: &str| {
            let operation = VerifySoftwareToken {
                authorization: authorization.clone(),
                code,
                friendly_device_name: Some("phone"),
            };
            self.client.call(&operation).await
        };
        let code = self.totp(&secret);
        assert_eq!(kind(verify(wrong(&code)).await), ErrorKind::CodeMismatch);
        assert_eq!(kind(verify("12").await), ErrorKind::CodeMismatch);
        verify(&code).await.unwrap();
        // A code is good for once.
        self.wait(30);
        secret
    }

    async fn prefer_app(&self, access_token: &AccessToken, preference: MfaPreference) {
        let operation = SetUserMfaPreference {
            access_token,
            sms: None,
            software_token: Some(preference),
            email: None,
        };
        self.client.call(&operation).await.unwrap();
    }
}

fn code_sent(step: SignInStep) -> CodeSent {
    match step {
        SignInStep::SmsMfa(sent) | SignInStep::EmailOtp(sent) => sent,
        step => panic!("another step: {step:?}"),
    }
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_and_asked_for() {
    let pool = Pool::with_mfa("OPTIONAL", &["SoftwareTokenMfaConfiguration"]).await;
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let access_token = &tokens.access_token;
    let secret = pool.enrol(access_token).await;
    pool.prefer_app(access_token, MfaPreference::Preferred)
        .await;
    let user = pool.client.call(&GetUser { access_token }).await.unwrap();
    assert_eq!(user.preferred_mfa, Some(MfaKind::SoftwareToken));
    assert_eq!(user.mfa, [MfaKind::SoftwareToken]);

    let step = pool.step(PASSWORD).await;
    let SignInStep::SoftwareTokenMfa(challenge) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(challenge.friendly_device_name.as_deref(), Some("phone"));
    let code = pool.totp(&secret);
    let refused = pool
        .client
        .answer_software_token(&challenge, wrong(&code))
        .await;
    assert_eq!(kind(refused), ErrorKind::CodeMismatch);
    let step = pool.client.answer_software_token(&challenge, &code).await;
    signed_in(step.unwrap());
    let used = pool.client.answer_software_token(&challenge, &code).await;
    assert_eq!(kind(used), ErrorKind::ChallengeSessionExpired);

    pool.prefer_app(access_token, MfaPreference::Off).await;
    pool.sign_in(PASSWORD).await.unwrap();
}

#[tokio::test]
async fn codes_come_by_mail_and_text_message_and_survive_a_reload() {
    let kinds = ["SmsMfaConfiguration", "EmailMfaConfiguration"];
    let pool = Pool::with_mfa("OPTIONAL", &kinds).await;
    let phone = json!([{ "Name": "phone_number", "Value": PHONE },
        { "Name": "phone_number_verified", "Value": "true" }]);
    let body = json!({ "Username": EMAIL, "UserAttributes": phone });
    pool.admin("AdminUpdateUserAttributes", body).await;
    for (settings, name, address, medium) in [
        ("SMSMfaSettings", "SMS_MFA", PHONE, DeliveryMedium::Sms),
        (
            "EmailMfaSettings",
            "EMAIL_OTP",
            EMAIL,
            DeliveryMedium::Email,
        ),
    ] {
        pool.admin_prefer(json!({ settings: { "Enabled": true, "PreferredMfa": true } }))
            .await;
        let step = pool.step(PASSWORD).await;
        assert_eq!(step.challenge_name(), Some(name));
        let text = pool.client.save(&step).unwrap();
        let sent = code_sent(step);
        assert_eq!(sent.delivery.medium, medium);
        let code = pool.last_code(address);
        let refused = pool.client.answer_code(&sent, wrong(&code)).await;
        assert_eq!(kind(refused), ErrorKind::CodeMismatch);
        let sent = code_sent(pool.client.resume(&text).unwrap());
        signed_in(pool.client.answer_code(&sent, &code).await.unwrap());
    }
}

#[tokio::test]
async fn a_session_that_is_over_is_told() {
    let pool = Pool::with_mfa("OPTIONAL", &["EmailMfaConfiguration"]).await;
    pool.admin_prefer(json!({ "EmailMfaSettings": { "Enabled": true } }))
        .await;
    let sent = code_sent(pool.step(PASSWORD).await);
    let code = pool.last_code(EMAIL);
    pool.wait(180);
    let refused = pool.client.answer_code(&sent, &code).await;
    assert_eq!(kind(refused), ErrorKind::ChallengeSessionExpired);
}

#[tokio::test]
async fn one_of_several_second_factors_is_chosen() {
    let kinds = ["SoftwareTokenMfaConfiguration", "EmailMfaConfiguration"];
    let pool = Pool::with_mfa("OPTIONAL", &kinds).await;
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let secret = pool.enrol(&tokens.access_token).await;
    pool.prefer_app(&tokens.access_token, MfaPreference::On)
        .await;
    pool.admin_prefer(json!({ "EmailMfaSettings": { "Enabled": true } }))
        .await;
    for choice in [MfaKind::SoftwareToken, MfaKind::Email] {
        let step = pool.step(PASSWORD).await;
        let SignInStep::SelectMfaType(select) = step else {
            panic!("another step: {step:?}");
        };
        assert!(select.options.contains(&choice), "{:?}", select.options);
        let step = pool.client.select_mfa(&select, &choice).await.unwrap();
        let step = match step {
            SignInStep::SoftwareTokenMfa(challenge) => {
                let code = pool.totp(&secret);
                pool.client.answer_software_token(&challenge, &code).await
            }
            step => {
                let sent = code_sent(step);
                pool.client.answer_code(&sent, &pool.last_code(EMAIL)).await
            }
        };
        signed_in(step.unwrap());
    }
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_on_the_way_in() {
    let pool = Pool::with_mfa("ON", &["SoftwareTokenMfaConfiguration"]).await;
    let step = pool.step(PASSWORD).await;
    let SignInStep::MfaSetup(setup) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(setup.options, [MfaKind::SoftwareToken]);
    let setup = pool.client.set_up_software_token(&setup).await.unwrap();
    let secret = setup.secret.clone().unwrap();
    let text = pool.client.save(&setup.into()).unwrap();
    let SignInStep::SoftwareTokenSetup(setup) = pool.client.resume(&text).unwrap() else {
        panic!("another step");
    };
    let code = pool.totp(secret.expose());
    let verify = async |code: &str| {
        let name = Some("phone");
        pool.client.verify_software_token(&setup, code, name).await
    };
    assert_eq!(kind(verify(wrong(&code)).await), ErrorKind::CodeMismatch);
    signed_in(verify(&code).await.unwrap());
    pool.wait(30);
    let step = pool.step(PASSWORD).await;
    assert!(matches!(step, SignInStep::SoftwareTokenMfa(_)), "{step:?}");
}

#[tokio::test]
async fn an_address_for_codes_is_set_up_on_the_way_in() {
    let pool = Pool::start().await.of_user_names().await;
    let setup = async || {
        let right = password(PASSWORD);
        let step = pool.client.sign_in("carl", &right, None).await.unwrap();
        match step {
            SignInStep::MfaSetup(setup) => setup,
            step => panic!("another step: {step:?}"),
        }
    };
    let body = json!({ "Username": "carl", "Password": PASSWORD, "ClientId": pool.client.config().client_id() });
    pool.admin("SignUp", body).await;
    pool.admin("AdminConfirmSignUp", json!({ "Username": "carl" }))
        .await;
    pool.set_mfa("ON", &["EmailMfaConfiguration"]).await;

    let refused = pool.client.set_up_email(&setup().await, "nowhere").await;
    assert_eq!(kind(refused), ErrorKind::InvalidEmail);
    // As at Amazon.
    let refused = pool.client.set_up_sms(&setup().await, PHONE).await;
    assert_eq!(kind(refused), ErrorKind::InvalidParameter);
    let setup = setup().await;
    assert_eq!(setup.options, [MfaKind::Email]);
    let step = pool.client.set_up_email(&setup, EMAIL).await.unwrap();
    let sent = code_sent(step);
    let code = pool.last_code(EMAIL);
    signed_in(pool.client.answer_code(&sent, &code).await.unwrap());
}
