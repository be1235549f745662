//! `/signup`

use yew::prelude::*;

use super::auth::{AuthPage, Check, Layout, use_signed_out, waiting};
use crate::components::form::{
    Attribute, Field, FieldProblem, FormFrame, NewPasswordRules, PasswordField, PasswordRules,
    Problems, TextField, use_new_password_rules, use_problems, use_submission, validate_email,
    validate_phone,
};
use crate::config::{AuthOptions, UsernameKind};
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{Error, Password, Session, SignUpForm, SignUpOutcome, use_session};
use crate::text::auth::{self as text, Form};
use crate::text::use_language;

/// Sign-up; the code that it sends is asked for on the next page.
#[component]
pub fn SignUpPage() -> Html {
    use_language();
    let next = match use_route() {
        Route::SignUp { next } => next,
        _ => None,
    };
    let show = use_signed_out(next.clone());
    let sign_in = Route::SignIn {
        next: next.clone(),
        email: None,
    };
    let below = html! {
        <p>
            { text::HAVE_ACCOUNT }{ " " }
            <Link to={sign_in} class="text-link">{ text::SIGN_IN_LINK }</Link>
        </p>
    };
    html! {
        <AuthPage layout={Layout::Split} title={text::SIGN_UP_TITLE} {below}>
            if show {
                <SignUp {next} />
            } else {
                { waiting() }
            }
        </AuthPage>
    }
}

/// What the form asks for.
#[derive(Debug, PartialEq)]
struct Asked {
    /// What the person will sign in with: one of the fields.
    login: Field,
    /// Lines of text, in their order.
    fields: Vec<Field>,
    kind: UsernameKind,
}

impl Asked {
    /// Cruddur wants a name and a handle of everybody, and the pool what people sign in with and what it requires.
    fn by(options: &AuthOptions) -> Self {
        let required = |name: &str| options.required_attributes.iter().any(|it| it == name);
        let login = match options.username {
            UsernameKind::Username { .. } => Field::Username,
            // Whoever has to give the one anyway signs up with it.
            UsernameKind::EmailOrPhoneNumber if required("email") => Field::Email,
            UsernameKind::EmailOrPhoneNumber if required("phone_number") => Field::PHONE,
            kind => Field::login(kind),
        };
        // A user name of one's own is the handle as well, and codes need somewhere to go.
        let other = match options.username {
            UsernameKind::Username {
                email: false,
                phone_number: true,
                ..
            } => Field::PHONE,
            UsernameKind::Username { .. } => Field::Email,
            _ => Field::Username,
        };
        let mut fields = vec![Field::Name, login, other];
        for name in &options.required_attributes {
            let field = match name.as_str() {
                "email" => Some(Field::Email),
                name => Attribute::standard(name).map(|known| Field::Attribute(known.name)),
            };
            fields.extend(field.filter(|field| !fields.contains(field)));
        }
        Self {
            login,
            fields,
            kind: options.username,
        }
    }

    /// What browsers know a field as.
    fn autocomplete(&self, field: Field) -> &'static str {
        match field {
            field if field == self.login => field.login_autocomplete(),
            Field::Name => "name",
            Field::Email => "email",
            Field::Attribute(name) => {
                Attribute::standard(name).map_or("off", |known| known.autocomplete)
            }
            _ => "nickname",
        }
    }

    /// The attribute that a field's value is; `None` if it is told in another way.
    fn attribute(&self, field: Field, value: &str) -> Option<&'static str> {
        match field {
            Field::Name => Some("name"),
            Field::Email => Some("email"),
            Field::EmailOrPhone if value.starts_with('+') => Some("phone_number"),
            Field::EmailOrPhone => Some("email"),
            Field::Attribute(name) => Some(name),
            // The pool takes this alias from confirmed users only.
            _ => match self.kind {
                UsernameKind::Username {
                    preferred_username: true,
                    ..
                } => None,
                _ => Some("preferred_username"),
            },
        }
    }

    /// What the text in a field comes to.
    fn check(&self, field: Field, text: &str) -> Result<String, FieldProblem> {
        let value = field.validate(text)?;
        // The pool would not know which of its users is meant.
        let ambiguous = match self.kind {
            UsernameKind::Username {
                email,
                phone_number,
                ..
            } if field == Field::Username => {
                (email && validate_email(&value).is_ok())
                    || (phone_number && validate_phone(&value).is_ok())
            }
            _ => false,
        };
        match ambiguous {
            true => Err(FieldProblem::NotAUsername),
            false => Ok(value),
        }
    }

    /// Whether the codes that the pool signs in by have somewhere to go, so that nobody needs a password.
    fn can_go_without_password(&self, options: &AuthOptions) -> bool {
        self.fields.iter().any(|field| match *field {
            Field::Email => options.email_otp,
            Field::PHONE => options.sms_otp,
            Field::EmailOrPhone => options.email_otp && options.sms_otp,
            _ => false,
        })
    }

    /// `rules` are those of the password, if there is to be one.
    fn validate(&self, problems: &Problems, rules: Option<&NewPasswordRules>) -> Option<Valid> {
        let mut check = Check::default();
        let refs = problems.refs();
        let mut username = None;
        let mut attributes = Vec::new();
        let mut complete = true;
        for field in &self.fields {
            let checked = self.check(*field, &refs.value(*field));
            let Some(value) = check.take(*field, checked) else {
                complete = false;
                continue;
            };
            if *field == self.login {
                username = Some(value.clone());
            }
            if let Some(name) = self.attribute(*field, &value) {
                attributes.push((name.to_owned(), value));
            }
        }
        let password = rules.map(|rules| {
            let password = rules.validate(refs.value(Field::Password));
            check.take(Field::Password, password)
        });
        check.show(problems);
        Some(Valid {
            username: username.filter(|_| complete)?,
            attributes,
            password: match password {
                Some(password) => Some(password?),
                None => None,
            },
        })
    }
}

/// A filled-in form.
struct Valid {
    username: String,
    attributes: Vec<(String, String)>,
    /// None for whoever goes without.
    password: Option<Password>,
}

async fn sign_up(session: &Session, form: Valid) -> Result<SignUpOutcome, Error> {
    let Valid {
        username,
        attributes,
        password,
    } = form;
    let Some(password) = password else {
        return session
            .sign_up_without_password(username, &attributes)
            .await;
    };
    session
        .sign_up(SignUpForm {
            username,
            attributes,
            password,
        })
        .await
}

#[derive(Properties, PartialEq)]
struct SignUpProps {
    next: Option<String>,
}

#[component]
fn SignUp(props: &SignUpProps) -> Html {
    let session = use_session();
    let navigator = use_navigator();
    let problems = use_problems();
    let submission = use_submission();
    let rules = use_new_password_rules();
    use_effect_with(session.clone(), |session| session.prepare_sign_in());

    let asked = use_memo((), |()| Asked::by(&session.options()));
    let has_choice = asked.can_go_without_password(&session.options());
    let without = use_state(|| false);
    let toggle = {
        let (without, ontyped) = (without.clone(), rules.ontyped());
        move |_: MouseEvent| {
            // The field, when it comes back, is a new one.
            ontyped.emit(Password::new(String::new()));
            without.set(!*without);
        }
    };
    let without = *without;
    let onsubmit = {
        let asked = asked.clone();
        let (problems, submission, rules) = (problems.clone(), submission.clone(), rules.clone());
        let next = props.next.clone();
        move |()| {
            let Some(form) = asked.validate(&problems, (!without).then_some(&rules)) else {
                return;
            };
            let (session, navigator, problems) =
                (session.clone(), navigator.clone(), problems.clone());
            let (next, rules) = (next.clone(), rules.clone());
            submission.start(|| async move {
                let email = Some(form.username.clone());
                match sign_up(&session, form).await {
                    // The page goes on by itself.
                    Ok(SignUpOutcome::SignedIn) => {}
                    Ok(SignUpOutcome::ConfirmationNeeded(_)) => {
                        navigator.push(&Route::Confirm { email, next });
                    }
                    Ok(SignUpOutcome::SignInNeeded) => {
                        navigator.push(&Route::SignIn { email, next });
                    }
                    Err(error) => {
                        rules.learn(&error);
                        problems.show_error(Form::SignUp, &error);
                    }
                }
            });
        }
    };
    html! {
        <FormFrame
            problems={problems.clone()}
            busy={submission.busy()}
            label={text::SIGN_UP}
            busy_label={text::SIGN_UP_BUSY}
            next={props.next.clone()}
            {onsubmit}
        >
            for field in asked.fields.iter().copied() {
                <TextField
                    key={field.input_name()}
                    {field}
                    id={format!("signup-{}", field.input_name())}
                    problems={problems.clone()}
                    autocomplete={asked.autocomplete(field)}
                    next={props.next.clone()}
                />
            }
            if without {
                <p class="field-hint">{ text::WITHOUT_PASSWORD_TEXT }</p>
            } else {
                <PasswordField
                    field={Field::Password}
                    id="signup-password"
                    problems={problems.clone()}
                    autocomplete="new-password"
                    described_by="signup-rules"
                    ontyped={rules.ontyped()}
                />
                <PasswordRules id="signup-rules" {rules} />
            }
            if has_choice {
                <p>
                    <button type="button" class="form-link" onclick={toggle}>
                        { if without { text::WITH_PASSWORD } else { text::WITHOUT_PASSWORD } }
                    </button>
                </p>
            }
        </FormFrame>
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    fn asked(username: UsernameKind, required: &[&str]) -> Asked {
        Asked::by(&AuthOptions {
            username,
            required_attributes: required.iter().copied().map(str::to_owned).collect(),
            ..AuthOptions::default()
        })
    }

    fn by_name(email: bool, phone_number: bool, preferred_username: bool) -> UsernameKind {
        UsernameKind::Username {
            email,
            phone_number,
            preferred_username,
        }
    }

    #[test]
    fn a_form_asks_for_what_people_sign_in_with() {
        use Field::{Email, EmailOrPhone, Name, Username};
        const PHONE: Field = Field::PHONE;
        for (kind, required, fields) in [
            (UsernameKind::Email, &[][..], [Name, Email, Username]),
            (UsernameKind::PhoneNumber, &[], [Name, PHONE, Username]),
            (
                UsernameKind::EmailOrPhoneNumber,
                &[],
                [Name, EmailOrPhone, Username],
            ),
            (
                UsernameKind::EmailOrPhoneNumber,
                &["phone_number"],
                [Name, PHONE, Username],
            ),
            (
                UsernameKind::EmailOrPhoneNumber,
                &["email"],
                [Name, Email, Username],
            ),
            (by_name(false, false, false), &[], [Name, Username, Email]),
            (by_name(true, true, false), &[], [Name, Username, Email]),
            (by_name(false, true, false), &[], [Name, Username, PHONE]),
        ] {
            let asked = asked(kind, required);
            assert_eq!(asked.fields, fields, "{kind:?}");
            assert!(fields.contains(&asked.login));
        }
    }

    #[test]
    fn what_the_pool_requires_is_asked_for_once() {
        let required = [
            "name",
            "email",
            "preferred_username",
            "phone_number",
            "given_name",
            "sub",
            "custom:x",
        ];
        let by_email = asked(UsernameKind::Email, &required);
        assert_eq!(by_email.login, Field::Email);
        assert_eq!(
            by_email.fields[3..],
            [Field::PHONE, Field::Attribute("given_name")]
        );
        let by_phone = asked(UsernameKind::PhoneNumber, &required);
        assert_eq!(
            by_phone.fields[3..],
            [Field::Email, Field::Attribute("given_name")]
        );
        assert_eq!(by_phone.autocomplete(Field::Email), "email");
        assert_eq!(by_email.autocomplete(Field::Email), "username");
        assert_eq!(
            by_email.autocomplete(Field::Attribute("given_name")),
            "given-name"
        );
    }

    #[test]
    fn nobody_goes_without_a_password_whose_codes_have_nowhere_to_go() {
        let can = |username, email_otp, sms_otp| {
            let options = AuthOptions {
                username,
                email_otp,
                sms_otp,
                ..AuthOptions::default()
            };
            Asked::by(&options).can_go_without_password(&options)
        };
        let either = UsernameKind::EmailOrPhoneNumber;
        assert!(can(UsernameKind::Email, true, false));
        assert!(!can(UsernameKind::Email, false, true));
        assert!(can(UsernameKind::PhoneNumber, false, true));
        assert!(!can(UsernameKind::PhoneNumber, true, false));
        assert!(!can(either, true, false) && !can(either, false, true));
        assert!(can(either, true, true));
        assert!(can(by_name(false, true, false), false, true));
    }

    #[test]
    fn a_user_name_is_nothing_that_stands_for_one() {
        let check = |email, phone_number, text| {
            asked(by_name(email, phone_number, false), &[]).check(Field::Username, text)
        };
        let no = Err(FieldProblem::NotAUsername);
        assert_eq!(check(true, false, "ann@example.com"), no);
        assert_eq!(check(false, true, "+15555550100"), no);
        assert!(check(false, true, "ann@example.com").is_ok());
        assert!(check(true, true, "ann@home").is_ok());
        let by_email = asked(UsernameKind::Email, &[]);
        assert!(by_email.check(Field::Username, "ann@example.com").is_ok());
    }

    #[test]
    fn values_become_the_attributes_that_they_are() {
        let either = asked(UsernameKind::EmailOrPhoneNumber, &[]);
        let attribute = |value| either.attribute(Field::EmailOrPhone, value);
        assert_eq!(attribute("+15555550100"), Some("phone_number"));
        assert_eq!(attribute("ann@example.com"), Some("email"));
        let handle = |kind| asked(kind, &[]).attribute(Field::Username, "ann");
        assert_eq!(
            handle(UsernameKind::PhoneNumber),
            Some("preferred_username")
        );
        assert_eq!(
            handle(by_name(true, false, false)),
            Some("preferred_username")
        );
        assert_eq!(handle(by_name(true, false, true)), None);
    }
}
