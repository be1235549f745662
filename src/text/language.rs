//! The languages of the app, and texts in all of them.
//!
//! Both languages are compiled in, side by side: for some four hundred short texts this costs a few kilobytes, no
//! request before the first page, and no library (Fluent costs 46 kB); a text that lacks a language does not compile.

use std::cell::Cell;
use std::fmt;

use gloo_events::EventListener;
use js_sys::Array;
use web_sys::Window;
use yew::html::IntoPropValue;
use yew::prelude::*;

/// Where the person's choice is kept in `localStorage`.
const STORAGE_KEY: &str = "language";

/// A language of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English
    #[default]
    English,
    /// Deutsch
    German,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of a BCP 47 tag such as `de-AT`; `None` for one that the app does not speak.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The first of the wanted tags that the app speaks.
    pub fn best_of<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        wanted
            .into_iter()
            .find_map(Self::of_tag)
            .unwrap_or_default()
    }

    /// What the person chose earlier, else what their browser asks for.
    pub fn detect() -> Self {
        stored().unwrap_or_else(|| {
            let wanted = browser_tags();
            Self::best_of(wanted.iter().map(String::as_str))
        })
    }
}

thread_local! {
    static CURRENT: Cell<Language> = const { Cell::new(Language::English) };
}

/// The language that texts come in.
pub fn current() -> Language {
    CURRENT.get()
}

/// Makes `language` the one that texts come in from now on, for the page and for assistive technology. What is on the
/// page already stays as it is until it is rendered anew.
pub fn apply(language: Language) {
    CURRENT.set(language);
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        // Fails for names that are no attribute's.
        let _ = root.set_attribute("lang", language.tag());
    }
}

/// Keeps the person's choice for later visits, where the browser lets us.
pub fn store(language: Language) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(STORAGE_KEY, language.tag());
    }
}

/// The tag for dates and numbers: the person's own kind of the current language (`de-AT`, `en-GB`) where the browser
/// names one, else the language itself.
pub fn locale() -> String {
    let language = current();
    browser_tags()
        .into_iter()
        .find(|tag| Language::of_tag(tag) == Some(language))
        .unwrap_or_else(|| language.tag().to_owned())
}

fn stored() -> Option<Language> {
    let tag = storage()?.get_item(STORAGE_KEY).ok()??;
    Language::of_tag(&tag)
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn browser_tags() -> Vec<String> {
    let languages: Array = match web_sys::window().as_ref().map(Window::navigator) {
        Some(navigator) => navigator.languages(),
        None => return Vec::new(),
    };
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}

/// A text in every language; it shows itself in the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    en: &'static str,
    de: &'static str,
}

impl Text {
    /// A text in English and in German.
    pub const fn new(en: &'static str, de: &'static str) -> Self {
        Self { en, de }
    }

    /// The text in a language.
    pub const fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::German => self.de,
        }
    }

    /// The text in the current language.
    pub fn get(self) -> &'static str {
        self.in_language(current())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl PartialEq<Text> for String {
    fn eq(&self, other: &Text) -> bool {
        self == other.get()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.get().to_owned()
    }
}

impl From<Text> for AttrValue {
    fn from(text: Text) -> Self {
        Self::Static(text.get())
    }
}

impl IntoPropValue<AttrValue> for Text {
    fn into_prop_value(self) -> AttrValue {
        self.into()
    }
}

impl IntoPropValue<Option<AttrValue>> for Text {
    fn into_prop_value(self) -> Option<AttrValue> {
        Some(self.into())
    }
}

impl IntoPropValue<Html> for Text {
    fn into_prop_value(self) -> Html {
        self.get().into_prop_value()
    }
}

/// The one of two that belongs to the current language, for texts with something in them.
pub(crate) fn either(english: impl FnOnce() -> String, german: impl FnOnce() -> String) -> String {
    match current() {
        Language::English => english(),
        Language::German => german(),
    }
}

/// The way to another language: the component that asks is rendered anew when it changes, and so is the page.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageChoice {
    /// The language on show.
    pub language: Language,
    /// Changes it, and keeps the choice.
    pub choose: Callback<Language>,
}

/// Properties of [`LanguageProvider`].
#[derive(Properties, PartialEq)]
pub struct LanguageProviderProps {
    /// What is to be in the language.
    pub children: Html,
}

/// Shows its children in the person's language, and anew in another when they choose one, in this tab or another.
#[component]
pub fn LanguageProvider(props: &LanguageProviderProps) -> Html {
    let language = use_state(current);
    let choose = use_callback((), {
        let language = language.setter();
        move |chosen: Language, ()| {
            store(chosen);
            apply(chosen);
            language.set(chosen);
        }
    });
    use_effect_with((), {
        let language = language.setter();
        move |()| {
            // Browsers send it to every tab but the one that made the change.
            let listener = web_sys::window().map(|window| {
                EventListener::new(&window, "storage", move |_| {
                    // Most changes are to something else.
                    if let Some(stored) = stored().filter(|stored| *stored != current()) {
                        apply(stored);
                        language.set(stored);
                    }
                })
            });
            move || drop(listener)
        }
    });
    let choice = LanguageChoice {
        language: *language,
        choose,
    };
    html! {
        <ContextProvider<LanguageChoice> context={choice}>
            { props.children.clone() }
        </ContextProvider<LanguageChoice>>
    }
}

/// The language on show and the way to another. Outside a [`LanguageProvider`] there is no other.
#[hook]
pub fn use_language() -> LanguageChoice {
    use_context::<LanguageChoice>().unwrap_or_else(|| LanguageChoice {
        language: current(),
        choose: Callback::noop(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_their_languages() {
        for (tag, language) in [
            ("en", Some(Language::English)),
            ("en-GB", Some(Language::English)),
            ("DE-at", Some(Language::German)),
            ("fr", None),
            ("den", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }

    #[test]
    fn the_first_language_that_we_speak_is_chosen() {
        let best = |tags: &[&'static str]| Language::best_of(tags.iter().copied());
        assert_eq!(best(&["fr-FR", "de-CH", "en"]), Language::German);
        assert_eq!(best(&["fr", "nl"]), Language::English);
        assert_eq!(best(&[]), Language::English);
    }

    #[test]
    fn texts_come_in_the_current_language() {
        let text = Text::new("yes", "ja");
        assert_eq!(text.get(), "yes");
        CURRENT.set(Language::German);
        assert_eq!(text.to_string(), "ja");
        assert_eq!(either(|| "one".to_owned(), || "eins".to_owned()), "eins");
    }
}
