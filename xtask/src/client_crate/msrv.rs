//! The oldest Rust that the crate builds with.

use std::process::Command;

use super::{PACKAGE, manifest_value};
use crate::{
    failure::Result,
    process, progress,
    test::{Context, Outcome},
    workspace::{self, Workspace},
};

/// Builds the crate by its `rust-version`, bare and with all features. Tests are left out: what they use may ask for more.
pub fn msrv(context: &Context) -> Result<Outcome> {
    let workspace = &context.workspace;
    let version = manifest_value(workspace, "rust-version")?;
    if let Err(why) = have_toolchain(&version)? {
        return Ok(Outcome::Skipped(why));
    }
    for features in ["--no-default-features", "--all-features"] {
        let label = format!("building with Rust {version} and {features}");
        if let Some(output) = progress::attempt(&label, &mut build(workspace, &version, features))?
        {
            progress::say(&output);
            return Ok(Outcome::Failed(format!(
                "{PACKAGE} does not build with Rust {version} and {features}, see above"
            )));
        }
    }
    Ok(Outcome::Passed(format!("Rust {version}")))
}

fn build(workspace: &Workspace, version: &str, features: &str) -> Command {
    let mut cargo = Command::new("rustup");
    cargo
        .args(["run", version, "cargo", "check", "--lib"])
        .args(["--package", PACKAGE, features])
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", workspace.target.join("msrv"))
        .env("RUSTFLAGS", "-D warnings")
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTDOC");
    cargo
}

/// Installs the toolchain if it is not there. The inner result says why there is none.
fn have_toolchain(version: &str) -> Result<std::result::Result<(), String>> {
    if workspace::on_path("rustup").is_none() {
        return Ok(Err(format!("no rustup to have Rust {version} from")));
    }
    let installed = process::output(Command::new("rustup").args(["toolchain", "list"]))?;
    if is_installed(&installed, version) {
        return Ok(Ok(()));
    }
    let mut install = Command::new("rustup");
    install.args(["toolchain", "install", version]).args([
        "--profile",
        "minimal",
        "--no-self-update",
    ]);
    let label = format!("installing Rust {version}");
    Ok(match progress::attempt(&label, &mut install)? {
        None => Ok(()),
        Some(_) => Err(format!("Rust {version} cannot be installed")),
    })
}

/// Whether rustup's list has `version` itself, as in `1.88-x86_64-unknown-linux-gnu`.
fn is_installed(list: &str, version: &str) -> bool {
    list.lines().any(|line| {
        line.strip_prefix(version)
            .is_some_and(|rest| rest.starts_with(['-', ' ']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_version_counts_as_installed() {
        let list = "stable-x86_64-unknown-linux-gnu (active, default)\n1.88.1-x86_64-unknown-linux-gnu\n\
                    1.95-x86_64-unknown-linux-gnu\n";
        assert!(is_installed(list, "1.95"));
        assert!(!is_installed(list, "1.88"));
        assert!(!is_installed(list, "1.9"));
    }
}
