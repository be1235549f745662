//! Serves a built `dist/` as production does: the same headers, cache rules, compression and fallback.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use cruddur_hosting::{IMMUTABLE, REVALIDATED};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

/// Where the built site is, and which stack its pages talk to.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// The directory that `trunk build` filled.
    pub dir: PathBuf,
    /// The user pool's URL, without a path: `http://127.0.0.1:9229`.
    pub pool_url: String,
    /// The backend's URL, without a trailing slash: `http://127.0.0.1:4567`.
    pub backend_url: String,
    /// The AWS region that the pool's id begins with.
    pub region: String,
    /// The user pool's id.
    pub user_pool_id: String,
    /// The public client's id.
    pub client_id: String,
    /// Whether the pool has all there is, see [`Options::everything`](crate::Options::everything).
    pub everything: bool,
}

impl SiteOptions {
    /// Whether there is a site to serve: `dir` holds an `index.html`.
    pub fn is_built(&self) -> bool {
        self.dir.join("index.html").is_file()
    }
}

/// Serves `options.dir`: files as they are, `/index.html` for the app's own routes, `/config.json` for this stack.
pub fn router(options: SiteOptions) -> Router {
    let headers: Arc<[_]> = security_headers(&[&options.pool_url, &options.backend_url]).into();
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(5));
    Router::new()
        .route(
            "/config.json",
            get({
                let options = options.clone();
                move |headers: HeaderMap| async move { Json(config(&options, host_of(&headers))) }
            }),
        )
        .fallback(serve)
        .with_state(Arc::new(Site::at(&options.dir)))
        .layer(compression)
        .layer(from_fn(cache_rules))
        .layer(from_fn_with_state(headers, add_headers))
}

/// The headers that every answer of the site has; `connect` are the URLs that its pages may call.
pub fn security_headers(connect: &[&str]) -> Vec<(HeaderName, HeaderValue)> {
    cruddur_hosting::headers(connect)
        .iter()
        .filter_map(|(name, value)| {
            Some((
                HeaderName::from_bytes(name.as_bytes()).ok()?,
                HeaderValue::from_str(value).ok()?,
            ))
        })
        .collect()
}

/// `/config.json` for a page at `host`, in the shape of Amplify's `amplify_outputs.json`.
pub fn config(options: &SiteOptions, host: &str) -> Value {
    let mut config = json!({
        "version": "1",
        "auth": {
            "aws_region": options.region,
            "user_pool_id": options.user_pool_id,
            "user_pool_client_id": options.client_id,
            "user_pool_endpoint": options.pool_url,
        },
        "custom": { "backend_url": options.backend_url },
    });
    if !options.everything {
        return config;
    }
    let origin = format!("http://{host}");
    let all = json!({
        "username_attributes": ["email"],
        "standard_required_attributes": ["email", "name", "preferred_username"],
        "mfa_configuration": "OPTIONAL",
        "mfa_methods": ["TOTP", "EMAIL", "SMS"],
        "passwordless": {
            "email_otp_enabled": true,
            "web_authn": { "relying_party_id": "localhost" },
        },
        "oauth": {
            "domain": options.pool_url,
            "identity_providers": ["PretendIdP"],
            "scopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
            "redirect_sign_in_uri": [format!("{origin}/signin/callback")],
            "redirect_sign_out_uri": [format!("{origin}/signin")],
            "response_type": "code",
        },
    });
    if let (Some(auth), Value::Object(all)) = (config["auth"].as_object_mut(), all) {
        auth.extend(all);
    }
    config["custom"]["remember_devices"] = true.into();
    config
}

/// The host that a request was for, as far as it can be part of a URL.
fn host_of(headers: &HeaderMap) -> &str {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    host.filter(|host| host.chars().all(allowed))
        .unwrap_or("localhost")
}

struct Site {
    files: ServeDir,
    /// `None` when the directory is not there: nothing is served then.
    root: Option<PathBuf>,
}

impl Site {
    fn at(dir: &Path) -> Self {
        Self {
            files: ServeDir::new(dir).precompressed_br().precompressed_gzip(),
            root: dir.canonicalize().ok(),
        }
    }

    /// Whether the URL path `path` (decoded) names a file that belongs to the site: under its directory also after
    /// symbolic links, and neither hidden nor in a hidden folder, `.well-known` apart.
    fn has(&self, path: &str) -> bool {
        let hidden = path
            .split('/')
            .any(|part| part.starts_with('.') && part != ".well-known");
        let Some(root) = &self.root else { return false };
        !hidden
            && root
                .join(path.trim_start_matches('/'))
                .canonicalize()
                .is_ok_and(|file| file.starts_with(root) && file.is_file())
    }

    async fn file(&self, mut request: Request, path: Option<&'static str>) -> Response {
        if let Some(path) = path {
            *request.uri_mut() = Uri::from_static(path);
        }
        match self.files.clone().oneshot(request).await {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

async fn serve(State(site): State<Arc<Site>>, request: Request) -> Response {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let path = percent_decode_str(request.uri().path()).decode_utf8();
    let Ok(path) = path.map(|path| path.into_owned()) else {
        return not_found();
    };
    if site.has(&path) {
        site.file(request, None).await
    } else if site.has("/index.html") && is_app_route(&path) && wants_page(request.headers()) {
        site.file(request, Some("/index.html")).await
    } else {
        not_found()
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "Not found\n").into_response()
}

/// Whether `path` can be a route of the app rather than a file: no extension, or somebody's `@handle`.
fn is_app_route(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') || last.starts_with('@')
}

/// Whether the caller takes a page, as a browser that navigates does, or says nothing about it.
fn wants_page(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).iter().peekable();
    accepted.peek().is_none()
        || accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|range| range.split(';').next())
            .any(|range| ["text/html", "*/*"].contains(&range.trim()))
}

/// A file whose name holds its content's hash never changes; everything else is asked for again each time.
async fn cache_rules(request: Request, next: Next) -> Response {
    let hashed = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let rule = if hashed && found {
        IMMUTABLE
    } else {
        REVALIDATED
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(rule));
    headers.insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    if let Some(kind) = headers.get(CONTENT_TYPE)
        && let Some(named) = with_charset(kind)
    {
        headers.insert(CONTENT_TYPE, named);
    }
    response
}

/// `name-<16 hex digits>.ext`, with what the build tool puts behind the hash: `_bg`.
fn is_hashed(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, _)) = file.split_once('.') else {
        return false;
    };
    let hash = stem
        .strip_suffix("_bg")
        .unwrap_or(stem)
        .rsplit_once('-')
        .map(|(_, hash)| hash);
    let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(lower_hex))
}

/// Text is UTF-8 here, and says so.
fn with_charset(kind: &HeaderValue) -> Option<HeaderValue> {
    let kind = kind.to_str().ok()?;
    if !kind.starts_with("text/") || kind.contains("charset") {
        return None;
    }
    HeaderValue::from_str(&format!("{kind}; charset=utf-8")).ok()
}

async fn add_headers(
    State(headers): State<Arc<[(HeaderName, HeaderValue)]>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers.iter() {
        response.headers_mut().insert(name, value.clone());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_name_is_told_from_a_plain_one() {
        for path in [
            "/cruddur-web-0123456789abcdef.js",
            "/cruddur-web-0123456789abcdef_bg.wasm",
            "/assets/app-fedcba9876543210.css",
        ] {
            assert!(is_hashed(path), "{path}");
        }
        for path in [
            "/",
            "/index.html",
            "/boot.js",
            "/cruddur-web.js",
            "/cruddur-web-0123456789abcde.js",
            "/cruddur-web-0123456789ABCDEF.js",
            "/cruddur-web-0123456789abcdeg.js",
            "/a-0123456789abcdef",
            "/snippets/app-0123456789abcdef/inline0.js",
        ] {
            assert!(!is_hashed(path), "{path}");
        }
    }

    #[test]
    fn an_app_route_has_no_extension() {
        for path in [
            "/",
            "/signin",
            "/messages/@worf",
            "/@andrew.brown",
            "/a.b/c",
        ] {
            assert!(is_app_route(path), "{path}");
        }
        for path in ["/app.js", "/missing.css", "/signin/x.png", "/.env"] {
            assert!(!is_app_route(path), "{path}");
        }
    }

    #[test]
    fn a_page_is_for_who_takes_html() {
        let accepting = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(value));
            wants_page(&headers)
        };
        assert!(wants_page(&HeaderMap::new()));
        assert!(accepting("text/html,application/xhtml+xml;q=0.9"));
        assert!(accepting("application/json, */*;q=0.1"));
        assert!(!accepting("application/json"));
        assert!(!accepting("image/avif,image/*"));
    }
}
