//! JSON, read and put together in one place: each more use of `serde_json`'s generic functions is another copy of them in a
//! WASM module.

use alloc::borrow::ToOwned;
use alloc::string::String;
#[cfg(feature = "mfa")]
use alloc::vec::Vec;

use serde_json::{Map, Value};

/// The object that a text is.
pub(crate) fn object_of(text: &[u8]) -> Option<Map<String, Value>> {
    match value_of(text) {
        Some(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// The list that a text is; empty if it is none.
#[cfg(feature = "mfa")]
pub(crate) fn list_of(text: &str) -> Vec<Value> {
    match value_of(text.as_bytes()) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// What a text is.
pub(crate) fn value_of(text: &[u8]) -> Option<Value> {
    serde_json::from_slice(text).ok()
}

/// An object of names and texts.
pub(crate) fn pairs<N: AsRef<str>, V: AsRef<str>>(list: &[(N, V)]) -> Value {
    let mut map = Map::new();
    for (name, value) in list {
        map.insert(name.as_ref().to_owned(), value.as_ref().into());
    }
    Value::Object(map)
}
