//! One browser with a profile of its own.

use std::path::Path;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use crate::bidi::Bidi;
use crate::driver::{Driver, Engine};
use crate::request::Request;

/// How often a browser is started before it counts as broken.
const ATTEMPTS: u32 = 3;

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

/// A browser. What is beyond the standard works by Chromium's own tools and by BiDi; [`Engine::can`] says where.
pub(crate) struct Browser {
    pub client: Client,
    engine: Engine,
    bidi: Option<Bidi>,
    /// All requests up to now, for the log can be read only once.
    requests: Mutex<Vec<Request>>,
    /// The script that sets the page's clock.
    clock: Mutex<Option<String>>,
    /// By which BiDi stops requests.
    interception: Mutex<Option<Value>>,
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
        let mut attempts = 0;
        let (driver, profile, client) = loop {
            attempts += 1;
            let driver = Driver::start(engine).await;
            let profile = tempfile::tempdir().expect("a directory for the profile");
            let connecting = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities(engine, profile.path()))
                .connect(&driver.url)
                .await;
            match connecting {
                Ok(client) => break (driver, profile, client),
                // Drivers give up on a browser that takes a minute to start, as on a machine with too much to do.
                Err(error) if attempts < ATTEMPTS => {
                    eprintln!("{} does not start: {error}", engine.browser().display());
                }
                Err(error) => panic!("{} does not start: {error}", engine.browser().display()),
            }
        };
        let bidi = match engine {
            Engine::Firefox => {
                let url = client
                    .capabilities()
                    .and_then(|capabilities| capabilities.get("webSocketUrl")?.as_str());
                Some(Bidi::connect(url.expect("BiDi's address")).await)
            }
            Engine::Chromium | Engine::WebKit => None,
        };
        Self {
            client,
            engine,
            bidi,
            requests: Mutex::default(),
            clock: Mutex::default(),
            interception: Mutex::default(),
            _driver: driver,
            _profile: profile,
        }
    }

    /// Ends it. Otherwise it ends with its driver.
    pub async fn close(&self) {
        let _ = self.client.clone().close().await;
    }

    /// Which one it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        assert_eq!(self.engine, Engine::Chromium, "{command} is Chromium's own");
        let body = json!({ "cmd": command, "params": parameters });
        let sent = self
            .client
            .issue_cmd(Vendor("goog/cdp/execute", body))
            .await;
        sent.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    fn bidi(&self) -> &Bidi {
        let bidi = self.bidi.as_ref();
        bidi.unwrap_or_else(|| panic!("{:?} has no BiDi", self.engine))
    }

    /// Runs a script with Firefox's own rights.
    async fn privileged(&self, script: &str, arguments: Vec<Value>) -> Value {
        let context = |name| Vendor("moz/context", json!({ "context": name }));
        let entered = self.client.issue_cmd(context("chrome")).await;
        entered.expect("Firefox's own context");
        let outcome = self.client.execute(script, arguments).await;
        let left = self.client.issue_cmd(context("content")).await;
        left.expect("the page's context");
        outcome.unwrap_or_else(|error| panic!("{error} in {script}"))
    }

    /// The addresses of the tab's history, as JSON; nothing where the browser does not tell.
    pub async fn history(&self) -> String {
        let history = if self.engine == Engine::Firefox {
            let script = "const history = gBrowser.selectedBrowser.browsingContext.sessionHistory;
                const at = (_, index) => history.getEntryAtIndex(index).URI.spec;
                return JSON.stringify(Array.from({ length: history.count }, at));";
            self.privileged(script, Vec::new()).await
        } else {
            let script =
                "return JSON.stringify(window.navigation?.entries().map((one) => one.url))";
            let history = self.client.execute(script, Vec::new()).await;
            history.expect("a history")
        };
        history.as_str().map(str::to_owned).unwrap_or_default()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self
            .client
            .issue_cmd(Vendor("se/log", json!({ "type": kind })))
            .await;
        match entries.expect("a log") {
            Value::Array(entries) => entries,
            other => panic!("a log is a list, not {other}"),
        }
    }

    /// What the console got since the last call; nothing without [`crate::Ability::Console`].
    pub async fn console(&self) -> Vec<ConsoleEntry> {
        match self.engine {
            Engine::Chromium => {}
            Engine::Firefox => return self.bidi().console().await,
            Engine::WebKit => return Vec::new(),
        }
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

    /// Every request up to now; none without [`crate::Ability::Requests`].
    pub async fn requests(&self) -> Vec<Request> {
        match self.engine {
            Engine::Chromium => {}
            Engine::Firefox => return self.bidi().requests().await,
            Engine::WebKit => return Vec::new(),
        }
        let mut requests = self.requests.lock().await;
        let entries = self.log("performance").await;
        requests.extend(entries.iter().filter_map(Request::of_log));
        requests.clone()
    }

    /// Gives the page a width, in CSS pixels, and the person a preference, where that is possible.
    pub async fn look(&self, width: u32, scheme: Scheme) {
        const HEIGHT: u32 = 844;
        match self.engine {
            Engine::Chromium => {
                // Windows cannot be made as narrow as a phone.
                let metrics = json!({ "width": width, "height": HEIGHT, "deviceScaleFactor": 1,
                    "mobile": false });
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
            Engine::Firefox => {
                let window = self.client.window().await.expect("a window");
                let viewport = json!({ "context": String::from(window),
                    "viewport": { "width": width, "height": HEIGHT } });
                self.bidi()
                    .send("browsingContext.setViewport", viewport)
                    .await;
                let value = match scheme {
                    Scheme::Dark => 0,
                    Scheme::Light => 1,
                };
                let script = "Services.prefs.setIntPref(
                    'layout.css.prefers-color-scheme.content-override', arguments[0])";
                self.privileged(script, vec![value.into()]).await;
            }
            Engine::WebKit => {
                let sized = self.client.set_window_size(width, HEIGHT).await;
                sized.expect("a window size");
            }
        }
    }

    /// Runs a script in each page before the page's own, from the next load on.
    pub async fn run_first(&self, script: &str) -> String {
        let (added, name) = match &self.bidi {
            Some(bidi) => {
                let parameters = json!({ "functionDeclaration": format!("() => {{ {script} }}") });
                let added = bidi.send("script.addPreloadScript", parameters).await;
                (added, "script")
            }
            None => {
                let command = "Page.addScriptToEvaluateOnNewDocument";
                let added = self.devtools(command, json!({ "source": script })).await;
                (added, "identifier")
            }
        };
        added[name].as_str().unwrap_or_default().to_owned()
    }

    /// Takes back what [`Browser::run_first`] was told.
    pub async fn run_no_more(&self, identifier: &str) {
        match &self.bidi {
            Some(bidi) => {
                let parameters = json!({ "script": identifier });
                bidi.send("script.removePreloadScript", parameters).await;
            }
            None => {
                let parameters = json!({ "identifier": identifier });
                self.devtools("Page.removeScriptToEvaluateOnNewDocument", parameters)
                    .await;
            }
        }
    }

    /// Asks servers for everything anew, or lets the browser keep copies again.
    pub async fn set_cache_disabled(&self, disabled: bool) {
        if let Some(bidi) = &self.bidi {
            let behaviour = if disabled { "bypass" } else { "default" };
            let parameters = json!({ "cacheBehavior": behaviour });
            bidi.send("network.setCacheBehavior", parameters).await;
            return;
        }
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
        if self.engine == Engine::Firefox {
            // Connections that are open would last.
            let script = "Services.io.offline = arguments[0];
                Services.obs.notifyObservers(null, 'net:prune-all-connections');";
            self.privileged(script, vec![offline.into()]).await;
            return;
        }
        self.devtools("Network.enable", json!({})).await;
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": -1 });
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await;
    }

    /// Lets requests to URLs of a pattern fail, as without a network; none lets all pass again.
    pub async fn block(&self, patterns: &[&str]) {
        if let Some(bidi) = &self.bidi {
            return self.intercept(bidi, patterns).await;
        }
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.setBlockedURLs", json!({ "urls": patterns }))
            .await;
    }

    async fn intercept(&self, bidi: &Bidi, patterns: &[&str]) {
        bidi.block(patterns);
        let mut interception = self.interception.lock().await;
        match interception.take() {
            None if !patterns.is_empty() => {
                let parameters = json!({ "phases": ["beforeRequestSent"] });
                let added = bidi.send("network.addIntercept", parameters).await;
                *interception = Some(added["intercept"].clone());
            }
            Some(intercept) if patterns.is_empty() => {
                let parameters = json!({ "intercept": intercept });
                bidi.send("network.removeIntercept", parameters).await;
            }
            unchanged => *interception = unchanged,
        }
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
            "webSocketUrl": true,
            "moz:firefoxOptions": {
                "binary": engine.browser(),
                "args": ["-headless"],
                "prefs": {
                    "intl.accept_languages": "en-US",
                    // Without motion, a colour that is asked for is not still on its way.
                    "ui.prefersReducedMotion": 1,
                    // Everything here is at localhost, which is otherwise there without a network too.
                    "network.disable-localhost-when-offline": true,
                    // Passkeys are the driver's business.
                    "security.webauth.webauthn_enable_softtoken": true,
                    "security.webauth.webauthn_enable_usbtoken": false,
                    // As many browsers run as there are processors: nothing is done for pages to come.
                    "dom.ipc.processPrelaunch.enabled": false,
                },
            },
        }),
        Engine::WebKit => json!({
            "browserName": "MiniBrowser",
            "webkitgtk:browserOptions": {
                "binary": engine.browser(),
                "args": ["--automation"],
            },
        }),
    };
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
