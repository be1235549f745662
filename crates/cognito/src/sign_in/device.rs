//! `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`: a remembered device proves itself in place of a second factor.

use super::{Context, Means};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::operation::{AuthStep, Challenge, ChallengeName, ConfirmDevice, NewDevice};
use crate::platform::{Clock, Random};
use crate::secret::{AccessToken, DevicePassword};
use crate::srp::{DeviceVerifier, PrivateKey, SrpError};
use crate::transport::Transport;

/// What a device that the pool remembers proves itself by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedDevice {
    /// `DeviceKey`
    pub key: String,
    /// `DeviceGroupKey`
    pub group_key: String,
    /// The device's password.
    pub password: DevicePassword,
}

/// Where remembered devices are kept, by user. [`TokenStore`](crate::TokenStore) is one.
pub trait DeviceStore {
    /// The device that this place is to the user, by the pool's own name for the user.
    fn device(&self, username: &str) -> Option<RememberedDevice>;

    /// Forgets it: the pool does not know it any more.
    fn forget_device(&self, username: &str);
}

/// Whether an answer to the challenge tells which device it comes from.
pub(super) fn takes_device_key(name: &ChallengeName) -> bool {
    use ChallengeName as Name;
    match name {
        Name::PasswordVerifier
        | Name::Password
        | Name::PasswordSrp
        | Name::SelectChallenge
        | Name::SmsMfa
        | Name::SmsOtp
        | Name::EmailOtp
        | Name::SoftwareTokenMfa
        | Name::Custom
        | Name::WebAuthn
        | Name::DeviceSrpAuth
        | Name::DevicePasswordVerifier => true,
        Name::NewPasswordRequired | Name::SelectMfaType | Name::MfaSetup | Name::Other(_) => false,
    }
}

/// A device that the pool was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedDevice {
    /// What it proves itself by: to be kept, see [`TokenStore::save_device`](crate::TokenStore::save_device).
    pub device: RememberedDevice,
    /// Whether the pool remembers it only when the user agrees:
    /// [`UpdateDeviceStatus`](crate::operation::UpdateDeviceStatus).
    pub user_confirmation_necessary: bool,
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Forgets the device if the pool does not know it; tells whether it did.
    pub(super) fn forget_unknown_device(
        &self,
        context: &mut Context,
        means: &Means<'_>,
        answer: &Result<AuthStep, Error>,
    ) -> bool {
        let unknown = matches!(answer, Err(error) if error.kind == ErrorKind::DeviceNotFound);
        if unknown {
            context.device = None;
            if let Some(devices) = means.devices {
                devices.forget_device(&context.username);
            }
        }
        unknown
    }

    /// Both steps of a device's proof. The user's name stays the one in `USERNAME`; group, name and password of the proof
    /// are the device's.
    pub(super) async fn prove_device(
        &self,
        context: &mut Context,
        challenge: &Challenge,
        device: &RememberedDevice,
    ) -> Result<AuthStep, Error> {
        let ephemeral = self.prepare_sign_in()?;
        let srp_a = ephemeral.public_hex();
        let device_key = ("DEVICE_KEY", device.key.as_str());
        let step = self
            .send_response(
                context,
                ChallengeName::DeviceSrpAuth,
                challenge.session.as_ref(),
                &[("SRP_A", &srp_a), device_key],
            )
            .await?;
        let verifier = match step {
            AuthStep::Challenge(challenge)
                if challenge.name == ChallengeName::DevicePasswordVerifier =>
            {
                challenge
            }
            step => return Ok(step),
        };
        let salt = verifier.required("SALT")?;
        let password = device.password.expose();
        let private_key = PrivateKey::of_user(&device.group_key, &device.key, password, salt)?;
        let proof = self.proof(
            &verifier,
            &device.group_key,
            &device.key,
            &private_key,
            &ephemeral,
        )?;
        let mut responses = proof.responses().to_vec();
        responses.push(device_key);
        self.send_response(
            context,
            ChallengeName::DevicePasswordVerifier,
            verifier.session.as_ref(),
            &responses,
        )
        .await
    }

    /// Registers the device that a sign-in was on ([`Tokens::new_device`](crate::Tokens::new_device)): draws its password
    /// and sends the verifier of it. The password itself never leaves the device.
    ///
    /// `name` is what the user will know the device by.
    ///
    /// # Errors
    /// [`DeviceKeyExists`](ErrorKind::DeviceKeyExists) and others.
    pub async fn confirm_device(
        &self,
        access_token: &AccessToken,
        new_device: &NewDevice,
        name: Option<&str>,
    ) -> Result<ConfirmedDevice, Error> {
        let (device, verifier) = self.new_device(new_device)?;
        let user_confirmation_necessary = self
            .call(&ConfirmDevice {
                access_token,
                device_key: &device.key,
                device_name: name,
                verifier: &verifier,
            })
            .await?;
        Ok(ConfirmedDevice {
            device,
            user_confirmation_necessary,
        })
    }

    fn new_device(
        &self,
        new_device: &NewDevice,
    ) -> Result<(RememberedDevice, DeviceVerifier), SrpError> {
        let NewDevice {
            device_key,
            device_group_key,
        } = new_device;
        let password = DeviceVerifier::draw_password(self.random())?;
        let verifier =
            DeviceVerifier::generate(self.random(), device_group_key, device_key, &password)?;
        let device = RememberedDevice {
            key: device_key.clone(),
            group_key: device_group_key.clone(),
            password,
        };
        Ok((device, verifier))
    }
}
