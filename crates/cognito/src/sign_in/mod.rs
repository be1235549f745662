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

use alloc::{borrow::ToOwned, string::String, vec, vec::Vec};
use core::future::Future;

use serde_json::{Map, Value};

use crate::client::Client;
use crate::config::Config;
use crate::error::Error;
#[cfg(feature = "devices")]
use crate::error::ErrorKind;
use crate::json::pairs;
#[cfg(feature = "choice")]
use crate::operation::PreferredChallenge;
use crate::operation::{
    AuthFlow, AuthStep, Challenge, ChallengeName, InitiateAuth, Operation as _,
    RespondToAuthChallenge, Tokens,
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

#[derive(Clone, Copy, Debug)]
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

impl Extras {
    fn insert_into(&self, body: &mut Map<String, Value>) {
        if !self.client_metadata.is_empty() {
            let metadata = pairs(&self.client_metadata);
            body.insert("ClientMetadata".to_owned(), metadata);
        }
        if let Some(data) = &self.user_context_data {
            let data = pairs(&[("EncodedData", data)]);
            body.insert("UserContextData".to_owned(), data);
        }
    }
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
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, Password, SignIn, SignInStep, Transport};
    /// # async fn example(client: Client<impl Transport, impl Clock>, typed: String) -> Result<(), Error> {
    /// let password = Password::new(typed);
    /// let step = client.start(SignIn::plain_password("ann", &password)).await?;
    /// if let SignInStep::SignedIn(tokens) = step {
    ///     println!("signed in for {:?} seconds", tokens.expires_in);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn plain_password(username: &'a str, password: &'a Password) -> Self {
        Self::new(username, Flow::PlainPassword(password))
    }

    /// `CUSTOM_AUTH`: by challenges of the pool's triggers alone.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, SignIn, SignInStep, Transport};
    /// # async fn example(client: Client<impl Transport, impl Clock>) -> Result<(), Error> {
    /// let mut step = client.start(SignIn::custom("ann")).await?;
    /// while let SignInStep::Custom(challenge) = step {
    ///     println!("{:?}?", challenge.parameter("question"));
    ///     step = client.answer_custom(&challenge, "forty-two").await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "custom")]
    pub fn custom(username: &'a str) -> Self {
        Self::new(username, Flow::Custom(None))
    }

    /// `CUSTOM_AUTH` that begins with the password, proven by SRP, and goes on with challenges of the pool's triggers.
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, Password, SignIn, SignInStep, Transport};
    /// # async fn example(client: Client<impl Transport, impl Clock>, typed: String) -> Result<(), Error> {
    /// let password = Password::new(typed);
    /// let step = client.start(SignIn::custom_after_srp("ann", &password)).await?;
    /// if let SignInStep::Custom(challenge) = step {
    ///     let step = client.answer_custom(&challenge, "forty-two").await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "custom")]
    pub fn custom_after_srp(username: &'a str, password: &'a Password) -> Self {
        Self::new(username, Flow::Custom(Some(password)))
    }

    /// `USER_AUTH`: the pool says what the user can choose from, [`SignInStep::SelectChallenge`].
    /// ```no_run
    /// # use cognito_user_pool::{Choice, Client, Clock, Error, FirstFactor, SignIn, SignInStep, Transport};
    /// # async fn example(client: Client<impl Transport, impl Clock>, typed: &str) -> Result<(), Error> {
    /// let step = client.start(SignIn::choice("ann")).await?;
    /// if let SignInStep::SelectChallenge(select) = step
    ///     && select.available.contains(&FirstFactor::EmailOtp)
    /// {
    ///     let step = client.select_challenge(&select, Choice::EmailOtp, None).await?;
    ///     if let SignInStep::EmailOtp(sent) = step {
    ///         println!("a code went to {:?}", sent.delivery.destination);
    ///         let step = client.answer_code(&sent, typed).await?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "choice")]
    pub fn choice(username: &'a str) -> Self {
        Self::new(username, Flow::Choice(None))
    }

    /// `USER_AUTH` that begins with `preferred` if the user has it, and otherwise as [`choice`](Self::choice).
    /// ```no_run
    /// # use cognito_user_pool::{Choice, Client, Clock, Error, SignIn, SignInStep, Transport};
    /// # async fn example(client: Client<impl Transport, impl Clock>, typed: &str) -> Result<(), Error> {
    /// match client.start(SignIn::choice_of("ann", Choice::SmsOtp)).await? {
    ///     SignInStep::SmsOtp(sent) => {
    ///         let step = client.answer_code(&sent, typed).await?;
    ///     }
    ///     SignInStep::SelectChallenge(select) => println!("instead: {:?}", select.available),
    ///     step => println!("no answer to {:?}", step.challenge_name()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "choice")]
    pub fn choice_of(username: &'a str, preferred: Choice<'a>) -> Self {
        Self::new(username, Flow::Choice(Some(preferred)))
    }

    /// `USER_AUTH` right after the confirmation of a sign-up, without another code. `session` is
    /// [`ConfirmedSignUp::session`](crate::operation::ConfirmedSignUp::session).
    /// ```no_run
    /// # use cognito_user_pool::{Client, Clock, Error, Password, SignIn, Transport};
    /// use cognito_user_pool::operation::{ConfirmSignUp, SignUp, With};
    /// # async fn example(
    /// #     client: Client<impl Transport, impl Clock>,
    /// #     password: Password,
    /// #     code: &str,
    /// # ) -> Result<(), Error> {
    /// let username = "ann@example.com";
    /// let signed_up = client
    ///     .call(&SignUp { username, password: &password, attributes: &[] })
    ///     .await?;
    /// let mut confirm = With::new(ConfirmSignUp { username, code });
    /// if let Some(session) = &signed_up.session {
    ///     confirm = confirm.session(session);
    /// }
    /// if let Some(session) = client.call(&confirm).await?.session {
    ///     let step = client.start(SignIn::after_sign_up(username, &session)).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
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

    /// `InitiateAuth`.
    fn initiate(
        &self,
        config: &Config,
        flow: AuthFlow<'_>,
        session: Option<&ChallengeSession>,
    ) -> Request {
        #[cfg(feature = "devices")]
        let device_key = device::key(self);
        #[cfg(not(feature = "devices"))]
        let device_key = None;
        let mut body = InitiateAuth { flow, device_key }.request(config);
        if let Some(session) = session {
            body.insert("Session".to_owned(), session.expose().into());
        }
        self.request(InitiateAuth::NAME, InitiateAuth::REPEATABLE, body)
    }

    /// `RespondToAuthChallenge` with `USERNAME` and, where it counts, the device's key.
    fn respond(
        &self,
        config: &Config,
        challenge: ChallengeName,
        session: Option<&ChallengeSession>,
        responses: &[(&str, &str)],
    ) -> Request {
        let mut all = vec![("USERNAME", self.username.as_str())];
        all.extend_from_slice(responses);
        #[cfg(feature = "devices")]
        if device::takes_device_key(&challenge) {
            all.extend(device::key(self).map(|key| ("DEVICE_KEY", key)));
        }
        let operation = RespondToAuthChallenge {
            challenge,
            session,
            responses: &all,
        };
        let body = operation.request(config);
        self.request(
            RespondToAuthChallenge::NAME,
            RespondToAuthChallenge::REPEATABLE,
            body,
        )
    }

    fn request(
        &self,
        operation: &'static str,
        repeatable: bool,
        mut body: Map<String, Value>,
    ) -> Request {
        self.extras.insert_into(&mut body);
        Request {
            operation,
            repeatable,
            body,
        }
    }
}

/// One of the two operations of a sign-in, ready to be sent.
struct Request {
    operation: &'static str,
    repeatable: bool,
    body: Map<String, Value>,
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
#[derive(Default)]
struct Means<'a> {
    password: Option<(&'a Password, Ephemeral)>,
    #[cfg(feature = "devices")]
    device: device::Means<'a>,
}

#[cfg(feature = "choice")]
impl<'a> Means<'a> {
    fn of_password(password: &'a Password, ephemeral: Ephemeral) -> Self {
        Self {
            password: Some((password, ephemeral)),
            #[cfg(feature = "devices")]
            device: device::Means::default(),
        }
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
    pub async fn start(&self, mut sign_in: SignIn<'_>) -> Result<SignInStep, Error> {
        #[cfg(feature = "devices")]
        loop {
            let (request, context, means) = self.begin(&mut sign_in).await?;
            let result = self.run(context, request, means).await;
            match &result {
                // The pool did not take the device's proof: once more, as a new device.
                Err(error) if error.kind == ErrorKind::DeviceNotFound => {
                    if sign_in.devices.take().is_none() {
                        return result;
                    }
                }
                _ => return result,
            }
        }
        #[cfg(not(feature = "devices"))]
        {
            let (request, context, means) = self.begin(&mut sign_in).await?;
            self.run(context, request, means).await
        }
    }

    /// The first request of a sign-in, and what it begins with.
    async fn begin<'a>(
        &self,
        sign_in: &mut SignIn<'a>,
    ) -> Result<(Request, Context, Means<'a>), Error> {
        let (username, flow) = (sign_in.username, sign_in.flow);
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
            Some(password) => {
                let ephemeral = self.ephemeral(sign_in.prepared.take()).await?;
                Some((password, ephemeral))
            }
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
        #[cfg(feature = "devices")]
        let device = device::known_by_name(&flow, username, sign_in.devices);
        let context = Context {
            username: username.to_owned(),
            extras: sign_in.extras.clone(),
            #[cfg(feature = "devices")]
            device,
        };
        let request = context.initiate(self.config(), flow, sign_in.session);
        let means = Means {
            password,
            #[cfg(feature = "devices")]
            device: device::Means::of(sign_in.devices),
        };
        Ok((request, context, means))
    }

    /// Sends a request and answers what can be answered without the person, up to what cannot.
    async fn run(
        &self,
        mut context: Context,
        mut request: Request,
        mut means: Means<'_>,
    ) -> Result<SignInStep, Error> {
        loop {
            let (operation, repeatable) = (request.operation, request.repeatable);
            #[cfg(feature = "devices")]
            let sent = request.body.clone();
            #[cfg(not(feature = "devices"))]
            let sent = request.body;
            let answer = self.exchange(operation, repeatable, sent).await;
            #[cfg(feature = "devices")]
            let answer = match answer {
                Err(error) => {
                    let error = means.device.blame(error);
                    if error.kind == ErrorKind::DeviceNotFound
                        && means.device.forget(&mut context, &mut request)
                    {
                        continue;
                    }
                    Err(error)
                }
                answer => answer,
            };
            let step = AuthStep::read(operation, &answer?)?;
            match self.next(context, step, &mut means).await? {
                Next::Step(step) => return Ok(step),
                Next::Request(with, next) => (context, request) = (with, next),
            }
        }
    }

    /// What an answer of the pool comes to.
    async fn next(
        &self,
        mut context: Context,
        step: AuthStep,
        means: &mut Means<'_>,
    ) -> Result<Next, Error> {
        let challenge = match step {
            AuthStep::Tokens(tokens) => {
                return Ok(Next::Step(SignInStep::SignedIn(issued_to(
                    tokens, &context,
                ))));
            }
            AuthStep::Challenge(challenge) => challenge,
        };
        context.learn(&challenge);
        #[cfg(feature = "devices")]
        means.device.look_up(&mut context);
        if challenge.name == ChallengeName::PasswordVerifier
            && let Some((password, ephemeral)) = means.password.take()
        {
            let request = self
                .prove_password(&context, &challenge, password, &ephemeral)
                .await?;
            return Ok(Next::Request(context, request));
        }
        #[cfg(feature = "devices")]
        if let Some(request) = self
            .prove_device(&context, &challenge, &mut means.device)
            .await?
        {
            return Ok(Next::Request(context, request));
        }
        Ok(Next::Step(SignInStep::of(Pending {
            context,
            challenge,
            since_ms: self.clock().now_ms(),
        })))
    }

    /// Answers a challenge that waited for the person.
    fn answer(
        &self,
        pending: &Pending,
        responses: &[(&str, &str)],
    ) -> impl Future<Output = Result<SignInStep, Error>> {
        let Challenge { name, session, .. } = &pending.challenge;
        self.answer_as(
            pending,
            name.clone(),
            session.as_ref(),
            responses,
            Means::default(),
        )
    }

    fn answer_as<'a>(
        &'a self,
        pending: &Pending,
        name: ChallengeName,
        session: Option<&ChallengeSession>,
        responses: &[(&str, &str)],
        means: Means<'a>,
    ) -> impl Future<Output = Result<SignInStep, Error>> + use<'a, T, C, R> {
        let context = pending.context.clone();
        let request = context.respond(self.config(), name, session, responses);
        self.run(context, request, means)
    }

    async fn ephemeral(&self, prepared: Option<Ephemeral>) -> Result<Ephemeral, Error> {
        match prepared {
            Some(ephemeral) => Ok(ephemeral),
            None => Ok(self.prepare_sign_in_in_steps().await?),
        }
    }
}

/// Where a sign-in goes on.
enum Next {
    /// With what the person, or the application, has to know.
    Step(SignInStep),
    /// With an answer that the client has itself.
    Request(Context, Request),
}

/// Notes which device the tokens were issued to: their refresh has to name it.
fn issued_to(tokens: Tokens, context: &Context) -> Tokens {
    #[cfg(feature = "devices")]
    if tokens.device_key.is_none() {
        return Tokens {
            device_key: device::key(context).map(str::to_owned),
            ..tokens
        };
    }
    let _ = context;
    tokens
}
