//! The backend from week 4 on: what people wrote comes from a database, in another form, and bit by bit needs a token.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State as Shared};
use axum::http::HeaderMap;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::answer::Refusal;
use super::input::{self, Fields};
use super::later_views::{self as views, Item, Person, ProfileView, UserFeed};
use super::store::{Author, Store};
use super::{BackendDeps, Deps, answer, cors, handle, health_check, inject_faults, samples};
use crate::week::Week;

/// The longest bio, in Unicode code points. Not the original's: that has no limit.
const BIO_MAX: usize = 1024;

pub(super) fn router(deps: Arc<BackendDeps>) -> Router {
    let named = cors::named(&deps.origins);
    let faults = from_fn_with_state(Arc::clone(&deps), inject_faults);
    let week = deps.week;
    let mut reading = Router::new()
        .route("/api/activities/home", get(home))
        .route("/api/activities/notifications", get(notifications))
        .route("/api/activities/search", get(search))
        .route("/api/activities/{name}", get(activities_of));
    reading = if week.guards_messages() {
        reading
            .route("/api/message_groups", get(message_groups))
            .route("/api/messages/{name}", get(messages))
            .route("/api/users/{name}/short", get(person))
    } else {
        reading
            .route("/api/message_groups", get(super::message_groups))
            .route("/api/messages/{name}", get(super::messages_with))
    };
    if week >= Week::Six {
        reading = reading.route("/api/health-check", get(health_check));
    }
    if week.has_threads() {
        reading = reading.route("/api/activities/{name}/status/{uuid}", get(status));
    }
    let mut posting = Router::new()
        .route("/api/activities", post(post_crud))
        .route("/api/activities/{uuid}/reply", post(post_reply));
    posting = match week.guards_messages() {
        true => posting.route("/api/messages", post(post_message)),
        false => posting.route("/api/messages", post(super::post_message)),
    };
    if week.has_profiles() {
        posting = posting.route("/api/profile/update", post(update_profile));
    }
    let reading = reading
        .fallback(async |_: Request| Refusal::NotFound)
        .layer(faults.clone())
        .layer(from_fn(answer::error_pages))
        .layer(named);
    let posting = posting
        .layer(faults)
        .layer(from_fn(answer::error_pages))
        .layer(cors::any());
    reading.merge(posting).with_state(deps)
}

impl BackendDeps {
    /// The signed-in person who sent the request, by the name that their profile has.
    fn person(&self, headers: &HeaderMap) -> Option<Author> {
        let author = self.author(headers);
        let sub = author.sub.clone()?;
        let display_name = self.read(|store| store.profile(&sub).map(|it| it.display_name.clone()));
        Some(Author {
            display_name: display_name.unwrap_or(author.display_name),
            ..author
        })
    }

    /// The same, where there has to be one.
    fn needs_person(&self, headers: &HeaderMap) -> Result<Author, Refusal> {
        self.person(headers).ok_or(Refusal::Unauthorized)
    }

    /// Who has a handle: somebody of the user pool, or of the samples.
    fn user(&self, handle: &str) -> Option<Person> {
        if let Some((sub, user)) = self.directory.user_by_handle(handle) {
            return Some(self.read(|store| {
                let profile = store.profile(&sub);
                let named = profile.map(|profile| profile.display_name.clone());
                Person {
                    uuid: views::user_uuid(handle),
                    handle: handle.to_owned(),
                    display_name: named.or(user.name).unwrap_or_else(|| handle.to_owned()),
                    bio: profile.and_then(|profile| profile.bio.clone()),
                    sub,
                }
            }));
        }
        let (handle, name) = samples::PEOPLE
            .into_iter()
            .find(|(one, _)| *one == handle)?;
        Some(Person {
            uuid: views::user_uuid(handle),
            sub: views::user_uuid(&format!("sub/{handle}")),
            handle: handle.to_owned(),
            display_name: name.to_owned(),
            bio: None,
        })
    }
}

async fn home(Shared(deps): Deps) -> Json<Vec<Item>> {
    let (week, now) = (deps.week, deps.now());
    Json(deps.read(|store| views::home(store, week, now)))
}

async fn notifications(Shared(deps): Deps) -> Json<Vec<Item>> {
    let now = deps.now();
    Json(deps.read(|store| vec![views::sample(store, &samples::NOTIFICATION, now)]))
}

async fn search(
    Shared(deps): Deps,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Vec<Item>>, Refusal> {
    let term = input::search_term(query)?.to_lowercase();
    let (week, now) = (deps.week, deps.now());
    let mut items = deps.read(|store| views::home(store, week, now));
    items.retain(|item| item.holds(&term));
    Ok(Json(items))
}

/// `@handle` is a person's feed. From week 8 on it comes with their profile, and nobody is an empty object.
async fn activities_of(Shared(deps): Deps, Path(name): Path<String>) -> Result<Response, Refusal> {
    let handle = handle(&name)?;
    let (week, now) = (deps.week, deps.now());
    let user = deps.user(handle);
    let items = deps.read(|store| {
        let mut items = views::home(store, week, now);
        items.retain(|item| item.is_by(handle));
        items
    });
    if !week.has_profiles() {
        return Ok(Json(items).into_response());
    }
    let user = user.ok_or(Refusal::Nobody)?;
    let profile = ProfileView::of(user, items.len());
    let activities = items;
    Ok(Json(UserFeed {
        activities,
        profile,
    })
    .into_response())
}

async fn status(
    Shared(deps): Deps,
    Path((name, uuid)): Path<(String, String)>,
) -> Result<Json<Value>, Refusal> {
    let handle = handle(&name)?;
    let now = deps.now();
    deps.read(|store| views::status(store, handle, &uuid, now))
        .map(|(activity, replies)| Json(json!({ "activity": activity, "replies": replies })))
        .ok_or(Refusal::NotFound)
}

/// Who has a handle, in short.
async fn person(
    Shared(deps): Deps,
    Path(name): Path<String>,
) -> Result<Json<views::Short>, Refusal> {
    let user = deps.user(handle(&name)?).ok_or(Refusal::Nobody)?;
    Ok(Json(user.into()))
}

async fn message_groups(
    Shared(deps): Deps,
    headers: HeaderMap,
) -> Result<Json<Vec<views::Group>>, Refusal> {
    let viewer = deps.needs_person(&headers)?;
    let mut groups = deps.read(|store| views::groups(store, &viewer));
    for group in &mut groups {
        if let Some(user) = deps.user(&group.handle) {
            group.display_name = user.display_name;
        }
    }
    Ok(Json(groups))
}

/// A conversation by its id, the newest message first; nothing for an id that is not one of the viewer's.
async fn messages(
    Shared(deps): Deps,
    headers: HeaderMap,
    Path(uuid): Path<String>,
) -> Result<Json<Vec<views::Message>>, Refusal> {
    let viewer = deps.needs_person(&headers)?;
    Ok(Json(deps.read(|store| {
        let other = partner(store, &viewer, &uuid);
        let exchanged = other.map(|other| views::messages(store.conversation(&viewer, &other)));
        exchanged.unwrap_or_default()
    })))
}

/// The other person of the conversation of that id, if it is one of the viewer's.
fn partner(store: &Store, viewer: &Author, uuid: &str) -> Option<String> {
    let rows = store.conversations(viewer);
    let row = rows.into_iter().find(|row| row.uuid == uuid)?;
    Some(row.handle)
}

async fn post_crud(
    Shared(deps): Deps,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<views::Created>, Refusal> {
    let author = deps.writer(&headers)?;
    let fields = Fields::read(&headers, &body)?;
    let rules = fields
        .crud()
        .and_then(|message| Ok((message, fields.ttl()?)));
    // In the last weeks the branch that should answer with the codes fails itself.
    let (message, ttl) = match rules {
        Err(Refusal::Invalid(_)) if deps.week.has_threads() => return Err(Refusal::Failed),
        rules => rules?,
    };
    let now = deps.now();
    let crud = deps.write(|store| store.post(author, message, ttl, now))?;
    Ok(Json(crud.into()))
}

async fn post_reply(
    Shared(deps): Deps,
    headers: HeaderMap,
    Path(uuid): Path<String>,
    body: Bytes,
) -> Result<Json<views::CreatedReply>, Refusal> {
    let author = deps.writer(&headers)?;
    let fields = Fields::read(&headers, &body)?;
    let message = match fields.text() {
        Err(Refusal::Invalid(_)) if !deps.week.has_threads() => return Err(Refusal::Failed),
        Err(Refusal::Invalid("message_exceed_max_chars")) => {
            return Err(Refusal::Invalid("message_exceed_max_chars_1024"));
        }
        message => message?,
    };
    let now = deps.now();
    let reply = deps.write(|store| store.reply(author, &uuid, message, now))?;
    Ok(Json(reply.map_err(|_| Refusal::NotFound)?.into()))
}

impl BackendDeps {
    /// Whoever posts: a signed-in person in the last weeks, anybody before.
    fn writer(&self, headers: &HeaderMap) -> Result<Author, Refusal> {
        match self.week.has_threads() {
            true => self.needs_person(headers),
            false => Ok(self.person(headers).unwrap_or_else(Author::visitor)),
        }
    }
}

async fn post_message(
    Shared(deps): Deps,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let author = deps.needs_person(&headers)?;
    let fields = Fields::read(&headers, &body)?;
    // The branch that should answer with the codes fails itself.
    let message = fields.text().map_err(|_| Refusal::Failed)?;
    if let Some(group) = fields.text_of("message_group_uuid") {
        let other = deps.read(|store| partner(store, &author, group));
        let sent = deps.send(author, other.ok_or(Refusal::Failed)?, message)?;
        let update = views::Update::of(&sent, group);
        return Ok(Json(json!(update)));
    }
    let receiver = fields
        .text_of(deps.week.recipient_field())
        .and_then(|handle| deps.user(handle))
        .ok_or(Refusal::Failed)?;
    let viewer = author.clone();
    deps.send(author, receiver.handle.clone(), message)?;
    let rows = deps.read(|store| store.conversations(&viewer));
    let row = rows.into_iter().find(|row| row.handle == receiver.handle);
    let uuid = row.ok_or(Refusal::Failed)?.uuid;
    Ok(Json(json!({ "message_group_uuid": uuid })))
}

impl BackendDeps {
    fn send(
        &self,
        author: Author,
        receiver: String,
        message: String,
    ) -> Result<super::store::Message, Refusal> {
        let now = self.now();
        self.write(|store| store.send(author, receiver, message, now))
    }
}

/// The answer should be the profile, and is an empty object.
async fn update_profile(
    Shared(deps): Deps,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let sub = deps.needs_person(&headers)?.sub;
    let sub = sub.ok_or(Refusal::Unauthorized)?;
    let fields = Fields::read(&headers, &body)?;
    let name = fields.text_of("display_name").map(str::trim);
    let name = name
        .filter(|name| !name.is_empty())
        .ok_or(Refusal::Invalid("display_name_blank"))?
        .to_owned();
    let bio = fields.text_of("bio").map(str::to_owned);
    if bio
        .as_ref()
        .is_some_and(|bio| bio.chars().count() > BIO_MAX)
    {
        return Err(Refusal::Failed);
    }
    deps.write(|store| store.set_profile(sub, name, bio))?;
    Ok(Json(json!({})))
}
