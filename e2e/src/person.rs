//! What a person does and sees: pages by their addresses, fields by their labels, buttons and links by their words.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fantoccini::actions::{InputSource as _, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::Value;
use tokio::time::Instant;

use crate::Journey;
use crate::driver::{Engine, PATIENCE};

/// How often a condition is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// The locators.
mod xpath {
    /// The input, text area or choice with a label.
    pub(super) fn field(label: &str) -> String {
        format!(
            "//*[self::input or self::textarea or self::select]\
             [@id=//label[normalize-space()={}]/@for]",
            literal(label)
        )
    }

    /// The button with these words, or with this name.
    pub(super) fn button(words: &str) -> String {
        named("button", words)
    }

    /// The same in the dialog on show.
    pub(super) fn button_in_dialog(words: &str) -> String {
        button(words).replacen("//", "//dialog[@open]//", 1)
    }

    /// The link with these words, or with this name.
    pub(super) fn link(words: &str) -> String {
        named("a", words)
    }

    /// The link in the main part of the page whose words hold these.
    pub(super) fn link_with(words: &str) -> String {
        let words = literal(words);
        format!("//main//a[contains(translate(., '\u{2068}\u{2069}', ''), {words})]")
    }

    /// The crud whose text holds these words, without its replies.
    pub(super) fn crud(words: &str) -> String {
        let words = literal(words);
        format!("//main//article[p[contains(@class, 'crud-message')][contains(., {words})]]")
    }

    /// A button or link of that crud (not of its replies) whose name begins so.
    pub(super) fn action(crud: &str, begin: &str) -> String {
        let (crud, begin) = (self::crud(crud), literal(begin));
        format!(
            "{crud}/ul[contains(@class, 'crud-actions')]\
             //*[self::button or self::a][starts-with({NAME}, {begin})]"
        )
    }

    /// That, but only once the program is there or is known not to come: what is drawn before it is gone in a moment.
    pub(super) fn of_the_program(xpath: &str) -> String {
        format!("/html[not(body/main[contains(@class, 'boot')]) or @data-boot='failed']{xpath}")
    }

    /// A name, without the marks around words that may be written the other way.
    const NAME: &str = "translate(@aria-label, '\u{2068}\u{2069}', '')";

    fn named(element: &str, words: &str) -> String {
        let words = literal(words);
        format!(
            "//{element}[translate(normalize-space(), '\u{2068}\u{2069}', '')={words} or {NAME}={words}]"
        )
    }

    /// The button that opens something about the person.
    pub(super) const ACCOUNT: &str = "//header//button[@aria-expanded]";

    fn literal(text: &str) -> String {
        if text.contains('\'') {
            format!("\"{text}\"")
        } else {
            format!("'{text}'")
        }
    }
}

impl Journey {
    fn client(&self) -> &Client {
        &self.browser.client
    }

    /// Waits until `condition` gives something.
    pub async fn wait<T, F>(&self, what: &str, condition: impl Fn() -> F) -> T
    where
        F: Future<Output = Option<T>>,
    {
        let attempt = || async { condition().await.ok_or_else(String::new) };
        self.attempt(what, attempt).await
    }

    /// Tries until it works, or fails with what was wrong the last time.
    async fn attempt<T, F>(&self, what: &str, attempt: impl Fn() -> F) -> T
    where
        F: Future<Output = Result<T, String>>,
    {
        let begun = Instant::now();
        loop {
            let looked = Instant::now();
            let problem = match attempt().await {
                Ok(found) => return found,
                Err(problem) => problem,
            };
            assert!(
                begun.elapsed() < PATIENCE,
                "{}: waited in vain for {what} {problem} at {}:\n{}",
                self.name,
                self.path().await,
                self.text().await
            );
            tokio::time::sleep_until(looked + LOOK_AGAIN).await;
        }
    }

    /// Opens a page of the site.
    pub async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.world.site());
        self.client().goto(&url).await.expect("a page");
    }

    /// Opens a page of anybody's.
    pub async fn leave_for(&self, url: &str) {
        self.client().goto(url).await.expect("a page");
    }

    /// Loads the page anew.
    pub async fn reload(&self) {
        self.client().refresh().await.expect("a reload");
    }

    /// Goes back in the history.
    pub async fn back(&self) {
        self.client().back().await.expect("a page before");
    }

    /// Goes forward in the history.
    pub async fn forward(&self) {
        self.client().forward().await.expect("a page after");
    }

    /// Opens a tab beside the one on show and goes there; returns a way back.
    pub async fn open_tab(&self) -> impl AsyncFn() + '_ {
        let before = self.client().window().await.expect("a window");
        let tab = self.client().new_window(true).await.expect("a tab");
        let handle = tab.handle.clone();
        let there = self.client().switch_to_window(handle).await;
        there.expect("to be there");
        async move || {
            let back = self.client().switch_to_window(before.clone()).await;
            back.expect("to be back");
        }
    }

    /// Goes to the other one of two tabs; returns a way back.
    pub async fn to_the_other_tab(&self) -> impl AsyncFn() + '_ {
        let before = self.client().window().await.expect("a window");
        let windows = self.client().windows().await.expect("windows");
        let other = windows.into_iter().find(|window| *window != before);
        let there = self
            .client()
            .switch_to_window(other.expect("another tab"))
            .await;
        there.expect("to be there");
        async move || {
            let back = self.client().switch_to_window(before.clone()).await;
            back.expect("to be back");
        }
    }

    /// Lets so many minutes pass on the page's clock at once, and the page come back into view.
    pub async fn wake_up_after(&self, minutes: i64) {
        // A driver's script may have a `Date` of its own; the window's is the page's.
        let script = "const { Date } = window, now = Date.now, later = arguments[0] * 60000;
            Date.now = () => now() + later;
            document.dispatchEvent(new Event('visibilitychange'));";
        self.script(script, vec![minutes.into()]).await;
    }

    /// Opens so many tabs of the home page at once, beside the one on show.
    pub async fn open_tabs_at_once(&self, count: usize) {
        let before = self.client().windows().await.expect("windows").len();
        let script =
            "for (let i = 0; i < arguments[0]; i++) window.open('/', '_blank', 'noopener')";
        self.script(script, vec![count.into()]).await;
        self.wait(&format!("{count} more tabs"), async || {
            let windows = self.client().windows().await.ok()?;
            (windows.len() == before + count).then_some(())
        })
        .await;
    }

    /// Does something in every tab, and comes back to the one on show.
    pub async fn in_every_tab<T>(&self, each: impl AsyncFn() -> T) -> Vec<T> {
        let client = self.client();
        let here = client.window().await.expect("a window");
        let mut results = Vec::new();
        for tab in client.windows().await.expect("windows") {
            client.switch_to_window(tab).await.expect("to be there");
            results.push(each().await);
        }
        client.switch_to_window(here).await.expect("to be back");
        results
    }

    /// Path and query of the page on show, if it is the site's; the whole address otherwise.
    pub async fn path(&self) -> String {
        let url = self.client().current_url().await.expect("a URL");
        match url.as_str().strip_prefix(self.world.site()) {
            Some(path) => path.to_owned(),
            None => url.to_string(),
        }
    }

    /// Waits until the page on show has this path and query.
    pub async fn arrives(&self, path: &str) {
        self.wait(path, || async { (self.path().await == path).then_some(()) })
            .await;
    }

    /// What the browser shows as the page's title.
    pub async fn title(&self) -> String {
        self.client().title().await.expect("a title")
    }

    /// From now on the person takes what the page shows before the program is there.
    pub fn takes_what_is_there(&self) {
        self.early.store(true, Ordering::Relaxed);
    }

    fn is_early(&self) -> bool {
        self.early.load(Ordering::Relaxed)
    }

    fn place(&self, xpath: &str) -> String {
        match self.is_early() {
            true => xpath.to_owned(),
            false => xpath::of_the_program(xpath),
        }
    }

    async fn displayed(&self, xpath: &str) -> Result<Element, CmdError> {
        let place = self.place(xpath);
        let elements = self.client().find_all(Locator::XPath(&place)).await?;
        for element in elements {
            if element.is_displayed().await? {
                return Ok(element);
            }
        }
        self.client()
            .find(Locator::Css("nothing-is-displayed"))
            .await
    }

    /// Does something with what is to be seen. The page may render it anew meanwhile: then it is done again.
    async fn with<T, F>(&self, what: &str, xpath: &str, action: impl Fn(Element) -> F) -> T
    where
        F: Future<Output = Result<T, CmdError>>,
    {
        self.attempt(what, || async {
            let element = self
                .displayed(xpath)
                .await
                .map_err(|error| error.to_string())?;
            action(element).await.map_err(|error| error.to_string())
        })
        .await
    }

    /// The words that are to be seen.
    pub async fn text(&self) -> String {
        // Of what is drawn before the program is there, the words that say so.
        let script = "
            const early = document.querySelector('main.boot');
            const over = document.documentElement.dataset.boot === 'failed';
            return early && !over && !arguments[0]
                ? document.getElementById('boot-status').textContent
                : document.body?.innerText ?? '';";
        let arguments = vec![self.is_early().into()];
        let text = self.client().execute(script, arguments).await;
        let text = text.ok().and_then(|text| text.as_str().map(str::to_owned));
        // The marks around words that may be written the other way are not to be seen.
        text.unwrap_or_default()
            .replace(['\u{2068}', '\u{2069}'], "")
    }

    /// Waits until these words are to be seen.
    pub async fn sees(&self, words: &str) {
        self.wait(&format!("{words:?}"), || async {
            self.text().await.contains(words).then_some(())
        })
        .await;
    }

    /// Waits until these words are no longer to be seen. Something has to be seen.
    pub async fn sees_no_more(&self, words: &str) {
        self.wait(&format!("the end of {words:?}"), || async {
            let text = self.text().await;
            (!text.is_empty() && !text.contains(words)).then_some(())
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

    /// The text of the first element that a CSS selector finds.
    pub async fn text_of(&self, selector: &str) -> String {
        let script = "
            const early = document.querySelector('main.boot') && !arguments[1];
            return early ? null : document.querySelector(arguments[0])?.innerText ?? null";
        self.wait(&format!("{selector:?}"), || async {
            let arguments = vec![selector.into(), self.is_early().into()];
            let text = self.script(script, arguments).await;
            text.as_str().map(str::to_owned)
        })
        .await
    }

    /// Waits for the input with a label.
    pub async fn finds(&self, label: &str) {
        self.with(label, &xpath::field(label), async |_| Ok(()))
            .await;
    }

    /// Puts text into the input with a label, in place of what it held.
    pub async fn fill(&self, label: &str, text: &str) {
        if label.ends_with("Password") || label.ends_with("Passwort") {
            self.typed_a_password(text);
        }
        let keys = self.keys(text);
        self.with(label, &xpath::field(label), async |field| {
            field.clear().await?;
            // WebKit's driver does not take no keys.
            match keys.is_empty() {
                true => Ok(()),
                false => field.send_keys(&keys).await,
            }
        })
        .await;
    }

    /// The keys for a text: WebKit's driver has none for the end of a line.
    fn keys(&self, text: &str) -> String {
        match self.browser.engine() {
            Engine::WebKit => text.replace('\n', &char::from(Key::Return).to_string()),
            Engine::Chromium | Engine::Firefox => text.to_owned(),
        }
    }

    /// Chooses from the choice with a label.
    pub async fn choose(&self, label: &str, words: &str) {
        self.with(label, &xpath::field(label), async |choice| {
            choice.select_by_label(words).await
        })
        .await;
    }

    /// Types into the input with a label, after what it holds.
    pub async fn add(&self, label: &str, text: &str) {
        self.with(label, &xpath::field(label), async |field| {
            field.send_keys(text).await
        })
        .await;
    }

    /// What the input with a label holds.
    pub async fn value(&self, label: &str) -> String {
        let xpath = xpath::field(label);
        let value = self.with(label, &xpath, async |field| field.prop("value").await);
        value.await.unwrap_or_default()
    }

    /// An attribute of the input with a label.
    pub async fn attribute(&self, label: &str, name: &str) -> Option<String> {
        self.with(label, &xpath::field(label), async |field| {
            field.attr(name).await
        })
        .await
    }

    /// Waits until the input with a label has the focus.
    pub async fn has_focus(&self, label: &str) {
        self.finds(label).await;
        self.focus_is_at(&format!("the focus in {label}"), &xpath::field(label))
            .await;
    }

    /// Waits until the button with these words has the focus.
    pub async fn has_focus_on_button(&self, words: &str) {
        self.focus_is_at(&format!("the focus on {words}"), &xpath::button(words))
            .await;
    }

    /// Waits until the link with these words has the focus.
    pub async fn has_focus_on_link(&self, words: &str) {
        self.focus_is_at(&format!("the focus on {words}"), &xpath::link(words))
            .await;
    }

    async fn focus_is_at(&self, what: &str, xpath: &str) {
        let script = "
            const found = document.evaluate(arguments[0], document, null, XPathResult.ANY_TYPE);
            for (let one = found.iterateNext(); one; one = found.iterateNext())
                if (one === document.activeElement) return true;
            return false;";
        let place = self.place(xpath);
        self.wait(what, || async {
            let arguments = vec![place.as_str().into()];
            let there = self.client().execute(script, arguments).await;
            (there.ok()? == true).then_some(())
        })
        .await;
    }

    /// Waits until the page's heading has the focus, as after each change of the page.
    pub async fn has_focus_on_heading(&self, words: &str) {
        self.wait(&format!("the focus on {words:?}"), || async {
            let script =
                "const it = document.activeElement; return it?.tagName + ' ' + it?.innerText";
            let active = self.client().execute(script, Vec::new()).await.ok()?;
            (active == format!("H1 {words}")).then_some(())
        })
        .await;
    }

    /// Clicks the button with these words.
    pub async fn press(&self, words: &str) {
        self.with(words, &xpath::button(words), async |button| {
            button.click().await
        })
        .await;
    }

    /// Clicks the button with these words in the dialog on show.
    pub async fn press_in_dialog(&self, words: &str) {
        self.with(words, &xpath::button_in_dialog(words), async |button| {
            button.click().await
        })
        .await;
    }

    /// Clicks the button with these words three times before the page can answer: that in the dialog, if one is on show.
    pub async fn press_impatiently(&self, words: &str) {
        // The page gets to what a click begins before the next one, as with a person's, but to no answer: between two tasks
        // there is none.
        let script = "const [button] = arguments;
            return (async () => {
                for (let click = 0; click < 3; click++) {
                    button.click();
                    for (let turn = 0; turn < 50; turn++) await null;
                }
            })()";
        let open = "return !!document.querySelector('dialog[open]')";
        let xpath = match self.script(open, Vec::new()).await == true {
            true => xpath::button_in_dialog(words),
            false => xpath::button(words),
        };
        self.with(words, &xpath, async |button| {
            let button = serde_json::to_value(button).unwrap_or_default();
            self.client().execute(script, vec![button]).await
        })
        .await;
    }

    /// Presses what a crud offers: the button or link whose name begins so, of the crud whose text holds these words.
    pub async fn act(&self, crud: &str, begin: &str) {
        self.with(begin, &xpath::action(crud, begin), async |action| {
            action.click().await
        })
        .await;
    }

    /// Waits until what a crud offers under a name that begins so has the focus.
    pub async fn has_focus_on_action(&self, crud: &str, begin: &str) {
        let xpath = xpath::action(crud, begin);
        self.focus_is_at(&format!("the focus on {begin}"), &xpath)
            .await;
    }

    /// Searches by the field in the page's main part.
    pub async fn search(&self, term: &str) {
        self.with(
            "the search",
            "//main//input[@type='search']",
            async |field| {
                field.clear().await?;
                field
                    .send_keys(&format!("{term}{}", char::from(Key::Enter)))
                    .await
            },
        )
        .await;
    }

    /// Whether the page waits for nothing that it has asked the backend for.
    pub async fn is_quiet(&self) -> bool {
        let script = "return document.readyState === 'complete' && !document.querySelector('main [aria-busy=true]')";
        self.script(script, Vec::new()).await == true
    }

    /// The texts of the cruds on show, replies included, from above.
    pub async fn cruds(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('main article > .crud-message')]
            .map((one) => one.innerText)";
        let texts = self.script(script, Vec::new()).await;
        serde_json::from_value(texts).expect("texts")
    }

    /// The words that a crud shows, its replies included.
    pub async fn crud(&self, words: &str) -> String {
        self.with(words, &xpath::crud(words), async |crud| crud.text().await)
            .await
    }

    /// Clicks the link with these words.
    pub async fn follow(&self, words: &str) {
        self.with(words, &xpath::link(words), async |link| link.click().await)
            .await;
    }

    /// Moves the pointer over the link with these words, and leaves it there.
    pub async fn points_at(&self, words: &str) {
        self.with(words, &xpath::link(words), async |element| {
            let over = PointerAction::MoveToElement {
                element,
                duration: None,
                x: 0.0,
                y: 0.0,
            };
            let pointer = MouseActions::new("pointer".to_owned()).then(over);
            self.client().perform_actions(pointer).await
        })
        .await;
    }

    /// Clicks the link with these words in the main part of the page, where others have them too.
    pub async fn follow_in_main(&self, words: &str) {
        let xpath = format!("//main{}", xpath::link(words));
        self.with(words, &xpath, async |link| link.click().await)
            .await;
    }

    /// Clicks the link whose words hold these in the main part of the page.
    pub async fn follow_in_main_containing(&self, words: &str) {
        let xpath = xpath::link_with(words);
        self.with(words, &xpath, async |link| link.click().await)
            .await;
    }

    /// Opens or closes what the account's button opens.
    pub async fn press_account(&self) {
        self.with("the account", xpath::ACCOUNT, async |button| {
            button.click().await
        })
        .await;
    }

    /// Whether what the account's button opens is open.
    pub async fn account_is_open(&self) -> bool {
        let state = self.with("the account", xpath::ACCOUNT, async |button| {
            button.attr("aria-expanded").await
        });
        state.await.as_deref() == Some("true")
    }

    /// Signs out by the account's button.
    pub async fn sign_out(&self) {
        self.press_account().await;
        self.press("Sign Out").await;
    }

    /// Types, wherever the focus is.
    pub async fn type_keys(&self, keys: &str) {
        let active = self.client().active_element().await;
        let typed = active.expect("an active element").send_keys(keys).await;
        typed.expect("keys");
    }

    /// Presses one key.
    pub async fn key(&self, key: Key) {
        self.type_keys(&String::from(char::from(key))).await;
    }

    /// A value of the page's localStorage.
    pub async fn stored(&self, key: &str) -> Option<String> {
        let script = "return localStorage.getItem(arguments[0])";
        let value = self.script(script, vec![key.into()]).await;
        value.as_str().map(str::to_owned)
    }

    /// All that the page has stored, keys and values, as JSON.
    pub async fn everything_stored(&self) -> String {
        let script = "
            try {
                return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);
            } catch {
                return '';
            }";
        let text = self.script(script, Vec::new()).await;
        text.as_str().map(str::to_owned).unwrap_or_default()
    }

    /// Checks that the page has stored nothing at all.
    pub async fn has_nothing_stored(&self) {
        assert_eq!(
            self.everything_stored().await,
            "[{},{},\"\"]",
            "{}",
            self.name
        );
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        let outcome = self.client().execute(script, arguments).await;
        outcome.unwrap_or_else(|error| panic!("{}: {error} in {script}", self.name))
    }

    /// Runs a script in each page before the page's own, from the next load on. Takes [`crate::Ability::Scripts`].
    pub async fn run_first(&self, script: &str) {
        self.browser.run_first(script).await;
    }

    /// Sets the device's clock to the stack's, from the next load on: as if the time had passed here too. Takes
    /// [`crate::Ability::Scripts`].
    pub async fn set_device_clock(&self) {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("a time");
        let now = i64::try_from(now.as_millis()).expect("a time");
        let ahead = self.world.stack.clock().now_ms() - now;
        self.browser.set_clock_ahead(ahead).await;
    }

    /// Sets the device's clock wrong by so many minutes, from the next load on. Takes [`crate::Ability::Scripts`].
    pub async fn set_device_clock_wrong(&self, minutes: i64) {
        self.browser.set_clock_ahead(minutes * 60_000).await;
    }

    /// Gives the device an authenticator for passkeys, to which nobody has to attend. Takes [`crate::Ability::Passkeys`].
    pub async fn has_authenticator(&self) {
        self.browser.add_authenticator().await;
    }

    /// Cuts the device off from URLs of these patterns; from none with an empty list. Takes [`crate::Ability::Network`].
    pub async fn cut_off(&self, patterns: &[&str]) {
        self.browser.block(patterns).await;
    }

    /// Takes the device off the network, or puts it back on. Takes [`crate::Ability::Network`].
    pub async fn set_offline(&self, offline: bool) {
        self.was_offline.fetch_or(offline, Ordering::Relaxed);
        self.browser.set_offline(offline).await;
    }

    /// Lets time-outs of that length, in milliseconds, be over in a moment, on this page and those that are loaded while
    /// something is done: what comes after it need not be waited for. Others take their time, for a busy machine needs it.
    /// Takes [`crate::Ability::Scripts`].
    pub async fn while_impatient<T>(&self, length: u32, something: impl Future<Output = T>) -> T {
        let script = format!(
            "const later = window.setTimeout, timeout = AbortSignal.timeout;
            const early = (ms) => ms === {length} && !window.isPatient ? 500 : ms;
            window.isPatient = false;
            window.setTimeout = (callback, ms, ...rest) =>
                later.call(window, callback, early(ms), ...rest);
            AbortSignal.timeout = (ms) => timeout.call(AbortSignal, early(ms));"
        );
        self.script(&script, Vec::new()).await;
        let identifier = self.browser.run_first(&script).await;
        let result = something.await;
        self.browser.run_no_more(&identifier).await;
        self.script("window.isPatient = true", Vec::new()).await;
        result
    }

    /// Lets the browser keep no copies of what it has loaded. Takes [`crate::Ability::Network`].
    pub async fn keeps_no_copies(&self) {
        self.browser.set_cache_disabled(true).await;
    }

    /// Waits until the form has its answer.
    pub async fn answered(&self) {
        let busy = "return !document.querySelector('form[aria-busy=true]')";
        self.wait("an answer", || async {
            (self.script(busy, Vec::new()).await == true).then_some(())
        })
        .await;
    }

    /// How many cruds are to be seen, replies included.
    pub async fn count_cruds(&self) -> u64 {
        let count = "return document.querySelectorAll('main article').length";
        self.script(count, Vec::new())
            .await
            .as_u64()
            .unwrap_or_default()
    }

    /// Waits until the program has taken the page over.
    pub async fn sees_the_program(&self) {
        let there = "return !!document.body && !document.querySelector('main.boot')";
        self.wait("the program", || async {
            (self.script(there, Vec::new()).await == true).then_some(())
        })
        .await;
    }

    /// Waits until what is on the page by now has been painted.
    pub async fn has_painted(&self) {
        let begin = "delete window.painted;
            requestAnimationFrame(() => requestAnimationFrame(() => window.painted = true))";
        self.script(begin, Vec::new()).await;
        self.wait("a frame", || async {
            let painted = self.script("return !!window.painted", Vec::new()).await;
            (painted == true).then_some(())
        })
        .await;
    }

    /// Signs in through the form.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.sign_in_at("/signin", email, password).await;
    }

    /// As [`Journey::sign_in`], at an address that leads there.
    pub async fn sign_in_at(&self, path: &str, email: &str, password: &str) {
        self.open(path).await;
        self.fill("Email", email).await;
        self.fill("Password", password).await;
        self.press("Sign In").await;
    }

    /// Waits for home with the feed of Ann, who is signed in.
    pub async fn is_signed_in(&self) {
        self.arrives("/").await;
        self.sees("My dear brother").await;
        self.sees("@ann").await;
        self.does_not_see("Join The Party!").await;
    }

    /// Waits for the feed that anybody sees.
    pub async fn is_a_visitor(&self) {
        self.sees("I am out of prune juice").await;
        self.sees("Join The Party!").await;
        self.does_not_see("My dear brother").await;
        self.does_not_see("@ann").await;
    }
}
