//! Managed login: signing in on the pool's own pages or with a social provider, by OAuth 2.0 authorization code with
//! PKCE ([RFC 6749](https://www.rfc-editor.org/rfc/rfc6749), [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)) and
//! OpenID Connect's nonce.
//!
//! 1. [`ManagedLogin::authorize`] makes the URL to send the browser to, and a [`PendingLogin`] to keep meanwhile:
//!    [`PendingLogin::save`] for the page's sessionStorage.
//! 2. The browser comes back to the redirect URI; [`ManagedLogin::callback`] reads the code and checks the state.
//! 3. [`Client::exchange_code`] gets tokens for the code and checks the ID token's nonce.
//!
//! ```
//! use cognito_user_pool::oauth::{Authorize, ManagedLogin, PendingLogin};
//! use cognito_user_pool::{Config, OsRandom};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new("us-east-1_AbCdEfGhI", "1h57kf5cpq17m0eml12EXAMPLE")?;
//! let domain = "https://example.auth.us-east-1.amazoncognito.com";
//! let login = ManagedLogin::new(&config, domain, "https://example.com/signed-in")?;
//! let (url, pending) = login.authorize(&OsRandom, &Authorize::default())?;
//! let kept = pending.save(); // to sessionStorage; then send the browser to `url`
//! # let (state, _) = url.split_once("&state=").unwrap().1.split_once('&').unwrap();
//! # let back = format!("https://example.com/signed-in?code=abc&state={state}");
//! // The browser is back at `back`:
//! let pending = PendingLogin::load(&kept).ok_or("no sign-in was begun here")?;
//! let code = login.callback(&back, &pending)?;
//! // let tokens = client.exchange_code(&login, &code, pending).await?;
//! # Ok(())
//! # }
//! # example().unwrap();
//! ```
//!
//! The tokens are as good as those of any other sign-in: [`GetTokensFromRefreshToken`] renews them, [`RevokeToken`] ends
//! the session, [`ManagedLogin::logout_url`] that of the pool's pages.
//!
//! [`GetTokensFromRefreshToken`]: crate::operation::GetTokensFromRefreshToken
//! [`RevokeToken`]: crate::operation::RevokeToken

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::claims::Claims;
use crate::client::Client;
use crate::config::{Config, is_web_url};
use crate::json::object_of;
use crate::operation::Tokens;
use crate::percent::push_encoded;
use crate::platform::{Clock, Random, RandomError};
use crate::secret::IdToken;
use crate::srp::sha256;
use crate::transport::{HttpRequest, HttpResponse, Method, Transport, TransportError};

/// How long the exchange of a code may take.
const TIMEOUT_MS: u32 = 15_000;

/// A pool's managed login: its domain and the page that it comes back to.
#[derive(Clone, Debug)]
pub struct ManagedLogin {
    config: Config,
    domain: String,
    redirect_uri: String,
    scopes: Vec<String>,
}

/// A URL is not an `http:` or `https:` one, or has a part that it must not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MalformedUrl {
    /// The domain.
    Domain,
    /// The redirect URI. Custom schemes are for native programs and allowed; a fragment is not (RFC 6749, 3.1.2).
    RedirectUri,
}

impl fmt::Display for MalformedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "the domain has to be an http: or https: URL without a query",
            Self::RedirectUri => "the redirect URI has to be an absolute URL without a fragment",
        })
    }
}

impl core::error::Error for MalformedUrl {}

/// Where to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IdentityProvider {
    /// The pool's own page, which offers all there are.
    #[default]
    Any,
    /// `COGNITO`: the pool's own users.
    Cognito,
    /// `Google`
    Google,
    /// `Facebook`
    Facebook,
    /// `LoginWithAmazon`
    Amazon,
    /// `SignInWithApple`
    Apple,
    /// A SAML or OpenID Connect provider, by the name that it has in the pool.
    Named(String),
    /// A SAML or OpenID Connect provider, by one of its identifiers (`idp_identifier`), for instance an e-mail domain.
    Identifier(String),
}

/// What the authorize endpoint is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorize {
    /// Where to sign in.
    pub provider: IdentityProvider,
    /// `login_hint`: the user name to begin with.
    pub login_hint: Option<String>,
    /// `lang`: the language of the pool's pages, for instance `de`.
    pub language: Option<String>,
    /// `prompt`: for instance `login`, to be asked for the password again.
    pub prompt: Option<String>,
}

/// What a sign-in that was begun has to be finished with. Good for one.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingLogin {
    state: Zeroizing<String>,
    nonce: Zeroizing<String>,
    verifier: Zeroizing<String>,
    /// The application's own note for afterwards, such as the page to go on to. It goes to nobody else.
    pub note: String,
}

/// An authorization code, good for one exchange.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationCode(Zeroizing<String>);

/// Why a URL gives no code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The URL is not the redirect URI, or has neither code nor error: nothing to do here.
    NotACallback,
    /// The state is not the one that was sent: somebody else began this sign-in, or it is an old one.
    StateMismatch,
    /// A parameter is there twice, or is not well encoded.
    Malformed,
    /// There is no code.
    CodeMissing,
    /// The pool, or the provider, refused.
    Refused {
        /// OAuth's `error`, for instance `access_denied`.
        error: String,
        /// `error_description`, in English.
        description: Option<String>,
    },
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotACallback => f.write_str("this is not the end of a sign-in"),
            Self::StateMismatch => f.write_str("the sign-in was not begun here"),
            Self::Malformed => f.write_str("the parameters are malformed"),
            Self::CodeMissing => f.write_str("there is no authorization code"),
            Self::Refused { error, description } => {
                write!(
                    f,
                    "{error}: {}",
                    description.as_deref().unwrap_or("refused")
                )
            }
        }
    }
}

impl core::error::Error for CallbackError {}

/// Why a code gives no tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The pool refused, for instance with `invalid_grant`: the code is used, too old or not for this verifier.
    Refused {
        /// OAuth's `error`.
        error: String,
    },
    /// The pool failed.
    Status(u16),
    /// The answer is not what OAuth says.
    InvalidResponse,
    /// There is no ID token, although `openid` was asked for.
    IdTokenMissing,
    /// The ID token is no ID token.
    IdTokenMalformed,
    /// The ID token is for another sign-in.
    NonceMismatch,
    /// The ID token is for another app client.
    AudienceMismatch,
    /// The ID token is from another pool.
    IssuerMismatch,
    /// There was no answer.
    Transport(TransportError),
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { error } => write!(f, "the pool refused the code: {error}"),
            Self::Status(status) => write!(f, "the pool answered with status {status}"),
            Self::InvalidResponse => f.write_str("the answer is not one of a token endpoint"),
            Self::IdTokenMissing => f.write_str("the answer has no ID token"),
            Self::IdTokenMalformed => f.write_str("the ID token is malformed"),
            Self::NonceMismatch => f.write_str("the ID token is for another sign-in"),
            Self::AudienceMismatch => f.write_str("the ID token is for another app client"),
            Self::IssuerMismatch => f.write_str("the ID token is from another pool"),
            Self::Transport(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for ExchangeError {}

impl From<TransportError> for ExchangeError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl ManagedLogin {
    /// The managed login at `domain` (a pool's own, `https://<prefix>.auth.<region>.amazoncognito.com`, or a custom one)
    /// that comes back to `redirect_uri`, one of the app client's callback URLs. Asks for the scopes `openid`, `email`,
    /// `profile` and `aws.cognito.signin.user.admin`.
    pub fn new(config: &Config, domain: &str, redirect_uri: &str) -> Result<Self, MalformedUrl> {
        let domain = domain.trim_end_matches('/');
        if !is_web_url(domain) {
            return Err(MalformedUrl::Domain);
        }
        let absolute = redirect_uri.split_once(':').is_some_and(|(scheme, rest)| {
            let mut letters = scheme.bytes();
            letters
                .next()
                .is_some_and(|first| first.is_ascii_alphabetic())
                && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                && !rest.is_empty()
        });
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '#';
        if !absolute || redirect_uri.contains(odd) {
            return Err(MalformedUrl::RedirectUri);
        }
        let scopes = [
            "openid",
            "email",
            "profile",
            "aws.cognito.signin.user.admin",
        ];
        Ok(Self {
            config: config.clone(),
            domain: domain.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            scopes: scopes.map(str::to_owned).into(),
        })
    }

    /// Asks for other scopes. Without `openid` there is no ID token, and no nonce to be checked.
    #[must_use]
    pub fn with_scopes(mut self, scopes: &[&str]) -> Self {
        self.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self
    }

    /// The URL that signs in, and what has to be kept until the browser is back.
    ///
    /// # Errors
    /// When the platform gives no random numbers.
    pub fn authorize(
        &self,
        random: &impl Random,
        options: &Authorize,
    ) -> Result<(String, PendingLogin), RandomError> {
        let pending = PendingLogin {
            state: draw(random)?,
            nonce: draw(random)?,
            verifier: draw(random)?,
            note: String::new(),
        };
        let challenge = Base64UrlUnpadded::encode_string(&sha256(&[pending.verifier.as_bytes()]));
        let scope = self.scopes.join(" ");
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", self.config.client_id()),
            ("redirect_uri", &self.redirect_uri),
            ("scope", &scope),
            ("state", &pending.state),
            ("nonce", &pending.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        use IdentityProvider as Provider;
        match &options.provider {
            Provider::Any => {}
            Provider::Cognito => query.push(("identity_provider", "COGNITO")),
            Provider::Google => query.push(("identity_provider", "Google")),
            Provider::Facebook => query.push(("identity_provider", "Facebook")),
            Provider::Amazon => query.push(("identity_provider", "LoginWithAmazon")),
            Provider::Apple => query.push(("identity_provider", "SignInWithApple")),
            Provider::Named(name) => query.push(("identity_provider", name)),
            Provider::Identifier(identifier) => query.push(("idp_identifier", identifier)),
        }
        for (name, value) in [
            ("login_hint", &options.login_hint),
            ("lang", &options.language),
            ("prompt", &options.prompt),
        ] {
            query.extend(value.as_deref().map(|value| (name, value)));
        }
        let url = format!("{}/oauth2/authorize?{}", self.domain, encode_form(&query));
        Ok((url, pending))
    }

    /// Whether `url` is one that the pool came back to, so that [`callback`](Self::callback) has something to read.
    pub fn is_callback(&self, url: &str) -> bool {
        !matches!(self.parameters(url), Err(CallbackError::NotACallback))
    }

    /// Reads the code off the URL that the browser came back to. Whatever it says, the sign-in is over: `pending` has to
    /// be removed from where it was kept.
    ///
    /// # Errors
    /// When the URL is not the end of this very sign-in, or it was refused.
    pub fn callback(
        &self,
        url: &str,
        pending: &PendingLogin,
    ) -> Result<AuthorizationCode, CallbackError> {
        let Parameters {
            code,
            state,
            error,
            description,
        } = self.parameters(url)?;
        // Before all else: what comes with a wrong state is not for this page, be it a code or a refusal.
        if state.as_deref() != Some(pending.state.as_str()) {
            return Err(CallbackError::StateMismatch);
        }
        if let Some(error) = error {
            return Err(CallbackError::Refused { error, description });
        }
        code.filter(|code| !code.is_empty())
            .map(|code| AuthorizationCode(Zeroizing::new(code)))
            .ok_or(CallbackError::CodeMissing)
    }

    fn parameters(&self, url: &str) -> Result<Parameters, CallbackError> {
        let url = url.split('#').next().unwrap_or_default();
        // The redirect URI can have a query of its own.
        let query = url
            .strip_prefix(self.redirect_uri.as_str())
            .and_then(|rest| {
                let start = match self.redirect_uri.contains('?') {
                    true => '&',
                    false => '?',
                };
                rest.strip_prefix(start)
            })
            .ok_or(CallbackError::NotACallback)?;
        let mut parameters = Parameters::default();
        let mut any = false;
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match name {
                "code" => &mut parameters.code,
                "state" => &mut parameters.state,
                "error" => &mut parameters.error,
                "error_description" => &mut parameters.description,
                _ => continue,
            };
            any |= matches!(name, "code" | "error");
            if slot.is_some() {
                return Err(CallbackError::Malformed);
            }
            *slot = Some(decode(value).ok_or(CallbackError::Malformed)?);
        }
        if !any && parameters.state.is_none() {
            return Err(CallbackError::NotACallback);
        }
        Ok(parameters)
    }

    /// The request that gets tokens for a code. [`Client::exchange_code`] sends it.
    pub fn token_request(&self, code: &AuthorizationCode, pending: &PendingLogin) -> HttpRequest {
        let body = encode_form(&[
            ("grant_type", "authorization_code"),
            ("client_id", self.config.client_id()),
            ("code", &code.0),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &pending.verifier),
        ]);
        let mut headers = vec![(
            "content-type".to_owned(),
            "application/x-www-form-urlencoded".to_owned(),
        )];
        if let Some(secret) = self.config.client_secret() {
            let credentials = format!("{}:{secret}", self.config.client_id());
            let credentials = Base64::encode_string(credentials.as_bytes());
            headers.push(("authorization".to_owned(), format!("Basic {credentials}")));
        }
        HttpRequest {
            method: Method::Post,
            url: format!("{}/oauth2/token", self.domain),
            headers,
            body: Some(body.into_bytes()),
            timeout_ms: Some(TIMEOUT_MS),
        }
    }

    /// Reads the token endpoint's answer and checks the ID token: nonce, app client and pool. Its signature is not
    /// verified: it came from the pool itself, over TLS (OpenID Connect Core, 3.1.3.7).
    ///
    /// # Errors
    /// When the pool refused, or the tokens are not those of this sign-in.
    pub fn read_tokens(
        &self,
        response: &HttpResponse,
        pending: &PendingLogin,
    ) -> Result<Tokens, ExchangeError> {
        let body = match object_of(&response.body) {
            Some(body) => body,
            None if response.status == 200 => return Err(ExchangeError::InvalidResponse),
            None => Map::new(),
        };
        if let Some(error) = body.get("error").and_then(Value::as_str) {
            let error = error.to_owned();
            return Err(ExchangeError::Refused { error });
        }
        if response.status != 200 {
            return Err(ExchangeError::Status(response.status));
        }
        let bearer = body.get("token_type").and_then(Value::as_str);
        if !bearer.is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer")) {
            return Err(ExchangeError::InvalidResponse);
        }
        let tokens = tokens(&body).ok_or(ExchangeError::InvalidResponse)?;
        match &tokens.id_token {
            Some(token) => self.check_id_token(token, pending)?,
            None if self.scopes.iter().any(|scope| scope == "openid") => {
                return Err(ExchangeError::IdTokenMissing);
            }
            None => {}
        }
        Ok(tokens)
    }

    fn check_id_token(&self, token: &IdToken, pending: &PendingLogin) -> Result<(), ExchangeError> {
        let claims = Claims::of_id_token(token).ok_or(ExchangeError::IdTokenMalformed)?;
        if claims.text("token_use").is_some_and(|kind| kind != "id") {
            return Err(ExchangeError::IdTokenMalformed);
        }
        if claims.text("nonce") != Some(pending.nonce.as_str()) {
            return Err(ExchangeError::NonceMismatch);
        }
        if claims.text("aud") != Some(self.config.client_id()) {
            return Err(ExchangeError::AudienceMismatch);
        }
        let issuer = claims.text("iss").unwrap_or_default();
        if !self.config.is_issuer(issuer) {
            return Err(ExchangeError::IssuerMismatch);
        }
        Ok(())
    }

    /// The URL that signs out of the pool's pages and comes back to `sign_out_uri`, one of the app client's sign-out URLs.
    /// The tokens stay valid: revoke them first.
    pub fn logout_url(&self, sign_out_uri: &str) -> String {
        let query = encode_form(&[
            ("client_id", self.config.client_id()),
            ("logout_uri", sign_out_uri),
        ]);
        format!("{}/logout?{query}", self.domain)
    }
}

#[derive(Default)]
struct Parameters {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    description: Option<String>,
}

fn tokens(body: &Map<String, Value>) -> Option<Tokens> {
    // The same members as `AuthenticationResult`, under OAuth's names.
    let mut result = Map::new();
    for (oauth, api) in [
        ("access_token", "AccessToken"),
        ("id_token", "IdToken"),
        ("refresh_token", "RefreshToken"),
        ("expires_in", "ExpiresIn"),
    ] {
        if let Some(value) = body.get(oauth) {
            result.insert(api.to_owned(), value.clone());
        }
    }
    Tokens::read("/oauth2/token", &result).ok()
}

impl PendingLogin {
    /// The text to keep in the page's sessionStorage until the browser is back. It holds the code's verifier: whoever has
    /// it and the code has the tokens.
    pub fn save(&self) -> String {
        json!({ "state": *self.state, "nonce": *self.nonce, "verifier": *self.verifier,
            "note": self.note })
        .to_string()
    }

    /// What [`save`](Self::save) wrote; `None` for anything else.
    pub fn load(text: &str) -> Option<Self> {
        let value = object_of(text.as_bytes())?;
        let get = |member: &str| Some(value.get(member)?.as_str()?.to_owned());
        // An empty one would compare equal to an empty parameter.
        let drawn = |member| {
            let text = get(member)?;
            (text.len() == DRAWN_LENGTH).then(|| Zeroizing::new(text))
        };
        Some(Self {
            state: drawn("state")?,
            nonce: drawn("nonce")?,
            verifier: drawn("verifier")?,
            note: get("note")?,
        })
    }
}

impl fmt::Debug for PendingLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin").finish_non_exhaustive()
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationCode(…)")
    }
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// Gets tokens for a code, once: a code is good for one exchange, and `pending` for one sign-in.
    ///
    /// # Errors
    /// See [`ManagedLogin::read_tokens`].
    pub async fn exchange_code(
        &self,
        login: &ManagedLogin,
        code: &AuthorizationCode,
        pending: PendingLogin,
    ) -> Result<Tokens, ExchangeError> {
        let response = self.send_once(login.token_request(code, &pending)).await?;
        login.read_tokens(&response, &pending)
    }
}

/// Characters of 32 bytes in base64url.
const DRAWN_LENGTH: usize = 43;

/// 256 random bits in base64url: RFC 7636's recommendation for a verifier (section 4.1).
fn draw(random: &impl Random) -> Result<Zeroizing<String>, RandomError> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    random.fill(bytes.as_mut_slice())?;
    let text = Base64UrlUnpadded::encode_string(bytes.as_slice());
    Ok(Zeroizing::new(text))
}

/// `name=value&…`, percent-encoded.
fn encode_form(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        push_encoded(&mut text, value);
    }
    text
}

/// Undoes `application/x-www-form-urlencoded`; `None` if it is none.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                (high * 16 + low) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
