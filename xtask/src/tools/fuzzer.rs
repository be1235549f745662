//! cargo-fuzz.

use super::program::{self, Program};
use crate::{failure::Result, workspace::Workspace};

const NAME: &str = "cargo-fuzz";
const VERSION: &str = "0.13.2";
const FOLDER: &str = "cargo-fuzz-0.13.2";

/// cargo-fuzz, of the version that is kept or any on `PATH`.
pub fn find(workspace: &Workspace) -> Option<Program> {
    let folder = workspace.tools.join(FOLDER).join("bin");
    Program::kept(folder, NAME, VERSION).or_else(|| Program::on_path(NAME, |_| true))
}

/// Installs cargo-fuzz.
pub fn install(workspace: &Workspace) -> Result<Program> {
    program::place(workspace, FOLDER, "bin/cargo-fuzz", VERSION, |folder| {
        program::from_source(workspace, NAME, NAME, VERSION, &["--locked"], folder)
    })?;
    find(workspace).ok_or_else(|| program::vanished(NAME))
}
