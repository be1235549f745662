//! What can be said about typed values without asking anybody. Pure.

use crate::config::UsernameKind;
use serde_json::Value;

use crate::session::{Password, PasswordPolicyViolation};

/// The longest user name that the pool takes, in characters.
const USERNAME_MOST: usize = 128;
/// The longest attribute value that the pool takes, in characters.
const ATTRIBUTE_MOST: usize = 2048;
/// The longest password that the pool takes, in characters.
const PASSWORD_MOST: usize = 256;

/// The fields of all forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `name`
    Name,
    /// `email`, which in most pools is what people sign in with.
    Email,
    /// What people sign in with, where that is an e-mail address or a phone number.
    EmailOrPhone,
    /// What people sign in with, where that is a user name or what stands for it.
    Account {
        /// Whether the e-mail address stands for it.
        email: bool,
        /// Whether the phone number does.
        phone_number: bool,
    },
    /// `preferred_username`, and the user name itself where that is of people's own choice.
    Username,
    /// A password that exists, or the one of a new account.
    Password,
    /// A password in place of another one.
    NewPassword,
    /// The code of a sign-up.
    Code,
    /// The code of a recovery.
    ResetCode,
    /// The code of a factor of the sign-in.
    OneTimeCode,
    /// What a person calls an authenticator app.
    AppName,
    /// The answer to a question of the pool's triggers.
    Answer,
    /// Another attribute that the pool wants to know, by the name that the API has for it.
    Attribute(&'static str),
}

impl Field {
    /// `phone_number`, which in some pools is what people sign in with.
    pub const PHONE: Self = Self::Attribute("phone_number");

    /// What people sign in with.
    pub fn login(kind: UsernameKind) -> Self {
        match kind {
            UsernameKind::Email => Self::Email,
            UsernameKind::PhoneNumber => Self::PHONE,
            UsernameKind::EmailOrPhoneNumber => Self::EmailOrPhone,
            UsernameKind::Username {
                email,
                phone_number,
                ..
            } => Self::Account {
                email,
                phone_number,
            },
        }
    }

    /// The name of its input.
    pub fn input_name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::EmailOrPhone | Self::Account { .. } => "login",
            Self::Username => "username",
            Self::Password => "password",
            Self::NewPassword => "new-password",
            Self::Code | Self::ResetCode | Self::OneTimeCode => "code",
            Self::AppName => "app-name",
            Self::Answer => "answer",
            Self::Attribute(name) => name,
        }
    }

    /// What browsers know it as, where it is what people sign in with. A field for phone numbers cannot be more to them.
    pub fn login_autocomplete(self) -> &'static str {
        match self {
            Self::PHONE => "tel",
            _ => "username",
        }
    }

    /// What a line of text in this field comes to.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate(self, text: &str) -> Result<String, FieldProblem> {
        match self {
            Self::Email => validate_email(text),
            Self::EmailOrPhone => validate_email_or_phone(text),
            Self::Account { phone_number, .. } => validate_account(text, phone_number),
            Self::Username => validate_username(text),
            Self::Code | Self::ResetCode | Self::OneTimeCode => validate_code(text),
            Self::PHONE => validate_phone(text),
            _ => validate_attribute(text),
        }
    }
}

/// A standard attribute that a pool may require of everybody, besides name, address and handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name in the API.
    pub name: &'static str,
    /// What browsers know it as.
    pub autocomplete: &'static str,
}

impl Attribute {
    /// The standard attribute of that name. Pools cannot require others.
    pub fn standard(name: &str) -> Option<Self> {
        const ALL: [(&str, &str); 13] = [
            ("address", "street-address"),
            ("birthdate", "bday"),
            ("family_name", "family-name"),
            ("gender", "sex"),
            ("given_name", "given-name"),
            ("locale", "language"),
            ("middle_name", "additional-name"),
            ("nickname", "nickname"),
            ("phone_number", "tel"),
            ("picture", "photo"),
            ("profile", "url"),
            ("website", "url"),
            ("zoneinfo", "off"),
        ];
        ALL.into_iter()
            .find(|(known, _)| *known == name)
            .map(|(name, autocomplete)| Self { name, autocomplete })
    }
}

/// What is wrong with a typed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// Nothing was typed.
    Missing,
    /// Not the form of an e-mail address.
    NotAnEmail,
    /// Not the form of a phone number, or without the country code.
    NotAPhoneNumber,
    /// Neither.
    NotAnEmailOrPhone,
    /// An e-mail address or a phone number where the pool takes those for what they are.
    NotAUsername,
    /// Not the form of a code.
    NotACode,
    /// A blank where none may be.
    Blank,
    /// More than this many characters.
    TooLong(usize),
    /// A rule for passwords that is not met.
    Rules(Rule),
}

/// A rule for passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// At least this many characters.
    Length(usize),
    /// An upper-case letter, A to Z.
    Uppercase,
    /// A lower-case letter, a to z.
    Lowercase,
    /// A digit.
    Number,
    /// A special character, or a blank that is neither first nor last.
    Symbol,
    /// No blank. Shown only when it is broken: hardly anybody types one.
    NoBlank,
}

/// What the pool asks of passwords. The pool has the last word; its refusals are shown as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    rules: Vec<Rule>,
}

impl Default for PasswordPolicy {
    /// A user pool's own default.
    fn default() -> Self {
        Self {
            rules: vec![
                Rule::Length(8),
                Rule::Lowercase,
                Rule::Uppercase,
                Rule::Number,
                Rule::Symbol,
            ],
        }
    }
}

impl Rule {
    /// The rule that the pool says is broken, when it says which.
    pub fn broken(violation: PasswordPolicyViolation) -> Option<Self> {
        match violation {
            PasswordPolicyViolation::NeedsUppercase => Some(Self::Uppercase),
            PasswordPolicyViolation::NeedsLowercase => Some(Self::Lowercase),
            PasswordPolicyViolation::NeedsNumber => Some(Self::Number),
            PasswordPolicyViolation::NeedsSymbol => Some(Self::Symbol),
            _ => None,
        }
    }
}

impl PasswordPolicy {
    /// `auth.password_policy` as Amplify writes it; a user pool's own default without one. The forms only go by it for
    /// what they tell ahead of time, so whatever makes no sense in it stops nobody.
    pub fn read(policy: Option<&Value>) -> Self {
        /// What the pool's own settings allow for the shortest password, in characters.
        const SHORTEST: std::ops::RangeInclusive<u64> = 6..=99;
        let Some(policy @ Value::Object(_)) = policy else {
            return Self::default();
        };
        let least = policy.get("min_length").and_then(Value::as_u64);
        let least = least.filter(|least| SHORTEST.contains(least)).unwrap_or(8);
        let required = [
            ("require_lowercase", Rule::Lowercase),
            ("require_uppercase", Rule::Uppercase),
            ("require_numbers", Rule::Number),
            ("require_symbols", Rule::Symbol),
        ];
        let rules = required
            .into_iter()
            .filter(|(name, _)| policy.get(*name) == Some(&Value::Bool(true)))
            .map(|(_, rule)| rule);
        Self::new(usize::try_from(least).unwrap_or_default(), rules)
    }

    /// At least `least` characters, and these rules.
    pub fn new(least: usize, others: impl IntoIterator<Item = Rule>) -> Self {
        Self {
            rules: std::iter::once(Rule::Length(least)).chain(others).collect(),
        }
    }

    /// Asks for at least this many characters.
    pub fn lengthen(&mut self, least: usize) {
        self.rules.retain(|rule| !matches!(rule, Rule::Length(_)));
        self.rules.insert(0, Rule::Length(least));
    }

    /// The rules, each with whether `password` meets it.
    pub fn check(&self, password: &str) -> Vec<(Rule, bool)> {
        let mut checks: Vec<_> = self
            .rules
            .iter()
            .map(|rule| (*rule, meets(*rule, password)))
            .collect();
        if !meets(Rule::NoBlank, password) {
            checks.push((Rule::NoBlank, false));
        }
        checks
    }
}

fn meets(rule: Rule, password: &str) -> bool {
    // The pool's list of special characters.
    const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";
    match rule {
        Rule::Length(least) => password.chars().count() >= least,
        Rule::Uppercase => password.bytes().any(|byte| byte.is_ascii_uppercase()),
        Rule::Lowercase => password.bytes().any(|byte| byte.is_ascii_lowercase()),
        Rule::Number => password.bytes().any(|byte| byte.is_ascii_digit()),
        Rule::Symbol => password.chars().any(|c| SYMBOLS.contains(c)),
        Rule::NoBlank => !password.chars().any(char::is_whitespace),
    }
}

/// A trimmed value that is there and not too long.
fn present(text: &str, most: usize) -> Result<String, FieldProblem> {
    let text = text.trim();
    if text.is_empty() {
        Err(FieldProblem::Missing)
    } else if text.chars().count() > most {
        Err(FieldProblem::TooLong(most))
    } else {
        Ok(text.to_owned())
    }
}

/// An e-mail address, as [HTML's e-mail input](https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address)
/// has it, with a dot in the domain: codes are sent to it.
///
/// # Errors
/// What is wrong with it.
pub fn validate_email(text: &str) -> Result<String, FieldProblem> {
    let email = present(text, USERNAME_MOST)?;
    let sound = email.split_once('@').is_some_and(|(local, domain)| {
        let local_ok = !local.is_empty()
            && local.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
            });
        let label_ok = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        local_ok && domain.contains('.') && domain.split('.').all(label_ok)
    });
    if sound {
        Ok(email)
    } else {
        Err(FieldProblem::NotAnEmail)
    }
}

/// A phone number in the form of E.164: a `+`, the country code and the rest, 15 digits at most. It may be written with
/// blanks, dashes, dots, slashes and parentheses, which are left out, as is a zero in parentheses: who dials the country
/// code does not dial it.
///
/// # Errors
/// What is wrong with it.
pub fn validate_phone(text: &str) -> Result<String, FieldProblem> {
    let text = present(text, USERNAME_MOST)?;
    let number: String = text
        .replace("(0)", "")
        .chars()
        .filter(|c| !c.is_whitespace() && !"-‐‑–./()\u{200b}\u{202a}\u{202c}".contains(*c))
        .collect();
    let sound = number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if sound {
        Ok(number)
    } else {
        Err(FieldProblem::NotAPhoneNumber)
    }
}

/// An e-mail address or a phone number.
///
/// # Errors
/// What is wrong with it, going by what it looks like.
pub fn validate_email_or_phone(text: &str) -> Result<String, FieldProblem> {
    if text.contains('@') {
        return validate_email(text);
    }
    validate_phone(text).map_err(|problem| match problem {
        FieldProblem::NotAPhoneNumber if !text.trim_start().starts_with('+') => {
            FieldProblem::NotAnEmailOrPhone
        }
        problem => problem,
    })
}

/// A user name that exists, or what stands for it. With `phone_number`, what is one goes out as the pool has it.
///
/// # Errors
/// What is wrong with it.
fn validate_account(text: &str, phone_number: bool) -> Result<String, FieldProblem> {
    if phone_number && let Ok(number) = validate_phone(text) {
        return Ok(number);
    }
    let account = present(text, USERNAME_MOST)?;
    if account.chars().any(char::is_whitespace) {
        return Err(FieldProblem::Blank);
    }
    Ok(account)
}

/// A code without the blanks and dashes that it is often written with.
pub fn clean_code(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '\u{200b}'))
        .collect()
}

/// A code: 6 to 8 digits, for the service sends both.
///
/// # Errors
/// What is wrong with it.
pub fn validate_code(text: &str) -> Result<String, FieldProblem> {
    let code = clean_code(text);
    if code.is_empty() {
        Err(FieldProblem::Missing)
    } else if (6..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(code)
    } else {
        Err(FieldProblem::NotACode)
    }
}

/// A name, or another attribute in any words.
///
/// # Errors
/// What is wrong with it.
pub fn validate_attribute(text: &str) -> Result<String, FieldProblem> {
    present(text, ATTRIBUTE_MOST)
}

/// A handle. The pool would take blanks in it, but it is part of an address (`/@handle`) and of sentences.
///
/// # Errors
/// What is wrong with it.
pub fn validate_username(text: &str) -> Result<String, FieldProblem> {
    let text = text.trim();
    let handle = present(text.strip_prefix('@').unwrap_or(text), USERNAME_MOST)?;
    if handle.chars().any(char::is_whitespace) {
        return Err(FieldProblem::Blank);
    }
    Ok(handle)
}

/// A password that exists already: whatever was typed, as it was typed.
///
/// # Errors
/// [`FieldProblem::Missing`].
pub fn validate_password(text: String) -> Result<Password, FieldProblem> {
    if text.is_empty() {
        return Err(FieldProblem::Missing);
    }
    Ok(Password::new(text))
}

/// A password to be set.
///
/// # Errors
/// The first rule that it breaks.
pub fn validate_new_password(
    text: String,
    policy: &PasswordPolicy,
) -> Result<Password, FieldProblem> {
    let password = validate_password(text)?;
    if password.expose().chars().count() > PASSWORD_MOST {
        return Err(FieldProblem::TooLong(PASSWORD_MOST));
    }
    let checks = policy.check(password.expose());
    match checks.into_iter().find(|(_, met)| !met) {
        Some((rule, _)) => Err(FieldProblem::Rules(rule)),
        None => Ok(password),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_have_are_taken() {
        for email in [
            "ann@example.com",
            " ann@example.com ",
            "a+b@example.co.uk",
            "o'neil@sub-domain.example.org",
            "1@2.3",
        ] {
            assert_eq!(validate_email(email).as_deref(), Ok(email.trim()));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "ann",
            "ann@",
            "@example.com",
            "ann@example",
            "ann@@example.com",
            "ann@-example.com",
            "ann@example..com",
            "a b@example.com",
            "ann@exämple.com",
        ] {
            assert_eq!(
                validate_email(text),
                Err(FieldProblem::NotAnEmail),
                "{text}"
            );
        }
        assert_eq!(validate_email("  "), Err(FieldProblem::Missing));
        let long = format!("{}@example.com", "a".repeat(128));
        assert_eq!(validate_email(&long), Err(FieldProblem::TooLong(128)));
    }

    #[test]
    fn codes_are_taken_as_they_are_pasted() {
        for (text, code) in [
            ("123456", "123456"),
            (" 123 456\n", "123456"),
            ("123-456", "123456"),
            ("1234 5678", "12345678"),
        ] {
            assert_eq!(validate_code(text).as_deref(), Ok(code));
        }
        for text in ["12345", "123456789", "12345a", "１２３４５６"] {
            assert_eq!(validate_code(text), Err(FieldProblem::NotACode), "{text}");
        }
        assert_eq!(validate_code(" - "), Err(FieldProblem::Missing));
    }

    #[test]
    fn a_handle_has_no_blanks_and_no_at_sign_in_front() {
        assert_eq!(validate_username(" @ann ").as_deref(), Ok("ann"));
        assert_eq!(validate_username("änn").as_deref(), Ok("änn"));
        assert_eq!(validate_username("ann b"), Err(FieldProblem::Blank));
        assert_eq!(validate_username("@"), Err(FieldProblem::Missing));
    }

    #[test]
    fn phone_numbers_are_taken_as_people_write_them() {
        for (text, number) in [
            ("+4915123456789", "+4915123456789"),
            (" +49 151 234-567-89 ", "+4915123456789"),
            ("+49 (0)151 23456789", "+4915123456789"),
            ("+1 (555) 555.0100", "+15555550100"),
            ("+49/30/1234567", "+49301234567"),
        ] {
            assert_eq!(validate_phone(text).as_deref(), Ok(number), "{text}");
        }
        for text in [
            "0151 23456789",
            "0049 151 23456789",
            "+0151 23456789",
            "+49 151 2345678901234",
            "+49",
            "++4915123456789",
            "+49151call me",
            "+４９15123456789",
            "ann@example.com",
        ] {
            let problem = Err(FieldProblem::NotAPhoneNumber);
            assert_eq!(validate_phone(text), problem, "{text}");
        }
        assert_eq!(validate_phone(" "), Err(FieldProblem::Missing));
    }

    #[test]
    fn what_people_sign_in_with_is_checked_as_what_it_is() {
        let check = |kind, text: &str| Field::login(kind).validate(text);
        let either = UsernameKind::EmailOrPhoneNumber;
        assert_eq!(check(either, " a@b.de ").as_deref(), Ok("a@b.de"));
        assert_eq!(
            check(either, "+1 555").as_deref(),
            Err(&FieldProblem::NotAPhoneNumber)
        );
        assert_eq!(
            check(either, "+1 555 5550100").as_deref(),
            Ok("+15555550100")
        );
        assert_eq!(check(either, "a@b"), Err(FieldProblem::NotAnEmail));
        assert_eq!(check(either, "ann"), Err(FieldProblem::NotAnEmailOrPhone));
        assert_eq!(check(either, ""), Err(FieldProblem::Missing));
        assert_eq!(
            check(UsernameKind::PhoneNumber, "a@b.de"),
            Err(FieldProblem::NotAPhoneNumber)
        );
        let username = |phone_number| UsernameKind::Username {
            email: true,
            phone_number,
            preferred_username: false,
        };
        assert_eq!(check(username(false), " ann ").as_deref(), Ok("ann"));
        assert_eq!(check(username(false), "a@b.de").as_deref(), Ok("a@b.de"));
        assert_eq!(check(username(false), "ann b"), Err(FieldProblem::Blank));
        assert_eq!(
            check(username(false), "+1 555 5550100"),
            Err(FieldProblem::Blank)
        );
        assert_eq!(
            check(username(true), "+1 555 5550100").as_deref(),
            Ok("+15555550100")
        );
        assert_eq!(check(username(true), "ann").as_deref(), Ok("ann"));
    }

    #[test]
    fn passwords_are_never_trimmed() {
        let password = validate_password(" x ".to_owned());
        assert_eq!(password, Ok(Password::new(" x ".to_owned())));
    }

    #[test]
    fn the_first_broken_rule_is_named() {
        let policy = PasswordPolicy::default();
        let check = |text: &str| validate_new_password(text.to_owned(), &policy).err();
        assert_eq!(check(""), Some(FieldProblem::Missing));
        assert_eq!(check("aB1!"), Some(FieldProblem::Rules(Rule::Length(8))));
        assert_eq!(
            check("UPPER-2026"),
            Some(FieldProblem::Rules(Rule::Lowercase))
        );
        assert_eq!(
            check("lower-2026"),
            Some(FieldProblem::Rules(Rule::Uppercase))
        );
        assert_eq!(check("No-numbers"), Some(FieldProblem::Rules(Rule::Number)));
        assert_eq!(check("NoSymbols1"), Some(FieldProblem::Rules(Rule::Symbol)));
        assert_eq!(
            check("Blank 2026!"),
            Some(FieldProblem::Rules(Rule::NoBlank))
        );
        assert_eq!(check("Crud-dur-2026!"), None);
        // Eight characters, not bytes; letters beyond A to Z are letters but not the ones that count.
        assert_eq!(check("äöüß-1Aa"), None);
        assert_eq!(check(&"aA1!".repeat(65)), Some(FieldProblem::TooLong(256)));
    }
}
