//! Where tokens are kept, in the layout of AWS Amplify.
//!
//! All keys start with `CognitoIdentityServiceProvider.<client id>`. Because the names are Amplify's own, a session that
//! Amplify v5 or v6 left in the same storage is found here, and the other way round.

use crate::claims::Claims;
use crate::operation::Tokens;
use crate::platform::{Storage, StorageError};
#[cfg(feature = "devices")]
use crate::secret::DevicePassword;
use crate::secret::{AccessToken, IdToken, RefreshToken};
#[cfg(feature = "devices")]
use crate::sign_in::{DeviceStore, RememberedDevice};
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
};

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// The user's name in the pool, `USER_ID_FOR_SRP`.
    pub username: String,
    /// The access token, expired or not.
    pub access_token: AccessToken,
    /// The ID token, if the pool issues one.
    pub id_token: Option<IdToken>,
    /// The refresh token.
    pub refresh_token: Option<RefreshToken>,
    /// The device that the refresh token was issued to, if the pool tracks devices.
    pub device_key: Option<String>,
    /// Milliseconds that the service's clock was ahead of the device's when the tokens came; 0 if they were not stored by
    /// this crate.
    pub server_offset_ms: i64,
}

impl StoredSession {
    /// Milliseconds since 1970-01-01T00:00:00Z, by the service's clock, at which the first of the tokens expires. A token
    /// that does not tell has expired.
    pub fn expires_at_ms(&self) -> i64 {
        let access = Claims::of_access_token(&self.access_token).and_then(|c| c.expires_at_ms());
        let id = self
            .id_token
            .as_ref()
            .map(|token| Claims::of_id_token(token).and_then(|c| c.expires_at_ms()));
        let access = access.unwrap_or(i64::MIN);
        match id {
            Some(id) => access.min(id.unwrap_or(i64::MIN)),
            None => access,
        }
    }
}

/// Reads and writes [`StoredSession`]s.
#[derive(Clone, Debug)]
pub struct TokenStore<S> {
    storage: S,
    prefix: String,
}

impl<S: Storage> TokenStore<S> {
    /// A store for the sessions of one app client.
    pub fn new(storage: S, client_id: &str) -> Self {
        Self {
            storage,
            prefix: format!("CognitoIdentityServiceProvider.{client_id}"),
        }
    }

    /// What it stores in.
    pub fn storage(&self) -> &S {
        &self.storage
    }

    /// The start of all keys, `CognitoIdentityServiceProvider.<client id>`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    fn last_user_key(&self) -> String {
        format!("{}.LastAuthUser", self.prefix)
    }

    fn user_key(&self, username: &str, name: &str) -> String {
        format!("{}.{username}.{name}", self.prefix)
    }

    /// The session of the user who signed in last. `None` if there is none or its access token is no token.
    pub fn load(&self) -> Option<StoredSession> {
        let username = self
            .storage
            .get(&self.last_user_key())
            .filter(|name| !name.is_empty())?;
        let get = |name| self.storage.get(&self.user_key(&username, name));
        let access_token = AccessToken::new(get("accessToken")?);
        Claims::of_access_token(&access_token)?;
        Some(StoredSession {
            access_token,
            id_token: get("idToken")
                .map(IdToken::new)
                .filter(|token| Claims::of_id_token(token).is_some()),
            refresh_token: get("refreshToken")
                .filter(|token| !token.is_empty())
                .map(RefreshToken::new),
            device_key: get("deviceKey"),
            server_offset_ms: get("serverOffset")
                .and_then(|offset| offset.parse().ok())
                .unwrap_or(0),
            username,
        })
    }

    /// Stores a session and makes its user the last one. On failure nothing of it stays.
    ///
    /// `clockDrift` is written as 0: the Amplify versions disagree about its unit and its sign, so no other value is read
    /// right by both. The service's offset has a key of its own.
    ///
    /// # Errors
    /// When the storage is full or switched off.
    pub fn save(&self, session: &StoredSession) -> Result<(), StorageError> {
        let previous = self.storage.get(&self.last_user_key());
        if let Some(previous) = previous.filter(|previous| *previous != session.username) {
            self.remove_tokens(&previous);
        }
        self.write(session).inspect_err(|_| {
            self.remove_tokens(&session.username);
            let password = self.user_key(&session.username, "randomPasswordKey");
            if session.device_key.is_some() && self.storage.get(&password).is_none() {
                self.remove_device(&session.username);
            }
            self.storage.remove(&self.last_user_key());
        })
    }

    fn write(&self, session: &StoredSession) -> Result<(), StorageError> {
        let set = |name, value: &str| {
            self.storage
                .set(&self.user_key(&session.username, name), value)
        };
        let set_or_remove = |name, value: Option<&str>| match value {
            Some(value) => set(name, value),
            None => {
                self.storage.remove(&self.user_key(&session.username, name));
                Ok(())
            }
        };
        if let Some(key) = &session.device_key
            && self
                .storage
                .get(&self.user_key(&session.username, "deviceKey"))
                .as_ref()
                != Some(key)
        {
            // What is stored belongs to another device.
            self.remove_device(&session.username);
            set("deviceKey", key)?;
        }
        // The user's name goes last: whoever watches the storage finds the tokens in place.
        set("accessToken", session.access_token.expose())?;
        set_or_remove("idToken", session.id_token.as_ref().map(IdToken::expose))?;
        set_or_remove(
            "refreshToken",
            session.refresh_token.as_ref().map(RefreshToken::expose),
        )?;
        set("clockDrift", "0")?;
        let offset = session.server_offset_ms;
        set_or_remove(
            "serverOffset",
            (offset != 0).then(|| offset.to_string()).as_deref(),
        )?;
        self.storage.set(&self.last_user_key(), &session.username)
    }

    /// Removes the last user's tokens. What identifies a remembered device stays.
    pub fn clear(&self) {
        if let Some(username) = self.storage.get(&self.last_user_key()) {
            self.remove_tokens(&username);
        }
        self.storage.remove(&self.last_user_key());
    }

    fn remove_device(&self, username: &str) {
        for name in ["deviceKey", "deviceGroupKey", "randomPasswordKey"] {
            self.storage.remove(&self.user_key(username, name));
        }
    }

    /// Keeps what this device proves itself by to the user `username` (the pool's own name). On failure nothing of it
    /// stays.
    ///
    /// # Errors
    /// When the storage is full or switched off.
    #[cfg(feature = "devices")]
    pub fn save_device(
        &self,
        username: &str,
        device: &RememberedDevice,
    ) -> Result<(), StorageError> {
        let set = |name, value| self.storage.set(&self.user_key(username, name), value);
        // The key goes last: without it the rest is no device.
        set("randomPasswordKey", device.password.expose())
            .and_then(|()| set("deviceGroupKey", &device.group_key))
            .and_then(|()| set("deviceKey", &device.key))
            .inspect_err(|_| self.remove_device(username))
    }

    fn remove_tokens(&self, username: &str) {
        for name in [
            "accessToken",
            "idToken",
            "refreshToken",
            "clockDrift",
            "serverOffset",
            // Written by Amplify only.
            "userData",
            "signInDetails",
            "oauthMetadata",
        ] {
            self.storage.remove(&self.user_key(username, name));
        }
    }
}

#[cfg(feature = "devices")]
impl<S: Storage> DeviceStore for TokenStore<S> {
    fn device(&self, username: &str) -> Option<RememberedDevice> {
        let get = |name| {
            let value = self.storage.get(&self.user_key(username, name))?;
            (!value.is_empty()).then_some(value)
        };
        Some(RememberedDevice {
            key: get("deviceKey")?,
            group_key: get("deviceGroupKey")?,
            password: DevicePassword::new(get("randomPasswordKey")?),
        })
    }

    fn forget_device(&self, username: &str) {
        self.remove_device(username);
    }
}

impl StoredSession {
    /// The session that a sign-in's tokens make. `None` if the access token does not name the user.
    pub fn of_sign_in(tokens: Tokens, server_offset_ms: i64) -> Option<Self> {
        let username = Claims::of_access_token(&tokens.access_token)?
            .username()
            .filter(|name| !name.is_empty())?
            .to_owned();
        Some(Self {
            username,
            access_token: tokens.access_token,
            id_token: tokens.id_token,
            refresh_token: tokens.refresh_token,
            device_key: tokens.device_key,
            server_offset_ms,
        })
    }

    /// This session with the tokens of a refresh. The refresh token stays unless a new one came.
    pub fn refreshed(&self, tokens: Tokens, server_offset_ms: i64) -> Self {
        Self {
            username: self.username.clone(),
            access_token: tokens.access_token,
            id_token: tokens.id_token.or_else(|| self.id_token.clone()),
            refresh_token: tokens.refresh_token.or_else(|| self.refresh_token.clone()),
            device_key: self.device_key.clone(),
            server_offset_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use base64ct::{Base64UrlUnpadded, Encoding as _};

    use super::*;
    use crate::platform::MemoryStorage;

    fn jwt(username: &str, expires: i64) -> String {
        let payload = format!(r#"{{"username":"{username}","exp":{expires}}}"#);
        format!(
            "e30.{}.c2ln",
            Base64UrlUnpadded::encode_string(payload.as_bytes())
        )
    }

    fn tokens(username: &str, expires: i64) -> Tokens {
        Tokens {
            access_token: AccessToken::new(jwt(username, expires)),
            id_token: Some(IdToken::new(jwt(username, expires - 1))),
            refresh_token: Some(RefreshToken::new("refresh")),
            expires_in: Some(3600),
            new_device: None,
            device_key: None,
        }
    }

    fn store() -> TokenStore<MemoryStorage> {
        TokenStore::new(MemoryStorage::default(), "client")
    }

    #[test]
    fn a_session_comes_back_as_it_was_saved() {
        let store = store();
        let session = StoredSession::of_sign_in(tokens("ann", 100), -7_200_000).unwrap();
        store.save(&session).unwrap();
        assert_eq!(store.load(), Some(session.clone()));
        assert_eq!(session.expires_at_ms(), 99_000);
        assert_eq!(
            store.storage().keys(),
            [
                "CognitoIdentityServiceProvider.client.LastAuthUser",
                "CognitoIdentityServiceProvider.client.ann.accessToken",
                "CognitoIdentityServiceProvider.client.ann.clockDrift",
                "CognitoIdentityServiceProvider.client.ann.idToken",
                "CognitoIdentityServiceProvider.client.ann.refreshToken",
                "CognitoIdentityServiceProvider.client.ann.serverOffset",
            ]
        );
        store.clear();
        assert!(store.storage().keys().is_empty());
        assert_eq!(store.load(), None);
    }

    #[test]
    fn what_amplify_stored_is_found_and_cleared_but_devices_stay() {
        let storage = MemoryStorage::default();
        let prefix = "CognitoIdentityServiceProvider.client";
        for (key, value) in [
            ("LastAuthUser", "bob".to_owned()),
            ("bob.accessToken", jwt("bob", 5)),
            ("bob.idToken", jwt("bob", 5)),
            ("bob.refreshToken", "r".to_owned()),
            ("bob.clockDrift", "-3".to_owned()),
            ("bob.userData", "{}".to_owned()),
            ("bob.signInDetails", "{}".to_owned()),
            // Or Amplify would take the next sign-in for one on the pool's pages, too.
            ("bob.oauthMetadata", "{\"oauthSignIn\":true}".to_owned()),
            ("bob.deviceKey", "us-east-1_1".to_owned()),
        ] {
            storage.set(&format!("{prefix}.{key}"), &value).unwrap();
        }
        let store = TokenStore::new(storage, "client");
        let session = store.load().unwrap();
        assert_eq!(session.username, "bob");
        assert_eq!(session.device_key.as_deref(), Some("us-east-1_1"));
        assert_eq!(session.server_offset_ms, 0);
        store.clear();
        assert_eq!(store.storage().keys(), [format!("{prefix}.bob.deviceKey")]);
    }

    #[test]
    fn another_user_replaces_the_last_one_whole() {
        let store = store();
        let save = |name| {
            let session = StoredSession::of_sign_in(tokens(name, 9), 0).unwrap();
            store.save(&session).unwrap();
        };
        save("ann");
        save("bob");
        assert!(
            !store
                .storage()
                .keys()
                .iter()
                .any(|key| key.contains(".ann."))
        );
        assert_eq!(store.load().unwrap().username, "bob");
    }

    #[test]
    fn garbage_is_no_session() {
        for (last, access) in [
            ("", "a.b.c"),
            ("ann", ""),
            ("ann", "null"),
            ("ann", "a.b.c"),
        ] {
            let storage = MemoryStorage::default();
            let prefix = "CognitoIdentityServiceProvider.client";
            storage
                .set(&format!("{prefix}.LastAuthUser"), last)
                .unwrap();
            storage
                .set(&format!("{prefix}.{last}.accessToken"), access)
                .unwrap();
            assert_eq!(TokenStore::new(storage, "client").load(), None);
        }
    }

    #[test]
    fn a_refresh_keeps_the_refresh_token_unless_it_is_rotated() {
        let session = StoredSession::of_sign_in(tokens("ann", 100), 0).unwrap();
        let mut plain = tokens("ann", 200);
        plain.refresh_token = None;
        let session = session.refreshed(plain, 5000);
        assert_eq!(session.refresh_token, Some(RefreshToken::new("refresh")));
        assert_eq!(session.server_offset_ms, 5000);
        let mut rotated = tokens("ann", 300);
        rotated.refresh_token = Some(RefreshToken::new("next"));
        assert_eq!(
            session.refreshed(rotated, 0).refresh_token,
            Some(RefreshToken::new("next"))
        );
    }

    /// What came with a request to a server.
    struct Cookies(String);

    impl Storage for Cookies {
        fn get(&self, key: &str) -> Option<String> {
            let mut pairs = self.0.split("; ").filter_map(|pair| pair.split_once('='));
            let found = pairs.find(|(name, _)| *name == key);
            found.map(|(_, value)| value.to_owned())
        }
        fn set(&self, _: &str, _: &str) -> Result<(), StorageError> {
            Err(StorageError)
        }
        fn remove(&self, _: &str) {}
    }

    #[test]
    fn a_server_reads_the_session_from_a_requests_cookies() {
        let kept = store();
        let session = StoredSession::of_sign_in(tokens("ann", 100), 0).unwrap();
        kept.save(&session).unwrap();
        let storage = kept.storage();
        let pairs = storage.keys().into_iter().map(|key| {
            let value = storage.get(&key).unwrap();
            format!("{key}={value}")
        });
        let header = pairs.collect::<Vec<_>>().join("; ");
        let there = TokenStore::new(Cookies(header), "client");
        assert_eq!(there.load(), Some(session.clone()));
        assert_eq!(there.save(&session), Err(StorageError));
        let other = TokenStore::new(Cookies("theme=dark".to_owned()), "client");
        assert_eq!(other.load(), None);
    }

    /// A storage that is full after some number of writes.
    struct Full(MemoryStorage, core::cell::Cell<u32>);

    impl Storage for Full {
        fn get(&self, key: &str) -> Option<String> {
            self.0.get(key)
        }
        fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
            let left = self.1.get().checked_sub(1).ok_or(StorageError)?;
            self.1.set(left);
            self.0.set(key, value)
        }
        fn remove(&self, key: &str) {
            self.0.remove(key);
        }
    }

    #[test]
    fn a_full_storage_keeps_nothing_of_a_session() {
        let mut session = StoredSession::of_sign_in(tokens("ann", 100), 9000).unwrap();
        session.device_key = Some("us-east-1_1".to_owned());
        for writes in 0..7 {
            let storage = Full(MemoryStorage::default(), core::cell::Cell::new(writes));
            let store = TokenStore::new(storage, "client");
            assert_eq!(store.save(&session), Err(StorageError), "{writes} writes");
            assert!(store.storage().0.keys().is_empty(), "{writes} writes");
        }
    }
}
