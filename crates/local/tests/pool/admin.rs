use cruddur_local::MailKind;
use serde_json::{Value, json};

use crate::support::{PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, WRONG, attribute, attributes};

const EMAIL: &str = "worf@cruddur.test";
const NO_USER: (&str, &str) = ("UserNotFoundException", "User does not exist.");

async fn user(pool: &Pool, username: &str) -> Value {
    let body = json!({ "Username": username });
    pool.admin("AdminGetUser", body).await.ok()
}

#[tokio::test]
async fn a_user_is_invited() {
    let pool = Pool::start().await;
    let list = attributes(&[("name", "Worf"), ("email_verified", "true")]);
    let body = json!({
        "Username": EMAIL, "UserAttributes": list, "TemporaryPassword": "Tempo-rary-1!",
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    let made = pool.admin("AdminCreateUser", body.clone()).await.ok();
    let made = &made["User"];
    assert_eq!(made["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(made["Enabled"], true);
    assert!(
        made["UserCreateDate"]
            .as_f64()
            .is_some_and(|seconds| seconds > 1.7e9)
    );
    let sub = attribute(&made["Attributes"], "sub");
    assert_eq!(made["Username"].as_str(), sub);
    assert_eq!(attribute(&made["Attributes"], "email"), Some(EMAIL));
    let mail = &pool.stack.mail().to(EMAIL)[0];
    assert_eq!(
        (mail.kind, mail.code.as_str()),
        (MailKind::Invitation, "Tempo-rary-1!")
    );
    assert!(mail.body.contains(EMAIL) && mail.body.contains("Tempo-rary-1!"));
    pool.admin("AdminCreateUser", body).await.is(
        "UsernameExistsException",
        "An account with the given email already exists.",
    );
}

#[tokio::test]
async fn an_invitation_can_be_suppressed_and_sent_again() {
    let pool = Pool::start().await;
    let create = async |action: &str| {
        let body = json!({ "Username": EMAIL, "MessageAction": action });
        pool.admin("AdminCreateUser", body).await
    };
    create("RESEND").await.is(NO_USER.0, NO_USER.1);
    create("SUPPRESS").await.ok();
    assert!(pool.stack.mail().all().is_empty());
    create("RESEND").await.ok();
    let first = pool.code(EMAIL);
    assert_eq!(
        pool.srp(EMAIL, &first).await.ok()["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
    create("RESEND").await.ok();
    pool.srp(EMAIL, &first).await.is(WRONG.0, WRONG.1);
    let body = json!({ "Username": SEED_EMAIL, "MessageAction": "RESEND" });
    let (code, _) = pool.admin("AdminCreateUser", body).await.error();
    assert_eq!(code, "UnsupportedUserStateException");
    let (code, message) = create("WRONG").await.error();
    assert_eq!(code, "InvalidParameterException");
    assert!(
        message.contains("enum value set: [RESEND, SUPPRESS]"),
        "{message}"
    );
}

#[tokio::test]
async fn an_invitation_is_checked() {
    let pool = Pool::start().await;
    let create = async |body: Value| pool.admin("AdminCreateUser", body).await.error();
    let (code, _) = create(json!({ "Username": EMAIL, "TemporaryPassword": "weak" })).await;
    assert_eq!(code, "InvalidPasswordException");
    let (_, message) = create(json!({ "Username": "worf" })).await;
    assert_eq!(message, "Username should be an email.");
    let list = attributes(&[("nosuch", "x")]);
    let (_, message) = create(json!({ "Username": EMAIL, "UserAttributes": list })).await;
    assert!(message.contains("nosuch"), "{message}");
    let (_, message) =
        create(json!({ "Username": EMAIL, "DesiredDeliveryMediums": ["PIGEON"] })).await;
    assert!(message.contains("PIGEON"), "{message}");
    assert!(pool.stack.mail().all().is_empty());
}

#[tokio::test]
async fn an_administrator_sets_a_password() {
    let pool = Pool::start().await;
    let set = async |password: &str, permanent: bool| {
        let body = json!({ "Username": SEED_EMAIL, "Password": password, "Permanent": permanent });
        pool.admin("AdminSetUserPassword", body).await
    };
    let (code, _) = set("weak", true).await.error();
    assert_eq!(code, "InvalidPasswordException");
    assert_eq!(set(PASSWORD, true).await.ok(), json!({}));
    pool.sign_in(SEED_EMAIL, PASSWORD).await;
    pool.srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
    set(SEED_PASSWORD, false).await.ok();
    assert_eq!(
        user(&pool, SEED_EMAIL).await["UserStatus"],
        "FORCE_CHANGE_PASSWORD"
    );
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn the_weeks_way_to_make_an_invited_user_usable() {
    let pool = Pool::start().await;
    pool.admin(
        "AdminCreateUser",
        json!({ "Username": EMAIL, "MessageAction": "SUPPRESS" }),
    )
    .await
    .ok();
    let body = json!({ "Username": EMAIL, "Password": PASSWORD, "Permanent": true });
    pool.admin("AdminSetUserPassword", body).await.ok();
    let list = attributes(&[
        ("name", "Worf"),
        ("preferred_username", "worf"),
        ("email_verified", "true"),
    ]);
    let body = json!({ "Username": EMAIL, "UserAttributes": list });
    assert_eq!(
        pool.admin("AdminUpdateUserAttributes", body).await.ok(),
        json!({})
    );
    assert_eq!(user(&pool, EMAIL).await["UserStatus"], "CONFIRMED");
    let tokens = pool.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(
        crate::support::claims(&tokens.id)["preferred_username"],
        "worf"
    );
    assert_eq!(crate::support::claims(&tokens.id)["email_verified"], true);
}

#[tokio::test]
async fn an_administrator_changes_attributes() {
    let pool = Pool::start().await;
    pool.person(EMAIL).await;
    let set = async |pairs: &[(&str, &str)]| {
        let body = json!({ "Username": SEED_EMAIL, "UserAttributes": attributes(pairs) });
        pool.admin("AdminUpdateUserAttributes", body).await
    };
    set(&[("email", EMAIL)]).await.is(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    set(&[("email", "new@cruddur.test"), ("email_verified", "true")])
        .await
        .ok();
    let attributes = user(&pool, "new@cruddur.test").await["UserAttributes"].clone();
    assert_eq!(attribute(&attributes, "email_verified"), Some("true"));
    assert!(pool.stack.mail().to("new@cruddur.test").is_empty());
    let body = json!({ "Username": "new@cruddur.test", "UserAttributeNames": ["email_verified"] });
    pool.admin("AdminDeleteUserAttributes", body).await.ok();
}

#[tokio::test]
async fn an_administrator_confirms_a_sign_up() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    let confirm = async || {
        pool.admin("AdminConfirmSignUp", json!({ "Username": EMAIL }))
            .await
    };
    confirm().await.ok();
    let user = user(&pool, EMAIL).await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(attribute(&user["UserAttributes"], "email_verified"), None);
    pool.sign_in(EMAIL, PASSWORD).await;
    confirm().await.is(
        "NotAuthorizedException",
        "User cannot be confirmed. Current status is CONFIRMED",
    );
}

#[tokio::test]
async fn a_deleted_user_is_gone() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    let body = json!({ "Username": SEED_EMAIL });
    let answer = pool.admin("AdminDeleteUser", body.clone()).await;
    assert_eq!(answer.text, "");
    for operation in [
        "AdminGetUser",
        "AdminDeleteUser",
        "AdminEnableUser",
        "AdminDisableUser",
    ] {
        let answer = pool.admin(operation, body.clone()).await;
        answer.is(NO_USER.0, NO_USER.1);
    }
    pool.get_user(&tokens.access).await.is(NO_USER.0, NO_USER.1);
}

#[tokio::test]
async fn an_unknown_pool_is_refused() {
    let pool = Pool::start().await;
    for operation in ["AdminGetUser", "AdminCreateUser", "AdminDeleteUser"] {
        let body = json!({ "UserPoolId": "us-east-1_Unknown", "Username": EMAIL });
        let answer = pool.call(operation, body).await;
        let message = "User pool us-east-1_Unknown does not exist.";
        answer.is("ResourceNotFoundException", message);
    }
}

#[tokio::test]
async fn users_are_listed_filtered_and_paged() {
    let pool = Pool::start().await;
    for name in ["a1", "a2", "b1"] {
        pool.sign_up(&format!("{name}@cruddur.test")).await;
        pool.wait(1);
    }
    let emails = |answer: &Value| -> Vec<String> {
        let users = answer["Users"].as_array().expect("a list");
        let email = |user: &Value| attribute(&user["Attributes"], "email").map(str::to_owned);
        users.iter().filter_map(email).collect()
    };
    let list = async |body: Value| pool.admin("ListUsers", body).await;
    let all = list(json!({})).await.ok();
    assert_eq!(
        emails(&all),
        [
            SEED_EMAIL,
            "a1@cruddur.test",
            "a2@cruddur.test",
            "b1@cruddur.test"
        ]
    );
    assert!(all.get("PaginationToken").is_none());
    let sub = all["Users"][1]["Username"].as_str().expect("text");
    for (filter, expected) in [
        (
            "email = \"A1@cruddur.test\"".to_owned(),
            vec!["a1@cruddur.test"],
        ),
        (
            "email ^= \"a\"".to_owned(),
            vec![SEED_EMAIL, "a1@cruddur.test", "a2@cruddur.test"],
        ),
        (
            "\"email\"=\"b1@cruddur.test\"".to_owned(),
            vec!["b1@cruddur.test"],
        ),
        (
            "preferred_username = \"andrewbrown\"".to_owned(),
            vec![SEED_EMAIL],
        ),
        (
            "cognito:user_status = \"CONFIRMED\"".to_owned(),
            vec![SEED_EMAIL],
        ),
        ("status = \"Disabled\"".to_owned(), vec![]),
        (format!("username = \"{sub}\""), vec!["a1@cruddur.test"]),
        (format!("sub = \"{sub}\""), vec!["a1@cruddur.test"]),
        ("name = \"A \\\"quoted\\\" name\"".to_owned(), vec![]),
        (
            String::new(),
            emails(&all).iter().map(String::as_str).collect(),
        ),
    ] {
        let answer = list(json!({ "Filter": filter })).await.ok();
        assert_eq!(emails(&answer), expected, "{filter}");
    }
    for filter in [
        "email",
        "email = a",
        "nosuch = \"a\"",
        "email = \"a\" b",
        "= \"a\"",
    ] {
        let (code, _) = list(json!({ "Filter": filter })).await.error();
        assert_eq!(code, "InvalidParameterException", "{filter}");
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = list(json!({ "Limit": 3, "PaginationToken": token }))
            .await
            .ok();
        seen.extend(emails(&page));
        match page.get("PaginationToken") {
            Some(next) => token = next.clone(),
            None => break,
        }
    }
    assert_eq!(seen, emails(&all));
    let (code, _) = list(json!({ "PaginationToken": "nonsense" })).await.error();
    assert_eq!(code, "InvalidParameterException");
    let some = list(json!({ "AttributesToGet": ["email"], "Limit": 1 }))
        .await
        .ok();
    assert_eq!(
        some["Users"][0]["Attributes"],
        json!([{ "Name": "email", "Value": SEED_EMAIL }])
    );
}

#[tokio::test]
async fn the_fixed_pool_is_as_the_journal_sets_it_up() {
    let pool = Pool::start().await;
    let described = pool.admin("DescribeUserPool", json!({})).await.ok();
    let described = &described["UserPool"];
    assert_eq!(described["Id"], "us-east-1_CruddurDev");
    assert_eq!(described["UsernameAttributes"], json!(["email"]));
    assert_eq!(described["AutoVerifiedAttributes"], json!(["email"]));
    assert_eq!(
        described["UsernameConfiguration"],
        json!({ "CaseSensitive": false })
    );
    assert_eq!(described["MfaConfiguration"], "OFF");
    assert_eq!(
        described["Policies"]["PasswordPolicy"],
        json!({
            "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
            "RequireSymbols": true, "TemporaryPasswordValidityDays": 7,
        })
    );
    let schema = described["SchemaAttributes"].as_array().expect("a list");
    let required: Vec<&str> = schema
        .iter()
        .filter(|attribute| attribute["Required"] == true)
        .filter_map(|attribute| attribute["Name"].as_str())
        .collect();
    assert_eq!(required, ["sub", "name", "preferred_username", "email"]);
    let body = json!({ "ClientId": pool.client });
    let client = pool.admin("DescribeUserPoolClient", body).await.ok();
    let client = &client["UserPoolClient"];
    assert_eq!(client["ClientId"], "cruddurweb0localdevelopment");
    assert_eq!(client["PreventUserExistenceErrors"], "ENABLED");
    assert_eq!(client["EnableTokenRevocation"], true);
    assert_eq!(client["AuthSessionValidity"], 3);
    assert_eq!(client["RefreshTokenValidity"], 30);
    assert_eq!(
        client["ExplicitAuthFlows"],
        json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    );
    assert!(client.get("ClientSecret").is_none());
}

#[tokio::test]
async fn a_pool_of_ones_own_works_like_the_fixed_one() {
    let settings = json!({
        "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"],
        "Policies": { "PasswordPolicy": { "MinimumLength": 6 } },
        "Schema": [
            { "Name": "name", "Required": true },
            { "Name": "rank", "AttributeDataType": "Number", "Mutable": true,
              "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "9" } },
        ],
        "UserPoolTags": { "team": "cruddur" },
    });
    let client =
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    let pool = Pool::start().await.create(settings, client).await;
    assert!(
        pool.id.starts_with("us-east-1_") && pool.id.len() == 19,
        "{}",
        pool.id
    );
    assert_eq!(pool.client.len(), 26);
    let described = pool.admin("DescribeUserPool", json!({})).await.ok();
    assert_eq!(
        described["UserPool"]["UserPoolTags"],
        json!({ "team": "cruddur" })
    );
    let sign_up = async |rank: &str| {
        let list = attributes(&[("name", "Worf"), ("custom:rank", rank)]);
        let body = json!({ "Username": EMAIL, "Password": "simple", "UserAttributes": list });
        pool.client_call("SignUp", body).await
    };
    for rank in ["0", "10", "x"] {
        let (code, _) = sign_up(rank).await.error();
        assert_eq!(code, "InvalidParameterException", "{rank}");
    }
    sign_up("4").await.ok();
    pool.confirm(EMAIL, &pool.code(EMAIL)).await.ok();
    let tokens = pool.sign_in(EMAIL, "simple").await;
    let id = crate::support::claims(&tokens.id);
    assert_eq!(
        (&id["iss"], &id["custom:rank"]),
        (&pool.issuer().into(), &"4".into())
    );
    pool.get_user(&tokens.access).await.ok();
    // This pool is sensitive to case, as one is by default.
    pool.srp("WORF@cruddur.test", "simple")
        .await
        .is("UserNotFoundException", "User does not exist.");
    // Its people are not the fixed pool's.
    let body = json!({ "UserPoolId": "us-east-1_CruddurDev", "Username": EMAIL });
    pool.call("AdminGetUser", body)
        .await
        .is(NO_USER.0, NO_USER.1);

    let pools = pool
        .call("ListUserPools", json!({ "MaxResults": 60 }))
        .await
        .ok();
    assert_eq!(pools["UserPools"].as_array().map(Vec::len), Some(2));
    let first = pool
        .call("ListUserPools", json!({ "MaxResults": 1 }))
        .await
        .ok();
    let rest = json!({ "MaxResults": 1, "NextToken": first["NextToken"] });
    let rest = pool.call("ListUserPools", rest).await.ok();
    assert_ne!(first["UserPools"][0]["Id"], rest["UserPools"][0]["Id"]);
    assert!(rest.get("NextToken").is_none());
    let clients = pool.admin("ListUserPoolClients", json!({})).await.ok();
    assert_eq!(clients["UserPoolClients"][0]["ClientId"], pool.client);
    let body = json!({ "ClientId": pool.client });
    pool.admin("DeleteUserPoolClient", body.clone()).await.ok();
    let (code, _) = pool.admin("DescribeUserPoolClient", body).await.error();
    assert_eq!(code, "ResourceNotFoundException");
    pool.admin("DeleteUserPool", json!({})).await.ok();
    let (code, _) = pool.admin("DescribeUserPool", json!({})).await.error();
    assert_eq!(code, "ResourceNotFoundException");
    let answer = pool.get_user(&tokens.access).await;
    answer.is("NotAuthorizedException", "Invalid Access Token");
}

#[tokio::test]
async fn a_pool_that_cannot_be_had_is_refused() {
    let pool = Pool::start().await;
    for settings in [
        json!({}),
        json!({ "PoolName": "x", "UsernameAttributes": ["email"], "AliasAttributes": ["email"] }),
        json!({ "PoolName": "x", "UsernameAttributes": ["name"] }),
        json!({ "PoolName": "x", "MfaConfiguration": "ON" }),
        json!({ "PoolName": "x", "LambdaConfig": { "PreSignUp": "arn" } }),
        json!({ "PoolName": "x", "Policies": { "PasswordPolicy": { "MinimumLength": 5 } } }),
        json!({ "PoolName": "x", "Schema": [{ "Name": "rank", "Required": true }] }),
    ] {
        let (code, _) = pool.call("CreateUserPool", settings.clone()).await.error();
        assert_eq!(code, "InvalidParameterException", "{settings}");
    }
    let (code, _) = pool.admin("DeleteUserPool", json!({})).await.error();
    assert_eq!(code, "InvalidParameterException");
}

#[tokio::test]
async fn updating_a_client_resets_what_is_left_out() {
    let pool = Pool::start().await;
    pool.set_client(json!({ "AuthSessionValidity": 10, "ClientName": "renamed" }))
        .await;
    let body = json!({ "ClientId": pool.client });
    let client = pool.admin("UpdateUserPoolClient", body).await.ok();
    let client = &client["UserPoolClient"];
    assert_eq!(client["AuthSessionValidity"], 3);
    assert_eq!(client["PreventUserExistenceErrors"], "LEGACY");
    assert_eq!(client["ClientName"], "renamed");
    // SRP and refresh are what a client without flows may use.
    pool.seed_signed_in().await;
}
