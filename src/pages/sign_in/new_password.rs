//! A password in place of a temporary one.

use yew::prelude::*;

use super::super::auth::{AuthPage, Check, Layout, focus, known_email};
use super::Again;
use crate::components::form::{
    Attribute, Field, FormFrame, NewPasswordRules, PasswordField, PasswordRules, Problem, Problems,
    TextField, use_new_password_rules, use_problems, use_submission,
};
use crate::session::{Challenge, ErrorKind, NewPasswordRequired, Password, SignIn, use_session};
use crate::text::auth::{self as text, Form};

#[derive(Properties, PartialEq)]
pub(super) struct NewPasswordProps {
    pub email: String,
    pub challenge: Box<NewPasswordRequired>,
    pub next: Option<String>,
    /// The pool asks for something more.
    pub on_challenge: Callback<(String, Challenge)>,
    pub on_again: Callback<Again>,
}

struct ValidNewPassword {
    password: Password,
    attributes: Vec<(String, String)>,
}

/// The fields for the attributes that the pool wants, each with its attribute's name and what browsers know it as.
///
/// An attribute that no pool can require has no field; if one asks for it all the same, its refusal is shown.
fn asked_for(required: &[String]) -> Vec<(Field, &'static str, &'static str)> {
    let fields = required.iter().filter_map(|name| match name.as_str() {
        "name" => Some((Field::Name, "name", "name")),
        "email" => Some((Field::Email, "email", "username")),
        "preferred_username" => Some((Field::Username, "preferred_username", "nickname")),
        name => Attribute::standard(name)
            .map(|known| (Field::Attribute(known.name), known.name, known.autocomplete)),
    });
    fields.collect()
}

fn validate_step(
    problems: &Problems,
    rules: &NewPasswordRules,
    required: &[String],
) -> Option<ValidNewPassword> {
    let mut check = Check::default();
    let refs = problems.refs();
    let fields = asked_for(required);
    let mut attributes = Vec::new();
    for (field, name, _) in &fields {
        let typed = refs.value(*field);
        if let Some(value) = check.take(*field, field.validate(&typed)) {
            attributes.push(((*name).to_owned(), value));
        }
    }
    let password = rules.validate(refs.value(Field::NewPassword));
    let password = check.take(Field::NewPassword, password);
    check.show(problems);
    Some(ValidNewPassword {
        password: password.filter(|_| attributes.len() == fields.len())?,
        attributes,
    })
}

/// A password of one's own in place of the one of an invitation.
#[component]
pub(super) fn NewPasswordStep(props: &NewPasswordProps) -> Html {
    let session = use_session();
    let problems = use_problems();
    let submission = use_submission();
    let rules = use_new_password_rules();
    // The step has another heading: that is where the person is now.
    let place = use_node_ref();
    use_effect_with((), {
        let place = place.clone();
        move |()| focus(&place)
    });

    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let (challenge, email, rules) =
            (props.challenge.clone(), props.email.clone(), rules.clone());
        let (on_challenge, on_again) = (props.on_challenge.clone(), props.on_again.clone());
        move |()| {
            let required = &challenge.required_attributes;
            let Some(form) = validate_step(&problems, &rules, required) else {
                return;
            };
            let (session, problems, challenge) =
                (session.clone(), problems.clone(), challenge.clone());
            let (email, rules) = (email.clone(), rules.clone());
            let (on_challenge, on_again) = (on_challenge.clone(), on_again.clone());
            submission.start(|| async move {
                let step = session
                    .set_new_password(&challenge, form.password, form.attributes)
                    .await;
                match step {
                    Ok(SignIn::SignedIn) => {}
                    Ok(SignIn::Challenge(Challenge::Unsupported(challenge))) => {
                        problems.show(vec![Problem::Unsupported(challenge.name)]);
                    }
                    Ok(SignIn::Challenge(challenge)) => on_challenge.emit((email, challenge)),
                    Err(error) if error.kind == ErrorKind::ChallengeSessionExpired => {
                        let problem = Some(Problem::Pool(Form::SignIn, error));
                        on_again.emit(Again { email, problem });
                    }
                    Err(error) => {
                        rules.learn(&error);
                        problems.show_error(Form::NewPassword, &error);
                    }
                }
            });
        }
    };
    let had = |attribute: &str| {
        let attributes = &props.challenge.user_attributes;
        let found = attributes.iter().find(|(name, _)| name == attribute);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let fields = asked_for(&props.challenge.required_attributes);
    let asks_email = fields.iter().any(|(field, ..)| *field == Field::Email);
    let end = {
        let email = props.email.clone();
        props.on_again.reform(move |_: MouseEvent| Again {
            email: email.clone(),
            problem: None,
        })
    };
    let below = html! {
        <p>
            <button type="button" class="text-link" onclick={end}>{ text::START_AGAIN }</button>
        </p>
    };
    html! {
        <AuthPage layout={Layout::Split} title={text::NEW_PASSWORD_TITLE} {below}>
            <p tabindex="-1" ref={place}>{ text::NEW_PASSWORD_TEXT }</p>
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::NEW_PASSWORD_SUBMIT}
                busy_label={text::NEW_PASSWORD_BUSY}
                email={props.email.clone()}
                next={props.next.clone()}
                {onsubmit}
            >
                if !asks_email {
                    { known_email("new-password-known-email", &props.email) }
                }
                for (field, name, autocomplete) in fields {
                    <TextField
                        key={name}
                        {field}
                        id={format!("new-password-{name}")}
                        problems={problems.clone()}
                        {autocomplete}
                        initial={if field == Field::Email { props.email.clone() } else { had(name) }}
                    />
                }
                <PasswordField
                    field={Field::NewPassword}
                    id="new-password-password"
                    problems={problems.clone()}
                    autocomplete="new-password"
                    described_by="new-password-rules"
                    ontyped={rules.ontyped()}
                />
                <PasswordRules id="new-password-rules" {rules} />
            </FormFrame>
        </AuthPage>
    }
}
