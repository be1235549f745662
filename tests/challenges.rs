//! The screens on the way in, as a person with a keyboard and a scripted pool finds them.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

#[path = "shell/page.rs"]
#[allow(dead_code)] // the shell's tests use the rest
mod page;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cognito_user_pool::Storage as _;
use cruddur_web::config::{AuthFlowType, AuthOptions, ManagedLoginOptions};
use cruddur_web::session::{Authenticator, IdentityProvider, PasskeyError, PasskeyRequest};
use page::{Page, focused, let_feed_answer, open, settle, until, url};
use serde_json::{Value, json};
use support::{Answer, START_MS, World, exception, ok, password_verifier, tokens};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlInputElement;

wasm_bindgen_test_configure!(run_in_browser);

const EMAIL: &str = "ann@example.com";
const PASSWORD: &str = "Crud-dur-2026!";
const ANSWER: &str = "RespondToAuthChallenge";
const BELOW: &str = ".auth-below .text-link";
const RESEND: &str = ".auth-below .button-quiet";

fn world_with(options: AuthOptions) -> World {
    let world = World {
        options,
        ..World::default()
    };
    let_feed_answer(&world, "hello");
    world
}

fn world() -> World {
    world_with(AuthOptions::default())
}

fn challenge(name: &str, parameters: Value) -> Answer {
    ok(
        json!({ "ChallengeName": name, "Session": format!("session of {name}"),
        "ChallengeParameters": parameters }),
    )
}

fn sent_by(medium: &str, to: &str) -> Value {
    json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": medium, "CODE_DELIVERY_DESTINATION": to })
}

fn input(page: &Page, selector: &str) -> HtmlInputElement {
    page.one(selector).dyn_into().unwrap()
}

async fn type_into(page: &Page, selector: &str, text: &str) {
    let input = input(page, selector);
    input.set_value(text);
    let event = web_sys::InputEvent::new("input").unwrap();
    event.init_event_with_bubbles("input", true);
    input.dispatch_event(&event).unwrap();
    settle().await;
}

async fn submit(page: &Page) {
    page.click("form button[type=submit]").await;
}

fn focused_id() -> String {
    focused().map(|element| element.id()).unwrap_or_default()
}

/// Opens the page, and signs in with a password that the pool answers with `next`.
async fn asked(world: &World, next: Answer) -> Page {
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on(ANSWER, next);
    let page = open(world, "/signin").await;
    type_into(&page, "#signin-email", EMAIL).await;
    type_into(&page, "#signin-password", PASSWORD).await;
    submit(&page).await;
    until(|| !page.has("#signin-password")).await;
    page
}

async fn is_home(page: &Page) {
    until(|| page.has(".profile")).await;
    assert_eq!(url(), "/");
}

fn responses(world: &World) -> Value {
    world.service.body(ANSWER)["ChallengeResponses"].clone()
}

async fn click_words(page: &Page, selector: &str, words: &str) {
    let found = page.all(selector).into_iter();
    let found = found.filter(|element| element.text_content().as_deref() == Some(words));
    let found: Vec<_> = found.collect();
    assert_eq!(found.len(), 1, "{words:?} in {:?}", page.texts(selector));
    let element: web_sys::HtmlElement = found[0].clone().dyn_into().unwrap();
    element.click();
    settle().await;
}

#[wasm_bindgen_test]
async fn a_code_is_asked_for_with_where_it_went() {
    for (name, medium, to, words) in [
        ("SMS_MFA", "SMS", "+*******0100", "as a text message"),
        ("SMS_OTP", "SMS", "+*******0100", "as a text message"),
        ("EMAIL_OTP", "EMAIL", "a***@e***", "by email"),
    ] {
        let world = world();
        let page = asked(&world, challenge(name, sent_by(medium, to))).await;
        assert_eq!(page.text("h1"), "Enter your code");
        assert_eq!(focused_id(), "challenge-code", "{name}");
        assert_eq!(page.text(".form-known"), EMAIL);
        assert!(!page.has(".field-error p"), "not yet");
        let notice = page.text(".form-notice");
        assert!(notice.contains(to) && notice.contains(words), "{notice}");
        let attribute = |name: &str| page.one("#challenge-code").get_attribute(name);
        assert_eq!(attribute("inputmode").as_deref(), Some("numeric"));
        assert_eq!(attribute("autocomplete").as_deref(), Some("one-time-code"));
        assert!(!page.has("[name=remember-device]"), "no such pool");

        submit(&page).await;
        assert_eq!(page.texts(".field-error p"), ["Enter the code."]);
        type_into(&page, "#challenge-code", "12345").await;
        submit(&page).await;
        assert!(page.text(".field-error").contains("6 to 8 digits"));
        assert_eq!(world.service.count(ANSWER), 1, "nothing was sent");

        // As it is copied from a message, and as first factors have it.
        world.service.on(ANSWER, tokens(START_MS));
        type_into(&page, "#challenge-code", " 1234 5678\u{a0}").await;
        assert_eq!(input(&page, "#challenge-code").value(), "12345678");
        submit(&page).await;
        is_home(&page).await;
        assert_eq!(responses(&world)[format!("{name}_CODE")], "12345678");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_wrong_code_is_told_at_its_field_and_can_be_put_right() {
    for (name, words) in [
        ("EMAIL_OTP", "newest message"),
        ("SOFTWARE_TOKEN_MFA", "the app shows now"),
    ] {
        let world = world();
        let page = asked(&world, challenge(name, json!({}))).await;
        let wrong = exception(
            "CodeMismatchException",
            "Invalid code or auth state for the user.",
        );
        world.service.on(ANSWER, wrong);
        type_into(&page, "#challenge-code", "000000").await;
        submit(&page).await;
        until(|| page.text(".field-error").contains(words)).await;
        assert_eq!(focused_id(), "challenge-code");
        assert_eq!(
            page.one("#challenge-code")
                .get_attribute("aria-invalid")
                .as_deref(),
            Some("true")
        );
        world.service.on(ANSWER, tokens(START_MS));
        type_into(&page, "#challenge-code", "123456").await;
        submit(&page).await;
        is_home(&page).await;
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_sign_in_that_took_too_long_begins_again_with_the_name() {
    let world = world();
    let page = asked(&world, challenge("SMS_MFA", json!({}))).await;
    let over = exception(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
    world.service.on(ANSWER, over);
    type_into(&page, "#challenge-code", "123456").await;
    submit(&page).await;
    until(|| page.has("#signin-email")).await;
    assert_eq!(input(&page, "#signin-email").value(), EMAIL);
    assert!(page.text(".form-alert").contains("took too long"));
    assert_eq!(page.session.pending_challenge(), None);
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_code_takes_its_time() {
    let world = world();
    let sent = || challenge("SMS_MFA", sent_by("SMS", "+*******0100"));
    let page = asked(&world, sent()).await;
    assert_eq!(page.text(RESEND), "Send another code (in 30 s)");
    page.click(RESEND).await;
    assert_eq!(world.service.count("InitiateAuth"), 1, "too early");

    world.now_ms.set(START_MS + 31_000);
    page.look_again().await;
    assert_eq!(page.text(RESEND), "Send another code");
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on(ANSWER, sent());
    type_into(&page, "#challenge-code", "111111").await;
    page.click(RESEND).await;
    until(|| {
        page.text(".form-notice")
            .contains("Earlier ones no longer count")
    })
    .await;
    assert_eq!(world.service.count("InitiateAuth"), 2);
    assert_eq!(page.text(RESEND), "Send another code (in 30 s)");
    assert_eq!(
        input(&page, "#challenge-code").value(),
        "",
        "that was the old one"
    );

    let too_many = exception("LimitExceededException", "Attempt limit exceeded.");
    world.now_ms.set(START_MS + 62_000);
    page.look_again().await;
    world.service.on("InitiateAuth", too_many);
    page.click(RESEND).await;
    until(|| page.text(".form-alert").contains("Too many codes")).await;
    assert_eq!(page.text(RESEND), "Send another code (in 300 s)");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_reload_comes_back_to_the_same_screen() {
    let world = world();
    let page = asked(&world, challenge("SMS_MFA", sent_by("SMS", "+*******0100"))).await;
    page.close().await;
    let page = open(&world, "/signin").await;
    assert_eq!(page.text("h1"), "Enter your code");
    assert_eq!(page.text(".form-known"), EMAIL);
    assert!(page.text(".form-notice").contains("+*******0100"));
    assert!(!page.has(RESEND), "the password is not known any more");
    world.service.on(ANSWER, tokens(START_MS));
    type_into(&page, "#challenge-code", "123456").await;
    submit(&page).await;
    is_home(&page).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn giving_up_leads_back_to_the_form() {
    let world = world();
    let page = asked(&world, challenge("SOFTWARE_TOKEN_MFA", json!({}))).await;
    page.click(BELOW).await;
    assert_eq!(input(&page, "#signin-email").value(), EMAIL);
    assert_eq!(focused_id(), "signin-password");
    assert_eq!(page.text(".form-alert"), "");
    assert_eq!(page.session.pending_challenge(), None);
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_language_keeps_what_was_typed() {
    let world = world();
    let page = asked(&world, challenge("SMS_MFA", sent_by("SMS", "+*******0100"))).await;
    type_into(&page, "#challenge-code", "123").await;
    page.click("[lang=de]").await;
    until(|| page.text("h1") == "Gib deinen Code ein").await;
    assert!(
        page.text(".form-notice")
            .contains("als SMS an +*******0100")
    );
    assert_eq!(input(&page, "#challenge-code").value(), "123");
    page.click("[lang=en]").await;
    until(|| page.text("h1") == "Enter your code").await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_device_is_remembered_where_the_person_wants_it() {
    for remember in [true, false] {
        let world = world_with(AuthOptions {
            devices: true,
            ..AuthOptions::default()
        });
        let page = asked(&world, challenge("SOFTWARE_TOKEN_MFA", json!({}))).await;
        assert!(!input(&page, "[name=remember-device]").checked());
        if remember {
            page.click("[name=remember-device]").await;
        }
        let signed_in = ok(json!({ "AuthenticationResult": {
            "AccessToken": support::token(START_MS, 3600), "IdToken": support::token(START_MS, 3600),
            "RefreshToken": "r", "ExpiresIn": 3600, "TokenType": "Bearer",
            "NewDeviceMetadata": { "DeviceKey": "us-east-1_key", "DeviceGroupKey": "group" },
        } }));
        world
            .service
            .on(ANSWER, signed_in)
            .on(
                "ConfirmDevice",
                ok(json!({ "UserConfirmationNecessary": true })),
            )
            .on("UpdateDeviceStatus", ok(json!({})));
        type_into(&page, "#challenge-code", "123456").await;
        submit(&page).await;
        is_home(&page).await;
        until(|| world.service.count("ConfirmDevice") == 1).await;
        settle().await;
        let expected = usize::from(remember);
        assert_eq!(world.service.count("UpdateDeviceStatus"), expected);
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_second_factor_is_chosen_among_several() {
    let world = world();
    let choice = json!({ "MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"EMAIL_OTP\",\"SOFTWARE_TOKEN_MFA\"]" });
    let page = asked(&world, challenge("SELECT_MFA_TYPE", choice)).await;
    assert_eq!(page.text("h1"), "Confirm that it is you");
    assert_eq!(
        page.texts(".choice"),
        ["Authenticator app", "Email", "Text message"]
    );
    assert!(input(&page, ".choice input").checked());
    world.service.on(
        ANSWER,
        challenge("EMAIL_OTP", sent_by("EMAIL", "a***@e***")),
    );
    click_words(&page, ".choice", "Email").await;
    submit(&page).await;
    until(|| page.has("#challenge-code")).await;
    assert_eq!(responses(&world)["ANSWER"], "EMAIL_OTP");
    assert!(page.text(".form-notice").contains("a***@e***"));
    assert_eq!(focused_id(), "challenge-code");
    world.service.on(ANSWER, tokens(START_MS));
    type_into(&page, "#challenge-code", "123456").await;
    submit(&page).await;
    is_home(&page).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_choice_with_nothing_known_is_named() {
    let world = world();
    let choice = json!({ "MFAS_CAN_CHOOSE": "[\"PIGEON_MFA\"]" });
    let page = {
        world
            .service
            .on("InitiateAuth", password_verifier())
            .on(ANSWER, challenge("SELECT_MFA_TYPE", choice));
        let page = open(&world, "/signin").await;
        type_into(&page, "#signin-email", EMAIL).await;
        type_into(&page, "#signin-password", PASSWORD).await;
        submit(&page).await;
        page
    };
    until(|| page.text(".form-alert").contains("SELECT_MFA_TYPE")).await;
    assert_eq!(page.session.pending_challenge(), None);
    assert_eq!(input(&page, "#signin-email").value(), EMAIL);
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_authenticator_app_is_set_up_on_the_way_in() {
    let world = world();
    let choice = json!({ "MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]" });
    let page = asked(&world, challenge("MFA_SETUP", choice)).await;
    assert_eq!(page.text("h1"), "Set up a second step");
    assert!(!page.has(".choice"), "one way is no choice");
    world.service.on(
        "AssociateSoftwareToken",
        ok(json!({ "SecretCode": "JBSWY3DPEHPK3PXPAB", "Session": "2" })),
    );
    submit(&page).await;
    until(|| page.has("#challenge-code")).await;
    let focused = focused().unwrap();
    assert_eq!(focused.class_name(), "form-intro", "the key comes first");
    assert_eq!(page.text("code"), "JBSW Y3DP EHPK 3PXP AB");
    assert_eq!(page.one("code").tab_index(), 0);
    let picture = page.all(".qr").remove(0);
    assert_eq!(picture.get_attribute("role").as_deref(), Some("img"));
    assert!(picture.get_attribute("aria-label").is_some());

    // What an app that shows another code is told.
    let wrong = exception("EnableSoftwareTokenMFAException", "Code mismatch");
    world.service.on("VerifySoftwareToken", wrong);
    type_into(&page, "#challenge-app-name", " My phone ").await;
    type_into(&page, "#challenge-code", "000000").await;
    submit(&page).await;
    until(|| page.text("#challenge-code-error").contains("not right")).await;
    world
        .service
        .on(
            "VerifySoftwareToken",
            ok(json!({ "Status": "SUCCESS", "Session": "3" })),
        )
        .on(ANSWER, tokens(START_MS));
    type_into(&page, "#challenge-code", "123456").await;
    submit(&page).await;
    is_home(&page).await;
    let verified = world.service.body("VerifySoftwareToken");
    assert_eq!(verified["FriendlyDeviceName"], "My phone");
    assert_eq!(verified["UserCode"], "123456");
    page.close().await;
}

#[wasm_bindgen_test]
async fn after_a_reload_the_key_is_not_shown_again() {
    let world = world();
    let choice = json!({ "MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]" });
    let page = asked(&world, challenge("MFA_SETUP", choice)).await;
    world.service.on(
        "AssociateSoftwareToken",
        ok(json!({ "SecretCode": "JBSWY3DPEHPK3PXPAB", "Session": "2" })),
    );
    submit(&page).await;
    until(|| page.has("#challenge-code")).await;
    page.close().await;
    let page = open(&world, "/signin").await;
    assert!(!page.has("code") && !page.has(".qr"));
    assert!(page.text(".form-intro").contains("loaded anew"));
    world
        .service
        .on(
            "VerifySoftwareToken",
            ok(json!({ "Status": "SUCCESS", "Session": "3" })),
        )
        .on(ANSWER, tokens(START_MS));
    type_into(&page, "#challenge-code", "123456").await;
    submit(&page).await;
    is_home(&page).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn codes_can_be_set_up_to_come_by_message() {
    for (words, selector, typed, member, sent) in [
        (
            "Email",
            "#challenge-email",
            "ann@example.org",
            "EMAIL",
            "EMAIL_OTP",
        ),
        (
            "Text message",
            "#challenge-phone_number",
            "+1 555 555 0100",
            "PHONE_NUMBER",
            "SMS_MFA",
        ),
    ] {
        let world = world();
        let choice =
            json!({ "MFAS_CAN_SETUP": "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]" });
        let page = asked(&world, challenge("MFA_SETUP", choice)).await;
        assert!(!page.has(selector));
        click_words(&page, ".choice", words).await;
        submit(&page).await;
        assert_eq!(world.service.count(ANSWER), 1, "nothing was typed");
        assert_eq!(page.all(".field-error p").len(), 1);
        world.service.on(ANSWER, challenge(sent, json!({})));
        type_into(&page, selector, typed).await;
        submit(&page).await;
        until(|| page.has("#challenge-code")).await;
        assert_eq!(responses(&world)[member], typed.replace(' ', ""));
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_question_is_asked_as_the_trigger_puts_it() {
    let world = world_with(AuthOptions {
        flow: AuthFlowType::CustomWithoutSrp,
        ..AuthOptions::default()
    });
    let round = Cell::new(0);
    let question = |words: &str| {
        round.set(round.get() + 1);
        ok(
            json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": round.get().to_string(),
            "ChallengeParameters": { "question": words, "round": round.get().to_string() } }),
        )
    };
    let page = open(&world, "/signin").await;
    assert!(!page.has("#signin-password"));
    assert!(!page.has(".form-link"), "no password can be forgotten");
    assert_eq!(page.text("form button[type=submit]"), "Continue");
    submit(&page).await;
    assert_eq!(page.texts(".field-error p"), ["Enter your email."]);
    world.service.on("InitiateAuth", question("What is 1 + 1?"));
    type_into(&page, "#signin-email", EMAIL).await;
    submit(&page).await;
    until(|| page.has("#challenge-answer")).await;
    assert_eq!(page.text(".form-intro"), "What is 1 + 1?");
    assert_eq!(focused_id(), "challenge-answer");

    // The same question once more: that was wrong.
    world.service.on(ANSWER, question("What is 1 + 1?"));
    type_into(&page, "#challenge-answer", "3").await;
    submit(&page).await;
    until(|| page.text(".field-error").contains("not the answer")).await;
    assert_eq!(input(&page, "#challenge-answer").value(), "");
    // Another one: that was right.
    world.service.on(ANSWER, question("What is 2 + 2?"));
    type_into(&page, "#challenge-answer", "2").await;
    submit(&page).await;
    until(|| page.text(".form-intro") == "What is 2 + 2?").await;
    assert_eq!(page.text(".field-error"), "");
    // The triggers give up.
    let refused = exception("NotAuthorizedException", "Incorrect username or password.");
    world.service.on(ANSWER, refused);
    type_into(&page, "#challenge-answer", "5").await;
    submit(&page).await;
    until(|| page.has("#signin-email")).await;
    assert!(page.text(".form-alert").contains("answer was not accepted"));

    // A trigger that tells no question.
    world
        .service
        .on("InitiateAuth", challenge("CUSTOM_CHALLENGE", json!({})));
    submit(&page).await;
    until(|| page.has("#challenge-answer")).await;
    assert!(page.text(".form-intro").contains("another way"));
    world.service.on(ANSWER, tokens(START_MS));
    type_into(&page, "#challenge-answer", "forty-two").await;
    submit(&page).await;
    is_home(&page).await;
    assert_eq!(responses(&world)["ANSWER"], "forty-two");
    page.close().await;
}

fn choice_of_factors() -> Answer {
    ok(
        json!({ "ChallengeName": "SELECT_CHALLENGE", "Session": "s", "ChallengeParameters": {},
        "AvailableChallenges": ["EMAIL_OTP", "PASSWORD_SRP", "WEB_AUTHN", "PASSWORD"] }),
    )
}

fn user_auth() -> AuthOptions {
    AuthOptions {
        flow: AuthFlowType::UserAuth,
        ..AuthOptions::default()
    }
}

async fn chosen(world: &World) -> Page {
    world.service.on("InitiateAuth", choice_of_factors());
    let page = open(world, "/signin").await;
    type_into(&page, "#signin-email", EMAIL).await;
    submit(&page).await;
    until(|| page.has(".choice")).await;
    page
}

#[wasm_bindgen_test]
async fn a_first_factor_is_chosen_after_the_name() {
    let world = world_with(user_auth());
    let page = chosen(&world).await;
    assert_eq!(page.text("h1"), "Choose how to sign in");
    assert_eq!(
        page.texts(".choice"),
        ["Password", "A passkey", "Code by email"]
    );
    // Password managers see whose password it is.
    assert_eq!(input(&page, "#challenge-email").value(), EMAIL);
    let refused = exception("NotAuthorizedException", "Incorrect username or password.");
    world
        .service
        .on(ANSWER, password_verifier())
        .on(ANSWER, refused);
    type_into(&page, "#challenge-password", "wrong").await;
    submit(&page).await;
    until(|| {
        page.text(".form-alert")
            .contains("Incorrect email or password")
    })
    .await;
    assert!(
        !world.service.everything().contains("wrong"),
        "sent the password"
    );

    click_words(&page, ".choice", "Code by email").await;
    assert!(!page.has("#challenge-password"));
    world.service.on(
        ANSWER,
        challenge("EMAIL_OTP", sent_by("EMAIL", "a***@e***")),
    );
    submit(&page).await;
    until(|| page.has("#challenge-code")).await;
    assert_eq!(responses(&world)["ANSWER"], "EMAIL_OTP");
    world.service.on(ANSWER, tokens(START_MS));
    type_into(&page, "#challenge-code", "12345678").await;
    submit(&page).await;
    is_home(&page).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_password_is_asked_for_by_itself() {
    let world = world_with(user_auth());
    world
        .service
        .on("InitiateAuth", challenge("PASSWORD", json!({})));
    let page = open(&world, "/signin").await;
    type_into(&page, "#signin-email", EMAIL).await;
    submit(&page).await;
    until(|| page.has("#challenge-password")).await;
    assert_eq!(focused_id(), "challenge-password");
    submit(&page).await;
    assert_eq!(page.texts(".field-error p"), ["Enter your password."]);
    world.service.on(ANSWER, tokens(START_MS));
    type_into(&page, "#challenge-password", PASSWORD).await;
    submit(&page).await;
    is_home(&page).await;
    page.close().await;
}

type Requests = Rc<RefCell<Vec<PasskeyRequest>>>;

/// A pool with every first factor, and a device whose answers to passkey requests come in that order.
fn passwordless(answers: Vec<Result<&'static str, PasskeyError>>) -> (World, Requests) {
    let requests: Requests = Rc::default();
    let answers = RefCell::new(answers.into_iter());
    let authenticator = Authenticator::from_fn({
        let requests = requests.clone();
        move |request| {
            requests.borrow_mut().push(request);
            let answer = answers.borrow_mut().next().expect("another answer");
            async move { answer.map(str::to_owned) }
        }
    });
    let options = AuthOptions {
        passkeys: true,
        email_otp: true,
        sms_otp: true,
        ..AuthOptions::default()
    };
    let world = World {
        authenticator,
        ..world_with(options)
    };
    (world, requests)
}

fn web_authn() -> Answer {
    challenge("WEB_AUTHN", json!({ "CREDENTIAL_REQUEST_OPTIONS": "{}" }))
}

#[wasm_bindgen_test]
async fn ways_without_a_password_need_a_name() {
    let (world, requests) = passwordless(Vec::new());
    let page = open(&world, "/signin").await;
    let field = page.one("#signin-email");
    assert_eq!(
        field.get_attribute("autocomplete").as_deref(),
        Some("username webauthn")
    );
    let ways = [
        "Sign in with a passkey",
        "Email me a code",
        "Text me a code",
    ];
    assert_eq!(page.texts(".button-way"), ways);
    for way in ways {
        click_words(&page, ".button-way", way).await;
        assert_eq!(page.texts(".field-error p"), ["Enter your email."]);
        assert_eq!(focused_id(), "signin-email");
    }
    assert!(world.service.sent().is_empty() && requests.borrow().is_empty());

    for (way, name) in [
        ("Email me a code", "EMAIL_OTP"),
        ("Text me a code", "SMS_OTP"),
    ] {
        world.service.on("InitiateAuth", challenge(name, json!({})));
        type_into(&page, "#signin-email", EMAIL).await;
        click_words(&page, ".button-way", way).await;
        until(|| page.has("#challenge-code")).await;
        let begun = world.service.body("InitiateAuth")["AuthParameters"].clone();
        assert_eq!(begun["PREFERRED_CHALLENGE"], name);
        assert_eq!(begun["USERNAME"], EMAIL);
        page.click(BELOW).await;
    }
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_pool_without_other_ways_offers_none() {
    let world = world();
    let page = open(&world, "/signin").await;
    assert!(!page.has(".button-way") && !page.has(".auth-or"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_passkey_signs_in() {
    let (world, requests) = passwordless(vec![Err(PasskeyError::Cancelled), Ok("{}")]);
    world
        .service
        .on("InitiateAuth", web_authn())
        .on("InitiateAuth", web_authn())
        .on(ANSWER, tokens(START_MS));
    let page = open(&world, "/signin").await;
    type_into(&page, "#signin-email", EMAIL).await;
    click_words(&page, ".button-way", "Sign in with a passkey").await;
    until(|| page.text(".form-alert").contains("No passkey was used")).await;
    assert_eq!(page.session.pending_challenge(), None, "the form goes on");
    click_words(&page, ".button-way", "Sign in with a passkey").await;
    is_home(&page).await;
    assert_eq!(requests.borrow().len(), 2);
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_passkey_that_was_used_here_waits_in_the_autofill() {
    let (world, requests) = passwordless(vec![Ok("{}")]);
    world
        .storage
        .set("cruddur.passkey_username", EMAIL)
        .unwrap();
    world
        .service
        .on("InitiateAuth", web_authn())
        .on(ANSWER, tokens(START_MS));
    let page = open(&world, "/signin").await;
    is_home(&page).await;
    assert_eq!(
        *requests.borrow(),
        [PasskeyRequest::Autofill("{}".to_owned())]
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_chosen_passkey_is_asked_for_at_once_and_again() {
    let (world, requests) = passwordless(vec![
        Err(PasskeyError::Cancelled),
        Err(PasskeyError::Failed("UnknownError".to_owned())),
        Ok("{}"),
    ]);
    let world = World {
        options: user_auth(),
        ..world
    };
    let page = chosen(&world).await;
    world.service.on(ANSWER, web_authn());
    click_words(&page, ".choice", "A passkey").await;
    submit(&page).await;
    until(|| page.text("h1") == "Sign in with your passkey").await;
    until(|| page.text(".form-alert").contains("No passkey was used")).await;
    assert_eq!(requests.borrow().len(), 1);
    submit(&page).await;
    until(|| page.text(".form-alert").contains("could not be used")).await;
    assert_eq!(page.text(BELOW), "Sign in another way");
    world.service.on(ANSWER, tokens(START_MS));
    submit(&page).await;
    is_home(&page).await;
    assert_eq!(responses(&world)["CREDENTIAL"], "{}");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_passkey_of_somebody_else_leads_back() {
    let (world, _) = passwordless(vec![Ok("{}")]);
    let world = World {
        options: user_auth(),
        ..world
    };
    let refused = exception("NotAuthorizedException", "Incorrect username or password.");
    let page = chosen(&world).await;
    world.service.on(ANSWER, web_authn()).on(ANSWER, refused);
    click_words(&page, ".choice", "A passkey").await;
    submit(&page).await;
    until(|| page.has("#signin-email")).await;
    assert!(page.text(".form-alert").contains("does not belong"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_account_takes_the_place_of_the_one_that_is_signed_in() {
    let world = world();
    world.store_session_of("bob-sub", 3600);
    let page = open(&world, "/").await;
    until(|| page.has(".profile")).await;
    page.click(".profile").await;
    click_words(&page, "#profile-panel a", "Switch account").await;
    assert_eq!(url(), "/signin/switch");
    assert!(page.text(".form-intro").contains("bob-sub is signed in"));
    // What the first account's session is worth is nobody's business after that.
    world.let_sign_in();
    world.service.on("RevokeToken", ok(json!({})));
    let_feed_answer(&world, "hello Ann");
    type_into(&page, "#signin-email", EMAIL).await;
    type_into(&page, "#signin-password", PASSWORD).await;
    submit(&page).await;
    is_home(&page).await;
    assert_eq!(page.text(".profile-name"), "Ann Example");
    until(|| world.service.count("RevokeToken") == 1).await;
    assert_eq!(
        world.service.body("RevokeToken")["Token"],
        "refresh-of-somebody"
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_same_person_can_sign_in_once_more() {
    let world = world();
    world.store_session(3600);
    world.let_sign_in();
    world.service.on("RevokeToken", ok(json!({})));
    let page = open(&world, "/signin").await;
    assert!(
        page.text(".auth-panel")
            .contains("Ann Example (ann@example.com)")
    );
    click_words(&page, ".auth-ways a", "Use another account").await;
    type_into(&page, "#signin-email", EMAIL).await;
    type_into(&page, "#signin-password", PASSWORD).await;
    submit(&page).await;
    is_home(&page).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_account_can_have_to_answer_first() {
    let world = world();
    world.store_session(3600);
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on(ANSWER, challenge("SMS_MFA", json!({})));
    let page = open(&world, "/signin/switch?next=/search").await;
    type_into(&page, "#signin-email", "bob@example.com").await;
    type_into(&page, "#signin-password", PASSWORD).await;
    submit(&page).await;
    until(|| page.has("#challenge-code")).await;
    assert!(
        page.session.state().person().is_some(),
        "Ann is there until then"
    );
    page.close().await;
}

fn managed() -> World {
    let origin = page::window().location().origin().unwrap();
    world_with(AuthOptions {
        managed_login: Some(ManagedLoginOptions {
            domain: "https://login.test".to_owned(),
            providers: vec![
                IdentityProvider::Cognito,
                IdentityProvider::Google,
                IdentityProvider::Named("PretendIdP".to_owned()),
            ],
            scopes: Vec::new(),
            redirect_uris: vec![format!("{origin}/signin/callback")],
            sign_out_uris: vec![format!("{origin}/signin")],
        }),
        ..AuthOptions::default()
    })
}

fn query(url: &str, name: &str) -> String {
    let url = web_sys::Url::new(url).unwrap();
    url.search_params().get(name).unwrap_or_default()
}

/// Begins a managed login. Returns the query that the browser comes back with, and the nonce.
fn begun(world: &World) -> (String, String) {
    let session = world.session();
    let url = session.begin_managed_login(IdentityProvider::Google, "en", Some("/search"));
    let url = url.unwrap();
    let (state, nonce) = (query(&url, "state"), query(&url, "nonce"));
    (format!("code=c0de&state={state}"), nonce)
}

fn let_tokens_come(world: &World, nonce: &str) {
    let claims = json!({ "sub": "ann-sub", "cognito:username": "ann-sub", "name": "Ann Example",
        "aud": "client", "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool",
        "exp": START_MS / 1000 + 3600, "nonce": nonce });
    let tokens = json!({ "access_token": support::token(START_MS, 3600),
        "id_token": support::token_of(&claims), "refresh_token": "r", "expires_in": 3600,
        "token_type": "Bearer" });
    world.service.on("/oauth2/token", ok(tokens));
}

#[wasm_bindgen_test]
async fn providers_have_buttons() {
    let world = managed();
    let page = open(&world, "/signin").await;
    assert_eq!(
        page.texts(".button-way"),
        [
            "Continue on the sign-in page",
            "Continue with Google",
            "Continue with PretendIdP"
        ]
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn coming_back_signs_in_and_leaves_no_code_in_the_address() {
    let world = managed();
    let (query, nonce) = begun(&world);
    let_tokens_come(&world, &nonce);
    world.service.hold("/oauth2/token");
    let page = open(&world, &format!("/signin/callback?{query}")).await;
    assert_eq!(url(), "/signin/callback", "before anything else");
    assert_eq!(page.text("h1"), "Signing you in");
    world.service.release("/oauth2/token");
    until(|| url() == "/search").await;
    page.close().await;

    // A reload of what the browser may have kept.
    let page = open(&world, "/signin/callback").await;
    until(|| url() == "/").await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn what_keeps_a_sign_in_from_coming_back_is_told() {
    let state = |query: &str| query.split('&').nth(1).unwrap().to_owned();
    type Query = Box<dyn Fn(&str) -> String>;
    let cases: [(Query, Option<Answer>, &str); 5] = [
        (
            Box::new(move |query| format!("error=access_denied&{}", state(query))),
            None,
            "cancelled",
        ),
        (
            Box::new(|_| "code=c0de&state=forged".to_owned()),
            None,
            "does not belong",
        ),
        (
            Box::new(str::to_owned),
            Some(support::answer(400, json!({ "error": "invalid_grant" }))),
            "did not accept",
        ),
        (
            Box::new(str::to_owned),
            Some(support::offline()),
            "cannot be reached",
        ),
        (Box::new(|_| String::new()), None, "No sign-in was begun"),
    ];
    for (query, answer, words) in cases {
        let world = managed();
        let (sent, _) = begun(&world);
        if let Some(answer) = answer {
            world.service.on("/oauth2/token", answer);
        }
        let page = open(&world, &format!("/signin/callback?{}", query(&sent))).await;
        until(|| page.has(".form-alert")).await;
        let told = page.text(".form-alert");
        assert!(told.contains(words), "{told}");
        assert_eq!(url(), "/signin/callback");
        assert!(focused().unwrap().class_name() == "form-alert");
        page.click(".auth-ways a").await;
        assert_eq!(url(), "/signin");
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_callback_that_nobody_waits_for_is_harmless() {
    let world = managed();
    let page = open(&world, "/signin/callback?code=c0de&state=x").await;
    until(|| page.text(".form-alert").contains("No sign-in was begun")).await;
    assert!(world.service.sent().is_empty());
    page.close().await;
}
