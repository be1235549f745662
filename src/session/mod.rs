//! The session: who is signed in. The only place that touches stored tokens.
//!
//! A [`Session`] is made once, at start, and given to components by context. Storage is read synchronously then, so the
//! first frame already knows whether somebody is signed in.

mod account;
mod authenticator;
mod hooks;
mod managed_login;
pub mod platform;
mod refresh;
mod sign_in;
mod state;
mod subscribers;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use cognito_user_pool::operation::{
    ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, GlobalSignOut, PasswordlessSignUp,
    ResendConfirmationCode, RevokeToken, SignUp, SignedUp, With,
};
use cognito_user_pool::srp::Ephemeral;
pub use cognito_user_pool::{
    AccessToken, CodeDelivery, DeliveryMedium, Error, ErrorKind, FirstFactor, Password,
    PasswordPolicyViolation,
};
use cognito_user_pool::{
    ChallengeSession, Client, Clock as _, RefreshToken, Storage as _, StoredSession, TokenStore,
};
use gloo_events::EventListener;
use wasm_bindgen_futures::spawn_local;
use web_sys::Event;
use yew::Callback;

pub use account::{
    Device, DeviceStatus, MfaKind, MfaPreference, MfaPreferences, TotpSecret, User,
    WebAuthnCredential,
};
pub use authenticator::{Authenticator, PasskeyError, PasskeyRequest};
pub use hooks::{use_session, use_session_state};
pub use managed_login::{IdentityProvider, ManagedLoginError};
use platform::{SharedClock, SharedLock, SharedStorage, SharedTransport};
pub use refresh::{RENEW, Renew, Renewal, Renewer};
pub use sign_in::{
    Challenge, CodeSent, CustomChallenge, MfaSetup, NewPasswordRequired, PasswordAsked,
    SelectChallenge, SelectMfaType, SignIn, SoftwareTokenMfa, SoftwareTokenSetup,
    UnsupportedChallenge, WebAuthnChallenge,
};
pub use state::{Person, SessionEvent, SessionState, SignedOutReason};
use subscribers::Subscribers;
pub use subscribers::Subscription;

use crate::config::{AuthOptions, Config, TokenStorage};

/// The key of the copy of the access token, where Cruddur's pages have always kept it.
const ACCESS_TOKEN_KEY: &str = "access_token";

/// The name of the lock under which tokens are renewed.
const REFRESH_LOCK: &str = "cruddur.refresh";

/// Who is signed in, and all that changes it. Clones are the same session; it compares by identity.
#[derive(Clone)]
pub struct Session(Rc<Inner>);

struct Inner {
    client: Client<SharedTransport, SharedClock>,
    store: TokenStore<SharedStorage>,
    lock: SharedLock,
    state: RefCell<SessionState>,
    /// The tokens. Also here, because a storage can be full or switched off.
    tokens: RefCell<Option<StoredSession>>,
    /// Whether the storage holds the tokens too.
    persisted: Cell<bool>,
    /// Changes with every sign-in and sign-out, so that what was begun before can tell.
    generation: Cell<u64>,
    refresh: RefCell<Option<refresh::Running>>,
    subscribers: Subscribers<SessionState>,
    listeners: Subscribers<SessionEvent>,
    options: Rc<AuthOptions>,
    authenticator: Authenticator,
    renewer: Renewer,
    /// What is this tab's own and outlives a reload.
    tab: SharedStorage,
    /// The sign-in that waits for an answer.
    attempt: RefCell<Option<sign_in::Attempt>>,
    remember_device: Cell<bool>,
    /// Made ahead of time for the next sign-in.
    ephemeral: RefCell<Option<Ephemeral>>,
    /// Typed at sign-up or at a sign-in that was sent to confirmation. Memory only.
    pending: RefCell<Option<Pending>>,
    /// For whom a code was sent last, and where it went.
    delivery: RefCell<Option<(String, CodeDelivery)>>,
}

/// What waits for a user to be confirmed.
#[derive(Default)]
struct Pending {
    username: String,
    password: Option<Password>,
    /// What makes a sign-in out of the confirmation.
    session: Option<ChallengeSession>,
}

/// What a [`Session`] stands on.
#[derive(Clone, Debug)]
pub struct SessionParts {
    /// Pool and app client.
    pub config: cognito_user_pool::Config,
    /// What the pool lets people do.
    pub options: AuthOptions,
    /// How requests are sent.
    pub transport: SharedTransport,
    /// Where tokens are kept.
    pub storage: SharedStorage,
    /// Where this tab keeps what a reload must not lose.
    pub tab: SharedStorage,
    /// The time.
    pub clock: SharedClock,
    /// What of all sessions over the same storage one can hold.
    pub lock: SharedLock,
    /// Passkeys.
    pub authenticator: Authenticator,
    /// Where [`RENEW`] comes from.
    pub renewer: Renewer,
}

impl SessionParts {
    /// The browser's own; tokens are kept where the configuration says.
    pub fn browser(config: &Config, renewer: Renewer) -> Self {
        let storage = match config.auth.storage {
            TokenStorage::Local => SharedStorage::browser(),
            TokenStorage::Session => SharedStorage::tab(),
            TokenStorage::Memory => SharedStorage::memory(),
        };
        Self {
            config: config.cognito.clone(),
            options: config.auth.clone(),
            transport: SharedTransport::browser(),
            storage,
            tab: SharedStorage::tab(),
            clock: SharedClock::browser(),
            lock: SharedLock::browser(REFRESH_LOCK),
            authenticator: Authenticator::browser(),
            renewer,
        }
    }
}

/// A filled-in sign-up form.
#[derive(Clone, Debug)]
pub struct SignUpForm {
    /// What the person will sign in with: an e-mail address, a phone number or a user name, as the pool has it.
    pub username: String,
    /// Names and values.
    pub attributes: Vec<(String, String)>,
    /// The password.
    pub password: Password,
}

/// What a sign-up has come to.
#[derive(Clone, Debug)]
pub enum SignUpOutcome {
    /// A code was sent, to be given to [`Session::confirm_sign_up`].
    ConfirmationNeeded(CodeDelivery),
    /// The pool confirmed the user by itself, and the person is signed in.
    SignedIn,
    /// The pool confirmed the user by itself, but signing in has to be done by hand.
    SignInNeeded,
}

/// What a confirmation has come to. The user is confirmed in each case.
#[derive(Clone, Debug)]
pub enum Confirmed {
    /// Signed in as well, with the password that was typed before.
    SignedIn,
    /// The password is not known any more (the page was reloaded): ask for it.
    PasswordNeeded,
    /// Signing in asks for something more: [`Session::pending_challenge`].
    Challenge,
}

/// What a password reset has come to. The password is set in each case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reset {
    /// Signed in with it as well.
    SignedIn,
    /// Signing in asks for something more: [`Session::pending_challenge`].
    Challenge,
    /// Signing in has to be done by hand.
    SignInNeeded,
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    /// Takes up the stored session, if there is one, and starts renewing its tokens if they need it.
    pub fn new(parts: SessionParts) -> Self {
        let store = TokenStore::new(parts.storage, parts.config.client_id());
        let session = Self(Rc::new(Inner {
            client: Client::new(parts.config, parts.transport, parts.clock),
            store,
            lock: parts.lock,
            state: RefCell::new(SessionState::SignedOut(None)),
            tokens: RefCell::new(None),
            persisted: Cell::new(false),
            generation: Cell::new(0),
            refresh: RefCell::new(None),
            subscribers: Subscribers::new(),
            listeners: Subscribers::new(),
            options: Rc::new(parts.options),
            authenticator: parts.authenticator,
            renewer: parts.renewer,
            tab: parts.tab,
            attempt: RefCell::new(None),
            remember_device: Cell::new(false),
            ephemeral: RefCell::new(None),
            pending: RefCell::new(None),
            delivery: RefCell::new(None),
        }));
        session.restore();
        session
    }

    fn restore(&self) {
        match self.0.store.load() {
            Some(stored) => {
                let state = self.take_up(stored);
                *self.0.state.borrow_mut() = state;
            }
            // A copy without a session is a dead token; a half session is of no use to anybody.
            None => self.clear_storage(),
        }
    }

    /// Follows what happens around this page, until the result is dropped: what other tabs of the site do, and the
    /// moments at which the tokens may be older than a timer could tell (the page was hidden, the device slept), or the
    /// page older than its session (the browser kept it whole, for who goes back).
    #[must_use]
    pub fn follow_other_tabs(&self) -> Option<[EventListener; 4]> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let late = || {
            let session = self.clone();
            move |_: &Event| session.renew_if_due()
        };
        let changed = || {
            let session = self.clone();
            move |_: &Event| session.storage_changed()
        };
        Some([
            // Browsers send it to every tab but the one that made the change, and to no page that is kept.
            EventListener::new(&window, "storage", changed()),
            EventListener::new(&window, "pageshow", changed()),
            EventListener::new(&document, "visibilitychange", late()),
            EventListener::new(&window, "online", late()),
        ])
    }

    /// Renews the tokens if their time is nearly up.
    pub fn renew_if_due(&self) {
        let has_tokens = self.0.tokens.borrow().is_some();
        if has_tokens && self.remaining_ms() <= refresh::MARGIN_MS {
            let session = self.clone();
            spawn_local(async move {
                // The outcome is in the state.
                let _ = session.refresh().await;
            });
        }
    }

    /// Takes over what another tab has done to the storage: signed in, signed out, renewed the tokens.
    ///
    /// The storage itself is left as it is, for the other tab may still be writing; but for the copy of a token that has
    /// ended.
    pub fn storage_changed(&self) {
        let stored = self.0.store.load();
        if stored == *self.0.tokens.borrow() {
            return;
        }
        match stored {
            Some(stored) => {
                let same_user = self.0.tokens.borrow().as_ref().map(|own| &own.username)
                    == Some(&stored.username);
                self.new_generation();
                let state = self.take_up(stored);
                self.set_state(state);
                self.tell(&match same_user {
                    true => SessionEvent::Refreshed,
                    false => SessionEvent::SignedIn,
                });
            }
            // Tokens that the storage never took are this tab's own.
            None if self.0.persisted.replace(false) => {
                let reason = SignedOutReason::Revoked;
                self.new_generation();
                let ended = self.0.tokens.take();
                // What ended it may be Amplify, which knows nothing of the copy.
                let storage = self.0.store.storage();
                let copy = storage.get(ACCESS_TOKEN_KEY);
                if ended.is_some_and(|ended| copy.as_deref() == Some(ended.access_token.expose())) {
                    storage.remove(ACCESS_TOKEN_KEY);
                }
                self.set_state(SessionState::SignedOut(Some(reason)));
                self.tell(&SessionEvent::SignedOut(reason));
            }
            None => {}
        }
    }

    /// Makes a stored session this one, and starts renewing its tokens if they need it. Returns the state that it is in.
    fn take_up(&self, stored: StoredSession) -> SessionState {
        self.0.client.set_server_offset_ms(stored.server_offset_ms);
        let person = Person::of(&stored);
        let access_token = stored.access_token.clone();
        *self.0.tokens.borrow_mut() = Some(stored);
        self.0.persisted.set(true);
        // Amplify renews its own keys only, so the copy may be an old one.
        self.copy_access_token(&access_token);
        if self.remaining_ms() > refresh::MARGIN_MS {
            self.schedule_refresh();
            return SessionState::SignedIn(person);
        }
        let session = self.clone();
        spawn_local(async move {
            // The outcome is in the state.
            let _ = session.refresh().await;
        });
        SessionState::Restoring(person)
    }

    /// The time by the user pool's clock, as far as the pool has told it: the device's own may be wrong by hours.
    pub fn now_ms(&self) -> i64 {
        self.0.client.server_now_ms()
    }

    /// Who is signed in now.
    pub fn state(&self) -> SessionState {
        self.0.state.borrow().clone()
    }

    /// Calls back with each new state until the subscription is dropped.
    #[must_use]
    pub fn subscribe(&self, callback: Callback<SessionState>) -> Subscription {
        self.0.subscribers.add(callback)
    }

    /// Calls back with what happens to the session, here or in another tab, until the subscription is dropped.
    #[must_use]
    pub fn listen(&self, callback: Callback<SessionEvent>) -> Subscription {
        self.0.listeners.add(callback)
    }

    fn tell(&self, event: &SessionEvent) {
        self.0.listeners.tell(event);
    }

    /// What the pool lets people do.
    pub fn options(&self) -> Rc<AuthOptions> {
        self.0.options.clone()
    }

    fn set_state(&self, state: SessionState) {
        if *self.0.state.borrow() == state {
            return;
        }
        *self.0.state.borrow_mut() = state.clone();
        self.0.subscribers.tell(&state);
    }

    /// The person has read why nobody is signed in.
    pub fn forget_reason(&self) {
        if self.state().person().is_none() {
            self.set_state(SessionState::SignedOut(None));
        }
    }

    /// Computes what a sign-in can compute before the password is known. Call it when a sign-in form appears.
    pub fn prepare_sign_in(&self) {
        if self.0.ephemeral.borrow().is_some() {
            return;
        }
        let session = self.clone();
        spawn_local(async move {
            // Lets the page paint first.
            session.0.client.clock().sleep(0).await;
            if session.0.ephemeral.borrow().is_none() {
                // Without random numbers the sign-in itself will say so.
                let ephemeral = session.0.client.prepare_sign_in_in_steps().await.ok();
                *session.0.ephemeral.borrow_mut() = ephemeral;
            }
        });
    }

    /// Makes `stored` the session, which is another one than before.
    fn keep_new(&self, stored: StoredSession) {
        // That of the session before.
        self.forget_managed();
        self.keep(stored);
        self.tell(&SessionEvent::SignedIn);
    }

    /// Makes `stored` the session.
    fn keep(&self, stored: StoredSession) {
        let saved = self.0.store.save(&stored).is_ok();
        self.0.persisted.set(saved);
        if saved {
            self.copy_access_token(&stored.access_token);
        } else {
            self.0.store.storage().remove(ACCESS_TOKEN_KEY);
        }
        let person = Person::of(&stored);
        *self.0.tokens.borrow_mut() = Some(stored);
        self.schedule_refresh();
        self.set_state(SessionState::SignedIn(person));
    }

    fn copy_access_token(&self, token: &AccessToken) {
        let storage = self.0.store.storage();
        if storage.set(ACCESS_TOKEN_KEY, token.expose()).is_err() {
            storage.remove(ACCESS_TOKEN_KEY);
        }
    }

    fn clear_storage(&self) {
        self.0.store.clear();
        self.0.store.storage().remove(ACCESS_TOKEN_KEY);
    }

    fn new_generation(&self) {
        self.0.generation.set(self.0.generation.get() + 1);
        self.0.refresh.take();
    }

    /// Forgets the tokens, everywhere.
    fn end(&self, reason: SignedOutReason) -> Option<StoredSession> {
        self.new_generation();
        self.clear_storage();
        self.0.persisted.set(false);
        self.0.pending.take();
        self.abandon_sign_in();
        let ended = self.0.tokens.take();
        self.set_state(SessionState::SignedOut(Some(reason)));
        self.tell(&SessionEvent::SignedOut(reason));
        ended
    }

    /// Registers a user. The password is kept in memory until the user is confirmed.
    ///
    /// # Errors
    /// [`ErrorKind::UsernameExists`], [`ErrorKind::PasswordPolicy`], [`ErrorKind::InvalidEmail`] and others.
    pub async fn sign_up(&self, form: SignUpForm) -> Result<SignUpOutcome, Error> {
        let SignUpForm {
            username,
            attributes,
            password,
        } = form;
        let signed_up = self
            .0
            .client
            .call(&SignUp {
                username: &username,
                password: &password,
                attributes: &attributes,
            })
            .await?;
        Ok(self.signed_up(username, Some(password), signed_up).await)
    }

    /// Registers a user who has no password: signs in by codes, where the pool has those. Names and values as in
    /// [`SignUpForm`].
    ///
    /// # Errors
    /// As [`sign_up`](Self::sign_up).
    pub async fn sign_up_without_password(
        &self,
        username: String,
        attributes: &[(String, String)],
    ) -> Result<SignUpOutcome, Error> {
        let operation = PasswordlessSignUp {
            username: &username,
            attributes,
        };
        let signed_up = self.0.client.call(&operation).await?;
        Ok(self.signed_up(username, None, signed_up).await)
    }

    async fn signed_up(
        &self,
        username: String,
        password: Option<Password>,
        signed_up: SignedUp,
    ) -> SignUpOutcome {
        let session = signed_up.session;
        if !signed_up.confirmed {
            let delivery = signed_up.delivery.unwrap_or_default();
            self.note_delivery(&username, &delivery);
            *self.0.pending.borrow_mut() = Some(Pending {
                username,
                password,
                session,
            });
            return SignUpOutcome::ConfirmationNeeded(delivery);
        }
        let signed_in = match (password, session) {
            (Some(password), _) => {
                matches!(
                    self.sign_in(&username, password).await,
                    Ok(SignIn::SignedIn)
                )
            }
            (None, Some(session)) => self.sign_in_after_sign_up(&username, &session).await,
            (None, None) => false,
        };
        match signed_in {
            true => SignUpOutcome::SignedIn,
            false => SignUpOutcome::SignInNeeded,
        }
    }

    /// Signs in by the session that a sign-up or its confirmation gave. Whether that worked.
    async fn sign_in_after_sign_up(&self, username: &str, session: &ChallengeSession) -> bool {
        let flow = cognito_user_pool::SignIn::after_sign_up(username, session);
        let step = self.0.client.start(flow.devices(&self.0.store)).await;
        let signed_in = matches!(
            step.and_then(|step| self.accept(step)),
            Ok(SignIn::SignedIn)
        );
        if !signed_in {
            self.abandon_sign_in();
        }
        signed_in
    }

    /// Keeps a password for the sign-in after the confirmation, and the pool's own session if the sign-up was just now.
    fn remember_password(&self, username: &str, password: Password) {
        let mut pending = self.0.pending.borrow_mut();
        let session = pending
            .take()
            .filter(|pending| pending.username.eq_ignore_ascii_case(username))
            .and_then(|pending| pending.session);
        *pending = Some(Pending {
            username: username.to_owned(),
            password: Some(password),
            session,
        });
    }

    fn note_delivery(&self, email: &str, delivery: &CodeDelivery) {
        *self.0.delivery.borrow_mut() = Some((email.to_owned(), delivery.clone()));
    }

    /// Where the last code for `email` went, if one was sent since the page was loaded.
    pub fn last_delivery(&self, email: &str) -> Option<CodeDelivery> {
        let delivery = self.0.delivery.borrow();
        let (to, delivery) = delivery.as_ref()?;
        to.eq_ignore_ascii_case(email).then(|| delivery.clone())
    }

    /// Whether [`confirm_sign_up`](Self::confirm_sign_up) can sign `username` in without asking for the password.
    pub fn has_pending_password(&self, username: &str) -> bool {
        let pending = self.0.pending.borrow();
        pending.as_ref().is_some_and(|pending| {
            pending.username.eq_ignore_ascii_case(username) && pending.password.is_some()
        })
    }

    /// Takes what waits for `username` to be confirmed.
    fn take_pending(&self, username: &str) -> Pending {
        let mut pending = self.0.pending.borrow_mut();
        let ours = pending.take_if(|pending| pending.username.eq_ignore_ascii_case(username));
        ours.unwrap_or_default()
    }

    /// Confirms a sign-up with the code that was sent, and signs in: by the session that the pool gives for that, where
    /// it has `USER_AUTH`, or with the password, if it is still known.
    ///
    /// # Errors
    /// [`ErrorKind::CodeMismatch`], [`ErrorKind::CodeExpired`], [`ErrorKind::AlreadyConfirmed`] (unless the password is
    /// known: then signing in tells) and others.
    pub async fn confirm_sign_up(&self, username: &str, code: &str) -> Result<Confirmed, Error> {
        let mut confirm = With::new(ConfirmSignUp { username, code });
        if let Some(pending) = &*self.0.pending.borrow()
            && let Some(session) = &pending.session
            && pending.username.eq_ignore_ascii_case(username)
        {
            confirm = confirm.session(session);
        }
        let session = match self.0.client.call(&confirm).await {
            Ok(confirmed) => confirmed.session,
            Err(error) if error.kind == ErrorKind::AlreadyConfirmed => {
                if !self.has_pending_password(username) {
                    return Err(error);
                }
                None
            }
            Err(error) => return Err(error),
        };
        let pending = self.take_pending(username);
        if let Some(session) = session
            && (self.0.options.uses_user_auth() || pending.password.is_none())
            && self.sign_in_after_sign_up(username, &session).await
        {
            return Ok(Confirmed::SignedIn);
        }
        let Some(password) = pending.password else {
            return Ok(Confirmed::PasswordNeeded);
        };
        Ok(match self.sign_in(username, password).await {
            Ok(SignIn::SignedIn) => Confirmed::SignedIn,
            Ok(SignIn::Challenge(_)) => Confirmed::Challenge,
            // The confirmation stands; the password form shows what is wrong when it is tried again.
            Err(_) => Confirmed::PasswordNeeded,
        })
    }

    /// Sends another sign-up code.
    ///
    /// # Errors
    /// [`ErrorKind::LimitExceeded`], [`ErrorKind::AlreadyConfirmed`] and others.
    pub async fn resend_code(&self, email: &str) -> Result<CodeDelivery, Error> {
        let operation = ResendConfirmationCode { username: email };
        let delivery = self.0.client.call(&operation).await?;
        self.note_delivery(email, &delivery);
        Ok(delivery)
    }

    /// Sends a code that sets a new password.
    ///
    /// # Errors
    /// [`ErrorKind::LimitExceeded`], [`ErrorKind::NoRecoveryContact`] and others.
    pub async fn forgot_password(&self, email: &str) -> Result<CodeDelivery, Error> {
        let operation = ForgotPassword { username: email };
        let delivery = self.0.client.call(&operation).await?;
        self.note_delivery(email, &delivery);
        Ok(delivery)
    }

    /// Sets a new password with the code that was sent, and signs in with it.
    ///
    /// # Errors
    /// [`ErrorKind::CodeMismatch`], [`ErrorKind::CodeExpired`], [`ErrorKind::PasswordPolicy`] and others.
    pub async fn reset_password(
        &self,
        email: &str,
        code: &str,
        new_password: Password,
    ) -> Result<Reset, Error> {
        self.0
            .client
            .call(&ConfirmForgotPassword {
                username: email,
                code,
                password: &new_password,
            })
            .await?;
        Ok(match self.sign_in(email, new_password).await {
            Ok(SignIn::SignedIn) => Reset::SignedIn,
            Ok(SignIn::Challenge(_)) => Reset::Challenge,
            _ => Reset::SignInNeeded,
        })
    }

    /// Signs out: on this device before this returns, and everywhere else as soon as the pool hears of it.
    ///
    /// Whether it does is not waited for by the page: the tokens are gone from here in any case. Where the session began
    /// on the pool's own pages, which know the person still, what the result comes to is the URL that signs out there.
    pub fn sign_out(&self) -> impl Future<Output = Option<String>> + 'static {
        self.leave(async |session, ended| {
            let client = &session.0.client;
            let access_token = &ended.access_token;
            let global = client.call(&GlobalSignOut { access_token }).await;
            // With an access token that is no good any more, the refresh token still ends this device's session.
            if global.is_err() {
                session.revoke(ended.refresh_token).await;
            }
        })
    }

    /// Signs out on this device only. The result is that of [`sign_out`](Self::sign_out).
    pub fn sign_out_here(&self) -> impl Future<Output = Option<String>> + 'static {
        self.leave(async |session, ended| session.revoke(ended.refresh_token).await)
    }

    /// Signs out on this device without a word to the pool: for when the code that could tell it is not to be had. The
    /// refresh token stays good until it runs out, for whoever has a copy.
    pub fn forget(&self) {
        self.forget_managed();
        self.end(SignedOutReason::ByChoice);
    }

    /// Ends the session here, and then tells the pool.
    fn leave(
        &self,
        tell: impl AsyncFnOnce(Self, StoredSession) + 'static,
    ) -> impl Future<Output = Option<String>> + 'static {
        let logout_url = self.take_logout_url();
        let ended = self.end(SignedOutReason::ByChoice);
        // Goes on when the component that asked has left the page.
        let told = ended.map(|ended| detached(tell(self.clone(), ended)));
        async move {
            told?.await;
            logout_url
        }
    }

    /// Ends the session that the refresh token belongs to. There is nothing to be done where that fails: it runs out.
    async fn revoke(&self, refresh_token: Option<RefreshToken>) {
        if let Some(refresh_token) = &refresh_token {
            let _ = self.0.client.call(&RevokeToken { refresh_token }).await;
        }
    }
}

/// Runs `task` to its end even if the returned future is dropped.
fn detached(task: impl Future<Output = ()> + 'static) -> impl Future<Output = ()> + 'static {
    let promise = wasm_bindgen_futures::future_to_promise(async move {
        task.await;
        Ok(wasm_bindgen::JsValue::UNDEFINED)
    });
    async move {
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    }
}
