//! What is wrong with a form: shown where it belongs, and the focus goes there.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Field, FieldProblem};
use crate::config::UsernameKind;
use crate::session::{CodeDelivery, Error, ManagedLoginError, PasskeyError, use_session};
use crate::text::auth::{self, Failure, Form};
use crate::text::{Language, use_language};

/// The elements of a form that can take the focus. Clones are the same.
#[derive(Clone, Default)]
pub struct Refs {
    fields: Rc<RefCell<Vec<(Field, NodeRef)>>>,
    alert: NodeRef,
}

impl PartialEq for Refs {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.fields, &other.fields)
    }
}

impl Refs {
    /// The reference to a field's input.
    pub fn of(&self, field: Field) -> NodeRef {
        let mut refs = self.fields.borrow_mut();
        if let Some((_, found)) = refs.iter().find(|(name, _)| *name == field) {
            return found.clone();
        }
        let made = NodeRef::default();
        refs.push((field, made.clone()));
        made
    }

    /// The reference to the form's alert.
    pub fn alert(&self) -> NodeRef {
        self.alert.clone()
    }

    /// What is in a field's input now; nothing if there is none.
    pub fn value(&self, field: Field) -> String {
        let input = self.of(field).cast::<web_sys::HtmlInputElement>();
        input.map(|input| input.value()).unwrap_or_default()
    }
}

/// Something that is wrong with a form. It is put into words when it is shown: the language may change in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// What is in a field cannot be taken.
    Typed(Field, FieldProblem),
    /// The user pool has not done what the form asked for.
    Pool(Form, Error),
    /// The password has to be reset; a code for that went there.
    ResetCodeSent(CodeDelivery),
    /// No passkey signed in.
    Passkey(PasskeyError),
    /// A sign-in elsewhere did not begin.
    ManagedLogin(ManagedLoginError),
    /// The pool asks the same question once more.
    WrongAnswer,
    /// The sign-in asks for a challenge of that name, which this app cannot answer.
    Unsupported(String),
}

#[derive(Clone, Default, PartialEq)]
struct Shown {
    /// Changes with each showing, so that the same problem twice moves the focus twice.
    time: u32,
    problems: Vec<Problem>,
}

/// The problems of one form.
#[derive(Clone, PartialEq)]
pub struct Problems {
    shown: UseStateHandle<Shown>,
    refs: Refs,
    /// What people sign in with: failures speak of it.
    kind: UsernameKind,
    /// What shows them is rendered anew in another language.
    language: Language,
}

impl Problems {
    /// The form's elements.
    pub fn refs(&self) -> &Refs {
        &self.refs
    }

    /// Shows `problems` in place of what was shown before. The focus goes to the first one.
    pub fn show(&self, problems: Vec<Problem>) {
        if problems.is_empty() && self.shown.problems.is_empty() {
            return;
        }
        self.shown.set(Shown {
            time: self.shown.time.wrapping_add(1),
            problems,
        });
    }

    /// Shows what kept the user pool from doing it.
    pub fn show_error(&self, form: Form, error: &Error) {
        self.show(vec![Problem::Pool(form, error.clone())]);
    }

    /// Shows nothing any more.
    pub fn clear(&self) {
        self.show(Vec::new());
    }

    /// What people sign in with.
    pub fn kind(&self) -> UsernameKind {
        self.kind
    }

    /// What is in the field for what people sign in with, for a page that a remedy leads to.
    pub fn typed_email(&self) -> Option<String> {
        // A sign-up may ask for one of several, or have the user name chosen.
        let fields: &[Field] = match self.kind {
            UsernameKind::Email => &[Field::Email],
            UsernameKind::PhoneNumber => &[Field::PHONE],
            UsernameKind::EmailOrPhoneNumber => &[Field::EmailOrPhone, Field::Email, Field::PHONE],
            UsernameKind::Username { .. } => &[Field::login(self.kind), Field::Username],
        };
        let mut values = fields.iter().map(|field| self.refs.value(*field));
        values.find(|value| !value.is_empty())
    }

    /// The failure of a field.
    pub fn of(&self, field: Field) -> Option<Failure> {
        self.failures().find(|failure| failure.field == Some(field))
    }

    /// The failure of the whole form, or of a field that the form does not have.
    pub fn of_form(&self) -> Option<Failure> {
        let homeless = |failure: &Failure| {
            let field = failure.field;
            field.is_none_or(|field| self.refs.of(field).get().is_none())
        };
        self.failures().find(homeless)
    }

    /// The problems in the current language.
    fn failures(&self) -> impl Iterator<Item = Failure> {
        let kind = self.kind;
        let problems = self.shown.problems.iter();
        problems.map(move |problem| auth::problem(kind, problem))
    }
}

/// The problems of the form that the component shows: none at first.
#[hook]
pub fn use_problems() -> Problems {
    let shown = use_state(Shown::default);
    let refs = (*use_memo((), |()| Refs::default())).clone();
    let kind = use_session().options().username;
    {
        let refs = refs.clone();
        use_effect_with(shown.clone(), move |shown| {
            let Some(first) = shown.problems.first() else {
                return;
            };
            let first = auth::problem(kind, first);
            let target = match first.field {
                Some(field) => refs.of(field),
                None => refs.alert(),
            };
            // A form that does not have the field shows the failure in its alert.
            let element = target.get().or_else(|| refs.alert().get());
            if let Some(element) = element.and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
                let _ = element.focus();
            }
        });
    }
    Problems {
        shown,
        refs,
        kind,
        language: use_language().language,
    }
}
