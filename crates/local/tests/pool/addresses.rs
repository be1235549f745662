//! Addresses that change: with and without the pool's setting that the old one stays until the new one is proven.

use cruddur_local::Medium;
use serde_json::{Value, json};

use crate::support::{
    Answer, PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, WRONG, attribute, attributes,
};

const OTHER: &str = "brown@cruddur.test";
const PHONE: &str = "+15555550100";

/// The settings of the stack's own pool; UpdateUserPool resets what it is not given.
fn settings() -> Value {
    json!({ "AutoVerifiedAttributes": ["email", "phone_number"] })
}

fn keeps_the_old_one() -> Value {
    let mut settings = settings();
    settings["UserAttributeUpdateSettings"] =
        json!({ "AttributesRequireVerificationBeforeUpdate": ["email", "phone_number"] });
    settings
}

struct Person {
    pool: Pool,
    access: String,
}

impl Person {
    async fn with(settings: Value) -> Self {
        let pool = Pool::start().await;
        pool.admin("UpdateUserPool", settings).await.ok();
        let access = pool.seed_signed_in().await.access;
        Self { pool, access }
    }

    async fn call(&self, operation: &str, mut body: Value) -> Answer {
        body["AccessToken"] = self.access.as_str().into();
        self.pool.call(operation, body).await
    }

    async fn set(&self, name: &str, value: &str) -> Answer {
        let body = json!({ "UserAttributes": attributes(&[(name, value)]) });
        self.call("UpdateUserAttributes", body).await
    }

    async fn get(&self, name: &str) -> Option<String> {
        let user = self.pool.get_user(&self.access).await.ok();
        attribute(&user["UserAttributes"], name).map(str::to_owned)
    }

    async fn verify(&self, name: &str, code: &str) -> Answer {
        let body = json!({ "AttributeName": name, "Code": code });
        self.call("VerifyUserAttribute", body).await
    }

    async fn ask(&self, name: &str) -> Answer {
        let body = json!({ "AttributeName": name });
        self.call("GetUserAttributeVerificationCode", body).await
    }
}

#[tokio::test]
async fn the_old_address_stays_until_the_new_one_is_proven() {
    let person = Person::with(keeps_the_old_one()).await;
    let answer = person.set("email", OTHER).await.ok();
    assert_eq!(
        answer["CodeDeliveryDetailsList"][0]["Destination"],
        "b***@c***"
    );
    assert_eq!(person.get("email").await.as_deref(), Some(SEED_EMAIL));
    assert_eq!(person.get("email_verified").await.as_deref(), Some("true"));
    person.pool.seed_signed_in().await;
    person
        .pool
        .srp(OTHER, SEED_PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);

    let code = person.pool.code(OTHER);
    person.verify("email", &code).await.ok();
    assert_eq!(person.get("email").await.as_deref(), Some(OTHER));
    assert_eq!(person.get("email_verified").await.as_deref(), Some("true"));
    person.pool.sign_in(OTHER, SEED_PASSWORD).await;
    person
        .pool
        .srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_code_that_is_asked_for_goes_to_the_awaited_address() {
    let person = Person::with(keeps_the_old_one()).await;
    person.set("email", OTHER).await.ok();
    let answer = person.ask("email").await.ok();
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "b***@c***");
    person.verify("email", &person.pool.code(OTHER)).await.ok();
    // Nothing is awaited any more.
    let answer = person.ask("email").await.ok();
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "b***@c***");

    // After a day the code is of no use, and the old address is the one.
    person.set("email", "third@cruddur.test").await.ok();
    let code = person.pool.code("third@cruddur.test");
    person.pool.wait(24 * 60 * 60);
    let access = person.pool.sign_in(OTHER, SEED_PASSWORD).await.access;
    let person = Person { access, ..person };
    person.verify("email", &code).await.is(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    assert_eq!(person.get("email").await.as_deref(), Some(OTHER));
}

#[tokio::test]
async fn an_address_that_somebody_takes_meanwhile_is_refused() {
    let person = Person::with(keeps_the_old_one()).await;
    person.set("email", OTHER).await.ok();
    let code = person.pool.code(OTHER);
    person.pool.person(OTHER).await;
    person.verify("email", &code).await.is(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    person.set("email", OTHER).await.is(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    assert_eq!(person.get("email").await.as_deref(), Some(SEED_EMAIL));
}

#[tokio::test]
async fn what_an_administrator_declares_proven_counts_at_once() {
    let person = Person::with(keeps_the_old_one()).await;
    person.set("email", OTHER).await.ok();
    let code = person.pool.code(OTHER);
    let attributes = attributes(&[("email", "third@cruddur.test"), ("email_verified", "true")]);
    let body = json!({ "Username": SEED_EMAIL, "UserAttributes": attributes });
    person
        .pool
        .admin("AdminUpdateUserAttributes", body)
        .await
        .ok();
    assert_eq!(
        person.get("email").await.as_deref(),
        Some("third@cruddur.test")
    );
    person.verify("email", &code).await.is(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
}

#[tokio::test]
async fn a_phone_number_is_proven_by_text_message() {
    for (settings, kept) in [(settings(), false), (keeps_the_old_one(), true)] {
        let person = Person::with(settings).await;
        let answer = person.set("phone_number", PHONE).await.ok();
        assert_eq!(
            answer["CodeDeliveryDetailsList"],
            json!([{ "AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+*******0100" }])
        );
        let now = person.get("phone_number").await;
        assert_eq!(now.is_none(), kept);
        let mail = person.pool.stack.mail().to(PHONE);
        assert_eq!(mail[0].medium, Medium::Sms);
        person.verify("phone_number", &mail[0].code).await.ok();
        assert_eq!(person.get("phone_number").await.as_deref(), Some(PHONE));
        let verified = person.get("phone_number_verified").await;
        assert_eq!(verified.as_deref(), Some("true"));
    }
}

#[tokio::test]
async fn codes_are_limited_and_guesses_too() {
    let person = Person::with(keeps_the_old_one()).await;
    let limit = (
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
    for _ in 0..5 {
        person.ask("email").await.ok();
    }
    person.ask("email").await.is(limit.0, limit.1);
    let code = person.pool.code(SEED_EMAIL);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        person.verify("email", wrong).await.is(
            "CodeMismatchException",
            "Invalid verification code provided, please try again.",
        );
    }
    person.verify("email", &code).await.is(limit.0, limit.1);
}

#[tokio::test]
async fn each_of_these_operations_needs_a_good_access_token() {
    let person = Person::with(settings()).await;
    let tokens = person.pool.seed_signed_in().await;
    let operations = [
        (
            "UpdateUserAttributes",
            json!({ "UserAttributes": attributes(&[("name", "A")]) }),
        ),
        (
            "GetUserAttributeVerificationCode",
            json!({ "AttributeName": "email" }),
        ),
        (
            "VerifyUserAttribute",
            json!({ "AttributeName": "email", "Code": "123456" }),
        ),
        (
            "DeleteUserAttributes",
            json!({ "UserAttributeNames": ["nickname"] }),
        ),
        (
            "ChangePassword",
            json!({ "PreviousPassword": SEED_PASSWORD, "ProposedPassword": PASSWORD }),
        ),
        ("DeleteUser", json!({})),
    ];
    for (operation, body) in &operations {
        for token in [&tokens.id, "abc", "a.b.c"] {
            let mut body = body.clone();
            body["AccessToken"] = token.into();
            person
                .pool
                .call(operation, body)
                .await
                .is("NotAuthorizedException", "Invalid Access Token");
        }
    }
    person.pool.wait(60 * 60);
    for (operation, body) in operations {
        let mut body = body.clone();
        body["AccessToken"] = tokens.access.as_str().into();
        person
            .pool
            .call(operation, body)
            .await
            .is("NotAuthorizedException", "Access Token has expired");
    }
    person.pool.seed_signed_in().await;
}

#[tokio::test]
async fn updating_a_pool_resets_what_is_left_out_but_not_how_people_sign_in() {
    let pool = Pool::start().await;
    let mut settings = keeps_the_old_one();
    settings["Policies"] = json!({ "PasswordPolicy": { "MinimumLength": 10 } });
    settings["PoolName"] = "renamed".into();
    settings["DeviceConfiguration"] = json!({ "ChallengeRequiredOnNewDevice": true });
    pool.admin("UpdateUserPool", settings).await.ok();
    let describe = async || {
        let described = pool.admin("DescribeUserPool", json!({})).await.ok();
        described["UserPool"].clone()
    };
    let described = describe().await;
    assert_eq!(described["Name"], "renamed");
    assert_eq!(described["UsernameAttributes"], json!(["email"]));
    assert_eq!(described["Policies"]["PasswordPolicy"]["MinimumLength"], 10);
    assert_eq!(
        described["DeviceConfiguration"],
        json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false })
    );
    assert_eq!(
        described["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"],
        json!(["email", "phone_number"])
    );
    pool.admin("UpdateUserPool", json!({})).await.ok();
    let described = describe().await;
    assert_eq!(described["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(described["AutoVerifiedAttributes"], json!([]));
    assert_eq!(described["DeviceConfiguration"], Value::Null);
    assert_eq!(described["UsernameAttributes"], json!(["email"]));
    pool.seed_signed_in().await;

    for wrong in [
        json!({ "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] } }),
        json!({ "AutoVerifiedAttributes": ["name"] }),
        json!({ "MfaConfiguration": "OPTIONAL" }),
        json!({ "MfaConfiguration": "SOMETIMES" }),
        json!({ "LambdaConfig": { "PreSignUp": "arn" } }),
    ] {
        let (code, _) = pool.admin("UpdateUserPool", wrong.clone()).await.error();
        assert_eq!(code, "InvalidParameterException", "{wrong}");
    }
    let body = json!({ "UserPoolId": "us-east-1_Nowhere" });
    let (code, _) = pool.call("UpdateUserPool", body).await.error();
    assert_eq!(code, "ResourceNotFoundException");
}
