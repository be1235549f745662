//! Tokens and their claims, what storages hold, challenges that were kept, addresses that a managed login comes back to.
#![no_main]

#[path = "../../crates/cognito/tests/support/mod.rs"]
mod support;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use cognito_user_pool::oauth::{Authorize, ManagedLogin, PendingLogin};
use cognito_user_pool::{
    AccessClaims, AccessToken, Claims, Config, HttpResponse, IdClaims, IdToken, MemoryStorage,
    Storage as _, TokenStore,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use libfuzzer_sys::fuzz_target;
use sha2::Sha256;
use support::{Counting, Script, client};

/// A saved challenge with that content, as the crate seals it.
fn sealed(content: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(b"cognito-user-pool/1/us-east-1_Pool/client").unwrap();
    mac.update(content);
    let tag = mac.finalize().into_bytes();
    let coded = Base64UrlUnpadded::encode_string;
    format!("1.{}.{}", coded(content), coded(&tag))
}

fn read(token: &str) {
    let (access, id) = (AccessToken::new(token), IdToken::new(token));
    let _ = AccessClaims::decode(&access);
    let _ = IdClaims::decode(&id);
    for claims in [Claims::of_access_token(&access), Claims::of_id_token(&id)]
        .into_iter()
        .flatten()
    {
        let _ = (claims.sub(), claims.username(), claims.client_id());
        let _ = (claims.expires_at_ms(), claims.issued_at_ms());
    }
}

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    let token = format!("e30.{}.c2ln", Base64UrlUnpadded::encode_string(input));
    read(&text);
    read(&token);

    let store = TokenStore::new(MemoryStorage::default(), "client");
    let prefix = store.prefix().to_owned();
    let set = |name: &str, value: &str| {
        store
            .storage()
            .set(&format!("{prefix}.{name}"), value)
            .unwrap()
    };
    set("LastAuthUser", "ann");
    set("ann.accessToken", &token);
    set("ann.idToken", &token);
    for name in [
        "refreshToken",
        "clockDrift",
        "serverOffset",
        "deviceKey",
        "randomPasswordKey",
    ] {
        set(&format!("ann.{name}"), &text);
    }
    if let Some(session) = store.load() {
        let _ = session.expires_at_ms();
        store.clear();
        assert!(store.load().is_none());
    }

    let client = client(&Script::default());
    let _ = client.resume(&text);
    let _ = client.resume(&sealed(input));

    let config = Config::new("us-east-1_Pool", "client").unwrap();
    let home = "https://example.com/signin/callback";
    let login = ManagedLogin::new(&config, "https://pool.example.com", home).unwrap();
    let (_, pending) = login
        .authorize(&Counting::default(), &Authorize::default())
        .unwrap();
    assert!(login.callback(&text, &pending).is_err());
    assert!(login.callback(&format!("{home}?{text}"), &pending).is_err());
    let body = input.to_vec();
    assert!(
        login
            .read_tokens(
                &HttpResponse {
                    status: 200,
                    headers: Vec::new(),
                    body
                },
                &pending
            )
            .is_err()
    );
    let _ = PendingLogin::load(&text);
});
