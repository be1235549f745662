//! Accessibility, as far as a program can tell: axe-core.

use std::process::Command;
use std::sync::OnceLock;

use fantoccini::Client;
use serde_json::Value;

use crate::{output, root};

/// axe-core's source. Installed from npm by its lock file, once a run.
fn source() -> Option<&'static str> {
    static SOURCE: OnceLock<Option<String>> = OnceLock::new();
    let source = SOURCE.get_or_init(|| {
        if std::env::var("E2E_SKIP_AXE").as_deref() == Ok("1") {
            return None;
        }
        let place = output().join("axe");
        std::fs::create_dir_all(&place).expect("a directory");
        for file in ["package.json", "package-lock.json"] {
            std::fs::copy(root().join("e2e/axe").join(file), place.join(file)).expect("a copy");
        }
        let script = place.join("node_modules/axe-core/axe.min.js");
        if !script.exists() {
            let status = Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(&place)
                .status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "axe-core could not be installed with npm; E2E_SKIP_AXE=1 leaves the accessibility checks out"
            );
        }
        Some(std::fs::read_to_string(script).expect("axe-core's source"))
    });
    source.as_deref()
}

/// Fails with a list of what is wrong, if anything is.
pub(crate) async fn check(client: &Client, what: &str) {
    let Some(source) = source() else { return };
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
    let violations = client
        .execute_async(&script, Vec::new())
        .await
        .expect("axe runs");
    assert_eq!(
        violations,
        Value::Array(Vec::new()),
        "accessibility of {what}"
    );
}
