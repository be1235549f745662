//! A person's passkeys: StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials,
//! DeleteWebAuthnCredential.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::RegisterPublicKeyCredential;

use super::admin_pools::page;
use super::{Answer, Call, Result, seconds};
use crate::pool::challenges::{Attempt, Challenge, Kind};
use crate::pool::errors::Error;
use crate::pool::factors::FirstFactor;
use crate::pool::input::Rule;
use crate::pool::model::Pool;
use crate::pool::passkeys::{StoredPasskey, options, refusal};
use crate::pool::tokens::Bearer;

/// The most that a person can have.
const LIMIT: usize = 20;
/// How long the browser has, in milliseconds.
const LIFETIME: i64 = 5 * 60 * 1000;

/// Where the registration that a person has begun waits.
fn handle(bearer: &Bearer) -> String {
    format!("passkey {} {}", bearer.pool, bearer.sub)
}

pub(super) fn start_registration(call: &Call<'_>) -> Result {
    let bearer = call.bearer()?;
    let (mut creation, kind, user_id) = call.pools.read(|store| {
        let pool = store.pool(&bearer.pool)?;
        check_enabled(pool)?;
        let (checker, relying_party) = pool.web_authn()?;
        let user = pool.users.get(&bearer.sub).ok_or(Error::UserNotFound)?;
        if user.passkeys.len() >= LIMIT {
            return Err(Error::AttemptLimit);
        }
        let id = Uuid::parse_str(&user.sub).map_err(|error| Error::Internal(error.to_string()))?;
        let name = ["email", "phone_number", "preferred_username"]
            .into_iter()
            .find_map(|name| user.attribute(name))
            .unwrap_or(&user.username);
        let shown = user.attribute("name").unwrap_or(name);
        let known = user.usable_passkeys(&relying_party);
        let known = known.iter().map(|known| known.cred_id().clone()).collect();
        let (creation, state) = checker
            .start_passkey_registration(id, name, shown, Some(known))
            .map_err(|error| Error::Internal(error.to_string()))?;
        let kind = Kind::PasskeyRegistration(Box::new(state));
        Ok((options(&creation.public_key)?, kind, user.username.clone()))
    })?;
    // A passkey has to be found without a user name, for the browser to offer it by itself.
    creation["authenticatorSelection"]["residentKey"] = "required".into();
    creation["authenticatorSelection"]["requireResidentKey"] = true.into();
    let challenge = Challenge {
        attempt: Attempt {
            pool: bearer.pool.clone(),
            client: bearer.client.clone(),
            user_id,
            device: None,
        },
        expires_at: call.now.saturating_add(LIFETIME),
        kind,
    };
    let challenges = &call.pools.challenges;
    challenges.add(handle(&bearer), challenge, call.now);
    Ok(json!({ "CredentialCreationOptions": creation }).into())
}

fn check_enabled(pool: &Pool) -> Result<()> {
    let allowed = pool.rules.allowed_first_factors();
    match allowed.contains(&FirstFactor::WebAuthn) {
        true => Ok(()),
        false => Err(Error::PasskeysOff),
    }
}

pub(super) fn complete_registration(call: &Call<'_>) -> Result {
    let credential = call.input.object("Credential")?;
    if !call.input.has("Credential") {
        call.input.missing("Credential");
    }
    let bearer = call.bearer()?;
    let given = Value::Object(credential.others(&[]));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let attachment = text(&given["authenticatorAttachment"]).filter(|text| text.len() <= 32);
    let transports = given["response"]["transports"].as_array();
    let transports: Vec<String> = transports
        .map(|list| list.iter().filter_map(text).take(8).collect())
        .unwrap_or_default();
    let parsed: RegisterPublicKeyCredential = serde_json::from_value(given)
        .map_err(|_| Error::invalid("Credential is not a registration response."))?;
    let handle = handle(&bearer);
    let not_found = |_| Error::PasskeyChallengeNotFound;
    let challenges = &call.pools.challenges;
    let waiting = challenges.get(&handle, call.now).map_err(not_found)?;
    if waiting.attempt.client != bearer.client {
        return Err(Error::PasskeyClientMismatch);
    }
    let taken = challenges.take(&handle, call.now).map_err(not_found)?;
    let Kind::PasskeyRegistration(state) = taken.kind else {
        return Err(Error::PasskeyChallengeNotFound);
    };
    call.pools.update(|store| {
        let pool = store.pool_mut(&bearer.pool)?;
        check_enabled(pool)?;
        let (checker, relying_party) = pool.web_authn()?;
        let passkey = checker
            .finish_passkey_registration(&parsed, &state)
            .map_err(|error| refusal(&error))?;
        let id = URL_SAFE_NO_PAD.encode(passkey.cred_id());
        // A passkey is one person's only.
        if pool
            .users
            .values()
            .any(|user| user.passkeys.contains_key(&id))
        {
            return Err(Error::PasskeyNotSupported);
        }
        let stored = StoredPasskey {
            passkey,
            relying_party,
            attachment,
            transports,
            created_at: call.now,
        };
        store.own_user(&bearer)?.passkeys.insert(id, stored);
        Ok(Answer::nothing())
    })
}

pub(super) fn list_credentials(call: &Call<'_>) -> Result {
    let limit = call.input.integer("MaxResults", 0..=20)?;
    let after = call.input.optional("NextToken", &Rule::PAGE)?;
    let bearer = call.bearer()?;
    call.pools.read(|store| {
        let user = store.pool(&bearer.pool)?.users.get(&bearer.sub);
        let user = user.ok_or(Error::UserNotFound)?;
        let limit = limit.filter(|limit| *limit > 0).or(Some(20));
        let (page, next) = page(&user.passkeys, after, limit);
        let views: Vec<Value> = page.iter().map(|(id, stored)| view(id, stored)).collect();
        let mut answer = json!({ "Credentials": views });
        if let Some(next) = next {
            answer["NextToken"] = next.into();
        }
        Ok(answer.into())
    })
}

fn view(id: &str, stored: &StoredPasskey) -> Value {
    let mut view = json!({
        "CredentialId": id,
        "FriendlyCredentialName": "Passkey",
        "RelyingPartyId": stored.relying_party,
        "AuthenticatorTransports": stored.transports,
        "CreatedAt": seconds(stored.created_at),
    });
    if let Some(attachment) = &stored.attachment {
        view["AuthenticatorAttachment"] = attachment.as_str().into();
    }
    view
}

pub(super) fn delete_credential(call: &Call<'_>) -> Result {
    let id = call.input.required("CredentialId", &Rule::PAGE)?;
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        let deleted = store.own_user(&bearer)?.passkeys.remove(&id);
        deleted
            .map(|_| Answer::nothing())
            .ok_or(Error::NoSuchPasskey)
    })
}
