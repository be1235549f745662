//! The client: sends operations and runs sign-ins.

use alloc::{borrow::ToOwned, format, string::String, vec, vec::Vec};
use core::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Map, Value};

use crate::config::Config;
use crate::date::parse_http_date;
use crate::error::{Error, ErrorKind};
use crate::json::object_of;
use crate::operation::Operation;
use crate::platform::{Clock, OsRandom, Random};
use crate::srp::{Ephemeral, SrpError};
use crate::transport::{HttpRequest, HttpResponse, Method, Transport, TransportError};

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
        let request = operation.request(&self.config);
        let answer = self.exchange(O::NAME, O::REPEATABLE, request).await?;
        O::response(&answer)
    }

    /// Sends the request of the operation of that name, again where that is safe and can help.
    pub(crate) async fn exchange(
        &self,
        operation: &'static str,
        repeatable: bool,
        request: Map<String, Value>,
    ) -> Result<Map<String, Value>, Error> {
        let body = serde_json::to_vec(&request).unwrap_or_default();
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
        let response = self.send_once(request).await?;
        read_answer(&response)
    }

    /// Sends one request, and learns the time from its answer.
    pub(crate) async fn send_once(
        &self,
        request: HttpRequest,
    ) -> Result<HttpResponse, TransportError> {
        let sent_at = self.clock.now_ms();
        let response = self.transport.send(request).await?;
        self.learn_server_time(&response, sent_at);
        Ok(response)
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

    #[cfg(feature = "devices")]
    pub(crate) fn random(&self) -> &R {
        &self.random
    }

    /// Makes the key pair of a sign-in ahead of time, see [`SignIn::prepared`](crate::SignIn::prepared).
    ///
    /// # Errors
    /// [`SrpError::NoRandomness`].
    pub fn prepare_sign_in(&self) -> Result<Ephemeral, SrpError> {
        Ephemeral::generate(&self.random)
    }

    /// As [`prepare_sign_in`](Self::prepare_sign_in), with pauses ([`Clock::pause`]) in between: a page does it while its
    /// user may already be typing.
    ///
    /// # Errors
    /// [`SrpError::NoRandomness`].
    pub async fn prepare_sign_in_in_steps(&self) -> Result<Ephemeral, SrpError> {
        let pause = async || self.clock.pause().await;
        Ephemeral::generate_in_steps(&self.random, pause).await
    }
}

/// Reads an answer: a JSON object or an empty body for success, an exception otherwise.
fn read_answer(response: &HttpResponse) -> Result<Map<String, Value>, Error> {
    let json = object_of(&response.body);
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
