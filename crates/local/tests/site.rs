//! The static site over real HTTP: what is served, with which headers, and what is not.
#![allow(clippy::expect_used)] // a test that cannot go on has failed

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use cruddur_local::site::{self, SiteOptions};
use reqwest::{Method, StatusCode};
use tempfile::TempDir;

const HASHED_WASM: &str = "/cruddur-web-0123456789abcdef_bg.wasm";
const HASHED_CSS: &str = "/app-fedcba9876543210.css";

struct Served {
    base: String,
    client: reqwest::Client,
    _dir: TempDir,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Served {
    async fn start() -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let dist = dir.path().join("dist");
        write(&dir.path().join("secret.txt"), "outside");
        write(
            &dist.join("index.html"),
            "<!doctype html><title>Cruddur</title>",
        );
        write(&dist.join("boot.js"), &"console.log('boot');\n".repeat(50));
        write(&dist.join("config.json"), r#"{"auth":"of the build"}"#);
        write(
            &dist.join("icons/heart.svg"),
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
        );
        write(&dist.join("manifest.webmanifest"), "{}");
        write(&dist.join(".env"), "hidden");
        write(&dist.join(".git/config"), "hidden");
        write(&dist.join(".well-known/assetlinks.json"), "[]");
        write(&dist.join(&HASHED_WASM[1..]), &"\0asm".repeat(5000));
        write(&dist.join(&HASHED_CSS[1..]), "plain");
        write(&dist.join(format!("{}.br", &HASHED_CSS[1..])), "brotli");
        write(&dist.join(format!("{}.gz", &HASHED_CSS[1..])), "gzip");
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path().join("secret.txt"), dist.join("link.txt"))
            .expect("a symbolic link");
        Self::serving(dir, &dist).await
    }

    async fn serving(dir: TempDir, dist: &Path) -> Self {
        let router = site::router(SiteOptions {
            dir: dist.to_owned(),
            pool_url: "http://127.0.0.1:9229".into(),
            backend_url: "http://127.0.0.1:4567".into(),
            region: "us-east-1".into(),
            user_pool_id: "us-east-1_CruddurDev".into(),
            client_id: "someclient".into(),
            everything: true,
        });
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serving");
        });
        Self {
            base,
            client: reqwest::Client::new(),
            _dir: dir,
            task,
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> reqwest::Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        self.send(Method::GET, path, headers).await
    }

    /// Sends a request line as it is: clients tidy a path before they send it.
    async fn raw_status(&self, target: &str) -> u16 {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let host = self.base.strip_prefix("http://").expect("http");
        let mut stream = tokio::net::TcpStream::connect(host)
            .await
            .expect("a connection");
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            !answer.contains("outside") && !answer.contains("hidden"),
            "{target} leaks"
        );
        let status = answer.split(' ').nth(1).expect("a status");
        status.parse().expect("a number")
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn every_answer_has_the_production_headers() {
    let site = Served::start().await;
    for (path, status) in [
        ("/", 200),
        ("/boot.js", 200),
        ("/config.json", 200),
        ("/missing.js", 404),
    ] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(
            header(&answer, "content-security-policy"),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
             font-src 'self'; manifest-src 'self'; connect-src 'self' http://127.0.0.1:9229 \
             http://127.0.0.1:4567; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
            "{path}"
        );
        for passkeys in [
            "publickey-credentials-create=(self)",
            "publickey-credentials-get=(self)",
        ] {
            let permissions = header(&answer, "permissions-policy");
            assert!(permissions.contains(passkeys), "{permissions}");
        }
        assert_eq!(
            header(&answer, "strict-transport-security"),
            "max-age=63072000; includeSubDomains"
        );
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
        assert_eq!(header(&answer, "cross-origin-opener-policy"), "same-origin");
        assert_eq!(
            header(&answer, "cross-origin-resource-policy"),
            "same-origin"
        );
        let permissions = header(&answer, "permissions-policy");
        for name in ["camera=()", "geolocation=()", "microphone=()"] {
            assert!(permissions.contains(name), "{permissions}");
        }
    }
}

#[tokio::test]
async fn only_hashed_files_are_kept_by_the_browser() {
    let site = Served::start().await;
    for path in [HASHED_WASM, HASHED_CSS] {
        let answer = site.get(path, &[]).await;
        assert_eq!(
            header(&answer, "cache-control"),
            "public, max-age=31536000, immutable"
        );
    }
    for path in [
        "/",
        "/index.html",
        "/signin",
        "/boot.js",
        "/config.json",
        "/icons/heart.svg",
        "/missing-0123456789abcdef.js",
    ] {
        let answer = site.get(path, &[]).await;
        assert_eq!(header(&answer, "cache-control"), "no-cache", "{path}");
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let site = Served::start().await;
    let first = site.get("/boot.js", &[]).await;
    let since = header(&first, "last-modified").to_owned();
    let again = site.get("/boot.js", &[("if-modified-since", &since)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn files_have_their_types() {
    let site = Served::start().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/boot.js", "text/javascript; charset=utf-8"),
        (HASHED_CSS, "text/css; charset=utf-8"),
        (HASHED_WASM, "application/wasm"),
        ("/icons/heart.svg", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/config.json", "application/json"),
    ] {
        assert_eq!(
            header(&site.get(path, &[]).await, "content-type"),
            kind,
            "{path}"
        );
    }
}

#[tokio::test]
async fn routes_of_the_app_get_the_page_and_missing_files_do_not() {
    let site = Served::start().await;
    let navigation = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let page = site.get("/", &navigation).await.text().await.expect("text");
    assert!(page.contains("<title>Cruddur</title>"));
    for path in [
        "/signin",
        "/confirm?email=a%2Bb%40example.org",
        "/messages/@worf",
        "/@Andrew%20Brown",
        "/@andrew.brown",
        "/icons",
        "/icons/",
        "/no/such/page",
    ] {
        let answer = site.get(path, &navigation).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.text().await.expect("text"), page, "{path}");
    }
    for path in [
        "/missing.js",
        "/signin/app.css",
        "/icons/none.svg",
        "/snippets/x/inline0.js",
    ] {
        assert_eq!(site.get(path, &navigation).await.status(), 404, "{path}");
    }
    let data = site.get("/signin", &[("accept", "application/json")]).await;
    assert_eq!(data.status(), 404);
}

#[tokio::test]
async fn nothing_outside_the_site_or_hidden_is_served() {
    let site = Served::start().await;
    for target in [
        "/../secret.txt",
        "/icons/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/icons/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/..\\secret.txt",
        "//etc/passwd.txt",
        "/link.txt",
        "/.env",
        "/.git/config.txt",
        "/index.html%00.js",
        "/%ff.js",
        "/%2fetc%2fhosts.txt",
    ] {
        assert_eq!(site.raw_status(target).await, 404, "{target}");
    }
    let known = site.get("/.well-known/assetlinks.json", &[]).await;
    assert_eq!(known.status(), 200);
}

#[tokio::test]
async fn a_file_that_was_compressed_ahead_is_sent_as_it_is() {
    let site = Served::start().await;
    for (accepted, encoding, body) in [
        ("gzip, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("identity", "", "plain"),
    ] {
        let answer = site.get(HASHED_CSS, &[("accept-encoding", accepted)]).await;
        assert_eq!(header(&answer, "content-encoding"), encoding);
        assert_eq!(header(&answer, "content-type"), "text/css; charset=utf-8");
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        assert_eq!(answer.text().await.expect("text"), body);
    }
}

#[tokio::test]
async fn any_other_file_is_compressed_on_the_way() {
    let site = Served::start().await;
    for path in ["/boot.js", HASHED_WASM] {
        let plain = site.get(path, &[]).await;
        assert_eq!(header(&plain, "content-encoding"), "");
        let plain = plain.bytes().await.expect("bytes");
        for encoding in ["br", "gzip"] {
            let packed = site.get(path, &[("accept-encoding", encoding)]).await;
            assert_eq!(header(&packed, "content-encoding"), encoding, "{path}");
            assert_eq!(header(&packed, "vary"), "accept-encoding");
            assert!(
                packed.bytes().await.expect("bytes").len() < plain.len() / 2,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn head_is_answered_and_other_methods_are_not() {
    let site = Served::start().await;
    for path in ["/", "/signin", "/boot.js", "/config.json"] {
        let answer = site.send(Method::HEAD, path, &[]).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.bytes().await.expect("bytes").len(), 0, "{path}");
    }
    for (method, path) in [
        (Method::POST, "/"),
        (Method::PUT, "/boot.js"),
        (Method::DELETE, "/config.json"),
    ] {
        let answer = site.send(method, path, &[]).await;
        assert_eq!(answer.status(), 405, "{path}");
        assert!(header(&answer, "allow").contains("GET"), "{path}");
    }
}

#[tokio::test]
async fn the_configuration_is_this_stacks_own() {
    let site = Served::start().await;
    let answer = site.get("/config.json", &[]).await;
    let config: serde_json::Value = answer.json().await.expect("JSON");
    let auth = &config["auth"];
    assert_eq!(auth["aws_region"], "us-east-1");
    assert_eq!(auth["user_pool_id"], "us-east-1_CruddurDev");
    assert_eq!(auth["user_pool_client_id"], "someclient");
    assert_eq!(auth["user_pool_endpoint"], "http://127.0.0.1:9229");
    assert_eq!(auth["oauth"]["domain"], "http://127.0.0.1:9229");
    assert_eq!(config["custom"]["backend_url"], "http://127.0.0.1:4567");
}

#[tokio::test]
async fn managed_login_comes_back_to_the_host_that_the_page_is_at() {
    let site = Served::start().await;
    for (host, origin) in [
        ("localhost:8081", "http://localhost:8081"),
        ("[::1]:80", "http://[::1]:80"),
        ("evil\"host", "http://localhost"),
    ] {
        let answer = site.get("/config.json", &[("host", host)]).await;
        let config: serde_json::Value = answer.json().await.expect("JSON");
        let back = &config["auth"]["oauth"]["redirect_sign_in_uri"][0];
        assert_eq!(*back, format!("{origin}/signin/callback"));
    }
}

#[tokio::test]
async fn a_site_that_is_not_built_is_not_found() {
    let dir = TempDir::new().expect("a temporary directory");
    let dist = dir.path().join("nothing");
    let site = Served::serving(dir, &dist).await;
    for path in ["/", "/signin", "/boot.js"] {
        assert_eq!(site.get(path, &[]).await.status(), 404, "{path}");
    }
}
