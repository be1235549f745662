//! The local stack: user pool, backend and mailbox.

use std::process::{Command, ExitCode};

use crate::{
    failure::Result,
    process, progress,
    workspace::{self, Workspace},
};

/// Builds the local stack and gives a command that starts it.
pub fn build(workspace: &Workspace) -> Result<Command> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--package", "cruddur-local"])
        .current_dir(&workspace.root);
    progress::run("building the local stack", &mut cargo)?;
    let mut local = Command::new(workspace.programs.join("cruddur-local"));
    local.current_dir(&workspace.root);
    Ok(local)
}

/// Runs the local stack alone.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    workspace::require_space(&workspace.target, 1000)?;
    let mut local = build(workspace)?;
    process::stop_is_normal();
    let status = process::hand_over(local.args(arguments))?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
