//! USER_AUTH: the first factor is chosen, by the client beforehand or by SELECT_CHALLENGE.

use serde_json::json;

use super::super::{Call, Result};
use super::password::{self, Candidate, ask_for_proof, candidate, plain_password, srp_a};
use super::second_factor::sent_to;
use super::{Parameters, Reply, Step, Turn};
use crate::mail::Kind as MailKind;
use crate::pool::challenges::{AfterPassword, Kind, Offer, Role};
use crate::pool::codes::Delivery;
use crate::pool::errors::Error;
use crate::pool::factors::{Choice, FirstFactor};
use crate::pool::mfa::SecondFactor;
use crate::pool::model::{Client, Pool, Status, Store, User};
use crate::pool::random;

impl Pool {
    /// Which first factors `user` has.
    pub(in crate::pool::ops) fn first_factors_of(&self, user: &User) -> Vec<FirstFactor> {
        let allowed = self.rules.allowed_first_factors().iter();
        allowed
            .copied()
            .filter(|factor| match factor {
                FirstFactor::Password => user.password.is_some(),
                FirstFactor::EmailOtp => user.is_verified("email"),
                FirstFactor::SmsOtp => user.is_verified("phone_number"),
                FirstFactor::WebAuthn => self
                    .web_authn()
                    .is_ok_and(|(_, id)| !user.usable_passkeys(&id).is_empty()),
            })
            .collect()
    }

    /// What `user` can begin a sign-in with. Only a password can come before a second factor or a new password.
    fn choices_of(&self, user: &User) -> Vec<Choice> {
        let alone =
            user.status == Status::Confirmed && self.second_factor(user) == SecondFactor::None;
        self.first_factors_of(user)
            .into_iter()
            .filter(|factor| alone || *factor == FirstFactor::Password)
            .flat_map(FirstFactor::choices)
            .copied()
            .collect()
    }

    /// What somebody who does not exist could begin with.
    fn simulated_choices(&self) -> Vec<Choice> {
        let allowed = self.rules.allowed_first_factors().iter();
        allowed
            .filter(|factor| matches!(factor, FirstFactor::Password | FirstFactor::EmailOtp))
            .flat_map(|factor| factor.choices())
            .copied()
            .collect()
    }
}

pub(super) fn user_auth<'a>(
    call: &'a Call<'a>,
    client: Client,
    parameters: &Parameters,
    session: Option<&str>,
) -> Result {
    let username = parameters.required("USERNAME")?;
    let preferred = parameters
        .get("PREFERRED_CHALLENGE")
        .map(|name| {
            Choice::named(name).ok_or_else(|| {
                Error::invalid("PREFERRED_CHALLENGE is not one of the supported challenges.")
            })
        })
        .transpose()?;
    client.check_secret_hash(username, parameters.secret_hash())?;
    let candidate = candidate(call, &client, username)?;
    let turn = candidate.turn(call, client, parameters);
    if let Some(session) = session {
        return after_sign_up(turn, session);
    }
    let Candidate {
        verifier,
        simulated,
        ..
    } = candidate;
    let choices = call.pools.read(|store| {
        let pool = turn.pool(store)?;
        Ok(match turn.user(store) {
            Ok(user) => pool.choices_of(user),
            Err(_) => pool.simulated_choices(),
        })
    })?;
    if choices.is_empty() {
        return Err(Error::WrongCredentials);
    }
    let offer = Offer {
        choices,
        verifier,
        simulated,
    };
    match preferred.filter(|choice| offer.choices.contains(choice)) {
        Some(choice) => begin(turn, offer, choice, parameters, || Ok(())),
        None => {
            let parameters = json!({ "USERNAME": turn.attempt.user_id });
            turn.ask(Kind::SelectChallenge(Box::new(offer)), parameters)
        }
    }
}

/// Signs in by the session of a sign-up that has just been confirmed: its code is the first factor.
fn after_sign_up(turn: Turn<'_>, session: &str) -> Result {
    let (challenges, now) = (&turn.call.pools.challenges, turn.call.now);
    let waiting = challenges.get(session, now)?;
    if !matches!(waiting.kind, Kind::SignUpConfirmed)
        || waiting.attempt.client != turn.client.id
        || waiting.attempt.user_id != turn.attempt.user_id
    {
        return Err(Error::ChallengeInvalid);
    }
    challenges.take(session, now)?;
    turn.conclude(|turn, store| turn.first_factor_shown(store))
}

/// Begins with the first factor of the person's choice. `taken` ends the challenge that this is the answer to.
fn begin(
    turn: Turn<'_>,
    offer: Offer,
    choice: Choice,
    parameters: &Parameters,
    taken: impl FnOnce() -> Result<()>,
) -> Result {
    let attribute = match choice {
        Choice::Password => {
            taken()?;
            return match parameters.get("PASSWORD") {
                Some(password) => plain_password(turn, &offer.verifier, password),
                None => turn.ask(Kind::Password(Box::new(offer.verifier)), json!({})),
            };
        }
        Choice::PasswordSrp => {
            if parameters.get("SRP_A").is_none() {
                taken()?;
                return turn.ask(Kind::PasswordSrp(Box::new(offer.verifier)), json!({}));
            }
            let exchange = password::begin(&offer.verifier, srp_a(parameters)?)?;
            taken()?;
            let then = AfterPassword::SecondFactor;
            return ask_for_proof(turn, &offer.verifier, exchange, then);
        }
        Choice::WebAuthn => {
            return turn.conclude(|turn, store| {
                let step = turn.ask_for_passkey(store)?;
                taken()?;
                Ok(step)
            });
        }
        Choice::EmailOtp => "email",
        Choice::SmsOtp => "phone_number",
    };
    turn.conclude(|turn, store| {
        let step = turn.mail_first_factor(store, attribute, &offer)?;
        taken()?;
        Ok(step)
    })
}

impl Turn<'_> {
    /// Sends the code that is the first factor; nowhere, if there is no such person.
    fn mail_first_factor(
        &self,
        store: &mut Store,
        attribute: &'static str,
        offer: &Offer,
    ) -> Result<Step> {
        let code = random::long_code()?;
        let parameters = match &offer.simulated {
            Some(details) => sent_to(details),
            None => {
                let to = Delivery::to_any(self.user(store)?, &[attribute]);
                let to = to.ok_or(Error::WrongCredentials)?;
                self.send(store, &to, &code, MailKind::SignInCode)?
            }
        };
        let kind = match attribute {
            "phone_number" => Kind::SmsOtp(code),
            _ => Kind::EmailOtp {
                code,
                role: Role::FirstFactor,
            },
        };
        Ok(Step::Challenge { kind, parameters })
    }
}

pub(super) fn select(reply: Reply<'_>) -> Result {
    let (kind, turn, reply) = reply.waiting()?;
    let Kind::SelectChallenge(offer) = kind else {
        return Err(Error::ChallengeInvalid);
    };
    let choice = Choice::named(reply.responses.required("ANSWER")?)
        .filter(|choice| offer.choices.contains(choice))
        .ok_or_else(|| Error::invalid("ANSWER is not one of the available challenges."))?;
    begin(turn, *offer, choice, &reply.responses, || reply.take())
}

pub(super) fn password(reply: Reply<'_>) -> Result {
    let (kind, turn, reply) = reply.waiting()?;
    let Kind::Password(verifier) = kind else {
        return Err(Error::ChallengeInvalid);
    };
    let password = reply.responses.required("PASSWORD")?;
    reply.take()?;
    plain_password(turn, &verifier, password)
}

pub(super) fn password_srp(reply: Reply<'_>) -> Result {
    let (kind, turn, reply) = reply.waiting()?;
    let Kind::PasswordSrp(verifier) = kind else {
        return Err(Error::ChallengeInvalid);
    };
    let exchange = password::begin(&verifier, srp_a(&reply.responses)?)?;
    reply.take()?;
    let then = AfterPassword::SecondFactor;
    ask_for_proof(turn, &verifier, exchange, then)
}
