//! Renewing tokens: ahead of time, once at a time, and only ended by what really ends a session.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use cognito_user_pool::operation::{GetTokensFromRefreshToken, Tokens};
use cognito_user_pool::{AccessToken, Clock as _, Error, StoredSession, TransportError};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use super::{Person, Session, SessionEvent, SessionState, SignedOutReason};

/// Tokens with less time left than this, in milliseconds, are renewed before they are used.
pub(super) const MARGIN_MS: i64 = 60_000;
/// Pause after a renewal that failed for a passing reason, in milliseconds.
const RETRY_MS: i64 = 30_000;

/// A renewal under way, which any number of callers can wait for.
#[derive(Clone)]
pub(super) struct Running {
    done: Promise,
    outcome: Rc<RefCell<Result<(), Error>>>,
}

/// A request for new tokens, under way.
pub type Renewal = Pin<Box<dyn Future<Output = Result<Tokens, Error>>>>;

/// What asks the pool for new tokens in place of those.
pub type Renew = fn(Session, StoredSession) -> Renewal;

/// Asks the pool for new tokens. What that takes is in a part of the app, which nobody needs who never was signed in.
pub const RENEW: Renew = |session, tokens| {
    Box::pin(async move {
        let refresh_token = tokens.refresh_token.as_ref();
        let operation = GetTokensFromRefreshToken {
            refresh_token: refresh_token.ok_or(TransportError::Aborted)?,
            device_key: tokens.device_key.as_deref(),
        };
        session.0.client.call(&operation).await
    })
};

/// What gives [`RENEW`], as soon as it is there; nothing if it cannot be had.
pub type Renewer = fn() -> Pin<Box<dyn Future<Output = Option<Renew>>>>;

impl Session {
    /// Milliseconds that the tokens are good for; negative when they have expired or there are none.
    pub(super) fn remaining_ms(&self) -> i64 {
        let tokens = self.0.tokens.borrow();
        let expires_at = tokens
            .as_ref()
            .map_or(i64::MIN, StoredSession::expires_at_ms);
        expires_at.saturating_sub(self.0.client.server_now_ms())
    }

    fn current_access_token(&self) -> Option<AccessToken> {
        let tokens = self.0.tokens.borrow();
        tokens.as_ref().map(|tokens| tokens.access_token.clone())
    }

    /// An access token that is good for a while, renewed if need be; `None` when nobody is signed in.
    ///
    /// # Errors
    /// Why the token could not be renewed, when that does not end the session: no network, for instance.
    pub async fn access_token(&self) -> Result<Option<AccessToken>, Error> {
        if self.0.tokens.borrow().is_some() && self.remaining_ms() <= MARGIN_MS {
            let renewed = self.refresh().await;
            // A token in its last minute is still a token.
            if self.0.tokens.borrow().is_some() && self.remaining_ms() <= 0 {
                renewed?;
            }
        }
        Ok(self.current_access_token())
    }

    /// An access token to replace one that the backend refused; `None` when the session has ended.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub async fn refresh_rejected(
        &self,
        rejected: &AccessToken,
    ) -> Result<Option<AccessToken>, Error> {
        // Another request may have had it renewed already.
        if self.current_access_token().as_ref() == Some(rejected) {
            self.refresh().await?;
        }
        Ok(self.current_access_token())
    }

    /// Ends the session because the backend refused `refused`, a token that was new. Nothing happens when the session has
    /// another token by now.
    pub fn give_up(&self, refused: &AccessToken) {
        if self.current_access_token().as_ref() == Some(refused) {
            self.end(SignedOutReason::NotAccepted);
        }
    }

    /// Renews the tokens, once for all who ask meanwhile. Goes on when the callers have gone: with rotation, an answer
    /// that nobody reads is a lost session.
    pub(super) async fn refresh(&self) -> Result<(), Error> {
        let running = self.0.refresh.borrow().clone();
        let running = running.unwrap_or_else(|| self.start_refresh());
        // Never rejected.
        let _ = JsFuture::from(running.done).await;
        running.outcome.borrow().clone()
    }

    fn start_refresh(&self) -> Running {
        let outcome = Rc::new(RefCell::new(Ok(())));
        let (session, result) = (self.clone(), outcome.clone());
        let generation = self.0.generation.get();
        let done = future_to_promise(async move {
            *result.borrow_mut() = session.run_refresh(generation).await;
            if session.0.generation.get() == generation {
                session.0.refresh.take();
            }
            Ok(JsValue::UNDEFINED)
        });
        let running = Running { done, outcome };
        *self.0.refresh.borrow_mut() = Some(running.clone());
        running
    }

    async fn run_refresh(&self, generation: u64) -> Result<(), Error> {
        // Whoever held the lock before has left newer tokens. With rotation, a second renewal would be refused.
        let _lock = self.0.lock.acquire().await;
        if self.0.generation.get() != generation {
            return Ok(());
        }
        let Some(tokens) = self.0.tokens.borrow().clone() else {
            return Ok(());
        };
        let Some(tokens) = self.adopt_newer(tokens) else {
            return Ok(());
        };
        if tokens.refresh_token.is_none() {
            self.end(SignedOutReason::Expired);
            return Ok(());
        }
        // Without the part there is no request: as without a network.
        let answer = match (self.0.renewer)().await {
            Some(renew) => renew(self.clone(), tokens.clone()).await,
            None => Err(TransportError::Network(String::new()).into()),
        };
        // Somebody signed in or out meanwhile: the answer belongs to a session that is no more.
        if self.0.generation.get() != generation {
            return Ok(());
        }
        match answer {
            Ok(renewed) => {
                let offset = self.0.client.server_offset_ms();
                self.keep(tokens.refreshed(renewed, offset));
                self.tell(&SessionEvent::Refreshed);
                Ok(())
            }
            Err(error) => match SignedOutReason::of_refused_refresh(&error) {
                Some(reason) => {
                    // One tab sees what another has stored a moment later than the lock that it has left, now and then: then
                    // it was the token of before that was refused.
                    if self.adopt_newer(tokens).is_some() {
                        self.end(reason);
                    }
                    Ok(())
                }
                None => {
                    // The person stays signed in; what needs a token will say what is wrong, and try again.
                    self.set_state(SessionState::SignedIn(Person::of(&tokens)));
                    self.schedule_refresh();
                    self.tell(&SessionEvent::RefreshFailed(error.kind.clone()));
                    Err(error)
                }
            },
        }
    }

    /// Takes over what another tab has left in the storage: newer tokens, or none after a sign-out. Returns the tokens
    /// that are still to be renewed, if any.
    fn adopt_newer(&self, tokens: StoredSession) -> Option<StoredSession> {
        if !self.0.persisted.get() {
            return Some(tokens);
        }
        let Some(stored) = self.0.store.load() else {
            self.end(SignedOutReason::Revoked);
            return None;
        };
        if stored.access_token == tokens.access_token {
            return Some(tokens);
        }
        let now = self.0.client.server_now_ms();
        if stored.expires_at_ms().saturating_sub(now) > MARGIN_MS {
            // Not written back: the other tab may still be writing.
            let state = self.take_up(stored);
            self.set_state(state);
            self.tell(&SessionEvent::Refreshed);
            None
        } else {
            Some(stored)
        }
    }

    /// Renews the tokens a minute before they expire, as long as this session lasts.
    pub(super) fn schedule_refresh(&self) {
        let generation = self.0.generation.get();
        let token = self.current_access_token();
        let wait = self.remaining_ms() - MARGIN_MS;
        let wait = u32::try_from(wait.max(RETRY_MS)).unwrap_or(u32::MAX);
        let session = self.clone();
        spawn_local(async move {
            session.0.client.clock().sleep(wait).await;
            let same =
                session.0.generation.get() == generation && session.current_access_token() == token;
            if same && session.remaining_ms() <= MARGIN_MS {
                // The outcome is in the state.
                let _ = session.refresh().await;
            } else if same {
                // Woken early: by a clock that was set, or by a wait longer than a timer can be.
                session.schedule_refresh();
            }
        });
    }
}
