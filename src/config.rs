//! `/config.json`: which user pool and which backend this deployment uses, read once at start.
//!
//! The file has the shape of the `amplify_outputs.json` that AWS Amplify writes, plus `custom.backend_url`; what else is
//! in it is ignored.

mod auth;

use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

pub use auth::{AuthFlowType, AuthOptions, ManagedLoginOptions, TokenStorage, UsernameKind};

use crate::early;

/// Where the file is, from the page's origin.
pub const CONFIG_URL: &str = "/config.json";

/// Milliseconds after which the file counts as unreachable.
const TIMEOUT_MS: u32 = 20_000;
/// How much of a wrong value is shown, in characters.
const EXCERPT: usize = 60;

/// What the app has to know about its surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// User pool and app client.
    pub cognito: cognito_user_pool::Config,
    /// The Cruddur backend's URL, without a slash at the end.
    pub backend_url: String,
    /// What else the pool lets people do.
    pub auth: AuthOptions,
}

/// Why there is no [`Config`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// The file did not arrive: no connection, or no answer in time.
    Unreachable,
    /// The server answered with another status than 200.
    Status(u16),
    /// The server sent a page in place of the file, as servers of single-page apps do for files that are not there.
    Page,
    /// The file, which is not JSON.
    NotJson(String),
    /// The file is JSON, but not an object.
    NotAnObject,
    /// Values are missing or malformed: all that are.
    Fields(Vec<FieldProblem>),
}

/// A value that is missing or malformed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Which one.
    pub field: Field,
    /// What is there; `None` when nothing is.
    pub found: Option<Value>,
}

impl FieldProblem {
    /// What is there as JSON, shortened.
    pub fn excerpt(&self) -> Option<String> {
        self.found.as_ref().map(|value| excerpt(&value.to_string()))
    }
}

/// The values that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `auth.aws_region`
    Region,
    /// `auth.user_pool_id`
    UserPoolId,
    /// `auth.user_pool_id` names another region than `auth.aws_region`.
    RegionOfUserPoolId,
    /// `auth.user_pool_client_id`
    ClientId,
    /// `auth.user_pool_endpoint`, optional
    Endpoint,
    /// `custom.backend_url`
    BackendUrl,
}

impl Field {
    /// The value's path in the file.
    pub fn path(self) -> &'static str {
        match self {
            Self::Region => "auth.aws_region",
            Self::UserPoolId | Self::RegionOfUserPoolId => "auth.user_pool_id",
            Self::ClientId => "auth.user_pool_client_id",
            Self::Endpoint => "auth.user_pool_endpoint",
            Self::BackendUrl => "custom.backend_url",
        }
    }

    /// A value that would do.
    pub fn example(self) -> &'static str {
        match self {
            Self::Region => "us-east-1",
            Self::UserPoolId | Self::RegionOfUserPoolId => "us-east-1_AbCdEfGhI",
            Self::ClientId => "1h57kf5cpq17m0eml12EXAMPLE",
            Self::Endpoint => "https://cognito-idp.us-east-1.amazonaws.com/",
            Self::BackendUrl => "https://api.example.com",
        }
    }
}

/// Reads the file's text.
///
/// # Errors
/// What is wrong with it, all at once.
pub fn parse(text: &str) -> Result<Config, ConfigProblem> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return Err(ConfigProblem::Page);
    }
    let file: Value = serde_json::from_slice(text.as_bytes())
        .map_err(|_| ConfigProblem::NotJson(text.to_owned()))?;
    if !file.is_object() {
        return Err(ConfigProblem::NotAnObject);
    }

    let mut problems = Vec::new();
    let mut read = |field: Field, accepts: fn(&str) -> bool| {
        let value = lookup(&file, field.path());
        let text = value.and_then(Value::as_str).filter(|text| accepts(text));
        if text.is_none() {
            problems.push(FieldProblem {
                field,
                found: value.cloned(),
            });
        }
        text
    };
    let region = read(Field::Region, is_region);
    let user_pool_id = read(Field::UserPoolId, |id| {
        cognito_user_pool::Config::new(id, "client").is_ok()
    });
    let client_id = read(Field::ClientId, |id| {
        cognito_user_pool::Config::new("us-east-1_Pool", id).is_ok()
    });
    let backend_url = read(Field::BackendUrl, is_http_url);
    let endpoint =
        lookup(&file, Field::Endpoint.path()).map(|_| read(Field::Endpoint, is_endpoint));

    // A pool id begins with its region.
    if let (Some(region), Some(id)) = (region, user_pool_id)
        && !id
            .strip_prefix(region)
            .is_some_and(|rest| rest.starts_with('_'))
    {
        problems.push(FieldProblem {
            field: Field::RegionOfUserPoolId,
            found: Some(Value::from(id)),
        });
    }

    let cognito = || {
        let config = cognito_user_pool::Config::new(user_pool_id?, client_id?).ok()?;
        let config = match endpoint {
            None => config,
            Some(url) => config.with_endpoint(url?).ok()?,
        };
        // How long a reload can wait; the pool itself ends a challenge, so what makes no sense is left out.
        let minutes = lookup(&file, "custom.auth_session_validity").and_then(Value::as_u64);
        let minutes = minutes.and_then(|minutes| u8::try_from(minutes).ok());
        Some(match minutes {
            Some(minutes) => config
                .clone()
                .with_auth_session_validity(minutes)
                .unwrap_or(config),
            None => config,
        })
    };
    match (cognito(), backend_url) {
        (Some(cognito), Some(url)) if problems.is_empty() => Ok(Config {
            cognito,
            backend_url: url.trim_end_matches('/').to_owned(),
            auth: AuthOptions::read(&file),
        }),
        _ => Err(ConfigProblem::Fields(problems)),
    }
}

/// The value at a dotted path; `null` counts as absent.
fn lookup<'a>(file: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(file, |value, name| value.get(name))
        .filter(|value| !value.is_null())
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Three parts or more, the last a number: `us-east-1`, `us-gov-west-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let (Some(number), true) = (parts.last(), parts.len() >= 3) else {
        return false;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let letters =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    digits(number) && parts[..parts.len() - 1].iter().all(letters)
}

/// An absolute `http:` or `https:` URL with nothing after its path.
fn is_http_url(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let port_ok = match host.rsplit_once(':') {
        // The brackets of an IPv6 address end after its colons.
        Some((_, port)) if !host.ends_with(']') => port.parse::<u16>().is_ok(),
        _ => true,
    };
    let forbidden = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '\\' | '<' | '>' | '"')
    };
    !name.is_empty() && port_ok && !rest.contains(forbidden)
}

fn is_endpoint(text: &str) -> bool {
    let config = cognito_user_pool::Config::new("us-east-1_Pool", "client");
    is_http_url(text) && config.is_ok_and(|config| config.with_endpoint(text).is_ok())
}

/// Fetches and reads the file.
///
/// # Errors
/// Why there is no configuration.
pub async fn load() -> Result<Config, ConfigProblem> {
    let (status, text) = fetch_text().await.ok_or(ConfigProblem::Unreachable)?;
    match status {
        200 => parse(&text),
        status => Err(ConfigProblem::Status(status)),
    }
}

async fn fetch_text() -> Option<(u16, String)> {
    if let Some(answer) = early::take(CONFIG_URL).await {
        return answer.ok();
    }
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let fetch = web_sys::window()?.fetch_with_str_and_init(CONFIG_URL, &init);
    let response: Response = JsFuture::from(fetch).await.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.status(), text.as_string()?))
}

/// The file's absolute URL, for a person who has to find it.
pub fn source_url() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
        + CONFIG_URL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::form::{PasswordPolicy, Rule};

    const GOOD: &str = r#"{
        "version": "1",
        "auth": {
            "aws_region": "eu-west-3",
            "user_pool_id": "eu-west-3_AbCdEfGhI",
            "user_pool_client_id": "1h57kf5cpq17m0eml12example",
            "identity_pool_id": "eu-west-3:11111111-2222-3333-4444-555555555555",
            "password_policy": { "min_length": 8 }
        },
        "custom": { "backend_url": "https://api.example.com/" }
    }"#;

    /// `GOOD` with the value at `path` replaced by `json`, or taken out.
    fn with(path: &str, json: Option<&str>) -> Result<Config, ConfigProblem> {
        let mut file: Value = serde_json::from_str(GOOD).unwrap();
        let (section, name) = path.split_once('.').unwrap();
        let section = file[section].as_object_mut().unwrap();
        match json {
            None => section.remove(name),
            Some(json) => section.insert(name.to_owned(), serde_json::from_str(json).unwrap()),
        };
        parse(&file.to_string())
    }

    fn fields(result: Result<Config, ConfigProblem>) -> Vec<(Field, Option<String>)> {
        match result {
            Err(ConfigProblem::Fields(problems)) => problems
                .into_iter()
                .map(|problem| (problem.field, problem.excerpt()))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_amplify_file_with_a_backend_is_read() {
        let config = parse(GOOD).unwrap();
        assert_eq!(config.cognito.region(), "eu-west-3");
        assert_eq!(config.cognito.user_pool_id(), "eu-west-3_AbCdEfGhI");
        assert_eq!(config.cognito.client_id(), "1h57kf5cpq17m0eml12example");
        assert_eq!(
            config.cognito.endpoint(),
            "https://cognito-idp.eu-west-3.amazonaws.com/"
        );
        assert_eq!(config.backend_url, "https://api.example.com");
        assert_eq!(parse(&format!("\u{feff}{GOOD}\n")).unwrap(), config);
    }

    #[test]
    fn a_challenge_waits_as_long_as_the_pool_lets_it() {
        let minutes = |json| {
            let config = with("custom.auth_session_validity", Some(json)).unwrap();
            config.cognito.auth_session_validity_ms() / 60_000
        };
        assert_eq!(minutes("15"), 15);
        for odd in ["2", "16", "256", "-5", "4.5", "\"5\"", "null"] {
            assert_eq!(minutes(odd), 3, "{odd}");
        }
    }

    #[test]
    fn the_pools_password_policy_is_taken_over() {
        let policy = |json: Option<&str>| {
            let config = with("auth.password_policy", json).unwrap();
            let policy = PasswordPolicy::read(config.auth.password_policy.as_ref());
            let rules = policy.check("");
            rules.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
        };
        let all = [
            Rule::Length(8),
            Rule::Lowercase,
            Rule::Uppercase,
            Rule::Number,
            Rule::Symbol,
        ];
        assert_eq!(policy(None), all);
        for odd in ["null", "3", "[]", "\"x\""] {
            assert_eq!(policy(Some(odd)), all, "{odd}");
        }
        assert_eq!(policy(Some("{}")), [Rule::Length(8)]);
        assert_eq!(
            policy(Some(
                r#"{ "min_length": 12, "require_numbers": true, "require_symbols": false }"#
            )),
            [Rule::Length(12), Rule::Number]
        );
        for odd in ["0", "5", "100", "1e9", "\"12\"", "-8"] {
            let json = format!(r#"{{ "min_length": {odd}, "require_lowercase": 1 }}"#);
            assert_eq!(policy(Some(&json)), [Rule::Length(8)], "{odd}");
        }
    }

    #[test]
    fn the_file_that_ships_is_read() {
        let config = parse(include_str!("../static/config.json")).unwrap();
        assert_eq!(config.cognito.endpoint(), "http://127.0.0.1:9229/");
        assert_eq!(config.backend_url, "http://127.0.0.1:4567");
    }

    #[test]
    fn an_endpoint_is_optional() {
        let path = Field::Endpoint.path();
        assert!(with(path, None).is_ok());
        assert!(with(path, Some("null")).is_ok());
        let config = with(path, Some(r#""http://localhost:9229""#)).unwrap();
        assert_eq!(config.cognito.endpoint(), "http://localhost:9229/");
    }

    #[test]
    fn every_malformed_value_is_named_and_shown() {
        let cases: &[(Field, &[&str])] = &[
            (
                Field::Region,
                &[
                    r#""""#,
                    r#""us-east""#,
                    r#""US-EAST-1""#,
                    r#"" us-east-1""#,
                    r#""useast1""#,
                    r#""us--1""#,
                    r#""us-east-x""#,
                    "1",
                ],
            ),
            (
                Field::UserPoolId,
                &[
                    r#""""#,
                    r#""AbCdEfGhI""#,
                    r#""eu-west-3_""#,
                    r#""eu-west-3:11111111-2222-3333-4444-555555555555""#,
                    r#""<your pool id>""#,
                    r#""eu-west-3_AbC ""#,
                    "7",
                    "{}",
                    "true",
                ],
            ),
            (
                Field::ClientId,
                &[r#""""#, r#""a b""#, r#""<client id>""#, "[]", "12345"],
            ),
            (
                Field::Endpoint,
                &[
                    r#""""#,
                    r#""localhost:9229""#,
                    r#""ftp://x""#,
                    r#""http://""#,
                    r#""http://:80""#,
                    r#""http://h:99999""#,
                    r#""http://h:x""#,
                    r#""//h""#,
                    "0",
                ],
            ),
            (
                Field::BackendUrl,
                &[
                    r#""""#,
                    r#""api.example.com""#,
                    r#""/api""#,
                    r#""https://h/?x""#,
                    r#""https://h/#x""#,
                    r#""https://a@h""#,
                    r#""https://h ""#,
                    r#""javascript:alert(1)""#,
                    "false",
                ],
            ),
        ];
        for (field, values) in cases {
            for value in *values {
                assert_eq!(
                    fields(with(field.path(), Some(value))),
                    [(*field, Some((*value).to_owned()))],
                    "{value}"
                );
            }
        }
    }

    #[test]
    fn missing_values_are_named_all_at_once() {
        for field in [
            Field::Region,
            Field::UserPoolId,
            Field::ClientId,
            Field::BackendUrl,
        ] {
            assert_eq!(fields(with(field.path(), None)), [(field, None)]);
            assert_eq!(fields(with(field.path(), Some("null"))), [(field, None)]);
        }
        let all = [
            (Field::Region, None),
            (Field::UserPoolId, None),
            (Field::ClientId, None),
            (Field::BackendUrl, None),
        ];
        for file in ["{}", r#"{"auth":null,"custom":[]}"#, r#"{"auth":"x"}"#] {
            assert_eq!(fields(parse(file)), all, "{file}");
        }
    }

    #[test]
    fn a_pool_of_another_region_is_named() {
        assert_eq!(
            fields(with("auth.aws_region", Some(r#""us-east-1""#))),
            [(
                Field::RegionOfUserPoolId,
                Some(r#""eu-west-3_AbCdEfGhI""#.to_owned())
            )]
        );
    }

    #[test]
    fn examples_are_examples() {
        for (field, accepts) in [
            (Field::Region, is_region as fn(&str) -> bool),
            (Field::Endpoint, is_endpoint),
            (Field::BackendUrl, is_http_url),
        ] {
            assert!(accepts(field.example()), "{}", field.path());
        }
        for url in [
            "http://[::1]:4567",
            "http://[::1]",
            "http://127.0.0.1:4567/base",
        ] {
            assert!(is_http_url(url), "{url}");
        }
        assert!(is_region("us-gov-west-1"));
        let example =
            cognito_user_pool::Config::new(Field::UserPoolId.example(), Field::ClientId.example());
        assert!(example.is_ok());
    }

    #[test]
    fn what_is_not_the_file_is_told_apart() {
        for page in ["<!DOCTYPE html><title>x</title>", "\n <html>"] {
            assert_eq!(parse(page), Err(ConfigProblem::Page));
        }
        for text in ["", "{", "auth: x", "{\"a\":1,}", "window.x = {}"] {
            assert!(
                matches!(parse(text), Err(ConfigProblem::NotJson(_))),
                "{text}"
            );
        }
        for text in ["[]", "null", "\"x\"", "1"] {
            assert_eq!(parse(text), Err(ConfigProblem::NotAnObject), "{text}");
        }
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let long = format!("\"{}\"", "é".repeat(500));
        let found = fields(with("auth.aws_region", Some(&long)))[0].1.clone();
        let found = found.unwrap();
        assert_eq!(found.chars().count(), EXCERPT + 1);
        assert!(found.ends_with('…'));
    }
}
