//! The seams over a browser's own means (feature `browser`).

use alloc::{borrow::ToOwned, rc::Rc, string::String, vec::Vec};
use core::cell::Cell;

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, MessageChannel, Request, RequestCache, RequestCredentials,
    RequestInit, Response, Window,
};

use crate::platform::{Clock, Storage, StorageError};
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError};

/// Sends requests with `fetch`: without credentials, past the HTTP cache. Dropping the future aborts the request.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserTransport;

/// The browser's clock and timers.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClock;

/// The page's localStorage. Where it is switched off, reads find nothing and writes fail.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalStorage;

/// The page's sessionStorage: of one tab, and gone with it. Where it is switched off, reads find nothing and writes fail.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionStorage;

/// Aborts a request when it is dropped, and on time-out.
struct AbortGuard {
    controller: AbortController,
    timed_out: Rc<Cell<bool>>,
    timer: Option<(i32, Closure<dyn FnMut()>)>,
}

impl AbortGuard {
    fn new(window: &Window, timeout_ms: Option<u32>) -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        let timed_out = Rc::new(Cell::new(false));
        let timer = match timeout_ms {
            None => None,
            Some(ms) => {
                let callback = Closure::once({
                    let (controller, timed_out) = (controller.clone(), timed_out.clone());
                    move || {
                        timed_out.set(true);
                        controller.abort();
                    }
                });
                let id = window.set_timeout_with_callback_and_timeout_and_arguments_0(
                    callback.as_ref().unchecked_ref(),
                    i32::try_from(ms).unwrap_or(i32::MAX),
                )?;
                Some((id, callback))
            }
        };
        Ok(Self {
            controller,
            timed_out,
            timer,
        })
    }
}

impl Drop for AbortGuard {
    fn drop(&mut self) {
        if let (Some((id, _)), Some(window)) = (&self.timer, web_sys::window()) {
            window.clear_timeout_with_handle(*id);
        }
        // After the answer is complete this does nothing.
        self.controller.abort();
    }
}

/// The text of a JavaScript error.
fn describe(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .unwrap_or_else(|| "unknown".to_owned())
}

impl Transport for BrowserTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let invalid = |error: JsValue| TransportError::InvalidRequest(describe(&error));
        let window = web_sys::window()
            .ok_or_else(|| TransportError::InvalidRequest("there is no page".to_owned()))?;
        let guard = AbortGuard::new(&window, request.timeout_ms).map_err(invalid)?;

        let headers = Headers::new().map_err(invalid)?;
        for (name, value) in &request.headers {
            headers.set(name, value).map_err(invalid)?;
        }
        let init = RequestInit::new();
        init.set_method(request.method.as_str());
        init.set_headers(&headers);
        init.set_cache(RequestCache::NoStore);
        init.set_credentials(RequestCredentials::Omit);
        init.set_signal(Some(&guard.controller.signal()));
        if let Some(body) = &request.body {
            init.set_body(&Uint8Array::from(body.as_slice()));
        }
        let fetch = Request::new_with_str_and_init(&request.url, &init).map_err(invalid)?;

        let failed = |error: JsValue| {
            if guard.timed_out.get() {
                TransportError::Timeout
            } else if guard.controller.signal().aborted() {
                TransportError::Aborted
            } else {
                TransportError::Network(describe(&error))
            }
        };
        let response: Response = JsFuture::from(window.fetch_with_request(&fetch))
            .await
            .map_err(failed)?
            .unchecked_into();
        let body = response.array_buffer().map_err(failed)?;
        let body = JsFuture::from(body).await.map_err(failed)?;
        Ok(HttpResponse {
            status: response.status(),
            headers: read_headers(&response.headers()),
            body: Uint8Array::new(&body).to_vec(),
        })
    }
}

/// The names that [`Headers`] lists are lower case already (Fetch standard, "sort and combine").
fn read_headers(headers: &Headers) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for entry in headers.entries() {
        let Ok(entry) = entry else { break };
        let entry: Array = entry.unchecked_into();
        if let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
            list.push((name, value));
        }
    }
    list
}

impl Clock for BrowserClock {
    fn now_ms(&self) -> i64 {
        js_sys::Date::now() as i64
    }

    async fn sleep(&self, ms: u32) {
        let Some(window) = web_sys::window() else {
            return;
        };
        let promise = Promise::new(&mut |resolve: Function, _| {
            // A page that cannot set a timer is going away.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(
                &resolve,
                i32::try_from(ms).unwrap_or(i32::MAX),
            );
        });
        let _ = JsFuture::from(promise).await;
    }

    async fn pause(&self) {
        // A message comes back as a task of its own, at once. A timer would wait: 4 ms after a few of them, and a second in
        // a tab that nobody looks at.
        let Ok(channel) = MessageChannel::new() else {
            return;
        };
        let (here, there) = (channel.port1(), channel.port2());
        let promise = Promise::new(&mut |resolve: Function, _| {
            here.set_onmessage(Some(&resolve));
            if there.post_message(&JsValue::NULL).is_err() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        let _ = JsFuture::from(promise).await;
        here.close();
    }
}

/// Implements [`Storage`] over one of the page's two.
macro_rules! storage {
    ($storage:ty, $get:ident) => {
        impl $storage {
            fn storage() -> Option<web_sys::Storage> {
                web_sys::window()?.$get().ok().flatten()
            }
        }

        impl Storage for $storage {
            fn get(&self, key: &str) -> Option<String> {
                Self::storage()?.get_item(key).ok().flatten()
            }

            fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
                Self::storage()
                    .and_then(|storage| storage.set_item(key, value).ok())
                    .ok_or(StorageError)
            }

            fn remove(&self, key: &str) {
                if let Some(storage) = Self::storage() {
                    // Fails only where there is nothing to remove from.
                    let _ = storage.remove_item(key);
                }
            }
        }
    };
}

storage!(LocalStorage, local_storage);
storage!(SessionStorage, session_storage);
