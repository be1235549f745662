//! What browser tests share: a scripted service, tokens, a clock and a storage of their own.
#![allow(dead_code)] // each test file takes what it needs
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::rc::Rc;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use cognito_user_pool::{
    Config, HttpRequest, HttpResponse, MemoryStorage, Storage as _, TransportError,
};
use cruddur_web::config::AuthOptions;
use cruddur_web::session::platform::{SharedClock, SharedLock, SharedStorage, SharedTransport};
use cruddur_web::session::{Authenticator, PasskeyError, RENEW, Session, SessionParts};
use serde_json::{Value, json};

/// What the transport gives back.
pub type Answer = Result<HttpResponse, TransportError>;

/// The time at which all tests begin: 2026-01-01T00:00:00Z, in milliseconds.
pub const START_MS: i64 = 1_767_225_600_000;

/// The start of the stored session's keys.
pub const PREFIX: &str = "CognitoIdentityServiceProvider.client";

/// An answer of 200 with a JSON body.
pub fn ok(body: Value) -> Answer {
    answer(200, body)
}

/// An answer of any status with a JSON body.
pub fn answer(status: u16, body: Value) -> Answer {
    Ok(HttpResponse {
        status,
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    })
}

/// An exception of the user pool.
pub fn exception(code: &str, message: &str) -> Answer {
    answer(400, json!({ "__type": code, "message": message }))
}

/// No connection.
pub fn offline() -> Answer {
    Err(TransportError::Network("offline".to_owned()))
}

/// A token with the claims of Ann, good for `seconds` from `now_ms`.
pub fn token(now_ms: i64, seconds: i64) -> String {
    token_of(&json!({
        "sub": "ann-sub", "username": "ann-sub", "cognito:username": "ann-sub",
        "name": "Ann Example", "preferred_username": "ann", "email": "ann@example.com",
        "iat": now_ms / 1000, "exp": now_ms / 1000 + seconds,
    }))
}

/// A token with those claims.
pub fn token_of(claims: &Value) -> String {
    let payload = Base64UrlUnpadded::encode_string(claims.to_string().as_bytes());
    format!("e30.{payload}.c2ln")
}

/// An `AuthenticationResult` at `now_ms`, good for an hour.
pub fn tokens(now_ms: i64) -> Answer {
    ok(json!({ "AuthenticationResult": {
        "AccessToken": token(now_ms, 3600), "IdToken": token(now_ms, 3600),
        "RefreshToken": "refresh-1", "ExpiresIn": 3600, "TokenType": "Bearer",
    } }))
}

/// The first answer to a sign-in by SRP.
pub fn password_verifier() -> Answer {
    ok(json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": {
            "SALT": "a1b2c3", "SRP_B": "1234567890abcdef", "SECRET_BLOCK": "c2VjcmV0",
            "USER_ID_FOR_SRP": "ann-sub", "USERNAME": "ann-sub",
        },
    }))
}

/// A service whose answers are scripted per operation (of the pool) or path (of the backend). It keeps the requests.
#[derive(Clone, Default)]
pub struct Service {
    answers: Rc<RefCell<BTreeMap<String, VecDeque<Answer>>>>,
    requests: Rc<RefCell<Vec<HttpRequest>>>,
    /// Names whose requests are not answered until the test says so.
    held: Rc<RefCell<BTreeMap<String, Vec<futures_channel::oneshot::Sender<()>>>>>,
}

impl Service {
    /// Adds an answer for `name`: an operation such as `SignUp`, or a path such as `/api/activities/home`.
    pub fn on(&self, name: &str, answer: Answer) -> &Self {
        let mut answers = self.answers.borrow_mut();
        answers
            .entry(name.to_owned())
            .or_default()
            .push_back(answer);
        self
    }

    /// Keeps requests for `name` waiting until [`release`](Self::release).
    pub fn hold(&self, name: &str) {
        self.held.borrow_mut().insert(name.to_owned(), Vec::new());
    }

    /// Answers all that waits for `name`, and what comes later at once.
    pub fn release(&self, name: &str) {
        for waiting in self.held.borrow_mut().remove(name).unwrap_or_default() {
            let _ = waiting.send(());
        }
    }

    /// The names of the requests so far.
    pub fn sent(&self) -> Vec<String> {
        self.requests.borrow().iter().map(name_of).collect()
    }

    /// How many requests there were for `name`.
    pub fn count(&self, name: &str) -> usize {
        self.sent().iter().filter(|sent| *sent == name).count()
    }

    /// The last request for `name`.
    pub fn last(&self, name: &str) -> HttpRequest {
        let requests = self.requests.borrow();
        let found = requests
            .iter()
            .rev()
            .find(|request| name_of(request) == name);
        found
            .unwrap_or_else(|| panic!("no request for {name}"))
            .clone()
    }

    /// The body of the last request for `name`.
    pub fn body(&self, name: &str) -> Value {
        serde_json::from_slice(&self.last(name).body.unwrap_or_default()).expect("a JSON body")
    }

    /// The bodies of all requests, one after the other.
    pub fn everything(&self) -> String {
        let requests = self.requests.borrow();
        let bodies = requests
            .iter()
            .filter_map(|request| request.body.as_deref());
        bodies.map(String::from_utf8_lossy).collect()
    }

    /// It as a transport.
    pub fn transport(&self) -> SharedTransport {
        let service = self.clone();
        SharedTransport::from_fn(move |request| {
            let service = service.clone();
            async move {
                let name = name_of(&request);
                service.requests.borrow_mut().push(request);
                let waiting = service.held.borrow_mut().get_mut(&name).map(|list| {
                    let (sender, receiver) = futures_channel::oneshot::channel();
                    list.push(sender);
                    receiver
                });
                if let Some(waiting) = waiting {
                    let _ = waiting.await;
                }
                let mut answers = service.answers.borrow_mut();
                let answer = answers.get_mut(&name).and_then(VecDeque::pop_front);
                answer.unwrap_or_else(|| panic!("no answer is left for {name}"))
            }
        })
    }
}

/// The operation of a request to the pool, the path of another.
fn name_of(request: &HttpRequest) -> String {
    let target = request
        .headers
        .iter()
        .find(|(name, _)| name == "x-amz-target");
    match target {
        Some((_, target)) => target.rsplit('.').next().unwrap_or_default().to_owned(),
        None => {
            let path = request.url.split("://").last().unwrap_or_default();
            let path = path.find('/').map_or("", |start| &path[start..]);
            path.split('?').next().unwrap_or_default().to_owned()
        }
    }
}

/// A session's surroundings, all scripted.
#[derive(Clone)]
pub struct World {
    /// The pool and the backend.
    pub service: Service,
    /// In place of localStorage.
    pub storage: MemoryStorage,
    /// In place of sessionStorage.
    pub tab_storage: MemoryStorage,
    /// What the pool lets people do.
    pub options: AuthOptions,
    /// Passkeys; nobody has one unless the test says so.
    pub authenticator: Authenticator,
    /// The device's clock, in milliseconds.
    pub now_ms: Rc<Cell<i64>>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            service: Service::default(),
            storage: MemoryStorage::default(),
            tab_storage: MemoryStorage::default(),
            options: AuthOptions::default(),
            authenticator: Authenticator::from_fn(|_| async { Err(PasskeyError::Cancelled) }),
            now_ms: Rc::new(Cell::new(START_MS)),
        }
    }
}

impl World {
    /// A session as at the start of the page. Timers never fire.
    pub fn session(&self) -> Session {
        self.tab(SharedLock::none())
    }

    /// The same, with a lock to renew tokens under.
    pub fn tab(&self, lock: SharedLock) -> Session {
        Session::new(SessionParts {
            lock,
            ..self.parts()
        })
    }

    /// What a session of this world stands on.
    pub fn parts(&self) -> SessionParts {
        let now_ms = self.now_ms.clone();
        SessionParts {
            config: Config::new("us-east-1_Pool", "client").expect("a configuration"),
            transport: self.service.transport(),
            options: self.options.clone(),
            storage: SharedStorage::new(self.storage.clone()),
            tab: SharedStorage::new(self.tab_storage.clone()),
            authenticator: self.authenticator.clone(),
            renewer: || Box::pin(async { Some(RENEW) }),
            lock: SharedLock::none(),
            // A pause of no length is a way to yield; the others are left to run out.
            clock: SharedClock::from_fns(
                move || now_ms.get(),
                |ms| async move {
                    if ms > 0 {
                        pending::<()>().await;
                    }
                },
            ),
        }
    }

    /// Leaves a session of Ann in the storage whose tokens are good for `seconds`.
    pub fn store_session(&self, seconds: i64) {
        let token = token(self.now_ms.get(), seconds);
        self.set("LastAuthUser", "ann-sub");
        self.set("ann-sub.accessToken", &token);
        self.set("ann-sub.idToken", &token);
        self.set("ann-sub.refreshToken", "refresh-0");
    }

    /// Leaves a session of somebody else there, in its place.
    pub fn store_session_of(&self, username: &str, seconds: i64) {
        let expires = self.now_ms.get() / 1000 + seconds;
        let token = token_of(&json!({ "sub": username, "username": username,
            "cognito:username": username, "exp": expires }));
        self.set("LastAuthUser", username);
        for name in ["accessToken", "idToken"] {
            self.set(&format!("{username}.{name}"), &token);
        }
        self.set(&format!("{username}.refreshToken"), "refresh-of-somebody");
    }

    /// Gives the stored session an ID token with those claims.
    pub fn store_id_token(&self, claims: &Value) {
        self.set("ann-sub.idToken", &token_of(claims));
    }

    fn set(&self, name: &str, value: &str) {
        self.storage
            .set(&format!("{PREFIX}.{name}"), value)
            .expect("memory is never full");
    }

    /// Answers a whole sign-in with tokens.
    pub fn let_sign_in(&self) {
        self.service
            .on("InitiateAuth", password_verifier())
            .on("RespondToAuthChallenge", tokens(self.now_ms.get()));
    }
}

/// All that a storage holds, for a look at what must not be there.
pub fn contents(storage: &MemoryStorage) -> String {
    let values = storage
        .keys()
        .into_iter()
        .filter_map(|key| storage.get(&key));
    values.collect()
}

/// Lets everything that is ready run until `condition` holds.
pub async fn until(condition: impl Fn() -> bool) {
    for _ in 0..1000 {
        if condition() {
            return;
        }
        let turn = js_sys::Promise::resolve(&wasm_bindgen::JsValue::UNDEFINED);
        let _ = wasm_bindgen_futures::JsFuture::from(turn).await;
    }
    panic!("the condition never held");
}
