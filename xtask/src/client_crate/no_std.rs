//! Whether the crate does without the standard library.

use std::process::Command;

use super::PACKAGE;
use crate::{
    failure::Result,
    process, progress,
    test::{Context, Outcome},
    workspace,
};

/// A machine without an operating system, so that no dependency finds the standard library either.
const TARGET: &str = "aarch64-unknown-none";

/// Builds the crate with all that is not for browsers.
pub fn no_std(context: &Context) -> Result<Outcome> {
    if !have_target()? {
        return Ok(Outcome::Skipped(format!("{TARGET} cannot be installed")));
    }
    let mut cargo = context.tools.command("cargo");
    cargo
        .args(["check", "--lib", "--package", PACKAGE])
        .args(["--features", "full", "--target", TARGET])
        .env("CARGO_TARGET_DIR", context.workspace.target.join("no-std"))
        // Random numbers are the program's own business there.
        .env("RUSTFLAGS", "--cfg getrandom_backend=\"unsupported\"");
    let label = format!("building for {TARGET}");
    Ok(match progress::attempt(&label, &mut cargo)? {
        None => Outcome::Passed(TARGET.to_owned()),
        Some(output) => {
            progress::say(&output);
            Outcome::Failed(format!("{PACKAGE} does not build for {TARGET}, see above"))
        }
    })
}

fn have_target() -> Result<bool> {
    if workspace::on_path("rustup").is_none() {
        return Ok(false);
    }
    let installed = process::output(Command::new("rustup").args(["target", "list", "--installed"]));
    if installed.is_ok_and(|list| list.lines().any(|target| target == TARGET)) {
        return Ok(true);
    }
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]);
    let label = format!("installing {TARGET}");
    Ok(progress::attempt(&label, &mut add)?.is_none())
}
