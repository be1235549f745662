//! Refresh tokens that are good for once.

use cognito_user_pool::operation::{
    AuthFlow, GetTokensFromRefreshToken, InitiateAuth, RevokeToken,
};
use cognito_user_pool::{Error, ErrorKind, RefreshToken, Tokens};
use serde_json::json;

use crate::support::*;

const GRACE_SECONDS: i64 = 10;

impl Pool {
    async fn rotating() -> Self {
        let pool = Self::start().await.with_ann().await;
        let body = json!({ "ClientId": pool.client.config().client_id(),
            "PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": GRACE_SECONDS } });
        pool.admin("UpdateUserPoolClient", body).await;
        pool
    }

    async fn renew(&self, refresh_token: &RefreshToken) -> Result<Tokens, Error> {
        let device_key = None;
        let renew = GetTokensFromRefreshToken {
            refresh_token,
            device_key,
        };
        self.client.call(&renew).await
    }
}

#[tokio::test]
async fn a_used_token_is_replaced_and_good_for_a_while() {
    let pool = Pool::rotating().await;
    let first = pool.sign_in(PASSWORD).await.unwrap().refresh_token.unwrap();
    let second = pool.renew(&first).await.unwrap().refresh_token.unwrap();
    assert_ne!(second, first);
    // The answer was lost, say.
    pool.wait(GRACE_SECONDS - 1);
    let third = pool.renew(&first).await.unwrap().refresh_token.unwrap();
    assert_ne!(third, second);
    pool.wait(2);
    let reused = pool.renew(&first).await.unwrap_err();
    assert_eq!(reused.kind, ErrorKind::RefreshTokenReused);
    assert!(reused.ends_session());
}

#[tokio::test]
async fn a_rotating_session_is_renewed_by_one_operation_only() {
    let pool = Pool::rotating().await;
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let refresh_token = tokens.refresh_token.as_ref().unwrap();
    let flow = AuthFlow::RefreshToken {
        refresh_token,
        username: None,
    };
    let other = InitiateAuth {
        flow,
        device_key: None,
    };
    let refused = pool.client.call(&other).await.unwrap_err();
    assert!(!refused.ends_session(), "{refused:?}");
    let renewed = pool.renew(refresh_token).await.unwrap();
    let refresh_token = renewed.refresh_token.as_ref().unwrap();
    pool.client
        .call(&RevokeToken { refresh_token })
        .await
        .unwrap();
    let ended = pool.renew(refresh_token).await.unwrap_err();
    assert_eq!(ended.kind, ErrorKind::RefreshTokenRevoked);
}
