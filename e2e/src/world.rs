//! What is behind the page: site, user pool, backend.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use cruddur_local::site::{self, SiteOptions};
use cruddur_local::{
    CLIENT_ID, Fault, MailKind, Options, REGION, Site, Stack, Target, USER_POOL_ID, Week,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::nginx;

/// A password that the pool's policy allows.
pub const PASSWORD: &str = "Crud-dur-2026!";

/// What a server of a site answers to `/config.json`: status, content type, body. `None`: what is right for the stack.
pub type ConfigAnswer = Option<(u16, &'static str, String)>;

type SharedAnswer = Arc<Mutex<ConfigAnswer>>;

/// A path of a site's, and the URL that it leads to.
type Move = Arc<Mutex<Option<(String, String)>>>;

/// The stack of one journey.
pub struct World {
    /// Pool, backend and, as a rule, site.
    pub stack: Stack,
    site: String,
    /// The answer of a site that is configured otherwise, and its server.
    config: SharedAnswer,
    server: Option<JoinHandle<()>>,
    /// What of a site is elsewhere.
    moved: Move,
    _nginx: Option<nginx::Server>,
    /// Whether something was asked to fail.
    faulty: AtomicBool,
    /// Where the configuration says that pool and backend are, if that is not where they are.
    astray: Vec<String>,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

impl World {
    pub(crate) async fn start(dir: PathBuf, week: Week) -> Self {
        if let Some(program) = nginx::wanted() {
            return Self::start_behind_nginx(&program, dir, week).await;
        }
        let options = Options {
            site: Some(Site { dir, port: 0 }),
            week,
            ..Options::ephemeral()
        };
        let stack = Stack::start(options).await.expect("a stack");
        Self {
            site: stack.site_url().expect("a site").to_owned(),
            stack,
            config: SharedAnswer::default(),
            server: None,
            moved: Move::default(),
            _nginx: None,
            faulty: AtomicBool::new(false),
            astray: Vec::new(),
        }
    }

    /// With the site behind nginx, as on a server of one's own.
    async fn start_behind_nginx(program: &Path, dir: PathBuf, week: Week) -> Self {
        let port = nginx::Port::free();
        let site = port.url();
        let options = Options {
            frontend_origins: vec![site.clone()],
            week,
            ..Options::ephemeral()
        };
        let stack = Stack::start(options).await.expect("a stack");
        let options = site_options(&stack, dir);
        let config = site::config(&options, "localhost");
        let server = nginx::Server::start(program, port, &options.dir, &config);
        Self {
            stack,
            site,
            config: SharedAnswer::default(),
            server: None,
            moved: Move::default(),
            _nginx: Some(server),
            faulty: AtomicBool::new(false),
            astray: Vec::new(),
        }
    }

    /// With a user pool that lets people set up all there is, at the host's name: passkeys are for names, not numbers.
    pub(crate) async fn start_with_everything(dir: PathBuf) -> Self {
        let options = Options {
            site: Some(Site { dir, port: 0 }),
            everything: true,
            ..Options::ephemeral()
        };
        let stack = Stack::start(options).await.expect("a stack");
        let site = stack.site_url().expect("a site");
        Self {
            site: site.replace("127.0.0.1", "localhost"),
            stack,
            config: SharedAnswer::default(),
            server: None,
            moved: Move::default(),
            _nginx: None,
            faulty: AtomicBool::new(false),
            astray: Vec::new(),
        }
    }

    /// With a site whose configuration is another one, until [`World::configure`] changes it.
    pub(crate) async fn start_configured(dir: PathBuf, answer: ConfigAnswer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        let site = format!("http://{}", listener.local_addr().expect("its port"));
        let options = Options {
            frontend_origins: vec![site.clone()],
            ..Options::ephemeral()
        };
        let stack = Stack::start(options).await.expect("a stack");
        let config = Arc::new(Mutex::new(answer));
        let router = site::router(site_options(&stack, dir))
            .layer(from_fn_with_state(config.clone(), other_config));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self {
            stack,
            site,
            config,
            server: Some(server),
            moved: Move::default(),
            _nginx: None,
            faulty: AtomicBool::new(false),
            astray: Vec::new(),
        }
    }

    /// With a site that looks for pool and backend where they are not.
    pub(crate) async fn start_astray(
        dir: PathBuf,
        pool_url: Option<&str>,
        backend_url: Option<&str>,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        let site = format!("http://{}", listener.local_addr().expect("its port"));
        let options = Options {
            frontend_origins: vec![site.clone()],
            ..Options::ephemeral()
        };
        let stack = Stack::start(options).await.expect("a stack");
        let router = site::router(SiteOptions {
            dir,
            pool_url: pool_url.unwrap_or(stack.pool_url()).to_owned(),
            backend_url: backend_url.unwrap_or(stack.backend_url()).to_owned(),
            region: REGION.to_owned(),
            user_pool_id: USER_POOL_ID.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            everything: false,
        });
        let moved = Move::default();
        let router = router.layer(from_fn_with_state(moved.clone(), lead_elsewhere));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self {
            stack,
            site,
            config: SharedAnswer::default(),
            server: Some(server),
            moved,
            _nginx: None,
            faulty: AtomicBool::new(true),
            astray: [pool_url, backend_url]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Changes what the server of a site that was started with another configuration answers.
    pub fn configure(&self, answer: ConfigAnswer) {
        assert!(self.server.is_some(), "the stack's own site has no other");
        *self.config.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// Lets a path of a site that was started astray lead to another URL; with none, it has its file again.
    pub fn moves(&self, path: &str, url: Option<&str>) {
        assert!(!self.astray.is_empty(), "only a site that is astray does");
        let moved = url.map(|url| (path.to_owned(), url.to_owned()));
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = moved;
    }

    /// The site's URL, without a slash at the end.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The user pool's URL, without a slash at the end.
    pub fn pool_url(&self) -> &str {
        self.stack.pool_url()
    }

    /// The code of the newest mail of a kind.
    pub fn code(&self, email: &str, kind: MailKind) -> String {
        let mails = self.stack.mail().to(email);
        let mail = mails.into_iter().find(|mail| mail.kind == kind);
        mail.unwrap_or_else(|| panic!("no {kind:?} mail to {email}"))
            .code
    }

    async fn send(&self, path: &str, target: Option<&str>, body: &Value) -> reqwest::Response {
        let mut request = reqwest::Client::new()
            .post(format!("{}{path}", self.stack.pool_url()))
            .body(body.to_string());
        request = match target {
            Some(operation) => request
                .header("content-type", "application/x-amz-json-1.1")
                .header(
                    "x-amz-target",
                    format!("AWSCognitoIdentityProviderService.{operation}"),
                ),
            None => request.header("content-type", "application/json"),
        };
        request.send().await.expect("an answer")
    }

    async fn post(&self, path: &str, target: Option<&str>, body: &Value) -> Value {
        let response = self.send(path, target, body).await;
        let status = response.status();
        let text = response.text().await.expect("a body");
        assert!(status.is_success(), "{path} {target:?}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Calls an operation of the pool's by hand.
    pub async fn pool(&self, operation: &str, body: Value) -> Value {
        self.post("/", Some(operation), &body).await
    }

    /// Whether the pool refuses an operation.
    pub async fn refuses(&self, operation: &str, body: Value) -> bool {
        let response = self.send("/", Some(operation), &body).await;
        response.status().is_client_error()
    }

    /// Does something as the pool's administrator.
    pub async fn admin(&self, operation: &str, mut body: Value) -> Value {
        body["UserPoolId"] = USER_POOL_ID.into();
        self.pool(operation, body).await
    }

    /// Lets something fail.
    pub async fn fault(&self, fault: Value) {
        self.faulty.store(true, Ordering::Relaxed);
        self.post("/_local/faults", None, &fault).await;
    }

    /// Lets something fail, as [`World::fault`] does, with what is too large for an order in JSON too.
    pub fn fails(&self, target: Target, operation: &str, fault: Fault) {
        self.faulty.store(true, Ordering::Relaxed);
        self.stack.faults().order(target, operation, fault, 99);
    }

    /// Lets everything work again.
    pub fn repair(&self) {
        self.stack.faults().clear();
    }

    /// The servers that pages may call.
    pub(crate) fn servers(&self) -> Vec<&str> {
        let stack = [self.stack.pool_url(), self.stack.backend_url()];
        let astray = self.astray.iter().map(String::as_str);
        stack.into_iter().chain(astray).collect()
    }

    pub(crate) fn is_faulty(&self) -> bool {
        self.faulty.load(Ordering::Relaxed)
    }

    /// The stack's time, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.stack.clock().now_ms()
    }

    /// Moves the stack's clock.
    pub fn advance_minutes(&self, minutes: i64) {
        self.stack.clock().advance_seconds(minutes * 60);
    }

    /// Ann Example, @ann, who has signed up, confirmed or not.
    pub async fn with_user(&self, email: &str, confirmed: bool) {
        self.sign_up(email, "Ann Example", "ann").await;
        if confirmed {
            self.confirm(email).await;
        }
    }

    /// Somebody else, who can sign in with [`PASSWORD`].
    pub async fn with_person(&self, email: &str, name: &str, handle: &str) {
        self.sign_up(email, name, handle).await;
        self.confirm(email).await;
    }

    async fn sign_up(&self, email: &str, name: &str, handle: &str) {
        let attributes = [
            ("email", email),
            ("name", name),
            ("preferred_username", handle),
        ];
        let attributes: Vec<Value> = attributes
            .iter()
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect();
        let body = json!({ "ClientId": CLIENT_ID, "Username": email, "Password": PASSWORD,
            "UserAttributes": attributes });
        self.pool("SignUp", body).await;
    }

    async fn confirm(&self, email: &str) {
        self.admin("AdminConfirmSignUp", json!({ "Username": email }))
            .await;
        let verified = json!([{ "Name": "email_verified", "Value": "true" }]);
        let body = json!({ "Username": email, "UserAttributes": verified });
        self.admin("AdminUpdateUserAttributes", body).await;
    }

    /// Says something on Cruddur as a visitor, who goes by the name of Andrew Brown.
    pub async fn post_crud(&self, message: &str, ttl: &str) {
        let answer = reqwest::Client::new()
            .post(format!("{}/api/activities", self.stack.backend_url()))
            .header("content-type", "application/json")
            .body(json!({ "message": message, "ttl": ttl }).to_string())
            .send()
            .await
            .expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

fn site_options(stack: &Stack, dir: PathBuf) -> SiteOptions {
    SiteOptions {
        dir,
        pool_url: stack.pool_url().to_owned(),
        backend_url: stack.backend_url().to_owned(),
        region: REGION.to_owned(),
        user_pool_id: USER_POOL_ID.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        everything: false,
    }
}

async fn lead_elsewhere(State(moved): State<Move>, request: Request, next: Next) -> Response {
    let moved = moved.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match moved {
        Some((path, url)) if request.uri().path() == path => (
            StatusCode::TEMPORARY_REDIRECT,
            [(LOCATION, format!("{url}{path}"))],
        )
            .into_response(),
        _ => next.run(request).await,
    }
}

async fn other_config(
    State(answer): State<SharedAnswer>,
    request: Request,
    next: Next,
) -> Response {
    let answer = answer
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    match answer {
        Some((status, kind, body)) if request.uri().path() == "/config.json" => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, [(CONTENT_TYPE, kind)], body).into_response()
        }
        _ => next.run(request).await,
    }
}
