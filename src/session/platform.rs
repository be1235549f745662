//! The client's seams with their types erased, so that one session type serves the page and every test.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use cognito_user_pool::{
    BrowserClock, BrowserTransport, Clock, HttpRequest, HttpResponse, LocalStorage, MemoryStorage,
    Method, SessionStorage, Storage, StorageError, Transport, TransportError,
};

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::early;

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

    /// Over `fetch`, or the answer that `boot.js` has been given already: to what nobody in particular asks.
    pub fn early() -> Self {
        let plain = Self::browser();
        Self::from_fn(move |request| {
            let plain = plain.clone();
            async move {
                let names_nobody = |(name, _): &(String, String)| name != "authorization";
                if request.method == Method::Get
                    && request.headers.iter().all(names_nobody)
                    && let Some(answer) = early::take(&request.url).await
                {
                    let (status, text) =
                        answer.map_err(|_| TransportError::Network("asked early".to_owned()))?;
                    return Ok(HttpResponse {
                        status,
                        headers: Vec::new(),
                        body: text.into_bytes(),
                    });
                }
                plain.send(request).await
            }
        })
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

    async fn pause(&self) {
        BrowserClock.pause().await;
    }
}

impl fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedClock")
    }
}

/// What renews tokens holds this, so that of all the tabs of the site one does it. It can be cloned.
#[derive(Clone)]
pub struct SharedLock(Rc<dyn Fn() -> LocalFuture<LockGuard>>);

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct LockGuard(Option<Function>);

impl SharedLock {
    /// A lock of that name among all tabs of the site, by the Web Locks API; none where there is no such API.
    pub fn browser(name: &'static str) -> Self {
        Self(Rc::new(move || {
            Box::pin(async move { LockGuard(acquire(name).await) })
        }))
    }

    /// No lock: for a session that no other shares its storage with.
    pub fn none() -> Self {
        Self(Rc::new(|| Box::pin(async { LockGuard(None) })))
    }

    /// Waits until nobody else holds the lock.
    pub async fn acquire(&self) -> LockGuard {
        (self.0)().await
    }
}

impl fmt::Debug for SharedLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedLock")
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            // A promise's own resolver does not fail.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// `LockManager` of the Web Locks API, which web-sys does not count as stable.
    type LockManager;

    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, callback: &JsValue) -> Promise;
}

/// The lock of that name, as the function that gives it back; `None` where it cannot be had.
async fn acquire(name: &str) -> Option<Function> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    if locks.is_undefined() {
        return None;
    }
    let locks: LockManager = locks.unchecked_into();
    let (held, release) = promise()?;
    // If nobody waits any more when the lock is granted, it is given back at once.
    let mut guard = LockGuard(Some(release));
    let (granted, grant) = promise()?;
    let callback = Closure::once_into_js(move |_lock: JsValue| {
        let _ = grant.call0(&JsValue::UNDEFINED);
        held
    });
    let request = locks.request(name, &callback);
    // The request itself is settled when the lock is given back, or when there is none to be had.
    let either = Promise::race(&Array::of2(&granted, &request));
    JsFuture::from(either).await.ok()?;
    guard.0.take()
}

/// A promise and the function that fulfils it.
fn promise() -> Option<(Promise, Function)> {
    let mut fulfil = None;
    let promise = Promise::new(&mut |resolve, _| fulfil = Some(resolve));
    Some((promise, fulfil?))
}

/// A storage that can be cloned.
#[derive(Clone)]
pub struct SharedStorage(Rc<dyn Storage>);

impl SharedStorage {
    /// The page's localStorage.
    pub fn browser() -> Self {
        Self::new(LocalStorage)
    }

    /// The page's sessionStorage: the tab's own.
    pub fn tab() -> Self {
        Self::new(SessionStorage)
    }

    /// One that ends with the page.
    pub fn memory() -> Self {
        Self::new(MemoryStorage::default())
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

/// What this device is called in the pool's list of devices: browser and operating system.
pub(super) fn device_name() -> String {
    let window = web_sys::window();
    let agent = window.and_then(|window| window.navigator().user_agent().ok());
    name_of_agent(&agent.unwrap_or_default())
}

/// The names in a `User-Agent` header that people know. Of several that match the first counts: browsers carry the names of
/// those they stem from.
fn name_of_agent(agent: &str) -> String {
    let find = |names: &[(&'static str, &'static str)]| {
        let found = names.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (name, None) | (None, name) => name.unwrap_or("Browser").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::name_of_agent;

    #[test]
    fn devices_have_names_that_people_know() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
                "Firefox, Android",
            ),
            ("curl/8", "Browser"),
            ("", "Browser"),
        ] {
            assert_eq!(name_of_agent(agent), name);
        }
    }
}
