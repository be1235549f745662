//! The command line of `cruddur-local`.

use std::ffi::OsString;
use std::path::PathBuf;

use cruddur_local::{Options, SITE_PORT, Site, StateFile, Week};

pub const USAGE: &str = "\
Cruddur's development stack: a local Cognito user pool with its mailbox, the backend, and the built site.

Usage: cruddur-local [OPTIONS]

  --pool-port N            the user pool's port (9229)
  --backend-port N         the backend's port (4567)
  --site DIR               also serve the built site in DIR
  --site-port N            the site's port (8081)
  --free-ports             let every server have any free port
  --state FILE             where users and cruds are kept (target/local/state.json)
  --ephemeral              keep nothing on disk
  --week N                 the week whose backend is served: 3, 4, 5, 6, 8 or x (3)
  --journal-pool           a new user pool has only what the journal's has: no second factors, passkeys, devices,
                           managed login
  --frontend-origin URL    an origin that may call the backend; can be given several times
                           (http://localhost:8080 and http://127.0.0.1:8080)
  --json                   print one line of JSON with every URL first
  --help                   print this
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// To explain itself.
    Help,
    /// To start a stack.
    Run {
        /// The stack.
        options: Options,
        /// Whether to tell about it in JSON.
        json: bool,
    },
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// One sentence about the first thing that is wrong.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut options = Options {
        print_mail: true,
        ..Options::default()
    };
    let mut json = false;
    let mut free_ports = false;
    let mut state = None;
    let mut ephemeral = false;
    let mut site = None;
    let mut site_port = SITE_PORT;
    let mut origins = Vec::new();

    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let name = argument
            .into_string()
            .map_err(|name| format!("unknown option {}; see --help", name.display()))?;
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{name} needs a value; see --help"))
        };
        match name.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--pool-port" => options.pool_port = port(&name, value()?)?,
            "--backend-port" => options.backend_port = port(&name, value()?)?,
            "--site-port" => site_port = port(&name, value()?)?,
            "--site" => site = Some(PathBuf::from(value()?)),
            "--state" => state = Some(PathBuf::from(value()?)),
            "--frontend-origin" => origins.push(origin(&name, value()?)?),
            "--week" => options.week = week(value()?)?,
            "--journal-pool" => options.everything = false,
            "--ephemeral" => ephemeral = true,
            "--free-ports" => free_ports = true,
            "--json" => json = true,
            _ => return Err(format!("unknown option {name}; see --help")),
        }
    }
    if ephemeral && state.is_some() {
        return Err("--state and --ephemeral exclude each other".to_owned());
    }
    if let Some(file) = state {
        options.state = StateFile::At(file);
    }
    if ephemeral {
        options.state = StateFile::Ephemeral;
    }
    if !origins.is_empty() {
        options.frontend_origins = origins;
    }
    if free_ports {
        (options.pool_port, options.backend_port, site_port) = (0, 0, 0);
    }
    options.site = site.map(|dir| Site {
        dir,
        port: site_port,
    });
    Ok(Command::Run { options, json })
}

fn port(name: &str, value: OsString) -> Result<u16, String> {
    let number = value.to_str().and_then(|value| value.parse().ok());
    number.ok_or_else(|| format!("{name} needs a number from 0 to 65535"))
}

fn week(value: OsString) -> Result<Week, String> {
    let week = value.to_str().and_then(Week::parse);
    week.ok_or_else(|| {
        let weeks = Week::ALL.map(Week::name).join(", ");
        format!("--week needs one of {weeks}")
    })
}

/// An origin as a browser sends it: scheme and host, nothing behind.
fn origin(name: &str, value: OsString) -> Result<String, String> {
    let wrong = || format!("{name} needs an origin such as http://localhost:8080");
    let value = value.into_string().map_err(|_| wrong())?;
    let value = value.trim_end_matches('/');
    let host = value
        .strip_prefix("http://")
        .or_else(|| value.strip_prefix("https://"))
        .ok_or_else(wrong)?;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | '?' | '#' | '@');
    match !host.is_empty() && host.chars().all(plain) {
        true => Ok(value.to_ascii_lowercase()),
        false => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &[&str]) -> Result<Command, String> {
        parse(arguments.iter().map(OsString::from))
    }

    fn options(arguments: &[&str]) -> Options {
        match run(arguments) {
            Ok(Command::Run { options, .. }) => options,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn without_arguments_the_defaults_count() {
        let expected = Options {
            print_mail: true,
            ..Options::default()
        };
        assert_eq!(options(&[]), expected);
    }

    #[test]
    fn every_option_is_read() {
        let given = options(&[
            "--pool-port",
            "1",
            "--backend-port",
            "2",
            "--site",
            "dist",
            "--site-port",
            "3",
            "--state",
            "s.json",
            "--week",
            "8",
            "--journal-pool",
            "--frontend-origin",
            "http://A.test/",
            "--frontend-origin",
            "https://b.test:1",
        ]);
        assert_eq!(
            given,
            Options {
                pool_port: 1,
                backend_port: 2,
                site: Some(Site {
                    dir: "dist".into(),
                    port: 3
                }),
                state: StateFile::At("s.json".into()),
                week: Week::Eight,
                everything: false,
                frontend_origins: vec!["http://a.test".to_owned(), "https://b.test:1".to_owned()],
                print_mail: true,
            }
        );
        let free = options(&["--site", "dist", "--ephemeral", "--free-ports"]);
        assert_eq!((free.pool_port, free.backend_port), (0, 0));
        assert!(free.everything);
        assert_eq!(free.site.map(|site| site.port), Some(0));
        assert_eq!(free.state, StateFile::Ephemeral);
        assert!(matches!(
            run(&["--json"]),
            Ok(Command::Run { json: true, .. })
        ));
        assert_eq!(run(&["--help"]), Ok(Command::Help));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (arguments, words) in [
            (&["--wrong"][..], "--wrong"),
            (&["--pool-port"][..], "needs a value"),
            (&["--pool-port", "65536"][..], "0 to 65535"),
            (&["--ephemeral", "--state", "x"][..], "exclude"),
            (&["--week", "7"][..], "3, 4, 5, 6, 8, x"),
            (&["--frontend-origin", "localhost"][..], "origin such as"),
            (&["--frontend-origin", "http://a/b"][..], "origin such as"),
        ] {
            let error = run(arguments).expect_err("an error");
            assert!(error.contains(words), "{error}");
        }
    }
}
