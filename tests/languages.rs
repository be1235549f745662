//! The app in both of its languages, and the way from one to the other.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[allow(dead_code)] // the shell's tests use the rest
#[path = "shell/page.rs"]
mod page;
mod support;

use cruddur_web::components::form::{Field, FieldProblem, Rule};
use cruddur_web::text::{
    self, Language, LanguageChoice, LanguageProvider, apply, current, use_language,
};
use js_sys::{Array, Function, Object, Reflect};
use page::{Page, document, focused, open, settle, until, window};
use serde_json::json;
use support::{World, exception, ok};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, Storage};
use yew::AppHandle;
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

const KEY: &str = "language";

fn storage() -> Storage {
    window().local_storage().unwrap().unwrap()
}

/// Nothing is chosen, and the browser wants English.
fn forget() {
    storage().remove_item(KEY).unwrap();
    apply(Language::English);
}

/// What another tab does when a language is chosen there.
async fn choose_in_another_tab(language: &str) {
    storage().set_item(KEY, language).unwrap();
    let event = Event::new("storage").unwrap();
    window().dispatch_event(&event).unwrap();
    settle().await;
}

fn lang() -> Option<String> {
    document().document_element().unwrap().get_attribute("lang")
}

fn input(page: &Page, selector: &str) -> HtmlInputElement {
    page.one(selector).dyn_into().unwrap()
}

async fn type_into(page: &Page, selector: &str, text: &str) {
    input(page, selector).set_value(text);
    let event = web_sys::InputEvent::new("input").unwrap();
    event.init_event_with_bubbles("input", true);
    page.one(selector).dispatch_event(&event).unwrap();
    settle().await;
}

/// Everything that is written in the page, piece by piece, and what is said of its elements.
fn words(page: &Page) -> Vec<String> {
    let mut words = Vec::new();
    for element in page.all("*") {
        for name in ["alt", "aria-label", "placeholder", "title"] {
            words.extend(element.get_attribute(name));
        }
        let nodes = element.child_nodes();
        let texts = (0..nodes.length()).filter_map(|index| nodes.item(index)?.node_value());
        words.extend(texts);
    }
    words.retain(|text| text.chars().any(char::is_alphabetic));
    words.sort_unstable();
    words.dedup();
    words
}

/// Makes a property of an object something else until it is dropped.
struct Replaced {
    object: Object,
    name: &'static str,
    /// What describes the object's own property before; undefined where it had none.
    own: JsValue,
}

impl Replaced {
    fn new(object: impl Into<JsValue>, name: &'static str, getter: &str) -> Self {
        let object: Object = object.into().unchecked_into();
        let own = Reflect::get_own_property_descriptor(&object, &name.into()).unwrap();
        let descriptor = Object::new();
        let getter = Function::new_no_args(getter);
        Reflect::set(&descriptor, &"get".into(), &getter).unwrap();
        Reflect::set(&descriptor, &"configurable".into(), &true.into()).unwrap();
        assert!(Reflect::define_property(&object, &name.into(), &descriptor).unwrap());
        Self { object, name, own }
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        let name = self.name.into();
        if self.own.is_undefined() {
            // The prototype's is to be seen again.
            let _ = Reflect::delete_property(&self.object, &name);
        } else {
            let _ = Reflect::define_property(&self.object, &name, self.own.unchecked_ref());
        }
    }
}

fn browser_wants(tags: &[&str]) -> Replaced {
    let list: Array = tags.iter().map(|tag| JsValue::from_str(tag)).collect();
    let list = String::from(js_sys::JSON::stringify(&list).unwrap());
    Replaced::new(window().navigator(), "languages", &format!("return {list}"))
}

/// A text, and a button for each language.
#[component]
fn Chooser() -> Html {
    let LanguageChoice { choose, .. } = use_language();
    let button = |language: Language| {
        let onclick = choose.reform(move |_: MouseEvent| language);
        html! { <button type="button" lang={language.tag()} {onclick} /> }
    };
    html! {
        <>
            <p>{ text::auth::SIGN_IN }</p>
            for language in Language::ALL {
                { button(language) }
            }
        </>
    }
}

#[component]
fn Alone() -> Html {
    html! { <LanguageProvider><Chooser /></LanguageProvider> }
}

/// The chooser, in an element of its own.
async fn chooser() -> (Element, AppHandle<Alone>) {
    let root = document().create_element("div").unwrap();
    let app = yew::Renderer::<Alone>::with_root(root.clone()).render();
    settle().await;
    (root, app)
}

async fn choose(root: &Element, language: &str) {
    let button = root.query_selector(&format!("[lang={language}]"));
    let button: HtmlElement = button.unwrap().unwrap().unchecked_into();
    button.click();
    settle().await;
}

#[wasm_bindgen_test]
async fn the_choice_comes_before_what_the_browser_asks_for() {
    forget();
    let wants = browser_wants(&["fr-FR", "de-AT", "en"]);
    assert_eq!(Language::detect(), Language::German);
    apply(Language::detect());
    assert_eq!(text::locale(), "de-AT", "the person's own German");
    storage().set_item(KEY, "en").unwrap();
    assert_eq!(Language::detect(), Language::English);
    drop(wants);
    let wants = browser_wants(&["fr-FR", "nl"]);
    storage().set_item(KEY, "de").unwrap();
    assert_eq!(Language::detect(), Language::German);
    apply(Language::detect());
    assert_eq!(text::locale(), "de", "the browser names no German");
    storage().remove_item(KEY).unwrap();
    assert_eq!(
        Language::detect(),
        Language::English,
        "what everybody understands somewhat"
    );
    drop(wants);
    let wants = browser_wants(&[]);
    assert_eq!(Language::detect(), Language::English);
    drop(wants);
    forget();
}

#[wasm_bindgen_test]
async fn whatever_is_stored_the_browser_is_asked_instead() {
    forget();
    let wants = browser_wants(&["de"]);
    for stored in ["", "fr", "English", "{}", "constructor", "\u{0}", "-"] {
        storage().set_item(KEY, stored).unwrap();
        assert_eq!(Language::detect(), Language::German, "{stored:?}");
    }
    drop(wants);
    forget();
}

#[wasm_bindgen_test]
async fn a_browser_that_keeps_nothing_changes_the_language_all_the_same() {
    forget();
    let (root, app) = chooser().await;
    let wants = browser_wants(&["de"]);
    let blocked = Replaced::new(
        window(),
        "localStorage",
        "throw new DOMException('no', 'SecurityError')",
    );
    assert!(window().local_storage().is_err());
    assert_eq!(Language::detect(), Language::German);
    choose(&root, "de").await;
    assert_eq!(root.text_content().unwrap(), "Anmelden");
    // What other tabs store is out of reach: the choice stays.
    let event = Event::new("storage").unwrap();
    window().dispatch_event(&event).unwrap();
    settle().await;
    assert_eq!(root.text_content().unwrap(), "Anmelden");
    drop(blocked);
    drop(wants);
    assert!(storage().get_item(KEY).unwrap().is_none());
    app.destroy();
    forget();
}

#[wasm_bindgen_test]
async fn the_choice_is_kept_and_told_to_the_browser() {
    forget();
    let (root, app) = chooser().await;
    assert_eq!(lang().as_deref(), Some("en"));
    choose(&root, "de").await;
    assert_eq!(root.text_content().unwrap(), "Anmelden");
    assert_eq!(lang().as_deref(), Some("de"));
    assert_eq!(storage().get_item(KEY).unwrap().as_deref(), Some("de"));
    app.destroy();

    // The next visit begins with it.
    apply(Language::English);
    apply(Language::detect());
    assert_eq!(lang().as_deref(), Some("de"));
    let (root, app) = chooser().await;
    assert_eq!(root.text_content().unwrap(), "Anmelden");
    choose(&root, "en").await;
    assert_eq!(root.text_content().unwrap(), "Sign In");
    assert_eq!(lang().as_deref(), Some("en"));
    assert_eq!(storage().get_item(KEY).unwrap().as_deref(), Some("en"));
    // A tab that goes on about something else leaves it at that.
    let event = Event::new("storage").unwrap();
    window().dispatch_event(&event).unwrap();
    settle().await;
    assert_eq!(current(), Language::English);
    app.destroy();
    forget();
}

#[wasm_bindgen_test]
async fn the_language_is_chosen_below_the_form() {
    forget();
    let world = World::default();
    let page = open(&world, "/forgot").await;
    type_into(&page, "#forgot-email", "ann@example.com").await;
    page.one(".auth-footer [lang=de]").focus().unwrap();
    page.click(".auth-footer [lang=de]").await;
    assert_eq!(page.text("h1"), "Stelle dein Passwort wieder her");
    assert_eq!(input(&page, "#forgot-email").value(), "ann@example.com");
    assert_eq!(
        focused(),
        Some(page.one("[aria-pressed=true]")),
        "the button stays where it is"
    );
    page.close().await;
    forget();
}

#[wasm_bindgen_test]
async fn nothing_that_was_typed_is_lost() {
    forget();
    let world = World::default();
    let page = open(&world, "/signup").await;
    let typed = [
        ("#signup-name", "Ann Example"),
        ("#signup-email", "ann@example.com"),
        ("#signup-username", "ann"),
        ("#signup-password", "Crud-dur-2026!"),
    ];
    for (selector, text) in typed {
        type_into(&page, selector, text).await;
    }
    input(&page, "#signup-username").focus().unwrap();
    let field = page.one("#signup-username");
    assert_eq!(page.all(".rule-met").len(), 5);
    choose_in_another_tab("de").await;
    assert_eq!(
        page.texts("label"),
        ["Name", "E-Mail", "Benutzername", "Passwort"]
    );
    for (selector, text) in typed {
        assert_eq!(input(&page, selector).value(), text);
    }
    assert_eq!(page.one("#signup-username"), field, "the same field");
    assert_eq!(focused(), Some(field), "with the focus still");
    assert_eq!(page.all(".rule-met").len(), 5);
    assert_eq!(
        page.text(".rules [role=status]"),
        "Dein Passwort erfüllt alle Regeln."
    );
    let toggle = page.one(".field-toggle").get_attribute("aria-label");
    assert!(toggle.unwrap().starts_with("Passwort anzeigen"));
    page.close().await;
    forget();
}

#[wasm_bindgen_test]
async fn what_a_form_has_said_is_said_in_the_other_language() {
    forget();
    let world = World::default();
    world
        .service
        .on(
            "ResendConfirmationCode",
            ok(json!({ "CodeDeliveryDetails": { "Destination": "a***@e***", "DeliveryMedium": "EMAIL" } })),
        )
        .on(
            "ConfirmSignUp",
            exception(
                "CodeMismatchException",
                "Invalid verification code provided, please try again.",
            ),
        );
    let page = open(&world, "/confirm?email=ann%40example.com").await;
    page.click(".button-quiet").await;
    until(|| page.text(".form-notice").contains("a***@e***")).await;
    type_into(&page, "#confirm-code", "000000").await;
    page.click("form button[type=submit]").await;
    until(|| page.text("#confirm-code-error").contains("not right")).await;
    input(&page, "#confirm-email").focus().unwrap();
    choose_in_another_tab("de").await;
    assert_eq!(
        page.text("#confirm-code-error"),
        "Dieser Code stimmt nicht. Sieh in der neuesten E-Mail nach und versuch es noch einmal."
    );
    assert_eq!(
        page.text(".form-notice"),
        "Ein neuer Aktivierungscode wurde an deine E-Mail-Adresse (a***@e***) gesendet. Frühere gelten nicht mehr."
    );
    assert!(page.text(".button-quiet").contains("erneut senden (in "));
    assert_eq!(input(&page, "#confirm-code").value(), "000000");
    assert_eq!(
        focused().unwrap().id(),
        "confirm-email",
        "an old problem does not take the focus once more"
    );
    page.close().await;
    forget();
}

#[wasm_bindgen_test]
async fn no_word_of_the_other_language_stays() {
    let world = World::default();
    for url in [
        "/signin",
        "/signup",
        "/confirm",
        "/confirm?email=ann%40example.com",
        "/forgot",
        "/forgot?step=code&email=ann%40example.com",
        "/no/such/page",
    ] {
        forget();
        let page = open(&world, url).await;
        let english = words(&page);
        let title = document().title();
        choose_in_another_tab("de").await;
        let german = words(&page);
        assert!(english.len() > 4, "{url}: {english:?}");
        let alike = ["Name", "Cruddur", "English", "Deutsch", "EN", "DE"];
        let stayed: Vec<&String> = english
            .iter()
            .filter(|text| german.contains(text) && !alike.contains(&text.trim()))
            .filter(|text| !text.contains('@'))
            .collect();
        assert!(stayed.is_empty(), "{url}: {stayed:?}");
        assert_ne!(document().title(), title, "{url}");
        choose_in_another_tab("en").await;
        assert_eq!(words(&page), english, "{url}");
        assert_eq!(document().title(), title, "{url}");
        page.close().await;
    }
    forget();
}

/// A text for each of the numbers, in both languages.
fn counted(numbers: [u64; 4], text: impl Fn(u64) -> String) -> [[String; 4]; 2] {
    Language::ALL.map(|language| {
        apply(language);
        numbers.map(&text)
    })
}

#[wasm_bindgen_test]
async fn numbers_and_their_nouns_agree() {
    forget();
    let wants = browser_wants(&["en-US", "de-DE"]);
    let numbers = [0, 1, 2, 1000];
    for (text, [english, german]) in [
        (
            text::feed::replies as fn(u64) -> String,
            [
                ["0 replies", "1 reply", "2 replies", "1,000 replies"],
                ["0 Antworten", "1 Antwort", "2 Antworten", "1.000 Antworten"],
            ],
        ),
        (
            text::feed::likes,
            [
                ["0 likes", "1 like", "2 likes", "1,000 likes"],
                ["0 Likes", "1 Like", "2 Likes", "1.000 Likes"],
            ],
        ),
        (
            text::feed::reposts,
            [
                ["0 reposts", "1 repost", "2 reposts", "1,000 reposts"],
                ["0 Reposts", "1 Repost", "2 Reposts", "1.000 Reposts"],
            ],
        ),
        (
            text::people::cruds,
            [
                ["0 cruds", "1 crud", "2 cruds", "1,000 cruds"],
                ["0 Cruds", "1 Crud", "2 Cruds", "1.000 Cruds"],
            ],
        ),
        (
            |count| text::feed::new_cruds(count as usize),
            [
                [
                    "0 new cruds – show",
                    "1 new crud – show",
                    "2 new cruds – show",
                    "1,000 new cruds – show",
                ],
                [
                    "0 neue Cruds – anzeigen",
                    "1 neuer Crud – anzeigen",
                    "2 neue Cruds – anzeigen",
                    "1.000 neue Cruds – anzeigen",
                ],
            ],
        ),
        (
            |left| text::compose::room(left as i64),
            [
                [
                    "0 characters left",
                    "1 character left",
                    "2 characters left",
                    "1,000 characters left",
                ],
                [
                    "Noch 0 Zeichen",
                    "Noch 1 Zeichen",
                    "Noch 2 Zeichen",
                    "Noch 1.000 Zeichen",
                ],
            ],
        ),
        (
            text::compose::too_long,
            [
                [
                    "That is 0 characters too long.",
                    "That is 1 character too long.",
                    "That is 2 characters too long.",
                    "That is 1,000 characters too long.",
                ],
                [
                    "Das ist um 0 Zeichen zu lang.",
                    "Das ist um 1 Zeichen zu lang.",
                    "Das ist um 2 Zeichen zu lang.",
                    "Das ist um 1.000 Zeichen zu lang.",
                ],
            ],
        ),
        (
            |least| text::auth::rule_text(Rule::Length(least as usize)),
            [
                [
                    "at least 0 characters",
                    "at least 1 character",
                    "at least 2 characters",
                    "at least 1,000 characters",
                ],
                [
                    "mindestens 0 Zeichen",
                    "mindestens 1 Zeichen",
                    "mindestens 2 Zeichen",
                    "mindestens 1.000 Zeichen",
                ],
            ],
        ),
    ] {
        let [in_english, in_german] = counted(numbers, text);
        assert_eq!(in_english, english);
        assert_eq!(in_german, german);
    }
    drop(wants);
    forget();
}

#[wasm_bindgen_test]
async fn a_broken_rule_is_a_sentence_in_both_languages() {
    for (rule, german) in [
        (
            Rule::Length(8),
            "Das Passwort braucht mindestens 8 Zeichen.",
        ),
        (Rule::Uppercase, "Im Passwort fehlt ein Großbuchstabe."),
        (Rule::Number, "Im Passwort fehlt eine Ziffer."),
        (
            Rule::NoBlank,
            "Das Passwort darf keine Leerzeichen enthalten.",
        ),
    ] {
        let said = || text::auth::field_problem(Field::Password, FieldProblem::Rules(rule));
        apply(Language::English);
        assert!(said().starts_with("The password needs "));
        apply(Language::German);
        assert_eq!(said(), german);
    }
    forget();
}
