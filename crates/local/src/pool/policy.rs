//! What a password needs.

use std::fmt;

use super::errors::Error;
use super::model::PasswordPolicy;
use super::random;

/// What counts as a symbol; a space does too, but not at either end.
const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";
const UPPERCASE: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWERCASE: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const DIGITS: &[u8] = b"23456789";
const PLAIN_SYMBOLS: &[u8] = b"!#%*+=?@_-";

/// The first thing that a password lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Violation {
    TooShort,
    NoUppercase,
    NoLowercase,
    NoNumber,
    NoSymbol,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "Password not long enough",
            Self::NoUppercase => "Password must have uppercase characters",
            Self::NoLowercase => "Password must have lowercase characters",
            Self::NoNumber => "Password must have numeric characters",
            Self::NoSymbol => "Password must have symbol characters",
        })
    }
}

impl PasswordPolicy {
    /// # Errors
    /// The first thing that `password` lacks.
    pub fn check(&self, password: &str) -> Result<(), Error> {
        let lacks = |kind: fn(char) -> bool| !password.chars().any(kind);
        let violation = if password.chars().count() < self.minimum_length {
            Violation::TooShort
        } else if self.uppercase && lacks(|c| c.is_ascii_uppercase()) {
            Violation::NoUppercase
        } else if self.lowercase && lacks(|c| c.is_ascii_lowercase()) {
            Violation::NoLowercase
        } else if self.numbers && lacks(|c| c.is_ascii_digit()) {
            Violation::NoNumber
        } else if self.symbols && lacks(|c| SYMBOLS.contains(c)) && !password.trim().contains(' ') {
            Violation::NoSymbol
        } else {
            return Ok(());
        };
        Err(Error::Password(violation))
    }

    /// A random password that passes; without characters that look alike.
    pub fn temporary_password(&self) -> Result<String, getrandom::Error> {
        let length = self.minimum_length.max(12);
        let mut password = [UPPERCASE, LOWERCASE, DIGITS, PLAIN_SYMBOLS]
            .into_iter()
            .map(|alphabet| random::text(alphabet, 1))
            .collect::<Result<String, _>>()?;
        let rest = length.saturating_sub(password.len());
        password.push_str(&random::text(
            &[UPPERCASE, LOWERCASE, DIGITS].concat(),
            rest,
        )?);
        Ok(password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: PasswordPolicy = PasswordPolicy {
        minimum_length: 8,
        uppercase: true,
        lowercase: true,
        numbers: true,
        symbols: true,
    };

    #[test]
    fn each_rule_has_its_own_words() {
        for (password, expected) in [
            ("Aa1!aaa", Some(Violation::TooShort)),
            ("aaaa1!aa", Some(Violation::NoUppercase)),
            ("AAAA1!AA", Some(Violation::NoLowercase)),
            ("Aaaaa!aa", Some(Violation::NoNumber)),
            ("Aaaaa1aa", Some(Violation::NoSymbol)),
            ("Aaaaa1a ", Some(Violation::NoSymbol)),
            ("Aaaa 1aa", None),
            ("Aaaaa1a!", None),
            ("Äääää1ä!", Some(Violation::NoUppercase)),
        ] {
            let result = FULL.check(password);
            assert_eq!(result.err(), expected.map(Error::Password), "{password}");
        }
    }

    #[test]
    fn length_counts_characters() {
        assert!(FULL.check("Aa1!äöüß").is_ok());
    }

    #[test]
    fn a_temporary_password_passes_its_policy() {
        let long = PasswordPolicy {
            minimum_length: 40,
            ..FULL
        };
        for policy in [FULL, long] {
            let password = policy.temporary_password().expect("a password");
            assert_eq!(policy.check(&password), Ok(()));
        }
    }
}
