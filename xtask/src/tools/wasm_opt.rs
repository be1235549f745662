//! wasm-opt, of Binaryen.

use std::process::Command;

use super::{
    program::{self, Program},
    release::{self, Machine},
};
use crate::{
    failure::{Failure, Result},
    progress,
    workspace::{self, Workspace},
};

/// Older ones (Debian's among them) misread today's modules: some fail, some write a module that fails in the browser.
const OLDEST: u32 = 120;
const VERSION: &str = "132";
const NPM_FOLDER: &str = "binaryen-npm-132";
const FOLDER: &str = "binaryen-132";
const NPM_BIN: &str = "node_modules/.bin";

/// A wasm-opt that is new enough.
pub fn find(workspace: &Workspace) -> Option<Program> {
    Program::on_path("wasm-opt", |version| {
        program::major(version).is_some_and(|major| major >= OLDEST)
    })
    .or_else(|| kept(workspace))
}

fn kept(workspace: &Workspace) -> Option<Program> {
    let of_npm = || {
        // Node runs it.
        workspace::on_path("node")?;
        Program::kept(
            workspace.tools.join(NPM_FOLDER).join(NPM_BIN),
            "wasm-opt",
            VERSION,
        )
    };
    Program::kept(
        workspace.tools.join(FOLDER).join("bin"),
        "wasm-opt",
        VERSION,
    )
    .or_else(of_npm)
}

/// Installs wasm-opt.
pub fn install(workspace: &Workspace) -> Result<Program> {
    let from_npm = if workspace::on_path("npm").is_some() && workspace::on_path("node").is_some() {
        let wasm_opt = format!("{NPM_BIN}/wasm-opt");
        program::place(workspace, NPM_FOLDER, &wasm_opt, VERSION, |folder| {
            let mut npm = Command::new("npm");
            npm.args([
                "install",
                "--no-audit",
                "--no-fund",
                "--no-save",
                "--ignore-scripts",
                "--fetch-retries=1",
                "--fetch-retry-mintimeout=2000",
                "--prefix",
            ])
            .arg(folder)
            .arg(format!("binaryen@{VERSION}.0.0"))
            .current_dir(folder);
            match progress::attempt("installing wasm-opt", &mut npm)? {
                None => Ok(()),
                Some(_) => Err(Failure::new("npm cannot install binaryen")),
            }
        })
    } else {
        Err(Failure::new("there is no npm"))
    };
    if let Err(npm) = from_npm {
        program::place(workspace, FOLDER, "bin/wasm-opt", VERSION, |folder| {
            release::unpack("wasm-opt", &url()?, 1, folder)
        })
        .map_err(|release| {
            Failure::new(format!(
                "wasm-opt cannot be had ({npm}; {release}): install Node.js with npm, or Binaryen {OLDEST} or newer, \
                 then run again."
            ))
        })?;
    }
    kept(workspace).ok_or_else(|| program::vanished("wasm-opt"))
}

fn url() -> Result<String> {
    let machine = match Machine::this() {
        Some(Machine::LinuxX86) => "x86_64-linux",
        Some(Machine::LinuxArm) => "aarch64-linux",
        Some(Machine::MacX86) => "x86_64-macos",
        Some(Machine::MacArm) => "arm64-macos",
        None => return Err(release::none_for_this_machine()),
    };
    let page =
        format!("https://github.com/WebAssembly/binaryen/releases/download/version_{VERSION}");
    Ok(format!(
        "{page}/binaryen-version_{VERSION}-{machine}.tar.gz"
    ))
}
