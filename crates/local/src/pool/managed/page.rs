//! The pages: no script, and nothing that somebody typed is anything but text.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::mail::page::escape;
use crate::pool::errors::Error;

const STYLE_HASH: &str = "sha256-N5ZgOdxrREFeX+XWqj2dZHx7fBMZYlr4qgvn0SPJPaw=";

const STYLE: &str = "\
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:24rem;padding:2rem 1rem}
form,main{display:grid;gap:1rem}
label{display:grid;gap:.25rem}
input,button,a.button{border:1px solid;border-radius:.5rem;box-sizing:border-box;font:inherit;padding:.6rem .75rem;width:100%}
a.button{color:inherit;display:block;text-align:center;text-decoration:none}
[role=alert]{border:1px solid;border-radius:.5rem;margin:0;padding:.6rem .75rem}";

/// A page. Its forms may lead to itself and, by the redirect that follows, to `returns_to`.
pub(super) fn page(
    status: StatusCode,
    title: &str,
    content: &str,
    returns_to: Option<&str>,
) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n"
    );
    // Browsers hold the redirect after a form to the policy as well.
    let target = returns_to.and_then(origin_of).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'self' {target}; \
         frame-ancestors 'none'"
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Scheme and host of a URL; for an app's own scheme, the scheme.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once(':')?;
    match rest.strip_prefix("//") {
        Some(rest) => {
            let host = rest.split(['/', '?']).next()?;
            Some(format!("{scheme}://{host}"))
        }
        None => Some(format!("{scheme}:")),
    }
}

/// A sentence that the person has to know, if there is one.
pub(super) fn alert(message: Option<&str>) -> String {
    message.map_or_else(String::new, |message| {
        format!("<p role=\"alert\">{}</p>\n", escape(message))
    })
}

/// A labelled field. `attributes` are our own.
pub(super) fn field(name: &str, label: &str, attributes: &str, value: &str) -> String {
    format!(
        "<label>{label} <input name=\"{name}\" required {attributes} value=\"{}\"></label>\n",
        escape(value)
    )
}

/// A field that is not seen.
pub(super) fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n",
        escape(value)
    )
}

/// There is nowhere to send the browser to.
pub(super) fn refused(why: &str) -> Response {
    page(
        StatusCode::BAD_REQUEST,
        "That cannot be done",
        &alert(Some(why)),
        None,
    )
}

/// The response, or a page that says that the server failed.
pub(super) fn or_failed(response: Result<Response, Error>) -> Response {
    response.unwrap_or_else(|error| {
        eprintln!("user pool: {}", error.message());
        let why = alert(Some("The local user pool failed. Its output says why."));
        page(StatusCode::INTERNAL_SERVER_ERROR, "Failed", &why, None)
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_the_page_its_own_style() {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        assert_eq!(STYLE_HASH, format!("sha256-{hash}"));
    }

    #[test]
    fn a_form_may_lead_back_to_the_app() {
        let origin = |url: &str| origin_of(url).unwrap();
        assert_eq!(
            origin("http://localhost:8080/signin/callback"),
            "http://localhost:8080"
        );
        assert_eq!(origin("https://example.com?x=1"), "https://example.com");
        assert_eq!(origin("myapp:/signed-in"), "myapp:");
    }

    #[test]
    fn what_is_typed_is_text() {
        assert!(field("a", "A", "", "\"><script>").contains("&quot;&gt;&lt;script&gt;"));
        assert!(alert(Some("<b>")).contains("&lt;b&gt;"));
    }
}
