//! The administrator's operations on pools and their clients.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Answer, Call, Result, seconds};
use crate::options::REGION;
use crate::pool::errors::Error;
use crate::pool::input::{Input, Rule};
use crate::pool::keys::{PoolKeys, StoredKeys};
use crate::pool::model::{
    AttributeKind, Client, PasswordPolicy, Pool, PoolRules, Rotation, SchemaAttribute,
};
use crate::pool::random;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LOWERCASE_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The account that made-up resource names belong to.
const ACCOUNT: &str = "000000000000";

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
        other_settings: call.input.others(&[
            "PoolName",
            "UsernameAttributes",
            "AliasAttributes",
            "AutoVerifiedAttributes",
            "UsernameConfiguration",
            "Policies",
            "Schema",
        ]),
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

/// The settings that change what a pool does.
fn rules(input: &Input<'_>) -> Result<PoolRules> {
    let username_attributes = names(input, "UsernameAttributes", &["phone_number", "email"])?;
    let alias_attributes = names(
        input,
        "AliasAttributes",
        &["phone_number", "email", "preferred_username"],
    )?;
    if !username_attributes.is_empty() && !alias_attributes.is_empty() {
        return Err(Error::invalid(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ));
    }
    let auto_verified = names(input, "AutoVerifiedAttributes", &["phone_number", "email"])?;
    if input
        .word("MfaConfiguration", &["OFF", "ON", "OPTIONAL"])?
        .is_some_and(|mfa| mfa != "OFF")
    {
        return Err(Error::invalid(
            "MFA is not available in the local user pool.",
        ));
    }
    if !input.object("LambdaConfig")?.others(&[]).is_empty() {
        return Err(Error::invalid(
            "Lambda triggers are not available in the local user pool.",
        ));
    }
    let config = input.object("UsernameConfiguration")?;
    let case_sensitive = config.boolean("CaseSensitive")?.unwrap_or(true);
    let admin = input.object("AdminCreateUserConfig")?;
    let admin_create_only = admin.boolean("AllowAdminCreateUserOnly")?.unwrap_or(false);
    let policies = input.object("Policies")?;
    let policy = policies.object("PasswordPolicy")?;
    let wanted = |name: &str| -> Result<bool> {
        Ok(match policies.has("PasswordPolicy") {
            true => policy.boolean(name)?.unwrap_or(false),
            false => true,
        })
    };
    let length = policy.integer("MinimumLength", 6..=99)?.unwrap_or(8);
    let days = policy.integer("TemporaryPasswordValidityDays", 0..=365)?;
    let rules = PoolRules {
        username_attributes,
        alias_attributes,
        case_sensitive,
        auto_verified,
        password: PasswordPolicy {
            minimum_length: usize::try_from(length).unwrap_or(8),
            uppercase: wanted("RequireUppercase")?,
            lowercase: wanted("RequireLowercase")?,
            numbers: wanted("RequireNumbers")?,
            symbols: wanted("RequireSymbols")?,
        },
        temporary_password_days: days
            .filter(|days| *days > 0)
            .and_then(|days| u32::try_from(days).ok())
            .unwrap_or(7),
        admin_create_only,
        schema: schema(input)?,
    };
    policy.check()?;
    Ok(rules)
}

fn names(input: &Input<'_>, name: &str, known: &[&str]) -> Result<Vec<String>> {
    let names = input.list(name)?.unwrap_or_default();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(names),
        Some(unknown) => Err(Error::invalid(format!(
            "1 validation error detected: Value '[{unknown}]' at '{}{}' failed to satisfy constraint: Member must \
             satisfy constraint: [Member must satisfy enum value set: [{}]]",
            name[..1].to_lowercase(),
            &name[1..],
            known.join(", ")
        ))),
    }
}

fn schema(input: &Input<'_>) -> Result<BTreeMap<String, SchemaAttribute>> {
    let standard = PoolRules {
        username_attributes: Vec::new(),
        alias_attributes: Vec::new(),
        case_sensitive: true,
        auto_verified: Vec::new(),
        password: PasswordPolicy {
            minimum_length: 8,
            uppercase: false,
            lowercase: false,
            numbers: false,
            symbols: false,
        },
        temporary_password_days: 7,
        admin_create_only: false,
        schema: BTreeMap::new(),
    };
    let mut schema = BTreeMap::new();
    for attribute in input.objects("Schema")? {
        let name = attribute.required("Name", &Rule::ATTRIBUTE_NAME)?;
        let kind = attribute.word(
            "AttributeDataType",
            &["String", "Number", "DateTime", "Boolean"],
        )?;
        let required = attribute.boolean("Required")?.unwrap_or(false);
        let mutable = attribute.boolean("Mutable")?;
        let text = attribute.object("StringAttributeConstraints")?;
        let number = attribute.object("NumberAttributeConstraints")?;
        let minimum = bound(&text, "MinLength")?.or(bound(&number, "MinValue")?);
        let maximum = bound(&text, "MaxLength")?.or(bound(&number, "MaxValue")?);
        attribute.check()?;
        let known = standard.attribute(&name);
        if known.is_none() && required {
            return Err(Error::invalid(
                "Required custom attributes are not supported currently.",
            ));
        }
        let kind = match kind {
            Some("Number") => AttributeKind::Number,
            Some("DateTime") => AttributeKind::DateTime,
            Some("Boolean") => AttributeKind::Boolean,
            Some(_) => AttributeKind::String,
            None => known
                .as_ref()
                .map_or(AttributeKind::String, |known| known.kind),
        };
        if known.as_ref().is_some_and(|known| known.kind != kind) {
            return Err(Error::invalid(format!(
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
            )));
        }
        let prefixed = match known {
            Some(_) => name,
            None => format!("custom:{name}"),
        };
        let attribute = SchemaAttribute {
            kind,
            required,
            mutable: mutable.unwrap_or(known.is_some()),
            minimum: minimum.or(known.as_ref().and_then(|known| known.minimum)),
            maximum: maximum.or(known.as_ref().and_then(|known| known.maximum)),
        };
        schema.insert(prefixed, attribute);
    }
    Ok(schema)
}

/// A bound, which the API writes as text.
fn bound(constraints: &Input<'_>, name: &str) -> Result<Option<i64>> {
    let bound = constraints.optional(name, &Rule::FILTER)?;
    let Some(bound) = bound else { return Ok(None) };
    let number = bound.parse();
    number
        .map(Some)
        .map_err(|_| Error::invalid(format!("{name} must be a number.")))
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
            .map(|pool| {
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
fn page<T>(
    all: &BTreeMap<String, T>,
    after: Option<String>,
    limit: Option<i64>,
) -> (Vec<&T>, Option<String>) {
    let limit = usize::try_from(limit.unwrap_or(60)).unwrap_or(60);
    let mut rest = all
        .iter()
        .filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after))
        .peekable();
    let page: Vec<(&String, &T)> = rest.by_ref().take(limit).collect();
    let next = page
        .last()
        .filter(|_| rest.peek().is_some())
        .map(|(key, _)| (*key).clone());
    (page.into_iter().map(|(_, item)| item).collect(), next)
}

fn pool_view(pool: &Pool) -> Value {
    let rules = &pool.rules;
    let policy = rules.password;
    let mut view = json!({
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": rules.admin_create_only,
            "UnusedAccountValidityDays": rules.temporary_password_days,
        },
        "DeletionProtection": "INACTIVE",
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "LambdaConfig": {},
        "MfaConfiguration": "OFF",
        "UserPoolTags": {},
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
    });
    for (name, value) in &pool.other_settings {
        view[name] = value.clone();
    }
    view["Id"] = pool.id.as_str().into();
    view["Name"] = pool.name.as_str().into();
    view["Arn"] = format!(
        "arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{}",
        pool.id
    )
    .into();
    view["CreationDate"] = seconds(pool.created_at);
    view["LastModifiedDate"] = seconds(pool.modified_at);
    view["EstimatedNumberOfUsers"] = pool.users.len().into();
    view["AutoVerifiedAttributes"] = json!(rules.auto_verified);
    view["UsernameConfiguration"] = json!({ "CaseSensitive": rules.case_sensitive });
    for (name, attributes) in [
        ("UsernameAttributes", &rules.username_attributes),
        ("AliasAttributes", &rules.alias_attributes),
    ] {
        if !attributes.is_empty() {
            view[name] = json!(attributes);
        }
    }
    view["Policies"] = json!({
        "PasswordPolicy": {
            "MinimumLength": policy.minimum_length,
            "RequireUppercase": policy.uppercase,
            "RequireLowercase": policy.lowercase,
            "RequireNumbers": policy.numbers,
            "RequireSymbols": policy.symbols,
            "TemporaryPasswordValidityDays": rules.temporary_password_days,
        },
    });
    let attributes = rules.all_attributes();
    view["SchemaAttributes"] = attributes
        .iter()
        .map(|(name, attribute)| schema_view(name, attribute))
        .collect();
    view
}

fn schema_view(name: &str, attribute: &SchemaAttribute) -> Value {
    let kind = match attribute.kind {
        AttributeKind::String => "String",
        AttributeKind::Number => "Number",
        AttributeKind::DateTime => "DateTime",
        AttributeKind::Boolean => "Boolean",
    };
    let mut view = json!({
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": false,
        "Mutable": attribute.mutable,
        "Required": attribute.required,
    });
    let (constraints, least, most) = match attribute.kind {
        AttributeKind::String => ("StringAttributeConstraints", "MinLength", "MaxLength"),
        AttributeKind::Number => ("NumberAttributeConstraints", "MinValue", "MaxValue"),
        AttributeKind::DateTime | AttributeKind::Boolean => return view,
    };
    let mut bounds = Map::new();
    for (name, bound) in [(least, attribute.minimum), (most, attribute.maximum)] {
        if let Some(bound) = bound {
            bounds.insert(name.to_owned(), bound.to_string().into());
        }
    }
    view[constraints] = bounds.into();
    view
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
            .map(|client| {
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
    Ok(Client {
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
    })
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
