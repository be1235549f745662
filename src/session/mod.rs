//! The session: who is signed in. The only place that touches stored tokens.
//!
//! A [`Session`] is made once, at start, and given to components by context. Storage is read synchronously then, so the
//! first frame already knows whether somebody is signed in.

mod hooks;
pub mod platform;
mod refresh;
mod state;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use cognito_user_pool::operation::{
    ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, GlobalSignOut, ResendConfirmationCode,
    RevokeToken, SignUp,
};
use cognito_user_pool::srp::Ephemeral;
pub use cognito_user_pool::{
    AccessToken, CodeDelivery, DeliveryMedium, Error, ErrorKind, NewPasswordRequired, Password,
    PasswordPolicyViolation, UnsupportedChallenge,
};
use cognito_user_pool::{
    Client, Clock as _, Config, SignInStep, Storage as _, StoredSession, TokenStore,
};
use gloo_events::EventListener;
use wasm_bindgen_futures::spawn_local;
use web_sys::Event;
use yew::Callback;

pub use hooks::{use_session, use_session_state};
use platform::{SharedClock, SharedLock, SharedStorage, SharedTransport};
pub use state::{Person, SessionState, SignedOutReason};

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
    subscribers: RefCell<Vec<(u64, Callback<SessionState>)>>,
    next_subscriber: Cell<u64>,
    /// Made ahead of time for the next sign-in.
    ephemeral: RefCell<Option<Ephemeral>>,
    /// Typed at sign-up or at a sign-in that was sent to confirmation. Memory only.
    pending: RefCell<Option<Pending>>,
    /// For whom a code was sent last, and where it went.
    delivery: RefCell<Option<(String, CodeDelivery)>>,
}

/// A password that waits for its user to be confirmed.
struct Pending {
    email: String,
    password: Password,
}

/// What a [`Session`] stands on.
#[derive(Clone, Debug)]
pub struct SessionParts {
    /// Pool and app client.
    pub config: Config,
    /// How requests are sent.
    pub transport: SharedTransport,
    /// Where tokens are kept.
    pub storage: SharedStorage,
    /// The time.
    pub clock: SharedClock,
    /// What of all sessions over the same storage one can hold.
    pub lock: SharedLock,
}

impl SessionParts {
    /// `fetch`, localStorage and the browser's clock.
    pub fn browser(config: Config) -> Self {
        Self {
            config,
            transport: SharedTransport::browser(),
            storage: SharedStorage::browser(),
            clock: SharedClock::browser(),
            lock: SharedLock::browser(REFRESH_LOCK),
        }
    }
}

/// What a sign-in has come to.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// Signed in.
    SignedIn,
    /// A temporary password has to be replaced: [`Session::set_new_password`].
    NewPasswordRequired(Box<NewPasswordRequired>),
    /// The pool asks for something that this app cannot answer.
    Unsupported(UnsupportedChallenge),
}

/// A filled-in sign-up form.
#[derive(Clone, Debug)]
pub struct SignUpForm {
    /// `name`
    pub name: String,
    /// The e-mail address: what people sign in with.
    pub email: String,
    /// `preferred_username`: the handle.
    pub username: String,
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
    /// Signing in asks for something more.
    Challenge(SignIn),
}

/// What a password reset has come to. The password is set in each case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reset {
    /// Signed in with it as well.
    SignedIn,
    /// Signing in has to be done by hand.
    SignInNeeded,
}

/// Ends a subscription when dropped.
pub struct Subscription {
    session: Session,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut subscribers = self.session.0.subscribers.borrow_mut();
        subscribers.retain(|(id, _)| *id != self.id);
    }
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
            subscribers: RefCell::new(Vec::new()),
            next_subscriber: Cell::new(0),
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
    /// moments at which the tokens may be older than a timer could tell (the page was hidden, the device slept).
    #[must_use]
    pub fn follow_other_tabs(&self) -> Option<[EventListener; 3]> {
        let window = web_sys::window()?;
        let document = window.document()?;
        let late = || {
            let session = self.clone();
            move |_: &Event| session.renew_if_due()
        };
        let session = self.clone();
        Some([
            // Browsers send it to every tab but the one that made the change.
            EventListener::new(&window, "storage", move |_| session.storage_changed()),
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
    /// The storage itself is left as it is: the other tab may still be writing.
    pub fn storage_changed(&self) {
        let stored = self.0.store.load();
        if stored == *self.0.tokens.borrow() {
            return;
        }
        match stored {
            Some(stored) => {
                self.new_generation();
                let state = self.take_up(stored);
                self.set_state(state);
            }
            // Tokens that the storage never took are this tab's own.
            None if self.0.persisted.replace(false) => {
                self.new_generation();
                self.0.tokens.take();
                self.set_state(SessionState::SignedOut(Some(SignedOutReason::Revoked)));
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

    /// Who is signed in now.
    pub fn state(&self) -> SessionState {
        self.0.state.borrow().clone()
    }

    /// Calls back with each new state until the subscription is dropped.
    #[must_use]
    pub fn subscribe(&self, callback: Callback<SessionState>) -> Subscription {
        let id = self.0.next_subscriber.get();
        self.0.next_subscriber.set(id + 1);
        self.0.subscribers.borrow_mut().push((id, callback));
        Subscription {
            session: self.clone(),
            id,
        }
    }

    fn set_state(&self, state: SessionState) {
        if *self.0.state.borrow() == state {
            return;
        }
        *self.0.state.borrow_mut() = state.clone();
        let callbacks: Vec<_> = self.0.subscribers.borrow().iter().cloned().collect();
        for (_, callback) in callbacks {
            callback.emit(state.clone());
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
                let ephemeral = session.0.client.prepare_sign_in().ok();
                *session.0.ephemeral.borrow_mut() = ephemeral;
            }
        });
    }

    /// Signs in with an e-mail address and a password.
    ///
    /// # Errors
    /// [`ErrorKind::WrongCredentials`], [`ErrorKind::UserNotConfirmed`] (the password is kept in memory for
    /// [`confirm_sign_up`](Self::confirm_sign_up)), [`ErrorKind::PasswordResetRequired`] and others.
    pub async fn sign_in(&self, email: &str, password: Password) -> Result<SignIn, Error> {
        let prepared = self.0.ephemeral.take();
        let step = self.0.client.sign_in(email, &password, prepared).await;
        match step {
            Ok(step) => self.accept(step),
            Err(error) => {
                if error.kind == ErrorKind::UserNotConfirmed {
                    self.remember_password(email, password);
                }
                self.prepare_sign_in();
                Err(error)
            }
        }
    }

    /// Answers a sign-in's [`SignIn::NewPasswordRequired`]; `attributes` are names and values.
    ///
    /// # Errors
    /// [`ErrorKind::PasswordPolicy`], [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn set_new_password(
        &self,
        challenge: Box<NewPasswordRequired>,
        new_password: Password,
        attributes: Vec<(String, String)>,
    ) -> Result<SignIn, Error> {
        let step = self
            .0
            .client
            .set_new_password(&challenge, &new_password, &attributes)
            .await?;
        self.accept(step)
    }

    fn accept(&self, step: SignInStep) -> Result<SignIn, Error> {
        let tokens = match step {
            SignInStep::SignedIn(tokens) => tokens,
            SignInStep::NewPasswordRequired(challenge) => {
                return Ok(SignIn::NewPasswordRequired(Box::new(challenge)));
            }
            step => {
                let name = step.challenge_name().unwrap_or_default().to_owned();
                return Ok(SignIn::Unsupported(UnsupportedChallenge { name }));
            }
        };
        let offset = self.0.client.server_offset_ms();
        let stored = StoredSession::of_sign_in(tokens, offset).ok_or_else(|| Error {
            kind: ErrorKind::InvalidResponse,
            code: String::new(),
            message: "the access token does not name its user".to_owned(),
        })?;
        self.new_generation();
        self.0.pending.take();
        self.keep(stored);
        Ok(SignIn::SignedIn)
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
    fn end(&self, reason: Option<SignedOutReason>) -> Option<StoredSession> {
        self.new_generation();
        self.clear_storage();
        self.0.persisted.set(false);
        self.0.pending.take();
        let ended = self.0.tokens.take();
        self.set_state(SessionState::SignedOut(reason));
        ended
    }

    /// Registers a user. The password is kept in memory until the user is confirmed.
    ///
    /// # Errors
    /// [`ErrorKind::UsernameExists`], [`ErrorKind::PasswordPolicy`], [`ErrorKind::InvalidEmail`] and others.
    pub async fn sign_up(&self, form: SignUpForm) -> Result<SignUpOutcome, Error> {
        let attributes = [
            ("name".to_owned(), form.name),
            ("email".to_owned(), form.email.clone()),
            ("preferred_username".to_owned(), form.username),
        ];
        let signed_up = self
            .0
            .client
            .call(&SignUp {
                username: &form.email,
                password: &form.password,
                attributes: &attributes,
            })
            .await?;
        if !signed_up.confirmed {
            let delivery = signed_up.delivery.unwrap_or_default();
            self.note_delivery(&form.email, &delivery);
            self.remember_password(&form.email, form.password);
            return Ok(SignUpOutcome::ConfirmationNeeded(delivery));
        }
        Ok(match self.sign_in(&form.email, form.password).await {
            Ok(SignIn::SignedIn) => SignUpOutcome::SignedIn,
            _ => SignUpOutcome::SignInNeeded,
        })
    }

    fn remember_password(&self, email: &str, password: Password) {
        *self.0.pending.borrow_mut() = Some(Pending {
            email: email.to_owned(),
            password,
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

    /// Whether [`confirm_sign_up`](Self::confirm_sign_up) can sign `email` in without asking for the password.
    pub fn has_pending_password(&self, email: &str) -> bool {
        let pending = self.0.pending.borrow();
        pending
            .as_ref()
            .is_some_and(|pending| pending.email.eq_ignore_ascii_case(email))
    }

    fn take_pending_password(&self, email: &str) -> Option<Password> {
        if !self.has_pending_password(email) {
            return None;
        }
        self.0.pending.take().map(|pending| pending.password)
    }

    /// Confirms a sign-up with the code that was sent, and signs in if the password is still known.
    ///
    /// # Errors
    /// [`ErrorKind::CodeMismatch`], [`ErrorKind::CodeExpired`], [`ErrorKind::AlreadyConfirmed`] (unless the password is
    /// known: then signing in tells) and others.
    pub async fn confirm_sign_up(&self, email: &str, code: &str) -> Result<Confirmed, Error> {
        let confirmed = self
            .0
            .client
            .call(&ConfirmSignUp {
                username: email,
                code,
            })
            .await;
        match confirmed {
            Ok(_) => {}
            Err(error) if error.kind == ErrorKind::AlreadyConfirmed => {
                if !self.has_pending_password(email) {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
        let Some(password) = self.take_pending_password(email) else {
            return Ok(Confirmed::PasswordNeeded);
        };
        Ok(match self.sign_in(email, password).await {
            Ok(SignIn::SignedIn) => Confirmed::SignedIn,
            Ok(step) => Confirmed::Challenge(step),
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
            _ => Reset::SignInNeeded,
        })
    }

    /// Signs out, on this device at once and everywhere else as soon as the pool hears of it.
    ///
    /// Whether it does is not waited for by the page: the tokens are gone from here in any case.
    pub async fn sign_out(&self) {
        let Some(ended) = self.end(Some(SignedOutReason::ByChoice)) else {
            return;
        };
        let session = self.clone();
        // Goes on when the component that asked has left the page.
        detached(async move {
            let client = &session.0.client;
            let access_token = &ended.access_token;
            let global = client.call(&GlobalSignOut { access_token }).await;
            // With an access token that is no good any more, the refresh token still ends this device's session.
            if global.is_err()
                && let Some(refresh_token) = &ended.refresh_token
            {
                let _ = client.call(&RevokeToken { refresh_token }).await;
            }
        })
        .await;
    }
}

/// Runs `task` to its end even if the returned future is dropped.
async fn detached(task: impl Future<Output = ()> + 'static) {
    let promise = wasm_bindgen_futures::future_to_promise(async move {
        task.await;
        Ok(wasm_bindgen::JsValue::UNDEFINED)
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
