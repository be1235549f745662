//! Tokens: what a sign-in gets, how it goes on, and what ends it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::devices::DeviceIdentity;
use super::errors::Error;
use super::keys::PoolKeys;
use super::model::{Client, Pool, RefreshToken, SignedIn, Status, Store, User};
use super::service::UserPools;
use super::{issuer, random};

/// What the user pools' own operations ask of an access token.
const SCOPE: &str = "aws.cognito.signin.user.admin";

/// How many refresh tokens of one sign-in are remembered under rotation; the oldest goes first.
const ROTATED: usize = 200;

/// Whom an access token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bearer {
    pub pool: String,
    pub client: String,
    pub sub: String,
    /// The id of the sign-in.
    pub sign_in: String,
}

/// What a sign-in knows of the device that it is on.
pub(super) enum OnDevice {
    /// The pool does not remember devices.
    Unknown,
    Known(DeviceIdentity),
    /// It has just been given its key; the client can confirm it.
    New(DeviceIdentity),
}

/// Everything that goes into the tokens of one answer, taken out of the state so that signing does not hold it up.
pub(super) struct Grant {
    pool: String,
    access: Value,
    id: Value,
    refresh_token: Option<String>,
    expires_in: i64,
    new_device: Option<DeviceIdentity>,
}

/// The claims that an access token is checked by.
#[derive(Deserialize)]
struct AccessClaims {
    sub: String,
    iss: String,
    client_id: String,
    token_use: String,
    event_id: String,
    scope: String,
    exp: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

impl Grant {
    /// The scopes of the access token.
    pub fn scope(&self) -> &str {
        self.access["scope"].as_str().unwrap_or_default()
    }
}

impl Pool {
    /// Signs user `sub` in to client `client`.
    pub fn sign_in(
        &mut self,
        client: &str,
        sub: &str,
        device: OnDevice,
        now: i64,
    ) -> Result<Grant, Error> {
        let (device, new_device) = match device {
            OnDevice::Unknown => (None, None),
            OnDevice::Known(device) => (Some(device), None),
            OnDevice::New(device) => (Some(device.clone()), Some(device)),
        };
        let client = self.client(client)?.clone();
        let seconds = now.div_euclid(1000);
        self.sign_ins
            .retain(|_, sign_in| sign_in.ends_at > now.saturating_sub(24 * 60 * 60 * 1000));
        let refresh = new_refresh_token()?;
        let expires_at = after(now, client.refresh_token_seconds);
        let sign_in = SignedIn {
            sub: sub.to_owned(),
            client_id: client.id.clone(),
            origin_jti: client.token_revocation.then(new_uuid),
            auth_time: seconds,
            revoked: false,
            ends_at: expires_at.max(after(now, client.access_token_seconds)),
            refresh_tokens: vec![RefreshToken {
                hash: hash(&refresh),
                expires_at,
                replaced_at: None,
            }],
            device,
            scope: None,
        };
        let event_id = new_uuid();
        let user = self.users.get(sub).ok_or(Error::UserNotFound)?;
        let grant = self.grant(user, &client, &sign_in, &event_id, Some(refresh), now);
        self.sign_ins.insert(event_id, sign_in);
        Ok(Grant {
            new_device,
            ..grant
        })
    }

    /// Signs user `sub` in by managed login, for `scope`. The ID token tells `nonce`.
    pub fn sign_in_with(
        &mut self,
        client: &str,
        sub: &str,
        scope: &str,
        nonce: Option<&str>,
        now: i64,
    ) -> Result<Grant, Error> {
        let mut grant = self.sign_in(client, sub, OnDevice::Unknown, now)?;
        let event_id = grant.access["event_id"].as_str().unwrap_or_default();
        if let Some(sign_in) = self.sign_ins.get_mut(event_id) {
            sign_in.scope = Some(scope.to_owned());
        }
        grant.access["scope"] = scope.into();
        if let Some(nonce) = nonce {
            grant.id["nonce"] = nonce.into();
        }
        Ok(grant)
    }

    /// Goes on with a sign-in by its refresh token. One on a confirmed device needs that device's key.
    pub fn refresh(
        &mut self,
        client: &str,
        token: &str,
        device: Option<&str>,
        now: i64,
    ) -> Result<Grant, Error> {
        let client = self.client(client)?.clone();
        let token = hash(token);
        let (event_id, mut sign_in) = self
            .sign_ins
            .iter()
            .find(|(_, sign_in)| {
                sign_in
                    .refresh_tokens
                    .iter()
                    .any(|known| known.hash == token)
            })
            .filter(|(_, sign_in)| sign_in.client_id == client.id)
            .map(|(event_id, sign_in)| (event_id.clone(), sign_in.clone()))
            .ok_or(Error::RefreshTokenInvalid)?;
        let user = self.users.get(&sign_in.sub);
        if user.is_some_and(|user| !user.enabled) {
            return Err(Error::UserDisabled);
        }
        let user = user
            .filter(|_| !sign_in.revoked)
            .ok_or(Error::RefreshTokenRevoked)?
            .clone();
        if let Some(bound) = &sign_in.device {
            let confirmed = user.devices.contains_key(&bound.key);
            if device.map_or(confirmed, |device| device != bound.key) {
                return Err(Error::RefreshTokenInvalid);
            }
        }
        let used = sign_in
            .refresh_tokens
            .iter_mut()
            .find(|known| known.hash == token)
            .ok_or(Error::RefreshTokenInvalid)?;
        if used.expires_at <= now {
            return Err(Error::RefreshTokenExpired);
        }
        let grace = client.rotation.map_or(0, |rotation| rotation.grace_seconds);
        if used
            .replaced_at
            .is_some_and(|replaced_at| after(replaced_at, grace) <= now)
        {
            return Err(Error::RefreshTokenReused);
        }
        let mut fresh = None;
        if client.rotation.is_some() {
            used.replaced_at.get_or_insert(now);
            let expires_at = used.expires_at;
            let token = new_refresh_token()?;
            let surplus = (sign_in.refresh_tokens.len() + 1).saturating_sub(ROTATED);
            sign_in.refresh_tokens.drain(..surplus);
            sign_in.refresh_tokens.push(RefreshToken {
                hash: hash(&token),
                expires_at,
                replaced_at: None,
            });
            fresh = Some(token);
        }
        sign_in.ends_at = sign_in.ends_at.max(after(now, client.access_token_seconds));
        let grant = self.grant(&user, &client, &sign_in, &event_id, fresh, now);
        self.sign_ins.insert(event_id, sign_in);
        Ok(grant)
    }

    /// Whose refresh token `token` is.
    pub fn owner_of_refresh_token(&self, token: &str) -> Option<&User> {
        let token = hash(token);
        let mut sign_ins = self.sign_ins.values();
        let sign_in = sign_ins.find(|sign_in| {
            let mut known = sign_in.refresh_tokens.iter();
            known.any(|known| known.hash == token)
        })?;
        self.users.get(&sign_in.sub)
    }

    /// Ends every sign-in of user `sub`.
    pub fn sign_out_everywhere(&mut self, sub: &str) {
        for sign_in in self.sign_ins.values_mut() {
            if sign_in.sub == sub {
                sign_in.revoked = true;
            }
        }
    }

    fn grant(
        &self,
        user: &User,
        client: &Client,
        sign_in: &SignedIn,
        event_id: &str,
        refresh_token: Option<String>,
        now: i64,
    ) -> Grant {
        let seconds = now.div_euclid(1000);
        let mut common = Map::new();
        common.insert("sub".to_owned(), user.sub.clone().into());
        common.insert("iss".to_owned(), issuer(&self.id).into());
        common.insert("event_id".to_owned(), event_id.into());
        common.insert("auth_time".to_owned(), sign_in.auth_time.into());
        common.insert("iat".to_owned(), seconds.into());
        if let Some(origin) = &sign_in.origin_jti {
            common.insert("origin_jti".to_owned(), origin.clone().into());
        }

        let mut access = common.clone();
        let lifetime = client.access_token_seconds;
        access.insert("token_use".to_owned(), "access".into());
        access.insert("client_id".to_owned(), client.id.clone().into());
        access.insert("username".to_owned(), user.username.clone().into());
        let scope = sign_in.scope.as_deref().unwrap_or(SCOPE);
        access.insert("scope".to_owned(), scope.into());
        access.insert("exp".to_owned(), seconds.saturating_add(lifetime).into());
        access.insert("jti".to_owned(), new_uuid().into());
        if let Some(device) = &sign_in.device {
            access.insert("device_key".to_owned(), device.key.clone().into());
        }

        let mut id = common;
        let end = seconds.saturating_add(client.id_token_seconds);
        for (name, value) in client.readable(user) {
            let value = match name {
                "sub" => continue,
                "email_verified" | "phone_number_verified" => Value::Bool(value == "true"),
                "address" => json!({ "formatted": value }),
                "identities" => serde_json::from_str(value).unwrap_or_default(),
                _ => value.into(),
            };
            id.insert(name.to_owned(), value);
        }
        if user.status == Status::ExternalProvider {
            let provider = user.username.split('_').next().unwrap_or_default();
            let groups = json!([format!("{}_{provider}", self.id)]);
            id.insert("cognito:groups".to_owned(), groups);
        }
        id.insert("token_use".to_owned(), "id".into());
        id.insert("aud".to_owned(), client.id.clone().into());
        id.insert("cognito:username".to_owned(), user.username.clone().into());
        id.insert("exp".to_owned(), end.into());
        id.insert("jti".to_owned(), new_uuid().into());
        Grant {
            pool: self.id.clone(),
            access: access.into(),
            id: id.into(),
            refresh_token,
            expires_in: lifetime,
            new_device: None,
        }
    }

    /// # Errors
    /// When the pool has no such client.
    pub fn client(&self, id: &str) -> Result<&Client, Error> {
        let client = self.clients.get(id);
        client.ok_or_else(|| Error::NoSuchClient(id.to_owned()))
    }
}

impl Client {
    /// The user's attributes that this client may see, `sub` first.
    pub fn readable<'a>(&'a self, user: &'a User) -> impl Iterator<Item = (&'a str, &'a str)> {
        let may_read = |name: &str| {
            self.read_attributes.is_empty() || self.read_attributes.iter().any(|a| a == name)
        };
        let others = user.attributes.iter();
        std::iter::once(("sub", user.sub.as_str())).chain(
            others
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .filter(move |(name, _)| may_read(name)),
        )
    }
}

impl Store {
    /// Ends the sign-in that `token` belongs to; a token that nobody was given ends nothing.
    pub fn revoke(&mut self, pool: &str, client: &str, token: &str) -> Result<(), Error> {
        let token = hash(token);
        let sign_ins = self.pools.get_mut(pool).map(|pool| &mut pool.sign_ins);
        let sign_in = sign_ins.into_iter().flatten().find(|(_, sign_in)| {
            sign_in
                .refresh_tokens
                .iter()
                .any(|known| known.hash == token)
        });
        let Some((_, sign_in)) = sign_in else {
            return Ok(());
        };
        if sign_in.client_id != client {
            return Err(Error::ForeignToken);
        }
        sign_in.revoked = true;
        Ok(())
    }
}

impl UserPools {
    /// `AuthenticationResult`: signs what a grant says.
    pub(super) fn authentication_result(&self, grant: Grant) -> Result<Value, Error> {
        let keys = self
            .keys_of(&grant.pool)
            .ok_or(Error::NoSuchPool(grant.pool))?;
        let mut result = json!({
            "AccessToken": keys.sign_access_token(&grant.access)?,
            "IdToken": keys.sign_id_token(&grant.id)?,
            "ExpiresIn": grant.expires_in,
            "TokenType": "Bearer",
        });
        if let Some(token) = grant.refresh_token {
            result["RefreshToken"] = token.into();
        }
        if let Some(device) = grant.new_device {
            result["NewDeviceMetadata"] =
                json!({ "DeviceKey": device.key, "DeviceGroupKey": device.group });
        }
        Ok(result)
    }

    /// Checks an access token: form, signature, use, expiry, and that its sign-in goes on.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn bearer(&self, token: &str, now: i64) -> Result<Bearer, Error> {
        self.bearer_of(token, SCOPE, now)
    }

    /// As [`UserPools::bearer`], of a token that is good for `scope`.
    pub(super) fn bearer_of(&self, token: &str, scope: &str, now: i64) -> Result<Bearer, Error> {
        let (pool, claims) = self
            .access_claims(token)
            .filter(|(_, claims)| claims.scope.split(' ').any(|known| known == scope))
            .ok_or(Error::AccessTokenInvalid)?;
        if claims.exp.saturating_mul(1000) <= now {
            return Err(Error::AccessTokenExpired);
        }
        self.read(|store| {
            let pool = store.pools.get(&pool).ok_or(Error::AccessTokenInvalid)?;
            let user = pool.users.get(&claims.sub).ok_or(Error::UserNotFound)?;
            if !user.enabled {
                return Err(Error::UserDisabled);
            }
            let sign_in = pool.sign_ins.get(&claims.event_id);
            if sign_in.is_none_or(|sign_in| sign_in.revoked) {
                return Err(Error::AccessTokenRevoked);
            }
            pool.client(&claims.client_id)?;
            Ok(Bearer {
                pool: pool.id.clone(),
                client: claims.client_id,
                sub: claims.sub,
                sign_in: claims.event_id,
            })
        })
    }

    fn access_claims(&self, token: &str) -> Option<(String, AccessClaims)> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header: Header = part(header)?;
        let claims: AccessClaims = part(payload)?;
        let pool = claims.iss.rsplit('/').next()?.to_owned();
        let keys = self.keys_of(&pool)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let valid = header.alg == "RS256"
            && claims.iss == issuer(&pool)
            && claims.token_use == "access"
            && verifies(&keys, &header.kid, signed, &signature);
        valid.then_some((pool, claims))
    }
}

fn verifies(keys: &PoolKeys, kid: &str, signed: &str, signature: &[u8]) -> bool {
    keys.verify_rs256(kid, signed.as_bytes(), signature)
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn new_refresh_token() -> Result<String, Error> {
    Ok(random::token::<96>()?)
}

fn new_uuid() -> String {
    Uuid::new_v4().to_string()
}

fn hash(token: &str) -> String {
    STANDARD.encode(Sha256::digest(token))
}

fn after(time: i64, seconds: i64) -> i64 {
    time.saturating_add(seconds.saturating_mul(1000))
}
