//! CUSTOM_AUTH: the pool's own question, with and without a password before it.

use cruddur_local::MailKind;
use serde_json::{Value, json};

use crate::srp::Srp;
use crate::support::{Answer, PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, WRONG};

impl Pool {
    async fn with_question() -> Self {
        let pool = Self::start().await;
        let flows = ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH"];
        pool.set_client(json!({ "ExplicitAuthFlows": flows })).await;
        pool
    }

    async fn question(&self, username: &str) -> Answer {
        let parameters = json!({ "USERNAME": username });
        self.initiate("CUSTOM_AUTH", parameters).await
    }

    async fn say(&self, asked: &Value, username: &str, answer: &str) -> Answer {
        assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE", "{asked}");
        let responses = json!({ "USERNAME": username, "ANSWER": answer });
        self.respond("CUSTOM_CHALLENGE", responses, asked["Session"].as_str())
            .await
    }

    async fn with_srp(&self, username: &str, password: &str) -> Answer {
        let srp = Srp::random();
        let parameters =
            json!({ "USERNAME": username, "SRP_A": srp.srp_a(), "CHALLENGE_NAME": "SRP_A" });
        let first = self.initiate("CUSTOM_AUTH", parameters).await.ok();
        assert_eq!(first["ChallengeName"], "PASSWORD_VERIFIER");
        let parameters = &first["ChallengeParameters"];
        let responses = srp.respond(&self.id, parameters, password, &self.timestamp());
        self.respond("PASSWORD_VERIFIER", responses, None).await
    }
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn who_knows_the_number_that_was_sent_is_in() {
    let pool = Pool::with_question().await;
    let asked = pool.question(SEED_EMAIL).await.ok();
    let parameters = &asked["ChallengeParameters"];
    assert_eq!(
        parameters["question"],
        "Which number did we send to a***@c***?"
    );
    assert_eq!(parameters["triesLeft"], "3");
    assert_eq!(pool.mail_kinds(SEED_EMAIL), [MailKind::CustomChallenge]);
    let code = pool.code(SEED_EMAIL);
    Tokens::of(&pool.say(&asked, SEED_EMAIL, &code).await.ok());
    pool.say(&asked, SEED_EMAIL, &code).await.is(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
}

#[tokio::test]
async fn a_wrong_answer_is_followed_by_the_question_twice() {
    let pool = Pool::with_question().await;
    let mut asked = pool.question(SEED_EMAIL).await.ok();
    let code = pool.code(SEED_EMAIL);
    for left in ["2", "1"] {
        let again = pool.say(&asked, SEED_EMAIL, wrong(&code)).await.ok();
        assert_ne!(again["Session"], asked["Session"]);
        assert_eq!(again["ChallengeParameters"]["triesLeft"], left);
        asked = again;
    }
    let last = asked.clone();
    pool.say(&asked, SEED_EMAIL, wrong(&code))
        .await
        .is(WRONG.0, WRONG.1);
    let (error, _) = pool.say(&last, SEED_EMAIL, &code).await.error();
    assert_eq!(error, "NotAuthorizedException");

    let asked = pool.question(SEED_EMAIL).await.ok();
    let code = pool.code(SEED_EMAIL);
    let asked = pool.say(&asked, SEED_EMAIL, wrong(&code)).await.ok();
    assert_eq!(pool.code(SEED_EMAIL), code, "no other number was sent");
    Tokens::of(&pool.say(&asked, SEED_EMAIL, &code).await.ok());
}

#[tokio::test]
async fn the_question_comes_after_the_password_with_srp() {
    let pool = Pool::with_question().await;
    let asked = pool.with_srp(SEED_EMAIL, SEED_PASSWORD).await.ok();
    let code = pool.code(SEED_EMAIL);
    Tokens::of(&pool.say(&asked, SEED_EMAIL, &code).await.ok());
    pool.with_srp(SEED_EMAIL, PASSWORD)
        .await
        .is(WRONG.0, WRONG.1);
    assert_eq!(pool.mail_kinds(SEED_EMAIL).len(), 1);
    let parameters = json!({ "USERNAME": SEED_EMAIL, "CHALLENGE_NAME": "PASSWORD" });
    let refused = pool.initiate("CUSTOM_AUTH", parameters).await;
    assert_eq!(refused.error().0, "InvalidParameterException");
}

#[tokio::test]
async fn an_unknown_person_is_asked_too_and_never_gets_in() {
    let pool = Pool::with_question().await;
    let nobody = "nobody@nowhere.test";
    let mut asked = pool.question(nobody).await.ok();
    assert_eq!(
        asked["ChallengeParameters"]["question"],
        "Which number did we send to n***@n***?"
    );
    for _ in 0..2 {
        asked = pool.say(&asked, nobody, "123456").await.ok();
    }
    pool.say(&asked, nobody, "123456")
        .await
        .is(WRONG.0, WRONG.1);
    pool.with_srp(nobody, PASSWORD).await.is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn who_has_no_proven_address_cannot_be_asked() {
    let pool = Pool::with_question().await;
    let list = crate::support::attributes(&[("email_verified", "false")]);
    let body = json!({ "Username": SEED_EMAIL, "UserAttributes": list });
    pool.admin("AdminUpdateUserAttributes", body).await.ok();
    let (code, _) = pool.question(SEED_EMAIL).await.error();
    assert_eq!(code, "InvalidParameterException");
}
