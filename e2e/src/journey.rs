//! Running a journey, and checking on the way what a person does not see.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use cruddur_local::Week;
use futures_util::FutureExt as _;
use serde_json::Value;
use url::Url;

use crate::browser::{Browser, ConsoleEntry, Scheme};
use crate::driver::{Ability, Engine};
use crate::limits;
use crate::request::Request;
use crate::world::{ConfigAnswer, World};
use crate::{axe, dist, output_of};

/// The widths and colours that every page is looked at in, each with its name.
const LOOKS: [(u32, Scheme, &str); 6] = [
    (1280, Scheme::Dark, "1280-dark"),
    (1280, Scheme::Light, "1280-light"),
    (768, Scheme::Dark, "768-dark"),
    (768, Scheme::Light, "768-light"),
    (390, Scheme::Dark, "390-dark"),
    (390, Scheme::Light, "390-light"),
];
/// Those in other engines than Chromium: each width and each colour.
const LOOKS_BESIDE: [(u32, Scheme, &str); 3] = [
    (1280, Scheme::Dark, "1280-dark"),
    (768, Scheme::Light, "768-light"),
    (390, Scheme::Dark, "390-dark"),
];
/// The narrowest screen that has to do, in CSS pixels.
const NARROWEST: u32 = 320;

/// A person with a browser, in a world.
pub struct Journey {
    /// The stack behind the site.
    pub world: Arc<World>,
    pub(crate) browser: Browser,
    pub(crate) name: String,
    /// Whether the pool may refuse something.
    refusals: AtomicBool,
    /// Whether the person takes what is drawn before the program is there.
    pub(crate) early: AtomicBool,
    /// Whether the device was off the network once.
    pub(crate) was_offline: AtomicBool,
    /// The passwords that were typed.
    secrets: Mutex<Vec<String>>,
    /// How many requests [`Journey::problems`] has looked at.
    checked: AtomicUsize,
    /// The same world in other browsers.
    others: Mutex<Vec<Arc<Journey>>>,
}

/// Runs a journey, and then checks that nothing went wrong unseen: see [`Journey::problems`].
pub async fn journey<F>(name: &str, body: impl FnOnce(Arc<Journey>) -> F)
where
    F: Future<Output = ()>,
{
    run(name, World::start(dist(), Week::default()).await, body).await;
}

/// As [`journey`], with the backend of another week.
pub async fn journey_in<F>(name: &str, week: Week, body: impl FnOnce(Arc<Journey>) -> F)
where
    F: Future<Output = ()>,
{
    run(name, World::start(dist(), week).await, body).await;
}

/// As [`journey`], with a user pool that lets people set up all there is: second factors, passkeys, remembered devices,
/// managed login.
pub async fn journey_with_everything<F>(name: &str, body: impl FnOnce(Arc<Journey>) -> F)
where
    F: Future<Output = ()>,
{
    run(name, World::start_with_everything(dist()).await, body).await;
}

/// As [`journey`], with another site.
pub async fn journey_at<F>(name: &str, site: &Path, body: impl FnOnce(Arc<Journey>) -> F)
where
    F: Future<Output = ()>,
{
    let world = World::start(site.to_owned(), Week::default()).await;
    run(name, world, body).await;
}

/// As [`journey_with_everything`], over a site in another folder.
pub async fn journey_with_everything_at<F>(
    name: &str,
    site: &Path,
    body: impl FnOnce(Arc<Journey>) -> F,
) where
    F: Future<Output = ()>,
{
    let world = World::start_with_everything(site.to_owned()).await;
    run(name, world, body).await;
}

/// As [`journey`], with a site that is configured otherwise.
pub async fn journey_configured<F>(
    name: &str,
    answer: ConfigAnswer,
    body: impl FnOnce(Arc<Journey>) -> F,
) where
    F: Future<Output = ()>,
{
    run(name, World::start_configured(dist(), answer).await, body).await;
}

/// As [`journey`], with a site that looks for the user pool or the backend at these URLs, where they are not.
pub async fn journey_astray<F>(
    name: &str,
    pool_url: Option<&str>,
    backend_url: Option<&str>,
    body: impl FnOnce(Arc<Journey>) -> F,
) where
    F: Future<Output = ()>,
{
    let world = World::start_astray(dist(), pool_url, backend_url).await;
    run(name, world, body).await;
}

async fn run<F>(name: &str, world: World, body: impl FnOnce(Arc<Journey>) -> F)
where
    F: Future<Output = ()>,
{
    if let Some(why) = limits::reason_not_to_run(Engine::wanted()) {
        return limits::note(Engine::wanted(), "not run", why);
    }
    let journey = Arc::new(Journey::start(name, Arc::new(world)).await);
    let outcome = AssertUnwindSafe(async {
        body(journey.clone()).await;
        for one in journey.all() {
            let problems = one.problems().await;
            assert!(problems.is_empty(), "{}: {problems:#?}", one.name);
        }
    })
    .catch_unwind()
    .await;
    for one in journey.all() {
        if outcome.is_err() {
            one.keep_what_is_left().await;
        }
        one.browser.close().await;
    }
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

impl Journey {
    async fn start(name: &str, world: Arc<World>) -> Self {
        forget_pictures(name);
        let browser = Browser::start().await;
        browser.look(1280, Scheme::Dark).await;
        Self {
            world,
            browser,
            name: name.to_owned(),
            refusals: AtomicBool::new(false),
            early: AtomicBool::new(false),
            was_offline: AtomicBool::new(false),
            secrets: Mutex::default(),
            checked: AtomicUsize::new(0),
            others: Mutex::default(),
        }
    }

    /// Another browser in the same world.
    pub async fn elsewhere(&self) -> Arc<Self> {
        let name = format!("{}-elsewhere", self.name);
        let other = Arc::new(Self::start(&name, self.world.clone()).await);
        lock(&self.others).push(other.clone());
        other
    }

    fn all(self: &Arc<Self>) -> Vec<Arc<Self>> {
        let others = lock(&self.others);
        std::iter::once(self)
            .chain(others.iter())
            .cloned()
            .collect()
    }

    /// Whether the engine can do something. That a journey checks less where it cannot is noted.
    pub fn can(&self, ability: Ability) -> bool {
        let engine = self.browser.engine();
        if !engine.can(ability) {
            limits::note(engine, "checks less", &format!("{ability:?}"));
        }
        engine.can(ability)
    }

    /// Whether the journey has to end here, for the engine cannot do something. That it does is noted.
    pub fn ends_without(&self, ability: Ability) -> bool {
        let engine = self.browser.engine();
        if !engine.can(ability) {
            limits::note(engine, "ends early", &format!("{ability:?}"));
        }
        !engine.can(ability)
    }

    /// What people find their device called.
    pub fn device(&self) -> &'static str {
        match self.browser.engine() {
            Engine::Chromium => "Chrome, Linux",
            Engine::Firefox => "Firefox, Linux",
            Engine::WebKit => "Safari, Linux",
        }
    }

    /// From now on the pool may refuse something, and the backend have something not, without that being a problem.
    pub fn expect_refusals(&self) {
        self.refusals.store(true, Ordering::Relaxed);
    }

    /// Notes a password that must be found nowhere. One that is too short for the pool is not one, and such words are
    /// found everywhere.
    pub(crate) fn typed_a_password(&self, password: &str) {
        if password.len() >= 8 {
            lock(&self.secrets).push(password.to_owned());
        }
    }

    /// Every request up to now; none without [`Ability::Requests`].
    pub async fn requests(&self) -> Vec<Request> {
        self.browser.requests().await
    }

    /// How often the page has called an operation of the pool's.
    pub async fn calls(&self, operation: &str) -> usize {
        let requests = self.requests().await;
        let calls = requests
            .iter()
            .filter(|request| request.operation.as_deref() == Some(operation));
        calls.count()
    }

    /// For each time that the page has asked the backend for the home feed, whether it sent an access token.
    pub async fn feed_requests(&self) -> Vec<bool> {
        let url = format!("{}/api/activities/home", self.world.stack.backend_url());
        let requests = self.requests().await;
        requests
            .iter()
            .filter(|request| request.method == "GET" && request.url == url)
            .map(|request| request.authorization.is_some())
            .collect()
    }

    /// What went wrong unseen since the last call: errors and warnings in the console, violations of the site's policy,
    /// requests to strangers, secrets where they do not belong.
    pub async fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self.console_problems().await;
        let requests = self.requests().await;
        let checked = self.checked.swap(requests.len(), Ordering::Relaxed);
        let new = requests.iter().skip(checked);
        problems.extend(new.filter_map(|one| self.request_problem(one)));
        let stored = self.everything_stored().await;
        if let Some(secret) = self.secret_in(&stored) {
            problems.push(format!("{secret} is stored: {stored}"));
        }
        let history = self.browser.history().await;
        if let Some(secret) = self.secret_in(&history) {
            problems.push(format!("{secret} is in the history: {history}"));
        }
        problems
    }

    /// A password that was typed or a code that was sent, if the text holds one.
    fn secret_in(&self, text: &str) -> Option<String> {
        let passwords = lock(&self.secrets);
        let password = passwords
            .iter()
            .find(|password| text.contains(password.as_str()));
        // A few digits are part of many a number: only where they stand alone are they a code.
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let mails = self.world.stack.mail().all();
        let code = words.find(|word| mails.iter().any(|mail| mail.code == *word));
        password
            .map(|password| format!("the password {password}"))
            .or(code.map(|code| format!("the code {code}")))
    }

    async fn console_problems(&self) -> Vec<String> {
        let entries = self.browser.console().await;
        let leaks = entries.iter().filter_map(|entry| {
            let secret = self.secret_in(&entry.message);
            let token = || entry.message.contains("eyJ").then(|| "a token".to_owned());
            let secret = secret.or_else(token)?;
            Some(format!("{secret} is in the console: {}", entry.message))
        });
        let leaks: Vec<String> = leaks.collect();
        let errors = entries
            .iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"))
            .filter(|entry| !self.is_expected(entry))
            .map(|entry| format!("in the console ({}): {}", entry.source, entry.message));
        leaks.into_iter().chain(errors).collect()
    }

    /// Browsers note each refused or failed request in the console.
    fn is_expected(&self, entry: &ConsoleEntry) -> bool {
        // Firefox asks for one where a page names none, and notes that the page's own policy forbids it.
        if entry.message.contains("/favicon.ico") {
            return true;
        }
        // Chromium loads the icon that the manifest names when it finds the time: on a busy machine that is after the
        // network has gone.
        let icon = format!("{}/icon", self.world.site());
        if self.was_offline.load(Ordering::Relaxed) && entry.message.contains(&icon) {
            return true;
        }
        let to = |server: &str| entry.message.starts_with(&format!("{server}/"));
        let faulty = self.world.is_faulty();
        let stack = &self.world.stack;
        // Firefox's word for a request to another origin that failed.
        if faulty && entry.message.starts_with("Cross-Origin Request Blocked") {
            return true;
        }
        entry.source == "network"
            && ((faulty && self.world.servers().into_iter().any(to))
                || (to(stack.pool_url())
                    && self.refusals.load(Ordering::Relaxed)
                    && entry.message.contains("status of 400"))
                || (to(stack.backend_url())
                    && self.refusals.load(Ordering::Relaxed)
                    && entry.message.contains("status of 404")))
    }

    fn request_problem(&self, request: &Request) -> Option<String> {
        let stack = &self.world.stack;
        let url = Url::parse(&request.url).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let to =
            |server: &str| request.url == server || request.url.starts_with(&format!("{server}/"));
        let mut known = self.world.servers();
        known.push(self.world.site());
        if !known.into_iter().any(to) {
            return Some(format!("a request to a stranger: {}", request.url));
        }
        if request.authorization.is_some() && !to(stack.backend_url()) {
            return Some(format!("a token to {}", request.url));
        }
        let secrets = lock(&self.secrets);
        let codes: Vec<String> = stack
            .mail()
            .all()
            .into_iter()
            .map(|mail| mail.code)
            .collect();
        let leaked = url.query_pairs().find(|(_, value)| {
            secrets.iter().chain(&codes).any(|secret| secret == value) || value.starts_with("eyJ")
        });
        if let Some((name, _)) = leaked {
            return Some(format!("a secret in a URL's {name}: {}", request.url));
        }
        let sent = secrets
            .iter()
            .any(|secret| request.body.contains(secret.as_str()));
        if sent && !takes_a_password(request) {
            return Some(format!("the password was sent: {:?}", request.operation));
        }
        None
    }

    async fn keep_what_is_left(&self) {
        let place = output_of(self.browser.engine()).join("failed");
        let _ = std::fs::create_dir_all(&place);
        if let Ok(image) = self.browser.client.screenshot().await {
            let _ = std::fs::write(place.join(format!("{}.png", self.name)), image);
        }
        if let Ok(source) = self.browser.client.source().await {
            let _ = std::fs::write(place.join(format!("{}.html", self.name)), source);
        }
        let console = self.browser.console().await;
        eprintln!("{}: console {console:#?}", self.name);
        eprintln!(
            "{}: screenshot and source in {}",
            self.name,
            place.display()
        );
    }

    /// Looks at the page at every width and in all colours: takes a picture, has it checked for accessibility, and
    /// checks that nothing is wider than the screen. Other engines than Chromium are looked at less, and what a program
    /// finds wrong is so in every engine: one look will do for that.
    pub async fn inspect(&self, state: &str) {
        let place = pictures();
        std::fs::create_dir_all(&place).expect("a directory");
        let everything = self.browser.engine() == Engine::Chromium;
        let looks = match everything {
            true => &LOOKS[..],
            false => &LOOKS_BESIDE,
        };
        // Pictures are named by what was asked for: not everywhere are there colours to choose from.
        self.can(Ability::Looks);
        for (index, (width, scheme, look)) in looks.iter().enumerate() {
            let what = format!("{}-{state}-{look}", self.name);
            self.browser.look(*width, *scheme).await;
            let image = self.browser.client.screenshot().await;
            std::fs::write(
                place.join(format!("{what}.png")),
                image.expect("a screenshot"),
            )
            .expect("a file");
            if everything || index == 0 {
                let violations = axe::violations(&self.browser.client).await;
                assert!(
                    violations.is_empty(),
                    "accessibility of {what}: {violations:#?}"
                );
            }
            self.fits(&what).await;
        }
        self.browser.look(NARROWEST, Scheme::Dark).await;
        self.fits(&format!("{}-{state}-{NARROWEST}", self.name))
            .await;
        self.browser.look(1280, Scheme::Dark).await;
    }

    /// Takes up the narrowest phone.
    pub async fn takes_a_phone(&self) {
        self.browser.look(NARROWEST, Scheme::Dark).await;
    }

    async fn fits(&self, what: &str) {
        let script = "
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll('body *')]
                .filter((element) => element.getBoundingClientRect().right > width + 1)
                .map((element) => element.outerHTML.slice(0, 120));";
        let wide = self.script(script, Vec::new()).await;
        assert_eq!(
            wide,
            Value::Array(Vec::new()),
            "wider than the screen: {what}"
        );
    }
}

/// Whether the operation is one that sets a password.
fn takes_a_password(request: &Request) -> bool {
    match request.operation.as_deref() {
        Some("SignUp" | "ConfirmForgotPassword" | "ChangePassword") => true,
        Some("RespondToAuthChallenge") => serde_json::from_str::<Value>(&request.body)
            .is_ok_and(|body| body["ChallengeName"] == "NEW_PASSWORD_REQUIRED"),
        _ => false,
    }
}

fn pictures() -> PathBuf {
    output_of(Engine::wanted()).join("screenshots")
}

/// Removes what an earlier run left of a journey.
fn forget_pictures(name: &str) {
    for extension in ["png", "html"] {
        let left = format!("failed/{name}.{extension}");
        let _ = std::fs::remove_file(output_of(Engine::wanted()).join(left));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
