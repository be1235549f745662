//! NEW_PASSWORD_REQUIRED: a temporary password is replaced.

use serde_json::{Value, json};

use super::super::Result;
use super::{Reply, Turn};
use crate::pool::attributes::Writer;
use crate::pool::errors::Error;
use crate::pool::model::{Lockout, Pool, Status, Store, User};
use crate::pool::pool_name;
use crate::pool::srp::Verifier;

/// Both lists are JSON in a string.
pub(super) fn parameters(pool: &Pool, user: &User) -> Value {
    let missing: Vec<String> = pool
        .rules
        .required_attributes()
        .filter(|name| user.attribute(name).is_none())
        .map(|name| format!("userAttributes.{name}"))
        .collect();
    json!({
        "requiredAttributes": json!(missing).to_string(),
        "userAttributes": json!(user.attributes).to_string(),
    })
}

pub(super) fn new_password(reply: Reply<'_>) -> Result {
    let (_, turn, reply) = reply.waiting()?;
    let password = reply.responses.required("NEW_PASSWORD")?.to_owned();
    let attributes: Vec<(String, String)> = reply
        .responses
        .0
        .iter()
        .filter_map(|(name, value)| {
            let name = name.strip_prefix("userAttributes.")?;
            Some((name.to_owned(), value.clone()))
        })
        .collect();
    let pools = turn.call.pools;
    pools.read(|store| check(&turn, store, &password, &attributes))?;
    let pool_name = pool_name(&turn.attempt.pool);
    let verifier = Verifier::new(pool_name, &turn.attempt.user_id, &password)?;
    reply.take()?;
    turn.conclude(|turn, store| {
        let user = turn.user_mut(store)?;
        if !user.enabled {
            return Err(Error::UserDisabled);
        }
        if user.status != Status::ForceChangePassword {
            return Err(Error::ChallengeInvalid);
        }
        user.attributes.extend(attributes);
        user.set_password(verifier, Status::Confirmed, turn.call.now);
        turn.second_factor(store)
    })
}

fn check(
    turn: &Turn<'_>,
    store: &Store,
    password: &str,
    attributes: &[(String, String)],
) -> Result<()> {
    let pool = turn.pool(store)?;
    pool.rules.password.check(password)?;
    let user = turn.user(store).map_err(|_| Error::ChallengeInvalid)?;
    let writer = Writer::User(&turn.client.write_attributes);
    pool.rules.check_attributes(attributes, writer)?;
    if let Some((name, _)) = attributes.iter().find(|(name, _)| {
        matches!(name.as_str(), "email" | "phone_number") && user.attribute(name).is_some()
    }) {
        return Err(Error::AlreadyProvided(name.clone()));
    }
    for (name, value) in attributes {
        if pool.owner_of(name, value, &user.sub).is_some() {
            return Err(Error::AliasExists(name.clone()));
        }
    }
    let given = |name: &str| attributes.iter().any(|(known, _)| known == name);
    let missing = pool
        .rules
        .required_attributes()
        .find(|name| user.attribute(name).is_none() && !given(name));
    match missing {
        None => Ok(()),
        Some(name) => Err(Error::invalid(format!(
            "Invalid attributes given, {name} is missing"
        ))),
    }
}

impl User {
    /// Gives the user a password that lasts.
    pub(in crate::pool::ops) fn set_password(
        &mut self,
        verifier: Verifier,
        status: Status,
        now: i64,
    ) {
        self.password = Some(verifier);
        self.password_expires_at = None;
        self.lockout = Lockout::default();
        self.status = status;
        self.modified_at = now;
    }
}
