//! Signing in: a state machine from [`SignIn`] over challenges to tokens.
//!
//! [`Client::start`] begins and every answer goes on; each of them comes to a [`SignInStep`]. What the client can answer by
//! itself (the proofs of a password and of a remembered device) never shows.

#[cfg(feature = "choice")]
mod choice;
#[cfg(any(feature = "mfa", feature = "choice"))]
mod codes;
#[cfg(feature = "custom")]
mod custom;
#[cfg(feature = "devices")]
mod device;
#[cfg(feature = "mfa")]
mod mfa;
mod new_password;
#[cfg(feature = "passkeys")]
mod passkey;
mod password;
#[cfg(feature = "resume")]
mod saved;

use crate::client::Client;
use crate::error::Error;
#[cfg(feature = "choice")]
use crate::operation::PreferredChallenge;
use crate::operation::{
    AuthFlow, AuthStep, Challenge, ChallengeName, InitiateAuth, RespondToAuthChallenge, Tokens,
    With,
};
use crate::platform::{Clock, Random};
use crate::secret::{ChallengeSession, Password};
use crate::srp::Ephemeral;
use crate::transport::Transport;

#[cfg(feature = "choice")]
pub use choice::{Choice, PasswordAsked, SelectChallenge};
#[cfg(any(feature = "mfa", feature = "choice"))]
pub use codes::CodeSent;
#[cfg(feature = "custom")]
pub use custom::CustomChallenge;
#[cfg(feature = "devices")]
pub use device::{ConfirmedDevice, DeviceStore, RememberedDevice};
#[cfg(feature = "mfa")]
pub use mfa::{MfaSetup, SelectMfaType, SoftwareTokenMfa, SoftwareTokenSetup};
pub use new_password::NewPasswordRequired;
#[cfg(feature = "passkeys")]
pub use passkey::WebAuthnChallenge;
#[cfg(feature = "resume")]
pub use saved::ResumeError;

/// What a sign-in has come to.
///
/// Challenges appear with the features that answer them; without, they are [`Unsupported`](Self::Unsupported).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SignInStep {
    /// Signed in.
    SignedIn(Tokens),
    /// `NEW_PASSWORD_REQUIRED`: the password is a temporary one and has to be replaced, see
    /// [`Client::set_new_password`].
    NewPasswordRequired(NewPasswordRequired),
    /// `SMS_MFA`: a code went out by text message, see [`Client::answer_code`].
    #[cfg(feature = "mfa")]
    SmsMfa(CodeSent),
    /// `SOFTWARE_TOKEN_MFA`: the user's authenticator app has a code, see [`Client::answer_software_token`].
    #[cfg(feature = "mfa")]
    SoftwareTokenMfa(SoftwareTokenMfa),
    /// `EMAIL_OTP`: a code went out by e-mail, as a first factor or a second one, see [`Client::answer_code`].
    #[cfg(any(feature = "mfa", feature = "choice"))]
    EmailOtp(CodeSent),
    /// `SMS_OTP`: a code went out by text message, as a first factor, see [`Client::answer_code`].
    #[cfg(feature = "choice")]
    SmsOtp(CodeSent),
    /// `SELECT_MFA_TYPE`: the user has several second factors, see [`Client::select_mfa`].
    #[cfg(feature = "mfa")]
    SelectMfaType(SelectMfaType),
    /// `MFA_SETUP`: the pool demands a second factor and the user has none, see [`Client::set_up_software_token`] and
    /// [`Client::set_up_email`].
    #[cfg(feature = "mfa")]
    MfaSetup(MfaSetup),
    /// `MFA_SETUP`, with an authenticator app being set up: it has to show a code, see
    /// [`Client::verify_software_token`].
    #[cfg(feature = "mfa")]
    SoftwareTokenSetup(SoftwareTokenSetup),
    /// `SELECT_CHALLENGE`: the user chooses a first factor, see [`Client::select_challenge`].
    #[cfg(feature = "choice")]
    SelectChallenge(SelectChallenge),
    /// `PASSWORD`: the pool asks for the password, see [`Client::answer_password`].
    #[cfg(feature = "choice")]
    Password(PasswordAsked),
    /// `PASSWORD_SRP`: the pool asks for the password, proven by SRP, see [`Client::answer_password`].
    #[cfg(feature = "choice")]
    PasswordSrp(PasswordAsked),
    /// `WEB_AUTHN`: the pool asks for a passkey, see [`Client::answer_web_authn`].
    #[cfg(feature = "passkeys")]
    WebAuthn(WebAuthnChallenge),
    /// `CUSTOM_CHALLENGE`: a question of the pool's triggers, see [`Client::answer_custom`].
    #[cfg(feature = "custom")]
    Custom(CustomChallenge),
    /// The pool asks for something that this version, with the features that it was built with, cannot answer.
    Unsupported(UnsupportedChallenge),
}

/// A challenge that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedChallenge {
    /// Its name in the API, for instance `SMS_MFA`.
    pub name: String,
}

/// A sign-in to be started: who, and by which flow.
///
/// ```
/// use cognito_user_pool::{Password, SignIn};
///
/// let password = Password::new("correct horse battery staple".to_owned());
/// let sign_in = SignIn::srp("ann@example.com", &password).client_metadata(&[("source", "advert")]);
/// ```
#[must_use = "nothing happens until Client::start"]
pub struct SignIn<'a> {
    username: &'a str,
    flow: Flow<'a>,
    prepared: Option<Ephemeral>,
    session: Option<&'a ChallengeSession>,
    extras: Extras,
    #[cfg(feature = "devices")]
    devices: Option<&'a dyn DeviceStore>,
}

#[derive(Debug)]
enum Flow<'a> {
    Srp(&'a Password),
    PlainPassword(&'a Password),
    #[cfg(feature = "custom")]
    Custom(Option<&'a Password>),
    #[cfg(feature = "choice")]
    Choice(Option<Choice<'a>>),
}

/// What goes with every request of a sign-in.
#[derive(Clone, Default, PartialEq)]
struct Extras {
    client_metadata: Vec<(String, String)>,
    user_context_data: Option<String>,
}

impl core::fmt::Debug for Extras {
    /// Leaves out the values.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Extras").finish_non_exhaustive()
    }
}

fn owned<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_ref().to_owned(), value.as_ref().to_owned()))
        .collect()
}

impl core::fmt::Debug for SignIn<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SignIn")
            .field("username", &self.username)
            .field("flow", &self.flow)
            .finish_non_exhaustive()
    }
}

impl<'a> SignIn<'a> {
    fn new(username: &'a str, flow: Flow<'a>) -> Self {
        Self {
            username,
            flow,
            prepared: None,
            session: None,
            extras: Extras::default(),
            #[cfg(feature = "devices")]
            devices: None,
        }
    }

    /// `USER_SRP_AUTH`: with a password that never leaves the device.
    ///
    /// `username` is the user name or an alias of it (an e-mail address, in pools that take one).
    pub fn srp(username: &'a str, password: &'a Password) -> Self {
        Self::new(username, Flow::Srp(password))
    }

    /// `USER_PASSWORD_AUTH`: sends the password to the pool.
    ///
    /// Only for pools that need it, such as those with a user migration trigger; [`srp`](Self::srp) otherwise.
    pub fn plain_password(username: &'a str, password: &'a Password) -> Self {
        Self::new(username, Flow::PlainPassword(password))
    }

    /// `CUSTOM_AUTH`: by challenges of the pool's triggers alone.
    #[cfg(feature = "custom")]
    pub fn custom(username: &'a str) -> Self {
        Self::new(username, Flow::Custom(None))
    }

    /// `CUSTOM_AUTH` that begins with the password, proven by SRP, and goes on with challenges of the pool's triggers.
    #[cfg(feature = "custom")]
    pub fn custom_after_srp(username: &'a str, password: &'a Password) -> Self {
        Self::new(username, Flow::Custom(Some(password)))
    }

    /// `USER_AUTH`: the pool says what the user can choose from, [`SignInStep::SelectChallenge`].
    #[cfg(feature = "choice")]
    pub fn choice(username: &'a str) -> Self {
        Self::new(username, Flow::Choice(None))
    }

    /// `USER_AUTH` that begins with `preferred` if the user has it, and otherwise as [`choice`](Self::choice).
    #[cfg(feature = "choice")]
    pub fn choice_of(username: &'a str, preferred: Choice<'a>) -> Self {
        Self::new(username, Flow::Choice(Some(preferred)))
    }

    /// `USER_AUTH` right after the confirmation of a sign-up, without another code. `session` is
    /// [`ConfirmedSignUp::session`](crate::operation::ConfirmedSignUp::session).
    #[cfg(feature = "choice")]
    pub fn after_sign_up(username: &'a str, session: &'a ChallengeSession) -> Self {
        Self {
            session: Some(session),
            ..Self::new(username, Flow::Choice(None))
        }
    }

    /// Uses a key pair that [`Client::prepare_sign_in`] made when there was time for it. A fresh one is made otherwise.
    pub fn prepared(mut self, prepared: Option<Ephemeral>) -> Self {
        self.prepared = prepared;
        self
    }

    /// `ClientMetadata` of every request of this sign-in: names and values for the pool's triggers. Not for secrets.
    pub fn client_metadata<N: AsRef<str>, V: AsRef<str>>(mut self, metadata: &[(N, V)]) -> Self {
        self.extras.client_metadata = owned(metadata);
        self
    }

    /// `UserContextData` of every request of this sign-in: what threat protection's script made of the browser.
    pub fn user_context_data(mut self, encoded: &str) -> Self {
        self.extras.user_context_data = Some(encoded.to_owned());
        self
    }

    /// Signs in as a device that the pool remembers, if `devices` has one of the user's. One that the pool no longer
    /// knows is forgotten.
    #[cfg(feature = "devices")]
    pub fn devices(mut self, devices: &'a dyn DeviceStore) -> Self {
        self.devices = Some(devices);
        self
    }
}

/// What a sign-in has learned so far.
#[derive(Clone, Debug, PartialEq)]
struct Context {
    /// What the person typed, until the pool tells its own name for the user.
    username: String,
    extras: Extras,
    #[cfg(feature = "devices")]
    device: Option<RememberedDevice>,
}

impl Context {
    /// Takes over the pool's own name for the user: answers have to carry it.
    fn learn(&mut self, challenge: &Challenge) {
        let name = challenge
            .parameter("USER_ID_FOR_SRP")
            .or_else(|| challenge.parameter("USERNAME"));
        if let Some(name) = name {
            name.clone_into(&mut self.username);
        }
    }

    #[cfg(feature = "devices")]
    fn device_key(&self) -> Option<&str> {
        self.device.as_ref().map(|device| device.key.as_str())
    }
}

/// A challenge that waits for its answer.
#[derive(Clone, Debug, PartialEq)]
struct Pending {
    context: Context,
    challenge: Challenge,
    /// When the challenge came, by the device's clock.
    since_ms: i64,
}

/// What the client can answer by itself, each once.
struct Means<'a> {
    password: Option<(&'a Password, Ephemeral)>,
    #[cfg(feature = "devices")]
    devices: Option<&'a dyn DeviceStore>,
    #[cfg(feature = "devices")]
    device_tried: bool,
}

impl<'a> Means<'a> {
    fn of_password(password: Option<(&'a Password, Ephemeral)>) -> Self {
        Self {
            password,
            #[cfg(feature = "devices")]
            devices: None,
            #[cfg(feature = "devices")]
            device_tried: false,
        }
    }

    fn none() -> Self {
        Self::of_password(None)
    }
}

impl SignInStep {
    /// Gives a challenge its type.
    fn of(pending: Pending) -> Self {
        match &pending.challenge.name {
            ChallengeName::NewPasswordRequired => {
                Self::NewPasswordRequired(NewPasswordRequired::new(pending))
            }
            #[cfg(feature = "mfa")]
            ChallengeName::SmsMfa => Self::SmsMfa(CodeSent::new(pending)),
            #[cfg(feature = "mfa")]
            ChallengeName::SoftwareTokenMfa => {
                Self::SoftwareTokenMfa(SoftwareTokenMfa::new(pending))
            }
            #[cfg(any(feature = "mfa", feature = "choice"))]
            ChallengeName::EmailOtp => Self::EmailOtp(CodeSent::new(pending)),
            #[cfg(feature = "choice")]
            ChallengeName::SmsOtp => Self::SmsOtp(CodeSent::new(pending)),
            #[cfg(feature = "mfa")]
            ChallengeName::SelectMfaType => Self::SelectMfaType(SelectMfaType::new(pending)),
            #[cfg(feature = "mfa")]
            ChallengeName::MfaSetup => Self::MfaSetup(MfaSetup::new(pending)),
            #[cfg(feature = "choice")]
            ChallengeName::SelectChallenge => Self::SelectChallenge(SelectChallenge::new(pending)),
            #[cfg(feature = "choice")]
            ChallengeName::Password => Self::Password(PasswordAsked::new(pending)),
            #[cfg(feature = "choice")]
            ChallengeName::PasswordSrp => Self::PasswordSrp(PasswordAsked::new(pending)),
            #[cfg(feature = "passkeys")]
            ChallengeName::WebAuthn => match WebAuthnChallenge::new(pending) {
                Ok(challenge) => Self::WebAuthn(challenge),
                Err(pending) => Self::unsupported(&pending.challenge.name),
            },
            #[cfg(feature = "custom")]
            ChallengeName::Custom => Self::Custom(CustomChallenge::new(pending)),
            name => Self::unsupported(name),
        }
    }

    fn unsupported(name: &ChallengeName) -> Self {
        Self::Unsupported(UnsupportedChallenge {
            name: name.as_str().to_owned(),
        })
    }

    fn pending(&self) -> Option<&Pending> {
        match self {
            Self::SignedIn(_) | Self::Unsupported(_) => None,
            Self::NewPasswordRequired(challenge) => Some(&challenge.pending),
            #[cfg(feature = "mfa")]
            Self::SmsMfa(challenge) => Some(&challenge.pending),
            #[cfg(feature = "mfa")]
            Self::SoftwareTokenMfa(challenge) => Some(&challenge.pending),
            #[cfg(any(feature = "mfa", feature = "choice"))]
            Self::EmailOtp(challenge) => Some(&challenge.pending),
            #[cfg(feature = "choice")]
            Self::SmsOtp(challenge) => Some(&challenge.pending),
            #[cfg(feature = "mfa")]
            Self::SelectMfaType(challenge) => Some(&challenge.pending),
            #[cfg(feature = "mfa")]
            Self::MfaSetup(challenge) => Some(&challenge.pending),
            #[cfg(feature = "mfa")]
            Self::SoftwareTokenSetup(challenge) => Some(&challenge.pending),
            #[cfg(feature = "choice")]
            Self::SelectChallenge(challenge) => Some(&challenge.pending),
            #[cfg(feature = "choice")]
            Self::Password(challenge) | Self::PasswordSrp(challenge) => Some(&challenge.pending),
            #[cfg(feature = "passkeys")]
            Self::WebAuthn(challenge) => Some(&challenge.pending),
            #[cfg(feature = "custom")]
            Self::Custom(challenge) => Some(&challenge.pending),
        }
    }

    /// The challenge's name in the API, for instance `SMS_MFA`; `None` when signed in.
    pub fn challenge_name(&self) -> Option<&str> {
        match self {
            Self::Unsupported(challenge) => Some(&challenge.name),
            step => step
                .pending()
                .map(|pending| pending.challenge.name.as_str()),
        }
    }
}

/// Lets a challenge's answer carry metadata of its own.
macro_rules! metadata {
    ($($(#[$cfg:meta])* $challenge:ty),+ $(,)?) => { $($(#[$cfg])* impl $challenge {
        /// Sets `ClientMetadata` of this challenge's answer and of what follows: names and values for the pool's
        /// triggers. Not for secrets.
        #[must_use]
        pub fn client_metadata<N: AsRef<str>, V: AsRef<str>>(mut self, metadata: &[(N, V)]) -> Self {
            self.pending.context.extras.client_metadata = owned(metadata);
            self
        }
    })+ };
}

metadata!(NewPasswordRequired);
#[cfg(any(feature = "mfa", feature = "choice"))]
metadata!(CodeSent);
#[cfg(feature = "mfa")]
metadata!(
    SoftwareTokenMfa,
    SelectMfaType,
    MfaSetup,
    SoftwareTokenSetup
);
#[cfg(feature = "choice")]
metadata!(SelectChallenge, PasswordAsked);
#[cfg(feature = "passkeys")]
metadata!(WebAuthnChallenge);
#[cfg(feature = "custom")]
metadata!(CustomChallenge);

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Signs in with a password that never leaves the device: `USER_SRP_AUTH`, then `PASSWORD_VERIFIER`.
    ///
    /// Short for [`start`](Self::start) of [`SignIn::srp`]. `prepared` comes from
    /// [`prepare_sign_in`](Self::prepare_sign_in) if there was time for it; a fresh key pair is made otherwise.
    ///
    /// # Errors
    /// See [`start`](Self::start).
    pub async fn sign_in(
        &self,
        username: &str,
        password: &Password,
        prepared: Option<Ephemeral>,
    ) -> Result<SignInStep, Error> {
        self.start(SignIn::srp(username, password).prepared(prepared))
            .await
    }

    /// Signs in by sending the password to the pool: `USER_PASSWORD_AUTH`.
    ///
    /// Short for [`start`](Self::start) of [`SignIn::plain_password`].
    ///
    /// # Errors
    /// See [`start`](Self::start).
    pub async fn sign_in_with_plain_password(
        &self,
        username: &str,
        password: &Password,
    ) -> Result<SignInStep, Error> {
        self.start(SignIn::plain_password(username, password)).await
    }

    /// Starts a sign-in.
    ///
    /// # Errors
    /// [`WrongCredentials`](crate::ErrorKind::WrongCredentials), [`UserNotConfirmed`](crate::ErrorKind::UserNotConfirmed),
    /// [`PasswordResetRequired`](crate::ErrorKind::PasswordResetRequired),
    /// [`PasswordAttemptsExceeded`](crate::ErrorKind::PasswordAttemptsExceeded),
    /// [`UserDisabled`](crate::ErrorKind::UserDisabled), [`FlowNotEnabled`](crate::ErrorKind::FlowNotEnabled) and others.
    pub async fn start(&self, sign_in: SignIn<'_>) -> Result<SignInStep, Error> {
        let SignIn {
            username,
            flow,
            prepared,
            session,
            extras,
            ..
        } = sign_in;
        // Only the flows with SRP need a key pair.
        let proven = match flow {
            Flow::Srp(password) => Some(password),
            Flow::PlainPassword(_) => None,
            #[cfg(feature = "custom")]
            Flow::Custom(password) => password,
            #[cfg(feature = "choice")]
            Flow::Choice(Some(Choice::PasswordSrp(password))) => Some(password),
            #[cfg(feature = "choice")]
            Flow::Choice(_) => None,
        };
        let password = match proven {
            Some(password) => Some((password, self.ephemeral(prepared)?)),
            None => None,
        };
        let srp_a = password
            .as_ref()
            .map(|(_, ephemeral)| ephemeral.public_hex());
        let srp_a = srp_a.as_deref();
        let flow = match flow {
            Flow::Srp(_) => AuthFlow::UserSrp {
                username,
                srp_a: srp_a.unwrap_or_default(),
            },
            Flow::PlainPassword(password) => AuthFlow::UserPassword { username, password },
            #[cfg(feature = "custom")]
            Flow::Custom(_) => AuthFlow::Custom { username, srp_a },
            #[cfg(feature = "choice")]
            Flow::Choice(choice) => AuthFlow::Choice {
                username,
                preferred: choice.map(|choice| match choice {
                    Choice::Password(password) => PreferredChallenge::Password(password),
                    Choice::PasswordSrp(_) => {
                        PreferredChallenge::PasswordSrp(srp_a.unwrap_or_default())
                    }
                    Choice::EmailOtp => PreferredChallenge::EmailOtp,
                    Choice::SmsOtp => PreferredChallenge::SmsOtp,
                    Choice::WebAuthn => PreferredChallenge::WebAuthn,
                }),
            },
        };
        let means = Means {
            #[cfg(feature = "devices")]
            devices: sign_in.devices,
            ..Means::of_password(password)
        };
        let mut context = Context {
            username: username.to_owned(),
            extras,
            #[cfg(feature = "devices")]
            device: None,
        };
        let step = self.initiate(&mut context, flow, session, &means).await?;
        self.advance(context, step, means).await
    }

    /// Sends `InitiateAuth`.
    async fn initiate(
        &self,
        context: &mut Context,
        flow: AuthFlow<'_>,
        session: Option<&ChallengeSession>,
        means: &Means<'_>,
    ) -> Result<AuthStep, Error> {
        #[cfg(feature = "devices")]
        {
            // With SRP the pool's own name for the user, by which devices are stored, comes only with its answer.
            let known_by_name = !matches!(flow, AuthFlow::UserSrp { .. });
            if known_by_name && let Some(devices) = means.devices {
                context.device = devices.device(&context.username);
            }
            if let Some(key) = context.device_key().map(str::to_owned) {
                let answer = self
                    .send_initiate(context, flow.clone(), session, Some(&key))
                    .await;
                if !self.forget_unknown_device(context, means, &answer) {
                    return answer;
                }
            }
        }
        #[cfg(not(feature = "devices"))]
        let _ = means;
        self.send_initiate(context, flow, session, None).await
    }

    async fn send_initiate(
        &self,
        context: &Context,
        flow: AuthFlow<'_>,
        session: Option<&ChallengeSession>,
        device_key: Option<&str>,
    ) -> Result<AuthStep, Error> {
        let mut operation = With::new(InitiateAuth { flow, device_key })
            .client_metadata(&context.extras.client_metadata);
        if let Some(data) = &context.extras.user_context_data {
            operation = operation.user_context_data(data);
        }
        if let Some(session) = session {
            operation = operation.session(session);
        }
        self.call(&operation).await
    }

    /// Answers what can be answered without the person, up to what cannot.
    async fn advance(
        &self,
        mut context: Context,
        mut step: AuthStep,
        mut means: Means<'_>,
    ) -> Result<SignInStep, Error> {
        loop {
            let challenge = match step {
                AuthStep::Tokens(tokens) => {
                    return Ok(SignInStep::SignedIn(issued_to(tokens, &context)));
                }
                AuthStep::Challenge(challenge) => challenge,
            };
            context.learn(&challenge);
            #[cfg(feature = "devices")]
            if context.device.is_none()
                && let Some(devices) = means.devices
            {
                context.device = devices.device(&context.username);
            }
            if challenge.name == ChallengeName::PasswordVerifier
                && let Some((password, ephemeral)) = means.password.take()
            {
                step = self
                    .prove_password(&mut context, &challenge, password, &ephemeral, &means)
                    .await?;
                continue;
            }
            #[cfg(feature = "devices")]
            if challenge.name == ChallengeName::DeviceSrpAuth
                && !means.device_tried
                && let Some(device) = context.device.clone()
            {
                means.device_tried = true;
                step = self.prove_device(&mut context, &challenge, &device).await?;
                continue;
            }
            return Ok(SignInStep::of(Pending {
                context,
                challenge,
                since_ms: self.clock().now_ms(),
            }));
        }
    }

    /// Answers a challenge that waited for the person.
    async fn answer(
        &self,
        pending: &Pending,
        responses: &[(&str, &str)],
    ) -> Result<SignInStep, Error> {
        self.answer_as(
            pending,
            pending.challenge.name.clone(),
            pending.challenge.session.as_ref(),
            responses,
            Means::none(),
        )
        .await
    }

    async fn answer_as(
        &self,
        pending: &Pending,
        name: ChallengeName,
        session: Option<&ChallengeSession>,
        responses: &[(&str, &str)],
        means: Means<'_>,
    ) -> Result<SignInStep, Error> {
        let mut context = pending.context.clone();
        let step = self
            .respond(&mut context, name, session, responses, &means)
            .await?;
        self.advance(context, step, means).await
    }

    /// Sends `RespondToAuthChallenge` with `USERNAME` and, where it counts, the device's key. A device that the pool does
    /// not know is forgotten and left out.
    async fn respond(
        &self,
        context: &mut Context,
        name: ChallengeName,
        session: Option<&ChallengeSession>,
        responses: &[(&str, &str)],
        means: &Means<'_>,
    ) -> Result<AuthStep, Error> {
        #[cfg(feature = "devices")]
        if device::takes_device_key(&name)
            && let Some(key) = context.device_key().map(str::to_owned)
        {
            let mut with_device = responses.to_vec();
            with_device.push(("DEVICE_KEY", &key));
            let answer = self
                .send_response(context, name.clone(), session, &with_device)
                .await;
            if !self.forget_unknown_device(context, means, &answer) {
                return answer;
            }
        }
        #[cfg(not(feature = "devices"))]
        let _ = means;
        self.send_response(context, name, session, responses).await
    }

    async fn send_response(
        &self,
        context: &Context,
        challenge: ChallengeName,
        session: Option<&ChallengeSession>,
        responses: &[(&str, &str)],
    ) -> Result<AuthStep, Error> {
        let mut all = vec![("USERNAME", context.username.as_str())];
        all.extend_from_slice(responses);
        let mut operation = With::new(RespondToAuthChallenge {
            challenge,
            session,
            responses: &all,
        })
        .client_metadata(&context.extras.client_metadata);
        if let Some(data) = &context.extras.user_context_data {
            operation = operation.user_context_data(data);
        }
        self.call(&operation).await
    }

    fn ephemeral(&self, prepared: Option<Ephemeral>) -> Result<Ephemeral, Error> {
        match prepared {
            Some(ephemeral) => Ok(ephemeral),
            None => Ok(self.prepare_sign_in()?),
        }
    }
}

/// Notes which device the tokens were issued to: their refresh has to name it.
fn issued_to(tokens: Tokens, context: &Context) -> Tokens {
    #[cfg(feature = "devices")]
    if tokens.device_key.is_none() {
        return Tokens {
            device_key: context.device_key().map(str::to_owned),
            ..tokens
        };
    }
    let _ = context;
    tokens
}
