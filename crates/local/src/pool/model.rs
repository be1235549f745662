//! What the user pools are made of, as it is kept in the state file. Times are milliseconds since 1970.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::devices::{Device, DeviceIdentity, DeviceRules};
use super::errors::Error;
use super::factors::FirstFactor;
use super::keys::StoredKeys;
use super::mfa::{MfaRules, UserMfa};
use super::passkeys::{PasskeyRules, StoredPasskey};
use super::srp::Verifier;
use crate::mail::{CAPACITY, Mail};

/// Name of the pool's section in the state file.
pub(super) const SECTION: &str = "pool";

/// Every user pool, and the mails they sent.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Store {
    pub pools: BTreeMap<String, Pool>,
    /// Oldest first.
    pub mail: VecDeque<Mail>,
    /// What has been sent by the change that goes on.
    #[serde(skip)]
    pub sent: Vec<Mail>,
}

impl Store {
    /// # Errors
    /// When there is no such pool.
    pub fn pool(&self, id: &str) -> Result<&Pool, Error> {
        let pool = self.pools.get(id);
        pool.ok_or_else(|| Error::NoSuchPool(id.to_owned()))
    }

    /// # Errors
    /// When there is no such pool.
    pub fn pool_mut(&mut self, id: &str) -> Result<&mut Pool, Error> {
        let pool = self.pools.get_mut(id);
        pool.ok_or_else(|| Error::NoSuchPool(id.to_owned()))
    }

    /// The pool that client `id` belongs to.
    ///
    /// # Errors
    /// When there is no such client.
    pub fn pool_of_client(&self, id: &str) -> Result<&Pool, Error> {
        let mut pools = self.pools.values();
        pools
            .find(|pool| pool.clients.contains_key(id))
            .ok_or_else(|| Error::NoSuchClient(id.to_owned()))
    }

    /// As [`Store::pool_of_client`].
    pub fn pool_of_client_mut(&mut self, id: &str) -> Result<&mut Pool, Error> {
        let mut pools = self.pools.values_mut();
        pools
            .find(|pool| pool.clients.contains_key(id))
            .ok_or_else(|| Error::NoSuchClient(id.to_owned()))
    }

    /// Puts a mail into the mailbox.
    pub fn send(&mut self, mail: Mail) {
        while self.mail.len() >= CAPACITY {
            self.mail.pop_front();
        }
        self.sent.push(mail.clone());
        self.mail.push_back(mail);
    }
}

/// One user pool.
#[derive(Serialize, Deserialize)]
pub(super) struct Pool {
    pub id: String,
    pub name: String,
    pub created_at: i64,
    pub modified_at: i64,
    pub keys: StoredKeys,
    /// Base64; what the salts and ids of people who do not exist are derived from.
    pub simulation_key: String,
    pub rules: PoolRules,
    /// Members of the CreateUserPool request that change nothing here; DescribeUserPool shows them.
    pub other_settings: Map<String, Value>,
    pub clients: BTreeMap<String, Client>,
    /// By `sub`.
    pub users: BTreeMap<String, User>,
    /// Sign-ins by their id, the tokens' `event_id`.
    pub sign_ins: BTreeMap<String, SignedIn>,
}

/// The settings of a pool that change what it does.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PoolRules {
    /// What a person signs in with instead of a user name: `email`, `phone_number`.
    pub username_attributes: Vec<String>,
    /// What a person may sign in with as well as the user name.
    pub alias_attributes: Vec<String>,
    pub case_sensitive: bool,
    /// What a code is sent for at sign-up.
    pub auto_verified: Vec<String>,
    pub password: PasswordPolicy,
    /// How long a temporary password can be used, in days.
    pub temporary_password_days: u32,
    /// Whether only administrators make users.
    pub admin_create_only: bool,
    /// Standard attributes that differ from the default, and custom ones.
    pub schema: BTreeMap<String, SchemaAttribute>,
    /// Addresses that stay as they are until the new one is proven.
    #[serde(default)]
    pub verified_before_update: Vec<String>,
    #[serde(default)]
    pub mfa: MfaRules,
    /// How devices are remembered; not at all when there are no rules.
    #[serde(default)]
    pub devices: Option<DeviceRules>,
    /// What a USER_AUTH sign-in may begin with; the password only, when empty.
    #[serde(default)]
    pub first_factors: Vec<FirstFactor>,
    #[serde(default)]
    pub passkeys: Option<PasskeyRules>,
}

impl Default for PoolRules {
    /// A pool without a setting of its own: user names, any password, nothing else.
    fn default() -> Self {
        Self {
            username_attributes: Vec::new(),
            alias_attributes: Vec::new(),
            case_sensitive: true,
            auto_verified: Vec::new(),
            password: PasswordPolicy::default(),
            temporary_password_days: 7,
            admin_create_only: false,
            schema: BTreeMap::new(),
            verified_before_update: Vec::new(),
            mfa: MfaRules::default(),
            devices: None,
            first_factors: Vec::new(),
            passkeys: None,
        }
    }
}

impl PoolRules {
    /// Whether a new address takes the place of `attribute` only once it is proven.
    pub fn waits_for_proof(&self, attribute: &str) -> bool {
        self.verified_before_update
            .iter()
            .any(|name| name == attribute)
    }

    /// Whether people of the pool can do without a password.
    pub fn signs_in_without_password(&self) -> bool {
        self.first_factors
            .iter()
            .any(|factor| *factor != FirstFactor::Password)
    }

    /// What a USER_AUTH sign-in may begin with.
    pub fn allowed_first_factors(&self) -> &[FirstFactor] {
        match self.first_factors.is_empty() {
            true => &[FirstFactor::Password],
            false => &self.first_factors,
        }
    }
}

/// What a password needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PasswordPolicy {
    pub minimum_length: usize,
    pub uppercase: bool,
    pub lowercase: bool,
    pub numbers: bool,
    pub symbols: bool,
}

/// An attribute's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SchemaAttribute {
    pub kind: AttributeKind,
    pub required: bool,
    pub mutable: bool,
    /// Characters for text, the value for a number.
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum AttributeKind {
    String,
    Number,
    DateTime,
    Boolean,
}

/// An app client.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Client {
    pub id: String,
    pub name: String,
    pub secret: Option<String>,
    pub created_at: i64,
    pub modified_at: i64,
    /// `ExplicitAuthFlows`.
    pub flows: Vec<String>,
    pub access_token_seconds: i64,
    pub id_token_seconds: i64,
    pub refresh_token_seconds: i64,
    /// How long a challenge can be answered.
    pub challenge_minutes: i64,
    /// `PreventUserExistenceErrors` is `ENABLED`.
    pub hides_users: bool,
    pub token_revocation: bool,
    pub rotation: Option<Rotation>,
    /// Which attributes an ID token and GetUser show; all when empty.
    pub read_attributes: Vec<String>,
    /// Which attributes a person may set; all when empty.
    pub write_attributes: Vec<String>,
    /// Members of the request as they were given; DescribeUserPoolClient shows them.
    pub other_settings: Map<String, Value>,
}

/// Each refresh gives a new refresh token.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Rotation {
    /// How long the token before can still be used.
    pub grace_seconds: i64,
}

/// A person.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub sub: String,
    pub username: String,
    /// Everything but `sub`.
    pub attributes: BTreeMap<String, String>,
    pub status: Status,
    pub enabled: bool,
    pub created_at: i64,
    pub modified_at: i64,
    pub password: Option<Verifier>,
    /// When a temporary password ends.
    pub password_expires_at: Option<i64>,
    pub lockout: Lockout,
    pub codes: Vec<CodeSlot>,
    #[serde(default)]
    pub mfa: UserMfa,
    /// Remembered and other confirmed devices, by their key.
    #[serde(default)]
    pub devices: BTreeMap<String, Device>,
    /// By credential id, Base64url.
    #[serde(default)]
    pub passkeys: BTreeMap<String, StoredPasskey>,
}

/// Where a person is on the way to a usable account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
    ResetRequired,
    /// Signs in with a provider only.
    ExternalProvider,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::ExternalProvider => "EXTERNAL_PROVIDER",
        }
    }
}

/// Failed password attempts in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lockout {
    pub failures: u32,
    pub last_failure_at: i64,
}

/// What a code is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    SignUp,
    NewPassword,
    Attribute(String),
    /// No code: the tries of ChangePassword.
    ChangePassword,
    /// Codes of sign-ins, which are kept with the sign-in: how many were sent.
    SignIn,
}

/// The code for one purpose, and how often it was sent and missed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CodeSlot {
    pub purpose: Purpose,
    pub code: Option<Code>,
    pub sent_at: Vec<i64>,
    pub missed_at: Vec<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Code {
    pub value: String,
    pub expires_at: i64,
    /// The address that it went to.
    pub address: String,
}

/// A sign-in and the refresh tokens that go on from it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SignedIn {
    pub sub: String,
    pub client_id: String,
    /// `origin_jti` of its tokens, if the client's tokens can be revoked.
    pub origin_jti: Option<String>,
    /// Seconds since 1970, as in the claim `auth_time`.
    pub auth_time: i64,
    pub revoked: bool,
    /// When the last refresh token and the last access token have expired.
    pub ends_at: i64,
    pub refresh_tokens: Vec<RefreshToken>,
    /// The device that it is on, if the pool remembers devices.
    #[serde(default)]
    pub device: Option<DeviceIdentity>,
    /// The scopes of its access tokens, where managed login was asked for other ones than the API gives.
    #[serde(default)]
    pub scope: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RefreshToken {
    /// Base64 of the SHA-256 of the token.
    pub hash: String,
    pub expires_at: i64,
    /// When a rotation put another one in its place.
    pub replaced_at: Option<i64>,
}

impl User {
    /// The value of an attribute, `sub` included.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        match name {
            "sub" => Some(&self.sub),
            _ => self.attributes.get(name).map(String::as_str),
        }
    }

    /// Whether the address in `attribute` has been proven to be the person's.
    pub fn is_verified(&self, attribute: &str) -> bool {
        self.attribute(&format!("{attribute}_verified")) == Some("true")
    }
}
