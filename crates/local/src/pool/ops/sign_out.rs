//! GlobalSignOut, RevokeToken.

use super::{Answer, Call, Result};
use crate::pool::errors::Error;
use crate::pool::input::Rule;

pub(super) fn global_sign_out(call: &Call<'_>) -> Result {
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        store
            .pool_mut(&bearer.pool)?
            .sign_out_everywhere(&bearer.sub);
        Ok(Answer::nothing())
    })
}

pub(super) fn revoke_token(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let token = call.input.required("Token", &Rule::TOKEN)?;
    let secret = call.input.optional("ClientSecret", &Rule::CLIENT_SECRET)?;
    call.input.check()?;
    // Access and ID tokens have three parts; a refresh token is opaque.
    if token.split('.').count() == 3 {
        return Err(Error::NotARefreshToken);
    }
    call.pools.update(|store| {
        let pool = store.pool_of_client(&client_id)?;
        let client = pool.client(&client_id)?;
        client.check_secret(secret.as_deref())?;
        if !client.token_revocation {
            return Err(Error::TokenRevocationOff);
        }
        let pool_id = pool.id.clone();
        store.revoke(&pool_id, &client_id, &token)?;
        Ok(Answer::Empty)
    })
}
