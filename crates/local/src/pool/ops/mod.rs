//! The operations of the API, each a function from a request's members to an answer.

mod account;
mod admin;
mod admin_pools;
mod devices;
mod list_users;
mod mfa;
mod passkeys;
mod pool_settings;
mod recovery;
mod sign_in;
mod sign_out;
mod sign_up;

use serde_json::{Value, json};

pub(super) use sign_in::check_password;

use super::errors::Error;
use super::input::{Input, Rule};
use super::model::{Client, User};
use super::service::UserPools;
use super::srp;

/// What an operation answers.
pub(super) enum Answer {
    Json(Value),
    /// Nothing, not even an empty object.
    Empty,
}

impl Answer {
    /// An object without members.
    fn nothing() -> Self {
        Self::Json(json!({}))
    }
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

type Result<T = Answer> = std::result::Result<T, Error>;

/// What an operation works with.
struct Call<'a> {
    pools: &'a UserPools,
    input: &'a Input<'a>,
    /// Milliseconds since 1970; the same for the whole call.
    now: i64,
}

/// Runs `operation`.
///
/// # Errors
/// When the service would refuse it.
pub(super) fn run(pools: &UserPools, operation: &str, input: &Input<'_>) -> Result {
    let call = Call {
        pools,
        input,
        now: pools.clock.now_ms(),
    };
    // Operations that take these take them of one form; nothing here depends on what they say.
    input.map("ClientMetadata")?;
    input.object("UserContextData")?;
    input.object("AnalyticsMetadata")?;
    match operation {
        "SignUp" => sign_up::sign_up(&call),
        "ConfirmSignUp" => sign_up::confirm_sign_up(&call),
        "ResendConfirmationCode" => sign_up::resend_confirmation_code(&call),
        "InitiateAuth" => sign_in::initiate_auth(&call),
        "RespondToAuthChallenge" => sign_in::respond_to_auth_challenge(&call),
        "AssociateSoftwareToken" => sign_in::associate_software_token(&call),
        "VerifySoftwareToken" => sign_in::verify_software_token(&call),
        "SetUserMFAPreference" => mfa::set_user_mfa_preference(&call),
        "AdminSetUserMFAPreference" => mfa::admin_set_user_mfa_preference(&call),
        "SetUserPoolMfaConfig" => mfa::set_pool_config(&call),
        "GetUserPoolMfaConfig" => mfa::get_pool_config(&call),
        "ConfirmDevice" => devices::confirm_device(&call),
        "ListDevices" => devices::list_devices(&call),
        "GetDevice" => devices::get_device(&call),
        "UpdateDeviceStatus" => devices::update_device_status(&call),
        "ForgetDevice" => devices::forget_device(&call),
        "StartWebAuthnRegistration" => passkeys::start_registration(&call),
        "CompleteWebAuthnRegistration" => passkeys::complete_registration(&call),
        "ListWebAuthnCredentials" => passkeys::list_credentials(&call),
        "DeleteWebAuthnCredential" => passkeys::delete_credential(&call),
        "GetTokensFromRefreshToken" => sign_in::get_tokens_from_refresh_token(&call),
        "ForgotPassword" => recovery::forgot_password(&call),
        "ConfirmForgotPassword" => recovery::confirm_forgot_password(&call),
        "ChangePassword" => account::change_password(&call),
        "GetUser" => account::get_user(&call),
        "GetUserAuthFactors" => account::get_user_auth_factors(&call),
        "UpdateUserAttributes" => account::update_user_attributes(&call),
        "DeleteUserAttributes" => account::delete_user_attributes(&call),
        "GetUserAttributeVerificationCode" => account::get_user_attribute_verification_code(&call),
        "VerifyUserAttribute" => account::verify_user_attribute(&call),
        "DeleteUser" => account::delete_user(&call),
        "GlobalSignOut" => sign_out::global_sign_out(&call),
        "RevokeToken" => sign_out::revoke_token(&call),
        "AdminCreateUser" => admin::create_user(&call),
        "AdminGetUser" => admin::get_user(&call),
        "AdminDeleteUser" => admin::delete_user(&call),
        "AdminEnableUser" => admin::enable_user(&call),
        "AdminDisableUser" => admin::disable_user(&call),
        "AdminConfirmSignUp" => admin::confirm_sign_up(&call),
        "AdminSetUserPassword" => admin::set_user_password(&call),
        "AdminResetUserPassword" => admin::reset_user_password(&call),
        "AdminUpdateUserAttributes" => admin::update_user_attributes(&call),
        "AdminDeleteUserAttributes" => admin::delete_user_attributes(&call),
        "AdminUserGlobalSignOut" => admin::global_sign_out(&call),
        "ListUsers" => list_users::list_users(&call),
        "CreateUserPool" => admin_pools::create_user_pool(&call),
        "UpdateUserPool" => admin_pools::update_user_pool(&call),
        "DescribeUserPool" => admin_pools::describe_user_pool(&call),
        "DeleteUserPool" => admin_pools::delete_user_pool(&call),
        "ListUserPools" => admin_pools::list_user_pools(&call),
        "CreateUserPoolClient" => admin_pools::create_client(&call),
        "UpdateUserPoolClient" => admin_pools::update_client(&call),
        "DescribeUserPoolClient" => admin_pools::describe_client(&call),
        "DeleteUserPoolClient" => admin_pools::delete_client(&call),
        "ListUserPoolClients" => admin_pools::list_clients(&call),
        _ => Err(Error::UnknownOperation),
    }
}

impl Call<'_> {
    fn client_id(&self) -> Result<String> {
        self.input.required("ClientId", &Rule::CLIENT_ID)
    }

    fn username(&self) -> Result<String> {
        self.input.required("Username", &Rule::USERNAME)
    }

    fn user_pool_id(&self) -> Result<String> {
        self.input.required("UserPoolId", &Rule::POOL_ID)
    }

    fn secret_hash(&self) -> Result<Option<String>> {
        self.input.optional("SecretHash", &Rule::SECRET_HASH)
    }
}

impl Client {
    /// Checks the hash that an app with a client secret sends along.
    ///
    /// # Errors
    /// When it is missing or wrong, or there when the client has no secret.
    fn check_secret_hash(&self, username: &str, given: Option<&str>) -> Result<()> {
        match (&self.secret, given) {
            (None, None) => Ok(()),
            (Some(_), None) => Err(Error::SecretHashMissing(self.id.clone())),
            (Some(secret), Some(given))
                if srp::secret_hash(secret, username, &self.id) == given =>
            {
                Ok(())
            }
            _ => Err(Error::SecretHashWrong(self.id.clone())),
        }
    }

    /// Checks the secret itself, where the API takes that.
    fn check_secret(&self, given: Option<&str>) -> Result<()> {
        match self.secret.as_deref() == given {
            true => Ok(()),
            false if given.is_none() => Err(Error::SecretHashMissing(self.id.clone())),
            false => Err(Error::SecretHashWrong(self.id.clone())),
        }
    }
}

/// `[{Name, Value}]`
fn name_value_list<'a>(attributes: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    attributes
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect()
}

/// A time as the API writes it: seconds since 1970 with decimals.
fn seconds(milliseconds: i64) -> Value {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for the next hundred thousand years"
    )]
    let seconds = milliseconds as f64 / 1000.0;
    seconds.into()
}

/// A user as the administrator's operations show one; their attributes go by the name `attributes`.
fn user_view(user: &User, attributes: &str, names: &[String]) -> Value {
    let shown = std::iter::once(("sub", user.sub.as_str()))
        .chain(
            user.attributes
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        )
        .filter(|(name, _)| names.is_empty() || names.iter().any(|wanted| wanted == name));
    let mut view = json!({
        "Username": user.username,
        "Enabled": user.enabled,
        "UserStatus": user.status.as_str(),
        "UserCreateDate": seconds(user.created_at),
        "UserLastModifiedDate": seconds(user.modified_at),
    });
    view[attributes] = name_value_list(shown);
    view
}

/// Adds the second factors that the user has turned on.
fn add_mfa_settings(view: &mut Value, user: &User) {
    if !user.mfa.enabled.is_empty() {
        let enabled = user.mfa.enabled.iter().map(|method| method.as_str());
        view["UserMFASettingList"] = enabled.collect();
    }
    if let Some(preferred) = user.mfa.preferred {
        view["PreferredMfaSetting"] = preferred.as_str().into();
    }
}
