//! Inputs with a label, a hint and a problem.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::alert::remedy_link;
use super::{Field, Problems, clean_code};
use crate::session::Password;
use crate::text::{Text, auth as text};

/// Properties of all fields.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// Which field: its label and its place among the problems.
    pub field: Field,
    /// The input's id, unlike any other form's.
    pub id: AttrValue,
    /// What is wrong with the form.
    pub problems: Problems,
    /// What browsers and password managers may fill in.
    pub autocomplete: AttrValue,
    /// What it holds at first; later only the person changes it.
    #[prop_or_default]
    pub initial: AttrValue,
    /// Its label, where another one than the field's own says it better.
    #[prop_or_default]
    pub label: Option<Text>,
    /// Whether it is for reading only.
    #[prop_or_default]
    pub readonly: bool,
    /// The id of an element that says more about it.
    #[prop_or_default]
    pub described_by: Option<AttrValue>,
    /// Called with what a password field holds, at each change.
    #[prop_or_default]
    pub ontyped: Option<Callback<Password>>,
    /// Where the e-mail address of a remedy comes from.
    #[prop_or_default]
    pub next: Option<String>,
}

struct Shape {
    kind: &'static str,
    inputmode: Option<&'static str>,
}

/// An input and what belongs to it. `beside` goes into the box of the input.
fn field_html(
    props: &FieldProps,
    shape: Shape,
    oninput: Option<Callback<InputEvent>>,
    beside: Html,
) -> Html {
    let failure = props.problems.of(props.field);
    let error_id = format!("{}-error", props.id);
    let mut described_by: Vec<&str> = props.described_by.as_deref().into_iter().collect();
    let hint = text::hint(props.field).map(|hint| (format!("{}-hint", props.id), hint));
    described_by.extend(hint.as_ref().map(|(id, _)| &**id));
    if failure.is_some() {
        described_by.insert(0, &error_id);
    }
    let described_by = (!described_by.is_empty()).then(|| described_by.join(" "));
    html! {
        <div class="field">
            <label for={props.id.clone()}>
                { props.label.unwrap_or_else(|| text::label(props.field)) }
            </label>
            <div class="field-box">
                <input
                    ref={props.problems.refs().of(props.field)}
                    id={props.id.clone()}
                    name={props.field.input_name()}
                    type={shape.kind}
                    inputmode={shape.inputmode}
                    autocomplete={props.autocomplete.clone()}
                    autocapitalize="none"
                    autocorrect="off"
                    spellcheck="false"
                    required={props.field != Field::AppName}
                    readonly={props.readonly}
                    aria-invalid={failure.is_some().then_some("true")}
                    aria-describedby={described_by}
                    {oninput}
                />
                { beside }
            </div>
            if let Some((id, hint)) = hint {
                <p class="field-hint" {id}>{ hint }</p>
            }
            <div class="field-error" id={error_id} aria-live="polite">
                if let Some(failure) = failure {
                    <p>
                        { failure.text }
                        if let Some(remedy) = failure.remedy {
                            { " " }
                            { remedy_link(remedy, props.problems.typed_email(), props.next.clone()) }
                        }
                    </p>
                }
            </div>
        </div>
    }
}

/// Fills in what the field holds at first. Not by the `value` of the element: with each rendering that would take the
/// place of what the person has typed since. What they typed before the app was there stays.
#[hook]
fn use_initial(props: &FieldProps) {
    let input = props.problems.refs().of(props.field);
    let is_new = use_mut_ref(|| true);
    use_effect_with(props.initial.clone(), move |initial| {
        let is_new = is_new.replace(false);
        let input = input.cast::<HtmlInputElement>();
        let is_free = |input: &HtmlInputElement| !is_new || input.value().is_empty();
        if let Some(input) = input.filter(is_free).filter(|_| !initial.is_empty()) {
            input.set_value(initial);
        }
    });
}

fn input_of(event: &InputEvent) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// A field for a line of text. An e-mail address gets the keyboard for it, as do a phone number, a date and a URL.
#[component]
pub fn TextField(props: &FieldProps) -> Html {
    use_initial(props);
    let (kind, inputmode) = match props.field {
        Field::Email => ("email", Some("email")),
        Field::PHONE => ("tel", Some("tel")),
        Field::Attribute("birthdate") => ("date", None),
        Field::Attribute("website" | "profile" | "picture") => ("url", Some("url")),
        _ => ("text", None),
    };
    field_html(props, Shape { kind, inputmode }, None, Html::default())
}

/// A field for a password, with a button that shows it.
#[component]
pub fn PasswordField(props: &FieldProps) -> Html {
    use_initial(props);
    let oninput = use_callback(props.ontyped.clone(), |event: InputEvent, ontyped| {
        if let (Some(ontyped), Some(input)) = (ontyped, input_of(&event)) {
            ontyped.emit(Password::new(input.value()));
        }
    });
    let visible = use_state(|| false);
    let toggle = use_callback(*visible, {
        let visible = visible.setter();
        move |_: MouseEvent, was| visible.set(!*was)
    });
    // A pointer on the button leaves focus and caret where they are.
    let onmousedown = use_callback((), |event: MouseEvent, ()| event.prevent_default());
    let shape = Shape {
        kind: if *visible { "text" } else { "password" },
        inputmode: None,
    };
    let label = if *visible {
        text::HIDE_PASSWORD
    } else {
        text::SHOW_PASSWORD
    };
    let beside = html! {
        <button
            type="button"
            class={classes!("field-toggle", visible.then_some("field-toggle-on"))}
            aria-label={label}
            title={label}
            aria-controls={props.id.clone()}
            {onmousedown}
            onclick={toggle}
        >
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                <path d="M2.5 12c2-4 5.5-6.2 9.5-6.2s7.5 2.2 9.5 6.2c-2 4-5.5 6.2-9.5 6.2S4.5 16 2.5 12z" />
                <circle cx="12" cy="12" r="2.8" />
                if !*visible {
                    <path d="M4 20 20 4" />
                }
            </svg>
        </button>
    };
    field_html(props, shape, Some(oninput), beside)
}

/// A field for a code: one input, whatever the code's length, that takes it as it is pasted.
#[component]
pub fn CodeField(props: &FieldProps) -> Html {
    use_initial(props);
    let oninput = use_callback((), |event: InputEvent, ()| {
        let Some(input) = input_of(&event) else {
            return;
        };
        let code = clean_code(&input.value());
        if code != input.value() {
            input.set_value(&code);
        }
    });
    let shape = Shape {
        kind: "text",
        inputmode: Some("numeric"),
    };
    field_html(props, shape, Some(oninput), Html::default())
}
