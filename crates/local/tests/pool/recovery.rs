use cruddur_local::MailKind;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, WRONG};

const NEW: &str = "Another-1-password!";
const MISMATCH: (&str, &str) = (
    "CodeMismatchException",
    "Invalid verification code provided, please try again.",
);
const EXPIRED: (&str, &str) = (
    "ExpiredCodeException",
    "Invalid code provided, please request a code again.",
);
const LIMIT: (&str, &str) = (
    "LimitExceededException",
    "Attempt limit exceeded, please try after some time.",
);

async fn forgot(pool: &Pool, username: &str) -> Answer {
    pool.client_call("ForgotPassword", json!({ "Username": username }))
        .await
}

async fn reset(pool: &Pool, username: &str, code: &str, password: &str) -> Answer {
    let body = json!({ "Username": username, "ConfirmationCode": code, "Password": password });
    pool.client_call("ConfirmForgotPassword", body).await
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_code_sets_a_new_password() {
    let pool = Pool::start().await;
    let answer = forgot(&pool, "Andrew@cruddur.test").await.ok();
    assert_eq!(
        answer["CodeDeliveryDetails"],
        json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@c***" })
    );
    assert_eq!(pool.mail_kinds(SEED_EMAIL), [MailKind::ForgotPassword]);
    let code = pool.code(SEED_EMAIL);
    reset(&pool, SEED_EMAIL, wrong(&code), NEW)
        .await
        .is(MISMATCH.0, MISMATCH.1);
    // The old one counts until then, and a weak one does not use the code up.
    pool.sign_in(SEED_EMAIL, SEED_PASSWORD).await;
    reset(&pool, SEED_EMAIL, &code, "weak").await.is(
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
    );
    assert_eq!(reset(&pool, SEED_EMAIL, &code, NEW).await.ok(), json!({}));
    pool.sign_in(SEED_EMAIL, NEW).await;
    pool.srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
    // A code counts once.
    reset(&pool, SEED_EMAIL, &code, PASSWORD)
        .await
        .is(EXPIRED.0, EXPIRED.1);
}

#[tokio::test]
async fn a_code_ends_after_an_hour() {
    let pool = Pool::start().await;
    forgot(&pool, SEED_EMAIL).await.ok();
    pool.wait(60 * 60);
    let code = pool.code(SEED_EMAIL);
    reset(&pool, SEED_EMAIL, &code, NEW)
        .await
        .is(EXPIRED.0, EXPIRED.1);
}

#[tokio::test]
async fn a_code_that_was_not_asked_for_has_expired() {
    let pool = Pool::start().await;
    reset(&pool, SEED_EMAIL, "123456", NEW)
        .await
        .is(EXPIRED.0, EXPIRED.1);
}

#[tokio::test]
async fn guesses_and_mails_are_limited() {
    let pool = Pool::start().await;
    for _ in 0..5 {
        forgot(&pool, SEED_EMAIL).await.ok();
    }
    forgot(&pool, SEED_EMAIL).await.is(LIMIT.0, LIMIT.1);
    let code = pool.code(SEED_EMAIL);
    for _ in 0..5 {
        reset(&pool, SEED_EMAIL, wrong(&code), NEW)
            .await
            .is(MISMATCH.0, MISMATCH.1);
    }
    reset(&pool, SEED_EMAIL, &code, NEW)
        .await
        .is(LIMIT.0, LIMIT.1);
}

#[tokio::test]
async fn a_new_password_ends_a_lockout() {
    let pool = Pool::start().await;
    // More failures than the few seconds of this test can outlast.
    for _ in 0..12 {
        pool.srp(SEED_EMAIL, "Wrong-one-1!").await.error();
        pool.wait(60);
    }
    pool.srp(SEED_EMAIL, "Wrong-one-1!").await.error();
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await;
    answer.is("NotAuthorizedException", "Password attempts exceeded");
    forgot(&pool, SEED_EMAIL).await.ok();
    reset(&pool, SEED_EMAIL, &pool.code(SEED_EMAIL), NEW)
        .await
        .ok();
    pool.sign_in(SEED_EMAIL, NEW).await;
}

#[tokio::test]
async fn nobody_finds_out_who_has_an_account() {
    let pool = Pool::start().await;
    let simulated = |letters: &str| {
        json!({ "CodeDeliveryDetails":
            { "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": letters } })
    };
    let answer = forgot(&pool, "nobody@elsewhere.test").await.ok();
    assert_eq!(answer, simulated("n***@e***"));
    let answer = reset(&pool, "nobody@elsewhere.test", "123456", NEW).await;
    answer.is(MISMATCH.0, MISMATCH.1);
    // Somebody without a proven address, and somebody who is disabled.
    pool.sign_up("worf@cruddur.test").await;
    let before = pool.stack.mail().all().len();
    assert_eq!(
        forgot(&pool, "worf@cruddur.test").await.ok(),
        simulated("w***@c***")
    );
    pool.admin("AdminDisableUser", json!({ "Username": SEED_EMAIL }))
        .await
        .ok();
    assert_eq!(forgot(&pool, SEED_EMAIL).await.ok(), simulated("a***@c***"));
    assert_eq!(pool.stack.mail().all().len(), before);
    let answer = reset(&pool, SEED_EMAIL, "123456", NEW).await;
    answer.is(MISMATCH.0, MISMATCH.1);
}

#[tokio::test]
async fn a_legacy_client_is_told_the_reason() {
    let pool = Pool::start().await;
    pool.set_client(json!({ "PreventUserExistenceErrors": "LEGACY" }))
        .await;
    let unknown = (
        "UserNotFoundException",
        "Username/client id combination not found.",
    );
    forgot(&pool, "nobody@elsewhere.test")
        .await
        .is(unknown.0, unknown.1);
    let answer = reset(&pool, "nobody@elsewhere.test", "123456", NEW).await;
    answer.is(unknown.0, unknown.1);
    pool.sign_up("worf@cruddur.test").await;
    forgot(&pool, "worf@cruddur.test").await.is(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    pool.admin("AdminDisableUser", json!({ "Username": SEED_EMAIL }))
        .await
        .ok();
    let answer = forgot(&pool, SEED_EMAIL).await;
    answer.is("NotAuthorizedException", "User is disabled.");
}

#[tokio::test]
async fn an_invited_person_has_no_password_to_reset() {
    let pool = Pool::start().await;
    let list: Value = json!([{ "Name": "email_verified", "Value": "true" }]);
    let body = json!({ "Username": "worf@cruddur.test", "UserAttributes": list });
    pool.admin("AdminCreateUser", body).await.ok();
    let answer = forgot(&pool, "worf@cruddur.test").await;
    answer.is(
        "NotAuthorizedException",
        "User password cannot be reset in the current state.",
    );
}

#[tokio::test]
async fn an_administrator_can_ask_for_a_new_password() {
    let pool = Pool::start().await;
    let body = json!({ "Username": SEED_EMAIL });
    pool.admin("AdminResetUserPassword", body.clone())
        .await
        .ok();
    let user = pool.admin("AdminGetUser", body).await.ok();
    assert_eq!(user["UserStatus"], "RESET_REQUIRED");
    // Only who knows the password is told.
    pool.srp(SEED_EMAIL, "Wrong-one-1!")
        .await
        .is(WRONG.0, WRONG.1);
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await;
    answer.is(
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    reset(&pool, SEED_EMAIL, &pool.code(SEED_EMAIL), NEW)
        .await
        .ok();
    pool.sign_in(SEED_EMAIL, NEW).await;
}
