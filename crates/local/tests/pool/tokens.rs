use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::sha2::{Digest, Sha256};
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::{Value, json};

use crate::support::{Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, claims};

const INVALID: (&str, &str) = ("NotAuthorizedException", "Invalid Access Token");
const HOUR: i64 = 60 * 60;

fn header(token: &str) -> Value {
    let header = token.split('.').next().expect("a header");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).expect("Base64")).expect("JSON")
}

/// Verifies `token` with the key that its header names.
fn verify(jwks: &Value, token: &str) -> bool {
    let keys = jwks["keys"].as_array().expect("a list");
    let key = keys.iter().find(|key| key["kid"] == header(token)["kid"]);
    let key = key.expect("the key");
    assert_eq!(
        (&key["alg"], &key["use"], &key["kty"]),
        (&"RS256".into(), &"sig".into(), &"RSA".into())
    );
    let number = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(key[name].as_str().expect("text"));
        BigUint::from_bytes_be(&bytes.expect("Base64"))
    };
    assert_eq!(number("n").bits(), 2048);
    let key = RsaPublicKey::new(number("n"), number("e")).expect("a key");
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("Base64");
    key.verify(
        Pkcs1v15Sign::new::<Sha256>(),
        &Sha256::digest(signed),
        &signature,
    )
    .is_ok()
}

async fn get(pool: &Pool, path: &str) -> reqwest::Response {
    let url = format!("{}{path}", pool.stack.pool_url());
    pool.http.get(url).send().await.expect("an answer")
}

#[tokio::test]
async fn both_tokens_verify_with_the_published_keys() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    let response = get(&pool, "/us-east-1_CruddurDev/.well-known/jwks.json").await;
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let jwks: Value = response.json().await.expect("JSON");
    assert!(verify(&jwks, &tokens.access) && verify(&jwks, &tokens.id));
    assert_eq!(header(&tokens.access)["alg"], "RS256");
    assert_ne!(header(&tokens.access)["kid"], header(&tokens.id)["kid"]);
    let keys = jwks["keys"].as_array().expect("a list");
    assert!(
        keys.iter()
            .all(|key| key.get("d").is_none() && key.get("p").is_none())
    );
}

#[tokio::test]
async fn the_discovery_document_names_issuer_and_keys() {
    let pool = Pool::start().await;
    let path = "/us-east-1_CruddurDev/.well-known/openid-configuration";
    let document: Value = get(&pool, path).await.json().await.expect("JSON");
    assert_eq!(document["issuer"], pool.issuer());
    assert_eq!(
        document["jwks_uri"],
        format!("{}/.well-known/jwks.json", pool.issuer())
    );
    assert_eq!(
        get(&pool, "/us-east-1_Unknown/.well-known/jwks.json")
            .await
            .status(),
        404
    );
}

#[tokio::test]
async fn tokens_have_the_services_claims() {
    let pool = Pool::start().await;
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    assert_eq!(answer["ChallengeParameters"], json!({}));
    let result = answer["AuthenticationResult"]
        .as_object()
        .expect("an object");
    assert_eq!(result["ExpiresIn"], 3600);
    assert_eq!(result["TokenType"], "Bearer");
    let tokens = Tokens::of(&answer);
    let (access, id) = (claims(&tokens.access), claims(&tokens.id));
    let now = pool.stack.clock().now_ms() / 1000;

    let names = |claims: &Value| -> Vec<String> {
        claims
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(
        names(&access),
        [
            "auth_time",
            "client_id",
            "event_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "origin_jti",
            "scope",
            "sub",
            "token_use",
            "username",
        ]
    );
    assert_eq!(
        names(&id),
        [
            "aud",
            "auth_time",
            "cognito:username",
            "email",
            "email_verified",
            "event_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "name",
            "origin_jti",
            "preferred_username",
            "sub",
            "token_use",
        ]
    );
    for claims in [&access, &id] {
        assert_eq!(claims["iss"], pool.issuer());
        for name in ["sub", "jti", "origin_jti", "event_id"] {
            uuid::Uuid::parse_str(claims[name].as_str().expect(name)).expect("a UUID");
        }
        let time = |name: &str| claims[name].as_i64().expect("a number");
        assert!((now - 60..=now).contains(&time("iat")));
        assert_eq!(time("auth_time"), time("iat"));
        assert_eq!(time("exp") - time("iat"), HOUR);
    }
    assert_eq!(access["token_use"], "access");
    assert_eq!(access["client_id"], pool.client);
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    assert_eq!(access["username"], access["sub"]);
    assert_eq!(id["token_use"], "id");
    assert_eq!(id["aud"], pool.client);
    assert_eq!(id["cognito:username"], id["sub"]);
    assert_eq!(id["email"], SEED_EMAIL);
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["name"], "Andrew Brown");
    assert_eq!(id["preferred_username"], "andrewbrown");
    assert_eq!(id["sub"], access["sub"]);
    assert_eq!(id["origin_jti"], access["origin_jti"]);
    assert_ne!(id["jti"], access["jti"]);
}

#[tokio::test]
async fn a_refresh_goes_on_with_the_same_sign_in() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    pool.wait(10 * 60);
    let flow = pool.refresh(&tokens.refresh).await.ok();
    let body = json!({ "RefreshToken": tokens.refresh });
    let operation = pool
        .client_call("GetTokensFromRefreshToken", body)
        .await
        .ok();
    for answer in [flow, operation] {
        let result = answer["AuthenticationResult"]
            .as_object()
            .expect("an object");
        assert!(!result.contains_key("RefreshToken"));
        assert_eq!(
            (&result["ExpiresIn"], &result["TokenType"]),
            (&3600.into(), &"Bearer".into())
        );
        let fresh = Tokens::of(&answer);
        let (old, new) = (claims(&tokens.access), claims(&fresh.access));
        for name in ["sub", "origin_jti", "event_id", "auth_time", "username"] {
            assert_eq!(old[name], new[name], "{name}");
        }
        assert_ne!(old["jti"], new["jti"]);
        assert!(new["iat"].as_i64() >= old["iat"].as_i64().map(|iat| iat + 10 * 60));
        assert_eq!(claims(&fresh.id)["origin_jti"], old["origin_jti"]);
        pool.get_user(&fresh.access).await.ok();
    }
    pool.get_user(&tokens.access).await.ok();
}

#[tokio::test]
async fn a_refresh_token_that_nobody_was_given_is_refused() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    let invalid = ("NotAuthorizedException", "Invalid Refresh Token");
    for token in ["made-up", &tokens.access, &format!("{}x", tokens.refresh)] {
        pool.refresh(token).await.is(invalid.0, invalid.1);
        let body = json!({ "RefreshToken": token });
        let answer = pool.client_call("GetTokensFromRefreshToken", body).await;
        answer.is(invalid.0, invalid.1);
    }
    let other = json!({ "ClientName": "other", "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"] });
    let other = pool.admin("CreateUserPoolClient", other).await.ok();
    let body =
        json!({ "RefreshToken": tokens.refresh, "ClientId": other["UserPoolClient"]["ClientId"] });
    let answer = pool.call("GetTokensFromRefreshToken", body).await;
    answer.is(invalid.0, invalid.1);
    let answer = pool.initiate("REFRESH_TOKEN_AUTH", json!({})).await;
    answer.is(
        "InvalidParameterException",
        "Missing required parameter REFRESH_TOKEN",
    );
}

#[tokio::test]
async fn tokens_expire() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    pool.wait(HOUR - 60);
    pool.get_user(&tokens.access).await.ok();
    pool.wait(60);
    let answer = pool.get_user(&tokens.access).await;
    answer.is("NotAuthorizedException", "Access Token has expired");
    pool.wait(30 * 24 * HOUR - HOUR - 60);
    pool.refresh(&tokens.refresh).await.ok();
    pool.wait(60);
    let answer = pool.refresh(&tokens.refresh).await;
    answer.is("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn what_is_no_access_token_of_the_pool_is_refused() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    let parts: Vec<&str> = tokens.access.split('.').collect();
    let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let mut forged = claims(&tokens.access);
    forged["sub"] = "somebody-else".into();
    let none = encode(&json!({ "alg": "none", "kid": header(&tokens.access)["kid"] }));
    let unknown = encode(&json!({ "alg": "RS256", "kid": "unknown" }));
    for token in [
        "garbage".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        tokens.id.clone(),
        tokens.refresh.clone(),
        format!("{}.{}.{}", parts[0], encode(&forged), parts[2]),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{unknown}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}x", tokens.access),
    ] {
        pool.get_user(&token).await.is(INVALID.0, INVALID.1);
    }
    pool.get_user("with space").await.is(
        "InvalidParameterException",
        "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [A-Za-z0-9-_=.]+",
    );
    pool.get_user(&tokens.access).await.ok();
}

#[tokio::test]
async fn rotation_replaces_the_refresh_token_and_lets_the_old_one_live_for_its_grace() {
    let pool = Pool::start().await;
    let flows = json!(["ALLOW_USER_SRP_AUTH"]);
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 60 });
    pool.set_client(json!({ "ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation }))
        .await;
    let tokens = pool.seed_signed_in().await;
    let refresh = async |token: &str| {
        let body = json!({ "RefreshToken": token });
        pool.client_call("GetTokensFromRefreshToken", body).await
    };
    // Only the operation that can hand out a new one.
    let answer = pool.refresh(&tokens.refresh).await;
    answer.is(
        "InvalidParameterException",
        "Auth flow not enabled for this client",
    );
    let first = Tokens::of(&refresh(&tokens.refresh).await.ok());
    assert!(!first.refresh.is_empty() && first.refresh != tokens.refresh);
    assert_eq!(
        claims(&first.access)["origin_jti"],
        claims(&tokens.access)["origin_jti"]
    );
    // A lost answer can be asked for again.
    pool.wait(59);
    Tokens::of(&refresh(&tokens.refresh).await.ok());
    pool.wait(1);
    let (code, _) = refresh(&tokens.refresh).await.error();
    assert_eq!(code, "RefreshTokenReuseException");
    // The new one lives as long as the first one would have.
    pool.wait(30 * 24 * HOUR - 120);
    let last = Tokens::of(&refresh(&first.refresh).await.ok());
    pool.wait(60);
    let answer = refresh(&last.refresh).await;
    answer.is("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn a_client_sets_how_long_its_tokens_live() {
    let pool = Pool::start().await;
    pool.set_client(json!({
        "AccessTokenValidity": 5, "IdTokenValidity": 10, "RefreshTokenValidity": 2,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours" },
    }))
    .await;
    let answer = pool.srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    assert_eq!(answer["AuthenticationResult"]["ExpiresIn"], 300);
    let tokens = Tokens::of(&answer);
    let lifetime = |token: &str| {
        let claims = claims(token);
        claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat")
    };
    assert_eq!((lifetime(&tokens.access), lifetime(&tokens.id)), (300, 600));
    pool.wait(2 * HOUR);
    let answer = pool.refresh(&tokens.refresh).await;
    answer.is("NotAuthorizedException", "Refresh Token has expired");
    let body = json!({ "ClientId": pool.client, "AccessTokenValidity": 1,
        "TokenValidityUnits": { "AccessToken": "minutes" } });
    let answer = pool.admin("UpdateUserPoolClient", body).await;
    answer.is(
        "InvalidParameterException",
        "Invalid range for token validity.",
    );
}

#[tokio::test]
async fn a_client_sees_only_the_attributes_it_may_read() {
    let pool = Pool::start().await;
    pool.set_client(json!({ "ReadAttributes": ["name"] })).await;
    let tokens = pool.seed_signed_in().await;
    let id = claims(&tokens.id);
    assert_eq!(id["name"], "Andrew Brown");
    assert!(id.get("email").is_none());
    let user = pool.get_user(&tokens.access).await.ok();
    let names: Vec<&str> = user["UserAttributes"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|attribute| attribute["Name"].as_str())
        .collect();
    assert_eq!(names, ["sub", "name"]);
}
