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
}
