//! DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a remembered device proves itself.

use serde_json::json;

use super::super::Result;
use super::password::{begin, proof_parameters, srp_a};
use super::{Reply, Step, Turn};
use crate::pool::challenges::Kind;
use crate::pool::devices::{Device, DeviceIdentity};
use crate::pool::errors::Error;
use crate::pool::model::{Store, User};
use crate::pool::tokens::OnDevice;

impl Turn<'_> {
    /// The device that the client says it is on, if the person has one of that key.
    fn known_device<'s>(&self, user: &'s User) -> Option<(&'s str, &'s Device)> {
        let key = self.attempt.device.as_ref()?;
        let (key, device) = user.devices.get_key_value(key)?;
        Some((key, device))
    }

    /// The remembered device that the client says it is on.
    fn remembered_device<'s>(&self, store: &'s Store) -> Result<Option<&'s Device>> {
        let rules = self.pool(store)?.rules.devices;
        let known = self.known_device(self.user(store)?);
        let device = known.map(|(_, device)| device);
        Ok(device.filter(|device| rules.is_some() && device.remembered))
    }

    /// Whether the proof of the device is all that is asked for besides the first factor.
    pub(super) fn device_is_enough(&self, store: &Store) -> Result<bool> {
        let rules = self.pool(store)?.rules.devices;
        Ok(rules.is_some_and(|rules| rules.challenge_new_only)
            && self.remembered_device(store)?.is_some())
    }

    /// Goes on after the second factor: lets a remembered device prove itself.
    pub(super) fn device(&self, store: &mut Store) -> Result<Step> {
        match self.remembered_device(store)? {
            None => self.sign_in(store),
            Some(_) => Ok(Step::Challenge {
                kind: Kind::DeviceSrpAuth,
                parameters: json!({ "DEVICE_KEY": self.attempt.device }),
            }),
        }
    }

    /// What the tokens say of the device; one that is not known gets a name.
    pub(super) fn on_device(&self, store: &Store) -> Result<OnDevice> {
        if self.pool(store)?.rules.devices.is_none() {
            return Ok(OnDevice::Unknown);
        }
        Ok(match self.known_device(self.user(store)?) {
            Some((key, device)) => OnDevice::Known(DeviceIdentity {
                key: key.to_owned(),
                group: device.group.clone(),
            }),
            None => OnDevice::New(DeviceIdentity::new()?),
        })
    }
}

impl Reply<'_> {
    /// The device that the answer names.
    ///
    /// # Errors
    /// When the person has no such device, or another one is being asked for its proof.
    pub(super) fn device(&self, kind: &Kind, turn: &Turn<'_>) -> Result<Option<String>> {
        let asked = turn.attempt.device.clone();
        let Some(key) = self.responses.get("DEVICE_KEY") else {
            return Ok(asked);
        };
        let proving = matches!(kind, Kind::DeviceSrpAuth | Kind::DevicePasswordVerifier(_));
        let known = self.call.pools.read(|store| {
            let user = turn.user(store);
            Ok(user.is_ok_and(|user| user.devices.contains_key(key)))
        })?;
        if !known || proving && asked.as_deref() != Some(key) {
            return Err(Error::NoSuchDevice);
        }
        Ok(Some(key.to_owned()))
    }
}

pub(super) fn srp_auth(reply: Reply<'_>) -> Result {
    let (_, turn, reply) = reply.waiting()?;
    reply.responses.required("DEVICE_KEY")?;
    let srp_a = srp_a(&reply.responses)?;
    let device = turn.call.pools.read(|store| {
        let device = turn.remembered_device(store)?.cloned();
        device.ok_or(Error::NoSuchDevice)
    })?;
    let exchange = begin(&device.verifier, srp_a)?;
    reply.take()?;
    let mut parameters = proof_parameters(&turn, &device.verifier, &exchange);
    parameters["DEVICE_KEY"] = json!(turn.attempt.device);
    turn.ask(Kind::DevicePasswordVerifier(Box::new(exchange)), parameters)
}

pub(super) fn password_verifier(reply: Reply<'_>) -> Result {
    reply.responses.required("DEVICE_KEY")?;
    let (proof, kind, turn) = reply.proof()?;
    let Kind::DevicePasswordVerifier(exchange) = kind else {
        return Err(Error::WrongCredentials);
    };
    let now = turn.call.now;
    turn.conclude(|turn, store| {
        turn.try_code(store, |user| {
            let key = turn.attempt.device.as_deref().unwrap_or_default();
            let device = user.devices.get_mut(key).ok_or(Error::NoSuchDevice)?;
            if !proof.holds(&exchange, &device.group, key, now) {
                return Err(Error::WrongCredentials);
            }
            device.authenticated_at = now;
            Ok(())
        })?;
        turn.sign_in(store)
    })
}
