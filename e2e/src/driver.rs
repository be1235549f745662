//! The program that moves a browser: ChromeDriver, geckodriver or WebKitWebDriver.

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
    /// WebKitGTK's own small browser by WebKitWebDriver.
    WebKit,
}

/// What WebDriver's standard has no word for, or not every engine an ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ability {
    /// To tell what the page asks of servers.
    Requests,
    /// To tell what it sends them.
    Bodies,
    /// To run a script before the page's own: so a device's clock is set.
    Scripts,
    /// To be taken off the network, whole or in part, and to keep no copies.
    Network,
    /// To tell what programs write into the console, what the site's policy has forbidden, and which addresses are in the
    /// tab's history.
    Console,
    /// To note there a file that did not come.
    Notes,
    /// To take a preference for dark or light, and a width of a phone's.
    Looks,
    /// To have an authenticator for passkeys.
    Passkeys,
    /// To have it pick a passkey that a field offers, as a person would.
    Autofill,
}

impl Engine {
    pub(crate) fn wanted() -> Self {
        match std::env::var("E2E_BROWSER").as_deref() {
            Err(_) | Ok("chromium") => Self::Chromium,
            Ok("firefox") => Self::Firefox,
            Ok("webkit") => Self::WebKit,
            Ok(other) => panic!("E2E_BROWSER is {other}: chromium, firefox and webkit are known"),
        }
    }

    /// As it is called in `E2E_BROWSER`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Whether this one can do that.
    pub fn can(self, ability: Ability) -> bool {
        match self {
            Self::Chromium => true,
            Self::Firefox => !matches!(
                ability,
                Ability::Bodies | Ability::Notes | Ability::Autofill
            ),
            Self::WebKit => false,
        }
    }

    fn driver(self) -> PathBuf {
        match self {
            Self::Chromium => program("CHROMEDRIVER", &["chromedriver"]),
            Self::Firefox => program("GECKODRIVER", &["geckodriver"]),
            Self::WebKit => program("WEBKIT_DRIVER", &["WebKitWebDriver"]),
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
            // Distributions keep it beside the library, where no PATH leads.
            Self::WebKit => program("WEBKIT_BROWSER", &["MiniBrowser"]),
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
/// somebody else has the second of them; WebKit's is given one that was free a moment ago.
const ATTEMPTS: u32 = 5;
/// How often a server that is about to be there is asked.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// A running driver. It ends when this is dropped.
///
/// Each browser has one of its own: geckodriver has a single session at a time.
pub struct Driver {
    /// Where it listens.
    pub url: String,
    // In this order: whoever draws ends before what is drawn on.
    _process: Child,
    _display: Option<Display>,
}

impl Driver {
    /// Starts the program for an engine.
    pub async fn start(engine: Engine) -> Self {
        let program = engine.driver();
        for _ in 0..ATTEMPTS {
            let driver = match engine {
                Engine::Chromium | Engine::Firefox => Self::try_start(engine, &program).await,
                Engine::WebKit => Self::try_start_webkit(&program).await,
            };
            if let Some(driver) = driver {
                return driver;
            }
        }
        panic!("{} ended at once", program.display());
    }

    /// `None` when it ended before it named a port.
    async fn try_start(engine: Engine, program: &Path) -> Option<Self> {
        let mut command = Command::new(program);
        command.arg("--port=0");
        if engine == Engine::Firefox {
            // BiDi's port is Firefox's choice; and journeys set what only Firefox's own scripts may.
            command.args(["--websocket-port=0", "--allow-system-access"]);
        }
        let (process, port) = announced(command, port_in).await?;
        Some(Self {
            url: format!("http://127.0.0.1:{port}"),
            _process: process,
            _display: None,
        })
    }

    /// It chooses no port by itself and says nothing. The browser needs a display: one of its own, so that none takes the
    /// focus from another.
    async fn try_start_webkit(program: &Path) -> Option<Self> {
        let display = Display::start().await?;
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
            listener.local_addr().expect("its address").port()
        };
        let mut process = Command::new(program)
            .arg(format!("--port={port}"))
            .env("DISPLAY", &display.name)
            .env("GDK_BACKEND", "x11")
            // There is no desktop to ask for settings, and nobody who needs its help with reading.
            .env("GSETTINGS_BACKEND", "memory")
            .env("NO_AT_BRIDGE", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("LANGUAGE", "en_US")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let url = format!("http://127.0.0.1:{port}");
        let ready = async {
            loop {
                if let Ok(answer) = reqwest::get(format!("{url}/status")).await {
                    return answer.status().is_success();
                }
                if process.try_wait().is_ok_and(|ended| ended.is_some()) {
                    return false;
                }
                tokio::time::sleep(ASK_AGAIN).await;
            }
        };
        let ready = tokio::time::timeout(PATIENCE, ready).await;
        ready
            .unwrap_or_else(|_| panic!("{} does not answer", program.display()))
            .then_some(Self {
                url,
                _process: process,
                _display: Some(display),
            })
    }
}

/// A screen that nobody sees. It ends when this is dropped.
struct Display {
    name: String,
    _process: Child,
}

impl Display {
    async fn start() -> Option<Self> {
        let mut command = Command::new(program("XVFB", &["Xvfb"]));
        command.args(["-displayfd", "1", "-screen", "0", "1400x1000x24"]);
        command.args(["-nolisten", "tcp"]);
        let number = |line: &str| line.trim().parse::<u16>().ok();
        let (process, number) = announced(command, number).await?;
        Some(Self {
            name: format!(":{number}"),
            _process: process,
        })
    }
}

/// Starts a program that says where it is to be found; `None` when it ended before it did.
async fn announced(
    mut command: Command,
    find: impl Fn(&str) -> Option<u16>,
) -> Option<(Child, u16)> {
    let name = command.as_std().get_program().to_owned();
    let name = Path::new(&name).display();
    let mut process = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
    let output = process.stdout.take().expect("the driver's output");
    let mut lines = BufReader::new(output).lines();
    let found = tokio::time::timeout(PATIENCE, async {
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(found) = find(&line) {
                return Some(found);
            }
        }
        None
    })
    .await
    .unwrap_or_else(|_| panic!("{name} names no port"))?;
    // What else it says must not fill the pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some((process, found))
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
