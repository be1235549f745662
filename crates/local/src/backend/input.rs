//! What a request brings along, and the rules it has to keep.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::answer::Refusal;
use super::store::Ttl;

/// The longest crud, in Unicode code points.
const CRUD_MAX: usize = 280;
/// The longest reply and the longest direct message, in Unicode code points.
const TEXT_MAX: usize = 1024;

/// A JSON object sent as the body.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// # Errors
    /// [`Refusal::NotJson`] when the content type is not JSON or the body is not one JSON object.
    pub fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Refusal> {
        if !is_json(headers) {
            return Err(Refusal::NotJson);
        }
        serde_json::from_slice(body)
            .map(Self)
            .map_err(|_| Refusal::NotJson)
    }

    /// The text of a crud.
    ///
    /// # Errors
    /// `message_blank` or `message_exceed_max_chars`.
    pub fn crud(&self) -> Result<String, Refusal> {
        self.message(CRUD_MAX)
    }

    /// The text of a reply or a direct message.
    ///
    /// # Errors
    /// `message_blank` or `message_exceed_max_chars`.
    pub fn text(&self) -> Result<String, Refusal> {
        self.message(TEXT_MAX)
    }

    /// How long a crud is to live.
    ///
    /// # Errors
    /// `ttl_blank`, also for a value that the form does not offer.
    pub fn ttl(&self) -> Result<Ttl, Refusal> {
        let value = self.string("ttl").ok_or(Refusal::Invalid("ttl_blank"))?;
        Ttl::parse(value).ok_or(Refusal::Invalid("ttl_blank"))
    }

    /// Whom a direct message is for.
    ///
    /// # Errors
    /// `user_reciever_handle_blank`, spelt as the API has it.
    pub fn receiver(&self) -> Result<String, Refusal> {
        self.string("user_receiver_handle")
            .map(str::to_owned)
            .ok_or(Refusal::Invalid("user_reciever_handle_blank"))
    }

    /// A field that may be absent; one that is empty or of another type is.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.string(name)
    }

    fn message(&self, max: usize) -> Result<String, Refusal> {
        let message = self
            .string("message")
            .ok_or(Refusal::Invalid("message_blank"))?;
        if message.chars().count() > max {
            return Err(Refusal::Invalid("message_exceed_max_chars"));
        }
        Ok(message.to_owned())
    }

    /// A field that holds text; one that is absent, empty or of another type holds none.
    fn string(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|value| !value.is_empty())
    }
}

/// The search term.
///
/// # Errors
/// `search_term_blank`.
pub(super) fn search_term(query: Vec<(String, String)>) -> Result<String, Refusal> {
    query
        .into_iter()
        .find(|(name, _)| name == "term")
        .map(|(_, term)| term.trim().to_owned())
        .filter(|term| !term.is_empty())
        .ok_or(Refusal::Invalid("search_term_blank"))
}

/// `application/json`, or any `application/…+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(kind)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}
