//! Sign-ins by a client that is not this project's: the crate `aws-cognito-srp`.

use aws_cognito_srp::{SrpClient, User, UserAuthenticationParameters, VerificationParameters};
use serde_json::json;

use crate::support::{Answer, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, WRONG};

const ROUNDS: usize = 120;

async fn sign_in(pool: &Pool, password: &str) -> Answer {
    let user = User::new(&pool.id, SEED_EMAIL, password);
    let client = SrpClient::new(user, &pool.client, None);
    let UserAuthenticationParameters { a, username } = client.get_auth_parameters();
    let parameters = json!({ "USERNAME": username, "SRP_A": a });
    let first = pool.initiate("USER_SRP_AUTH", parameters).await.ok();
    let text = |name: &str| first["ChallengeParameters"][name].as_str().expect(name);
    let VerificationParameters {
        password_claim_secret_block,
        password_claim_signature,
        timestamp,
    } = client
        .verify(
            text("SECRET_BLOCK"),
            text("USER_ID_FOR_SRP"),
            text("SALT"),
            text("SRP_B"),
        )
        .expect("a proof");
    let responses = json!({
        "USERNAME": text("USER_ID_FOR_SRP"),
        "PASSWORD_CLAIM_SECRET_BLOCK": password_claim_secret_block,
        "PASSWORD_CLAIM_SIGNATURE": password_claim_signature,
        "TIMESTAMP": timestamp,
    });
    pool.respond("PASSWORD_VERIFIER", responses, None).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_right_password_is_accepted_and_every_wrong_one_refused() {
    let pool = Pool::start().await;
    for round in 0..ROUNDS {
        // A new salt now and then: its bytes matter too.
        if round % 10 == 0 {
            let body =
                json!({ "Username": SEED_EMAIL, "Password": SEED_PASSWORD, "Permanent": true });
            pool.admin("AdminSetUserPassword", body).await.ok();
        }
        Tokens::of(&sign_in(&pool, SEED_PASSWORD).await.ok());
        let wrong = format!("Wrong-{round}-one!");
        // The right ones in between keep the wrong ones from locking the user out.
        sign_in(&pool, &wrong).await.is(WRONG.0, WRONG.1);
    }
}
