//! The pages about accounts, as a person with a keyboard and a scripted service finds them.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

#[path = "shell/page.rs"]
#[allow(dead_code)] // the shell's tests use the rest
mod page;

use std::cell::Cell;
use std::rc::Rc;

use cruddur_web::components::form::use_submission;
use page::{HOME, Page, focused, let_feed_answer, open, settle, until, url};
use serde_json::{Value, json};
use support::{START_MS, World, exception, offline, ok, password_verifier, tokens};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlInputElement;

wasm_bindgen_test_configure!(run_in_browser);

const PASSWORD: &str = "Crud-dur-2026!";

fn input(page: &Page, selector: &str) -> HtmlInputElement {
    page.one(selector).dyn_into().unwrap()
}

/// Types into an input, as far as the page can tell.
async fn type_into(page: &Page, selector: &str, text: &str) {
    let input = input(page, selector);
    input.set_value(text);
    let event = web_sys::InputEvent::new("input").unwrap();
    event.init_event_with_bubbles("input", true);
    input.dispatch_event(&event).unwrap();
    settle().await;
}

/// Sends the form, as Enter in one of its fields does.
async fn submit(page: &Page) {
    page.click("form button[type=submit]").await;
}

fn focused_id() -> String {
    focused().map(|element| element.id()).unwrap_or_default()
}

fn value(page: &Page, selector: &str) -> String {
    input(page, selector).value()
}

fn code_delivery() -> Value {
    json!({ "Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" })
}

fn sent() -> support::Answer {
    ok(json!({ "CodeDeliveryDetails": code_delivery() }))
}

async fn sign_in(page: &Page, email: &str, password: &str) {
    type_into(page, "#signin-email", email).await;
    type_into(page, "#signin-password", password).await;
    submit(page).await;
}

#[wasm_bindgen_test]
async fn signing_in_leads_home() {
    let world = World::default();
    world.let_sign_in();
    let_feed_answer(&world, "hello");
    let page = open(&world, "/signin").await;
    sign_in(&page, " ann@example.com ", PASSWORD).await;
    until(|| page.has(".profile")).await;
    assert_eq!(url(), "/");
    let body = world.service.body("InitiateAuth");
    assert_eq!(
        body["AuthParameters"]["USERNAME"], "ann@example.com",
        "trimmed"
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn the_fields_tell_browsers_and_managers_what_they_are() {
    let world = World::default();
    let page = open(&world, "/signin?email=ann%40example.com").await;
    let attribute = |selector: &str, name: &str| page.one(selector).get_attribute(name);
    assert_eq!(value(&page, "#signin-email"), "ann@example.com");
    assert_eq!(attribute("#signin-email", "type").as_deref(), Some("email"));
    assert_eq!(
        attribute("#signin-email", "autocomplete").as_deref(),
        Some("username")
    );
    assert_eq!(
        attribute("#signin-password", "autocomplete").as_deref(),
        Some("current-password")
    );
    for label in page.all("label") {
        let id = label.get_attribute("for").unwrap();
        assert!(page.has(&format!("#{id}")), "{id}");
    }
    assert_eq!(page.all("h1").len(), 1);
    page.close().await;

    let page = open(&world, "/signup").await;
    let new = page.one("#signup-password").get_attribute("autocomplete");
    assert_eq!(new.as_deref(), Some("new-password"));
    page.close().await;
    let page = open(&world, "/confirm").await;
    let code = page.one("#confirm-code");
    assert_eq!(
        code.get_attribute("autocomplete").as_deref(),
        Some("one-time-code")
    );
    assert_eq!(code.get_attribute("inputmode").as_deref(), Some("numeric"));
    assert_eq!(
        code.get_attribute("maxlength"),
        None,
        "codes have 6 or 8 digits"
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_empty_form_asks_for_everything_and_sends_nothing() {
    let world = World::default();
    let page = open(&world, "/signup").await;
    submit(&page).await;
    assert_eq!(
        page.texts(".field-error"),
        [
            "Enter your name.",
            "Enter your email.",
            "Choose a username.",
            "Enter your password."
        ]
    );
    assert_eq!(focused_id(), "signup-name");
    let email = page.one("#signup-email");
    assert_eq!(email.get_attribute("aria-invalid").as_deref(), Some("true"));
    let described_by = email.get_attribute("aria-describedby").unwrap();
    assert_eq!(page.text(&format!("#{described_by}")), "Enter your email.");
    assert!(world.service.sent().is_empty());

    // The first field that is wrong gets the focus, and the others keep what they have.
    type_into(&page, "#signup-name", "Ann").await;
    type_into(&page, "#signup-email", "ann@").await;
    type_into(&page, "#signup-username", "ann b").await;
    submit(&page).await;
    assert_eq!(focused_id(), "signup-email");
    assert_eq!(value(&page, "#signup-name"), "Ann");
    assert_eq!(value(&page, "#signup-username"), "ann b");
    page.close().await;
}

#[wasm_bindgen_test]
async fn each_refusal_of_a_sign_in_has_its_sentence_and_keeps_what_was_typed() {
    let cases = [
        (
            "Incorrect username or password.",
            "Incorrect email or password.",
        ),
        ("Password attempts exceeded", "Too many wrong passwords"),
        ("User is disabled.", "This account is disabled"),
        (
            "Temporary password has expired and must be reset by an administrator.",
            "Your temporary password has expired",
        ),
    ];
    let world = World::default();
    let page = open(&world, "/signin").await;
    for (message, shown) in cases {
        world.service.on("InitiateAuth", password_verifier()).on(
            "RespondToAuthChallenge",
            exception("NotAuthorizedException", message),
        );
        sign_in(&page, "ann@example.com", PASSWORD).await;
        until(|| page.text(".form-alert").contains(shown)).await;
        assert_eq!(value(&page, "#signin-email"), "ann@example.com");
        assert_eq!(value(&page, "#signin-password"), PASSWORD);
        assert_eq!(focused().unwrap().class_name(), "form-alert");
    }
    page.close().await;
}

/// How often random numbers are drawn, from now until this is dropped.
struct Draws(js_sys::Function);

impl Draws {
    fn count() -> Self {
        let watch = "let count = 0;
            crypto.getRandomValues = function (into) {
                count += 1;
                return Crypto.prototype.getRandomValues.call(this, into);
            };
            return () => count;";
        let watch = js_sys::Function::new_no_args(watch);
        let counter = watch.call0(&wasm_bindgen::JsValue::UNDEFINED).unwrap();
        Self(counter.dyn_into().unwrap())
    }

    fn so_far(&self) -> f64 {
        let count = self.0.call0(&wasm_bindgen::JsValue::UNDEFINED);
        count.unwrap().as_f64().unwrap()
    }
}

impl Drop for Draws {
    fn drop(&mut self) {
        let end = js_sys::Function::new_no_args("delete crypto.getRandomValues");
        end.call0(&wasm_bindgen::JsValue::UNDEFINED).unwrap();
    }
}

#[wasm_bindgen_test]
async fn the_key_pair_is_made_before_the_password_is_typed() {
    let draws = Draws::count();
    let world = World::default();
    let page = open(&world, "/signin").await;
    until(|| draws.so_far() == 1.0).await;
    // It is good for one sign-in. After one that failed there is another, before anything is sent.
    world.service.on("InitiateAuth", password_verifier()).on(
        "RespondToAuthChallenge",
        exception("NotAuthorizedException", "Incorrect username or password."),
    );
    sign_in(&page, "ann@example.com", PASSWORD).await;
    until(|| page.has(".form-alert p")).await;
    until(|| draws.so_far() == 2.0).await;
    let srp_a = || world.service.body("InitiateAuth")["AuthParameters"]["SRP_A"].clone();
    let first = srp_a();
    world.let_sign_in();
    let_feed_answer(&world, "hello");
    submit(&page).await;
    until(|| page.has(".profile")).await;
    assert_ne!(srp_a(), first);
    assert_eq!(draws.so_far(), 2.0, "what was made ahead is what is used");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_password_that_has_to_be_reset_gets_its_code_at_once() {
    let required = || {
        exception(
            "PasswordResetRequiredException",
            "Password reset required for the user",
        )
    };
    let world = World::default();
    world.service.on("InitiateAuth", required()).on(
        "ForgotPassword",
        exception("LimitExceededException", "Attempt limit exceeded."),
    );
    let page = open(&world, "/signin").await;
    sign_in(&page, "ann@example.com", PASSWORD).await;
    until(|| page.text(".form-alert").contains("has to be reset")).await;
    let link = page.one(".form-alert a").get_attribute("href").unwrap();
    assert_eq!(
        link, "/forgot?email=ann@example.com",
        "without a code, to ask for one"
    );

    world.service.on("InitiateAuth", required());
    world.service.on("ForgotPassword", sent());
    submit(&page).await;
    until(|| page.text(".form-alert").contains("a***@e***")).await;
    assert!(page.text(".form-alert").contains("has to be reset"));
    page.click(".form-alert a").await;
    assert_eq!(url(), "/forgot?step=code&email=ann@example.com");
    assert!(page.has("#reset-code"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_failure_of_a_field_that_is_not_there_is_shown_all_the_same() {
    let world = World::default();
    world.service.on(
        "ForgotPassword",
        exception(
            "UserNotFoundException",
            "Username/client id combination not found.",
        ),
    );
    let page = open(&world, "/forgot?step=code&email=ann%40example.com").await;
    page.click(".button-quiet").await;
    until(|| page.text(".form-alert").contains("no account")).await;
    assert_eq!(focused().unwrap().class_name(), "form-alert");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_failure_of_the_network_says_so_and_another_try_works() {
    let world = World::default();
    let page = open(&world, "/confirm?email=ann%40example.com").await;
    world.service.on("ConfirmSignUp", offline());
    type_into(&page, "#confirm-code", "123456").await;
    submit(&page).await;
    until(|| page.text(".form-alert").contains("cannot be reached")).await;
    assert_eq!(value(&page, "#confirm-code"), "123456");
    assert_eq!(
        world.service.count("ConfirmSignUp"),
        1,
        "not sent twice by itself"
    );
    world.service.on("ConfirmSignUp", ok(json!({})));
    submit(&page).await;
    until(|| page.has("#confirmed-password")).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_form_is_sent_once_however_often_it_is_submitted() {
    let world = World::default();
    world.service.hold("InitiateAuth");
    world.service.on(
        "InitiateAuth",
        exception("NotAuthorizedException", "Incorrect username or password."),
    );
    let page = open(&world, "/signin").await;
    type_into(&page, "#signin-email", "ann@example.com").await;
    type_into(&page, "#signin-password", PASSWORD).await;
    let button = page.one("form button[type=submit]");
    button.click();
    button.click();
    settle().await;
    button.click();
    settle().await;
    assert_eq!(world.service.count("InitiateAuth"), 1);
    assert_eq!(button.text_content().unwrap().trim(), "Signing in…");
    assert_eq!(
        button.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
    assert_eq!(
        page.one("form").get_attribute("aria-busy").as_deref(),
        Some("true")
    );
    world.service.release("InitiateAuth");
    until(|| page.text(".form-alert").contains("Incorrect")).await;
    assert_eq!(
        page.one("form").get_attribute("aria-busy").as_deref(),
        Some("false")
    );
    page.close().await;
}

#[derive(yew::Properties, PartialEq)]
struct TwiceProps {
    begun: Rc<Cell<u32>>,
}

/// Submits twice with one click, before anything can be rendered in between.
#[yew::component]
fn Twice(props: &TwiceProps) -> yew::Html {
    let submission = use_submission();
    let begun = props.begun.clone();
    let onclick = move |_: yew::MouseEvent| {
        for _ in 0..2 {
            submission.start(|| {
                begun.set(begun.get() + 1);
                std::future::pending()
            });
        }
    };
    yew::html! { <button type="button" {onclick} /> }
}

#[wasm_bindgen_test]
async fn what_is_under_way_is_not_begun_anew() {
    let begun = Rc::new(Cell::new(0));
    let root = page::document().create_element("div").unwrap();
    let props = TwiceProps {
        begun: begun.clone(),
    };
    let app = yew::Renderer::<Twice>::with_root_and_props(root.clone(), props).render();
    settle().await;
    let button = root.query_selector("button").unwrap().unwrap();
    button.dyn_into::<web_sys::HtmlElement>().unwrap().click();
    settle().await;
    assert_eq!(begun.get(), 1);
    app.destroy();
}

#[wasm_bindgen_test]
async fn a_password_can_be_looked_at() {
    let world = World::default();
    let page = open(&world, "/signin").await;
    type_into(&page, "#signin-password", PASSWORD).await;
    assert_eq!(input(&page, "#signin-password").type_(), "password");
    // A pointer on the button leaves the focus, and with it the caret, in the field.
    let init = web_sys::MouseEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    let press = web_sys::MouseEvent::new_with_mouse_event_init_dict("mousedown", &init).unwrap();
    page.one(".field-toggle").dispatch_event(&press).unwrap();
    assert!(press.default_prevented());
    page.click(".field-toggle").await;
    assert_eq!(input(&page, "#signin-password").type_(), "text");
    assert_eq!(value(&page, "#signin-password"), PASSWORD);
    assert_eq!(
        page.one(".field-toggle").get_attribute("type").as_deref(),
        Some("button"),
        "does not send the form"
    );
    let label = page.one(".field-toggle").get_attribute("aria-label");
    assert_eq!(label.as_deref(), Some("Hide password"));
    page.click(".field-toggle").await;
    assert_eq!(input(&page, "#signin-password").type_(), "password");
    page.close().await;
}

#[wasm_bindgen_test]
async fn rules_are_ticked_off_while_a_password_is_typed() {
    let world = World::default();
    let page = open(&world, "/signup").await;
    let met = |page: &Page| page.all(".rule-met").len();
    assert_eq!((page.all(".rule").len(), met(&page)), (5, 0));
    type_into(&page, "#signup-password", "aB").await;
    assert_eq!(met(&page), 2);
    assert!(page.text(".rules [role=status]").contains("a number"));
    type_into(&page, "#signup-password", PASSWORD).await;
    assert_eq!(met(&page), 5);
    assert_eq!(
        page.text(".rules [role=status]"),
        "Your password meets every rule."
    );
    page.close().await;
}

async fn fill_sign_up(page: &Page) {
    type_into(page, "#signup-name", "Ann Example").await;
    type_into(page, "#signup-email", "ann+x@example.com").await;
    type_into(page, "#signup-username", "@ann").await;
    type_into(page, "#signup-password", PASSWORD).await;
}

#[wasm_bindgen_test]
async fn signing_up_leads_to_the_code_and_the_code_leads_home() {
    let world = World::default();
    world.service.on(
        "SignUp",
        ok(json!({ "UserConfirmed": false, "UserSub": "ann-sub", "CodeDeliveryDetails": code_delivery() })),
    );
    let page = open(&world, "/signup").await;
    fill_sign_up(&page).await;
    submit(&page).await;
    until(|| page.has("#confirm-code")).await;
    assert_eq!(url(), "/confirm?email=ann%2Bx@example.com");
    assert_eq!(value(&page, "#confirm-email"), "ann+x@example.com");
    assert!(page.text(".form-notice").contains("a***@e***"));
    let attributes = world.service.body("SignUp")["UserAttributes"].clone();
    assert_eq!(
        attributes[2]["Value"], "ann",
        "without the sign that it is shown with"
    );

    world
        .service
        .on(
            "ConfirmSignUp",
            exception(
                "CodeMismatchException",
                "Invalid verification code provided, please try again.",
            ),
        )
        .on("ConfirmSignUp", ok(json!({})));
    type_into(&page, "#confirm-code", "000 000").await;
    assert_eq!(value(&page, "#confirm-code"), "000000");
    submit(&page).await;
    until(|| page.text("#confirm-code-error").contains("not right")).await;
    assert_eq!(focused_id(), "confirm-code");

    world.let_sign_in();
    let_feed_answer(&world, "hello");
    type_into(&page, "#confirm-code", "123-456").await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    assert_eq!(
        world.service.body("ConfirmSignUp")["ConfirmationCode"],
        "123456"
    );
    assert_eq!(url(), "/");
    page.close().await;
}

#[wasm_bindgen_test]
async fn refusals_of_a_sign_up_are_shown_at_their_fields() {
    let world = World::default();
    let page = open(&world, "/signup").await;
    fill_sign_up(&page).await;
    for (code, message, field, shown) in [
        (
            "UsernameExistsException",
            "User already exists",
            "signup-email",
            "an account with this email already",
        ),
        (
            "InvalidPasswordException",
            "Password did not conform with policy: Password must have symbol characters",
            "signup-password",
            "The password needs a symbol",
        ),
        (
            "InvalidParameterException",
            "Attributes did not conform to the schema: preferred_username: too long",
            "signup-username",
            "Username is not accepted",
        ),
    ] {
        world.service.on("SignUp", exception(code, message));
        submit(&page).await;
        until(|| page.text(&format!("#{field}-error")).contains(shown)).await;
        assert_eq!(focused_id(), field);
    }
    assert_eq!(value(&page, "#signup-password"), PASSWORD);
    page.close().await;
}

#[wasm_bindgen_test]
async fn another_code_can_be_had_after_a_while() {
    let world = World::default();
    world.service.on("ResendConfirmationCode", sent());
    let page = open(&world, "/confirm").await;
    // Without an address there is nowhere to send it.
    page.click(".button-quiet").await;
    assert_eq!(page.text("#confirm-email-error"), "Enter your email.");
    type_into(&page, "#confirm-email", "ann@example.com").await;
    page.click(".button-quiet").await;
    until(|| {
        page.text(".form-notice")
            .contains("A new activation code has been sent")
    })
    .await;
    assert!(page.text(".button-quiet").contains("in 30 s"));
    assert_eq!(
        url(),
        "/confirm?email=ann@example.com",
        "a reload finds the address"
    );
    page.click(".button-quiet").await;
    assert_eq!(world.service.count("ResendConfirmationCode"), 1);

    world.now_ms.set(world.now_ms.get() + 31_000);
    page.look_again().await;
    assert_eq!(page.text(".button-quiet"), "Resend Activation Code");
    world.service.on(
        "ResendConfirmationCode",
        exception(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        ),
    );
    page.click(".button-quiet").await;
    until(|| page.text(".form-alert").contains("Too many codes")).await;
    assert!(page.text(".button-quiet").contains(" s)"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn after_a_reload_the_password_is_asked_for_once_more() {
    let world = World::default();
    world.service.on("ConfirmSignUp", ok(json!({})));
    let page = open(&world, "/confirm?email=ann%40example.com").await;
    type_into(&page, "#confirm-code", "123456").await;
    submit(&page).await;
    until(|| page.has("#confirmed-password")).await;
    assert!(page.text("h1").contains("confirmed"));
    assert_eq!(focused_id(), "confirmed-password");
    world.let_sign_in();
    let_feed_answer(&world, "hello");
    type_into(&page, "#confirmed-password", PASSWORD).await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    let body = world.service.body("InitiateAuth");
    assert_eq!(body["AuthParameters"]["USERNAME"], "ann@example.com");
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_unconfirmed_sign_in_leads_to_a_new_code() {
    let world = World::default();
    world
        .service
        .on(
            "InitiateAuth",
            exception("UserNotConfirmedException", "User is not confirmed."),
        )
        .on("ResendConfirmationCode", sent());
    let page = open(&world, "/signin").await;
    sign_in(&page, "ann@example.com", PASSWORD).await;
    until(|| page.has("#confirm-code")).await;
    assert_eq!(value(&page, "#confirm-email"), "ann@example.com");
    assert!(page.text(".form-notice").contains("a***@e***"));
    // The password was right, and is still known.
    world.service.on("ConfirmSignUp", ok(json!({})));
    world.let_sign_in();
    let_feed_answer(&world, "hello");
    type_into(&page, "#confirm-code", "123456").await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_confirmed_address_leads_to_sign_in() {
    let world = World::default();
    world.service.on(
        "ConfirmSignUp",
        exception(
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        ),
    );
    let page = open(&world, "/confirm?email=ann%40example.com").await;
    type_into(&page, "#confirm-code", "123456").await;
    submit(&page).await;
    until(|| page.text(".form-alert").contains("confirmed already")).await;
    page.click(".form-alert a").await;
    assert_eq!(value(&page, "#signin-email"), "ann@example.com");
    page.close().await;
}

fn new_password_required() -> support::Answer {
    ok(json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "session-1",
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": "ann-sub",
            "requiredAttributes": "[\"userAttributes.name\",\"userAttributes.preferred_username\"]",
            "userAttributes": "{\"email\":\"ann@example.com\"}",
        },
    }))
}

#[wasm_bindgen_test]
async fn an_invited_person_chooses_a_password_in_the_page() {
    let world = World::default();
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on("RespondToAuthChallenge", new_password_required())
        .on(
            "RespondToAuthChallenge",
            exception(
                "InvalidPasswordException",
                "Password did not conform with policy: Password not long enough",
            ),
        )
        .on("RespondToAuthChallenge", tokens(START_MS));
    let_feed_answer(&world, "hello");
    let page = open(&world, "/signin").await;
    sign_in(&page, "ann@example.com", "Temp-2026-pass!").await;
    until(|| page.has("#new-password-password")).await;
    submit(&page).await;
    assert_eq!(focused_id(), "new-password-name");
    type_into(&page, "#new-password-name", "Ann").await;
    type_into(&page, "#new-password-preferred_username", "ann").await;
    type_into(&page, "#new-password-password", PASSWORD).await;
    submit(&page).await;
    until(|| {
        page.text("#new-password-password-error")
            .contains("too short")
    })
    .await;
    assert_eq!(focused_id(), "new-password-password");
    // The pool wants more than the form knew: the rule says so, and the same password is not sent twice.
    assert!(page.text(".rules").contains("at least 15 characters"));
    submit(&page).await;
    assert_eq!(world.service.count("RespondToAuthChallenge"), 2);
    type_into(&page, "#new-password-password", "Crud-dur-2026!!").await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    let body = world.service.body("RespondToAuthChallenge");
    assert_eq!(body["Session"], "session-1");
    assert_eq!(
        body["ChallengeResponses"]["userAttributes.preferred_username"],
        "ann"
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn whatever_attributes_a_pool_requires_are_asked_for() {
    let world = World::default();
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on(
            "RespondToAuthChallenge",
            ok(json!({
                "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "session-1",
                "ChallengeParameters": {
                    "USER_ID_FOR_SRP": "ann-sub",
                    "requiredAttributes": "[\"userAttributes.given_name\",\"userAttributes.phone_number\"]",
                    "userAttributes": "{\"given_name\":\"Ann\"}",
                },
            })),
        )
        .on(
            "RespondToAuthChallenge",
            exception("InvalidParameterException", "Invalid phone number format."),
        )
        .on("RespondToAuthChallenge", tokens(START_MS));
    let_feed_answer(&world, "hello");
    let page = open(&world, "/signin").await;
    sign_in(&page, "ann@example.com", "Temp-2026-pass!").await;
    until(|| page.has("#new-password-password")).await;
    assert_eq!(value(&page, "#new-password-given_name"), "Ann");
    type_into(&page, "#new-password-password", PASSWORD).await;
    submit(&page).await;
    assert_eq!(
        page.text("#new-password-phone_number-error"),
        "Enter your phone number."
    );
    // What has no country code is not even sent; what the pool refuses is told in the same place.
    type_into(&page, "#new-password-phone_number", "555").await;
    submit(&page).await;
    assert!(
        page.text("#new-password-phone_number-error")
            .contains("country code")
    );
    type_into(&page, "#new-password-phone_number", "+15550000").await;
    submit(&page).await;
    until(|| world.service.count("RespondToAuthChallenge") == 2).await;
    until(|| page.has("#new-password-phone_number-error")).await;
    assert_eq!(focused_id(), "new-password-phone_number");
    type_into(&page, "#new-password-phone_number", "+15555550100").await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    let responses = &world.service.body("RespondToAuthChallenge")["ChallengeResponses"];
    assert_eq!(responses["userAttributes.given_name"], "Ann");
    assert_eq!(responses["userAttributes.phone_number"], "+15555550100");
    page.close().await;
}

#[wasm_bindgen_test]
async fn an_invitation_that_took_too_long_begins_anew() {
    let world = World::default();
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on("RespondToAuthChallenge", new_password_required())
        .on(
            "RespondToAuthChallenge",
            exception(
                "NotAuthorizedException",
                "Invalid session for the user, session is expired.",
            ),
        );
    let page = open(&world, "/signin").await;
    sign_in(&page, "ann@example.com", "Temp-2026-pass!").await;
    until(|| page.has("#new-password-password")).await;
    type_into(&page, "#new-password-name", "Ann").await;
    type_into(&page, "#new-password-preferred_username", "ann").await;
    type_into(&page, "#new-password-password", PASSWORD).await;
    submit(&page).await;
    until(|| page.has("#signin-password")).await;
    until(|| page.text(".form-alert").contains("took too long")).await;
    assert_eq!(focused().unwrap().class_name(), "form-alert");
    assert_eq!(value(&page, "#signin-email"), "ann@example.com");

    // One can also go back by choice.
    world
        .service
        .on("InitiateAuth", password_verifier())
        .on("RespondToAuthChallenge", new_password_required());
    type_into(&page, "#signin-password", "Temp-2026-pass!").await;
    submit(&page).await;
    until(|| page.has("#new-password-password")).await;
    page.click(".auth-below button").await;
    assert_eq!(focused_id(), "signin-password");
    assert_eq!(value(&page, "#signin-email"), "ann@example.com");
    assert_eq!(page.text(".form-alert"), "");
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_challenge_that_is_not_known_is_named() {
    let world = World::default();
    world.service.on("InitiateAuth", password_verifier()).on(
        "RespondToAuthChallenge",
        ok(json!({ "ChallengeName": "PIGEON_POST", "Session": "s" })),
    );
    let page = open(&world, "/signin").await;
    sign_in(&page, "ann@example.com", PASSWORD).await;
    until(|| page.text(".form-alert").contains("PIGEON_POST")).await;
    page.close().await;
}

#[wasm_bindgen_test]
async fn a_forgotten_password_is_replaced_in_two_steps() {
    let world = World::default();
    world.service.on("ForgotPassword", sent());
    let page = open(&world, "/signin").await;
    type_into(&page, "#signin-email", "ann@example.com").await;
    page.click(".form-link").await;
    assert_eq!(
        value(&page, "#forgot-email"),
        "ann@example.com",
        "carried over"
    );
    submit(&page).await;
    until(|| page.has("#reset-code")).await;
    assert_eq!(url(), "/forgot?step=code&email=ann@example.com");
    assert!(page.text(".form-notice").contains("a***@e***"));

    world
        .service
        .on(
            "ConfirmForgotPassword",
            exception(
                "ExpiredCodeException",
                "Invalid code provided, please request a code again.",
            ),
        )
        .on("ConfirmForgotPassword", ok(json!({})));
    type_into(&page, "#reset-code", "123456").await;
    type_into(&page, "#reset-password", "Other-2026!").await;
    submit(&page).await;
    until(|| page.text("#reset-code-error").contains("no longer valid")).await;
    assert_eq!(value(&page, "#reset-password"), "Other-2026!");
    world.let_sign_in();
    let_feed_answer(&world, "hello");
    submit(&page).await;
    until(|| page.has(".profile")).await;
    page.close().await;

    // The second step is found again after a reload; a reset that cannot sign in says what to do.
    let world = World::default();
    let page = open(&world, "/forgot?step=code&email=ann%40example.com").await;
    world.service.on("ConfirmForgotPassword", ok(json!({}))).on(
        "InitiateAuth",
        exception("NotAuthorizedException", "User is disabled."),
    );
    type_into(&page, "#reset-code", "123456").await;
    type_into(&page, "#reset-password", "Other-2026!").await;
    submit(&page).await;
    until(|| page.has(".form-done")).await;
    assert!(page.text(".form-done").contains("successfully reset"));
    page.close().await;
}

#[wasm_bindgen_test]
async fn who_is_signed_in_already_can_go_on() {
    let world = World::default();
    world.store_session(3600);
    let_feed_answer(&world, "hello");
    let page = open(&world, "/signin?next=https://evil.example/").await;
    assert_eq!(page.text("h1"), "You are signed in already");
    assert!(!page.has("form"));
    assert_eq!(
        page.texts(".auth-ways a"),
        ["Go on as Ann Example", "Use another account"]
    );
    page.click(".auth-ways a").await;
    until(|| page.has(".profile")).await;
    assert_eq!(url(), "/");
    assert_eq!(world.service.count(HOME), 1);
    page.close().await;
}

#[wasm_bindgen_test]
async fn leaving_a_page_gives_its_request_up() {
    let world = World::default();
    world.service.hold("InitiateAuth");
    let_feed_answer(&world, "hello");
    let page = open(&world, "/signin").await;
    sign_in(&page, "ann@example.com", PASSWORD).await;
    assert_eq!(world.service.count("InitiateAuth"), 1);
    page.click(".auth-logo").await;
    until(|| page.has(".crud")).await;
    world.service.release("InitiateAuth");
    settle().await;
    assert_eq!(world.service.count("RespondToAuthChallenge"), 0);
    assert!(!page.has(".profile"));
    page.close().await;
}
