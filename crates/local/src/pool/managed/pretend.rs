//! In place of a social provider: it asks who one wants to be.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use uuid::Uuid;

use super::authorize::Authorize;
use super::{PRETEND, Parameters, page};
use crate::mail::page::escape;
use crate::pool::errors::Error;
use crate::pool::mfa::UserMfa;
use crate::pool::model::{Lockout, Status, User};
use crate::pool::service::UserPools;

type Pairs = Vec<(String, String)>;

pub(super) async fn show(
    State(pools): State<Arc<UserPools>>,
    Query(query): Query<Pairs>,
) -> Response {
    match Authorize::read(&pools, &Parameters(query)) {
        Ok(request) => form(&request, None, &Parameters(Vec::new())),
        Err(refusal) => refusal.answer(),
    }
}

fn form(request: &Authorize, problem: Option<&str>, typed: &Parameters) -> Response {
    let value = |name| typed.get(name).unwrap_or_default();
    let content = format!(
        "{}<p>Who do you want to be? The same e-mail address is the same person.</p>\n\
         <form method=\"post\" action=\"/pretend?{}\">\n{}{}{}\
         <button name=\"decision\" value=\"allow\">Continue</button>\n\
         <button name=\"decision\" value=\"deny\" formnovalidate>Cancel</button>\n</form>",
        page::alert(problem),
        escape(&request.query),
        page::field(
            "email",
            "E-mail",
            "type=\"email\" maxlength=\"128\"",
            value("email")
        ),
        page::field("name", "Name", "maxlength=\"128\"", value("name")),
        page::field(
            "preferred_username",
            "Handle",
            "maxlength=\"64\"",
            value("preferred_username")
        ),
    );
    let status = match problem {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    page::page(status, PRETEND, &content, Some(&request.redirect_uri))
}

pub(super) async fn submit(
    State(pools): State<Arc<UserPools>>,
    Query(query): Query<Pairs>,
    Form(typed): Form<Pairs>,
) -> Response {
    let (query, typed) = (Parameters(query), Parameters(typed));
    let request = match Authorize::read(&pools, &query) {
        Ok(request) if request.client.supports(PRETEND) => request,
        Ok(_) => return page::refused("The client has no such provider."),
        Err(refusal) => return refusal.answer(),
    };
    if typed.get("decision") != Some("allow") {
        return request.deny();
    }
    let get = |name| {
        typed
            .get(name)
            .map(str::trim)
            .filter(|value| value.len() <= 256)
    };
    let (Some(email), Some(name), Some(handle)) =
        (get("email"), get("name"), get("preferred_username"))
    else {
        return form(&request, Some("Fill in all three."), &typed);
    };
    if !email.contains('@') {
        return form(&request, Some("That is no e-mail address."), &typed);
    }
    let sub = federated(&pools, &request.pool, email, name, handle);
    page::or_failed(sub.and_then(|sub| request.grant(&pools, &sub)))
}

/// The pool's user for that person: made the first time, brought up to date after that.
fn federated(
    pools: &UserPools,
    pool: &str,
    email: &str,
    name: &str,
    handle: &str,
) -> Result<String, Error> {
    let now = pools.clock.now_ms();
    // The provider's own id for the person.
    let subject = Uuid::new_v5(&Uuid::NAMESPACE_URL, email.to_lowercase().as_bytes());
    let username = format!("{PRETEND}_{subject}");
    let identities = json!([{
        "userId": subject.to_string(),
        "providerName": PRETEND,
        "providerType": "OIDC",
        "issuer": null,
        "primary": true,
        "dateCreated": now,
    }]);
    let attributes = [
        ("email", email),
        ("email_verified", "true"),
        ("name", name),
        ("preferred_username", handle),
    ];
    pools.update(|store| {
        let pool = store.pool_mut(pool)?;
        let known = pool
            .users
            .values_mut()
            .find(|user| user.username == username);
        if let Some(user) = known {
            for (name, value) in attributes {
                user.attributes.insert(name.to_owned(), value.to_owned());
            }
            user.modified_at = now;
            return Ok(user.sub.clone());
        }
        let sub = Uuid::new_v4().to_string();
        let mut all: BTreeMap<String, String> = attributes
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        all.insert("identities".to_owned(), identities.to_string());
        let user = User {
            sub: sub.clone(),
            username,
            attributes: all,
            status: Status::ExternalProvider,
            enabled: true,
            created_at: now,
            modified_at: now,
            password: None,
            password_expires_at: None,
            lockout: Lockout::default(),
            codes: Vec::new(),
            mfa: UserMfa::default(),
            devices: BTreeMap::new(),
            passkeys: BTreeMap::new(),
        };
        pool.users.insert(sub.clone(), user);
        Ok(sub)
    })
}
