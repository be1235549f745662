//! A pool's signing keys: one for ID tokens and one for access tokens, as the service has them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use rsa::rand_core::OsRng;
use rsa::sha2::{Digest, Sha256};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::random;

const BITS: usize = 2048;

/// The keys of one user pool.
pub struct PoolKeys {
    id: SigningKey,
    access: SigningKey,
}

struct SigningKey {
    kid: String,
    private: RsaPrivateKey,
    public: RsaPublicKey,
}

/// A key in the state file.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredKey {
    kid: String,
    /// PKCS #1, DER, Base64.
    private_key: String,
}

/// Both keys in the state file.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredKeys {
    id: StoredKey,
    access: StoredKey,
}

/// A stored key that is none, or a key that could not be made or used.
#[derive(Debug)]
pub struct KeyError(String);

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signing key: {}", self.0)
    }
}

impl std::error::Error for KeyError {}

impl KeyError {
    pub(super) fn missing(pool: &str) -> Self {
        Self(format!("there is no pool {pool}"))
    }

    pub(super) fn no_random(error: getrandom::Error) -> Self {
        Self(error.to_string())
    }
}

fn key_error(error: impl fmt::Display) -> KeyError {
    KeyError(error.to_string())
}

impl StoredKeys {
    /// Makes two new keys.
    ///
    /// # Errors
    /// When the machine has no random numbers to give.
    pub fn generate() -> Result<Self, KeyError> {
        std::thread::scope(|scope| {
            let access = scope.spawn(StoredKey::generate);
            Ok(Self {
                id: StoredKey::generate()?,
                access: access
                    .join()
                    .map_err(|_| key_error("it could not be made"))??,
            })
        })
    }
}

impl StoredKey {
    fn generate() -> Result<Self, KeyError> {
        let private = RsaPrivateKey::new(&mut OsRng, BITS).map_err(key_error)?;
        let der = private.to_pkcs1_der().map_err(key_error)?;
        let kid = random::bytes::<32>().map_err(key_error)?;
        Ok(Self {
            kid: STANDARD.encode(kid),
            private_key: STANDARD.encode(der.as_bytes()),
        })
    }
}

impl SigningKey {
    fn new(stored: &StoredKey) -> Result<Self, KeyError> {
        let der = STANDARD.decode(&stored.private_key).map_err(key_error)?;
        let private = RsaPrivateKey::from_pkcs1_der(&der).map_err(key_error)?;
        Ok(Self {
            kid: stored.kid.clone(),
            public: private.to_public_key(),
            private,
        })
    }

    fn jwk(&self) -> Value {
        json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(self.public.e().to_bytes_be()),
            "kid": self.kid,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(self.public.n().to_bytes_be()),
            "use": "sig",
        })
    }

    /// `claims` as a signed token (RFC 7515, compact).
    fn sign(&self, claims: &Value) -> Result<String, KeyError> {
        let header = json!({ "kid": self.kid, "alg": "RS256" });
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let digest = Sha256::digest(signed.as_bytes());
        let signature = self
            .private
            .sign(Pkcs1v15Sign::new::<Sha256>(), &digest)
            .map_err(key_error)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl PoolKeys {
    pub(super) fn new(stored: &StoredKeys) -> Result<Self, KeyError> {
        Ok(Self {
            id: SigningKey::new(&stored.id)?,
            access: SigningKey::new(&stored.access)?,
        })
    }

    /// The public keys as a JSON Web Key Set (RFC 7517).
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.id.jwk(), self.access.jwk()] })
    }

    /// Whether `signature` is the RS256 signature of `signed` by the pool's key `kid`.
    pub fn verify_rs256(&self, kid: &str, signed: &[u8], signature: &[u8]) -> bool {
        let keys = [&self.id, &self.access];
        keys.into_iter().filter(|key| key.kid == kid).any(|key| {
            let digest = Sha256::digest(signed);
            key.public
                .verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature)
                .is_ok()
        })
    }

    pub(super) fn sign_id_token(&self, claims: &Value) -> Result<String, KeyError> {
        self.id.sign(claims)
    }

    pub(super) fn sign_access_token(&self, claims: &Value) -> Result<String, KeyError> {
        self.access.sign(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_verifies_with_its_own_key_only() {
        let keys = PoolKeys::new(&StoredKeys::generate().expect("keys")).expect("keys");
        let token = keys
            .sign_access_token(&json!({ "sub": "me" }))
            .expect("a token");
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("Base64");
        let (access, id) = (&keys.access.kid, &keys.id.kid);
        assert!(keys.verify_rs256(access, signed.as_bytes(), &signature));
        assert!(!keys.verify_rs256(id, signed.as_bytes(), &signature));
        assert!(!keys.verify_rs256("", signed.as_bytes(), &signature));
        let forged = signed.replace(signed.chars().last().expect("text"), "_");
        assert!(!keys.verify_rs256(access, forged.as_bytes(), &signature));
    }

    #[test]
    fn a_stored_key_that_is_none_is_refused() {
        let mut stored = StoredKeys::generate().expect("keys");
        stored.access.private_key.truncate(100);
        assert!(PoolKeys::new(&stored).is_err());
    }
}
