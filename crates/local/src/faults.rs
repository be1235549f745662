//! Failures on request: what a client has to live with, made to happen at a known moment.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Extensions, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;

use crate::connection::Connection;

/// Which of the stack's servers fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The user pool; its operations go by name: `InitiateAuth`.
    Pool,
    /// Cruddur's backend; its operations are path prefixes: `/api/activities`.
    Backend,
    /// The site; its operations are path prefixes too: `/config.json`.
    Site,
}

/// What happens instead of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A bare HTTP status, as a gateway in front of the service would answer.
    Status(StatusCode),
    /// An error in the pool's own form: status, code, message.
    Error(StatusCode, String, String),
    /// The connection ends without an answer.
    Drop,
    /// No answer ever comes.
    Hang,
    /// An answer of that content type begins, is said to be as long as this body, and the connection ends halfway through.
    Cut(String, Bytes),
    /// This instead of the answer: status, content type, body.
    Instead(StatusCode, String, Bytes),
    /// The right answer, but not before [`Faults::clear`]: as slow as the test wants it.
    Slow,
}

/// What is to become of a request.
pub(crate) enum Turn {
    /// It is answered as always.
    Answer,
    /// Something else happens.
    Fail(Fault),
}

impl Fault {
    /// Lets the fault happen to the request whose `extensions` these are.
    pub async fn happen(self, extensions: &Extensions) -> Response {
        match self {
            Self::Status(status) => status.into_response(),
            Self::Error(status, code, message) => {
                let body = Json(json!({ "__type": code, "message": message }));
                let headers = [("x-amzn-errortype", code), ("x-amzn-errormessage", message)];
                (status, headers, body).into_response()
            }
            Self::Drop => {
                if let Some(ConnectInfo(connection)) = extensions.get::<ConnectInfo<Connection>>() {
                    connection.cut();
                }
                Response::new(Body::empty())
            }
            Self::Hang | Self::Slow => std::future::pending().await,
            Self::Cut(kind, body) => {
                let length = HeaderValue::from(body.len());
                let half = body.slice(..body.len() / 2);
                let parts = stream::unfold(Some(Some(half)), |part| async move {
                    match part? {
                        Some(half) => Some((Ok(half), Some(None))),
                        None => {
                            // The first half has to be on its way before the connection ends.
                            tokio::task::yield_now().await;
                            let end = io::Error::from(io::ErrorKind::ConnectionAborted);
                            Some((Err(end), None))
                        }
                    }
                });
                let mut response = Body::from_stream(parts).into_response();
                response.headers_mut().insert(CONTENT_LENGTH, length);
                with_kind(response, &kind)
            }
            Self::Instead(status, kind, body) => with_kind((status, body).into_response(), &kind),
        }
    }
}

/// `response` as one of that content type, if it can be one.
fn with_kind(mut response: Response, kind: &str) -> Response {
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response
}

/// A fault as a test asks for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    target: Target,
    operation: String,
    kind: Kind,
    status: Option<u16>,
    code: Option<String>,
    message: Option<String>,
    content_type: Option<String>,
    body: Option<String>,
    #[serde(default = "once")]
    times: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Status,
    Error,
    Drop,
    Hang,
    Cut,
    Instead,
    Slow,
}

fn once() -> u32 {
    1
}

/// The faults that are still to happen.
#[derive(Debug, Default)]
pub struct Faults {
    planned: Mutex<Vec<Planned>>,
    /// How often [`Faults::clear`] was called: what is slow waits for the next time.
    cleared: watch::Sender<u64>,
}

#[derive(Debug)]
struct Planned {
    target: Target,
    operation: String,
    fault: Fault,
    times: u32,
}

impl Faults {
    /// Plans what `order` says.
    ///
    /// # Errors
    /// A sentence about what is missing in the order.
    pub(crate) fn plan(&self, order: Order) -> Result<(), &'static str> {
        let status = |default: StatusCode| match order.status {
            None => Ok(default),
            Some(status) => StatusCode::from_u16(status).map_err(|_| "no such status"),
        };
        let kind = order.content_type.unwrap_or("application/json".to_owned());
        let body = Bytes::from(order.body.unwrap_or_default());
        let fault = match order.kind {
            Kind::Status => Fault::Status(status(StatusCode::SERVICE_UNAVAILABLE)?),
            Kind::Error => {
                let code = order.code.ok_or("an error needs a code")?;
                let message = order.message.unwrap_or_default();
                let printable = |text: &str| text.bytes().all(|byte| (32..127).contains(&byte));
                if !printable(&code) || !printable(&message) {
                    return Err("code and message travel in headers: printable ASCII only");
                }
                Fault::Error(status(StatusCode::BAD_REQUEST)?, code, message)
            }
            Kind::Drop => Fault::Drop,
            Kind::Hang => Fault::Hang,
            Kind::Slow => Fault::Slow,
            Kind::Cut => Fault::Cut(kind, body),
            Kind::Instead => Fault::Instead(status(StatusCode::OK)?, kind, body),
        };
        self.order(order.target, order.operation, fault, order.times);
        Ok(())
    }

    /// Plans a fault: it happens so many times to the operation.
    pub fn order(&self, target: Target, operation: impl Into<String>, fault: Fault, times: u32) {
        self.lock().push(Planned {
            target,
            operation: operation.into(),
            fault,
            times,
        });
    }

    /// Forgets every fault that has not happened yet, and lets what is slow be answered.
    pub fn clear(&self) {
        self.lock().clear();
        self.cleared.send_modify(|count| *count += 1);
    }

    /// Takes the fault that is to happen to this request, if any, and waits where it is slowness.
    pub(crate) async fn turn(&self, target: Target, operation: &str) -> Turn {
        // Looked at first: what is cleared from here on must not be waited for.
        let mut cleared = self.cleared.subscribe();
        match self.take(target, operation) {
            None => Turn::Answer,
            Some(Fault::Slow) => {
                // An error means that the stack is gone.
                let _ = cleared.changed().await;
                Turn::Answer
            }
            Some(fault) => Turn::Fail(fault),
        }
    }

    /// The fault that is to happen to this request, if any; it counts as happened.
    pub fn take(&self, target: Target, operation: &str) -> Option<Fault> {
        let mut planned = self.lock();
        let fault = planned.iter_mut().find(|plan| {
            plan.target == target
                && plan.times > 0
                && match target {
                    Target::Pool => plan.operation == operation,
                    Target::Backend | Target::Site => operation.starts_with(&plan.operation),
                }
        });
        let taken = fault.map(|plan| {
            plan.times -= 1;
            plan.fault.clone()
        });
        planned.retain(|plan| plan.times > 0);
        taken
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Planned>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;

    use super::*;

    fn order(json: serde_json::Value) -> Order {
        serde_json::from_value(json).expect("an order")
    }

    #[test]
    fn a_fault_happens_as_often_as_asked_and_only_to_its_operation() {
        let faults = Faults::default();
        let asked = json!({ "target": "pool", "operation": "GetUser", "kind": "drop", "times": 2 });
        faults.plan(order(asked)).expect("a plan");
        assert_eq!(faults.take(Target::Pool, "SignUp"), None);
        assert_eq!(faults.take(Target::Backend, "GetUser"), None);
        assert_eq!(faults.take(Target::Pool, "GetUser"), Some(Fault::Drop));
        assert_eq!(faults.take(Target::Pool, "GetUser"), Some(Fault::Drop));
        assert_eq!(faults.take(Target::Pool, "GetUser"), None);
    }

    #[test]
    fn a_backend_operation_is_a_path_prefix() {
        let faults = Faults::default();
        let asked =
            json!({ "target": "backend", "operation": "/api/activities", "kind": "status" });
        faults.plan(order(asked)).expect("a plan");
        assert_eq!(faults.take(Target::Backend, "/api/messages"), None);
        assert_eq!(
            faults.take(Target::Backend, "/api/activities/home"),
            Some(Fault::Status(StatusCode::SERVICE_UNAVAILABLE))
        );
    }

    #[tokio::test]
    async fn what_is_slow_is_answered_once_the_faults_are_cleared() {
        let faults = Faults::default();
        faults.order(Target::Site, "/config", Fault::Slow, 1);
        let mut turn = Box::pin(faults.turn(Target::Site, "/config.json"));
        let early = std::future::poll_fn(|context| {
            std::task::Poll::Ready(turn.as_mut().poll(context).is_ready())
        });
        assert!(!early.await);
        faults.clear();
        assert!(matches!(turn.await, Turn::Answer));
        assert!(matches!(
            faults.turn(Target::Site, "/config.json").await,
            Turn::Answer
        ));
    }

    #[test]
    fn an_error_needs_a_code_that_fits_in_a_header() {
        let faults = Faults::default();
        let mut asked = json!({ "target": "pool", "operation": "GetUser", "kind": "error" });
        assert!(faults.plan(order(asked.clone())).is_err());
        asked["code"] = "Two\r\nlines".into();
        assert!(faults.plan(order(asked)).is_err());
        assert_eq!(faults.take(Target::Pool, "GetUser"), None);
    }
}
