//! Remembered devices: registered, proven, stored, forgotten. The pool's side is computed here, from the verifier alone.

#![cfg(all(feature = "devices", feature = "mfa", not(target_family = "wasm")))]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use base64ct::{Base64, Encoding as _};
use cognito_user_pool::operation::NewDevice;
use cognito_user_pool::srp::{SessionKey, pad, pseudorandom_key, scrambler_of};
use cognito_user_pool::{
    AccessToken, Client, DevicePassword, DeviceStore as _, ErrorKind, MemoryStorage,
    RememberedDevice, SignIn, SignInStep, Storage as _, StoredSession, TokenStore, Tokens,
};
use num_bigint::BigUint;
use serde_json::{Value, json};

use support::*;

/// N, g and k, from the file of vectors: not the crate's own constants.
fn group() -> (BigUint, BigUint, BigUint) {
    let vectors: Value = serde_json::from_str(include_str!("data/srp-vectors.json")).unwrap();
    let number = |name: &str| {
        let digits = vectors[name].as_str().unwrap();
        BigUint::parse_bytes(digits.as_bytes(), 16).unwrap()
    };
    (number("N"), number("g"), number("k"))
}

/// The pool's half of one exchange: what it sends, and what it expects.
struct PoolSide {
    verifier: BigUint,
    secret: BigUint,
    public: BigUint,
}

impl PoolSide {
    fn new(verifier: &[u8]) -> Self {
        let (n, g, k) = group();
        let verifier = BigUint::from_bytes_be(verifier);
        let secret = BigUint::from(0x1234_5678_9abc_def1_u64);
        let public = (k * &verifier + g.modpow(&secret, &n)) % n;
        Self {
            verifier,
            secret,
            public,
        }
    }

    /// The signature over `message` of a client that knows the password.
    fn signature(&self, srp_a: &str, names: [&str; 2], block: &str, timestamp: &str) -> String {
        let (n, ..) = group();
        let client = BigUint::parse_bytes(srp_a.as_bytes(), 16).unwrap();
        let u = scrambler_of(srp_a, &self.public.to_str_radix(16)).unwrap();
        let base = client * self.verifier.modpow(&BigUint::from_bytes_be(&u), &n);
        let secret = base.modpow(&self.secret, &n).to_bytes_be();
        let key = SessionKey::derive(&pseudorandom_key(&u, &secret));
        key.sign(names[0], names[1], block, timestamp).unwrap()
    }
}

const GROUP: &str = "-FDRunwQv";
const KEY: &str = "us-east-1_627477ae-3631-4248-bed9-d2e934100372";

fn stored() -> TokenStore<MemoryStorage> {
    TokenStore::new(MemoryStorage::default(), "client")
}

fn device() -> RememberedDevice {
    RememberedDevice {
        key: KEY.to_owned(),
        group_key: GROUP.to_owned(),
        password: DevicePassword::new("ZGV2aWNl"),
    }
}

fn start(
    client: &Client<Script, Still, Counting>,
    store: &TokenStore<MemoryStorage>,
) -> SignInStep {
    let password = password();
    run(client.start(SignIn::srp("ann", &password).devices(store))).unwrap()
}

fn assert_issued_to(step: SignInStep, device_key: Option<&str>) -> Tokens {
    let SignInStep::SignedIn(tokens) = step else {
        panic!("another step: {step:?}");
    };
    assert_eq!(tokens.device_key.as_deref(), device_key);
    tokens
}

/// What `ConfirmDevice` registered is enough for the pool to recognise the device at the next sign-in.
#[test]
fn a_confirmed_device_is_recognised() {
    let new_device = NewDevice {
        device_key: KEY.to_owned(),
        device_group_key: GROUP.to_owned(),
    };
    let script = Script::new([ok(json!({ "UserConfirmationNecessary": true }))]);
    let confirmed =
        run(client(&script).confirm_device(&AccessToken::new("a"), &new_device, Some("laptop")))
            .unwrap();
    assert!(confirmed.user_confirmation_necessary);
    let (operation, body) = script.request(0);
    assert_eq!(operation, "ConfirmDevice");
    assert_eq!(body["AccessToken"], "a");
    assert_eq!(body["DeviceKey"], KEY);
    assert_eq!(body["DeviceName"], "laptop");
    let password = confirmed.device.password.expose();
    assert_eq!(Base64::decode_vec(password).unwrap().len(), 40);
    assert!(!body.to_string().contains(password), "it stays here");
    assert!(!format!("{confirmed:?}").contains(password));
    let config = &body["DeviceSecretVerifierConfig"];
    let bytes = |name: &str| Base64::decode_vec(config[name].as_str().unwrap()).unwrap();
    let (verifier, salt) = (bytes("PasswordVerifier"), bytes("Salt"));
    assert_eq!(verifier, pad(&verifier), "the shortest two's complement");
    assert_eq!(salt, pad(&salt));

    let store = stored();
    store.save_device("the-sub", &confirmed.device).unwrap();
    let pool = PoolSide::new(&verifier);
    let salt_hex: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
    let block = "c2VjcmV0IG9mIHRoZSBkZXZpY2U=";
    let script = Script::new([
        verifier_challenge(None),
        challenge("DEVICE_SRP_AUTH", "s1", json!({})),
        challenge(
            "DEVICE_PASSWORD_VERIFIER",
            "s2",
            json!({ "SALT": salt_hex, "SECRET_BLOCK": block,
                "SRP_B": pool.public.to_str_radix(16), "USERNAME": "the-sub" }),
        ),
        tokens(),
    ]);
    assert_issued_to(start(&client(&script), &store), Some(KEY));

    let initiate = script.request(0).1;
    assert!(initiate["AuthParameters"].get("DEVICE_KEY").is_none());
    let first = responses(&script, 1, "PASSWORD_VERIFIER", None);
    assert_eq!(first["DEVICE_KEY"], KEY);
    let mut second = responses(&script, 2, "DEVICE_SRP_AUTH", Some("s1"));
    let srp_a = second["SRP_A"].take();
    let srp_a = srp_a.as_str().unwrap();
    assert_ne!(
        initiate["AuthParameters"]["SRP_A"], srp_a,
        "a fresh key pair"
    );
    assert_eq!(
        second,
        json!({ "USERNAME": "the-sub", "DEVICE_KEY": KEY, "SRP_A": null })
    );
    let proof = responses(&script, 3, "DEVICE_PASSWORD_VERIFIER", Some("s2"));
    let timestamp = proof["TIMESTAMP"].as_str().unwrap();
    assert_eq!(
        proof,
        json!({ "USERNAME": "the-sub", "DEVICE_KEY": KEY, "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": pool.signature(srp_a, [GROUP, KEY], block, timestamp) })
    );
}

#[test]
fn a_device_that_the_pool_does_not_know_is_forgotten() {
    let store = stored();
    store.save_device("the-sub", &device()).unwrap();
    let script = Script::new([
        verifier_challenge(None),
        exception("ResourceNotFoundException", "Device does not exist."),
        tokens(),
    ]);
    assert_issued_to(start(&client(&script), &store), None);
    let first = responses(&script, 1, "PASSWORD_VERIFIER", None);
    let mut second = responses(&script, 2, "PASSWORD_VERIFIER", None);
    assert!(second.get("DEVICE_KEY").is_none());
    second["DEVICE_KEY"] = KEY.into();
    assert_eq!(first, second, "the same but for the device");
    assert!(store.storage().keys().is_empty());
}

#[test]
fn other_refusals_keep_the_device() {
    let store = stored();
    store.save_device("the-sub", &device()).unwrap();
    let script = Script::new([
        verifier_challenge(None),
        exception("NotAuthorizedException", "Incorrect username or password."),
    ]);
    let password = password();
    let sign_in = SignIn::srp("ann", &password).devices(&store);
    let error = run(client(&script).start(sign_in)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::WrongCredentials);
    assert_eq!(store.device("the-sub"), Some(device()));
}

/// The password was right before, so the device is to blame: it is forgotten, and the sign-in begun anew.
#[test]
fn a_device_whose_proof_is_refused_is_no_wrong_password() {
    let store = stored();
    store.save_device("the-sub", &device()).unwrap();
    let verifier = challenge(
        "DEVICE_PASSWORD_VERIFIER",
        "s2",
        json!({ "SALT": "01", "SECRET_BLOCK": "c2VjcmV0", "SRP_B": "1234567890abcdef" }),
    );
    let script = Script::new([
        verifier_challenge(None),
        challenge("DEVICE_SRP_AUTH", "s1", json!({})),
        verifier,
        exception("NotAuthorizedException", "Incorrect username or password."),
        verifier_challenge(None),
        tokens(),
    ]);
    assert_issued_to(start(&client(&script), &store), None);
    assert_eq!(store.device("the-sub"), None);
    assert_ne!(
        script.request(0).1["AuthParameters"]["SRP_A"],
        script.request(4).1["AuthParameters"]["SRP_A"],
        "no key pair is used twice"
    );
    let again = responses(&script, 5, "PASSWORD_VERIFIER", None);
    assert!(again.get("DEVICE_KEY").is_none());

    // Once.
    store.save_device("the-sub", &device()).unwrap();
    let unknown = || exception("ResourceNotFoundException", "Device does not exist.");
    let begin = || challenge("DEVICE_SRP_AUTH", "s1", json!({}));
    let script = Script::new([
        verifier_challenge(None),
        begin(),
        unknown(),
        verifier_challenge(None),
        unknown(),
    ]);
    let password = password();
    let sign_in = SignIn::srp("ann", &password).devices(&store);
    let error = run(client(&script).start(sign_in)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::DeviceNotFound);
    assert_eq!(script.sent(), 5);
}

#[test]
fn codes_tell_which_device_they_come_from() {
    let store = stored();
    store.save_device("ann", &device()).unwrap();
    let script = Script::new([
        challenge("SMS_MFA", "s1", json!({})),
        exception("ResourceNotFoundException", "Device does not exist."),
        tokens(),
    ]);
    let client = client(&script);
    let password = password();
    let sign_in = SignIn::plain_password("ann", &password).devices(&store);
    let step = run(client.start(sign_in)).unwrap();
    assert_eq!(script.request(0).1["AuthParameters"]["DEVICE_KEY"], KEY);
    let SignInStep::SmsMfa(sent) = step else {
        panic!("another step: {step:?}");
    };
    assert_issued_to(run(client.answer_code(&sent, "123456")).unwrap(), None);
    let first = responses(&script, 1, "SMS_MFA", Some("s1"));
    assert_eq!(
        first,
        json!({ "USERNAME": "ann", "SMS_MFA_CODE": "123456", "DEVICE_KEY": KEY })
    );
    let second = responses(&script, 2, "SMS_MFA", Some("s1"));
    assert!(second.get("DEVICE_KEY").is_none());
}

/// A start that names a device which the pool does not know begins anew without it.
#[test]
fn a_start_without_the_unknown_device_follows() {
    let store = stored();
    store.save_device("ann", &device()).unwrap();
    let script = Script::new([
        exception("ResourceNotFoundException", "Device does not exist."),
        tokens(),
    ]);
    let password = password();
    let sign_in = SignIn::plain_password("ann", &password).devices(&store);
    let step = run(client(&script).start(sign_in)).unwrap();
    assert_issued_to(step, None);
    assert_eq!(
        script.request(1).1["AuthParameters"],
        json!({ "USERNAME": "ann", "PASSWORD": "Crud-dur-2026!" })
    );
    assert_eq!(store.device("ann"), None);
}

#[test]
fn a_pool_that_asks_for_the_device_without_end_gets_one_answer() {
    let store = stored();
    store.save_device("the-sub", &device()).unwrap();
    let again = || challenge("DEVICE_SRP_AUTH", "s1", json!({}));
    let script = Script::new([verifier_challenge(None), again(), again()]);
    let step = start(&client(&script), &store);
    assert!(matches!(step, SignInStep::Unsupported(_)), "{step:?}");
    // And one without any device gets none.
    let script = Script::new([verifier_challenge(None), again()]);
    let step = run(client(&script).sign_in("ann", &password(), None)).unwrap();
    assert_eq!(step.challenge_name(), Some("DEVICE_SRP_AUTH"));
}

#[test]
fn new_devices_are_named_by_the_session_and_their_refresh() {
    let jwt = format!(
        "e30.{}.c2ln",
        base64ct::Base64UrlUnpadded::encode_string(br#"{"username":"the-sub"}"#)
    );
    let script = Script::new([
        verifier_challenge(None),
        ok(
            json!({ "AuthenticationResult": { "AccessToken": jwt, "RefreshToken": "r",
            "NewDeviceMetadata": { "DeviceKey": KEY, "DeviceGroupKey": GROUP } } }),
        ),
    ]);
    let store = stored();
    let mut stale = device();
    stale.key = "us-east-1_0".to_owned();
    store.save_device("the-sub", &stale).unwrap();
    let tokens = assert_issued_to(start(&client(&script), &store), Some(KEY));
    assert_eq!(tokens.new_device.as_ref().unwrap().device_group_key, GROUP);
    let session = StoredSession::of_sign_in(tokens, 0).unwrap();
    assert_eq!(session.device_key.as_deref(), Some(KEY));
    store.save(&session).unwrap();
    assert_eq!(store.load(), Some(session));
    assert_eq!(
        store.device("the-sub"),
        None,
        "the other device's password is gone"
    );
}

/// The keys are Amplify's own.
#[test]
fn devices_are_stored_as_amplify_does() {
    let store = stored();
    store.save_device("the-sub", &device()).unwrap();
    let prefix = "CognitoIdentityServiceProvider.client.the-sub";
    assert_eq!(
        store.storage().keys(),
        [
            format!("{prefix}.deviceGroupKey"),
            format!("{prefix}.deviceKey"),
            format!("{prefix}.randomPasswordKey"),
        ]
    );
    assert_eq!(store.device("the-sub"), Some(device()));
    assert_eq!(store.device("bob"), None);
    for missing in ["deviceGroupKey", "deviceKey", "randomPasswordKey"] {
        store.save_device("the-sub", &device()).unwrap();
        store.storage().remove(&format!("{prefix}.{missing}"));
        assert_eq!(store.device("the-sub"), None, "half a device is none");
    }
    store.forget_device("the-sub");
    assert!(store.storage().keys().is_empty());
}
