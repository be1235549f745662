//! The client: sends operations and runs sign-ins.

use core::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Map, Value};

use crate::config::Config;
use crate::date::parse_http_date;
use crate::error::{Error, ErrorKind};
use crate::operation::{
    AuthFlow, AuthStep, Challenge, ChallengeName, InitiateAuth, Operation, RespondToAuthChallenge,
    Tokens,
};
use crate::platform::{Clock, OsRandom, Random};
use crate::secret::{ChallengeSession, Password};
use crate::srp::{Ephemeral, PrivateKey, SrpError, timestamp};
use crate::transport::{HttpRequest, HttpResponse, Method, Transport};

/// Attempts at one request, the first included.
const ATTEMPTS: u32 = 3;
/// Upper bound of the first pause between attempts; it doubles with each, and the pause is a random part of it ("full
/// jitter").
const BACKOFF_MS: u32 = 400;
/// How long one attempt may take.
const TIMEOUT_MS: u32 = 15_000;

/// A client of one app client of one user pool.
///
/// Generic over its surroundings: how requests are sent, what time it is, where random numbers come from. In a browser,
/// take [`BrowserTransport`](crate::BrowserTransport) and [`BrowserClock`](crate::BrowserClock) (feature `browser`).
#[derive(Debug)]
pub struct Client<T, C, R = OsRandom> {
    config: Config,
    transport: T,
    clock: C,
    random: R,
    /// Milliseconds that the server's clock is ahead of the device's, by the last answer that told.
    server_offset_ms: AtomicI64,
}

/// What a sign-in has come to.
#[derive(Clone, Debug)]
pub enum SignInStep {
    /// Signed in.
    SignedIn(Tokens),
    /// The password is a temporary one and has to be replaced: see [`Client::set_new_password`].
    NewPasswordRequired(NewPasswordRequired),
    /// The pool asks for something that this version cannot answer.
    Unsupported(UnsupportedChallenge),
}

/// `NEW_PASSWORD_REQUIRED`: the user was made by an administrator and signs in for the first time.
#[derive(Clone, Debug, PartialEq)]
pub struct NewPasswordRequired {
    session: Option<ChallengeSession>,
    username: String,
    /// Attributes that have to be given with the new password, without the API's prefix: `name`, `preferred_username`.
    pub required_attributes: Vec<String>,
    /// Attributes that the user has: name and value.
    pub user_attributes: Vec<(String, String)>,
}

/// A challenge that this version cannot answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedChallenge {
    /// Its name in the API, for instance `SMS_MFA`.
    pub name: String,
}

impl<T: Transport, C: Clock> Client<T, C> {
    /// A client with the platform's own random numbers.
    pub fn new(config: Config, transport: T, clock: C) -> Self {
        Self::with_random(config, transport, clock, OsRandom)
    }
}

impl<T: Transport, C: Clock, R: Random> Client<T, C, R> {
    /// A client with random numbers of your own.
    pub fn with_random(config: Config, transport: T, clock: C, random: R) -> Self {
        Self {
            config,
            transport,
            clock,
            random,
            server_offset_ms: AtomicI64::new(0),
        }
    }

    /// The pool and app client.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The clock it was made with.
    pub fn clock(&self) -> &C {
        &self.clock
    }

    /// Milliseconds since 1970-01-01T00:00:00Z by the *service's* clock, as far as its answers told: the device's clock,
    /// corrected.
    pub fn server_now_ms(&self) -> i64 {
        self.clock
            .now_ms()
            .saturating_add(self.server_offset_ms.load(Ordering::Relaxed))
    }

    /// Tells the client how far the service's clock is ahead of the device's, in milliseconds: known from an earlier run.
    pub fn set_server_offset_ms(&self, offset: i64) {
        self.server_offset_ms.store(offset, Ordering::Relaxed);
    }

    /// Milliseconds that the service's clock is ahead of the device's.
    pub fn server_offset_ms(&self) -> i64 {
        self.server_offset_ms.load(Ordering::Relaxed)
    }

    /// Sends an operation and reads its answer.
    ///
    /// Throttled requests are sent again, up to three times in all with a random pause between; after network failures
    /// and failures of the service only operations that may be sent twice are. Anything that the service *decided* (a
    /// wrong password, a code, a limit) is never asked again.
    ///
    /// # Errors
    /// The service's exception, or what kept it from answering.
    pub async fn call<O: Operation>(&self, operation: &O) -> Result<O::Output, Error> {
        let body = serde_json::to_vec(&operation.request(&self.config)).unwrap_or_default();
        let answer = self.send(O::NAME, O::REPEATABLE, body).await?;
        O::response(&answer)
    }

    async fn send(
        &self,
        operation: &str,
        repeatable: bool,
        body: Vec<u8>,
    ) -> Result<Map<String, Value>, Error> {
        let mut attempt = 1;
        loop {
            let answer = self.attempt(operation, body.clone()).await;
            let Err(error) = &answer else {
                return answer;
            };
            let again = match error.kind {
                ErrorKind::TooManyRequests => true,
                _ => repeatable && error.is_transient(),
            };
            if !again || attempt == ATTEMPTS {
                return answer;
            }
            self.clock.sleep(self.pause_ms(attempt)).await;
            attempt += 1;
        }
    }

    /// A random part of an upper bound that doubles with each attempt.
    fn pause_ms(&self, attempt: u32) -> u32 {
        let bound = BACKOFF_MS << (attempt - 1);
        let mut bytes = [0; 4];
        match self.random.fill(&mut bytes) {
            Ok(()) => u32::from_le_bytes(bytes) % bound + 1,
            Err(_) => bound,
        }
    }

    async fn attempt(&self, operation: &str, body: Vec<u8>) -> Result<Map<String, Value>, Error> {
        let request = HttpRequest {
            method: Method::Post,
            url: self.config.endpoint().to_owned(),
            headers: vec![
                (
                    "content-type".to_owned(),
                    "application/x-amz-json-1.1".to_owned(),
                ),
                (
                    "x-amz-target".to_owned(),
                    format!("AWSCognitoIdentityProviderService.{operation}"),
                ),
                ("cache-control".to_owned(), "no-store".to_owned()),
            ],
            body: Some(body),
            timeout_ms: Some(TIMEOUT_MS),
        };
        let sent_at = self.clock.now_ms();
        let response = self.transport.send(request).await?;
        self.learn_server_time(&response, sent_at);
        read_answer(&response)
    }

    /// Compares the answer's `Date` with the device's clock.
    ///
    /// The header counts whole seconds and the answer took a while, so up to a few seconds are noise: the device's clock
    /// is believed when it is about right.
    fn learn_server_time(&self, response: &HttpResponse, sent_at: i64) {
        const NOISE_MS: i64 = 3000;
        let Some(date) = response.header("date").and_then(parse_http_date) else {
            return;
        };
        let received_at = self.clock.now_ms();
        // The device's clock may have been set between the two readings.
        let device = sent_at.min(received_at) / 2 + sent_at.max(received_at) / 2;
        let offset = date.saturating_sub(device);
        let offset = if offset.abs() <= NOISE_MS { 0 } else { offset };
        self.server_offset_ms.store(offset, Ordering::Relaxed);
    }

    /// Makes the key pair of a sign-in ahead of time, see [`sign_in`](Self::sign_in).
    ///
    /// # Errors
    /// [`SrpError::NoRandomness`].
    pub fn prepare_sign_in(&self) -> Result<Ephemeral, SrpError> {
        Ephemeral::generate(&self.random)
    }

    /// Signs in with a password that never leaves the device: `USER_SRP_AUTH`, then `PASSWORD_VERIFIER`.
    ///
    /// `username` is the user name or an alias of it (an e-mail address, in pools that take one). `prepared` comes from
    /// [`prepare_sign_in`](Self::prepare_sign_in) if there was time for it; a fresh one is made otherwise.
    ///
    /// # Errors
    /// [`ErrorKind::WrongCredentials`], [`ErrorKind::UserNotConfirmed`], [`ErrorKind::PasswordResetRequired`],
    /// [`ErrorKind::PasswordAttemptsExceeded`], [`ErrorKind::UserDisabled`] and others.
    pub async fn sign_in(
        &self,
        username: &str,
        password: &Password,
        prepared: Option<Ephemeral>,
    ) -> Result<SignInStep, Error> {
        let ephemeral = match prepared {
            Some(ephemeral) => ephemeral,
            None => self.prepare_sign_in()?,
        };
        let srp_a = ephemeral.public_hex();
        let flow = AuthFlow::UserSrp {
            username,
            srp_a: &srp_a,
        };
        match self
            .call(&InitiateAuth {
                flow,
                device_key: None,
            })
            .await?
        {
            AuthStep::Challenge(challenge) if challenge.name == ChallengeName::PasswordVerifier => {
                self.prove_password(&challenge, password, &ephemeral).await
            }
            step => self.next_step(username, step),
        }
    }

    /// Signs in by sending the password to the pool: `USER_PASSWORD_AUTH`.
    ///
    /// Only for pools that need it, such as those with a user migration trigger; [`sign_in`](Self::sign_in) otherwise.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in), and [`ErrorKind::FlowNotEnabled`].
    pub async fn sign_in_with_plain_password(
        &self,
        username: &str,
        password: &Password,
    ) -> Result<SignInStep, Error> {
        let flow = AuthFlow::UserPassword { username, password };
        let step = self
            .call(&InitiateAuth {
                flow,
                device_key: None,
            })
            .await?;
        self.next_step(username, step)
    }

    async fn prove_password(
        &self,
        challenge: &Challenge,
        password: &Password,
        ephemeral: &Ephemeral,
    ) -> Result<SignInStep, Error> {
        // Not what the person typed: proof and answer are in the pool's own name for the user.
        let user_id = challenge.required("USER_ID_FOR_SRP")?;
        let secret_block = challenge.required("SECRET_BLOCK")?;
        let pool = self.config.pool_name();
        let private_key = PrivateKey::of_user(
            pool,
            user_id,
            password.expose(),
            challenge.required("SALT")?,
        )?;
        let key = ephemeral.session_key(challenge.required("SRP_B")?, &private_key)?;
        let timestamp = timestamp(self.server_now_ms());
        let signature = key.sign(pool, user_id, secret_block, &timestamp)?;
        let step = self
            .call(&RespondToAuthChallenge {
                challenge: ChallengeName::PasswordVerifier,
                session: challenge.session.as_ref(),
                responses: &[
                    ("USERNAME", user_id),
                    ("PASSWORD_CLAIM_SECRET_BLOCK", secret_block),
                    ("PASSWORD_CLAIM_SIGNATURE", &signature),
                    ("TIMESTAMP", &timestamp),
                ],
            })
            .await?;
        self.next_step(user_id, step)
    }

    /// Answers `NEW_PASSWORD_REQUIRED`. `attributes` (name and value) have to cover the challenge's
    /// [`required_attributes`](NewPasswordRequired::required_attributes).
    ///
    /// # Errors
    /// [`ErrorKind::PasswordPolicy`], [`ErrorKind::AttributeRejected`], [`ErrorKind::ChallengeSessionExpired`] and others.
    pub async fn set_new_password(
        &self,
        challenge: &NewPasswordRequired,
        new_password: &Password,
        attributes: &[(String, String)],
    ) -> Result<SignInStep, Error> {
        let names: Vec<String> = attributes
            .iter()
            .map(|(name, _)| format!("userAttributes.{name}"))
            .collect();
        let mut responses = vec![
            ("USERNAME", challenge.username.as_str()),
            ("NEW_PASSWORD", new_password.expose()),
        ];
        for (name, (_, value)) in names.iter().zip(attributes) {
            responses.push((name, value));
        }
        let step = self
            .call(&RespondToAuthChallenge {
                challenge: ChallengeName::NewPasswordRequired,
                session: challenge.session.as_ref(),
                responses: &responses,
            })
            .await?;
        self.next_step(&challenge.username, step)
    }

    /// Gives a challenge its type. To support another one, add its variant here and a method that answers it.
    fn next_step(&self, username: &str, step: AuthStep) -> Result<SignInStep, Error> {
        let challenge = match step {
            AuthStep::Tokens(tokens) => return Ok(SignInStep::SignedIn(tokens)),
            AuthStep::Challenge(challenge) => challenge,
        };
        Ok(match &challenge.name {
            ChallengeName::NewPasswordRequired => {
                SignInStep::NewPasswordRequired(NewPasswordRequired::read(username, &challenge))
            }
            name => SignInStep::Unsupported(UnsupportedChallenge {
                name: name.as_str().to_owned(),
            }),
        })
    }
}

impl NewPasswordRequired {
    fn read(username: &str, challenge: &Challenge) -> Self {
        let json = |name| {
            challenge
                .parameter(name)
                .and_then(|text| serde_json::from_str::<Value>(text).ok())
        };
        let required_attributes = match json("requiredAttributes") {
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| name.strip_prefix("userAttributes.").unwrap_or(name))
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        let user_attributes = match json("userAttributes") {
            Some(Value::Object(attributes)) => attributes
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
            _ => Vec::new(),
        };
        Self {
            session: challenge.session.clone(),
            username: challenge
                .parameter("USER_ID_FOR_SRP")
                .unwrap_or(username)
                .to_owned(),
            required_attributes,
            user_attributes,
        }
    }
}

/// Reads an answer: a JSON object or an empty body for success, an exception otherwise.
fn read_answer(response: &HttpResponse) -> Result<Map<String, Value>, Error> {
    let json = match serde_json::from_slice(&response.body) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    };
    if (200..300).contains(&response.status) {
        return match json {
            Some(map) => Ok(map),
            None if response.body.iter().all(u8::is_ascii_whitespace) => Ok(Map::new()),
            None => Err(Error::invalid_response("the answer is not a JSON object")),
        };
    }
    let member = |names: [&str; 2]| {
        let map = json.as_ref()?;
        names.iter().find_map(|name| map.get(*name)?.as_str())
    };
    let code = response
        .header("x-amzn-errortype")
        .or_else(|| member(["__type", "code"]))
        .unwrap_or_default();
    // "prefix#NotAuthorizedException:http://…" comes to "NotAuthorizedException".
    let code = code.split([',', ':']).next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default().trim();
    let message = member(["message", "Message"])
        .map(str::to_owned)
        .unwrap_or_else(|| format!("the service answered with status {}", response.status));
    Err(Error::from_service(response.status, code, &message))
}
