//! ForgotPassword, ConfirmForgotPassword.

use serde_json::json;

use super::{Answer, Call, Result};
use crate::mail::Kind;
use crate::pool::codes::Delivery;
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::model::{Purpose, Status, User};
use crate::pool::pool_name;
use crate::pool::simulation::Simulation;
use crate::pool::srp::Verifier;

impl User {
    /// Where a code for a new password can go: only to an address that is proven to be the user's.
    pub(super) fn recovery_contact(&self) -> Option<Delivery> {
        let proven: Vec<&'static str> = ["email", "phone_number"]
            .into_iter()
            .filter(|name| self.is_verified(name))
            .collect();
        Delivery::to_any(self, &proven)
    }
}

pub(super) fn forgot_password(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let username = call.username()?;
    let secret_hash = call.secret_hash()?;
    call.input.check()?;

    call.pools.update(|store| {
        let pool = store.pool_of_client_mut(&client_id)?;
        let client = pool.client(&client_id)?;
        client.check_secret_hash(&username, secret_hash.as_deref())?;
        let hides_users = client.hides_users;
        let user = pool.find_user(&username);
        let usable = match user {
            None => Err(Error::UserOrClientNotFound),
            Some(user) if !user.enabled => Err(Error::UserDisabled),
            Some(user) if user.status == Status::ForceChangePassword => {
                return Err(Error::PasswordNotResettable);
            }
            Some(user) => match user.recovery_contact() {
                Some(to) => Ok((user.sub.clone(), to)),
                None => Err(Error::NoRecoveryContact),
            },
        };
        let (sub, to) = match usable {
            Ok(usable) => usable,
            // Whether there is such a user, and one with an address, must not show.
            Err(_) if hides_users => {
                let details = Simulation::of(pool, &username).delivery();
                return Ok(json!({ "CodeDeliveryDetails": details }).into());
            }
            Err(error) => return Err(error),
        };
        let pool_id = pool.id.clone();
        let purpose = Purpose::NewPassword;
        if let Some(user) = pool.users.get_mut(&sub) {
            user.count_sending(&purpose, call.now)?;
        }
        store.send_code(
            &pool_id,
            &sub,
            &purpose,
            Kind::ForgotPassword,
            &to,
            call.now,
        )?;
        Ok(json!({ "CodeDeliveryDetails": to.details() }).into())
    })
}

pub(super) fn confirm_forgot_password(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let username = call.username()?;
    let code = call.input.required("ConfirmationCode", &Rule::CODE)?;
    let password = call.input.required("Password", &Rule::PASSWORD)?;
    let secret_hash = call.secret_hash()?;
    call.input.check()?;

    let (pool_id, sub, user_id) = call.pools.update(|store| {
        let pool = store.pool_of_client_mut(&client_id)?;
        let client = pool.client(&client_id)?;
        client.check_secret_hash(&username, secret_hash.as_deref())?;
        let hides_users = client.hides_users;
        pool.rules.password.check(&password)?;
        let pool_id = pool.id.clone();
        let user = match pool.find_user_mut(&username) {
            Some(user) if user.enabled => user,
            // Whether there is such a user must not show.
            _ if hides_users => return Err(Error::CodeMismatch),
            Some(_) => return Err(Error::UserDisabled),
            None => return Err(Error::UserOrClientNotFound),
        };
        user.check_code(&Purpose::NewPassword, &code, call.now)?;
        Ok((pool_id, user.sub.clone(), user.username.clone()))
    })?;
    let verifier = Verifier::new(pool_name(&pool_id), &user_id, &password)?;
    call.pools.update(|store| {
        let user = store.pool_mut(&pool_id)?.users.get_mut(&sub);
        let user = user.ok_or(Error::CodeExpired)?;
        // Again: of two requests with the same code one comes first.
        user.check_code(&Purpose::NewPassword, &code, call.now)?;
        user.forget_code(&Purpose::NewPassword);
        let status = match user.status {
            Status::ResetRequired => Status::Confirmed,
            status => status,
        };
        user.set_password(verifier, status, call.now);
        Ok(Answer::nothing())
    })
}
