//! Sign-ins that wait for an answer. They live in memory only: a restart ends them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::errors::Error;
use super::srp::Exchange;

/// How many can wait at a time.
const CAPACITY: usize = 10_000;

/// A challenge that was given out.
#[derive(Clone)]
pub(super) struct Challenge {
    pub pool: String,
    pub client: String,
    /// What the client calls the user: `USER_ID_FOR_SRP`.
    pub user_id: String,
    pub expires_at: i64,
    pub kind: Kind,
}

#[derive(Clone)]
pub(super) enum Kind {
    /// The proof of the password. Boxed: it is by far the largest.
    PasswordVerifier(Box<Exchange>),
    /// A new password, after the temporary one was proven.
    NewPassword,
    /// It has been answered.
    Used,
}

/// The challenges that wait, by the handle that the client sends back: `SECRET_BLOCK` or `Session`.
#[derive(Default)]
pub(super) struct Challenges {
    waiting: Mutex<HashMap<String, Challenge>>,
}

impl Challenges {
    /// Lets `challenge` wait under `handle`.
    pub fn add(&self, handle: String, challenge: Challenge, now: i64) {
        let mut waiting = self.lock();
        // A used or expired one is kept for a while, to be told from one that never was.
        waiting.retain(|_, challenge| now.saturating_sub(challenge.expires_at) < 60 * 60 * 1000);
        if waiting.len() >= CAPACITY {
            let first = waiting
                .iter()
                .min_by_key(|(_, challenge)| challenge.expires_at)
                .map(|(handle, _)| handle.clone());
            first.map(|handle| waiting.remove(&handle));
        }
        waiting.insert(handle, challenge);
    }

    /// The challenge that client `client` of pool `pool` was given under `handle`.
    ///
    /// # Errors
    /// When there is none, or it has expired or been answered.
    pub fn get(&self, handle: &str, client: &str, now: i64) -> Result<Challenge, Error> {
        let waiting = self.lock();
        let challenge = waiting.get(handle).ok_or(Error::ChallengeInvalid)?;
        check(challenge, client, now)?;
        Ok(challenge.clone())
    }

    /// As [`Challenges::get`]; from then on the challenge counts as answered.
    pub fn take(&self, handle: &str, client: &str, now: i64) -> Result<Challenge, Error> {
        let mut waiting = self.lock();
        let challenge = waiting.get_mut(handle).ok_or(Error::ChallengeInvalid)?;
        check(challenge, client, now)?;
        let taken = challenge.clone();
        challenge.kind = Kind::Used;
        Ok(taken)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Challenge>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(challenge: &Challenge, client: &str, now: i64) -> Result<(), Error> {
    if challenge.client != client {
        return Err(Error::ChallengeInvalid);
    }
    if matches!(challenge.kind, Kind::Used) {
        return Err(Error::ChallengeUsed);
    }
    if challenge.expires_at <= now {
        return Err(Error::ChallengeExpired);
    }
    Ok(())
}
