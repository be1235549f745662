//! SRP-6a as Amazon Cognito user pools have it.
//!
//! The group is the 3072-bit one of [RFC 5054, appendix A](https://www.rfc-editor.org/rfc/rfc5054#appendix-A) with
//! `g = 2`, the hash is SHA-256. Two things differ from the RFC:
//!
//! * Integers are hashed in their shortest two's complement form ([`pad`]), not at a fixed length.
//! * The premaster secret passes through HKDF to a 16-byte key, and the proof is an HMAC over the pool's name, the
//!   user id, the server's secret block and a time stamp ([`SessionKey::sign`]).
//!
//! All arithmetic on secrets is constant time (`srp/group.rs`), and secrets are wiped when dropped.
//!
//! Most applications use [`Client::sign_in`](crate::Client::sign_in), which runs the whole exchange. The steps are
//! public so that they can be tested against published vectors one by one.

use alloc::{borrow::ToOwned, boxed::Box, format, string::String, vec, vec::Vec};
use core::fmt;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::platform::{Random, RandomError};
#[cfg(feature = "devices")]
use crate::secret::DevicePassword;

mod group;

use group::{BYTES, Element, Power};

/// Bytes of an ephemeral secret: 256 bits, RFC 5054's minimum (section 2.5.4), twice the group's strength of 128 bits.
const EPHEMERAL_BYTES: usize = 32;
/// The multiplier `k = SHA-256(pad(N) | pad(g))`; a test recomputes it.
const K: [u8; 32] = [
    0x53, 0x82, 0x82, 0xc4, 0x35, 0x47, 0x42, 0xd7, 0xcb, 0xbd, 0xe2, 0x35, 0x9f, 0xcf, 0x67, 0xf9,
    0xf5, 0xb3, 0xa6, 0xb0, 0x87, 0x91, 0xe5, 0x01, 0x1b, 0x43, 0xb8, 0xa5, 0xb6, 0x6d, 0x9e, 0xe6,
];

/// Why the exchange cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SrpError {
    /// A public value is not a hexadecimal number of at most 3072 bits.
    MalformedPublicValue,
    /// A salt is not a hexadecimal number.
    MalformedSalt,
    /// The secret block is not base64.
    MalformedSecretBlock,
    /// `B mod N = 0`: the server's value would make the result independent of the password (RFC 5054, section 2.5.3).
    ZeroServerPublicValue,
    /// `A mod N = 0`: refused by servers; a fresh secret has to be drawn.
    ZeroClientPublicValue,
    /// `u = 0` (RFC 5054, section 2.6).
    ZeroScrambler,
    /// The platform gave no random numbers.
    NoRandomness,
}

impl fmt::Display for SrpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedPublicValue => "the server's SRP_B is not a number of the group",
            Self::MalformedSalt => "the server's SALT is not hexadecimal",
            Self::MalformedSecretBlock => "the server's SECRET_BLOCK is not base64",
            Self::ZeroServerPublicValue => "the server's SRP_B is a multiple of N",
            Self::ZeroClientPublicValue => "SRP_A is a multiple of N",
            Self::ZeroScrambler => "the SRP scrambling parameter is zero",
            Self::NoRandomness => "no random numbers are available",
        })
    }
}

impl core::error::Error for SrpError {}

impl From<RandomError> for SrpError {
    fn from(_: RandomError) -> Self {
        Self::NoRandomness
    }
}

/// The client's ephemeral key pair: the secret `a` and the public value `A = g^a mod N`.
///
/// Good for one sign-in. Computing it is half of the work of a sign-in and needs no input, so it can be made while the
/// person is still typing.
pub struct Ephemeral {
    /// `a`, big-endian. How long it is may be known.
    secret: Zeroizing<Vec<u8>>,
    public: [u8; BYTES],
}

impl Ephemeral {
    /// Draws a 256-bit secret and computes its public value.
    pub fn generate(random: &impl Random) -> Result<Self, SrpError> {
        Self::from_secret(Self::draw(random)?.as_slice())
    }

    /// As [`generate`](Self::generate), in steps as those of [`session_key_in_steps`](Self::session_key_in_steps).
    pub async fn generate_in_steps(
        random: &impl Random,
        pause: impl AsyncFn(),
    ) -> Result<Self, SrpError> {
        let secret = Self::draw(random)?;
        let power = Power::of_generator(secret.as_slice());
        let public = power.run_in_steps(&pause).await;
        Self::of_pair(secret.as_slice(), &public)
    }

    fn draw(random: &impl Random) -> Result<Zeroizing<[u8; EPHEMERAL_BYTES]>, SrpError> {
        let mut secret = Zeroizing::new([0u8; EPHEMERAL_BYTES]);
        random.fill(secret.as_mut_slice())?;
        Ok(secret)
    }

    /// Makes the pair of a given secret, big-endian and of any length.
    ///
    /// Never use a secret twice: two proofs by one secret weaken both.
    pub fn from_secret(secret: &[u8]) -> Result<Self, SrpError> {
        Self::of_pair(secret, &Power::of_generator(secret).run())
    }

    fn of_pair(secret: &[u8], public: &Element) -> Result<Self, SrpError> {
        let public = public.to_bytes();
        if public == [0; BYTES] {
            return Err(SrpError::ZeroClientPublicValue);
        }
        Ok(Self {
            secret: Zeroizing::new(secret.to_vec()),
            public,
        })
    }

    /// `SRP_A`: the public value in lower-case hexadecimal without leading zeros, as Cognito's own clients send it.
    pub fn public_hex(&self) -> String {
        let hex = to_hex(&self.public);
        hex.trim_start_matches('0').to_owned()
    }

    /// Computes the key that this exchange and `private_key` lead to.
    ///
    /// `server_public` is `SRP_B`, hexadecimal.
    pub fn session_key(
        &self,
        server_public: &str,
        private_key: &PrivateKey,
    ) -> Result<SessionKey, SrpError> {
        let (scrambler, secret) = self.premaster_secret(server_public, private_key)?;
        let prk = pseudorandom_key(&scrambler, &secret);
        Ok(SessionKey::derive(&prk))
    }

    /// As [`session_key`](Self::session_key), in steps of a few milliseconds with a `pause` between them, in which a
    /// program of one thread can do something else: a page paints and hears its user.
    pub async fn session_key_in_steps(
        &self,
        server_public: &str,
        private_key: &PrivateKey,
        pause: impl AsyncFn(),
    ) -> Result<SessionKey, SrpError> {
        // In boxes, as everything here that is large: it would be part of every future around this one.
        let exchange = Box::new(self.exchange(server_public, private_key)?);
        let verifier = exchange.verifier().run_in_steps(&pause).await;
        pause().await;
        let secret = exchange.secret(&verifier).run_in_steps(&pause).await;
        let prk = pseudorandom_key(&exchange.scrambler, secret.to_secret_bytes().as_slice());
        Ok(SessionKey::derive(&prk))
    }

    /// `u` and `S = (B - k * g^x)^(a + u * x) mod N`, the latter as 384 big-endian bytes.
    pub fn premaster_secret(
        &self,
        server_public: &str,
        private_key: &PrivateKey,
    ) -> Result<([u8; 32], Zeroizing<Vec<u8>>), SrpError> {
        let exchange = self.exchange(server_public, private_key)?;
        let verifier = exchange.verifier().run();
        let secret = exchange.secret(&verifier).run();
        Ok((exchange.scrambler, secret.to_secret_bytes()))
    }

    fn exchange(
        &self,
        server_public: &str,
        private_key: &PrivateKey,
    ) -> Result<Exchange, SrpError> {
        let server_public = number(server_public).ok_or(SrpError::MalformedPublicValue)?;
        let scrambler = scrambler(&self.public, &server_public)?;
        let server_public = Element::of(&server_public);
        // `B` is public.
        if server_public.to_bytes() == [0; BYTES] {
            return Err(SrpError::ZeroServerPublicValue);
        }
        Ok(Exchange {
            scrambler,
            server_public,
            private_key: private_key.0.clone(),
            exponent: exponent(&self.secret, &scrambler, &private_key.0),
        })
    }
}

/// What both powers of an exchange are made of.
struct Exchange {
    scrambler: [u8; 32],
    /// `B mod N`.
    server_public: Element,
    /// `x`.
    private_key: Zeroizing<[u8; 32]>,
    /// `a + u * x`.
    exponent: Zeroizing<Vec<u8>>,
}

impl Exchange {
    /// `g^x`.
    fn verifier(&self) -> Box<Power> {
        Power::of_generator(self.private_key.as_slice())
    }

    /// `S = (B - k * g^x)^(a + u * x)`.
    fn secret(&self, verifier: &Element) -> Box<Power> {
        let mut k = [0; BYTES];
        k[BYTES - K.len()..].copy_from_slice(&K);
        let base = self.server_public.minus(&Element::of(&k).times(verifier));
        Power::new(&base, &self.exponent)
    }
}

impl fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ephemeral").finish_non_exhaustive()
    }
}

/// `x`: what the password comes to, with the salt and the names of pool and user.
pub struct PrivateKey(Zeroizing<[u8; 32]>);

impl PrivateKey {
    /// `x` of a user's password.
    ///
    /// `pool_name` is what follows the `_` of the pool id, `user_id` is `USER_ID_FOR_SRP` and `salt` is `SALT`
    /// (hexadecimal; leading zeros and an odd number of digits make no difference). The password's UTF-8 bytes are used
    /// as they are.
    pub fn of_user(
        pool_name: &str,
        user_id: &str,
        password: &str,
        salt: &str,
    ) -> Result<Self, SrpError> {
        let salt = salt_bytes(salt).ok_or(SrpError::MalformedSalt)?;
        Ok(Self::new(pool_name, user_id, password, &salt))
    }

    /// `x = SHA-256(salt | SHA-256(group | name | ":" | password))` with a salt that is [`pad`]ded already.
    fn new(group: &str, name: &str, password: &str, padded_salt: &[u8]) -> Self {
        let inner = Zeroizing::new(identity_hash(group, name, password));
        Self(Zeroizing::new(sha256(&[padded_salt, inner.as_slice()])))
    }

    /// The 32 bytes of `x`, big-endian. A secret as good as the password.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").finish_non_exhaustive()
    }
}

/// `SHA-256(group | name | ":" | password)`, the inner hash of `x`.
pub fn identity_hash(group: &str, name: &str, password: &str) -> [u8; 32] {
    sha256(&[group.as_bytes(), name.as_bytes(), b":", password.as_bytes()])
}

/// The 16-byte key that both sides hold after the exchange when the password was right.
pub struct SessionKey(Zeroizing<[u8; 16]>);

impl SessionKey {
    /// HKDF-Expand (RFC 5869) with info `Caldera Derived Key`, cut to 16 bytes.
    pub fn derive(pseudorandom_key: &[u8; 32]) -> Self {
        let okm = Zeroizing::new(hmac_sha256(pseudorandom_key, &[b"Caldera Derived Key\x01"]));
        let mut key = Zeroizing::new([0; 16]);
        key.copy_from_slice(&okm[..16]);
        Self(key)
    }

    /// `PASSWORD_CLAIM_SIGNATURE`, base64.
    ///
    /// `group` and `name` are the ones that `x` was made of, `secret_block` is `SECRET_BLOCK` (base64) and `timestamp`
    /// is `TIMESTAMP` as [`timestamp`] writes it.
    pub fn sign(
        &self,
        group: &str,
        name: &str,
        secret_block: &str,
        timestamp: &str,
    ) -> Result<String, SrpError> {
        let block = Base64::decode_vec(secret_block).map_err(|_| SrpError::MalformedSecretBlock)?;
        let signature = hmac_sha256(
            self.0.as_slice(),
            &[
                group.as_bytes(),
                name.as_bytes(),
                &block,
                timestamp.as_bytes(),
            ],
        );
        Ok(Base64::encode_string(&signature))
    }

    /// The key's bytes.
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionKey").finish_non_exhaustive()
    }
}

/// What `ConfirmDevice` registers for a device, and the password to keep for it.
#[derive(Debug)]
pub struct DeviceVerifier {
    /// `DeviceSecretVerifierConfig.PasswordVerifier`, base64.
    pub password_verifier: String,
    /// `DeviceSecretVerifierConfig.Salt`, base64.
    pub salt: String,
}

impl DeviceVerifier {
    /// The verifier `g^x mod N` of a device password, in Cognito's form.
    pub fn new(
        device_group_key: &str,
        device_key: &str,
        device_password: &str,
        salt: &[u8],
    ) -> Self {
        let salt = pad(salt);
        let x = PrivateKey::new(device_group_key, device_key, device_password, &salt);
        let verifier = Power::of_generator(x.0.as_slice()).run();
        Self {
            password_verifier: Base64::encode_string(&pad(&verifier.to_bytes())),
            salt: Base64::encode_string(&salt),
        }
    }

    /// The verifier of a device password with a salt of 16 random bytes.
    #[cfg(feature = "devices")]
    pub(crate) fn generate(
        random: &impl Random,
        device_group_key: &str,
        device_key: &str,
        password: &DevicePassword,
    ) -> Result<Self, SrpError> {
        let mut salt = [0u8; 16];
        random.fill(&mut salt)?;
        Ok(Self::new(
            device_group_key,
            device_key,
            password.expose(),
            &salt,
        ))
    }

    /// A device password: 40 random bytes, base64.
    #[cfg(feature = "devices")]
    pub(crate) fn draw_password(random: &impl Random) -> Result<DevicePassword, SrpError> {
        let mut bytes = Zeroizing::new([0u8; 40]);
        random.fill(bytes.as_mut_slice())?;
        Ok(DevicePassword::new(Base64::encode_string(bytes.as_slice())))
    }
}

/// `SECRET_HASH`, for app clients that have a secret: `base64(HMAC-SHA-256(secret, username | client id))`.
///
/// A page in a browser cannot keep a secret; this is for native clients.
pub fn secret_hash(client_secret: &str, username: &str, client_id: &str) -> String {
    Base64::encode_string(&hmac_sha256(
        client_secret.as_bytes(),
        &[username.as_bytes(), client_id.as_bytes()],
    ))
}

/// `TIMESTAMP`: `EEE MMM d HH:mm:ss UTC yyyy`, English, the day without a leading zero.
///
/// `epoch_ms` is in milliseconds since 1970-01-01T00:00:00Z. A zero-padded day is refused by the service as a wrong
/// password would be.
pub fn timestamp(epoch_ms: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let seconds = epoch_ms.div_euclid(1000);
    let days = seconds.div_euclid(86_400);
    let time = seconds.rem_euclid(86_400);
    let (year, month, day) = civil_from_days(days);
    let weekday = DAYS[days.rem_euclid(7) as usize];
    let month = MONTHS[month as usize - 1];
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{weekday} {month} {day} {hour:02}:{minute:02}:{second:02} UTC {year}")
}

/// The proleptic Gregorian date of a day count since 1970-01-01.
///
/// Howard Hinnant's `civil_from_days`: eras of 400 years that start on 1 March.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The shortest big-endian two's complement form of a non-negative integer: no leading zero bytes, then one zero byte if
/// the top bit is set. Zero is one zero byte.
pub fn pad(big_endian: &[u8]) -> Vec<u8> {
    let start = big_endian
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(big_endian.len());
    let digits = &big_endian[start..];
    let mut padded = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|first| *first >= 0x80) {
        padded.push(0);
    }
    padded.extend_from_slice(digits);
    padded
}

/// `u = SHA-256(pad(A) | pad(B))`; both values hexadecimal.
pub fn scrambler_of(client_public: &str, server_public: &str) -> Result<[u8; 32], SrpError> {
    let client = number(client_public).ok_or(SrpError::MalformedPublicValue)?;
    let server = number(server_public).ok_or(SrpError::MalformedPublicValue)?;
    scrambler(&client, &server)
}

fn scrambler(
    client_public: &[u8; BYTES],
    server_public: &[u8; BYTES],
) -> Result<[u8; 32], SrpError> {
    let u = sha256(&[&pad(client_public), &pad(server_public)]);
    if u == [0; 32] {
        return Err(SrpError::ZeroScrambler);
    }
    Ok(u)
}

/// HKDF-Extract (RFC 5869) with salt `pad(u)` and input `pad(S)`.
pub fn pseudorandom_key(scrambler: &[u8], premaster_secret: &[u8]) -> Zeroizing<[u8; 32]> {
    let secret = Zeroizing::new(pad(premaster_secret));
    Zeroizing::new(hmac_sha256(&pad(scrambler), &[&secret]))
}

/// `a + u * x`, big-endian. It is not reduced by the group's order, so its length depends on that of `a` alone.
fn exponent(secret: &[u8], scrambler: &[u8; 32], private_key: &[u8; 32]) -> Zeroizing<Vec<u8>> {
    // The product has 64 bytes, and the sum may have one more than the longer of the two.
    let length = secret.len().max(64) + 1;
    let mut sum = Zeroizing::new(vec![0; length]);
    let mut carry = 0;
    for (place, byte) in sum.iter_mut().rev().enumerate() {
        if let Some(digit) = secret.iter().rev().nth(place) {
            carry += u32::from(*digit);
        }
        for (index, factor) in scrambler.iter().rev().enumerate() {
            let other = place
                .checked_sub(index)
                .and_then(|other| private_key.iter().rev().nth(other));
            if let Some(other) = other {
                carry += u32::from(*factor) * u32::from(*other);
            }
        }
        *byte = carry as u8;
        carry >>= 8;
    }
    sum
}

/// Parses a hexadecimal number of at most 3072 bits; leading zeros are allowed to any length.
fn number(hex: &str) -> Option<[u8; BYTES]> {
    let bytes = from_hex(hex.trim_start_matches('0'))?;
    let start = BYTES.checked_sub(bytes.len())?;
    if hex.is_empty() {
        return None;
    }
    let mut wide = [0; BYTES];
    wide[start..].copy_from_slice(&bytes);
    Some(wide)
}

fn salt_bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.is_empty() {
        return None;
    }
    from_hex(hex).map(|bytes| pad(&bytes))
}

/// Decodes hexadecimal of any case; an odd number of digits has a zero in front.
fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (first, rest) = hex.as_bytes().split_at(hex.len() % 2);
    let mut bytes = Vec::with_capacity(hex.len() / 2 + 1);
    if let [odd] = first {
        bytes.push(digit(*odd)?);
    }
    for pair in rest.chunks_exact(2) {
        bytes.push(digit(pair[0])? << 4 | digit(pair[1])?);
    }
    Some(bytes)
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
        hex.push(char::from(DIGITS[usize::from(byte & 0xf)]));
    }
    hex
}

pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // RFC 2104: a key longer than a block is hashed first, a shorter one is filled with zeros.
    let mut block = Zeroizing::new([0u8; 64]);
    if key.len() > block.len() {
        block[..32].copy_from_slice(&sha256(&[key]));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
