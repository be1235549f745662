//! CUSTOM_AUTH, with and without SRP. In place of Lambda triggers the pool asks a question of its own: which number it
//! has just sent to the person. Three answers are taken; each wrong one but the last is followed by the same question
//! under a new session.

use serde_json::{Value, json};

use super::super::{Call, Result};
use super::password::{ask_for_proof, begin, candidate, srp_a};
use super::{Parameters, Reply, Step, Turn};
use crate::mail::Kind as MailKind;
use crate::pool::challenges::{AfterPassword, Kind};
use crate::pool::errors::Error;
use crate::pool::model::{Client, Store};
use crate::pool::random;

/// How many answers are taken.
const TRIES: u32 = 3;

pub(super) fn custom_auth<'a>(
    call: &'a Call<'a>,
    client: Client,
    parameters: &Parameters,
) -> Result {
    let username = parameters.required("USERNAME")?;
    client.check_secret_hash(username, parameters.secret_hash())?;
    match parameters.get("CHALLENGE_NAME") {
        None => {
            let candidate = candidate(call, &client, username)?;
            let turn = candidate.turn(call, client, parameters);
            turn.conclude(|turn, store| turn.question(store, candidate.simulated))
        }
        Some("SRP_A") => {
            let srp_a = srp_a(parameters)?;
            let candidate = candidate(call, &client, username)?;
            let exchange = begin(&candidate.verifier, srp_a)?;
            let turn = candidate.turn(call, client, parameters);
            let then = AfterPassword::CustomChallenge;
            ask_for_proof(turn, &candidate.verifier, exchange, then)
        }
        Some(_) => Err(Error::invalid("CHALLENGE_NAME must be SRP_A.")),
    }
}

impl Turn<'_> {
    /// Sends a number and asks for it; `simulated` is where it would go if there were such a person.
    pub(super) fn question(&self, store: &mut Store, simulated: Option<Value>) -> Result<Step> {
        let answer = random::code()?;
        let destination = match simulated {
            Some(details) => details["Destination"].clone(),
            None => {
                if let Some(step) = self.not_yet_admitted(store)? {
                    return Ok(step);
                }
                let to = self.user(store)?.recovery_contact().ok_or_else(|| {
                    Error::invalid("Custom authentication needs a verified email or phone_number.")
                })?;
                self.send(store, &to, &answer, MailKind::CustomChallenge)?;
                to.details()["Destination"].clone()
            }
        };
        let destination = destination.as_str().unwrap_or_default().to_owned();
        Ok(ask(destination, answer, 0))
    }
}

fn ask(destination: String, answer: String, misses: u32) -> Step {
    Step::Challenge {
        parameters: json!({
            "question": format!("Which number did we send to {destination}?"),
            "triesLeft": (TRIES - misses).to_string(),
        }),
        kind: Kind::CustomChallenge {
            destination,
            answer,
            misses,
        },
    }
}

pub(super) fn answer(reply: Reply<'_>) -> Result {
    let (kind, turn, reply) = reply.waiting()?;
    let Kind::CustomChallenge {
        destination,
        answer,
        misses,
    } = kind
    else {
        return Err(Error::ChallengeInvalid);
    };
    let given = reply.responses.required("ANSWER")?.to_owned();
    turn.conclude(|turn, store| {
        reply.take()?;
        let tried = turn.try_code(store, |_| match given == answer {
            true => Ok(()),
            false => Err(Error::SignInCodeMismatch),
        });
        match tried {
            Ok(()) => turn.device(store),
            Err(Error::SignInCodeMismatch) if misses + 1 < TRIES => {
                Ok(ask(destination, answer, misses + 1))
            }
            Err(Error::SignInCodeMismatch) => Err(Error::WrongCredentials),
            Err(error) => Err(error),
        }
    })
}
