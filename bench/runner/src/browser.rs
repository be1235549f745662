//! Chromium with a profile of its own, over WebDriver and the DevTools protocol.

use std::time::Duration;

use e2e::{Driver, Engine};
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use crate::Result;

/// Runs in each page before the page's own scripts.
const PROBE: &str = include_str!("probe.js");
/// How long a page may take: much longer than it does, slowed down too.
const PATIENCE: Duration = Duration::from_secs(90);

/// A browser that tells what happens in its pages.
pub struct Browser {
    client: Client,
    probe: String,
    _driver: Driver,
    _profile: tempfile::TempDir,
}

/// A command of ChromeDriver's own.
#[derive(Debug)]
struct DevTools(Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> std::result::Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}

/// A network, as DevTools emulates it.
pub const SLOW_4G: (f64, f64, u32) = (1.6e6, 750e3, 150);

impl Browser {
    /// Starts one.
    pub async fn start() -> Result<Self> {
        let driver = Driver::start(Engine::Chromium).await;
        let profile = tempfile::tempdir()?;
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": Engine::Chromium.browser(),
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
                    "--no-first-run", "--disable-background-networking", "--disable-component-update",
                    "--disable-sync", "--lang=en-US", "--window-size=1280,844", "--remote-debugging-pipe",
                    // Memory is told to the byte, and at once.
                    "--enable-precise-memory-info",
                    format!("--user-data-dir={}", profile.path().display()),
                ],
            },
        });
        let capabilities = match capabilities {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url)
            .await?;
        let patience = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
        client.update_timeouts(patience).await?;
        let mut browser = Self {
            client,
            probe: String::new(),
            _driver: driver,
            _profile: profile,
        };
        browser.devtools("Network.enable", json!({})).await?;
        browser.devtools("Performance.enable", json!({})).await?;
        browser.until("false").await?;
        Ok(browser)
    }

    /// Ends it.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }

    /// Sends a DevTools command.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        let sent = self.client.issue_cmd(DevTools(body)).await;
        Ok(sent.map_err(|error| format!("{command}: {error}"))?)
    }

    /// What later pages have to be for `bench.shown` to be told, and `bench.ready` once a program is behind it: an
    /// expression.
    pub async fn until(&mut self, condition: &str) -> Result<()> {
        if !self.probe.is_empty() {
            let old = json!({ "identifier": self.probe });
            self.devtools("Page.removeScriptToEvaluateOnNewDocument", old)
                .await?;
        }
        let source = PROBE.replace("__CONDITION__", condition);
        let added = self
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": source }),
            )
            .await?;
        self.probe = added["identifier"].as_str().unwrap_or_default().to_owned();
        Ok(())
    }

    /// Goes to a page.
    pub async fn open(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// The value of an expression in the page; a promise is waited for.
    pub async fn value(&self, expression: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             Promise.resolve({expression}).then((value) => done(value ?? null), (error) => done({{ failed: String(error) }}));"
        );
        let value = self
            .client
            .execute_async(&script, Vec::new())
            .await
            .map_err(|error| format!("{error} (at {expression})"))?;
        match value["failed"].as_str() {
            Some(error) => Err(format!("{expression}: {error}").into()),
            None => Ok(value),
        }
    }

    /// A number that an expression in the page has.
    pub async fn number(&self, expression: &str) -> Result<f64> {
        let value = self.value(expression).await?;
        let number = value.as_f64();
        Ok(number.ok_or_else(|| format!("{expression} is {value}, not a number"))?)
    }

    /// Waits until the page is what [`Browser::until`] said, and tells when that was seen and when it was painted.
    pub async fn ready(&self) -> Result<(f64, f64)> {
        self.times("bench.ready").await
    }

    /// As [`Browser::ready`], be there a program behind it yet or not.
    pub async fn shown(&self) -> Result<(f64, f64)> {
        self.times("bench.shown").await
    }

    async fn times(&self, promise: &str) -> Result<(f64, f64)> {
        let times = self.value(promise).await?;
        let time = |name: &str| times[name].as_f64().ok_or("no time");
        Ok((time("seen")?, time("painted")?))
    }

    /// Types into the first element that a CSS selector finds.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.client.find(Locator::Css(selector)).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Clicks on the first element that a CSS selector finds.
    pub async fn click(&self, selector: &str) -> Result<()> {
        Ok(self
            .client
            .find(Locator::Css(selector))
            .await?
            .click()
            .await?)
    }

    /// Leaves the page and forgets what its origin has stored.
    pub async fn forget(&self, origin: &str) -> Result<()> {
        self.open("about:blank").await?;
        let all = json!({ "origin": origin, "storageTypes": "local_storage,session_storage,indexeddb,cookies" });
        self.devtools("Storage.clearDataForOrigin", all).await?;
        Ok(())
    }

    /// Empties the caches, also those of compiled code.
    pub async fn clear_cache(&self) -> Result<()> {
        self.devtools("Network.clearBrowserCache", json!({}))
            .await?;
        Ok(())
    }

    /// Slows the processor down by a factor.
    pub async fn slow_down(&self, factor: u32) -> Result<()> {
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": factor }))
            .await?;
        Ok(())
    }

    /// Makes the network one of so many bits a second down and up and milliseconds of latency; `None` for the machine's.
    pub async fn network(&self, network: Option<(f64, f64, u32)>) -> Result<()> {
        let (down, up, latency) = network.unwrap_or((-8.0, -8.0, 0));
        let conditions = json!({
            "offline": false, "latency": latency,
            "downloadThroughput": down / 8.0, "uploadThroughput": up / 8.0,
        });
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(())
    }

    /// A figure of DevTools' `Performance.getMetrics`.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let metrics = self.devtools("Performance.getMetrics", json!({})).await?;
        let found = metrics["metrics"]
            .as_array()
            .and_then(|metrics| metrics.iter().find(|metric| metric["name"] == name));
        let value = found.and_then(|metric| metric["value"].as_f64());
        Ok(value.ok_or_else(|| format!("no metric {name}"))?)
    }
}
