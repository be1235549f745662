use serde_json::{Value, json};

use crate::srp::Srp;
use crate::support::{
    PASSWORD, Pool, SEED_EMAIL, SEED_PASSWORD, Tokens, WRONG, attribute, attributes, claims,
};

const EMAIL: &str = "worf@cruddur.test";
const LOCKED: (&str, &str) = ("NotAuthorizedException", "Password attempts exceeded");

#[tokio::test]
async fn the_seed_user_signs_in_in_whatever_case() {
    let pool = Pool::start().await;
    let mut subs = Vec::new();
    for email in [SEED_EMAIL, "Andrew@Cruddur.Test", "ANDREW@CRUDDUR.TEST"] {
        let tokens = pool.sign_in(email, SEED_PASSWORD).await;
        subs.push(claims(&tokens.access)["sub"].clone());
    }
    // The user name itself does too.
    let sub = subs[0].as_str().expect("text").to_owned();
    let tokens = pool.sign_in(&sub, SEED_PASSWORD).await;
    subs.push(claims(&tokens.access)["sub"].clone());
    assert!(subs.iter().all(|other| *other == sub.as_str()));
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let pool = Pool::start().await;
    for password in ["crud-dur-2026!", "Crud-dur-2026! ", " Crud-dur-2026!", "x"] {
        pool.srp(SEED_EMAIL, password).await.is(WRONG.0, WRONG.1);
    }
    pool.seed_signed_in().await;
}

#[tokio::test]
async fn a_password_is_any_unicode_as_it_is() {
    let pool = Pool::start().await;
    // "ä" composed, and "a" with a combining diaeresis.
    let (composed, combined) = (
        "P\u{e4}ssw\u{f6}rd-1!\u{1f600}",
        "Pa\u{308}ssw\u{f6}rd-1!\u{1f600}",
    );
    pool.try_sign_up(EMAIL, composed).await.ok();
    pool.confirm(EMAIL, &pool.code(EMAIL)).await.ok();
    pool.sign_in(EMAIL, composed).await;
    pool.srp(EMAIL, combined).await.is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn five_failures_are_free_then_each_doubles_the_wait() {
    let pool = Pool::start().await;
    let fail = async || pool.srp(SEED_EMAIL, "Wrong-one-1!").await;
    for _ in 0..5 {
        fail().await.is(WRONG.0, WRONG.1);
    }
    // A jump larger than the time that the calls themselves take.
    for wait in [1, 2, 4, 8, 16, 32, 64] {
        if wait >= 32 {
            pool.srp(SEED_EMAIL, SEED_PASSWORD)
                .await
                .is(LOCKED.0, LOCKED.1);
            // An attempt during the lock-out does not make it longer.
            fail().await.is(LOCKED.0, LOCKED.1);
        }
        pool.wait(wait);
        fail().await.is(WRONG.0, WRONG.1);
    }
    pool.srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(LOCKED.0, LOCKED.1);
    pool.wait(128);
    pool.seed_signed_in().await;
    // The right one starts the count again.
    for _ in 0..4 {
        fail().await.is(WRONG.0, WRONG.1);
    }
    pool.seed_signed_in().await;
}

#[tokio::test]
async fn the_lockout_is_a_quarter_of_an_hour_at_most() {
    let pool = Pool::start().await;
    for _ in 0..5 {
        pool.srp(SEED_EMAIL, "Wrong-one-1!")
            .await
            .is(WRONG.0, WRONG.1);
    }
    for exponent in 0..10 {
        pool.wait(1 << exponent);
        pool.srp(SEED_EMAIL, "Wrong-one-1!")
            .await
            .is(WRONG.0, WRONG.1);
    }
    pool.wait(14 * 60);
    pool.srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(LOCKED.0, LOCKED.1);
    pool.wait(60);
    pool.seed_signed_in().await;
}

#[tokio::test]
async fn a_password_in_plain_text_needs_a_client_that_allows_it() {
    let pool = Pool::start().await;
    let sign_in = async |password: &str| {
        let parameters = json!({ "USERNAME": SEED_EMAIL, "PASSWORD": password });
        pool.initiate("USER_PASSWORD_AUTH", parameters).await
    };
    sign_in(SEED_PASSWORD).await.is(
        "InvalidParameterException",
        "USER_PASSWORD_AUTH flow not enabled for this client",
    );
    pool.set_client(json!({})).await;
    Tokens::of(&sign_in(SEED_PASSWORD).await.ok());
    sign_in("Wrong-one-1!").await.is(WRONG.0, WRONG.1);
    let parameters = json!({ "USERNAME": "nobody@nowhere.test", "PASSWORD": PASSWORD });
    pool.initiate("USER_PASSWORD_AUTH", parameters)
        .await
        .is(WRONG.0, WRONG.1);
    for (parameters, missing) in [
        (json!({ "PASSWORD": PASSWORD }), "USERNAME"),
        (json!({ "USERNAME": SEED_EMAIL }), "PASSWORD"),
        (
            json!({ "USERNAME": SEED_EMAIL, "PASSWORD": "" }),
            "PASSWORD",
        ),
    ] {
        let message = format!("Missing required parameter {missing}");
        let answer = pool.initiate("USER_PASSWORD_AUTH", parameters).await;
        answer.is("InvalidParameterException", &message);
    }
}

#[tokio::test]
async fn a_flow_that_is_off_is_refused() {
    let pool = Pool::start().await;
    for (flow, message) in [
        ("CUSTOM_AUTH", "Auth flow not enabled for this client"),
        ("USER_AUTH", "USER_AUTH flow not enabled for this client"),
        (
            "ADMIN_USER_PASSWORD_AUTH",
            "Auth flow not enabled for this client",
        ),
    ] {
        let answer = pool.initiate(flow, json!({ "USERNAME": SEED_EMAIL })).await;
        answer.is("InvalidParameterException", message);
    }
    pool.set_client(json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] }))
        .await;
    let answer = pool.challenge(&Srp::random(), SEED_EMAIL).await;
    answer.is(
        "InvalidParameterException",
        "USER_SRP_AUTH is not enabled for the client.",
    );
    let answer = pool.refresh("whatever").await;
    answer.is(
        "InvalidParameterException",
        "Auth flow not enabled for this client",
    );
}

#[tokio::test]
async fn a_client_with_a_secret_needs_the_hash() {
    let pool = Pool::start().await;
    let made = json!({ "ClientName": "secretive", "GenerateSecret": true, "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    let made = pool.admin("CreateUserPoolClient", made).await.ok();
    let text = |name: &str| {
        made["UserPoolClient"][name]
            .as_str()
            .expect(name)
            .to_owned()
    };
    let (client, secret) = (text("ClientId"), text("ClientSecret"));
    let hash = |username: &str| {
        use base64::Engine as _;
        use hmac::{KeyInit, Mac};
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
        mac.update(format!("{username}{client}").as_bytes());
        base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
    };
    let sign_in = async |given: Option<String>| {
        let mut parameters = json!({ "USERNAME": SEED_EMAIL, "PASSWORD": SEED_PASSWORD });
        if let Some(given) = given {
            parameters["SECRET_HASH"] = given.into();
        }
        let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": parameters });
        pool.call("InitiateAuth", body).await
    };
    sign_in(None).await.is(
        "NotAuthorizedException",
        &format!("Client {client} is configured with secret but SECRET_HASH was not received"),
    );
    sign_in(Some(hash("somebody else"))).await.is(
        "NotAuthorizedException",
        &format!("Unable to verify secret hash for client {client}"),
    );
    Tokens::of(&sign_in(Some(hash(SEED_EMAIL))).await.ok());
}

#[tokio::test]
async fn an_invited_person_sets_a_password_of_their_own() {
    let pool = Pool::start().await;
    let body =
        json!({ "Username": EMAIL, "UserAttributes": attributes(&[("email_verified", "true")]) });
    pool.admin("AdminCreateUser", body).await.ok();
    let temporary = pool.code(EMAIL);
    pool.srp(EMAIL, "Wrong-one-1!").await.is(WRONG.0, WRONG.1);
    let challenge = pool.srp(EMAIL, &temporary).await.ok();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert!(challenge.get("AuthenticationResult").is_none());
    let parameters = &challenge["ChallengeParameters"];
    let list = |name: &str| -> Value {
        serde_json::from_str(parameters[name].as_str().expect("text")).expect("JSON")
    };
    assert_eq!(
        list("requiredAttributes"),
        json!(["userAttributes.name", "userAttributes.preferred_username"])
    );
    assert_eq!(
        list("userAttributes"),
        json!({ "email": EMAIL, "email_verified": "true" })
    );
    let user_id = parameters["USER_ID_FOR_SRP"].as_str().expect("text");
    let session = challenge["Session"].as_str().expect("text");

    let respond = async |responses: Value| {
        let mut all = json!({ "USERNAME": user_id });
        for (name, value) in responses.as_object().expect("an object") {
            all[name] = value.clone();
        }
        pool.respond("NEW_PASSWORD_REQUIRED", all, Some(session))
            .await
    };
    // What is refused can be put right in the same session.
    let answer = respond(json!({})).await;
    answer.is(
        "InvalidParameterException",
        "Missing required parameter NEW_PASSWORD",
    );
    let answer = respond(json!({ "NEW_PASSWORD": "weak" })).await;
    answer.is(
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
    );
    let answer = respond(json!({ "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Worf" })).await;
    answer.is(
        "InvalidParameterException",
        "Invalid attributes given, preferred_username is missing",
    );
    let whole = json!({
        "NEW_PASSWORD": PASSWORD, "userAttributes.name": "Worf", "userAttributes.preferred_username": "worf",
    });
    let mut with_email = whole.clone();
    with_email["userAttributes.email"] = "other@cruddur.test".into();
    let answer = respond(with_email).await;
    answer.is(
        "NotAuthorizedException",
        "Cannot modify an already provided email",
    );
    let tokens = Tokens::of(&respond(whole.clone()).await.ok());
    let answer = respond(whole).await;
    answer.is(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );

    let user = pool.get_user(&tokens.access).await.ok();
    assert_eq!(
        attribute(&user["UserAttributes"], "preferred_username"),
        Some("worf")
    );
    let user = pool
        .admin("AdminGetUser", json!({ "Username": EMAIL }))
        .await
        .ok();
    assert_eq!(user["UserStatus"], "CONFIRMED");
    pool.sign_in(EMAIL, PASSWORD).await;
    pool.srp(EMAIL, &temporary).await.is(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_session_for_a_new_password_ends_and_is_somebodys_own() {
    let pool = Pool::start().await;
    let invite = async |email: &str| {
        let list = attributes(&[("name", "A"), ("preferred_username", "a")]);
        let body = json!({ "Username": email, "UserAttributes": list });
        pool.admin("AdminCreateUser", body).await.ok();
        pool.srp(email, &pool.code(email)).await.ok()
    };
    let worf = invite(EMAIL).await;
    let kurn = invite("kurn@cruddur.test").await;
    let session = worf["Session"].as_str();
    let responses = |who: &Value| json!({ "USERNAME": who["ChallengeParameters"]["USER_ID_FOR_SRP"], "NEW_PASSWORD": PASSWORD });
    let answer = pool
        .respond("NEW_PASSWORD_REQUIRED", responses(&kurn), session)
        .await;
    answer.is("NotAuthorizedException", "Invalid session for the user.");
    let made_up = Some("made-up-but-long-enough-to-be-a-session");
    let answer = pool
        .respond("NEW_PASSWORD_REQUIRED", responses(&worf), made_up)
        .await;
    answer.is("NotAuthorizedException", "Invalid session for the user.");
    let answer = pool
        .respond("NEW_PASSWORD_REQUIRED", responses(&worf), None)
        .await;
    answer.is(
        "InvalidParameterException",
        "Missing required parameter Session",
    );
    let answer = pool
        .respond("SOFTWARE_TOKEN_MFA", responses(&worf), session)
        .await;
    answer.is("NotAuthorizedException", "Invalid session for the user.");
    pool.wait(180);
    let answer = pool
        .respond("NEW_PASSWORD_REQUIRED", responses(&worf), session)
        .await;
    answer.is(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
}

#[tokio::test]
async fn a_temporary_password_ends_after_seven_days() {
    let pool = Pool::start().await;
    pool.admin("AdminCreateUser", json!({ "Username": EMAIL }))
        .await
        .ok();
    let temporary = pool.code(EMAIL);
    pool.wait(7 * 24 * 60 * 60 - 60);
    pool.srp(EMAIL, &temporary).await.ok();
    pool.wait(60);
    pool.srp(EMAIL, &temporary).await.is(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    );
    // Only who knows the password hears that.
    pool.srp(EMAIL, "Wrong-one-1!").await.is(WRONG.0, WRONG.1);
    let body = json!({ "Username": EMAIL, "MessageAction": "RESEND" });
    pool.admin("AdminCreateUser", body).await.ok();
    let again = pool.srp(EMAIL, &pool.code(EMAIL)).await.ok();
    assert_eq!(again["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn a_disabled_person_does_not_get_in() {
    let pool = Pool::start().await;
    let disabled = ("NotAuthorizedException", "User is disabled.");
    let tokens = pool.seed_signed_in().await;
    pool.admin("AdminDisableUser", json!({ "Username": SEED_EMAIL }))
        .await
        .ok();
    pool.srp(SEED_EMAIL, SEED_PASSWORD)
        .await
        .is(disabled.0, disabled.1);
    pool.get_user(&tokens.access)
        .await
        .is(disabled.0, disabled.1);
    pool.refresh(&tokens.refresh)
        .await
        .is(disabled.0, disabled.1);
    pool.admin("AdminEnableUser", json!({ "Username": SEED_EMAIL }))
        .await
        .ok();
    // The old session stays ended.
    let answer = pool.get_user(&tokens.access).await;
    answer.is("NotAuthorizedException", "Access Token has been revoked");
    pool.seed_signed_in().await;
}

#[tokio::test]
async fn a_person_who_is_disabled_between_the_two_calls_does_not_get_in() {
    let pool = Pool::start().await;
    let srp = Srp::random();
    let first = pool.challenge(&srp, SEED_EMAIL).await.ok();
    pool.admin("AdminDisableUser", json!({ "Username": SEED_EMAIL }))
        .await
        .ok();
    let parameters = &first["ChallengeParameters"];
    let responses = srp.respond(&pool.id, parameters, SEED_PASSWORD, &pool.timestamp());
    let answer = pool.respond("PASSWORD_VERIFIER", responses, None).await;
    answer.is("NotAuthorizedException", "User is disabled.");
}

#[tokio::test]
async fn the_time_for_a_challenge_is_the_clients_to_set() {
    let pool = Pool::start().await;
    pool.set_client(json!({ "AuthSessionValidity": 15 })).await;
    let srp = Srp::random();
    let first = pool.challenge(&srp, SEED_EMAIL).await.ok();
    pool.wait(14 * 60);
    let parameters = &first["ChallengeParameters"];
    let responses = srp.respond(&pool.id, parameters, SEED_PASSWORD, &pool.timestamp());
    Tokens::of(
        &pool
            .respond("PASSWORD_VERIFIER", responses, None)
            .await
            .ok(),
    );
}
