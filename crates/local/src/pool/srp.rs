//! The server's side of SRP-6a as Amazon Cognito has it.
//!
//! Numbers are hashed as the minimal big-endian two's complement: no leading zero bytes, then one if the top bit is set.
//! The arithmetic is of variable time, which is good enough for a server on the loopback address only.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use getrandom::Error;
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::random;

/// The 3072-bit prime of RFC 3526, group 15.
const N_HEX: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
    98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
    9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
    3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
    A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
    D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
    08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

static N: LazyLock<BigUint> =
    LazyLock::new(|| BigUint::parse_bytes(N_HEX.as_bytes(), 16).unwrap_or_default());
static G: LazyLock<BigUint> = LazyLock::new(|| BigUint::from(2_u8));
static K: LazyLock<BigUint> = LazyLock::new(|| hash(&[&pad(&N), &pad(&G)]));

/// What the pool keeps of a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Verifier {
    /// Hexadecimal; its first byte is not zero.
    pub salt: String,
    /// Hexadecimal.
    verifier: String,
}

impl Verifier {
    /// The verifier of `password` with a new salt.
    pub fn new(pool_name: &str, user_id: &str, password: &str) -> Result<Self, Error> {
        let mut salt = random::bytes::<16>()?;
        // Clients disagree about a leading zero byte.
        while salt[0] == 0 {
            salt = random::bytes()?;
        }
        let salt = BigUint::from_bytes_be(&salt);
        Ok(Self {
            verifier: verifier(pool_name, user_id, password, &salt).to_str_radix(16),
            salt: salt.to_str_radix(16),
        })
    }

    /// A verifier that no known password fits, with a salt that is always the same for the same `seed`.
    pub fn simulated(seed: &[u8]) -> Result<Self, Error> {
        let mut salt = Sha256::digest(seed);
        salt[0] |= 1;
        Ok(Self {
            salt: BigUint::from_bytes_be(&salt[..16]).to_str_radix(16),
            verifier: (random_number()? % &*N).to_str_radix(16),
        })
    }

    /// Whether `password` is the one.
    pub fn fits(&self, pool_name: &str, user_id: &str, password: &str) -> bool {
        let salt = number(&self.salt);
        let given = verifier(pool_name, user_id, password, &salt);
        let kept = number(&self.verifier);
        pad(&given).ct_eq(&pad(&kept)).into()
    }
}

/// The server's half of one SRP exchange.
#[derive(Clone)]
pub(super) struct Exchange {
    a: BigUint,
    b: BigUint,
    secret: BigUint,
    verifier: BigUint,
}

/// The client's `A` cannot be used: it is 0 modulo N.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPublicValue;

impl Exchange {
    /// Begins an exchange. `srp_a` is the client's `A`, hexadecimal of any length.
    ///
    /// # Errors
    /// The inner error when `A` is 0 modulo N; the outer one when there are no random numbers.
    pub fn begin(verifier: &Verifier, srp_a: &str) -> Result<Result<Self, BadPublicValue>, Error> {
        let verifier = number(&verifier.verifier);
        loop {
            let secret = random_number()?;
            match Self::with_secret(&verifier, srp_a, secret) {
                Ok(exchange) if exchange.b == BigUint::ZERO => {}
                answer => return Ok(answer),
            }
        }
    }

    fn with_secret(
        verifier: &BigUint,
        srp_a: &str,
        secret: BigUint,
    ) -> Result<Self, BadPublicValue> {
        let a = number(srp_a);
        if &a % &*N == BigUint::ZERO {
            return Err(BadPublicValue);
        }
        let b = (&*K * verifier + G.modpow(&secret, &N)) % &*N;
        Ok(Self {
            a,
            b,
            secret,
            verifier: verifier.clone(),
        })
    }

    /// The server's `B`, hexadecimal.
    pub fn srp_b(&self) -> String {
        self.b.to_str_radix(16)
    }

    /// Whether `signature` proves that the client knows the password.
    pub fn proves(&self, message: &Message<'_>, signature: &[u8]) -> bool {
        let Some(key) = self.key() else { return false };
        let expected = hmac(
            &key,
            &[
                message.pool_name.as_bytes(),
                message.user_id.as_bytes(),
                message.secret_block,
                message.timestamp.as_bytes(),
            ],
        );
        expected.ct_eq(signature).into()
    }

    fn key(&self) -> Option<Vec<u8>> {
        let u = hash(&[&pad(&self.a), &pad(&self.b)]);
        if u == BigUint::ZERO {
            return None;
        }
        let base = &self.a * self.verifier.modpow(&u, &N);
        let s = base.modpow(&self.secret, &N);
        let prk = hmac(&pad(&u), &[&pad(&s)]);
        let mut key = hmac(&prk, &[b"Caldera Derived Key", &[1]]);
        key.truncate(16);
        Some(key)
    }
}

/// What the client signs.
pub(super) struct Message<'a> {
    /// The pool's id without the region.
    pub pool_name: &'a str,
    /// `USER_ID_FOR_SRP`.
    pub user_id: &'a str,
    /// Decoded.
    pub secret_block: &'a [u8],
    pub timestamp: &'a str,
}

/// Base64 of a `SECRET_HASH`: what an app that has a client secret sends along.
pub(super) fn secret_hash(secret: &str, username: &str, client_id: &str) -> String {
    STANDARD.encode(hmac(
        secret.as_bytes(),
        &[username.as_bytes(), client_id.as_bytes()],
    ))
}

fn verifier(pool_name: &str, user_id: &str, password: &str, salt: &BigUint) -> BigUint {
    let identity = Sha256::new()
        .chain_update(pool_name)
        .chain_update(user_id)
        .chain_update(":")
        .chain_update(password)
        .finalize();
    let x = hash(&[&pad(salt), &identity]);
    G.modpow(&x, &N)
}

/// 256 bits, as RFC 5054 asks for.
fn random_number() -> Result<BigUint, Error> {
    Ok(BigUint::from_bytes_be(&random::bytes::<32>()?))
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap_or_default()
}

fn pad(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    bytes
}

fn hash(parts: &[&[u8]]) -> BigUint {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    BigUint::from_bytes_be(&hash.finalize())
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}
