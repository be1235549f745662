//! Random input for whatever reads what comes from outside, for as long as one likes.
//!
//! The properties are those that `cargo xtask test native` tries a few hundred inputs on. Here each round tries more, in
//! turn, until the time is up. An input that breaks one is printed in its smallest form.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    failure::{Failure, Result},
    process, progress,
    test::counts_in,
    workspace::Workspace,
};

/// Tests that hold properties.
struct Properties {
    /// Arguments of `cargo test`; the last is what the tests' names have in common.
    arguments: &'static [&'static str],
    /// One input of these takes as long as so many of the others.
    cost: u64,
}

const PROPERTIES: &[Properties] = &[
    Properties {
        arguments: &[
            "-p",
            "cognito-user-pool",
            "-F",
            "full",
            "--test",
            "parsing_properties",
            "any_",
        ],
        cost: 1,
    },
    Properties {
        arguments: &["-p", "cruddur-web", "--lib", "properties::any_"],
        cost: 1,
    },
    // A request each.
    Properties {
        arguments: &["-p", "cruddur-local", "--test", "hostile", "any_"],
        cost: 8,
    },
];
const DEFAULT_SECONDS: u64 = 60;
/// Inputs per property in the first round; each round has twice as many as the one before, up to [`MOST`].
const FIRST: u64 = 500;
const MOST: u64 = 16_000;

/// Tries until the time is up, or an input breaks something.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let time = Duration::from_secs(seconds(arguments)?);
    for properties in PROPERTIES {
        let mut build = cargo(workspace, properties);
        progress::run("building the properties", build.arg("--no-run"))?;
    }
    let begun = Instant::now();
    let (mut cases, mut inputs) = (FIRST, 0);
    loop {
        for properties in PROPERTIES {
            inputs += try_out(workspace, properties, cases)?;
            if begun.elapsed() >= time {
                progress::print(&format!(
                    "{inputs} inputs in {} s, and nothing broke.",
                    begun.elapsed().as_secs()
                ));
                return Ok(());
            }
        }
        progress::print(&format!("{inputs} inputs so far"));
        cases = (cases * 2).min(MOST);
    }
}

fn seconds(arguments: &[String]) -> Result<u64> {
    let wrong = || Failure::new("`cargo xtask fuzz` takes `--seconds N` only.");
    match arguments {
        [] => Ok(DEFAULT_SECONDS),
        [name, number] if name == "--seconds" => number.parse().map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

fn cargo(workspace: &Workspace, properties: &Properties) -> Command {
    let mut cargo = Command::new("cargo");
    cargo
        .arg("test")
        .args(properties.arguments)
        .current_dir(&workspace.root);
    cargo
}

/// Tries so many inputs on each of the properties, and returns how many that were at least.
fn try_out(workspace: &Workspace, properties: &Properties, cases: u64) -> Result<u64> {
    let cases = (cases / properties.cost).max(1);
    let mut lines = Vec::new();
    let mut passed = 0;
    let mut cargo = cargo(workspace, properties);
    cargo.env("PROPTEST_CASES", cases.to_string());
    let status = process::start(&mut cargo)?.finish(|_, line| {
        passed += counts_in(&process::plain(line)).map_or(0, |counts| counts.passed);
        lines.push(line.to_owned());
    })?;
    if !status.success() {
        for line in lines {
            progress::say(&line);
        }
        return Err(Failure::new("An input broke something: see above."));
    }
    if passed == 0 {
        let arguments = properties.arguments.join(" ");
        return Err(Failure::new(format!("No property in {arguments}.")));
    }
    Ok(passed * cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_a_number_of_seconds() {
        let given = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            seconds(&arguments)
        };
        assert_eq!(given(&[]).expect("a default"), DEFAULT_SECONDS);
        assert_eq!(given(&["--seconds", "5"]).expect("a number"), 5);
        for wrong in [
            &["--seconds"][..],
            &["--seconds", "x"],
            &["5"],
            &["--seconds", "-1"],
        ] {
            assert!(given(wrong).is_err(), "{wrong:?}");
        }
    }
}
