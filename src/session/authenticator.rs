//! Passkeys: the browser's side of them.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use cognito_user_pool::Error;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

/// Why there is no passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyError {
    /// The browser cannot do it, or not on this page.
    Unsupported,
    /// The person closed the browser's dialog, or let it time out; browsers do not tell which. Also when the device has no
    /// passkey for this site.
    Cancelled,
    /// The device has a passkey of this user already.
    AlreadyRegistered,
    /// The pool's relying party is not this site.
    WrongSite,
    /// The browser failed; with the name of its exception.
    Failed(String),
    /// The pool refused.
    Pool(Error),
}

impl From<Error> for PasskeyError {
    fn from(error: Error) -> Self {
        Self::Pool(error)
    }
}

impl PasskeyError {
    fn of_exception(exception: &JsValue) -> Self {
        let name = Reflect::get(exception, &"name".into()).ok();
        let name = name.and_then(|name| name.as_string()).unwrap_or_default();
        match name.as_str() {
            "NotAllowedError" | "AbortError" => Self::Cancelled,
            "InvalidStateError" => Self::AlreadyRegistered,
            "SecurityError" => Self::WrongSite,
            // What is not there at all.
            "ReferenceError" | "TypeError" | "NotSupportedError" => Self::Unsupported,
            _ => Self::Failed(name),
        }
    }
}

type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;
type Made = Result<String, PasskeyError>;

/// What is asked of an authenticator; each with the pool's options as JSON. The answer is the credential as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyRequest {
    /// A new passkey.
    Create(String),
    /// A proof by one of the user's.
    Get(String),
    /// The same, offered in the autofill of a field: waits until the person picks it.
    Autofill(String),
}

/// Makes and uses passkeys. It can be cloned.
#[derive(Clone)]
pub struct Authenticator {
    ask: Rc<dyn Fn(PasskeyRequest) -> LocalFuture<Made>>,
    supported: bool,
    autofill: Rc<dyn Fn() -> LocalFuture<bool>>,
    stop: Rc<dyn Fn()>,
}

impl Authenticator {
    /// The browser's.
    pub fn browser() -> Self {
        let waiting: Rc<RefCell<Option<AbortController>>> = Rc::default();
        let stop: Rc<dyn Fn()> = {
            let waiting = waiting.clone();
            Rc::new(move || {
                if let Some(controller) = waiting.take() {
                    controller.abort();
                }
            })
        };
        Self {
            stop: stop.clone(),
            ask: Rc::new(move |request| {
                // Only one request can wait, and what waits for autofill must not stand in the way of another.
                stop();
                let signal = match &request {
                    PasskeyRequest::Autofill(_) => AbortController::new().ok().map(|controller| {
                        let signal = controller.signal();
                        *waiting.borrow_mut() = Some(controller);
                        signal
                    }),
                    _ => None,
                };
                Box::pin(async move {
                    ask_browser(&request, signal)
                        .await
                        .map_err(|exception| PasskeyError::of_exception(&exception))
                })
            }),
            supported: browser_supports(),
            autofill: Rc::new(|| Box::pin(browser_can_autofill())),
        }
    }

    /// Over a function, for tests. It can do all there is.
    pub fn from_fn<F>(ask: impl Fn(PasskeyRequest) -> F + 'static) -> Self
    where
        F: Future<Output = Made> + 'static,
    {
        Self {
            ask: Rc::new(move |request| Box::pin(ask(request))),
            supported: true,
            autofill: Rc::new(|| Box::pin(async { true })),
            stop: Rc::new(|| {}),
        }
    }

    /// Whether there are passkeys here at all.
    pub fn is_supported(&self) -> bool {
        self.supported
    }

    pub(super) async fn can_autofill(&self) -> bool {
        self.supported && (self.autofill)().await
    }

    /// Takes an offer in the autofill of a field back.
    pub(super) fn stop_autofill(&self) {
        (self.stop)();
    }

    pub(super) async fn create(&self, options: &str) -> Made {
        (self.ask)(PasskeyRequest::Create(options.to_owned())).await
    }

    pub(super) async fn get(&self, options: &str) -> Made {
        (self.ask)(PasskeyRequest::Get(options.to_owned())).await
    }

    pub(super) async fn autofill(&self, options: &str) -> Made {
        (self.ask)(PasskeyRequest::Autofill(options.to_owned())).await
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator")
    }
}

#[wasm_bindgen]
extern "C" {
    // web-sys has these only behind an unstable flag.
    #[wasm_bindgen(js_namespace = ["navigator", "credentials"], js_name = create, catch)]
    fn credentials_create(options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "credentials"], js_name = get, catch)]
    fn credentials_get(options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON, catch)]
    fn parse_creation_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON, catch)]
    fn parse_request_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = isConditionalMediationAvailable, catch)]
    fn is_conditional_mediation_available() -> Result<Promise, JsValue>;
}

fn browser_supports() -> bool {
    let has = |object: &JsValue, name: &str| {
        let member = Reflect::get(object, &name.into()).unwrap_or_default();
        member.is_truthy().then_some(member)
    };
    web_sys::window()
        .and_then(|window| has(&window, "PublicKeyCredential"))
        .is_some_and(|class| has(&class, "parseRequestOptionsFromJSON").is_some())
}

async fn browser_can_autofill() -> bool {
    let Ok(available) = is_conditional_mediation_available() else {
        return false;
    };
    let available = JsFuture::from(available).await;
    available.is_ok_and(|available| available.is_truthy())
}

async fn ask_browser(
    request: &PasskeyRequest,
    signal: Option<AbortSignal>,
) -> Result<String, JsValue> {
    let options = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&options, &name.into(), value);
    let parse = |text: &str| JSON::parse(text);
    let asked = match request {
        PasskeyRequest::Create(json) => {
            set("publicKey", &parse_creation_options(&parse(json)?)?)?;
            credentials_create(&options)?
        }
        PasskeyRequest::Get(json) => {
            set("publicKey", &parse_request_options(&parse(json)?)?)?;
            credentials_get(&options)?
        }
        PasskeyRequest::Autofill(json) => {
            set("publicKey", &parse_request_options(&parse(json)?)?)?;
            set("mediation", &"conditional".into())?;
            if let Some(signal) = signal {
                set("signal", &signal)?;
            }
            credentials_get(&options)?
        }
    };
    let credential = JsFuture::from(asked).await?;
    let to_json: Function = Reflect::get(&credential, &"toJSON".into())?.dyn_into()?;
    let json = JSON::stringify(&to_json.call0(&credential)?)?;
    Ok(String::from(json))
}
