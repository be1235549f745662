//! Second factors: what a pool offers, what a person chooses, what a sign-in asks for.

use cruddur_local::{MailKind, Medium};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::support::{
    Answer, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, attribute, attributes, claims,
};

const PHONE: &str = "+15555550100";
const MISMATCH: (&str, &str) = (
    "CodeMismatchException",
    "Invalid code or auth state for the user.",
);
const USED: (&str, &str) = (
    "NotAuthorizedException",
    "Invalid session for the user, session can only be used once.",
);

/// The app's code at the pool's time, `steps` later.
fn totp(pool: &Pool, secret: &str, steps: i64) -> String {
    let seconds = pool.stack.clock().now_ms() / 1000 + steps * 30;
    let secret = Secret::try_from_base32(secret).expect("Base32");
    let totp = Builder::new().with_secret(secret).build().expect("an app");
    let code = totp.generate(u64::try_from(seconds).expect("a time"));
    code.to_string()
}

fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..code.len() - 1])
}

/// A challenge that a sign-in is at.
struct At<'a> {
    pool: &'a Pool,
    name: String,
    session: String,
    parameters: Value,
}

impl<'a> At<'a> {
    #[track_caller]
    fn of(pool: &'a Pool, answer: &Value, name: &str) -> Self {
        assert_eq!(answer["ChallengeName"], name, "{answer}");
        Self {
            pool,
            name: name.to_owned(),
            session: answer["Session"].as_str().expect("a session").to_owned(),
            parameters: answer["ChallengeParameters"].clone(),
        }
    }

    async fn answer(&self, responses: Value) -> Answer {
        let mut responses = responses;
        responses["USERNAME"] = SEED_EMAIL.into();
        self.pool
            .respond(&self.name, responses, Some(&self.session))
            .await
    }

    async fn code(&self, code: &str) -> Answer {
        self.answer(json!({ format!("{}_CODE", self.name): code }))
            .await
    }
}

impl Pool {
    /// The stack's pool with second factors.
    async fn with_mfa(mode: &str, methods: &[&str]) -> Self {
        let pool = Self::start().await;
        pool.set_mfa(mode, methods).await.ok();
        pool
    }

    async fn set_mfa(&self, mode: &str, methods: &[&str]) -> Answer {
        let mut body = json!({ "MfaConfiguration": mode });
        for method in methods {
            match *method {
                "totp" => body["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": true }),
                "sms" => body["SmsMfaConfiguration"] = json!({}),
                _ => body["EmailMfaConfiguration"] = json!({}),
            }
        }
        self.admin("SetUserPoolMfaConfig", body).await
    }

    async fn at(&self, name: &str) -> At<'_> {
        At::of(self, &self.srp(SEED_EMAIL, SEED_PASSWORD).await.ok(), name)
    }

    async fn prefer(&self, access: &str, settings: Value) -> Answer {
        let mut body = settings;
        body["AccessToken"] = access.into();
        self.call("SetUserMFAPreference", body).await
    }

    /// Sets the seed user's app up and makes it the second factor; returns the secret.
    async fn enrol(&self) -> String {
        let access = self.seed_signed_in().await.access;
        let body = json!({ "AccessToken": access });
        let made = self.call("AssociateSoftwareToken", body).await.ok();
        let secret = made["SecretCode"].as_str().expect("a secret").to_owned();
        let body = json!({ "AccessToken": access, "UserCode": totp(self, &secret, 0), "FriendlyDeviceName": "Phone" });
        let verified = self.call("VerifySoftwareToken", body).await.ok();
        assert_eq!(verified, json!({ "Status": "SUCCESS" }));
        let settings = json!({ "SoftwareTokenMfaSettings": { "Enabled": true } });
        assert_eq!(self.prefer(&access, settings).await.ok(), json!({}));
        // The next code.
        self.wait(30);
        secret
    }

    async fn give_phone(&self) {
        let attributes = attributes(&[("phone_number", PHONE), ("phone_number_verified", "true")]);
        let body = json!({ "Username": SEED_EMAIL, "UserAttributes": attributes });
        self.admin("AdminUpdateUserAttributes", body).await.ok();
    }

    /// As an administrator does it.
    async fn admin_prefer(&self, settings: Value) -> Answer {
        let mut body = settings;
        body["Username"] = SEED_EMAIL.into();
        self.admin("AdminSetUserMFAPreference", body).await
    }
}

#[tokio::test]
async fn an_app_is_set_up_and_asked_for() {
    let pool = Pool::with_mfa("OPTIONAL", &["totp"]).await;
    let secret = pool.enrol().await;
    let at = pool.at("SOFTWARE_TOKEN_MFA").await;
    assert_eq!(at.parameters["FRIENDLY_DEVICE_NAME"], "Phone");
    let code = totp(&pool, &secret, 0);
    at.code(&wrong(&code))
        .await
        .is("CodeMismatchException", "Invalid code received for user");
    at.answer(json!({})).await.is(
        "InvalidParameterException",
        "Missing required parameter SOFTWARE_TOKEN_MFA_CODE",
    );
    // The session lives on after a wrong code.
    let tokens = Tokens::of(&at.code(&code).await.ok());
    at.code(&code).await.is(USED.0, USED.1);
    // A code counts once.
    let again = pool.at("SOFTWARE_TOKEN_MFA").await;
    again.code(&code).await.is(
        "ExpiredCodeException",
        "Your software token has already been used once.",
    );
    // One step early is early enough, one late is not too late, two are.
    Tokens::of(&again.code(&totp(&pool, &secret, 1)).await.ok());
    pool.wait(10 * 60);
    let at = pool.at("SOFTWARE_TOKEN_MFA").await;
    for off in [-2, 2] {
        let (code, _) = at.code(&totp(&pool, &secret, off)).await.error();
        assert_eq!(code, "CodeMismatchException");
    }
    Tokens::of(&at.code(&totp(&pool, &secret, -1)).await.ok());

    let user = pool.get_user(&tokens.access).await.ok();
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    assert_eq!(user["PreferredMfaSetting"], Value::Null);
    let user = pool
        .admin("AdminGetUser", json!({ "Username": SEED_EMAIL }))
        .await
        .ok();
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    // Turned off again.
    let settings = json!({ "SoftwareTokenMfaSettings": { "Enabled": false } });
    pool.prefer(&tokens.access, settings).await.ok();
    pool.seed_signed_in().await;
}

#[tokio::test]
async fn an_app_needs_a_pool_that_offers_it_and_a_right_code() {
    let pool = Pool::start().await;
    let access = pool.seed_signed_in().await.access;
    let associate = async || {
        let body = json!({ "AccessToken": access });
        pool.call("AssociateSoftwareToken", body).await
    };
    let verify = async |code: &str| {
        let body = json!({ "AccessToken": access, "UserCode": code });
        pool.call("VerifySoftwareToken", body).await
    };
    associate().await.is(
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA has not been enabled by the userPool",
    );
    pool.set_mfa("OPTIONAL", &["totp"]).await.ok();
    let (code, _) = verify("123456").await.error();
    assert_eq!(code, "SoftwareTokenMFANotFoundException");
    let made = associate().await.ok();
    assert_eq!(made["Session"], Value::Null);
    let secret = made["SecretCode"].as_str().expect("a secret");
    let code = totp(&pool, secret, 0);
    verify(&wrong(&code))
        .await
        .is("EnableSoftwareTokenMFAException", "Code mismatch");
    for malformed in ["12345", "1234567", "12345a", ""] {
        let (code, _) = verify(malformed).await.error();
        assert_eq!(code, "InvalidParameterException", "{malformed}");
    }
    // Not verified: it cannot be turned on.
    let settings = json!({ "SoftwareTokenMfaSettings": { "Enabled": true } });
    pool.prefer(&access, settings.clone()).await.is(
        "InvalidParameterException",
        "User has not verified software token mfa",
    );
    verify(&code).await.ok();
    // Verified, but not turned on.
    pool.seed_signed_in().await;
    pool.prefer(&access, settings).await.ok();
    pool.at("SOFTWARE_TOKEN_MFA").await;
    // Another association does nothing until it is verified.
    let other = associate().await.ok();
    assert_ne!(other["SecretCode"], made["SecretCode"]);
    pool.wait(30);
    let at = pool.at("SOFTWARE_TOKEN_MFA").await;
    Tokens::of(&at.code(&totp(&pool, secret, 0)).await.ok());
    for body in [
        json!({}),
        json!({ "AccessToken": access, "Session": "x".repeat(20) }),
    ] {
        let (code, _) = pool.call("AssociateSoftwareToken", body).await.error();
        assert_eq!(code, "InvalidParameterException");
    }
}

#[tokio::test]
async fn wrong_codes_lock_the_second_factor_whatever_the_session() {
    let pool = Pool::with_mfa("OPTIONAL", &["totp"]).await;
    let secret = pool.enrol().await;
    for round in 0..5 {
        let at = pool.at("SOFTWARE_TOKEN_MFA").await;
        let code = wrong(&totp(&pool, &secret, 0));
        let (code, _) = at.code(&code).await.error();
        assert_eq!(code, "CodeMismatchException", "{round}");
    }
    // From here each failure doubles the wait; a right password does not help.
    for seconds in [1, 2, 4, 8, 16, 32] {
        pool.wait(seconds);
        let at = pool.at("SOFTWARE_TOKEN_MFA").await;
        let code = wrong(&totp(&pool, &secret, 0));
        let (code, _) = at.code(&code).await.error();
        assert_eq!(code, "CodeMismatchException", "{seconds}");
    }
    let at = pool.at("SOFTWARE_TOKEN_MFA").await;
    at.code(&totp(&pool, &secret, 0))
        .await
        .is("NotAuthorizedException", "Password attempts exceeded");
    pool.wait(64);
    Tokens::of(&at.code(&totp(&pool, &secret, 0)).await.ok());
}

#[tokio::test]
async fn a_code_comes_by_text_message_or_mail() {
    let pool = Pool::with_mfa("OPTIONAL", &["sms", "email"]).await;
    pool.give_phone().await;
    for (settings, name, to, medium, destination) in [
        (
            "SMSMfaSettings",
            "SMS_MFA",
            PHONE,
            Medium::Sms,
            "+*******0100",
        ),
        (
            "EmailMfaSettings",
            "EMAIL_OTP",
            SEED_EMAIL,
            Medium::Email,
            "a***@c***",
        ),
    ] {
        let settings = json!({ settings: { "Enabled": true, "PreferredMfa": true } });
        pool.admin_prefer(settings).await.ok();
        let at = pool.at(name).await;
        assert_eq!(
            at.parameters["CODE_DELIVERY_DELIVERY_MEDIUM"],
            medium.as_str()
        );
        assert_eq!(at.parameters["CODE_DELIVERY_DESTINATION"], destination);
        let mail = pool.stack.mail().to(to)[0].clone();
        assert_eq!((mail.kind, mail.medium), (MailKind::MfaCode, medium));
        assert_eq!(mail.code.len(), 6);
        at.code(&wrong(&mail.code)).await.is(MISMATCH.0, MISMATCH.1);
        // A code is for its own session.
        let other = pool.at(name).await;
        let answer = other.code(&mail.code).await;
        if pool.code(to) != mail.code {
            answer.is(MISMATCH.0, MISMATCH.1);
        }
        let tokens = Tokens::of(&at.code(&mail.code).await.ok());
        let user = pool.get_user(&tokens.access).await.ok();
        assert_eq!(user["PreferredMfaSetting"], name);
        at.code(&mail.code).await.is(USED.0, USED.1);
    }
}

#[tokio::test]
async fn a_code_ends_with_its_session_and_cannot_be_asked_for_without_end() {
    let pool = Pool::with_mfa("OPTIONAL", &["email"]).await;
    let settings = json!({ "EmailMfaSettings": { "Enabled": true } });
    pool.admin_prefer(settings).await.ok();
    let at = pool.at("EMAIL_OTP").await;
    let code = pool.code(SEED_EMAIL);
    pool.wait(3 * 60);
    at.code(&code).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
    for _ in 0..4 {
        pool.at("EMAIL_OTP").await;
    }
    pool.srp(SEED_EMAIL, SEED_PASSWORD).await.is(
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
    pool.wait(60 * 60);
    let at = pool.at("EMAIL_OTP").await;
    Tokens::of(&at.code(&pool.code(SEED_EMAIL)).await.ok());
    // A right code starts the count again.
    for _ in 0..5 {
        pool.at("EMAIL_OTP").await;
    }
}

#[tokio::test]
async fn who_has_several_and_prefers_none_chooses() {
    let pool = Pool::with_mfa("OPTIONAL", &["totp", "sms", "email"]).await;
    pool.give_phone().await;
    let secret = pool.enrol().await;
    let settings =
        json!({ "SMSMfaSettings": { "Enabled": true }, "EmailMfaSettings": { "Enabled": true } });
    pool.admin_prefer(settings).await.ok();
    let at = pool.at("SELECT_MFA_TYPE").await;
    assert_eq!(
        at.parameters["MFAS_CAN_CHOOSE"],
        r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#
    );
    let (code, _) = at.answer(json!({ "ANSWER": "FAX" })).await.error();
    assert_eq!(code, "InvalidParameterException");
    let next = at.answer(json!({ "ANSWER": "EMAIL_OTP" })).await.ok();
    let next = At::of(&pool, &next, "EMAIL_OTP");
    at.answer(json!({ "ANSWER": "SMS_MFA" }))
        .await
        .is(USED.0, USED.1);
    Tokens::of(&next.code(&pool.code(SEED_EMAIL)).await.ok());
    let at = pool.at("SELECT_MFA_TYPE").await;
    let answer = json!({ "ANSWER": "SOFTWARE_TOKEN_MFA" });
    let next = at.answer(answer).await.ok();
    let next = At::of(&pool, &next, "SOFTWARE_TOKEN_MFA");
    Tokens::of(&next.code(&totp(&pool, &secret, 0)).await.ok());
}

#[tokio::test]
async fn a_preference_that_cannot_be_is_refused_as_a_whole() {
    let pool = Pool::with_mfa("OPTIONAL", &["sms", "email"]).await;
    let access = pool.seed_signed_in().await.access;
    let on = json!({ "Enabled": true });
    let preferred = json!({ "Enabled": true, "PreferredMfa": true });
    pool.prefer(
        &access,
        json!({ "SMSMfaSettings": on, "EmailMfaSettings": on }),
    )
    .await
    .is(
        "InvalidParameterException",
        "User does not have delivery config set to turn on SMS_MFA",
    );
    for settings in [
        json!({ "SoftwareTokenMfaSettings": on }),
        json!({ "SMSMfaSettings": preferred, "EmailMfaSettings": preferred }),
        json!({ "EmailMfaSettings": { "PreferredMfa": true } }),
    ] {
        let (code, _) = pool.prefer(&access, settings.clone()).await.error();
        assert_eq!(code, "InvalidParameterException", "{settings}");
    }
    let user = pool.get_user(&access).await.ok();
    assert_eq!(user["UserMFASettingList"], Value::Null);
    pool.seed_signed_in().await;
    pool.prefer("a.b.c", json!({}))
        .await
        .is("NotAuthorizedException", "Invalid Access Token");
}

#[tokio::test]
async fn who_has_to_have_one_sets_an_app_up_on_the_way_in() {
    let pool = Pool::with_mfa("ON", &["totp"]).await;
    let at = pool.at("MFA_SETUP").await;
    assert_eq!(at.parameters["MFAS_CAN_SETUP"], r#"["SOFTWARE_TOKEN_MFA"]"#);
    // Not before an app has been verified.
    let (code, _) = at.answer(json!({})).await.error();
    assert_eq!(code, "InvalidParameterException");
    let verify = async |session: &str, code: &str| {
        let body = json!({ "Session": session, "UserCode": code });
        pool.call("VerifySoftwareToken", body).await
    };
    let (code, _) = verify(&at.session, "123456").await.error();
    assert_eq!(code, "SoftwareTokenMFANotFoundException");
    let body = json!({ "Session": at.session });
    let made = pool.call("AssociateSoftwareToken", body.clone()).await.ok();
    let again = pool.call("AssociateSoftwareToken", body).await;
    again.is(USED.0, USED.1);
    let session = made["Session"].as_str().expect("a session").to_owned();
    let secret = made["SecretCode"].as_str().expect("a secret");
    let code = totp(&pool, secret, 0);
    verify(&session, &wrong(&code))
        .await
        .is("EnableSoftwareTokenMFAException", "Code mismatch");
    let verified = verify(&session, &code).await.ok();
    assert_eq!(verified["Status"], "SUCCESS");
    let at = At {
        session: verified["Session"].as_str().expect("a session").to_owned(),
        ..at
    };
    let tokens = Tokens::of(&at.answer(json!({})).await.ok());
    let user = pool.get_user(&tokens.access).await.ok();
    assert_eq!(user["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
    // From now on it is asked for. The code of the set-up does not count again.
    let at = pool.at("SOFTWARE_TOKEN_MFA").await;
    let (error, _) = at.code(&code).await.error();
    assert_eq!(error, "ExpiredCodeException");
    Tokens::of(&at.code(&totp(&pool, secret, 1)).await.ok());
    // A session of another challenge is none for a set-up.
    let at = pool.at("SOFTWARE_TOKEN_MFA").await;
    let body = json!({ "Session": at.session });
    pool.call("AssociateSoftwareToken", body)
        .await
        .is("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn who_has_to_have_one_gets_a_code_at_a_proven_address() {
    let pool = Pool::with_mfa("ON", &["email"]).await;
    let at = pool.at("EMAIL_OTP").await;
    Tokens::of(&at.code(&pool.code(SEED_EMAIL)).await.ok());
    pool.set_mfa("ON", &["email", "sms"]).await.ok();
    pool.at("EMAIL_OTP").await;
    pool.give_phone().await;
    let at = pool.at("SELECT_MFA_TYPE").await;
    assert_eq!(
        at.parameters["MFAS_CAN_CHOOSE"],
        r#"["SMS_MFA","EMAIL_OTP"]"#
    );
}

#[tokio::test]
async fn who_has_no_address_sets_one_up_on_the_way_in() {
    let pool = Pool::start().await;
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
    let pool = pool.create(json!({}), flows).await;
    let body = json!({ "Username": "worf", "Password": SEED_PASSWORD });
    pool.client_call("SignUp", body).await.ok();
    let body = json!({ "Username": "worf" });
    pool.admin("AdminConfirmSignUp", body).await.ok();
    pool.set_mfa("ON", &["email", "totp"]).await.ok();
    let first = pool.srp("worf", SEED_PASSWORD).await.ok();
    let session = first["Session"].as_str().expect("a session").to_owned();
    assert_eq!(
        first["ChallengeParameters"]["MFAS_CAN_SETUP"],
        r#"["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#
    );
    let email = "worf@cruddur.test";
    let set_up = async |email: &str| {
        let responses = json!({ "USERNAME": "worf", "EMAIL": email });
        pool.respond("MFA_SETUP", responses, Some(&session)).await
    };
    set_up("no address")
        .await
        .is("InvalidParameterException", "Invalid email address format.");
    let next = set_up(email).await.ok();
    assert_eq!(next["ChallengeName"], "EMAIL_OTP");
    let session = next["Session"].as_str().expect("a session");
    let answer = async |code: &str| {
        let responses = json!({ "USERNAME": "worf", "EMAIL_OTP_CODE": code });
        pool.respond("EMAIL_OTP", responses, Some(session)).await
    };
    let code = pool.code(email);
    answer(&wrong(&code)).await.is(MISMATCH.0, MISMATCH.1);
    let tokens = Tokens::of(&answer(&code).await.ok());
    assert_eq!(claims(&tokens.id)["email_verified"], true);
    let user = pool.get_user(&tokens.access).await.ok();
    assert_eq!(attribute(&user["UserAttributes"], "email"), Some(email));
    assert_eq!(user["PreferredMfaSetting"], "EMAIL_OTP");
    let next = pool.srp("worf", SEED_PASSWORD).await.ok();
    assert_eq!(next["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn a_session_is_for_its_challenge_its_client_and_its_user() {
    let pool = Pool::with_mfa("OPTIONAL", &["totp"]).await;
    let secret = pool.enrol().await;
    let invalid = ("NotAuthorizedException", "Invalid session for the user.");
    let at = pool.at("SOFTWARE_TOKEN_MFA").await;
    let code = totp(&pool, &secret, 0);
    let responses = json!({ "USERNAME": SEED_EMAIL, "SMS_MFA_CODE": code });
    let answer = pool.respond("SMS_MFA", responses, Some(&at.session)).await;
    answer.is(invalid.0, invalid.1);
    pool.person("worf@cruddur.test").await;
    let responses = json!({ "USERNAME": "worf@cruddur.test", "SOFTWARE_TOKEN_MFA_CODE": code });
    let answer = pool.respond(&at.name, responses.clone(), Some(&at.session));
    answer.await.is(invalid.0, invalid.1);
    let made_up = "x".repeat(40);
    let answer = pool.respond(&at.name, responses.clone(), Some(&made_up));
    answer.await.is(invalid.0, invalid.1);
    let answer = pool.respond(&at.name, responses.clone(), None).await;
    answer.is(
        "InvalidParameterException",
        "Missing required parameter Session",
    );
    let made = json!({ "ClientName": "other" });
    let made = pool.admin("CreateUserPoolClient", made).await.ok();
    let body = json!({ "ChallengeName": at.name, "Session": at.session, "ClientId": made["UserPoolClient"]["ClientId"],
        "ChallengeResponses": { "USERNAME": SEED_EMAIL, "SOFTWARE_TOKEN_MFA_CODE": code } });
    let answer = pool.call("RespondToAuthChallenge", body).await;
    answer.is(invalid.0, invalid.1);
    Tokens::of(&at.code(&code).await.ok());
}

#[tokio::test]
async fn a_pools_second_factors_are_set_and_shown() {
    let pool = Pool::start().await;
    let config = pool.admin("GetUserPoolMfaConfig", json!({})).await.ok();
    assert_eq!(config, json!({ "MfaConfiguration": "OFF" }));
    let set = pool
        .set_mfa("OPTIONAL", &["totp", "email", "sms"])
        .await
        .ok();
    let config = pool.admin("GetUserPoolMfaConfig", json!({})).await.ok();
    assert_eq!(set, config);
    assert_eq!(
        config,
        json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {}, "EmailMfaConfiguration": {},
            "SoftwareTokenMfaConfiguration": { "Enabled": true } })
    );
    let described = pool.admin("DescribeUserPool", json!({})).await.ok();
    assert_eq!(described["UserPool"]["MfaConfiguration"], "OPTIONAL");
    pool.set_mfa("ON", &[]).await.is(
        "InvalidParameterException",
        "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    );
    pool.set_mfa("OFF", &["totp"]).await.is(
        "InvalidParameterException",
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    );
    // UpdateUserPool changes the mode and leaves the methods.
    let body = json!({ "MfaConfiguration": "ON" });
    pool.admin("UpdateUserPool", body).await.ok();
    let config = pool.admin("GetUserPoolMfaConfig", json!({})).await.ok();
    assert_eq!(config["MfaConfiguration"], "ON");
    assert_eq!(config["SoftwareTokenMfaConfiguration"]["Enabled"], true);
}
