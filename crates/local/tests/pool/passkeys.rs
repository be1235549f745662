//! Passkeys: made, shown, deleted, and signed in with, by an authenticator of the test's own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, WRONG};

const ORIGIN: &str = "http://localhost:8080";
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const NEW_KEY: u8 = 0x40;

/// An authenticator that holds one passkey.
struct Authenticator {
    key: SigningKey,
    id: [u8; 16],
    counter: u32,
    relying_party: &'static str,
    origin: &'static str,
    flags: u8,
}

impl Authenticator {
    fn new() -> Self {
        let random = || *uuid::Uuid::new_v4().as_bytes();
        let secret = [random(), random()].concat();
        Self {
            key: SigningKey::from_slice(&secret).expect("a key"),
            id: random(),
            counter: 0,
            relying_party: "localhost",
            origin: ORIGIN,
            flags: PRESENT | VERIFIED,
        }
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    /// Hash of the relying party, flags and counter.
    fn data(&mut self, flags: u8) -> Vec<u8> {
        self.counter += 1;
        let mut data = Sha256::digest(self.relying_party).to_vec();
        data.push(self.flags | flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// What the browser answers to `CredentialCreationOptions`.
    fn create(&mut self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.create", &options["challenge"]);
        let mut data = self.data(NEW_KEY);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(self.id);
        let point = self.key.verifying_key().to_sec1_point(false);
        // COSE: an EC2 key on P-256 for ES256, with x and y.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point.as_bytes()[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point.as_bytes()[33..65]);
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("a short one"));
        object.extend(data);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "id": encode(&self.id),
            "rawId": encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "attestationObject": encode(&object),
                "authenticatorData": "",
                "clientDataJSON": encode(&client_data),
                "publicKeyAlgorithm": -7,
                "transports": ["internal", "hybrid"],
            },
        })
    }

    /// What the browser answers to `CREDENTIAL_REQUEST_OPTIONS`.
    fn get(&mut self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", &options["challenge"]);
        let data = self.data(0);
        let signed = [&data[..], &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "id": encode(&self.id),
            "rawId": encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "authenticatorData": encode(&data),
                "clientDataJSON": encode(&client_data),
                "signature": encode(signature.to_der().as_bytes()),
                "userHandle": null,
            },
        })
    }
}

impl Pool {
    /// The stack's pool with passkeys.
    async fn with_passkeys() -> Self {
        let pool = Self::start().await;
        let settings = json!({
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } },
        });
        pool.admin("UpdateUserPool", settings).await.ok();
        let body = json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": { "RelyingPartyId": "localhost" } });
        pool.admin("SetUserPoolMfaConfig", body).await.ok();
        let flows = ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"];
        pool.set_client(json!({ "ExplicitAuthFlows": flows })).await;
        pool
    }

    async fn start_passkey(&self, access: &str) -> Answer {
        let body = json!({ "AccessToken": access });
        self.call("StartWebAuthnRegistration", body).await
    }

    async fn complete_passkey(&self, access: &str, credential: &Value) -> Answer {
        let body = json!({ "AccessToken": access, "Credential": credential });
        self.call("CompleteWebAuthnRegistration", body).await
    }

    async fn enrol_passkey(&self, access: &str, authenticator: &mut Authenticator) {
        let options = self.start_passkey(access).await.ok();
        let credential = authenticator.create(&options["CredentialCreationOptions"]);
        let done = self.complete_passkey(access, &credential).await.ok();
        assert_eq!(done, json!({}));
    }

    async fn passkeys(&self, access: &str) -> Vec<Value> {
        let body = json!({ "AccessToken": access });
        let listed = self.call("ListWebAuthnCredentials", body).await.ok();
        listed["Credentials"].as_array().expect("a list").clone()
    }

    /// The challenge, and the options that it has for the browser.
    async fn ask_passkey(&self) -> (Value, Value) {
        let parameters = json!({ "USERNAME": SEED_EMAIL, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
        let asked = self.initiate("USER_AUTH", parameters).await.ok();
        assert_eq!(asked["ChallengeName"], "WEB_AUTHN", "{asked}");
        let options = asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str();
        let options = serde_json::from_str(options.expect("options")).expect("JSON");
        (asked, options)
    }

    async fn answer_passkey(&self, asked: &Value, credential: &Value) -> Answer {
        let responses = json!({ "USERNAME": SEED_EMAIL, "CREDENTIAL": credential.to_string() });
        self.respond("WEB_AUTHN", responses, asked["Session"].as_str())
            .await
    }
}

#[tokio::test]
async fn a_passkey_is_made_and_signs_in() {
    let pool = Pool::with_passkeys().await;
    let access = pool.seed_signed_in().await.access;
    let mut authenticator = Authenticator::new();
    let options = pool.start_passkey(&access).await.ok();
    let options = &options["CredentialCreationOptions"];
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["user"]["name"], SEED_EMAIL);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert!(!options.to_string().contains("null"), "{options}");
    let credential = authenticator.create(options);
    pool.complete_passkey(&access, &credential).await.ok();
    let listed = pool.passkeys(&access).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["CredentialId"], credential["id"]);
    assert_eq!(listed[0]["RelyingPartyId"], "localhost");
    assert_eq!(listed[0]["AuthenticatorAttachment"], "platform");
    assert_eq!(
        listed[0]["AuthenticatorTransports"],
        json!(["internal", "hybrid"])
    );
    assert!(listed[0]["CreatedAt"].is_f64());
    let body = json!({ "AccessToken": access });
    let factors = pool.call("GetUserAuthFactors", body).await.ok();
    let configured = json!(["PASSWORD", "WEB_AUTHN"]);
    assert_eq!(factors["ConfiguredUserAuthFactors"], configured);

    for _ in 0..2 {
        let (asked, options) = pool.ask_passkey().await;
        assert_eq!(options["rpId"], "localhost");
        assert!(!options.to_string().contains("null"), "{options}");
        assert_eq!(options["allowCredentials"][0]["id"], credential["id"]);
        let proof = authenticator.get(&options);
        Tokens::of(&pool.answer_passkey(&asked, &proof).await.ok());
        pool.answer_passkey(&asked, &proof).await.is(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        );
    }
    // It is one of the choices.
    let parameters = json!({ "USERNAME": SEED_EMAIL });
    let asked = pool.initiate("USER_AUTH", parameters).await.ok();
    let choices = json!(["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]);
    assert_eq!(asked["AvailableChallenges"], choices);
    let responses = json!({ "USERNAME": SEED_EMAIL, "ANSWER": "WEB_AUTHN" });
    let asked = pool.respond("SELECT_CHALLENGE", responses, asked["Session"].as_str());
    assert_eq!(asked.await.ok()["ChallengeName"], "WEB_AUTHN");
}

#[tokio::test]
async fn what_does_not_prove_the_passkey_does_not_sign_in() {
    let pool = Pool::with_passkeys().await;
    let access = pool.seed_signed_in().await.access;
    let mut good = Authenticator::new();
    pool.enrol_passkey(&access, &mut good).await;
    let sign_in = async |authenticator: &mut Authenticator| {
        let (asked, options) = pool.ask_passkey().await;
        let proof = authenticator.get(&options);
        pool.answer_passkey(&asked, &proof).await
    };
    let like = |good: &Authenticator| Authenticator {
        key: good.key.clone(),
        id: good.id,
        counter: good.counter + 10,
        ..Authenticator::new()
    };
    let mut bad = [
        // Another key, another passkey, another site, another page, nobody checked who uses it.
        Authenticator {
            key: Authenticator::new().key,
            ..like(&good)
        },
        Authenticator::new(),
        Authenticator {
            relying_party: "evil.test",
            ..like(&good)
        },
        Authenticator {
            origin: "http://evil.test",
            ..like(&good)
        },
        Authenticator {
            flags: PRESENT,
            ..like(&good)
        },
        Authenticator {
            flags: VERIFIED,
            ..like(&good)
        },
    ];
    for (index, authenticator) in bad.iter_mut().enumerate() {
        let answer = sign_in(authenticator).await;
        let error = answer.error();
        assert_eq!((error.0.as_str(), error.1.as_str()), WRONG, "{index}");
    }
    // A proof is for its own challenge.
    let (_, options) = pool.ask_passkey().await;
    let (asked, _) = pool.ask_passkey().await;
    let proof = good.get(&options);
    pool.answer_passkey(&asked, &proof)
        .await
        .is(WRONG.0, WRONG.1);
    let (asked, _) = pool.ask_passkey().await;
    for garbage in [json!({}), json!("x"), json!({ "id": "x" })] {
        let (code, _) = pool.answer_passkey(&asked, &garbage).await.error();
        assert_eq!(code, "InvalidParameterException");
    }
    Tokens::of(&sign_in(&mut good).await.ok());
    // A copy whose counter is behind.
    good.counter = 0;
    sign_in(&mut good).await.is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_registration_that_is_not_right_is_refused() {
    let pool = Pool::with_passkeys().await;
    let access = pool.seed_signed_in().await.access;
    let register = async |mut authenticator: Authenticator| {
        let options = pool.start_passkey(&access).await.ok();
        let credential = authenticator.create(&options["CredentialCreationOptions"]);
        pool.complete_passkey(&access, &credential).await.error().0
    };
    for (code, authenticator) in [
        (
            "WebAuthnOriginNotAllowedException",
            Authenticator {
                origin: "http://evil.test",
                ..Authenticator::new()
            },
        ),
        (
            "WebAuthnRelyingPartyMismatchException",
            Authenticator {
                relying_party: "evil.test",
                ..Authenticator::new()
            },
        ),
        (
            "WebAuthnCredentialNotSupportedException",
            Authenticator {
                flags: PRESENT,
                ..Authenticator::new()
            },
        ),
    ] {
        assert_eq!(register(authenticator).await, code);
    }
    let not_found = "WebAuthnChallengeNotFoundException";
    let mut authenticator = Authenticator::new();
    let options = pool.start_passkey(&access).await.ok();
    let credential = authenticator.create(&options["CredentialCreationOptions"]);
    // A new one takes the place of the one before; each is for one answer, and for five minutes.
    pool.start_passkey(&access).await.ok();
    let complete = async |credential: &Value| {
        let answer = pool.complete_passkey(&access, credential).await;
        answer.error().0
    };
    assert_eq!(complete(&credential).await, not_found);
    assert_eq!(complete(&credential).await, not_found);
    let options = pool.start_passkey(&access).await.ok();
    let credential = authenticator.create(&options["CredentialCreationOptions"]);
    for garbage in [json!({}), json!({ "id": "x" })] {
        assert_eq!(complete(&garbage).await, "InvalidParameterException");
    }
    pool.wait(5 * 60);
    assert_eq!(complete(&credential).await, not_found);
    assert!(pool.passkeys(&access).await.is_empty());
}

#[tokio::test]
async fn a_passkey_is_one_persons_and_is_finished_by_the_client_that_began_it() {
    let pool = Pool::with_passkeys().await;
    let access = pool.seed_signed_in().await.access;
    let mut authenticator = Authenticator::new();
    pool.enrol_passkey(&access, &mut authenticator).await;
    pool.person("worf@cruddur.test").await;
    let worf = pool.sign_in("worf@cruddur.test", PASSWORD).await.access;
    let options = pool.start_passkey(&worf).await.ok();
    let credential = authenticator.create(&options["CredentialCreationOptions"]);
    let (code, _) = pool.complete_passkey(&worf, &credential).await.error();
    assert_eq!(code, "WebAuthnCredentialNotSupportedException");
    // Worf has none, and cannot delete somebody else's.
    assert!(pool.passkeys(&worf).await.is_empty());
    let body = json!({ "AccessToken": worf, "CredentialId": credential["id"] });
    let (code, _) = pool.call("DeleteWebAuthnCredential", body).await.error();
    assert_eq!(code, "ResourceNotFoundException");

    let options = pool.start_passkey(&access).await.ok();
    let credential = Authenticator::new().create(&options["CredentialCreationOptions"]);
    let body = json!({ "ClientName": "other", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
    let made = pool.admin("CreateUserPoolClient", body).await.ok();
    let client = made["UserPoolClient"]["ClientId"].as_str();
    let pool = Pool {
        client: client.expect("an id").to_owned(),
        ..pool
    };
    let other = pool.sign_in(SEED_EMAIL, SEED_PASSWORD).await.access;
    let (code, _) = pool.complete_passkey(&other, &credential).await.error();
    assert_eq!(code, "WebAuthnClientMismatchException");
    pool.complete_passkey(&access, &credential).await.ok();
}

#[tokio::test]
async fn passkeys_are_shown_page_by_page_and_deleted() {
    let pool = Pool::with_passkeys().await;
    let access = pool.seed_signed_in().await.access;
    for _ in 0..20 {
        pool.enrol_passkey(&access, &mut Authenticator::new()).await;
    }
    let (code, _) = pool.start_passkey(&access).await.error();
    assert_eq!(code, "LimitExceededException");
    let mut ids = Vec::new();
    let mut token = Value::Null;
    for size in [8, 8, 4] {
        let body = json!({ "AccessToken": access, "MaxResults": 8, "NextToken": token });
        let page = pool.call("ListWebAuthnCredentials", body).await.ok();
        let list = page["Credentials"].as_array().expect("a list");
        assert_eq!(list.len(), size);
        ids.extend(list.iter().map(|one| one["CredentialId"].clone()));
        token = page["NextToken"].clone();
    }
    assert_eq!(token, Value::Null);
    let delete = async |id: &Value| {
        let body = json!({ "AccessToken": access, "CredentialId": id });
        pool.call("DeleteWebAuthnCredential", body).await
    };
    delete(&ids[0]).await.ok();
    let (code, _) = delete(&ids[0]).await.error();
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(pool.passkeys(&access).await.len(), 19);
    let body = json!({ "AccessToken": access, "MaxResults": 21 });
    let (code, _) = pool.call("ListWebAuthnCredentials", body).await.error();
    assert_eq!(code, "InvalidParameterException");
}

#[tokio::test]
async fn a_pool_has_to_allow_passkeys_and_say_whose_they_are() {
    let pool = Pool::start().await;
    let access = pool.seed_signed_in().await.access;
    let (code, _) = pool.start_passkey(&access).await.error();
    assert_eq!(code, "WebAuthnNotEnabledException");
    let settings = json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } } });
    pool.admin("UpdateUserPool", settings).await.ok();
    let (code, _) = pool.start_passkey(&access).await.error();
    assert_eq!(code, "WebAuthnConfigurationMissingException");
    let set = async |settings: Value| {
        let body = json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": settings });
        pool.admin("SetUserPoolMfaConfig", body).await
    };
    for wrong in [
        json!({ "RelyingPartyId": "not a domain" }),
        json!({ "UserVerification": "perhaps" }),
    ] {
        let (code, _) = set(wrong).await.error();
        assert_eq!(code, "InvalidParameterException");
    }
    set(json!({})).await.ok();
    pool.start_passkey(&access).await.ok();
    let config = set(json!({ "RelyingPartyId": "cruddur.test", "UserVerification": "required" }));
    let config = config.await.ok();
    assert_eq!(
        config["WebAuthnConfiguration"],
        json!({ "RelyingPartyId": "cruddur.test", "UserVerification": "required" })
    );
    let options = pool.start_passkey(&access).await.ok();
    assert_eq!(
        options["CredentialCreationOptions"]["rp"]["id"],
        "cruddur.test"
    );
}

#[tokio::test]
async fn passkeys_outlive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let mut authenticator = Authenticator::new();
    let pool = Pool::on_disk(&file).await;
    let settings =
        json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["WEB_AUTHN"] } } });
    pool.admin("UpdateUserPool", settings).await.ok();
    let body = json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": {} });
    pool.admin("SetUserPoolMfaConfig", body).await.ok();
    let flows = ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"];
    pool.set_client(json!({ "ExplicitAuthFlows": flows })).await;
    let access = pool.seed_signed_in().await.access;
    pool.enrol_passkey(&access, &mut authenticator).await;
    pool.stack.shutdown().await;

    let pool = Pool::on_disk(&file).await;
    let (asked, options) = pool.ask_passkey().await;
    let proof = authenticator.get(&options);
    Tokens::of(&pool.answer_passkey(&asked, &proof).await.ok());
    pool.stack.shutdown().await;
}
