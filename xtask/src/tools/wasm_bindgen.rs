//! wasm-bindgen's command line and the test runner that comes with it.

use super::{
    program::{self, Program},
    release::{self, Machine},
};
use crate::{
    failure::Result,
    workspace::{self, Workspace},
};

/// wasm-bindgen, with its test runner, at the version of the library: others refuse the module.
pub fn find(workspace: &Workspace) -> Result<Option<Program>> {
    let version = workspace.locked_version("wasm-bindgen")?;
    let on_path = Program::on_path("wasm-bindgen", |found| found == version)
        .filter(|_| workspace::on_path("wasm-bindgen-test-runner").is_some());
    Ok(on_path.or_else(|| kept(workspace, &version)))
}

fn kept(workspace: &Workspace, version: &str) -> Option<Program> {
    Program::kept(
        workspace.tools.join(format!("wasm-bindgen-{version}/bin")),
        "wasm-bindgen",
        version,
    )
}

/// Installs wasm-bindgen and its test runner.
pub fn install(workspace: &Workspace) -> Result<Program> {
    let version = workspace.locked_version("wasm-bindgen")?;
    program::install_first(
        workspace,
        &format!("wasm-bindgen-{version}"),
        "bin/wasm-bindgen",
        &version,
        |folder| release::unpack("wasm-bindgen", &url(&version)?, 1, &folder.join("bin")),
        // Not `--locked`: its lock file may name versions that were withdrawn.
        |folder| {
            program::from_source(
                workspace,
                "wasm-bindgen",
                "wasm-bindgen-cli",
                &version,
                // It runs after each edit: optimized a little it takes a quarter of the time.
                &["--config", "profile.release.opt-level=1"],
                folder,
            )
        },
    )?;
    kept(workspace, &version).ok_or_else(|| program::vanished("wasm-bindgen"))
}

fn url(version: &str) -> Result<String> {
    let machine = match Machine::this() {
        Some(Machine::LinuxX86) => "x86_64-unknown-linux-musl",
        Some(Machine::LinuxArm) => "aarch64-unknown-linux-gnu",
        Some(Machine::MacX86) => "x86_64-apple-darwin",
        Some(Machine::MacArm) => "aarch64-apple-darwin",
        None => return Err(release::none_for_this_machine()),
    };
    let page = format!("https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}");
    Ok(format!("{page}/wasm-bindgen-{version}-{machine}.tar.gz"))
}
