//! nginx as it is deployed against the local site server: the same answers to the same requests.
#![allow(clippy::expect_used)] // a test that cannot go on has failed

use std::fs;
use std::path::Path;
use std::time::Duration;

use cruddur_local::site::{self, SiteOptions};
use e2e::nginx::{Port, Server, wanted};
use reqwest::{Method, Response};
use tempfile::TempDir;

const HASHED_JS: &str = "/cruddur-web-0123456789abcdef.js";
const HASHED_WASM: &str = "/cruddur-web-0123456789abcdef_bg.wasm";

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn site() -> TempDir {
    let dir = TempDir::new().expect("a temporary folder");
    let files = [
        ("index.html", "<!doctype html><title>Cruddur</title>"),
        ("boot.js", "console.log('boot');"),
        (&HASHED_JS[1..], "console.log('app');"),
        (&HASHED_WASM[1..], "\0asm"),
        ("app-fedcba9876543210.css", "plain"),
        ("icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("icon-192.png", "png"),
        ("manifest.webmanifest", "{}"),
        ("snippets/app-0123456789abcdef/inline0.js", "inline"),
        (".env", "hidden"),
        (".git/config", "hidden"),
        (".well-known/assetlinks.json", "[]"),
    ];
    for (name, text) in files {
        write(&dir.path().join(name), text);
    }
    for (end, text) in [("br", "brotli"), ("gz", "gzip")] {
        write(&dir.path().join(format!("{}.{end}", &HASHED_JS[1..])), text);
    }
    dir
}

fn header(answer: &Response, name: &str) -> String {
    let value = answer.headers().get(name);
    value.map_or_else(String::new, |value| {
        value.to_str().expect("text").to_ascii_lowercase()
    })
}

fn options(dir: &TempDir) -> SiteOptions {
    SiteOptions {
        dir: dir.path().to_owned(),
        pool_url: "http://127.0.0.1:9229".into(),
        backend_url: "http://127.0.0.1:4567".into(),
        region: "us-east-1".into(),
        user_pool_id: "us-east-1_CruddurDev".into(),
        client_id: "someclient".into(),
        everything: false,
    }
}

/// Connections that come together wake several of nginx's workers, and all but one of them find nothing to accept.
#[tokio::test]
#[ignore = "needs nginx, named by E2E_NGINX: `cargo xtask test deploy`"]
async fn nginx_answers_all_who_come_together() {
    let dir = site();
    let config = site::config(&options(&dir), "localhost");
    let port = Port::free();
    let url = port.url();
    let _nginx = Server::start(&wanted().expect("E2E_NGINX"), port, dir.path(), &config);
    for round in 0..100 {
        let asked = (0..3).map(|_| async {
            // Two on the same connection.
            let client = reqwest::Client::new();
            for _ in 0..2 {
                let answer = client.get(&url).send().await.expect("an answer");
                answer.bytes().await.expect("a body");
            }
        });
        let answered = futures_util::future::join_all(asked);
        let answered = tokio::time::timeout(Duration::from_secs(20), answered).await;
        assert!(answered.is_ok(), "no answer in round {round}");
    }
}

#[tokio::test]
#[ignore = "needs nginx, named by E2E_NGINX: `cargo xtask test deploy`"]
async fn nginx_answers_as_the_local_site_does() {
    let dir = site();
    let options = options(&dir);
    let config = site::config(&options, "localhost");
    let port = Port::free();
    let behind_nginx = port.url();
    let program = wanted().expect("E2E_NGINX");
    let _nginx = Server::start(&program, port, dir.path(), &config);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let local = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(async move { axum::serve(listener, site::router(options)).await });

    let client = reqwest::Client::new();
    let (page, other) = ("text/html,*/*;q=0.8", "application/json");
    let mut compared = 0;
    for (method, path, accept, encoding) in [
        (Method::GET, "/", page, ""),
        (Method::GET, "/index.html", page, ""),
        (Method::HEAD, "/signin", page, ""),
        (Method::GET, "/signin?email=a@b.c", page, ""),
        (Method::GET, "/@andrew.brown", page, ""),
        (Method::GET, "/messages/@worf", "*/*", ""),
        (Method::GET, "/a.b/c", page, ""),
        (Method::GET, "/signin", other, ""),
        (Method::GET, "/signin", "image/avif,image/*", ""),
        (Method::GET, "/missing.js", page, ""),
        (Method::GET, "/missing-0123456789abcdef.js", page, ""),
        (Method::GET, "/boot.js", "*/*", ""),
        (Method::GET, "/config.json", "*/*", ""),
        (Method::GET, HASHED_JS, "*/*", ""),
        (Method::GET, HASHED_JS, "*/*", "gzip"),
        (Method::GET, HASHED_JS, "*/*", "gzip, deflate, br"),
        (Method::GET, HASHED_WASM, "*/*", ""),
        (Method::GET, "/app-fedcba9876543210.css", "*/*", ""),
        (Method::GET, "/icon.svg", "*/*", ""),
        (Method::GET, "/icon-192.png", "*/*", ""),
        (Method::GET, "/manifest.webmanifest", "*/*", ""),
        (
            Method::GET,
            "/snippets/app-0123456789abcdef/inline0.js",
            "*/*",
            "",
        ),
        (Method::GET, "/.env", other, ""),
        (Method::GET, "/.git/config", other, ""),
        (Method::GET, "/.well-known/assetlinks.json", "*/*", ""),
    ] {
        let ask = async |base: &str| {
            let request = client.request(method.clone(), format!("{base}{path}"));
            let request = request.header("accept", accept);
            let request = match encoding {
                "" => request,
                some => request.header("accept-encoding", some),
            };
            request.send().await.expect("an answer")
        };
        let (nginx, local) = (ask(&behind_nginx).await, ask(&local).await);
        let what = format!("{method} {path} {accept} {encoding}");
        assert_eq!(nginx.status(), local.status(), "{what}");
        let shared = cruddur_hosting::headers(&[""; 0]);
        let mut names: Vec<&str> = shared.iter().map(|(name, _)| name.as_str()).collect();
        names.extend(["cache-control", "vary", "content-encoding"]);
        if nginx.status().is_success() {
            names.push("content-type");
        }
        for name in names {
            assert_eq!(
                header(&nginx, name),
                header(&local, name),
                "{name} of {what}"
            );
        }
        if nginx.status().is_success() && path != "/config.json" {
            let (nginx, local) = (nginx.bytes().await, local.bytes().await);
            assert_eq!(nginx.expect("a body"), local.expect("a body"), "{what}");
        }
        compared += 1;
    }
    assert_eq!(compared, 25);
    let post = client
        .post(format!("{behind_nginx}/index.html"))
        .send()
        .await;
    assert_eq!(post.expect("an answer").status(), 405);
}
