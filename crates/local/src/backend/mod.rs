//! Cruddur's backend of week 3: the home feed with one crud more for the signed-in, cruds, replies, messages. Later weeks
//! are in `later.rs`.
//!
//! A request without a valid access token is a visitor's, never an error.

mod answer;
mod cors;
mod input;
mod later;
mod later_views;
mod samples;
mod store;
mod timestamp;
mod token;
mod views;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::clock::Clock;
use crate::faults::{Fault, Faults, Target, Turn};
use crate::pool::{Directory, PoolKeys};
use crate::state::{State, StateError};
use crate::week::Week;

use answer::Refusal;
use input::Fields;
use store::{Author, Store};
use token::{AccessClaims, Expected};
use views::{
    Activity, CreatedCrud, CreatedReply, DirectMessage, Found, MessageGroup, UserActivity,
};

/// What the backend needs of the rest of the stack.
#[derive(Clone)]
pub struct BackendDeps {
    /// The stack's time.
    pub clock: Arc<Clock>,
    /// Where cruds, replies and messages are kept.
    pub state: Arc<State>,
    /// The user pool's public keys.
    pub keys: Arc<PoolKeys>,
    /// The user pool's people.
    pub directory: Arc<Directory>,
    /// Failures that a test asked for.
    pub faults: Arc<Faults>,
    /// `iss` of the pool's tokens.
    pub issuer: String,
    /// The client whose tokens count.
    pub client_id: String,
    /// The origins that may read, exactly as browsers send them; `*` is any.
    pub origins: Vec<String>,
    /// The week whose form the answers have.
    pub week: Week,
}

/// The backend's part of the state file.
const SECTION: &str = "backend";

/// Makes sure that what the state file holds for the backend can be read.
///
/// # Errors
/// [`StateError::Corrupt`] when it cannot.
pub fn prepare(state: &State) -> Result<(), StateError> {
    state.prepare::<Store>(SECTION)
}

/// The backend's routes.
pub fn router(deps: BackendDeps) -> Router {
    let deps = Arc::new(deps);
    if deps.week != Week::Three {
        return later::router(deps);
    }
    let named = cors::named(&deps.origins);
    let faults = from_fn_with_state(Arc::clone(&deps), inject_faults);
    let reading = Router::new()
        .route("/api/health-check", get(health_check))
        .route("/api/activities/home", get(home))
        .route("/api/activities/notifications", get(notifications))
        .route("/api/activities/search", get(search))
        .route("/api/activities/{name}", get(activities_of))
        .route("/api/message_groups", get(message_groups))
        .route("/api/messages/{name}", get(messages_with))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(faults.clone())
        .layer(from_fn(answer::error_pages))
        .layer(named);
    let posting = Router::new()
        .route("/api/activities", post(post_crud))
        .route("/api/activities/{uuid}/reply", post(post_reply))
        .route("/api/messages", post(post_message))
        .layer(faults)
        .layer(from_fn(answer::error_pages))
        .layer(cors::any());
    reading.merge(posting).with_state(deps)
}

type Deps = Shared<Arc<BackendDeps>>;

impl BackendDeps {
    fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    /// The claims of the person who sent the request; `None` for a visitor.
    fn signed_in(&self, headers: &HeaderMap) -> Option<AccessClaims> {
        let expected = Expected {
            issuer: &self.issuer,
            client_id: &self.client_id,
            now: self.now(),
        };
        token::claims(
            token::bearer(headers)?,
            &expected,
            |kid, signed, signature| self.keys.verify_rs256(kid, signed, signature),
        )
    }

    /// Who the sender of the request writes as.
    fn author(&self, headers: &HeaderMap) -> Author {
        let Some(claims) = self.signed_in(headers) else {
            return Author::visitor();
        };
        let user = self.directory.user_by_sub(&claims.sub);
        let (name, handle) = user
            .map(|user| (user.name, user.preferred_username))
            .unwrap_or_default();
        // The pool requires both attributes, but an administrator can make a user without them.
        let handle = handle.unwrap_or(claims.username);
        Author {
            display_name: name.unwrap_or_else(|| handle.clone()),
            handle,
            sub: Some(claims.sub),
        }
    }

    fn read<R>(&self, question: impl FnOnce(&Store) -> R) -> R {
        self.state.read(SECTION, question)
    }

    fn write<R>(&self, change: impl FnOnce(&mut Store) -> R) -> Result<R, Refusal> {
        self.state
            .update(SECTION, change)
            .map_err(|_| Refusal::NotStored)
    }
}

async fn health_check() -> Json<serde_json::Value> {
    Json(json!({ "success": true }))
}

async fn home(Shared(deps): Deps, headers: HeaderMap) -> Json<Vec<Activity>> {
    let signed_in = deps.signed_in(&headers).is_some();
    Json(deps.read(|store| views::home(store, signed_in, deps.now())))
}

async fn notifications(Shared(deps): Deps) -> Json<Vec<Activity>> {
    Json(deps.read(|store| views::notifications(store, deps.now())))
}

async fn search(
    Shared(deps): Deps,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Vec<Found>>, Refusal> {
    let term = input::search_term(query)?;
    let signed_in = deps.signed_in(&headers).is_some();
    Ok(Json(deps.read(|store| {
        views::search(store, &term, signed_in, deps.now())
    })))
}

/// `@handle` is a person's feed, anything else the uuid of one crud.
async fn activities_of(
    Shared(deps): Deps,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let signed_in = deps.signed_in(&headers).is_some();
    let now = deps.now();
    if name.starts_with('@') {
        let handle = handle(&name)?;
        let feed: Vec<UserActivity> =
            deps.read(|store| views::user_feed(store, handle, signed_in, now));
        return Ok(Json(feed).into_response());
    }
    let crud = deps.read(|store| views::activity(store, &name, signed_in, now));
    crud.map(|crud| Json(crud).into_response())
        .ok_or(Refusal::NotFound)
}

async fn message_groups(Shared(deps): Deps, headers: HeaderMap) -> Json<Vec<MessageGroup>> {
    let viewer = deps.author(&headers);
    let had = deps.read(|store| store.conversations(&viewer));
    Json(views::message_groups(had, deps.now()))
}

async fn messages_with(
    Shared(deps): Deps,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Json<Vec<DirectMessage>>, Refusal> {
    let handle = handle(&name)?;
    let viewer = deps.author(&headers);
    let now = deps.now();
    Ok(Json(deps.read(|store| {
        views::messages(store.conversation(&viewer, handle), handle, now)
    })))
}

async fn post_crud(
    Shared(deps): Deps,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<CreatedCrud>, Refusal> {
    let fields = Fields::read(&headers, &body)?;
    // Of several broken rules the answer names the message's.
    let message = fields.crud()?;
    let ttl = fields.ttl()?;
    let author = deps.author(&headers);
    let now = deps.now();
    let crud = deps.write(|store| store.post(author, message, ttl, now))?;
    Ok(Json(crud.into()))
}

async fn post_reply(
    Shared(deps): Deps,
    headers: HeaderMap,
    Path(uuid): Path<String>,
    body: Bytes,
) -> Result<Json<CreatedReply>, Refusal> {
    let message = Fields::read(&headers, &body)?.text()?;
    let author = deps.author(&headers);
    let now = deps.now();
    let reply = deps.write(|store| store.reply(author, &uuid, message, now))?;
    Ok(Json(reply.map_err(|_| Refusal::NotFound)?.into()))
}

async fn post_message(
    Shared(deps): Deps,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<DirectMessage>, Refusal> {
    let fields = Fields::read(&headers, &body)?;
    // Of several broken rules the answer names the message's.
    let message = fields.text()?;
    let receiver = fields.receiver()?;
    let author = deps.author(&headers);
    let now = deps.now();
    let message = deps.write(|store| store.send(author, receiver, message, now))?;
    Ok(Json(DirectMessage::from(&message)))
}

/// The handle of a path segment `@handle`.
fn handle(name: &str) -> Result<&str, Refusal> {
    name.strip_prefix('@')
        .filter(|handle| !handle.is_empty())
        .ok_or(Refusal::NotFound)
}

/// Fails a request the way a test asked for, once it is past CORS: a browser has to see the failure.
async fn inject_faults(Shared(deps): Deps, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    match deps.faults.turn(Target::Backend, path).await {
        Turn::Answer => next.run(request).await,
        // This API's form of an error is an array of codes.
        Turn::Fail(Fault::Error(status, code, _)) => (status, Json([code])).into_response(),
        Turn::Fail(fault) => fault.happen(request.extensions()).await,
    }
}
