//! SignUp, ConfirmSignUp, ResendConfirmationCode.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::sign_in::sign_up_session;
use super::{Answer, Call, Result};
use crate::mail::Kind as MailKind;
use crate::pool::attributes::Writer;
use crate::pool::challenges::Kind;
use crate::pool::codes::Delivery;
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::mfa::UserMfa;
use crate::pool::model::{Lockout, Pool, Purpose, Status, User};
use crate::pool::pool_name;
use crate::pool::simulation::Simulation;
use crate::pool::srp::Verifier;

pub(super) fn sign_up(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let username = call.username()?;
    let password = call.input.optional("Password", &Rule::PASSWORD)?;
    let attributes = call.input.attributes("UserAttributes")?;
    call.input.attributes("ValidationData")?;
    let secret_hash = call.secret_hash()?;
    call.input.check()?;

    let sub = Uuid::new_v4().to_string();
    let client = call.client(&client_id)?;
    let pool_id = call.pools.read(|store| {
        let pool = store.pool_of_client(&client_id)?;
        client.check_secret_hash(&username, secret_hash.as_deref())?;
        if pool.rules.admin_create_only {
            return Err(Error::SignUpNotPermitted);
        }
        match &password {
            Some(password) => pool.rules.password.check(password)?,
            None if pool.rules.signs_in_without_password() => {}
            None => {
                call.input.missing("Password");
                call.input.check()?;
            }
        }
        let writer = Writer::User(&client.write_attributes);
        pool.rules.check_attributes(&attributes, writer)?;
        Ok(pool.id.clone())
    })?;
    // The slow part, before the state is held.
    let user_id = user_id(call, &pool_id, &username, &sub)?;
    let pool_name = pool_name(&pool_id);
    let verifier = password
        .map(|password| Verifier::new(pool_name, &user_id, &password))
        .transpose()?;

    let mut answer = call.pools.update(|store| {
        let pool = store.pool_mut(&pool_id)?;
        let user = new_user(pool, &username, sub, attributes, call.now)?;
        pool.rules
            .check_required(|name| user.attribute(name).is_some())?;
        let user = User {
            password: verifier,
            ..user
        };
        let delivery = verification_target(pool, &user);
        let sub = user.sub.clone();
        pool.users.insert(sub.clone(), user);
        let mut answer = json!({ "UserConfirmed": false, "UserSub": sub });
        if let Some(to) = delivery {
            answer["CodeDeliveryDetails"] = to.details();
            store.send_code(
                &pool_id,
                &sub,
                &Purpose::SignUp,
                MailKind::SignUp,
                &to,
                call.now,
            )?;
        }
        Ok(answer)
    })?;
    if let Some(session) = sign_up_session(call, client, pool_id, user_id, Kind::SignUp)? {
        answer["Session"] = session.into();
    }
    Ok(answer.into())
}

/// What SRP knows a new user by: the user name they will have.
fn user_id(call: &Call<'_>, pool_id: &str, username: &str, sub: &str) -> Result<String> {
    call.pools
        .read(|store| Ok(stored_username(store.pool(pool_id)?, username, sub)))
}

/// The user name that a new user gets: a UUID where people sign in with an address.
pub(super) fn stored_username(pool: &Pool, username: &str, sub: &str) -> String {
    match (
        pool.rules.username_attributes.is_empty(),
        pool.rules.case_sensitive,
    ) {
        (false, _) => sub.to_owned(),
        (true, true) => username.to_owned(),
        (true, false) => username.to_lowercase(),
    }
}

/// A user with checked `attributes`, not yet in the pool and without a password.
///
/// # Errors
/// When `username` is not what the pool's people sign in with, or somebody has it.
pub(super) fn new_user(
    pool: &Pool,
    username: &str,
    sub: String,
    attributes: Vec<(String, String)>,
    now: i64,
) -> Result<User> {
    let mut attributes: BTreeMap<String, String> = attributes.into_iter().collect();
    match pool.rules.username_attribute(username)? {
        Some(attribute) => {
            let given = attributes
                .entry(attribute.to_owned())
                .or_insert_with(|| username.to_owned());
            if !pool.rules.same_name(given, username) {
                return Err(Error::invalid(format!(
                    "Username and {attribute} must be the same."
                )));
            }
            if pool.owner_of(attribute, username, &sub).is_some() {
                return Err(Error::AccountExistsWith(attribute.to_owned()));
            }
        }
        None if pool.find_user(username).is_some() => return Err(Error::UsernameTaken),
        None => {}
    }
    Ok(User {
        username: stored_username(pool, username, &sub),
        sub,
        attributes,
        status: Status::Unconfirmed,
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
    })
}

/// Where the code that confirms a sign-up goes.
fn verification_target(pool: &Pool, user: &User) -> Option<Delivery> {
    let verified = |name: &str| pool.rules.auto_verified.iter().any(|known| known == name);
    let targets: Vec<&'static str> = ["phone_number", "email"]
        .into_iter()
        .filter(|name| verified(name))
        .collect();
    Delivery::to_any(user, &targets)
}

pub(super) fn confirm_sign_up(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let username = call.username()?;
    let code = call.input.required("ConfirmationCode", &Rule::CODE)?;
    let force_alias = call.input.boolean("ForceAliasCreation")?.unwrap_or(false);
    let secret_hash = call.secret_hash()?;
    let session = call.input.optional("Session", &Rule::SESSION)?;
    call.input.check()?;

    let client = call.client(&client_id)?;
    let (pool_id, user_id) = call.pools.update(|store| {
        let pool = store.pool_of_client_mut(&client_id)?;
        let client = pool.client(&client_id)?;
        client.check_secret_hash(&username, secret_hash.as_deref())?;
        let hides_users = client.hides_users;
        let user = pool.find_user_mut(&username);
        let user = match user {
            Some(user) if user.enabled => user,
            // Whether there is such a user must not show.
            _ if hides_users => return Err(Error::CodeExpired),
            Some(_) => return Err(Error::UserDisabled),
            None => return Err(Error::UserOrClientNotFound),
        };
        if user.status != Status::Unconfirmed {
            return Err(Error::CannotConfirm(user.status.as_str()));
        }
        let user_id = user.username.clone();
        if let Some(session) = &session {
            check_session(call, session, &client_id, &user_id)?;
        }
        let address = user.check_code(&Purpose::SignUp, &code, call.now)?;
        let sub = user.sub.clone();
        let confirmed = ["email", "phone_number"]
            .into_iter()
            .find(|name| user.attribute(name) == Some(&address));
        if let Some(attribute) = confirmed {
            let owner = pool.owner_of(attribute, &address, &sub);
            let owner = owner.map(|owner| owner.sub.clone());
            if owner.is_some() && !force_alias {
                return Err(Error::AliasExists(attribute.to_owned()));
            }
            let verified = format!("{attribute}_verified");
            if let Some(owner) = owner.and_then(|owner| pool.users.get_mut(&owner)) {
                owner
                    .attributes
                    .insert(verified.clone(), "false".to_owned());
            }
            if let Some(user) = pool.users.get_mut(&sub) {
                user.attributes.insert(verified, "true".to_owned());
            }
        }
        if let Some(user) = pool.users.get_mut(&sub) {
            user.forget_code(&Purpose::SignUp);
            user.status = Status::Confirmed;
            user.modified_at = call.now;
        }
        Ok((pool.id.clone(), user_id))
    })?;
    let confirmed = Kind::SignUpConfirmed;
    Ok(
        match sign_up_session(call, client, pool_id, user_id, confirmed)? {
            Some(session) => json!({ "Session": session }).into(),
            None => Answer::nothing(),
        },
    )
}

/// Checks the session that SignUp gave. One that has ended does no harm: the code is what counts.
fn check_session(call: &Call<'_>, session: &str, client: &str, user_id: &str) -> Result<()> {
    match call.pools.challenges.get(session, call.now) {
        Ok(waiting)
            if matches!(waiting.kind, Kind::SignUp)
                && waiting.attempt.client == client
                && waiting.attempt.user_id == user_id =>
        {
            Ok(())
        }
        Err(Error::ChallengeExpired) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(Error::ChallengeInvalid),
    }
}

pub(super) fn resend_confirmation_code(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let username = call.username()?;
    let secret_hash = call.secret_hash()?;
    call.input.check()?;

    call.pools.update(|store| {
        let pool = store.pool_of_client_mut(&client_id)?;
        let client = pool.client(&client_id)?;
        client.check_secret_hash(&username, secret_hash.as_deref())?;
        let hides_users = client.hides_users;
        let user = match pool.find_user(&username) {
            Some(user) if user.enabled => user,
            _ if hides_users => {
                let details = Simulation::of(pool, &username).delivery();
                return Ok(json!({ "CodeDeliveryDetails": details }).into());
            }
            Some(_) => return Err(Error::UserDisabled),
            None => return Err(Error::UserOrClientNotFound),
        };
        if user.status != Status::Unconfirmed {
            return Err(Error::AlreadyConfirmed);
        }
        let to = verification_target(pool, user).ok_or_else(|| {
            Error::invalid("Cannot resend codes. Auto verification not turned on.")
        })?;
        let (pool_id, sub) = (pool.id.clone(), user.sub.clone());
        if let Some(user) = pool.users.get_mut(&sub) {
            user.count_sending(&Purpose::SignUp, call.now)?;
        }
        store.send_code(
            &pool_id,
            &sub,
            &Purpose::SignUp,
            MailKind::Resend,
            &to,
            call.now,
        )?;
        Ok(json!({ "CodeDeliveryDetails": to.details() }).into())
    })
}
