//! One program among the tools: on `PATH` or in its own folder `target/tools/<name>-<version>`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    failure::{Failure, Result},
    process, progress,
    workspace::{self, Workspace},
};

/// A program that can be run.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program's file.
    pub path: PathBuf,
    /// What must be put on `PATH` for it to be found; nothing if it is there anyway.
    pub folder: Option<PathBuf>,
    /// Its version.
    pub version: String,
}

impl Program {
    /// The program of this name on `PATH`, if `accepts` takes its version.
    pub fn on_path(name: &str, accepts: impl Fn(&str) -> bool) -> Option<Self> {
        let path = workspace::on_path(name)?;
        let version = version_of(&path)?;
        accepts(&version).then_some(Self {
            path,
            folder: None,
            version,
        })
    }

    /// The program kept in `folder`. Only complete folders have their final name, so being there is enough.
    pub fn kept(folder: PathBuf, name: &str, version: &str) -> Option<Self> {
        let path = folder.join(name);
        workspace::is_program(&path).then(|| Self {
            path,
            folder: Some(folder),
            version: version.to_owned(),
        })
    }
}

/// The version that a program says it has.
pub fn version_of(program: &Path) -> Option<String> {
    let said = process::output(Command::new(program).arg("--version")).ok()?;
    version_in(&said).map(str::to_owned)
}

/// The first word that looks like a version, as in `wasm-opt version 132 (version_132)`.
fn version_in(said: &str) -> Option<&str> {
    said.split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// The number before the first dot.
pub fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

/// Builds a program from source into a folder of its own, which then holds `bin/`.
///
/// Its speed hardly matters, the wait for it does: it is compiled without optimisation, unless the arguments say more.
pub fn from_source(
    workspace: &Workspace,
    label: &str,
    package: &str,
    version: &str,
    arguments: &[&str],
    folder: &Path,
) -> Result {
    let build = workspace.tools.join(format!("build-{package}"));
    let mut command = Command::new("cargo");
    command
        .args([
            "install",
            &format!("{package}@{version}"),
            "--force",
            "--root",
        ])
        .arg(folder)
        .args(arguments)
        .current_dir(&workspace.tools)
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
    progress::run(&format!("building {label}"), &mut command)?;
    workspace::remove_dir(&build)
}

/// Fills a folder by `fill` under a passing name, checks that the program in it runs, and then gives it its real name.
pub fn place(
    workspace: &Workspace,
    folder: &str,
    check: &str,
    version: &str,
    fill: impl FnOnce(&Path) -> Result,
) -> Result {
    place_if(workspace, folder, |part| {
        fill(part)?;
        match version_of(&part.join(check)) {
            Some(found) if found == version => Ok(()),
            _ => Err(Failure::new(format!(
                "{check} {version} was installed but does not run on this machine."
            ))),
        }
    })
}

/// Fills a folder by `fill` under a passing name, and gives it its real name if that went well.
pub fn place_if(workspace: &Workspace, folder: &str, fill: impl FnOnce(&Path) -> Result) -> Result {
    let part = workspace.tools.join(format!("{folder}.part"));
    workspace::remove_dir(&part)?;
    workspace::create_dir(&part)?;
    if let Err(failure) = fill(&part) {
        workspace::remove_dir(&part)?;
        return Err(failure);
    }
    workspace::rename(&part, &workspace.tools.join(folder))
}

/// Installs the release that `download` gets, or, where it cannot be had or does not run, builds from source.
pub fn install_first(
    workspace: &Workspace,
    folder: &str,
    check: &str,
    version: &str,
    download: impl FnOnce(&Path) -> Result,
    build: impl FnOnce(&Path) -> Result,
) -> Result {
    let downloaded = place(workspace, folder, check, version, |part| {
        workspace::create_dir(&part.join("bin"))?;
        download(part)
    });
    match downloaded {
        Ok(()) => Ok(()),
        Err(_) => place(workspace, folder, check, version, build),
    }
}

/// What was just installed is not there.
pub fn vanished(name: &str) -> Failure {
    Failure::new(format!(
        "{name} was installed and is gone again: does something clean target/ meanwhile? Run again."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_version_in_what_programs_say() {
        assert_eq!(version_in("trunk 0.22.1\n"), Some("0.22.1"));
        assert_eq!(
            version_in("wasm-opt version 132 (version_132)"),
            Some("132")
        );
        assert_eq!(
            version_in("Chromium 156.0.8078.79 built on Debian"),
            Some("156.0.8078.79")
        );
        assert_eq!(version_in("no version"), None);
        assert_eq!(major("156.0.8078.79"), Some(156));
        assert_eq!(major("132"), Some(132));
    }
}
