//! Malformed, oversized and made-up requests: none brings the stack down, none gets a secret out of it.
//! `PROPTEST_CASES` sets how many of each kind are sent.
#![allow(clippy::expect_used)] // a test that cannot go on has failed

use std::error::Error as _;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cruddur_local::{CLIENT_ID, Options, Stack, StateFile, USER_POOL_ID, Week};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

/// What anybody may call. An administrator's operations could take the test's own pool away.
const OPERATIONS: [&str; 31] = [
    "SignUp",
    "ConfirmSignUp",
    "ResendConfirmationCode",
    "InitiateAuth",
    "RespondToAuthChallenge",
    "AssociateSoftwareToken",
    "VerifySoftwareToken",
    "SetUserMFAPreference",
    "ConfirmDevice",
    "ListDevices",
    "GetDevice",
    "UpdateDeviceStatus",
    "ForgetDevice",
    "StartWebAuthnRegistration",
    "CompleteWebAuthnRegistration",
    "ListWebAuthnCredentials",
    "DeleteWebAuthnCredential",
    "GetTokensFromRefreshToken",
    "ForgotPassword",
    "ConfirmForgotPassword",
    "ChangePassword",
    "GetUser",
    "GetUserAuthFactors",
    "UpdateUserAttributes",
    "DeleteUserAttributes",
    "GetUserAttributeVerificationCode",
    "VerifyUserAttribute",
    "DeleteUser",
    "GlobalSignOut",
    "RevokeToken",
    "NoSuchOperation",
];
const MEMBERS: [&str; 30] = [
    "ClientId",
    "Username",
    "Password",
    "UserAttributes",
    "AuthFlow",
    "AuthParameters",
    "USERNAME",
    "PASSWORD",
    "SRP_A",
    "REFRESH_TOKEN",
    "ChallengeName",
    "ChallengeResponses",
    "Session",
    "AccessToken",
    "RefreshToken",
    "Token",
    "ConfirmationCode",
    "PASSWORD_CLAIM_SIGNATURE",
    "PASSWORD_CLAIM_SECRET_BLOCK",
    "TIMESTAMP",
    "Name",
    "Value",
    "SecretHash",
    "ClientMetadata",
    "DeviceKey",
    "Credential",
    "UserCode",
    "AttributeName",
    "Code",
    "Limit",
];
const TEXTS: [&str; 22] = [
    "",
    CLIENT_ID,
    USER_POOL_ID,
    "andrew@cruddur.test",
    "nobody@cruddur.test",
    "USER_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "REFRESH_TOKEN_AUTH",
    "USER_AUTH",
    "CUSTOM_AUTH",
    "PASSWORD_VERIFIER",
    "NEW_PASSWORD_REQUIRED",
    "SMS_MFA",
    "email",
    "123456",
    "Crud-dur-2026!",
    "0",
    "-1",
    "\u{0}",
    "\u{202e}\u{1f469}\u{200d}\u{1f4bb}",
    "' OR 1=1 --",
    "../../etc/passwd",
];
const PATHS: [&str; 14] = [
    "/api/activities/home",
    "/api/activities",
    "/api/activities/notifications",
    "/api/activities/search",
    "/api/activities/%40andrewbrown",
    "/api/activities/x/reply",
    "/api/message_groups",
    "/api/messages",
    "/api/messages/%40andrewbrown",
    "/api/users/andrewbrown/short",
    "/api/profile/update",
    "/api/health-check",
    "/api/%ff%fe",
    "/",
];
const FIELDS: [&str; 8] = [
    "message",
    "ttl",
    "user_receiver_handle",
    "handle",
    "message_group_uuid",
    "user_handle",
    "bio",
    "display_name",
];

/// A stack on disk, and what it must keep to itself.
struct Target {
    runtime: Runtime,
    stack: Stack,
    http: Client,
    secrets: Vec<String>,
    _folder: tempfile::TempDir,
}

/// A connection for each request: one that ended with a refusal is not for the next. Redirections are answers.
fn client() -> Client {
    Client::builder()
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

impl Target {
    fn start(week: Week, everything: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("state.json");
        let runtime = Runtime::new().expect("a runtime");
        let options = Options {
            state: StateFile::At(file.clone()),
            week,
            everything,
            ..Options::ephemeral()
        };
        let stack = runtime.block_on(Stack::start(options)).expect("a stack");
        let secrets = secrets(&file);
        assert!(secrets.len() >= 4, "where are the keys? {}", secrets.len());
        Self {
            runtime,
            stack,
            http: client(),
            secrets,
            _folder: folder,
        }
    }

    /// Sends a request, and looks at the answer: there is one, it is nobody's fault here, and it says no secret.
    fn send(&self, request: RequestBuilder) -> Result<(), TestCaseError> {
        // What a client cannot even send is no input.
        let Ok(request) = request.build() else {
            return Ok(());
        };
        let sent = self.runtime.block_on(async {
            let answer = self.http.execute(request).await?;
            let status = answer.status();
            let headers = format!("{:?}", answer.headers());
            Ok::<_, reqwest::Error>((status, headers + &answer.text().await?))
        });
        // An address that is too long for the client is no input either, and a server may refuse a body before it has all
        // of it.
        if sent
            .as_ref()
            .is_err_and(|error| error.is_builder() || is_cut_off(error))
        {
            return Ok(());
        }
        let (status, answer) = sent.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert!(
            // The course's backend fails so where it is sent what it does not expect, and this one with it.
            !status.is_server_error() || status == 500 && answer.contains("<title>500"),
            "{status} {answer}"
        );
        for secret in &self.secrets {
            prop_assert!(!answer.contains(secret.as_str()), "a secret: {answer}");
        }
        prop_assert!(!answer.contains("panicked"), "{answer}");
        Ok(())
    }

    /// Whether it still does its work.
    fn works(&self) {
        let url = format!("{}/api/activities/home", self.stack.backend_url());
        let feed = self.runtime.block_on(async {
            let answer = self.http.get(url).send().await.expect("an answer");
            answer.json::<Value>().await.expect("JSON")
        });
        assert!(feed.as_array().is_some_and(|feed| !feed.is_empty()));
        let begin = json!({ "ClientId": CLIENT_ID, "AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": { "USERNAME": "andrew@cruddur.test", "SRP_A": "ab".repeat(128) } });
        let answer = self.runtime.block_on(async {
            let answer = self.call("InitiateAuth", begin.to_string()).send().await;
            answer
                .expect("an answer")
                .json::<Value>()
                .await
                .expect("JSON")
        });
        assert_eq!(answer["ChallengeName"], "PASSWORD_VERIFIER", "{answer}");
    }

    fn call(&self, operation: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.http
            .post(self.stack.pool_url())
            .header("content-type", "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                format!("AWSCognitoIdentityProviderService.{operation}"),
            )
            .body(body)
    }
}

/// Whether a request could not be sent to its end.
fn is_cut_off(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        let kind = error
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind);
        if matches!(
            kind,
            Some(ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
        ) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Private keys, verifiers, keys of other kinds: whatever of the state nobody may be told.
fn secrets(file: &Path) -> Vec<String> {
    fn collect(value: &Value, secret: bool, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    let named = ["pem", "der", "private", "verifier", "simulation_key"];
                    let secret = secret || named.iter().any(|word| name.contains(word));
                    collect(value, secret, found);
                }
            }
            Value::Array(list) => {
                for value in list {
                    collect(value, secret, found);
                }
            }
            Value::String(text) if secret && text.len() >= 16 => found.push(text.clone()),
            _ => {}
        }
    }
    let state = std::fs::read(file).expect("the state");
    let state = serde_json::from_slice(&state).expect("JSON");
    let mut found = Vec::new();
    collect(&state, false, &mut found);
    found
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(TEXTS.as_slice()).prop_map(str::to_owned),
        2 => "\\PC{0,60}",
        1 => "[0-9A-Fa-f]{0,900}",
        1 => "[A-Za-z0-9_-]{2,40}\\.[A-Za-z0-9_-]{2,40}\\.[A-Za-z0-9_-]{0,40}",
        1 => (1_usize..70_000).prop_map(|length| "x".repeat(length)),
    ]
}

fn any_json(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        8 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 10, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => object_of(names, inner).prop_map(Value::Object),
        ]
    })
}

fn object_of(
    names: &'static [&'static str],
    inner: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop::sample::select(names).prop_map(str::to_owned);
    prop::collection::btree_map(name, inner, 0..10).prop_map(|map| map.into_iter().collect())
}

/// JSON with names that mean something, JSON that was cut off, JSON that nests deeper than anybody reads, bytes.
fn body(names: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let json = || object_of(names, any_json(names)).prop_map(|map| Value::Object(map).to_string());
    prop_oneof![
        6 => json().prop_map(String::into_bytes),
        1 => (json(), any::<prop::sample::Index>()).prop_map(|(json, end)| {
            let mut bytes = json.into_bytes();
            bytes.truncate(end.index(bytes.len().max(1)));
            bytes
        }),
        1 => (1_usize..50_000).prop_map(|depth| "[".repeat(depth).into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..300),
    ]
}

fn runner() -> TestRunner {
    TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

#[test]
fn any_request_to_the_pool_is_answered_or_refused() {
    let target = Target::start(Week::Three, true);
    let operation = prop::sample::select(OPERATIONS.as_slice());
    // A client id that is right gets a request past the first look.
    let request = (operation, body(&MEMBERS), any::<bool>());
    let sent = runner().run(&request, |(operation, body, known)| {
        let body = match serde_json::from_slice::<Map<String, Value>>(&body) {
            Ok(mut members) if known => {
                members.insert("ClientId".to_owned(), CLIENT_ID.into());
                Value::Object(members).to_string().into_bytes()
            }
            _ => body,
        };
        target.send(target.call(operation, body))
    });
    sent.unwrap_or_else(|failure| panic!("{failure}"));
    target.works();
}

#[test]
fn any_request_to_the_pages_of_the_pool_is_answered_or_refused() {
    const PAGES: [&str; 9] = [
        "/oauth2/authorize",
        "/oauth2/token",
        "/oauth2/revoke",
        "/oauth2/userInfo",
        "/login",
        "/logout",
        "/pretend",
        "/us-east-1_CruddurDev/.well-known/jwks.json",
        "/%00/.well-known/openid-configuration",
    ];
    const NAMES: [&str; 14] = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "code",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "grant_type",
        "logout_uri",
        "identity_provider",
        "token",
    ];
    let target = Target::start(Week::Three, true);
    let name = prop::sample::select(NAMES.as_slice());
    let pairs = prop::collection::vec((name, text()), 0..8);
    let request = (prop::sample::select(PAGES.as_slice()), pairs, any::<bool>());
    let sent = runner().run(&request, |(page, pairs, post)| {
        let url = format!("{}{page}", target.stack.pool_url());
        let coded: Vec<String> = pairs
            .iter()
            .map(|(name, value)| {
                let value = percent_encoding::utf8_percent_encode(
                    value,
                    percent_encoding::NON_ALPHANUMERIC,
                );
                format!("{name}={value}")
            })
            .collect();
        let form = coded.join("&");
        let request = match post {
            true => target
                .http
                .post(url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form),
            false => target.http.get(format!("{url}?{form}")),
        };
        target.send(request)
    });
    sent.unwrap_or_else(|failure| panic!("{failure}"));
    target.works();
}

#[test]
fn any_request_to_the_backend_is_answered_or_refused() {
    static METHODS: LazyLock<Vec<Method>> = LazyLock::new(|| {
        vec![
            Method::GET,
            Method::POST,
            Method::POST,
            Method::PUT,
            Method::OPTIONS,
            Method::DELETE,
        ]
    });
    let token = prop_oneof![
        text(),
        body(&MEMBERS).prop_map(|body| {
            let body = URL_SAFE_NO_PAD.encode(body);
            format!("Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.{body}.c2ln")
        }),
    ];
    let request = (
        prop::sample::select(METHODS.as_slice()),
        prop::sample::select(PATHS.as_slice()),
        token,
        body(&FIELDS),
    );
    for week in [Week::Three, Week::Eight] {
        let target = Target::start(week, false);
        let sent = runner().run(&request, |(method, path, token, body)| {
            let url = format!("{}{path}", target.stack.backend_url());
            let request = target.http.request(method, url);
            target.send(
                request
                    .header("content-type", "application/json")
                    .header("authorization", token)
                    .body(body),
            )
        });
        sent.unwrap_or_else(|failure| panic!("{failure}"));
        target.works();
    }
}

#[test]
fn what_is_far_too_large_is_refused_and_forgotten() {
    let target = Target::start(Week::Three, false);
    for megabytes in [1, 4, 16] {
        let name = "x".repeat(megabytes << 20);
        let body = json!({ "ClientId": CLIENT_ID, "Username": name }).to_string();
        let url = format!("{}/api/activities", target.stack.backend_url());
        let crud = json!({ "message": name, "ttl": "30-days" }).to_string();
        for request in [
            target.call("SignUp", body),
            target
                .http
                .post(url)
                .header("content-type", "application/json")
                .body(crud),
        ] {
            // A server that refuses may do so before it was sent everything: then the connection ends.
            let answer = target.runtime.block_on(request.send());
            if let Ok(answer) = answer {
                assert!(answer.status().is_client_error(), "{}", answer.status());
            }
        }
        target.works();
    }
}
