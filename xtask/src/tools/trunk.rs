//! Trunk.

use super::{
    program::{self, Program},
    release::{self, Machine},
};
use crate::{failure::Result, workspace::Workspace};

const VERSION: &str = "0.22.1";
const FOLDER: &str = "trunk-0.22.1";

/// Trunk of the version that this project is made for: its options and its output change between minor versions.
pub fn find(workspace: &Workspace) -> Option<Program> {
    Program::on_path("trunk", |version| version.starts_with("0.22.")).or_else(|| kept(workspace))
}

fn kept(workspace: &Workspace) -> Option<Program> {
    let folder = workspace.tools.join(FOLDER);
    Program::kept(folder.join("bin"), "trunk", VERSION)
}

/// Installs Trunk.
pub fn install(workspace: &Workspace) -> Result<Program> {
    program::install_first(
        workspace,
        FOLDER,
        "bin/trunk",
        VERSION,
        |folder| release::unpack("Trunk", &url()?, 0, &folder.join("bin")),
        |folder| {
            let arguments = [
                "--locked",
                "--ignore-rust-version",
                "--no-default-features",
                "--features",
                "rustls",
            ];
            program::from_source(workspace, "Trunk", "trunk", VERSION, &arguments, folder)
        },
    )?;
    kept(workspace).ok_or_else(|| program::vanished("Trunk"))
}

fn url() -> Result<String> {
    let machine = match Machine::this() {
        Some(Machine::LinuxX86) => "x86_64-unknown-linux-musl",
        Some(Machine::LinuxArm) => "aarch64-unknown-linux-musl",
        Some(Machine::MacX86) => "x86_64-apple-darwin",
        Some(Machine::MacArm) => "aarch64-apple-darwin",
        None => return Err(release::none_for_this_machine()),
    };
    Ok(format!(
        "https://github.com/trunk-rs/trunk/releases/download/v{VERSION}/trunk-{machine}.tar.gz"
    ))
}
