//! Our client against ministack, the one other emulator that verifies SRP: what both agree on is not our own mistake.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::process::Stdio;
use std::time::Duration;

use cognito_user_pool::operation::{
    ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken, GetUser, GlobalSignOut, SignUp,
};
use cognito_user_pool::{
    Claims, ErrorKind, HttpRequest, HttpResponse, Method, Password, SignInStep, Transport as _,
    TransportError,
};
use interop::Http;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

/// ministack's own fixed code.
const CODE: &str = "123456";

struct Ministack {
    url: String,
    _process: Child,
}

impl Ministack {
    /// Starts the program that `INTEROP_MINISTACK` names, on a port that was free a moment ago.
    async fn start() -> Self {
        let program = std::env::var("INTEROP_MINISTACK")
            .expect("INTEROP_MINISTACK names the program: run `cargo xtask test interop`");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let process = Command::new(program)
            .env("SERVICES", "cognito-idp")
            // Without it, access tokens and codes are not checked.
            .env("AUTH", "true")
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("ministack starts");
        let url = format!("http://127.0.0.1:{port}/");
        let ready = async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_err()
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), ready)
            .await
            .expect("ministack answers within a minute");
        Self {
            url,
            _process: process,
        }
    }

    async fn send(&self, operation: &str, body: &Value) -> Result<HttpResponse, TransportError> {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        // It routes by the service's name in a signature, and does not verify it.
        let signature = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, \
            SignedHeaders=host, Signature=none";
        Http::default()
            .send(HttpRequest {
                method: Method::Post,
                url: self.url.clone(),
                headers: vec![
                    header("content-type", "application/x-amz-json-1.1"),
                    header("x-amz-target", &target),
                    header("authorization", signature),
                ],
                body: Some(body.to_string().into_bytes()),
                timeout_ms: None,
            })
            .await
    }

    async fn admin(&self, operation: &str, body: Value) -> Value {
        let response = self.send(operation, &body).await.expect("an answer");
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert_eq!(response.status, 200, "{operation}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

#[tokio::test]
#[ignore = "needs ministack: cargo xtask test interop"]
async fn our_client_signs_in_at_ministack() {
    let ministack = Ministack::start().await;
    let pool = ministack
        .admin(
            "CreateUserPool",
            json!({ "PoolName": "pool", "UsernameAttributes": ["email"],
                "AutoVerifiedAttributes": ["email"] }),
        )
        .await;
    let pool_id = pool["UserPool"]["Id"].as_str().expect("an id").to_owned();
    let app = ministack
        .admin(
            "CreateUserPoolClient",
            json!({ "UserPoolId": pool_id, "ClientName": "app",
                "PreventUserExistenceErrors": "ENABLED",
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }),
        )
        .await;
    let client_id = app["UserPoolClient"]["ClientId"].as_str().expect("an id");
    let client = interop::client(&ministack.url, &pool_id, client_id, 0).unwrap();

    let email = "ann@example.com";
    let right = password("Crud-dur-2026!");
    client
        .call(&SignUp {
            username: email,
            password: &right,
            attributes: &[("email".to_owned(), email.to_owned())],
        })
        .await
        .unwrap();
    let error = client.sign_in(email, &right, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::UserNotConfirmed);
    let confirm = async |code| {
        let username = email;
        client.call(&ConfirmSignUp { username, code }).await
    };
    assert_eq!(
        confirm("999999").await.unwrap_err().kind,
        ErrorKind::CodeMismatch
    );
    confirm(CODE).await.unwrap();

    let mut last = None;
    for round in 0..50 {
        let step = client.sign_in(email, &right, None).await;
        let Ok(SignInStep::SignedIn(tokens)) = step else {
            panic!("round {round}: {step:?}");
        };
        last = Some(tokens);
        let wrong = password(&format!("Wrong-2026!{round}"));
        let error = client.sign_in(email, &wrong, None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::WrongCredentials, "round {round}");
    }
    let tokens = last.expect("signed in");
    let error = client
        .sign_in("nobody@example.com", &right, None)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::WrongCredentials);

    let access_token = &tokens.access_token;
    let user = client.call(&GetUser { access_token }).await.unwrap();
    assert_eq!(user.attribute("email"), Some(email));
    let claims = Claims::of_access_token(access_token).expect("a JWT");
    assert_eq!(claims.client_id(), Some(client_id));

    let refresh_token = tokens.refresh_token.as_ref().expect("a refresh token");
    let refresh = GetTokensFromRefreshToken {
        refresh_token,
        device_key: None,
    };
    client.call(&refresh).await.unwrap();
    let username = email;
    client.call(&ForgotPassword { username }).await.unwrap();

    client.call(&GlobalSignOut { access_token }).await.unwrap();
    assert!(client.call(&GetUser { access_token }).await.is_err());
    let error = client.call(&refresh).await.unwrap_err();
    assert!(error.ends_session(), "{error:?}");

    ministack
        .admin(
            "AdminCreateUser",
            json!({ "UserPoolId": pool_id, "Username": "bob@example.com",
                "TemporaryPassword": "Temp-2026-pass!", "MessageAction": "SUPPRESS",
                "UserAttributes": [{ "Name": "email", "Value": "bob@example.com" }] }),
        )
        .await;
    let temporary = password("Temp-2026-pass!");
    let step = client.sign_in("bob@example.com", &temporary, None).await;
    let Ok(SignInStep::NewPasswordRequired(challenge)) = step else {
        panic!("another step: {step:?}");
    };
    let step = client
        .set_new_password(&challenge, &right, &[])
        .await
        .unwrap();
    assert!(matches!(step, SignInStep::SignedIn(_)));
}
