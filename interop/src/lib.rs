//! Our client over real HTTP against real pools, and AWS's own JavaScript clients against the local one: see `tests/`.
//! `cargo xtask test interop` installs what the tests with other people's programs need.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognito_user_pool::{
    Client, Clock, Config, ConfigError, HttpRequest, HttpResponse, Method, Transport,
    TransportError,
};

/// HTTP by `reqwest`.
#[derive(Clone, Debug, Default)]
pub struct Http(reqwest::Client);

impl Transport for Http {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Delete => reqwest::Method::DELETE,
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let mut builder = self.0.request(method, &request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(ms) = request.timeout_ms {
            builder = builder.timeout(Duration::from_millis(ms.into()));
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let failed = |error: reqwest::Error| match error.is_timeout() {
            true => TransportError::Timeout,
            false => TransportError::Network(error.to_string()),
        };
        let response = builder.send().await.map_err(failed)?;
        let headers = response.headers().iter();
        let headers = headers
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect();
        Ok(HttpResponse {
            status: response.status().as_u16(),
            headers,
            body: response.bytes().await.map_err(failed)?.to_vec(),
        })
    }
}

/// The system's clock, moved by some milliseconds, and Tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SkewedClock {
    /// How far this device's clock is ahead, in milliseconds.
    pub ahead_ms: i64,
}

impl Clock for SkewedClock {
    fn now_ms(&self) -> i64 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        elapsed.map_or(0, |elapsed| elapsed.as_millis() as i64) + self.ahead_ms
    }

    async fn sleep(&self, ms: u32) {
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
    }
}

/// A client of the pool at `endpoint`, on a device whose clock is `ahead_ms` milliseconds ahead.
///
/// # Errors
/// When the ids or the endpoint are malformed.
pub fn client(
    endpoint: &str,
    user_pool_id: &str,
    client_id: &str,
    ahead_ms: i64,
) -> Result<Client<Http, SkewedClock>, ConfigError> {
    let config = Config::new(user_pool_id, client_id)?.with_endpoint(endpoint)?;
    Ok(Client::new(
        config,
        Http::default(),
        SkewedClock { ahead_ms },
    ))
}
