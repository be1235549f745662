//! Signing in on the pool's own pages, or with a provider.

use cruddur_local::{CLIENT_ID, REGION, USER_POOL_ID};
use e2e::{Journey, PASSWORD, journey_configured};
use serde_json::json;

use crate::EMAIL;

/// The pool's pages, for a site with buttons for its own users and for a provider.
async fn offer(j: &Journey) {
    let site = j.world.site();
    let scopes = [
        "openid",
        "email",
        "profile",
        "aws.cognito.signin.user.admin",
    ];
    let (callback, sign_out) = (format!("{site}/signin/callback"), format!("{site}/signin"));
    let body = json!({ "ClientId": CLIENT_ID, "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": scopes, "SupportedIdentityProviders": ["COGNITO", "PretendIdP"],
        "CallbackURLs": [callback], "LogoutURLs": [sign_out] });
    j.world.admin("UpdateUserPoolClient", body).await;
    let file = json!({
        "auth": {
            "aws_region": REGION,
            "user_pool_id": USER_POOL_ID,
            "user_pool_client_id": CLIENT_ID,
            "user_pool_endpoint": j.world.pool_url(),
            "oauth": {
                "domain": j.world.pool_url(),
                "identity_providers": ["COGNITO", "PretendIdP"],
                "scopes": scopes,
                "redirect_sign_in_uri": [callback],
                "redirect_sign_out_uri": [sign_out],
                "response_type": "code",
            },
        },
        "custom": { "backend_url": j.world.stack.backend_url() },
    });
    let answer = (200, "application/json", file.to_string());
    j.world.configure(Some(answer));
}

/// Types into a field of the pool's page.
async fn type_there(j: &Journey, name: &str, text: &str) {
    let script = "const field = document.getElementsByName(arguments[0])[0];
        if (!field) return false;
        field.value = arguments[1];
        return true;";
    j.wait(&format!("the field {name}"), || async {
        let typed = j.script(script, vec![name.into(), text.into()]).await;
        (typed == true).then_some(())
    })
    .await;
}

/// Waits for home, without a trace of how the browser came back.
async fn is_back(j: &Journey) {
    j.is_signed_in().await;
    let trace = "return performance.getEntriesByType('navigation')[0].name";
    let came = j.script(trace, Vec::new()).await;
    let came = came.as_str().unwrap_or_default().to_owned();
    assert!(came.contains("/signin/callback?code="), "{came}");
    assert_eq!(j.path().await, "/");
}

#[tokio::test]
async fn people_sign_in_on_the_pools_page_and_out_of_it() {
    journey_configured("managed-password", None, async |j| {
        j.world.with_user(EMAIL, true).await;
        offer(&j).await;
        j.open("/signin").await;
        j.sees("Continue with PretendIdP").await;
        j.inspect("form").await;
        j.press("Continue on the sign-in page").await;
        type_there(&j, "username", EMAIL).await;
        type_there(&j, "password", PASSWORD).await;
        j.script("document.querySelector('form button').click()", Vec::new())
            .await;
        is_back(&j).await;
        j.reload().await;
        j.is_signed_in().await;
        // Back in the history there is no form and no code.
        j.sign_out().await;
        j.arrives("/signin").await;
        j.press("Continue on the sign-in page").await;
        // Signed out there as well.
        type_there(&j, "username", EMAIL).await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_tells_who_somebody_is() {
    journey_configured("managed-provider", None, async |j| {
        offer(&j).await;
        j.open("/signin?next=/search").await;
        j.press("Continue with PretendIdP").await;
        type_there(&j, "email", EMAIL).await;
        type_there(&j, "name", "Ann Example").await;
        type_there(&j, "preferred_username", "ann").await;
        j.press("Continue").await;
        j.arrives("/search").await;
        j.sees("@ann").await;
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_is_refused_there_is_told_here() {
    journey_configured("managed-denied", None, async |j| {
        offer(&j).await;
        j.open("/signin").await;
        j.press("Continue with PretendIdP").await;
        j.press("Cancel").await;
        j.arrives("/signin/callback").await;
        j.sees("The sign-in was cancelled there.").await;
        j.inspect("denied").await;
        j.reload().await;
        j.sees("No sign-in was begun in this tab, or it is over already.")
            .await;
        j.inspect("over").await;
        j.follow("Back to sign-in").await;
        j.arrives("/signin").await;

        // What somebody else began is not taken.
        j.open("/signin/callback?code=c0de&state=forged").await;
        j.arrives("/signin/callback").await;
        j.sees("No sign-in was begun in this tab").await;
    })
    .await;
}
