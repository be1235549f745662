//! Accessibility, as far as a program can tell: axe-core.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use fantoccini::Client;

use crate::{output, root};

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// axe-core's source, once a run; `None` if the checks are left out.
fn source() -> Option<&'static str> {
    static SOURCE: OnceLock<Option<String>> = OnceLock::new();
    let source = SOURCE.get_or_init(|| {
        if std::env::var("E2E_SKIP_AXE").as_deref() == Ok("1") {
            // Not by a macro: those write into the output of a test, which nobody reads unless it fails.
            let _ = std::io::stderr().write_all(b"E2E_SKIP_AXE=1: accessibility is not checked\n");
            return None;
        }
        let script = installed().join("node_modules/axe-core/axe.min.js");
        Some(std::fs::read_to_string(script).expect("axe-core's source"))
    });
    source.as_deref()
}

/// Where npm has installed axe-core by its lock file.
fn installed() -> PathBuf {
    let (from, to) = (root().join("e2e/axe"), output().join("axe"));
    let same = |name: &str| {
        let content = |place: &PathBuf| std::fs::read(place.join(name)).ok();
        content(&from) == content(&to)
    };
    if FILES.into_iter().all(same) && to.join("node_modules/.package-lock.json").exists() {
        return to;
    }
    std::fs::create_dir_all(&to).expect("a directory");
    for name in FILES {
        std::fs::copy(from.join(name), to.join(name)).expect("a copy");
    }
    let status = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&to)
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "axe-core could not be installed with npm; E2E_SKIP_AXE=1 leaves the accessibility checks out"
    );
    to
}

/// What is wrong with the page on show.
pub(crate) async fn violations(client: &Client) -> Vec<String> {
    let Some(source) = source() else {
        return Vec::new();
    };
    let script = format!(
        "{source};
        const done = arguments[arguments.length - 1];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        axe.run(document, {{ runOnly: tags }}).then(
            (result) => done(result.violations.map((violation) =>
                violation.id + ': ' + violation.help + ' at ' +
                violation.nodes.map((node) => node.target.join(' ')).join(', '))),
            (error) => done(['axe failed: ' + error]),
        );"
    );
    let found = client.execute_async(&script, Vec::new()).await;
    serde_json::from_value(found.expect("axe runs")).expect("a list of violations")
}
