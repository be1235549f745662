//! The administrator's operations on pools and their clients.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::pool_settings::{self, names, pool_view, rules};
use super::{Answer, Call, Result, seconds};
use crate::options::REGION;
use crate::pool::errors::Error;
use crate::pool::input::{Input, Rule};
use crate::pool::keys::{PoolKeys, StoredKeys};
use crate::pool::managed::check as check_managed;
use crate::pool::model::{Client, Pool, Rotation};
use crate::pool::random;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWERCASE_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The account that made-up resource names belong to.
pub(super) const ACCOUNT: &str = "000000000000";

const FLOWS: [&str; 9] = [
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
];

pub(super) fn create_user_pool(call: &Call<'_>) -> Result {
    let name = call.input.required("PoolName", &Rule::NAME)?;
    let rules = rules(call.input)?;
    call.input.check()?;
    rules.mfa.check_methods()?;
    let keys = StoredKeys::generate()?;
    let parsed = PoolKeys::new(&keys)?;
    let pool = Pool {
        id: format!("{REGION}_{}", random::text(LETTERS_AND_DIGITS, 9)?),
        name,
        created_at: call.now,
        modified_at: call.now,
        keys,
        simulation_key: STANDARD.encode(random::bytes::<32>()?),
        rules,
        other_settings: pool_settings::others(call.input),
        clients: BTreeMap::new(),
        users: BTreeMap::new(),
        sign_ins: BTreeMap::new(),
    };
    let answer = json!({ "UserPool": pool_view(&pool) });
    call.pools.add_keys(&pool.id, parsed);
    call.pools.update(|store| {
        store.pools.insert(pool.id.clone(), pool);
        Ok(answer.into())
    })
}

/// As the service does it: what the request leaves out goes back to its default, apart from what can only be set when
/// the pool is made, and from the factors that SetUserPoolMfaConfig sets.
pub(super) fn update_user_pool(call: &Call<'_>) -> Result {
    let id = call.user_pool_id()?;
    let name = call.input.optional("PoolName", &Rule::NAME)?;
    let new = rules(call.input)?;
    call.input.check()?;
    call.pools.update(|store| {
        let pool = store.pool_mut(&id)?;
        let rules = pool_settings::updated(&pool.rules, new)?;
        pool.rules = rules;
        pool.other_settings = pool_settings::others(call.input);
        pool.name = name.unwrap_or_else(|| pool.name.clone());
        pool.modified_at = call.now;
        Ok(Answer::nothing())
    })
}

pub(super) fn describe_user_pool(call: &Call<'_>) -> Result {
    let id = call.user_pool_id()?;
    call.input.check()?;
    call.pools
        .read(|store| Ok(json!({ "UserPool": pool_view(store.pool(&id)?) }).into()))
}

pub(super) fn delete_user_pool(call: &Call<'_>) -> Result {
    let id = call.user_pool_id()?;
    call.input.check()?;
    if id == crate::options::USER_POOL_ID {
        return Err(Error::invalid(
            "The stack's own user pool cannot be deleted; delete the state file to start afresh.",
        ));
    }
    call.pools.update(|store| {
        let removed = store.pools.remove(&id);
        removed
            .map(|_| Answer::Empty)
            .ok_or(Error::NoSuchPool(id.clone()))
    })?;
    call.pools.remove_keys(&id);
    Ok(Answer::Empty)
}

pub(super) fn list_user_pools(call: &Call<'_>) -> Result {
    if !call.input.has("MaxResults") {
        call.input.missing("MaxResults");
    }
    let limit = call.input.integer("MaxResults", 1..=60)?;
    let after = call.input.optional("NextToken", &Rule::PAGE)?;
    call.input.check()?;
    call.pools.read(|store| {
        let (page, next) = page(&store.pools, after, limit);
        let views: Vec<Value> = page
            .iter()
            .map(|(_, pool)| {
                json!({
                    "Id": pool.id,
                    "Name": pool.name,
                    "LambdaConfig": {},
                    "CreationDate": seconds(pool.created_at),
                    "LastModifiedDate": seconds(pool.modified_at),
                })
            })
            .collect();
        let mut answer = json!({ "UserPools": views });
        if let Some(next) = next {
            answer["NextToken"] = next.into();
        }
        Ok(answer.into())
    })
}

/// One page of `all`, and where the next one begins. The token is the last key shown.
pub(super) fn page<T>(
    all: &BTreeMap<String, T>,
    after: Option<String>,
    limit: Option<i64>,
) -> (Vec<(&String, &T)>, Option<String>) {
    let limit = usize::try_from(limit.unwrap_or(60)).unwrap_or(60);
    let mut rest = all
        .iter()
        .filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after))
        .peekable();
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let next = page
        .last()
        .filter(|_| rest.peek().is_some())
        .map(|(key, _)| (*key).clone());
    (page, next)
}

pub(super) fn create_client(call: &Call<'_>) -> Result {
    let pool_id = call.user_pool_id()?;
    let name = call.input.required("ClientName", &Rule::NAME)?;
    let generate = call.input.boolean("GenerateSecret")?.unwrap_or(false);
    let secret = call.input.optional("ClientSecret", &Rule::CLIENT_SECRET)?;
    let id = random::text(LOWERCASE_AND_DIGITS, 26)?;
    let mut client = client(call.input, id, name, call.now)?;
    call.input.check()?;
    client.secret = match secret {
        Some(secret) => Some(secret),
        None if generate => Some(random::text(LOWERCASE_AND_DIGITS, 51)?),
        None => None,
    };
    call.pools.update(|store| {
        let pool = store.pool_mut(&pool_id)?;
        let view = client_view(&pool_id, &client);
        pool.clients.insert(client.id.clone(), client);
        Ok(json!({ "UserPoolClient": view }).into())
    })
}

/// As the service does it: what the request leaves out goes back to its default.
pub(super) fn update_client(call: &Call<'_>) -> Result {
    let pool_id = call.user_pool_id()?;
    let id = call.client_id()?;
    let name = call.input.optional("ClientName", &Rule::NAME)?;
    let new = client(
        call.input,
        id.clone(),
        name.clone().unwrap_or_default(),
        call.now,
    )?;
    call.input.check()?;
    call.pools.update(|store| {
        let pool = store.pool_mut(&pool_id)?;
        let old = pool.client(&id)?;
        let client = Client {
            name: name.unwrap_or_else(|| old.name.clone()),
            secret: old.secret.clone(),
            created_at: old.created_at,
            ..new
        };
        let view = client_view(&pool_id, &client);
        pool.clients.insert(id.clone(), client);
        Ok(json!({ "UserPoolClient": view }).into())
    })
}

pub(super) fn describe_client(call: &Call<'_>) -> Result {
    let pool_id = call.user_pool_id()?;
    let id = call.client_id()?;
    call.input.check()?;
    call.pools.read(|store| {
        let client = store.pool(&pool_id)?.client(&id)?;
        Ok(json!({ "UserPoolClient": client_view(&pool_id, client) }).into())
    })
}

pub(super) fn delete_client(call: &Call<'_>) -> Result {
    let pool_id = call.user_pool_id()?;
    let id = call.client_id()?;
    call.input.check()?;
    call.pools.update(|store| {
        let pool = store.pool_mut(&pool_id)?;
        pool.client(&id)?;
        pool.clients.remove(&id);
        for sign_in in pool.sign_ins.values_mut() {
            sign_in.revoked |= sign_in.client_id == id;
        }
        Ok(Answer::Empty)
    })
}

pub(super) fn list_clients(call: &Call<'_>) -> Result {
    let pool_id = call.user_pool_id()?;
    let limit = call.input.integer("MaxResults", 1..=60)?;
    let after = call.input.optional("NextToken", &Rule::PAGE)?;
    call.input.check()?;
    call.pools.read(|store| {
        let (page, next) = page(&store.pool(&pool_id)?.clients, after, limit);
        let views: Vec<Value> = page
            .iter()
            .map(|(_, client)| {
                json!({
                    "ClientId": client.id,
                    "ClientName": client.name,
                    "UserPoolId": pool_id,
                })
            })
            .collect();
        let mut answer = json!({ "UserPoolClients": views });
        if let Some(next) = next {
            answer["NextToken"] = next.into();
        }
        Ok(answer.into())
    })
}

/// The client that a request describes, without a secret.
fn client(input: &Input<'_>, id: String, name: String, now: i64) -> Result<Client> {
    let units = input.object("TokenValidityUnits")?;
    let lifetime = |name: &str, unit: &str, default_unit: &str, default: i64| -> Result<i64> {
        let given = input.integer(name, 0..=i64::from(i32::MAX))?;
        let unit = units.word(unit, &["seconds", "minutes", "hours", "days"])?;
        let unit = match unit.unwrap_or(default_unit) {
            "seconds" => 1,
            "minutes" => MINUTE,
            "hours" => HOUR,
            _ => DAY,
        };
        let given = given.filter(|given| *given > 0);
        Ok(given.map_or(default, |given| given.saturating_mul(unit)))
    };
    let access = lifetime("AccessTokenValidity", "AccessToken", "hours", HOUR)?;
    let id_token = lifetime("IdTokenValidity", "IdToken", "hours", HOUR)?;
    let refresh = lifetime("RefreshTokenValidity", "RefreshToken", "days", 30 * DAY)?;
    units.check()?;
    let short = 5 * MINUTE..=DAY;
    if !short.contains(&access)
        || !short.contains(&id_token)
        || !(HOUR..=10 * YEAR).contains(&refresh)
    {
        return Err(Error::invalid("Invalid range for token validity."));
    }
    if access > refresh || id_token > refresh {
        return Err(Error::invalid(
            "Refresh token validity must be longer than access and ID token validity.",
        ));
    }
    let flows = names(input, "ExplicitAuthFlows", &FLOWS)?;
    let rotation = input.object("RefreshTokenRotation")?;
    let feature = rotation.word("Feature", &["ENABLED", "DISABLED"])?;
    let grace = rotation.integer("RetryGracePeriodSeconds", 0..=60)?;
    rotation.check()?;
    if feature == Some("ENABLED") && flows.iter().any(|flow| flow == "ALLOW_REFRESH_TOKEN_AUTH") {
        return Err(Error::invalid(
            "ALLOW_REFRESH_TOKEN_AUTH cannot be used with refresh token rotation.",
        ));
    }
    let client = Client {
        id,
        name,
        secret: None,
        created_at: now,
        modified_at: now,
        flows,
        access_token_seconds: access,
        id_token_seconds: id_token,
        refresh_token_seconds: refresh,
        challenge_minutes: input.integer("AuthSessionValidity", 3..=15)?.unwrap_or(3),
        hides_users: input.word("PreventUserExistenceErrors", &["LEGACY", "ENABLED"])?
            == Some("ENABLED"),
        token_revocation: input.boolean("EnableTokenRevocation")?.unwrap_or(true),
        rotation: (feature == Some("ENABLED")).then(|| Rotation {
            grace_seconds: grace.unwrap_or(0),
        }),
        read_attributes: input.list("ReadAttributes")?.unwrap_or_default(),
        write_attributes: input.list("WriteAttributes")?.unwrap_or_default(),
        other_settings: input.others(&[
            "UserPoolId",
            "ClientId",
            "ClientName",
            "GenerateSecret",
            "ClientSecret",
            "ExplicitAuthFlows",
            "AuthSessionValidity",
            "PreventUserExistenceErrors",
            "EnableTokenRevocation",
            "ReadAttributes",
            "WriteAttributes",
        ]),
    };
    check_managed(&client)?;
    Ok(client)
}

fn client_view(pool_id: &str, client: &Client) -> Value {
    let existence = match client.hides_users {
        true => "ENABLED",
        false => "LEGACY",
    };
    let mut view = json!({
        "AllowedOAuthFlowsUserPoolClient": false,
        "EnablePropagateAdditionalUserContextData": false,
        "RefreshTokenValidity": client.refresh_token_seconds / DAY,
        "TokenValidityUnits": {},
    });
    for (name, value) in &client.other_settings {
        view[name] = value.clone();
    }
    view["UserPoolId"] = pool_id.into();
    view["ClientId"] = client.id.as_str().into();
    view["ClientName"] = client.name.as_str().into();
    view["CreationDate"] = seconds(client.created_at);
    view["LastModifiedDate"] = seconds(client.modified_at);
    view["AuthSessionValidity"] = client.challenge_minutes.into();
    view["EnableTokenRevocation"] = client.token_revocation.into();
    view["PreventUserExistenceErrors"] = existence.into();
    if let Some(secret) = &client.secret {
        view["ClientSecret"] = secret.as_str().into();
    }
    for (name, list) in [
        ("ExplicitAuthFlows", &client.flows),
        ("ReadAttributes", &client.read_attributes),
        ("WriteAttributes", &client.write_attributes),
    ] {
        if !list.is_empty() {
            view[name] = json!(list);
        }
    }
    view
}
