//! `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`: a remembered device proves itself in place of a second factor.

use alloc::{boxed::Box, string::String};

use serde_json::Value;

use super::{Context, Request};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::operation::{AuthFlow, Challenge, ChallengeName, ConfirmDevice, NewDevice};
use crate::platform::{Clock, Random};
use crate::secret::{AccessToken, DevicePassword};
use crate::srp::{DeviceVerifier, Ephemeral, PrivateKey, SrpError};
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

/// The key of the device that signs in.
pub(super) fn key(context: &Context) -> Option<&str> {
    context.device.as_ref().map(|device| device.key.as_str())
}

/// The device that a flow can name from the start: devices are stored by the pool's own name for the user, which may be the
/// one that was typed. With SRP, the pool tells it before the device counts.
pub(super) fn known_by_name(
    flow: &AuthFlow<'_>,
    username: &str,
    devices: Option<&dyn DeviceStore>,
) -> Option<RememberedDevice> {
    match flow {
        AuthFlow::UserSrp { .. } => None,
        _ => devices?.device(username),
    }
}

/// What a device's proof takes.
#[derive(Default)]
pub(super) struct Means<'a> {
    devices: Option<&'a dyn DeviceStore>,
    proof: Progress,
}

/// How far the proof is. There is one in a sign-in.
#[derive(Default)]
enum Progress {
    #[default]
    NotAsked,
    Begun(Box<Ephemeral>),
    Done,
}

impl<'a> Means<'a> {
    pub(super) fn of(devices: Option<&'a dyn DeviceStore>) -> Self {
        Self {
            devices,
            proof: Progress::NotAsked,
        }
    }

    /// Finds the user's device once the pool has told its name for the user.
    pub(super) fn look_up(&self, context: &mut Context) {
        if let (None, Some(devices)) = (&context.device, self.devices) {
            context.device = devices.device(&context.username);
        }
    }

    /// What an error means that the pool answers to a device's proof: it speaks of user name and password, but those were
    /// right before.
    pub(super) fn blame(&self, error: Error) -> Error {
        let kind = match (&self.proof, error.kind) {
            (Progress::Begun(_) | Progress::Done, ErrorKind::WrongCredentials) => {
                ErrorKind::DeviceNotFound
            }
            (_, kind) => kind,
        };
        Error { kind, ..error }
    }

    /// Forgets a device that the pool does not know. Tells whether `request` makes sense without it.
    pub(super) fn forget(&mut self, context: &mut Context, request: &mut Request) -> bool {
        context.device = None;
        if let Some(devices) = self.devices.take() {
            devices.forget_device(&context.username);
        }
        let parameters = ["AuthParameters", "ChallengeResponses"];
        let named = parameters.iter().any(|parameters| {
            let parameters = request.body.get_mut(*parameters);
            parameters
                .and_then(Value::as_object_mut)
                .is_some_and(|parameters| parameters.remove("DEVICE_KEY").is_some())
        });
        named && matches!(self.proof, Progress::NotAsked)
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
    /// Either step of a device's proof, if that is what the challenge asks for. The user's name stays the one in
    /// `USERNAME`; group, name and password of the proof are the device's.
    pub(super) async fn prove_device(
        &self,
        context: &Context,
        challenge: &Challenge,
        means: &mut Means<'_>,
    ) -> Result<Option<Request>, Error> {
        let Some(device) = &context.device else {
            return Ok(None);
        };
        let (name, session) = (challenge.name.clone(), challenge.session.as_ref());
        match (&name, core::mem::take(&mut means.proof)) {
            (ChallengeName::DeviceSrpAuth, Progress::NotAsked) => {
                let ephemeral = self.prepare_sign_in_in_steps().await?;
                let srp_a = ephemeral.public_hex();
                means.proof = Progress::Begun(Box::new(ephemeral));
                let responses = [("SRP_A", srp_a.as_str())];
                Ok(Some(context.respond(
                    self.config(),
                    name,
                    session,
                    &responses,
                )))
            }
            (ChallengeName::DevicePasswordVerifier, Progress::Begun(ephemeral)) => {
                means.proof = Progress::Done;
                let (group, key) = (&device.group_key, &device.key);
                let salt = challenge.required("SALT")?;
                let private_key = PrivateKey::of_user(group, key, device.password.expose(), salt)?;
                let proof = self
                    .proof(challenge, group, key, &private_key, &ephemeral)
                    .await?;
                let responses = proof.responses();
                Ok(Some(context.respond(
                    self.config(),
                    name,
                    session,
                    &responses,
                )))
            }
            (_, progress) => {
                means.proof = progress;
                Ok(None)
            }
        }
    }

    /// Registers the device that a sign-in was on ([`Tokens::new_device`](crate::Tokens::new_device)): draws its password
    /// and sends the verifier of it. The password itself never leaves the device.
    ///
    /// `name` is what the user will know the device by.
    ///
    /// # Errors
    /// [`DeviceKeyExists`](crate::ErrorKind::DeviceKeyExists) and others.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Password, SignIn, SignInStep, Storage, StoredSession, TokenStore, Transport};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     store: TokenStore<impl Storage>,
    /// #     password: Password,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let sign_in = SignIn::srp("ann", &password).devices(&store);
    /// if let SignInStep::SignedIn(tokens) = client.start(sign_in).await? {
    ///     let new_device = tokens.new_device.clone();
    ///     let access_token = tokens.access_token.clone();
    ///     let offset = client.server_offset_ms();
    ///     if let Some(session) = StoredSession::of_sign_in(tokens, offset) {
    ///         store.save(&session)?;
    ///         if let Some(new_device) = new_device {
    ///             let confirmed = client.confirm_device(&access_token, &new_device, None).await?;
    ///             store.save_device(&session.username, &confirmed.device)?;
    ///         }
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
