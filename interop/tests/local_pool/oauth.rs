//! Managed login, from the URL that the browser is sent to up to the sign-out.

use cognito_user_pool::oauth::{
    Authorize, CallbackError, ExchangeError, IdentityProvider, ManagedLogin, PendingLogin,
};
use cognito_user_pool::operation::{GetTokensFromRefreshToken, GetUser, RevokeToken};
use cognito_user_pool::{ErrorKind, IdClaims, OsRandom};
use cruddur_local::{CLIENT_ID, Options, Stack, USER_POOL_ID};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::support::{Pool, kind};

const BACK: &str = "http://localhost:8080/signin/callback";

struct Browser {
    pool: Pool,
    login: ManagedLogin,
    http: reqwest::Client,
}

impl Browser {
    async fn start() -> Self {
        let options = Options {
            everything: true,
            ..Options::ephemeral()
        };
        let stack = Stack::start(options).await.unwrap();
        let client = interop::client(stack.pool_url(), USER_POOL_ID, CLIENT_ID, 0).unwrap();
        let login = ManagedLogin::new(client.config(), stack.pool_url(), BACK).unwrap();
        Self {
            pool: Pool {
                id: USER_POOL_ID.to_owned(),
                client,
                stack,
            },
            login,
            http: reqwest::Client::builder()
                .redirect(Policy::none())
                .build()
                .unwrap(),
        }
    }

    fn begin(&self, provider: IdentityProvider) -> (String, PendingLogin) {
        let options = Authorize {
            provider,
            ..Authorize::default()
        };
        self.login.authorize(&OsRandom, &options).unwrap()
    }

    /// Where the browser is sent from `url`.
    async fn go(&self, url: &str) -> String {
        let answer = self.http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 302);
        self.absolute(answer.headers()[LOCATION].to_str().unwrap())
    }

    fn absolute(&self, url: &str) -> String {
        match url.starts_with('/') {
            true => format!("{}{url}", self.pool.stack.pool_url()),
            false => url.to_owned(),
        }
    }

    /// Sends a page's form. Where the browser is sent then, and the cookie that it has by then.
    async fn send(&self, page: &str, form: &[(&str, &str)]) -> (String, Option<String>) {
        let body = reqwest::Url::parse_with_params("http://x/", form).unwrap();
        let request = self
            .http
            .post(page)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.query().unwrap().to_owned());
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 302);
        let cookie = answer.headers().get(SET_COOKIE);
        let cookie = cookie.map(|cookie| cookie.to_str().unwrap().to_owned());
        (
            self.absolute(answer.headers()[LOCATION].to_str().unwrap()),
            cookie,
        )
    }
}

const ANDREW: [(&str, &str); 2] = [
    ("username", "andrew@cruddur.test"),
    ("password", "Crud-dur-2026!"),
];

#[tokio::test]
async fn a_password_on_the_pools_page_comes_to_tokens() {
    let browser = Browser::start().await;
    let client = &browser.pool.client;
    let (url, pending) = browser.begin(IdentityProvider::Any);
    let page = browser.go(&url).await;
    let (back, cookie) = browser.send(&page, &ANDREW).await;
    let code = browser.login.callback(&back, &pending).unwrap();
    let tokens = client
        .exchange_code(&browser.login, &code, pending)
        .await
        .unwrap();
    let id = IdClaims::decode(tokens.id_token.as_ref().unwrap()).unwrap();
    assert_eq!(id.email.as_deref(), Some("andrew@cruddur.test"));

    // As good as those of any other sign-in.
    let access_token = &tokens.access_token;
    let user = client.call(&GetUser { access_token }).await.unwrap();
    assert_eq!(user.attribute("name"), Some("Andrew Brown"));
    let refresh_token = tokens.refresh_token.as_ref().unwrap();
    let refresh = GetTokensFromRefreshToken {
        refresh_token,
        device_key: None,
    };
    client.call(&refresh).await.unwrap();

    // The next time the page does not ask.
    let (url, pending) = browser.begin(IdentityProvider::Cognito);
    let request = browser.http.get(&url).header(COOKIE, cookie.unwrap());
    let answer = request.send().await.unwrap();
    let back = answer.headers()[LOCATION].to_str().unwrap();
    browser.login.callback(back, &pending).unwrap();

    client.call(&RevokeToken { refresh_token }).await.unwrap();
    assert_eq!(
        kind(client.call(&refresh).await),
        ErrorKind::RefreshTokenRevoked
    );
    let out = browser.login.logout_url("http://localhost:8080/signin");
    assert_eq!(browser.go(&out).await, "http://localhost:8080/signin");
}

#[tokio::test]
async fn a_provider_comes_to_tokens_or_to_a_refusal() {
    let browser = Browser::start().await;
    let provider = || IdentityProvider::Named("PretendIdP".to_owned());
    let (url, pending) = browser.begin(provider());
    let page = browser.go(&url).await;
    let mut form = vec![
        ("email", "bea@example.com"),
        ("name", "Bea"),
        ("preferred_username", "bea"),
        ("decision", "allow"),
    ];
    let (back, _) = browser.send(&page, &form).await;
    let code = browser.login.callback(&back, &pending).unwrap();
    let exchanged = browser
        .pool
        .client
        .exchange_code(&browser.login, &code, pending);
    let tokens = exchanged.await.unwrap();
    let id = IdClaims::decode(tokens.id_token.as_ref().unwrap()).unwrap();
    assert_eq!(id.identities[0].provider, "PretendIdP");
    assert_eq!(id.name.as_deref(), Some("Bea"));

    let (url, pending) = browser.begin(provider());
    let page = browser.go(&url).await;
    form[3].1 = "deny";
    let (back, _) = browser.send(&page, &form).await;
    match browser.login.callback(&back, &pending) {
        Err(CallbackError::Refused { error, .. }) => assert_eq!(error, "access_denied"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_belongs_to_another_sign_in_is_refused() {
    let browser = Browser::start().await;
    let client = &browser.pool.client;
    let (url, first) = browser.begin(IdentityProvider::Any);
    let page = browser.go(&url).await;
    let (back, _) = browser.send(&page, &ANDREW).await;
    let (_, other) = browser.begin(IdentityProvider::Any);
    // Another state.
    assert_eq!(
        browser.login.callback(&back, &other),
        Err(CallbackError::StateMismatch)
    );
    // Another verifier.
    let code = browser.login.callback(&back, &first).unwrap();
    let refused = ExchangeError::Refused {
        error: "invalid_grant".to_owned(),
    };
    assert_eq!(
        client.exchange_code(&browser.login, &code, other).await,
        Err(refused.clone())
    );
    // The code is used up by that.
    assert_eq!(
        client.exchange_code(&browser.login, &code, first).await,
        Err(refused)
    );
}

#[tokio::test]
async fn a_token_for_another_nonce_is_refused() {
    let browser = Browser::start().await;
    let (url, pending) = browser.begin(IdentityProvider::Any);
    // Somebody has the pool make the code for a nonce of theirs.
    let mut other = reqwest::Url::parse(&url).unwrap();
    let pairs: Vec<(String, String)> = other
        .query_pairs()
        .map(|(name, value)| {
            let value = if name == "nonce" {
                "theirs".into()
            } else {
                value
            };
            (name.into_owned(), value.into_owned())
        })
        .collect();
    other.query_pairs_mut().clear().extend_pairs(pairs);
    let page = browser.go(other.as_str()).await;
    let (back, _) = browser.send(&page, &ANDREW).await;
    let code = browser.login.callback(&back, &pending).unwrap();
    assert_eq!(
        browser
            .pool
            .client
            .exchange_code(&browser.login, &code, pending)
            .await,
        Err(ExchangeError::NonceMismatch)
    );
}
