//! What is asked for besides the first factor.

use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Secret};

use super::errors::Error;
use super::input::Input;
use super::model::{Lockout, Pool, User};
use super::random;

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum MfaMethod {
    #[serde(rename = "SMS_MFA")]
    Sms,
    #[serde(rename = "SOFTWARE_TOKEN_MFA")]
    Totp,
    #[serde(rename = "EMAIL_OTP")]
    Email,
}

impl MfaMethod {
    pub const ALL: [Self; 3] = [Self::Sms, Self::Totp, Self::Email];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::Totp => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    /// The attribute that a code of this method goes to.
    pub fn address(self) -> Option<&'static str> {
        match self {
            Self::Sms => Some("phone_number"),
            Self::Totp => None,
            Self::Email => Some("email"),
        }
    }
}

/// Whether people need a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum MfaMode {
    #[default]
    Off,
    Optional,
    On,
}

impl MfaMode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Optional => "OPTIONAL",
            Self::On => "ON",
        }
    }

    /// The member `MfaConfiguration` of a request; off when it is absent.
    ///
    /// # Errors
    /// When it is of the wrong type.
    pub fn given(input: &Input<'_>) -> Result<Self, Error> {
        let word = input.word("MfaConfiguration", &["OFF", "ON", "OPTIONAL"])?;
        Ok(match word {
            Some("ON") => Self::On,
            Some("OPTIONAL") => Self::Optional,
            _ => Self::Off,
        })
    }
}

/// A pool's second factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MfaRules {
    pub mode: MfaMode,
    pub sms: bool,
    pub totp: bool,
    pub email: bool,
}

impl MfaRules {
    /// Whether people of the pool can have `method`.
    pub fn offers(self, method: MfaMethod) -> bool {
        self.mode != MfaMode::Off
            && match method {
                MfaMethod::Sms => self.sms,
                MfaMethod::Totp => self.totp,
                MfaMethod::Email => self.email,
            }
    }

    /// # Errors
    /// When there is to be MFA, but no method for it.
    pub fn check_methods(self) -> Result<(), Error> {
        if self.mode == MfaMode::Off || self.sms || self.totp || self.email {
            return Ok(());
        }
        Err(Error::invalid(
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ))
    }
}

/// A person's second factors.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct UserMfa {
    /// Those that the person has turned on.
    pub enabled: Vec<MfaMethod>,
    pub preferred: Option<MfaMethod>,
    pub totp: Option<Totp>,
    /// The secret of an authenticator app that has not been verified.
    pub unverified_totp: Option<String>,
    /// Wrong codes in a row.
    pub lockout: Lockout,
}

/// An authenticator app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Totp {
    /// Base32.
    pub secret: String,
    /// What its user calls it.
    pub name: Option<String>,
    /// The time step of the last code that was accepted: no code counts twice.
    pub last_step: u64,
}

impl Totp {
    /// Base32 of a new secret.
    pub fn new_secret() -> Result<String, getrandom::Error> {
        Ok(Secret::from(random::bytes::<32>()?).to_base32())
    }

    /// The app with `secret`, if `code` is its code now (RFC 6238, one step early or late).
    pub fn verified(secret: &str, code: &str, name: Option<String>, now: i64) -> Option<Self> {
        Some(Self {
            secret: secret.to_owned(),
            name,
            last_step: step(secret, code, now)?,
        })
    }

    /// Lets `code` in, once.
    ///
    /// # Errors
    /// When it is not the app's code now, or has been used.
    pub fn accept(&mut self, code: &str, now: i64) -> Result<(), Error> {
        let step = step(&self.secret, code, now).ok_or(Error::TotpMismatch)?;
        if step <= self.last_step {
            return Err(Error::TotpReused);
        }
        self.last_step = step;
        Ok(())
    }
}

/// The time step that `code` is for.
fn step(secret: &str, code: &str, now: i64) -> Option<u64> {
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::try_from_base32(secret).ok()?)
        .build()
        .ok()?;
    totp.check(code, u64::try_from(now.div_euclid(1000)).ok()?)
}

/// What a sign-in needs after the first factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SecondFactor {
    None,
    Ask(MfaMethod),
    Choose(Vec<MfaMethod>),
    SetUp(Vec<MfaMethod>),
}

impl User {
    /// Whether a code of `method` can reach or come from the person.
    pub fn can_use(&self, method: MfaMethod) -> bool {
        match method.address() {
            Some(attribute) => self.attribute(attribute).is_some_and(|to| !to.is_empty()),
            None => self.mfa.totp.is_some(),
        }
    }
}

impl Pool {
    /// The second factor that `user` has to show.
    pub fn second_factor(&self, user: &User) -> SecondFactor {
        let rules = self.rules.mfa;
        let usable = |method: &MfaMethod| rules.offers(*method) && user.can_use(*method);
        let methods = MfaMethod::ALL.into_iter().filter(usable);
        let chosen: Vec<_> = methods
            .clone()
            .filter(|method| user.mfa.enabled.contains(method))
            .collect();
        let required = rules.mode == MfaMode::On;
        let candidates = match chosen.is_empty() {
            false => chosen,
            // Who has to have one and has chosen none gets a code at a proven address, if there is one.
            true if required => methods
                .filter(|method| method.address().is_some_and(|to| user.is_verified(to)))
                .collect(),
            true => Vec::new(),
        };
        let preferred = user.mfa.preferred.filter(|one| candidates.contains(one));
        match (preferred, candidates.as_slice()) {
            (Some(method), _) | (None, &[method]) => SecondFactor::Ask(method),
            (None, &[]) if required => SecondFactor::SetUp(
                MfaMethod::ALL
                    .into_iter()
                    .filter(|method| rules.offers(*method))
                    .collect(),
            ),
            (None, &[]) => SecondFactor::None,
            (None, _) => SecondFactor::Choose(candidates),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret is "12345678901234567890".
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn app() -> Totp {
        Totp {
            secret: SECRET.to_owned(),
            name: None,
            last_step: 0,
        }
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(app().accept(code, seconds * 1000), Ok(()), "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_a_step_early_or_late_and_once() {
        // The step of 59 seconds is the one from 30 to 60.
        for (seconds, expected) in [
            (-1, Err(Error::TotpMismatch)),
            (0, Ok(())),
            (30, Ok(())),
            (89, Ok(())),
            (90, Err(Error::TotpMismatch)),
        ] {
            assert_eq!(
                app().accept("287082", seconds * 1000),
                expected,
                "{seconds}"
            );
        }
        let mut app = app();
        app.accept("287082", 59_000).expect("a code");
        assert_eq!(app.accept("287082", 60_000), Err(Error::TotpReused));
        assert_eq!(app.accept("28708", 60_000), Err(Error::TotpMismatch));
        assert_eq!(app.accept("", 60_000), Err(Error::TotpMismatch));
    }

    #[test]
    fn a_new_secret_is_32_bytes_in_base32() {
        let secret = Totp::new_secret().expect("a secret");
        assert_eq!(secret.len(), 52);
        assert_ne!(secret, Totp::new_secret().expect("a secret"));
        assert!(Secret::try_from_base32(&secret).is_ok());
    }
}
