//! InitiateAuth, RespondToAuthChallenge, GetTokensFromRefreshToken.
//!
//! A sign-in is a row of turns. Each ends in a [`Step`]: the next challenge, or the tokens. What comes after what:
//! first factor, new password if it has to be changed, second factor, device, tokens.

mod choice;
mod custom;
mod device;
mod mfa_setup;
mod new_password;
mod passkey;
mod password;
mod refresh;
mod second_factor;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Call, Result};
use crate::pool::challenges::{Attempt, Challenge, Kind};
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::model::{Client, Lockout, Pool, Status, Store, User};
use crate::pool::random;
use crate::pool::simulation::Simulation;
use crate::pool::tokens::Grant;

pub(super) use mfa_setup::{associate_software_token, verify_software_token};
pub(in crate::pool) use password::check_password;
pub(super) use refresh::get_tokens_from_refresh_token;

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

/// How many wrong passwords or codes are free.
const FREE_FAILURES: u32 = 5;
/// The longest that a person is locked out, and the time after which failures are forgotten, in milliseconds.
const LOCKOUT_LIMIT: i64 = 15 * 60 * 1000;

/// `AuthParameters` or `ChallengeResponses`.
struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// # Errors
    /// When it is missing or empty.
    fn required(&self, name: &'static str) -> Result<&str> {
        self.get(name).ok_or(Error::MissingParameter(name))
    }

    fn secret_hash(&self) -> Option<&str> {
        self.0.get("SECRET_HASH").map(String::as_str)
    }
}

pub(super) fn initiate_auth(call: &Call<'_>) -> Result {
    let flow = call.input.required_word("AuthFlow", &FLOWS)?;
    let client_id = call.client_id()?;
    let parameters = call.input.map("AuthParameters")?.unwrap_or_default();
    let session = call.input.optional("Session", &Rule::SESSION)?;
    call.input.check()?;
    let client = call.client(&client_id)?;
    let parameters = Parameters(parameters);
    match flow {
        "USER_SRP_AUTH" if client.allows("ALLOW_USER_SRP_AUTH") => {
            password::user_srp_auth(call, client, &parameters)
        }
        "USER_PASSWORD_AUTH" if client.allows("ALLOW_USER_PASSWORD_AUTH") => {
            password::user_password_auth(call, client, &parameters)
        }
        "CUSTOM_AUTH" if client.allows("ALLOW_CUSTOM_AUTH") => {
            custom::custom_auth(call, client, &parameters)
        }
        "USER_AUTH" if client.allows("ALLOW_USER_AUTH") => {
            choice::user_auth(call, client, &parameters, session.as_deref())
        }
        // With rotation only GetTokensFromRefreshToken goes on with a session.
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN"
            if client.allows("ALLOW_REFRESH_TOKEN_AUTH") && client.rotation.is_none() =>
        {
            refresh::refresh_token_auth(call, &client, &parameters)
        }
        flow => Err(Error::FlowNotEnabled(flow)),
    }
}

pub(super) fn respond_to_auth_challenge(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let name = call.input.required_word("ChallengeName", &CHALLENGES)?;
    let session = call.input.optional("Session", &Rule::SESSION)?;
    let responses = call.input.map("ChallengeResponses")?.unwrap_or_default();
    call.input.check()?;
    let reply = Reply {
        call,
        client: call.client(&client_id)?,
        name,
        session,
        responses: Parameters(responses),
    };
    match name {
        "PASSWORD_VERIFIER" => password::password_verifier(reply),
        "NEW_PASSWORD_REQUIRED" => new_password::new_password(reply),
        "CUSTOM_CHALLENGE" => custom::answer(reply),
        "SELECT_CHALLENGE" => choice::select(reply),
        "WEB_AUTHN" => passkey::respond(reply),
        "PASSWORD" => choice::password(reply),
        "PASSWORD_SRP" => choice::password_srp(reply),
        "SMS_MFA" | "EMAIL_OTP" | "SMS_OTP" => second_factor::sent_code(reply),
        "SOFTWARE_TOKEN_MFA" => second_factor::software_token(reply),
        "SELECT_MFA_TYPE" => second_factor::select(reply),
        "MFA_SETUP" => mfa_setup::respond(reply),
        "DEVICE_SRP_AUTH" => device::srp_auth(reply),
        "DEVICE_PASSWORD_VERIFIER" => device::password_verifier(reply),
        // Only an administrator is ever asked for anything else.
        _ => Err(Error::ChallengeInvalid),
    }
}

impl Call<'_> {
    pub(super) fn client(&self, id: &str) -> Result<Client> {
        self.pools
            .read(|store| Ok(store.pool_of_client(id)?.client(id)?.clone()))
    }
}

impl Client {
    /// Whether the client may use a flow. One that names none may use SRP and refresh, as the service has it.
    pub(super) fn allows(&self, flow: &str) -> bool {
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

/// The answer to a challenge.
struct Reply<'a> {
    call: &'a Call<'a>,
    client: Client,
    /// `ChallengeName`
    name: &'static str,
    session: Option<String>,
    responses: Parameters,
}

impl<'a> Reply<'a> {
    fn username(&self) -> Result<&str> {
        self.responses.required("USERNAME")
    }

    /// The challenge that is answered, by its `Session`. It goes on waiting.
    ///
    /// # Errors
    /// When there is none of that name, for that client and that user.
    fn waiting(self) -> Result<(Kind, Turn<'a>, Self)> {
        let username = self.username()?;
        let session = self.session.as_deref();
        let session = session.ok_or(Error::MissingParameter("Session"))?;
        let hash = self.responses.secret_hash();
        self.client.check_secret_hash(username, hash)?;
        let challenges = &self.call.pools.challenges;
        let challenge = challenges.get(session, self.call.now)?;
        if challenge.kind.name() != Some(self.name)
            || challenge.attempt.client != self.client.id
            || !self.is_from(&challenge.attempt)?
        {
            return Err(Error::ChallengeInvalid);
        }
        let mut turn = Turn {
            call: self.call,
            client: self.client.clone(),
            attempt: challenge.attempt,
        };
        turn.attempt.device = self.device(&challenge.kind, &turn)?;
        Ok((challenge.kind, turn, self))
    }

    /// From here on the challenge has been answered.
    ///
    /// # Errors
    /// When somebody else was faster.
    fn take(&self) -> Result<()> {
        let session = self.session.as_deref().unwrap_or_default();
        self.call
            .pools
            .challenges
            .take(session, self.call.now)
            .map(|_| ())
    }

    /// Whether `USERNAME` is a name of the user whom `attempt` is for.
    fn is_from(&self, attempt: &Attempt) -> Result<bool> {
        let username = self.username()?;
        self.call.pools.read(|store| {
            let pool = store.pool(&attempt.pool)?;
            Ok(pool.rules.same_name(username, &attempt.user_id)
                || match pool.find_user(username) {
                    Some(user) => user.username == attempt.user_id,
                    None => Simulation::of(pool, username).user_id() == attempt.user_id,
                })
        })
    }
}

/// What a turn comes to.
enum Step {
    Challenge { kind: Kind, parameters: Value },
    SignedIn(Box<Grant>),
}

/// One turn of a sign-in.
struct Turn<'a> {
    call: &'a Call<'a>,
    client: Client,
    attempt: Attempt,
}

impl Turn<'_> {
    fn pool<'s>(&self, store: &'s Store) -> Result<&'s Pool> {
        store.pool(&self.attempt.pool)
    }

    /// # Errors
    /// When the user is gone, or never was.
    fn user<'s>(&self, store: &'s Store) -> Result<&'s User> {
        let user = self.pool(store)?.user_named(&self.attempt.user_id);
        user.ok_or(Error::WrongCredentials)
    }

    /// As [`Turn::user`].
    fn user_mut<'s>(&self, store: &'s mut Store) -> Result<&'s mut User> {
        let pool = store.pool_mut(&self.attempt.pool)?;
        let user = pool.user_named_mut(&self.attempt.user_id);
        user.ok_or(Error::WrongCredentials)
    }

    /// Runs `step` on the state, and answers with what it comes to.
    fn conclude(self, step: impl FnOnce(&Self, &mut Store) -> Result<Step>) -> Result {
        match self.call.pools.update(|store| step(&self, store))? {
            Step::SignedIn(grant) => {
                let result = self.call.pools.authentication_result(*grant)?;
                Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }).into())
            }
            Step::Challenge { kind, parameters } => self.ask(kind, parameters),
        }
    }

    /// Gives a challenge out.
    fn ask(self, kind: Kind, mut parameters: Value) -> Result {
        let mut answer = json!({ "ChallengeName": kind.name() });
        parameters["USER_ID_FOR_SRP"] = self.attempt.user_id.as_str().into();
        if let Kind::SelectChallenge(offer) = &kind {
            let choices = offer.choices.iter().map(|choice| choice.as_str());
            answer["AvailableChallenges"] = choices.collect();
        }
        if kind.is_proof() {
            // Nothing but a handle: what it stands for stays here.
            let secret_block = STANDARD.encode(random::bytes::<64>()?);
            parameters["SECRET_BLOCK"] = secret_block.as_str().into();
            self.wait(secret_block, kind);
        } else {
            let session = random::token::<96>()?;
            answer["Session"] = session.as_str().into();
            self.wait(session, kind);
        }
        answer["ChallengeParameters"] = parameters;
        Ok(answer.into())
    }

    fn wait(self, handle: String, kind: Kind) {
        let now = self.call.now;
        let lifetime = self.client.challenge_minutes.saturating_mul(60_000);
        let challenge = Challenge {
            attempt: self.attempt,
            expires_at: now.saturating_add(lifetime),
            kind,
        };
        self.call.pools.challenges.add(handle, challenge, now);
    }

    /// Goes on when the first factor has been shown.
    fn first_factor_shown(&self, store: &mut Store) -> Result<Step> {
        match self.not_yet_admitted(store)? {
            Some(step) => Ok(step),
            None => self.second_factor(store),
        }
    }

    /// What has to come before anything else: a new password, in place of a temporary one.
    ///
    /// # Errors
    /// When the person cannot sign in as things are.
    fn not_yet_admitted(&self, store: &Store) -> Result<Option<Step>> {
        let user = self.user(store)?;
        if !user.enabled {
            return Err(Error::UserDisabled);
        }
        let expired = user
            .password_expires_at
            .is_some_and(|expires_at| expires_at <= self.call.now);
        match user.status {
            Status::Unconfirmed => Err(Error::UserNotConfirmed),
            Status::ResetRequired => Err(Error::PasswordResetRequired),
            Status::ForceChangePassword if expired => Err(Error::TemporaryPasswordExpired),
            Status::ForceChangePassword => Ok(Some(Step::Challenge {
                kind: Kind::NewPasswordRequired,
                parameters: new_password::parameters(self.pool(store)?, user),
            })),
            // Who comes from a provider has no password to get here with, but may have a passkey.
            Status::Confirmed | Status::ExternalProvider => Ok(None),
        }
    }

    /// The tokens: everything has been shown.
    fn sign_in(&self, store: &mut Store) -> Result<Step> {
        let user = self.user(store)?;
        if !user.enabled {
            return Err(Error::UserDisabled);
        }
        let sub = user.sub.clone();
        let device = self.on_device(store)?;
        let pool = store.pool_mut(&self.attempt.pool)?;
        let grant = pool.sign_in(&self.client.id, &sub, device, self.call.now)?;
        Ok(Step::SignedIn(Box::new(grant)))
    }
}

/// A session for a new account, if the client can sign in by one.
pub(super) fn sign_up_session(
    call: &Call<'_>,
    client: Client,
    pool: String,
    user_id: String,
    kind: Kind,
) -> Result<Option<String>> {
    if !client.allows("ALLOW_USER_AUTH") {
        return Ok(None);
    }
    let attempt = Attempt {
        pool,
        client: client.id.clone(),
        user_id,
        device: None,
    };
    let turn = Turn {
        call,
        client,
        attempt,
    };
    let session = random::token::<96>()?;
    turn.wait(session.clone(), kind);
    Ok(Some(session))
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
