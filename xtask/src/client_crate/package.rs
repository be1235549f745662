//! The crate's documentation, and what would be published.

use super::PACKAGE;
use crate::{
    failure::{self, Result},
    progress,
    test::{Context, Outcome},
};

/// What `cargo publish --dry-run` always warns of.
const EXPECTED: &str = "aborting upload due to dry run";

/// Builds the documentation as docs.rs does and packs the crate as for publishing; a warning of either is a failure.
pub fn package(context: &Context) -> Result<Outcome> {
    let mut doc = context.tools.command("cargo");
    doc.args(["doc", "--package", PACKAGE, "--all-features", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings");
    progress::run("writing the crate's documentation", &mut doc)?;

    let mut publish = context.tools.command("cargo");
    publish
        .args(["publish", "--dry-run", "--allow-dirty", "--all-features"])
        .args(["--package", PACKAGE]);
    let (success, output) = progress::capture("packing the crate", &mut publish)?;
    Ok(if !success {
        match failure::cause(&output) {
            Some(cause) => Outcome::Skipped(cause.to_string()),
            None => {
                progress::say(&output);
                Outcome::Failed("the crate cannot be published, see above".to_owned())
            }
        }
    } else if let Some(warning) = warning_in(&output) {
        Outcome::Failed(format!("publishing warns: {warning}"))
    } else {
        Outcome::Passed(packed(&output).unwrap_or_default().to_owned())
    })
}

fn warning_in(output: &str) -> Option<&str> {
    output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("warning: "))
        .find(|warning| *warning != EXPECTED)
}

/// As in `Packaged 57 files, 533.7KiB (143.9KiB compressed)`.
fn packed(output: &str) -> Option<&str> {
    output
        .lines()
        .find_map(|line| line.trim().strip_prefix("Packaged "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_seen_but_for_the_one_that_always_comes() {
        let output = "   Packaging x\n    Packaged 57 files, 5KiB (1KiB compressed)\n\
                      warning: aborting upload due to dry run\n";
        assert_eq!(warning_in(output), None);
        assert_eq!(packed(output), Some("57 files, 5KiB (1KiB compressed)"));
        let output = format!("warning: ignoring test `y` as it is not included\n{output}");
        assert_eq!(
            warning_in(&output),
            Some("ignoring test `y` as it is not included")
        );
    }
}
