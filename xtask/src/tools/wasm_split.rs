//! wasm-split: takes a module apart into those that a page loads when it wants them.

use std::process::{Command, Stdio};

use super::program::{self, Program};
use crate::{
    failure::{Failure, Result},
    workspace::Workspace,
};

/// The program's name.
pub const NAME: &str = "wasm-split-cli";
const PACKAGE: &str = "wasm_split_cli_support";
const VERSION: &str = "0.2.4";
const FOLDER: &str = "wasm-split-0.2.4";

/// The wasm-split that is kept. It does not tell its version, so one on `PATH` could be any.
pub fn find(workspace: &Workspace) -> Option<Program> {
    Program::kept(workspace.tools.join(FOLDER).join("bin"), NAME, VERSION)
}

/// Installs wasm-split.
pub fn install(workspace: &Workspace) -> Result<Program> {
    program::place_if(workspace, FOLDER, |folder| {
        let arguments = ["--locked", "--features", "build-binary"];
        program::from_source(
            workspace,
            "wasm-split",
            PACKAGE,
            VERSION,
            &arguments,
            folder,
        )?;
        let runs = Command::new(folder.join("bin").join(NAME))
            .arg("--help")
            .stdout(Stdio::null())
            .status();
        match runs {
            Ok(status) if status.success() => Ok(()),
            _ => Err(Failure::new(
                "wasm-split was installed but does not run on this machine.",
            )),
        }
    })?;
    find(workspace).ok_or_else(|| program::vanished("wasm-split"))
}
