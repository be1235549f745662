//! Answers that are not a plain 200: validation codes as JSON, everything else as a small HTML page.

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The input breaks a rule: 422 and the rule's code in an array.
    Invalid(&'static str),
    /// The body is not the JSON object it has to be.
    NotJson,
    /// There is nothing by that name.
    NotFound,
    /// It takes a signed-in person: 401 and an empty object.
    Unauthorized,
    /// The original fails here instead of saying what is wrong.
    Failed,
    /// Nobody has the handle: from week 8 on an empty object that claims to be a page.
    Nobody,
    /// The state file could not be written, so nothing was stored.
    NotStored,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Invalid(code) => (StatusCode::UNPROCESSABLE_ENTITY, Json([code])).into_response(),
            Self::NotJson => StatusCode::BAD_REQUEST.into_response(),
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, Json(json!({}))).into_response(),
            Self::Nobody => ([(CONTENT_TYPE, "text/html; charset=utf-8")], "{}").into_response(),
            Self::Failed | Self::NotStored => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// Gives every error that has no JSON to say an HTML page.
pub(super) async fn error_pages(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let json = HeaderValue::from_static("application/json");
    if !is_error || response.headers().get(CONTENT_TYPE) == Some(&json) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    Response::from_parts(parts, Body::from(page(status)))
}

fn page(status: StatusCode) -> String {
    let name = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    let explanation = match status {
        StatusCode::BAD_REQUEST => "The server cannot read this request.",
        StatusCode::NOT_FOUND => "There is nothing at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take that method.",
        StatusCode::PAYLOAD_TOO_LARGE => "The request is larger than the server takes.",
        status if status.is_server_error() => "The server failed to answer this request.",
        _ => "The server refused this request.",
    };
    format!(
        "<!doctype html>\n<html lang=en>\n<title>{code} {name}</title>\n<h1>{name}</h1>\n<p>{explanation}</p>\n"
    )
}
