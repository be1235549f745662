//! Set-up and every other chore of this project: `cargo xtask help`.

mod bench;
mod client_crate;
mod config;
mod deploy;
mod dist;
mod engines;
mod failure;
#[cfg(test)]
mod features_doc;
mod fuzz;
mod interop;
mod local;
mod ports;
mod process;
mod progress;
mod reproducible;
mod serve;
mod size;
mod test;
mod tools;
mod workspace;

use std::{env, process::ExitCode, time::Duration};

use failure::{Failure, Result};
use tools::{Tool, Tools};
use workspace::Workspace;

const HELP: &str = "\
cargo xtask <chore>

  serve [--port N] [--week N]
                        The app at http://localhost:8080, rebuilt when a file changes, with a real local user pool,
                        backend and mailbox behind it. Ctrl-C ends all of it. The backend is that of week 3, or of
                        week 4, 5, 6, 8 or x.
  test [--engines LIST] [STEP…]
                        Every check, or only the named steps; `cargo xtask test --list` names them. What runs in a browser
                        runs in chromium, or in those of the list: chromium,firefox,webkit, or all.
  local [ARGUMENT…]     The local user pool, backend and mailbox alone; `cargo xtask local --help` for its arguments.
  dist                  The files to deploy, in dist/.
  size [--write]        Builds them, and tells what a visitor loads and where the bytes come from, by crate and by component.
                        With --write the sizes become the budget that the tests hold the app to (budget.txt).
  deploy [--dry-run] --backend URL …
                        Builds the release, compresses it and puts it on AWS, by the aws command, into what deploy/*.yaml made;
                        with --dry-run it prints the commands. Or --nginx FOLDER --config FILE: for one's own server.
  reproducible          Builds the last commit's twice, in two folders, and compares every byte; some minutes.
  config [--output FILE]
                        Writes static/config.json (or FILE) from the environment variables
                        REACT_APP_AWS_PROJECT_REGION, REACT_APP_AWS_COGNITO_REGION, REACT_APP_AWS_USER_POOLS_ID,
                        REACT_APP_CLIENT_ID and REACT_APP_BACKEND_URL.
  msrv                  Whether crates/cognito builds with the oldest Rust that it names (a step of `test`).
  semver                Whether crates/cognito still has the API of its version (a step of `test`).
  features-size [--write]
                        What each feature of crates/cognito adds to a page, in minutes; into its README with --write.
  fuzz [--seconds N]    Random input for whatever reads what comes from outside, for 60 seconds or N; half of them
                        cargo-fuzz's, which goes by what earlier inputs reached.
  bench [--quick] [--dist DIR] [STEP…]
                        Measures the app beside React with Amplify, into target/bench/report.md. The steps are bytes,
                        sign-in, start, feed and pool; --dist takes a site that is built already. One more, dev, is done
                        only when it is named: what building and editing the app takes, in about ten minutes.
  tools                 Finds or installs the tools that the other chores need, and says where they are.
  help                  This.

Tools are kept in target/tools. Nothing is installed system-wide, but for browsers where apt is the way to them.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    if dist::is_stand_in() {
        return dist::stand_in(&arguments).unwrap_or_else(|failure| {
            progress::say(&failure.to_string());
            ExitCode::FAILURE
        });
    }
    let outcome = process::handle_signals().and_then(|()| run(&arguments));
    process::end_descendants(Duration::from_secs(5));
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            progress::say(&format!("xtask: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((chore, arguments)) = arguments.split_first() else {
        progress::print(HELP.trim_end());
        return Ok(ExitCode::FAILURE);
    };
    let workspace = Workspace::find()?;
    match chore.as_str() {
        "reproducible" => reproducible::run(&workspace)?,
        "deploy" => deploy::run(&workspace, arguments)?,
        "size" => size::run(&workspace, arguments)?,
        "serve" => serve::run(&workspace, arguments)?,
        "test" => return test::run(&workspace, arguments),
        // Steps of the tests that one wants alone now and then.
        "msrv" | "semver" => {
            takes_nothing(chore, arguments)?;
            return test::run(&workspace, std::slice::from_ref(chore));
        }
        "fuzz" => fuzz::run(&workspace, arguments)?,
        "features-size" => client_crate::sizes::run(&workspace, arguments)?,
        "bench" => return bench::run(&workspace, arguments),
        "local" => return local::run(&workspace, arguments),
        "dist" => {
            takes_nothing("dist", arguments)?;
            dist::run(&workspace)?;
        }
        "config" => config::run(&workspace, arguments)?,
        "tools" => {
            takes_nothing("tools", arguments)?;
            return list_tools(&workspace);
        }
        "help" | "--help" | "-h" => progress::print(HELP.trim_end()),
        other => {
            return Err(Failure::new(format!(
                "There is no chore `{other}`: `cargo xtask help` lists them."
            )));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn takes_nothing(chore: &str, arguments: &[String]) -> Result {
    match arguments.first() {
        None => Ok(()),
        Some(first) => Err(Failure::new(format!(
            "`cargo xtask {chore}` takes no arguments, so not `{first}` either."
        ))),
    }
}

fn list_tools(workspace: &Workspace) -> Result<ExitCode> {
    const ALL: &[Tool] = &[
        Tool::Wasm32,
        Tool::Trunk,
        Tool::WasmBindgen,
        Tool::WasmOpt,
        Tool::WasmSplit,
        Tool::Browser,
    ];
    let tools = Tools::prepare(workspace, ALL)?;
    for line in tools.list() {
        progress::print(&line);
    }
    Ok(if tools.require(ALL).is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
