//! The way to search.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::components::{Symbol, icon};
use crate::router::{Route, use_location, use_navigator};
use crate::text::people as text;

/// Properties of [`SearchBox`].
#[derive(Properties, PartialEq)]
pub struct SearchBoxProps {
    /// The input's id, unlike any other's on the page.
    pub id: AttrValue,
    /// What is being searched for; the person may change it.
    #[prop_or_default]
    pub term: AttrValue,
}

/// A form that leads to the search page, which does the searching. Whoever asks for nothing stays in the field and is
/// told so.
#[component]
pub fn SearchBox(props: &SearchBoxProps) -> Html {
    let navigator = use_navigator();
    let visit = use_location().visit;
    let input = use_node_ref();
    let blank = use_state(|| false);

    // Not by the `value` of the element: with each rendering that would take the place of what was typed since.
    use_effect_with((props.term.clone(), visit), {
        let (input, blank) = (input.clone(), blank.setter());
        move |(term, _)| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.set_value(term);
            }
            blank.set(false);
        }
    });
    let onsubmit = use_callback((), {
        let (input, blank) = (input.clone(), blank.setter());
        move |event: SubmitEvent, ()| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else {
                return;
            };
            let term = input.value().trim().to_owned();
            blank.set(term.is_empty());
            if term.is_empty() {
                let _ = input.focus();
            } else {
                navigator.push(&Route::Search { term: Some(term) });
            }
        }
    });
    let oninput = {
        let blank = blank.clone();
        move |_: InputEvent| {
            if *blank {
                blank.set(false);
            }
        }
    };

    let problem = format!("{}-problem", props.id);
    html! {
        <form class="search-box" role="search" action="/search" novalidate=true {onsubmit}>
            <label class="visually-hidden" for={props.id.clone()}>{ text::SEARCH_LABEL }</label>
            <div class="search-box-field">
                <input
                    ref={input}
                    id={props.id.clone()}
                    type="search"
                    name="q"
                    placeholder={text::SEARCH_LABEL}
                    autocomplete="off"
                    enterkeyhint="search"
                    dir="auto"
                    aria-invalid={blank.then_some("true")}
                    aria-describedby={blank.then(|| problem.clone())}
                    {oninput}
                />
                <button type="submit" class="icon-button" aria-label={text::SEARCH_DO} title={text::SEARCH_DO}>
                    { icon(Symbol::Search) }
                </button>
            </div>
            <div class="field-error" id={problem.clone()} role="status">
                if *blank {
                    <p>{ text::SEARCH_BLANK }</p>
                }
            </div>
        </form>
    }
}
