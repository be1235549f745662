//! The programs that building and testing need: each is taken from `PATH` if its version will do, else from the folder of
//! tools (`target/tools`), else installed into that folder, ready-made where it can be had and from source where not.

mod apt;
mod browser;
mod deny;
mod firefox;
mod fuzzer;
mod nginx;
mod program;
mod release;
mod semver_checks;
mod trunk;
mod wasm32;
mod wasm_bindgen;
mod wasm_opt;
mod wasm_split;
mod webkit;

use std::{collections::BTreeMap, env, ffi::OsString, fmt, path::Path, process::Command, thread};

pub use browser::Browser;
pub use firefox::Firefox;
pub use program::Program;
pub use wasm32::TARGET;
pub use wasm32::Wasm32;
pub use webkit::WebKit;

use crate::{
    failure::{Failure, Result},
    progress,
    workspace::{self, Workspace},
};

/// Something that a chore cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// Rust's standard library for the browser.
    Wasm32,
    /// Builds the app and serves it while it is worked on.
    Trunk,
    /// Makes the bridge between WASM and JavaScript, at the very version of the library in `Cargo.lock`.
    WasmBindgen,
    /// Makes WASM smaller.
    WasmOpt,
    /// Takes WASM apart.
    WasmSplit,
    /// Chromium and its driver.
    Browser,
    /// Firefox and its driver.
    Firefox,
    /// WebKitGTK's small browser, its driver and a display.
    WebKit,
    /// Holds dependencies to the project's rules.
    Deny,
    /// Compares a crate's public API with an older one.
    SemverChecks,
    /// Serves the release as a server of one's own does.
    Nginx,
    /// Makes inputs by what earlier ones reached.
    Fuzzer,
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wasm32 => "the wasm32 target",
            Self::Trunk => "Trunk",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmOpt => "wasm-opt",
            Self::WasmSplit => "wasm-split",
            Self::Browser => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKitGTK",
            Self::Deny => "cargo-deny",
            Self::SemverChecks => "semver-checks",
            Self::Nginx => "nginx",
            Self::Fuzzer => "cargo-fuzz",
        })
    }
}

/// A tool, ready for use.
#[derive(Clone, Debug)]
enum Found {
    Program(Program),
    Wasm32(Wasm32),
    Browser(Browser),
    Firefox(Firefox),
    WebKit(WebKit),
}

/// The tools that were asked for.
pub struct Tools {
    workspace: Workspace,
    found: BTreeMap<Tool, Result<Found>>,
}

impl Tools {
    /// Finds these tools and installs those that are missing. What could not be had is told by [`Tools::require`].
    pub fn prepare(workspace: &Workspace, wanted: &[Tool]) -> Result<Self> {
        workspace::create_dir(&workspace.tools)?;
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        for &tool in wanted {
            match find(workspace, tool)? {
                Some(tool_found) => {
                    found.insert(tool, Ok(tool_found));
                }
                None if missing.contains(&tool) => {}
                None => missing.push(tool),
            }
        }
        if !missing.is_empty() {
            found.extend(install_all(workspace, &missing)?);
        }
        Ok(Self {
            workspace: workspace.clone(),
            found,
        })
    }

    /// Fails with the reason if one of these could not be had.
    pub fn require(&self, wanted: &[Tool]) -> Result {
        wanted
            .iter()
            .try_for_each(|tool| self.get(*tool).map(|_| ()))
    }

    fn get(&self, tool: Tool) -> Result<&Found> {
        match self.found.get(&tool) {
            Some(Ok(found)) => Ok(found),
            Some(Err(failure)) => Err(failure.clone()),
            None => Err(Failure::new(format!(
                "{tool} was not looked for: this is a fault of xtask."
            ))),
        }
    }

    /// The file of a tool that is one program.
    pub fn program(&self, tool: Tool) -> Result<&Path> {
        match self.get(tool)? {
            Found::Program(program) => Ok(&program.path),
            _ => Err(Failure::new(format!(
                "{tool} is more than a program: this is a fault of xtask."
            ))),
        }
    }

    /// Chromium and its driver.
    pub fn browser(&self) -> Result<&Browser> {
        match self.get(Tool::Browser)? {
            Found::Browser(browser) => Ok(browser),
            _ => Err(Failure::new("Chromium was mixed up with another tool.")),
        }
    }

    /// Firefox and its driver.
    pub fn firefox(&self) -> Result<&Firefox> {
        match self.get(Tool::Firefox)? {
            Found::Firefox(firefox) => Ok(firefox),
            _ => Err(Failure::new("Firefox was mixed up with another tool.")),
        }
    }

    /// WebKitGTK's browser, driver and display.
    pub fn webkit(&self) -> Result<&WebKit> {
        match self.get(Tool::WebKit)? {
            Found::WebKit(webkit) => Ok(webkit),
            _ => Err(Failure::new("WebKitGTK was mixed up with another tool.")),
        }
    }

    /// Whether WASM is built by the user's own toolchain (and not by the one that this program put together).
    pub fn wasm32_is_of_the_toolchain(&self) -> bool {
        matches!(self.get(Tool::Wasm32), Ok(Found::Wasm32(Wasm32::Toolchain)))
    }

    /// A command that finds the tools on its `PATH`, and that runs in the repository's root.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.workspace.root)
            .env("PATH", self.path());
        command
    }

    /// A command that builds for the browser: like [`Tools::command`], with the compiler that can do it.
    pub fn wasm_command(&self, program: &str) -> Command {
        let mut command = self.command(program);
        if let Ok(Found::Wasm32(Wasm32::Sysroot(rustc))) = self.get(Tool::Wasm32) {
            command
                .env("RUSTC", rustc)
                // Two compilers that took turns in one folder would each build everything anew.
                .env("CARGO_TARGET_DIR", self.workspace.target.join("wasm32"))
                .env_remove("RUSTC_WRAPPER");
        }
        command
    }

    /// The compiler that builds for the browser.
    pub fn rustc(&self) -> Command {
        match self.get(Tool::Wasm32) {
            Ok(Found::Wasm32(Wasm32::Sysroot(rustc))) => self.command(&rustc.to_string_lossy()),
            _ => self.command("rustc"),
        }
    }

    /// The tools' `PATH`, after a folder that is looked into before all others.
    pub fn path_after(&self, first: &Path) -> OsString {
        let path = self.path();
        let folders = std::iter::once(first.to_owned()).chain(env::split_paths(&path));
        env::join_paths(folders).unwrap_or(path)
    }

    fn path(&self) -> OsString {
        let folders = self.found.values().filter_map(|found| match found {
            Ok(Found::Program(program)) => program.folder.clone(),
            _ => None,
        });
        let path = env::var_os("PATH").unwrap_or_default();
        // Only a folder with a colon in its name cannot be joined; then the tools on `PATH` have to do.
        env::join_paths(folders.chain(env::split_paths(&path))).unwrap_or(path)
    }

    /// What was found where, a line each.
    pub fn list(&self) -> Vec<String> {
        self.found
            .iter()
            .map(|(tool, found)| match found {
                Ok(Found::Program(program)) => {
                    format!(
                        "{:<18} {:<10} {}",
                        tool.to_string(),
                        program.version,
                        program.path.display()
                    )
                }
                Ok(Found::Wasm32(wasm32)) => format!("{:<18} {wasm32}", tool.to_string()),
                Ok(Found::Browser(browser)) => format!("{:<18} {browser}", tool.to_string()),
                Ok(Found::Firefox(firefox)) => format!("{:<18} {firefox}", tool.to_string()),
                Ok(Found::WebKit(webkit)) => format!("{:<18} {webkit}", tool.to_string()),
                Err(failure) => format!("{:<18} missing: {failure}", tool.to_string()),
            })
            .collect()
    }
}

fn find(workspace: &Workspace, tool: Tool) -> Result<Option<Found>> {
    Ok(match tool {
        Tool::Wasm32 => wasm32::find(workspace).map(Found::Wasm32),
        Tool::Trunk => trunk::find(workspace).map(Found::Program),
        Tool::WasmBindgen => wasm_bindgen::find(workspace)?.map(Found::Program),
        Tool::WasmOpt => wasm_opt::find(workspace).map(Found::Program),
        Tool::WasmSplit => wasm_split::find(workspace).map(Found::Program),
        Tool::Browser => browser::find().map(Found::Browser),
        Tool::Firefox => firefox::find(workspace).map(Found::Firefox),
        Tool::WebKit => webkit::find().map(Found::WebKit),
        Tool::Deny => deny::find(workspace).map(Found::Program),
        Tool::SemverChecks => semver_checks::find(workspace).map(Found::Program),
        Tool::Nginx => nginx::find(workspace).map(Found::Program),
        Tool::Fuzzer => fuzzer::find(workspace).map(Found::Program),
    })
}

fn install(workspace: &Workspace, tool: Tool) -> Result<Found> {
    match tool {
        Tool::Wasm32 => wasm32::install(workspace).map(Found::Wasm32),
        Tool::Trunk => trunk::install(workspace).map(Found::Program),
        Tool::WasmBindgen => wasm_bindgen::install(workspace).map(Found::Program),
        Tool::WasmOpt => wasm_opt::install(workspace).map(Found::Program),
        Tool::WasmSplit => wasm_split::install(workspace).map(Found::Program),
        Tool::Browser => browser::install().map(Found::Browser),
        Tool::Firefox => firefox::install(workspace).map(Found::Firefox),
        Tool::WebKit => webkit::install().map(Found::WebKit),
        Tool::Deny => deny::install(workspace).map(Found::Program),
        Tool::SemverChecks => semver_checks::install(workspace).map(Found::Program),
        Tool::Nginx => nginx::install(workspace).map(Found::Program),
        Tool::Fuzzer => fuzzer::install(workspace).map(Found::Program),
    }
}

/// Installs side by side: some wait for the network while others keep the processor busy.
fn install_all(workspace: &Workspace, missing: &[Tool]) -> Result<BTreeMap<Tool, Result<Found>>> {
    let names: Vec<String> = missing.iter().map(Tool::to_string).collect();
    progress::say(&format!(
        "Installing {} (this once; seconds if ready-made, else about 5 minutes on two cores) …",
        names.join(", ")
    ));
    workspace::require_space(&workspace.tools, 3000)?;
    Ok(thread::scope(|scope| {
        let running: Vec<_> = missing
            .iter()
            .map(|&tool| (tool, scope.spawn(move || install(workspace, tool))))
            .collect();
        running
            .into_iter()
            .map(|(tool, thread)| {
                let found = thread.join().unwrap_or_else(|_| {
                    Err(Failure::new(format!(
                        "Installing {tool} broke off: run again."
                    )))
                });
                (tool, found)
            })
            .collect()
    }))
}
