//! Going on with a sign-in by its refresh token.

use serde_json::json;

use super::super::{Call, Result};
use super::Parameters;
use crate::pool::input::Rule;
use crate::pool::model::Client;

pub(super) fn refresh_token_auth(
    call: &Call<'_>,
    client: &Client,
    parameters: &Parameters,
) -> Result {
    let token = parameters.required("REFRESH_TOKEN")?;
    let grant = call.pools.update(|store| {
        let pool = store.pool_of_client_mut(&client.id)?;
        let owner = pool.owner_of_refresh_token(token);
        let owner = owner.map_or(String::new(), |owner| owner.username.clone());
        client.check_secret_hash(&owner, parameters.secret_hash())?;
        pool.refresh(&client.id, token, parameters.get("DEVICE_KEY"), call.now)
    })?;
    let result = call.pools.authentication_result(grant)?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }).into())
}

pub(in crate::pool::ops) fn get_tokens_from_refresh_token(call: &Call<'_>) -> Result {
    let client_id = call.client_id()?;
    let token = call.input.required("RefreshToken", &Rule::TOKEN)?;
    let secret = call.input.optional("ClientSecret", &Rule::CLIENT_SECRET)?;
    let device = call.input.optional("DeviceKey", &Rule::DEVICE_KEY)?;
    call.input.check()?;
    let grant = call.pools.update(|store| {
        let pool = store.pool_of_client_mut(&client_id)?;
        pool.client(&client_id)?.check_secret(secret.as_deref())?;
        pool.refresh(&client_id, &token, device.as_deref(), call.now)
    })?;
    let result = call.pools.authentication_result(grant)?;
    Ok(json!({ "AuthenticationResult": result }).into())
}
