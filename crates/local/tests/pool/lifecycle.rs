//! What survives a restart, and what only a local pool has: mailbox, clock, faults.

use cruddur_local::{Options, Stack, StartError, StateFile};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{PASSWORD, Pool, SEED_EMAIL, Tokens};

const EMAIL: &str = "worf@cruddur.test";

async fn local(pool: &Pool, method: Method, path: &str, body: Option<Value>) -> reqwest::Response {
    let url = format!("{}/_local/{path}", pool.stack.pool_url());
    let mut request = pool.http.request(method, url);
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn a_restart_keeps_people_keys_tokens_and_mail() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("deep/state.json");
    let pool = Pool::on_disk(&file).await;
    pool.person(EMAIL).await;
    let tokens = pool.sign_in(EMAIL, PASSWORD).await;
    pool.sign_up("kurn@cruddur.test").await;
    let code = pool.code("kurn@cruddur.test");
    pool.stack.shutdown().await;

    let pool = Pool::on_disk(&file).await;
    pool.get_user(&tokens.access).await.ok();
    let refreshed = Tokens::of(&pool.refresh(&tokens.refresh).await.ok());
    pool.get_user(&refreshed.access).await.ok();
    pool.sign_in(EMAIL, PASSWORD).await;
    assert_eq!(pool.code("kurn@cruddur.test"), code);
    pool.confirm("kurn@cruddur.test", &code).await.ok();
    let body = json!({ "AccessToken": tokens.access });
    pool.call("GlobalSignOut", body).await.ok();
    pool.stack.shutdown().await;

    let pool = Pool::on_disk(&file).await;
    let answer = pool.get_user(&tokens.access).await;
    answer.is("NotAuthorizedException", "Access Token has been revoked");
    pool.stack.shutdown().await;
}

/// Takes out of `value` what older state files do not have.
fn age(value: &mut Value) {
    const NEW: [&str; 7] = [
        "device",
        "devices",
        "first_factors",
        "medium",
        "mfa",
        "passkeys",
        "verified_before_update",
    ];
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !NEW.contains(&name.as_str()));
            members.values_mut().for_each(age);
        }
        Value::Array(items) => items.iter_mut().for_each(age),
        _ => {}
    }
}

#[tokio::test]
async fn an_older_state_file_is_as_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let pool = Pool::on_disk(&file).await;
    pool.person(EMAIL).await;
    let tokens = pool.sign_in(EMAIL, PASSWORD).await;
    pool.stack.shutdown().await;

    let text = std::fs::read_to_string(&file).expect("the file");
    let mut state = serde_json::from_str(&text).expect("JSON");
    age(&mut state);
    let older = state.to_string();
    assert!(text.contains("\"mfa\"") && !older.contains("\"mfa\""));
    std::fs::write(&file, older).expect("the file");

    let pool = Pool::on_disk(&file).await;
    pool.sign_in(EMAIL, PASSWORD).await;
    Tokens::of(&pool.refresh(&tokens.refresh).await.ok());
    assert!(!pool.mail_kinds(EMAIL).is_empty());
    pool.stack.shutdown().await;
}

#[tokio::test]
async fn the_state_file_holds_no_password_and_no_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let pool = Pool::on_disk(&file).await;
    pool.person(EMAIL).await;
    let tokens = pool.sign_in(EMAIL, PASSWORD).await;
    let text = std::fs::read_to_string(&file).expect("the file");
    assert!(text.contains(EMAIL));
    for secret in [PASSWORD, &tokens.refresh, &tokens.access, &tokens.id] {
        assert!(!text.contains(secret));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file)
            .expect("the file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "the keys are for the owner's eyes");
    }
    pool.stack.shutdown().await;
}

#[tokio::test]
async fn a_refused_call_has_still_counted_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let pool = Pool::on_disk(&file).await;
    pool.sign_up(EMAIL).await;
    let code = pool.code(EMAIL);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        pool.confirm(EMAIL, wrong).await.error();
    }
    pool.stack.shutdown().await;
    let pool = Pool::on_disk(&file).await;
    let (code, _) = pool.confirm(EMAIL, &code).await.error();
    assert_eq!(code, "LimitExceededException");
    pool.stack.shutdown().await;
}

async fn start_error(options: Options) -> StartError {
    match Stack::start(options).await {
        Ok(_) => panic!("it started"),
        Err(error) => error,
    }
}

fn at(file: &std::path::Path) -> Options {
    Options {
        state: StateFile::At(file.to_owned()),
        ..Options::ephemeral()
    }
}

#[tokio::test]
async fn a_damaged_state_file_is_named_with_the_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    for damage in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"format":"other","sections":{}}"#,
        r#"{"format":"cruddur-local/1","sections":{"pool":{"pools":7}}}"#,
        r#"{"format":"cruddur-local/1","sections":{"pool":{"pools":{"us-east-1_CruddurDev":{}}}}}"#,
        r#"{"format":"cruddur-local/1","sections":{"backend":7}}"#,
    ] {
        std::fs::write(&file, damage).expect("a file");
        let text = start_error(at(&file)).await.to_string();
        assert!(text.contains(&*file.to_string_lossy()), "{text}");
        assert!(text.contains("delete it to start afresh"), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        // It is left as it was.
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), damage);
    }
}

#[tokio::test]
async fn a_damaged_key_is_found_at_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    Pool::on_disk(&file).await.stack.shutdown().await;
    let text = std::fs::read_to_string(&file).expect("the file");
    let mut state: Value = serde_json::from_str(&text).expect("JSON");
    state["sections"]["pool"]["pools"]["us-east-1_CruddurDev"]["keys"]["access"]["private_key"] =
        "AAAA".into();
    std::fs::write(&file, state.to_string()).expect("a file");
    let text = start_error(at(&file)).await.to_string();
    assert!(text.contains("delete it to start afresh"), "{text}");
}

#[tokio::test]
async fn one_state_file_has_one_stack() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let pool = Pool::on_disk(&file).await;
    let text = start_error(at(&file)).await.to_string();
    assert!(text.contains("in use"), "{text}");
    pool.stack.shutdown().await;
    Pool::on_disk(&file).await.stack.shutdown().await;
}

#[tokio::test]
async fn a_port_in_use_is_named_with_the_way_out() {
    let pool = Pool::start().await;
    let port = pool.stack.pool_url().rsplit(':').next().expect("a port");
    let options = Options {
        backend_port: port.parse().expect("a number"),
        ..Options::ephemeral()
    };
    let text = start_error(options).await.to_string();
    assert!(
        text.contains(port) && text.contains("--backend-port"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[tokio::test]
async fn a_state_that_cannot_be_written_refuses_the_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("deep/state.json");
    let pool = Pool::on_disk(&file).await;
    std::fs::remove_dir_all(file.parent().expect("a folder")).expect("removed");
    let answer = pool.try_sign_up(EMAIL, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        answer.text.contains("InternalErrorException"),
        "{}",
        answer.text
    );
    assert!(pool.stack.mail().all().is_empty());
    // What was not stored has not happened.
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    pool.sign_up(EMAIL).await;
    pool.stack.shutdown().await;
}

#[tokio::test]
async fn the_mailbox_is_read_filtered_and_emptied() {
    let pool = Pool::start().await;
    pool.sign_up(EMAIL).await;
    pool.sign_up("kurn@cruddur.test").await;
    let mail: Value = local(&pool, Method::GET, "mail", None)
        .await
        .json()
        .await
        .expect("JSON");
    let mail = mail.as_array().expect("a list");
    assert_eq!(mail.len(), 2);
    assert_eq!(mail[0]["to"], "kurn@cruddur.test");
    assert_eq!(mail[0]["kind"], "sign_up");
    assert_eq!(mail[0]["subject"], "Your verification code");
    assert!(
        mail[0]["body"]
            .as_str()
            .expect("text")
            .contains(mail[0]["code"].as_str().expect("text"))
    );
    assert!(mail[0]["sent_at"].as_i64().is_some());
    let path = "mail?to=WORF%40cruddur.test";
    let mail: Value = local(&pool, Method::GET, path, None)
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(mail[0]["to"], EMAIL);
    assert_eq!(mail.as_array().map(Vec::len), Some(1));
    let page = local(&pool, Method::GET, "mailbox", None).await;
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .expect("text")
            .contains("default-src 'none'")
    );
    assert!(page.text().await.expect("text").contains(&pool.code(EMAIL)));
    local(&pool, Method::DELETE, "mail", None).await;
    assert!(pool.stack.mail().all().is_empty());
}

#[tokio::test]
async fn the_mailbox_keeps_the_last_two_hundred() {
    let pool = Pool::start().await;
    for number in 0..103 {
        let email = format!("person{number}@cruddur.test");
        let body = json!({ "Username": email, "TemporaryPassword": PASSWORD });
        pool.admin("AdminCreateUser", body.clone()).await.ok();
        let mut again = body;
        again["MessageAction"] = "RESEND".into();
        pool.admin("AdminCreateUser", again).await.ok();
    }
    let mail = pool.stack.mail().all();
    assert_eq!(mail.len(), 200);
    assert_eq!(mail[0].to, "person102@cruddur.test");
    assert_eq!(mail[199].to, "person3@cruddur.test");
}

#[tokio::test]
async fn only_pages_of_this_machine_read_the_mailbox() {
    let pool = Pool::start().await;
    let url = format!("{}/_local/mail", pool.stack.pool_url());
    let get = async |host: Option<&str>, origin: &str| {
        let mut request = pool.http.get(&url).header("origin", origin);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        request.send().await.expect("an answer")
    };
    let local = get(None, "http://localhost:8080").await;
    assert_eq!(
        local.headers()["access-control-allow-origin"],
        "http://localhost:8080"
    );
    let foreign = get(None, "https://evil.test").await;
    assert!(
        !foreign
            .headers()
            .contains_key("access-control-allow-origin")
    );
    assert_eq!(
        get(Some("evil.test"), "http://evil.test").await.status(),
        403
    );
}

#[tokio::test]
async fn the_clock_is_moved_over_http() {
    let pool = Pool::start().await;
    let before = pool.stack.clock().now_ms();
    let body = json!({ "advance_seconds": 3600 });
    let answer = local(&pool, Method::POST, "clock", Some(body)).await;
    let answer: Value = answer.json().await.expect("JSON");
    assert!(
        answer["now_ms"]
            .as_i64()
            .is_some_and(|now| now >= before + 3_600_000)
    );
    let wrong = local(&pool, Method::POST, "clock", Some(json!({ "seconds": 1 }))).await;
    assert!(wrong.status().is_client_error());
}

#[tokio::test]
async fn a_fault_happens_once_and_then_all_is_well() {
    let pool = Pool::start().await;
    let plan = async |body: Value| {
        local(&pool, Method::POST, "faults", Some(body))
            .await
            .status()
    };
    let fault = |kind: &str| json!({ "target": "pool", "operation": "InitiateAuth", "kind": kind });
    assert_eq!(plan(fault("status")).await, 204);
    let sign_in = async || {
        let target = "AWSCognitoIdentityProviderService.InitiateAuth";
        let parameters = json!({ "USERNAME": SEED_EMAIL, "SRP_A": "2" });
        let body = json!({ "ClientId": pool.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
        pool.http
            .post(pool.stack.pool_url())
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .header("origin", "http://localhost:8080")
            .timeout(std::time::Duration::from_millis(300))
            .body(body.to_string())
            .send()
            .await
    };
    let answer = sign_in().await.expect("an answer");
    assert_eq!(answer.status(), 503);
    // A page has to be able to see the failure.
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");

    let mut error = fault("error");
    assert_eq!(plan(error.clone()).await, 400);
    error["code"] = "TooManyRequestsException".into();
    error["message"] = "Rate exceeded".into();
    error["status"] = 429.into();
    assert_eq!(plan(error).await, 204);
    let answer = sign_in().await.expect("an answer");
    assert_eq!(answer.status(), 429);
    assert_eq!(
        answer.headers()["x-amzn-errortype"],
        "TooManyRequestsException"
    );
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(
        body,
        json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" })
    );

    assert_eq!(plan(fault("drop")).await, 204);
    let error = sign_in().await.expect_err("no answer");
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(plan(fault("hang")).await, 204);
    assert!(sign_in().await.expect_err("no answer").is_timeout());
    assert_eq!(sign_in().await.expect("an answer").status(), 200);

    plan(fault("status")).await;
    local(&pool, Method::DELETE, "faults", None).await;
    assert_eq!(sign_in().await.expect("an answer").status(), 200);
    assert_eq!(
        plan(json!({ "target": "moon", "operation": "x", "kind": "drop" })).await,
        422
    );
}
