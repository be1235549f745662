//! The API on the wire: AWS JSON 1.1 over POST, errors and headers as the service sends them.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, DATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Map, Value, json};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};
use uuid::Uuid;

use super::errors::Error;
use super::input::Input;
use super::ops::{self, Answer};
use super::service::UserPools;
use crate::faults::{Target, Turn};

const CONTENT: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AWSCognitoIdentityProviderService.";
const BODY_LIMIT: usize = 1024 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

pub(super) fn router(pools: Arc<UserPools>) -> Router {
    Router::new()
        .route("/", post(call))
        .layer(cors())
        .with_state(pools)
}

/// Any origin may call and see what the service lets it see.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID, ERROR_TYPE, ERROR_MESSAGE, DATE])
        .max_age(std::time::Duration::from_secs(172_800))
}

/// Every answer tells the stack's time.
pub(super) fn with_date(router: Router, pools: Arc<UserPools>) -> Router {
    router.layer(from_fn_with_state(pools, date))
}

async fn date(State(pools): State<Arc<UserPools>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(date) = HeaderValue::from_str(&pools.clock.http_date()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

async fn call(State(pools): State<Arc<UserPools>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let operation = operation(&parts.headers);
    if let Some(operation) = &operation
        && let Turn::Fail(fault) = pools.faults.turn(Target::Pool, operation).await
    {
        return fault.happen(&parts.extensions).await;
    }
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let Some(operation) = operation else {
        return answer(Err(Error::UnknownOperation));
    };
    // SRP and RSA take a while, and the state goes to disk.
    let work = tokio::task::spawn_blocking(move || {
        let members = members(&body)?;
        ops::run(&pools, &operation, &Input::new(&members))
    });
    match work.await {
        Ok(result) => answer(result),
        Err(error) => answer(Err(Error::Internal(error.to_string()))),
    }
}

/// The operation that a request names, if it is in the API's form at all.
fn operation(headers: &HeaderMap) -> Option<String> {
    let content = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let content = content.split(';').next()?.trim();
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    let operation = target.strip_prefix(TARGET)?;
    content
        .eq_ignore_ascii_case(CONTENT)
        .then(|| operation.to_owned())
}

fn members(body: &[u8]) -> Result<Map<String, Value>, Error> {
    serde_json::from_slice(body).map_err(|_| Error::Serialization(""))
}

fn answer(result: Result<Answer, Error>) -> Response {
    let mut response = match result {
        Ok(Answer::Json(value)) => Body::from(value.to_string()).into_response(),
        Ok(Answer::Empty) => Body::empty().into_response(),
        Err(error) => refusal(&error),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

fn refusal(error: &Error) -> Response {
    if let Error::Internal(reason) = error {
        eprintln!("user pool: {reason}");
    }
    let (code, message) = (error.code(), error.message());
    let body = match message.is_empty() {
        true => json!({ "__type": code }),
        false => json!({ "__type": code, "message": message }),
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    // The service ends the code with a colon here.
    if let Ok(code) = HeaderValue::from_str(&format!("{code}:")) {
        headers.insert(ERROR_TYPE, code);
    }
    // A header holds neither line breaks nor all of Unicode.
    let line: String = message
        .chars()
        .map(|c| if (' '..='~').contains(&c) { c } else { ' ' })
        .collect();
    if let Ok(message) = HeaderValue::from_str(line.trim_end()) {
        headers.insert(ERROR_MESSAGE, message);
    }
    response
}
