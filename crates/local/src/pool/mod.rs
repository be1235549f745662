//! A local Amazon Cognito user pool: the JSON API of `cognito-idp`, its public keys and its mailbox.
//!
//! Passwords are checked as the service does, by SRP; nobody gets in without the right one.

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
