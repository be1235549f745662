//! ListUsers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Call, Result, user_view};
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::model::{Pool, User};

/// The most that one answer holds.
const PAGE: i64 = 60;

/// What users can be searched by.
const SEARCHABLE: [&str; 11] = [
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
    "nickname",
];

pub(super) fn list_users(call: &Call<'_>) -> Result {
    let pool_id = call.user_pool_id()?;
    let names = call.input.list("AttributesToGet")?.unwrap_or_default();
    let limit = call.input.integer("Limit", 0..=PAGE)?;
    let filter = call.input.optional("Filter", &Rule::FILTER)?;
    let token = call.input.optional("PaginationToken", &Rule::PAGE)?;
    call.input.check()?;
    let filter = match filter.as_deref().map(str::trim).unwrap_or_default() {
        "" => None,
        text => Some(Filter::parse(text)?),
    };
    let limit = usize::try_from(limit.filter(|limit| *limit > 0).unwrap_or(PAGE)).unwrap_or(0);
    call.pools.read(|store| {
        let pool = store.pool(&pool_id)?;
        if let Some(unknown) = names
            .iter()
            .find(|name| pool.rules.attribute(name).is_none())
        {
            return Err(Error::invalid(format!(
                "Attribute {unknown} does not exist in the schema."
            )));
        }
        let mut users: Vec<&User> = pool
            .users
            .values()
            .filter(|user| filter.as_ref().is_none_or(|filter| filter.fits(pool, user)))
            .collect();
        users.sort_by_key(|user| place(user));
        let after = token.as_deref().map(read_token).transpose()?;
        let mut rest = users
            .into_iter()
            .skip_while(|user| after.as_ref().is_some_and(|after| place(user) <= *after))
            .peekable();
        let page: Vec<&User> = rest.by_ref().take(limit).collect();
        let views: Vec<Value> = page
            .iter()
            .map(|user| user_view(user, "Attributes", &names))
            .collect();
        let mut answer = json!({ "Users": views });
        if let Some(last) = page.last()
            && rest.peek().is_some()
        {
            answer["PaginationToken"] = write_token(&place(last)).into();
        }
        Ok(answer.into())
    })
}

/// What users are ordered by.
fn place(user: &User) -> (i64, String) {
    (user.created_at, user.sub.clone())
}

fn write_token(place: &(i64, String)) -> String {
    STANDARD.encode(json!(place).to_string())
}

fn read_token(token: &str) -> Result<(i64, String)> {
    let place = STANDARD.decode(token).ok();
    place
        .and_then(|place| serde_json::from_slice(&place).ok())
        .ok_or_else(|| Error::invalid("Invalid pagination token."))
}

/// `name = "value"`, or `name ^= "value"` for what begins with it.
struct Filter {
    name: &'static str,
    prefix: bool,
    value: String,
}

impl Filter {
    fn parse(text: &str) -> Result<Self> {
        let wrong = || Error::invalid("Error while parsing filter");
        let at = text.find('=').ok_or_else(wrong)?;
        let (name, value) = (&text[..at], &text[at + 1..]);
        let (name, prefix) = match name.strip_suffix('^') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let name = name.trim().trim_matches('"');
        let value = value
            .trim()
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .ok_or_else(wrong)?;
        let name = SEARCHABLE
            .into_iter()
            .find(|known| *known == name)
            .ok_or_else(wrong)?;
        Ok(Self {
            name,
            prefix,
            value: unescape(value).ok_or_else(wrong)?,
        })
    }

    fn fits(&self, pool: &Pool, user: &User) -> bool {
        let value = match self.name {
            "username" => Some(user.username.as_str()),
            "cognito:user_status" => Some(user.status.as_str()),
            "status" if user.enabled => Some("Enabled"),
            "status" => Some("Disabled"),
            attribute => user.attribute(attribute),
        };
        let Some(value) = value else { return false };
        let any_case = matches!(self.name, "cognito:user_status" | "status")
            || !pool.rules.case_sensitive && matches!(self.name, "username" | "email");
        let (value, wanted) = match any_case {
            true => (value.to_lowercase(), self.value.to_lowercase()),
            false => (value.to_owned(), self.value.clone()),
        };
        match self.prefix {
            true => value.starts_with(&wanted),
            false => value == wanted,
        }
    }
}

/// A quoted value: `\"` and `\\` stand for themselves. `None` when a quote is not escaped.
fn unescape(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return None,
            '\\' => value.push(letters.next()?),
            other => value.push(other),
        }
    }
    Some(value)
}
