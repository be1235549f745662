//! The pages about accounts: sign-in, sign-up, confirmation, recovery.

use super::formats::number;
use super::{Text, either, sign_in};
use crate::components::form::{Attribute, Field, FieldProblem, Problem, Rule};
use crate::config::UsernameKind;
use crate::session::{CodeDelivery, DeliveryMedium, Error, ErrorKind, PasswordPolicyViolation};

/// A text that speaks of e-mail where that is what people sign in with: all codes go there.
#[derive(Clone, Copy, Debug)]
pub struct ByKind {
    email: Text,
    other: Text,
}

impl ByKind {
    const fn new(email: Text, other: Text) -> Self {
        Self { email, other }
    }

    /// The text for a pool of that kind.
    pub fn of(self, kind: UsernameKind) -> Text {
        match kind {
            UsernameKind::Email => self.email,
            _ => self.other,
        }
    }
}

pub const SIGN_IN_TITLE: Text = Text::new(
    "Sign into your Cruddur account",
    "Melde dich bei Cruddur an",
);
pub const SIGN_IN: Text = Text::new("Sign In", "Anmelden");
pub const SIGN_IN_BUSY: Text = Text::new("Signing in…", "Du wirst angemeldet…");
pub const FORGOT_LINK: Text = Text::new("Forgot Password?", "Passwort vergessen?");
pub const NO_ACCOUNT: Text = Text::new("Don't have an account?", "Noch kein Konto?");
pub const SIGN_UP_LINK: Text = Text::new("Sign up!", "Registrier dich!");

pub const NEW_PASSWORD_TITLE: Text = Text::new("Choose a new password", "Wähle ein neues Passwort");
pub const NEW_PASSWORD_TEXT: Text = Text::new(
    "You signed in with a temporary password. Replace it with one of your own.",
    "Du hast dich mit einem vorläufigen Passwort angemeldet. Ersetze es durch ein eigenes.",
);
pub const NEW_PASSWORD_SUBMIT: Text = Text::new("Set Password", "Passwort festlegen");
pub const NEW_PASSWORD_BUSY: Text = Text::new("Setting the password…", "Passwort wird festgelegt…");
pub const START_AGAIN: Text = Text::new("Back to sign-in", "Zurück zur Anmeldung");

pub const SIGN_UP_TITLE: Text = Text::new(
    "Sign up to create a Cruddur account",
    "Erstelle ein Konto bei Cruddur",
);
pub const SIGN_UP: Text = Text::new("Sign Up", "Registrieren");
pub const SIGN_UP_BUSY: Text = Text::new("Creating your account…", "Dein Konto wird erstellt…");
pub const WITHOUT_PASSWORD: Text =
    Text::new("Sign up without a password", "Ohne Passwort registrieren");
pub const WITHOUT_PASSWORD_TEXT: Text = Text::new(
    "You will sign in with a code that is sent to you each time.",
    "Du meldest dich jedes Mal mit einem Code an, der dir gesendet wird.",
);
pub const WITH_PASSWORD: Text = Text::new("Choose a password", "Ein Passwort wählen");
pub const HAVE_ACCOUNT: Text = Text::new("Already have an account?", "Du hast schon ein Konto?");
pub const SIGN_IN_LINK: Text = Text::new("Sign in!", "Melde dich an!");

pub const CONFIRM_TITLE: ByKind = ByKind::new(
    Text::new("Confirm your Email", "Bestätige deine E-Mail-Adresse"),
    Text::new("Confirm your Account", "Bestätige dein Konto"),
);
pub const CONFIRM: ByKind = ByKind::new(
    Text::new("Confirm Email", "E-Mail-Adresse bestätigen"),
    Text::new("Confirm Account", "Konto bestätigen"),
);
pub const CONFIRM_BUSY: Text = Text::new("Confirming…", "Wird bestätigt…");
pub const CONFIRM_TEXT: ByKind = ByKind::new(
    Text::new(
        "Enter the code that was sent to your email.",
        "Gib den Code ein, der an deine E-Mail-Adresse gesendet wurde.",
    ),
    Text::new(
        "Enter the code that was sent to you.",
        "Gib den Code ein, der dir gesendet wurde.",
    ),
);
pub const RESEND: Text = Text::new("Resend Activation Code", "Aktivierungscode erneut senden");
pub const RESEND_BUSY: Text = Text::new("Sending a code…", "Ein Code wird gesendet…");
pub const CONFIRMED_TITLE: ByKind = ByKind::new(
    Text::new(
        "Your email is confirmed",
        "Deine E-Mail-Adresse ist bestätigt",
    ),
    Text::new("Your account is confirmed", "Dein Konto ist bestätigt"),
);
pub const CONFIRMED_TEXT: Text = Text::new(
    "Enter your password to sign in.",
    "Gib dein Passwort ein, um dich anzumelden.",
);

pub const FORGOT_TITLE: Text =
    Text::new("Recover your Password", "Stelle dein Passwort wieder her");
pub const FORGOT_TEXT: ByKind = ByKind::new(
    Text::new(
        "Enter your email, and a code to set a new password will be sent to it.",
        "Gib deine E-Mail-Adresse ein: Dorthin wird ein Code gesendet, mit dem du ein neues Passwort festlegst.",
    ),
    Text::new(
        "Enter what you sign in with, and a code to set a new password will be sent to you.",
        "Gib ein, womit du dich anmeldest: Du bekommst einen Code, mit dem du ein neues Passwort festlegst.",
    ),
);
pub const FORGOT_SEND: Text = Text::new("Send Recovery Code", "Code senden");
pub const FORGOT_SEND_BUSY: Text = Text::new("Sending the code…", "Der Code wird gesendet…");
pub const RESET_TEXT: ByKind = ByKind::new(
    Text::new(
        "Enter the code that was sent to your email, and a new password.",
        "Gib den Code ein, der an deine E-Mail-Adresse gesendet wurde, und ein neues Passwort.",
    ),
    Text::new(
        "Enter the code that was sent to you, and a new password.",
        "Gib den Code ein, der dir gesendet wurde, und ein neues Passwort.",
    ),
);
pub const RESET: Text = Text::new("Reset Password", "Passwort zurücksetzen");
pub const RESET_BUSY: Text = Text::new("Setting the password…", "Passwort wird festgelegt…");
pub const RESEND_RECOVERY: Text = Text::new("Send Another Code", "Noch einen Code senden");
pub const RESET_DONE: Text = Text::new(
    "Your password has been successfully reset!",
    "Dein Passwort ist zurückgesetzt!",
);
pub const PROCEED: Text = Text::new("Proceed to Signin", "Weiter zur Anmeldung");
pub const OTHER_EMAIL: ByKind = ByKind::new(
    Text::new("Use another email", "Andere E-Mail-Adresse verwenden"),
    Text::new("Use another account", "Anderes Konto verwenden"),
);

const PASSWORD_RESET_REQUIRED: Text = Text::new(
    "Your password has to be reset before you can sign in.",
    "Dein Passwort muss zurückgesetzt werden, bevor du dich anmelden kannst.",
);
const SESSION_EXPIRED: Text = Text::new(
    "That took too long, and the sign-in has ended. Start again.",
    "Das hat zu lange gedauert, und die Anmeldung wurde beendet. Beginne von vorn.",
);
const FAILED: Text = Text::new(
    "That did not work. Try again in a moment.",
    "Das hat nicht geklappt. Versuch es gleich noch einmal.",
);
pub const RECOVER_LINK: Text = Text::new("Reset your password", "Passwort zurücksetzen");
pub const SIGN_IN_INSTEAD: Text = Text::new("Sign in", "Zur Anmeldung");
pub const SET_PASSWORD_LINK: Text = Text::new("Set a new password", "Neues Passwort festlegen");

pub const SHOW_PASSWORD: Text = Text::new(
    "Show password (others may see it)",
    "Passwort anzeigen (andere könnten es sehen)",
);
pub const HIDE_PASSWORD: Text = Text::new("Hide password", "Passwort verbergen");
pub const RULES_TITLE: Text = Text::new("Your password needs:", "Regeln für dein Passwort:");
pub const RULE_MET: Text = Text::new("done", "erfüllt");
pub const RULE_OPEN: Text = Text::new("still needed", "noch offen");
pub const RULES_ALL_MET: Text = Text::new(
    "Your password meets every rule.",
    "Dein Passwort erfüllt alle Regeln.",
);

/// A field's label.
pub fn label(field: Field) -> Text {
    match field {
        Field::Name => Text::new("Name", "Name"),
        Field::Email => Text::new("Email", "E-Mail"),
        Field::EmailOrPhone => Text::new("Email or Phone Number", "E-Mail oder Telefonnummer"),
        Field::Account {
            email,
            phone_number,
        } => match (email, phone_number) {
            (false, false) => Text::new("Username", "Benutzername"),
            (true, false) => Text::new("Username or Email", "Benutzername oder E-Mail"),
            (false, true) => Text::new(
                "Username or Phone Number",
                "Benutzername oder Telefonnummer",
            ),
            (true, true) => Text::new(
                "Username, Email or Phone Number",
                "Benutzername, E-Mail oder Telefonnummer",
            ),
        },
        Field::Username => Text::new("Username", "Benutzername"),
        Field::Password => Text::new("Password", "Passwort"),
        Field::NewPassword => Text::new("New Password", "Neues Passwort"),
        Field::Code => Text::new("Confirmation Code", "Bestätigungscode"),
        Field::OneTimeCode => Text::new("Code", "Einmalcode"),
        Field::AppName => Text::new(
            "Name for the app (optional)",
            "Name für die App (freiwillig)",
        ),
        Field::Answer => Text::new("Your Answer", "Deine Antwort"),
        Field::ResetCode => Text::new("Reset Password Code", "Code zum Zurücksetzen"),
        Field::Attribute(name) => attribute_label(name),
    }
}

/// The label of an attribute that a pool may want besides those that Cruddur asks everybody for.
fn attribute_label(name: &str) -> Text {
    match name {
        "address" => Text::new("Address", "Anschrift"),
        "birthdate" => Text::new("Birthdate", "Geburtsdatum"),
        "family_name" => Text::new("Family Name", "Nachname"),
        "gender" => Text::new("Gender", "Geschlecht"),
        "given_name" => Text::new("Given Name", "Vorname"),
        "locale" => Text::new("Language", "Sprache"),
        "middle_name" => Text::new("Middle Name", "Zweiter Vorname"),
        "nickname" => Text::new("Nickname", "Spitzname"),
        "phone_number" => Text::new("Phone Number", "Telefonnummer"),
        "picture" => Text::new("Picture URL", "URL eines Bildes"),
        "profile" => Text::new("Profile URL", "URL des Profils"),
        "website" => Text::new("Website", "Webseite"),
        "zoneinfo" => Text::new("Time Zone", "Zeitzone"),
        _ => Text::new("Value", "Angabe"),
    }
}

/// What helps to fill in a field, where its label is not enough.
pub fn hint(field: Field) -> Option<Text> {
    (field == Field::PHONE).then_some(Text::new(
        "With the country code, such as +49 1512 3456789.",
        "Mit der Landesvorwahl, zum Beispiel +49 1512 3456789.",
    ))
}

/// The link to the confirmation of a sign-up.
pub fn confirm_link(kind: UsernameKind) -> Text {
    let texts = ByKind::new(
        Text::new("Confirm your email", "E-Mail-Adresse bestätigen"),
        Text::new("Confirm your account", "Konto bestätigen"),
    );
    texts.of(kind)
}

/// Which of the two is wrong is nobody's business.
fn wrong_credentials(kind: UsernameKind) -> Text {
    match kind {
        UsernameKind::Email => Text::new(
            "Incorrect email or password.",
            "E-Mail-Adresse oder Passwort ist falsch.",
        ),
        UsernameKind::PhoneNumber => Text::new(
            "Incorrect phone number or password.",
            "Telefonnummer oder Passwort ist falsch.",
        ),
        UsernameKind::EmailOrPhoneNumber => Text::new(
            "Incorrect email, phone number or password.",
            "E-Mail-Adresse, Telefonnummer oder Passwort ist falsch.",
        ),
        UsernameKind::Username { .. } => Text::new(
            "Incorrect username or password.",
            "Benutzername oder Passwort ist falsch.",
        ),
    }
}

fn unknown_account(kind: UsernameKind) -> Text {
    match kind {
        UsernameKind::Email => Text::new(
            "There is no account with this email.",
            "Zu dieser E-Mail-Adresse gibt es kein Konto.",
        ),
        UsernameKind::PhoneNumber => Text::new(
            "There is no account with this phone number.",
            "Zu dieser Telefonnummer gibt es kein Konto.",
        ),
        _ => Text::new(
            "There is no such account.",
            "Ein solches Konto gibt es nicht.",
        ),
    }
}

const EMAIL_TAKEN: Text = Text::new(
    "There is an account with this email already.",
    "Zu dieser E-Mail-Adresse gibt es schon ein Konto.",
);
const PHONE_TAKEN: Text = Text::new(
    "There is an account with this phone number already.",
    "Zu dieser Telefonnummer gibt es schon ein Konto.",
);

/// An account that exists already.
fn taken(kind: UsernameKind) -> Failure {
    let (field, text) = match kind {
        UsernameKind::Email => (Field::Email, EMAIL_TAKEN),
        UsernameKind::PhoneNumber => (Field::PHONE, PHONE_TAKEN),
        UsernameKind::EmailOrPhoneNumber => (
            Field::EmailOrPhone,
            Text::new(
                "There is an account with this email or phone number already.",
                "Zu dieser E-Mail-Adresse oder Telefonnummer gibt es schon ein Konto.",
            ),
        ),
        UsernameKind::Username { .. } => (
            Field::Username,
            Text::new(
                "This username is taken. If it is not yours, choose another one.",
                "Diesen Benutzernamen gibt es schon. Ist es nicht deiner, wähle einen anderen.",
            ),
        ),
    };
    Failure::field(field, text).with(Remedy::SignIn)
}

/// A user name that the pool does not take.
fn invalid_username(kind: UsernameKind) -> Failure {
    match kind {
        UsernameKind::Username { .. } => Failure::field(
            Field::Username,
            field_problem(Field::Username, FieldProblem::NotAUsername),
        ),
        kind => {
            let problem = match kind {
                UsernameKind::PhoneNumber => FieldProblem::NotAPhoneNumber,
                UsernameKind::EmailOrPhoneNumber => FieldProblem::NotAnEmailOrPhone,
                _ => FieldProblem::NotAnEmail,
            };
            let field = Field::login(kind);
            Failure::field(field, field_problem(field, problem))
        }
    }
}

/// What is wrong with what was typed.
pub fn field_problem(field: Field, problem: FieldProblem) -> String {
    match problem {
        FieldProblem::Missing => missing(field),
        FieldProblem::NotAnEmail => Text::new(
            "Enter an email address such as ann@example.com.",
            "Gib eine E-Mail-Adresse wie ann@example.com ein.",
        )
        .into(),
        FieldProblem::NotAPhoneNumber => Text::new(
            "Enter a phone number that starts with + and the country code, such as +15555550100.",
            "Gib eine Telefonnummer ein, die mit + und der Landesvorwahl beginnt, wie +15555550100.",
        )
        .into(),
        FieldProblem::NotAnEmailOrPhone => Text::new(
            "Enter an email address such as ann@example.com, or a phone number that starts with + and the country code.",
            "Gib eine E-Mail-Adresse wie ann@example.com ein oder eine Telefonnummer, die mit + und der Landesvorwahl \
             beginnt.",
        )
        .into(),
        FieldProblem::NotAUsername => Text::new(
            "This cannot be a username. Choose one that is neither an email address nor a phone number.",
            "Das geht nicht als Benutzername. Wähle einen, der weder E-Mail-Adresse noch Telefonnummer ist.",
        )
        .into(),
        FieldProblem::NotACode => Text::new(
            "The code is 6 to 8 digits, without letters.",
            "Der Code hat 6 bis 8 Ziffern und keine Buchstaben.",
        )
        .into(),
        FieldProblem::Blank if field != Field::Username => Text::new(
            "There are no blanks in what you sign in with.",
            "Womit du dich anmeldest, hat keine Leerzeichen.",
        )
        .into(),
        FieldProblem::Blank => Text::new(
            "A username has no blanks: it follows the @ in your address on Cruddur.",
            "Ein Benutzername hat keine Leerzeichen: Er steht in deiner Adresse bei Cruddur nach dem @.",
        )
        .into(),
        FieldProblem::TooLong(most) => {
            let most = number(most as u64);
            either(
                || format!("Use {most} characters at most."),
                || format!("Höchstens {most} Zeichen sind möglich."),
            )
        }
        FieldProblem::Rules(rule) => broken_rule(rule),
    }
}

fn missing(field: Field) -> String {
    let text = match field {
        Field::Name => Text::new("Enter your name.", "Gib deinen Namen ein."),
        Field::Email => Text::new("Enter your email.", "Gib deine E-Mail-Adresse ein."),
        Field::EmailOrPhone => Text::new(
            "Enter your email or phone number.",
            "Gib deine E-Mail-Adresse oder Telefonnummer ein.",
        ),
        Field::Account { .. } => Text::new("Enter your username.", "Gib deinen Benutzernamen ein."),
        Field::Username => Text::new("Choose a username.", "Wähle einen Benutzernamen."),
        Field::Password => Text::new("Enter your password.", "Gib dein Passwort ein."),
        Field::NewPassword => Text::new("Choose a new password.", "Wähle ein neues Passwort."),
        Field::Code | Field::ResetCode => Text::new(
            "Enter the code from the email.",
            "Gib den Code aus der E-Mail ein.",
        ),
        Field::OneTimeCode => Text::new("Enter the code.", "Gib den Code ein."),
        Field::AppName => Text::new("Enter a name.", "Gib einen Namen ein."),
        Field::Answer => Text::new("Enter your answer.", "Gib deine Antwort ein."),
        Field::Attribute(name) => {
            let label = attribute_label(name);
            return either(
                || format!("Enter your {}.", label.get().to_lowercase()),
                || format!("Fülle das Feld „{label}“ aus."),
            );
        }
    };
    text.into()
}

/// A rule for passwords, as an entry of their list.
pub fn rule_text(rule: Rule) -> String {
    let text = match rule {
        Rule::Length(least) => return length(least),
        Rule::Uppercase => Text::new("an upper-case letter", "ein Großbuchstabe"),
        Rule::Lowercase => Text::new("a lower-case letter", "ein Kleinbuchstabe"),
        Rule::Number => Text::new("a number", "eine Ziffer"),
        Rule::Symbol => Text::new("a symbol, such as ! or #", "ein Sonderzeichen wie !"),
        Rule::NoBlank => Text::new("to be without blanks", "keine Leerzeichen"),
    };
    text.into()
}

fn length(least: usize) -> String {
    let count = number(least as u64);
    either(
        || match least {
            1 => format!("at least {count} character"),
            _ => format!("at least {count} characters"),
        },
        || format!("mindestens {count} Zeichen"),
    )
}

/// A rule for passwords that is not met, as a sentence.
fn broken_rule(rule: Rule) -> String {
    let words = rule_text(rule);
    either(
        || format!("The password needs {words}."),
        || match rule {
            Rule::Length(_) => format!("Das Passwort braucht {words}."),
            Rule::NoBlank => "Das Passwort darf keine Leerzeichen enthalten.".to_owned(),
            _ => format!("Im Passwort fehlt {words}."),
        },
    )
}

/// What is still missing, for those who cannot see the list.
pub fn rules_open(rules: &[Rule]) -> String {
    let rules: Vec<String> = rules.iter().copied().map(rule_text).collect();
    let rules = rules.join(", ");
    either(
        || format!("Your password still needs {rules}."),
        || format!("Für dein Passwort noch offen: {rules}."),
    )
}

/// Where a code went.
pub fn code_sent(delivery: &CodeDelivery) -> String {
    const YOURS: Text = Text::new("your address", "deine Adresse");
    let to = delivery.destination.as_deref().unwrap_or(YOURS.get());
    match &delivery.medium {
        DeliveryMedium::Email => either(
            || format!("A code has been sent to {to} by email."),
            || format!("Ein Code wurde per E-Mail an {to} gesendet."),
        ),
        DeliveryMedium::Sms => either(
            || format!("A code has been sent to {to} as a text message."),
            || format!("Ein Code wurde als SMS an {to} gesendet."),
        ),
        DeliveryMedium::Other(_) => either(
            || format!("A code has been sent to {to}."),
            || format!("Ein Code wurde an {to} gesendet."),
        ),
    }
}

/// Where another activation code went.
pub fn code_resent(delivery: &CodeDelivery) -> String {
    match &delivery.destination {
        Some(to) if delivery.medium != DeliveryMedium::Email => either(
            || {
                format!(
                    "A new activation code has been sent to {to}. Earlier ones no longer count."
                )
            },
            || {
                format!(
                    "Ein neuer Aktivierungscode wurde an {to} gesendet. Frühere gelten nicht mehr."
                )
            },
        ),
        Some(to) => either(
            || {
                format!(
                    "A new activation code has been sent to your email ({to}). Earlier ones no longer count."
                )
            },
            || {
                format!(
                    "Ein neuer Aktivierungscode wurde an deine E-Mail-Adresse ({to}) gesendet. Frühere gelten nicht mehr."
                )
            },
        ),
        None => Text::new(
            "A new activation code has been sent to your email. Earlier ones no longer count.",
            "Ein neuer Aktivierungscode wurde an deine E-Mail-Adresse gesendet. Frühere gelten nicht mehr.",
        )
        .into(),
    }
}

/// How long the button waits. Both languages write it alike.
pub fn resend_in(label: Text, seconds: u32) -> String {
    format!("{label} (in {seconds} s)")
}

/// A challenge that this app cannot answer.
fn unsupported(challenge: &str) -> String {
    either(
        || {
            format!(
                "This account asks for a step that Cruddur cannot do yet ({challenge}). Nothing was changed; ask whoever \
                 runs Cruddur for help."
            )
        },
        || {
            format!(
                "Dieses Konto verlangt einen Schritt, den Cruddur noch nicht kann ({challenge}). Es wurde nichts \
                 geändert; wende dich an die Betreiber von Cruddur."
            )
        },
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
    /// A code that was sent as a factor of the sign-in.
    SentCode,
    /// A code of an authenticator app.
    AppCode,
    /// The answer to a question of the pool's triggers.
    Answer,
    /// Something in the settings.
    Account,
    /// Another password, in the settings.
    ChangePassword,
}

/// What a person can do about a failure on another page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Sign in.
    SignIn,
    /// Recover the password.
    Recover,
    /// Confirm the account, or the e-mail address where that is the same.
    Confirm(UsernameKind),
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
    pub(super) fn form(text: impl Into<String>) -> Self {
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

/// How a form shows a problem: in which place, and in which words.
pub fn problem(kind: UsernameKind, problem: &Problem) -> Failure {
    match problem {
        Problem::Typed(field @ (Field::Code | Field::ResetCode), FieldProblem::Missing)
            if kind != UsernameKind::Email =>
        {
            let text = Text::new(
                "Enter the code that you got.",
                "Gib den Code ein, den du bekommen hast.",
            );
            Failure::field(*field, text)
        }
        Problem::Typed(field, problem) => Failure::field(*field, field_problem(*field, *problem)),
        Problem::Pool(form, error) => failure(kind, *form, error),
        Problem::ResetCodeSent(delivery) => {
            Failure::form(format!("{PASSWORD_RESET_REQUIRED} {}", code_sent(delivery)))
                .with(Remedy::SetPassword)
        }
        Problem::Passkey(error) => sign_in::passkey(kind, error),
        Problem::ManagedLogin(error) => Failure::form(sign_in::managed_login(error)),
        Problem::WrongAnswer => Failure::field(
            Field::Answer,
            Text::new(
                "That was not the answer. Try once more.",
                "Das war nicht die Antwort. Versuch es noch einmal.",
            ),
        ),
        Problem::Unsupported(challenge) => Failure::form(unsupported(challenge)),
    }
}

/// The field of a form that holds the new password.
fn password_field(form: Form) -> Field {
    match form {
        Form::NewPassword | Form::Reset | Form::ChangePassword => Field::NewPassword,
        _ => Field::Password,
    }
}

fn code_field(form: Form) -> Field {
    match form {
        Form::Reset => Field::ResetCode,
        Form::SentCode | Form::AppCode => Field::OneTimeCode,
        _ => Field::Code,
    }
}

/// How a form shows a failure of a user pool of that kind: in which place, and in which words.
pub fn failure(kind: UsernameKind, form: Form, error: &Error) -> Failure {
    use ErrorKind as Kind;
    let whole = |en, de| Failure::form(Text::new(en, de));
    let at = |field, en, de| Failure::field(field, Text::new(en, de));
    let by_email = kind == UsernameKind::Email;
    match &error.kind {
        Kind::WrongCredentials | Kind::NotAuthorized if form == Form::Answer => whole(
            "The answer was not accepted. Start again.",
            "Die Antwort wurde nicht angenommen. Beginne von vorn.",
        ),
        Kind::WrongCredentials | Kind::NotAuthorized if form == Form::ChangePassword => at(
            Field::Password,
            "This is not your password.",
            "Das ist nicht dein Passwort.",
        ),
        Kind::WrongCredentials => Failure::form(wrong_credentials(kind)),
        Kind::UserNotFound if form == Form::SignIn => Failure::form(wrong_credentials(kind)),
        Kind::UserNotFound => Failure::field(Field::login(kind), unknown_account(kind)),
        Kind::PasswordAttemptsExceeded => whole(
            "Too many wrong passwords: sign-in is locked for a while. Wait a few minutes, then try again.",
            "Zu viele falsche Passwörter: Die Anmeldung ist eine Weile gesperrt. Warte ein paar Minuten und versuch es \
             dann noch einmal.",
        ),
        Kind::UserDisabled => whole(
            "This account is disabled. Ask whoever runs Cruddur to enable it.",
            "Dieses Konto ist gesperrt. Bitte die Betreiber von Cruddur, es freizugeben.",
        ),
        Kind::TemporaryPasswordExpired => whole(
            "Your temporary password has expired. Ask whoever invited you for a new invitation.",
            "Dein vorläufiges Passwort ist abgelaufen. Lass dir eine neue Einladung schicken.",
        ),
        Kind::PasswordResetRequired => {
            Failure::form(PASSWORD_RESET_REQUIRED).with(Remedy::Recover)
        }
        Kind::ChallengeSessionExpired if form == Form::SignIn => Failure::form(SESSION_EXPIRED),
        Kind::ChallengeSessionExpired => Failure::form(SESSION_EXPIRED).with(Remedy::SignIn),
        Kind::UserNotConfirmed if by_email => whole(
            "Your email is not confirmed yet.",
            "Deine E-Mail-Adresse ist noch nicht bestätigt.",
        )
        .with(Remedy::Confirm(kind)),
        Kind::UserNotConfirmed => whole(
            "Your account is not confirmed yet.",
            "Dein Konto ist noch nicht bestätigt.",
        )
        .with(Remedy::Confirm(kind)),
        Kind::AlreadyConfirmed if by_email => whole(
            "Your email is confirmed already. You can sign in.",
            "Deine E-Mail-Adresse ist schon bestätigt. Du kannst dich anmelden.",
        )
        .with(Remedy::SignIn),
        Kind::AlreadyConfirmed => whole(
            "Your account is confirmed already. You can sign in.",
            "Dein Konto ist schon bestätigt. Du kannst dich anmelden.",
        )
        .with(Remedy::SignIn),
        Kind::UsernameExists => taken(kind),
        Kind::AliasExists if form == Form::Account => match error.message.contains("phone") {
            true => Failure::field(Field::PHONE, PHONE_TAKEN),
            false => Failure::field(Field::Email, EMAIL_TAKEN),
        },
        Kind::AliasExists if by_email || error.message.contains("email") => {
            Failure::field(Field::Email, EMAIL_TAKEN).with(Remedy::SignIn)
        }
        Kind::AliasExists => Failure::field(Field::PHONE, PHONE_TAKEN).with(Remedy::SignIn),
        Kind::SignUpNotPermitted => whole(
            "New accounts are made by invitation only. Ask whoever runs Cruddur.",
            "Neue Konten gibt es nur auf Einladung. Frag die Betreiber von Cruddur.",
        ),
        // A pool made to be signed in to by user name takes no address in place of one.
        Kind::InvalidUsername if by_email && error.message.contains("email alias") => configuration(
            "auth.user_pool_id",
            "people sign in to this user pool by user name, and Cruddur needs one where they sign in by email only",
            "bei diesem User-Pool meldet man sich mit einem Benutzernamen an, und Cruddur braucht einen, bei dem es nur \
             mit der E-Mail-Adresse geht",
        ),
        Kind::InvalidPhoneNumber => Failure::field(
            Field::PHONE,
            field_problem(Field::PHONE, FieldProblem::NotAPhoneNumber),
        ),
        Kind::InvalidEmail => {
            Failure::field(Field::Email, field_problem(Field::Email, FieldProblem::NotAnEmail))
        }
        Kind::InvalidUsername => invalid_username(kind),
        Kind::AttributeRejected { attribute } => attribute_rejected(attribute.as_deref(), error),
        Kind::CodeMismatch if form == Form::AppCode => at(
            Field::OneTimeCode,
            "This code is not right. Enter the one that the app shows now, and check that the device's clock is right.",
            "Dieser Code stimmt nicht. Gib den ein, den die App jetzt zeigt, und prüf, ob die Uhr des Geräts richtig geht.",
        ),
        Kind::CodeMismatch if !by_email || form == Form::SentCode => at(
            code_field(form),
            "This code is not right. Check the newest message and try again.",
            "Dieser Code stimmt nicht. Sieh in der neuesten Nachricht nach und versuch es noch einmal.",
        ),
        Kind::CodeMismatch => at(
            code_field(form),
            "This code is not right. Check the newest email and try again.",
            "Dieser Code stimmt nicht. Sieh in der neuesten E-Mail nach und versuch es noch einmal.",
        ),
        Kind::CodeExpired if form == Form::AppCode => at(
            Field::OneTimeCode,
            "This code has been used. Wait until the app shows the next one.",
            "Dieser Code wurde schon benutzt. Warte, bis die App den nächsten zeigt.",
        ),
        Kind::CodeExpired => at(
            code_field(form),
            "This code is no longer valid. Ask for another one below.",
            "Dieser Code gilt nicht mehr. Fordere unten einen neuen an.",
        ),
        Kind::TooManyFailedAttempts => at(
            code_field(form),
            "Too many wrong codes. Wait a while, then ask for another one below.",
            "Zu viele falsche Codes. Warte eine Weile und fordere dann unten einen neuen an.",
        ),
        Kind::CodeDeliveryFailure if !by_email => whole(
            "The message with the code could not be sent. Check where it should go, or try again later.",
            "Die Nachricht mit dem Code konnte nicht gesendet werden. Prüf, wohin sie gehen soll, oder versuch es später \
             noch einmal.",
        ),
        Kind::CodeDeliveryFailure => whole(
            "The email with the code could not be sent. Check the address, or try again later.",
            "Die E-Mail mit dem Code konnte nicht gesendet werden. Prüf die Adresse, oder versuch es später noch einmal.",
        ),
        Kind::LimitExceeded if matches!(form, Form::Resend | Form::Forgot) => whole(
            "Too many codes were asked for. Wait a while before you ask for another one.",
            "Es wurden zu viele Codes angefordert. Warte eine Weile, bevor du noch einen anforderst.",
        ),
        Kind::LimitExceeded => whole(
            "Too many attempts. Wait a while, then try again.",
            "Zu viele Versuche. Warte eine Weile und versuch es dann noch einmal.",
        ),
        Kind::TooManyRequests => whole(
            "Too much is going on at once. Wait a moment, then try again.",
            "Gerade ist zu viel auf einmal los. Warte einen Moment und versuch es dann noch einmal.",
        ),
        Kind::PasswordPolicy(violation) => {
            Failure::field(password_field(form), policy_text(*violation, error))
        }
        Kind::PasswordHistory => at(
            password_field(form),
            "You have used this password before. Choose another one.",
            "Dieses Passwort hattest du schon einmal. Wähle ein anderes.",
        ),
        Kind::NoRecoveryContact if !by_email => whole(
            "This account has no confirmed address or number to send a code to. If you have just signed up, confirm it first.",
            "Dieses Konto hat keine bestätigte Adresse oder Nummer für einen Code. Wenn du dich gerade erst registriert \
             hast, bestätige sie zuerst.",
        )
        .with(Remedy::Confirm(kind)),
        Kind::NoRecoveryContact => whole(
            "This account has no confirmed email to send a code to. If you have just signed up, confirm it first.",
            "Dieses Konto hat keine bestätigte E-Mail-Adresse für einen Code. Wenn du dich gerade erst registriert hast, \
             bestätige sie zuerst.",
        )
        .with(Remedy::Confirm(kind)),
        Kind::PasswordNotResettable => whole(
            "This account has not been used yet: sign in with the temporary password of your invitation.",
            "Dieses Konto wurde noch nie benutzt: Melde dich mit dem vorläufigen Passwort aus deiner Einladung an.",
        )
        .with(Remedy::SignIn),
        // The words are those of whoever runs this pool.
        Kind::RejectedByTrigger => Failure::form(error.message.clone()),
        Kind::Network => whole(
            "The sign-in service cannot be reached. Check your connection, then try again: nothing you typed is lost.",
            "Der Anmeldedienst ist nicht zu erreichen. Prüf deine Verbindung und versuch es noch einmal: Nichts von dem, \
             was du eingegeben hast, ist verloren.",
        ),
        Kind::Timeout => whole(
            "The sign-in service took too long to answer. Try again in a moment.",
            "Der Anmeldedienst hat zu lange für seine Antwort gebraucht. Versuch es gleich noch einmal.",
        ),
        Kind::InternalError
        | Kind::ServiceUnavailable { .. }
        | Kind::TriggerFailed
        | Kind::ConcurrentModification => whole(
            "The sign-in service has a problem right now. Try again in a moment.",
            "Der Anmeldedienst hat gerade ein Problem. Versuch es gleich noch einmal.",
        ),
        Kind::Forbidden => whole(
            "The sign-in service does not accept requests from here right now.",
            "Der Anmeldedienst nimmt von hier gerade keine Anfragen an.",
        ),
        Kind::ClientNotFound => configuration(
            "auth.user_pool_client_id",
            "the user pool has no such app client",
            "der User-Pool hat keinen solchen App-Client",
        ),
        Kind::UserPoolNotFound => configuration(
            "auth.user_pool_id",
            "there is no such user pool",
            "es gibt keinen solchen User-Pool",
        ),
        Kind::SecretHashRequired => configuration(
            "auth.user_pool_client_id",
            "the app client has a secret, and a page in a browser needs one without",
            "der App-Client hat ein Geheimnis, und eine Seite im Browser braucht einen ohne",
        ),
        Kind::FlowNotEnabled => configuration(
            "auth.user_pool_client_id",
            "the app client does not allow this sign-in flow (ExplicitAuthFlows)",
            "der App-Client erlaubt diese Art der Anmeldung nicht (ExplicitAuthFlows)",
        ),
        Kind::InvalidRequest | Kind::InvalidResponse => configuration(
            "auth.user_pool_endpoint",
            "what answers there is not a user pool, or not right now",
            "was dort antwortet, ist kein User-Pool, oder gerade nicht",
        ),
        Kind::Srp(_) => whole(
            "The sign-in service's answer cannot be trusted, so the sign-in was stopped. Try again in a moment.",
            "Der Antwort des Anmeldedienstes ist nicht zu trauen, deshalb wurde die Anmeldung abgebrochen. Versuch es \
             gleich noch einmal.",
        ),
        _ if error.message.is_empty() => Failure::form(FAILED),
        _ => Failure::form(failed(&error.message)),
    }
}

/// A failure that has no words here, in those of the pool.
fn failed(words: &str) -> String {
    either(
        || format!("That did not work: {words}"),
        || format!("Das hat nicht geklappt: {words}"),
    )
}

fn configuration(field: &str, en: &'static str, de: &'static str) -> Failure {
    let what = Text::new(en, de);
    Failure::form(either(
        || format!("Cruddur is not set up right: {what}. See {field} in config.json."),
        || format!("Cruddur ist nicht richtig eingerichtet: {what}. Siehe {field} in config.json."),
    ))
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
        return Failure::form(failed(&error.message));
    };
    let label = label(field);
    let text = either(
        || format!("{label} is not accepted like this. Change it and try again."),
        || {
            format!(
                "„{label}“ wird so nicht angenommen. Ändere die Angabe und versuch es noch einmal."
            )
        },
    );
    Failure::field(field, text)
}

fn policy_text(violation: PasswordPolicyViolation, error: &Error) -> String {
    let words = &error.message;
    match (violation, Rule::broken(violation)) {
        (PasswordPolicyViolation::TooShort, _) => {
            Text::new("The password is too short.", "Das Passwort ist zu kurz.").into()
        }
        (_, Some(rule)) => broken_rule(rule),
        (_, None) => either(
            || format!("The password is not accepted: {words}"),
            || format!("Das Passwort wird nicht angenommen: {words}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: [Form; 10] = [
        Form::SignIn,
        Form::NewPassword,
        Form::SignUp,
        Form::Confirm,
        Form::Resend,
        Form::Forgot,
        Form::Reset,
        Form::SentCode,
        Form::AppCode,
        Form::Answer,
    ];

    fn shown(form: Form, kind: ErrorKind) -> Failure {
        shown_by(UsernameKind::Email, form, kind)
    }

    fn shown_by(username: UsernameKind, form: Form, kind: ErrorKind) -> Failure {
        failure(
            username,
            form,
            &Error {
                kind,
                code: "SomeException".to_owned(),
                message: "The pool's words".to_owned(),
            },
        )
    }

    const KINDS: [UsernameKind; 4] = [
        UsernameKind::Email,
        UsernameKind::PhoneNumber,
        UsernameKind::EmailOrPhoneNumber,
        UsernameKind::Username {
            email: true,
            phone_number: false,
            preferred_username: false,
        },
    ];

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
            for (kind, username) in kinds.iter().flat_map(|kind| KINDS.map(|of| (kind, of))) {
                let text = shown_by(username, form, kind.clone()).text;
                assert!(
                    !text.contains("The pool's words"),
                    "{form:?} {kind:?} {username:?}: {text}"
                );
            }
            // What has no words of its own shows the pool's, and something if there are none.
            let silent = Error {
                kind: ErrorKind::Unknown,
                code: String::new(),
                message: String::new(),
            };
            assert!(!failure(UsernameKind::Email, form, &silent).text.is_empty());
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
        let shown = failure(UsernameKind::Email, Form::SignUp, &alias);
        assert_eq!(shown.field, None);
        assert!(shown.text.contains("auth.user_pool_id"), "{}", shown.text);
        let malformed = error("Username should be an email.");
        let shown = |kind, error| failure(kind, Form::SignUp, error).field;
        assert_eq!(shown(UsernameKind::Email, &malformed), Some(Field::Email));
        let [_, phone, either, username] = KINDS;
        assert_eq!(shown(phone, &malformed), Some(Field::PHONE));
        assert_eq!(shown(either, &malformed), Some(Field::EmailOrPhone));
        assert_eq!(shown(username, &alias), Some(Field::Username));
    }

    #[test]
    fn an_account_that_exists_is_shown_at_what_it_is_known_by() {
        let fields = KINDS.map(|kind| shown_by(kind, Form::SignUp, ErrorKind::UsernameExists));
        let fields = fields.map(|failure| failure.field.unwrap());
        let [email, phone, either] = [Field::Email, Field::PHONE, Field::EmailOrPhone];
        assert_eq!(fields, [email, phone, either, Field::Username]);
        let [.., username] = KINDS;
        for (message, field) in [
            (
                "An account with the given email already exists.",
                Field::Email,
            ),
            (
                "An account with the given phone_number already exists.",
                Field::PHONE,
            ),
        ] {
            let error = Error {
                kind: ErrorKind::AliasExists,
                code: "AliasExistsException".to_owned(),
                message: message.to_owned(),
            };
            assert_eq!(failure(username, Form::SignUp, &error).field, Some(field));
        }
    }

    #[test]
    fn only_where_people_sign_in_by_email_do_texts_speak_of_it() {
        let [email, others @ ..] = KINDS;
        // The codes of these come in several ways in every pool.
        let by_any_way = [Form::SentCode, Form::AppCode, Form::Answer];
        for form in FORMS.into_iter().filter(|form| !by_any_way.contains(form)) {
            for kind in [
                ErrorKind::WrongCredentials,
                ErrorKind::UserNotConfirmed,
                ErrorKind::AlreadyConfirmed,
                ErrorKind::CodeMismatch,
                ErrorKind::CodeDeliveryFailure,
                ErrorKind::NoRecoveryContact,
            ] {
                let speaks = |of| shown_by(of, form, kind.clone()).text.contains("email");
                assert!(speaks(email), "{kind:?}");
                for other in others.into_iter().filter(|of| *of != KINDS[2]) {
                    assert!(!speaks(other), "{kind:?} {other:?}");
                }
            }
        }
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
