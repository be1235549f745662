//! A small SRP client, written from the protocol alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const N: &str = "\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
    EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
    83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
    15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
    BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

pub fn n() -> BigUint {
    BigUint::parse_bytes(N.as_bytes(), 16).expect("N")
}

fn g() -> BigUint {
    BigUint::from(2_u32)
}

fn pad(number: &BigUint) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    match bytes[0] & 0x80 {
        0 => bytes,
        _ => [&[0][..], &bytes].concat(),
    }
}

fn hash(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(&Sha256::digest(parts.concat()))
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// One sign-in of the test's own client.
pub struct Srp {
    a: BigUint,
    pub public: BigUint,
}

impl Srp {
    /// `a` is the client's secret exponent.
    pub fn new(a: u128) -> Self {
        let a = BigUint::from(a);
        let public = g().modpow(&a, &n());
        Self { a, public }
    }

    /// A secret exponent nobody chose.
    pub fn random() -> Self {
        Self::new(u128::from_be_bytes(*uuid::Uuid::new_v4().as_bytes()))
    }

    pub fn srp_a(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// `ChallengeResponses` of PASSWORD_VERIFIER, signed over `timestamp`.
    pub fn respond(&self, pool: &str, challenge: &Value, password: &str, timestamp: &str) -> Value {
        let text = |name: &str| challenge[name].as_str().expect(name).to_owned();
        let pool_name = pool.split_once('_').expect("an id").1;
        let user_id = text("USER_ID_FOR_SRP");
        self.sign(pool_name, &user_id, challenge, password, timestamp)
    }

    /// As [`Srp::respond`], for a device with its group and key.
    pub fn sign(
        &self,
        pool_name: &str,
        user_id: &str,
        challenge: &Value,
        password: &str,
        timestamp: &str,
    ) -> Value {
        let text = |name: &str| challenge[name].as_str().expect(name).to_owned();
        let number = |name: &str| BigUint::parse_bytes(text(name).as_bytes(), 16).expect(name);
        let (b, salt) = (number("SRP_B"), number("SALT"));
        let k = hash(&[&pad(&n()), &pad(&g())]);
        let u = hash(&[&pad(&self.public), &pad(&b)]);
        let identity = Sha256::digest(format!("{pool_name}{user_id}:{password}"));
        let x = hash(&[&pad(&salt), &identity]);
        let base = (&b + n() - (k * g().modpow(&x, &n())) % n()) % n();
        let s = base.modpow(&(&self.a + &u * &x), &n());
        let prk = hmac(&pad(&u), &pad(&s));
        let key = &hmac(&prk, b"Caldera Derived Key\x01")[..16];
        let block = STANDARD.decode(text("SECRET_BLOCK")).expect("Base64");
        let message = [
            pool_name.as_bytes(),
            user_id.as_bytes(),
            &block,
            timestamp.as_bytes(),
        ];
        json!({
            "USERNAME": user_id,
            "PASSWORD_CLAIM_SECRET_BLOCK": text("SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(hmac(key, &message.concat())),
            "TIMESTAMP": timestamp,
        })
    }
}

/// What a device sends to be remembered: `PasswordVerifier` and `Salt`, Base64.
pub fn device_verifier(group: &str, key: &str, password: &str) -> (String, String) {
    let salt = pad(&BigUint::from_bytes_be(uuid::Uuid::new_v4().as_bytes()));
    let identity = Sha256::digest(format!("{group}{key}:{password}"));
    let x = hash(&[&salt, &identity]);
    let verifier = pad(&g().modpow(&x, &n()));
    (STANDARD.encode(verifier), STANDARD.encode(salt))
}
