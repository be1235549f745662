//! The password as the first factor: proven by SRP, or sent in plain text.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::{Call, Result};
use super::{Parameters, Reply, Turn};
use crate::pool::challenges::{AfterPassword, Attempt, Kind};
use crate::pool::errors::Error;
use crate::pool::input::Input;
use crate::pool::model::{Client, Lockout, Status};
use crate::pool::pool_name;
use crate::pool::service::UserPools;
use crate::pool::simulation::Simulation;
use crate::pool::srp::{self, Exchange, Message, Verifier};
use crate::pool::timestamp::Timestamp;

/// How far the client's clock may be off, in seconds. The service does not publish its own limit.
const CLOCK_SKEW: i64 = 5 * 60;
/// The longest `SRP_A`: a number below N has 768 hexadecimal digits.
const SRP_A_LIMIT: usize = 1024;
/// The longest `DEVICE_KEY`. A longer one is nobody's.
const DEVICE_KEY_LIMIT: usize = 55;

/// Somebody who wants to sign in.
pub(super) struct Candidate {
    pub pool: String,
    /// `USER_ID_FOR_SRP`: the user name, or what stands for one.
    pub user_id: String,
    pub verifier: Verifier,
    /// Where a code would go if there were such a person; `None` when there is.
    pub simulated: Option<Value>,
}

/// Finds the user, or makes one up where the client must not find out that there is none.
pub(super) fn candidate(call: &Call<'_>, client: &Client, username: &str) -> Result<Candidate> {
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
                simulated: Some(simulation.delivery()),
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
            simulated: None,
        })
    })
}

impl Candidate {
    /// The first turn of a sign-in.
    pub fn turn<'a>(
        &self,
        call: &'a Call<'a>,
        client: Client,
        parameters: &Parameters,
    ) -> Turn<'a> {
        let attempt = Attempt {
            pool: self.pool.clone(),
            client: client.id.clone(),
            user_id: self.user_id.clone(),
            device: parameters
                .get("DEVICE_KEY")
                .filter(|key| key.len() <= DEVICE_KEY_LIMIT)
                .map(str::to_owned),
        };
        Turn {
            call,
            client,
            attempt,
        }
    }
}

pub(super) fn user_srp_auth<'a>(
    call: &'a Call<'a>,
    client: Client,
    parameters: &Parameters,
) -> Result {
    let username = parameters.required("USERNAME")?;
    let srp_a = srp_a(parameters)?;
    client.check_secret_hash(username, parameters.secret_hash())?;
    let candidate = candidate(call, &client, username)?;
    let exchange = begin(&candidate.verifier, srp_a)?;
    let turn = candidate.turn(call, client, parameters);
    let then = AfterPassword::SecondFactor;
    ask_for_proof(turn, &candidate.verifier, exchange, then)
}

/// `SRP_A`, of any legal length.
pub(super) fn srp_a(parameters: &Parameters) -> Result<&str> {
    let srp_a = parameters.required("SRP_A")?;
    let constraint = if srp_a.len() > SRP_A_LIMIT {
        format!("Member must have length less than or equal to {SRP_A_LIMIT}")
    } else if !srp_a.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "Member must satisfy regular expression pattern: ^[0-9a-fA-F]+$".to_owned()
    } else {
        return Ok(srp_a);
    };
    Err(Error::invalid(format!(
        "1 validation error detected: Value at 'sRPA' failed to satisfy constraint: {constraint}"
    )))
}

/// Asks for the proof of the password.
pub(super) fn ask_for_proof(
    turn: Turn<'_>,
    verifier: &Verifier,
    exchange: Exchange,
    then: AfterPassword,
) -> Result {
    let parameters = proof_parameters(&turn, verifier, &exchange);
    let kind = Kind::PasswordVerifier {
        exchange: Box::new(exchange),
        then,
    };
    turn.ask(kind, parameters)
}

/// What the client needs to make its proof.
pub(super) fn proof_parameters(turn: &Turn<'_>, verifier: &Verifier, exchange: &Exchange) -> Value {
    json!({
        "SALT": verifier.salt,
        "SRP_B": exchange.srp_b(),
        "USERNAME": turn.attempt.user_id,
    })
}

/// Begins an SRP exchange over what `verifier` is of.
pub(super) fn begin(verifier: &Verifier, srp_a: &str) -> Result<Exchange> {
    Exchange::begin(verifier, srp_a)?
        .map_err(|_| Error::invalid("SRP_A must not be a multiple of N."))
}

pub(super) fn user_password_auth<'a>(
    call: &'a Call<'a>,
    client: Client,
    parameters: &Parameters,
) -> Result {
    let username = parameters.required("USERNAME")?;
    let password = parameters.required("PASSWORD")?;
    client.check_secret_hash(username, parameters.secret_hash())?;
    let candidate = candidate(call, &client, username)?;
    let turn = candidate.turn(call, client, parameters);
    plain_password(turn, &candidate.verifier, password)
}

/// As USER_PASSWORD_AUTH, whatever flows the client allows: what the pool's own sign-in page does.
pub(in crate::pool) fn check_password(
    pools: &UserPools,
    client: &Client,
    username: &str,
    password: &str,
) -> Result {
    let members = serde_json::Map::new();
    let input = Input::new(&members);
    let call = Call {
        pools,
        input: &input,
        now: pools.clock.now_ms(),
    };
    let mut parameters = BTreeMap::from([
        ("USERNAME".to_owned(), username.to_owned()),
        ("PASSWORD".to_owned(), password.to_owned()),
    ]);
    if let Some(secret) = &client.secret {
        let hash = srp::secret_hash(secret, username, &client.id);
        parameters.insert("SECRET_HASH".to_owned(), hash);
    }
    user_password_auth(&call, client.clone(), &Parameters(parameters))
}

/// Checks a password that came in plain text.
pub(super) fn plain_password(turn: Turn<'_>, verifier: &Verifier, password: &str) -> Result {
    let pool_name = pool_name(&turn.attempt.pool).to_owned();
    let user_id = turn.attempt.user_id.clone();
    let then = AfterPassword::SecondFactor;
    prove(turn, then, || verifier.fits(&pool_name, &user_id, password))
}

/// The client's proof in an SRP exchange.
pub(super) struct Proof {
    pub secret_block: String,
    signature: Vec<u8>,
    timestamp: Timestamp,
}

impl Proof {
    /// # Errors
    /// When a part of it is missing or malformed.
    pub fn of(responses: &Parameters) -> Result<Self> {
        let timestamp = responses.required("TIMESTAMP")?;
        let signature = responses.required("PASSWORD_CLAIM_SIGNATURE")?;
        let secret_block = responses.required("PASSWORD_CLAIM_SECRET_BLOCK")?;
        Ok(Self {
            timestamp: Timestamp::parse(timestamp).ok_or_else(|| {
                Error::invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
            })?,
            signature: STANDARD.decode(signature).map_err(|_| {
                Error::invalid("Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.")
            })?,
            secret_block: secret_block.to_owned(),
        })
    }

    /// Whether it proves what `exchange` is about, for the two names that the client signs.
    pub fn holds(&self, exchange: &Exchange, group: &str, name: &str, now: i64) -> bool {
        let skew = now.div_euclid(1000).saturating_sub(self.timestamp.seconds);
        let handle = STANDARD.decode(&self.secret_block).unwrap_or_default();
        let message = Message {
            pool_name: group,
            user_id: name,
            secret_block: &handle,
            timestamp: &self.timestamp.canonical(),
        };
        exchange.proves(&message, &self.signature) && skew.abs() <= CLOCK_SKEW
    }
}

pub(super) fn password_verifier(reply: Reply<'_>) -> Result {
    if reply.responses.0.is_empty() {
        return Err(Error::MissingParameter("challenge responses."));
    }
    let (proof, kind, turn) = reply.proof()?;
    let Kind::PasswordVerifier { exchange, then } = kind else {
        return Err(Error::WrongCredentials);
    };
    let pool_name = pool_name(&turn.attempt.pool).to_owned();
    let (user_id, now) = (turn.attempt.user_id.clone(), turn.call.now);
    prove(turn, then, || {
        proof.holds(&exchange, &pool_name, &user_id, now)
    })
}

impl<'a> Reply<'a> {
    /// The proof that answers an SRP exchange, and the exchange, which counts as answered from here on.
    pub(super) fn proof(self) -> Result<(Proof, Kind, Turn<'a>)> {
        let username = self.username()?;
        let proof = Proof::of(&self.responses)?;
        let hash = self.responses.secret_hash();
        self.client.check_secret_hash(username, hash)?;
        let (challenges, now) = (&self.call.pools.challenges, self.call.now);
        // A handle that was never given to this client is as good as a wrong proof.
        let unknown = |error| match error {
            Error::ChallengeInvalid => Error::WrongCredentials,
            error => error,
        };
        let waiting = challenges.get(&proof.secret_block, now).map_err(unknown)?;
        if waiting.attempt.client != self.client.id || !waiting.kind.is_proof() {
            return Err(Error::WrongCredentials);
        }
        let mut turn = Turn {
            call: self.call,
            client: self.client.clone(),
            attempt: waiting.attempt,
        };
        // Before the exchange is used up: who is told that there is no such device tries again without one.
        let device = self.device(&waiting.kind, &turn)?;
        let challenge = challenges.take(&proof.secret_block, now).map_err(unknown)?;
        if !self.is_from(&turn.attempt)? {
            return Err(Error::WrongCredentials);
        }
        turn.attempt.device = device;
        Ok((proof, challenge.kind, turn))
    }
}

/// Lets a password be proven, counts failures, and goes on with the sign-in once it is.
fn prove(turn: Turn<'_>, then: AfterPassword, proven: impl FnOnce() -> bool) -> Result {
    let pools = turn.call.pools;
    pools.read(|store| match turn.user(store) {
        Ok(user) if user.lockout.is_locked(turn.call.now) => Err(Error::PasswordAttemptsExceeded),
        _ => Ok(()),
    })?;
    if !proven() {
        pools.update(|store| {
            if let Ok(user) = turn.user_mut(store) {
                user.lockout.fail(turn.call.now);
            }
            Ok(())
        })?;
        return Err(Error::WrongCredentials);
    }
    turn.conclude(|turn, store| {
        turn.user_mut(store)?.lockout = Lockout::default();
        match then {
            AfterPassword::SecondFactor => turn.first_factor_shown(store),
            AfterPassword::CustomChallenge => turn.question(store, None),
        }
    })
}
