//! What a client's own settings ask of its calls: a secret, and whatever else a call may carry.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use crate::srp::Srp;
use crate::support::{PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, attributes, claims};

const EMAIL: &str = "worf@cruddur.test";

/// The stack's pool with a client that has a secret.
struct Secretive {
    pool: Pool,
    secret: String,
}

impl Secretive {
    async fn start() -> Self {
        let pool = Pool::start().await;
        let made = json!({ "ClientName": "secretive", "GenerateSecret": true, "ExplicitAuthFlows": [
            "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
        ]});
        let made = pool.admin("CreateUserPoolClient", made).await.ok();
        let text = |name: &str| {
            let value = made["UserPoolClient"][name].as_str();
            value.expect(name).to_owned()
        };
        Self {
            secret: text("ClientSecret"),
            pool: Pool {
                client: text("ClientId"),
                ..pool
            },
        }
    }

    fn hash(&self, username: &str) -> String {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.secret.as_bytes()).expect("a key");
        mac.update(format!("{username}{}", self.pool.client).as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// Without the hash, with a wrong one, with the right one for `username`; `place` is where it goes.
    async fn thrice(&self, operation: &str, body: &Value, place: &str, username: &str) -> Value {
        let with = |hash: Option<String>| {
            let mut body = body.clone();
            let place = body.pointer_mut(place).expect("an object");
            let name = match operation {
                "InitiateAuth" | "RespondToAuthChallenge" => "SECRET_HASH",
                _ => "SecretHash",
            };
            if let Some(hash) = hash {
                place[name] = hash.into();
            }
            body
        };
        let client = &self.pool.client;
        let call = async |hash| self.pool.client_call(operation, with(hash)).await;
        call(None).await.is(
            "NotAuthorizedException",
            &format!("Client {client} is configured with secret but SECRET_HASH was not received"),
        );
        call(Some(self.hash("somebody else"))).await.is(
            "NotAuthorizedException",
            &format!("Unable to verify secret hash for client {client}"),
        );
        call(Some(self.hash(username))).await.ok()
    }
}

#[tokio::test]
async fn every_call_of_a_client_with_a_secret_carries_its_hash() {
    let with = Secretive::start().await;
    let pool = &with.pool;
    let list = attributes(&[("name", "A"), ("preferred_username", "a")]);
    let body = json!({ "Username": EMAIL, "Password": PASSWORD, "UserAttributes": list });
    with.thrice("SignUp", &body, "", EMAIL).await;
    let body = json!({ "Username": EMAIL });
    with.thrice("ResendConfirmationCode", &body, "", EMAIL)
        .await;
    let body = json!({ "Username": EMAIL, "ConfirmationCode": pool.code(EMAIL) });
    let confirmed = with.thrice("ConfirmSignUp", &body, "", EMAIL).await;
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": EMAIL }, "Session": confirmed["Session"] });
    let answer = with.thrice("InitiateAuth", &body, "/AuthParameters", EMAIL);
    Tokens::of(&answer.await);
    let body = json!({ "Username": EMAIL });
    with.thrice("ForgotPassword", &body, "", EMAIL).await;
    let body = json!({ "Username": EMAIL, "ConfirmationCode": pool.code(EMAIL), "Password": SEED_PASSWORD });
    with.thrice("ConfirmForgotPassword", &body, "", EMAIL).await;

    let srp = Srp::random();
    let parameters = json!({ "USERNAME": EMAIL, "SRP_A": srp.srp_a() });
    let body = json!({ "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
    let asked = with.thrice("InitiateAuth", &body, "/AuthParameters", EMAIL);
    let asked = asked.await;
    // From here on the user's own name is the one that is hashed.
    let parameters = &asked["ChallengeParameters"];
    let sub = parameters["USER_ID_FOR_SRP"].as_str().expect("a name");
    let responses = srp.respond(&pool.id, parameters, SEED_PASSWORD, &pool.timestamp());
    let body = json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses });
    let answer = with.thrice("RespondToAuthChallenge", &body, "/ChallengeResponses", sub);
    let tokens = Tokens::of(&answer.await);
    assert_eq!(claims(&tokens.access)["username"], sub);

    let body = json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": { "REFRESH_TOKEN": tokens.refresh } });
    let answer = with.thrice("InitiateAuth", &body, "/AuthParameters", sub);
    Tokens::of(&answer.await);
}

#[tokio::test]
async fn a_challenge_asks_for_the_hash_before_it_looks_at_the_answer() {
    let with = Secretive::start().await;
    let body = json!({ "AuthFlow": "CUSTOM_AUTH", "AuthParameters": { "USERNAME": SEED_EMAIL } });
    let asked = with.thrice("InitiateAuth", &body, "/AuthParameters", SEED_EMAIL);
    let asked = asked.await;
    let responses = json!({ "USERNAME": SEED_EMAIL, "ANSWER": with.pool.code(SEED_EMAIL) });
    let body = json!({ "ChallengeName": "CUSTOM_CHALLENGE", "ChallengeResponses": responses, "Session": asked["Session"] });
    let place = "/ChallengeResponses";
    let answer = with.thrice("RespondToAuthChallenge", &body, place, SEED_EMAIL);
    let tokens = Tokens::of(&answer.await);

    // These two take the secret itself.
    for (operation, name) in [
        ("GetTokensFromRefreshToken", "RefreshToken"),
        ("RevokeToken", "Token"),
    ] {
        let call = async |secret: Option<&str>| {
            let mut body = json!({ name: tokens.refresh });
            if let Some(secret) = secret {
                body["ClientSecret"] = secret.into();
            }
            with.pool.client_call(operation, body).await
        };
        assert_eq!(call(None).await.error().0, "NotAuthorizedException");
        assert_eq!(
            call(Some("wrong")).await.error().0,
            "NotAuthorizedException"
        );
        call(Some(&with.secret)).await.ok();
    }
}

#[tokio::test]
async fn a_hash_that_nobody_asked_for_is_refused() {
    let pool = Pool::start().await;
    let parameters = json!({ "USERNAME": SEED_EMAIL, "SRP_A": Srp::random().srp_a(), "SECRET_HASH": "aGFzaA==" });
    pool.initiate("USER_SRP_AUTH", parameters).await.is(
        "NotAuthorizedException",
        &format!("Unable to verify secret hash for client {}", pool.client),
    );
}

#[tokio::test]
async fn what_goes_to_triggers_is_taken_and_has_its_form() {
    let pool = Pool::start().await;
    let more = |body: Value| {
        let mut body = body;
        body["ClientMetadata"] = json!({ "key": "value" });
        body["UserContextData"] = json!({ "EncodedData": "abc" });
        body["AnalyticsMetadata"] = json!({ "AnalyticsEndpointId": "abc" });
        body
    };
    let list = attributes(&[("name", "A"), ("preferred_username", "a")]);
    let body = json!({ "Username": EMAIL, "Password": PASSWORD, "UserAttributes": list,
        "ValidationData": [{ "Name": "captcha", "Value": "abc" }] });
    pool.client_call("SignUp", more(body)).await.ok();
    let body = json!({ "Username": EMAIL, "ConfirmationCode": pool.code(EMAIL) });
    pool.client_call("ConfirmSignUp", more(body)).await.ok();
    let srp = Srp::random();
    let parameters = json!({ "USERNAME": EMAIL, "SRP_A": srp.srp_a() });
    let body = json!({ "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
    let asked = pool.client_call("InitiateAuth", more(body)).await.ok();
    let parameters = &asked["ChallengeParameters"];
    let responses = srp.respond(&pool.id, parameters, PASSWORD, &pool.timestamp());
    let body = json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses });
    let answer = pool.client_call("RespondToAuthChallenge", more(body)).await;
    let tokens = Tokens::of(&answer.ok());
    let body = json!({ "AccessToken": tokens.access, "AttributeName": "email" });
    pool.call("GetUserAttributeVerificationCode", more(body))
        .await
        .ok();
    for (name, wrong) in [
        ("ClientMetadata", json!([])),
        ("ClientMetadata", json!({ "key": 1 })),
        ("UserContextData", json!("abc")),
        ("ValidationData", json!({})),
    ] {
        let mut body = json!({ "Username": EMAIL, "Password": PASSWORD });
        body[name] = wrong;
        let (code, _) = pool.client_call("SignUp", body).await.error();
        assert_eq!(code, "SerializationException", "{name}");
    }
}

#[tokio::test]
async fn a_client_says_how_its_refresh_tokens_rotate() {
    let pool = Pool::start().await;
    let describe = async || {
        let body = json!({ "ClientId": pool.client });
        let described = pool.admin("DescribeUserPoolClient", body).await.ok();
        described["UserPoolClient"]["RefreshTokenRotation"].clone()
    };
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 });
    let settings =
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenRotation": rotation });
    pool.set_client(settings).await;
    assert_eq!(describe().await, rotation);
    for wrong in [
        json!({ "Feature": "SOMETIMES" }),
        json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 61 }),
        json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": -1 }),
    ] {
        let body = json!({ "ClientId": pool.client, "RefreshTokenRotation": wrong });
        let (code, _) = pool.admin("UpdateUserPoolClient", body).await.error();
        assert_eq!(code, "InvalidParameterException", "{wrong}");
    }
    let flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let body = json!({ "ClientId": pool.client, "ExplicitAuthFlows": flows, "RefreshTokenRotation": rotation });
    let (code, _) = pool.admin("UpdateUserPoolClient", body).await.error();
    assert_eq!(code, "InvalidParameterException");
}

#[tokio::test]
async fn of_many_refreshes_within_the_grace_each_is_answered_and_after_it_none() {
    let pool = Pool::start().await;
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 60 });
    let settings =
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "RefreshTokenRotation": rotation });
    pool.set_client(settings).await;
    let first = pool.seed_signed_in().await.refresh;
    let refresh = async |token: &str| {
        let body = json!({ "RefreshToken": token });
        pool.client_call("GetTokensFromRefreshToken", body).await
    };
    let mut given = Vec::new();
    for _ in 0..10 {
        given.push(Tokens::of(&refresh(&first).await.ok()).refresh);
    }
    given.sort();
    given.dedup();
    assert_eq!(given.len(), 10);
    pool.wait(60);
    refresh(&first).await.is(
        "RefreshTokenReuseException",
        "Refresh Token has been invalidated by rotation",
    );
    // Whoever holds one of the new ones goes on.
    for token in &given {
        refresh(token).await.ok();
    }
}
