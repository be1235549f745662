//! Devices that a pool remembers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::errors::Error;
use super::input::Input;
use super::random;
use super::srp::Verifier;
use crate::options::REGION;

/// `DeviceConfiguration`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DeviceRules {
    /// A remembered device stands in for MFA.
    pub challenge_new_only: bool,
    /// A device is remembered only when its user says so.
    pub remember_on_request: bool,
}

impl DeviceRules {
    /// The member `DeviceConfiguration` of a request.
    ///
    /// # Errors
    /// When it is of the wrong type.
    pub fn given(input: &Input<'_>) -> Result<Option<Self>, Error> {
        let config = input.object("DeviceConfiguration")?;
        let rules = Self {
            challenge_new_only: config
                .boolean("ChallengeRequiredOnNewDevice")?
                .unwrap_or(false),
            remember_on_request: config
                .boolean("DeviceOnlyRememberedOnUserPrompt")?
                .unwrap_or(false),
        };
        Ok(input.has("DeviceConfiguration").then_some(rules))
    }

    pub fn view(self) -> Value {
        json!({
            "ChallengeRequiredOnNewDevice": self.challenge_new_only,
            "DeviceOnlyRememberedOnUserPrompt": self.remember_on_request,
        })
    }
}

/// What a device goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DeviceIdentity {
    pub key: String,
    /// What device SRP has instead of the pool's name.
    pub group: String,
}

impl DeviceIdentity {
    /// One for a device that nobody has seen yet.
    pub fn new() -> Result<Self, getrandom::Error> {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        Ok(Self {
            key: format!("{REGION}_{}", Uuid::new_v4()),
            group: format!("-{}", random::text(LETTERS, 8)?),
        })
    }
}

/// A confirmed device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Device {
    pub group: String,
    pub name: Option<String>,
    pub verifier: Verifier,
    pub remembered: bool,
    pub created_at: i64,
    pub modified_at: i64,
    pub authenticated_at: i64,
}
