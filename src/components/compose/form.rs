//! Where cruds are written.

use std::cell::Cell;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlSelectElement};
use yew::prelude::*;

use super::draft::use_draft;
use super::field::focus;
use super::{CRUD_LIMIT, Kind, MessageField, Problem};
use crate::backend::{Activity, Ttl, use_backend};
use crate::components::form::SubmitButton;
use crate::components::{Symbol, icon};
use crate::router::{Navigator, Route, use_route};
use crate::session::Person;
use crate::text::compose as text;

const FIELD_ID: &str = "compose-message";

thread_local! {
    /// Whether the focus is to come to the form as soon as there is one.
    static REQUESTED: Cell<bool> = const { Cell::new(false) };
}

/// Brings the person to the form on the home page and into its field.
pub fn request_compose(navigator: &Navigator) {
    if !focus_field() {
        REQUESTED.set(true);
        navigator.push(&Route::Home);
    }
}

/// Whether there is a field for the focus to come to.
fn focus_field() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let field = document
        .and_then(|document| document.get_element_by_id(FIELD_ID))
        .and_then(|field| field.dyn_into::<HtmlElement>().ok());
    field.is_some_and(|field| field.focus().is_ok())
}

/// How far a crud is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posting {
    /// It is being sent, and looks like this.
    Begun(Activity),
    /// The backend has accepted it, and it looks like this.
    Done(Activity),
    /// It was not accepted; the form says why.
    Failed,
}

/// Properties of [`ComposeForm`].
#[derive(Clone, Debug, Properties, PartialEq)]
pub struct ComposeFormProps {
    /// Who writes. For another person it has to be another form.
    pub person: Person,
    /// What becomes of a crud.
    pub onposting: Callback<Posting>,
}

/// Where a crud is written, and how long it stays is chosen.
#[component]
pub fn ComposeForm(props: &ComposeFormProps) -> Html {
    let backend = use_backend();
    let route = use_route();
    let draft = use_draft(&props.person.username, &Kind::Crud);
    let ttl = use_state(Ttl::default);
    let problem = use_state(|| None::<Problem>);
    let busy = use_state(|| false);
    let sent = use_state(|| false);
    // As `busy`, but true at once: two clicks can come before the next rendering.
    let running = use_mut_ref(|| false);
    let field = use_node_ref();

    use_effect_with((), |()| {
        // Not before the arrival on the page has put the focus on its heading.
        let focusing = REQUESTED.take().then(|| {
            Timeout::new(0, || {
                focus_field();
            })
        });
        move || drop(focusing)
    });

    let send = {
        let (draft, ttl, problem) = (draft.clone(), *ttl, problem.setter());
        let (busy, sent, field) = (busy.setter(), sent.setter(), field.clone());
        let (person, onposting) = (props.person.clone(), props.onposting.clone());
        Callback::from(move |()| {
            if *running.borrow() {
                return;
            }
            sent.set(false);
            let message = draft.text().to_owned();
            if let Some(found) = Problem::of(&message, CRUD_LIMIT) {
                problem.set(Some(found));
                focus(&field);
                return;
            }
            running.replace(true);
            problem.set(None);
            busy.set(true);
            onposting.emit(Posting::Begun(preview(&person, &message)));
            let (running, draft, problem) = (running.clone(), draft.clone(), problem.clone());
            let (busy, sent, field) = (busy.clone(), sent.clone(), field.clone());
            let (backend, onposting) = (backend.clone(), onposting.clone());
            // Not a task of this component: whoever goes to another page has said it all the same.
            spawn_local(async move {
                match backend.post_crud(&message, ttl).await {
                    Ok(crud) => {
                        draft.sent(&message);
                        sent.set(true);
                        onposting.emit(Posting::Done(crud));
                    }
                    Err(error) => {
                        problem.set(Some(Problem::Backend(error)));
                        onposting.emit(Posting::Failed);
                    }
                }
                running.replace(false);
                busy.set(false);
                focus(&field);
            });
        })
    };
    let onsubmit = {
        let send = send.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(());
        }
    };
    let onchange = {
        let (draft, problem, sent) = (draft.clone(), problem.clone(), sent.clone());
        move |message| {
            draft.set(message);
            if problem.is_some() {
                problem.set(None);
            }
            if *sent {
                sent.set(false);
            }
        }
    };
    let onchoice = {
        let ttl = ttl.setter();
        move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(chosen) = select.and_then(|select| Ttl::of_value(&select.value())) {
                ttl.set(chosen);
            }
        }
    };
    html! {
        <form class="compose" aria-label={text::COMPOSE} novalidate=true {onsubmit}>
            <MessageField
                id={FIELD_ID}
                label={text::COMPOSE_LABEL}
                placeholder={text::COMPOSE_PLACEHOLDER}
                limit={CRUD_LIMIT}
                message={draft.text().to_owned()}
                readonly={*busy}
                problem={problem.as_ref().map(|problem| problem.view(&route))}
                {field}
                {onchange}
                onsend={send}
            />
            <div class="compose-actions">
                <div class="compose-expires">
                    { icon(Symbol::Bomb) }
                    <label for="compose-ttl">{ text::EXPIRES }</label>
                    <select id="compose-ttl" onchange={onchoice}>
                        for choice in Ttl::ALL {
                            <option value={choice.value()} selected={choice == *ttl}>
                                { text::ttl(choice) }
                            </option>
                        }
                    </select>
                </div>
                <SubmitButton label={text::CRUD} busy_label={text::CRUDDING} busy={*busy} />
            </div>
            <p class="visually-hidden" role="status">
                if *busy {
                    { text::CRUDDING }
                } else if *sent {
                    { text::SENT }
                }
            </p>
        </form>
    }
}

/// A crud as it will look, as far as that is known before the backend has it.
fn preview(person: &Person, message: &str) -> Activity {
    let name = person.display_name();
    Activity {
        uuid: String::new(),
        handle: person.handle.as_deref().unwrap_or(name).to_owned(),
        display_name: Some(name.to_owned()),
        message: message.to_owned(),
        created_at: None,
        expires_at: None,
        replies_count: 0,
        reposts_count: 0,
        likes_count: 0,
        reply_to: None,
        replies: Vec::new(),
    }
}
