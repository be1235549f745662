use serde_json::{Value, json};

use crate::support::{Answer, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, claims};

const ACCESS_REVOKED: (&str, &str) = ("NotAuthorizedException", "Access Token has been revoked");
const REFRESH_REVOKED: (&str, &str) = ("NotAuthorizedException", "Refresh Token has been revoked");

async fn assert_ended(pool: &Pool, tokens: &Tokens) {
    let answer = pool.get_user(&tokens.access).await;
    answer.is(ACCESS_REVOKED.0, ACCESS_REVOKED.1);
    let answer = pool.refresh(&tokens.refresh).await;
    answer.is(REFRESH_REVOKED.0, REFRESH_REVOKED.1);
    let body = json!({ "RefreshToken": tokens.refresh });
    let answer = pool.client_call("GetTokensFromRefreshToken", body).await;
    answer.is(REFRESH_REVOKED.0, REFRESH_REVOKED.1);
}

async fn revoke(pool: &Pool, token: &str) -> Answer {
    pool.client_call("RevokeToken", json!({ "Token": token }))
        .await
}

#[tokio::test]
async fn a_global_sign_out_ends_every_session_at_once() {
    let pool = Pool::start().await;
    let first = pool.seed_signed_in().await;
    let second = pool.seed_signed_in().await;
    let other = pool.person("worf@cruddur.test").await;
    let other_tokens = pool.sign_in(&other, crate::support::PASSWORD).await;
    let body = json!({ "AccessToken": first.access });
    assert_eq!(
        pool.call("GlobalSignOut", body.clone()).await.ok(),
        json!({})
    );
    for tokens in [&first, &second] {
        assert_ended(&pool, tokens).await;
    }
    let answer = pool.call("GlobalSignOut", body).await;
    answer.is(ACCESS_REVOKED.0, ACCESS_REVOKED.1);
    // Nobody else is signed out, and a new sign-in works within the same second.
    pool.get_user(&other_tokens.access).await.ok();
    let again = pool.seed_signed_in().await;
    pool.get_user(&again.access).await.ok();
    pool.refresh(&again.refresh).await.ok();
}

#[tokio::test]
async fn revoking_a_refresh_token_ends_its_own_session_only() {
    let pool = Pool::start().await;
    let first = pool.seed_signed_in().await;
    let second = pool.seed_signed_in().await;
    let refreshed = Tokens::of(&pool.refresh(&first.refresh).await.ok());
    let answer = revoke(&pool, &first.refresh).await;
    assert_eq!(answer.text, "");
    answer.ok();
    assert_ended(&pool, &first).await;
    // The access token of the refresh has the same origin.
    let answer = pool.get_user(&refreshed.access).await;
    answer.is(ACCESS_REVOKED.0, ACCESS_REVOKED.1);
    pool.get_user(&second.access).await.ok();
    // Once more is no error, and neither is a token that nobody was given.
    revoke(&pool, &first.refresh).await.ok();
    revoke(&pool, "made-up").await.ok();
}

#[tokio::test]
async fn only_a_refresh_token_of_the_same_client_can_be_revoked() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    let (code, _) = revoke(&pool, &tokens.access).await.error();
    assert_eq!(code, "UnsupportedTokenTypeException");
    let other = json!({ "ClientName": "other", "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"] });
    let other = pool.admin("CreateUserPoolClient", other).await.ok();
    let body = json!({ "Token": tokens.refresh, "ClientId": other["UserPoolClient"]["ClientId"] });
    let (code, _) = pool.call("RevokeToken", body).await.error();
    assert_eq!(code, "UnauthorizedException");
    pool.get_user(&tokens.access).await.ok();
}

#[tokio::test]
async fn a_client_without_revocation_has_no_origin_and_still_signs_out_globally() {
    let pool = Pool::start().await;
    pool.set_client(json!({ "EnableTokenRevocation": false }))
        .await;
    let tokens = pool.seed_signed_in().await;
    assert_eq!(claims(&tokens.access).get("origin_jti"), None);
    assert_eq!(claims(&tokens.id).get("origin_jti"), None);
    let (code, _) = revoke(&pool, &tokens.refresh).await.error();
    assert_eq!(code, "UnsupportedOperationException");
    let body = json!({ "AccessToken": tokens.access });
    pool.call("GlobalSignOut", body).await.ok();
    assert_ended(&pool, &tokens).await;
}

#[tokio::test]
async fn an_administrator_signs_somebody_out() {
    let pool = Pool::start().await;
    let tokens = pool.seed_signed_in().await;
    let body: Value = json!({ "Username": SEED_EMAIL });
    pool.admin("AdminUserGlobalSignOut", body).await.ok();
    assert_ended(&pool, &tokens).await;
    pool.sign_in(SEED_EMAIL, SEED_PASSWORD).await;
}
