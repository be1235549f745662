//! Choice-based sign-in, and the way from sign-up to sign-in without a second code.

use cognito_user_pool::operation::{ConfirmSignUp, GetUserAuthFactors, SignUp, With};
use cognito_user_pool::{
    Choice, DeliveryMedium, ErrorKind, FirstFactor, SelectChallenge, SignIn, SignInStep,
};
use cruddur_local::MailKind;
use serde_json::json;

use crate::support::*;

impl Pool {
    async fn with_choice(factors: &[&str]) -> Self {
        let pool = Self::start().await.with_ann().await;
        pool.allow_choice(factors).await;
        pool
    }

    async fn allow_choice(&self, factors: &[&str]) {
        let body = json!({ "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
        self.admin("UpdateUserPool", body).await;
        self.allow_flows(&["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
            .await;
    }

    async fn choose(&self) -> SelectChallenge {
        let step = self.client.start(SignIn::choice(EMAIL)).await.unwrap();
        match step {
            SignInStep::SelectChallenge(select) => select,
            step => panic!("another step: {step:?}"),
        }
    }
}

#[tokio::test]
async fn what_the_user_has_is_offered_and_signs_in() {
    let pool = Pool::with_choice(&["PASSWORD", "EMAIL_OTP"]).await;
    let (right, wrong) = (password(PASSWORD), password("Wrong-2026!"));
    let select = pool.choose().await;
    assert_eq!(
        select.available,
        [
            FirstFactor::PasswordSrp,
            FirstFactor::Password,
            FirstFactor::EmailOtp
        ]
    );
    for (choice, refused) in [
        (Choice::Password(&right), Choice::Password(&wrong)),
        (Choice::PasswordSrp(&right), Choice::PasswordSrp(&wrong)),
    ] {
        let select = pool.choose().await;
        let step = pool.client.select_challenge(&select, choice, None).await;
        signed_in(step.unwrap());
        let select = pool.choose().await;
        let step = pool.client.select_challenge(&select, refused, None).await;
        assert_eq!(kind(step), ErrorKind::WrongCredentials);
        // Named beforehand.
        let step = pool.client.start(SignIn::choice_of(EMAIL, choice)).await;
        let tokens = signed_in(step.unwrap());
        let access_token = &tokens.access_token;
        let factors = pool.client.call(&GetUserAuthFactors { access_token }).await;
        assert_eq!(
            factors.unwrap().first_factors,
            [FirstFactor::Password, FirstFactor::EmailOtp]
        );
    }
}

#[tokio::test]
async fn a_code_of_eight_digits_is_enough() {
    let pool = Pool::with_choice(&["EMAIL_OTP"]).await;
    let select = pool.choose().await;
    let chosen = pool
        .client
        .select_challenge(&select, Choice::EmailOtp, None)
        .await;
    let sign_in = SignIn::choice_of(EMAIL, Choice::EmailOtp);
    let preferred = pool.client.start(sign_in).await;
    for step in [chosen, preferred] {
        let SignInStep::EmailOtp(sent) = step.unwrap() else {
            panic!("another step");
        };
        assert_eq!(sent.delivery.medium, DeliveryMedium::Email);
        assert_eq!(sent.delivery.destination.as_deref(), Some("a***@e***"));
        let refused = pool.client.answer_code(&sent, "00000000").await;
        assert_eq!(kind(refused), ErrorKind::CodeMismatch);
    }
    let step = pool
        .client
        .start(SignIn::choice_of(EMAIL, Choice::EmailOtp));
    let SignInStep::EmailOtp(sent) = step.await.unwrap() else {
        panic!("another step");
    };
    let code = pool.last_code(EMAIL);
    assert_eq!(code.len(), 8);
    signed_in(pool.client.answer_code(&sent, &code).await.unwrap());
}

#[tokio::test]
async fn a_choice_is_taken_up_after_a_reload() {
    let pool = Pool::with_choice(&["PASSWORD", "EMAIL_OTP"]).await;
    let step = pool.client.start(SignIn::choice(EMAIL)).await.unwrap();
    let text = pool.client.save(&step).unwrap();
    let SignInStep::SelectChallenge(select) = pool.client.resume(&text).unwrap() else {
        panic!("another step");
    };
    let right = password(PASSWORD);
    let choice = Choice::PasswordSrp(&right);
    let step = pool.client.select_challenge(&select, choice, None).await;
    signed_in(step.unwrap());
    let again = pool.client.select_challenge(&select, choice, None).await;
    assert_eq!(kind(again), ErrorKind::ChallengeSessionExpired);
}

#[tokio::test]
async fn a_confirmed_sign_up_signs_in_without_another_code() {
    let pool = Pool::start().await;
    pool.allow_choice(&["PASSWORD", "EMAIL_OTP"]).await;
    let attributes = [
        ("email", EMAIL),
        ("name", "Ann"),
        ("preferred_username", "ann"),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let signed_up = pool
        .client
        .call(&SignUp {
            username: EMAIL,
            password: &password(PASSWORD),
            attributes: &attributes,
        })
        .await
        .unwrap();
    let code = pool.code(EMAIL, MailKind::SignUp);
    let confirm = With::new(ConfirmSignUp {
        username: EMAIL,
        code: &code,
    });
    let confirm = confirm.session(&signed_up.session.expect("a session"));
    let confirmed = pool.client.call(&confirm).await.unwrap();
    let session = confirmed.session.expect("a session");
    let start = || pool.client.start(SignIn::after_sign_up(EMAIL, &session));
    let tokens = signed_in(start().await.unwrap());
    assert!(tokens.refresh_token.is_some());
    assert_eq!(pool.stack.mail().to(EMAIL).len(), 1, "one code");
    assert_eq!(kind(start().await), ErrorKind::ChallengeSessionExpired);
}

#[tokio::test]
async fn an_app_client_without_the_flow_says_so() {
    let pool = Pool::start().await.with_ann().await;
    let refused = pool.client.start(SignIn::choice(EMAIL)).await;
    assert_eq!(kind(refused), ErrorKind::FlowNotEnabled);
    let refused = pool.client.start(SignIn::custom(EMAIL)).await;
    assert_eq!(kind(refused), ErrorKind::FlowNotEnabled);
}
