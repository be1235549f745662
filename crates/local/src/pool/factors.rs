//! What a USER_AUTH sign-in may begin with.

use serde::{Deserialize, Serialize};

/// A first factor, as the pool's `SignInPolicy` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum FirstFactor {
    Password,
    EmailOtp,
    SmsOtp,
    WebAuthn,
}

impl FirstFactor {
    pub const ALL: [Self; 4] = [Self::Password, Self::EmailOtp, Self::SmsOtp, Self::WebAuthn];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
        }
    }

    /// The challenges that it can be shown by.
    pub fn choices(self) -> &'static [Choice] {
        match self {
            Self::Password => &[Choice::PasswordSrp, Choice::Password],
            Self::EmailOtp => &[Choice::EmailOtp],
            Self::SmsOtp => &[Choice::SmsOtp],
            Self::WebAuthn => &[Choice::WebAuthn],
        }
    }
}

/// A challenge that a USER_AUTH sign-in can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Password,
    PasswordSrp,
    EmailOtp,
    SmsOtp,
    WebAuthn,
}

impl Choice {
    const ALL: [Self; 5] = [
        Self::Password,
        Self::PasswordSrp,
        Self::EmailOtp,
        Self::SmsOtp,
        Self::WebAuthn,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == name)
    }
}
