//! The app while it is worked on, with the local stack behind it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    failure::{Failure, Result},
    local, ports,
    process::{self, Event, Running, Stream},
    progress,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// What a build to work with needs.
pub const TOOLS: &[Tool] = &[Tool::Wasm32, Tool::Trunk, Tool::WasmBindgen];
const APP_PORT: u16 = 8080;
const POOL_PORT: u16 = 9229;
const BACKEND_PORT: u16 = 4567;
/// The weeks whose backends the local stack can serve; the first is the one it serves unless told otherwise.
const WEEKS: [&str; 6] = ["3", "4", "5", "6", "8", "x"];
/// How long a look at one program's output may keep the other's waiting.
const TURN: Duration = Duration::from_millis(50);

/// Serves until a signal ends it.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let began = Instant::now();
    let Arguments { port, week } = Arguments::read(arguments)?;
    ports::require_free(
        port,
        "the app",
        " or choose another port (cargo xtask serve --port N)",
    )?;
    ports::require_free(POOL_PORT, "the local user pool", "")?;
    ports::require_free(BACKEND_PORT, "the local backend", "")?;
    workspace::require_space(&workspace.target, 2000)?;
    let tools = Tools::prepare(workspace, TOOLS)?;
    tools.require(TOOLS)?;
    let mut stack = start_stack(workspace, port, week)?;
    let urls = stack_urls(&mut stack)?;
    let mut trunk = start_trunk(workspace, &tools, port)?;
    wait_for_app(&mut trunk, &mut stack, port)?;
    process::stop_is_normal();
    progress::print(&block(port, &urls, began.elapsed()));
    loop {
        pass_on(&mut stack)?;
        if let Some(line) = next_line("Trunk", &mut trunk)?
            && let Some(line) = worth_showing(&line)
        {
            progress::print(&line);
        }
    }
}

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Arguments {
    port: u16,
    /// The week whose backend the stack serves.
    week: &'static str,
}

impl Arguments {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut read = Self {
            port: APP_PORT,
            week: WEEKS[0],
        };
        for pair in arguments.chunks(2) {
            match pair {
                [option, number] if option == "--port" => {
                    let port = number.parse().ok().filter(|port| *port != 0);
                    read.port = port.ok_or_else(|| {
                        Failure::new(format!(
                            "`{number}` is no port: give a number from 1 to 65535, as in --port 8090."
                        ))
                    })?;
                }
                [option, week] if option == "--week" => {
                    let known = WEEKS.into_iter().find(|known| known == week);
                    read.week = known.ok_or_else(|| {
                        let weeks = WEEKS.join(", ");
                        Failure::new(format!("There is no week `{week}`: give one of {weeks}."))
                    })?;
                }
                _ => {
                    return Err(Failure::new(
                        "`cargo xtask serve` takes only --port N and --week N.",
                    ));
                }
            }
        }
        Ok(read)
    }
}

fn start_stack(workspace: &Workspace, port: u16, week: &str) -> Result<Running> {
    let mut local = local::build(workspace)?;
    local
        .args(["--json", "--week", week])
        .arg("--state")
        .arg(workspace.root.join("target/local/state.json"));
    for host in ["localhost", "127.0.0.1"] {
        local
            .arg("--frontend-origin")
            .arg(format!("http://{host}:{port}"));
    }
    process::start(&mut local)
}

/// Where the stack says that its parts are.
fn stack_urls(stack: &mut Running) -> Result<Value> {
    loop {
        if let Some(line) = next_line("The local stack", stack)? {
            if line.starts_with('{') {
                return serde_json::from_str(&line).map_err(|error| {
                    Failure::new(format!(
                        "The local stack's first line cannot be read: {error}."
                    ))
                });
            }
            progress::say(&line);
        }
    }
}

fn start_trunk(workspace: &Workspace, tools: &Tools, port: u16) -> Result<Running> {
    let mut trunk = tools.wasm_command("trunk");
    trunk
        .args(["serve", "--port", &port.to_string(), "--dist"])
        // `dist/` is for what is deployed.
        .arg(workspace.root.join("target/serve"))
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("RUST_BACKTRACE", "0");
    workspace::create_dir(&workspace.root.join("target/serve"))?;
    process::start(&mut trunk)
}

/// Waits until the app's page is there. A build that fails is shown, and the wait goes on: a corrected file is built anew.
fn wait_for_app(trunk: &mut Running, stack: &mut Running, port: u16) -> Result {
    let shown = progress::show("building the app");
    let mut asked = Instant::now();
    loop {
        pass_on(stack)?;
        let line = next_line("Trunk", trunk)?;
        let quiet = line.is_none();
        if let Some(line) = line {
            shown.note(&line);
            // That the first build begins and succeeds is told by the block.
            const OF_THE_FIRST: [&str; 2] = ["starting build", "success"];
            if let Some(line) = worth_showing(&line)
                && !OF_THE_FIRST.iter().any(|word| line.contains(word))
            {
                progress::say(&line);
            }
        }
        if quiet && asked.elapsed() > Duration::from_millis(200) {
            asked = Instant::now();
            if answers(port) {
                return Ok(());
            }
        }
    }
}

/// Whether `GET /` is answered with a page.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("localhost", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\nAccept: text/html\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// Prints what the stack says: the mail that it sends, above all.
fn pass_on(stack: &mut Running) -> Result {
    if let Some(line) = next_line("The local stack", stack)? {
        progress::say(&line);
    }
    Ok(())
}

/// The next line of a server's output, if there is one soon. A server that ends is a failure.
fn next_line(name: &str, server: &mut Running) -> Result<Option<String>> {
    match server.next(TURN)? {
        Event::Line(Stream::Out | Stream::Err, line) => Ok(Some(line)),
        Event::Quiet => Ok(None),
        Event::Ended(status) => Err(Failure::new(format!(
            "{name} ended ({status}): see its last words above."
        ))),
    }
}

/// A line of Trunk's or cargo's output as a person wants to see it, or nothing.
fn worth_showing(line: &str) -> Option<String> {
    const CARGO: &[&str] = &[
        "Compiling",
        "Downloading",
        "Downloaded",
        "Updating",
        "Locking",
        "Adding",
        "Blocking",
        "Finished",
    ];
    const TRUNK: &[&str] = &[
        "Starting trunk",
        "node packages",
        "applying new distribution",
        "serving static",
        "server listening",
    ];
    let plain = process::plain(line);
    if CARGO
        .iter()
        .any(|verb| plain.trim_start().starts_with(verb))
    {
        return None;
    }
    // `2026-01-31T10:20:30.123456Z  INFO message`
    let Some((time, rest)) = plain
        .split_once(' ')
        .filter(|(time, _)| time.ends_with('Z') && time.contains('T'))
    else {
        return Some(line.to_owned());
    };
    let rest = rest.trim_start();
    match rest.split_once(' ') {
        Some(("INFO", message)) if TRUNK.iter().any(|noise| message.contains(noise)) => None,
        // The list of addresses.
        Some(("INFO", message)) if message.trim_start().contains("http") => None,
        Some(("INFO", message)) => Some(format!(
            "{} {message}",
            time.get(11..19).unwrap_or_default()
        )),
        _ => Some(rest.to_owned()),
    }
}

fn block(port: u16, urls: &Value, took: Duration) -> String {
    let text = |name: &str| urls.get(name).and_then(Value::as_str).unwrap_or("?");
    format!(
        "\n  Cruddur is up, after {}.\n\n\
         \x20   App       http://localhost:{port}\n\
         \x20   Pool      {}  ({})\n\
         \x20   Backend   {}\n\
         \x20   Mailbox   {}\n\
         \x20   Sign in   andrew@cruddur.test with the password Crud-dur-2026! (or sign up: the code is in the mailbox)\n\n\
         \x20 Ctrl-C ends all of it.\n",
        progress::clock(took),
        text("pool"),
        text("user_pool_id"),
        text("backend"),
        text("mailbox"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_and_week_are_the_usual_ones_or_those_given() {
        let read = |arguments: &[&str]| {
            let arguments: Vec<_> = arguments.iter().map(|s| (*s).to_owned()).collect();
            Arguments::read(&arguments).map(|read| (read.port, read.week.to_owned()))
        };
        assert_eq!(read(&[]).unwrap(), (8080, "3".to_owned()));
        let given = read(&["--week", "x", "--port", "8090"]);
        assert_eq!(given.unwrap(), (8090, "x".to_owned()));
        for wrong in [
            &["--port", "0"][..],
            &["--port", "70000"],
            &["--port"],
            &["--week", "7"],
            &["--week"],
            &["--open"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn errors_are_shown_and_chatter_is_not() {
        assert_eq!(worth_showing("   Compiling yew v0.23.0"), None);
        assert_eq!(
            worth_showing("2026-11-23T00:13:11.524616Z  INFO node packages []"),
            None
        );
        assert_eq!(
            worth_showing("2026-11-23T00:13:11.744457Z  INFO     🏠 http://127.0.0.1:8099/"),
            None
        );
        assert_eq!(
            worth_showing("2026-11-23T00:13:24.699835Z  INFO 📦 starting build").as_deref(),
            Some("00:13:24 📦 starting build")
        );
        assert_eq!(
            worth_showing("2026-11-23T00:13:11.743104Z ERROR ❌ error").as_deref(),
            Some("ERROR ❌ error")
        );
        let error = "error[E0425]: cannot find value `x` in this scope";
        assert_eq!(worth_showing(error).as_deref(), Some(error));
    }
}
