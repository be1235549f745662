//! What anyone may know of a pool: its public keys and where they are.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::issuer;
use super::service::UserPools;

pub(super) fn router(pools: Arc<UserPools>) -> Router {
    Router::new()
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route("/{pool}/.well-known/openid-configuration", get(discovery))
        .with_state(pools)
}

async fn jwks(State(pools): State<Arc<UserPools>>, Path(pool): Path<String>) -> Response {
    document(pools.keys_of(&pool).map(|keys| keys.jwks()))
}

async fn discovery(State(pools): State<Arc<UserPools>>, Path(pool): Path<String>) -> Response {
    let issuer = issuer(&pool);
    document(pools.keys_of(&pool).map(|_| {
        json!({
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
        })
    }))
}

fn document(document: Option<Value>) -> Response {
    let anyone = (ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    match document {
        Some(document) => {
            let headers = [anyone, (CACHE_CONTROL, "public, max-age=86400")];
            (headers, Json(document)).into_response()
        }
        None => {
            let message = json!({ "message": "User pool does not exist." });
            (StatusCode::NOT_FOUND, [anyone], Json(message)).into_response()
        }
    }
}
