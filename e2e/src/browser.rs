//! One browser with a profile of its own.

use std::path::Path;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use crate::driver::{Driver, Engine};
use crate::request::Request;

/// The colours that a person prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Dark,
    Light,
}

/// A line of the browser's console.
#[derive(Clone, Debug)]
pub(crate) struct ConsoleEntry {
    /// `network`, `javascript`, `security`, `console-api` and others.
    pub source: String,
    /// `SEVERE`, `WARNING`, `INFO`, `DEBUG`.
    pub level: String,
    pub message: String,
}

/// A browser. What is beyond the standard works in Chromium only; elsewhere there is nothing to be read from it.
pub(crate) struct Browser {
    pub client: Client,
    engine: Engine,
    /// All requests up to now, for the log can be read only once.
    requests: Mutex<Vec<Request>>,
    /// The script that sets the page's clock.
    clock: Mutex<Option<String>>,
    _driver: Driver,
    _profile: tempfile::TempDir,
}

/// A command of a driver's own.
#[derive(Debug)]
struct Vendor(&'static str, Value);

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}

impl Browser {
    pub async fn start() -> Self {
        let engine = Engine::wanted();
        let driver = Driver::start(engine).await;
        let profile = tempfile::tempdir().expect("a directory for the profile");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(engine, profile.path()))
            .connect(&driver.url)
            .await
            .unwrap_or_else(|error| {
                panic!("{} does not start: {error}", engine.browser().display())
            });
        Self {
            client,
            engine,
            requests: Mutex::default(),
            clock: Mutex::default(),
            _driver: driver,
            _profile: profile,
        }
    }

    /// Ends it. Otherwise it ends with its driver.
    pub async fn close(&self) {
        let _ = self.client.clone().close().await;
    }

    /// Whether what Chromium's driver can do beyond the standard is possible.
    pub fn is_chromium(&self) -> bool {
        self.engine == Engine::Chromium
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        assert!(self.is_chromium(), "{command} is Chromium's own");
        let body = json!({ "cmd": command, "params": parameters });
        let sent = self
            .client
            .issue_cmd(Vendor("goog/cdp/execute", body))
            .await;
        sent.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        if !self.is_chromium() {
            return Vec::new();
        }
        let entries = self
            .client
            .issue_cmd(Vendor("se/log", json!({ "type": kind })))
            .await;
        match entries.expect("a log") {
            Value::Array(entries) => entries,
            other => panic!("a log is a list, not {other}"),
        }
    }

    /// What the console got since the last call.
    pub async fn console(&self) -> Vec<ConsoleEntry> {
        let text = |entry: &Value, name| entry[name].as_str().unwrap_or_default().to_owned();
        let entries = self.log("browser").await;
        entries
            .iter()
            .map(|entry| ConsoleEntry {
                source: text(entry, "source"),
                level: text(entry, "level"),
                message: text(entry, "message"),
            })
            .collect()
    }

    /// Every request up to now.
    pub async fn requests(&self) -> Vec<Request> {
        let mut requests = self.requests.lock().await;
        let entries = self.log("performance").await;
        requests.extend(entries.iter().filter_map(Request::of_log));
        requests.clone()
    }

    /// Gives the page a width, in CSS pixels, and the person a preference, where that is possible.
    pub async fn look(&self, width: u32, scheme: Scheme) {
        const HEIGHT: u32 = 844;
        if !self.is_chromium() {
            let sized = self.client.set_window_size(width, HEIGHT).await;
            return sized.expect("a window size");
        }
        // Windows cannot be made as narrow as a phone.
        let metrics =
            json!({ "width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        let value = match scheme {
            Scheme::Dark => "dark",
            Scheme::Light => "light",
        };
        // Without motion, a colour that is asked for is not still on its way.
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Runs a script in each page before the page's own, from the next load on.
    pub async fn run_first(&self, script: &str) -> String {
        let parameters = json!({ "source": script });
        let added = self
            .devtools("Page.addScriptToEvaluateOnNewDocument", parameters)
            .await;
        added["identifier"].as_str().unwrap_or_default().to_owned()
    }

    /// Takes back what [`Browser::run_first`] was told.
    pub async fn run_no_more(&self, identifier: &str) {
        let parameters = json!({ "identifier": identifier });
        self.devtools("Page.removeScriptToEvaluateOnNewDocument", parameters)
            .await;
    }

    /// Asks servers for everything anew, or lets the browser keep copies again.
    pub async fn set_cache_disabled(&self, disabled: bool) {
        self.devtools("Network.enable", json!({})).await;
        let parameters = json!({ "cacheDisabled": disabled });
        self.devtools("Network.setCacheDisabled", parameters).await;
    }

    /// Sets the device's clock by so many milliseconds, from the next load on.
    pub async fn set_clock_ahead(&self, ms: i64) {
        let mut clock = self.clock.lock().await;
        if let Some(identifier) = clock.take() {
            self.run_no_more(&identifier).await;
        }
        let script = format!(
            "(() => {{
                const RealDate = Date;
                const now = () => RealDate.now() + {ms};
                window.Date = new Proxy(RealDate, {{
                    construct: (target, args) => args.length ? new target(...args) : new target(now()),
                    apply: () => new RealDate(now()).toString(),
                    get: (target, name) => name === 'now' ? now : Reflect.get(target, name),
                }});
            }})()"
        );
        *clock = Some(self.run_first(&script).await);
    }

    /// Builds an authenticator into the device, which makes and uses passkeys without asking anybody.
    pub async fn add_authenticator(&self) {
        let command = Vendor(
            "webauthn/authenticator",
            json!({
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
                "hasUserVerification": true, "isUserConsenting": true, "isUserVerified": true,
            }),
        );
        let added = self.client.issue_cmd(command).await;
        added.expect("an authenticator");
    }

    /// Takes the device off the network, or puts it back on.
    pub async fn set_offline(&self, offline: bool) {
        self.devtools("Network.enable", json!({})).await;
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": -1 });
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await;
    }

    /// Lets requests to URLs of a pattern fail, as without a network; none lets all pass again.
    pub async fn block(&self, patterns: &[&str]) {
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.setBlockedURLs", json!({ "urls": patterns }))
            .await;
    }
}

fn capabilities(engine: Engine, profile: &Path) -> Map<String, Value> {
    let value = match engine {
        Engine::Chromium => json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": {
                "binary": engine.browser(),
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                    "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync", "--lang=en-US",
                    // The pipe breaks when the driver ends, however it does, and the browser ends with it.
                    "--remote-debugging-pipe",
                    format!("--user-data-dir={}", profile.display()),
                ],
            },
        }),
        Engine::Firefox => json!({
            "browserName": "firefox",
            "moz:firefoxOptions": {
                "binary": engine.browser(),
                "args": ["-headless"],
                "prefs": { "intl.accept_languages": "en-US" },
            },
        }),
    };
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
