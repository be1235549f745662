//! First factors that `choice` leaves out: a code by text message, and a password that the pool asks for.

use cognito_user_pool::{
    Choice, Client, Config, DeliveryMedium, ErrorKind, HttpRequest, HttpResponse, SignIn,
    SignInStep, Transport, TransportError,
};
use cruddur_local::CLIENT_ID;
use interop::{Http, SkewedClock};
use serde_json::{Value, json};

use crate::support::*;

const PHONE: &str = "+15555550100";

impl Pool {
    async fn with_first_factors(factors: &[&str]) -> Self {
        let pool = Self::start().await.with_ann().await;
        let body = json!({ "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
        pool.admin("UpdateUserPool", body).await;
        pool.allow_flows(&["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
            .await;
        pool
    }
}

#[tokio::test]
async fn a_code_by_text_message_is_enough() {
    let pool = Pool::with_first_factors(&["PASSWORD", "SMS_OTP"]).await;
    let phone = json!([{ "Name": "phone_number", "Value": PHONE },
        { "Name": "phone_number_verified", "Value": "true" }]);
    let body = json!({ "Username": EMAIL, "UserAttributes": phone });
    pool.admin("AdminUpdateUserAttributes", body).await;

    let preferred = SignIn::choice_of(EMAIL, Choice::SmsOtp);
    let preferred = pool.client.start(preferred).await.unwrap();
    let step = pool.client.start(SignIn::choice(EMAIL)).await.unwrap();
    let SignInStep::SelectChallenge(select) = step else {
        panic!("another step: {step:?}");
    };
    let choice = Choice::SmsOtp;
    let chosen = pool.client.select_challenge(&select, choice, None).await;
    let chosen = chosen.unwrap();
    // Newest first.
    let codes: Vec<String> = pool
        .stack
        .mail()
        .to(PHONE)
        .into_iter()
        .map(|mail| mail.code)
        .collect();
    for (step, code) in [chosen, preferred].into_iter().zip(codes) {
        let text = pool.client.save(&step).unwrap();
        let SignInStep::SmsOtp(sent) = pool.client.resume(&text).unwrap() else {
            panic!("another step: {step:?}");
        };
        assert_eq!(sent.delivery.medium, DeliveryMedium::Sms);
        assert_eq!(code.len(), 8);
        let refused = pool.client.answer_code(&sent, "00000000").await;
        assert_eq!(kind(refused), ErrorKind::CodeMismatch);
        signed_in(pool.client.answer_code(&sent, &code).await.unwrap());
    }
}

/// Sends the start of a sign-in without what goes with the preferred factor, so that the pool asks for it.
#[derive(Default)]
struct Forgetful(Http);

impl Transport for Forgetful {
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let body = request.body.as_deref().unwrap_or_default();
        let mut body: Value = serde_json::from_slice(body).expect("JSON");
        if let Some(parameters) = body["AuthParameters"].as_object_mut() {
            parameters.remove("PASSWORD");
            parameters.remove("SRP_A");
        }
        request.body = Some(body.to_string().into_bytes());
        self.0.send(request).await
    }
}

#[tokio::test]
async fn a_password_that_the_pool_asks_for_is_given() {
    let pool = Pool::with_first_factors(&["PASSWORD", "EMAIL_OTP"]).await;
    let config = Config::new(&pool.id, CLIENT_ID).expect("ids");
    let config = config
        .with_endpoint(pool.stack.pool_url())
        .expect("an endpoint");
    let client = Client::new(config, Forgetful::default(), SkewedClock::default());
    let (right, wrong) = (password(PASSWORD), password("Wrong-2026!"));
    for (choice, name) in [
        (Choice::Password(&right), "PASSWORD"),
        (Choice::PasswordSrp(&right), "PASSWORD_SRP"),
    ] {
        let asked = async || {
            let step = client.start(SignIn::choice_of(EMAIL, choice)).await;
            match step.unwrap() {
                SignInStep::Password(asked) | SignInStep::PasswordSrp(asked) => asked,
                step => panic!("another step: {step:?}"),
            }
        };
        let step = client.start(SignIn::choice_of(EMAIL, choice)).await;
        assert_eq!(step.unwrap().challenge_name(), Some(name));
        let refused = client.answer_password(&asked().await, &wrong, None).await;
        assert_eq!(kind(refused), ErrorKind::WrongCredentials, "{name}");
        let step = client.answer_password(&asked().await, &right, None).await;
        signed_in(step.unwrap());
    }
}
