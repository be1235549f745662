//! `NEW_PASSWORD_REQUIRED`.

use alloc::{borrow::ToOwned, format, string::String, vec, vec::Vec};

use serde_json::Value;

use super::{Pending, SignInStep};
use crate::client::Client;
use crate::error::Error;
use crate::json::value_of;
use crate::platform::{Clock, Random};
use crate::secret::Password;
use crate::transport::Transport;

/// `NEW_PASSWORD_REQUIRED`: the user was made by an administrator and signs in for the first time.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPasswordRequired {
    pub(super) pending: Pending,
    /// Attributes that have to be given with the new password, without the API's prefix: `name`, `preferred_username`.
    pub required_attributes: Vec<String>,
    /// Attributes that the user has: name and value.
    pub user_attributes: Vec<(String, String)>,
}

impl NewPasswordRequired {
    pub(super) fn new(pending: Pending) -> Self {
        let json = |name| {
            let text = pending.challenge.parameter(name)?;
            value_of(text.as_bytes())
        };
        let required_attributes = match json("requiredAttributes") {
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| name.strip_prefix("userAttributes.").unwrap_or(name))
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        let user_attributes = match json("userAttributes") {
            Some(Value::Object(attributes)) => attributes
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
            _ => Vec::new(),
        };
        Self {
            pending,
            required_attributes,
            user_attributes,
        }
    }
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Answers `NEW_PASSWORD_REQUIRED`. `attributes` (name and value) have to cover the challenge's
    /// [`required_attributes`](NewPasswordRequired::required_attributes).
    ///
    /// # Errors
    /// [`PasswordPolicy`](crate::ErrorKind::PasswordPolicy), [`AttributeRejected`](crate::ErrorKind::AttributeRejected),
    /// [`ChallengeSessionExpired`](crate::ErrorKind::ChallengeSessionExpired) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, Password, SignInStep, Transport};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     step: SignInStep,
    /// #     typed: String,
    /// # ) -> Result<(), Error> {
    /// if let SignInStep::NewPasswordRequired(challenge) = &step {
    ///     let required = challenge.required_attributes.iter();
    ///     let attributes: Vec<_> = required.map(|name| (name.clone(), "Ann".to_owned())).collect();
    ///     let new = Password::new(typed);
    ///     let step = client.set_new_password(challenge, &new, &attributes).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn set_new_password(
        &self,
        challenge: &NewPasswordRequired,
        new_password: &Password,
        attributes: &[(String, String)],
    ) -> Result<SignInStep, Error> {
        let names: Vec<String> = attributes
            .iter()
            .map(|(name, _)| format!("userAttributes.{name}"))
            .collect();
        let mut responses = vec![("NEW_PASSWORD", new_password.expose())];
        for (name, (_, value)) in names.iter().zip(attributes) {
            responses.push((name, value));
        }
        self.answer(&challenge.pending, &responses).await
    }
}
