//! A pool of its own for each test, and a client of it.

use cognito_user_pool::operation::{ConfirmSignUp, SignUp};
use cognito_user_pool::{
    Client, Error, ErrorKind, HttpRequest, Method, Password, SignInStep, Tokens, Transport as _,
};
use cruddur_local::{CLIENT_ID, MailKind, Options, Stack, USER_POOL_ID};
use interop::{Http, SkewedClock};
use serde_json::{Value, json};

pub const EMAIL: &str = "ann@example.com";
pub const PASSWORD: &str = "Crud-dur-2026!";

pub struct Pool {
    pub stack: Stack,
    pub id: String,
    pub client: Client<Http, SkewedClock>,
}

impl Pool {
    pub async fn start() -> Self {
        Self::start_on_a_device(0).await
    }

    pub async fn start_on_a_device(ahead_ms: i64) -> Self {
        let stack = Stack::start(Options::ephemeral()).await.expect("a stack");
        let client = interop::client(stack.pool_url(), USER_POOL_ID, CLIENT_ID, ahead_ms);
        Self {
            client: client.expect("a client"),
            id: USER_POOL_ID.to_owned(),
            stack,
        }
    }

    pub fn code(&self, email: &str, kind: MailKind) -> String {
        let mails = self.stack.mail().to(email);
        let mail = mails.into_iter().find(|mail| mail.kind == kind);
        mail.expect("a mail").code
    }

    /// The code that went out last.
    pub fn last_code(&self, address: &str) -> String {
        let mails = self.stack.mail().to(address);
        mails.into_iter().next().expect("a mail").code
    }

    pub async fn sign_up(&self, email: &str) -> Result<(), Error> {
        let attributes = [
            ("email", email),
            ("name", "Ann"),
            ("preferred_username", "ann"),
        ];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let signed_up = self
            .client
            .call(&SignUp {
                username: email,
                password: &password(PASSWORD),
                attributes: &attributes,
            })
            .await?;
        assert!(!signed_up.confirmed);
        let delivery = signed_up.delivery.expect("a code was sent");
        assert_eq!(delivery.destination.as_deref(), Some("a***@e***"));
        Ok(())
    }

    pub async fn confirm(&self, code: &str) -> Result<(), Error> {
        let username = EMAIL;
        let confirm = ConfirmSignUp { username, code };
        self.client.call(&confirm).await.map(|_| ())
    }

    /// Another pool of the stack, whose users sign in by a name of their own.
    pub async fn of_user_names(self) -> Self {
        let body = json!({ "PoolName": "names", "AutoVerifiedAttributes": ["email"] });
        let made = self.admin("CreateUserPool", body).await;
        let id = made["UserPool"]["Id"].as_str().expect("an id").to_owned();
        let pool = Self { id, ..self };
        let flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
        let body = json!({ "ClientName": "names", "ExplicitAuthFlows": flows });
        let made = pool.admin("CreateUserPoolClient", body).await;
        let client_id = made["UserPoolClient"]["ClientId"].as_str().expect("an id");
        let client = interop::client(pool.stack.pool_url(), &pool.id, client_id, 0);
        Self {
            client: client.expect("a client"),
            ..pool
        }
    }

    /// Lets the app client use these flows only.
    pub async fn allow_flows(&self, flows: &[&str]) {
        let body = json!({ "ClientId": self.client.config().client_id(),
            "PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": flows });
        self.admin("UpdateUserPoolClient", body).await;
    }

    /// Lets the pool's time pass.
    pub fn wait(&self, seconds: i64) {
        self.stack.clock().advance_seconds(seconds);
    }

    /// What a sign-in of Ann's comes to.
    pub async fn step(&self, text: &str) -> SignInStep {
        let step = self.client.sign_in(EMAIL, &password(text), None).await;
        step.expect("a step")
    }

    /// A confirmed user.
    pub async fn with_ann(self) -> Self {
        self.sign_up(EMAIL).await.expect("signed up");
        let code = self.code(EMAIL, MailKind::SignUp);
        self.confirm(&code).await.expect("confirmed");
        self
    }

    pub async fn sign_in(&self, text: &str) -> Result<Tokens, Error> {
        match self.client.sign_in(EMAIL, &password(text), None).await? {
            SignInStep::SignedIn(tokens) => Ok(tokens),
            step => panic!("another step: {step:?}"),
        }
    }

    /// An operation of the administrator's.
    pub async fn admin(&self, operation: &str, mut body: Value) -> Value {
        body["UserPoolId"] = self.id.as_str().into();
        let response = Http::default()
            .send(HttpRequest {
                method: Method::Post,
                url: self.stack.pool_url().to_owned(),
                headers: vec![
                    ("content-type".into(), "application/x-amz-json-1.1".into()),
                    (
                        "x-amz-target".into(),
                        format!("AWSCognitoIdentityProviderService.{operation}"),
                    ),
                ],
                body: Some(body.to_string().into_bytes()),
                timeout_ms: None,
            })
            .await
            .expect("an answer");
        let text = String::from_utf8_lossy(&response.body);
        assert_eq!(response.status, 200, "{operation}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

#[track_caller]
pub fn signed_in(step: SignInStep) -> Tokens {
    match step {
        SignInStep::SignedIn(tokens) => tokens,
        step => panic!("another step: {step:?}"),
    }
}

pub fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

pub fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorKind {
    result.expect_err("a refusal").kind
}
