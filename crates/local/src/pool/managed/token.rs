//! `/oauth2/token`, `/oauth2/revoke`, `/oauth2/userInfo`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Parameters;
use super::authorize::Code;
use crate::faults::{Target, Turn};
use crate::pool::errors::Error;
use crate::pool::model::Client;
use crate::pool::service::UserPools;

type Pairs = Vec<(String, String)>;

/// OAuth's `error`.
struct Refusal(StatusCode, &'static str);

const INVALID_REQUEST: Refusal = Refusal(StatusCode::BAD_REQUEST, "invalid_request");
const INVALID_CLIENT: Refusal = Refusal(StatusCode::BAD_REQUEST, "invalid_client");
const INVALID_GRANT: Refusal = Refusal(StatusCode::BAD_REQUEST, "invalid_grant");
const UNAUTHORIZED_CLIENT: Refusal = Refusal(StatusCode::BAD_REQUEST, "unauthorized_client");
const UNSUPPORTED_GRANT: Refusal = Refusal(StatusCode::BAD_REQUEST, "unsupported_grant_type");
const FAILED: Refusal = Refusal(StatusCode::INTERNAL_SERVER_ERROR, "server_error");

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(reason) => {
                eprintln!("user pool: {reason}");
                FAILED
            }
            _ => INVALID_GRANT,
        }
    }
}

fn answer(result: Result<Value, Refusal>) -> Response {
    let mut response = match result {
        Ok(value) => Json(value).into_response(),
        Err(Refusal(status, error)) => (status, Json(json!({ "error": error }))).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The client of a request, by the `Authorization` header or the form. One with a secret has to show it.
fn client(
    pools: &UserPools,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<(String, Client), Refusal> {
    let basic = headers.get(AUTHORIZATION).and_then(|value| {
        let value = value.to_str().ok()?.strip_prefix("Basic ")?;
        let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
        let (id, secret) = decoded.split_once(':')?;
        Some((id.to_owned(), secret.to_owned()))
    });
    let (id, secret) = match basic {
        Some((id, _)) if form.get("client_id").is_some_and(|other| other != id) => {
            return Err(INVALID_CLIENT);
        }
        Some((id, secret)) => (id, Some(secret)),
        None => (
            form.get("client_id").ok_or(INVALID_CLIENT)?.to_owned(),
            form.get("client_secret").map(str::to_owned),
        ),
    };
    let found = pools.read(|store| {
        let pool = store.pool_of_client(&id)?;
        Ok((pool.id.clone(), pool.client(&id)?.clone()))
    });
    let (pool, client) = found.map_err(|_| INVALID_CLIENT)?;
    let fits = match (&client.secret, &secret) {
        (None, None) => true,
        (Some(known), Some(given)) => bool::from(known.as_bytes().ct_eq(given.as_bytes())),
        _ => false,
    };
    match fits {
        true => Ok((pool, client)),
        false => Err(INVALID_CLIENT),
    }
}

pub(super) async fn token(
    State(pools): State<Arc<UserPools>>,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    if let Turn::Fail(fault) = pools.faults.turn(Target::Pool, "/oauth2/token").await {
        return fault.happen(&axum::http::Extensions::new()).await;
    }
    // Signing takes a while.
    let work = tokio::task::spawn_blocking(move || exchange(&pools, &headers, &Parameters(form)));
    answer(work.await.unwrap_or(Err(FAILED)))
}

fn exchange(pools: &UserPools, headers: &HeaderMap, form: &Parameters) -> Result<Value, Refusal> {
    let grant_type = form.get("grant_type").ok_or(INVALID_REQUEST)?;
    let (pool, client) = client(pools, headers, form)?;
    if !client.uses_codes() {
        return Err(UNAUTHORIZED_CLIENT);
    }
    match grant_type {
        "authorization_code" => by_code(pools, &client, form),
        "refresh_token" => by_refresh_token(pools, &pool, &client, form),
        "client_credentials" => Err(UNAUTHORIZED_CLIENT),
        _ => Err(UNSUPPORTED_GRANT),
    }
}

fn by_code(pools: &UserPools, client: &Client, form: &Parameters) -> Result<Value, Refusal> {
    let now = pools.clock.now_ms();
    let code = form.get("code").ok_or(INVALID_REQUEST)?;
    // Used up by whatever is wrong with the rest.
    let code = pools.managed.take_code(code, now).ok_or(INVALID_GRANT)?;
    let redirect_uri = form.get("redirect_uri").unwrap_or_default();
    if code.client != client.id || code.redirect_uri != redirect_uri || !verifies(&code, form) {
        return Err(INVALID_GRANT);
    }
    let grant = pools.update(|store| {
        let pool = store.pool_mut(&code.pool)?;
        if pool.users.get(&code.sub).is_none_or(|user| !user.enabled) {
            return Err(Error::UserNotFound);
        }
        pool.sign_in_with(
            &client.id,
            &code.sub,
            &code.scope,
            code.nonce.as_deref(),
            now,
        )
    })?;
    let tokens = pools.authentication_result(grant)?;
    Ok(oauth(&tokens, &code.scope))
}

/// Whether the form proves that it comes from who asked for the code (RFC 7636).
fn verifies(code: &Code, form: &Parameters) -> bool {
    match (&code.challenge, form.get("code_verifier")) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
            (43..=128).contains(&verifier.len()) && *challenge == made
        }
        _ => false,
    }
}

fn by_refresh_token(
    pools: &UserPools,
    pool: &str,
    client: &Client,
    form: &Parameters,
) -> Result<Value, Refusal> {
    let now = pools.clock.now_ms();
    let token = form.get("refresh_token").ok_or(INVALID_REQUEST)?;
    let (grant, scope) = pools.update(|store| {
        let pool = store.pool_mut(pool)?;
        let grant = pool.refresh(&client.id, token, None, now)?;
        let scope = grant.scope().to_owned();
        Ok((grant, scope))
    })?;
    let tokens = pools.authentication_result(grant)?;
    Ok(oauth(&tokens, &scope))
}

/// Tokens under OAuth's names. An ID token is only for those who asked for `openid`.
fn oauth(tokens: &Value, scope: &str) -> Value {
    let mut answer = Map::new();
    let openid = scope.split(' ').any(|scope| scope == "openid");
    for (ours, theirs) in [
        ("IdToken", "id_token"),
        ("AccessToken", "access_token"),
        ("RefreshToken", "refresh_token"),
        ("ExpiresIn", "expires_in"),
        ("TokenType", "token_type"),
    ] {
        let value = tokens.get(ours).filter(|_| ours != "IdToken" || openid);
        if let Some(value) = value {
            answer.insert(theirs.to_owned(), value.clone());
        }
    }
    answer.into()
}

pub(super) async fn revoke(
    State(pools): State<Arc<UserPools>>,
    headers: HeaderMap,
    Form(form): Form<Pairs>,
) -> Response {
    let form = Parameters(form);
    let revoked = || -> Result<Value, Refusal> {
        let (pool, client) = client(&pools, &headers, &form)?;
        let token = form.get("token").ok_or(INVALID_REQUEST)?;
        if !client.token_revocation {
            return Err(UNAUTHORIZED_CLIENT);
        }
        pools
            .update(|store| store.revoke(&pool, &client.id, token))
            .map_err(|_| UNAUTHORIZED_CLIENT)?;
        Ok(Value::Null)
    };
    match revoked() {
        Ok(_) => StatusCode::OK.into_response(),
        Err(refusal) => answer(Err(refusal)),
    }
}

pub(super) async fn user_info(State(pools): State<Arc<UserPools>>, headers: HeaderMap) -> Response {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let now = pools.clock.now_ms();
    let bearer = token.map(|token| pools.bearer_of(token, "openid", now));
    let Some(Ok(bearer)) = bearer else {
        let challenge = "Bearer error=\"invalid_token\", error_description=\"Access token is expired, disabled, or deleted, or the user has globally signed out.\"";
        let refusal = Refusal(StatusCode::UNAUTHORIZED, "invalid_token");
        let mut response = answer(Err(refusal));
        let headers = response.headers_mut();
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        return response;
    };
    let claims = pools.read(|store| {
        let pool = store.pool(&bearer.pool)?;
        let user = pool.users.get(&bearer.sub).ok_or(Error::UserNotFound)?;
        let client = pool.client(&bearer.client)?;
        // Everything is text here, also what is true or false in an ID token.
        let mut claims: Map<String, Value> = client
            .readable(user)
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        claims.insert("username".to_owned(), user.username.as_str().into());
        Ok(Value::Object(claims))
    });
    answer(claims.map_err(Refusal::from))
}
