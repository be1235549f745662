//! The pages about accounts: sign-in, sign-up, confirmation, recovery.

use crate::components::form::{Attribute, Field, FieldProblem, Rule};
use crate::session::{CodeDelivery, DeliveryMedium, Error, ErrorKind, PasswordPolicyViolation};

pub const SIGN_IN_TITLE: &str = "Sign into your Cruddur account";
pub const SIGN_IN: &str = "Sign In";
pub const SIGN_IN_BUSY: &str = "Signing in…";
pub const FORGOT_LINK: &str = "Forgot Password?";
pub const NO_ACCOUNT: &str = "Don't have an account?";
pub const SIGN_UP_LINK: &str = "Sign up!";

pub const NEW_PASSWORD_TITLE: &str = "Choose a new password";
pub const NEW_PASSWORD_TEXT: &str =
    "You signed in with a temporary password. Replace it with one of your own.";
pub const NEW_PASSWORD_SUBMIT: &str = "Set Password";
pub const NEW_PASSWORD_BUSY: &str = "Setting the password…";
pub const START_AGAIN: &str = "Back to sign-in";

pub const SIGN_UP_TITLE: &str = "Sign up to create a Cruddur account";
pub const SIGN_UP: &str = "Sign Up";
pub const SIGN_UP_BUSY: &str = "Creating your account…";
pub const HAVE_ACCOUNT: &str = "Already have an account?";
pub const SIGN_IN_LINK: &str = "Sign in!";

pub const CONFIRM_TITLE: &str = "Confirm your Email";
pub const CONFIRM: &str = "Confirm Email";
pub const CONFIRM_BUSY: &str = "Confirming…";
pub const CONFIRM_TEXT: &str = "Enter the code that was sent to your email.";
pub const RESEND: &str = "Resend Activation Code";
pub const RESEND_BUSY: &str = "Sending a code…";
pub const CONFIRMED_TITLE: &str = "Your email is confirmed";
pub const CONFIRMED_TEXT: &str = "Enter your password to sign in.";

pub const FORGOT_TITLE: &str = "Recover your Password";
pub const FORGOT_TEXT: &str =
    "Enter your email, and a code to set a new password will be sent to it.";
pub const FORGOT_SEND: &str = "Send Recovery Code";
pub const FORGOT_SEND_BUSY: &str = "Sending the code…";
pub const RESET_TEXT: &str = "Enter the code that was sent to your email, and a new password.";
pub const RESET: &str = "Reset Password";
pub const RESET_BUSY: &str = "Setting the password…";
pub const RESEND_RECOVERY: &str = "Send Another Code";
pub const RESET_DONE: &str = "Your password has been successfully reset!";
pub const PROCEED: &str = "Proceed to Signin";
pub const OTHER_EMAIL: &str = "Use another email";

const PASSWORD_RESET_REQUIRED: &str = "Your password has to be reset before you can sign in.";
const SESSION_EXPIRED: &str = "That took too long, and the sign-in has ended. Start again.";
pub const RECOVER_LINK: &str = "Reset your password";
pub const SIGN_IN_INSTEAD: &str = "Sign in";
pub const CONFIRM_LINK: &str = "Confirm your email";
pub const SET_PASSWORD_LINK: &str = "Set a new password";

pub const SHOW_PASSWORD: &str = "Show password (others may see it)";
pub const HIDE_PASSWORD: &str = "Hide password";
pub const RULES_TITLE: &str = "Your password needs:";
pub const RULE_MET: &str = "done";
pub const RULE_OPEN: &str = "still needed";
pub const RULES_ALL_MET: &str = "Your password meets every rule.";

/// A field's label.
pub fn label(field: Field) -> &'static str {
    match field {
        Field::Name => "Name",
        Field::Email => "Email",
        Field::Username => "Username",
        Field::Password => "Password",
        Field::NewPassword => "New Password",
        Field::Code => "Confirmation Code",
        Field::ResetCode => "Reset Password Code",
        Field::Attribute(name) => attribute_label(name),
    }
}

/// The label of an attribute that a pool may want besides those that Cruddur asks everybody for.
fn attribute_label(name: &str) -> &'static str {
    match name {
        "address" => "Address",
        "birthdate" => "Birthdate",
        "family_name" => "Family Name",
        "gender" => "Gender",
        "given_name" => "Given Name",
        "locale" => "Language",
        "middle_name" => "Middle Name",
        "nickname" => "Nickname",
        "phone_number" => "Phone Number",
        "picture" => "Picture URL",
        "profile" => "Profile URL",
        "website" => "Website",
        "zoneinfo" => "Time Zone",
        _ => "Value",
    }
}

/// What is wrong with what was typed.
pub fn field_problem(field: Field, problem: FieldProblem) -> String {
    match problem {
        FieldProblem::Missing => match field {
            Field::Name => "Enter your name.",
            Field::Email => "Enter your email.",
            Field::Username => "Choose a username.",
            Field::Password => "Enter your password.",
            Field::NewPassword => "Choose a new password.",
            Field::Code | Field::ResetCode => "Enter the code from the email.",
            Field::Attribute(name) => {
                return format!("Enter your {}.", attribute_label(name).to_lowercase());
            }
        }
        .to_owned(),
        FieldProblem::NotAnEmail => "Enter an email address such as ann@example.com.".to_owned(),
        FieldProblem::NotACode => "The code is 6 to 8 digits, without letters.".to_owned(),
        FieldProblem::Blank => {
            "A username has no blanks: it follows the @ in your address on Cruddur.".to_owned()
        }
        FieldProblem::TooLong(most) => format!("Use {most} characters at most."),
        FieldProblem::Rules(rule) => format!("The password needs {}.", rule_text(rule)),
    }
}

/// A rule for passwords, to follow "needs".
pub fn rule_text(rule: Rule) -> String {
    match rule {
        Rule::Length(least) => format!("at least {least} characters"),
        Rule::Uppercase => "an upper-case letter".to_owned(),
        Rule::Lowercase => "a lower-case letter".to_owned(),
        Rule::Number => "a number".to_owned(),
        Rule::Symbol => "a symbol, such as ! or #".to_owned(),
        Rule::NoBlank => "to be without blanks".to_owned(),
    }
}

/// What is still missing, for those who cannot see the list.
pub fn rules_open(rules: &[Rule]) -> String {
    let rules: Vec<String> = rules.iter().copied().map(rule_text).collect();
    format!("Your password still needs {}.", rules.join(", "))
}

/// Where a code went.
pub fn code_sent(delivery: &CodeDelivery) -> String {
    let to = delivery.destination.as_deref().unwrap_or("your address");
    match &delivery.medium {
        DeliveryMedium::Email => format!("A code has been sent to {to} by email."),
        DeliveryMedium::Sms => format!("A code has been sent to {to} as a text message."),
        DeliveryMedium::Other(_) => format!("A code has been sent to {to}."),
    }
}

/// Where another activation code went.
pub fn code_resent(delivery: &CodeDelivery) -> String {
    match &delivery.destination {
        Some(to) => {
            format!(
                "A new activation code has been sent to your email ({to}). Earlier ones no longer count."
            )
        }
        None => "A new activation code has been sent to your email. Earlier ones no longer count."
            .to_owned(),
    }
}

/// How long the button waits.
pub fn resend_in(label: &str, seconds: u32) -> String {
    format!("{label} (in {seconds} s)")
}

/// The password is to be replaced, and a code for it was sent.
pub fn reset_code_sent(delivery: &CodeDelivery) -> Failure {
    let text = format!("{PASSWORD_RESET_REQUIRED} {}", code_sent(delivery));
    Failure::form(text).with(Remedy::SetPassword)
}

/// A challenge that this app cannot answer.
pub fn unsupported(challenge: &str) -> String {
    format!(
        "This account asks for a step that Cruddur cannot do yet ({challenge}). Nothing was changed; ask whoever runs \
         Cruddur for help."
    )
}

/// The forms, where the same failure can mean different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Sign-in.
    SignIn,
    /// A new password in place of a temporary one.
    NewPassword,
    /// Sign-up.
    SignUp,
    /// Confirmation of a sign-up.
    Confirm,
    /// Asking for another sign-up code.
    Resend,
    /// Asking for a recovery code.
    Forgot,
    /// A new password with a recovery code.
    Reset,
}

/// What a person can do about a failure on another page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Sign in.
    SignIn,
    /// Recover the password.
    Recover,
    /// Confirm the e-mail address.
    Confirm,
    /// Set a new password with the code that was sent for it.
    SetPassword,
}

/// A failure as a form shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The field that it belongs to; `None` is the whole form.
    pub field: Option<Field>,
    /// The words.
    pub text: String,
    /// What to do about it.
    pub remedy: Option<Remedy>,
}

impl Failure {
    fn form(text: impl Into<String>) -> Self {
        Self {
            field: None,
            text: text.into(),
            remedy: None,
        }
    }

    fn field(field: Field, text: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            ..Self::form(text)
        }
    }

    fn with(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

/// The field of a form that holds the new password.
fn password_field(form: Form) -> Field {
    match form {
        Form::NewPassword | Form::Reset => Field::NewPassword,
        _ => Field::Password,
    }
}

fn code_field(form: Form) -> Field {
    match form {
        Form::Reset => Field::ResetCode,
        _ => Field::Code,
    }
}

/// How a form shows a failure of the user pool: in which place, and in which words.
pub fn failure(form: Form, error: &Error) -> Failure {
    use ErrorKind as Kind;
    match &error.kind {
        // Whether the address or the password was wrong is nobody's business.
        Kind::WrongCredentials => Failure::form("Incorrect email or password."),
        Kind::UserNotFound if form == Form::SignIn => {
            Failure::form("Incorrect email or password.")
        }
        Kind::UserNotFound => Failure::field(Field::Email, "There is no account with this email."),
        Kind::PasswordAttemptsExceeded => Failure::form(
            "Too many wrong passwords: sign-in is locked for a while. Wait a few minutes, then try again.",
        ),
        Kind::UserDisabled => {
            Failure::form("This account is disabled. Ask whoever runs Cruddur to enable it.")
        }
        Kind::TemporaryPasswordExpired => Failure::form(
            "Your temporary password has expired. Ask whoever invited you for a new invitation.",
        ),
        Kind::PasswordResetRequired => {
            Failure::form(PASSWORD_RESET_REQUIRED).with(Remedy::Recover)
        }
        Kind::ChallengeSessionExpired if form == Form::SignIn => Failure::form(SESSION_EXPIRED),
        Kind::ChallengeSessionExpired => Failure::form(SESSION_EXPIRED).with(Remedy::SignIn),
        Kind::UserNotConfirmed => {
            Failure::form("Your email is not confirmed yet.").with(Remedy::Confirm)
        }
        Kind::AlreadyConfirmed => {
            Failure::form("Your email is confirmed already. You can sign in.").with(Remedy::SignIn)
        }
        Kind::UsernameExists | Kind::AliasExists => {
            Failure::field(Field::Email, "There is an account with this email already.")
                .with(Remedy::SignIn)
        }
        Kind::SignUpNotPermitted => {
            Failure::form("New accounts are made by invitation only. Ask whoever runs Cruddur.")
        }
        // A pool made to be signed in to by user name takes no address in place of one.
        Kind::InvalidUsername if error.message.contains("email alias") => {
            Failure::form(configuration(
                "auth.user_pool_id",
                "people sign in to this user pool by user name, and Cruddur needs one where they sign in by email only",
            ))
        }
        Kind::InvalidPhoneNumber => Failure::field(
            Field::Attribute("phone_number"),
            "Enter a phone number that starts with + and the country code, such as +15555550100.",
        ),
        Kind::InvalidEmail | Kind::InvalidUsername => {
            Failure::field(Field::Email, field_problem(Field::Email, FieldProblem::NotAnEmail))
        }
        Kind::AttributeRejected { attribute } => attribute_rejected(attribute.as_deref(), error),
        Kind::CodeMismatch => Failure::field(
            code_field(form),
            "This code is not right. Check the newest email and try again.",
        ),
        Kind::CodeExpired => Failure::field(
            code_field(form),
            "This code is no longer valid. Ask for another one below.",
        ),
        Kind::TooManyFailedAttempts => Failure::field(
            code_field(form),
            "Too many wrong codes. Wait a while, then ask for another one below.",
        ),
        Kind::CodeDeliveryFailure => {
            Failure::form("The email with the code could not be sent. Check the address, or try again later.")
        }
        Kind::LimitExceeded => Failure::form(match form {
            Form::Resend | Form::Forgot => {
                "Too many codes were asked for. Wait a while before you ask for another one."
            }
            _ => "Too many attempts. Wait a while, then try again.",
        }),
        Kind::TooManyRequests => {
            Failure::form("Too much is going on at once. Wait a moment, then try again.")
        }
        Kind::PasswordPolicy(violation) => {
            Failure::field(password_field(form), policy_text(*violation, error))
        }
        Kind::PasswordHistory => Failure::field(
            password_field(form),
            "You have used this password before. Choose another one.",
        ),
        Kind::NoRecoveryContact => Failure::form(
            "This account has no confirmed email to send a code to. If you have just signed up, confirm it first.",
        )
        .with(Remedy::Confirm),
        Kind::PasswordNotResettable => Failure::form(
            "This account has not been used yet: sign in with the temporary password of your invitation.",
        )
        .with(Remedy::SignIn),
        // The words are those of whoever runs this pool.
        Kind::RejectedByTrigger => Failure::form(error.message.clone()),
        Kind::Network => Failure::form(
            "The sign-in service cannot be reached. Check your connection, then try again: nothing you typed is lost.",
        ),
        Kind::Timeout => {
            Failure::form("The sign-in service took too long to answer. Try again in a moment.")
        }
        Kind::InternalError
        | Kind::ServiceUnavailable { .. }
        | Kind::TriggerFailed
        | Kind::ConcurrentModification => {
            Failure::form("The sign-in service has a problem right now. Try again in a moment.")
        }
        Kind::Forbidden => {
            Failure::form("The sign-in service does not accept requests from here right now.")
        }
        Kind::ClientNotFound => Failure::form(configuration(
            "auth.user_pool_client_id",
            "the user pool has no such app client",
        )),
        Kind::UserPoolNotFound => Failure::form(configuration(
            "auth.user_pool_id",
            "there is no such user pool",
        )),
        Kind::SecretHashRequired => Failure::form(configuration(
            "auth.user_pool_client_id",
            "the app client has a secret, and a page in a browser needs one without",
        )),
        Kind::FlowNotEnabled => Failure::form(configuration(
            "auth.user_pool_client_id",
            "the app client does not allow this sign-in flow (ALLOW_USER_SRP_AUTH)",
        )),
        Kind::InvalidRequest | Kind::InvalidResponse => Failure::form(configuration(
            "auth.user_pool_endpoint",
            "what answers there is not a user pool, or not right now",
        )),
        Kind::Srp(_) => Failure::form(
            "The sign-in service's answer cannot be trusted, so the sign-in was stopped. Try again in a moment.",
        ),
        _ if error.message.is_empty() => {
            Failure::form("That did not work. Try again in a moment.")
        }
        _ => Failure::form(format!("That did not work: {}", error.message)),
    }
}

fn configuration(field: &str, what: &str) -> String {
    format!("Cruddur is not set up right: {what}. See {field} in config.json.")
}

fn attribute_rejected(attribute: Option<&str>, error: &Error) -> Failure {
    let field = match attribute {
        Some("name") => Some(Field::Name),
        Some("email") => Some(Field::Email),
        Some("preferred_username") => Some(Field::Username),
        Some(name) => Attribute::standard(name).map(|known| Field::Attribute(known.name)),
        None => None,
    };
    let Some(field) = field else {
        return Failure::form(format!("That did not work: {}", error.message));
    };
    Failure::field(
        field,
        format!(
            "{} is not accepted like this. Change it and try again.",
            label(field)
        ),
    )
}

fn policy_text(violation: PasswordPolicyViolation, error: &Error) -> String {
    match (violation, Rule::broken(violation)) {
        (PasswordPolicyViolation::TooShort, _) => "The password is too short.".to_owned(),
        (_, Some(rule)) => format!("The password needs {}.", rule_text(rule)),
        (_, None) => format!("The password is not accepted: {}", error.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: [Form; 7] = [
        Form::SignIn,
        Form::NewPassword,
        Form::SignUp,
        Form::Confirm,
        Form::Resend,
        Form::Forgot,
        Form::Reset,
    ];

    fn shown(form: Form, kind: ErrorKind) -> Failure {
        failure(
            form,
            &Error {
                kind,
                code: "SomeException".to_owned(),
                message: "The pool's words".to_owned(),
            },
        )
    }

    #[test]
    fn an_unknown_address_and_a_wrong_password_read_alike() {
        assert_eq!(
            shown(Form::SignIn, ErrorKind::UserNotFound),
            shown(Form::SignIn, ErrorKind::WrongCredentials)
        );
    }

    #[test]
    fn what_can_happen_at_sign_in_has_a_sentence_each() {
        let kinds = [
            ErrorKind::WrongCredentials,
            ErrorKind::PasswordAttemptsExceeded,
            ErrorKind::UserDisabled,
            ErrorKind::TemporaryPasswordExpired,
            ErrorKind::PasswordResetRequired,
            ErrorKind::UserNotConfirmed,
            ErrorKind::LimitExceeded,
            ErrorKind::TooManyRequests,
            ErrorKind::Network,
            ErrorKind::Timeout,
            ErrorKind::InternalError,
            ErrorKind::ClientNotFound,
            ErrorKind::UserPoolNotFound,
            ErrorKind::FlowNotEnabled,
        ];
        let mut texts: Vec<String> = kinds
            .into_iter()
            .map(|kind| shown(Form::SignIn, kind).text)
            .collect();
        let count = texts.len();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }

    #[test]
    fn every_form_has_words_for_every_meaning() {
        let kinds = [
            ErrorKind::WrongCredentials,
            ErrorKind::PasswordAttemptsExceeded,
            ErrorKind::UserDisabled,
            ErrorKind::TemporaryPasswordExpired,
            ErrorKind::ChallengeSessionExpired,
            ErrorKind::AlreadyConfirmed,
            ErrorKind::SecretHashRequired,
            ErrorKind::SignUpNotPermitted,
            ErrorKind::UserNotFound,
            ErrorKind::UserNotConfirmed,
            ErrorKind::PasswordResetRequired,
            ErrorKind::UsernameExists,
            ErrorKind::AliasExists,
            ErrorKind::CodeMismatch,
            ErrorKind::CodeExpired,
            ErrorKind::CodeDeliveryFailure,
            ErrorKind::LimitExceeded,
            ErrorKind::TooManyFailedAttempts,
            ErrorKind::TooManyRequests,
            ErrorKind::PasswordPolicy(PasswordPolicyViolation::TooShort),
            ErrorKind::PasswordHistory,
            ErrorKind::NoRecoveryContact,
            ErrorKind::PasswordNotResettable,
            ErrorKind::InvalidEmail,
            ErrorKind::InvalidPhoneNumber,
            ErrorKind::InvalidUsername,
            ErrorKind::FlowNotEnabled,
            ErrorKind::ClientNotFound,
            ErrorKind::UserPoolNotFound,
            ErrorKind::TriggerFailed,
            ErrorKind::Forbidden,
            ErrorKind::ConcurrentModification,
            ErrorKind::InternalError,
            ErrorKind::ServiceUnavailable { status: 503 },
            ErrorKind::Network,
            ErrorKind::Timeout,
            ErrorKind::InvalidRequest,
            ErrorKind::InvalidResponse,
        ];
        for form in FORMS {
            for kind in &kinds {
                let text = shown(form, kind.clone()).text;
                assert!(
                    !text.contains("The pool's words"),
                    "{form:?} {kind:?}: {text}"
                );
            }
            // What has no words of its own shows the pool's, and something if there are none.
            let silent = Error {
                kind: ErrorKind::Unknown,
                code: String::new(),
                message: String::new(),
            };
            assert!(!failure(form, &silent).text.is_empty());
        }
    }

    #[test]
    fn a_code_or_password_that_is_refused_is_shown_at_its_field() {
        for (form, kind, field) in [
            (Form::Confirm, ErrorKind::CodeMismatch, Field::Code),
            (Form::Confirm, ErrorKind::CodeExpired, Field::Code),
            (Form::Reset, ErrorKind::CodeMismatch, Field::ResetCode),
            (
                Form::Reset,
                ErrorKind::TooManyFailedAttempts,
                Field::ResetCode,
            ),
            (
                Form::SignUp,
                ErrorKind::PasswordPolicy(PasswordPolicyViolation::NeedsSymbol),
                Field::Password,
            ),
            (
                Form::Reset,
                ErrorKind::PasswordPolicy(PasswordPolicyViolation::TooShort),
                Field::NewPassword,
            ),
            (
                Form::NewPassword,
                ErrorKind::PasswordHistory,
                Field::NewPassword,
            ),
            (Form::SignUp, ErrorKind::UsernameExists, Field::Email),
            (
                Form::SignUp,
                ErrorKind::AttributeRejected {
                    attribute: Some("preferred_username".to_owned()),
                },
                Field::Username,
            ),
            (
                Form::NewPassword,
                ErrorKind::AttributeRejected {
                    attribute: Some("given_name".to_owned()),
                },
                Field::Attribute("given_name"),
            ),
            (
                Form::NewPassword,
                ErrorKind::InvalidPhoneNumber,
                Field::Attribute("phone_number"),
            ),
        ] {
            assert_eq!(
                shown(form, kind.clone()).field,
                Some(field),
                "{form:?} {kind:?}"
            );
        }
    }

    #[test]
    fn what_is_the_operators_to_mend_names_the_setting() {
        for (kind, setting) in [
            (ErrorKind::ClientNotFound, "auth.user_pool_client_id"),
            (ErrorKind::UserPoolNotFound, "auth.user_pool_id"),
            (ErrorKind::FlowNotEnabled, "auth.user_pool_client_id"),
            (ErrorKind::InvalidResponse, "auth.user_pool_endpoint"),
        ] {
            let text = shown(Form::SignIn, kind).text;
            assert!(text.contains(setting), "{text}");
        }
    }

    #[test]
    fn a_pool_that_takes_no_address_as_user_name_is_a_fault_of_the_set_up() {
        let error = |message: &str| Error {
            kind: ErrorKind::InvalidUsername,
            code: "InvalidParameterException".to_owned(),
            message: message.to_owned(),
        };
        let alias = error(
            "Username cannot be of email format, since user pool is configured for email alias.",
        );
        let shown = failure(Form::SignUp, &alias);
        assert_eq!(shown.field, None);
        assert!(shown.text.contains("auth.user_pool_id"), "{}", shown.text);
        let malformed = error("Username should be an email.");
        assert_eq!(failure(Form::SignUp, &malformed).field, Some(Field::Email));
    }

    #[test]
    fn a_meaning_without_a_sentence_shows_the_pools_words() {
        for form in FORMS {
            assert!(
                shown(form, ErrorKind::Unknown)
                    .text
                    .contains("The pool's words")
            );
        }
        let trigger = shown(Form::SignUp, ErrorKind::RejectedByTrigger);
        assert_eq!(trigger.text, "The pool's words");
    }
}
