//! Name, handle, addresses, and what else the pool keeps about the person.

use std::rc::Rc;

use yew::prelude::*;

use super::super::auth::Check;
use super::contact::Contact;
use super::use_user;
use crate::components::form::{
    Attribute, Field, FormFrame, FormNotice, TextField, use_problems, use_submission,
};
use crate::config::{AuthOptions, UsernameKind};
use crate::session::{MfaKind, User, use_session};
use crate::text::auth::Form;
use crate::text::{settings as text, use_language};

/// An attribute that can be changed in one go: its field, its name in the API, what browsers know it as.
type Line = (Field, &'static str, &'static str);

/// Name and handle, and what else the pool demands or knows. Addresses are changed by themselves: they have to be proven.
fn lines(options: &AuthOptions, user: &User) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![
        (Field::Name, "name", "name"),
        (Field::Username, "preferred_username", "nickname"),
    ];
    let required = options.required_attributes.iter().map(String::as_str);
    let known = user.attributes.iter().map(|(name, _)| name.as_str());
    for name in required.chain(known) {
        let Some(attribute) = Attribute::standard(name) else {
            continue;
        };
        let field = Field::Attribute(attribute.name);
        if field != Field::PHONE && !lines.iter().any(|(known, ..)| *known == field) {
            lines.push((field, attribute.name, attribute.autocomplete));
        }
    }
    lines
}

#[component]
pub(super) fn ProfileSection() -> Html {
    use_language();
    let options = use_session().options();
    let user = use_user();
    let reload = user.reload.clone();
    user.view(move |user| {
        let has_phone = user.attribute("phone_number").is_some()
            || options.mfa.contains(&MfaKind::Sms)
            || matches!(
                options.username,
                UsernameKind::PhoneNumber | UsernameKind::EmailOrPhoneNumber
            );
        html! {
            <>
                <Attributes user={user.clone()} onsaved={reload.clone()} />
                <Contact key="email" field={Field::Email} user={user.clone()} onchanged={reload.clone()} />
                if has_phone {
                    <Contact key="phone" field={Field::PHONE} user={user.clone()} onchanged={reload} />
                }
            </>
        }
    })
}

#[derive(Properties, PartialEq)]
struct AttributesProps {
    user: Rc<User>,
    onsaved: Callback<()>,
}

#[component]
fn Attributes(props: &AttributesProps) -> Html {
    let session = use_session();
    let problems = use_problems();
    let submission = use_submission();
    let saved = use_state(|| false);
    let options = session.options();
    let lines = lines(&options, &props.user);
    let onsubmit = {
        let (problems, submission, user) =
            (problems.clone(), submission.clone(), props.user.clone());
        let (saved, onsaved, lines) = (saved.setter(), props.onsaved.clone(), lines.clone());
        move |()| {
            let mut check = Check::default();
            let (mut changed, mut removed) = (Vec::new(), Vec::new());
            for (field, name, _) in &lines {
                let typed = problems.refs().value(*field);
                let needed = matches!(field, Field::Name | Field::Username)
                    || options
                        .required_attributes
                        .iter()
                        .any(|required| required == name);
                if typed.trim().is_empty() && !needed {
                    if user.attribute(name).is_some() {
                        removed.push(*name);
                    }
                } else if let Some(value) = check.take(*field, field.validate(&typed))
                    && user.attribute(name) != Some(&value)
                {
                    changed.push(((*name).to_owned(), value));
                }
            }
            let valid = check.is_empty();
            check.show(&problems);
            saved.set(false);
            if !valid {
                return;
            }
            let (session, problems) = (session.clone(), problems.clone());
            let (saved, onsaved) = (saved.clone(), onsaved.clone());
            submission.start(|| async move {
                let mut done = Ok(());
                if !changed.is_empty() {
                    done = session.update_attributes(&changed).await.map(|_| ());
                }
                if done.is_ok() && !removed.is_empty() {
                    done = session.delete_attributes(&removed).await;
                }
                match done {
                    Ok(()) => {
                        saved.set(true);
                        onsaved.emit(());
                    }
                    Err(error) => problems.show_error(Form::Account, &error),
                }
            });
        }
    };
    html! {
        <section class="settings-part">
            <FormNotice text={saved.then(|| AttrValue::from(text::SAVED))} />
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::SAVE}
                busy_label={text::SAVING}
                {onsubmit}
            >
                for (field, name, autocomplete) in lines {
                    <TextField
                        key={name}
                        {field}
                        id={format!("settings-{name}")}
                        problems={problems.clone()}
                        {autocomplete}
                        initial={props.user.attribute(name).unwrap_or_default().to_owned()}
                    />
                }
            </FormFrame>
        </section>
    }
}
