//! The program that moves a browser: ChromeDriver or geckodriver.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// How long anything may take: much longer than it does, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Which engine. The one place that reads `E2E_BROWSER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium by ChromeDriver.
    Chromium,
    /// Firefox by geckodriver.
    Firefox,
}

impl Engine {
    pub(crate) fn wanted() -> Self {
        match std::env::var("E2E_BROWSER").as_deref() {
            Err(_) | Ok("chromium") => Self::Chromium,
            Ok("firefox") => Self::Firefox,
            Ok(other) => panic!("E2E_BROWSER is {other}: chromium and firefox are known"),
        }
    }

    fn driver(self) -> PathBuf {
        match self {
            Self::Chromium => program("CHROMEDRIVER", &["chromedriver"]),
            Self::Firefox => program("GECKODRIVER", &["geckodriver"]),
        }
    }

    /// The browser's program.
    pub fn browser(self) -> PathBuf {
        match self {
            Self::Chromium => program(
                "CHROMIUM",
                &["chromium", "chromium-browser", "google-chrome"],
            ),
            Self::Firefox => program("FIREFOX", &["firefox-esr", "firefox"]),
        }
    }
}

fn program(variable: &str, names: &[&str]) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return PathBuf::from(path);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|dir| names.iter().map(move |name| dir.join(name)))
        .find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("none of {names:?} is on PATH: set {variable}"))
}

/// How often a driver is started before it counts as broken: ChromeDriver takes one port for IPv4 and IPv6, and ends when
/// somebody else has the second of them.
const ATTEMPTS: u32 = 5;

/// A running driver, on a port that it chose itself. It ends when this is dropped.
///
/// Each browser has one of its own: geckodriver has a single session at a time.
pub struct Driver {
    /// Where it listens.
    pub url: String,
    _process: Child,
}

impl Driver {
    /// Starts the program for an engine.
    pub async fn start(engine: Engine) -> Self {
        let program = engine.driver();
        for _ in 0..ATTEMPTS {
            if let Some(driver) = Self::try_start(&program).await {
                return driver;
            }
        }
        panic!("{} ended at once", program.display());
    }

    /// `None` when it ended before it named a port.
    async fn try_start(program: &Path) -> Option<Self> {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let output = process.stdout.take().expect("the driver's output");
        let mut lines = BufReader::new(output).lines();
        let port = tokio::time::timeout(PATIENCE, async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(port) = port_in(&line) {
                    return Some(port);
                }
            }
            None
        })
        .await
        .unwrap_or_else(|_| panic!("{} names no port", program.display()))?;
        // What else it says must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Some(Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
        })
    }
}

/// The port in a driver's first words: `… started successfully on port 4444.`, `… Listening on 127.0.0.1:4444`.
fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line
        .split_once("successfully on port ")
        .or_else(|| line.split_once("Listening on 127.0.0.1:"))?;
    rest.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn drivers_name_their_port() {
        for (line, port) in [
            ("Starting ChromeDriver 156.0 (abc) on port 0", None),
            (
                "ChromeDriver was started successfully on port 36357.",
                Some(36357),
            ),
            (
                "1795400000000\tgeckodriver\tINFO\tListening on 127.0.0.1:4444",
                Some(4444),
            ),
        ] {
            assert_eq!(port_in(line), port, "{line}");
        }
    }
}
