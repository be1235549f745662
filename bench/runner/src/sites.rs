//! The built sites, each served as production serves ours: the same headers, cache rules and compression.

use std::fs;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use cruddur_local::site::{self, SiteOptions};
use cruddur_local::{CLIENT_ID, Options as StackOptions, REGION, Stack, USER_POOL_ID};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::Result;
use crate::backend::Backend;
use crate::options::Options;

/// Brotli's best, as a build for production leaves it next to each file.
const QUALITY: i32 = 11;
/// What compressing helps.
const COMPRESSED: [&str; 6] = ["html", "css", "js", "wasm", "svg", "webmanifest"];

/// A built site and where it is served.
pub struct Site {
    /// What tables call it.
    pub name: &'static str,
    /// Its URL, without a slash at the end.
    pub url: String,
    /// Its files, each with its compressed form beside it.
    pub dir: PathBuf,
    /// The page with the sign-in form; `None` where there is none.
    pub sign_in: Option<&'static str>,
    /// Whether `/` is a feed.
    pub has_feed: bool,
    /// Whether it is a part of the comparison of whole sites.
    pub is_app: bool,
}

/// All of them, with the user pool and the backend that they talk to.
pub struct Sites {
    /// Ours first.
    pub all: Vec<Site>,
    /// The backend behind the feeds.
    pub backend: Backend,
    // Its user pool ends with it.
    _stack: Stack,
    _files: TempDir,
}

/// Folder, name, sign-in page, feed, whether it is an app.
type Peer = (&'static str, &'static str, Option<&'static str>, bool, bool);

const PEERS: [Peer; 4] = [
    (
        "plain",
        "React + aws-amplify, plain forms",
        Some("/"),
        false,
        true,
    ),
    (
        "ui",
        "React + Amplify UI Authenticator",
        Some("/"),
        false,
        true,
    ),
    ("feed", "React + react-router, feed only", None, true, true),
    (
        "identity",
        "amazon-cognito-identity-js",
        Some("/"),
        false,
        false,
    ),
];

impl Sites {
    /// Serves ours and those peers that are built.
    pub async fn start(options: &Options, dist: &Path) -> Result<Self> {
        let files = tempfile::tempdir()?;
        let backend = Backend::start().await?;
        let stack = Stack::start(StackOptions::ephemeral()).await?;
        let pool = stack.pool_url().to_owned();
        let mut sites = vec![("ours", "ours", Some("/signin"), true, true)];
        let mut sources = vec![dist.to_owned()];
        for peer in PEERS {
            let Some(source) = options.peers.as_ref().map(|peers| peers.join(peer.0)) else {
                continue;
            };
            if source.join("index.html").is_file() {
                sites.push(peer);
                sources.push(source);
            }
        }
        let mut all = Vec::new();
        for ((folder, name, sign_in, has_feed, is_app), source) in sites.into_iter().zip(sources) {
            let dir = files.path().join(folder);
            prepare(&source, &dir, &pool, &backend.url)?;
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let url = format!("http://{}", listener.local_addr()?);
            let router = site::router(SiteOptions {
                dir: dir.clone(),
                pool_url: pool.clone(),
                backend_url: backend.url.clone(),
                region: REGION.to_owned(),
                user_pool_id: USER_POOL_ID.to_owned(),
                client_id: CLIENT_ID.to_owned(),
                everything: false,
            });
            tokio::spawn(async move { axum::serve(listener, router).await });
            all.push(Site {
                name,
                url,
                dir,
                sign_in,
                has_feed,
                is_app,
            });
        }
        Ok(Self {
            all,
            backend,
            _stack: stack,
            _files: files,
        })
    }
}

/// Copies a site, with the addresses that a peer was built for replaced, and compresses it.
fn prepare(from: &Path, to: &Path, pool: &str, backend: &str) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))? {
        let source = entry?.path();
        let Some(name) = source.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let target = to.join(name);
        if source.is_dir() {
            prepare(&source, &target, pool, backend)?;
            continue;
        }
        let ending = source.extension().and_then(|ending| ending.to_str());
        let ending = ending.unwrap_or_default();
        // The server makes its own.
        if name.starts_with('.') || name == "config.json" || ["br", "gz"].contains(&ending) {
            continue;
        }
        let mut bytes = fs::read(&source)?;
        if ending == "js" {
            let text = String::from_utf8(bytes)?;
            bytes = text
                .replace("http://pool.invalid", pool)
                .replace("http://backend.invalid", backend)
                .into_bytes();
        }
        fs::write(&target, &bytes)?;
        if COMPRESSED.contains(&ending) {
            fs::write(to.join(format!("{name}.br")), compress(&bytes)?)?;
        }
    }
    Ok(())
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: QUALITY,
        lgwin: 24,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::with_params(&mut compressed, 4096, &parameters);
    writer.write_all(bytes)?;
    writer.flush()?;
    drop(writer);
    Ok(compressed)
}
