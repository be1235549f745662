//! InitiateAuth, RespondToAuthChallenge, GetTokensFromRefreshToken.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Answer, Call, Result};
use crate::pool::attributes::Writer;
use crate::pool::challenges::{Challenge, Kind};
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::model::{Client, Lockout, Pool, Status, User};
use crate::pool::pool_name;
use crate::pool::random;
use crate::pool::simulation::Simulation;
use crate::pool::srp::{Exchange, Message, Verifier};
use crate::pool::timestamp::Timestamp;
use crate::pool::tokens::Grant;

const FLOWS: [&str; 8] = [
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
];

const CHALLENGES: [&str; 16] = [
    "SMS_MFA",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "PASSWORD_VERIFIER",
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
    "ADMIN_NO_SRP_AUTH",
    "NEW_PASSWORD_REQUIRED",
    "SMS_OTP",
    "PASSWORD",
    "WEB_AUTHN",
    "PASSWORD_SRP",
];

/// How far the client's clock may be off, in seconds. The service does not publish its own limit.
const CLOCK_SKEW: i64 = 5 * 60;
/// The longest `SRP_A`: a number below N has 768 hexadecimal digits.
const SRP_A_LIMIT: usize = 1024;
/// How many wrong passwords are free.
const FREE_FAILURES: u32 = 5;
/// The longest that a person is locked out, and the time after which failures are forgotten, in milliseconds.
const LOCKOUT_LIMIT: i64 = 15 * 60 * 1000;

type Parameters = BTreeMap<String, String>;

pub(super) fn initiate_auth(call: &Call<'_>) -> Result {
    let flow = call.input.required_word("AuthFlow", &FLOWS)?;
    let client_id = call.client_id()?;
    let parameters = call.input.map("AuthParameters")?.unwrap_or_default();
    call.input.optional("Session", &Rule::SESSION)?;
    call.input.check()?;
    let client = call.pools.read(|store| {
        Ok(store
            .pool_of_client(&client_id)?
            .client(&client_id)?
            .clone())
    })?;
    match flow {
        "USER_SRP_AUTH" if client.allows("ALLOW_USER_SRP_AUTH") => {
            user_srp_auth(call, &client, &parameters)
        }
        "USER_PASSWORD_AUTH" if client.allows("ALLOW_USER_PASSWORD_AUTH") => {
            user_password_auth(call, &client, &parameters)
        }
        // With rotation only GetTokensFromRefreshToken goes on with a session.
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN"
            if client.allows("ALLOW_REFRESH_TOKEN_AUTH") && client.rotation.is_none() =>
        {
            let token = required(&parameters, "REFRESH_TOKEN")?;
            let grant = call.pools.update(|store| {
                let pool = store.pool_of_client_mut(&client.id)?;
                let owner = pool.owner_of_refresh_token(token);
                let owner = owner.map_or(String::new(), |owner| owner.username.clone());
                client.check_secret_hash(&owner, secret_hash(&parameters))?;
                pool.refresh(&client.id, token, call.now)
            })?;
            signed_in(call, grant)
        }
        flow => Err(Error::FlowNotEnabled(flow)),
    }
}

pub(super) fn get_tokens_from_refresh_token(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let token = call.input.required("RefreshToken", &Rule::TOKEN)?;
    let secret = call.input.optional("ClientSecret", &Rule::CLIENT_SECRET)?;
    call.input.check()?;
    let grant = call.pools.update(|store| {
        let pool = store.pool_of_client_mut(&client_id)?;
        pool.client(&client_id)?.check_secret(secret.as_deref())?;
        pool.refresh(&client_id, &token, call.now)
    })?;
    let result = call.pools.authentication_result(grant)?;
    Ok(json!({ "AuthenticationResult": result }).into())
}

impl Client {
    /// Whether the client may use a flow. One that names none may use SRP and refresh, as the service has it.
    fn allows(&self, flow: &str) -> bool {
        if self.flows.is_empty() {
            return matches!(flow, "ALLOW_USER_SRP_AUTH" | "ALLOW_REFRESH_TOKEN_AUTH");
        }
        let old_name = flow.trim_start_matches("ALLOW_");
        let has = |name: &str| self.flows.iter().any(|known| known == name);
        // Flows without ALLOW_ are the old way to say it: they add to SRP and refresh.
        let old = !self.flows.iter().any(|flow| flow.starts_with("ALLOW_"));
        has(flow)
            || old
                && (has(old_name)
                    || matches!(flow, "ALLOW_USER_SRP_AUTH" | "ALLOW_REFRESH_TOKEN_AUTH"))
    }
}

fn required<'a>(parameters: &'a Parameters, name: &'static str) -> Result<&'a str> {
    parameters
        .get(name)
        .map(String::as_str)
        .filter(|value| !value.is_empty())
        .ok_or(Error::MissingParameter(name))
}

fn secret_hash(parameters: &Parameters) -> Option<&str> {
    parameters.get("SECRET_HASH").map(String::as_str)
}

/// Somebody who wants to sign in.
struct Candidate {
    pool: String,
    /// `USER_ID_FOR_SRP`: the user name, or what stands for one.
    user_id: String,
    verifier: Verifier,
}

/// Finds the user, or makes one up where the client must not find out that there is none.
fn candidate(call: &Call<'_>, client: &Client, username: &str) -> Result<Candidate> {
    call.pools.read(|store| {
        let pool = store.pool_of_client(&client.id)?;
        let Some(user) = pool.find_user(username) else {
            if !client.hides_users {
                return Err(Error::UserNotFound);
            }
            let simulation = Simulation::of(pool, username);
            return Ok(Candidate {
                pool: pool.id.clone(),
                user_id: simulation.user_id(),
                verifier: simulation.verifier()?,
            });
        };
        // The service says these two before it has seen a proof.
        if !user.enabled {
            return Err(Error::UserDisabled);
        }
        if user.status == Status::Unconfirmed {
            return Err(Error::UserNotConfirmed);
        }
        let verifier = match &user.password {
            Some(verifier) => verifier.clone(),
            None => Simulation::of(pool, username).verifier()?,
        };
        Ok(Candidate {
            pool: pool.id.clone(),
            user_id: user.username.clone(),
            verifier,
        })
    })
}

fn user_srp_auth(call: &Call<'_>, client: &Client, parameters: &Parameters) -> Result {
    let username = required(parameters, "USERNAME")?;
    let srp_a = required(parameters, "SRP_A")?;
    if srp_a.len() > SRP_A_LIMIT || !srp_a.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let constraint = match srp_a.len() > SRP_A_LIMIT {
            true => format!("Member must have length less than or equal to {SRP_A_LIMIT}"),
            false => "Member must satisfy regular expression pattern: ^[0-9a-fA-F]+$".to_owned(),
        };
        return Err(Error::invalid(format!(
            "1 validation error detected: Value at 'sRPA' failed to satisfy constraint: {constraint}"
        )));
    }
    client.check_secret_hash(username, secret_hash(parameters))?;
    let candidate = candidate(call, client, username)?;
    let exchange = Exchange::begin(&candidate.verifier, srp_a)?
        .map_err(|_| Error::invalid("SRP_A must not be a multiple of N."))?;
    // Nothing but a handle: what it stands for stays here.
    let secret_block = STANDARD.encode(random::bytes::<64>()?);
    let answer = json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeParameters": {
            "SALT": candidate.verifier.salt,
            "SECRET_BLOCK": secret_block,
            "SRP_B": exchange.srp_b(),
            "USERNAME": candidate.user_id,
            "USER_ID_FOR_SRP": candidate.user_id,
        },
    });
    let kind = Kind::PasswordVerifier(Box::new(exchange));
    let challenge = challenge(call, client, candidate.pool, candidate.user_id, kind);
    call.pools.challenges.add(secret_block, challenge, call.now);
    Ok(answer.into())
}

fn challenge(
    call: &Call<'_>,
    client: &Client,
    pool: String,
    user_id: String,
    kind: Kind,
) -> Challenge {
    let lifetime = client.challenge_minutes.saturating_mul(60_000);
    Challenge {
        pool,
        client: client.id.clone(),
        user_id,
        expires_at: call.now.saturating_add(lifetime),
        kind,
    }
}

fn user_password_auth(call: &Call<'_>, client: &Client, parameters: &Parameters) -> Result {
    let username = required(parameters, "USERNAME")?;
    let password = required(parameters, "PASSWORD")?;
    client.check_secret_hash(username, secret_hash(parameters))?;
    let candidate = candidate(call, client, username)?;
    let fits = || {
        let pool_name = pool_name(&candidate.pool);
        candidate
            .verifier
            .fits(pool_name, &candidate.user_id, password)
    };
    prove(call, client, &candidate.pool, &candidate.user_id, fits)
}

pub(super) fn respond_to_auth_challenge(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let name = call.input.required_word("ChallengeName", &CHALLENGES)?;
    let session = call.input.optional("Session", &Rule::SESSION)?;
    let responses = call.input.map("ChallengeResponses")?.unwrap_or_default();
    call.input.check()?;
    let client = call.pools.read(|store| {
        Ok(store
            .pool_of_client(&client_id)?
            .client(&client_id)?
            .clone())
    })?;
    match name {
        "PASSWORD_VERIFIER" => password_verifier(call, &client, &responses),
        "NEW_PASSWORD_REQUIRED" => new_password(call, &client, session.as_deref(), &responses),
        // No user of these pools is ever asked for anything else.
        _ => Err(Error::ChallengeInvalid),
    }
}

fn password_verifier(call: &Call<'_>, client: &Client, responses: &Parameters) -> Result {
    if responses.is_empty() {
        return Err(Error::MissingParameter("challenge responses."));
    }
    let username = required(responses, "USERNAME")?;
    let timestamp = required(responses, "TIMESTAMP")?;
    let signature = required(responses, "PASSWORD_CLAIM_SIGNATURE")?;
    let secret_block = required(responses, "PASSWORD_CLAIM_SECRET_BLOCK")?;
    let timestamp = Timestamp::parse(timestamp).ok_or_else(|| {
        Error::invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
    })?;
    let signature = STANDARD.decode(signature).map_err(|_| {
        Error::invalid("Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.")
    })?;
    client.check_secret_hash(username, secret_hash(responses))?;
    let challenge = call
        .pools
        .challenges
        .take(secret_block, &client.id, call.now)
        .map_err(|error| match error {
            // A handle that was never given to this client is as good as a wrong proof.
            Error::ChallengeInvalid => Error::WrongCredentials,
            error => error,
        })?;
    let Kind::PasswordVerifier(exchange) = &challenge.kind else {
        return Err(Error::WrongCredentials);
    };
    if !is_same_user(call, &challenge, username)? {
        return Err(Error::WrongCredentials);
    }
    let proves = || {
        let skew = call.now.div_euclid(1000).saturating_sub(timestamp.seconds);
        let handle = STANDARD.decode(secret_block).unwrap_or_default();
        let message = Message {
            pool_name: pool_name(&challenge.pool),
            user_id: &challenge.user_id,
            secret_block: &handle,
            timestamp: &timestamp.canonical(),
        };
        exchange.proves(&message, &signature) && skew.abs() <= CLOCK_SKEW
    };
    prove(call, client, &challenge.pool, &challenge.user_id, proves)
}

/// Whether `username` is another name of the user whom `challenge` is for.
fn is_same_user(call: &Call<'_>, challenge: &Challenge, username: &str) -> Result<bool> {
    call.pools.read(|store| {
        let pool = store.pool(&challenge.pool)?;
        Ok(pool.rules.same_name(username, &challenge.user_id)
            || match pool.find_user(username) {
                Some(user) => user.username == challenge.user_id,
                None => Simulation::of(pool, username).user_id() == challenge.user_id,
            })
    })
}

/// Lets a password be proven, counts failures, and goes on with a sign-in once it is.
fn prove(
    call: &Call<'_>,
    client: &Client,
    pool_id: &str,
    user_id: &str,
    proven: impl FnOnce() -> bool,
) -> Result {
    call.pools.read(|store| {
        let user = store.pool(pool_id)?.user_named(user_id);
        match user {
            Some(user) if user.lockout.is_locked(call.now) => Err(Error::PasswordAttemptsExceeded),
            _ => Ok(()),
        }
    })?;
    if !proven() {
        call.pools.update(|store| {
            let pool = store.pool_mut(pool_id)?;
            if let Some(user) = pool.user_named_mut(user_id) {
                user.lockout.fail(call.now);
            }
            Ok(())
        })?;
        return Err(Error::WrongCredentials);
    }
    let next = call.pools.update(|store| {
        let pool = store.pool_mut(pool_id)?;
        let user = pool
            .user_named_mut(user_id)
            .ok_or(Error::WrongCredentials)?;
        user.lockout = Lockout::default();
        if !user.enabled {
            return Err(Error::UserDisabled);
        }
        let expired = user
            .password_expires_at
            .is_some_and(|expires_at| expires_at <= call.now);
        match user.status {
            Status::Unconfirmed => Err(Error::UserNotConfirmed),
            Status::ResetRequired => Err(Error::PasswordResetRequired),
            Status::ForceChangePassword if expired => Err(Error::TemporaryPasswordExpired),
            Status::ForceChangePassword => {
                let user = user.clone();
                Ok(Next::NewPassword(new_password_parameters(pool, &user)))
            }
            Status::Confirmed => {
                let sub = user.sub.clone();
                pool.sign_in(&client.id, &sub, call.now).map(Next::SignedIn)
            }
        }
    })?;
    match next {
        Next::SignedIn(grant) => signed_in(call, grant),
        Next::NewPassword(parameters) => {
            let session = random::token::<96>()?;
            let waiting = challenge(
                call,
                client,
                pool_id.to_owned(),
                user_id.to_owned(),
                Kind::NewPassword,
            );
            call.pools
                .challenges
                .add(session.clone(), waiting, call.now);
            let answer = json!({
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": session,
                "ChallengeParameters": parameters,
            });
            Ok(answer.into())
        }
    }
}

/// What follows a proven password.
enum Next {
    SignedIn(Grant),
    NewPassword(Value),
}

fn signed_in(call: &Call<'_>, grant: Grant) -> Result<Answer> {
    let result = call.pools.authentication_result(grant)?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }).into())
}

/// Both lists are JSON in a string.
fn new_password_parameters(pool: &Pool, user: &User) -> Value {
    let missing: Vec<String> = pool
        .rules
        .required_attributes()
        .filter(|name| user.attribute(name).is_none())
        .map(|name| format!("userAttributes.{name}"))
        .collect();
    json!({
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": json!(missing).to_string(),
        "userAttributes": json!(user.attributes).to_string(),
    })
}

fn new_password(
    call: &Call<'_>,
    client: &Client,
    session: Option<&str>,
    responses: &Parameters,
) -> Result {
    let username = required(responses, "USERNAME")?;
    let password = required(responses, "NEW_PASSWORD")?;
    let session = session.ok_or(Error::MissingParameter("Session"))?;
    client.check_secret_hash(username, secret_hash(responses))?;
    let challenge = call.pools.challenges.get(session, &client.id, call.now)?;
    let Kind::NewPassword = challenge.kind else {
        return Err(Error::ChallengeInvalid);
    };
    if !is_same_user(call, &challenge, username)? {
        return Err(Error::ChallengeInvalid);
    }
    let attributes: Vec<(String, String)> = responses
        .iter()
        .filter_map(|(name, value)| {
            let name = name.strip_prefix("userAttributes.")?;
            Some((name.to_owned(), value.clone()))
        })
        .collect();
    call.pools.read(|store| {
        let pool = store.pool(&challenge.pool)?;
        pool.rules.password.check(password)?;
        let user = pool.user_named(&challenge.user_id);
        let user = user.ok_or(Error::ChallengeInvalid)?;
        let writer = Writer::User(&client.write_attributes);
        pool.rules.check_attributes(&attributes, writer)?;
        if let Some((name, _)) = attributes.iter().find(|(name, _)| {
            matches!(name.as_str(), "email" | "phone_number") && user.attribute(name).is_some()
        }) {
            return Err(Error::AlreadyProvided(name.clone()));
        }
        for (name, value) in &attributes {
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
    })?;
    let verifier = Verifier::new(pool_name(&challenge.pool), &challenge.user_id, password)?;
    call.pools.challenges.take(session, &client.id, call.now)?;
    let grant = call.pools.update(|store| {
        let pool = store.pool_mut(&challenge.pool)?;
        let user = pool.user_named_mut(&challenge.user_id);
        let user = user.ok_or(Error::ChallengeInvalid)?;
        if !user.enabled {
            return Err(Error::UserDisabled);
        }
        if user.status != Status::ForceChangePassword {
            return Err(Error::ChallengeInvalid);
        }
        user.attributes.extend(attributes);
        user.set_password(verifier, Status::Confirmed, call.now);
        let sub = user.sub.clone();
        pool.sign_in(&client.id, &sub, call.now)
    })?;
    signed_in(call, grant)
}

impl Pool {
    fn user_named(&self, username: &str) -> Option<&User> {
        self.users.values().find(|user| user.username == username)
    }

    fn user_named_mut(&mut self, username: &str) -> Option<&mut User> {
        let mut users = self.users.values_mut();
        users.find(|user| user.username == username)
    }
}

impl User {
    /// Gives the user a password that lasts.
    pub(super) fn set_password(&mut self, verifier: Verifier, status: Status, now: i64) {
        self.password = Some(verifier);
        self.password_expires_at = None;
        self.lockout = Lockout::default();
        self.status = status;
        self.modified_at = now;
    }
}

impl Lockout {
    /// Five failures are free; then each doubles the wait, from one second to fifteen minutes.
    fn is_locked(self, now: i64) -> bool {
        let Some(exponent) = self.failures.checked_sub(FREE_FAILURES) else {
            return false;
        };
        let wait = 1000_i64
            .checked_shl(exponent.min(40))
            .map_or(LOCKOUT_LIMIT, |wait| wait.min(LOCKOUT_LIMIT));
        now < self.last_failure_at.saturating_add(wait)
    }

    fn fail(&mut self, now: i64) {
        if now.saturating_sub(self.last_failure_at) >= LOCKOUT_LIMIT {
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        self.last_failure_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_fifteen_minutes() {
        let mut lockout = Lockout::default();
        let mut now = 1_800_000_000_000;
        for _ in 0..4 {
            lockout.fail(now);
            assert!(!lockout.is_locked(now));
        }
        for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            lockout.fail(now);
            assert!(lockout.is_locked(now + wait * 1000 - 1), "{wait}");
            now += wait * 1000;
            assert!(!lockout.is_locked(now), "{wait}");
            // Just before the failures are forgotten.
            now -= i64::from(wait == 900);
        }
    }

    #[test]
    fn fifteen_quiet_minutes_forget_the_failures() {
        let mut lockout = Lockout::default();
        for _ in 0..9 {
            lockout.fail(0);
        }
        lockout.fail(LOCKOUT_LIMIT);
        assert_eq!(lockout.failures, 1);
    }
}
