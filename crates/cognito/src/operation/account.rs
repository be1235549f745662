//! A signed-in user's own attributes, password and existence.

use alloc::{string::String, vec::Vec};

use serde_json::{Map, Value};

use super::session::{mfa_list, preferred_mfa};
use super::{
    CodeDelivery, FirstFactor, MfaKind, Operation, attribute_list, insert_some, missing, object,
    text, texts,
};
use crate::config::Config;
use crate::error::Error;
use crate::secret::{AccessToken, Password};

/// [`UpdateUserAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html):
/// sets attributes. The output says where codes went: to a new e-mail address or phone number, for
/// [`VerifyUserAttribute`].
/// ```no_run
/// # use cognito_user_pool::{AccessToken, Client, Clock, Error, Transport};
/// use cognito_user_pool::operation::{UpdateUserAttributes, VerifyUserAttribute};
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     access_token: &AccessToken,
/// #     code: &str,
/// # ) -> Result<(), Error> {
/// let attributes = [("email".to_owned(), "new@example.com".to_owned())];
/// for sent in client.call(&UpdateUserAttributes { access_token, attributes: &attributes }).await? {
///     println!("a code went to {:?}", sent.destination);
/// }
/// client.call(&VerifyUserAttribute { access_token, attribute: "email", code }).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct UpdateUserAttributes<'a> {
    /// The user's access token, with the scope `aws.cognito.signin.user.admin`.
    pub access_token: &'a AccessToken,
    /// Name and value; an empty value removes what is not required.
    pub attributes: &'a [(String, String)],
}

impl Operation for UpdateUserAttributes<'_> {
    const NAME: &'static str = "UpdateUserAttributes";
    // A second request would send a second code.
    const REPEATABLE: bool = false;
    type Output = Vec<CodeDelivery>;

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! {
            "AccessToken": self.access_token.expose(),
            "UserAttributes": attribute_list(self.attributes),
        }
    }

    fn response(body: &Map<String, Value>) -> Result<Vec<CodeDelivery>, Error> {
        let list = body
            .get("CodeDeliveryDetailsList")
            .and_then(Value::as_array);
        let list = list.into_iter().flatten();
        Ok(list
            .filter_map(|details| CodeDelivery::read(Some(details)))
            .collect())
    }
}

/// [`GetUserAttributeVerificationCode`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html):
/// sends a code for [`VerifyUserAttribute`].
#[derive(Clone, Debug)]
pub struct GetUserAttributeVerificationCode<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// `email` or `phone_number`.
    pub attribute: &'a str,
}

impl Operation for GetUserAttributeVerificationCode<'_> {
    const NAME: &'static str = "GetUserAttributeVerificationCode";
    const REPEATABLE: bool = false;
    type Output = CodeDelivery;

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! {
            "AccessToken": self.access_token.expose(),
            "AttributeName": self.attribute,
        }
    }

    fn response(body: &Map<String, Value>) -> Result<CodeDelivery, Error> {
        Ok(CodeDelivery::read(body.get("CodeDeliveryDetails")).unwrap_or_default())
    }
}

/// [`VerifyUserAttribute`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html):
/// shows by a code that an address is the user's own.
#[derive(Clone, Debug)]
pub struct VerifyUserAttribute<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// `email` or `phone_number`.
    pub attribute: &'a str,
    /// The code.
    pub code: &'a str,
}

impl Operation for VerifyUserAttribute<'_> {
    const NAME: &'static str = "VerifyUserAttribute";
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! {
            "AccessToken": self.access_token.expose(),
            "AttributeName": self.attribute,
            "Code": self.code,
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// [`DeleteUserAttributes`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html):
/// removes attributes.
#[derive(Clone, Debug)]
pub struct DeleteUserAttributes<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// The attributes' names.
    pub attributes: &'a [&'a str],
}

impl Operation for DeleteUserAttributes<'_> {
    const NAME: &'static str = "DeleteUserAttributes";
    const REPEATABLE: bool = true;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! {
            "AccessToken": self.access_token.expose(),
            "UserAttributeNames": self.attributes,
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// [`ChangePassword`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html):
/// sets a new password. A wrong present one is [`ErrorKind::WrongCredentials`](crate::ErrorKind::WrongCredentials).
/// ```no_run
/// # use cognito_user_pool::{AccessToken, Client, Clock, Error, FirstFactor, Password, Transport};
/// use cognito_user_pool::operation::{ChangePassword, GetUserAuthFactors};
/// # async fn example(
/// #     client: Client<impl Transport, impl Clock>,
/// #     access_token: &AccessToken,
/// #     previous: Password,
/// #     new: Password,
/// # ) -> Result<(), Error> {
/// let factors = client.call(&GetUserAuthFactors { access_token }).await?;
/// let has_one = factors.first_factors.contains(&FirstFactor::Password);
/// let previous_password = has_one.then_some(&previous);
/// client.call(&ChangePassword { access_token, previous_password, new_password: &new }).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ChangePassword<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// The present password; `None` for a user who has none yet.
    pub previous_password: Option<&'a Password>,
    /// The new password.
    pub new_password: &'a Password,
}

impl Operation for ChangePassword<'_> {
    const NAME: &'static str = "ChangePassword";
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        let mut request = object! {
            "AccessToken": self.access_token.expose(),
            "ProposedPassword": self.new_password.expose(),
        };
        let previous = self.previous_password.map(Password::expose);
        insert_some(&mut request, "PreviousPassword", previous);
        request
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// [`DeleteUser`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html):
/// deletes the user, for good.
#[derive(Clone, Debug)]
pub struct DeleteUser<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
}

impl Operation for DeleteUser<'_> {
    const NAME: &'static str = "DeleteUser";
    // After a lost answer the token is no good any more, and a second request would report a failure.
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! { "AccessToken": self.access_token.expose() }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// [`GetUserAuthFactors`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html):
/// what the user can sign in with.
#[derive(Clone, Debug)]
pub struct GetUserAuthFactors<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
}

/// The answer of [`GetUserAuthFactors`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthFactors {
    /// The user name in the pool.
    pub username: String,
    /// The kind of multi-factor authentication that the user prefers.
    pub preferred_mfa: Option<MfaKind>,
    /// The kinds that are switched on for the user.
    pub mfa: Vec<MfaKind>,
    /// The first factors that the user has.
    pub first_factors: Vec<FirstFactor>,
}

impl Operation for GetUserAuthFactors<'_> {
    const NAME: &'static str = "GetUserAuthFactors";
    const REPEATABLE: bool = true;
    type Output = AuthFactors;

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! { "AccessToken": self.access_token.expose() }
    }

    fn response(body: &Map<String, Value>) -> Result<AuthFactors, Error> {
        Ok(AuthFactors {
            username: text(body, "Username").ok_or_else(|| missing(Self::NAME, "Username"))?,
            preferred_mfa: preferred_mfa(body),
            mfa: mfa_list(body),
            first_factors: texts(body.get("ConfiguredUserAuthFactors"))
                .map(FirstFactor::parse)
                .collect(),
        })
    }
}
