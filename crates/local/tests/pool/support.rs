//! A stack of its own for each test, and the calls that most tests make.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use cruddur_local::{CLIENT_ID, MailKind, Options, Stack, StateFile, USER_POOL_ID};
use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::srp::Srp;

pub const SEED_EMAIL: &str = "andrew@cruddur.test";
pub const SEED_PASSWORD: &str = "Crud-dur-2026!";
pub const PASSWORD: &str = "Good-enough-7!";

pub struct Pool {
    pub stack: Stack,
    pub http: Client,
    pub id: String,
    pub client: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        match self.text.is_empty() {
            true => Value::Null,
            false => serde_json::from_str(&self.text).expect("JSON"),
        }
    }

    /// Code and message of an error, the same in body and headers.
    #[track_caller]
    pub fn error(self) -> (String, String) {
        assert_eq!(self.status, 400, "{}", self.text);
        let body: Value = serde_json::from_str(&self.text).expect("JSON");
        let code = body["__type"].as_str().expect("__type").to_owned();
        let header = |name: &str| self.headers[name].to_str().expect("text").to_owned();
        assert_eq!(header("x-amzn-errortype"), format!("{code}:"));
        let message = body["message"].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            header("x-amzn-errormessage"),
            message.replace('\n', " ").trim_end()
        );
        (code, message)
    }

    #[track_caller]
    pub fn is(self, code: &str, message: &str) {
        let error = self.error();
        assert_eq!((error.0.as_str(), error.1.as_str()), (code, message));
    }
}

/// Tokens of a sign-in.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub id: String,
    pub refresh: String,
}

impl Tokens {
    #[track_caller]
    pub fn of(answer: &Value) -> Self {
        let result = &answer["AuthenticationResult"];
        let token = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
        let tokens = Self {
            access: token("AccessToken"),
            id: token("IdToken"),
            refresh: token("RefreshToken"),
        };
        assert!(!tokens.access.is_empty(), "{answer}");
        tokens
    }
}

pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("Base64");
    serde_json::from_slice(&payload).expect("JSON")
}

impl Pool {
    pub async fn start() -> Self {
        Self::with(Options::ephemeral()).await
    }

    pub async fn on_disk(file: &std::path::Path) -> Self {
        Self::with(Options {
            state: StateFile::At(file.to_owned()),
            ..Options::ephemeral()
        })
        .await
    }

    pub async fn with(options: Options) -> Self {
        Self {
            stack: Stack::start(options).await.expect("a stack"),
            http: Client::new(),
            id: USER_POOL_ID.to_owned(),
            client: CLIENT_ID.to_owned(),
        }
    }

    /// Another pool on the same server, made by the API, with a client of its own.
    pub async fn create(self, pool: Value, client: Value) -> Self {
        let mut pool = pool;
        pool["PoolName"] = "another".into();
        let made = self.call("CreateUserPool", pool).await.ok();
        let id = made["UserPool"]["Id"].as_str().expect("an id").to_owned();
        let mut client = client;
        client["UserPoolId"] = id.as_str().into();
        client["ClientName"] = "test".into();
        let made = self.call("CreateUserPoolClient", client).await.ok();
        let client = made["UserPoolClient"]["ClientId"].as_str();
        Self {
            client: client.expect("an id").to_owned(),
            id,
            ..self
        }
    }

    pub async fn call(&self, operation: &str, body: Value) -> Answer {
        self.raw(operation, body.to_string()).await
    }

    pub async fn raw(&self, operation: &str, body: String) -> Answer {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = self
            .http
            .post(self.stack.pool_url())
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(body);
        let response = request.send().await.expect("an answer");
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.expect("text"),
        }
    }

    /// A call with `ClientId`.
    pub async fn client_call(&self, operation: &str, mut body: Value) -> Answer {
        body["ClientId"] = self.client.as_str().into();
        self.call(operation, body).await
    }

    /// A call with `UserPoolId`.
    pub async fn admin(&self, operation: &str, mut body: Value) -> Answer {
        body["UserPoolId"] = self.id.as_str().into();
        self.call(operation, body).await
    }

    /// The pool's client with other settings; what is left out keeps the local pool's.
    pub async fn set_client(&self, settings: Value) {
        let mut body = json!({
            "ClientId": self.client,
            "PreventUserExistenceErrors": "ENABLED",
            "ExplicitAuthFlows": [
                "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH",
            ],
        });
        for (name, value) in settings.as_object().expect("an object") {
            body[name] = value.clone();
        }
        self.admin("UpdateUserPoolClient", body).await.ok();
    }

    pub async fn sign_up(&self, email: &str) -> Value {
        self.try_sign_up(email, PASSWORD).await.ok()
    }

    pub async fn try_sign_up(&self, email: &str, password: &str) -> Answer {
        let attributes = attributes(&[
            ("email", email),
            ("name", "Some Body"),
            ("preferred_username", "somebody"),
        ]);
        let body = json!({ "Username": email, "Password": password, "UserAttributes": attributes });
        self.client_call("SignUp", body).await
    }

    pub async fn confirm(&self, email: &str, code: &str) -> Answer {
        let body = json!({ "Username": email, "ConfirmationCode": code });
        self.client_call("ConfirmSignUp", body).await
    }

    /// Signs up and confirms; returns the `sub`.
    pub async fn person(&self, email: &str) -> String {
        let made = self.sign_up(email).await;
        self.confirm(email, &self.code(email)).await.ok();
        made["UserSub"].as_str().expect("a sub").to_owned()
    }

    /// The newest code that went to `address`.
    #[track_caller]
    pub fn code(&self, address: &str) -> String {
        let mail = self.stack.mail().to(address);
        mail.first().expect("a mail").code.clone()
    }

    #[track_caller]
    pub fn mail_kinds(&self, address: &str) -> Vec<MailKind> {
        let mail = self.stack.mail().to(address);
        mail.iter().map(|mail| mail.kind).collect()
    }

    pub async fn initiate(&self, flow: &str, parameters: Value) -> Answer {
        let body = json!({ "AuthFlow": flow, "AuthParameters": parameters });
        self.client_call("InitiateAuth", body).await
    }

    /// The first half of an SRP sign-in.
    pub async fn challenge(&self, srp: &Srp, username: &str) -> Answer {
        let parameters = json!({ "USERNAME": username, "SRP_A": srp.srp_a() });
        self.initiate("USER_SRP_AUTH", parameters).await
    }

    pub async fn respond(&self, name: &str, responses: Value, session: Option<&str>) -> Answer {
        let mut body = json!({ "ChallengeName": name, "ChallengeResponses": responses });
        if let Some(session) = session {
            body["Session"] = session.into();
        }
        self.client_call("RespondToAuthChallenge", body).await
    }

    /// A whole SRP sign-in, up to the answer of its second half.
    pub async fn srp(&self, username: &str, password: &str) -> Answer {
        let srp = Srp::random();
        let first = self.challenge(&srp, username).await;
        if first.status != 200 {
            return first;
        }
        let first = first.ok();
        assert_eq!(first["ChallengeName"], "PASSWORD_VERIFIER");
        let parameters = &first["ChallengeParameters"];
        let responses = srp.respond(&self.id, parameters, password, &self.timestamp());
        self.respond("PASSWORD_VERIFIER", responses, None).await
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Tokens {
        Tokens::of(&self.srp(username, password).await.ok())
    }

    pub async fn seed_signed_in(&self) -> Tokens {
        self.sign_in(SEED_EMAIL, SEED_PASSWORD).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        let parameters = json!({ "REFRESH_TOKEN": token });
        self.initiate("REFRESH_TOKEN_AUTH", parameters).await
    }

    pub async fn get_user(&self, token: &str) -> Answer {
        self.call("GetUser", json!({ "AccessToken": token })).await
    }

    /// The pool's time as a proof holds it.
    pub fn timestamp(&self) -> String {
        timestamp(self.stack.clock().now_ms())
    }

    /// Moves the pool's time by `seconds`.
    pub fn wait(&self, seconds: i64) {
        self.stack.clock().advance_seconds(seconds);
    }

    pub fn issuer(&self) -> String {
        format!("https://cognito-idp.us-east-1.amazonaws.com/{}", self.id)
    }
}

pub fn timestamp(ms: i64) -> String {
    let time: DateTime<Utc> = DateTime::from_timestamp_millis(ms).expect("a time");
    time.format("%a %b %-d %H:%M:%S UTC %Y").to_string()
}

pub fn attributes(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect()
}

/// The value of an attribute in a `[{Name, Value}]` list.
pub fn attribute<'a>(list: &'a Value, name: &str) -> Option<&'a str> {
    let list = list.as_array().expect("a list");
    let found = list.iter().find(|attribute| attribute["Name"] == name);
    found.and_then(|attribute| attribute["Value"].as_str())
}

pub const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");
