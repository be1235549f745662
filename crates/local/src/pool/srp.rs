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

    /// The verifier that a device made of a secret of its own.
    pub fn of_device(salt: &[u8], verifier: &[u8]) -> Option<Self> {
        // As long as the numbers can be, with a zero byte in front.
        if salt.is_empty() || salt.len() > 64 || verifier.len() > 385 {
            return None;
        }
        let number = BigUint::from_bytes_be(verifier);
        (number > BigUint::ZERO && number < *N).then(|| Self {
            salt: BigUint::from_bytes_be(salt).to_str_radix(16),
            verifier: number.to_str_radix(16),
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
        let u = scramble(&self.a, &self.b);
        if u == BigUint::ZERO {
            return false;
        }
        let base = &self.a * self.verifier.modpow(&u, &N);
        let s = base.modpow(&self.secret, &N);
        let expected = message.sign(&session_key(&u, &s));
        expected.ct_eq(signature).into()
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

impl Message<'_> {
    fn sign(&self, key: &[u8]) -> Vec<u8> {
        let parts = [
            self.pool_name.as_bytes(),
            self.user_id.as_bytes(),
            self.secret_block,
            self.timestamp.as_bytes(),
        ];
        hmac(key, &parts)
    }
}

/// Base64 of a `SECRET_HASH`: what an app that has a client secret sends along.
pub(super) fn secret_hash(secret: &str, username: &str, client_id: &str) -> String {
    STANDARD.encode(hmac(
        secret.as_bytes(),
        &[username.as_bytes(), client_id.as_bytes()],
    ))
}

fn verifier(pool_name: &str, user_id: &str, password: &str, salt: &BigUint) -> BigUint {
    G.modpow(&private_key(pool_name, user_id, password, salt), &N)
}

/// `x`
fn private_key(pool_name: &str, user_id: &str, password: &str, salt: &BigUint) -> BigUint {
    let identity = Sha256::new()
        .chain_update(pool_name)
        .chain_update(user_id)
        .chain_update(":")
        .chain_update(password)
        .finalize();
    hash(&[&pad(salt), &identity])
}

/// `u`
fn scramble(a: &BigUint, b: &BigUint) -> BigUint {
    hash(&[&pad(a), &pad(b)])
}

/// What both sides arrive at: HKDF of `S`, 16 bytes.
fn session_key(u: &BigUint, s: &BigUint) -> Vec<u8> {
    let prk = hmac(&pad(u), &[&pad(s)]);
    let mut key = hmac(&prk, &[b"Caldera Derived Key", &[1]]);
    key.truncate(16);
    key
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Published by other clients' authors, and made for the edges of the byte layout.
    const VECTORS: &str = include_str!("../../../cognito/tests/data/srp-vectors.json");

    fn vectors() -> Vec<Value> {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        ["published", "edge_synthetic"]
            .iter()
            .flat_map(|list| vectors[list].as_array().cloned().expect("a list"))
            .collect()
    }

    /// The members `names` of a vector that has them all.
    fn members<const N: usize>(vector: &Value, names: [&str; N]) -> Option<[String; N]> {
        let values = names.map(|name| vector[name].as_str().map(str::to_owned));
        values
            .iter()
            .all(Option::is_some)
            .then(|| values.map(Option::unwrap))
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_multiplier_hashes_n_with_a_zero_byte_and_g_in_one_byte() {
        assert_eq!(
            K.to_str_radix(16),
            "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
        );
    }

    #[test]
    fn numbers_are_padded_as_twos_complement() {
        for (value, expected) in [
            (0_u32, "00"),
            (1, "01"),
            (127, "7f"),
            (128, "0080"),
            (255, "00ff"),
            (256, "0100"),
            (0x8000, "008000"),
        ] {
            assert_eq!(hex(&pad(&BigUint::from(value))), expected, "{value}");
        }
    }

    #[test]
    fn vectors_agree_on_each_step() {
        let (mut x_seen, mut u_seen, mut key_seen, mut signature_seen) = (0, 0, 0, 0);
        for vector in vectors() {
            let name = &vector["name"];
            if let Some([pool, user, password, salt, x]) = members(
                &vector,
                ["pool", "user_id_for_srp", "password", "SALT", "x"],
            ) {
                let computed = private_key(&pool, &user, &password, &number(&salt));
                assert_eq!(computed, number(&x), "{name}");
                x_seen += 1;
            }
            if let Some([a, b, u]) = members(&vector, ["A", "SRP_B", "u"]) {
                assert_eq!(scramble(&number(&a), &number(&b)), number(&u), "{name}");
                u_seen += 1;
            }
            if let Some([u, s, key]) = members(&vector, ["u", "S", "key"]) {
                assert_eq!(hex(&session_key(&number(&u), &number(&s))), key, "{name}");
                key_seen += 1;
            }
            let names = [
                "pool",
                "user_id_for_srp",
                "SECRET_BLOCK",
                "TIMESTAMP",
                "key",
                "signature",
            ];
            if let Some([pool, user, block, timestamp, key, signature]) = members(&vector, names) {
                let message = Message {
                    pool_name: &pool,
                    user_id: &user,
                    secret_block: &STANDARD.decode(block).expect("Base64"),
                    timestamp: &timestamp,
                };
                let key = BigUint::parse_bytes(key.as_bytes(), 16)
                    .expect("hex")
                    .to_bytes_be();
                let key = [vec![0; 16 - key.len()], key].concat();
                assert_eq!(STANDARD.encode(message.sign(&key)), signature, "{name}");
                signature_seen += 1;
            }
        }
        assert!(x_seen >= 16 && u_seen >= 20 && key_seen >= 19 && signature_seen >= 17);
    }

    /// The client's side: `S = (B - k g^x)^(a + u x)`.
    fn client_key(srp_b: &str, x: &BigUint, a: &BigUint) -> Vec<u8> {
        let b = number(srp_b);
        let u = scramble(&G.modpow(a, &N), &b);
        let base = (&b + &*N - (&*K * G.modpow(x, &N)) % &*N) % &*N;
        session_key(&u, &base.modpow(&(a + &u * x), &N))
    }

    #[test]
    fn server_and_client_agree_whatever_the_leading_bytes() {
        let (pool, user, password) = ("CruddurDev", "somebody", "P\u{e4}ssword-1!");
        let verifier = Verifier::new(pool, user, password).expect("a verifier");
        let x = private_key(pool, user, password, &number(&verifier.salt));
        let message = Message {
            pool_name: pool,
            user_id: user,
            secret_block: b"block",
            timestamp: "Tue Jan 1 06:06:09 UTC 2019",
        };
        let mut lengths = std::collections::BTreeSet::new();
        for round in 1_u32..=64 {
            // Small exponents give small and odd-length public values.
            let a = BigUint::from(round) * BigUint::from(97_u32);
            let srp_a = G.modpow(&a, &N).to_str_radix(16);
            lengths.insert(srp_a.len() % 2);
            let exchange = Exchange::begin(&verifier, &srp_a)
                .expect("random")
                .expect("A");
            let key = client_key(&exchange.srp_b(), &x, &a);
            assert!(exchange.proves(&message, &message.sign(&key)), "{round}");
            let wrong = client_key(&exchange.srp_b(), &(&x + 1_u32), &a);
            assert!(!exchange.proves(&message, &message.sign(&wrong)), "{round}");
            assert!(!exchange.proves(&message, &[]), "{round}");
            assert!(
                !exchange.proves(&message, &message.sign(&key)[..31]),
                "{round}"
            );
        }
        assert_eq!(lengths.len(), 2);
    }

    #[test]
    fn a_public_value_that_is_zero_modulo_n_is_refused() {
        let verifier = Verifier::new("pool", "user", "password").expect("a verifier");
        for srp_a in ["0", "00", N_HEX, &(&*N * 3_u32).to_str_radix(16)] {
            let exchange = Exchange::begin(&verifier, srp_a).expect("random");
            assert!(matches!(exchange, Err(BadPublicValue)));
        }
    }

    #[test]
    fn a_salt_never_begins_with_a_zero_byte() {
        for round in 0_u32..2000 {
            let simulated = Verifier::simulated(&round.to_be_bytes()).expect("a verifier");
            let length = simulated.salt.len();
            assert!(
                (31..=32).contains(&length) && !simulated.salt.starts_with("00"),
                "{round}"
            );
        }
    }

    #[test]
    fn a_password_fits_its_own_verifier_only() {
        let verifier = Verifier::new("pool", "user", "password").expect("a verifier");
        assert!(verifier.fits("pool", "user", "password"));
        assert!(!verifier.fits("pool", "user", "Password"));
        assert!(!verifier.fits("pool", "other", "password"));
        assert!(!verifier.fits("other", "user", "password"));
    }
}
