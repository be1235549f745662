//! Random input for whatever reads what comes from outside, for as long as one likes.
//!
//! The first half of the time is cargo-fuzz's, whose inputs go by what the ones before have reached in the code (`fuzz/`).
//! What it found worth keeping is in `target/fuzz/corpus`, where the next run goes on.
//!
//! The other half is for the properties that `cargo xtask test native` tries a few hundred inputs on. Here each round tries
//! more, in turn, until the time is up. An input that breaks one is printed in its smallest form.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    failure::{Failure, Result},
    interop::Guest,
    process, progress,
    test::{Context, Outcome, counts_in},
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// What cargo-fuzz tries, by the names in `fuzz/fuzz_targets`.
const TARGETS: &[&str] = &[
    "addresses",
    "answers",
    "config",
    "dates",
    "feeds",
    "srp",
    "tokens",
];

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
/// How long cargo-fuzz looks as a step of `cargo xtask test`.
const STEP: Duration = Duration::from_secs(28);
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
    let guided = match Guided::prepare(workspace)? {
        Guest::Here(guided) => Some(guided),
        Guest::Missing(why) => {
            progress::say(&format!("Without cargo-fuzz: {why}"));
            None
        }
    };
    let begun = Instant::now();
    let (mut cases, mut inputs) = (FIRST, 0);
    if let Some(guided) = &guided {
        inputs = guided.try_out_all(time / 2)?;
        progress::print(&format!("{inputs} inputs so far, of cargo-fuzz"));
    }
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

/// A step of `cargo xtask test`: cargo-fuzz for a few seconds, for it goes on where the last run ended.
pub fn step(context: &Context) -> Result<Outcome> {
    let guided = match Guided::prepare(&context.workspace)? {
        Guest::Here(guided) => guided,
        Guest::Missing(why) => return Ok(Outcome::Skipped(why)),
    };
    let inputs = guided.try_out_all(STEP)?;
    Ok(Outcome::Passed(format!("{inputs} inputs")))
}

/// cargo-fuzz, with its programs built.
struct Guided<'a> {
    workspace: &'a Workspace,
    tools: Tools,
}

impl<'a> Guided<'a> {
    fn prepare(workspace: &'a Workspace) -> Result<Guest<Self>> {
        const TOOLS: &[Tool] = &[Tool::Fuzzer];
        const COMPILERS: [&str; 3] = ["c++", "g++", "clang++"];
        if !COMPILERS
            .iter()
            .any(|name| workspace::on_path(name).is_some())
        {
            let why = "libFuzzer is C++, and there is no compiler for it";
            return Ok(Guest::Missing(why.to_owned()));
        }
        let tools = Tools::prepare(workspace, TOOLS)?;
        if let Err(why) = tools.require(TOOLS) {
            return Ok(Guest::Missing(why.to_string()));
        }
        let guided = Self { workspace, tools };
        progress::run(
            "building what cargo-fuzz runs",
            &mut guided.command("build"),
        )?;
        Ok(Guest::Here(guided))
    }

    /// Shares the time among all, and returns how many inputs were tried.
    fn try_out_all(&self, time: Duration) -> Result<u64> {
        let share = time / u32::try_from(TARGETS.len()).unwrap_or(u32::MAX);
        TARGETS
            .iter()
            .map(|target| self.try_out(target, share))
            .sum()
    }

    /// No sanitizer: there is no unsafe code here to watch, and a stable toolchain has none.
    fn command(&self, what: &str) -> Command {
        let mut fuzz = self.tools.command("cargo");
        fuzz.args(["fuzz", what, "--sanitizer", "none", "--target-dir"])
            .arg(self.workspace.target.join("fuzz"));
        fuzz
    }

    /// Tries one for a while, and returns how many inputs that were.
    fn try_out(&self, target: &str, time: Duration) -> Result<u64> {
        let corpus = self.workspace.target.join("fuzz/corpus").join(target);
        let artifacts = self.workspace.target.join("fuzz/artifacts").join(target);
        for folder in [&corpus, &artifacts] {
            workspace::create_dir(folder)?;
        }
        let mut fuzz = self.command("run");
        fuzz.arg(target)
            .arg(&corpus)
            .arg("--")
            .arg("-dict=fuzz/words.dict")
            .arg(format!("-max_total_time={}", time.as_secs().max(1)))
            // An input that takes so long (of 4 kB at most) hangs a page.
            .arg("-timeout=5")
            .arg(format!("-artifact_prefix={}/", artifacts.display()));
        let mut lines = Vec::new();
        let mut inputs = 0;
        let status = process::start(&mut fuzz)?.finish(|_, line| {
            inputs += runs_in(line).unwrap_or_default();
            lines.push(line.to_owned());
        })?;
        if !status.success() {
            for line in lines {
                progress::say(&line);
            }
            return Err(Failure::new(format!(
                "An input broke something in {target}: see above."
            )));
        }
        Ok(inputs)
    }
}

/// The number in libFuzzer's closing line, as in `Done 48291 runs in 4 second(s)`.
fn runs_in(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("Done ")?;
    rest.split_once(" runs in ")?.0.parse().ok()
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
    fn each_program_of_the_fuzzers_is_run() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/fuzz_targets");
        let files = std::fs::read_dir(folder).expect("the folder");
        let names = files.filter_map(|file| {
            let name = file.ok()?.file_name().into_string().ok()?;
            Some(name.strip_suffix(".rs")?.to_owned())
        });
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, TARGETS);
        assert_eq!(runs_in("Done 48291 runs in 4 second(s)"), Some(48_291));
        assert_eq!(runs_in("#2 INITED cov: 3"), None);
    }

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
