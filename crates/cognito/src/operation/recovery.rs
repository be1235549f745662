//! Setting a new password when the old one is lost.

use alloc::string::String;

use serde_json::{Map, Value};

use super::{CodeDelivery, Operation, insert_secret_hash, object};
use crate::config::Config;
use crate::error::Error;
use crate::secret::Password;

/// [`ForgotPassword`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html):
/// sends a code that sets a new password.
#[derive(Clone, Debug)]
pub struct ForgotPassword<'a> {
    /// The user name, or an alias of it.
    pub username: &'a str,
}

impl Operation for ForgotPassword<'_> {
    const NAME: &'static str = "ForgotPassword";
    const REPEATABLE: bool = false;
    type Output = CodeDelivery;

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = object! { "ClientId": config.client_id(), "Username": self.username };
        insert_secret_hash(&mut request, config, self.username);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<CodeDelivery, Error> {
        Ok(CodeDelivery::read(body.get("CodeDeliveryDetails")).unwrap_or_default())
    }
}

/// [`ConfirmForgotPassword`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html):
/// sets a new password with the code that was sent.
/// ```no_run
/// # use cognito_user_pool::{Client, Clock, Error, Password, Transport};
/// use cognito_user_pool::operation::{ConfirmForgotPassword, ForgotPassword};
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     code: &str,
/// #     password: Password,
/// # ) -> Result<(), Error> {
/// let username = "ann@example.com";
/// let delivery = client.call(&ForgotPassword { username }).await?;
/// println!("a code went to {:?}", delivery.destination);
/// client.call(&ConfirmForgotPassword { username, code, password: &password }).await?;
/// let step = client.sign_in(username, &password, None).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ConfirmForgotPassword<'a> {
    /// The user name given to [`ForgotPassword`].
    pub username: &'a str,
    /// The code.
    pub code: &'a str,
    /// The new password.
    pub password: &'a Password,
}

impl Operation for ConfirmForgotPassword<'_> {
    const NAME: &'static str = "ConfirmForgotPassword";
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, config: &Config) -> Map<String, Value> {
        let mut request = object! {
            "ClientId": config.client_id(),
            "Username": self.username,
            "ConfirmationCode": self.code,
            "Password": self.password.expose(),
        };
        insert_secret_hash(&mut request, config, self.username);
        request
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}
