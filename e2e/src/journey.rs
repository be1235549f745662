//! What a person does and sees.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cruddur_local::{CLIENT_ID, MailKind, Options, Site, Stack, USER_POOL_ID};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use futures_util::FutureExt as _;
use serde_json::{Value, json};

use crate::browser::PATIENCE;
use crate::{Browser, Scheme, axe, dist, output};

/// The widths and schemes that every page is looked at in.
const LOOKS: [(u32, u32, Scheme, &str); 4] = [
    (1280, 800, Scheme::Dark, "1280-dark"),
    (1280, 800, Scheme::Light, "1280-light"),
    (390, 844, Scheme::Dark, "390-dark"),
    (390, 844, Scheme::Light, "390-light"),
];

/// A password that the pool's policy allows.
pub const PASSWORD: &str = "Crud-dur-2026!";

/// The stack of one journey.
pub struct World {
    /// Pool, backend and site.
    pub stack: Stack,
}

impl World {
    async fn start(site: PathBuf) -> Self {
        let options = Options {
            site: Some(Site { dir: site, port: 0 }),
            ..Options::ephemeral()
        };
        Self {
            stack: Stack::start(options).await.expect("a stack"),
        }
    }

    /// The site's URL, without a slash at the end.
    pub fn site(&self) -> &str {
        self.stack.site_url().expect("a site")
    }

    /// The code of the newest mail of a kind.
    pub fn code(&self, email: &str, kind: MailKind) -> String {
        let mails = self.stack.mail().to(email);
        let mail = mails.into_iter().find(|mail| mail.kind == kind);
        mail.unwrap_or_else(|| panic!("no {kind:?} mail to {email}"))
            .code
    }

    async fn send(&self, path: &str, target: Option<&str>, body: &Value) -> reqwest::Response {
        let mut request = reqwest::Client::new()
            .post(format!("{}{path}", self.stack.pool_url()))
            .body(body.to_string());
        request = match target {
            Some(operation) => request
                .header("content-type", "application/x-amz-json-1.1")
                .header(
                    "x-amz-target",
                    format!("AWSCognitoIdentityProviderService.{operation}"),
                ),
            None => request.header("content-type", "application/json"),
        };
        request.send().await.expect("an answer")
    }

    async fn post(&self, path: &str, target: Option<&str>, body: &Value) -> Value {
        let response = self.send(path, target, body).await;
        let status = response.status();
        let text = response.text().await.expect("a body");
        assert!(status.is_success(), "{path} {target:?}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Calls an operation of the pool's by hand.
    pub async fn pool(&self, operation: &str, body: Value) -> Value {
        self.post("/", Some(operation), &body).await
    }

    /// Does something as the pool's administrator.
    pub async fn admin(&self, operation: &str, mut body: Value) -> Value {
        body["UserPoolId"] = USER_POOL_ID.into();
        self.pool(operation, body).await
    }

    /// Lets something fail.
    pub async fn fault(&self, fault: Value) {
        self.post("/_local/faults", None, &fault).await;
    }

    /// Moves the stack's clock.
    pub fn advance_minutes(&self, minutes: i64) {
        self.stack.clock().advance_seconds(minutes * 60);
    }

    /// A user who has signed up, confirmed or not.
    pub async fn with_user(&self, email: &str, confirmed: bool) {
        let attributes = [
            ("email", email),
            ("name", "Ann Example"),
            ("preferred_username", "ann"),
        ];
        let attributes: Vec<Value> = attributes
            .iter()
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect();
        let body = json!({ "ClientId": CLIENT_ID, "Username": email, "Password": PASSWORD,
            "UserAttributes": attributes });
        self.pool("SignUp", body).await;
        if confirmed {
            self.admin("AdminConfirmSignUp", json!({ "Username": email }))
                .await;
            let verified = json!([{ "Name": "email_verified", "Value": "true" }]);
            let body = json!({ "Username": email, "UserAttributes": verified });
            self.admin("AdminUpdateUserAttributes", body).await;
        }
    }
}

/// A person with a browser, in a world.
pub struct Journey {
    /// The stack behind the site.
    pub world: World,
    /// The browser in front of it.
    pub browser: Browser,
    name: String,
}

/// Runs a journey and checks that nothing went wrong unseen: no error in the console, no violation of the policy.
pub async fn journey<F>(name: &str, body: impl FnOnce(Arc<Journey>) -> F)
where
    F: Future<Output = ()>,
{
    journey_at(name, dist(), body).await;
}

/// As [`journey`], with another site.
pub async fn journey_at<F>(name: &str, site: PathBuf, body: impl FnOnce(Arc<Journey>) -> F)
where
    F: Future<Output = ()>,
{
    let journey = Arc::new(Journey {
        world: World::start(site).await,
        browser: Browser::start().await,
        name: name.to_owned(),
    });
    journey.browser.look(1280, 800, Scheme::Dark).await;
    let outcome = AssertUnwindSafe(async {
        body(journey.clone()).await;
        journey.check_console().await;
    })
    .catch_unwind()
    .await;
    if let Err(panic) = outcome {
        journey.keep_what_is_left().await;
        journey.browser.close().await;
        std::panic::resume_unwind(panic);
    }
    journey.browser.close().await;
}

impl Journey {
    fn client(&self) -> &Client {
        &self.browser.client
    }

    async fn keep_what_is_left(&self) {
        let place = output().join("failed");
        let _ = std::fs::create_dir_all(&place);
        if let Ok(image) = self.client().screenshot().await {
            let _ = std::fs::write(place.join(format!("{}.png", self.name)), image);
        }
        if let Ok(source) = self.client().source().await {
            let _ = std::fs::write(place.join(format!("{}.html", self.name)), source);
        }
        if self.browser.is_chromium() {
            eprintln!(
                "console of {}: {:#?}",
                self.name,
                self.browser.log("browser").await
            );
        }
        eprintln!(
            "{}: screenshot and source in {}",
            self.name,
            place.display()
        );
    }

    /// Fails on anything in the console but statuses: those of refused requests are always there.
    async fn check_console(&self) {
        if !self.browser.is_chromium() {
            return;
        }
        let entries = self.browser.log("browser").await;
        let unexpected: Vec<_> = entries
            .iter()
            .filter(|entry| entry["source"] != "network")
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")))
            .map(|entry| entry["message"].clone())
            .collect();
        assert!(unexpected.is_empty(), "in the console: {unexpected:#?}");
    }

    /// Headers of the requests to the backend since the last call: each with whether it had an access token. Chromium
    /// only.
    pub async fn authorized_requests(&self) -> Vec<bool> {
        let backend = self.world.stack.backend_url();
        let entries = self.browser.log("performance").await;
        entries
            .iter()
            .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok())
            .filter(|event| event["message"]["method"] == "Network.requestWillBeSent")
            .map(|event| event["message"]["params"]["request"].clone())
            .filter(|request| request["method"] == "GET")
            .filter(|request| {
                request["url"]
                    .as_str()
                    .is_some_and(|url| url.starts_with(backend))
            })
            .map(|request| {
                let headers = request["headers"].as_object().cloned().unwrap_or_default();
                headers
                    .keys()
                    .any(|name| name.eq_ignore_ascii_case("authorization"))
            })
            .collect()
    }

    /// Waits until `condition` gives something.
    pub async fn wait<T, F>(&self, what: &str, condition: impl Fn() -> F) -> T
    where
        F: Future<Output = Option<T>>,
    {
        let mut tick = tokio::time::interval(Duration::from_millis(40));
        let begun = tokio::time::Instant::now();
        loop {
            tick.tick().await;
            if let Some(found) = condition().await {
                return found;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{}: waited in vain for {what}",
                self.name
            );
        }
    }

    /// Opens a page of the site.
    pub async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.world.site());
        self.client().goto(&url).await.expect("a page");
    }

    /// Loads the page anew.
    pub async fn reload(&self) {
        self.client().refresh().await.expect("a reload");
    }

    /// Goes back in the history.
    pub async fn back(&self) {
        self.client().back().await.expect("a page before");
    }

    /// Path and query of the page on show.
    pub async fn path(&self) -> String {
        let url = self.client().current_url().await.expect("a URL");
        let query = url
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        format!("{}{query}", url.path())
    }

    /// Waits until the page on show has this path and query.
    pub async fn arrives(&self, path: &str) {
        self.wait(path, || async { (self.path().await == path).then_some(()) })
            .await;
    }

    async fn element(&self, what: &str, xpath: &str) -> Element {
        self.wait(what, || async {
            let elements = self.client().find_all(Locator::XPath(xpath)).await.ok()?;
            for element in elements {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
        })
        .await
    }

    /// The words that are to be seen.
    pub async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        let text = self.client().execute(script, Vec::new()).await;
        text.ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Waits until these words are to be seen.
    pub async fn sees(&self, words: &str) {
        self.wait(words, || async {
            self.text().await.contains(words).then_some(())
        })
        .await;
    }

    /// Checks that these words are not to be seen now. Wait for something else first.
    pub async fn does_not_see(&self, words: &str) {
        let text = self.text().await;
        assert!(
            !text.contains(words),
            "{}: {words:?} is to be seen in {text:?}",
            self.name
        );
    }

    /// The input with a label.
    pub async fn field(&self, label: &str) -> Element {
        let xpath = format!("//input[@id=//label[normalize-space()='{label}']/@for]");
        self.element(label, &xpath).await
    }

    /// Puts text into the input with a label, in place of what it held.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("an empty input");
        field.send_keys(text).await.expect("typed text");
    }

    /// What the input with a label holds.
    pub async fn value(&self, label: &str) -> String {
        let value = self.field(label).await.prop("value").await;
        value.expect("a value").unwrap_or_default()
    }

    /// The id of the input with a label, and whether it has the focus.
    pub async fn has_focus(&self, label: &str) {
        let id = self.field(label).await.attr("id").await.expect("an id");
        self.wait(&format!("the focus in {label}"), || async {
            let active = self.client().active_element().await.ok()?;
            (active.attr("id").await.ok()? == id).then_some(())
        })
        .await;
    }

    /// Clicks the button with these words.
    pub async fn press(&self, words: &str) {
        let xpath = format!("//button[normalize-space()='{words}']");
        self.element(words, &xpath)
            .await
            .click()
            .await
            .expect("a click");
    }

    /// Clicks the link with these words.
    pub async fn follow(&self, words: &str) {
        let xpath = format!("//a[normalize-space()='{words}']");
        self.element(words, &xpath)
            .await
            .click()
            .await
            .expect("a click");
    }

    /// Sends keys to whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let active = self
            .client()
            .active_element()
            .await
            .expect("an active element");
        active.send_keys(keys).await.expect("keys");
    }

    /// Sends one key to whatever has the focus.
    pub async fn key(&self, key: Key) {
        self.keys(&String::from(char::from(key))).await;
    }

    /// A value of the page's localStorage.
    pub async fn stored(&self, key: &str) -> Option<String> {
        let script = "return localStorage.getItem(arguments[0])";
        let value = self.client().execute(script, vec![key.into()]).await;
        value.expect("a storage").as_str().map(str::to_owned)
    }

    /// All that the page has stored, keys and values.
    pub async fn everything_stored(&self) -> String {
        let script =
            "return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])";
        let text = self.client().execute(script, Vec::new()).await;
        text.expect("a storage")
            .as_str()
            .map(str::to_owned)
            .unwrap_or_default()
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client()
            .execute(script, arguments)
            .await
            .expect("a script")
    }

    /// Looks at the page at every width and in every scheme: takes a picture, and has it checked for accessibility.
    pub async fn inspect(&self, state: &str) {
        let place = output().join("screenshots");
        std::fs::create_dir_all(&place).expect("a directory");
        for (width, height, scheme, look) in LOOKS {
            self.browser.look(width, height, scheme).await;
            let image = self.client().screenshot().await.expect("a screenshot");
            let file = place.join(format!("{}-{state}-{look}.png", self.name));
            std::fs::write(file, image).expect("a file");
            axe::check(self.client(), &format!("{} {state} {look}", self.name)).await;
            let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let beyond = self.script(script, Vec::new()).await;
            assert!(
                beyond.as_f64().is_some_and(|beyond| beyond <= 0.0),
                "{} {state} {look}: {beyond} px wider than the screen",
                self.name
            );
        }
        self.browser.look(1280, 800, Scheme::Dark).await;
    }

    /// Opens what the account's button opens.
    pub async fn press_account(&self) {
        let xpath = "//button[contains(@class, 'profile') and @aria-expanded='false']";
        self.element("the account", xpath)
            .await
            .click()
            .await
            .expect("a click");
    }

    /// Waits until the form has its answer.
    pub async fn answered(&self) {
        let busy = "return !document.querySelector('form[aria-busy=true]')";
        self.wait("an answer", || async {
            (self.script(busy, Vec::new()).await == true).then_some(())
        })
        .await;
    }

    /// Whether the pool refuses an operation.
    pub async fn refused(&self, operation: &str, body: Value) -> bool {
        let response = self.world.send("/", Some(operation), &body).await;
        response.status().is_client_error()
    }

    /// Sets the device's clock by the stack's, from the next load on: as if the time had passed here too.
    pub async fn make_device_clock_follow(&self) {
        if !self.browser.is_chromium() {
            return;
        }
        let now = self.world.stack.clock().now_ms();
        let script = format!(
            "(() => {{
                const ahead = {now} - Date.now();
                if (ahead < 1000) return;
                const RealDate = Date;
                const now = () => RealDate.now() + ahead;
                window.Date = new Proxy(RealDate, {{
                    construct: (target, args) => args.length ? new target(...args) : new target(now()),
                    apply: () => new RealDate(now()).toString(),
                    get: (target, name) => name === 'now' ? now : Reflect.get(target, name),
                }});
            }})()"
        );
        self.browser.run_first(&script).await;
    }

    /// Signs in through the form.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.open("/signin").await;
        self.fill("Email", email).await;
        self.fill("Password", password).await;
        self.press("Sign In").await;
    }

    /// Waits for the feed of a signed-in person.
    pub async fn is_signed_in(&self) {
        self.sees("My dear brother").await;
        self.sees("@ann").await;
    }

    /// Waits for the feed that anybody sees.
    pub async fn is_a_visitor(&self) {
        self.sees("I am out of prune juice").await;
        self.sees("Join The Party!").await;
        self.does_not_see("My dear brother").await;
    }
}
