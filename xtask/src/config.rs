//! Writes the app's configuration from the environment variables that the original Cruddur uses.

use std::{collections::BTreeMap, env, path::PathBuf};

use serde_json::json;

use crate::{
    failure::{Failure, Result},
    progress,
    workspace::{self, Workspace},
};

const PROJECT_REGION: &str = "REACT_APP_AWS_PROJECT_REGION";
const COGNITO_REGION: &str = "REACT_APP_AWS_COGNITO_REGION";
const POOL_ID: &str = "REACT_APP_AWS_USER_POOLS_ID";
const CLIENT_ID: &str = "REACT_APP_CLIENT_ID";
const BACKEND_URL: &str = "REACT_APP_BACKEND_URL";

/// Writes `static/config.json`, or the file that `--output` names.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let output = match arguments {
        [] => workspace.root.join("static/config.json"),
        [option, file] if option == "--output" => PathBuf::from(file),
        _ => {
            return Err(Failure::new(
                "`cargo xtask config` takes only --output FILE.",
            ));
        }
    };
    let variables = [
        PROJECT_REGION,
        COGNITO_REGION,
        POOL_ID,
        CLIENT_ID,
        BACKEND_URL,
    ]
    .into_iter()
    .filter_map(|name| Some((name, env::var(name).ok()?)))
    .collect();
    workspace::write(&output, &configuration(&variables)?)?;
    progress::print(&format!("Wrote {}.", output.display()));
    Ok(())
}

/// The text of `config.json`. All that is wrong is told at once, a line each.
fn configuration(variables: &BTreeMap<&str, String>) -> Result<String> {
    let mut wrong = Vec::new();
    let mut take = |name: &str, shape: &str, check: fn(&str) -> bool| {
        let value = variables
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty());
        match value {
            Some(value) if check(value) => Some(value.to_owned()),
            Some(value) => {
                wrong.push(format!("{name} is `{value}`, but should be {shape}."));
                None
            }
            None => {
                wrong.push(format!("{name} is not set: it should be {shape}."));
                None
            }
        }
    };
    let pool = take(
        POOL_ID,
        "the user pool's id, like us-east-1_AbCdEfGhI",
        is_pool_id,
    );
    let client = take(
        CLIENT_ID,
        "the id of an app client without a secret, like 1h57kf5cpq17m0eml12EXAMPLE",
        is_client_id,
    );
    let backend = take(
        BACKEND_URL,
        "the backend's address, like https://api.example.com or http://127.0.0.1:4567",
        is_backend_url,
    );
    let given = [COGNITO_REGION, PROJECT_REGION].into_iter().find(|name| {
        variables
            .get(name)
            .is_some_and(|value| !value.trim().is_empty())
    });
    let of_pool = pool
        .as_deref()
        .and_then(|pool| pool.split('_').next())
        .map(str::to_owned);
    let region = match given {
        Some(name) => take(name, "a region of AWS, like us-east-1", is_region).inspect(|region| {
            if let Some(of_pool) = of_pool.as_ref().filter(|of_pool| *of_pool != region) {
                wrong.push(format!(
                    "{name} is `{region}`, but the pool that {POOL_ID} names is in {of_pool}: make them agree."
                ));
            }
        }),
        None => of_pool,
    };
    match (pool, client, backend, region) {
        (Some(pool), Some(client), Some(backend), Some(region)) if wrong.is_empty() => {
            let config = json!({
                "version": "1",
                "auth": { "aws_region": region, "user_pool_id": pool, "user_pool_client_id": client },
                "custom": { "backend_url": backend.trim_end_matches('/') },
            });
            Ok(format!("{config:#}\n"))
        }
        _ => Err(Failure::new(wrong.join("\n       "))),
    }
}

fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [places @ .., number] = parts.as_slice() else {
        return false;
    };
    places.len() >= 2
        && places
            .iter()
            .all(|place| !place.is_empty() && place.bytes().all(|b| b.is_ascii_lowercase()))
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

fn is_pool_id(text: &str) -> bool {
    text.len() <= 55
        && text.split_once('_').is_some_and(|(region, id)| {
            is_region(region) && !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

fn is_client_id(text: &str) -> bool {
    text.len() <= 128
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_+".contains(&b))
}

fn is_backend_url(text: &str) -> bool {
    let Some(rest) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    !host.is_empty()
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
        && rest
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"@?#\\\"<>".contains(&b))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn variables(changes: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
        let mut variables = BTreeMap::from([
            (POOL_ID, "us-east-1_AbCdEfGhI".to_owned()),
            (CLIENT_ID, "1h57kf5cpq17m0eml12example".to_owned()),
            (BACKEND_URL, "https://api.example.com/".to_owned()),
        ]);
        variables.extend(
            changes
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        variables
    }

    fn wrong(changes: &[(&'static str, &str)]) -> String {
        configuration(&variables(changes)).unwrap_err().to_string()
    }

    #[test]
    fn the_file_has_the_shape_of_amplify_s_own() {
        let text = configuration(&variables(&[])).unwrap();
        let config: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            config,
            json!({
                "version": "1",
                "auth": {
                    "aws_region": "us-east-1",
                    "user_pool_id": "us-east-1_AbCdEfGhI",
                    "user_pool_client_id": "1h57kf5cpq17m0eml12example",
                },
                "custom": { "backend_url": "https://api.example.com" },
            })
        );
    }

    #[test]
    fn cognito_s_region_wins_over_the_project_s_and_must_be_the_pool_s() {
        let both = [
            (PROJECT_REGION, "ca-central-1"),
            (COGNITO_REGION, "us-east-1"),
        ];
        assert!(
            configuration(&variables(&both))
                .unwrap()
                .contains("\"us-east-1\"")
        );
        let project_only = wrong(&[(PROJECT_REGION, "ca-central-1")]);
        assert!(
            project_only.contains(PROJECT_REGION) && project_only.contains("us-east-1"),
            "{project_only}"
        );
        assert!(
            wrong(&[(COGNITO_REGION, "Virginia")])
                .contains("REACT_APP_AWS_COGNITO_REGION is `Virginia`")
        );
    }

    #[test]
    fn every_wrong_variable_is_named_with_what_it_should_be() {
        let none = configuration(&BTreeMap::new()).unwrap_err().to_string();
        for name in [POOL_ID, CLIENT_ID, BACKEND_URL] {
            assert!(none.contains(&format!("{name} is not set")), "{none}");
        }
        assert!(wrong(&[(POOL_ID, "AbCdEfGhI")]).contains("like us-east-1_AbCdEfGhI"));
        assert!(wrong(&[(CLIENT_ID, "a b")]).contains("REACT_APP_CLIENT_ID is `a b`"));
        assert!(wrong(&[(CLIENT_ID, " ")]).contains("REACT_APP_CLIENT_ID is not set"));
        for url in [
            "api.example.com",
            "ftp://x",
            "https://",
            "https://x:port",
            "https://u@x",
            "https://x?y",
            "http://a b",
        ] {
            assert!(wrong(&[(BACKEND_URL, url)]).contains(BACKEND_URL), "{url}");
        }
    }

    #[test]
    fn what_is_right_is_taken() {
        for region in ["us-east-1", "ap-southeast-2", "us-gov-west-1"] {
            assert!(is_region(region), "{region}");
        }
        for region in ["", "us", "us-1", "US-EAST-1", "us-east-", "us--1"] {
            assert!(!is_region(region), "{region}");
        }
        for url in [
            "http://127.0.0.1:4567",
            "http://[::1]:4567",
            "https://4567-cruddur.example.com/api",
            "http://localhost",
        ] {
            assert!(is_backend_url(url), "{url}");
        }
    }
}
