//! A local Amazon Cognito user pool: the JSON API of `cognito-idp`, its public keys and its mailbox.
//!
//! Passwords are checked as the service does, by SRP; nobody gets in without the right one. Every operation that a public
//! client may call is there, with the service's error codes, limits and expiry. What the pool asks for is set as in the
//! service, by the administrator's operations, which need no credentials here:
//!
//! | What | Switched on by |
//! | --- | --- |
//! | an address that stays until the new one is proven | `UserAttributeUpdateSettings` of CreateUserPool or UpdateUserPool |
//! | second factors: authenticator app, text message, mail | SetUserPoolMfaConfig, then SetUserMFAPreference or AdminSetUserMFAPreference; with `ON`, MFA_SETUP asks for it |
//! | remembered devices | `DeviceConfiguration` of the pool, then ConfirmDevice |
//! | a choice of first factors (USER_AUTH), sign-up without a password | `Policies.SignInPolicy.AllowedFirstAuthFactors` of the pool and `ALLOW_USER_AUTH` of the client |
//! | signing in right after the confirmation of a sign-up | `ALLOW_USER_AUTH` of the client: SignUp and ConfirmSignUp then return a `Session` |
//! | passkeys | `WEB_AUTHN` among the first factors and `WebAuthnConfiguration` of SetUserPoolMfaConfig; the relying party is `localhost` unless it names another |
//! | CUSTOM_AUTH, with and without SRP | `ALLOW_CUSTOM_AUTH` of the client |
//! | refresh tokens that rotate | `RefreshTokenRotation` of the client, without `ALLOW_REFRESH_TOKEN_AUTH` |
//! | managed login | `AllowedOAuthFlowsUserPoolClient`, `AllowedOAuthFlows` (`code`), `AllowedOAuthScopes`, `CallbackURLs` and `SupportedIdentityProviders` of the client |
//! | a client secret | `GenerateSecret` of CreateUserPoolClient |
//!
//! Every code goes to the mailbox; a text message has the medium `SMS` there. Of the codes of sign-ins, five an hour can go
//! unused; five wrong ones in a row are free, then each doubles the wait, as with passwords.
//!
//! What differs from the service:
//!
//! - There are no Lambda triggers. CUSTOM_AUTH asks a question of the pool's own instead: `ChallengeParameters.question` is
//!   “Which number did we send to …?”, the number is in the mailbox, and of three answers one has to be right.
//! - Passkeys always need user verification, also where the pool says `preferred`.
//! - Device keys are asked for at a refresh once the device has been confirmed.

mod attributes;
mod challenges;
mod codes;
mod devices;
mod errors;
mod factors;
mod http;
mod input;
mod keys;
mod local;
mod managed;
mod mfa;
mod model;
mod ops;
mod passkeys;
mod policy;
mod random;
mod seed;
mod service;
mod simulation;
mod srp;
mod timestamp;
mod tokens;
mod well_known;

use std::sync::Arc;

use axum::Router;

pub use keys::{KeyError, PoolKeys};
pub use service::{Directory, OpenError, PoolOptions, Profile, UserPools};

use crate::mail::Mail;
use crate::options::REGION;
use crate::state::{State, StateError};
use model::{SECTION, Store};

/// `iss` of the tokens of pool `id`: the service's own, wherever this server listens.
pub fn issuer(id: &str) -> String {
    format!("https://cognito-idp.{REGION}.amazonaws.com/{id}")
}

/// A pool's id without the region: what SRP knows the pool by.
fn pool_name(id: &str) -> &str {
    id.split_once('_').map_or(id, |(_, name)| name)
}

/// The pool's routes.
pub fn router(pools: UserPools) -> Router {
    let pools = Arc::new(pools);
    let routes = http::router(Arc::clone(&pools))
        .merge(well_known::router(Arc::clone(&pools)))
        .merge(managed::router(Arc::clone(&pools)))
        .merge(local::router(Arc::clone(&pools)));
    http::with_date(routes, pools)
}

pub(crate) fn read_mail<R>(
    state: &State,
    question: impl FnOnce(std::collections::vec_deque::Iter<'_, Mail>) -> R,
) -> R {
    state.read(SECTION, |store: &Store| question(store.mail.iter()))
}

pub(crate) fn clear_mail(state: &State) -> Result<(), StateError> {
    state.update(SECTION, |store: &mut Store| store.mail.clear())
}
