//! The client's seams with their types erased, so that one session type serves the page and every test.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use cognito_user_pool::{
    BrowserClock, BrowserTransport, Clock, HttpRequest, HttpResponse, LocalStorage, Storage,
    StorageError, Transport, TransportError,
};

type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;
type Answer = Result<HttpResponse, TransportError>;

/// A transport that can be cloned and compared: by identity.
#[derive(Clone)]
pub struct SharedTransport(Rc<dyn Fn(HttpRequest) -> LocalFuture<Answer>>);

impl SharedTransport {
    /// Over `fetch`.
    pub fn browser() -> Self {
        Self::from_fn(|request| async move { BrowserTransport.send(request).await })
    }

    /// Over a function, for tests.
    pub fn from_fn<F>(send: impl Fn(HttpRequest) -> F + 'static) -> Self
    where
        F: Future<Output = Answer> + 'static,
    {
        Self(Rc::new(move |request| Box::pin(send(request))))
    }
}

impl Transport for SharedTransport {
    async fn send(&self, request: HttpRequest) -> Answer {
        (self.0)(request).await
    }
}

impl PartialEq for SharedTransport {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for SharedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedTransport")
    }
}

/// A clock that can be cloned.
#[derive(Clone)]
pub struct SharedClock {
    now_ms: Rc<dyn Fn() -> i64>,
    sleep: Rc<dyn Fn(u32) -> LocalFuture<()>>,
}

impl SharedClock {
    /// The browser's.
    pub fn browser() -> Self {
        Self::from_fns(
            || BrowserClock.now_ms(),
            |ms| async move { BrowserClock.sleep(ms).await },
        )
    }

    /// Over functions, for tests: the time in milliseconds since 1970, and a pause in milliseconds.
    pub fn from_fns<F>(
        now_ms: impl Fn() -> i64 + 'static,
        sleep: impl Fn(u32) -> F + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        Self {
            now_ms: Rc::new(now_ms),
            sleep: Rc::new(move |ms| Box::pin(sleep(ms))),
        }
    }
}

impl Clock for SharedClock {
    fn now_ms(&self) -> i64 {
        (self.now_ms)()
    }

    async fn sleep(&self, ms: u32) {
        (self.sleep)(ms).await;
    }
}

impl fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedClock")
    }
}

/// A storage that can be cloned.
#[derive(Clone)]
pub struct SharedStorage(Rc<dyn Storage>);

impl SharedStorage {
    /// The page's localStorage.
    pub fn browser() -> Self {
        Self::new(LocalStorage)
    }

    /// Any storage.
    pub fn new(storage: impl Storage + 'static) -> Self {
        Self(Rc::new(storage))
    }
}

impl Storage for SharedStorage {
    fn get(&self, key: &str) -> Option<String> {
        self.0.get(key)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.0.set(key, value)
    }

    fn remove(&self, key: &str) {
        self.0.remove(key);
    }
}

impl fmt::Debug for SharedStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedStorage")
    }
}
