//! People who do not exist, to a client that must not find that out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use uuid::Builder;

use super::attributes::{is_email, is_phone_number};
use super::codes::Delivery;
use super::model::Pool;
use super::srp::Verifier;

/// What would be said of somebody if there were such a person: always the same for the same name.
pub(super) struct Simulation<'a> {
    pool: &'a Pool,
    name: String,
}

impl<'a> Simulation<'a> {
    pub fn of(pool: &'a Pool, name: &str) -> Self {
        let name = match pool.rules.case_sensitive {
            true => name.to_owned(),
            false => name.to_lowercase(),
        };
        Self { pool, name }
    }

    /// What SRP would know the person by.
    pub fn user_id(&self) -> String {
        if self.pool.rules.username_attributes.is_empty() {
            return self.name.clone();
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.derive("user id")[..16]);
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// A salt that stays, and a verifier that nothing fits.
    pub fn verifier(&self) -> Result<Verifier, getrandom::Error> {
        Verifier::simulated(&self.derive("salt"))
    }

    /// Where a code would go, masked.
    pub fn delivery(&self) -> Value {
        if is_phone_number(&self.name) {
            return self.details("phone_number", self.name.clone());
        }
        if is_email(&self.name) {
            return self.details("email", self.name.clone());
        }
        let letters = self.derive("address");
        let letter = |index: usize| char::from(b'a' + letters[index] % 26);
        self.details("email", format!("{}@{}", letter(0), letter(1)))
    }

    fn details(&self, attribute: &'static str, address: String) -> Value {
        Delivery { attribute, address }.details()
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        let key = STANDARD
            .decode(&self.pool.simulation_key)
            .unwrap_or_default();
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
            return [0; 32];
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(self.name.as_bytes());
        mac.finalize().into_bytes().into()
    }
}
