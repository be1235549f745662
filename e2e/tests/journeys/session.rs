//! Being signed in: staying it, and ceasing to be.

use cruddur_local::CLIENT_ID;
use e2e::{Ability, Journey, PASSWORD, journey};
use serde_json::{Map, Value, json};

use crate::EMAIL;

const PREFIX: &str = "CognitoIdentityServiceProvider.cruddurweb0localdevelopment";

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.is_signed_in().await;
}

/// Notes whatever visitors see, however briefly it is there, in each page from the next load on.
async fn watch_for_a_flash(j: &Journey) {
    j.run_first(
        "window.flashes = [];
        new MutationObserver(() => {
            const text = document.body ? document.body.innerText : '';
            if (/Join The Party|Sign In/.test(text)) window.flashes.push(text);
        }).observe(document, { childList: true, subtree: true, characterData: true });",
    )
    .await;
}

async fn flashes(j: &Journey) -> Value {
    j.script("return window.flashes", Vec::new()).await
}

#[tokio::test]
async fn a_reload_shows_nothing_of_a_visitors_page() {
    journey("reload", async |j| {
        signed_in(&j).await;
        if j.ends_without(Ability::Scripts) {
            j.reload().await;
            return j.is_signed_in().await;
        }
        watch_for_a_flash(&j).await;
        j.reload().await;
        j.is_signed_in().await;
        assert_eq!(flashes(&j).await, json!([]));
        // Also while the tokens have to be renewed first.
        j.world.advance_minutes(61);
        j.set_device_clock().await;
        j.reload().await;
        j.is_signed_in().await;
        assert_eq!(flashes(&j).await, json!([]));
        assert_eq!(j.calls("GetTokensFromRefreshToken").await, 1);
        // No feed was asked for as a visitor.
        assert_eq!(j.feed_requests().await, [true, true, true]);
        // The watch works: this is what it is on the watch for.
        j.sign_out().await;
        j.is_a_visitor().await;
        assert_ne!(flashes(&j).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_session_of_amplify_is_taken_over() {
    journey("amplify", async |j| {
        // Tokens, and nothing of what this app stores with them.
        signed_in(&j).await;
        let user = j.stored(&format!("{PREFIX}.LastAuthUser")).await;
        let user = user.expect("a user");
        let key = |name: &str| format!("{PREFIX}.{user}.{name}");
        let names = ["accessToken", "idToken", "refreshToken"];
        let mut tokens = Vec::new();
        for name in names {
            let token = j.stored(&key(name)).await.expect("a token");
            tokens.push((name, token));
        }
        j.open("/no/such/page").await;
        j.sees("Page not found").await;
        // What Amplify leaves.
        let others = [
            ("clockDrift", "-3"),
            ("userData", r#"{"UserAttributes":[],"Username":"x"}"#),
        ];
        let mut keys: Map<String, Value> = tokens
            .iter()
            .map(|(name, token)| (key(name), json!(token)))
            .collect();
        keys.extend(others.map(|(name, value)| (key(name), json!(value))));
        keys.insert(format!("{PREFIX}.LastAuthUser"), json!(user));
        let script = "
            localStorage.clear();
            for (const [key, value] of Object.entries(arguments[0])) localStorage.setItem(key, value);";
        j.script(script, vec![keys.into()]).await;
        j.open("/").await;
        j.is_signed_in().await;
        j.sees("Ann Example").await;
        let copy = j.stored("access_token").await;
        assert_eq!(copy.as_ref(), Some(&tokens[0].1));

        // An old copy, as the old page left it when Amplify renewed its own keys.
        j.script("localStorage.setItem('access_token', 'an old one')", vec![])
            .await;
        j.reload().await;
        j.is_signed_in().await;
        assert_eq!(j.stored("access_token").await, copy);
        j.sign_out().await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
    })
    .await;
}

#[tokio::test]
async fn half_a_session_is_none() {
    journey("half", async |j| {
        j.open("/").await;
        j.is_a_visitor().await;
        j.script(
            "localStorage.setItem('access_token', 'eyJhbGciOiJub25lIn0.e30.');
            localStorage.setItem(`${arguments[0]}.LastAuthUser`, 'somebody');
            localStorage.setItem(`${arguments[0]}.somebody.accessToken`, 'not a token');",
            vec![PREFIX.into()],
        )
        .await;
        j.reload().await;
        j.is_a_visitor().await;
        assert_eq!(j.stored("access_token").await, None);
        if j.can(Ability::Requests) {
            assert_eq!(j.feed_requests().await, [false, false]);
        }
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_is_renewed() {
    journey("renewal", async |j| {
        signed_in(&j).await;
        if j.ends_without(Ability::Scripts) {
            return;
        }
        let before = j.stored("access_token").await;
        j.world.advance_minutes(61);
        j.set_device_clock().await;
        j.reload().await;
        j.is_signed_in().await;
        assert_ne!(j.stored("access_token").await, before);
        j.reload().await;
        j.is_signed_in().await;
        assert_eq!(j.calls("GetTokensFromRefreshToken").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_the_backend_refuses_is_renewed() {
    journey("refused-token", async |j| {
        signed_in(&j).await;
        let fault = json!({ "target": "backend", "operation": "/api/activities/home",
            "kind": "status", "status": 401 });
        j.world.fault(fault).await;
        j.reload().await;
        j.is_signed_in().await;
        if j.can(Ability::Requests) {
            assert_eq!(j.calls("GetTokensFromRefreshToken").await, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_renewal_without_a_network_ends_nothing() {
    journey("renewal-offline", async |j| {
        signed_in(&j).await;
        if j.ends_without(Ability::Scripts) {
            return;
        }
        j.world.advance_minutes(61);
        j.set_device_clock().await;
        let fault = json!({ "target": "pool", "operation": "GetTokensFromRefreshToken",
            "kind": "drop", "times": 99 });
        j.world.fault(fault).await;
        j.reload().await;
        j.sees("Your sign-in could not be renewed.").await;
        j.sees("@ann").await;
        j.inspect("error").await;
        j.world.repair();
        j.press("Try again").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_ends_with_a_word() {
    for (name, operation, words) in [
        (
            "ended",
            "AdminUserGlobalSignOut",
            "Your session was ended on another device or in another tab.",
        ),
        (
            "ended-disabled",
            "AdminDisableUser",
            "Your account cannot be used right now.",
        ),
        (
            "ended-deleted",
            "AdminDeleteUser",
            "Your session was ended on another device or in another tab.",
        ),
    ] {
        journey(name, async |j| {
            signed_in(&j).await;
            if j.ends_without(Ability::Scripts) {
                return;
            }
            j.expect_refusals();
            j.world.admin(operation, json!({ "Username": EMAIL })).await;
            j.world.advance_minutes(61);
            j.set_device_clock().await;
            j.reload().await;
            j.sees(words).await;
            j.is_a_visitor().await;
            j.has_nothing_stored().await;
            j.inspect("notice").await;

            // Back to where they were, once they are allowed to.
            j.follow_in_main("Sign In").await;
            j.arrives("/signin").await;
            j.fill("Email", EMAIL).await;
            j.fill("Password", PASSWORD).await;
            j.press("Sign In").await;
            match operation {
                "AdminUserGlobalSignOut" => j.is_signed_in().await,
                "AdminDisableUser" => j.sees("This account is disabled.").await,
                _ => j.sees("Incorrect email or password.").await,
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_session_lasts_as_long_as_the_refresh_token() {
    journey("long-ago", async |j| {
        signed_in(&j).await;
        if j.ends_without(Ability::Scripts) {
            return;
        }
        j.expect_refusals();
        j.world.advance_minutes(31 * 24 * 60);
        j.set_device_clock().await;
        j.reload().await;
        j.sees("Your session has expired. Sign in again to go on where you were.")
            .await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
        j.press("Dismiss").await;
        j.sees_no_more("Your session has expired.").await;
    })
    .await;
}

#[tokio::test]
async fn ten_tabs_renew_the_tokens_once() {
    journey("ten-tabs", async |j| {
        // A refresh token is good for one renewal: a second one would end the session.
        let settings = json!({
            "ClientId": CLIENT_ID,
            "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 },
        });
        j.world.admin("UpdateUserPoolClient", settings).await;
        signed_in(&j).await;
        let user = j.stored(&format!("{PREFIX}.LastAuthUser")).await;
        let key = format!("{PREFIX}.{}", user.expect("a user"));
        let before = j.stored(&format!("{key}.refreshToken")).await;

        // An hour later; what tells the tabs so is how far the pool's clock is ahead of the device's.
        j.world.advance_minutes(61);
        let script = "performance.clearResourceTimings();
            localStorage.setItem(arguments[0], arguments[1]);";
        let offset = 61 * 60_000;
        let arguments = vec![
            json!(format!("{key}.serverOffset")),
            json!(offset.to_string()),
        ];
        j.script(script, arguments).await;
        j.open_tabs_at_once(10).await;
        j.in_every_tab(async || j.is_signed_in().await).await;
        j.wait("another refresh token", async || {
            let now = j.stored(&format!("{key}.refreshToken")).await;
            (now.is_some() && now != before).then_some(())
        })
        .await;

        let asked = "return performance.getEntriesByType('resource')
            .filter((entry) => entry.name === arguments[0]).length";
        let pool = format!("{}/", j.world.pool_url());
        let calls = j
            .in_every_tab(async || j.script(asked, vec![json!(pool)]).await.as_u64())
            .await;
        assert_eq!(calls.len(), 11);
        assert_eq!(calls.iter().flatten().sum::<u64>(), 1, "{calls:?}");
        // All of them go on with the same tokens.
        let kept = j.stored("access_token").await;
        j.in_every_tab(async || {
            j.is_signed_in().await;
            assert_eq!(j.stored("access_token").await, kept);
        })
        .await;
    })
    .await;
}
