//! Cruddur's backend over real HTTP, with people and tokens of the stack's own user pool.
#![allow(clippy::expect_used)] // a test that cannot go on has failed

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cruddur_local::{CLIENT_ID, Options, Stack, StateFile, USER_POOL_ID, Week};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use rsa::pkcs1::EncodeRsaPublicKey as _;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use serde_json::{Value, json};
use sha2::Sha256;

#[path = "backend/later.rs"]
mod later;

const PASSWORD_FLOW: [&str; 2] = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
const PASSWORD: &str = "Good-enough-7!";
const FRONTEND: &str = "http://app.example:8080";

const FIRST: &str = "68f126b0-1ceb-4a33-88be-d90fa7109eee";
const SHARED: &str = "248959df-3079-4947-b847-9e0892d1bab4";

struct Cruddur {
    stack: Stack,
    http: Client,
}

struct Person {
    access: String,
    id: String,
}

impl Cruddur {
    async fn start() -> Self {
        Self::with(StateFile::Ephemeral, Week::Three).await
    }

    async fn at(week: Week) -> Self {
        Self::with(StateFile::Ephemeral, week).await
    }

    async fn with(state: StateFile, week: Week) -> Self {
        let options = Options {
            state,
            week,
            frontend_origins: vec![FRONTEND.to_owned()],
            ..Options::ephemeral()
        };
        let stack = Stack::start(options).await.expect("a stack");
        let cruddur = Self {
            stack,
            http: Client::new(),
        };
        // The app's client signs in by SRP only. How a token came to be is nothing to the backend.
        let flows = json!({
            "UserPoolId": USER_POOL_ID, "ClientId": CLIENT_ID, "ExplicitAuthFlows": PASSWORD_FLOW,
        });
        cruddur.pool("UpdateUserPoolClient", &flows).await;
        cruddur
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.stack.backend_url());
        self.http.request(method, url)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    /// The home feed that `authorization` (a whole header value) gets.
    async fn home(&self, authorization: &str) -> Vec<Value> {
        let answer = self.get("/api/activities/home");
        items(answer.header("authorization", authorization)).await
    }

    async fn crud(&self, message: &str, ttl: &str, token: Option<&str>) -> Value {
        let body = json!({ "message": message, "ttl": ttl });
        object(signed(self.post("/api/activities", &body), token)).await
    }

    async fn pool(&self, operation: &str, body: &Value) -> Value {
        let request = self.http.post(self.stack.pool_url()).body(body.to_string());
        object(
            request
                .header("content-type", "application/x-amz-json-1.1")
                .header(
                    "x-amz-target",
                    format!("AWSCognitoIdentityProviderService.{operation}"),
                ),
        )
        .await
    }

    async fn person(&self, name: &str, handle: &str) -> Person {
        let attributes = json!([
            { "Name": "email", "Value": email(handle) },
            { "Name": "email_verified", "Value": "true" },
            { "Name": "name", "Value": name },
            { "Name": "preferred_username", "Value": handle },
        ]);
        self.person_in(USER_POOL_ID, CLIENT_ID, handle, attributes)
            .await
    }

    async fn person_in(&self, pool: &str, client: &str, handle: &str, attributes: Value) -> Person {
        let email = email(handle);
        let create = json!({
            "UserPoolId": pool, "Username": email, "UserAttributes": attributes,
            "MessageAction": "SUPPRESS",
        });
        self.pool("AdminCreateUser", &create).await;
        let password = json!({
            "UserPoolId": pool, "Username": email, "Password": PASSWORD, "Permanent": true,
        });
        self.pool("AdminSetUserPassword", &password).await;
        self.sign_in(client, &email).await
    }

    async fn sign_in(&self, client: &str, email: &str) -> Person {
        let auth = json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client,
            "AuthParameters": { "USERNAME": email, "PASSWORD": PASSWORD },
        });
        let answer = self.pool("InitiateAuth", &auth).await;
        let token = |name: &str| {
            let token = answer["AuthenticationResult"][name].as_str();
            token.expect("a token").to_owned()
        };
        Person {
            access: token("AccessToken"),
            id: token("IdToken"),
        }
    }

    async fn advance(&self, seconds: u64) {
        let url = format!("{}/_local/clock", self.stack.pool_url());
        object(
            self.http
                .post(url)
                .json(&json!({ "advance_seconds": seconds })),
        )
        .await;
    }

    async fn fault(&self, fault: &Value) {
        let url = format!("{}/_local/faults", self.stack.pool_url());
        let answer = self.http.post(url).json(fault).send().await;
        let status = answer.expect("an answer").status();
        assert!(status.is_success(), "{status}");
    }
}

/// An address for the person with this handle, which may hold what an address may not.
fn email(handle: &str) -> String {
    let mut name = handle.to_owned();
    name.retain(|letter| letter.is_ascii_alphanumeric());
    format!("{name}@example.org")
}

fn signed(request: RequestBuilder, token: Option<&str>) -> RequestBuilder {
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn object(request: RequestBuilder) -> Value {
    let answer = send(request).await;
    let status = answer.status();
    let text = answer.text().await.expect("text");
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).expect("JSON")
}

async fn items(request: RequestBuilder) -> Vec<Value> {
    match object(request).await {
        Value::Array(items) => items,
        other => panic!("not an array: {other}"),
    }
}

fn texts(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| text(item, "message")).collect()
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {item}"))
}

fn keys(item: &Value) -> Vec<&str> {
    let object = item.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

/// Seconds from one time of `item` to another.
fn seconds(item: &Value, from: &str, to: &str) -> i64 {
    let time = |field| {
        let text = text(item, field);
        chrono::DateTime::parse_from_rfc3339(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    };
    (time(to) - time(from)).num_seconds()
}

async fn refused(request: RequestBuilder, code: &str) {
    let answer = send(request).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{code}");
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body, json!([code]));
}

async fn page(request: RequestBuilder, status: StatusCode) {
    let answer = send(request).await;
    assert_eq!(answer.status(), status);
    let kind = answer.headers().get("content-type").cloned();
    assert_eq!(kind.expect("a type"), "text/html; charset=utf-8");
    let body = answer.text().await.expect("text");
    let title = format!("<title>{} ", status.as_u16());
    assert!(
        body.starts_with("<!doctype html>") && body.contains(&title),
        "{body}"
    );
}

// Reading

#[tokio::test]
async fn a_visitor_gets_the_three_cruds_and_a_signed_in_person_one_more() {
    let cruddur = Cruddur::start().await;
    let anonymous = items(cruddur.get("/api/activities/home")).await;
    let handles: Vec<_> = anonymous.iter().map(|crud| text(crud, "handle")).collect();
    assert_eq!(handles, ["Andrew Brown", "Worf", "Garek"]);

    let ada = cruddur.person("Ada Lovelace", "ada").await;
    let signed_in = cruddur.home(&format!("Bearer {}", ada.access)).await;
    assert_eq!(signed_in.len(), 4);
    assert_eq!(text(&signed_in[0], "handle"), "Lore");
    assert_eq!(signed_in[0]["likes"], 1042);
    assert_eq!(text(&signed_in[0], "uuid"), SHARED);
    assert_eq!(
        text(&signed_in[3], "uuid"),
        SHARED,
        "two cruds share a uuid"
    );
}

#[tokio::test]
async fn the_feed_has_the_documented_shape() {
    let cruddur = Cruddur::start().await;
    let answer = send(cruddur.get("/api/activities/home")).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    let raw = answer.text().await.expect("text");
    let feed: Vec<Value> = serde_json::from_str(&raw).expect("JSON");

    let counted = [
        "created_at",
        "expires_at",
        "handle",
        "likes_count",
        "message",
        "replies",
        "replies_count",
        "reposts_count",
        "uuid",
    ];
    let plain = [
        "created_at",
        "expires_at",
        "handle",
        "likes",
        "message",
        "replies",
        "uuid",
    ];
    assert_eq!(keys(&feed[0]), counted);
    assert_eq!(keys(&feed[1]), plain);
    assert_eq!(
        keys(&feed[0]["replies"][0]),
        [
            "created_at",
            "handle",
            "likes_count",
            "message",
            "replies_count",
            "reply_to_activity_uuid",
            "reposts_count",
            "uuid"
        ]
    );
    assert_eq!(
        text(&feed[0]["replies"][0], "reply_to_activity_uuid"),
        FIRST
    );
    // As sent, whatever order the parser above keeps.
    let at = |key: &str| {
        raw.find(&format!("\"{key}\":"))
            .unwrap_or_else(|| panic!("no {key}"))
    };
    assert!(counted.is_sorted_by_key(|key| at(key)), "{raw}");

    for (crud, days) in feed.iter().zip([7, 16]) {
        assert_eq!(seconds(crud, "created_at", "expires_at"), days * 86_400);
        assert!(text(crud, "created_at").ends_with("+00:00"));
    }
    assert_eq!(seconds(&feed[2], "created_at", "expires_at"), 13 * 3600);
}

#[tokio::test]
async fn the_other_reading_routes_answer() {
    let cruddur = Cruddur::start().await;
    assert_eq!(
        object(cruddur.get("/api/health-check")).await,
        json!({ "success": true })
    );

    let notifications = items(cruddur.get("/api/activities/notifications")).await;
    assert_eq!(notifications.len(), 1);
    assert_eq!(text(&notifications[0], "handle"), "Sathasivam");
    assert_eq!(
        notifications[0]["replies"].as_array().map(Vec::len),
        Some(1)
    );

    let groups = items(cruddur.get("/api/message_groups")).await;
    assert_eq!(
        keys(&groups[0]),
        ["created_at", "display_name", "handle", "uuid"]
    );
    let handles: Vec<_> = groups.iter().map(|group| text(group, "handle")).collect();
    assert_eq!(handles, ["andrewbrown", "worf"]);

    for handle in ["andrewbrown", "worf", "Andrew%20Brown"] {
        let messages = items(cruddur.get(&format!("/api/messages/@{handle}"))).await;
        assert_eq!(
            texts(&messages),
            ["Cloud is fun!", "This platform is great!"]
        );
        assert_eq!(
            keys(&messages[0]),
            ["created_at", "display_name", "handle", "message", "uuid"]
        );
    }
    assert!(items(cruddur.get("/api/messages/@nobody")).await.is_empty());

    let crud = object(cruddur.get(&format!("/api/activities/{FIRST}"))).await;
    assert_eq!(text(&crud, "message"), "Cloud is very fun!");
}

#[tokio::test]
async fn a_person_has_a_feed_of_their_own() {
    let cruddur = Cruddur::start().await;
    for handle in ["andrewbrown", "Andrew%20Brown", "%41ndrew%20Brown"] {
        let feed = items(cruddur.get(&format!("/api/activities/@{handle}"))).await;
        assert_eq!(texts(&feed), ["Cloud is fun!"], "{handle}");
        assert_eq!(
            keys(&feed[0]),
            ["created_at", "expires_at", "handle", "message", "uuid"]
        );
        let created = text(&feed[0], "created_at");
        assert!(
            !created.contains('+') && !created.ends_with('Z'),
            "{created}"
        );
    }
    assert_eq!(
        texts(&items(cruddur.get("/api/activities/%40Worf")).await),
        ["I am out of prune juice"]
    );
    assert!(
        items(cruddur.get("/api/activities/@nobody"))
            .await
            .is_empty()
    );

    let ada = cruddur.person("Ada Lovelace", "ada.l ö/ve").await;
    cruddur.crud("first", "1-hour", Some(&ada.access)).await;
    cruddur.crud("second", "1-day", Some(&ada.access)).await;
    cruddur.crud("by a visitor", "1-day", None).await;
    let feed = items(cruddur.get("/api/activities/@ada.l%20%C3%B6%2Fve")).await;
    assert_eq!(texts(&feed), ["second", "first"]);
    assert_eq!(text(&feed[0], "display_name"), "Ada Lovelace");
    let andrews = items(cruddur.get("/api/activities/@andrewbrown")).await;
    assert_eq!(texts(&andrews), ["by a visitor", "Cloud is fun!"]);

    // Lore is for the signed-in only, here too.
    let lore = || cruddur.get("/api/activities/@Lore");
    assert!(items(lore()).await.is_empty());
    assert_eq!(items(signed(lore(), Some(&ada.access))).await.len(), 1);
}

#[tokio::test]
async fn search_finds_what_is_there() {
    let cruddur = Cruddur::start().await;
    let ada = cruddur.person("Ada Lovelace", "ada").await;
    cruddur
        .crud("Engines & Über-notes", "1-hour", Some(&ada.access))
        .await;
    let find = |term: &str| {
        cruddur
            .get("/api/activities/search")
            .query(&[("term", term)])
    };

    let clouds = items(find("cLOUD is")).await;
    assert_eq!(texts(&clouds), ["Cloud is very fun!", "Cloud is fun!"]);
    assert_eq!(
        keys(&clouds[0]),
        ["created_at", "handle", "message", "uuid"]
    );
    for term in ["engines & ü", "ADA", "lovelace", "  notes "] {
        assert_eq!(
            texts(&items(find(term)).await),
            ["Engines & Über-notes"],
            "{term}"
        );
    }
    assert!(items(find("nothing says this")).await.is_empty());
    assert!(items(find("humans")).await.is_empty());
    assert_eq!(
        items(signed(find("humans"), Some(&ada.access))).await.len(),
        1
    );

    cruddur.advance(3600).await;
    assert!(items(find("engines")).await.is_empty());

    for query in ["", "?term=", "?term=%20", "?other=x", "?term=&term=x"] {
        refused(
            cruddur.get(&format!("/api/activities/search{query}")),
            "search_term_blank",
        )
        .await;
    }
}

// Who asks

#[tokio::test]
async fn only_a_valid_access_token_of_this_pool_and_client_signs_in() {
    let cruddur = Cruddur::start().await;
    let ada = cruddur.person("Ada Lovelace", "ada").await;
    let good = format!("Bearer {}", ada.access);
    assert_eq!(cruddur.home(&good).await.len(), 4);

    let other_client = cruddur
        .pool(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": USER_POOL_ID, "ClientName": "other",
                "ExplicitAuthFlows": PASSWORD_FLOW,
            }),
        )
        .await;
    let other_client = text(&other_client["UserPoolClient"], "ClientId").to_owned();
    let elsewhere = cruddur.sign_in(&other_client, "ada@example.org").await;

    let foreign_pool = cruddur
        .pool(
            "CreateUserPool",
            &json!({ "PoolName": "other", "UsernameAttributes": ["email"] }),
        )
        .await;
    let foreign_pool = text(&foreign_pool["UserPool"], "Id").to_owned();
    let foreign_client = cruddur
        .pool(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": foreign_pool, "ClientName": "other",
                "ExplicitAuthFlows": PASSWORD_FLOW,
            }),
        )
        .await;
    let foreign_client = text(&foreign_client["UserPoolClient"], "ClientId").to_owned();
    let email = json!([{ "Name": "email", "Value": "ada@example.org" }]);
    let foreigner = cruddur
        .person_in(&foreign_pool, &foreign_client, "ada", email)
        .await;

    let [header, payload, signature] = parts(&ada.access);
    let jwks: Value = object(cruddur.http.get(format!(
        "{}/{USER_POOL_ID}/.well-known/jwks.json",
        cruddur.stack.pool_url()
    )))
    .await;
    let kid = text(&jwks["keys"][0], "kid");
    let modulus = text(&jwks["keys"][0], "n");
    let exponent = text(&jwks["keys"][0], "e");
    let number = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
        rsa::BigUint::from_bytes_be(&bytes)
    };
    let public = rsa::RsaPublicKey::new(number(modulus), number(exponent)).expect("a key");
    let pem = public.to_public_key_pem(LineEnding::LF).expect("PEM");
    let pkcs1 = public.to_pkcs1_pem(LineEnding::LF).expect("PEM");
    let none = encoded(&json!({ "alg": "none", "kid": kid }));
    let hs256 = encoded(&json!({ "alg": "HS256", "kid": kid }));
    let unknown = encoded(&json!({ "alg": "RS256", "kid": "another" }));
    let claims = URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    let mut claims: Value = serde_json::from_slice(&claims).expect("JSON");
    claims["username"] = json!("somebody-else");
    let tampered = encoded(&claims);
    let mut flipped = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    flipped[7] ^= 1;
    let flipped = URL_SAFE_NO_PAD.encode(flipped);

    for (forgery, authorization) in [
        ("an id token", format!("Bearer {}", ada.id)),
        ("another client's", format!("Bearer {}", elsewhere.access)),
        ("another pool's", format!("Bearer {}", foreigner.access)),
        ("alg none", format!("Bearer {none}.{payload}.")),
        (
            "alg none with a signature",
            format!("Bearer {none}.{payload}.{signature}"),
        ),
        (
            "HS256 with the public modulus",
            format!("Bearer {}", mac(modulus, &hs256, payload)),
        ),
        (
            "HS256 with the public key as a file",
            format!("Bearer {}", mac(&pem, &hs256, payload)),
        ),
        (
            "HS256 with the public key as another file",
            format!("Bearer {}", mac(pkcs1.trim_end(), &hs256, payload)),
        ),
        (
            "HS256 with the key set",
            format!("Bearer {}", mac(&jwks.to_string(), &hs256, payload)),
        ),
        (
            "an unknown key",
            format!("Bearer {unknown}.{payload}.{signature}"),
        ),
        (
            "changed claims",
            format!("Bearer {header}.{tampered}.{signature}"),
        ),
        (
            "a changed signature",
            format!("Bearer {header}.{payload}.{flipped}"),
        ),
        ("no signature", format!("Bearer {header}.{payload}.")),
        ("two parts", format!("Bearer {header}.{payload}")),
        ("null", "Bearer null".to_owned()),
        ("nothing after Bearer", "Bearer ".to_owned()),
        ("nothing at all", String::new()),
        (
            "two tokens",
            format!("Bearer {} {}", ada.access, ada.access),
        ),
        ("another scheme", format!("Basic {}", ada.access)),
        ("no scheme", ada.access.clone()),
        ("long nonsense", format!("Bearer {}", "x.".repeat(4000))),
    ] {
        assert_eq!(cruddur.home(&authorization).await.len(), 3, "{forgery}");
    }
    let latin1 = reqwest::header::HeaderValue::from_bytes(b"Bearer \xff\xfe").expect("a value");
    let odd = cruddur
        .get("/api/activities/home")
        .header("authorization", latin1);
    assert_eq!(items(odd).await.len(), 3);

    assert_eq!(
        cruddur.home(&good).await.len(),
        4,
        "the good one still counts"
    );
    cruddur.advance(3601).await;
    assert_eq!(cruddur.home(&good).await.len(), 3, "expired");
    let fresh = cruddur.sign_in(CLIENT_ID, "ada@example.org").await;
    assert_eq!(
        cruddur
            .home(&format!("Bearer {}", fresh.access))
            .await
            .len(),
        4
    );
}

fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<_> = token.split('.').collect();
    parts.try_into().expect("three parts")
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

fn mac(key: &str, header: &str, payload: &str) -> String {
    let signed = format!("{header}.{payload}");
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length");
    mac.update(signed.as_bytes());
    format!(
        "{signed}.{}",
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    )
}

// Posting

#[tokio::test]
async fn a_crud_comes_back_by_its_author_until_it_expires() {
    let cruddur = Cruddur::start().await;
    let ada = cruddur.person("Ada Lovelace", "ada").await;
    let created = cruddur
        .crud("Notes on the engine", "1-hour", Some(&ada.access))
        .await;
    assert_eq!(
        keys(&created),
        [
            "created_at",
            "display_name",
            "expires_at",
            "handle",
            "message",
            "uuid"
        ]
    );
    assert_eq!(text(&created, "display_name"), "Ada Lovelace");
    assert_eq!(text(&created, "handle"), "ada");
    assert_eq!(seconds(&created, "created_at", "expires_at"), 3600);
    cruddur.crud("Anonymous", "30-days", None).await;

    let feed = items(cruddur.get("/api/activities/home")).await;
    assert_eq!(texts(&feed)[..2], ["Anonymous", "Notes on the engine"]);
    assert_eq!(feed.len(), 5);
    assert_eq!(text(&feed[0], "display_name"), "Andrew Brown");
    assert_eq!(text(&feed[0], "handle"), "andrewbrown");
    for field in [
        "created_at",
        "display_name",
        "expires_at",
        "handle",
        "message",
        "uuid",
    ] {
        assert_eq!(feed[1][field], created[field], "{field}");
    }
    assert_eq!(feed[1]["replies"], json!([]));
    for count in ["likes_count", "replies_count", "reposts_count"] {
        assert_eq!(feed[1][count], 0, "{count}");
    }
    let signed_in = cruddur.home(&format!("Bearer {}", ada.access)).await;
    assert_eq!(texts(&signed_in)[..2], ["Anonymous", "Notes on the engine"]);
    assert_eq!(text(&signed_in[2], "handle"), "Lore");

    cruddur.advance(3600).await;
    let later = items(cruddur.get("/api/activities/home")).await;
    assert_eq!(texts(&later)[..2], ["Anonymous", "Cloud is very fun!"]);
    let gone = format!("/api/activities/{}", text(&created, "uuid"));
    page(cruddur.get(&gone), StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn every_ttl_counts() {
    let cruddur = Cruddur::start().await;
    for (ttl, hours) in [
        ("30-days", 720),
        ("7-days", 168),
        ("3-days", 72),
        ("1-day", 24),
        ("12-hours", 12),
        ("3-hours", 3),
        ("1-hour", 1),
    ] {
        let crud = cruddur.crud(ttl, ttl, None).await;
        assert_eq!(
            seconds(&crud, "created_at", "expires_at"),
            hours * 3600,
            "{ttl}"
        );
    }
}

#[tokio::test]
async fn replies_are_kept_under_their_crud() {
    let cruddur = Cruddur::start().await;
    let ada = cruddur.person("Ada Lovelace", "ada").await;
    let bob = cruddur.person("Bob", "bob").await;
    let crud = cruddur.crud("a crud", "1-day", Some(&ada.access)).await;
    let crud = text(&crud, "uuid");
    let reply = async |to: &str, message: &str, token: Option<&str>| {
        let request = cruddur.post(
            &format!("/api/activities/{to}/reply"),
            &json!({ "message": message }),
        );
        object(signed(request, token)).await
    };

    let first = reply(crud, "first", Some(&bob.access)).await;
    assert_eq!(
        keys(&first),
        [
            "created_at",
            "display_name",
            "handle",
            "message",
            "reply_to_activity_uuid",
            "uuid"
        ]
    );
    assert_eq!(text(&first, "handle"), "bob");
    assert_eq!(text(&first, "reply_to_activity_uuid"), crud);
    reply(
        text(&first, "uuid"),
        "second, to the first",
        Some(&ada.access),
    )
    .await;
    reply(FIRST, "to a sample", None).await;
    reply(SHARED, "to the shared uuid", None).await;

    let feed = items(cruddur.get("/api/activities/home")).await;
    let replies = feed[0]["replies"].as_array().expect("replies");
    assert_eq!(texts(replies), ["first", "second, to the first"]);
    assert_eq!(feed[0]["replies_count"], 2);
    assert_eq!(replies[0]["replies_count"], 1);
    assert_eq!(replies[1]["reply_to_activity_uuid"], first["uuid"]);
    assert_eq!(text(&replies[1], "display_name"), "Ada Lovelace");
    let sample = feed[1]["replies"].as_array().expect("replies");
    assert_eq!(texts(sample), ["This post has no honor!", "to a sample"]);
    assert_eq!(feed[1]["replies_count"], 2);
    assert_eq!(
        texts(feed[3]["replies"].as_array().expect("replies")),
        ["to the shared uuid"]
    );

    let missing = "/api/activities/00000000-0000-4000-8000-000000000000/reply";
    page(
        cruddur.post(missing, &json!({ "message": "x" })),
        StatusCode::NOT_FOUND,
    )
    .await;
    cruddur.advance(86_400).await;
    let late = cruddur.post(
        &format!("/api/activities/{crud}/reply"),
        &json!({ "message": "x" }),
    );
    page(late, StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn messages_reach_the_two_people_and_nobody_else() {
    let cruddur = Cruddur::start().await;
    let ada = cruddur.person("Ada Lovelace", "ada").await;
    let bob = cruddur.person("Bob", "bob").await;
    let write = async |to: &str, message: &str, token: Option<&str>| {
        let body = json!({ "message": message, "user_receiver_handle": to });
        object(signed(cruddur.post("/api/messages", &body), token)).await
    };
    let read = async |with: &str, token: Option<&str>| {
        items(signed(
            cruddur.get(&format!("/api/messages/@{with}")),
            token,
        ))
        .await
    };

    let sent = write("bob", "hello bob", Some(&ada.access)).await;
    assert_eq!(
        keys(&sent),
        ["created_at", "display_name", "handle", "message", "uuid"]
    );
    assert_eq!(text(&sent, "handle"), "ada");
    write("ada", "hello ada", Some(&bob.access)).await;

    let (ada, bob) = (Some(ada.access.as_str()), Some(bob.access.as_str()));
    assert_eq!(texts(&read("bob", ada).await), ["hello bob", "hello ada"]);
    assert_eq!(read("bob", ada).await, read("ada", bob).await);
    assert!(read("bob", None).await.is_empty());
    assert!(read("ada", None).await.is_empty());

    let groups = items(signed(cruddur.get("/api/message_groups"), ada)).await;
    let handles: Vec<_> = groups.iter().map(|group| text(group, "handle")).collect();
    assert_eq!(handles, ["bob", "andrewbrown", "worf"]);
    assert_eq!(text(&groups[0], "display_name"), "Bob");
    let anonymous = items(cruddur.get("/api/message_groups")).await;
    assert_eq!(anonymous.len(), 2);

    write("worf", "Qapla'", ada).await;
    let groups = items(signed(cruddur.get("/api/message_groups"), ada)).await;
    let handles: Vec<_> = groups.iter().map(|group| text(group, "handle")).collect();
    assert_eq!(handles, ["worf", "bob", "andrewbrown"]);
    assert_eq!(text(&groups[0], "display_name"), "Worf");
    assert_eq!(texts(&read("worf", ada).await).last(), Some(&"Qapla'"));
}

#[tokio::test]
async fn each_broken_rule_has_its_code() {
    let cruddur = Cruddur::start().await;
    let reply = format!("/api/activities/{FIRST}/reply");
    // One code point each: a letter, an emoji outside the basic plane, a combining accent.
    for unit in ["x", "😀", "\u{301}"] {
        for (path, max) in [
            ("/api/activities", 280),
            ("/api/messages", 1024),
            (reply.as_str(), 1024),
        ] {
            let body = |length| json!({ "message": unit.repeat(length), "ttl": "1-hour", "user_receiver_handle": "bob" });
            let answer = object(cruddur.post(path, &body(max))).await;
            assert_eq!(text(&answer, "message").chars().count(), max);
            refused(
                cruddur.post(path, &body(max + 1)),
                "message_exceed_max_chars",
            )
            .await;
        }
    }
    for path in ["/api/activities", "/api/messages", &reply] {
        for message in [json!(""), Value::Null, json!(7), json!(["x"])] {
            let body =
                json!({ "message": message, "ttl": "1-hour", "user_receiver_handle": "bob" });
            refused(cruddur.post(path, &body), "message_blank").await;
        }
        refused(cruddur.post(path, &json!({})), "message_blank").await;
    }
    for ttl in [
        json!(""),
        Value::Null,
        json!("2-days"),
        json!(7),
        json!("7-days "),
    ] {
        let body = json!({ "message": "x", "ttl": ttl });
        refused(cruddur.post("/api/activities", &body), "ttl_blank").await;
    }
    refused(
        cruddur.post("/api/activities", &json!({ "message": "x" })),
        "ttl_blank",
    )
    .await;
    for handle in [json!(""), Value::Null, json!(7)] {
        let body = json!({ "message": "x", "user_receiver_handle": handle });
        refused(
            cruddur.post("/api/messages", &body),
            "user_reciever_handle_blank",
        )
        .await;
    }
    refused(
        cruddur.post("/api/messages", &json!({ "message": "x" })),
        "user_reciever_handle_blank",
    )
    .await;
    let feed = items(cruddur.get("/api/activities/home")).await;
    assert_eq!(feed.len(), 6, "three were good");
}

#[tokio::test]
async fn what_is_not_json_or_not_there_gets_a_page() {
    let cruddur = Cruddur::start().await;
    let post = |path: &str| cruddur.request(Method::POST, path);
    for path in [
        "/api/activities",
        "/api/messages",
        &format!("/api/activities/{FIRST}/reply"),
    ] {
        let json = "application/json";
        for body in [
            "",
            "{",
            "[]",
            "\"text\"",
            "{\"message\":\"\\ud800\"}",
            "null",
        ] {
            page(
                post(path).header("content-type", json).body(body),
                StatusCode::BAD_REQUEST,
            )
            .await;
        }
        page(post(path), StatusCode::BAD_REQUEST).await;
        page(
            post(path).header("content-type", "text/plain").body("{}"),
            StatusCode::BAD_REQUEST,
        )
        .await;
        let invalid = b"{\"message\":\"\xff\"}".to_vec();
        page(
            post(path).header("content-type", json).body(invalid),
            StatusCode::BAD_REQUEST,
        )
        .await;
    }
    for path in [
        "/",
        "/api",
        "/api/nothing",
        "/api/activities/home/",
        "/api/activities/none",
        "/api/activities/@",
        "/api/messages/@",
        "/api/messages/worf",
    ] {
        page(cruddur.get(path), StatusCode::NOT_FOUND).await;
    }
    page(cruddur.get("/api/activities/@%ff"), StatusCode::BAD_REQUEST).await;
    for (method, path, allowed) in [
        (Method::POST, "/api/activities/home", "GET"),
        (Method::GET, "/api/activities", "POST"),
        (Method::DELETE, "/api/messages", "POST"),
        (Method::PUT, "/api/activities/@worf", "GET"),
    ] {
        let answer = send(cruddur.request(method.clone(), path)).await;
        let allow = answer.headers().get("allow").cloned().expect("Allow");
        assert!(
            allow.to_str().expect("text").contains(allowed),
            "{path}: {allow:?}"
        );
        page(
            cruddur.request(method, path),
            StatusCode::METHOD_NOT_ALLOWED,
        )
        .await;
    }
    let huge = json!({ "message": "x".repeat(3 << 20), "ttl": "1-hour" });
    page(
        cruddur.post("/api/activities", &huge),
        StatusCode::PAYLOAD_TOO_LARGE,
    )
    .await;
    let head = send(cruddur.request(Method::HEAD, "/api/activities/home")).await;
    assert_eq!(head.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn posts_at_the_same_time_are_all_kept() {
    let file = StateFolder::new();
    let cruddur = Cruddur::with(file.state(), Week::Three).await;
    let posts = (0..40).map(|number| {
        let body = json!({ "message": format!("number {number}"), "ttl": "1-hour" });
        let request = cruddur.post("/api/activities", &body);
        tokio::spawn(async move { object(request).await })
    });
    for post in posts.collect::<Vec<_>>() {
        post.await.expect("posted");
    }
    let check = async |cruddur: &Cruddur| {
        let feed = items(cruddur.get("/api/activities/home")).await;
        let mut numbers: Vec<_> = texts(&feed)
            .iter()
            .filter_map(|text| text.strip_prefix("number ")?.parse::<u32>().ok())
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..40).collect::<Vec<_>>());
    };
    check(&cruddur).await;
    cruddur.stack.shutdown().await;
    check(&Cruddur::with(file.state(), Week::Three).await).await;
}

#[tokio::test]
async fn a_restart_keeps_cruds_replies_and_messages() {
    let file = StateFolder::new();
    let cruddur = Cruddur::with(file.state(), Week::Three).await;
    let ada = cruddur.person("Ada Lovelace", "ada").await;
    let crud = cruddur.crud("kept", "1-day", Some(&ada.access)).await;
    let path = format!("/api/activities/{}/reply", text(&crud, "uuid"));
    object(signed(
        cruddur.post(&path, &json!({ "message": "kept too" })),
        Some(&ada.access),
    ))
    .await;
    let body = json!({ "message": "and this", "user_receiver_handle": "worf" });
    object(signed(
        cruddur.post("/api/messages", &body),
        Some(&ada.access),
    ))
    .await;
    let seen = async |cruddur: &Cruddur| {
        let feed = items(cruddur.get("/api/activities/home")).await;
        let messages = items(signed(
            cruddur.get("/api/messages/@worf"),
            Some(&ada.access),
        ))
        .await;
        (feed[0].clone(), messages.last().cloned())
    };
    let before = seen(&cruddur).await;
    cruddur.stack.shutdown().await;

    let again = Cruddur::with(file.state(), Week::Three).await;
    let after = seen(&again).await;
    assert_eq!(before, after);
    assert_eq!(
        texts(after.0["replies"].as_array().expect("replies")),
        ["kept too"]
    );
    let home = again.home(&format!("Bearer {}", ada.access)).await;
    assert_eq!(home.len(), 5, "the token outlives the restart");
}

struct StateFolder(tempfile::TempDir);

impl StateFolder {
    fn new() -> Self {
        Self(tempfile::TempDir::new().expect("a temporary directory"))
    }

    fn state(&self) -> StateFile {
        let path: PathBuf = self.0.path().join("state.json");
        StateFile::At(path)
    }
}

// Browsers

#[tokio::test]
async fn only_named_origins_may_read() {
    let cruddur = Cruddur::start().await;
    let header = |answer: &Response, name: &str| -> Option<String> {
        let value = answer.headers().get(name)?;
        Some(value.to_str().expect("text").to_ascii_lowercase())
    };
    let backend = cruddur.stack.backend_url().to_owned();
    for path in [
        "/api/activities/home",
        "/api/activities/search",
        "/api/activities/none",
        "/api/nothing",
        "/api/message_groups",
    ] {
        for origin in [FRONTEND, backend.as_str()] {
            let answer = send(cruddur.get(path).header("origin", origin)).await;
            assert_eq!(
                header(&answer, "access-control-allow-origin").as_deref(),
                Some(origin),
                "{path}"
            );
            assert_eq!(
                header(&answer, "access-control-expose-headers").as_deref(),
                Some("authorization")
            );
            assert!(
                header(&answer, "vary").expect("vary").contains("origin"),
                "{path}"
            );
            assert_eq!(header(&answer, "access-control-allow-credentials"), None);
        }
        for origin in [
            "http://app.example:8080/",
            "http://app.example",
            "https://app.example:8080",
            "http://evil.example",
            "null",
        ] {
            let answer = send(cruddur.get(path).header("origin", origin)).await;
            assert_eq!(
                header(&answer, "access-control-allow-origin"),
                None,
                "{origin}"
            );
        }
    }

    let preflight = |path: &str, origin: &str, method: &str| {
        cruddur
            .request(Method::OPTIONS, path)
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header(
                "access-control-request-headers",
                "authorization,traceparent",
            )
    };
    let answer = send(preflight("/api/activities/home", FRONTEND, "GET")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        header(&answer, "access-control-allow-origin").as_deref(),
        Some(FRONTEND)
    );
    assert_eq!(
        header(&answer, "access-control-allow-headers").as_deref(),
        Some("authorization,traceparent")
    );
    assert_eq!(
        header(&answer, "access-control-allow-methods").as_deref(),
        Some("options,get,head,post")
    );
    assert_eq!(header(&answer, "access-control-max-age"), None);
    let answer = send(preflight(
        "/api/activities/home",
        "http://evil.example",
        "GET",
    ))
    .await;
    assert_eq!(header(&answer, "access-control-allow-origin"), None);

    // Whoever may post is not restricted.
    let reply = format!("/api/activities/{FIRST}/reply");
    for path in ["/api/activities", "/api/messages", reply.as_str()] {
        let origin = "http://anybody.example";
        let answer = send(preflight(path, origin, "POST")).await;
        assert_eq!(
            header(&answer, "access-control-allow-origin").as_deref(),
            Some(origin),
            "{path}"
        );
        let body = json!({ "message": "" });
        let answer = send(cruddur.post(path, &body).header("origin", origin)).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            header(&answer, "access-control-allow-origin").as_deref(),
            Some(origin),
            "{path}"
        );
        assert_eq!(
            header(&answer, "access-control-expose-headers"),
            None,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_failure_happens_as_often_as_asked() {
    let cruddur = Cruddur::start().await;
    let home = || {
        cruddur
            .get("/api/activities/home")
            .header("origin", FRONTEND)
    };
    let fault = |kind: &str| {
        json!({ "target": "backend", "operation": "/api/activities", "kind": kind, "status": 503,
            "code": "busy", "message": "Busy", "times": 1 })
    };

    cruddur.fault(&fault("status")).await;
    assert_eq!(
        send(cruddur.get("/api/message_groups")).await.status(),
        StatusCode::OK
    );
    let preflight = cruddur
        .request(Method::OPTIONS, "/api/activities/home")
        .header("origin", FRONTEND);
    assert_eq!(
        send(preflight).await.status(),
        StatusCode::OK,
        "a preflight is not the request"
    );
    let failed = send(home()).await;
    assert_eq!(failed.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(failed.headers()["access-control-allow-origin"], FRONTEND);
    assert_eq!(send(home()).await.status(), StatusCode::OK);

    cruddur.fault(&fault("error")).await;
    let failed = send(home()).await;
    assert_eq!(failed.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(failed.json::<Value>().await.expect("JSON"), json!(["busy"]));

    cruddur.fault(&fault("drop")).await;
    let dropped = home().send().await;
    assert!(dropped.is_err(), "{dropped:?}");
    assert_eq!(send(home()).await.status(), StatusCode::OK);
}
