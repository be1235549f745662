//! AWS's own client on the same site, in the same browser: `AMPLIFY_BUNDLE` is what esbuild made of
//! `interop/javascript/browser.mjs`.

use std::path::{Path, PathBuf};

use cruddur_local::{CLIENT_ID, USER_POOL_ID};
use e2e::{Ability, Journey, PASSWORD, dist, journey_at, journey_with_everything_at};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::EMAIL;

/// The built site with a page of Amplify's beside it.
fn site() -> TempDir {
    let bundle = std::env::var_os("AMPLIFY_BUNDLE").map(PathBuf::from);
    let bundle = bundle.expect("AMPLIFY_BUNDLE");
    let site = TempDir::new().expect("a directory");
    copy(&dist(), site.path());
    std::fs::copy(bundle, site.path().join("amplify.js")).expect("the bundle");
    let page = "<!doctype html><title>Amplify</title><link rel=icon href=/icon.svg><h1>Amplify</h1><script src=/amplify.js></script>";
    std::fs::write(site.path().join("amplify.html"), page).expect("a page");
    site
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory").flatten() {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).expect("a file")),
        }
    }
}

/// Calls one of the bundle's functions on the page of Amplify's.
async fn amplify(j: &Journey, version: &str, name: &str, arguments: &[&str]) -> Value {
    let script = "return window[arguments[0]][arguments[1]](...arguments[2])";
    let arguments = vec![json!(version), json!(name), json!(arguments)];
    j.script(script, arguments).await
}

async fn open_amplify(j: &Journey, version: &str) {
    j.open("/amplify.html").await;
    j.sees("Amplify").await;
    let script = "window[arguments[0]].configure(arguments[1])";
    let config = json!({ "endpoint": j.world.pool_url(), "userPoolId": USER_POOL_ID,
        "clientId": CLIENT_ID });
    j.script(script, vec![json!(version), config]).await;
}

#[tokio::test]
#[ignore = "needs AMPLIFY_BUNDLE"]
async fn a_session_of_amplifys_is_ours() {
    let site = site();
    for version in ["v6", "v5"] {
        let name = format!("amplify-{version}-first");
        journey_at(&name, site.path(), async |j| {
            j.world.with_user(EMAIL, true).await;
            open_amplify(&j, version).await;
            let done = amplify(&j, version, "signIn", &[EMAIL, PASSWORD]).await;
            assert_eq!(done, "DONE");
            let token = amplify(&j, version, "token", &[]).await;
            // In the tab beside it, and without a word to the pool.
            let back = j.open_tab().await;
            j.open("/").await;
            j.is_signed_in().await;
            assert_eq!(j.stored("access_token").await.as_deref(), token.as_str());
            back().await;
            amplify(&j, version, "signOut", &[]).await;
            j.in_every_tab(async || {
                if j.path().await == "/" {
                    j.is_a_visitor().await;
                    j.has_nothing_stored().await;
                }
            })
            .await;
        })
        .await;
    }
}

#[tokio::test]
#[ignore = "needs AMPLIFY_BUNDLE"]
async fn a_session_of_ours_is_amplifys() {
    let site = site();
    for version in ["v6", "v5"] {
        let name = format!("amplify-{version}-second");
        journey_at(&name, site.path(), async |j| {
            j.world.with_user(EMAIL, true).await;
            j.sign_in(EMAIL, PASSWORD).await;
            j.is_signed_in().await;
            let user = j.stored(&format!("{PREFIX}.LastAuthUser")).await;
            let ours = j.stored("access_token").await;
            let back = j.open_tab().await;
            open_amplify(&j, version).await;
            let amplifys = amplify(&j, version, "user", &[]).await;
            assert_eq!(amplifys.as_str(), user.as_deref());
            let token = amplify(&j, version, "token", &[]).await;
            assert_eq!(token.as_str(), ours.as_deref());
            back().await;
            j.sign_out().await;
            j.is_a_visitor().await;
            // Ours ends theirs.
            open_amplify(&j, version).await;
            let gone = "return window[arguments[0]].user().then(() => false, () => true)";
            assert_eq!(j.script(gone, vec![json!(version)]).await, true);
        })
        .await;
    }
}

#[tokio::test]
#[ignore = "needs AMPLIFY_BUNDLE"]
async fn both_renew_the_same_tokens_in_turn() {
    let site = site();
    journey_at("amplify-rotation", site.path(), async |j| {
        // Each refresh token is good once.
        let settings = json!({
            "ClientId": CLIENT_ID,
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 },
        });
        j.world.admin("UpdateUserPoolClient", settings).await;
        j.world.with_user(EMAIL, true).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        for _ in 0..2 {
            open_amplify(&j, "v6").await;
            let token = amplify(&j, "v6", "refresh", &[]).await;
            j.open("/").await;
            j.is_signed_in().await;
            assert_eq!(j.stored("access_token").await.as_deref(), token.as_str());
            if j.ends_without(Ability::Scripts) {
                return;
            }
            // Ours is next.
            j.world.advance_minutes(61);
            j.set_device_clock().await;
            j.reload().await;
            j.is_signed_in().await;
            j.wait("newer tokens", async || {
                let now = j.stored("access_token").await;
                (now.as_deref() != token.as_str()).then_some(())
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs AMPLIFY_BUNDLE"]
async fn amplify_makes_uses_and_deletes_a_passkey() {
    let site = site();
    journey_with_everything_at("amplify-passkey", site.path(), async |j| {
        if j.ends_without(Ability::Passkeys) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        j.has_authenticator().await;
        open_amplify(&j, "v6").await;
        let v6 = async |name: &str, arguments: &[&str]| amplify(&j, "v6", name, arguments).await;
        assert_eq!(v6("signIn", &[EMAIL, PASSWORD]).await, "DONE");
        v6("addPasskey", &[]).await;
        let made = v6("passkeys", &[]).await;
        assert_eq!(made.as_array().map(Vec::len), Some(1), "{made}");
        v6("signOut", &[]).await;
        assert_eq!(v6("signInBy", &[EMAIL, "WEB_AUTHN"]).await, "DONE");
        v6("deletePasskey", &[made[0].as_str().unwrap_or_default()]).await;
        assert_eq!(v6("passkeys", &[]).await, json!([]));
    })
    .await;
}

const PREFIX: &str = "CognitoIdentityServiceProvider.cruddurweb0localdevelopment";
