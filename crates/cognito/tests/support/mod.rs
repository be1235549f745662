//! A transport that answers by script, a clock that stands still, random bytes that count up.
#![allow(dead_code)] // each test file uses a part of it
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use cognito_user_pool::{
    Client, Clock, Config, HttpRequest, HttpResponse, Password, Random, RandomError, Transport,
    TransportError,
};
use serde_json::{Value, json};

pub type Answer = Result<HttpResponse, TransportError>;

/// Gives the answers it was given, and keeps the requests.
#[derive(Clone, Default)]
pub struct Script {
    pub answers: Rc<RefCell<VecDeque<Answer>>>,
    pub requests: Rc<RefCell<Vec<HttpRequest>>>,
}

impl Script {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Self::default();
        script.answers.borrow_mut().extend(answers);
        script
    }

    pub fn sent(&self) -> usize {
        self.requests.borrow().len()
    }

    /// The operation and body of a request.
    pub fn request(&self, index: usize) -> (String, Value) {
        let requests = self.requests.borrow();
        let request = &requests[index];
        let target = request
            .headers
            .iter()
            .find(|(name, _)| name == "x-amz-target")
            .map(|(_, value)| value.clone())
            .unwrap();
        let operation = target
            .strip_prefix("AWSCognitoIdentityProviderService.")
            .unwrap();
        let body = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
        (operation.to_owned(), body)
    }
}

impl Transport for Script {
    async fn send(&self, request: HttpRequest) -> Answer {
        self.requests.borrow_mut().push(request);
        let answer = self.answers.borrow_mut().pop_front();
        answer.expect("no more requests than answers")
    }
}

/// A clock that stands still and counts the pauses.
#[derive(Clone)]
pub struct Still {
    pub now_ms: i64,
    pub pauses: Rc<RefCell<Vec<u32>>>,
}

impl Clock for Still {
    fn now_ms(&self) -> i64 {
        self.now_ms
    }

    async fn sleep(&self, ms: u32) {
        self.pauses.borrow_mut().push(ms);
    }
}

/// Random bytes that count up.
#[derive(Default)]
pub struct Counting(Cell<u8>);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for byte in bytes {
            self.0.set(self.0.get().wrapping_add(1));
            *byte = self.0.get();
        }
        Ok(())
    }
}

pub const NOW: i64 = 1_767_225_600_000;

pub fn still() -> Still {
    Still {
        now_ms: NOW,
        pauses: Rc::default(),
    }
}

pub fn client(script: &Script) -> Client<Script, Still, Counting> {
    client_at(script, still())
}

pub fn client_at(script: &Script, clock: Still) -> Client<Script, Still, Counting> {
    let config = Config::new("us-east-1_Pool", "client").unwrap();
    Client::with_random(config, script.clone(), clock, Counting::default())
}

pub fn ok(body: Value) -> Answer {
    answer(200, &[], &body.to_string())
}

pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    Ok(HttpResponse {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    })
}

pub fn exception(code: &str, message: &str) -> Answer {
    let body = json!({ "__type": code, "message": message }).to_string();
    answer(400, &[], &body)
}

pub fn broken() -> Answer {
    Err(TransportError::Network("no route".to_owned()))
}

/// Runs a future that never really waits.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

pub fn password() -> Password {
    Password::new("Crud-dur-2026!".to_owned())
}

pub fn verifier_challenge(date: Option<&str>) -> Answer {
    let body = json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": {
            "SALT": "a1b2c3",
            "SRP_B": "1234567890abcdef",
            "SECRET_BLOCK": "c2VjcmV0",
            "USER_ID_FOR_SRP": "the-sub",
            "USERNAME": "the-sub",
        },
    })
    .to_string();
    match date {
        Some(date) => answer(200, &[("date", date)], &body),
        None => answer(200, &[], &body),
    }
}

pub fn tokens() -> Answer {
    ok(
        json!({ "AuthenticationResult": { "AccessToken": "a", "IdToken": "i", "RefreshToken": "r",
        "ExpiresIn": 3600, "TokenType": "Bearer" }, "ChallengeParameters": {} }),
    )
}

/// A challenge as the pool sends it.
pub fn challenge(name: &str, session: &str, parameters: Value) -> Answer {
    ok(json!({ "ChallengeName": name, "Session": session, "ChallengeParameters": parameters }))
}

/// The `ChallengeResponses` of a request, whose challenge and session have to be these.
pub fn responses(script: &Script, index: usize, name: &str, session: Option<&str>) -> Value {
    let (operation, mut body) = script.request(index);
    assert_eq!(operation, "RespondToAuthChallenge");
    assert_eq!(body["ChallengeName"], name);
    assert_eq!(body["Session"].as_str(), session);
    assert_eq!(body["ClientId"], "client");
    body["ChallengeResponses"].take()
}
