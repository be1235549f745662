//! The settings, with a scripted user pool behind them.
#![allow(missing_docs)] // names tell
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

#[path = "shell/page.rs"]
#[allow(dead_code)] // the shell's tests use the rest
mod page;

use cruddur_web::session::MfaKind;
use page::{Page, focused, let_feed_answer, open, settle, until, url};
use serde_json::{Value, json};
use support::{Answer, World, exception, offline, ok};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlInputElement;

wasm_bindgen_test_configure!(run_in_browser);

fn user_with(more: &[(&str, &str)], mfa: &[&str]) -> Answer {
    let mut attributes = vec![
        ("sub", "ann-sub"),
        ("name", "Ann Example"),
        ("preferred_username", "ann"),
        ("email", "ann@example.com"),
        ("email_verified", "true"),
    ];
    attributes.extend_from_slice(more);
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    let mut answer = json!({ "Username": "ann-sub", "UserAttributes": attributes });
    if let Some(first) = mfa.first() {
        answer["UserMFASettingList"] = json!(mfa);
        answer["PreferredMfaSetting"] = json!(first);
    }
    ok(answer)
}

fn user() -> Answer {
    user_with(&[], &[])
}

fn world() -> World {
    let world = World::default();
    world.store_session(3600);
    world
}

async fn fill(page: &Page, selector: &str, text: &str) {
    let input: HtmlInputElement = page.one(selector).dyn_into().unwrap();
    input.set_value(text);
    let event = web_sys::InputEvent::new("input").unwrap();
    event.init_event_with_bubbles("input", true);
    input.dispatch_event(&event).unwrap();
    settle().await;
}

fn focused_id() -> String {
    focused().map(|element| element.id()).unwrap_or_default()
}

#[wasm_bindgen_test]
async fn what_cannot_be_loaded_is_said_and_asked_for_again() {
    let world = world();
    let refusal = exception(
        "ForbiddenException",
        "Request not allowed due to WAF block.",
    );
    world.service.on("GetUser", refusal).on("GetUser", user());
    let page = open(&world, "/settings").await;
    assert_eq!(page.texts("h1"), ["Settings"]);
    until(|| page.has("[role=alert] .button")).await;
    page.click("[role=alert] .button").await;
    until(|| page.has("#settings-name")).await;
    let name: HtmlInputElement = page.one("#settings-name").dyn_into().unwrap();
    assert_eq!(name.value(), "Ann Example");
}

#[wasm_bindgen_test]
async fn only_what_was_changed_is_sent() {
    let world = world();
    world
        .service
        .on("GetUser", user_with(&[("nickname", "Annie")], &[]));
    let page = open(&world, "/settings/profile").await;
    until(|| page.has("#settings-nickname")).await;
    fill(&page, "#settings-name", " ").await;
    page.click(".settings-part button[type=submit]").await;
    until(|| focused_id() == "settings-name").await;
    assert!(
        !world
            .service
            .sent()
            .contains(&"UpdateUserAttributes".to_owned())
    );

    world.service.on("UpdateUserAttributes", ok(json!({})));
    world.service.on("DeleteUserAttributes", ok(json!({})));
    world.service.on("GetUser", user());
    world.service.on(
        "GetTokensFromRefreshToken",
        support::tokens(support::START_MS),
    );
    world.service.on(
        "GetTokensFromRefreshToken",
        support::tokens(support::START_MS),
    );
    fill(&page, "#settings-name", "Ann Other").await;
    // What nobody demands can go.
    fill(&page, "#settings-nickname", "").await;
    page.click(".settings-part button[type=submit]").await;
    until(|| page.text("main").contains("Your changes are saved.")).await;
    assert_eq!(
        world.service.body("UpdateUserAttributes")["UserAttributes"],
        json!([{ "Name": "name", "Value": "Ann Other" }])
    );
    assert_eq!(
        world.service.body("DeleteUserAttributes")["UserAttributeNames"],
        json!(["nickname"])
    );
}

#[wasm_bindgen_test]
async fn a_new_address_is_proven_by_its_code() {
    let world = world();
    world.service.on("GetUser", user());
    let page = open(&world, "/settings").await;
    until(|| page.has("#settings-email")).await;
    world.service.on(
        "UpdateUserAttributes",
        exception(
            "AliasExistsException",
            "An account with the email already exists.",
        ),
    );
    fill(&page, "#settings-email", "bob@example.com").await;
    let change =
        ".settings-part:has(#settings-email) .form:has(#settings-email) button[type=submit]";
    page.click(change).await;
    until(|| {
        page.text("main")
            .contains("There is an account with this email already.")
    })
    .await;
    assert_eq!(focused_id(), "settings-email");

    let delivery =
        json!({ "Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" });
    world.service.on(
        "UpdateUserAttributes",
        ok(json!({ "CodeDeliveryDetailsList": [delivery] })),
    );
    world.service.on(
        "GetTokensFromRefreshToken",
        support::tokens(support::START_MS),
    );
    world
        .service
        .on("GetUser", user_with(&[("email_verified", "false")], &[]));
    fill(&page, "#settings-email", "new@example.com").await;
    page.click(change).await;
    until(|| page.has("#settings-email-code")).await;
    assert!(page.text("main").contains("n***@e***"));
    world.service.on(
        "VerifyUserAttribute",
        exception("CodeMismatchException", "Invalid code"),
    );
    fill(&page, "#settings-email-code", "123456").await;
    page.click(".form:has(#settings-email-code) button[type=submit]")
        .await;
    until(|| focused_id() == "settings-email-code").await;
    world.service.on("VerifyUserAttribute", ok(json!({})));
    world.service.on(
        "GetTokensFromRefreshToken",
        support::tokens(support::START_MS),
    );
    world.service.on("GetUser", user());
    page.click(".form:has(#settings-email-code) button[type=submit]")
        .await;
    until(|| {
        page.text("main")
            .contains("Your email address is verified.")
    })
    .await;
    assert!(!page.has("#settings-email-code"));
    assert_eq!(world.service.body("VerifyUserAttribute")["Code"], "123456");
}

#[wasm_bindgen_test]
async fn a_wrong_password_is_told_at_its_field_and_nothing_is_lost() {
    let world = world();
    let page = open(&world, "/settings/password").await;
    until(|| page.has("#settings-old-password")).await;
    world.service.on(
        "ChangePassword",
        exception("NotAuthorizedException", "Incorrect username or password."),
    );
    fill(&page, "#settings-old-password", "not mine").await;
    fill(&page, "#settings-new-password", "Other-dur-2027?").await;
    page.click("button[type=submit]").await;
    until(|| page.text("main").contains("This is not your password.")).await;
    assert_eq!(focused_id(), "settings-old-password");
    let new: HtmlInputElement = page.one("#settings-new-password").dyn_into().unwrap();
    assert_eq!(new.value(), "Other-dur-2027?");
    world.service.on("ChangePassword", ok(json!({})));
    page.click("button[type=submit]").await;
    until(|| page.text("main").contains("Your password is changed.")).await;
    assert_eq!(new.value(), "", "of no more use");
}

#[wasm_bindgen_test]
async fn who_has_no_password_sets_one() {
    let mut world = world();
    world.options.email_otp = true;
    let factors =
        |names: &[&str]| ok(json!({ "Username": "ann-sub", "ConfiguredUserAuthFactors": names }));
    world
        .service
        .on("GetUserAuthFactors", exception("ForbiddenException", "WAF"))
        .on("GetUserAuthFactors", factors(&["EMAIL_OTP"]));
    let page = open(&world, "/settings/password").await;
    until(|| page.has("[role=alert] .button")).await;
    page.click("[role=alert] .button").await;
    until(|| page.has("#settings-new-password")).await;
    assert!(!page.has("#settings-old-password"), "there is none");
    assert!(
        page.text("main")
            .contains("You sign in without a password so far.")
    );
    page.click("button[type=submit]").await;
    until(|| focused_id() == "settings-new-password").await;
    assert_eq!(world.service.count("ChangePassword"), 0);

    world.service.on("ChangePassword", ok(json!({})));
    world
        .service
        .on("GetUserAuthFactors", factors(&["PASSWORD", "EMAIL_OTP"]));
    fill(&page, "#settings-new-password", "Other-dur-2027?").await;
    page.click("button[type=submit]").await;
    until(|| page.has("#settings-old-password")).await;
    assert!(page.text("main").contains("Your password is set."));
    let body = world.service.body("ChangePassword");
    assert_eq!(body["ProposedPassword"], "Other-dur-2027?");
    assert_eq!(body.get("PreviousPassword"), None);
    // From now on it takes the old one.
    fill(&page, "#settings-new-password", "Third-dur-2028!").await;
    page.click("button[type=submit]").await;
    until(|| focused_id() == "settings-old-password").await;
    assert_eq!(world.service.count("ChangePassword"), 1);
}

#[wasm_bindgen_test]
async fn an_app_counts_once_it_has_shown_a_code() {
    let mut world = world();
    world.options.mfa = vec![MfaKind::SoftwareToken, MfaKind::Sms];
    world.service.on("GetUser", user());
    let page = open(&world, "/settings/two-factor").await;
    until(|| page.has(".act .button")).await;
    // Text messages need a proven number first.
    assert!(
        page.text("main")
            .contains("This needs a verified phone number:")
    );
    world.service.on(
        "AssociateSoftwareToken",
        ok(json!({ "SecretCode": "JBSWY3DPEHPK3PXP" })),
    );
    page.click(".act .button").await;
    until(|| page.has(".qr")).await;
    assert!(page.text("main").contains("JBSW Y3DP EHPK 3PXP"));
    assert!(
        !world
            .service
            .sent()
            .contains(&"SetUserMFAPreference".to_owned())
    );
    world
        .service
        .on("VerifySoftwareToken", ok(json!({ "Status": "SUCCESS" })));
    world.service.on("SetUserMFAPreference", ok(json!({})));
    world
        .service
        .on("GetUser", user_with(&[], &["SOFTWARE_TOKEN_MFA"]));
    fill(&page, "#settings-app-code", "123 456").await;
    page.click("button[type=submit]").await;
    until(|| page.text("main").contains("Your changes are saved.")).await;
    assert_eq!(
        world.service.body("VerifySoftwareToken")["UserCode"],
        "123456"
    );
    assert_eq!(
        world.service.body("SetUserMFAPreference")["SoftwareTokenMfaSettings"],
        json!({ "Enabled": true, "PreferredMfa": true })
    );
    assert!(!page.has(".qr"));
}

#[wasm_bindgen_test]
async fn what_cannot_be_undone_is_asked_first() {
    let world = world();
    let_feed_answer(&world, "hello");
    let page = open(&world, "/settings/account").await;
    page.click(".button-danger").await;
    until(|| page.has("dialog[open]")).await;
    assert!(world.service.sent().is_empty());
    world.service.on("DeleteUser", offline());
    page.click("dialog .button-danger").await;
    until(|| page.has("dialog .form-alert p")).await;
    assert!(page.has("dialog[open]"), "to be tried again");
    world.service.on("DeleteUser", ok(json!({})));
    page.click("dialog .button-danger").await;
    until(|| url() == "/").await;
    until(|| page.text("main").contains("Your account has been deleted.")).await;
    assert!(world.storage.keys().is_empty());
}

#[wasm_bindgen_test]
async fn sections_are_those_that_the_pool_has() {
    let mut world = world();
    let page = open(&world, "/settings/account").await;
    assert_eq!(
        page.texts(".settings-link"),
        ["Profile", "Password", "Account"]
    );
    drop(page);
    world.options.passkeys = true;
    world.options.devices = true;
    let page = open(&world, "/settings/account").await;
    assert_eq!(
        page.texts(".settings-link"),
        ["Profile", "Password", "Passkeys", "Devices", "Account"]
    );
}
