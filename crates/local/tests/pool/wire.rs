//! The form of requests and answers, and what a client may send by mistake or malice.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Pool, SEED_EMAIL};

const JSON: &str = "application/x-amz-json-1.1";

#[tokio::test]
async fn an_answer_has_the_services_headers() {
    let pool = Pool::start().await;
    pool.wait(1_000_000);
    let answer = pool.call("ListUserPools", json!({ "MaxResults": 1 })).await;
    assert_eq!(answer.headers["content-type"], JSON);
    uuid::Uuid::parse_str(answer.headers["x-amzn-requestid"].to_str().expect("text"))
        .expect("a UUID");
    let date = answer.headers["date"].to_str().expect("text");
    let date = httpdate::parse_http_date(date).expect("a date");
    let seconds = date
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    let now = pool.stack.clock().now_ms() / 1000;
    assert!((now - 60..=now).contains(&i64::try_from(seconds).expect("a time")));
}

#[tokio::test]
async fn a_browser_may_call_from_anywhere() {
    let pool = Pool::start().await;
    let asked = "amz-sdk-invocation-id,amz-sdk-request,authorization,cache-control,content-type,x-amz-target,\
                 x-amz-user-agent";
    let preflight = pool
        .http
        .request(Method::OPTIONS, pool.stack.pool_url())
        .header("origin", "https://cruddur.test")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", asked);
    let preflight = preflight.send().await.expect("an answer");
    assert!(preflight.status().is_success());
    let header = |name: &str| preflight.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("access-control-allow-origin"), "*");
    assert_eq!(header("access-control-allow-headers"), asked);
    assert!(header("access-control-allow-methods").contains("POST"));
    assert_eq!(header("access-control-max-age"), "172800");

    // Errors can be read too, and the headers that say more.
    for body in [json!({ "MaxResults": 1 }), json!({})] {
        let answer = pool.call("ListUserPools", body).await;
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        let exposed = answer.headers["access-control-expose-headers"]
            .to_str()
            .expect("text");
        assert_eq!(
            exposed.to_lowercase(),
            "x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,date"
        );
    }
}

#[tokio::test]
async fn what_is_no_call_is_answered_as_one() {
    let pool = Pool::start().await;
    let send = async |content: Option<&str>, target: Option<&str>| {
        let mut request = pool.http.post(pool.stack.pool_url()).body("{}");
        if let Some(content) = content {
            request = request.header("content-type", content);
        }
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        (status, response.json::<Value>().await.expect("JSON"))
    };
    let target = "AWSCognitoIdentityProviderService.GetUser";
    for (content, target) in [
        (Some(JSON), Some("AWSCognitoIdentityProviderService.NoSuch")),
        (Some(JSON), Some("DynamoDB_20120810.GetUser")),
        (Some(JSON), Some("GetUser")),
        (Some(JSON), None),
        (Some("application/json"), Some(target)),
        (None, Some(target)),
    ] {
        let (status, body) = send(content, target).await;
        assert_eq!(status, 400, "{content:?} {target:?}");
        assert_eq!(body, json!({ "__type": "UnknownOperationException" }));
    }
    let (_, body) = send(
        Some("Application/X-Amz-Json-1.1; charset=utf-8"),
        Some(target),
    )
    .await;
    assert_eq!(body["__type"], "InvalidParameterException");
}

#[tokio::test]
async fn a_body_that_is_none_is_a_serialization_error() {
    let pool = Pool::start().await;
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\"text\"",
        "{\"AccessToken\":}",
        "\u{0}",
        &deep,
    ] {
        let (code, _) = pool.raw("GetUser", body.to_owned()).await.error();
        assert_eq!(
            code,
            "SerializationException",
            "{}",
            &body[..body.len().min(20)]
        );
    }
    for (operation, body, message) in [
        (
            "GetUser",
            json!({ "AccessToken": 1 }),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "GetUser",
            json!({ "AccessToken": [] }),
            "Start of list found where not expected",
        ),
        (
            "InitiateAuth",
            json!({ "AuthFlow": "USER_SRP_AUTH", "ClientId": "a", "AuthParameters": "x" }),
            "Expected map or null",
        ),
        (
            "InitiateAuth",
            json!({ "AuthFlow": {}, "ClientId": "a" }),
            "Start of structure or map found where not expected.",
        ),
        (
            "SignUp",
            json!({ "ClientId": "a", "Username": "a", "Password": "a", "UserAttributes": {} }),
            "Start of structure or map found where not expected.",
        ),
        (
            "SignUp",
            json!({ "ClientId": "a", "Username": "a", "Password": "a", "UserAttributes": [1] }),
            "Expected map or null",
        ),
    ] {
        let answer = pool.call(operation, body).await;
        answer.is("SerializationException", message);
    }
}

#[tokio::test]
async fn a_missing_member_is_named() {
    let pool = Pool::start().await;
    pool.call("GetUser", json!({ "AccessToken": null })).await.is(
        "InvalidParameterException",
        "1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: Member must not be null",
    );
    let (_, message) = pool
        .call("InitiateAuth", json!({ "AuthFlow": "NONE" }))
        .await
        .error();
    assert!(
        message.starts_with("2 validation errors detected: Value 'NONE' at 'authFlow' failed"),
        "{message}"
    );
    for (parameters, missing) in [
        (json!({}), "USERNAME"),
        (json!({ "USERNAME": SEED_EMAIL }), "SRP_A"),
        (json!({ "SRP_A": "1" }), "USERNAME"),
    ] {
        let answer = pool.initiate("USER_SRP_AUTH", parameters).await;
        let message = format!("Missing required parameter {missing}");
        answer.is("InvalidParameterException", &message);
    }
}

#[tokio::test]
async fn a_request_has_a_size_limit() {
    let pool = Pool::start().await;
    let body = format!("{{\"AccessToken\":\"{}\"}}", "a".repeat(2 * 1024 * 1024));
    let target = "AWSCognitoIdentityProviderService.GetUser";
    let sent = pool
        .http
        .post(pool.stack.pool_url())
        .header("content-type", JSON)
        .header("x-amz-target", target)
        .body(body)
        .send()
        .await;
    // The server may hang up before it has read all of it.
    if let Ok(response) = sent {
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
    pool.seed_signed_in().await;
}

#[tokio::test]
async fn no_operation_panics_at_odd_input() {
    let pool = Pool::start().await;
    let access = pool.seed_signed_in().await.access;
    let operations = [
        "SignUp",
        "ConfirmSignUp",
        "ResendConfirmationCode",
        "InitiateAuth",
        "RespondToAuthChallenge",
        "GetTokensFromRefreshToken",
        "ForgotPassword",
        "ConfirmForgotPassword",
        "ChangePassword",
        "GetUser",
        "UpdateUserAttributes",
        "DeleteUserAttributes",
        "GetUserAttributeVerificationCode",
        "VerifyUserAttribute",
        "RevokeToken",
        "AdminCreateUser",
        "AdminGetUser",
        "AdminDeleteUser",
        "AdminEnableUser",
        "AdminDisableUser",
        "AdminConfirmSignUp",
        "AdminSetUserPassword",
        "AdminResetUserPassword",
        "AdminUpdateUserAttributes",
        "AdminDeleteUserAttributes",
        "AdminUserGlobalSignOut",
        "ListUsers",
        "CreateUserPool",
        "DescribeUserPool",
        "ListUserPools",
        "CreateUserPoolClient",
        "UpdateUserPoolClient",
        "DescribeUserPoolClient",
        "ListUserPoolClients",
        "GlobalSignOut",
    ];
    let odd = [
        json!("\u{0}"),
        json!(""),
        json!("\u{202e}\u{1f600}"),
        json!("a".repeat(5000)),
        json!(-1),
        json!(1e300),
        json!([]),
        json!([null]),
        json!([{}]),
        json!({}),
        json!({ "": null }),
        json!(true),
        json!(null),
    ];
    for operation in operations {
        for value in &odd {
            let mut body =
                json!({ "ClientId": pool.client, "UserPoolId": pool.id, "AccessToken": access });
            for name in [
                "Username",
                "Password",
                "UserAttributes",
                "AuthFlow",
                "AuthParameters",
                "ChallengeName",
                "ChallengeResponses",
                "Session",
                "ConfirmationCode",
                "Code",
                "AttributeName",
                "UserAttributeNames",
                "Token",
                "RefreshToken",
                "Filter",
                "Limit",
                "PaginationToken",
                "PoolName",
                "Schema",
                "Policies",
                "ClientName",
                "TokenValidityUnits",
                "MaxResults",
                "ProposedPassword",
                "PreviousPassword",
            ] {
                body[name] = value.clone();
            }
            let answer = pool.call(operation, body).await;
            assert!(
                answer.status == 200 || answer.status == 400,
                "{operation} {value} {}",
                answer.text
            );
        }
    }
    pool.seed_signed_in().await;
}

#[tokio::test]
async fn a_signed_request_is_as_good_as_an_unsigned_one() {
    let pool = Pool::start().await;
    let answer = pool
        .http
        .post(pool.stack.pool_url())
        .header("content-type", JSON)
        .header(
            "x-amz-target",
            "AWSCognitoIdentityProviderService.DescribeUserPool",
        )
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request",
        )
        .header("x-amz-date", "20260101T000000Z")
        .body(json!({ "UserPoolId": pool.id }).to_string());
    assert_eq!(answer.send().await.expect("an answer").status(), 200);
}
