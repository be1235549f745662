//! Mails that the user pool sends: kept in a mailbox instead of going out.

pub(crate) mod page;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::pool;
use crate::state::{State, StateError};

/// How many mails are kept; the oldest goes first.
pub(crate) const CAPACITY: usize = 200;

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The address it is for.
    pub to: String,
    /// How it goes.
    #[serde(default)]
    pub medium: Medium,
    /// What it is about.
    pub kind: Kind,
    /// The code it brings; for an invitation the temporary password.
    pub code: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// Milliseconds since 1970.
    pub sent_at: i64,
}

/// How a mail goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Medium {
    /// To an e-mail address.
    #[default]
    Email,
    /// To a phone, as a text message.
    Sms,
}

impl Medium {
    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The code for a new account.
    SignUp,
    /// A new code for a new account.
    Resend,
    /// The code for setting a new password.
    ForgotPassword,
    /// The code that proves an address.
    AttributeVerification,
    /// The temporary password for an account that an administrator made.
    Invitation,
    /// The code that is asked for besides the password.
    MfaCode,
    /// The code that signs in without a password.
    SignInCode,
    /// The answer to the question of a custom challenge.
    CustomChallenge,
}

impl fmt::Display for Mail {
    /// One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} to {}: {} ({})",
            match self.medium {
                Medium::Email => "mail",
                Medium::Sms => "SMS",
            },
            self.to,
            self.body,
            self.kind.as_str()
        )
    }
}

impl Kind {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::Resend => "resend",
            Self::ForgotPassword => "forgot_password",
            Self::AttributeVerification => "attribute_verification",
            Self::Invitation => "invitation",
            Self::MfaCode => "mfa_code",
            Self::SignInCode => "sign_in_code",
            Self::CustomChallenge => "custom_challenge",
        }
    }
}

/// Access to the mails of a running stack.
#[derive(Clone)]
pub struct Mailbox {
    state: Arc<State>,
}

impl Mailbox {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self { state }
    }

    /// Every mail, newest first.
    pub fn all(&self) -> Vec<Mail> {
        pool::read_mail(&self.state, |mail| mail.rev().cloned().collect())
    }

    /// The mails to `address`, in whatever case it is spelt, newest first.
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let address = address.to_lowercase();
        let mut mail = self.all();
        mail.retain(|mail| mail.to.to_lowercase() == address);
        mail
    }

    /// Throws every mail away.
    ///
    /// # Errors
    /// When the state file cannot be written; the mails are still there then.
    pub fn clear(&self) -> Result<(), StateError> {
        pool::clear_mail(&self.state)
    }
}
