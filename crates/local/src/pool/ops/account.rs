//! What a person does with their own account, by an access token.

use serde_json::json;

use super::{Answer, Call, Result, add_mfa_settings, name_value_list};
use crate::mail::Kind;
use crate::pool::attributes::Writer;
use crate::pool::codes::Delivery;
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::model::{Pool, Purpose, Store, User};
use crate::pool::pool_name;
use crate::pool::srp::Verifier;
use crate::pool::tokens::Bearer;

impl Call<'_> {
    /// The person whose `AccessToken` came along; checks the request's other members too.
    pub(super) fn bearer(&self) -> Result<Bearer> {
        let token = self.input.required("AccessToken", &Rule::TOKEN)?;
        self.input.check()?;
        self.pools.bearer(&token, self.now)
    }
}

impl Store {
    pub(super) fn own_user(&mut self, bearer: &Bearer) -> Result<&mut User> {
        let user = self.pool_mut(&bearer.pool)?.users.get_mut(&bearer.sub);
        user.ok_or(Error::UserNotFound)
    }
}

pub(super) fn get_user(call: &Call<'_>) -> Result {
    let bearer = call.bearer()?;
    call.pools.read(|store| {
        let pool = store.pool(&bearer.pool)?;
        let user = pool.users.get(&bearer.sub).ok_or(Error::UserNotFound)?;
        let client = pool.client(&bearer.client)?;
        let mut answer = json!({
            "Username": user.username,
            "UserAttributes": name_value_list(client.readable(user)),
        });
        add_mfa_settings(&mut answer, user);
        Ok(answer.into())
    })
}

pub(super) fn get_user_auth_factors(call: &Call<'_>) -> Result {
    let bearer = call.bearer()?;
    call.pools.read(|store| {
        let pool = store.pool(&bearer.pool)?;
        let user = pool.users.get(&bearer.sub).ok_or(Error::UserNotFound)?;
        let factors = pool.first_factors_of(user);
        let factors: Vec<_> = factors.iter().map(|factor| factor.as_str()).collect();
        let mut answer = json!({
            "Username": user.username,
            "ConfiguredUserAuthFactors": factors,
        });
        add_mfa_settings(&mut answer, user);
        Ok(answer.into())
    })
}

pub(super) fn change_password(call: &Call<'_>) -> Result {
    let previous = call.input.optional("PreviousPassword", &Rule::PASSWORD)?;
    let proposed = call.input.required("ProposedPassword", &Rule::PASSWORD)?;
    let bearer = call.bearer()?;
    let purpose = Purpose::ChangePassword;
    let (policy, user_id, verifier) = call.pools.update(|store| {
        let pool = store.pool_mut(&bearer.pool)?;
        let policy = pool.rules.password;
        let user = pool.users.get_mut(&bearer.sub).ok_or(Error::UserNotFound)?;
        user.check_misses(&purpose, call.now)?;
        Ok((policy, user.username.clone(), user.password.clone()))
    })?;
    let pool_name = pool_name(&bearer.pool);
    if let Some(verifier) = verifier {
        let previous = previous.ok_or(Error::MissingParameter("OldPassword"))?;
        if !verifier.fits(pool_name, &user_id, &previous) {
            call.pools.update(|store| {
                store.own_user(&bearer)?.count_miss(&purpose, call.now);
                Ok(())
            })?;
            return Err(Error::WrongCredentials);
        }
    }
    policy.check(&proposed)?;
    let verifier = Verifier::new(pool_name, &user_id, &proposed)?;
    call.pools.update(|store| {
        let user = store.own_user(&bearer)?;
        user.forget_code(&purpose);
        user.set_password(verifier, user.status, call.now);
        Ok(Answer::nothing())
    })
}

pub(super) fn update_user_attributes(call: &Call<'_>) -> Result {
    if !call.input.has("UserAttributes") {
        call.input.missing("UserAttributes");
    }
    let attributes = call.input.attributes("UserAttributes")?;
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        let pool = store.pool(&bearer.pool)?;
        let client = pool.client(&bearer.client)?;
        let writer = Writer::User(&client.write_attributes);
        pool.rules.check_attributes(&attributes, writer)?;
        let deliveries = set_attributes(store, &bearer.pool, &bearer.sub, &attributes, call.now)?;
        let details: Vec<_> = deliveries.iter().map(Delivery::details).collect();
        Ok(json!({ "CodeDeliveryDetailsList": details }).into())
    })
}

/// Sets checked attributes. An address that changes is no longer verified, and a code goes to it.
pub(super) fn set_attributes(
    store: &mut Store,
    pool_id: &str,
    sub: &str,
    attributes: &[(String, String)],
    now: i64,
) -> Result<Vec<Delivery>> {
    let pool = store.pool_mut(pool_id)?;
    let user = pool.users.get(sub).ok_or(Error::UserNotFound)?;
    for (name, value) in attributes {
        let rules = pool.rules.attribute(name);
        let changes = user.attribute(name) != Some(value);
        if changes && rules.is_some_and(|rules| !rules.mutable) {
            return Err(Error::invalid(format!(
                "user.{name}: Attribute cannot be updated."
            )));
        }
        if pool.owner_of(name, value, sub).is_some() {
            return Err(Error::AliasExists(name.clone()));
        }
    }
    let rules = pool.rules.clone();
    let user = pool.users.get_mut(sub).ok_or(Error::UserNotFound)?;
    let mut deliveries = Vec::new();
    for (name, value) in attributes {
        let verified = format!("{name}_verified");
        let changed = user.attribute(name) != Some(value);
        let given = attributes.iter().any(|(other, _)| *other == verified);
        let address = ["email", "phone_number"].into_iter().find(|a| a == name);
        let Some(attribute) = address.filter(|_| changed && !given) else {
            user.attributes.insert(name.clone(), value.clone());
            if changed && address.is_some() {
                user.drop_code(&Purpose::Attribute(name.clone()));
            }
            continue;
        };
        let to = Delivery {
            attribute,
            address: value.clone(),
        };
        if rules.waits_for_proof(attribute) && !value.is_empty() {
            // The address before stays until the new one is proven.
            deliveries.push(to);
            continue;
        }
        user.attributes.insert(name.clone(), value.clone());
        user.attributes.insert(verified, "false".to_owned());
        user.drop_code(&Purpose::Attribute(name.clone()));
        if rules.auto_verified.contains(name) && !value.is_empty() {
            deliveries.push(to);
        }
    }
    user.modified_at = now;
    for to in &deliveries {
        let purpose = Purpose::Attribute(to.attribute.to_owned());
        store.send_code(pool_id, sub, &purpose, Kind::AttributeVerification, to, now)?;
    }
    Ok(deliveries)
}

pub(super) fn delete_user_attributes(call: &Call<'_>) -> Result {
    let names = attribute_names(call)?;
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        let pool = store.pool_mut(&bearer.pool)?;
        let writable = pool.client(&bearer.client)?.write_attributes.clone();
        if names.iter().any(|name| {
            name.ends_with("_verified") || !writable.is_empty() && !writable.contains(name)
        }) {
            return Err(Error::UnauthorizedAttribute);
        }
        remove_attributes(pool, &bearer.sub, &names, call.now)?;
        Ok(Answer::nothing())
    })
}

/// The member `UserAttributeNames`.
pub(super) fn attribute_names(call: &Call<'_>) -> Result<Vec<String>> {
    let names = call.input.list("UserAttributeNames")?;
    if names.is_none() {
        call.input.missing("UserAttributeNames");
    }
    Ok(names.unwrap_or_default())
}

/// Takes attributes away; a verified address takes its mark along.
pub(super) fn remove_attributes(
    pool: &mut Pool,
    sub: &str,
    names: &[String],
    now: i64,
) -> Result<()> {
    for name in names {
        let Some(rules) = pool.rules.attribute(name) else {
            return Err(Error::invalid(format!(
                "user.{name}: Attribute does not exist in the schema."
            )));
        };
        if rules.required || !rules.mutable {
            return Err(Error::invalid(format!(
                "user.{name}: Attribute cannot be deleted."
            )));
        }
    }
    let user = pool.users.get_mut(sub).ok_or(Error::UserNotFound)?;
    for name in names {
        user.attributes.remove(name);
        user.attributes.remove(&format!("{name}_verified"));
    }
    user.modified_at = now;
    Ok(())
}

/// The attribute that a code is about.
fn address_attribute(call: &Call<'_>) -> Result<String> {
    call.input.required("AttributeName", &Rule::ATTRIBUTE_NAME)
}

fn known_address(name: &str) -> Result<&'static str> {
    ["email", "phone_number"]
        .into_iter()
        .find(|known| *known == name)
        .ok_or_else(|| Error::invalid("Only email and phone_number can be verified."))
}

pub(super) fn get_user_attribute_verification_code(call: &Call<'_>) -> Result {
    let name = address_attribute(call)?;
    let bearer = call.bearer()?;
    let attribute = known_address(&name)?;
    call.pools.update(|store| {
        let waits = store.pool(&bearer.pool)?.rules.waits_for_proof(attribute);
        let user = store.own_user(&bearer)?;
        let purpose = Purpose::Attribute(name.clone());
        let awaited = user
            .awaited_address(&purpose, call.now)
            .filter(|_| waits)
            .map(|address| Delivery {
                attribute,
                address: address.to_owned(),
            });
        let to = awaited
            .or_else(|| Delivery::to_any(user, &[attribute]))
            .ok_or_else(|| Error::invalid(format!("User does not have {attribute}.")))?;
        user.count_sending(&purpose, call.now)?;
        let kind = Kind::AttributeVerification;
        store.send_code(&bearer.pool, &bearer.sub, &purpose, kind, &to, call.now)?;
        Ok(json!({ "CodeDeliveryDetails": to.details() }).into())
    })
}

pub(super) fn verify_user_attribute(call: &Call<'_>) -> Result {
    let name = address_attribute(call)?;
    let code = call.input.required("Code", &Rule::CODE)?;
    let bearer = call.bearer()?;
    let attribute = known_address(&name)?;
    call.pools.update(|store| {
        let waits = store.pool(&bearer.pool)?.rules.waits_for_proof(attribute);
        let user = store.own_user(&bearer)?;
        let purpose = Purpose::Attribute(name.clone());
        let address = user.check_code(&purpose, &code, call.now)?;
        if !waits && user.attribute(attribute) != Some(&address) {
            // The address has changed since the code went out.
            return Err(Error::CodeExpired);
        }
        let (pool, sub) = (bearer.pool.as_str(), bearer.sub.as_str());
        if store
            .pool(pool)?
            .owner_of(attribute, &address, sub)
            .is_some()
        {
            return Err(Error::AliasExists(name.clone()));
        }
        let user = store.own_user(&bearer)?;
        user.forget_code(&purpose);
        user.attributes.insert(attribute.to_owned(), address);
        let verified = format!("{attribute}_verified");
        user.attributes.insert(verified, "true".to_owned());
        user.modified_at = call.now;
        Ok(Answer::nothing())
    })
}

pub(super) fn delete_user(call: &Call<'_>) -> Result {
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        let pool = store.pool_mut(&bearer.pool)?;
        pool.users.remove(&bearer.sub);
        pool.sign_out_everywhere(&bearer.sub);
        Ok(Answer::Empty)
    })
}
