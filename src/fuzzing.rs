//! What the fuzzers (`fuzz/`) reach of what is nobody else's to call. It is there by `--cfg fuzzing` alone.

use crate::backend::fuzzing;

/// What the backend sends with a refusal, or as the answer to whatever was asked.
pub fn answer(status: u16, body: &[u8]) {
    fuzzing::refusal(status, body);
    if let Ok(json) = serde_json::from_slice(body) {
        fuzzing::answer(&json);
    }
}

/// A date as the backend writes them.
pub fn date(text: &str) {
    fuzzing::date(text);
}
