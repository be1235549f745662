//! A person's devices: ConfirmDevice, ListDevices, GetDevice, UpdateDeviceStatus, ForgetDevice.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::admin_pools::page;
use super::{Answer, Call, Result, name_value_list, seconds};
use crate::pool::devices::Device;
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::srp::Verifier;

/// The most that a person can have.
const LIMIT: usize = 200;

fn device_key(call: &Call<'_>) -> Result<String> {
    call.input.required("DeviceKey", &Rule::DEVICE_KEY)
}

pub(super) fn confirm_device(call: &Call<'_>) -> Result {
    let key = device_key(call)?;
    let name = call.input.optional("DeviceName", &Rule::DEVICE_NAME)?;
    let config = call.input.object("DeviceSecretVerifierConfig")?;
    let verifier = config.optional("PasswordVerifier", &Rule::DEVICE_SECRET)?;
    let salt = config.optional("Salt", &Rule::DEVICE_SECRET)?;
    config.check()?;
    let bearer = call.bearer()?;
    let (Some(verifier), Some(salt)) = (verifier, salt) else {
        return Err(Error::MissingParameter("DeviceSecretVerifierConfig"));
    };
    let decoded = |text: String| STANDARD.decode(text).ok();
    let verifier = decoded(salt)
        .zip(decoded(verifier))
        .and_then(|(salt, verifier)| Verifier::of_device(&salt, &verifier))
        .ok_or_else(|| Error::invalid("Invalid device secret verifier given."))?;
    call.pools.update(|store| {
        let pool = store.pool(&bearer.pool)?;
        let rules = pool
            .rules
            .devices
            .ok_or_else(|| Error::invalid("Device tracking is not enabled for the user pool."))?;
        let sign_in = pool.sign_ins.get(&bearer.sign_in);
        let given = sign_in.and_then(|sign_in| sign_in.device.clone());
        let user = store.own_user(&bearer)?;
        if user.devices.contains_key(&key) {
            return Err(Error::DeviceExists);
        }
        // Only the device that the sign-in has given a key to.
        let identity = given.filter(|given| given.key == key);
        let identity = identity.ok_or(Error::NoSuchDevice)?;
        if user.devices.len() >= LIMIT {
            return Err(Error::TooManyDevices);
        }
        let device = Device {
            group: identity.group,
            name,
            verifier,
            remembered: !rules.remember_on_request,
            created_at: call.now,
            modified_at: call.now,
            authenticated_at: call.now,
        };
        user.devices.insert(key, device);
        Ok(json!({ "UserConfirmationNecessary": rules.remember_on_request }).into())
    })
}

pub(super) fn list_devices(call: &Call<'_>) -> Result {
    let limit = call.input.integer("Limit", 0..=60)?;
    let after = call.input.optional("PaginationToken", &Rule::PAGE)?;
    let bearer = call.bearer()?;
    call.pools.read(|store| {
        let user = store.pool(&bearer.pool)?.users.get(&bearer.sub);
        let user = user.ok_or(Error::UserNotFound)?;
        let limit = limit.filter(|limit| *limit > 0);
        let (page, next) = page(&user.devices, after, limit);
        let views: Vec<Value> = page.iter().map(|(key, device)| view(key, device)).collect();
        let mut answer = json!({ "Devices": views });
        if let Some(next) = next {
            answer["PaginationToken"] = next.into();
        }
        Ok(answer.into())
    })
}

pub(super) fn get_device(call: &Call<'_>) -> Result {
    let key = device_key(call)?;
    let bearer = call.bearer()?;
    call.pools.read(|store| {
        let user = store.pool(&bearer.pool)?.users.get(&bearer.sub);
        let device = user.and_then(|user| user.devices.get(&key));
        let device = device.ok_or(Error::NoSuchDevice)?;
        Ok(json!({ "Device": view(&key, device) }).into())
    })
}

pub(super) fn update_device_status(call: &Call<'_>) -> Result {
    let words = ["remembered", "not_remembered"];
    let status = call.input.word("DeviceRememberedStatus", &words)?;
    let key = device_key(call)?;
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        let device = store.own_user(&bearer)?.devices.get_mut(&key);
        let device = device.ok_or(Error::NoSuchDevice)?;
        if let Some(status) = status {
            device.remembered = status == "remembered";
            device.modified_at = call.now;
        }
        Ok(Answer::nothing())
    })
}

pub(super) fn forget_device(call: &Call<'_>) -> Result {
    let key = device_key(call)?;
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        let forgotten = store.own_user(&bearer)?.devices.remove(&key);
        forgotten.map(|_| Answer::Empty).ok_or(Error::NoSuchDevice)
    })
}

fn view(key: &str, device: &Device) -> Value {
    let remembered = match device.remembered {
        true => "remembered",
        false => "not_remembered",
    };
    let name = device.name.as_deref().map(|name| ("device_name", name));
    let attributes = [("device_status", "valid")]
        .into_iter()
        .chain(name)
        .chain([("dev:device_remembered_status", remembered)]);
    json!({
        "DeviceKey": key,
        "DeviceAttributes": name_value_list(attributes),
        "DeviceCreateDate": seconds(device.created_at),
        "DeviceLastModifiedDate": seconds(device.modified_at),
        "DeviceLastAuthenticatedDate": seconds(device.authenticated_at),
    })
}
