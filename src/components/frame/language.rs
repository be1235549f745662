//! The choice of the language.

use yew::prelude::*;

use crate::text::{Language, LanguageChoice, shell as text};

/// A button for every language, in its own words.
pub fn language_switch(choice: &LanguageChoice) -> Html {
    let button = |language: Language| {
        let onclick = choice.choose.reform(move |_: MouseEvent| language);
        html! {
            <button
                type="button"
                class="language"
                lang={language.tag()}
                aria-pressed={(language == choice.language).to_string()}
                {onclick}
            >
                { language.name() }
            </button>
        }
    };
    html! {
        <div class="languages" role="group" aria-label={text::LANGUAGE}>
            { for Language::ALL.map(button) }
        </div>
    }
}
