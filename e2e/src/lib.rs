//! A person in front of a browser, for tests: the built site behind production headers, a local stack behind that, and
//! WebDriver in between. `tests/` holds the journeys.
//!
//! | variable | what | default |
//! | --- | --- | --- |
//! | `CRUDDUR_DIST` | the built site | `dist/` of the project |
//! | `E2E_BROWSER` | `chromium`, `firefox` or `webkit` | `chromium` |
//! | `CHROMIUM`, `CHROMEDRIVER`, `FIREFOX`, `GECKODRIVER`, `WEBKIT_BROWSER`, `WEBKIT_DRIVER`, `XVFB` | programs | found on `PATH` |
//! | `E2E_NGINX` | nginx's program: journeys go through it, configured as it is deployed | the local site server |
//! | `E2E_SKIP_AXE` | `1`: no accessibility checks, where npm cannot be reached | |
//!
//! Each journey has a stack, a browser and a profile of its own. As many run at a time as there are processors;
//! `RUST_TEST_THREADS` changes that. Pictures of every page are left in `target/e2e/screenshots`, those of failed
//! journeys and the pages' sources in `target/e2e/failed`; other engines than Chromium have a folder of their own there.
//!
//! Everything here is standard WebDriver but for what [`Ability`] names. Chromium has all of that by its own tools, Firefox
//! nearly all by BiDi and its own scripts, WebKitGTK nothing: there, journeys check less or end early, and that is noted.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod axe;
mod bidi;
mod browser;
mod driver;
mod journey;
mod limits;
pub mod nginx;
mod person;
mod request;
mod world;

use std::path::{Path, PathBuf};

pub use driver::{Ability, Driver, Engine};
pub use fantoccini::key::Key;
pub use journey::{
    Journey, journey, journey_astray, journey_at, journey_configured, journey_in,
    journey_with_everything, journey_with_everything_at,
};
pub use request::Request;
pub use world::{ConfigAnswer, PASSWORD, World};

/// The project's directory.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("a project").to_owned()
}

/// Where screenshots go, and what is left of a journey that failed.
fn output() -> PathBuf {
    root().join("target/e2e")
}

/// Where an engine's are.
fn output_of(engine: Engine) -> PathBuf {
    match engine {
        Engine::Chromium => output(),
        other => output().join(other.name()),
    }
}

/// The built site.
pub fn dist() -> PathBuf {
    let dist = std::env::var_os("CRUDDUR_DIST").map_or_else(|| root().join("dist"), PathBuf::from);
    assert!(
        dist.join("index.html").exists(),
        "{} holds no built site: run `cargo xtask dist` first",
        dist.display()
    );
    dist
}
