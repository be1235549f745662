//! USER_AUTH: the first factor is chosen. And sign-ups that go on to a sign-in without another code.

use cruddur_local::{MailKind, Medium};
use serde_json::{Value, json};

use crate::srp::Srp;
use crate::support::{
    Answer, PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, WRONG, attributes, claims,
};

const EMAIL: &str = "worf@cruddur.test";
const PHONE: &str = "+15555550100";
const MISMATCH: (&str, &str) = (
    "CodeMismatchException",
    "Invalid code or auth state for the user.",
);
const INVALID: (&str, &str) = ("NotAuthorizedException", "Invalid session for the user.");

impl Pool {
    /// The stack's pool with a choice of first factors.
    async fn with_choice(factors: &[&str]) -> Self {
        let pool = Self::start().await;
        pool.allow_factors(factors).await;
        let flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
        pool.set_client(json!({ "ExplicitAuthFlows": flows })).await;
        pool
    }

    async fn allow_factors(&self, factors: &[&str]) {
        let settings = json!({
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } },
        });
        self.admin("UpdateUserPool", settings).await.ok();
    }

    async fn choose(&self, username: &str, preferred: Option<&str>, more: Value) -> Answer {
        let mut parameters = more;
        parameters["USERNAME"] = username.into();
        if let Some(preferred) = preferred {
            parameters["PREFERRED_CHALLENGE"] = preferred.into();
        }
        self.initiate("USER_AUTH", parameters).await
    }

    /// Answers the challenge of `asked`.
    async fn reply(&self, asked: &Value, username: &str, responses: Value) -> Answer {
        let name = asked["ChallengeName"].as_str().expect("a challenge");
        let mut responses = responses;
        responses["USERNAME"] = username.into();
        self.respond(name, responses, asked["Session"].as_str())
            .await
    }

    async fn prove(&self, asked: &Value, srp: &Srp, password: &str) -> Answer {
        assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER", "{asked}");
        let parameters = &asked["ChallengeParameters"];
        let responses = srp.respond(&self.id, parameters, password, &self.timestamp());
        self.respond("PASSWORD_VERIFIER", responses, None).await
    }
}

fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..code.len() - 1])
}

#[tokio::test]
async fn without_a_preference_the_choices_are_shown() {
    let pool = Pool::with_choice(&["EMAIL_OTP", "SMS_OTP", "PASSWORD"]).await;
    let asked = pool.choose(SEED_EMAIL, None, json!({})).await.ok();
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(
        asked["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
    );
    // A preference that cannot be had shows them too.
    let again = pool.choose(SEED_EMAIL, Some("SMS_OTP"), json!({})).await;
    assert_eq!(again.ok()["ChallengeName"], "SELECT_CHALLENGE");
    let answer = pool.choose(SEED_EMAIL, Some("FAX"), json!({})).await;
    assert_eq!(answer.error().0, "InvalidParameterException");
    for answer in ["SMS_OTP", "WEB_AUTHN", "FAX"] {
        let responses = json!({ "ANSWER": answer });
        let refused = pool.reply(&asked, SEED_EMAIL, responses).await;
        assert_eq!(refused.error().0, "InvalidParameterException", "{answer}");
    }
    let responses = json!({ "ANSWER": "EMAIL_OTP" });
    let next = pool.reply(&asked, SEED_EMAIL, responses.clone()).await.ok();
    assert_eq!(next["ChallengeName"], "EMAIL_OTP");
    pool.reply(&asked, SEED_EMAIL, responses).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    let code = json!({ "EMAIL_OTP_CODE": pool.code(SEED_EMAIL) });
    Tokens::of(&pool.reply(&next, SEED_EMAIL, code).await.ok());
}

#[tokio::test]
async fn a_pool_that_names_no_factors_has_the_password() {
    let pool = Pool::with_choice(&[]).await;
    let asked = pool.choose(SEED_EMAIL, None, json!({})).await.ok();
    let choices = json!(["PASSWORD_SRP", "PASSWORD"]);
    assert_eq!(asked["AvailableChallenges"], choices);
}

#[tokio::test]
async fn the_password_is_chosen_beforehand_or_afterwards_with_and_without_it() {
    let pool = Pool::with_choice(&["PASSWORD"]).await;
    let given = json!({ "PASSWORD": SEED_PASSWORD });
    let prefer = async |more: Value| pool.choose(SEED_EMAIL, Some("PASSWORD"), more).await;
    Tokens::of(&prefer(given.clone()).await.ok());
    prefer(json!({ "PASSWORD": PASSWORD }))
        .await
        .is(WRONG.0, WRONG.1);
    let asked = prefer(json!({})).await.ok();
    assert_eq!(asked["ChallengeName"], "PASSWORD");
    pool.reply(&asked, SEED_EMAIL, json!({})).await.is(
        "InvalidParameterException",
        "Missing required parameter PASSWORD",
    );
    Tokens::of(&pool.reply(&asked, SEED_EMAIL, given.clone()).await.ok());
    let select = async |mut more: Value| {
        let asked = pool.choose(SEED_EMAIL, None, json!({})).await.ok();
        more["ANSWER"] = "PASSWORD".into();
        pool.reply(&asked, SEED_EMAIL, more).await
    };
    Tokens::of(&select(given.clone()).await.ok());
    select(json!({ "PASSWORD": PASSWORD }))
        .await
        .is(WRONG.0, WRONG.1);
    let asked = select(json!({})).await.ok();
    Tokens::of(&pool.reply(&asked, SEED_EMAIL, given).await.ok());
}

#[tokio::test]
async fn srp_is_chosen_beforehand_or_afterwards_with_and_without_its_number() {
    let pool = Pool::with_choice(&["PASSWORD"]).await;
    let srp = Srp::random();
    let number = json!({ "SRP_A": srp.srp_a() });
    let prefer = async |more: Value| pool.choose(SEED_EMAIL, Some("PASSWORD_SRP"), more).await;
    let asked = prefer(number.clone()).await.ok();
    Tokens::of(&pool.prove(&asked, &srp, SEED_PASSWORD).await.ok());
    let asked = prefer(number.clone()).await.ok();
    pool.prove(&asked, &srp, PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
    let asked = prefer(json!({})).await.ok();
    assert_eq!(asked["ChallengeName"], "PASSWORD_SRP");
    let asked = pool.reply(&asked, SEED_EMAIL, number.clone()).await.ok();
    Tokens::of(&pool.prove(&asked, &srp, SEED_PASSWORD).await.ok());
    let asked = pool.choose(SEED_EMAIL, None, json!({})).await.ok();
    for srp_a in ["0", "x", &"f".repeat(1025)] {
        let bad = json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": srp_a });
        let refused = pool.reply(&asked, SEED_EMAIL, bad).await;
        assert_eq!(refused.error().0, "InvalidParameterException");
    }
    // None of these has ended the challenge.
    let responses = json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": srp.srp_a() });
    let asked = pool.reply(&asked, SEED_EMAIL, responses).await.ok();
    Tokens::of(&pool.prove(&asked, &srp, SEED_PASSWORD).await.ok());
}

#[tokio::test]
async fn a_code_of_eight_digits_is_the_only_factor() {
    let pool = Pool::with_choice(&["EMAIL_OTP", "SMS_OTP"]).await;
    let list = attributes(&[("phone_number", PHONE), ("phone_number_verified", "true")]);
    let body = json!({ "Username": SEED_EMAIL, "UserAttributes": list });
    pool.admin("AdminUpdateUserAttributes", body).await.ok();
    for (name, to, medium) in [
        ("EMAIL_OTP", SEED_EMAIL, Medium::Email),
        ("SMS_OTP", PHONE, Medium::Sms),
    ] {
        let asked = pool.choose(SEED_EMAIL, Some(name), json!({})).await.ok();
        assert_eq!(asked["ChallengeName"], name);
        assert_eq!(
            asked["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"],
            medium.as_str()
        );
        let mail = pool.stack.mail().to(to)[0].clone();
        assert_eq!((mail.kind, mail.medium), (MailKind::SignInCode, medium));
        assert_eq!(mail.code.len(), 8);
        let member = format!("{name}_CODE");
        let bad = json!({ member.as_str(): wrong(&mail.code) });
        let refused = pool.reply(&asked, SEED_EMAIL, bad).await;
        refused.is(MISMATCH.0, MISMATCH.1);
        let good = json!({ member.as_str(): mail.code });
        Tokens::of(&pool.reply(&asked, SEED_EMAIL, good).await.ok());
    }
    let asked = pool.choose(SEED_EMAIL, Some("EMAIL_OTP"), json!({}));
    let asked = asked.await.ok();
    pool.wait(3 * 60);
    let good = json!({ "EMAIL_OTP_CODE": pool.code(SEED_EMAIL) });
    pool.reply(&asked, SEED_EMAIL, good).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
}

#[tokio::test]
async fn guesses_of_a_code_are_counted() {
    let pool = Pool::with_choice(&["EMAIL_OTP"]).await;
    let asked = pool.choose(SEED_EMAIL, Some("EMAIL_OTP"), json!({}));
    let asked = asked.await.ok();
    let code = pool.code(SEED_EMAIL);
    let guess = async |code: &str| {
        let code = json!({ "EMAIL_OTP_CODE": code });
        pool.reply(&asked, SEED_EMAIL, code).await
    };
    for _ in 0..5 {
        guess(&wrong(&code)).await.is(MISMATCH.0, MISMATCH.1);
    }
    for seconds in [1, 2, 4, 8, 16, 32] {
        pool.wait(seconds);
        guess(&wrong(&code)).await.is(MISMATCH.0, MISMATCH.1);
    }
    guess(&code)
        .await
        .is("NotAuthorizedException", "Password attempts exceeded");
    pool.wait(64);
    Tokens::of(&guess(&code).await.ok());
}

#[tokio::test]
async fn an_unknown_person_looks_like_any_other() {
    let pool = Pool::with_choice(&["PASSWORD", "EMAIL_OTP"]).await;
    let nobody = "nobody@nowhere.test";
    let asked = pool.choose(nobody, None, json!({})).await.ok();
    let choices = json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]);
    assert_eq!(asked["AvailableChallenges"], choices);
    let responses = json!({ "ANSWER": "EMAIL_OTP" });
    let asked = pool.reply(&asked, nobody, responses).await.ok();
    assert_eq!(
        asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "n***@n***"
    );
    assert!(pool.stack.mail().to(nobody).is_empty());
    let code = json!({ "EMAIL_OTP_CODE": "12345678" });
    let refused = pool.reply(&asked, nobody, code).await;
    refused.is(MISMATCH.0, MISMATCH.1);
    let given = json!({ "PASSWORD": PASSWORD });
    let refused = pool.choose(nobody, Some("PASSWORD"), given).await;
    refused.is(WRONG.0, WRONG.1);
    // The same salt every time, whichever way it is asked for.
    let srp = Srp::random();
    let number = json!({ "SRP_A": srp.srp_a() });
    let salt = async || {
        let asked = pool.choose(nobody, Some("PASSWORD_SRP"), number.clone());
        let asked = asked.await.ok();
        let refused = pool.prove(&asked, &srp, PASSWORD).await;
        refused.is(WRONG.0, WRONG.1);
        asked["ChallengeParameters"]["SALT"].clone()
    };
    assert_eq!(salt().await, salt().await);
    pool.set_client(
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"], "PreventUserExistenceErrors": "LEGACY" }),
    )
    .await;
    let refused = pool.choose(nobody, None, json!({})).await;
    refused.is("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn who_has_a_second_factor_or_a_temporary_password_begins_with_the_password() {
    let pool = Pool::with_choice(&["PASSWORD", "EMAIL_OTP"]).await;
    let list = attributes(&[
        ("name", "A"),
        ("preferred_username", "a"),
        ("email_verified", "true"),
    ]);
    let body = json!({ "Username": EMAIL, "UserAttributes": list });
    pool.admin("AdminCreateUser", body).await.ok();
    let choices = json!(["PASSWORD_SRP", "PASSWORD"]);
    let asked = pool.choose(EMAIL, Some("EMAIL_OTP"), json!({})).await.ok();
    assert_eq!(asked["AvailableChallenges"], choices);
    let given = json!({ "PASSWORD": pool.code(EMAIL) });
    let asked = pool.choose(EMAIL, Some("PASSWORD"), given).await.ok();
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");

    let body = json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
    pool.admin("SetUserPoolMfaConfig", body).await.ok();
    let body = json!({ "Username": SEED_EMAIL, "EmailMfaSettings": { "Enabled": true } });
    pool.admin("AdminSetUserMFAPreference", body).await.ok();
    let asked = pool.choose(SEED_EMAIL, None, json!({})).await.ok();
    assert_eq!(asked["AvailableChallenges"], choices);
    let given = json!({ "PASSWORD": SEED_PASSWORD });
    let asked = pool.choose(SEED_EMAIL, Some("PASSWORD"), given).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    // As a second factor the code has six digits.
    assert_eq!(pool.code(SEED_EMAIL).len(), 6);
}

#[tokio::test]
async fn a_person_sees_their_factors() {
    let pool = Pool::with_choice(&["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]).await;
    let given = json!({ "PASSWORD": SEED_PASSWORD });
    let answer = pool.choose(SEED_EMAIL, Some("PASSWORD"), given).await;
    let access = Tokens::of(&answer.ok()).access;
    let body = json!({ "AccessToken": access });
    let factors = pool.call("GetUserAuthFactors", body).await.ok();
    assert_eq!(
        factors["ConfiguredUserAuthFactors"],
        json!(["PASSWORD", "EMAIL_OTP"])
    );
    assert_eq!(factors["Username"], claims(&access)["username"]);
    let body = json!({ "AccessToken": "a.b.c" });
    let refused = pool.call("GetUserAuthFactors", body).await;
    refused.is("NotAuthorizedException", "Invalid Access Token");
}

#[tokio::test]
async fn a_confirmed_sign_up_signs_in_without_another_code() {
    let pool = Pool::with_choice(&["PASSWORD", "EMAIL_OTP"]).await;
    let made = pool.sign_up(EMAIL).await;
    let first = made["Session"].as_str().expect("a session").to_owned();
    let sign_in = async |username: &str, session: &str| {
        let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": username }, "Session": session });
        pool.client_call("InitiateAuth", body).await
    };
    // Not before it is confirmed.
    assert_eq!(
        sign_in(EMAIL, &first).await.error().0,
        "UserNotConfirmedException"
    );
    let confirm = async |session: &str| {
        let body =
            json!({ "Username": EMAIL, "ConfirmationCode": pool.code(EMAIL), "Session": session });
        pool.client_call("ConfirmSignUp", body).await
    };
    let other = pool.sign_up("kurn@cruddur.test").await;
    let foreign = other["Session"].as_str().expect("a session");
    confirm(foreign).await.is(INVALID.0, INVALID.1);
    confirm("made-up-but-long-enough")
        .await
        .is(INVALID.0, INVALID.1);
    let confirmed = confirm(&first).await.ok();
    let session = confirmed["Session"].as_str().expect("a session");
    sign_in(EMAIL, &first).await.is(INVALID.0, INVALID.1);
    sign_in(SEED_EMAIL, session).await.is(INVALID.0, INVALID.1);
    let mails = pool.mail_kinds(EMAIL).len();
    let tokens = Tokens::of(&sign_in(EMAIL, session).await.ok());
    assert_eq!(claims(&tokens.id)["email_verified"], true);
    assert_eq!(pool.mail_kinds(EMAIL).len(), mails);
    sign_in(EMAIL, session).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
}

#[tokio::test]
async fn a_sign_up_session_ends_but_the_code_still_confirms() {
    let pool = Pool::with_choice(&["PASSWORD", "EMAIL_OTP"]).await;
    let made = pool.sign_up(EMAIL).await;
    pool.wait(3 * 60);
    let body = json!({ "Username": EMAIL, "ConfirmationCode": pool.code(EMAIL), "Session": made["Session"] });
    let confirmed = pool.client_call("ConfirmSignUp", body).await.ok();
    pool.wait(3 * 60);
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": EMAIL }, "Session": confirmed["Session"] });
    pool.client_call("InitiateAuth", body).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
}

#[tokio::test]
async fn a_client_without_user_auth_gets_no_session_of_a_sign_up() {
    let pool = Pool::start().await;
    let made = pool.sign_up(EMAIL).await;
    assert_eq!(made["Session"], Value::Null);
    let confirmed = pool.confirm(EMAIL, &pool.code(EMAIL)).await.ok();
    assert_eq!(confirmed, json!({}));
}

#[tokio::test]
async fn where_a_code_is_enough_nobody_needs_a_password() {
    let pool = Pool::with_choice(&["PASSWORD"]).await;
    let list = attributes(&[("email", EMAIL), ("name", "A"), ("preferred_username", "a")]);
    let body = json!({ "Username": EMAIL, "UserAttributes": list });
    let sign_up = async || pool.client_call("SignUp", body.clone()).await;
    assert_eq!(sign_up().await.error().0, "InvalidParameterException");
    pool.allow_factors(&["PASSWORD", "EMAIL_OTP"]).await;
    sign_up().await.ok();
    pool.confirm(EMAIL, &pool.code(EMAIL)).await.ok();
    let asked = pool.choose(EMAIL, None, json!({})).await.ok();
    assert_eq!(asked["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let responses = json!({ "ANSWER": "EMAIL_OTP" });
    let asked = pool.reply(&asked, EMAIL, responses).await.ok();
    let code = json!({ "EMAIL_OTP_CODE": pool.code(EMAIL) });
    let access = Tokens::of(&pool.reply(&asked, EMAIL, code).await.ok()).access;
    // A first password has none before it.
    let body = json!({ "AccessToken": access, "ProposedPassword": PASSWORD });
    pool.call("ChangePassword", body).await.ok();
    let given = json!({ "PASSWORD": PASSWORD });
    let answer = pool.choose(EMAIL, Some("PASSWORD"), given).await;
    Tokens::of(&answer.ok());
}
