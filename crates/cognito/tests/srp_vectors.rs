//! SRP against published numbers, field by field. Runs natively and in a browser.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use base64ct::{Base64, Encoding as _};
use cognito_user_pool::srp::{
    DeviceVerifier, Ephemeral, PrivateKey, SessionKey, identity_hash, pad, pseudorandom_key,
    scrambler_of,
};
use serde_json::Value;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The vectors: this crate's own copy, or the file that the environment variable `SRP_VECTORS` names.
fn vectors() -> Value {
    let text = match std::env::var("SRP_VECTORS") {
        Ok(path) => std::fs::read_to_string(path).expect("SRP_VECTORS names a file"),
        Err(_) => include_str!("data/srp-vectors.json").to_owned(),
    };
    serde_json::from_str(&text).expect("the vectors are JSON")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    let even = format!("{}{digits}", "0".repeat(digits.len() % 2));
    (0..even.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&even[i..i + 2], 16).expect("hexadecimal"))
        .collect()
}

/// Hexadecimal without leading zeros.
fn number(digits: &str) -> &str {
    digits.trim_start_matches('0')
}

struct Vector<'a> {
    fields: &'a Value,
    name: String,
    checked: u32,
}

impl<'a> Vector<'a> {
    fn new(fields: &'a Value) -> Self {
        let name = fields["name"].as_str().or(fields["kind"].as_str());
        Self {
            name: name.expect("a vector has a name").to_owned(),
            fields,
            checked: 0,
        }
    }

    fn get(&self, field: &str) -> Option<&'a str> {
        self.fields[field].as_str()
    }

    fn expect(&self, field: &str) -> &'a str {
        self.get(field)
            .unwrap_or_else(|| panic!("{}: no {field}", self.name))
    }

    /// Compares a field, if the vector has it, with what was computed.
    fn check(&mut self, field: &str, computed: &str) {
        if let Some(expected) = self.get(field) {
            assert_eq!(expected, computed, "{}: {field}", self.name);
            self.checked += 1;
        }
    }

    /// The two names that go into the hash of the password: their concatenation is all that matters to it.
    fn group_and_name(&self) -> (&'a str, &'a str) {
        match (self.get("pool"), self.get("DeviceGroupKey")) {
            (Some(pool), _) => (pool, self.expect("user_id_for_srp")),
            (_, Some(group)) => (group, self.expect("DeviceKey")),
            _ => (self.expect("pool_plus_user"), ""),
        }
    }

    fn check_sign_in(&mut self) {
        let (group, name) = self.group_and_name();
        let password = self.expect("password");
        self.check("inner", &hex(&identity_hash(group, name, password)));
        let x =
            PrivateKey::of_user(group, name, password, self.expect("SALT")).expect("a private key");
        self.check_number("x", x.expose());

        let ephemeral = Ephemeral::from_secret(&unhex(self.expect("a"))).expect("a key pair");
        if let Some(public) = self.get("A") {
            assert_eq!(number(public), ephemeral.public_hex(), "{}: A", self.name);
            self.checked += 1;
        }
        let server = self.expect("SRP_B");
        let (u, secret) = ephemeral.premaster_secret(server, &x).expect("a secret");
        self.check("u", &hex(&u));
        self.check_number("S", &secret);
        let prk = pseudorandom_key(&u, &secret);
        self.check("prk", &hex(prk.as_slice()));
        self.check("key", &hex(SessionKey::derive(&prk).expose()));

        let key = ephemeral.session_key(server, &x).expect("a key");
        self.check("key", &hex(key.expose()));
        if self.get("signature").is_some() {
            let block = self.expect("SECRET_BLOCK");
            let signature = key
                .sign(group, name, block, self.expect("TIMESTAMP"))
                .expect("a signature");
            self.check("signature", &signature);
        }
    }

    fn check_number(&mut self, field: &str, computed: &[u8]) {
        if let Some(expected) = self.get(field) {
            assert_eq!(
                number(expected),
                number(&hex(computed)),
                "{}: {field}",
                self.name
            );
            self.checked += 1;
        }
    }

    fn check_device(&mut self) {
        let salt = unhex(self.expect("salt_bytes"));
        let (group, name) = self.group_and_name();
        let password = self.expect("random_password");
        self.check("salt_padded", &hex(&pad(&salt)));
        self.check("inner", &hex(&identity_hash(group, name, password)));
        let x = PrivateKey::of_user(group, name, password, &hex(&salt)).expect("a private key");
        self.check_number("x", x.expose());
        let verifier = DeviceVerifier::new(group, name, password, &salt);
        self.check("PasswordVerifier", &verifier.password_verifier);
        self.check("Salt", &verifier.salt);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_vectors() {
    let vectors = vectors();
    let list = |name: &str| vectors[name].as_array().expect("a list").iter();
    let mut count = 0;
    for fields in list("published").chain(list("edge_synthetic")) {
        let mut vector = Vector::new(fields);
        if vector.get("random_password").is_some() {
            vector.check_device();
        } else if vector.get("password").is_some() {
            vector.check_sign_in();
        } else {
            let u = scrambler_of(vector.expect("A"), vector.expect("SRP_B")).expect("u");
            vector.check("u", &hex(&u));
        }
        assert!(vector.checked > 0, "{}: nothing was compared", vector.name);
        count += 1;
    }
    assert!(count > 0, "no vectors");
}

/// `k` is a constant of the crate; its published value follows from N and g.
#[wasm_bindgen_test(unsupported = test)]
fn the_multiplier_is_the_published_one() {
    use sha2::Digest as _;
    let vectors = vectors();
    let field = |name: &str| vectors[name].as_str().expect("text").to_owned();
    let mut hash = sha2::Sha256::new();
    hash.update(pad(&unhex(&field("N"))));
    hash.update(pad(&unhex(&field("g"))));
    assert_eq!(hex(&hash.finalize()), field("k"));
}

#[wasm_bindgen_test(unsupported = test)]
fn padding_is_the_shortest_twos_complement() {
    for (number, padded) in [
        (0, "00"),
        (1, "01"),
        (127, "7f"),
        (128, "0080"),
        (255, "00ff"),
        (256, "0100"),
        (0x8000, "008000"),
    ] {
        assert_eq!(hex(&pad(&u32::to_be_bytes(number))), padded);
    }
    assert_eq!(pad(&[]), [0]);
}

#[wasm_bindgen_test(unsupported = test)]
fn values_that_would_let_any_password_pass_are_refused() {
    use cognito_user_pool::srp::SrpError;
    let n = vectors()["N"].as_str().expect("text").to_owned();
    let ephemeral = Ephemeral::from_secret(&[7; 32]).expect("a key pair");
    let x = PrivateKey::of_user("pool", "user", "password", "01").expect("a private key");
    let refused = |server: &str| ephemeral.session_key(server, &x).err();
    for zero in ["0", "000", n.as_str(), &format!("000{n}")] {
        assert_eq!(
            refused(zero),
            Some(SrpError::ZeroServerPublicValue),
            "{zero}"
        );
    }
    for malformed in [
        "",
        "xyz",
        "-1",
        " 1",
        "é",
        &format!("1{n}"),
        &"f".repeat(769),
    ] {
        assert_eq!(
            refused(malformed),
            Some(SrpError::MalformedPublicValue),
            "{malformed}"
        );
    }
    for salt in ["", "0x1", "g"] {
        assert_eq!(
            PrivateKey::of_user("pool", "user", "password", salt).err(),
            Some(SrpError::MalformedSalt),
            "{salt}"
        );
    }
    let key = ephemeral.session_key("1234567", &x).expect("a key");
    assert_eq!(
        key.sign("pool", "user", "not base64!", ""),
        Err(SrpError::MalformedSecretBlock)
    );
    assert!(Base64::decode_vec(&key.sign("pool", "user", "", "").expect("a proof")).is_ok());
}
