//! Firefox and geckodriver.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    apt,
    browser::named,
    program::{self, Program},
};
use crate::{
    failure::{Failure, Result},
    workspace::{self, Workspace},
};

const NAME: &str = "geckodriver";
const VERSION: &str = "0.37.1";
const FOLDER: &str = "geckodriver-0.37.1";

/// Names that Firefox goes by; the environment variable `FIREFOX` comes first.
const FIREFOX: &[&str] = &[
    "firefox-esr",
    "firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
];
/// The oldest that can be taken off the network and asked what its pages send.
const OLDEST: u32 = 140;

/// A browser and its driver.
#[derive(Clone, Debug)]
pub struct Firefox {
    /// Firefox.
    pub firefox: PathBuf,
    /// geckodriver.
    pub driver: PathBuf,
    version: String,
}

impl fmt::Display for Firefox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}, driver {}",
            self.version,
            self.firefox.display(),
            self.driver.display()
        )
    }
}

/// Firefox with a driver.
pub fn find(workspace: &Workspace) -> Option<Firefox> {
    let (firefox, version) = browser()?;
    Some(Firefox {
        firefox,
        driver: driver(workspace)?,
        version,
    })
}

fn browser() -> Option<(PathBuf, String)> {
    let on_path = FIREFOX.iter().filter_map(|name| workspace::on_path(name));
    named("FIREFOX")
        .into_iter()
        .chain(on_path)
        .find_map(|firefox| {
            let version = program::version_of(&firefox)?;
            (program::major(&version)? >= OLDEST).then_some((firefox, version))
        })
}

fn driver(workspace: &Workspace) -> Option<PathBuf> {
    let folder = workspace.tools.join(FOLDER).join("bin");
    named("GECKODRIVER").or_else(|| {
        Program::on_path(NAME, lets_through)
            .or_else(|| Program::kept(folder, NAME, VERSION))
            .map(|program| program.path)
    })
}

/// Whether a driver of this version lets Firefox's own scripts through.
fn lets_through(version: &str) -> bool {
    let mut numbers = version.split('.').map_while(|number| number.parse().ok());
    let (first, second): (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    (first, second) >= (0, 36)
}

/// Installs what is missing of the two: Firefox from Debian's packages, which takes root's rights, its driver from source.
pub fn install(workspace: &Workspace) -> Result<Firefox> {
    if browser().is_none() {
        if !apt::may_install() {
            let how = if apt::is_here() {
                "run `sudo apt-get install firefox-esr`"
            } else {
                "install it"
            };
            return Err(Failure::new(format!(
                "there is no Firefox {OLDEST} or newer: {how}, or name it by the environment variable FIREFOX."
            )));
        }
        apt::install("Firefox", &["firefox-esr"])?;
    }
    if driver(workspace).is_none() {
        program::place(workspace, FOLDER, "bin/geckodriver", VERSION, |folder| {
            program::from_source(workspace, NAME, NAME, VERSION, &["--locked"], folder)
        })?;
    }
    find(workspace).ok_or_else(|| {
        Failure::new(format!(
            "Debian's Firefox was installed, but is older than {OLDEST}, or does not run."
        ))
    })
}

impl Firefox {
    /// Writes how wasm-bindgen's test runner is to start this browser, and gives the file's path.
    pub fn write_settings(&self, workspace: &Workspace) -> Result<PathBuf> {
        let path = workspace.tools.join("webdriver-firefox.json");
        workspace::write(&path, &settings(&self.firefox))?;
        Ok(path)
    }
}

fn settings(firefox: &Path) -> String {
    let settings = json!({
        "moz:firefoxOptions": {
            "binary": firefox,
            "args": ["-headless"],
            "prefs": { "intl.accept_languages": "en-US" },
        },
    });
    format!("{settings:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_is_told_which_firefox_to_start() {
        let settings: serde_json::Value =
            serde_json::from_str(&settings(Path::new("/opt/my \"firefox\""))).unwrap();
        assert_eq!(
            settings["moz:firefoxOptions"]["binary"],
            "/opt/my \"firefox\""
        );
    }

    #[test]
    fn old_drivers_do_not_do() {
        for (version, will_do) in [
            ("0.37.1", true),
            ("0.36.0", true),
            ("1.0.0", true),
            ("0.35.0", false),
            ("no version", false),
        ] {
            assert_eq!(lets_through(version), will_do, "{version}");
        }
    }
}
