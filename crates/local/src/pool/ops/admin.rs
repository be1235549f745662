//! The administrator's operations on users.

use serde_json::json;
use uuid::Uuid;

use super::account::{attribute_names, remove_attributes, set_attributes};
use super::sign_up::{new_user, stored_username};
use super::{Answer, Call, Result, add_mfa_settings, user_view};
use crate::mail::Kind;
use crate::pool::attributes::Writer;
use crate::pool::codes::{Delivery, invitation};
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::model::{Pool, Purpose, Status, Store, User};
use crate::pool::pool_name;
use crate::pool::srp::Verifier;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The pool and the user that most of these operations name.
struct Named {
    pool: String,
    sub: String,
    /// What SRP knows the user by.
    user_id: String,
}

/// Reads `UserPoolId` and `Username`, checks the request, and finds the user.
fn named(call: &Call<'_>) -> Result<Named> {
    let pool = call.user_pool_id()?;
    let username = call.username()?;
    call.input.check()?;
    call.pools.read(|store| {
        let user = store.pool(&pool)?.find_user(&username);
        let user = user.ok_or(Error::UserNotFound)?;
        Ok(Named {
            sub: user.sub.clone(),
            user_id: user.username.clone(),
            pool,
        })
    })
}

/// Changes the user that the request names.
pub(super) fn change(call: &Call<'_>, change: impl FnOnce(&mut User) -> Result<()>) -> Result {
    let named = named(call)?;
    call.pools.update(|store| {
        let user = store.named(&named)?;
        change(user)?;
        user.modified_at = call.now;
        Ok(Answer::nothing())
    })
}

impl Store {
    fn named(&mut self, named: &Named) -> Result<&mut User> {
        let user = self.pool_mut(&named.pool)?.users.get_mut(&named.sub);
        user.ok_or(Error::UserNotFound)
    }
}

pub(super) fn get_user(call: &Call<'_>) -> Result {
    let named = named(call)?;
    call.pools.read(|store| {
        let user = store.pool(&named.pool)?.users.get(&named.sub);
        let user = user.ok_or(Error::UserNotFound)?;
        let mut view = user_view(user, "UserAttributes", &[]);
        add_mfa_settings(&mut view, user);
        Ok(view.into())
    })
}

pub(super) fn create_user(call: &Call<'_>) -> Result {
    let pool_id = call.user_pool_id()?;
    let username = call.username()?;
    let attributes = call.input.attributes("UserAttributes")?;
    call.input.attributes("ValidationData")?;
    let password = call.input.optional("TemporaryPassword", &Rule::PASSWORD)?;
    let action = call.input.word("MessageAction", &["RESEND", "SUPPRESS"])?;
    let mediums = call
        .input
        .list("DesiredDeliveryMediums")?
        .unwrap_or_default();
    let force_alias = call.input.boolean("ForceAliasCreation")?.unwrap_or(false);
    call.input.check()?;
    if let Some(medium) = mediums
        .iter()
        .find(|medium| !matches!(medium.as_str(), "EMAIL" | "SMS"))
    {
        return Err(Error::invalid(format!(
            "1 validation error detected: Value '[{medium}]' at 'desiredDeliveryMediums' failed to satisfy \
             constraint: Member must satisfy constraint: [Member must satisfy enum value set: [SMS, EMAIL]]"
        )));
    }

    let (sub, user_id, password) = call.pools.read(|store| {
        let pool = store.pool(&pool_id)?;
        let policy = pool.rules.password;
        pool.rules
            .check_attributes(&attributes, Writer::Administrator)?;
        let (sub, user_id) = if action == Some("RESEND") {
            let user = pool.find_user(&username).ok_or(Error::UserNotFound)?;
            if user.status != Status::ForceChangePassword {
                return Err(Error::NotInvited);
            }
            (user.sub.clone(), user.username.clone())
        } else {
            let sub = Uuid::new_v4().to_string();
            let user_id = stored_username(pool, &username, &sub);
            (sub, user_id)
        };
        let password = match &password {
            Some(password) => {
                policy.check(password)?;
                password.clone()
            }
            None => policy.temporary_password()?,
        };
        Ok((sub, user_id, password))
    })?;
    let verifier = Verifier::new(pool_name(&pool_id), &user_id, &password)?;

    call.pools.update(|store| {
        let pool = store.pool_mut(&pool_id)?;
        let mut user = match pool.users.get(&sub) {
            Some(user) => user.clone(),
            None => {
                let user = new_user(pool, &username, sub.clone(), attributes, call.now);
                let user = user.map_err(|error| match error {
                    Error::UsernameTaken => Error::AdminUsernameTaken,
                    error => error,
                })?;
                take_aliases(pool, &user, force_alias)?;
                user
            }
        };
        let lifetime = i64::from(pool.rules.temporary_password_days).saturating_mul(DAY);
        user.set_password(verifier, Status::ForceChangePassword, call.now);
        user.password_expires_at = Some(call.now.saturating_add(lifetime));
        let view = user_view(&user, "Attributes", &[]);
        let shown_name = match pool.rules.username_attributes.is_empty() {
            true => user.username.clone(),
            false => username.clone(),
        };
        let targets = invitation_targets(&user, &mediums);
        pool.users.insert(sub, user);
        if action != Some("SUPPRESS") {
            for to in targets {
                store.send(invitation(&to, &shown_name, password.clone(), call.now));
            }
        }
        Ok(json!({ "User": view }).into())
    })
}

/// Where an invitation goes: by the mediums asked for, or by whichever address there is.
fn invitation_targets(user: &User, mediums: &[String]) -> Vec<Delivery> {
    let asked = |medium: &str| mediums.iter().any(|known| known == medium);
    let to = |attribute| Delivery::to_any(user, &[attribute]);
    match (asked("EMAIL"), asked("SMS")) {
        (false, false) => to("phone_number")
            .or_else(|| to("email"))
            .into_iter()
            .collect(),
        (email, sms) => [
            to("email").filter(|_| email),
            to("phone_number").filter(|_| sms),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// Somebody else's proven alias is refused, or taken from them.
fn take_aliases(pool: &mut Pool, user: &User, force: bool) -> Result<()> {
    for attribute in ["email", "phone_number", "preferred_username"] {
        let Some(value) = user.attribute(attribute) else {
            continue;
        };
        let owner = pool.owner_of(attribute, value, &user.sub);
        let Some(owner) = owner.map(|owner| owner.sub.clone()) else {
            continue;
        };
        if !force || attribute == "preferred_username" {
            return Err(Error::AliasExists(attribute.to_owned()));
        }
        if let Some(owner) = pool.users.get_mut(&owner) {
            let verified = format!("{attribute}_verified");
            owner.attributes.insert(verified, "false".to_owned());
        }
    }
    Ok(())
}

pub(super) fn delete_user(call: &Call<'_>) -> Result {
    let named = named(call)?;
    call.pools.update(|store| {
        let pool = store.pool_mut(&named.pool)?;
        pool.users.remove(&named.sub);
        pool.sign_out_everywhere(&named.sub);
        Ok(Answer::Empty)
    })
}

pub(super) fn enable_user(call: &Call<'_>) -> Result {
    change(call, |user| {
        user.enabled = true;
        Ok(())
    })
}

pub(super) fn disable_user(call: &Call<'_>) -> Result {
    let named = named(call)?;
    call.pools.update(|store| {
        let user = store.named(&named)?;
        user.enabled = false;
        user.modified_at = call.now;
        store.pool_mut(&named.pool)?.sign_out_everywhere(&named.sub);
        Ok(Answer::nothing())
    })
}

pub(super) fn confirm_sign_up(call: &Call<'_>) -> Result {
    change(call, |user| {
        if user.status != Status::Unconfirmed {
            return Err(Error::CannotConfirm(user.status.as_str()));
        }
        user.status = Status::Confirmed;
        user.forget_code(&Purpose::SignUp);
        Ok(())
    })
}

pub(super) fn set_user_password(call: &Call<'_>) -> Result {
    let password = call.input.required("Password", &Rule::PASSWORD)?;
    let permanent = call.input.boolean("Permanent")?.unwrap_or(false);
    let named = named(call)?;
    let days = call.pools.read(|store| {
        let rules = &store.pool(&named.pool)?.rules;
        rules.password.check(&password)?;
        Ok(i64::from(rules.temporary_password_days))
    })?;
    let verifier = Verifier::new(pool_name(&named.pool), &named.user_id, &password)?;
    call.pools.update(|store| {
        let user = store.named(&named)?;
        let status = match permanent {
            true => Status::Confirmed,
            false => Status::ForceChangePassword,
        };
        user.set_password(verifier, status, call.now);
        user.password_expires_at =
            (!permanent).then(|| call.now.saturating_add(days.saturating_mul(DAY)));
        Ok(Answer::nothing())
    })
}

pub(super) fn reset_user_password(call: &Call<'_>) -> Result {
    let named = named(call)?;
    call.pools.update(|store| {
        let user = store.named(&named)?;
        if !matches!(user.status, Status::Confirmed | Status::ResetRequired) {
            return Err(Error::PasswordNotResettable);
        }
        let to = user.recovery_contact().ok_or(Error::NoRecoveryContact)?;
        user.status = Status::ResetRequired;
        user.modified_at = call.now;
        let purpose = Purpose::NewPassword;
        store.send_code(
            &named.pool,
            &named.sub,
            &purpose,
            Kind::ForgotPassword,
            &to,
            call.now,
        )?;
        Ok(Answer::nothing())
    })
}

pub(super) fn update_user_attributes(call: &Call<'_>) -> Result {
    if !call.input.has("UserAttributes") {
        call.input.missing("UserAttributes");
    }
    let attributes = call.input.attributes("UserAttributes")?;
    let named = named(call)?;
    call.pools.update(|store| {
        let rules = &store.pool(&named.pool)?.rules;
        rules.check_attributes(&attributes, Writer::Administrator)?;
        set_attributes(store, &named.pool, &named.sub, &attributes, call.now)?;
        Ok(Answer::nothing())
    })
}

pub(super) fn delete_user_attributes(call: &Call<'_>) -> Result {
    let names = attribute_names(call)?;
    let named = named(call)?;
    call.pools.update(|store| {
        let pool = store.pool_mut(&named.pool)?;
        remove_attributes(pool, &named.sub, &names, call.now)?;
        Ok(Answer::nothing())
    })
}

pub(super) fn global_sign_out(call: &Call<'_>) -> Result {
    let named = named(call)?;
    call.pools.update(|store| {
        store.pool_mut(&named.pool)?.sign_out_everywhere(&named.sub);
        Ok(Answer::nothing())
    })
}
