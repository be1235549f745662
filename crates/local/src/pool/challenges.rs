//! Sign-ins that wait for an answer. They live in memory only: a restart ends them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use webauthn_rs::prelude::{PasskeyAuthentication, PasskeyRegistration};

use super::errors::Error;
use super::factors::Choice;
use super::mfa::{MfaMethod, Totp};
use super::srp::{Exchange, Verifier};

/// How many can wait at a time.
const CAPACITY: usize = 10_000;

/// Somebody on the way in.
#[derive(Clone)]
pub(super) struct Attempt {
    pub pool: String,
    pub client: String,
    /// What the client calls the user: `USER_ID_FOR_SRP`.
    pub user_id: String,
    /// The device that the client says it is on. Only a proof shows that it is.
    pub device: Option<String>,
}

/// A challenge that was given out.
#[derive(Clone)]
pub(super) struct Challenge {
    pub attempt: Attempt,
    pub expires_at: i64,
    pub kind: Kind,
}

/// What is asked, with what the answer is checked by.
#[derive(Clone)]
pub(super) enum Kind {
    /// The proof of the password. Boxed: it is by far the largest.
    PasswordVerifier {
        exchange: Box<Exchange>,
        then: AfterPassword,
    },
    /// Which first factor to begin with.
    SelectChallenge(Box<Offer>),
    /// The password in plain text.
    Password(Box<Verifier>),
    /// To begin an SRP exchange over the password.
    PasswordSrp(Box<Verifier>),
    /// The code of a text message, as the first factor.
    SmsOtp(String),
    /// A passkey.
    WebAuthn(Box<PasskeyAuthentication>),
    /// The answer to the pool's own question.
    CustomChallenge {
        /// Where the answer went, masked.
        destination: String,
        answer: String,
        misses: u32,
    },
    /// A new password, after the temporary one was proven.
    NewPasswordRequired,
    /// The code of a text message besides the password.
    SmsMfa(String),
    /// The code of an authenticator app besides the password.
    SoftwareTokenMfa,
    /// The code of a mail.
    EmailOtp { code: String, role: Role },
    /// Which second factor to use.
    SelectMfaType(Vec<MfaMethod>),
    /// To set up a second factor.
    MfaSetup {
        methods: Vec<MfaMethod>,
        app: AppSetup,
    },
    /// A device is to begin an SRP exchange.
    DeviceSrpAuth,
    /// The proof of a device.
    DevicePasswordVerifier(Box<Exchange>),
    /// No challenge: a new account that has not been confirmed.
    SignUp,
    /// No challenge: a new account that has just been confirmed, and can be signed in to without another code.
    SignUpConfirmed,
    /// No challenge: a passkey that is being made.
    PasskeyRegistration(Box<PasskeyRegistration>),
    /// It has been answered.
    Used,
}

/// What comes after the password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterPassword {
    SecondFactor,
    CustomChallenge,
}

/// What somebody can begin a sign-in with.
#[derive(Clone)]
pub(super) struct Offer {
    pub choices: Vec<Choice>,
    pub verifier: Verifier,
    /// Where a code would go if there were such a person; `None` when there is.
    pub simulated: Option<Value>,
}

/// What a code is asked for.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Role {
    FirstFactor,
    SecondFactor,
    /// To set up e-mail as a second factor, with this address.
    SetUp(String),
}

/// How far an authenticator app has come in MFA_SETUP.
#[derive(Clone)]
pub(super) enum AppSetup {
    None,
    /// The secret, Base32.
    Unverified(String),
    Verified(Totp),
}

impl Kind {
    /// `ChallengeName`; `None` when it is none, or has been answered.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::PasswordVerifier { .. } => "PASSWORD_VERIFIER",
            Self::SelectChallenge(_) => "SELECT_CHALLENGE",
            Self::Password(_) => "PASSWORD",
            Self::PasswordSrp(_) => "PASSWORD_SRP",
            Self::SmsOtp(_) => "SMS_OTP",
            Self::WebAuthn(_) => "WEB_AUTHN",
            Self::CustomChallenge { .. } => "CUSTOM_CHALLENGE",
            Self::NewPasswordRequired => "NEW_PASSWORD_REQUIRED",
            Self::SmsMfa(_) => "SMS_MFA",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::EmailOtp { .. } => "EMAIL_OTP",
            Self::SelectMfaType(_) => "SELECT_MFA_TYPE",
            Self::MfaSetup { .. } => "MFA_SETUP",
            Self::DeviceSrpAuth => "DEVICE_SRP_AUTH",
            Self::DevicePasswordVerifier(_) => "DEVICE_PASSWORD_VERIFIER",
            Self::SignUp | Self::SignUpConfirmed | Self::PasskeyRegistration(_) | Self::Used => {
                return None;
            }
        })
    }

    /// Whether it goes by a `SECRET_BLOCK` instead of a `Session`.
    pub fn is_proof(&self) -> bool {
        matches!(
            self,
            Self::PasswordVerifier { .. } | Self::DevicePasswordVerifier(_)
        )
    }
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

    /// The challenge that was given out under `handle`.
    ///
    /// # Errors
    /// When there is none, or it has expired or been answered.
    pub fn get(&self, handle: &str, now: i64) -> Result<Challenge, Error> {
        let waiting = self.lock();
        let challenge = waiting.get(handle).ok_or(Error::ChallengeInvalid)?;
        check(challenge, now)?;
        Ok(challenge.clone())
    }

    /// As [`Challenges::get`]; from then on the challenge counts as answered.
    pub fn take(&self, handle: &str, now: i64) -> Result<Challenge, Error> {
        let mut waiting = self.lock();
        let challenge = waiting.get_mut(handle).ok_or(Error::ChallengeInvalid)?;
        check(challenge, now)?;
        let taken = challenge.clone();
        challenge.kind = Kind::Used;
        Ok(taken)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Challenge>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(challenge: &Challenge, now: i64) -> Result<(), Error> {
    if matches!(challenge.kind, Kind::Used) {
        return Err(Error::ChallengeUsed);
    }
    if challenge.expires_at <= now {
        return Err(Error::ChallengeExpired);
    }
    Ok(())
}
