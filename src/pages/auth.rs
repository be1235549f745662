//! What the pages about accounts have in common.

use yew::prelude::*;

use crate::components::form::{Field, FieldProblem, Problem, Problems};
use crate::components::frame::language_switch;
use crate::router::{Link, Route, use_navigator};
use crate::session::{Password, SessionState, use_session_state};
use crate::text::{shell, use_language};

/// How a page is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// A purple pane beside the form.
    Split,
    /// A card on a purple page.
    Card,
}

/// Properties of [`AuthPage`].
#[derive(Properties, PartialEq)]
pub(super) struct AuthPageProps {
    /// How it is laid out.
    pub layout: Layout,
    /// The page's heading.
    pub title: AttrValue,
    /// The page.
    pub children: Html,
    /// What stands below: another way on.
    #[prop_or_default]
    pub below: Html,
}

/// The frame of a page about accounts.
#[component]
pub(super) fn AuthPage(props: &AuthPageProps) -> Html {
    let language = use_language();
    let class = match props.layout {
        Layout::Split => "auth auth-split",
        Layout::Card => "auth auth-card",
    };
    html! {
        <div {class}>
            <header class="auth-brand">
                <Link to={Route::Home} class="auth-logo" label={shell::LOGO}>
                    <img src="/icon-dark.svg" alt="" width="96" height="96" />
                </Link>
            </header>
            <main class="auth-main">
                <div class="auth-panel">
                    <h1 tabindex="-1">{ props.title.clone() }</h1>
                    { props.children.clone() }
                </div>
                if props.below != Html::default() {
                    <div class="auth-below">{ props.below.clone() }</div>
                }
                <footer class="auth-footer">{ language_switch(&language) }</footer>
            </main>
        </div>
    }
}

/// Goes on to `next` as soon as somebody is signed in. Returns whether the page has something to show until then.
#[hook]
pub(super) fn use_signed_out(next: Option<String>) -> bool {
    let navigator = use_navigator();
    let state = use_session_state();
    let signed_in = matches!(state, SessionState::SignedIn(_));
    use_effect_with((signed_in, next), move |(signed_in, next)| {
        if *signed_in {
            // A form that has been dealt with is nothing to come back to.
            navigator.replace(&Route::after_sign_in(next.as_deref()));
        }
    });
    matches!(state, SessionState::SignedOut(_))
}

/// What there is to see while a stored session is being renewed.
pub(super) fn waiting() -> Html {
    html! { <p class="auth-waiting" role="status">{ shell::LOADING }</p> }
}

/// Moves the focus to what took the place of something that had it.
pub(super) fn focus(place: &NodeRef) {
    if let Some(place) = place.cast::<web_sys::HtmlElement>() {
        let _ = place.focus();
    }
}

/// Collects the problems of a form's fields.
#[derive(Default)]
pub(super) struct Check(Vec<Problem>);

impl Check {
    /// The value of a field, or nothing and one more problem.
    pub(super) fn take<T>(&mut self, field: Field, value: Result<T, FieldProblem>) -> Option<T> {
        value
            .map_err(|problem| self.0.push(Problem::Typed(field, problem)))
            .ok()
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Shows the problems, in the order in which the fields were taken; with none, shows that there are none.
    pub(super) fn show(self, problems: &Problems) {
        problems.show(self.0);
    }
}

/// A password for a form that already knows whose it is: for password managers, what the person signs in
/// with goes along.
pub(super) fn known_email(id: &'static str, email: &str) -> Html {
    html! {
        <input
            class="visually-hidden"
            type={if email.contains('@') { "email" } else { "text" }}
            {id}
            name="email"
            autocomplete="username"
            value={email.to_owned()}
            readonly=true
            tabindex="-1"
            aria-hidden="true"
        />
    }
}

/// A filled-in sign-in form.
pub(super) struct ValidSignIn {
    /// What the person signs in with.
    pub email: String,
    /// The password, as it was typed.
    pub password: Password,
}
