//! Forgotten and demanded passwords.

use cruddur_local::MailKind;
use e2e::{PASSWORD, journey};
use serde_json::json;

use crate::{EMAIL, OTHER_PASSWORD, wrong};

#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    journey("forgot", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.follow("Forgot Password?").await;
        j.has_focus_on_heading("Recover your Password").await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.inspect("email").await;
        j.press("Send Recovery Code").await;
        j.sees("A code has been sent to a***@e***").await;
        j.sees("Send Another Code (in ").await;
        j.inspect("code").await;

        // A weak password is named before anything is sent.
        let code = j.world.code(EMAIL, MailKind::ForgotPassword);
        j.fill("Reset Password Code", &code).await;
        j.fill("New Password", "too-weak-2026").await;
        j.press("Reset Password").await;
        j.sees("The password needs an upper-case letter.").await;
        j.has_focus("New Password").await;
        j.inspect("weak").await;

        j.fill("New Password", OTHER_PASSWORD).await;
        j.fill("Reset Password Code", wrong(&code)).await;
        j.press("Reset Password").await;
        j.sees("This code is not right").await;
        j.has_focus("Reset Password Code").await;
        assert_eq!(j.value("New Password").await, OTHER_PASSWORD);
        j.inspect("wrong-code").await;

        // Recovery codes are good for an hour.
        j.world.advance_minutes(61);
        j.fill("Reset Password Code", &code).await;
        j.press("Reset Password").await;
        j.sees("This code is no longer valid").await;
        j.inspect("expired").await;

        // The step is found again after a reload, and another code can be had.
        j.reload().await;
        j.press("Send Another Code").await;
        j.sees("A code has been sent to a***@e***").await;
        let code = j.world.code(EMAIL, MailKind::ForgotPassword);
        j.fill("Reset Password Code", &code).await;
        j.fill("New Password", OTHER_PASSWORD).await;
        j.press("Reset Password").await;
        j.is_signed_in().await;

        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Incorrect email or password.").await;
        j.fill("Password", OTHER_PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn who_has_an_account_is_not_told() {
    journey("forgot-nobody", async |j| {
        j.expect_refusals();
        j.open("/forgot").await;
        j.press("Send Recovery Code").await;
        j.sees("Enter your email.").await;
        j.has_focus("Email").await;
        j.inspect("empty").await;

        j.fill("Email", "nobody@example.com").await;
        j.press("Send Recovery Code").await;
        j.sees("A code has been sent to ").await;
        j.arrives("/forgot?step=code&email=nobody@example.com")
            .await;
        j.fill("Reset Password Code", "123456").await;
        j.fill("New Password", OTHER_PASSWORD).await;
        j.press("Reset Password").await;
        j.sees("This code is ").await;
        j.follow("Use another email").await;
        j.arrives("/forgot").await;
        j.finds("Email").await;
    })
    .await;
}

#[tokio::test]
async fn too_many_codes_are_refused() {
    journey("forgot-limit", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        for _ in 0..5 {
            let body = json!({ "ClientId": cruddur_local::CLIENT_ID, "Username": EMAIL });
            j.world.refuses("ForgotPassword", body).await;
        }
        j.open("/forgot").await;
        j.fill("Email", EMAIL).await;
        j.press("Send Recovery Code").await;
        j.sees("Too many codes were asked for.").await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.inspect("limit").await;
    })
    .await;
}

#[tokio::test]
async fn a_password_that_has_to_be_reset() {
    journey("reset-required", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        j.world
            .admin("AdminResetUserPassword", json!({ "Username": EMAIL }))
            .await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Your password has to be reset").await;
        j.sees("A code has been sent").await;
        j.inspect("told").await;
        j.follow("Set a new password").await;
        j.arrives("/forgot?step=code&email=ann@example.com").await;
        let code = j.world.code(EMAIL, MailKind::ForgotPassword);
        j.fill("Reset Password Code", &code).await;
        j.fill("New Password", OTHER_PASSWORD).await;
        j.press("Reset Password").await;
        j.is_signed_in().await;
    })
    .await;
}
