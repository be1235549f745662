//! What the pool asks for on the way in.

use cruddur_local::{CLIENT_ID, MailKind, REGION, USER_POOL_ID};
use e2e::{Ability, Journey, PASSWORD, journey_configured, journey_with_everything};
use serde_json::{Value, json};

use crate::account::app_code;
use crate::{EMAIL, OTHER_PASSWORD, wrong};

const PHONE: &str = "+15555550100";

/// Ann, with a phone number of her own.
async fn with_phone(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    let phone = json!([{ "Name": "phone_number", "Value": PHONE },
        { "Name": "phone_number_verified", "Value": "true" }]);
    let body = json!({ "Username": EMAIL, "UserAttributes": phone });
    j.world.admin("AdminUpdateUserAttributes", body).await;
}

/// Ann, for whom codes come by these means, none of them before the others.
async fn with_codes(j: &Journey, settings: &[&str]) {
    with_phone(j).await;
    let mut body = json!({ "Username": EMAIL });
    for name in settings {
        body[*name] = json!({ "Enabled": true });
    }
    j.world.admin("AdminSetUserMFAPreference", body).await;
}

/// Nobody signs in without these.
async fn demand(j: &Journey, kinds: &[&str]) {
    let mut body = json!({ "MfaConfiguration": "ON" });
    for kind in kinds {
        body[*kind] = match *kind {
            "SoftwareTokenMfaConfiguration" => json!({ "Enabled": true }),
            _ => json!({}),
        };
    }
    j.world.admin("SetUserPoolMfaConfig", body).await;
}

/// The site's configuration with other `auth` and `custom`.
fn configure(j: &Journey, auth: Value, custom: Value) {
    let mut file = json!({
        "auth": {
            "aws_region": REGION,
            "user_pool_id": USER_POOL_ID,
            "user_pool_client_id": CLIENT_ID,
            "user_pool_endpoint": j.world.pool_url(),
        },
        "custom": { "backend_url": j.world.stack.backend_url() },
    });
    for (name, settings) in [("auth", auth), ("custom", custom)] {
        for (setting, value) in settings.as_object().expect("settings") {
            file[name][setting] = value.clone();
        }
    }
    let answer = (200, "application/json", file.to_string());
    j.world.configure(Some(answer));
}

/// Lets the app client sign in by these flows besides the usual one.
async fn allow(j: &Journey, flow: &str) {
    let body = json!({ "ClientId": CLIENT_ID, "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", flow] });
    j.world.admin("UpdateUserPoolClient", body).await;
}

/// Takes one of the ways on.
async fn choose(j: &Journey, words: &str) {
    let script = "const found = [...document.querySelectorAll('.choice')]
            .find((one) => one.innerText === arguments[0]);
        found?.click();
        return Boolean(found);";
    j.wait(words, || async {
        (j.script(script, vec![words.into()]).await == true).then_some(())
    })
    .await;
}

async fn sign_out(j: &Journey) {
    j.sign_out().await;
    j.is_a_visitor().await;
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_and_remembered() {
    journey_with_everything("challenge-app", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        demand(&j, &["SoftwareTokenMfaConfiguration"]).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Set up a second step").await;
        j.inspect("set-up").await;
        j.press("Continue").await;
        let key = j.text_of(".app-key code").await;
        j.inspect("key").await;
        j.press("Copy Key").await;
        j.wait("an answer", || async {
            let told = j.text_of(".app-key [role=status]").await;
            (!told.is_empty()).then_some(())
        })
        .await;

        // The key is shown once, but the app has it by then.
        j.reload().await;
        j.sees("the key is not shown twice").await;
        j.inspect("reloaded").await;
        let code = app_code(&j, &key);
        j.fill("Code", wrong(&code)).await;
        j.press("Continue").await;
        j.sees("This code is not right. Enter the one that the app shows now")
            .await;
        j.has_focus("Code").await;
        j.inspect("wrong").await;
        j.fill("Code", &code).await;
        j.press("Continue").await;
        j.is_signed_in().await;
        sign_out(&j).await;

        j.world.advance_minutes(1);
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Your authenticator app shows the code.").await;
        j.inspect("code").await;
        j.script(
            "document.querySelector('[name=remember-device]').click()",
            Vec::new(),
        )
        .await;
        j.fill("Code", &app_code(&j, &key)).await;
        j.press("Continue").await;
        j.is_signed_in().await;
        if j.ends_without(Ability::Requests) {
            return;
        }
        j.wait("the device to be remembered", async || {
            (j.calls("UpdateDeviceStatus").await == 1).then_some(())
        })
        .await;
        sign_out(&j).await;

        // This device is known now, and another one is not.
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        let other = j.elsewhere().await;
        other.sign_in(EMAIL, PASSWORD).await;
        other.sees("Your authenticator app shows the code.").await;
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_is_chosen_among_several() {
    journey_with_everything("challenge-choice", async |j| {
        j.expect_refusals();
        with_codes(&j, &["EmailMfaSettings", "SMSMfaSettings"]).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Confirm that it is you").await;
        j.inspect("choice").await;
        // A reload does not lose the password's proof.
        j.reload().await;
        j.sees("Confirm that it is you").await;
        choose(&j, "Text message").await;
        j.press("Continue").await;
        j.sees("as a text message").await;
        j.has_focus("Code").await;
        j.reload().await;
        j.sees("as a text message").await;
        j.does_not_see("Send another code").await;
        j.inspect("sms").await;
        let code = j.world.code(PHONE, MailKind::MfaCode);
        j.fill("Code", wrong(&code)).await;
        j.press("Continue").await;
        j.sees("Check the newest message").await;
        j.fill("Code", &format!("{} {}", &code[..3], &code[3..]))
            .await;
        assert_eq!(j.value("Code").await, code);
        j.press("Continue").await;
        j.is_signed_in().await;
        sign_out(&j).await;

        j.sign_in(EMAIL, PASSWORD).await;
        choose(&j, "Email").await;
        j.press("Continue").await;
        j.sees("by email").await;
        j.fill("Code", &j.world.code(EMAIL, MailKind::MfaCode))
            .await;
        j.press("Continue").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn another_code_is_sent_and_one_that_took_too_long_begins_anew() {
    journey_with_everything("challenge-resend", async |j| {
        j.expect_refusals();
        with_codes(&j, &["EmailMfaSettings"]).await;
        if j.can(Ability::Scripts) {
            j.run_first(
                "const now = Date.now.bind(Date);
                window.ahead = 0;
                Date.now = () => now() + window.ahead;",
            )
            .await;
        }
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Send another code (in ").await;
        j.inspect("code").await;
        let first = j.world.code(EMAIL, MailKind::MfaCode);
        if j.can(Ability::Scripts) {
            let later = "window.ahead = 31000;
                document.dispatchEvent(new Event('visibilitychange'))";
            j.script(later, Vec::new()).await;
            j.press("Send another code").await;
            j.sees("Earlier ones no longer count.").await;
            let mails = j.world.stack.mail().to(EMAIL);
            let codes = mails.iter().filter(|mail| mail.kind == MailKind::MfaCode);
            assert_eq!(codes.count(), 2);
            j.inspect("resent").await;
            let second = j.world.code(EMAIL, MailKind::MfaCode);
            if first != second {
                j.fill("Code", &first).await;
                j.press("Continue").await;
                j.sees("Check the newest message").await;
            }
        }
        j.world.advance_minutes(4);
        j.fill("Code", &j.world.code(EMAIL, MailKind::MfaCode))
            .await;
        j.press("Continue").await;
        j.sees("That took too long").await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.inspect("too-late").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.sees("A code has been sent to a***@e***").await;
        j.press("Back to sign-in").await;
        j.has_focus("Password").await;
        assert_eq!(j.value("Email").await, EMAIL);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_followed_by_a_code() {
    journey_with_everything("challenge-invited", async |j| {
        let attributes = [
            ("email", EMAIL),
            ("email_verified", "true"),
            ("name", "Ann Example"),
            ("preferred_username", "ann"),
        ];
        let attributes = attributes.map(|(name, value)| json!({ "Name": name, "Value": value }));
        let body = json!({ "Username": EMAIL, "TemporaryPassword": "Temp-2026!",
            "UserAttributes": attributes, "MessageAction": "SUPPRESS" });
        j.world.admin("AdminCreateUser", body).await;
        let body = json!({ "Username": EMAIL, "EmailMfaSettings": { "Enabled": true } });
        j.world.admin("AdminSetUserMFAPreference", body).await;
        j.sign_in(EMAIL, "Temp-2026!").await;
        j.sees("Choose a new password").await;
        j.fill("New Password", OTHER_PASSWORD).await;
        j.press("Set Password").await;
        j.sees("Enter your code").await;
        j.has_focus("Code").await;
        j.fill("Code", &j.world.code(EMAIL, MailKind::MfaCode))
            .await;
        j.press("Continue").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_code_takes_the_place_of_the_password() {
    journey_with_everything("challenge-email-code", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        j.open("/signin").await;
        j.sees("Email me a code").await;
        j.inspect("form").await;
        j.press("Email me a code").await;
        j.sees("Enter your email.").await;
        j.has_focus("Email").await;
        j.fill("Email", EMAIL).await;
        j.press("Email me a code").await;
        j.sees("A code has been sent to a***@e***").await;
        let code = j.world.code(EMAIL, MailKind::SignInCode);
        assert_eq!(code.len(), 8);
        j.inspect("code").await;
        j.fill("Code", wrong(&code)).await;
        j.press("Continue").await;
        j.sees("Check the newest message").await;
        j.fill("Code", &code).await;
        j.press("Continue").await;
        j.is_signed_in().await;
        assert_eq!(j.title().await, "Home · Cruddur");
    })
    .await;
}

#[tokio::test]
async fn a_text_message_takes_the_place_of_the_password() {
    journey_configured("challenge-sms-code", None, async |j| {
        j.expect_refusals();
        let factors = ["PASSWORD", "SMS_OTP"];
        let body = json!({ "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
        j.world.admin("UpdateUserPool", body).await;
        allow(&j, "ALLOW_USER_AUTH").await;
        let auth = json!({ "passwordless": { "sms_otp_enabled": true } });
        configure(&j, auth, json!({}));
        with_phone(&j).await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.press("Text me a code").await;
        j.sees("as a text message").await;
        let code = j.world.code(PHONE, MailKind::SignInCode);
        assert_eq!(code.len(), 8);
        j.inspect("code").await;
        j.fill("Code", wrong(&code)).await;
        j.press("Continue").await;
        j.sees("Check the newest message").await;
        j.fill("Code", &code).await;
        j.press("Continue").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_question_is_answered() {
    journey_configured("challenge-custom", None, async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        allow(&j, "ALLOW_CUSTOM_AUTH").await;
        let custom = json!({ "auth_flow_type": "CUSTOM_WITHOUT_SRP" });
        configure(&j, json!({}), custom);
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.does_not_see("Password").await;
        j.press("Continue").await;
        j.sees("Which number did we send to a***@e***?").await;
        j.has_focus("Your Answer").await;
        j.inspect("question").await;
        j.fill("Your Answer", "none").await;
        j.press("Continue").await;
        j.sees("That was not the answer. Try once more.").await;
        j.inspect("wrong").await;
        j.reload().await;
        j.sees("Which number did we send to a***@e***?").await;
        let answer = j.world.code(EMAIL, MailKind::CustomChallenge);
        j.fill("Your Answer", &answer).await;
        j.press("Continue").await;
        j.is_signed_in().await;
        sign_out(&j).await;

        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.press("Continue").await;
        for _ in 0..2 {
            j.fill("Your Answer", "none").await;
            j.press("Continue").await;
            j.sees("That was not the answer.").await;
        }
        j.fill("Your Answer", "none").await;
        j.press("Continue").await;
        j.sees("The answer was not accepted. Start again.").await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.inspect("over").await;
    })
    .await;
}

#[tokio::test]
async fn the_way_is_chosen_after_the_name() {
    journey_configured("challenge-first-factor", None, async |j| {
        j.expect_refusals();
        let factors = ["PASSWORD", "EMAIL_OTP"];
        let body = json!({ "AutoVerifiedAttributes": ["email"],
            "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
        j.world.admin("UpdateUserPool", body).await;
        allow(&j, "ALLOW_USER_AUTH").await;
        let auth = json!({ "passwordless": { "email_otp_enabled": true } });
        configure(&j, auth, json!({ "auth_flow_type": "USER_AUTH" }));
        j.world.with_user(EMAIL, true).await;
        j.open("/signin").await;
        j.sees("Continue").await;
        j.inspect("name").await;
        j.fill("Email", EMAIL).await;
        j.press("Continue").await;
        j.sees("Choose how to sign in").await;
        j.inspect("choice").await;
        j.fill("Password", "Wrong-2026!").await;
        j.press("Sign In").await;
        j.sees("Incorrect email or password.").await;
        j.press("Back to sign-in").await;
        j.has_focus("Email").await;
        j.press("Continue").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn another_account_takes_the_place_of_the_first() {
    journey_with_everything("switch-account", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.world
            .with_person("bob@example.com", "Bob Example", "bob")
            .await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        j.open("/signin").await;
        j.sees("You are signed in as Ann Example (ann@example.com).")
            .await;
        j.inspect("already").await;
        j.follow("Go on as Ann Example").await;
        j.is_signed_in().await;
        j.press_account().await;
        j.follow("Switch account").await;
        j.arrives("/signin/switch").await;
        j.sees("Signing in here signs that account out.").await;
        j.inspect("switch").await;
        j.fill("Email", "bob@example.com").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/").await;
        j.sees("@bob").await;
        j.does_not_see("@ann").await;
        if j.ends_without(Ability::Requests) {
            return;
        }
        j.wait("Ann's session to end", async || {
            (j.calls("RevokeToken").await == 1).then_some(())
        })
        .await;
    })
    .await;
}
