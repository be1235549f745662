//! Where messages are written.

use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::text::compose as text;

/// From this many characters left on the counter says so aloud.
const SCARCE: i64 = 20;

/// How many characters (Unicode code points, as the backend counts) there is room for; negative beyond the limit.
pub fn room(message: &str, limit: usize) -> i64 {
    let length = message.chars().count();
    let signed = |number| i64::try_from(number).unwrap_or(i64::MAX);
    signed(limit) - signed(length)
}

/// Properties of [`MessageField`].
#[derive(Properties, PartialEq)]
pub struct MessageFieldProps {
    /// The id of the `textarea`, unlike any other on the page.
    pub id: AttrValue,
    /// What is to be written.
    pub label: AttrValue,
    /// What stands in it while it is empty.
    pub placeholder: AttrValue,
    /// How many characters it may have.
    pub limit: usize,
    /// What is written.
    pub message: AttrValue,
    /// Whether it may not be changed now.
    #[prop_or_default]
    pub readonly: bool,
    /// Whether the focus comes here when the dialog around it opens.
    #[prop_or_default]
    pub autofocus: bool,
    /// What is wrong.
    #[prop_or_default]
    pub problem: Option<Html>,
    /// The `textarea`.
    pub field: NodeRef,
    /// It has changed.
    pub onchange: Callback<String>,
    /// It is to be sent: by Ctrl or Command and Enter.
    pub onsend: Callback<()>,
}

/// A field that grows with what is written, and counts.
#[component]
pub fn MessageField(props: &MessageFieldProps) -> Html {
    let left = room(&props.message, props.limit);
    let counter_id = format!("{}-counter", props.id);
    let problem_id = format!("{}-problem", props.id);
    let oninput = props.onchange.reform(|event: InputEvent| {
        let field = event.target_dyn_into::<HtmlTextAreaElement>();
        field.map(|field| field.value()).unwrap_or_default()
    });
    let onkeydown = {
        let onsend = props.onsend.clone();
        move |event: KeyboardEvent| {
            // The Enter that ends the choice of a character is no Enter.
            if event.key() == "Enter"
                && (event.ctrl_key() || event.meta_key())
                && !event.is_composing()
            {
                event.prevent_default();
                onsend.emit(());
            }
        }
    };
    let invalid = props.problem.is_some() || left < 0;
    html! {
        <div class="message-field">
            <label for={props.id.clone()}>{ props.label.clone() }</label>
            // What is written, once more and unseen: it makes the room that the field fills.
            <div class="message-room" data-message={props.message.clone()}>
                <textarea
                    ref={props.field.clone()}
                    id={props.id.clone()}
                    dir="auto"
                    rows="2"
                    placeholder={props.placeholder.clone()}
                    value={props.message.clone()}
                    readonly={props.readonly}
                    autofocus={props.autofocus}
                    aria-invalid={invalid.then_some("true")}
                    aria-describedby={format!("{counter_id} {problem_id}")}
                    {oninput}
                    {onkeydown}
                />
            </div>
            <p id={counter_id} class={classes!("message-counter", (left < 0).then_some("message-over"))}>
                <span aria-hidden="true">{ text::counter(left) }</span>
                <span class="visually-hidden">{ text::room(left) }</span>
            </p>
            <p class="visually-hidden" role="status">
                if left < 0 {
                    { text::OVER }
                } else if left <= SCARCE && left % 10 == 0 {
                    { text::room(left) }
                }
            </p>
            <div class="field-error" id={problem_id} role="alert">{ props.problem.clone() }</div>
        </div>
    }
}

/// Puts the focus into the field.
pub fn focus(field: &NodeRef) {
    if let Some(field) = field
        .get()
        .and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = field.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_counted_in_code_points() {
        assert_eq!(room("", 280), 280);
        assert_eq!(room(&"💜".repeat(280), 280), 0);
        assert_eq!(room(&"é".repeat(281), 280), -1);
        assert_eq!(room("שלום", 1024), 1020);
    }
}
