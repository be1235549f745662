//! Whether the crate still has the API of its version.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{FOLDER, PACKAGE, manifest_value};
use crate::{
    failure::{self, Failure, Result},
    process, progress,
    test::{Context, Outcome},
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

const TOOLS: &[Tool] = &[Tool::SemverChecks];
/// A public function of the crate's, and what a breaking change makes of it.
const FILE: &str = "src/error.rs";
const RENAMED: [&str; 2] = ["pub fn is_transient(", "pub fn is_passing("];

/// Compares the crate's public API with what it was when its version was set. A change that breaks is made by hand and has
/// to be noticed as well.
pub fn semver(context: &Context) -> Result<Outcome> {
    let workspace = &context.workspace;
    let Some(since) = since(workspace)? else {
        return Ok(Outcome::Skipped(
            "this is no git repository with the crate's history".to_owned(),
        ));
    };
    let tools = Tools::prepare(workspace, TOOLS)?;
    if let Err(why) = tools.require(TOOLS) {
        return Ok(Outcome::Skipped(why.to_string()));
    }
    let version = manifest_value(workspace, "version")?;

    let mut check = checker(workspace, &tools);
    check
        .args(["--package", PACKAGE, "--baseline-rev", &since])
        .current_dir(&workspace.root);
    let (same, output) = progress::capture("comparing the crate's API", &mut check)?;
    if !same {
        if let Some(cause) = failure::cause(&output) {
            return Ok(Outcome::Skipped(cause.to_string()));
        }
        if output.contains("unsupported rustdoc format") {
            return Ok(Outcome::Skipped(
                "cargo-semver-checks cannot read what this compiler writes".to_owned(),
            ));
        }
        progress::say(&output);
        return Ok(Outcome::Failed(format!(
            "the API differs from {version}'s in a way that asks for another version, see above"
        )));
    }

    let [whole, broken] = ["whole", "broken"].map(|name| unpack(workspace, &version, name));
    let (whole, broken) = (whole?, broken?);
    let file = broken.join(FILE);
    let text = fs::read_to_string(&file).map_err(|error| Failure::file("read", &file, &error))?;
    let [from, to] = RENAMED;
    if !text.contains(from) {
        return Ok(Outcome::Failed(format!(
            "{FOLDER}/{FILE} has no `{from}` to break: name another in {}",
            file!()
        )));
    }
    workspace::write(&file, &text.replace(from, to))?;
    let mut check = checker(workspace, &tools);
    check
        .arg("--manifest-path")
        .arg(broken.join("Cargo.toml"))
        .arg("--baseline-root")
        .arg(&whole);
    let (same, output) = progress::capture("comparing a broken API", &mut check)?;
    Ok(if !same && output.contains("inherent_method_missing") {
        Outcome::Passed(format!("as of {version}; a broken API is noticed"))
    } else {
        progress::say(&output);
        Outcome::Failed("a renamed public function is not noticed, see above".to_owned())
    })
}

fn checker(workspace: &Workspace, tools: &Tools) -> Command {
    let mut command = tools.command("cargo-semver-checks");
    command
        .args(["semver-checks", "check-release", "--all-features"])
        .args(["--color", "never"])
        .env("CARGO_TARGET_DIR", workspace.target.join("semver"));
    command
}

/// The commit that set the crate's version.
fn since(workspace: &Workspace) -> Result<Option<String>> {
    if workspace::on_path("git").is_none() {
        return Ok(None);
    }
    let manifest = format!("{FOLDER}/Cargo.toml");
    let mut git = Command::new("git");
    git.args(["log", "-1", "--format=%H", "-G^version = ", "--"])
        .arg(manifest)
        .current_dir(&workspace.root);
    let said = process::output(&mut git).unwrap_or_default();
    let commit = said.trim();
    Ok((!commit.is_empty()).then(|| commit.to_owned()))
}

/// The crate as it would be published, in a folder of its own.
fn unpack(workspace: &Workspace, version: &str, name: &str) -> Result<PathBuf> {
    let folder = workspace.target.join("semver-copies").join(name);
    workspace::remove_dir(&folder)?;
    workspace::create_dir(&folder)?;
    let mut package = Command::new("cargo");
    package
        .args(["package", "--no-verify", "--allow-dirty"])
        .args(["--package", PACKAGE])
        .arg("--target-dir")
        .arg(&workspace.target)
        .current_dir(&workspace.root);
    progress::run("packing the crate", &mut package)?;
    let archive = workspace
        .target
        .join(format!("package/{PACKAGE}-{version}.crate"));
    untar(&archive, &folder)?;
    // The folder is inside this workspace, and the copy is no part of it.
    let manifest = folder.join("Cargo.toml");
    let text =
        fs::read_to_string(&manifest).map_err(|error| Failure::file("read", &manifest, &error))?;
    workspace::write(&manifest, &format!("{text}\n[workspace]\n"))?;
    Ok(folder)
}

fn untar(archive: &Path, folder: &Path) -> Result {
    let mut tar = Command::new("tar");
    tar.arg("-xzf")
        .arg(archive)
        .arg("-C")
        .arg(folder)
        .arg("--strip-components=1");
    progress::run("unpacking the crate", &mut tar)
}
