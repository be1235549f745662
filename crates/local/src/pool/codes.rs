//! Codes that go out by mail: made, checked, limited, and lost to time.

use serde_json::{Value, json};

use super::attributes::masked;
use super::errors::Error;
use super::model::{Code, CodeSlot, Purpose, Store, User};
use super::random;
use crate::mail::{Kind, Mail, Medium};

const HOUR: i64 = 60 * 60 * 1000;
/// How often a code can be sent again, and how often a code can be missed, in [`WINDOW`].
const LIMIT: usize = 5;
const WINDOW: i64 = HOUR;

impl Purpose {
    /// How long a code for this can be used, in milliseconds.
    fn lifetime(&self) -> i64 {
        match self {
            Self::NewPassword => HOUR,
            Self::SignUp | Self::Attribute(_) | Self::ChangePassword | Self::SignIn => 24 * HOUR,
        }
    }
}

/// Where a code goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    pub attribute: &'static str,
    pub address: String,
}

impl Delivery {
    /// `CodeDeliveryDetails`.
    pub fn details(&self) -> Value {
        json!({
            "AttributeName": self.attribute,
            "DeliveryMedium": self.medium().as_str(),
            "Destination": masked(self.attribute, &self.address),
        })
    }

    pub fn medium(&self) -> Medium {
        match self.attribute {
            "phone_number" => Medium::Sms,
            _ => Medium::Email,
        }
    }

    /// The first of `attributes` that the user has.
    pub fn to_any(user: &User, attributes: &[&'static str]) -> Option<Self> {
        attributes.iter().find_map(|attribute| {
            let address = user
                .attribute(attribute)
                .filter(|value| !value.is_empty())?;
            Some(Self {
                attribute,
                address: address.to_owned(),
            })
        })
    }
}

impl User {
    fn slot(&mut self, purpose: &Purpose) -> &mut CodeSlot {
        let index = match self.codes.iter().position(|slot| slot.purpose == *purpose) {
            Some(index) => index,
            None => {
                self.codes.push(CodeSlot {
                    purpose: purpose.clone(),
                    code: None,
                    sent_at: Vec::new(),
                    missed_at: Vec::new(),
                });
                self.codes.len() - 1
            }
        };
        &mut self.codes[index]
    }

    /// Makes a new code for `purpose`; the one before no longer counts.
    pub fn new_code(
        &mut self,
        purpose: &Purpose,
        address: &str,
        now: i64,
    ) -> Result<String, Error> {
        let value = random::code()?;
        self.slot(purpose).code = Some(Code {
            value: value.clone(),
            expires_at: now.saturating_add(purpose.lifetime()),
            address: address.to_owned(),
        });
        Ok(value)
    }

    /// Counts one more code that is asked for.
    ///
    /// # Errors
    /// When that is one too many.
    pub fn count_sending(&mut self, purpose: &Purpose, now: i64) -> Result<(), Error> {
        let sent = &mut self.slot(purpose).sent_at;
        limit(sent, now)?;
        sent.push(now);
        Ok(())
    }

    /// Checks how often `purpose` was missed lately.
    ///
    /// # Errors
    /// When that was too often.
    pub fn check_misses(&mut self, purpose: &Purpose, now: i64) -> Result<(), Error> {
        limit(&mut self.slot(purpose).missed_at, now)
    }

    /// Counts one more miss.
    pub fn count_miss(&mut self, purpose: &Purpose, now: i64) {
        self.slot(purpose).missed_at.push(now);
    }

    /// The address that the code for `purpose` went to, if `code` is that code. It can still be used.
    ///
    /// # Errors
    /// When it is not, when there is none, when it is too old, or after too many wrong ones.
    pub fn check_code(&mut self, purpose: &Purpose, code: &str, now: i64) -> Result<String, Error> {
        self.check_misses(purpose, now)?;
        let slot = self.slot(purpose);
        let Some(expected) = &slot.code else {
            return Err(Error::CodeExpired);
        };
        if expected.expires_at <= now {
            return Err(Error::CodeExpired);
        }
        if expected.value != code {
            slot.missed_at.push(now);
            return Err(Error::CodeMismatch);
        }
        Ok(expected.address.clone())
    }

    /// The address that a code for `purpose` is on its way to.
    pub fn awaited_address(&self, purpose: &Purpose, now: i64) -> Option<&str> {
        let slot = self.codes.iter().find(|slot| slot.purpose == *purpose)?;
        let code = slot.code.as_ref().filter(|code| code.expires_at > now)?;
        Some(&code.address)
    }

    /// The code for `purpose` no longer counts; how often it was sent and missed still does.
    pub fn drop_code(&mut self, purpose: &Purpose) {
        self.slot(purpose).code = None;
    }

    /// Forgets the code for `purpose`, and how often it was sent and missed.
    pub fn forget_code(&mut self, purpose: &Purpose) {
        self.codes.retain(|slot| slot.purpose != *purpose);
    }
}

fn limit(times: &mut Vec<i64>, now: i64) -> Result<(), Error> {
    times.retain(|time| now.saturating_sub(*time) < WINDOW);
    match times.len() < LIMIT {
        true => Ok(()),
        false => Err(Error::AttemptLimit),
    }
}

/// A mail with a code.
pub(super) fn code_mail(kind: Kind, to: &Delivery, code: String, now: i64) -> Mail {
    let (subject, body) = match kind {
        Kind::SignUp | Kind::Resend => (
            "Your verification code",
            format!("Your confirmation code is {code}"),
        ),
        Kind::ForgotPassword => (
            "Your verification code",
            format!("Your password reset code is {code}"),
        ),
        Kind::AttributeVerification => (
            "Your verification code",
            format!("Your verification code is {code}"),
        ),
        Kind::Invitation => (
            "Your temporary password",
            format!("Your temporary password is {code}"),
        ),
        Kind::MfaCode | Kind::SignInCode => (
            "Your authentication code",
            format!("Your authentication code is {code}"),
        ),
        Kind::CustomChallenge => (
            "The answer to your question",
            format!("The answer to your question is {code}"),
        ),
    };
    Mail {
        to: to.address.clone(),
        medium: to.medium(),
        kind,
        code,
        subject: subject.to_owned(),
        body,
        sent_at: now,
    }
}

/// An invitation.
pub(super) fn invitation(to: &Delivery, username: &str, password: String, now: i64) -> Mail {
    Mail {
        to: to.address.clone(),
        medium: to.medium(),
        kind: Kind::Invitation,
        subject: "Your temporary password".to_owned(),
        body: format!("Your username is {username} and temporary password is {password}"),
        code: password,
        sent_at: now,
    }
}

impl Store {
    /// Makes a code for user `sub` of pool `pool`, and mails it.
    pub fn send_code(
        &mut self,
        pool: &str,
        sub: &str,
        purpose: &Purpose,
        kind: Kind,
        to: &Delivery,
        now: i64,
    ) -> Result<(), Error> {
        let user = self
            .pools
            .get_mut(pool)
            .and_then(|pool| pool.users.get_mut(sub));
        let user = user.ok_or(Error::UserNotFound)?;
        let code = user.new_code(purpose, &to.address, now)?;
        self.send(code_mail(kind, to, code, now));
        Ok(())
    }
}
