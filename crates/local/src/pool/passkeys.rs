//! Passkeys: where they may be used, and what is kept of each.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use webauthn_rs::prelude::{Passkey, Url, WebauthnError};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::errors::Error;
use super::model::{Pool, User};

/// Whose passkeys they are when the pool does not say: pages of this machine's.
const LOCALHOST: &str = "localhost";

/// `WebAuthnConfiguration`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PasskeyRules {
    /// The relying party's id: a domain.
    pub relying_party: Option<String>,
    /// What the pool was told. The local pool always asks the device to check who uses it.
    pub user_verification: bool,
}

/// A person's passkey.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredPasskey {
    pub passkey: Passkey,
    pub relying_party: String,
    /// `authenticatorAttachment`, as the browser said it.
    pub attachment: Option<String>,
    /// As the browser said them.
    pub transports: Vec<String>,
    pub created_at: i64,
}

impl Pool {
    /// What checks passkeys, and the relying party's id.
    ///
    /// # Errors
    /// When the pool has not been set up for it.
    pub fn web_authn(&self) -> Result<(Webauthn, String), Error> {
        let rules = self.rules.passkeys.as_ref();
        let rules = rules.ok_or(Error::PasskeysNotConfigured)?;
        let id = rules.relying_party.as_deref().unwrap_or(LOCALHOST);
        let scheme = match id {
            LOCALHOST => "http",
            _ => "https",
        };
        let configured = |_| Error::PasskeysNotConfigured;
        let origin =
            Url::parse(&format!("{scheme}://{id}")).map_err(|_| Error::PasskeysNotConfigured)?;
        let checker = WebauthnBuilder::new(id, &origin)
            .map_err(configured)?
            .rp_name(&self.name)
            .allow_subdomains(true)
            .allow_any_port(true)
            .build()
            .map_err(configured)?;
        Ok((checker, id.to_owned()))
    }
}

impl User {
    /// The passkeys that a sign-in can be by.
    pub fn usable_passkeys(&self, relying_party: &str) -> Vec<Passkey> {
        self.passkeys
            .values()
            .filter(|stored| stored.relying_party == relying_party)
            .map(|stored| stored.passkey.clone())
            .collect()
    }
}

/// Options for the browser, without the members that are not set.
pub(super) fn options(options: &impl Serialize) -> Result<Value, Error> {
    let internal = |error: serde_json::Error| Error::Internal(error.to_string());
    let mut options = serde_json::to_value(options).map_err(internal)?;
    remove_nulls(&mut options);
    Ok(options)
}

/// A browser takes a member that is null for one of the wrong type.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

/// Why a registration is refused.
pub(super) fn refusal(error: &WebauthnError) -> Error {
    match error {
        WebauthnError::InvalidRPOrigin => Error::PasskeyOrigin,
        WebauthnError::InvalidRPIDHash => Error::PasskeyRelyingParty,
        WebauthnError::MismatchedChallenge | WebauthnError::ChallengeNotFound => {
            Error::PasskeyChallengeNotFound
        }
        _ => Error::PasskeyNotSupported,
    }
}
