//! Signing out.

use e2e::{Ability, Journey, PASSWORD, journey};
use serde_json::json;

use crate::EMAIL;

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.is_signed_in().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() {
    journey("sign-out", async |j| {
        signed_in(&j).await;
        j.open("/no/such/page").await;
        j.sees("@ann").await;
        j.open("/").await;
        j.is_signed_in().await;
        let access = j.stored("access_token").await.expect("a token");
        // The same person on another device.
        let elsewhere = j.elsewhere().await;
        elsewhere.expect_refusals();
        elsewhere.sign_in(EMAIL, PASSWORD).await;
        elsewhere.is_signed_in().await;
        let prefix = "CognitoIdentityServiceProvider.cruddurweb0localdevelopment";
        let user = j.stored(&format!("{prefix}.LastAuthUser")).await;
        let key = format!("{prefix}.{}.refreshToken", user.expect("a user"));
        let refresh = elsewhere.stored(&key).await.expect("a token");

        j.press_account().await;
        j.sees("Sign Out").await;
        j.inspect("panel").await;
        j.press("Sign Out").await;
        j.is_a_visitor().await;
        j.sees("You have signed out.").await;
        j.has_nothing_stored().await;
        j.inspect("signed-out").await;

        // The pool has heard of it.
        j.wait("the pool's refusal", || async {
            let refused = j
                .world
                .refuses("GetUser", json!({ "AccessToken": access }))
                .await;
            refused.then_some(())
        })
        .await;
        let body = json!({ "ClientId": cruddur_local::CLIENT_ID, "RefreshToken": refresh });
        assert!(j.world.refuses("GetTokensFromRefreshToken", body).await);
        if j.can(Ability::Requests) {
            assert_eq!(j.calls("GlobalSignOut").await, 1);
            assert_eq!(j.feed_requests().await.last(), Some(&false));
        }
        j.reload().await;
        j.is_a_visitor().await;
        j.does_not_see("You have signed out.").await;

        // The other device's session lasts until its tokens have to be renewed.
        if elsewhere.can(Ability::Scripts) {
            j.world.advance_minutes(61);
            elsewhere.set_device_clock().await;
            elsewhere.reload().await;
            elsewhere
                .sees("Your session was ended on another device or in another tab.")
                .await;
            elsewhere.is_a_visitor().await;
            elsewhere.has_nothing_stored().await;
        }

        // Back shows nothing of what was before.
        j.back().await;
        j.arrives("/no/such/page").await;
        j.sees("Join The Party!").await;
        j.does_not_see("@ann").await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_needs_no_network() {
    journey("sign-out-offline", async |j| {
        signed_in(&j).await;
        for operation in ["GlobalSignOut", "RevokeToken"] {
            let fault =
                json!({ "target": "pool", "operation": operation, "kind": "drop", "times": 99 });
            j.world.fault(fault).await;
        }
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sees("You have signed out.").await;
        j.has_nothing_stored().await;
        j.reload().await;
        j.is_a_visitor().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_has_ended_elsewhere_can_be_left() {
    journey("sign-out-refused", async |j| {
        signed_in(&j).await;
        j.expect_refusals();
        j.world
            .admin("AdminUserGlobalSignOut", json!({ "Username": EMAIL }))
            .await;
        j.sign_out().await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
    })
    .await;
}

#[tokio::test]
async fn another_tab_follows() {
    journey("tabs", async |j| {
        signed_in(&j).await;
        let first = j.open_tab().await;
        j.open("/").await;
        j.is_signed_in().await;
        j.sign_out().await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
        first().await;
        j.is_a_visitor().await;
        j.sees("Your session was ended on another device or in another tab.")
            .await;
        j.has_nothing_stored().await;
    })
    .await;
}
