//! AWS's own JavaScript clients against the local user pool: sign-up, confirmation, sign-in right and wrong (100 times
//! each), refresh, global sign-out, recovery, temporary password.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::path::Path;

use cruddur_local::{CLIENT_ID, Options, Stack, USER_POOL_ID};
use tokio::process::Command;

/// Runs `javascript/clients.mjs`, in the directory where the npm packages are: `INTEROP_NPM`.
async fn run(client: &str) {
    let packages = std::env::var("INTEROP_NPM").expect(
        "INTEROP_NPM names the directory of the npm packages: run `cargo xtask test interop`",
    );
    // Modules are looked for next to the script, so it has to be where the packages are.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("javascript/clients.mjs");
    let script = Path::new(&packages).join(format!("{client}.mjs"));
    std::fs::copy(source, &script).expect("the script is there");

    let stack = Stack::start(Options::ephemeral()).await.expect("a stack");
    let output = Command::new("node")
        .arg(&script)
        .args([client, stack.pool_url(), USER_POOL_ID, CLIENT_ID])
        .kill_on_drop(true)
        .output()
        .await
        .expect("node runs");
    stack.shutdown().await;
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[tokio::test]
#[ignore = "needs npm packages: cargo xtask test interop"]
async fn amazon_cognito_identity_js() {
    run("amazon-cognito-identity-js").await;
}

#[tokio::test]
#[ignore = "needs npm packages: cargo xtask test interop"]
async fn aws_amplify() {
    run("aws-amplify").await;
}
