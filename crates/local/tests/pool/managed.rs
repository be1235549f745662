//! Managed login: what is refused, and how.

use cruddur_local::Options;
use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::*;

const BACK: &str = "http://localhost:8080/signin/callback";
/// BASE64URL(SHA256(VERIFIER)), of RFC 7636's appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

struct Site {
    pool: Pool,
    http: Client,
}

/// What of an authorization request is to be another than the right one; an empty value leaves it out.
type Changes<'a> = &'a [(&'a str, &'a str)];

impl Site {
    async fn start() -> Self {
        let options = Options {
            everything: true,
            ..Options::ephemeral()
        };
        Self {
            pool: Pool::with(options).await,
            http: Client::builder()
                .redirect(Policy::none())
                .build()
                .expect("a client"),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.pool.stack.pool_url())
    }

    fn query(&self, changes: Changes<'_>) -> String {
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", self.pool.client.as_str()),
            ("redirect_uri", BACK),
            ("scope", "openid email aws.cognito.signin.user.admin"),
            ("state", "s+&tate"),
            ("nonce", "n0nce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        let url = reqwest::Url::parse_with_params("http://x/", &pairs).expect("a URL");
        url.query().unwrap_or_default().to_owned()
    }

    async fn get(&self, path: &str, cookie: Option<&str>) -> Response {
        let mut request = self.http.get(self.url(path));
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        request.send().await.expect("an answer")
    }

    async fn authorize(&self, changes: Changes<'_>, cookie: Option<&str>) -> Response {
        let query = self.query(changes);
        self.get(&format!("/oauth2/authorize?{query}"), cookie)
            .await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body = reqwest::Url::parse_with_params("http://x/", form).expect("a URL");
        self.http
            .post(self.url(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.query().unwrap_or_default().to_owned())
            .send()
            .await
            .expect("an answer")
    }

    /// Signs the seeded person in on the pool's page. Returns the code and the cookie.
    async fn code(&self, changes: Changes<'_>) -> (String, String) {
        let form = [("username", SEED_EMAIL), ("password", SEED_PASSWORD)];
        let query = self.query(changes);
        let answer = self.post(&format!("/login?{query}"), &form).await;
        let cookie = cookie(answer.headers());
        (parameter(&location(&answer), "code"), cookie)
    }

    async fn exchange(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let answer = self.post("/oauth2/token", form).await;
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).expect("JSON"))
    }

    async fn by_code(&self, code: &str, verifier: &str) -> (StatusCode, Value) {
        self.exchange(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.pool.client),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ])
        .await
    }
}

fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), 302, "no redirect");
    answer.headers()[LOCATION]
        .to_str()
        .expect("text")
        .to_owned()
}

fn parameter(url: &str, name: &str) -> String {
    let url = reqwest::Url::parse(url).expect("a URL");
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(known, _)| known == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {url}"))
        .1
        .into_owned()
}

fn cookie(headers: &HeaderMap) -> String {
    let cookie = headers[SET_COOKIE].to_str().expect("text");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    cookie.split(';').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let site = Site::start().await;
    for changes in [
        [("client_id", "nobody")],
        [("client_id", "")],
        [("redirect_uri", "https://evil.test/signin/callback")],
        [("redirect_uri", "http://localhost:8080/signin/callback/")],
        [("redirect_uri", "http://localhost:8080/signin/callback#x")],
        [("redirect_uri", "")],
    ] {
        let answer = site.authorize(&changes, None).await;
        assert_eq!(answer.status(), 400, "{changes:?}");
        assert!(!answer.headers().contains_key(LOCATION), "{changes:?}");
    }
}

#[tokio::test]
async fn what_else_is_wrong_is_told_at_the_clients_address() {
    let site = Site::start().await;
    for (changes, error) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("response_type", "")], "invalid_request"),
        ([("scope", "openid phone")], "invalid_scope"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("code_challenge", "short")], "invalid_request"),
        ([("identity_provider", "Google")], "invalid_request"),
    ] {
        let back = location(&site.authorize(&changes, None).await);
        assert!(back.starts_with(BACK), "{back}");
        assert_eq!(parameter(&back, "error"), error, "{changes:?}");
        assert_eq!(parameter(&back, "state"), "s+&tate");
    }
}

#[tokio::test]
async fn a_code_is_for_one_exchange_by_who_asked_for_it() {
    let site = Site::start().await;
    let (code, _) = site.code(&[]).await;
    let (status, tokens) = site.by_code(&code, VERIFIER).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(tokens["token_type"], "Bearer");
    let id = claims(tokens["id_token"].as_str().expect("an ID token"));
    assert_eq!(id["nonce"], "n0nce");
    assert_eq!(id["aud"], site.pool.client);
    let access = tokens["access_token"].as_str().expect("an access token");
    assert_eq!(
        claims(access)["scope"],
        "openid email aws.cognito.signin.user.admin"
    );
    // Good at the API too.
    let user = site
        .pool
        .call("GetUser", json!({ "AccessToken": access }))
        .await;
    assert_eq!(user.ok()["Username"], id["cognito:username"]);

    let refused = (StatusCode::BAD_REQUEST, json!({ "error": "invalid_grant" }));
    assert_eq!(site.by_code(&code, VERIFIER).await, refused, "used");
    let (code, _) = site.code(&[]).await;
    let other = "x".repeat(43);
    assert_eq!(
        site.by_code(&code, &other).await,
        refused,
        "another verifier"
    );
    assert_eq!(
        site.by_code(&code, VERIFIER).await,
        refused,
        "used up by the wrong one"
    );
    let (code, _) = site.code(&[]).await;
    site.pool.stack.clock().advance_seconds(301);
    assert_eq!(site.by_code(&code, VERIFIER).await, refused, "too late");
    let (code, _) = site
        .code(&[("code_challenge", ""), ("code_challenge_method", "")])
        .await;
    assert_eq!(
        site.by_code(&code, VERIFIER).await,
        refused,
        "a verifier of nothing"
    );
}

#[tokio::test]
async fn scopes_limit_what_a_token_is_good_for() {
    let site = Site::start().await;
    let (code, _) = site.code(&[("scope", "email")]).await;
    let (_, tokens) = site.by_code(&code, VERIFIER).await;
    assert_eq!(tokens.get("id_token"), None, "without openid");
    let access = tokens["access_token"].as_str().expect("an access token");
    site.pool
        .call("GetUser", json!({ "AccessToken": access }))
        .await
        .is("NotAuthorizedException", "Invalid Access Token");
    let info = site
        .http
        .get(site.url("/oauth2/userInfo"))
        .bearer_auth(access);
    assert_eq!(info.send().await.expect("an answer").status(), 401);
}

#[tokio::test]
async fn a_session_is_read_renewed_and_revoked_by_the_other_endpoints() {
    let site = Site::start().await;
    let (code, _) = site.code(&[]).await;
    let (_, tokens) = site.by_code(&code, VERIFIER).await;
    let text = |tokens: &Value, name: &str| tokens[name].as_str().expect("a token").to_owned();
    let refresh = text(&tokens, "refresh_token");
    let client = site.pool.client.as_str();
    let renew = [
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", &refresh),
    ];
    let (status, renewed) = site.exchange(&renew).await;
    assert_eq!(status, 200, "{renewed}");
    assert_eq!(renewed.get("refresh_token"), None, "the old one goes on");
    let access = text(&renewed, "access_token");
    assert_ne!(access, text(&tokens, "access_token"));

    let info = async || {
        let request = site.http.get(site.url("/oauth2/userInfo"));
        request
            .bearer_auth(&access)
            .send()
            .await
            .expect("an answer")
    };
    let answer = info().await;
    assert_eq!(answer.status(), 200);
    let known: Value = answer.json().await.expect("JSON");
    let id = claims(&text(&renewed, "id_token"));
    assert_eq!(known["sub"], id["sub"]);
    assert_eq!(known["username"], id["cognito:username"]);
    assert_eq!(known["email"], SEED_EMAIL);
    // Text, unlike the claim.
    assert_eq!(known["email_verified"], "true");

    let revoke = async |token: &str, client: &str| {
        let form = [("token", token), ("client_id", client)];
        site.post("/oauth2/revoke", &form).await.status()
    };
    assert_eq!(revoke(&refresh, "nobody").await, 400);
    assert_eq!(info().await.status(), 200, "not by somebody else");
    assert_eq!(revoke(&refresh, client).await, 200);
    assert_eq!(info().await.status(), 401);
    let (status, refused) = site.exchange(&renew).await;
    assert_eq!(status, 400);
    assert_eq!(refused["error"], "invalid_grant");
    // Whoever asks twice has what they wanted.
    assert_eq!(revoke(&refresh, client).await, 200);
}

#[tokio::test]
async fn who_is_known_goes_straight_through_until_the_sign_out() {
    let site = Site::start().await;
    let first = location(&site.authorize(&[], None).await);
    assert!(first.starts_with("/login?"), "{first}");
    let (_, cookie) = site.code(&[]).await;
    let again = location(&site.authorize(&[], Some(&cookie)).await);
    assert!(again.starts_with(BACK), "{again}");
    let asked = location(&site.authorize(&[("prompt", "login")], Some(&cookie)).await);
    assert!(asked.starts_with("/login?"), "{asked}");

    let client = &site.pool.client;
    let foreign = format!("/logout?client_id={client}&logout_uri=https://evil.test/");
    assert_eq!(site.get(&foreign, Some(&cookie)).await.status(), 400);
    let url = format!("/logout?client_id={client}&logout_uri=http://localhost:8080/signin");
    let out = site.get(&url, Some(&cookie)).await;
    assert_eq!(location(&out), "http://localhost:8080/signin");
    let after = location(&site.authorize(&[], Some(&cookie)).await);
    assert!(after.starts_with("/login?"), "{after}");
}

#[tokio::test]
async fn the_page_checks_passwords_as_the_api_does() {
    let site = Site::start().await;
    let path = format!("/login?{}", site.query(&[]));
    let page = site.get(&path, None).await;
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        policy.contains("form-action 'self' http://localhost:8080;"),
        "{policy}"
    );
    assert!(!page.text().await.expect("a page").contains("<script"));
    let nasty = "\"><script>alert(1)</script>";
    let answer = site
        .post(&path, &[("username", nasty), ("password", "no")])
        .await;
    assert_eq!(answer.status(), 400);
    let text = answer.text().await.expect("a page");
    assert!(text.contains("Incorrect username or password."), "{text}");
    assert!(!text.contains("<script"), "{text}");
    for _ in 0..6 {
        site.post(&path, &[("username", SEED_EMAIL), ("password", "no")])
            .await;
    }
    let right = [("username", SEED_EMAIL), ("password", SEED_PASSWORD)];
    let locked = site.post(&path, &right).await.text().await.expect("a page");
    assert!(locked.contains("Password attempts exceeded"), "{locked}");
    let flood = "x".repeat(100_000);
    let answer = site.post(&path, &[("username", &flood)]).await;
    assert_eq!(answer.status(), 413);
}

#[tokio::test]
async fn a_pretend_provider_makes_and_keeps_a_user() {
    let site = Site::start().await;
    let query = site.query(&[("identity_provider", "PretendIdP")]);
    let to = location(&site.get(&format!("/oauth2/authorize?{query}"), None).await);
    assert!(to.starts_with("/pretend?"), "{to}");
    let mut form = [
        ("email", "bea@example.com"),
        ("name", "Bea <b>"),
        ("preferred_username", "bea"),
        ("decision", "deny"),
    ];
    let denied = location(&site.post(&to, &form).await);
    assert_eq!(parameter(&denied, "error"), "access_denied");
    form[3].1 = "allow";
    let mut subs = Vec::new();
    for name in ["Bea", "Beatrice"] {
        form[1].1 = name;
        let back = location(&site.post(&to, &form).await);
        let (_, tokens) = site.by_code(&parameter(&back, "code"), VERIFIER).await;
        let id = claims(tokens["id_token"].as_str().expect("an ID token"));
        assert_eq!(id["name"], name);
        assert_eq!(id["identities"][0]["providerName"], "PretendIdP");
        assert_eq!(
            id["cognito:groups"][0],
            format!("{}_PretendIdP", site.pool.id)
        );
        subs.push(id["sub"].clone());
    }
    assert_eq!(subs[0], subs[1], "the same person");
}

#[tokio::test]
async fn a_client_with_a_secret_has_to_show_it() {
    let site = Site::start().await;
    let pool = site.pool.create(
        json!({}),
        json!({
            "GenerateSecret": true,
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": [BACK],
            "SupportedIdentityProviders": ["COGNITO", "PretendIdP"],
        }),
    );
    let site = Site {
        pool: pool.await,
        http: site.http,
    };
    let described = site.pool.call(
        "DescribeUserPoolClient",
        json!({
            "UserPoolId": site.pool.id, "ClientId": site.pool.client,
        }),
    );
    let described = described.await.ok();
    let secret = described["UserPoolClient"]["ClientSecret"]
        .as_str()
        .expect("a secret");
    assert_eq!(described["UserPoolClient"]["CallbackURLs"], json!([BACK]));
    let query = site.query(&[("scope", "openid"), ("identity_provider", "PretendIdP")]);
    let form = [
        ("email", "c@example.com"),
        ("name", "C"),
        ("preferred_username", "c"),
        ("decision", "allow"),
    ];
    let back = location(&site.post(&format!("/pretend?{query}"), &form).await);
    let code = parameter(&back, "code");
    let refused = (
        StatusCode::BAD_REQUEST,
        json!({ "error": "invalid_client" }),
    );
    assert_eq!(site.by_code(&code, VERIFIER).await, refused, "without it");
    let answer = site
        .exchange(&[
            ("grant_type", "authorization_code"),
            ("client_id", &site.pool.client),
            ("client_secret", secret),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ])
        .await;
    assert_eq!(answer.0, 200, "{}", answer.1);
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let pool = Pool::start().await;
    let settings = |name: &str, value: Value| {
        let mut settings = json!({
            "UserPoolId": pool.id, "ClientName": "x",
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": [BACK],
        });
        settings[name] = value;
        settings
    };
    for (name, value) in [
        ("AllowedOAuthFlows", json!(["password"])),
        ("AllowedOAuthFlows", json!([])),
        ("AllowedOAuthScopes", json!(["everything"])),
        ("CallbackURLs", json!(["http://example.com/"])),
        ("CallbackURLs", json!(["https://example.com/#x"])),
        ("DefaultRedirectURI", json!("https://example.com/")),
    ] {
        let answer = pool
            .call("CreateUserPoolClient", settings(name, value))
            .await;
        assert_eq!(answer.error().0, "InvalidParameterException", "{name}");
    }
    pool.call(
        "CreateUserPoolClient",
        settings("DefaultRedirectURI", json!(BACK)),
    )
    .await
    .ok();
}
