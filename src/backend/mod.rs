//! The Cruddur backend: one typed function per route, one error type, one place that adds the access token.

mod activity;
mod error;
mod flight;
#[cfg(any(fuzzing, all(test, not(target_arch = "wasm32"))))]
pub(crate) mod fuzzing;
mod message;
mod people;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
mod routes;
mod thread;
mod timestamp;
mod ttl;

use std::fmt;
use std::rc::Rc;

use cognito_user_pool::{AccessToken, HttpRequest, HttpResponse, Method, Transport as _};
use serde_json::Value;
use yew::prelude::*;

pub use activity::Activity;
pub use error::BackendError;
use flight::Flights;
pub use message::{Conversation, Message, MessageGroup, Recipient, Sent};
pub use people::{Profile, UserFeed};
pub use thread::Thread;
pub use ttl::Ttl;

use crate::session::Session;
use crate::session::platform::SharedTransport;

/// Milliseconds after which a request is given up.
const TIMEOUT_MS: u32 = 20_000;

/// The backend, with the session that its requests are made in. Clones are the same backend; it compares by identity.
#[derive(Clone)]
pub struct Backend(Rc<Inner>);

struct Inner {
    base_url: String,
    transport: SharedTransport,
    session: Session,
    reads: Flights,
}

impl PartialEq for Backend {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend")
            .field("base_url", &self.0.base_url)
            .finish_non_exhaustive()
    }
}

impl Backend {
    /// The backend at `base_url` (no slash at the end).
    pub fn new(base_url: String, transport: SharedTransport, session: Session) -> Self {
        Self(Rc::new(Inner {
            base_url,
            transport,
            session,
            reads: Flights::default(),
        }))
    }

    /// Gets `path` in the session and reads the answer's JSON, whatever content type it claims to have. Whoever asks for
    /// the same while an answer is on its way gets that one.
    async fn get(&self, path: &str) -> Result<Rc<Value>, BackendError> {
        let state = self.0.session.state();
        let viewer = state.person().map_or("", |person| &person.username);
        let key = format!("{viewer} {path}");
        let read = || {
            let (backend, path) = (self.clone(), path.to_owned());
            async move { backend.ask(Method::Get, &path, None).await }
        };
        self.0.reads.join(key, read).await
    }

    /// Posts `fields` to `path` in the session and reads the answer's JSON.
    async fn post(&self, path: &str, fields: &Value) -> Result<Value, BackendError> {
        let body = fields.to_string().into_bytes();
        self.ask(Method::Post, path, Some(body)).await
    }

    /// A token that the backend refuses is renewed once, and the request, which has done nothing yet, repeated once. When
    /// the new token is refused too, the session is of no use: it ends, and the person is asked to sign in.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Value, BackendError> {
        let session = &self.0.session;
        let token = session
            .access_token()
            .await
            .map_err(BackendError::Session)?;
        let mut answer = self
            .send(method, path, body.clone(), token.as_ref())
            .await?;
        if answer.status == 401
            && let Some(refused) = token
        {
            let renewed = session
                .refresh_rejected(&refused)
                .await
                .map_err(BackendError::Session)?;
            // Without a session by now, what anybody may see is still to be seen.
            answer = self.send(method, path, body, renewed.as_ref()).await?;
            if answer.status == 401
                && let Some(refused) = renewed
            {
                session.give_up(&refused);
            }
        }
        if !(200..300).contains(&answer.status) {
            return Err(BackendError::of_status(answer.status, &answer.body));
        }
        serde_json::from_slice(&answer.body).map_err(|_| BackendError::InvalidBody)
    }

    /// The only place where an access token leaves the session. Without one there is no header at all: the backend
    /// answers `500` to an empty one.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        token: Option<&AccessToken>,
    ) -> Result<HttpResponse, BackendError> {
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        if body.is_some() {
            let json = "application/json".to_owned();
            headers.push(("content-type".to_owned(), json));
        }
        if let Some(token) = token {
            let value = format!("Bearer {}", token.expose());
            headers.push(("authorization".to_owned(), value));
        }
        let request = HttpRequest {
            method,
            url: format!("{}{path}", self.0.base_url),
            headers,
            body,
            timeout_ms: Some(TIMEOUT_MS),
        };
        Ok(self.0.transport.send(request).await?)
    }
}

/// The backend.
///
/// # Panics
/// Without a `ContextProvider<Backend>` above the component.
#[hook]
pub fn use_backend() -> Backend {
    match use_context::<Backend>() {
        Some(backend) => backend,
        None => panic!("use_backend needs a ContextProvider<Backend> above"),
    }
}
