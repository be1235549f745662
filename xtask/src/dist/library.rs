//! Rust's library, built along with the app.
//!
//! The one that comes with the compiler keeps the words and places of every panic. A page has no use for them: what ends it
//! is told by `static/boot.js`. Without them, and made for size, the app is a tenth smaller.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    process, progress,
    tools::{TARGET, Tools},
};

/// Has Trunk's `command` build the library too, if its source can be had. Without it the app is the same, and larger.
pub fn build_too(tools: &Tools, command: &mut Command) {
    if !has_source(tools) && !add_source(tools) {
        progress::say(
            "Rust's source cannot be had (rustup component add rust-src): the app is built with the compiler's own \
             library and gets a tenth larger.",
        );
        return;
    }
    let flags = format!(
        "CARGO_TARGET_{}_RUSTFLAGS",
        TARGET.replace('-', "_").to_uppercase()
    );
    command
        // Building the library is no stable feature of cargo's.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
        .env(
            flags,
            // The names of functions are for `cargo xtask size` and the order of the functions, and are not shipped. Of what is
            // inlined a little more than `opt-level = "z"` does, the code is smaller, and has a tenth fewer functions.
            "-Zunstable-options -Cpanic=immediate-abort -Csymbol-mangling-version=v0 -Cllvm-args=-inline-threshold=15",
        );
}

/// Whether the library can be built.
pub fn has_source(tools: &Tools) -> bool {
    let mut rustc = tools.rustc();
    rustc.args(["--print", "sysroot"]);
    process::output(&mut rustc).is_ok_and(|sysroot| {
        Path::new(sysroot.trim())
            .join("lib/rustlib/src/rust/library/Cargo.lock")
            .is_file()
    })
}

fn add_source(tools: &Tools) -> bool {
    if !tools.wasm32_is_of_the_toolchain() {
        return false;
    }
    let mut rustup = Command::new("rustup");
    rustup
        .args(["component", "add", "rust-src"])
        .stdin(Stdio::null());
    matches!(
        progress::attempt("adding Rust's source", &mut rustup),
        Ok(None)
    ) && has_source(tools)
}
