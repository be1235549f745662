//! One browser with a profile of its own, and the driver that moves it.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::process::{Child, Command};

/// How long anything may take: much longer than it does, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Chromium,
    Firefox,
}

/// The colours that a person prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on the whole.
    Dark,
    /// Light on the whole.
    Light,
}

/// A browser.
pub struct Browser {
    /// WebDriver's commands.
    pub client: Client,
    engine: Engine,
    _driver: Child,
    _profile: tempfile::TempDir,
}

fn program(variable: &str, names: &[&str]) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return PathBuf::from(path);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|dir| names.iter().map(move |name| dir.join(name)))
        .find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("none of {names:?} is on PATH: set {variable}"))
}

/// A command beyond the standard, of a driver's own.
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
    /// Starts one.
    pub async fn start() -> Self {
        let engine = match std::env::var("E2E_BROWSER").as_deref() {
            Err(_) | Ok("chromium") => Engine::Chromium,
            Ok("firefox") => Engine::Firefox,
            Ok(other) => panic!("E2E_BROWSER is {other}: chromium and firefox are known"),
        };
        let driver = match engine {
            Engine::Chromium => program("CHROMEDRIVER", &["chromedriver"]),
            Engine::Firefox => program("GECKODRIVER", &["geckodriver"]),
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let driver = Command::new(driver)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the driver starts");
        let profile = tempfile::tempdir().expect("a directory for the profile");
        let capabilities = capabilities(engine, profile.path());
        let driver_url = format!("http://127.0.0.1:{port}");
        let client = connect(&driver_url, capabilities).await;
        Self {
            client,
            engine,
            _driver: driver,
            _profile: profile,
        }
    }

    /// Ends it. Without this it ends with its driver, less tidily.
    pub async fn close(&self) {
        let _ = self.client.clone().close().await;
    }

    /// Whether checks that only Chromium's driver can make are possible.
    pub fn is_chromium(&self) -> bool {
        self.engine == Engine::Chromium
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        let sent = self
            .client
            .issue_cmd(Vendor("goog/cdp/execute", body))
            .await;
        sent.expect("a DevTools command");
    }

    /// Entries of one of Chromium's logs since the last call.
    pub async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self
            .client
            .issue_cmd(Vendor("se/log", json!({ "type": kind })))
            .await;
        match entries.expect("a log") {
            Value::Array(entries) => entries,
            other => panic!("a log is a list, not {other}"),
        }
    }

    /// Gives the page a size, in CSS pixels, and the person a preference.
    pub async fn look(&self, width: u32, height: u32, scheme: Scheme) {
        if !self.is_chromium() {
            self.client
                .set_window_size(width, height)
                .await
                .expect("a window size");
            return;
        }
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        let value = match scheme {
            Scheme::Dark => "dark",
            Scheme::Light => "light",
        };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Runs a script in each page before the page's own, from the next load on. Chromium only.
    pub async fn run_first(&self, script: &str) {
        let parameters = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", parameters)
            .await;
    }
}

async fn connect(driver_url: &str, capabilities: Map<String, Value>) -> Client {
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    let begun = tokio::time::Instant::now();
    loop {
        tick.tick().await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.clone());
        match builder.connect(driver_url).await {
            Ok(client) => return client,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "no browser: {error}"),
        }
    }
}

fn capabilities(engine: Engine, profile: &std::path::Path) -> Map<String, Value> {
    let value = match engine {
        Engine::Chromium => json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": {
                "binary": program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"]),
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                    "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                    format!("--user-data-dir={}", profile.display()),
                ],
            },
        }),
        Engine::Firefox => json!({
            "browserName": "firefox",
            "moz:firefoxOptions": {
                "binary": program("FIREFOX", &["firefox-esr", "firefox"]),
                "args": ["-headless"],
            },
        }),
    };
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
