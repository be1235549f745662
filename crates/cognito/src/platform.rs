//! The seams between the client and its surroundings: time, random numbers and storage.
//!
//! [`transport`](crate::transport) holds the fourth one.

use alloc::{borrow::ToOwned, rc::Rc, string::String, vec::Vec};
use core::cell::RefCell;
use core::fmt;
use core::future::Future;

/// A clock that can also wait.
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z by the device's clock, right or wrong.
    fn now_ms(&self) -> i64;

    /// Completes after `ms` milliseconds. Used between two attempts of one request.
    fn sleep(&self, ms: u32) -> impl Future<Output = ()>;

    /// Completes as soon as what else waits for the thread has had its turn. Used in the midst of long computations, of
    /// which a page that has to react should not notice anything. Does nothing unless an implementation does.
    fn pause(&self) -> impl Future<Output = ()> {
        async {}
    }
}

/// A source of cryptographically secure random bytes.
pub trait Random {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The platform gave no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomError;

impl fmt::Display for RandomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no random numbers are available")
    }
}

impl core::error::Error for RandomError {}

/// The operating system's or the browser's own generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|_| RandomError)
    }
}

/// A store of strings by key, such as a page's localStorage. Whatever keeps strings will do: a file, or the cookies of a
/// request where a server renders pages.
/// ```
/// use cognito_user_pool::{Storage, StorageError, TokenStore};
///
/// /// The cookies that came with a request: to be read only.
/// struct Cookies<'a>(&'a str);
///
/// impl Storage for Cookies<'_> {
///     fn get(&self, key: &str) -> Option<String> {
///         let mut pairs = self.0.split("; ").filter_map(|pair| pair.split_once('='));
///         pairs.find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
///     }
///     fn set(&self, _: &str, _: &str) -> Result<(), StorageError> {
///         Err(StorageError)
///     }
///     fn remove(&self, _: &str) {}
/// }
///
/// let store = TokenStore::new(Cookies("theme=dark"), "1h57kf5cpq17m0eml12EXAMPLE");
/// assert_eq!(store.load(), None); // nobody is signed in
/// ```
pub trait Storage {
    /// The value of `key`; `None` also when the store cannot be read.
    fn get(&self, key: &str) -> Option<String>;

    /// Sets `key`.
    fn set(&self, key: &str, value: &str) -> Result<(), StorageError>;

    /// Removes `key` if it is there.
    fn remove(&self, key: &str);
}

/// The store refused a value: it is full or switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageError;

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the storage refused the value")
    }
}

impl core::error::Error for StorageError {}

/// A [`Storage`] that ends with the program. Clones share their content.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage(Rc<RefCell<Vec<(String, String)>>>);

impl MemoryStorage {
    /// All keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.0.borrow().iter().map(|(key, _)| key.clone()).collect();
        keys.sort_unstable();
        keys
    }
}

impl Storage for MemoryStorage {
    fn get(&self, key: &str) -> Option<String> {
        let pairs = self.0.borrow();
        let pair = pairs.iter().find(|(name, _)| name == key);
        pair.map(|(_, value)| value.clone())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.remove(key);
        self.0.borrow_mut().push((key.to_owned(), value.to_owned()));
        Ok(())
    }

    fn remove(&self, key: &str) {
        self.0.borrow_mut().retain(|(name, _)| name != key);
    }
}
