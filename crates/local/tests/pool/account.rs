use cruddur_local::MailKind;
use serde_json::{Value, json};

use crate::support::{
    Answer, PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, WRONG, attribute, attributes, claims,
};

const OTHER: &str = "brown@cruddur.test";

struct Account {
    pool: Pool,
    access: String,
}

impl Account {
    async fn start() -> Self {
        let pool = Pool::start().await;
        let access = pool.seed_signed_in().await.access;
        Self { pool, access }
    }

    async fn call(&self, operation: &str, mut body: Value) -> Answer {
        body["AccessToken"] = self.access.as_str().into();
        self.pool.call(operation, body).await
    }

    async fn set(&self, pairs: &[(&str, &str)]) -> Answer {
        let body = json!({ "UserAttributes": attributes(pairs) });
        self.call("UpdateUserAttributes", body).await
    }

    async fn get(&self, name: &str) -> Option<String> {
        let user = self.call("GetUser", json!({})).await.ok();
        attribute(&user["UserAttributes"], name).map(str::to_owned)
    }

    async fn verify(&self, code: &str) -> Answer {
        let body = json!({ "AttributeName": "email", "Code": code });
        self.call("VerifyUserAttribute", body).await
    }
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_name_is_changed_without_a_code() {
    let account = Account::start().await;
    let answer = account
        .set(&[("name", "Andy"), ("nickname", "A")])
        .await
        .ok();
    assert_eq!(answer, json!({ "CodeDeliveryDetailsList": [] }));
    assert_eq!(account.get("name").await.as_deref(), Some("Andy"));
    assert_eq!(account.get("nickname").await.as_deref(), Some("A"));
    let tokens = account.pool.seed_signed_in().await;
    assert_eq!(claims(&tokens.id)["name"], "Andy");
}

#[tokio::test]
async fn a_new_address_has_to_be_proven() {
    let account = Account::start().await;
    let answer = account.set(&[("email", OTHER)]).await.ok();
    assert_eq!(
        answer["CodeDeliveryDetailsList"],
        json!([{ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "b***@c***" }])
    );
    assert_eq!(
        account.get("email_verified").await.as_deref(),
        Some("false")
    );
    assert_eq!(
        account.pool.mail_kinds(OTHER),
        [MailKind::AttributeVerification]
    );
    let code = account.pool.code(OTHER);
    account.verify(wrong(&code)).await.is(
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
    );
    assert_eq!(account.verify(&code).await.ok(), json!({}));
    assert_eq!(account.get("email_verified").await.as_deref(), Some("true"));
    account.pool.sign_in(OTHER, SEED_PASSWORD).await;
    account
        .pool
        .srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
    account.verify(&code).await.is(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
}

#[tokio::test]
async fn the_same_address_again_changes_nothing() {
    let account = Account::start().await;
    let answer = account.set(&[("email", SEED_EMAIL)]).await.ok();
    assert_eq!(answer, json!({ "CodeDeliveryDetailsList": [] }));
    assert_eq!(account.get("email_verified").await.as_deref(), Some("true"));
}

#[tokio::test]
async fn a_code_is_for_the_address_it_went_to() {
    let account = Account::start().await;
    account.set(&[("email", OTHER)]).await.ok();
    let code = account.pool.code(OTHER);
    account.set(&[("email", "third@cruddur.test")]).await.ok();
    let (code, _) = account.verify(&code).await.error();
    // A new code has taken its place.
    assert_eq!(code, "CodeMismatchException");
}

#[tokio::test]
async fn a_code_can_be_asked_for() {
    let account = Account::start().await;
    let ask = async |name: &str| {
        let body = json!({ "AttributeName": name });
        account.call("GetUserAttributeVerificationCode", body).await
    };
    let answer = ask("email").await.ok();
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "a***@c***");
    account.verify(&account.pool.code(SEED_EMAIL)).await.ok();
    for name in ["name", "phone_number"] {
        let (code, _) = ask(name).await.error();
        assert_eq!(code, "InvalidParameterException", "{name}");
    }
}

#[tokio::test]
async fn somebody_elses_address_is_refused() {
    let account = Account::start().await;
    account.pool.person(OTHER).await;
    let answer = account.set(&[("email", "Brown@Cruddur.test")]).await;
    answer.is(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    assert_eq!(account.get("email").await.as_deref(), Some(SEED_EMAIL));
}

#[tokio::test]
async fn what_a_person_may_not_set_is_refused() {
    let account = Account::start().await;
    let answer = account.set(&[("email_verified", "true")]).await;
    answer.is(
        "NotAuthorizedException",
        "A client attempted to write unauthorized attribute",
    );
    for pair in [("sub", "x"), ("nosuch", "x"), ("email", "x"), ("name", "")] {
        let (code, _) = account.set(&[pair]).await.error();
        assert_eq!(code, "InvalidParameterException", "{pair:?}");
    }
    let settings = json!({ "WriteAttributes": ["name"] });
    account.pool.set_client(settings).await;
    account.set(&[("name", "Andy")]).await.ok();
    let (code, _) = account.set(&[("nickname", "A")]).await.error();
    assert_eq!(code, "NotAuthorizedException");
}

#[tokio::test]
async fn an_attribute_is_deleted_unless_it_is_required() {
    let account = Account::start().await;
    account.set(&[("nickname", "A")]).await.ok();
    let delete = async |name: &str| {
        let body = json!({ "UserAttributeNames": [name] });
        account.call("DeleteUserAttributes", body).await
    };
    delete("nickname").await.ok();
    assert_eq!(account.get("nickname").await, None);
    for (name, expected) in [
        ("email", "InvalidParameterException"),
        ("sub", "InvalidParameterException"),
        ("nosuch", "InvalidParameterException"),
        ("email_verified", "NotAuthorizedException"),
    ] {
        let (code, _) = delete(name).await.error();
        assert_eq!(code, expected, "{name}");
    }
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_the_old_one() {
    let account = Account::start().await;
    let change = async |previous: Option<&str>, proposed: &str| {
        let mut body = json!({ "ProposedPassword": proposed });
        if let Some(previous) = previous {
            body["PreviousPassword"] = previous.into();
        }
        account.call("ChangePassword", body).await
    };
    change(None, PASSWORD).await.is(
        "InvalidParameterException",
        "Missing required parameter OldPassword",
    );
    // The old one is looked at before the new one's strength.
    change(Some("Wrong-one-1!"), "weak")
        .await
        .is(WRONG.0, WRONG.1);
    change(Some(SEED_PASSWORD), "weak").await.is(
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
    );
    assert_eq!(change(Some(SEED_PASSWORD), PASSWORD).await.ok(), json!({}));
    account.pool.sign_in(SEED_EMAIL, PASSWORD).await;
    account
        .pool
        .srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
    for _ in 0..5 {
        change(Some("Wrong-one-1!"), SEED_PASSWORD)
            .await
            .is(WRONG.0, WRONG.1);
    }
    change(Some(PASSWORD), SEED_PASSWORD).await.is(
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
}

#[tokio::test]
async fn a_deleted_account_is_gone() {
    let account = Account::start().await;
    let tokens = account.pool.seed_signed_in().await;
    let answer = account.call("DeleteUser", json!({})).await;
    assert_eq!(answer.text, "");
    answer.ok();
    account
        .pool
        .srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
    let answer = account.pool.get_user(&tokens.access).await;
    answer.is("UserNotFoundException", "User does not exist.");
    let answer = account.pool.refresh(&tokens.refresh).await;
    answer.is("NotAuthorizedException", "Refresh Token has been revoked");
    // The address is free again, for somebody else.
    account.pool.person(SEED_EMAIL).await;
    let again = account.pool.sign_in(SEED_EMAIL, PASSWORD).await;
    assert_ne!(claims(&again.access)["sub"], claims(&tokens.access)["sub"]);
}
