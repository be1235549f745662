//! The program, and how it is called.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::{Child, Command};

/// ministack's own fixed code.
pub const CODE: &str = "123456";

/// A running ministack, until it is dropped.
pub struct Ministack {
    /// Where it answers.
    pub url: String,
    http: reqwest::Client,
    _process: Child,
}

impl Ministack {
    /// Starts the program that `INTEROP_MINISTACK` names, on a port that was free a moment ago.
    pub async fn start() -> Self {
        let program = std::env::var("INTEROP_MINISTACK")
            .expect("INTEROP_MINISTACK names the program: run `cargo xtask test interop`");
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let process = Command::new(program)
            .env("SERVICES", "cognito-idp,cloudformation")
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
            http: reqwest::Client::new(),
            _process: process,
        }
    }

    /// It routes by the service's name in a signature, and does not verify it.
    fn signature(service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=none"
        )
    }

    /// Calls an operation of Cognito's as an administrator.
    pub async fn admin(&self, operation: &str, body: Value) -> Value {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .header("authorization", Self::signature("cognito-idp"))
            .body(body.to_string());
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert_eq!(status, 200, "{operation}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Calls an action of CloudFormation's with these parameters: its XML, or the refusal.
    pub async fn cloud_formation(
        &self,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<String, String> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action)
            .append_pair("Version", "2010-05-15")
            .extend_pairs(parameters);
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", Self::signature("cloudformation"))
            .body(form.finish());
        let answer = request.send().await.expect("an answer");
        let good = answer.status().is_success();
        let text = answer.text().await.expect("a body");
        if good { Ok(text) } else { Err(text) }
    }
}
