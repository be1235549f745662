//! Long lists are shown in stretches: what sees to the next one.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element, HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};
use yew::prelude::*;

/// From how far below what is to be seen the next stretch comes.
const AHEAD: &str = "0px 0px 1500px 0px";

/// Properties of [`More`].
#[derive(Properties, PartialEq)]
pub struct MoreProps {
    /// How much is on show.
    pub shown: usize,
    /// Whether there is more.
    pub more: bool,
    /// What the button says.
    pub label: AttrValue,
    /// The next stretch is to be shown.
    pub onmore: Callback<()>,
}

/// Shows the next stretch of the list before it when the person comes near the list's end. It is a button, for browsers
/// that cannot tell and for keys that are faster than the browser; who has the focus on it goes on in what is new.
#[component]
pub fn More(props: &MoreProps) -> Html {
    let button = use_node_ref();
    // How many cruds there were when the button was in use.
    let left_at = use_mut_ref(|| None::<(Element, u32)>);
    let onmore = {
        let (button, left_at) = (button.clone(), left_at.clone());
        use_callback(props.onmore.clone(), move |(), onmore| {
            *left_at.borrow_mut() = in_use(&button);
            onmore.emit(());
        })
    };
    use_effect_with((props.shown, props.more), {
        let (button, onmore) = (button.clone(), onmore.clone());
        move |(_, more)| {
            if let Some((list, before)) = left_at.take() {
                focus_crud(&list, before);
            }
            let button = button.cast::<Element>().filter(|_| *more);
            let watch = button.map(|button| Watch::new(&button, onmore));
            move || drop(watch)
        }
    });
    let onclick = onmore.reform(|_: MouseEvent| ());
    html! {
        if props.more {
            <p class="feed-more">
                <button ref={button} type="button" class="button button-secondary" {onclick}>
                    { props.label.clone() }
                </button>
            </p>
        }
    }
}

/// The list that a button is the end of and the number of its cruds, if the button has the focus.
fn in_use(button: &NodeRef) -> Option<(Element, u32)> {
    let button = button.cast::<Element>()?;
    let focused = button.owner_document()?.active_element()?;
    let list = button.parent_element()?.previous_element_sibling()?;
    let cruds = list.get_elements_by_tag_name("article").length();
    (focused == button).then_some((list, cruds))
}

/// Brings the focus into the first crud after so many.
fn focus_crud(list: &Element, before: u32) {
    let crud = list.get_elements_by_tag_name("article").item(before);
    let inside = crud.and_then(|crud| crud.query_selector("a,button").ok().flatten());
    if let Some(inside) = inside.and_then(|inside| inside.dyn_into::<HtmlElement>().ok()) {
        // Fails for nothing that can have it.
        let _ = inside.focus();
    }
}

/// Tells when something comes near what is to be seen, until it is dropped.
struct Watch {
    observer: Option<IntersectionObserver>,
    _seen: Closure<dyn FnMut(Array)>,
}

impl Watch {
    fn new(element: &Element, near: Callback<()>) -> Self {
        let seen = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let mut entries = entries.iter().map(JsCast::unchecked_into);
            if entries.any(|entry: IntersectionObserverEntry| entry.is_intersecting()) {
                near.emit(());
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(AHEAD);
        // Not there in old browsers: the button is.
        let callback = seen.as_ref().unchecked_ref();
        let observer = IntersectionObserver::new_with_options(callback, &options).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        Self {
            observer,
            _seen: seen,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
