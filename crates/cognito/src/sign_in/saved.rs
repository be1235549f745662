//! A pending challenge as text, and back.
//!
//! The text is `1.<content>.<tag>`: the content is JSON in base64url, the tag an HMAC of it under a key that is made of
//! pool and app client. The tag tells text that was damaged or belongs elsewhere. It is no secret, so it does not stop
//! somebody who can write the storage and forges on purpose; what such a person gets is a session that the pool refuses.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Map, Value, json};

#[cfg(feature = "mfa")]
use super::SoftwareTokenSetup;
use super::{Context, Extras, Pending, SignInStep};
#[cfg(feature = "devices")]
use super::{DeviceStore, RememberedDevice};
use crate::client::Client;
use crate::config::Config;
use crate::json::{object_of, pairs};
use crate::operation::{Challenge, ChallengeName, FirstFactor};
use crate::platform::{Clock, Random};
use crate::secret::ChallengeSession;
use crate::srp::hmac_sha256;
use crate::transport::Transport;

/// What every saved text starts with: the form's version.
const VERSION: &str = "1";
/// Longer text was not made here: sessions have at most 2048 characters.
const MAX_LENGTH: usize = 65_536;
/// By how many milliseconds a clock may have been set back meanwhile.
const CLOCK_NOISE_MS: i64 = 5000;

/// Why a saved challenge cannot be taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResumeError {
    /// It was not made by this crate, or was changed since.
    Malformed,
    /// It was made for another pool or app client.
    OtherClient,
    /// The challenge's session is over: sign-in starts again.
    Expired,
    /// This version, with the features that it was built with, cannot answer the challenge.
    Unsupported,
}

impl fmt::Display for ResumeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "this is no saved challenge, or it was changed",
            Self::OtherClient => "the saved challenge belongs to another app client",
            Self::Expired => "the saved challenge's time is up",
            Self::Unsupported => "the saved challenge cannot be answered",
        })
    }
}

impl core::error::Error for ResumeError {}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// When the challenge's session ends, in milliseconds since 1970-01-01T00:00:00Z by the device's clock, as
    /// [`Config::with_auth_session_validity`] has it. `None` if there is no challenge to answer.
    pub fn challenge_expires_at_ms(&self, step: &SignInStep) -> Option<i64> {
        let pending = step.pending()?;
        let validity = self.config().auth_session_validity_ms();
        Some(pending.since_ms.saturating_add(validity))
    }

    /// Writes a challenge as text, for the page's sessionStorage. `None` if there is no challenge to answer.
    ///
    /// Neither a password nor the secret of an authenticator app is in it. Its session is: until that ends, whoever has
    /// the text can answer the challenge, given the answer.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, SignInStep, Storage, Transport};
    /// # fn example(client: Client<impl Transport, impl Clock>, storage: impl Storage, step: SignInStep)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// if let Some(text) = client.save(&step) {
    ///     storage.set("pending", &text)?;
    /// }
    /// // After the reload:
    /// if let Some(text) = storage.get("pending") {
    ///     storage.remove("pending");
    ///     let step = client.resume(&text)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn save(&self, step: &SignInStep) -> Option<String> {
        let pending = step.pending()?;
        let mut content = write(pending, self.config());
        if is_setup(step) {
            content.insert("setup".to_owned(), true.into());
        }
        let content = Value::Object(content).to_string();
        let tag = tag(self.config(), content.as_bytes());
        Some(format!(
            "{VERSION}.{}.{}",
            Base64UrlUnpadded::encode_string(content.as_bytes()),
            Base64UrlUnpadded::encode_string(&tag),
        ))
    }

    /// Takes up a challenge that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// When the text is not one of this pool's and app client's, was changed, or is too old.
    pub fn resume(&self, text: &str) -> Result<SignInStep, ResumeError> {
        let (pending, setup) = self.read(text)?;
        step(pending, setup)
    }

    /// As [`resume`](Self::resume), on a device that the pool may remember. Its password is not in the text.
    ///
    /// # Errors
    /// See [`resume`](Self::resume).
    #[cfg(feature = "devices")]
    pub fn resume_on_device(
        &self,
        text: &str,
        devices: &dyn DeviceStore,
    ) -> Result<SignInStep, ResumeError> {
        let (mut pending, setup) = self.read(text)?;
        let device: Option<RememberedDevice> = devices.device(&pending.context.username);
        pending.context.device = device;
        step(pending, setup)
    }

    fn read(&self, text: &str) -> Result<(Pending, bool), ResumeError> {
        let content = open(text, self.config())?;
        let pending = pending(&content).ok_or(ResumeError::Malformed)?;
        let age = self.clock().now_ms().saturating_sub(pending.since_ms);
        if !(-CLOCK_NOISE_MS..self.config().auth_session_validity_ms()).contains(&age) {
            return Err(ResumeError::Expired);
        }
        Ok((pending, content.contains_key("setup")))
    }
}

/// Whether it is the second half of `MFA_SETUP`, which has no name of its own.
fn is_setup(step: &SignInStep) -> bool {
    #[cfg(feature = "mfa")]
    if matches!(step, SignInStep::SoftwareTokenSetup(_)) {
        return true;
    }
    let _ = step;
    false
}

fn tag(config: &Config, content: &[u8]) -> [u8; 32] {
    let key = format!(
        "cognito-user-pool/{VERSION}/{}/{}",
        config.user_pool_id(),
        config.client_id()
    );
    hmac_sha256(key.as_bytes(), &[content])
}

fn write(pending: &Pending, config: &Config) -> Map<String, Value> {
    let Pending {
        context,
        challenge,
        since_ms,
    } = pending;
    let available = challenge.available.iter().map(FirstFactor::as_str);
    let content = json!({
        "pool": config.user_pool_id(),
        "client": config.client_id(),
        "since": since_ms,
        "name": challenge.name.as_str(),
        "session": challenge.session.as_ref().map(ChallengeSession::expose),
        "parameters": pairs(&challenge.parameters),
        "available": available.collect::<Vec<_>>(),
        "username": context.username,
        "metadata": pairs(&context.extras.client_metadata),
        "context": context.extras.user_context_data,
    });
    match content {
        Value::Object(content) => content,
        _ => Map::new(),
    }
}

/// The content of a text whose tag is right.
fn open(text: &str, config: &Config) -> Result<Map<String, Value>, ResumeError> {
    let malformed = ResumeError::Malformed;
    if text.len() > MAX_LENGTH {
        return Err(malformed);
    }
    let mut parts = text.split('.');
    let (Some(VERSION), Some(content), Some(sent), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed);
    };
    let bytes = |text| Base64UrlUnpadded::decode_vec(text).map_err(|_| malformed);
    let (content, sent) = (bytes(content)?, bytes(sent)?);
    let Some(map) = object_of(&content) else {
        return Err(malformed);
    };
    if sent == tag(config, &content) {
        return Ok(map);
    }
    let differs = |member: &str, own| {
        let value = map.get(member).and_then(Value::as_str);
        value.is_some_and(|value| value != own)
    };
    let other = differs("pool", config.user_pool_id()) || differs("client", config.client_id());
    Err(if other {
        ResumeError::OtherClient
    } else {
        malformed
    })
}

fn pending(content: &Map<String, Value>) -> Option<Pending> {
    let text = |member: &str| content.get(member)?.as_str();
    let pairs = |member: &str| -> Option<Vec<(String, String)>> {
        let map = content.get(member)?.as_object()?;
        map.iter()
            .map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect()
    };
    let available = content.get("available")?.as_array()?;
    let available: Option<Vec<_>> = available
        .iter()
        .map(|name| name.as_str().map(FirstFactor::parse))
        .collect();
    Some(Pending {
        context: Context {
            username: text("username")?.to_owned(),
            extras: Extras {
                client_metadata: pairs("metadata")?,
                user_context_data: text("context").map(str::to_owned),
            },
            #[cfg(feature = "devices")]
            device: None,
        },
        challenge: Challenge {
            name: ChallengeName::parse(text("name")?),
            session: text("session").map(ChallengeSession::new),
            parameters: pairs("parameters")?,
            available: available?,
        },
        since_ms: content.get("since")?.as_i64()?,
    })
}

fn step(pending: Pending, setup: bool) -> Result<SignInStep, ResumeError> {
    #[cfg(feature = "mfa")]
    if setup && pending.challenge.name == ChallengeName::MfaSetup {
        return Ok(SignInStep::SoftwareTokenSetup(SoftwareTokenSetup {
            pending,
            secret: None,
        }));
    }
    if setup {
        return Err(ResumeError::Unsupported);
    }
    match SignInStep::of(pending) {
        SignInStep::Unsupported(_) => Err(ResumeError::Unsupported),
        step => Ok(step),
    }
}
