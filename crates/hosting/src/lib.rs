//! How the site is served, on whatever host: one set of headers for the local site server, nginx and CloudFront.

use serde_json::{Map, Value};

mod nginx;

pub use nginx::{Nginx, Tls};

/// The headers as the hosts share them, with [`CONNECT_SOURCES`] to be filled in.
pub const HEADERS: &str = include_str!("../../../deploy/headers.json");

/// What stands in [`HEADERS`] for the origins that pages may call. CloudFormation's `!Sub` knows the form too.
pub const CONNECT_SOURCES: &str = "${ConnectSources}";

/// How long a file whose name holds its content's hash may be kept.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// What holds for every other file: it is asked for again each time.
pub const REVALIDATED: &str = "no-cache";

/// What ends the names of files that are worth compressing.
pub const COMPRESSED: [&str; 7] = ["css", "html", "js", "json", "svg", "wasm", "webmanifest"];

/// The headers of every answer; `connect` are the origins that pages may call besides the site's own.
pub fn headers(connect: &[impl AsRef<str>]) -> Vec<(String, String)> {
    let connect: Vec<&str> = connect.iter().map(AsRef::as_ref).collect();
    let connect = connect.join(" ");
    let headers: Map<String, Value> = serde_json::from_str(HEADERS).unwrap_or_default();
    headers
        .iter()
        .filter_map(|(name, value)| {
            let value = value.as_str()?.replace(CONNECT_SOURCES, &connect);
            Some((name.clone(), value))
        })
        .collect()
}

/// The origins that the pages of a site with this `config.json` call: the user pool's, the backend's, and that of managed
/// login.
///
/// # Errors
///
/// Names the value that is missing or no address.
pub fn connect_sources(config: &Value) -> Result<Vec<String>, String> {
    let auth = &config["auth"];
    let pool = match auth["user_pool_endpoint"].as_str() {
        Some(endpoint) => origin("auth.user_pool_endpoint", endpoint)?,
        None => {
            let region = auth["aws_region"]
                .as_str()
                .filter(|region| is_host(region))
                .ok_or("auth.aws_region is missing or no region")?;
            let china = if region.starts_with("cn-") { ".cn" } else { "" };
            format!("https://cognito-idp.{region}.amazonaws.com{china}")
        }
    };
    let backend = config["custom"]["backend_url"]
        .as_str()
        .ok_or("custom.backend_url is missing")?;
    let mut sources = vec![pool, origin("custom.backend_url", backend)?];
    if let Some(domain) = auth["oauth"]["domain"].as_str() {
        let url = match domain.contains("://") {
            true => domain.to_owned(),
            false => format!("https://{domain}"),
        };
        sources.push(origin("auth.oauth.domain", &url)?);
    }
    sources.dedup();
    Ok(sources)
}

/// The origin of an address. Anything that could say more than an origin in a policy is refused.
fn origin(name: &str, url: &str) -> Result<String, String> {
    let wrong = || format!("{name} is `{url}`, which is no http or https address");
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let host = rest.split('/').next().unwrap_or_default();
    if ["http", "https"].contains(&scheme) && is_host(host) {
        Ok(format!("{scheme}://{host}"))
    } else {
        Err(wrong())
    }
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use serde_json::json;

    fn policy(connect: &[&str]) -> String {
        let headers = headers(connect);
        let policy = headers
            .into_iter()
            .find(|(name, _)| name == "Content-Security-Policy");
        policy.unwrap().1
    }

    #[test]
    fn the_policy_allows_the_given_origins_and_nothing_inline() {
        let policy = policy(&["https://pool.test", "https://api.test"]);
        for directive in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "connect-src 'self' https://pool.test https://api.test",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(
                policy.split("; ").any(|given| given == directive),
                "{directive} in {policy}"
            );
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains('*'),
            "{policy}"
        );
    }

    /// CloudFormation has no way to read a file, so the template repeats them.
    #[test]
    fn the_template_has_the_same_headers() {
        let template = include_str!("../../../deploy/site.yaml");
        let folded = template.split_whitespace().collect::<Vec<_>>().join(" ");
        let headers: Map<String, Value> = serde_json::from_str(HEADERS).unwrap();
        for (name, value) in &headers {
            let value = value.as_str().unwrap();
            let form = match name.as_str() {
                "Content-Security-Policy" => {
                    format!(
                        "ContentSecurityPolicy: !Sub >- {value} ContentTypeOptions: Override: true"
                    )
                }
                "X-Content-Type-Options" if value == "nosniff" => {
                    "ContentTypeOptions: Override: true".to_owned()
                }
                "Referrer-Policy" => format!("ReferrerPolicy: {value} "),
                "Strict-Transport-Security" => {
                    let seconds = value.strip_prefix("max-age=").unwrap();
                    let seconds = seconds.strip_suffix("; includeSubDomains").unwrap();
                    format!("AccessControlMaxAgeSec: {seconds} IncludeSubdomains: true")
                }
                "Permissions-Policy" => format!("Header: {name} Value: >- {value} Override: true"),
                _ => format!("Header: {name} Value: {value} Override: true"),
            };
            assert!(folded.contains(&form), "site.yaml lacks `{form}`");
        }
        let extra = template.matches("- Header: ").count();
        assert_eq!(
            extra,
            headers.len() - 4,
            "site.yaml has a header of its own"
        );
        let kinds = COMPRESSED.join("|");
        assert!(
            template.contains(&format!("({kinds})$/")),
            "the function chooses among other files"
        );
    }

    #[test]
    fn origins_come_from_the_configuration() {
        let config = json!({
            "auth": { "aws_region": "eu-west-3", "oauth": { "domain": "cruddur.auth.eu-west-3.amazoncognito.com" } },
            "custom": { "backend_url": "https://api.example.com:8443/v1" },
        });
        assert_eq!(
            connect_sources(&config).unwrap(),
            [
                "https://cognito-idp.eu-west-3.amazonaws.com",
                "https://api.example.com:8443",
                "https://cruddur.auth.eu-west-3.amazoncognito.com",
            ]
        );
        let config = json!({
            "auth": { "aws_region": "cn-north-1" },
            "custom": { "backend_url": "http://127.0.0.1:4567" },
        });
        assert_eq!(
            connect_sources(&config).unwrap(),
            [
                "https://cognito-idp.cn-north-1.amazonaws.com.cn",
                "http://127.0.0.1:4567"
            ]
        );
    }

    #[test]
    fn what_is_no_origin_stays_out_of_the_policy() {
        for url in [
            "https://a.test; script-src *",
            "https://*",
            "data:x",
            "//a.test",
            "https://",
        ] {
            let config = json!({
                "auth": { "aws_region": "eu-west-3" },
                "custom": { "backend_url": url },
            });
            let problem = connect_sources(&config).unwrap_err();
            assert!(problem.contains("custom.backend_url"), "{problem}");
        }
    }
}
