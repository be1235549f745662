//! Lists that come in pages, whole.

#[cfg(feature = "devices")]
use crate::operation::{Device, ListDevices};
#[cfg(feature = "passkeys")]
use crate::operation::{ListWebAuthnCredentials, WebAuthnCredential};
use crate::{AccessToken, Client, Clock, Error, Random, Transport};
use alloc::{string::String, vec::Vec};

/// Pages of one list, a bound against a service that never ends.
const MAX_PAGES: u32 = 100;

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// All of the user's devices.
    ///
    /// # Errors
    /// Those of [`ListDevices`]; then nothing of the list is given.
    /// ```no_run
    /// # use cognito_user_pool::{AccessToken, Client, Clock, Error, Transport};
    /// use cognito_user_pool::operation::ForgetDevice;
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     access_token: &AccessToken,
    /// # ) -> Result<(), Error> {
    /// for device in client.devices(access_token).await? {
    ///     println!("{:?}", device.name());
    ///     client.call(&ForgetDevice { access_token, device_key: &device.key }).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "devices")]
    pub async fn devices(&self, access_token: &AccessToken) -> Result<Vec<Device>, Error> {
        let mut devices = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let page = self
                .call(&ListDevices {
                    access_token,
                    limit: 60,
                    pagination_token: token.as_deref(),
                })
                .await?;
            devices.extend(page.devices);
            if page.pagination_token.is_none() || page.pagination_token == token {
                return Ok(devices);
            }
            token = page.pagination_token;
        }
        Err(Error::invalid_response("the list of devices has no end"))
    }

    /// All of the user's passkeys.
    ///
    /// # Errors
    /// Those of [`ListWebAuthnCredentials`]; then nothing of the list is given.
    /// ```no_run
    /// # use cognito_user_pool::{AccessToken, Client, Clock, Error, Transport};
    /// use cognito_user_pool::operation::DeleteWebAuthnCredential;
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     access_token: &AccessToken,
    /// # ) -> Result<(), Error> {
    /// for passkey in client.passkeys(access_token).await? {
    ///     println!("{}", passkey.name);
    ///     client.call(&DeleteWebAuthnCredential { access_token, credential_id: &passkey.id }).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "passkeys")]
    pub async fn passkeys(
        &self,
        access_token: &AccessToken,
    ) -> Result<Vec<WebAuthnCredential>, Error> {
        let mut credentials = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let page = self
                .call(&ListWebAuthnCredentials {
                    access_token,
                    limit: 20,
                    next_token: token.as_deref(),
                })
                .await?;
            credentials.extend(page.credentials);
            if page.next_token.is_none() || page.next_token == token {
                return Ok(credentials);
            }
            token = page.next_token;
        }
        Err(Error::invalid_response("the list of passkeys has no end"))
    }
}
