//! Passkeys: made, listed, signed in with and deleted, by an authenticator of the test's own.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use cognito_user_pool::operation::{
    CompleteWebAuthnRegistration, DeleteWebAuthnCredential, GetUserAuthFactors,
    StartWebAuthnRegistration,
};
use cognito_user_pool::{
    AccessToken, Choice, Error, ErrorKind, FirstFactor, SignIn, SignInStep, WebAuthnChallenge,
};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::*;

/// A browser with an authenticator that holds one passkey.
struct Authenticator {
    key: SigningKey,
    origin: &'static str,
    signatures: u32,
}

const ID: [u8; 16] = [7; 16];
/// User present and verified.
const FLAGS: u8 = 0x05;
/// The data hold a new key.
const NEW_KEY: u8 = 0x40;

fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

impl Authenticator {
    fn new() -> Self {
        Self {
            key: SigningKey::from_slice(&[42; 32]).expect("a key"),
            origin: "http://localhost:8080",
            signatures: 0,
        }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": options["challenge"],
            "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    /// Authenticator data, up to the counter.
    fn data(&mut self, relying_party: &Value, flags: u8) -> Vec<u8> {
        self.signatures += 1;
        let relying_party = relying_party.as_str().expect("a relying party");
        let mut data = Sha256::digest(relying_party).to_vec();
        data.push(FLAGS | flags);
        data.extend(self.signatures.to_be_bytes());
        data
    }

    fn credential(response: Value) -> Value {
        json!({ "id": encode(&ID), "rawId": encode(&ID), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": response })
    }

    /// `navigator.credentials.create`, JSON in and out.
    fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("JSON");
        let mut data = self.data(&options["rp"]["id"], NEW_KEY);
        // No model, the id's length and the id.
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(ID);
        // COSE: a key on P-256 for ES256, with x and y.
        let point = self.key.verifying_key().to_sec1_point(false);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point.as_bytes()[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point.as_bytes()[33..]);
        // CBOR: no attestation, and the data.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("a short one"));
        object.extend(data);
        let client_data = self.client_data("webauthn.create", &options);
        Self::credential(json!({ "attestationObject": encode(&object),
            "clientDataJSON": encode(&client_data), "transports": ["internal"] }))
        .to_string()
    }

    /// `navigator.credentials.get`, JSON in and out.
    fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("JSON");
        let data = self.data(&options["rpId"], 0);
        let client_data = self.client_data("webauthn.get", &options);
        let signed = [&data[..], &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        Self::credential(json!({ "authenticatorData": encode(&data),
            "clientDataJSON": encode(&client_data), "userHandle": null,
            "signature": encode(signature.to_der().as_bytes()) }))
        .to_string()
    }
}

impl Pool {
    async fn with_passkeys() -> Self {
        let pool = Self::start().await.with_ann().await;
        let factors = ["PASSWORD", "WEB_AUTHN"];
        let body = json!({ "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
        pool.admin("UpdateUserPool", body).await;
        let body = json!({ "MfaConfiguration": "OFF",
            "WebAuthnConfiguration": { "RelyingPartyId": "localhost" } });
        pool.admin("SetUserPoolMfaConfig", body).await;
        pool.allow_flows(&["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"])
            .await;
        pool
    }

    async fn register(
        &self,
        access_token: &AccessToken,
        authenticator: &mut Authenticator,
    ) -> Result<(), Error> {
        let start = StartWebAuthnRegistration { access_token };
        let options = self.client.call(&start).await?;
        let credential = &authenticator.create(&options);
        let complete = CompleteWebAuthnRegistration {
            access_token,
            credential,
        };
        self.client.call(&complete).await
    }

    async fn challenged(&self) -> WebAuthnChallenge {
        let sign_in = SignIn::choice_of(EMAIL, Choice::WebAuthn);
        match self.client.start(sign_in).await.unwrap() {
            SignInStep::WebAuthn(challenge) => challenge,
            step => panic!("another step: {step:?}"),
        }
    }
}

#[tokio::test]
async fn a_passkey_is_made_and_signs_in() {
    let pool = Pool::with_passkeys().await;
    let access_token = &pool.sign_in(PASSWORD).await.unwrap().access_token;
    let mut authenticator = Authenticator::new();
    pool.register(access_token, &mut authenticator)
        .await
        .unwrap();
    let passkeys = pool.client.passkeys(access_token).await.unwrap();
    assert_eq!(passkeys.len(), 1);
    assert_eq!(passkeys[0].id, encode(&ID));
    assert_eq!(passkeys[0].relying_party_id, "localhost");
    assert_eq!(passkeys[0].transports, ["internal"]);
    assert!(passkeys[0].created_at_ms.is_some());
    let factors = pool.client.call(&GetUserAuthFactors { access_token }).await;
    assert_eq!(
        factors.unwrap().first_factors,
        [FirstFactor::Password, FirstFactor::WebAuthn]
    );

    for _ in 0..2 {
        let challenge = pool.challenged().await;
        let text = pool.client.save(&SignInStep::WebAuthn(challenge)).unwrap();
        let SignInStep::WebAuthn(challenge) = pool.client.resume(&text).unwrap() else {
            panic!("another step");
        };
        let credential = authenticator.get(&challenge.options);
        let step = pool.client.answer_web_authn(&challenge, &credential).await;
        signed_in(step.unwrap());
    }

    // Chosen among others.
    let step = pool.client.start(SignIn::choice(EMAIL)).await.unwrap();
    let SignInStep::SelectChallenge(select) = step else {
        panic!("another step: {step:?}");
    };
    assert!(select.available.contains(&FirstFactor::WebAuthn));
    let step = pool
        .client
        .select_challenge(&select, Choice::WebAuthn, None)
        .await;
    let SignInStep::WebAuthn(challenge) = step.unwrap() else {
        panic!("another step");
    };
    let credential = authenticator.get(&challenge.options);
    let step = pool.client.answer_web_authn(&challenge, &credential).await;
    signed_in(step.unwrap());

    let delete = DeleteWebAuthnCredential {
        access_token,
        credential_id: &passkeys[0].id,
    };
    pool.client.call(&delete).await.unwrap();
    assert_eq!(pool.client.passkeys(access_token).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_no_proof_of_the_passkey_is_refused() {
    let pool = Pool::with_passkeys().await;
    let access_token = &pool.sign_in(PASSWORD).await.unwrap().access_token;
    let mut authenticator = Authenticator::new();
    let mut elsewhere = Authenticator {
        origin: "https://evil.example",
        ..Authenticator::new()
    };
    assert_eq!(
        kind(pool.register(access_token, &mut elsewhere).await),
        ErrorKind::PasskeyOriginNotAllowed
    );
    pool.register(access_token, &mut authenticator)
        .await
        .unwrap();
    let mut stranger = Authenticator {
        key: SigningKey::from_slice(&[43; 32]).expect("a key"),
        ..Authenticator::new()
    };
    for authenticator in [&mut stranger, &mut elsewhere] {
        let challenge = pool.challenged().await;
        let credential = authenticator.get(&challenge.options);
        let refused = pool.client.answer_web_authn(&challenge, &credential).await;
        assert_eq!(kind(refused), ErrorKind::WrongCredentials);
    }
}

#[tokio::test]
async fn a_pool_without_passkeys_says_so() {
    let pool = Pool::start().await.with_ann().await;
    let access_token = &pool.sign_in(PASSWORD).await.unwrap().access_token;
    let refused = pool.register(access_token, &mut Authenticator::new()).await;
    assert_eq!(kind(refused), ErrorKind::PasskeysNotEnabled);
}
