//! What only a local pool has: its mailbox, a clock that can be moved, failures on request.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::service::UserPools;
use crate::faults::Order;
use crate::mail::page;

pub(super) fn router(pools: Arc<UserPools>) -> Router {
    let local_pages = AllowOrigin::predicate(|origin, _| is_local_origin(origin));
    let cors = CorsLayer::new()
        .allow_origin(local_pages)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request());
    Router::new()
        .route("/_local/mail", get(mail).delete(clear_mail))
        .route("/_local/mailbox", get(mailbox))
        .route("/_local/clock", post(clock))
        .route("/_local/faults", post(plan_fault).delete(clear_faults))
        .layer(from_fn(local_only))
        .layer(cors)
        .with_state(pools)
}

/// Refuses requests under a name that is not this machine's: a page of another site whose name has been pointed here
/// must not read anybody's codes. Nothing here may be cached.
async fn local_only(request: Request, next: Next) -> Response {
    if !is_local_host(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn is_local_host(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(is_local_name)
}

fn is_local_origin(origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok();
    let host = origin.and_then(|origin| origin.strip_prefix("http://"));
    host.is_some_and(is_local_name)
}

/// Whether `host`, with or without a port, is the loopback address.
fn is_local_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[derive(Deserialize)]
struct MailQuery {
    to: Option<String>,
}

async fn mail(State(pools): State<Arc<UserPools>>, Query(query): Query<MailQuery>) -> Response {
    let mailbox = pools.mailbox();
    let mail = match query.to {
        Some(to) => mailbox.to(&to),
        None => mailbox.all(),
    };
    Json(mail).into_response()
}

async fn clear_mail(State(pools): State<Arc<UserPools>>) -> Response {
    match pools.mailbox().clear() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Json(json!({ "message": error.to_string() })),
        )
            .into_response(),
    }
}

async fn mailbox(State(pools): State<Arc<UserPools>>) -> Response {
    let page = page::render(&pools.mailbox().all());
    let policy = [(CONTENT_SECURITY_POLICY, page::CONTENT_SECURITY_POLICY)];
    (policy, Html(page)).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

async fn clock(State(pools): State<Arc<UserPools>>, Json(by): Json<Advance>) -> Json<Value> {
    let now = pools.clock.advance_seconds(by.advance_seconds);
    Json(json!({ "now_ms": now }))
}

async fn plan_fault(State(pools): State<Arc<UserPools>>, Json(order): Json<Order>) -> Response {
    match pools.faults.plan(order) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(message) => {
            (StatusCode::BAD_REQUEST, Json(json!({ "message": message }))).into_response()
        }
    }
}

async fn clear_faults(State(pools): State<Arc<UserPools>>) -> StatusCode {
    pools.faults.clear();
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        for local in [
            "127.0.0.1:9229",
            "localhost",
            "localhost:1",
            "[::1]:80",
            "[::1]",
        ] {
            assert!(is_local_name(local), "{local}");
        }
        for other in [
            "",
            "evil.test",
            "127.0.0.1.evil.test",
            "localhost.evil.test:80",
            "10.0.0.1",
        ] {
            assert!(!is_local_name(other), "{other}");
        }
        let origin = |text: &'static str| is_local_origin(&HeaderValue::from_static(text));
        assert!(origin("http://localhost:8080"));
        assert!(!origin("null"));
        assert!(!origin("https://cruddur.com"));
    }
}
