//! A Rust that compiles for the browser.
//!
//! The user's own toolchain does if it has the `wasm32-unknown-unknown` target, or if rustup can add it. Where rustup's
//! servers are out of reach, Debian's packages give a compiler, the standard library's source and a linker; the library
//! for the browser is built from that source, which takes under a minute. The result is a folder with a `bin/rustc` that
//! is used for WASM alone: everything else stays with the user's toolchain.

use std::{
    env, fmt, fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use super::apt;
use crate::{
    failure::{Failure, Result},
    process, progress,
    workspace::{self, Workspace},
};

/// The browser's target.
pub const TARGET: &str = "wasm32-unknown-unknown";
const FOLDER: &str = "wasm32";
/// Debian's Rust as it is kept current for its browsers.
const PACKAGES: &[&str] = &["rustc-web", "rust-web-src", "lld-19"];
/// Set to anything, it keeps rustup out: a machine without rustup's servers can so be tried anywhere.
const NO_RUSTUP: &str = "XTASK_NO_RUSTUP";

/// Where the compiler for the browser is from.
#[derive(Clone, Debug)]
pub enum Wasm32 {
    /// The user's toolchain has the target.
    Toolchain,
    /// A compiler was put together from Debian's packages: this is its `rustc`.
    Sysroot(PathBuf),
}

impl fmt::Display for Wasm32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toolchain => f.write_str("part of the Rust toolchain"),
            Self::Sysroot(rustc) => write!(
                f,
                "built from Debian's source, compiler {}",
                rustc.display()
            ),
        }
    }
}

/// A compiler that has the target.
pub fn find(workspace: &Workspace) -> Option<Wasm32> {
    if env::var_os(NO_RUSTUP).is_none() && toolchain_has_target() {
        return Some(Wasm32::Toolchain);
    }
    let folder = workspace.tools.join(FOLDER);
    let rustc = folder.join("bin/rustc");
    // An upgrade of Debian's compiler makes the library that the old one built unreadable.
    let built_by = fs::read_to_string(folder.join("built-by")).ok()?;
    (described(&rustc).ok()? == built_by).then_some(Wasm32::Sysroot(rustc))
}

fn toolchain_has_target() -> bool {
    let asked = process::output(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]));
    asked.is_ok_and(|folder| has_library(Path::new(folder.trim())))
}

fn has_library(folder: &Path) -> bool {
    let Ok(entries) = folder.read_dir() else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd") && name.ends_with(".rlib")
    })
}

fn described(rustc: &Path) -> Result<String> {
    process::output(Command::new(rustc).arg("-vV"))
}

/// Adds the target to the toolchain, or puts a compiler together.
pub fn install(workspace: &Workspace) -> Result<Wasm32> {
    let by_rustup = add_by_rustup();
    let Err(rustup) = by_rustup else {
        return Ok(Wasm32::Toolchain);
    };
    put_together(workspace).map(Wasm32::Sysroot).map_err(|debian| {
        Failure::new(format!(
            "No Rust compiler for the browser ({TARGET}) can be had. rustup: {rustup}. Debian's packages: {debian}"
        ))
    })
}

fn add_by_rustup() -> std::result::Result<(), &'static str> {
    if env::var_os(NO_RUSTUP).is_some() {
        return Err("switched off by XTASK_NO_RUSTUP");
    }
    if workspace::on_path("rustup").is_none() {
        return Err("not installed (get it from https://rustup.rs)");
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]);
    match progress::attempt("adding the wasm32 target", &mut rustup) {
        Ok(None) if toolchain_has_target() => Ok(()),
        _ => Err("its servers are out of reach"),
    }
}

/// Unpacks Debian's compiler below `target/tools`, and builds the standard library for the browser with it.
fn put_together(workspace: &Workspace) -> Result<PathBuf> {
    if !apt::is_here() {
        return Err(Failure::new("this is no Debian."));
    }
    let part = workspace.tools.join(format!("{FOLDER}.part"));
    workspace::remove_dir(&part)?;
    if let Err(failure) = fill(&part) {
        workspace::remove_dir(&part)?;
        return Err(failure);
    }
    let folder = workspace.tools.join(FOLDER);
    workspace::rename(&part, &folder)?;
    Ok(folder.join("bin/rustc"))
}

fn fill(part: &Path) -> Result {
    let debian = part.join("debian");
    apt::unpack("Debian's Rust", PACKAGES, &debian)?;
    let layout = Layout::find(part)?;
    layout.write(part)?;
    build_library(part, &layout)?;
    // A release builds the library once more, in its own way.
    let source = part.join("sysroot/lib/rustlib/src/rust/library");
    if let Some(folder) = source.parent() {
        workspace::create_dir(folder)?;
    }
    let library = layout.source.join("library");
    if library.starts_with(part) {
        workspace::rename(&library, &source)?;
    } else {
        link(&library, &source)?;
    }
    // Most of what was unpacked is more source, which is not needed any more.
    workspace::remove_dir(&debian.join("usr/src"))?;
    workspace::remove_dir(&debian.join("usr/share"))?;
    workspace::write(&part.join("built-by"), &described(&part.join("bin/rustc"))?)
}

/// Where the parts are: below `debian` if they were unpacked, else where the system has them.
struct Layout {
    rustc: PathBuf,
    /// Rust's source.
    source: PathBuf,
    linker: PathBuf,
    /// The standard library for this machine (build scripts and macros need it).
    host_library: PathBuf,
    /// This machine's name in Rust's terms.
    host: String,
    /// Shared libraries that were unpacked.
    shared: Vec<PathBuf>,
}

impl Layout {
    fn find(part: &Path) -> Result<Self> {
        let unpacked = part.join("debian");
        let pick = |inside: &str| {
            let own = unpacked.join(inside);
            let path = if own.exists() {
                own
            } else {
                Path::new("/").join(inside)
            };
            if path.exists() {
                Ok(path)
            } else {
                Err(Failure::new(format!("there is no {inside} in them.")))
            }
        };
        let rustc = pick("usr/bin/rustc")?;
        let shared: Vec<PathBuf> = ["usr/lib", "lib"]
            .iter()
            .filter_map(|folder| unpacked.join(folder).read_dir().ok())
            .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
            // `x86_64-linux-gnu` and the like
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().contains("-linux-"))
            })
            .collect();
        let mut ask = Command::new(&rustc);
        ask.arg("-vV").env("LD_LIBRARY_PATH", library_path(&shared));
        let said = process::output(&mut ask)?;
        let field = |name: &str| {
            said.lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::to_owned)
        };
        let (Some(host), Some(release)) = (field("host: "), field("release: ")) else {
            return Err(Failure::new("their rustc does not say its version."));
        };
        Ok(Self {
            source: pick(&format!("usr/src/rustc-{release}"))?,
            linker: pick("usr/lib/llvm-19/bin/lld")?,
            host_library: pick(&format!("usr/lib/rustlib/{host}/lib"))?,
            rustc,
            host,
            shared,
        })
    }

    /// Lays out what a toolchain looks like: `bin/rustc` and `sysroot/lib/rustlib`.
    fn write(&self, part: &Path) -> Result {
        let rustlib = part.join("sysroot/lib/rustlib");
        let host = rustlib.join(&self.host);
        let bin = part.join("bin");
        for folder in [&bin, &host.join("bin"), &rustlib.join(TARGET).join("lib")] {
            workspace::create_dir(folder)?;
        }
        // The whole folder is moved when it is done, so paths inside of it are relative.
        link(&relative(part, &self.host_library, 4), &host.join("lib"))?;
        link(&relative(part, &self.linker, 5), &host.join("bin/rust-lld"))?;
        let here = "${0%/*}/..";
        let in_script = |path: &Path| match path.strip_prefix(part) {
            Ok(inside) => format!("{here}/{}", inside.display()),
            Err(_) => path.display().to_string(),
        };
        let shared: Vec<String> = self.shared.iter().map(|path| in_script(path)).collect();
        let script = format!(
            "#!/bin/sh\n\
             # Debian's compiler with a standard library for the browser.\n\
             LD_LIBRARY_PATH=\"{}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\" \\\n\
             exec \"{}\" --sysroot \"{here}/sysroot\" \"$@\"\n",
            shared.join(":"),
            in_script(&self.rustc),
        );
        let rustc = bin.join("rustc");
        workspace::write(&rustc, &script)?;
        fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755))
            .map_err(|error| Failure::file("make a program of", &rustc, &error))
    }
}

fn library_path(folders: &[PathBuf]) -> std::ffi::OsString {
    env::join_paths(folders).unwrap_or_default()
}

/// `path` as seen from `depth` folders below `part`, if it lies in it.
fn relative(part: &Path, path: &Path, depth: usize) -> PathBuf {
    match path.strip_prefix(part) {
        Ok(inside) => Path::new(&"../".repeat(depth)).join(inside),
        Err(_) => path.to_path_buf(),
    }
}

fn link(to: &Path, at: &Path) -> Result {
    symlink(to, at).map_err(|error| Failure::file("create the link", at, &error))
}

/// Builds the standard library for the browser and puts it where the compiler looks for it.
fn build_library(part: &Path, layout: &Layout) -> Result {
    let build = part.join("build");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--target", TARGET])
        .current_dir(layout.source.join("library/sysroot"))
        .env("RUSTC", part.join("bin/rustc"))
        // The library is written in what only its own compiler allows.
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "RUSTFLAGS",
            "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes",
        )
        .env("CARGO_TARGET_DIR", &build)
        .env_remove("RUSTC_WRAPPER");
    progress::run("building Rust's library for the browser", &mut cargo)?;
    let (built, library) = (
        build.join(TARGET).join("release/deps"),
        part.join("sysroot/lib/rustlib").join(TARGET).join("lib"),
    );
    let entries = built
        .read_dir()
        .map_err(|error| Failure::file("read", &built, &error))?;
    for file in entries.flatten().map(|entry| entry.path()) {
        if let (Some(name), Some("rlib")) =
            (file.file_name(), file.extension().and_then(|e| e.to_str()))
        {
            fs::copy(&file, library.join(name))
                .map_err(|error| Failure::file("copy", &file, &error))?;
        }
    }
    if !has_library(&library) {
        return Err(Failure::new("the library that was built lacks std."));
    }
    workspace::remove_dir(&build)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_right_when_the_folder_moves() {
        let part = Path::new("/w/target/tools/wasm32.part");
        let inside = part.join("debian/usr/lib/llvm-19/bin/lld");
        assert_eq!(
            relative(part, &inside, 2),
            Path::new("../../debian/usr/lib/llvm-19/bin/lld")
        );
        assert_eq!(
            relative(part, Path::new("/usr/lib/lld"), 2),
            Path::new("/usr/lib/lld")
        );
    }

    #[test]
    fn a_folder_without_std_is_no_library() {
        assert!(!has_library(Path::new("/no/such/folder")));
        assert!(!has_library(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }
}
