//! The ways that a challenge lets people choose from.

use crate::session::{Challenge, CodeDelivery, FirstFactor, MfaKind, Session};
use crate::text::Text;
use crate::text::sign_in as text;

/// One of the ways to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A second factor.
    Mfa(MfaKind),
    /// The password, by whatever means.
    Password,
    /// Another first factor.
    Factor(FirstFactor),
}

impl Way {
    pub(super) fn words(&self) -> Text {
        match self {
            Self::Mfa(kind) => text::mfa_kind(kind),
            Self::Password => text::first_factor(&FirstFactor::Password),
            Self::Factor(factor) => text::first_factor(factor),
        }
    }
}

/// The ways that a challenge offers and this browser can go, the quickest first; none where there is no choice.
pub(super) fn ways(session: &Session, challenge: &Challenge) -> Vec<Way> {
    match challenge {
        Challenge::SelectMfaType(choice) => mfa(&choice.options),
        Challenge::MfaSetup(choice) => mfa(&choice.options),
        Challenge::SelectChallenge(choice) => {
            let has = |factor: &FirstFactor| choice.available.contains(factor);
            let password = has(&FirstFactor::Password) || has(&FirstFactor::PasswordSrp);
            let others = [
                FirstFactor::WebAuthn,
                FirstFactor::EmailOtp,
                FirstFactor::SmsOtp,
            ];
            let others = others.into_iter().filter(|factor| {
                has(factor) && (*factor != FirstFactor::WebAuthn || session.supports_passkeys())
            });
            let password = password.then_some(Way::Password);
            password
                .into_iter()
                .chain(others.map(Way::Factor))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn mfa(options: &[MfaKind]) -> Vec<Way> {
    let known = [MfaKind::SoftwareToken, MfaKind::Email, MfaKind::Sms];
    let offered = known.into_iter().filter(|kind| options.contains(kind));
    offered.map(Way::Mfa).collect()
}

/// Whether this app, in this browser, has an answer to a challenge.
pub(super) fn is_answerable(session: &Session, challenge: &Challenge) -> bool {
    match challenge {
        Challenge::SelectMfaType(_) | Challenge::MfaSetup(_) | Challenge::SelectChallenge(_) => {
            !ways(session, challenge).is_empty()
        }
        Challenge::Unsupported(_) => false,
        _ => true,
    }
}

impl Challenge {
    /// Where a code went, if the challenge waits for one that was sent.
    pub(super) fn sent_code(&self) -> Option<&CodeDelivery> {
        match self {
            Self::SmsMfa(code) | Self::EmailOtp(code) | Self::SmsOtp(code) => Some(&code.delivery),
            _ => None,
        }
    }
}
