//! WEB_AUTHN: a passkey as the first factor.

use serde_json::json;
use webauthn_rs::prelude::PublicKeyCredential;

use super::super::Result;
use super::{Reply, Step, Turn};
use crate::pool::challenges::Kind;
use crate::pool::errors::Error;
use crate::pool::model::Store;
use crate::pool::passkeys::options;

impl Turn<'_> {
    /// Asks for one of the person's passkeys.
    pub(super) fn ask_for_passkey(&self, store: &Store) -> Result<Step> {
        let (checker, relying_party) = self.pool(store)?.web_authn()?;
        let passkeys = self.user(store)?.usable_passkeys(&relying_party);
        let (request, state) = checker
            .start_passkey_authentication(&passkeys)
            .map_err(|_| Error::WrongCredentials)?;
        let request = options(&request.public_key)?;
        Ok(Step::Challenge {
            kind: Kind::WebAuthn(Box::new(state)),
            parameters: json!({ "CREDENTIAL_REQUEST_OPTIONS": request.to_string() }),
        })
    }
}

pub(super) fn respond(reply: Reply<'_>) -> Result {
    let (kind, turn, reply) = reply.waiting()?;
    let Kind::WebAuthn(state) = kind else {
        return Err(Error::ChallengeInvalid);
    };
    let credential = reply.responses.required("CREDENTIAL")?;
    let credential: PublicKeyCredential = serde_json::from_str(credential)
        .map_err(|_| Error::invalid("CREDENTIAL is not an authentication response."))?;
    reply.take()?;
    turn.conclude(|turn, store| {
        let (checker, _) = turn.pool(store)?.web_authn()?;
        let result = checker
            .finish_passkey_authentication(&credential, &state)
            .map_err(|_| Error::WrongCredentials)?;
        // The passkey may have been deleted since it was asked for.
        let passkeys = &mut turn.user_mut(store)?.passkeys;
        let used = passkeys
            .values_mut()
            .find(|stored| stored.passkey.cred_id() == result.cred_id())
            .ok_or(Error::WrongCredentials)?;
        used.passkey.update_credential(&result);
        turn.first_factor_shown(store)
    })
}
