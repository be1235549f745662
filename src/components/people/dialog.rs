//! A dialog on top of the page.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};
use yew::prelude::*;

/// Properties of [`Dialog`].
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Whether it is on show.
    pub open: bool,
    /// Whether it has to stay: something is under way in it.
    #[prop_or_default]
    pub locked: bool,
    /// The id of the element that names it.
    pub labelled_by: AttrValue,
    /// It is to be closed, or has been: by Escape or by a press outside.
    pub onclose: Callback<()>,
    /// What is in it; only while it is on show.
    #[prop_or_default]
    pub children: Html,
}

/// A native modal dialog. The browser keeps the focus in it, and gives it back to what had it before.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let dialog = use_node_ref();
    use_effect_with((props.onclose.clone(), props.locked), {
        let dialog = dialog.clone();
        move |(onclose, locked)| {
            let listeners = dialog
                .cast::<HtmlDialogElement>()
                .map(|dialog| listen(&dialog, onclose, *locked));
            move || drop(listeners)
        }
    });
    use_effect_with(props.open, {
        let dialog = dialog.clone();
        move |open| {
            let Some(dialog) = dialog.cast::<HtmlDialogElement>() else {
                return;
            };
            if *open && !dialog.open() {
                // Fails for elements outside the page only.
                let _ = dialog.show_modal();
            } else if !*open && dialog.open() {
                dialog.close();
            }
        }
    });
    html! {
        <dialog ref={dialog} class="dialog" aria-labelledby={props.labelled_by.clone()}>
            if props.open {
                <div class="dialog-content">{ props.children.clone() }</div>
            }
        </dialog>
    }
}

fn listen(dialog: &HtmlDialogElement, onclose: &Callback<()>, locked: bool) -> [EventListener; 4] {
    // The dialog's content covers it, so what hits the element itself hits what is around it. Whoever selects text and
    // lets go outside has pressed inside.
    let pressed_outside = Rc::new(Cell::new(false));
    let is_outside = {
        let dialog: Element = dialog.clone().into();
        move |event: &Event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            target.as_ref() == Some(&dialog)
        }
    };
    let options = EventListenerOptions::enable_prevent_default();
    [
        // Closed by us, at once: by itself it would say so later than a key that opens it again.
        EventListener::new_with_options(dialog, "cancel", options, {
            let onclose = onclose.clone();
            move |event| {
                if event.target() == event.current_target() {
                    event.prevent_default();
                    if !locked {
                        onclose.emit(());
                    }
                }
            }
        }),
        EventListener::new(dialog, "close", {
            let (onclose, dialog) = (onclose.clone(), dialog.clone());
            // The event comes late: by then it may be on show again.
            move |_| {
                if !dialog.open() {
                    onclose.emit(());
                }
            }
        }),
        EventListener::new(dialog, "pointerdown", {
            let (pressed_outside, is_outside) = (pressed_outside.clone(), is_outside.clone());
            move |event| pressed_outside.set(is_outside(event))
        }),
        EventListener::new(dialog, "click", {
            let onclose = onclose.clone();
            move |event| {
                if pressed_outside.replace(false) && is_outside(event) && !locked {
                    onclose.emit(());
                }
            }
        }),
    ]
}
