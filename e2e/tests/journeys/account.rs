//! What people see to themselves in the settings.

use cruddur_local::MailKind;
use e2e::{Ability, Journey, PASSWORD, journey, journey_with_everything};
use totp_rs::{Builder, Secret};

use crate::{EMAIL, OTHER_PASSWORD, wrong};

async fn at(j: &Journey, section: &str) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in_at(
        &format!("/signin?next=/settings/{section}"),
        EMAIL,
        PASSWORD,
    )
    .await;
    j.sees("Settings").await;
}

/// What an authenticator app with that key shows.
pub fn app_code(j: &Journey, key: &str) -> String {
    let secret = Secret::try_from_base32(key.replace(' ', "")).expect("a key");
    let app = Builder::new().with_secret(secret).build().expect("an app");
    let seconds = u64::try_from(j.world.now_ms() / 1000).expect("a time");
    app.generate(seconds).to_string()
}

#[tokio::test]
async fn name_and_address_are_changed() {
    journey("settings-profile", async |j| {
        j.expect_refusals();
        at(&j, "profile").await;
        j.press_account().await;
        j.follow("Settings").await;
        j.has_focus_on_heading("Settings").await;
        assert_eq!(j.value("Name").await, "Ann Example");
        j.inspect("profile").await;
        j.fill("Name", "").await;
        j.press("Save").await;
        j.has_focus("Name").await;
        j.inspect("no-name").await;
        j.fill("Name", "Ann Other").await;
        j.press("Save").await;
        j.sees("Your changes are saved.").await;
        // Everywhere, without another sign-in.
        j.wait("the new name", async || {
            let name = j.text_of(".profile-name").await;
            name.contains("Ann Other").then_some(())
        })
        .await;

        j.fill("Email", "ann@").await;
        j.press("Change").await;
        j.has_focus("Email").await;
        j.fill("Email", "other@example.com").await;
        j.press("Change").await;
        j.sees("A code has been sent to o***@e***").await;
        j.sees("not verified").await;
        j.inspect("code").await;
        let code = j
            .world
            .code("other@example.com", MailKind::AttributeVerification);
        j.fill("Code", wrong(&code)).await;
        j.press("Verify").await;
        j.sees("This code is not right").await;
        j.has_focus("Code").await;
        j.fill("Code", &code).await;
        j.press("Verify").await;
        j.sees("Your email address is verified.").await;
        j.sees_no_more("not verified").await;
        // It is what signs in now.
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in("other@example.com", PASSWORD).await;
        j.arrives("/").await;
        j.sees("Ann Other").await;
    })
    .await;
}

#[tokio::test]
async fn the_password_is_changed() {
    journey("settings-password", async |j| {
        j.expect_refusals();
        at(&j, "password").await;
        j.inspect("password").await;
        j.fill("Current Password", "Not-my-own-1!").await;
        j.fill("New Password", "too-weak-2026").await;
        j.press("Change Password").await;
        j.has_focus("New Password").await;
        j.fill("New Password", OTHER_PASSWORD).await;
        j.press("Change Password").await;
        j.sees("This is not your password.").await;
        j.has_focus("Current Password").await;
        assert_eq!(j.value("New Password").await, OTHER_PASSWORD);
        j.inspect("wrong").await;
        j.fill("Current Password", PASSWORD).await;
        j.press("Change Password").await;
        j.sees("Your password is changed.").await;
        assert_eq!(j.value("New Password").await, "");
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, OTHER_PASSWORD).await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_and_turned_off() {
    journey_with_everything("settings-app", async |j| {
        j.expect_refusals();
        at(&j, "two-factor").await;
        j.sees("Authenticator app").await;
        j.inspect("off").await;
        j.press("Set Up: Authenticator app").await;
        let key = j.text_of(".app-key code").await;
        j.inspect("key").await;
        let code = app_code(&j, &key);
        j.fill("Code", wrong(&code)).await;
        j.press("Turn On").await;
        j.sees("This code is not right").await;
        j.has_focus("Code").await;
        j.fill("Name for the app (optional)", "My phone").await;
        j.fill("Code", &code).await;
        j.press("Turn On").await;
        j.sees("Your changes are saved.").await;
        j.inspect("on").await;

        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Your authenticator app (My phone) shows the code.")
            .await;
        // A code is good once.
        j.world.advance_minutes(1);
        j.fill("Code", &app_code(&j, &key)).await;
        j.press("Continue").await;
        j.is_signed_in().await;

        j.open("/settings/two-factor").await;
        j.press("Turn Off: Authenticator app").await;
        j.sees("Signing in will not ask for it any more.").await;
        j.inspect("question").await;
        j.press_in_dialog("Turn Off").await;
        j.sees("Your changes are saved.").await;
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_code_by_email_is_turned_on() {
    journey_with_everything("settings-email", async |j| {
        at(&j, "two-factor").await;
        j.sees("This needs a verified phone number:").await;
        j.press("Turn On: Email").await;
        j.sees("Your changes are saved.").await;
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("A code has been sent to a***@e***").await;
        j.fill("Code", &j.world.code(EMAIL, MailKind::MfaCode))
            .await;
        j.press("Continue").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn passkeys_come_and_go() {
    journey_with_everything("settings-passkeys", async |j| {
        if j.ends_without(Ability::Passkeys) {
            return;
        }
        j.has_authenticator().await;
        at(&j, "passkeys").await;
        j.sees("You have no passkey yet.").await;
        j.inspect("none").await;
        j.press("Add a Passkey").await;
        j.sees("The passkey is there.").await;
        j.sees("Made ").await;
        j.inspect("one").await;
        j.press("Delete: Passkey").await;
        j.sees("You will not be able to sign in with it any more.")
            .await;
        j.inspect("question").await;
        j.press_in_dialog("Delete").await;
        j.sees("You have no passkey yet.").await;
    })
    .await;
}

#[tokio::test]
async fn devices_are_known_and_forgotten() {
    journey_with_everything("settings-devices", async |j| {
        at(&j, "devices").await;
        if j.ends_without(Ability::Requests) {
            return;
        }
        // The device is made known in the background.
        j.wait("a known device", async || {
            (j.calls("ConfirmDevice").await == 1).then_some(())
        })
        .await;
        j.reload().await;
        j.sees("this device").await;
        j.sees("Not remembered").await;
        j.inspect("devices").await;
        let device = j.device();
        j.press(&format!("Remember: {device}")).await;
        j.sees("Do Not Remember").await;
        j.press(&format!("Forget: {device}")).await;
        j.sees("Whoever is signed in there has to sign in again")
            .await;
        j.press_in_dialog("Forget").await;
        j.sees("No devices are known yet.").await;
    })
    .await;
}

#[tokio::test]
async fn one_can_sign_out_here_or_everywhere() {
    journey("settings-sign-out", async |j| {
        at(&j, "account").await;
        j.inspect("account").await;
        let other = j.elsewhere().await;
        other.expect_refusals();
        other.sign_in(EMAIL, PASSWORD).await;
        other.is_signed_in().await;
        j.press("Sign Out Here").await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
        other.reload().await;
        other.is_signed_in().await;
        j.sign_in_at("/signin?next=/settings/account", EMAIL, PASSWORD)
            .await;
        j.press("Sign Out Everywhere").await;
        j.is_a_visitor().await;
        if j.ends_without(Ability::Scripts) {
            return;
        }
        j.world.advance_minutes(61);
        other.set_device_clock().await;
        other.reload().await;
        other
            .sees("Your session was ended on another device or in another tab.")
            .await;
    })
    .await;
}

#[tokio::test]
async fn an_account_is_deleted_for_good() {
    journey("settings-delete", async |j| {
        j.expect_refusals();
        at(&j, "account").await;
        j.press("Delete Account").await;
        j.sees("You will be signed out everywhere and cannot sign in again.")
            .await;
        j.inspect("question").await;
        j.press("Cancel").await;
        j.sees_no_more("You will be signed out everywhere").await;
        j.press("Delete Account").await;
        j.sees("You will be signed out everywhere").await;
        j.press_in_dialog("Delete Account").await;
        j.sees("Your account has been deleted.").await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Incorrect email or password.").await;
    })
    .await;
}
