//! The way in: what begins a sign-in, and what the pool may ask for until it is done.

use cognito_user_pool::Clock as _;
use cognito_user_pool::operation::{DeviceStatus, UpdateDeviceStatus};
use cognito_user_pool::{
    Choice, Error, ErrorKind, FirstFactor, MfaKind, Password, SignInStep, Storage as _,
    StoredSession,
};
pub use cognito_user_pool::{
    CodeSent, CustomChallenge, MfaSetup, NewPasswordRequired, PasswordAsked, SelectChallenge,
    SelectMfaType, SoftwareTokenMfa, SoftwareTokenSetup, UnsupportedChallenge, WebAuthnChallenge,
};
use wasm_bindgen_futures::spawn_local;

use super::platform::device_name;
use super::{PasskeyError, Session, detached};
use crate::config::AuthFlowType;

/// Where a challenge waits for a reload, and for whom.
const CHALLENGE_KEY: &str = "cruddur.challenge";
const CHALLENGE_USER_KEY: &str = "cruddur.challenge.username";
/// Who last used a passkey here: the browser can offer it before a name is typed.
const PASSKEY_USER_KEY: &str = "cruddur.passkey_username";

/// What a sign-in has come to.
#[derive(Clone, Debug, PartialEq)]
pub enum SignIn {
    /// Signed in.
    SignedIn,
    /// The pool asks for something more.
    Challenge(Challenge),
}

/// What the pool asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Challenge {
    /// `NEW_PASSWORD_REQUIRED`: [`Session::set_new_password`].
    NewPasswordRequired(Box<NewPasswordRequired>),
    /// `SMS_MFA`, a second factor of six digits: [`Session::answer_code`].
    SmsMfa(Box<CodeSent>),
    /// `EMAIL_OTP`, as a second factor (six digits) or the first (eight): [`Session::answer_code`].
    EmailOtp(Box<CodeSent>),
    /// `SMS_OTP`, a first factor of eight digits: [`Session::answer_code`].
    SmsOtp(Box<CodeSent>),
    /// `SOFTWARE_TOKEN_MFA`: [`Session::answer_software_token`].
    SoftwareTokenMfa(Box<SoftwareTokenMfa>),
    /// `SELECT_MFA_TYPE`: [`Session::select_mfa`].
    SelectMfaType(Box<SelectMfaType>),
    /// `MFA_SETUP`: [`Session::set_up_software_token`], [`Session::set_up_email`] or [`Session::set_up_sms`].
    MfaSetup(Box<MfaSetup>),
    /// `MFA_SETUP` with an authenticator app: [`Session::verify_new_software_token`].
    SoftwareTokenSetup(Box<SoftwareTokenSetup>),
    /// `SELECT_CHALLENGE`: [`Session::select_first_factor`].
    SelectChallenge(Box<SelectChallenge>),
    /// `PASSWORD` or `PASSWORD_SRP`: [`Session::answer_password`].
    Password(Box<PasswordAsked>),
    /// `WEB_AUTHN`: [`Session::answer_passkey`].
    WebAuthn(Box<WebAuthnChallenge>),
    /// `CUSTOM_CHALLENGE`: [`Session::answer_custom`].
    Custom(Box<CustomChallenge>),
    /// Something that this app cannot answer.
    Unsupported(UnsupportedChallenge),
}

impl Challenge {
    /// Its name in the API.
    pub fn name(&self) -> &str {
        match self {
            Self::NewPasswordRequired(_) => "NEW_PASSWORD_REQUIRED",
            Self::SmsMfa(_) => "SMS_MFA",
            Self::EmailOtp(_) => "EMAIL_OTP",
            Self::SmsOtp(_) => "SMS_OTP",
            Self::SoftwareTokenMfa(_) => "SOFTWARE_TOKEN_MFA",
            Self::SelectMfaType(_) => "SELECT_MFA_TYPE",
            Self::MfaSetup(_) | Self::SoftwareTokenSetup(_) => "MFA_SETUP",
            Self::SelectChallenge(_) => "SELECT_CHALLENGE",
            Self::Password(_) => "PASSWORD",
            Self::WebAuthn(_) => "WEB_AUTHN",
            Self::Custom(_) => "CUSTOM_CHALLENGE",
            Self::Unsupported(challenge) => &challenge.name,
        }
    }

    /// `None` for [`SignInStep::SignedIn`].
    fn of(step: SignInStep) -> Option<Self> {
        let name = step.challenge_name().unwrap_or_default().to_owned();
        Some(match step {
            SignInStep::SignedIn(_) => return None,
            SignInStep::NewPasswordRequired(it) => Self::NewPasswordRequired(Box::new(it)),
            SignInStep::SmsMfa(it) => Self::SmsMfa(Box::new(it)),
            SignInStep::EmailOtp(it) => Self::EmailOtp(Box::new(it)),
            SignInStep::SmsOtp(it) => Self::SmsOtp(Box::new(it)),
            SignInStep::SoftwareTokenMfa(it) => Self::SoftwareTokenMfa(Box::new(it)),
            SignInStep::SelectMfaType(it) => Self::SelectMfaType(Box::new(it)),
            SignInStep::MfaSetup(it) => Self::MfaSetup(Box::new(it)),
            SignInStep::SoftwareTokenSetup(it) => Self::SoftwareTokenSetup(Box::new(it)),
            SignInStep::SelectChallenge(it) => Self::SelectChallenge(Box::new(it)),
            SignInStep::Password(it) | SignInStep::PasswordSrp(it) => Self::Password(Box::new(it)),
            SignInStep::WebAuthn(it) => Self::WebAuthn(Box::new(it)),
            SignInStep::Custom(it) => Self::Custom(Box::new(it)),
            _ => Self::Unsupported(UnsupportedChallenge { name }),
        })
    }
}

/// A sign-in that was begun: how to begin it again when another code is wanted. Memory only.
pub(super) struct Attempt {
    username: String,
    beginning: Beginning,
    /// What was chosen at `SELECT_MFA_TYPE`.
    mfa: Option<MfaKind>,
}

enum Beginning {
    /// By the flow that the configuration names, with its password.
    Password(Password),
    /// By the flow that the configuration names, without a password.
    Username,
    /// `USER_AUTH` with a first factor.
    Factor(FirstFactor),
}

impl Session {
    /// Signs in with a user name and a password, by the flow that the configuration names.
    ///
    /// # Errors
    /// [`ErrorKind::WrongCredentials`], [`ErrorKind::UserNotConfirmed`] (the password is kept in memory for
    /// [`confirm_sign_up`](Self::confirm_sign_up)), [`ErrorKind::PasswordResetRequired`] and others.
    pub async fn sign_in(&self, username: &str, password: Password) -> Result<SignIn, Error> {
        self.begin(username, Beginning::Password(password)).await
    }

    /// A moment in which the browser answers its user, and nothing else.
    pub fn pause(&self) -> impl Future<Output = ()> + use<> {
        let session = self.clone();
        async move { session.0.client.clock().pause().await }
    }

    /// Begins a sign-in that asks for no password at first: `CUSTOM_AUTH` or `USER_AUTH`, whichever the configuration
    /// names.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in).
    pub async fn sign_in_without_password(&self, username: &str) -> Result<SignIn, Error> {
        self.begin(username, Beginning::Username).await
    }

    /// Begins a sign-in (`USER_AUTH`) with a first factor in place of the password. Where the user does not have it, the
    /// pool tells what there is: [`Challenge::SelectChallenge`].
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in).
    pub async fn sign_in_by(&self, username: &str, factor: FirstFactor) -> Result<SignIn, Error> {
        self.begin(username, Beginning::Factor(factor)).await
    }

    /// Signs in with a passkey: asks the pool for its challenge and the browser for the answer.
    ///
    /// # Errors
    /// What the pool, the browser or the person refused.
    pub async fn sign_in_by_passkey(&self, username: &str) -> Result<SignIn, PasskeyError> {
        match self.sign_in_by(username, FirstFactor::WebAuthn).await? {
            SignIn::Challenge(Challenge::WebAuthn(challenge)) => {
                self.answer_passkey(&challenge).await
            }
            step => Ok(step),
        }
    }

    /// Who used a passkey here last, if it was to be remembered.
    pub fn passkey_username(&self) -> Option<String> {
        self.0.store.storage().get(PASSKEY_USER_KEY)
    }

    /// Offers the passkey of [`passkey_username`](Self::passkey_username) in the autofill of the field for the user name.
    /// Waits until the person picks it. `None` when there is nothing to offer, or another passkey was asked for meanwhile.
    pub async fn sign_in_by_autofill(&self) -> Option<Result<SignIn, PasskeyError>> {
        let username = self.passkey_username()?;
        if !self.0.options.passkeys || !self.0.authenticator.can_autofill().await {
            return None;
        }
        let factor = Choice::WebAuthn;
        let flow = cognito_user_pool::SignIn::choice_of(&username, factor).devices(&self.0.store);
        let Ok(SignInStep::WebAuthn(challenge)) = self.0.client.start(flow).await else {
            return None;
        };
        let credential = match self.0.authenticator.autofill(&challenge.options).await {
            Ok(credential) => credential,
            Err(PasskeyError::Cancelled) => return None,
            Err(error) => return Some(Err(error)),
        };
        self.note_attempt(&username, Beginning::Factor(FirstFactor::WebAuthn));
        let step = self.0.client.answer_web_authn(&challenge, &credential);
        Some(match step.await {
            Ok(step) => self.accept(step).map_err(PasskeyError::Pool),
            // The page was open for longer than the challenge lasts.
            Err(error) if error.kind == ErrorKind::ChallengeSessionExpired => {
                self.sign_in_by_passkey(&username).await
            }
            Err(error) => Err(PasskeyError::Pool(error)),
        })
    }

    fn note_attempt(&self, username: &str, beginning: Beginning) {
        *self.0.attempt.borrow_mut() = Some(Attempt {
            username: username.to_owned(),
            beginning,
            mfa: None,
        });
    }

    async fn begin(&self, username: &str, beginning: Beginning) -> Result<SignIn, Error> {
        self.0.authenticator.stop_autofill();
        let prepared = self.0.ephemeral.take();
        let step = self.start(username, &beginning, prepared).await;
        match step {
            Ok(step) => {
                self.note_attempt(username, beginning);
                self.accept(step)
            }
            Err(error) => {
                if error.kind == ErrorKind::UserNotConfirmed
                    && let Beginning::Password(password) = beginning
                {
                    self.remember_password(username, password);
                }
                self.prepare_sign_in();
                Err(error)
            }
        }
    }

    async fn start(
        &self,
        username: &str,
        beginning: &Beginning,
        prepared: Option<cognito_user_pool::srp::Ephemeral>,
    ) -> Result<SignInStep, Error> {
        use cognito_user_pool::SignIn as Flow;
        let flow = match (beginning, self.0.options.flow) {
            (Beginning::Password(password), AuthFlowType::UserPassword) => {
                Flow::plain_password(username, password)
            }
            (Beginning::Password(password), AuthFlowType::CustomWithSrp) => {
                Flow::custom_after_srp(username, password)
            }
            (Beginning::Password(password), AuthFlowType::UserAuth) => {
                Flow::choice_of(username, Choice::PasswordSrp(password))
            }
            (Beginning::Password(password), _) => Flow::srp(username, password),
            (Beginning::Username, AuthFlowType::CustomWithoutSrp) => Flow::custom(username),
            (Beginning::Username, _) => Flow::choice(username),
            (Beginning::Factor(factor), _) => match factor {
                FirstFactor::EmailOtp => Flow::choice_of(username, Choice::EmailOtp),
                FirstFactor::SmsOtp => Flow::choice_of(username, Choice::SmsOtp),
                FirstFactor::WebAuthn => Flow::choice_of(username, Choice::WebAuthn),
                // A password comes with `Beginning::Password`.
                _ => Flow::choice(username),
            },
        };
        let flow = flow.prepared(prepared).devices(&self.0.store);
        self.0.client.start(flow).await
    }

    /// Whether [`resend_challenge`](Self::resend_challenge) can send another code: not after a reload.
    pub fn can_resend_challenge(&self) -> bool {
        self.0.attempt.borrow().is_some()
    }

    /// Sends another code for the challenge that waits, by beginning the sign-in anew: the pool has no operation for it.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in); [`ErrorKind::ChallengeSessionExpired`] when there is nothing to begin with.
    pub async fn resend_challenge(&self) -> Result<SignIn, Error> {
        let attempt = self.0.attempt.borrow_mut().take();
        let Some(attempt) = attempt else {
            return Err(Error {
                kind: ErrorKind::ChallengeSessionExpired,
                code: String::new(),
                message: "the sign-in is not known any more".to_owned(),
            });
        };
        let result = self.begin_again(&attempt).await;
        let kept = Attempt { ..attempt };
        *self.0.attempt.borrow_mut() = Some(kept);
        self.accept(result?)
    }

    async fn begin_again(&self, attempt: &Attempt) -> Result<SignInStep, Error> {
        let step = self
            .start(&attempt.username, &attempt.beginning, None)
            .await?;
        match (&step, &attempt.mfa) {
            (SignInStep::SelectMfaType(challenge), Some(kind)) => {
                self.0.client.select_mfa(challenge, kind).await
            }
            _ => Ok(step),
        }
    }

    /// The challenge that a reload interrupted, and whom it is for. It is there until it is answered or given up, or its
    /// time is over.
    pub fn pending_challenge(&self) -> Option<(String, Challenge)> {
        let saved = &self.0.tab;
        let text = saved.get(CHALLENGE_KEY)?;
        let step = self.0.client.resume_on_device(&text, &self.0.store).ok();
        let challenge = step.and_then(Challenge::of);
        let username = saved.get(CHALLENGE_USER_KEY).unwrap_or_default();
        if challenge.is_none() {
            self.forget_challenge();
        }
        Some((username, challenge?))
    }

    /// Gives up the sign-in that waits for an answer.
    pub fn abandon_sign_in(&self) {
        self.0.attempt.take();
        self.0.remember_device.set(false);
        self.forget_challenge();
    }

    fn forget_challenge(&self) {
        self.0.tab.remove(CHALLENGE_KEY);
        self.0.tab.remove(CHALLENGE_USER_KEY);
    }

    fn save_challenge(&self, step: &SignInStep) {
        let Some(text) = self.0.client.save(step) else {
            return self.forget_challenge();
        };
        // After a reload the name that is there stays.
        if let Some(attempt) = &*self.0.attempt.borrow() {
            let _ = self.0.tab.set(CHALLENGE_USER_KEY, &attempt.username);
        }
        // Without it a reload leads back to the form, which is no loss of anything typed.
        let _ = self.0.tab.set(CHALLENGE_KEY, &text);
    }

    /// Answers [`Challenge::NewPasswordRequired`]; `attributes` are names and values.
    ///
    /// # Errors
    /// [`ErrorKind::PasswordPolicy`], [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn set_new_password(
        &self,
        challenge: &NewPasswordRequired,
        new_password: Password,
        attributes: Vec<(String, String)>,
    ) -> Result<SignIn, Error> {
        let client = &self.0.client;
        let step = client.set_new_password(challenge, &new_password, &attributes);
        let step = step.await?;
        // Another code is sent by signing in with the password that is good now.
        if let Some(attempt) = &mut *self.0.attempt.borrow_mut() {
            attempt.beginning = Beginning::Password(new_password);
        }
        self.accept(step)
    }

    /// Answers [`Challenge::SmsMfa`], [`Challenge::SmsOtp`] and [`Challenge::EmailOtp`].
    ///
    /// # Errors
    /// [`ErrorKind::CodeMismatch`], [`ErrorKind::CodeExpired`], [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn answer_code(&self, challenge: &CodeSent, code: &str) -> Result<SignIn, Error> {
        self.accept(self.0.client.answer_code(challenge, code).await?)
    }

    /// Answers [`Challenge::SoftwareTokenMfa`] with the code of the authenticator app.
    ///
    /// # Errors
    /// As [`answer_code`](Self::answer_code).
    pub async fn answer_software_token(
        &self,
        challenge: &SoftwareTokenMfa,
        code: &str,
    ) -> Result<SignIn, Error> {
        let step = self.0.client.answer_software_token(challenge, code).await?;
        self.accept(step)
    }

    /// Answers [`Challenge::SelectMfaType`].
    ///
    /// # Errors
    /// [`ErrorKind::ChallengeSessionExpired`], [`ErrorKind::CodeDeliveryFailure`] and others.
    pub async fn select_mfa(
        &self,
        challenge: &SelectMfaType,
        kind: &MfaKind,
    ) -> Result<SignIn, Error> {
        let step = self.0.client.select_mfa(challenge, kind).await?;
        if let Some(attempt) = &mut *self.0.attempt.borrow_mut() {
            attempt.mfa = Some(kind.clone());
        }
        self.accept(step)
    }

    /// Answers [`Challenge::MfaSetup`] with an authenticator app: [`Challenge::SoftwareTokenSetup`] follows.
    ///
    /// # Errors
    /// [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn set_up_software_token(&self, challenge: &MfaSetup) -> Result<SignIn, Error> {
        let setup = self.0.client.set_up_software_token(challenge).await?;
        self.accept(setup.into())
    }

    /// Answers [`Challenge::SoftwareTokenSetup`] with the first code that the app shows. `name` is what the person calls
    /// the device that the app is on.
    ///
    /// # Errors
    /// As [`answer_code`](Self::answer_code).
    pub async fn verify_new_software_token(
        &self,
        setup: &SoftwareTokenSetup,
        code: &str,
        name: Option<&str>,
    ) -> Result<SignIn, Error> {
        let step = self.0.client.verify_software_token(setup, code, name).await;
        self.accept(step?)
    }

    /// Answers [`Challenge::MfaSetup`] with an e-mail address: a code goes there.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidEmail`], [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn set_up_email(&self, challenge: &MfaSetup, email: &str) -> Result<SignIn, Error> {
        self.accept(self.0.client.set_up_email(challenge, email).await?)
    }

    /// Answers [`Challenge::MfaSetup`] with a phone number: a code goes there.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidPhoneNumber`], [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn set_up_sms(&self, challenge: &MfaSetup, phone: &str) -> Result<SignIn, Error> {
        self.accept(self.0.client.set_up_sms(challenge, phone).await?)
    }

    /// Answers [`Challenge::SelectChallenge`] with a first factor other than a password.
    ///
    /// # Errors
    /// [`ErrorKind::ChallengeSessionExpired`], [`ErrorKind::CodeDeliveryFailure`] and others.
    pub async fn select_first_factor(
        &self,
        challenge: &SelectChallenge,
        factor: FirstFactor,
    ) -> Result<SignIn, Error> {
        let choice = match factor {
            FirstFactor::SmsOtp => Choice::SmsOtp,
            FirstFactor::WebAuthn => Choice::WebAuthn,
            _ => Choice::EmailOtp,
        };
        let step = self.0.client.select_challenge(challenge, choice, None);
        let step = step.await?;
        if let Some(attempt) = &mut *self.0.attempt.borrow_mut() {
            attempt.beginning = Beginning::Factor(factor);
        }
        self.accept(step)
    }

    /// Answers [`Challenge::SelectChallenge`] with the password: by SRP where the user can, so that it does not leave the
    /// page.
    ///
    /// # Errors
    /// [`ErrorKind::WrongCredentials`], [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn select_password(
        &self,
        challenge: &SelectChallenge,
        password: Password,
    ) -> Result<SignIn, Error> {
        let choice = match challenge.available.contains(&FirstFactor::PasswordSrp) {
            true => Choice::PasswordSrp(&password),
            false => Choice::Password(&password),
        };
        let prepared = self.0.ephemeral.take();
        let step = self.0.client.select_challenge(challenge, choice, prepared);
        let step = step.await?;
        if let Some(attempt) = &mut *self.0.attempt.borrow_mut() {
            attempt.beginning = Beginning::Password(password);
        }
        self.accept(step)
    }

    /// Answers [`Challenge::Password`].
    ///
    /// # Errors
    /// As [`select_password`](Self::select_password).
    pub async fn answer_password(
        &self,
        challenge: &PasswordAsked,
        password: Password,
    ) -> Result<SignIn, Error> {
        let prepared = self.0.ephemeral.take();
        let step = self
            .0
            .client
            .answer_password(challenge, &password, prepared);
        self.accept(step.await?)
    }

    /// Answers [`Challenge::WebAuthn`]: asks the browser for a passkey.
    ///
    /// # Errors
    /// What the pool, the browser or the person refused.
    pub async fn answer_passkey(
        &self,
        challenge: &WebAuthnChallenge,
    ) -> Result<SignIn, PasskeyError> {
        let credential = self.0.authenticator.get(&challenge.options).await?;
        let step = self
            .0
            .client
            .answer_web_authn(challenge, &credential)
            .await?;
        if let Some(attempt) = &*self.0.attempt.borrow() {
            self.note_passkey_username(&attempt.username);
        }
        Ok(self.accept(step)?)
    }

    pub(super) fn note_passkey_username(&self, username: &str) {
        // Only a convenience.
        let _ = self.0.store.storage().set(PASSKEY_USER_KEY, username);
    }

    pub(super) fn forget_passkey_username(&self) {
        self.0.store.storage().remove(PASSKEY_USER_KEY);
    }

    /// Answers [`Challenge::Custom`].
    ///
    /// # Errors
    /// [`ErrorKind::NotAuthorized`] (the triggers have given up), [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn answer_custom(
        &self,
        challenge: &CustomChallenge,
        answer: &str,
    ) -> Result<SignIn, Error> {
        self.accept(self.0.client.answer_custom(challenge, answer).await?)
    }

    /// Whether the pool is asked to remember this device when the sign-in that waits is done, so that it does not ask for
    /// a second factor here again. Only matters in pools that leave it to the person.
    pub fn set_remember_device(&self, remember: bool) {
        self.0.remember_device.set(remember);
    }

    /// Takes up what a sign-in has come to.
    pub(super) fn accept(&self, step: SignInStep) -> Result<SignIn, Error> {
        self.save_challenge(&step);
        let tokens = match step {
            SignInStep::SignedIn(tokens) => tokens,
            step => {
                // `Challenge::of` has one for every other step.
                let challenge = Challenge::of(step).map(SignIn::Challenge);
                return Ok(challenge.unwrap_or(SignIn::SignedIn));
            }
        };
        let new_device = tokens.new_device.clone();
        let offset = self.0.client.server_offset_ms();
        let stored = StoredSession::of_sign_in(tokens, offset).ok_or_else(|| Error {
            kind: ErrorKind::InvalidResponse,
            code: String::new(),
            message: "the access token does not name its user".to_owned(),
        })?;
        self.new_generation();
        self.0.pending.take();
        self.0.attempt.take();
        let before = self.0.tokens.borrow().clone();
        self.keep_new(stored.clone());
        self.revoke_replaced(before, &stored);
        let remember = self.0.remember_device.replace(false);
        match (new_device, stored.device_key.clone()) {
            (Some(new_device), _) => self.confirm_device(stored, new_device, remember),
            // Known from before, when nobody asked for more.
            (None, Some(key)) if remember => {
                let session = self.clone();
                spawn_local(detached(async move {
                    session.remember(&stored, &key).await;
                }));
            }
            _ => {}
        }
        Ok(SignIn::SignedIn)
    }

    /// Ends the session that another one took the place of, here only: its person did not ask for more.
    fn revoke_replaced(&self, before: Option<StoredSession>, now: &StoredSession) {
        let replaced = before.and_then(|before| before.refresh_token);
        if replaced != now.refresh_token {
            let session = self.clone();
            spawn_local(async move { session.revoke(replaced).await });
        }
    }

    /// Registers this device with the pool, which has just told its key. A failure costs only that the pool does not know
    /// the device next time.
    fn confirm_device(
        &self,
        stored: StoredSession,
        new_device: cognito_user_pool::operation::NewDevice,
        remember: bool,
    ) {
        let session = self.clone();
        spawn_local(detached(async move {
            let client = &session.0.client;
            let token = &stored.access_token;
            let name = device_name();
            let confirmed = client.confirm_device(token, &new_device, Some(&name));
            let Ok(confirmed) = confirmed.await else {
                return;
            };
            // Without its place in the storage the device cannot prove itself.
            let device = &confirmed.device;
            if session
                .0
                .store
                .save_device(&stored.username, device)
                .is_err()
            {
                return;
            }
            if remember && confirmed.user_confirmation_necessary {
                session.remember(&stored, &device.key).await;
            }
        }));
    }

    /// Asks the pool to remember a device. A failure costs only that it asks for a second factor again.
    async fn remember(&self, stored: &StoredSession, device_key: &str) {
        let operation = UpdateDeviceStatus {
            access_token: &stored.access_token,
            device_key,
            status: DeviceStatus::Remembered,
        };
        let _ = self.0.client.call(&operation).await;
    }
}
