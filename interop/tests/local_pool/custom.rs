//! Challenges of the pool's own making, with and without a password before them.

use cognito_user_pool::{CustomChallenge, ErrorKind, SignIn, SignInStep};
use cruddur_local::MailKind;

use crate::support::*;

impl Pool {
    async fn with_question() -> Self {
        let pool = Self::start().await.with_ann().await;
        pool.allow_flows(&["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH"])
            .await;
        pool
    }
}

fn question(step: SignInStep) -> CustomChallenge {
    match step {
        SignInStep::Custom(challenge) => challenge,
        step => panic!("another step: {step:?}"),
    }
}

#[tokio::test]
async fn a_wrong_answer_is_followed_by_the_question() {
    let pool = Pool::with_question().await;
    let step = pool.client.start(SignIn::custom(EMAIL)).await.unwrap();
    let challenge = question(step);
    assert_eq!(
        challenge.parameter("question"),
        Some("Which number did we send to a***@e***?")
    );
    assert_eq!(challenge.parameter("triesLeft"), Some("3"));
    let step = pool.client.answer_custom(&challenge, "none").await;
    let step = step.unwrap();
    let text = pool.client.save(&step).unwrap();
    let challenge = question(pool.client.resume(&text).unwrap());
    assert_eq!(challenge.parameter("triesLeft"), Some("2"));
    let code = pool.code(EMAIL, MailKind::CustomChallenge);
    let step = pool.client.answer_custom(&challenge, &code).await;
    signed_in(step.unwrap());
}

#[tokio::test]
async fn too_many_wrong_answers_end_the_sign_in() {
    let pool = Pool::with_question().await;
    let step = pool.client.start(SignIn::custom(EMAIL)).await.unwrap();
    let mut challenge = question(step);
    for _ in 0..2 {
        let step = pool.client.answer_custom(&challenge, "none").await;
        challenge = question(step.unwrap());
    }
    let refused = pool.client.answer_custom(&challenge, "none").await;
    assert_eq!(kind(refused), ErrorKind::WrongCredentials);
}

#[tokio::test]
async fn the_password_is_proven_before_the_question() {
    let pool = Pool::with_question().await;
    let (right, wrong) = (password(PASSWORD), password("Wrong-2026!"));
    let sign_in = SignIn::custom_after_srp(EMAIL, &right);
    let challenge = question(pool.client.start(sign_in).await.unwrap());
    let code = pool.code(EMAIL, MailKind::CustomChallenge);
    let step = pool.client.answer_custom(&challenge, &code).await;
    signed_in(step.unwrap());
    let refused = pool.client.start(SignIn::custom_after_srp(EMAIL, &wrong));
    assert_eq!(kind(refused.await), ErrorKind::WrongCredentials);
}
