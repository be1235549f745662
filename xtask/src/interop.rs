//! What the tests with other people's programs need: AWS's JavaScript clients from npm, an emulator from PyPI.
//!
//! Nothing else depends on these, so a machine that cannot have them skips those tests, and says why.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    failure::{self, Failure, Result},
    progress,
    workspace::{self, Workspace},
};

/// The emulator, and what it needs to check signatures.
const MINISTACK: &[&str] = &["ministack==1.5.33", "cryptography==50.0.2"];
const MINISTACK_FOLDER: &str = "ministack-1.5.33";

const CFN_LINT: &[&str] = &["cfn-lint==1.51.0"];
const CFN_LINT_FOLDER: &str = "cfn-lint-1.51.0";

/// Something to test with, or why it cannot be had on this machine.
pub enum Guest<T = PathBuf> {
    /// It, or the value of the environment variable by which the tests find it.
    Here(T),
    /// Why not.
    Missing(String),
}

/// Packages from npm: a folder with `package.json` and `package-lock.json`, and where in `target/tools` they are installed.
pub struct Npm<'a> {
    /// The folder that names them.
    pub source: &'a Path,
    /// The name of the folder that gets them.
    pub folder: &'a str,
    /// What they are, for people.
    pub what: &'a str,
    /// Whether the lock file has the native parts for every platform. Otherwise this one's are added to it.
    pub for_all_platforms: bool,
}

/// The folder with the npm packages that `interop/javascript/package-lock.json` names.
pub fn javascript_clients(workspace: &Workspace) -> Result<Guest> {
    let npm = Npm {
        source: &workspace.root.join("interop/javascript"),
        folder: "interop-npm",
        what: "AWS's JavaScript clients",
        for_all_platforms: true,
    };
    npm_packages(workspace, &npm)
}

/// The folder with the packages that a lock file names, installed there unless they are.
pub fn npm_packages(workspace: &Workspace, wanted: &Npm) -> Result<Guest> {
    let what = wanted.what;
    if ["node", "npm"]
        .iter()
        .any(|program| workspace::on_path(program).is_none())
    {
        return Ok(Guest::Missing(format!("no Node.js with npm for {what}")));
    }
    let folder = workspace.tools.join(wanted.folder);
    let lock = read(&wanted.source.join("package-lock.json"))?;
    if fs::read_to_string(folder.join("package-lock.json")).is_ok_and(|installed| installed == lock)
    {
        return Ok(Guest::Here(folder));
    }
    let part = workspace.tools.join(format!("{}.part", wanted.folder));
    workspace::remove_dir(&part)?;
    workspace::create_dir(&part)?;
    workspace::write(
        &part.join("package.json"),
        &read(&wanted.source.join("package.json"))?,
    )?;
    workspace::write(&part.join("package-lock.json"), &lock)?;
    let mut npm = Command::new("npm");
    // The peers that this leaves out are for other platforms than browsers.
    npm.args(match wanted.for_all_platforms {
        true => &["ci"][..],
        false => &["install", "--no-save"],
    })
    .args([
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--legacy-peer-deps",
    ])
    .args(["--fetch-retries=1", "--fetch-retry-mintimeout=2000"])
    .current_dir(&part);
    if let Some(output) = progress::attempt(&format!("installing {what}"), &mut npm)? {
        return unreachable_or_broken("npm", what, &output);
    }
    workspace::rename(&part, &folder)?;
    Ok(Guest::Here(folder))
}

/// Amplify as a script for a page, made of `interop/javascript/browser.mjs`.
pub fn amplify_bundle(workspace: &Workspace) -> Result<Guest> {
    let folder = match javascript_clients(workspace)? {
        Guest::Here(folder) => folder,
        missing => return Ok(missing),
    };
    let source = "interop/javascript/browser.mjs";
    let copy = folder.join("browser.mjs");
    workspace::write(&copy, &read(&workspace.root.join(source))?)?;
    let bundle = folder.join("amplify.js");
    let mut esbuild = Command::new(folder.join("node_modules/.bin/esbuild"));
    esbuild
        .arg("browser.mjs")
        .args([
            "--bundle",
            "--format=iife",
            "--define:global=window",
            "--log-level=warning",
        ])
        .arg("--outfile=amplify.js")
        .current_dir(&folder);
    progress::run("bundling Amplify", &mut esbuild)?;
    Ok(Guest::Here(bundle))
}

/// The emulator's program.
pub fn ministack(workspace: &Workspace) -> Result<Guest> {
    python_program(workspace, "ministack", MINISTACK_FOLDER, MINISTACK)
}

/// The program that checks CloudFormation templates.
pub fn cfn_lint(workspace: &Workspace) -> Result<Guest> {
    python_program(workspace, "cfn-lint", CFN_LINT_FOLDER, CFN_LINT)
}

/// A program from PyPI, in an environment of its own.
fn python_program(
    workspace: &Workspace,
    name: &str,
    folder: &str,
    packages: &[&str],
) -> Result<Guest> {
    if workspace::on_path("python3").is_none() {
        return Ok(Guest::Missing(format!("no Python for {name}")));
    }
    let folder = workspace.tools.join(folder);
    let program = folder.join("bin").join(name);
    // Python's environments do not bear being moved, so a file tells that this one is complete.
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok(Guest::Here(program));
    }
    workspace::remove_dir(&folder)?;
    let mut python = Command::new("python3");
    python.args(["-m", "venv"]).arg(&folder);
    if progress::attempt("preparing Python", &mut python)?.is_some() {
        workspace::remove_dir(&folder)?;
        return Ok(Guest::Missing(format!(
            "this Python has no venv module for {name}"
        )));
    }
    let mut pip = Command::new(folder.join("bin/python3"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--retries",
        "1",
    ])
    .args(packages);
    if let Some(output) = progress::attempt(&format!("installing {name}"), &mut pip)? {
        workspace::remove_dir(&folder)?;
        return unreachable_or_broken("PyPI", name, &output);
    }
    workspace::write(&complete, "")?;
    Ok(Guest::Here(program))
}

fn unreachable_or_broken(registry: &str, what: &str, output: &str) -> Result<Guest> {
    match failure::cause(output) {
        Some(_) => Ok(Guest::Missing(format!(
            "{registry} cannot be reached for {what}"
        ))),
        None => {
            progress::say(output);
            Err(Failure::new(format!(
                "{what} cannot be installed, see above."
            )))
        }
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))
}
