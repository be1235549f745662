//! cargo-semver-checks.

use super::program::{self, Program};
use crate::{failure::Result, workspace::Workspace};

const NAME: &str = "cargo-semver-checks";
const VERSION: &str = "0.51.0";
const FOLDER: &str = "cargo-semver-checks-0.51.0";

/// cargo-semver-checks, of the version that is kept or any on `PATH`: each reads what the compilers of its time write.
pub fn find(workspace: &Workspace) -> Option<Program> {
    let folder = workspace.tools.join(FOLDER).join("bin");
    Program::kept(folder, NAME, VERSION).or_else(|| Program::on_path(NAME, |_| true))
}

/// Installs cargo-semver-checks.
pub fn install(workspace: &Workspace) -> Result<Program> {
    program::place(
        workspace,
        FOLDER,
        "bin/cargo-semver-checks",
        VERSION,
        |folder| program::from_source(workspace, NAME, NAME, VERSION, &["--locked"], folder),
    )?;
    find(workspace).ok_or_else(|| program::vanished(NAME))
}
