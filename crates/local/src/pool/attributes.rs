//! A user's attributes: which there are, what they may hold, and how an address is masked.

use super::errors::Error;
use super::model::{AttributeKind, Pool, PoolRules, SchemaAttribute, User};

use AttributeKind::{Boolean, Number, String as Text};

/// The attributes that OpenID Connect names, and the service's own: name, kind, least and greatest length.
const STANDARD: [(&str, AttributeKind, i64, i64); 20] = [
    ("sub", Text, 1, 2048),
    ("name", Text, 0, 2048),
    ("given_name", Text, 0, 2048),
    ("family_name", Text, 0, 2048),
    ("middle_name", Text, 0, 2048),
    ("nickname", Text, 0, 2048),
    ("preferred_username", Text, 0, 2048),
    ("profile", Text, 0, 2048),
    ("picture", Text, 0, 2048),
    ("website", Text, 0, 2048),
    ("email", Text, 0, 2048),
    ("email_verified", Boolean, 0, 0),
    ("gender", Text, 0, 2048),
    ("birthdate", Text, 10, 10),
    ("zoneinfo", Text, 0, 2048),
    ("locale", Text, 0, 2048),
    ("phone_number", Text, 0, 2048),
    ("phone_number_verified", Boolean, 0, 0),
    ("address", Text, 0, 2048),
    ("updated_at", Number, 0, i64::MAX),
];

/// Who sets an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer<'a> {
    /// An administrator may set what only they may: that an address is verified.
    Administrator,
    /// The user, through a client that may write these attributes; all when empty.
    User(&'a [String]),
}

impl PoolRules {
    /// An attribute's rules; `None` when the pool has no such attribute.
    pub fn attribute(&self, name: &str) -> Option<SchemaAttribute> {
        if let Some(attribute) = self.schema.get(name) {
            return Some(attribute.clone());
        }
        STANDARD
            .iter()
            .find(|(known, ..)| *known == name)
            .map(|(_, kind, minimum, maximum)| SchemaAttribute {
                kind: *kind,
                required: name == "sub",
                mutable: name != "sub",
                minimum: (*kind != Boolean).then_some(*minimum),
                maximum: (*kind == Text).then_some(*maximum),
            })
    }

    /// Every attribute of the pool with its rules, standard ones first.
    pub fn all_attributes(&self) -> Vec<(&str, SchemaAttribute)> {
        let standard = STANDARD.iter().map(|(name, ..)| *name);
        let custom = self
            .schema
            .keys()
            .map(String::as_str)
            .filter(|name| !STANDARD.iter().any(|(known, ..)| known == name));
        standard
            .chain(custom)
            .filter_map(|name| Some((name, self.attribute(name)?)))
            .collect()
    }

    /// The names of the attributes that every user has to have, `sub` apart.
    pub fn required_attributes(&self) -> impl Iterator<Item = &str> {
        self.schema
            .iter()
            .filter(|(_, attribute)| attribute.required)
            .map(|(name, _)| name.as_str())
    }

    /// Whether `attribute` can be used to sign in.
    pub fn signs_in(&self, attribute: &str) -> bool {
        let names = self.username_attributes.iter();
        names
            .chain(&self.alias_attributes)
            .any(|name| name == attribute)
    }

    /// Which of the attributes that people sign in with instead of a user name `username` is.
    ///
    /// # Errors
    /// When it is none of them, or a user name that looks like an alias.
    pub fn username_attribute(&self, username: &str) -> Result<Option<&'static str>, Error> {
        let has = |name: &str| self.username_attributes.iter().any(|known| known == name);
        if self.username_attributes.is_empty() {
            let is_alias = |name: &str| self.alias_attributes.iter().any(|known| known == name);
            return match is_alias("email") && is_email(username) {
                true => Err(Error::invalid(
                    "Username cannot be of email format, since user pool is configured for email alias.",
                )),
                false => Ok(None),
            };
        }
        if has("email") && is_email(username) {
            return Ok(Some("email"));
        }
        if has("phone_number") && is_phone_number(username) {
            return Ok(Some("phone_number"));
        }
        Err(Error::invalid(match (has("email"), has("phone_number")) {
            (true, true) => "Username should be either an email or a phone number.",
            (true, false) => "Username should be an email.",
            (false, _) => "Username should be a phone number.",
        }))
    }

    /// Checks attributes that `writer` wants to set. An empty value is one too.
    ///
    /// # Errors
    /// When the schema does not allow them, or the writer may not set them.
    pub fn check_attributes(
        &self,
        attributes: &[(String, String)],
        writer: Writer<'_>,
    ) -> Result<(), Error> {
        let mut problems = Vec::new();
        for (name, value) in attributes {
            if name == "sub" {
                problems.push("sub: Attribute cannot be updated.".to_owned());
                continue;
            }
            let Some(attribute) = self.attribute(name) else {
                problems.push(format!(
                    "Type for attribute {{{name}}} could not be determined"
                ));
                continue;
            };
            if let Writer::User(writable) = writer
                && (name.ends_with("_verified")
                    || !(writable.is_empty() || writable.contains(name)))
            {
                return Err(Error::UnauthorizedAttribute);
            }
            if name == "email" && !value.is_empty() && !is_email(value) {
                return Err(Error::invalid("Invalid email address format."));
            }
            if name == "phone_number" && !value.is_empty() && !is_phone_number(value) {
                return Err(Error::invalid("Invalid phone number format."));
            }
            problems.extend(
                attribute
                    .problem(value)
                    .map(|text| format!("{name}: {text}")),
            );
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Error::schema(&problems)),
        }
    }

    /// Checks that `has` knows every required attribute.
    ///
    /// # Errors
    /// Names every one that it does not.
    pub fn check_required(&self, has: impl Fn(&str) -> bool) -> Result<(), Error> {
        let missing: Vec<String> = self
            .required_attributes()
            .filter(|name| !has(name))
            .map(|name| format!("{name}: The attribute is required"))
            .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Error::schema(&missing)),
        }
    }

    /// Whether two user names or addresses are the same one to this pool.
    pub fn same_name(&self, a: &str, b: &str) -> bool {
        if self.case_sensitive {
            a == b
        } else {
            a == b || a.to_lowercase() == b.to_lowercase()
        }
    }
}

impl SchemaAttribute {
    fn problem(&self, value: &str) -> Option<&'static str> {
        let size = match self.kind {
            Text => i64::try_from(value.chars().count()).unwrap_or(i64::MAX),
            Number => match value.parse() {
                Ok(number) => number,
                Err(_) => return Some("Attribute value is not a number"),
            },
            Boolean if matches!(value, "true" | "false") => return None,
            Boolean => return Some("Attribute value is not a boolean"),
            AttributeKind::DateTime if value.parse::<f64>().is_ok() => return None,
            AttributeKind::DateTime => return Some("Attribute value is not a date"),
        };
        if self.required && value.is_empty() {
            return Some("The attribute is required");
        }
        if self.minimum.is_some_and(|minimum| size < minimum) {
            return Some(match self.kind {
                Text => "String must be longer than or equal to the minimum length",
                _ => "Number must be greater than or equal to the minimum value",
            });
        }
        if self.maximum.is_some_and(|maximum| size > maximum) {
            return Some(match self.kind {
                Text => "String must be no longer than the maximum length",
                _ => "Number must be less than or equal to the maximum value",
            });
        }
        None
    }
}

impl Pool {
    /// The user that `name` means: a user name, or an attribute that people sign in with.
    pub fn find_user(&self, name: &str) -> Option<&User> {
        let sub = self.find_sub(name)?;
        self.users.get(&sub)
    }

    /// As [`Pool::find_user`].
    pub fn find_user_mut(&mut self, name: &str) -> Option<&mut User> {
        let sub = self.find_sub(name)?;
        self.users.get_mut(&sub)
    }

    fn find_sub(&self, name: &str) -> Option<String> {
        let rules = &self.rules;
        let users = || self.users.values();
        users()
            .find(|user| rules.same_name(&user.username, name))
            .or_else(|| users().find(|user| self.answers_to(user, name)))
            .map(|user| user.sub.clone())
    }

    fn answers_to(&self, user: &User, name: &str) -> bool {
        let has = |attribute: &String| {
            user.attribute(attribute)
                .is_some_and(|value| self.rules.same_name(value, name))
        };
        // An alias counts once it has been proven.
        let proven = |attribute: &String| match attribute.as_str() {
            "preferred_username" => true,
            address => user.is_verified(address),
        };
        self.rules.username_attributes.iter().any(has)
            || self
                .rules
                .alias_attributes
                .iter()
                .any(|attribute| has(attribute) && proven(attribute))
    }

    /// Somebody other than `sub` who signs in with `value` as their `attribute`.
    pub fn owner_of(&self, attribute: &str, value: &str, sub: &str) -> Option<&User> {
        let rules = &self.rules;
        if !rules.signs_in(attribute) || value.is_empty() {
            return None;
        }
        let as_username = rules
            .username_attributes
            .iter()
            .any(|name| name == attribute);
        self.users.values().find(|user| {
            user.sub != sub
                && user
                    .attribute(attribute)
                    .is_some_and(|theirs| rules.same_name(theirs, value))
                && (as_username || attribute == "preferred_username" || user.is_verified(attribute))
        })
    }
}

/// Whether `text` looks like an e-mail address: one `@`, something before it and a domain with a dot after it.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    let allowed = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    !local.is_empty()
        && dots
        && local.chars().all(allowed)
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// Whether `text` is a phone number in E.164 form.
pub(super) fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// An address as an answer shows it: `a***@e***`, `+*******1234`.
pub(super) fn masked(attribute: &str, address: &str) -> String {
    if attribute == "phone_number" {
        let digits = address.trim_start_matches('+');
        let shown = digits.len().saturating_sub(4);
        let tail = digits.get(shown..).unwrap_or_default();
        return format!("+{}{tail}", "*".repeat(shown));
    }
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(local), first(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["a@b.co", "andrew+1@cruddur.test", "o'neil@sub.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.co",
            "a@b",
            "a@b@c.co",
            "a b@c.co",
            ".a@b.co",
            "a..b@c.co",
            "a@-b.co",
            "a@b..co",
            "a<b@c.co",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_phone_number("+15555550100"));
        for bad in ["", "+", "15555550100", "+1 555", "+1234567890123456"] {
            assert!(!is_phone_number(bad), "{bad}");
        }
    }

    #[test]
    fn an_address_is_masked() {
        assert_eq!(masked("email", "andrew@example.com"), "a***@e***");
        assert_eq!(masked("email", "nobody"), "n***@***");
        assert_eq!(masked("phone_number", "+15555550100"), "+*******0100");
        assert_eq!(masked("phone_number", "+12"), "+12");
    }
}
