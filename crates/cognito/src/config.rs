//! Which user pool and app client to talk to.

use alloc::{borrow::ToOwned, format, string::String};
use core::fmt;

use crate::secret::ClientSecret;
use crate::srp::secret_hash;

/// A user pool, its app client and where its API is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    region: String,
    user_pool_id: String,
    client_id: String,
    endpoint: String,
    client_secret: Option<ClientSecret>,
    auth_session_validity_minutes: u8,
}

/// What is wrong with a [`Config`]'s values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The user pool id is not of the form `<region>_<name>`, at most 55 characters.
    MalformedUserPoolId,
    /// The app client id is empty, longer than 128 characters or holds others than letters, digits, `_` and `+`.
    MalformedClientId,
    /// The endpoint is not an `http:` or `https:` URL.
    MalformedEndpoint,
    /// `AuthSessionValidity` is not between 3 and 15 minutes.
    AuthSessionValidityOutOfRange,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedUserPoolId => {
                "the user pool id has to look like us-east-1_AbCdEfGhI: a region, an underscore, a name"
            }
            Self::MalformedClientId => {
                "the app client id has to look like 1h57kf5cpq17m0eml12EXAMPLE: letters and digits"
            }
            Self::MalformedEndpoint => "the endpoint has to be an http: or https: URL",
            Self::AuthSessionValidityOutOfRange => {
                "the validity of a sign-in's session has to be between 3 and 15 minutes"
            }
        })
    }
}

impl core::error::Error for ConfigError {}

impl Config {
    /// The pool `user_pool_id` (for instance `us-east-1_AbCdEfGhI`) and its app client, at AWS's own endpoint for the
    /// region that the pool id names.
    pub fn new(user_pool_id: &str, client_id: &str) -> Result<Self, ConfigError> {
        let (region, name) = user_pool_id
            .split_once('_')
            .ok_or(ConfigError::MalformedUserPoolId)?;
        let region_ok = !region.is_empty()
            && region
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let name_ok = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !region_ok || !name_ok || user_pool_id.len() > 55 {
            return Err(ConfigError::MalformedUserPoolId);
        }
        let client_ok = client_id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'+');
        if client_id.is_empty() || client_id.len() > 128 || !client_ok {
            return Err(ConfigError::MalformedClientId);
        }
        Ok(Self {
            endpoint: service_endpoint(region),
            region: region.to_owned(),
            user_pool_id: user_pool_id.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: None,
            auth_session_validity_minutes: 3,
        })
    }

    /// Sends requests to `endpoint` instead: a local pool, a proxy, a VPC endpoint.
    pub fn with_endpoint(mut self, endpoint: &str) -> Result<Self, ConfigError> {
        if !is_web_url(endpoint) {
            return Err(ConfigError::MalformedEndpoint);
        }
        self.endpoint = endpoint.to_owned();
        if !self.endpoint.ends_with('/') {
            self.endpoint.push('/');
        }
        Ok(self)
    }

    /// The AWS region, for instance `us-east-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The user pool id, for instance `us-east-1_AbCdEfGhI`.
    pub fn user_pool_id(&self) -> &str {
        &self.user_pool_id
    }

    /// The pool's name as SRP uses it: what follows the region in the pool id.
    pub fn pool_name(&self) -> &str {
        self.user_pool_id
            .split_once('_')
            .map_or("", |(_, name)| name)
    }

    /// For app clients with a secret: every operation that takes one carries its hash. A page in a browser cannot keep
    /// a secret, so this is for native programs.
    /// ```
    /// use cognito_user_pool::Config;
    /// # fn example(secret: String) -> Result<(), cognito_user_pool::ConfigError> {
    /// let config = Config::new("us-east-1_AbCdEfGhI", "1h57kf5cpq17m0eml12EXAMPLE")?
    ///     .with_client_secret(secret);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(ClientSecret::new(secret.into()));
        self
    }

    /// The app client's `AuthSessionValidity` in minutes, 3 to 15: how long a challenge can be answered. 3 unless set,
    /// as in the service.
    pub fn with_auth_session_validity(mut self, minutes: u8) -> Result<Self, ConfigError> {
        if !(3..=15).contains(&minutes) {
            return Err(ConfigError::AuthSessionValidityOutOfRange);
        }
        self.auth_session_validity_minutes = minutes;
        Ok(self)
    }

    /// How long a challenge can be answered, in milliseconds.
    pub fn auth_session_validity_ms(&self) -> i64 {
        i64::from(self.auth_session_validity_minutes) * 60_000
    }

    pub(crate) fn client_secret(&self) -> Option<&str> {
        self.client_secret.as_ref().map(ClientSecret::expose)
    }

    /// `SECRET_HASH` for `username`, if the app client has a secret.
    pub(crate) fn secret_hash(&self, username: &str) -> Option<String> {
        self.client_secret()
            .map(|secret| secret_hash(secret, username, &self.client_id))
    }

    /// Whether tokens of the pool name `issuer`: the service's own, or one at the endpoint that was set.
    #[cfg(feature = "oauth")]
    pub(crate) fn is_issuer(&self, issuer: &str) -> bool {
        [&service_endpoint(&self.region), &self.endpoint]
            .iter()
            .any(|endpoint| issuer.strip_prefix(endpoint.as_str()) == Some(&self.user_pool_id))
    }

    /// The app client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The API's URL, with a slash at the end.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

/// The service's own endpoint in a region, with a slash at the end.
fn service_endpoint(region: &str) -> String {
    let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://cognito-idp.{region}.amazonaws.com{suffix}/")
}

/// Whether `url` is an `http:` or `https:` one with a host and without query or fragment.
pub(crate) fn is_web_url(url: &str) -> bool {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '#' || c == '?';
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !host.contains(odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_follows_the_region() {
        let endpoint = |pool| {
            Config::new(pool, "abc")
                .map(|config| config.endpoint)
                .unwrap()
        };
        assert_eq!(
            endpoint("eu-west-3_AbC"),
            "https://cognito-idp.eu-west-3.amazonaws.com/"
        );
        assert_eq!(
            endpoint("cn-north-1_AbC"),
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/"
        );
    }

    #[test]
    fn malformed_values_are_named() {
        for pool in [
            "",
            "us-east-1",
            "_abc",
            "us-east-1_",
            "us east_abc",
            "us-east-1_a-b",
        ] {
            assert_eq!(
                Config::new(pool, "abc"),
                Err(ConfigError::MalformedUserPoolId),
                "{pool}"
            );
        }
        for client in ["", "a b", "a-b", &"a".repeat(129)] {
            assert_eq!(
                Config::new("us-east-1_abc", client),
                Err(ConfigError::MalformedClientId),
                "{client}"
            );
        }
        let config = Config::new("us-east-1_abc", "abc").unwrap();
        for endpoint in [
            "",
            "ftp://x",
            "http://",
            "https:///x",
            "http://a b",
            "http://a?b",
        ] {
            assert_eq!(
                config.clone().with_endpoint(endpoint),
                Err(ConfigError::MalformedEndpoint),
                "{endpoint}"
            );
        }
        for minutes in [0, 2, 16] {
            assert_eq!(
                config.clone().with_auth_session_validity(minutes),
                Err(ConfigError::AuthSessionValidityOutOfRange)
            );
        }
        assert_eq!(config.auth_session_validity_ms(), 180_000);
        let long = config.clone().with_auth_session_validity(15).unwrap();
        assert_eq!(long.auth_session_validity_ms(), 900_000);
        let local = config.with_endpoint("http://127.0.0.1:9229").unwrap();
        assert_eq!(local.endpoint(), "http://127.0.0.1:9229/");
        assert_eq!(local.pool_name(), "abc");
    }
}
