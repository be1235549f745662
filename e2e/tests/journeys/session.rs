//! Being signed in: staying it, and ceasing to be.

use e2e::{Browser, Journey, PASSWORD, journey};
use serde_json::json;

const EMAIL: &str = "ann@example.com";
const PREFIX: &str = "CognitoIdentityServiceProvider.cruddurweb0localdevelopment";

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.arrives("/").await;
    j.is_signed_in().await;
}

/// Fails as soon as a page shows, however briefly, what visitors see.
async fn watch_for_a_flash(browser: &Browser) {
    browser
        .run_first(
            "window.flashes = [];
            new MutationObserver(() => {
                const text = document.body ? document.body.innerText : '';
                if (/Join The Party|Sign In/.test(text)) window.flashes.push(text);
            }).observe(document, { childList: true, subtree: true, characterData: true });",
        )
        .await;
}

#[tokio::test]
async fn a_reload_shows_nothing_of_a_visitors_page() {
    journey("reload", async |j| {
        signed_in(&j).await;
        if j.browser.is_chromium() {
            watch_for_a_flash(&j.browser).await;
        }
        j.reload().await;
        j.is_signed_in().await;
        // Also while the tokens have to be renewed first.
        j.world.advance_minutes(61);
        j.make_device_clock_follow().await;
        j.reload().await;
        j.is_signed_in().await;
        if j.browser.is_chromium() {
            let flashes = j.script("return window.flashes", Vec::new()).await;
            assert_eq!(flashes, json!([]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_of_amplify_is_taken_over() {
    journey("amplify", async |j| {
        signed_in(&j).await;
        // What Amplify v5 leaves: its own keys, its own kind of drift, and the copy that the old page made long ago.
        let user = j
            .stored(&format!("{PREFIX}.LastAuthUser"))
            .await
            .expect("a user");
        j.script(
            "localStorage.setItem(arguments[0] + '.clockDrift', '-3');
            localStorage.setItem(arguments[0] + '.userData', '{}');
            localStorage.setItem('access_token', 'an old one');",
            vec![format!("{PREFIX}.{user}").into()],
        )
        .await;
        j.reload().await;
        j.is_signed_in().await;
        let copy = j.stored("access_token").await;
        assert_eq!(
            copy,
            j.stored(&format!("{PREFIX}.{user}.accessToken")).await
        );
        j.press_account().await;
        j.press("Sign Out").await;
        j.is_a_visitor().await;
        assert_eq!(j.everything_stored().await, "[{},{},\"\"]");
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_is_renewed() {
    journey("renewal", async |j| {
        signed_in(&j).await;
        let before = j.stored("access_token").await;
        j.world.advance_minutes(61);
        j.make_device_clock_follow().await;
        j.reload().await;
        j.is_signed_in().await;
        assert_ne!(j.stored("access_token").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_ends_with_a_word() {
    journey("ended", async |j| {
        signed_in(&j).await;
        j.world
            .admin("AdminUserGlobalSignOut", json!({ "Username": EMAIL }))
            .await;
        j.world.advance_minutes(61);
        j.make_device_clock_follow().await;
        j.reload().await;
        j.sees("Your session").await;
        j.is_a_visitor().await;
        assert_eq!(j.everything_stored().await, "[{},{},\"\"]");
        j.inspect("notice").await;
        j.follow("Sign In").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    journey("sign-out", async |j| {
        signed_in(&j).await;
        let token = j.stored("access_token").await.expect("a token");
        let user = j
            .stored(&format!("{PREFIX}.LastAuthUser"))
            .await
            .expect("a user");
        let refresh = j
            .stored(&format!("{PREFIX}.{user}.refreshToken"))
            .await
            .expect("a token");
        j.press_account().await;
        j.inspect("panel").await;
        j.press("Sign Out").await;
        j.is_a_visitor().await;
        j.sees("You have signed out.").await;
        assert_eq!(j.everything_stored().await, "[{},{},\"\"]");
        // The pool has heard of it.
        j.wait("the pool's refusal", || async {
            let refused = j.refused("GetUser", json!({ "AccessToken": token })).await;
            refused.then_some(())
        })
        .await;
        let body = json!({ "ClientId": cruddur_local::CLIENT_ID, "RefreshToken": refresh });
        assert!(j.refused("GetTokensFromRefreshToken", body).await);
        j.reload().await;
        j.is_a_visitor().await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_needs_no_network() {
    journey("sign-out-offline", async |j| {
        signed_in(&j).await;
        for operation in ["GlobalSignOut", "RevokeToken"] {
            let fault =
                json!({ "target": "pool", "operation": operation, "kind": "drop", "times": 9 });
            j.world.fault(fault).await;
        }
        j.press_account().await;
        j.press("Sign Out").await;
        j.is_a_visitor().await;
        assert_eq!(j.everything_stored().await, "[{},{},\"\"]");
        j.reload().await;
        j.is_a_visitor().await;
    })
    .await;
}
