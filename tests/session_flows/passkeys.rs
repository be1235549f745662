//! Passkeys, by an authenticator that does what it is told.

use std::cell::RefCell;
use std::rc::Rc;

use cognito_user_pool::Storage as _;
use cruddur_web::config::{AuthOptions, UsernameKind};
use cruddur_web::session::{
    Authenticator, Challenge, PasskeyError, PasskeyRequest, SessionState, SignIn,
};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{START_MS, World, exception, ok, tokens};
use crate::{EMAIL, asked, challenge};

const OPTIONS: &str = r#"{"challenge":"abc"}"#;
const CREDENTIAL: &str = r#"{"id":"of ann"}"#;
const KEY: &str = "cruddur.passkey_username";

type Asked = Rc<RefCell<Vec<PasskeyRequest>>>;

/// A world with passkeys, whose authenticator answers each request alike.
fn world(answer: Result<&'static str, PasskeyError>) -> (World, Asked) {
    let asked: Asked = Rc::default();
    let authenticator = Authenticator::from_fn({
        let asked = asked.clone();
        move |request| {
            asked.borrow_mut().push(request);
            let answer = answer.clone().map(str::to_owned);
            async move { answer }
        }
    });
    let world = World {
        authenticator,
        options: AuthOptions {
            passkeys: true,
            ..AuthOptions::default()
        },
        ..World::default()
    };
    (world, asked)
}

fn web_authn() -> crate::support::Answer {
    challenge(
        "WEB_AUTHN",
        json!({ "CREDENTIAL_REQUEST_OPTIONS": OPTIONS }),
    )
}

#[wasm_bindgen_test]
async fn a_passkey_signs_in_and_is_offered_the_next_time() {
    let (world, requests) = world(Ok(CREDENTIAL));
    world
        .service
        .on("InitiateAuth", web_authn())
        .on("RespondToAuthChallenge", tokens(START_MS));
    let session = world.session();
    assert_eq!(session.passkey_username(), None);
    let step = session.sign_in_by_passkey(EMAIL).await.unwrap();
    assert_eq!(step, SignIn::SignedIn);
    assert_eq!(
        *requests.borrow(),
        [PasskeyRequest::Get(OPTIONS.to_owned())]
    );
    let begun = world.service.body("InitiateAuth");
    assert_eq!(begun["AuthParameters"]["PREFERRED_CHALLENGE"], "WEB_AUTHN");
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["ChallengeName"], "WEB_AUTHN");
    assert_eq!(body["ChallengeResponses"]["CREDENTIAL"], CREDENTIAL);
    assert_eq!(session.passkey_username().as_deref(), Some(EMAIL));
}

#[wasm_bindgen_test]
async fn what_the_device_refuses_is_told_and_can_be_tried_again() {
    for refusal in [
        PasskeyError::Cancelled,
        PasskeyError::WrongSite,
        PasskeyError::Unsupported,
        PasskeyError::Failed("UnknownError".to_owned()),
    ] {
        let (world, requests) = world(Err(refusal.clone()));
        world.service.on("InitiateAuth", web_authn());
        let session = world.session();
        let error = session.sign_in_by_passkey(EMAIL).await.unwrap_err();
        assert_eq!(error, refusal);
        assert_eq!(
            world.service.sent(),
            ["InitiateAuth"],
            "nothing was answered"
        );
        assert_eq!(session.state(), SessionState::SignedOut(None));
        assert_eq!(session.passkey_username(), None);

        // The challenge waits still.
        let (_, waiting) = session.pending_challenge().unwrap();
        let Challenge::WebAuthn(waiting) = waiting else {
            panic!("{waiting:?}")
        };
        session.answer_passkey(&waiting).await.unwrap_err();
        assert_eq!(requests.borrow().len(), 2);
    }
}

#[wasm_bindgen_test]
async fn a_passkey_that_the_pool_refuses_is_not_offered_again() {
    let (world, _) = world(Ok(CREDENTIAL));
    world.service.on("InitiateAuth", web_authn()).on(
        "RespondToAuthChallenge",
        exception("NotAuthorizedException", "Incorrect username or password."),
    );
    let session = world.session();
    let error = session.sign_in_by_passkey(EMAIL).await.unwrap_err();
    assert!(matches!(error, PasskeyError::Pool(_)), "{error:?}");
    assert_eq!(session.passkey_username(), None);
}

#[wasm_bindgen_test]
async fn who_has_no_passkey_hears_what_there_is() {
    let (world, requests) = world(Ok(CREDENTIAL));
    world.service.on(
        "InitiateAuth",
        ok(json!({ "ChallengeName": "SELECT_CHALLENGE", "Session": "s",
            "ChallengeParameters": {}, "AvailableChallenges": ["PASSWORD_SRP"] })),
    );
    let session = world.session();
    let step = asked(session.sign_in_by_passkey(EMAIL).await.unwrap());
    assert_eq!(step.name(), "SELECT_CHALLENGE");
    assert!(requests.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn autofill_offers_the_passkey_of_the_last_time() {
    let (world, requests) = world(Ok(CREDENTIAL));
    let session = world.session();
    assert!(session.sign_in_by_autofill().await.is_none(), "of whom?");
    assert!(world.service.sent().is_empty());

    world.storage.set(KEY, EMAIL).unwrap();
    world
        .service
        .on("InitiateAuth", web_authn())
        .on("RespondToAuthChallenge", tokens(START_MS));
    let step = session.sign_in_by_autofill().await.unwrap();
    assert_eq!(step.unwrap(), SignIn::SignedIn);
    let options = OPTIONS.to_owned();
    assert_eq!(*requests.borrow(), [PasskeyRequest::Autofill(options)]);
    assert_eq!(
        world.service.body("InitiateAuth")["AuthParameters"]["USERNAME"],
        EMAIL
    );
}

#[wasm_bindgen_test]
async fn an_offer_that_nobody_takes_leaves_no_trace() {
    let (world, _) = world(Err(PasskeyError::Cancelled));
    world.storage.set(KEY, EMAIL).unwrap();
    world.service.on("InitiateAuth", web_authn());
    let session = world.session();
    assert!(session.sign_in_by_autofill().await.is_none());
    assert_eq!(session.pending_challenge(), None);
    assert!(!session.can_resend_challenge());
    assert!(world.tab_storage.keys().is_empty());
}

#[wasm_bindgen_test]
async fn an_offer_that_waited_too_long_is_made_good() {
    let (world, requests) = world(Ok(CREDENTIAL));
    world.storage.set(KEY, EMAIL).unwrap();
    world
        .service
        .on("InitiateAuth", web_authn())
        .on("InitiateAuth", web_authn())
        .on(
            "RespondToAuthChallenge",
            exception("NotAuthorizedException", "Invalid session for the user."),
        )
        .on("RespondToAuthChallenge", tokens(START_MS));
    let step = world.session().sign_in_by_autofill().await.unwrap();
    assert_eq!(step.unwrap(), SignIn::SignedIn);
    let options = OPTIONS.to_owned();
    assert_eq!(
        *requests.borrow(),
        [
            PasskeyRequest::Autofill(options.clone()),
            PasskeyRequest::Get(options)
        ]
    );
}

#[wasm_bindgen_test]
async fn a_pool_without_passkeys_is_not_asked() {
    let (mut world, requests) = world(Ok(CREDENTIAL));
    world.options.passkeys = false;
    world.storage.set(KEY, EMAIL).unwrap();
    assert!(world.session().sign_in_by_autofill().await.is_none());
    assert!(world.service.sent().is_empty() && requests.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_new_passkey_is_registered_and_offered_by_a_name_that_signs_in() {
    let by_name = UsernameKind::Username {
        email: false,
        phone_number: false,
        preferred_username: false,
    };
    for (kind, name) in [
        (UsernameKind::Email, EMAIL),
        (UsernameKind::PhoneNumber, "ann-sub"),
        (by_name, "ann-sub"),
    ] {
        let (mut world, requests) = world(Ok(CREDENTIAL));
        world.options.username = kind;
        world.store_session(3600);
        world
            .service
            .on(
                "StartWebAuthnRegistration",
                ok(json!({ "CredentialCreationOptions": { "challenge": "abc" } })),
            )
            .on("CompleteWebAuthnRegistration", ok(json!({})))
            .on("DeleteWebAuthnCredential", ok(json!({})));
        let session = world.session();
        session.add_passkey().await.unwrap();
        assert_eq!(
            *requests.borrow(),
            [PasskeyRequest::Create(OPTIONS.to_owned())]
        );
        let body = world.service.body("CompleteWebAuthnRegistration");
        assert_eq!(body["Credential"], json!({ "id": "of ann" }));
        assert_eq!(
            session.passkey_username().as_deref(),
            Some(name),
            "{kind:?}"
        );
        session.delete_passkey("of ann").await.unwrap();
        assert_eq!(session.passkey_username(), None);
    }
}

#[wasm_bindgen_test]
async fn a_passkey_that_is_there_already_registers_nothing() {
    let (world, _) = world(Err(PasskeyError::AlreadyRegistered));
    world.store_session(3600);
    world.service.on(
        "StartWebAuthnRegistration",
        ok(json!({ "CredentialCreationOptions": {} })),
    );
    let session = world.session();
    let error = session.add_passkey().await.unwrap_err();
    assert_eq!(error, PasskeyError::AlreadyRegistered);
    assert_eq!(world.service.sent(), ["StartWebAuthnRegistration"]);
    assert_eq!(session.passkey_username(), None);
}
