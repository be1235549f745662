//! What can be said about typed values without asking anybody. Pure.

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
    /// `email`
    Email,
    /// `preferred_username`
    Username,
    /// A password that exists, or the one of a new account.
    Password,
    /// A password in place of another one.
    NewPassword,
    /// The code of a sign-up.
    Code,
    /// The code of a recovery.
    ResetCode,
    /// Another attribute that the pool wants to know, by the name that the API has for it.
    Attribute(&'static str),
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
