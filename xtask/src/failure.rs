//! What a chore says when it cannot go on: one line, with what is wrong and what to do.

use std::{fmt, io, path::Path};

/// A reason to stop, worded for the person at the terminal.
#[derive(Clone, Debug)]
pub struct Failure(String);

/// The outcome of a chore.
pub type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure with this sentence; it should end with what to do about it.
    pub fn new(line: impl Into<String>) -> Self {
        Self(line.into())
    }

    /// `what` could not be done to `path`. A full disk and missing rights get their own advice.
    pub fn file(what: &str, path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        Self(match error.kind() {
            io::ErrorKind::StorageFull => {
                format!(
                    "No space left on the disk to {what} {path}: free some room, then run again."
                )
            }
            io::ErrorKind::PermissionDenied => {
                format!("No permission to {what} {path}: make it yours, then run again.")
            }
            _ => format!("Could not {what} {path}: {error}."),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What commonly lies behind a failed command, read from what the command printed.
///
/// Returns a line for the causes that are not the code's fault (no disk, no network), else nothing.
pub fn cause(output: &str) -> Option<Failure> {
    const DISK: &[&str] = &["No space left on device", "os error 28", "ENOSPC"];
    const NETWORK: &[&str] = &[
        "Could not resolve host",
        "Couldn't resolve host",
        "Could not connect to server",
        "Couldn't connect to server",
        "failed to download from",
        "failed to fetch `",
        "spurious network error",
        "but --offline was specified",
        "Temporary failure in name resolution",
        "Temporary failure resolving",
        "error sending request",
        "could not download file",
        "download of config.json failed",
        "ENOTFOUND",
        "ECONNREFUSED",
        "EAI_AGAIN",
        "ETIMEDOUT",
    ];
    let has = |signs: &[&str]| signs.iter().any(|sign| output.contains(sign));
    if has(DISK) {
        Some(Failure::new(
            "No space left on the disk: free some room (a first run takes about 5 GB under target/), then run again.",
        ))
    } else if has(NETWORK) {
        Some(Failure::new(
            "The network, or a package registry, cannot be reached: check the connection (or proxy), then run again; \
             what was already downloaded is kept.",
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_disk_and_missing_network_are_told_apart_from_faults_of_the_code() {
        let line = |output| cause(output).map(|failure| failure.to_string());
        assert!(
            line("error: failed to write `x`\n  No space left on device (os error 28)")
                .unwrap()
                .starts_with("No space")
        );
        assert!(
            line("warning: spurious network error (2 tries remaining): [6] Could not resolve hostname").unwrap().starts_with("The network")
        );
        assert_eq!(line("error[E0432]: unresolved import `foo`"), None);
    }
}
