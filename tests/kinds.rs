//! The forms in pools whose people sign in with something other than an e-mail address.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

#[path = "shell/page.rs"]
#[allow(dead_code)] // the shell's tests use the rest
mod page;

use cruddur_web::config::{AuthOptions, UsernameKind};
use page::{Page, let_feed_answer, open, settle, until, url};
use serde_json::{Value, json};
use support::{World, exception, ok, password_verifier};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlInputElement;

wasm_bindgen_test_configure!(run_in_browser);

const PASSWORD: &str = "Crud-dur-2026!";

const BY_NAME: UsernameKind = UsernameKind::Username {
    email: true,
    phone_number: false,
    preferred_username: false,
};

fn world(username: UsernameKind, required: &[&str]) -> World {
    World {
        options: AuthOptions {
            username,
            required_attributes: required.iter().copied().map(str::to_owned).collect(),
            ..AuthOptions::default()
        },
        ..World::default()
    }
}

async fn type_into(page: &Page, selector: &str, text: &str) {
    let input: HtmlInputElement = page.one(selector).dyn_into().unwrap();
    input.set_value(text);
    let event = web_sys::InputEvent::new("input").unwrap();
    event.init_event_with_bubbles("input", true);
    input.dispatch_event(&event).unwrap();
    settle().await;
}

async fn submit(page: &Page) {
    page.click("form button[type=submit]").await;
}

/// What an input is to the browser: type, keyboard, what it may fill in.
fn shape(page: &Page, selector: &str) -> [String; 3] {
    ["type", "inputmode", "autocomplete"]
        .map(|name| page.one(selector).get_attribute(name).unwrap_or_default())
}

fn labels(page: &Page) -> Vec<String> {
    page.texts("form label")
}

fn sent_by_sms() -> support::Answer {
    ok(
        json!({ "UserConfirmed": false, "UserSub": "s", "CodeDeliveryDetails": {
        "Destination": "+*******0100", "DeliveryMedium": "SMS", "AttributeName": "phone_number" } }),
    )
}

fn attributes(world: &World) -> Value {
    let body = world.service.body("SignUp");
    body["UserAttributes"].clone()
}

#[wasm_bindgen_test]
async fn each_kind_has_its_own_field() {
    for (kind, id, label, expected) in [
        (
            UsernameKind::PhoneNumber,
            "phone_number",
            "Phone Number",
            ["tel", "tel", "tel"],
        ),
        (
            UsernameKind::EmailOrPhoneNumber,
            "login",
            "Email or Phone Number",
            ["text", "", "username"],
        ),
        (
            BY_NAME,
            "login",
            "Username or Email",
            ["text", "", "username"],
        ),
    ] {
        let world = world(kind, &[]);
        for (path, prefix) in [
            ("/signin", "signin"),
            ("/confirm", "confirm"),
            ("/forgot", "forgot"),
        ] {
            let page = open(&world, path).await;
            assert_eq!(labels(&page)[0], label, "{path}");
            let selector = format!("#{prefix}-{id}");
            assert_eq!(shape(&page, &selector), expected, "{path}");
            page.close().await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_phone_number_is_sent_as_the_pool_has_it() {
    let world = world(UsernameKind::PhoneNumber, &["phone_number", "email"]);
    world.service.on("SignUp", sent_by_sms());
    let page = open(&world, "/signup").await;
    assert_eq!(
        labels(&page),
        ["Name", "Phone Number", "Username", "Email", "Password"]
    );
    let described_by = page
        .one("#signup-phone_number")
        .get_attribute("aria-describedby");
    assert_eq!(described_by.as_deref(), Some("signup-phone_number-hint"));
    type_into(&page, "#signup-name", "Ann Example").await;
    type_into(&page, "#signup-phone_number", "0151 23456789").await;
    type_into(&page, "#signup-username", "@ann").await;
    type_into(&page, "#signup-email", "ann@example.com").await;
    type_into(&page, "#signup-password", PASSWORD).await;
    submit(&page).await;
    assert_eq!(
        page.texts(".field-error p"),
        ["Enter a phone number that starts with + and the country code, such as +15555550100."]
    );
    assert!(world.service.sent().is_empty());

    type_into(&page, "#signup-phone_number", "+49 151 234-567-89").await;
    submit(&page).await;
    until(|| url().starts_with("/confirm")).await;
    assert_eq!(
        world.service.body("SignUp")["Username"],
        "+4915123456789",
        "no blanks, no dashes"
    );
    assert_eq!(
        attributes(&world),
        json!([{ "Name": "name", "Value": "Ann Example" },
            { "Name": "phone_number", "Value": "+4915123456789" },
            { "Name": "preferred_username", "Value": "ann" },
            { "Name": "email", "Value": "ann@example.com" }])
    );
    assert_eq!(page.texts("h1"), ["Confirm your Account"]);
    let phone: HtmlInputElement = page.one("#confirm-phone_number").dyn_into().unwrap();
    assert_eq!(phone.value(), "+4915123456789");
    let notice = page.texts(".form-notice");
    assert_eq!(
        notice,
        ["A code has been sent to +*******0100 as a text message."]
    );

    // The code signs in as everywhere else.
    world.service.on("ConfirmSignUp", ok(json!({})));
    world.let_sign_in();
    let_feed_answer(&world, "hello");
    type_into(&page, "#confirm-code", "123456").await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    let body = world.service.body("ConfirmSignUp");
    assert_eq!(body["Username"], "+4915123456789");
    page.close().await;
}

#[wasm_bindgen_test]
async fn one_field_takes_an_address_or_a_number() {
    for (typed, name, value) in [
        ("ann@example.com", "email", "ann@example.com"),
        ("+1 (555) 555-0100", "phone_number", "+15555550100"),
    ] {
        let world = world(UsernameKind::EmailOrPhoneNumber, &[]);
        world.service.on("SignUp", sent_by_sms());
        let page = open(&world, "/signup").await;
        type_into(&page, "#signup-name", "Ann").await;
        type_into(&page, "#signup-login", typed).await;
        type_into(&page, "#signup-username", "ann").await;
        type_into(&page, "#signup-password", PASSWORD).await;
        submit(&page).await;
        until(|| url().starts_with("/confirm")).await;
        assert_eq!(world.service.body("SignUp")["Username"], value);
        assert_eq!(
            attributes(&world)[1],
            json!({ "Name": name, "Value": value })
        );
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_user_name_is_the_handle_too_and_the_address_is_for_codes() {
    let world = world(BY_NAME, &["email", "birthdate"]);
    world
        .service
        .on(
            "SignUp",
            exception("UsernameExistsException", "User already exists"),
        )
        .on("SignUp", sent_by_sms());
    let page = open(&world, "/signup").await;
    assert_eq!(
        labels(&page),
        ["Name", "Username", "Email", "Birthdate", "Password"]
    );
    assert_eq!(
        shape(&page, "#signup-username"),
        ["text", "", "username"],
        "what a password manager keeps"
    );
    assert_eq!(shape(&page, "#signup-birthdate"), ["date", "", "bday"]);
    assert_eq!(shape(&page, "#signup-email"), ["email", "email", "email"]);
    type_into(&page, "#signup-name", "Ann").await;
    type_into(&page, "#signup-username", "ann").await;
    type_into(&page, "#signup-email", "ann@example.com").await;
    type_into(&page, "#signup-birthdate", "2000-02-29").await;
    type_into(&page, "#signup-password", PASSWORD).await;
    submit(&page).await;
    until(|| page.has(".field-error p")).await;
    let error = page.texts(".field-error p").concat();
    assert!(error.starts_with("This username is taken."), "{error}");
    let remedy = page.one(".field-error a").get_attribute("href");
    assert_eq!(remedy.as_deref(), Some("/signin?email=ann"));
    submit(&page).await;
    until(|| url().starts_with("/confirm")).await;
    assert_eq!(world.service.body("SignUp")["Username"], "ann");
    assert_eq!(
        attributes(&world),
        json!([{ "Name": "name", "Value": "Ann" },
            { "Name": "preferred_username", "Value": "ann" },
            { "Name": "email", "Value": "ann@example.com" },
            { "Name": "birthdate", "Value": "2000-02-29" }])
    );
    page.close().await;
}

#[wasm_bindgen_test]
async fn where_codes_sign_in_nobody_needs_a_password() {
    let mut world = world(UsernameKind::Email, &[]);
    let page = open(&world, "/signup").await;
    assert!(!page.has("form button.form-link"), "codes do not sign in");
    page.close().await;

    world.options.email_otp = true;
    world
        .service
        .on(
            "SignUp",
            ok(json!({ "UserConfirmed": false, "Session": "1" })),
        )
        .on("ConfirmSignUp", ok(json!({ "Session": "2" })))
        .on("InitiateAuth", support::tokens(support::START_MS));
    let_feed_answer(&world, "hello");
    let page = open(&world, "/signup").await;
    type_into(&page, "#signup-password", PASSWORD).await;
    assert!(page.has(".rule-met"));
    page.click("form button.form-link").await;
    assert!(!page.has("#signup-password"));
    // Whoever thinks better of it begins with an empty field.
    page.click("form button.form-link").await;
    assert!(page.has("#signup-password") && !page.has(".rule-met"));
    page.click("form button.form-link").await;
    type_into(&page, "#signup-name", "Ann").await;
    type_into(&page, "#signup-email", "ann@example.com").await;
    submit(&page).await;
    assert_eq!(page.texts(".field-error p"), ["Choose a username."]);
    type_into(&page, "#signup-username", "ann").await;
    submit(&page).await;
    until(|| url().starts_with("/confirm")).await;
    assert_eq!(world.service.body("SignUp").get("Password"), None);
    type_into(&page, "#confirm-code", "123456").await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    assert_eq!(world.service.body("InitiateAuth")["Session"], "2");
    page.close().await;
}

#[wasm_bindgen_test]
async fn refusals_speak_of_what_people_sign_in_with() {
    for (kind, id, typed, sent, words) in [
        (
            UsernameKind::PhoneNumber,
            "phone_number",
            "+1 555 555 0100",
            "+15555550100",
            "Incorrect phone number or password.",
        ),
        (
            UsernameKind::EmailOrPhoneNumber,
            "login",
            "ann@example.com",
            "ann@example.com",
            "Incorrect email, phone number or password.",
        ),
        (
            BY_NAME,
            "login",
            " ann ",
            "ann",
            "Incorrect username or password.",
        ),
    ] {
        let world = world(kind, &[]);
        world.service.on("InitiateAuth", password_verifier()).on(
            "RespondToAuthChallenge",
            exception("NotAuthorizedException", "Incorrect username or password."),
        );
        let page = open(&world, "/signin").await;
        type_into(&page, &format!("#signin-{id}"), typed).await;
        type_into(&page, "#signin-password", PASSWORD).await;
        submit(&page).await;
        until(|| !page.texts(".form-alert p").is_empty()).await;
        assert_eq!(page.texts(".form-alert p"), [words]);
        let body = world.service.body("InitiateAuth");
        assert_eq!(body["AuthParameters"]["USERNAME"], sent);
        // What was typed goes along to the next page.
        page.click(".form-link").await;
        until(|| url().starts_with("/forgot")).await;
        let input: HtmlInputElement = page.one(&format!("#forgot-{id}")).dyn_into().unwrap();
        assert_eq!(input.value(), typed);
        page.close().await;
    }
}

#[wasm_bindgen_test]
async fn a_password_is_recovered_by_whatever_people_sign_in_with() {
    let world = world(UsernameKind::PhoneNumber, &[]);
    world
        .service
        .on(
            "ForgotPassword",
            exception("UserNotFoundException", "User does not exist."),
        )
        .on("ForgotPassword", sent_by_sms())
        .on("ConfirmForgotPassword", ok(json!({})));
    world.let_sign_in();
    let_feed_answer(&world, "hello");
    let page = open(&world, "/forgot").await;
    type_into(&page, "#forgot-phone_number", "+1 555 5550100").await;
    submit(&page).await;
    until(|| page.has(".field-error p")).await;
    assert_eq!(
        page.texts(".field-error p"),
        ["There is no account with this phone number."]
    );
    submit(&page).await;
    until(|| page.has("#reset-code")).await;
    assert_eq!(page.texts(".form-known"), ["+15555550100"]);
    let known = page.one("#reset-email");
    assert_eq!(known.get_attribute("type").as_deref(), Some("text"));
    submit(&page).await;
    assert_eq!(
        page.texts(".field-error p")[0],
        "Enter the code that you got."
    );
    type_into(&page, "#reset-code", "123456").await;
    type_into(&page, "#reset-password", PASSWORD).await;
    submit(&page).await;
    until(|| page.has(".profile")).await;
    let body = world.service.body("ConfirmForgotPassword");
    assert_eq!(body["Username"], "+15555550100");
    page.close().await;
}
