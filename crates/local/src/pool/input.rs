//! A request's members, checked against the constraints of the service's model.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::errors::Error;

/// A regular expression as the service writes it, and which characters it allows.
type Pattern = (&'static str, fn(char) -> bool);

/// What a text has to be like.
pub(super) struct Rule {
    min: usize,
    max: usize,
    pattern: Option<Pattern>,
    /// Whether the value must not be repeated in an error.
    sensitive: bool,
}

const VISIBLE: &str = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";

fn visible(c: char) -> bool {
    !c.is_whitespace() && !c.is_control()
}

fn not_space(c: char) -> bool {
    !matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

const fn rule(min: usize, max: usize) -> Rule {
    Rule {
        min,
        max,
        pattern: None,
        sensitive: false,
    }
}

impl Rule {
    pub const USERNAME: Self = Self {
        pattern: Some((VISIBLE, visible)),
        sensitive: true,
        ..rule(1, 128)
    };
    pub const PASSWORD: Self = Self {
        pattern: Some(("[\\S]+", not_space)),
        sensitive: true,
        ..rule(0, 256)
    };
    pub const CLIENT_ID: Self = Self {
        pattern: Some(("[\\w+]+", |c| word(c) || c == '+')),
        sensitive: true,
        ..rule(1, 128)
    };
    pub const CODE: Self = Self {
        pattern: Some(("[\\S]+", not_space)),
        ..rule(1, 2048)
    };
    pub const TOTP: Self = Self {
        pattern: Some(("[0-9]+", |c| c.is_ascii_digit())),
        sensitive: true,
        ..rule(6, 6)
    };
    pub const RELYING_PARTY: Self = Self {
        pattern: Some(("[a-z0-9.-]+", |c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-')
        })),
        ..rule(1, 127)
    };
    pub const DEVICE_KEY: Self = Self {
        pattern: Some(("[\\w-]+_[0-9a-f-]+", |c| word(c) || c == '-')),
        ..rule(1, 55)
    };
    pub const DEVICE_SECRET: Self = Self {
        sensitive: true,
        ..rule(0, 131_072)
    };
    pub const DEVICE_NAME: Self = rule(1, 1024);
    pub const SESSION: Self = Self {
        sensitive: true,
        ..rule(20, 2048)
    };
    pub const TOKEN: Self = Self {
        pattern: Some(("[A-Za-z0-9-_=.]+", |c| {
            word(c) || matches!(c, '-' | '=' | '.')
        })),
        sensitive: true,
        ..rule(0, usize::MAX)
    };
    pub const POOL_ID: Self = Self {
        pattern: Some(("[\\w-]+_[0-9a-zA-Z]+", |c| word(c) || c == '-')),
        ..rule(1, 55)
    };
    pub const ATTRIBUTE_NAME: Self = Self {
        pattern: Some(("[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+", |c| {
            visible(c) || matches!(c, '\t' | '\n' | '\r' | ' ')
        })),
        ..rule(1, 32)
    };
    pub const ATTRIBUTE_VALUE: Self = Self {
        sensitive: true,
        ..rule(0, 2048)
    };
    pub const NAME: Self = Self {
        pattern: Some(("[\\w\\s+=,.@-]+", |c| {
            word(c) || c.is_ascii_whitespace() || "+=,.@-".contains(c)
        })),
        ..rule(1, 128)
    };
    pub const FILTER: Self = rule(0, 256);
    pub const PAGE: Self = Self {
        pattern: Some(("[\\S]+", not_space)),
        ..rule(1, 131_072)
    };
    pub const SECRET_HASH: Self = Self {
        pattern: Some(("[\\w+=/]+", |c| word(c) || "+=/".contains(c))),
        sensitive: true,
        ..rule(1, 128)
    };
    pub const CLIENT_SECRET: Self = Self {
        pattern: Some(("[\\w+]+", |c| word(c) || c == '+')),
        sensitive: true,
        ..rule(1, 64)
    };
    const TEXT: Self = rule(0, 131_072);
}

/// The members of a request. Constraints that are not met are collected, and reported together by [`Input::check`];
/// until then a member that breaks one reads as empty.
pub(super) struct Input<'a> {
    members: &'a Map<String, Value>,
    violations: RefCell<Vec<String>>,
}

impl<'a> Input<'a> {
    pub fn new(members: &'a Map<String, Value>) -> Self {
        Self {
            members,
            violations: RefCell::default(),
        }
    }

    /// # Errors
    /// When a constraint is not met.
    pub fn check(&self) -> Result<(), Error> {
        let violations = self.violations.borrow();
        let errors = match violations.len() {
            0 => return Ok(()),
            1 => "1 validation error".to_owned(),
            many => format!("{many} validation errors"),
        };
        Err(Error::invalid(format!(
            "{errors} detected: {}",
            violations.join("; ")
        )))
    }

    /// A member that has to be there.
    pub fn required(&self, name: &str, rule: &Rule) -> Result<String, Error> {
        let value = self.optional(name, rule)?;
        Ok(value.unwrap_or_else(|| {
            if self.value(name).is_none() {
                self.missing(name);
            }
            String::new()
        }))
    }

    /// A member that may be absent.
    pub fn optional(&self, name: &str, rule: &Rule) -> Result<Option<String>, Error> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let value = text(value)?;
        Ok(self
            .meets(&member(name), value, rule)
            .then(|| value.to_owned()))
    }

    /// One of several words.
    pub fn word(&self, name: &str, words: &[&'static str]) -> Result<Option<&'static str>, Error> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let value = text(value)?;
        let known = words.iter().find(|word| **word == value);
        if known.is_none() {
            self.violated(
                &format!("'{value}' at '{}'", member(name)),
                &format!("Member must satisfy enum value set: [{}]", words.join(", ")),
            );
        }
        Ok(known.copied())
    }

    /// One of several words, which has to be there.
    pub fn required_word(&self, name: &str, words: &[&'static str]) -> Result<&'static str, Error> {
        if self.value(name).is_none() {
            self.missing(name);
        }
        Ok(self.word(name, words)?.unwrap_or_default())
    }

    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Error> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(value) => Err(wrong_type(value, "a Boolean")),
        }
    }

    /// A whole number within `range`.
    pub fn integer(
        &self,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Result<Option<i64>, Error> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let number = value
            .as_i64()
            .ok_or_else(|| wrong_type(value, "an Integer"))?;
        let (bound, limit) = if number < *range.start() {
            ("greater", range.start())
        } else if number > *range.end() {
            ("less", range.end())
        } else {
            return Ok(Some(number));
        };
        self.violated(
            &format!("'{number}' at '{}'", member(name)),
            &format!("Member must have value {bound} than or equal to {limit}"),
        );
        Ok(None)
    }

    /// A list of texts.
    pub fn list(&self, name: &str) -> Result<Option<Vec<String>>, Error> {
        let Some(items) = self.items(name)? else {
            return Ok(None);
        };
        let texts = items.iter().map(|item| text(item).map(str::to_owned));
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// A list of objects.
    pub fn objects(&self, name: &str) -> Result<Vec<Input<'a>>, Error> {
        let items = self.items(name)?.map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .map(|item| object(item).map(Input::new))
            .collect()
    }

    /// A nested object; an empty one when it is absent.
    pub fn object(&self, name: &str) -> Result<Input<'a>, Error> {
        static EMPTY: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        let value = self.value(name);
        Ok(Input::new(value.map_or(Ok(&*EMPTY), object)?))
    }

    /// A map from text to text, with which `AuthParameters` and the like are given.
    pub fn map(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Error> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let mut map = BTreeMap::new();
        for (key, value) in object(value)? {
            if value.is_null() {
                continue;
            }
            let value = text(value)?;
            let path = format!("{}.{key}.member", member(name));
            if self.meets(&path, value, &Rule::TEXT) {
                map.insert(key.clone(), value.to_owned());
            }
        }
        Ok(Some(map))
    }

    /// A list of `{Name, Value}`. Of several with one name the last counts.
    pub fn attributes(&self, name: &str) -> Result<Vec<(String, String)>, Error> {
        let items = self.items(name)?.map_or(&[][..], Vec::as_slice);
        let mut attributes: Vec<(String, String)> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let item = object(item)?;
            let path = format!("{}.{}.member", member(name), index + 1);
            let attribute = match item.get("Name") {
                None | Some(Value::Null) => {
                    let place = format!("null at '{path}.name'");
                    self.violated(&place, "Member must not be null");
                    continue;
                }
                Some(attribute) => text(attribute)?,
            };
            let value = match item.get("Value") {
                None | Some(Value::Null) => "",
                Some(value) => text(value)?,
            };
            if self.meets(&format!("{path}.name"), attribute, &Rule::ATTRIBUTE_NAME)
                && self.meets(&format!("{path}.value"), value, &Rule::ATTRIBUTE_VALUE)
            {
                attributes.retain(|(known, _)| known != attribute);
                attributes.push((attribute.to_owned(), value.to_owned()));
            }
        }
        Ok(attributes)
    }

    /// Notes that a member is missing.
    pub fn missing(&self, name: &str) {
        self.violated(
            &format!("null at '{}'", member(name)),
            "Member must not be null",
        );
    }

    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The members other than `names`, as they are.
    pub fn others(&self, names: &[&str]) -> Map<String, Value> {
        let others = self.members.iter();
        others
            .filter(|(name, value)| !names.contains(&name.as_str()) && !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    fn items(&self, name: &str) -> Result<Option<&'a Vec<Value>>, Error> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(value) => Err(wrong_type(value, "a List")),
        }
    }

    fn meets(&self, path: &str, value: &str, rule: &Rule) -> bool {
        let length = value.chars().count();
        let constraint = if length > rule.max {
            format!("Member must have length less than or equal to {}", rule.max)
        } else if length < rule.min {
            format!(
                "Member must have length greater than or equal to {}",
                rule.min
            )
        } else if let Some((pattern, allowed)) = rule.pattern
            && (value.is_empty() || !value.chars().all(allowed))
        {
            format!("Member must satisfy regular expression pattern: {pattern}")
        } else {
            return true;
        };
        let place = match rule.sensitive {
            true => format!("at '{path}'"),
            false => format!("'{value}' at '{path}'"),
        };
        self.violated(&place, &constraint);
        false
    }

    fn violated(&self, place: &str, constraint: &str) {
        let violation = format!("Value {place} failed to satisfy constraint: {constraint}");
        self.violations.borrow_mut().push(violation);
    }
}

/// A member's name as the service's validation errors write it.
fn member(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}

fn text(value: &Value) -> Result<&str, Error> {
    value.as_str().ok_or_else(|| wrong_type(value, "a String"))
}

fn object(value: &Value) -> Result<&Map<String, Value>, Error> {
    value
        .as_object()
        .ok_or_else(|| wrong_type(value, "a Structure"))
}

fn wrong_type(value: &Value, wanted: &'static str) -> Error {
    Error::Serialization(match (value, wanted) {
        (Value::Array(_), _) => "Start of list found where not expected",
        (Value::Object(_), _) => "Start of structure or map found where not expected.",
        (Value::Number(_), "a String") => "NUMBER_VALUE can not be converted to a String",
        (Value::Bool(true), "a String") => "TRUE_VALUE can not be converted to a String",
        (Value::Bool(false), "a String") => "FALSE_VALUE can not be converted to a String",
        (Value::String(_), "a Boolean") => "STRING_VALUE can not be converted to a Boolean",
        (Value::Number(_), "a Boolean") => "NUMBER_VALUE can not be converted to a Boolean",
        (Value::String(_), "an Integer") => "STRING_VALUE can not be converted to an Integer",
        (Value::Number(_), "an Integer") => "NUMBER_VALUE can not be converted to an Integer",
        (_, "a List") => "Expected list or null",
        (_, "a Structure") => "Expected map or null",
        _ => "Unexpected value",
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T>(json: Value, read: impl FnOnce(&Input<'_>) -> T) -> (T, Result<(), Error>) {
        let members = json.as_object().cloned().expect("an object");
        let input = Input::new(&members);
        let value = read(&input);
        let checked = input.check();
        (value, checked)
    }

    #[test]
    fn every_broken_constraint_is_reported_at_once_and_secrets_are_not_repeated() {
        let body = json!({ "Username": "with space", "ClientId": "" });
        let (_, checked) = read(body, |input| {
            input.required("ClientId", &Rule::CLIENT_ID).expect("text");
            input.required("Username", &Rule::USERNAME).expect("text");
            input
                .required("ConfirmationCode", &Rule::CODE)
                .expect("text");
        });
        assert_eq!(
            checked.expect_err("three errors").message(),
            "3 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must have length \
             greater than or equal to 1; Value at 'username' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value null at 'confirmationCode' failed to satisfy \
             constraint: Member must not be null"
        );
    }

    #[test]
    fn a_member_of_the_wrong_type_is_a_serialization_error() {
        for wrong in [json!(1), json!([]), json!({}), json!(true)] {
            let body = json!({ "Username": wrong });
            let (result, _) = read(body, |input| input.required("Username", &Rule::USERNAME));
            assert_eq!(
                result.expect_err("a wrong type").code(),
                "SerializationException"
            );
        }
    }

    #[test]
    fn of_two_attributes_with_one_name_the_last_counts() {
        let body = json!({ "UserAttributes": [
            { "Name": "name", "Value": "A" }, { "Name": "email" }, { "Name": "name", "Value": "B" },
        ]});
        let (attributes, checked) = read(body, |input| input.attributes("UserAttributes"));
        assert_eq!(checked, Ok(()));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            attributes.expect("attributes"),
            [pair("email", ""), pair("name", "B")]
        );
    }

    #[test]
    fn a_number_has_its_range() {
        let body = json!({ "Limit": 61 });
        let (_, checked) = read(body, |input| input.integer("Limit", 0..=60));
        assert!(
            checked
                .expect_err("out of range")
                .message()
                .contains("less than or equal to 60")
        );
    }
}
