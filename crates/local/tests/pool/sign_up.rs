use serde_json::{Value, json};

use crate::support::{PASSWORD, Pool, WRONG, attribute, attributes};

const EMAIL: &str = "worf@cruddur.test";
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

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_person_signs_up_confirms_and_signs_in() {
    let pool = Pool::start().await;
    let made = pool.sign_up(EMAIL).await;
    assert_eq!(made["UserConfirmed"], false);
    let sub = made["UserSub"].as_str().expect("a sub");
    uuid::Uuid::parse_str(sub).expect("a UUID");
    assert_eq!(
        made["CodeDeliveryDetails"],
        json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "w***@c***" })
    );
    let mail = &pool.stack.mail().to(EMAIL)[0];
    assert_eq!(mail.subject, "Your verification code");
    assert!(mail.body.contains(&mail.code));

    let answer = pool.confirm(EMAIL, &mail.code).await.ok();
    assert_eq!(answer, json!({}));
    let tokens = pool.sign_in(EMAIL, PASSWORD).await;
    let user = pool.get_user(&tokens.access).await.ok();
    assert_eq!(user["Username"], sub);
    let list = &user["UserAttributes"];
    assert_eq!(list[0], json!({ "Name": "sub", "Value": sub }));
    assert_eq!(attribute(list, "email"), Some(EMAIL));
    assert_eq!(attribute(list, "email_verified"), Some("true"));
    assert_eq!(attribute(list, "name"), Some("Some Body"));
}

#[tokio::test]
async fn the_email_is_taken_from_the_user_name_when_it_is_not_given() {
    let pool = Pool::start().await;
    let list = attributes(&[("name", "A"), ("preferred_username", "a")]);
    let body = json!({ "Username": EMAIL, "Password": PASSWORD, "UserAttributes": list });
    pool.client_call("SignUp", body).await.ok();
    let user = pool
        .admin("AdminGetUser", json!({ "Username": EMAIL }))
        .await
        .ok();
    assert_eq!(attribute(&user["UserAttributes"], "email"), Some(EMAIL));
}

#[tokio::test]
async fn a_weak_password_is_refused_by_the_rule_it_breaks() {
    let pool = Pool::start().await;
    for (password, problem) in [
        ("Aa1!aaa", "Password not long enough"),
        ("aaaa1!aa", "Password must have uppercase characters"),
        ("AAAA1!AA", "Password must have lowercase characters"),
        ("Aaaaa!aa", "Password must have numeric characters"),
        ("Aaaaa1aa", "Password must have symbol characters"),
    ] {
        let message = format!("Password did not conform with policy: {problem}");
        let answer = pool.try_sign_up(EMAIL, password).await;
        answer.is("InvalidPasswordException", &message);
    }
    pool.try_sign_up(EMAIL, "with space 1A!").await.is(
        "InvalidParameterException",
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [\\S]+",
    );
    assert!(pool.stack.mail().to(EMAIL).is_empty());
}

#[tokio::test]
async fn every_missing_required_attribute_is_named() {
    let pool = Pool::start().await;
    let body = json!({ "Username": EMAIL, "Password": PASSWORD });
    let answer = pool.client_call("SignUp", body).await;
    answer.is(
        "InvalidParameterException",
        "Attributes did not conform to the schema: name: The attribute is required\npreferred_username: The attribute \
         is required\n",
    );
}

#[tokio::test]
async fn attributes_are_checked() {
    let pool = Pool::start().await;
    let try_with = async |name: &str, value: &str| {
        let list = attributes(&[("name", "A"), ("preferred_username", "a"), (name, value)]);
        let body = json!({ "Username": EMAIL, "Password": PASSWORD, "UserAttributes": list });
        pool.client_call("SignUp", body).await.error()
    };
    let (code, message) = try_with("email", "nobody").await;
    assert_eq!(code, "InvalidParameterException");
    assert_eq!(message, "Invalid email address format.");
    let (_, message) = try_with("phone_number", "555").await;
    assert_eq!(message, "Invalid phone number format.");
    let (_, message) = try_with("name", "").await;
    assert!(
        message.contains("name: The attribute is required"),
        "{message}"
    );
    let (_, message) = try_with("birthdate", "1").await;
    assert!(message.starts_with("Attributes did not conform to the schema: birthdate: "));
    let (_, message) = try_with("custom:unknown", "1").await;
    assert!(message.contains("custom:unknown"), "{message}");
    let (code, message) = try_with("email_verified", "true").await;
    assert_eq!(code, "NotAuthorizedException");
    assert_eq!(
        message,
        "A client attempted to write unauthorized attribute"
    );
}

#[tokio::test]
async fn a_user_name_has_to_be_an_address() {
    let pool = Pool::start().await;
    pool.try_sign_up("worf", PASSWORD)
        .await
        .is("InvalidParameterException", "Invalid email address format.");
    let list = attributes(&[("name", "A"), ("preferred_username", "a")]);
    let body = json!({ "Username": "worf", "Password": PASSWORD, "UserAttributes": list });
    pool.client_call("SignUp", body)
        .await
        .is("InvalidParameterException", "Username should be an email.");
}

#[tokio::test]
async fn an_address_is_taken_in_whatever_case() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    for email in [EMAIL, "WORF@Cruddur.Test"] {
        let answer = pool.try_sign_up(email, PASSWORD).await;
        answer.is(
            "UsernameExistsException",
            "An account with the given email already exists.",
        );
    }
}

#[tokio::test]
async fn an_unconfirmed_person_cannot_sign_in() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    let unconfirmed = ("UserNotConfirmedException", "User is not confirmed.");
    for password in [PASSWORD, "Wrong-one-1!"] {
        let answer = pool.srp(EMAIL, password).await;
        answer.is(unconfirmed.0, unconfirmed.1);
    }
}

#[tokio::test]
async fn a_code_is_checked_and_its_guesses_are_limited() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    let code = pool.code(EMAIL);
    for _ in 0..5 {
        let answer = pool.confirm(EMAIL, wrong(&code)).await;
        answer.is(MISMATCH.0, MISMATCH.1);
    }
    // From here on not even the right one counts.
    for code in [wrong(&code), &code] {
        pool.confirm(EMAIL, code).await.is(LIMIT.0, LIMIT.1);
    }
    pool.wait(60 * 60);
    pool.confirm(EMAIL, &code).await.ok();
}

#[tokio::test]
async fn a_code_ends_after_a_day() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    let code = pool.code(EMAIL);
    pool.wait(24 * 60 * 60);
    pool.confirm(EMAIL, &code).await.is(EXPIRED.0, EXPIRED.1);
}

#[tokio::test]
async fn a_confirmed_person_is_not_confirmed_again() {
    let pool = Pool::start().await;
    pool.person(EMAIL).await;
    pool.confirm(EMAIL, "123456").await.is(
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    );
    pool.client_call("ResendConfirmationCode", json!({ "Username": EMAIL }))
        .await
        .is("InvalidParameterException", "User is already confirmed.");
}

#[tokio::test]
async fn a_code_sent_again_replaces_the_one_before() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    let first = pool.code(EMAIL);
    let mut code = first.clone();
    // One in a million codes is the same again.
    for _ in 0..2 {
        let body = json!({ "Username": EMAIL });
        let answer = pool.client_call("ResendConfirmationCode", body).await.ok();
        assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "w***@c***");
        code = pool.code(EMAIL);
        if code != first {
            break;
        }
    }
    let kinds = pool.mail_kinds(EMAIL);
    assert_eq!(kinds[0], cruddur_local::MailKind::Resend);
    pool.confirm(EMAIL, &first).await.is(MISMATCH.0, MISMATCH.1);
    pool.confirm(EMAIL, &code).await.ok();
}

#[tokio::test]
async fn sending_again_is_limited() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    let resend = async || {
        let body = json!({ "Username": EMAIL });
        pool.client_call("ResendConfirmationCode", body).await
    };
    for _ in 0..5 {
        resend().await.ok();
    }
    resend().await.is(LIMIT.0, LIMIT.1);
    pool.wait(60 * 60);
    resend().await.ok();
}

#[tokio::test]
async fn codes_are_random() {
    let pool = Pool::start().await;
    let mut codes = Vec::new();
    for number in 0..4 {
        let email = format!("person{number}@cruddur.test");
        pool.sign_up(&email).await;
        codes.push(pool.code(&email));
    }
    assert!(codes.iter().any(|code| *code != codes[0]), "{codes:?}");
}

#[tokio::test]
async fn nobody_finds_out_who_has_an_account() {
    let pool = Pool::start().await;
    let nobody = "nobody@nowhere.test";
    pool.confirm(nobody, "123456")
        .await
        .is(EXPIRED.0, EXPIRED.1);
    let body = json!({ "Username": nobody });
    let answer = pool.client_call("ResendConfirmationCode", body).await.ok();
    assert_eq!(
        answer["CodeDeliveryDetails"],
        json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@n***" })
    );
    assert!(pool.stack.mail().all().is_empty());
}

#[tokio::test]
async fn a_legacy_client_is_told_who_has_no_account() {
    let pool = Pool::start().await;
    pool.set_client(json!({ "PreventUserExistenceErrors": "LEGACY" }))
        .await;
    let unknown = (
        "UserNotFoundException",
        "Username/client id combination not found.",
    );
    let nobody = "nobody@nowhere.test";
    pool.confirm(nobody, "123456")
        .await
        .is(unknown.0, unknown.1);
    let body = json!({ "Username": nobody });
    let answer = pool.client_call("ResendConfirmationCode", body).await;
    answer.is(unknown.0, unknown.1);
}

#[tokio::test]
async fn an_unknown_client_is_refused() {
    let pool = Pool::start().await;
    let body = json!({ "ClientId": "nosuchclient", "Username": EMAIL, "Password": PASSWORD });
    pool.call("SignUp", body).await.is(
        "ResourceNotFoundException",
        "User pool client nosuchclient does not exist.",
    );
}

#[tokio::test]
async fn a_pool_can_keep_sign_up_to_administrators() {
    let settings = json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } });
    let pool = Pool::start().await.create(settings, json!({})).await;
    let body = json!({ "Username": "worf", "Password": PASSWORD });
    pool.client_call("SignUp", body).await.is(
        "NotAuthorizedException",
        "SignUp is not permitted for this user pool",
    );
}

#[tokio::test]
async fn in_a_pool_with_aliases_each_name_signs_in_once_it_is_proven() {
    let settings = json!({
        "AliasAttributes": ["email", "preferred_username"],
        "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
    });
    let pool = Pool::start()
        .await
        .create(settings, json!({ "PreventUserExistenceErrors": "ENABLED" }))
        .await;
    let sign_up = async |username: &str, list: Value| {
        let body = json!({ "Username": username, "Password": PASSWORD, "UserAttributes": list });
        pool.client_call("SignUp", body).await
    };
    let list = attributes(&[("email", EMAIL), ("preferred_username", "worf-of-mogh")]);
    sign_up("Worf", list.clone()).await.ok();
    sign_up("worf", list)
        .await
        .is("UsernameExistsException", "User already exists");
    // Not confirmed, the address is nobody's.
    pool.srp(EMAIL, PASSWORD).await.is(WRONG.0, WRONG.1);
    pool.confirm("worf", &pool.code(EMAIL)).await.ok();
    for name in ["worf", "WORF", EMAIL, "Worf@Cruddur.test", "worf-of-mogh"] {
        pool.sign_in(name, PASSWORD).await;
    }

    // Somebody else with the same address has to take it.
    sign_up("kurn", attributes(&[("email", EMAIL)])).await.ok();
    let code = pool.code(EMAIL);
    pool.confirm("kurn", &code).await.is(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    let body = json!({ "Username": "kurn", "ConfirmationCode": code, "ForceAliasCreation": true });
    pool.client_call("ConfirmSignUp", body).await.ok();
    let tokens = pool.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(crate::support::claims(&tokens.access)["username"], "kurn");
}
