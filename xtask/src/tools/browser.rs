//! Chromium and its driver.

use std::{
    env, fmt,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    apt,
    program::{self},
};
use crate::{
    failure::{Failure, Result},
    workspace::{self, Workspace},
};

/// Names that Chromium goes by; the environment variable `CHROMIUM` comes first.
const CHROMIUM: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// A browser and the driver that belongs to it.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Chromium.
    pub chromium: PathBuf,
    /// ChromeDriver of the same major version: others refuse to work together.
    pub driver: PathBuf,
    version: String,
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}, driver {}",
            self.version,
            self.chromium.display(),
            self.driver.display()
        )
    }
}

/// A browser with a driver of the same major version.
pub fn find() -> Option<Browser> {
    let driver = named("CHROMEDRIVER").or_else(|| workspace::on_path("chromedriver"))?;
    let wanted = program::major(&program::version_of(&driver)?)?;
    let on_path = CHROMIUM.iter().filter_map(|name| workspace::on_path(name));
    named("CHROMIUM")
        .into_iter()
        .chain(on_path)
        .find_map(|chromium| {
            let version = program::version_of(&chromium)?;
            (program::major(&version)? == wanted).then(|| Browser {
                chromium,
                driver: driver.clone(),
                version,
            })
        })
}

/// The program that an environment variable names.
pub fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| workspace::is_program(path))
}

/// Installs Chromium and its driver from Debian's packages; that takes root's rights.
pub fn install() -> Result<Browser> {
    const ADVICE: &str =
        "Chromium and ChromeDriver of the same major version are needed to test in a browser";
    if !apt::may_install() {
        let how = if apt::is_here() {
            "run `sudo apt-get install chromium chromium-driver`"
        } else {
            "install both"
        };
        return Err(Failure::new(format!(
            "{ADVICE}: {how}, or name them by the environment variables CHROMIUM and CHROMEDRIVER, then run again."
        )));
    }
    apt::install("Chromium", &["chromium", "chromium-driver"])?;
    find().ok_or_else(|| {
        Failure::new(format!(
            "{ADVICE}, but Debian's were installed and do not run as a pair."
        ))
    })
}

impl Browser {
    /// Writes how wasm-bindgen's test runner is to start this browser, and gives the file's path.
    pub fn write_settings(&self, workspace: &Workspace) -> Result<PathBuf> {
        let path = workspace.tools.join("webdriver.json");
        workspace::write(&path, &settings(&self.chromium))?;
        Ok(path)
    }
}

fn settings(chromium: &Path) -> String {
    let settings = json!({
        "goog:chromeOptions": {
            "binary": chromium,
            "args": [
                "--headless=new",
                // Its sandbox does not work for root, nor in most containers; it opens the project's own pages only.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        },
    });
    format!("{settings:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_is_told_which_browser_to_start() {
        let settings: serde_json::Value =
            serde_json::from_str(&settings(Path::new("/opt/my \"chromium\""))).unwrap();
        assert_eq!(
            settings["goog:chromeOptions"]["binary"],
            "/opt/my \"chromium\""
        );
    }
}
