//! AWS's own JavaScript clients against the local user pool: sign-up, confirmation, sign-in right and wrong (100 times
//! each), refresh, global sign-out, recovery, temporary password.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::path::Path;

use cruddur_local::{CLIENT_ID, Options, Stack, USER_POOL_ID};
use tokio::process::Command;

/// Runs one of the scripts in `javascript/`, in the directory where the npm packages are: `INTEROP_NPM`.
async fn run(script: &str, client: &str, everything: bool) {
    let packages = std::env::var("INTEROP_NPM").expect(
        "INTEROP_NPM names the directory of the npm packages: run `cargo xtask test interop`",
    );
    // Modules are looked for next to the script, so it has to be where the packages are.
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("javascript/{script}.mjs"));
    let copy = Path::new(&packages).join(format!("{script}-{client}.mjs"));
    std::fs::copy(source, &copy).expect("the script is there");

    let options = Options {
        everything,
        ..Options::ephemeral()
    };
    let stack = Stack::start(options).await.expect("a stack");
    let output = Command::new("node")
        .arg(&copy)
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
    run("clients", "amazon-cognito-identity-js", false).await;
}

#[tokio::test]
#[ignore = "needs npm packages: cargo xtask test interop"]
async fn aws_amplify() {
    run("clients", "aws-amplify", false).await;
}

/// Second factors, devices, USER_AUTH, CUSTOM_AUTH, attributes, rotation, as far as the client can.
#[tokio::test]
#[ignore = "needs npm packages: cargo xtask test interop"]
async fn amazon_cognito_identity_js_beyond_passwords() {
    run("flows", "amazon-cognito-identity-js", true).await;
}

/// As above.
#[tokio::test]
#[ignore = "needs npm packages: cargo xtask test interop"]
async fn aws_amplify_beyond_passwords() {
    run("flows", "aws-amplify", true).await;
}
