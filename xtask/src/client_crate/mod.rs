//! What `crates/cognito` promises to those who use it as a published crate.

mod msrv;
mod no_std;
mod package;
mod semver;
pub mod sizes;

use std::fs;

pub use msrv::msrv;
pub use no_std::no_std;
pub use package::package;
pub use semver::semver;

use crate::{
    failure::{Failure, Result},
    workspace::Workspace,
};

const PACKAGE: &str = "cognito-user-pool";
const FOLDER: &str = "crates/cognito";

/// The value of a line `name = "value"` of the crate's manifest.
fn manifest_value(workspace: &Workspace, name: &str) -> Result<String> {
    let path = workspace.root.join(FOLDER).join("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
    value_in(&text, name).ok_or_else(|| {
        Failure::new(format!(
            "{FOLDER}/Cargo.toml has no line `{name} = \"…\"` of its own: write one."
        ))
    })
}

fn value_in(manifest: &str, name: &str) -> Option<String> {
    manifest.lines().find_map(|line| {
        let value = line.strip_prefix(name)?.strip_prefix(" = \"")?;
        Some(value.split_once('"')?.0.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifests_own_lines_are_read() {
        let manifest = "version = \"0.2.0\"\nrust-version = \"1.88\" # why\nedition.workspace = true\n\
                        [dependencies]\nzeroize = \"1\"\n";
        assert_eq!(value_in(manifest, "version").as_deref(), Some("0.2.0"));
        assert_eq!(value_in(manifest, "rust-version").as_deref(), Some("1.88"));
        assert_eq!(value_in(manifest, "edition"), None);
    }
}
