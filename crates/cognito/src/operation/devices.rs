//! Devices that the pool remembers.

use alloc::{string::String, vec::Vec};

use serde_json::{Map, Value};

use super::{Operation, attribute_pairs, epoch_ms, insert_some, missing, object, text};
use crate::config::Config;
use crate::error::Error;
use crate::secret::AccessToken;
use crate::srp::DeviceVerifier;

/// [`ConfirmDevice`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html):
/// registers a new device's verifier. The output tells whether the user has to agree before the device is remembered:
/// [`UpdateDeviceStatus`].
///
/// [`Client::confirm_device`](crate::Client::confirm_device) makes the verifier as well.
#[derive(Clone, Debug)]
pub struct ConfirmDevice<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// The device's key, from the sign-in.
    pub device_key: &'a str,
    /// A name that the user will know the device by.
    pub device_name: Option<&'a str>,
    /// The device password's verifier and its salt.
    pub verifier: &'a DeviceVerifier,
}

impl Operation for ConfirmDevice<'_> {
    const NAME: &'static str = "ConfirmDevice";
    // The second of two requests would be told that the device exists.
    const REPEATABLE: bool = false;
    type Output = bool;

    fn request(&self, _: &Config) -> Map<String, Value> {
        let mut request = object! {
            "AccessToken": self.access_token.expose(),
            "DeviceKey": self.device_key,
            "DeviceSecretVerifierConfig": {
                "PasswordVerifier": self.verifier.password_verifier,
                "Salt": self.verifier.salt,
            },
        };
        insert_some(&mut request, "DeviceName", self.device_name);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<bool, Error> {
        let necessary = body.get("UserConfirmationNecessary");
        Ok(necessary.and_then(Value::as_bool).unwrap_or(false))
    }
}

/// A device of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its key.
    pub key: String,
    /// What the pool knows of it: `device_name`, `device_status`, `last_ip_used` and others.
    pub attributes: Vec<(String, String)>,
    /// When it was first seen, in milliseconds since 1970-01-01T00:00:00Z.
    pub created_at_ms: Option<i64>,
    /// When it was changed last, in milliseconds since 1970-01-01T00:00:00Z.
    pub modified_at_ms: Option<i64>,
    /// When it signed in last, in milliseconds since 1970-01-01T00:00:00Z.
    pub authenticated_at_ms: Option<i64>,
}

impl Device {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.as_str())
    }

    /// The name that it was given.
    pub fn name(&self) -> Option<&str> {
        self.attribute("device_name")
    }

    fn read(value: &Value) -> Option<Self> {
        let body = value.as_object()?;
        Some(Self {
            key: text(body, "DeviceKey")?,
            attributes: attribute_pairs(body.get("DeviceAttributes")),
            created_at_ms: epoch_ms(body, "DeviceCreateDate"),
            modified_at_ms: epoch_ms(body, "DeviceLastModifiedDate"),
            authenticated_at_ms: epoch_ms(body, "DeviceLastAuthenticatedDate"),
        })
    }
}

/// [`ListDevices`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListDevices.html):
/// one page of the user's devices. [`Client::devices`](crate::Client::devices) gets all of them.
#[derive(Clone, Debug)]
pub struct ListDevices<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// How many at most, up to 60.
    pub limit: u32,
    /// Where the page before ended.
    pub pagination_token: Option<&'a str>,
}

/// The answer of [`ListDevices`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePage {
    /// The devices.
    pub devices: Vec<Device>,
    /// Where the next page begins; `None` after the last.
    pub pagination_token: Option<String>,
}

impl Operation for ListDevices<'_> {
    const NAME: &'static str = "ListDevices";
    const REPEATABLE: bool = true;
    type Output = DevicePage;

    fn request(&self, _: &Config) -> Map<String, Value> {
        let mut request = object! {
            "AccessToken": self.access_token.expose(),
            "Limit": self.limit,
        };
        insert_some(&mut request, "PaginationToken", self.pagination_token);
        request
    }

    fn response(body: &Map<String, Value>) -> Result<DevicePage, Error> {
        let devices = body.get("Devices").and_then(Value::as_array);
        Ok(DevicePage {
            devices: devices
                .into_iter()
                .flatten()
                .filter_map(Device::read)
                .collect(),
            pagination_token: text(body, "PaginationToken").filter(|token| !token.is_empty()),
        })
    }
}

/// [`GetDevice`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetDevice.html): one of
/// the user's devices.
#[derive(Clone, Debug)]
pub struct GetDevice<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// The device's key.
    pub device_key: &'a str,
}

impl Operation for GetDevice<'_> {
    const NAME: &'static str = "GetDevice";
    const REPEATABLE: bool = true;
    type Output = Device;

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! {
            "AccessToken": self.access_token.expose(),
            "DeviceKey": self.device_key,
        }
    }

    fn response(body: &Map<String, Value>) -> Result<Device, Error> {
        body.get("Device")
            .and_then(Device::read)
            .ok_or_else(|| missing(Self::NAME, "Device"))
    }
}

/// Whether a device stands in for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceStatus {
    /// `remembered`
    Remembered,
    /// `not_remembered`
    NotRemembered,
}

/// [`UpdateDeviceStatus`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateDeviceStatus.html):
/// has the pool remember a device, or not.
#[derive(Clone, Debug)]
pub struct UpdateDeviceStatus<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// The device's key.
    pub device_key: &'a str,
    /// What it shall be.
    pub status: DeviceStatus,
}

impl Operation for UpdateDeviceStatus<'_> {
    const NAME: &'static str = "UpdateDeviceStatus";
    const REPEATABLE: bool = true;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        let status = match self.status {
            DeviceStatus::Remembered => "remembered",
            DeviceStatus::NotRemembered => "not_remembered",
        };
        object! {
            "AccessToken": self.access_token.expose(),
            "DeviceKey": self.device_key,
            "DeviceRememberedStatus": status,
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}

/// [`ForgetDevice`](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgetDevice.html):
/// has the pool forget a device.
#[derive(Clone, Debug)]
pub struct ForgetDevice<'a> {
    /// The user's access token.
    pub access_token: &'a AccessToken,
    /// The device's key.
    pub device_key: &'a str,
}

impl Operation for ForgetDevice<'_> {
    const NAME: &'static str = "ForgetDevice";
    // The second of two requests would be told that there is no such device.
    const REPEATABLE: bool = false;
    type Output = ();

    fn request(&self, _: &Config) -> Map<String, Value> {
        object! {
            "AccessToken": self.access_token.expose(),
            "DeviceKey": self.device_key,
        }
    }

    fn response(_: &Map<String, Value>) -> Result<(), Error> {
        Ok(())
    }
}
