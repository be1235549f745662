//! App clients with a secret.

use cognito_user_pool::operation::{
    AuthFlow, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken,
    InitiateAuth, ResendConfirmationCode, RevokeToken, SignUp,
};
use cognito_user_pool::{AccessClaims, Client, Config, ErrorKind};
use interop::{Http, SkewedClock};
use serde_json::json;

use crate::support::*;

impl Pool {
    /// The pool's secret app client, with `secret` in place of its own if there is one.
    async fn with_secret(self, secret: Option<&str>) -> Self {
        let flows = [
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ];
        let body = json!({ "ClientName": "native", "GenerateSecret": true,
            "PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": flows });
        let made = self.admin("CreateUserPoolClient", body).await;
        let made = &made["UserPoolClient"];
        let own = made["ClientSecret"].as_str().expect("a secret");
        let id = made["ClientId"].as_str().expect("an id");
        let config = Config::new(&self.id, id).expect("ids");
        let config = config
            .with_endpoint(self.stack.pool_url())
            .expect("an endpoint");
        let config = match secret {
            Some("") => config,
            Some(other) => config.with_client_secret(other),
            None => config.with_client_secret(own),
        };
        let client = Client::new(config, Http::default(), SkewedClock::default());
        Self { client, ..self }
    }
}

#[tokio::test]
async fn every_operation_carries_the_hash_that_it_needs() {
    let pool = Pool::start().await.with_secret(None).await;
    let username = EMAIL;
    pool.sign_up(EMAIL).await.unwrap();
    let resend = ResendConfirmationCode { username };
    pool.client.call(&resend).await.unwrap();
    pool.confirm(&pool.last_code(EMAIL)).await.unwrap();
    let tokens = pool.sign_in(PASSWORD).await.unwrap();
    let plain = pool
        .client
        .sign_in_with_plain_password(EMAIL, &password(PASSWORD))
        .await;
    signed_in(plain.unwrap());

    let refresh_token = tokens.refresh_token.as_ref().unwrap();
    let renew = GetTokensFromRefreshToken {
        refresh_token,
        device_key: None,
    };
    pool.client.call(&renew).await.unwrap();
    let claims = AccessClaims::decode(&tokens.access_token).unwrap();
    let flow = AuthFlow::RefreshToken {
        refresh_token,
        username: Some(&claims.username),
    };
    let renew = InitiateAuth {
        flow,
        device_key: None,
    };
    pool.client.call(&renew).await.unwrap();
    pool.client
        .call(&RevokeToken { refresh_token })
        .await
        .unwrap();

    let forgot = ForgotPassword { username };
    pool.client.call(&forgot).await.unwrap();
    let confirm = ConfirmForgotPassword {
        username,
        code: &pool.last_code(EMAIL),
        password: &password("Other-2026!"),
    };
    pool.client.call(&confirm).await.unwrap();
    pool.sign_in("Other-2026!").await.unwrap();
}

#[tokio::test]
async fn without_the_secret_or_with_another_one_nothing_goes() {
    for secret in ["", "another-secret-of-another-client"] {
        let pool = Pool::start().await.with_secret(Some(secret)).await;
        let (username, password) = (EMAIL, &password(PASSWORD));
        let sign_up = SignUp {
            username,
            password,
            attributes: &[],
        };
        let confirm = ConfirmSignUp {
            username,
            code: "123456",
        };
        let expected = ErrorKind::SecretHashRequired;
        assert_eq!(kind(pool.client.call(&sign_up).await), expected);
        assert_eq!(kind(pool.client.call(&confirm).await), expected);
        let forgot = ForgotPassword { username };
        assert_eq!(kind(pool.client.call(&forgot).await), expected);
        let sign_in = pool.client.sign_in(EMAIL, password, None).await;
        assert_eq!(kind(sign_in), expected);
    }
}
