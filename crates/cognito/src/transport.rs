//! HTTP as the client needs it: one request, one answer.

use alloc::{string::String, vec::Vec};
use core::fmt;
use core::future::Future;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `DELETE`
    Delete,
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Method {
    /// The method's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// One HTTP request.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// An absolute URL, or in a browser one relative to the page.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<Vec<u8>>,
    /// Milliseconds after which to give up with [`TransportError::Timeout`]; `None` waits for as long as the platform.
    pub timeout_ms: Option<u32>,
}

impl fmt::Debug for HttpRequest {
    /// Leaves out headers and body: they hold tokens and codes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// One HTTP answer, of any status.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header names, lower case, and values. In a browser only those that CORS exposes.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The value of a header; `name` is lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    /// Leaves out headers and body: they hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection, a connection that broke, or an answer that CORS hides: a browser does not tell which.
    Network(String),
    /// The request's time was up.
    Timeout,
    /// The request was given up by the caller.
    Aborted,
    /// The request cannot be sent at all, for instance because its URL is malformed.
    InvalidRequest(String),
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(text) => write!(f, "network error: {text}"),
            Self::Timeout => f.write_str("the server took too long to answer"),
            Self::Aborted => f.write_str("the request was given up"),
            Self::InvalidRequest(text) => write!(f, "the request cannot be sent: {text}"),
        }
    }
}

impl core::error::Error for TransportError {}

/// Sends HTTP requests. Dropping the future gives the request up.
pub trait Transport {
    /// Sends `request` once and waits for the whole answer. An answer of any status is `Ok`.
    fn send(
        &self,
        request: HttpRequest,
    ) -> impl Future<Output = Result<HttpResponse, TransportError>>;
}
