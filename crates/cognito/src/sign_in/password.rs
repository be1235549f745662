//! `PASSWORD_VERIFIER`: the proof that the client knows the password.

use super::{Context, Request};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Challenge, ChallengeName};
use crate::platform::{Clock, Random};
use crate::secret::Password;
use crate::srp::{Ephemeral, PrivateKey, timestamp};
use crate::transport::Transport;
use alloc::string::String;

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    pub(super) async fn prove_password(
        &self,
        context: &Context,
        challenge: &Challenge,
        password: &Password,
        ephemeral: &Ephemeral,
    ) -> Result<Request, Error> {
        // Not what the person typed: proof and answer are in the pool's own name for the user.
        let user_id = challenge.required("USER_ID_FOR_SRP")?;
        let group = self.config().pool_name();
        let salt = challenge.required("SALT")?;
        let key = PrivateKey::of_user(group, user_id, password.expose(), salt)?;
        let proof = self
            .proof(challenge, group, user_id, &key, ephemeral)
            .await?;
        Ok(context.respond(
            self.config(),
            ChallengeName::PasswordVerifier,
            challenge.session.as_ref(),
            &proof.responses(),
        ))
    }

    /// The claim over `group` and `name` that a verifier challenge asks for.
    pub(super) async fn proof<'a>(
        &self,
        challenge: &'a Challenge,
        group: &str,
        name: &str,
        private_key: &PrivateKey,
        ephemeral: &Ephemeral,
    ) -> Result<Proof<'a>, Error> {
        let secret_block = challenge.required("SECRET_BLOCK")?;
        let server_public = challenge.required("SRP_B")?;
        let key = ephemeral
            .session_key_in_steps(server_public, private_key, async || {
                self.clock().pause().await;
            })
            .await?;
        let timestamp = timestamp(self.server_now_ms());
        Ok(Proof {
            signature: key.sign(group, name, secret_block, &timestamp)?,
            secret_block,
            timestamp,
        })
    }
}

/// `PASSWORD_CLAIM_…` and `TIMESTAMP`.
pub(super) struct Proof<'a> {
    secret_block: &'a str,
    signature: String,
    timestamp: String,
}

impl Proof<'_> {
    pub(super) fn responses(&self) -> [(&'static str, &str); 3] {
        [
            ("PASSWORD_CLAIM_SECRET_BLOCK", self.secret_block),
            ("PASSWORD_CLAIM_SIGNATURE", &self.signature),
            ("TIMESTAMP", &self.timestamp),
        ]
    }
}
