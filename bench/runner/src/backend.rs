//! A backend whose home feed is as long as it is told, and waits to be sent when it is told to.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE,
};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Result;

/// What is written in the crud that [`Backend::insert`] puts on top.
pub const INSERTED: &str = "This one has just come in";
/// How many like the first crud after [`Backend::like`].
pub const LIKES: u64 = 777;

/// The feed's length and state, shared with its server.
#[derive(Clone)]
pub struct Backend {
    /// Its URL, without a slash at the end.
    pub url: String,
    feed: Arc<Mutex<Vec<Value>>>,
    held: Arc<watch::Sender<bool>>,
}

impl Backend {
    /// Starts one with an empty feed.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let backend = Self {
            url: format!("http://{}", listener.local_addr()?),
            feed: Arc::default(),
            held: Arc::new(watch::Sender::new(false)),
        };
        let router = Router::new().fallback(answer).with_state(backend.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(backend)
    }

    fn feed(&self) -> std::sync::MutexGuard<'_, Vec<Value>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the feed so long.
    pub fn fill(&self, length: usize) {
        *self.feed() = (0..length).map(crud).collect();
    }

    /// Lets more people like the first crud.
    pub fn like(&self) {
        if let Some(first) = self.feed().first_mut() {
            first["likes_count"] = LIKES.into();
        }
    }

    /// Puts a crud on top.
    pub fn insert(&self) {
        let mut new = crud(1_000_000);
        new["message"] = INSERTED.into();
        new["created_at"] = time(0).into();
        self.feed().insert(0, new);
    }

    /// Keeps answers back, or sends them.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }
}

async fn answer(State(backend): State<Backend>, request: Request) -> Response {
    let allowed = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    if request.method() == Method::OPTIONS {
        return (StatusCode::NO_CONTENT, allowed).into_response();
    }
    if request.uri().path() != "/api/activities/home" {
        return (allowed, [(CONTENT_TYPE, "application/json")], "[]").into_response();
    }
    // An error means that the runner has gone, and so has the page.
    let _ = backend.held.subscribe().wait_for(|held| !held).await;
    let body = Value::Array(backend.feed().clone()).to_string();
    (allowed, [(CONTENT_TYPE, "application/json")], body).into_response()
}

/// The nth crud: a tenth of each thousand is minutes old, the others hours.
fn crud(n: usize) -> Value {
    let minutes = if n.is_multiple_of(10) {
        (n / 10) % 55 + 1
    } else {
        61 + n % 1300
    };
    json!({
        "uuid": format!("00000000-0000-4000-8000-{n:012}"),
        "handle": format!("person{}", n % 50),
        "display_name": format!("Person Number {}", n % 50),
        "message": format!("Crud {n}: what somebody has to say in about as many words as people do."),
        "created_at": time(-(minutes as i64) * 60 + 30),
        "expires_at": time(7 * 86_400),
        "likes_count": n % 7,
        "replies_count": n % 3,
        "reposts_count": n % 5,
        "replies": [],
    })
}

/// The time so many seconds from now, as the backend writes it.
fn time(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_secs() as i64) + seconds;
    chrono::DateTime::from_timestamp(now, 0).map_or_else(String::new, |time| time.to_rfc3339())
}
