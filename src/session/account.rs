//! What a signed-in person can change about the account.

use cognito_user_pool::operation::{
    AssociateSoftwareToken, Authorization, ChangePassword, CompleteWebAuthnRegistration,
    DeleteUser, DeleteUserAttributes, DeleteWebAuthnCredential, ForgetDevice, GetUser,
    GetUserAttributeVerificationCode, GetUserAuthFactors, SetUserMfaPreference,
    StartWebAuthnRegistration, UpdateDeviceStatus, UpdateUserAttributes, VerifySoftwareToken,
    VerifyUserAttribute,
};
pub use cognito_user_pool::operation::{
    Device, DeviceStatus, MfaPreference, User, WebAuthnCredential,
};
use cognito_user_pool::{
    AccessToken, CodeDelivery, DeviceStore as _, Error, ErrorKind, FirstFactor, Password,
};
pub use cognito_user_pool::{MfaKind, TotpSecret};

use super::{PasskeyError, Session, SignedOutReason};
use crate::config::UsernameKind;

/// Calls an operation with an access token, and once more with another one if the pool takes it no longer.
macro_rules! as_user {
    ($session:expr, $client:ident, $token:ident => $call:expr) => {{
        let session: &Session = $session;
        let $client = &session.0.client;
        let first = session.user_token().await?;
        let answer = {
            let $token = &first;
            $call.await
        };
        match answer {
            Err(error) if is_token_refused(&error) => {
                let $token = &session.another_token(&first, error).await?;
                $call.await
            }
            answer => answer,
        }
    }};
    ($session:expr, $token:ident => $operation:expr) => {
        as_user!($session, client, $token => client.call(&$operation))
    };
}

fn is_token_refused(error: &Error) -> bool {
    matches!(
        error.kind,
        ErrorKind::AccessTokenExpired
            | ErrorKind::AccessTokenRevoked
            | ErrorKind::AccessTokenInvalid
            // The token's own user was deleted or disabled elsewhere: renewing it finds that out for good.
            | ErrorKind::UserNotFound
            | ErrorKind::UserDisabled
    )
}

/// The second factors that are to be changed: each that is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MfaPreferences {
    /// Text messages.
    pub sms: Option<MfaPreference>,
    /// The authenticator app.
    pub software_token: Option<MfaPreference>,
    /// E-mail.
    pub email: Option<MfaPreference>,
}

impl Session {
    async fn user_token(&self) -> Result<AccessToken, Error> {
        self.access_token().await?.ok_or_else(signed_out)
    }

    async fn another_token(
        &self,
        refused: &AccessToken,
        error: Error,
    ) -> Result<AccessToken, Error> {
        let renewed = self.refresh_rejected(refused).await?;
        match renewed {
            Some(token) if token != *refused => Ok(token),
            _ => Err(error),
        }
    }

    /// The user's attributes and second factors.
    ///
    /// # Errors
    /// No network, for instance. Here as in all that follows, [`ErrorKind::AccessTokenRevoked`] and its like mean that
    /// the session has ended.
    pub async fn user(&self) -> Result<User, Error> {
        as_user!(self, token => GetUser { access_token: token })
    }

    /// Sets attributes, names and values. Where the pool wants a new address or number verified, a code was sent.
    ///
    /// # Errors
    /// [`ErrorKind::AliasExists`], [`ErrorKind::InvalidEmail`], [`ErrorKind::AttributeRejected`] and others.
    pub async fn update_attributes(
        &self,
        attributes: &[(String, String)],
    ) -> Result<Vec<CodeDelivery>, Error> {
        let sent = as_user!(self, token => UpdateUserAttributes {
            access_token: token,
            attributes,
        })?;
        self.claims_changed().await;
        Ok(sent)
    }

    /// Removes attributes.
    ///
    /// # Errors
    /// [`ErrorKind::AttributeRejected`] (a required one) and others.
    pub async fn delete_attributes(&self, attributes: &[&str]) -> Result<(), Error> {
        as_user!(self, token => DeleteUserAttributes {
            access_token: token,
            attributes,
        })?;
        self.claims_changed().await;
        Ok(())
    }

    /// Sends a code to the address or number that is the value of `attribute`.
    ///
    /// # Errors
    /// [`ErrorKind::LimitExceeded`], [`ErrorKind::CodeDeliveryFailure`] and others.
    pub async fn send_attribute_code(&self, attribute: &str) -> Result<CodeDelivery, Error> {
        as_user!(self, token => GetUserAttributeVerificationCode {
            access_token: token,
            attribute,
        })
    }

    /// Verifies `attribute` with the code that was sent.
    ///
    /// # Errors
    /// [`ErrorKind::CodeMismatch`], [`ErrorKind::CodeExpired`] and others.
    pub async fn verify_attribute(&self, attribute: &str, code: &str) -> Result<(), Error> {
        as_user!(self, token => VerifyUserAttribute {
            access_token: token,
            attribute,
            code,
        })?;
        self.claims_changed().await;
        Ok(())
    }

    /// Renews the tokens, so that their claims tell what the pool knows now. If that fails, the next renewal does it.
    async fn claims_changed(&self) {
        let _ = self.refresh().await;
    }

    /// Whether the user has a password. The pool is asked only where people can do without one.
    ///
    /// # Errors
    /// No network, for instance.
    pub async fn has_password(&self) -> Result<bool, Error> {
        if !self.0.options.is_passwordless() {
            return Ok(true);
        }
        let factors = as_user!(self, token => GetUserAuthFactors { access_token: token })?;
        Ok(factors.first_factors.contains(&FirstFactor::Password))
    }

    /// Changes the password. The user's other sessions go on. `previous` is `None` for who has none yet.
    ///
    /// # Errors
    /// [`ErrorKind::WrongCredentials`], [`ErrorKind::PasswordPolicy`], [`ErrorKind::PasswordHistory`],
    /// [`ErrorKind::LimitExceeded`] and others.
    pub async fn change_password(
        &self,
        previous: Option<&Password>,
        new: &Password,
    ) -> Result<(), Error> {
        as_user!(self, token => ChangePassword {
            access_token: token,
            previous_password: previous,
            new_password: new,
        })
    }

    /// Makes the secret of a new authenticator app, which counts once [`verify_software_token`](Self::verify_software_token)
    /// has seen a code of it.
    ///
    /// # Errors
    /// No network, for instance.
    pub async fn associate_software_token(&self) -> Result<TotpSecret, Error> {
        let token = as_user!(self, token => AssociateSoftwareToken {
            authorization: Authorization::AccessToken(token),
        })?;
        Ok(token.secret)
    }

    /// Takes the authenticator app into use with a code that it shows. `name` is what the person calls its device.
    ///
    /// # Errors
    /// [`ErrorKind::CodeMismatch`] and others.
    pub async fn verify_software_token(&self, code: &str, name: Option<&str>) -> Result<(), Error> {
        as_user!(self, token => VerifySoftwareToken {
            authorization: Authorization::AccessToken(token),
            code,
            friendly_device_name: name,
        })?;
        Ok(())
    }

    /// Switches second factors on and off, and says which one is asked for first.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidParameter`] (no verified number, no app) and others.
    pub async fn set_mfa_preference(&self, preferences: MfaPreferences) -> Result<(), Error> {
        as_user!(self, token => SetUserMfaPreference {
            access_token: token,
            sms: preferences.sms,
            software_token: preferences.software_token,
            email: preferences.email,
        })
    }

    /// Whether this browser has passkeys.
    pub fn supports_passkeys(&self) -> bool {
        self.0.authenticator.is_supported()
    }

    /// All passkeys of the user.
    ///
    /// # Errors
    /// No network, for instance.
    pub async fn passkeys(&self) -> Result<Vec<WebAuthnCredential>, Error> {
        as_user!(self, client, token => client.passkeys(token))
    }

    /// Makes a passkey on this device.
    ///
    /// # Errors
    /// What the pool, the browser or the person refused.
    pub async fn add_passkey(&self) -> Result<(), PasskeyError> {
        let options = as_user!(self, token => StartWebAuthnRegistration { access_token: token })?;
        let credential = self.0.authenticator.create(&options).await?;
        self.register_passkey(&credential).await?;
        // So that the browser can offer it before a name is typed: by a name that signs in.
        let username = self.state().person().map(|person| {
            let email = person.email.clone();
            let email = email.filter(|_| self.0.options.username == UsernameKind::Email);
            email.unwrap_or_else(|| person.username.clone())
        });
        if let Some(username) = username {
            self.note_passkey_username(&username);
        }
        Ok(())
    }

    async fn register_passkey(&self, credential: &str) -> Result<(), Error> {
        as_user!(self, token => CompleteWebAuthnRegistration {
            access_token: token,
            credential,
        })
    }

    /// Deletes a passkey.
    ///
    /// # Errors
    /// [`ErrorKind::ResourceNotFound`] and others.
    pub async fn delete_passkey(&self, credential_id: &str) -> Result<(), Error> {
        as_user!(self, token => DeleteWebAuthnCredential {
            access_token: token,
            credential_id,
        })?;
        self.forget_passkey_username();
        Ok(())
    }

    /// All devices that the pool knows of.
    ///
    /// # Errors
    /// No network, for instance.
    pub async fn devices(&self) -> Result<Vec<Device>, Error> {
        as_user!(self, client, token => client.devices(token))
    }

    /// The key of this device, if the pool knows it.
    pub fn device_key(&self) -> Option<String> {
        let tokens = self.0.tokens.borrow();
        tokens.as_ref().and_then(|tokens| tokens.device_key.clone())
    }

    /// Whether the pool is to ask for a second factor on that device.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceNotFound`] and others.
    pub async fn set_device_status(
        &self,
        device_key: &str,
        status: DeviceStatus,
    ) -> Result<(), Error> {
        as_user!(self, token => UpdateDeviceStatus {
            access_token: token,
            device_key,
            status,
        })
    }

    /// Has the pool forget a device, which signs it out.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceNotFound`] and others.
    pub async fn forget_device(&self, device_key: &str) -> Result<(), Error> {
        as_user!(self, token => ForgetDevice {
            access_token: token,
            device_key,
        })?;
        if self.device_key().as_deref() == Some(device_key)
            && let Some(person) = self.state().person()
        {
            self.0.store.forget_device(&person.username);
            // Or the next renewal would write it back.
            if let Some(tokens) = self.0.tokens.borrow_mut().as_mut() {
                tokens.device_key = None;
            }
        }
        Ok(())
    }

    /// Deletes the user, for good, and ends the session.
    ///
    /// # Errors
    /// No network, for instance: then nothing is deleted, or the answer was lost and the session will turn out to be over.
    pub async fn delete_user(&self) -> Result<(), Error> {
        as_user!(self, token => DeleteUser { access_token: token })?;
        if let Some(person) = self.state().person() {
            self.0.store.forget_device(&person.username);
        }
        self.forget_passkey_username();
        self.end(SignedOutReason::AccountDeleted);
        Ok(())
    }
}

fn signed_out() -> Error {
    Error {
        kind: ErrorKind::AccessTokenRevoked,
        code: String::new(),
        message: "nobody is signed in".to_owned(),
    }
}
