//! Managed login: the pool's own pages, and the OAuth 2.0 endpoints behind them.
//!
//! They are at the pool's own address, under the service's paths: `/oauth2/authorize`, `/oauth2/token`, `/oauth2/revoke`,
//! `/oauth2/userInfo`, `/login`, `/logout`. A client can use them once it has `AllowedOAuthFlowsUserPoolClient`, the flow
//! `code`, scopes and callback URLs. In place of social providers there is one that asks who one wants to be,
//! `PretendIdP`, for clients that name it among their `SupportedIdentityProviders`.

mod authorize;
mod client;
mod login;
mod page;
mod pretend;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tower_http::cors::{Any, CorsLayer};

use super::errors::Error;
use super::random;
use super::service::UserPools;
use authorize::Code;
pub(super) use client::check;

/// The pretend provider's name in a pool.
pub(super) const PRETEND: &str = "PretendIdP";

/// Forms are short.
const BODY_LIMIT: usize = 64 * 1024;
/// The cookie that says who has signed in on the pool's pages.
const COOKIE_NAME: &str = "cognito";
/// How long the cookie is good for, in milliseconds.
const COOKIE_MS: i64 = 60 * 60 * 1000;
/// How long a code is good for, in milliseconds.
const CODE_MS: i64 = 5 * 60 * 1000;
/// How many codes and cookies are remembered; the oldest go first.
const REMEMBERED: usize = 10_000;

const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What managed login remembers. It ends with the process.
#[derive(Default)]
pub(super) struct Managed {
    codes: Mutex<HashMap<String, Code>>,
    cookies: Mutex<HashMap<String, Visitor>>,
}

/// Somebody who has signed in on the pool's pages.
#[derive(Clone)]
struct Visitor {
    pool: String,
    sub: String,
    ends_at: i64,
}

/// Something that can be used once or for a while.
trait Ends {
    fn ends_at(&self) -> i64;
}

impl Ends for Visitor {
    fn ends_at(&self) -> i64 {
        self.ends_at
    }
}

impl Ends for Code {
    fn ends_at(&self) -> i64 {
        self.ends_at
    }
}

fn remember<T: Ends>(all: &Mutex<HashMap<String, T>>, entry: T, now: i64) -> Result<String, Error> {
    let key = random::token::<32>()?;
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= REMEMBERED {
        all.retain(|_, entry| entry.ends_at() > now);
        let oldest = all.iter().min_by_key(|(_, entry)| entry.ends_at());
        if let Some(key) = oldest.map(|(key, _)| key.clone())
            && all.len() >= REMEMBERED
        {
            all.remove(&key);
        }
    }
    all.insert(key.clone(), entry);
    Ok(key)
}

impl Managed {
    fn take_code(&self, code: &str, now: i64) -> Option<Code> {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.remove(code).filter(|code| code.ends_at > now)
    }

    fn visitor(&self, headers: &HeaderMap, now: i64) -> Option<Visitor> {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let visitor = cookies.get(cookie(headers)?)?;
        (visitor.ends_at > now).then(|| visitor.clone())
    }

    fn forget_visitor(&self, headers: &HeaderMap) {
        if let Some(cookie) = cookie(headers) {
            let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            cookies.remove(cookie);
        }
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter();
    let pairs = cookies.filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

pub(super) fn router(pools: Arc<UserPools>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE]);
    let api = Router::new()
        .route("/oauth2/token", post(token::token))
        .route("/oauth2/revoke", post(token::revoke))
        .route(
            "/oauth2/userInfo",
            get(token::user_info).post(token::user_info),
        )
        .layer(cors);
    Router::new()
        .route("/oauth2/authorize", get(authorize::authorize))
        .route("/login", get(login::show).post(login::submit))
        .route("/pretend", get(pretend::show).post(pretend::submit))
        .route("/logout", get(login::logout))
        .merge(api)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(pools)
}

/// The parameters of a query or a form, each at most once.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(known, _)| known == name);
        let (_, value) = named.next()?;
        (named.next().is_none() && !value.is_empty()).then_some(value)
    }

    /// The same as a query, without those of `names`.
    fn query_without(&self, names: &[&str]) -> String {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()));
        let pairs: Vec<_> = kept
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        query(&pairs)
    }
}

/// A query of `pairs`.
fn query(pairs: &[(&str, &str)]) -> String {
    let encode = |text| utf8_percent_encode(text, VALUE);
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// `url` with `pairs` added to its query.
fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}{}", query(pairs))
}

/// Sends the browser to `url`, whatever it came with.
fn redirect(url: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(url) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// Has the browser keep the cookie `value`, or forget it.
fn set_cookie(response: &mut Response, value: Option<&str>) {
    let cookie = match value {
        Some(value) => {
            format!("{COOKIE_NAME}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600")
        }
        None => format!("{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"),
    };
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}
