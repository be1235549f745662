//! Signing in, rightly and wrongly.

use cruddur_local::MailKind;
use e2e::{PASSWORD, journey};
use serde_json::json;

const EMAIL: &str = "ann@example.com";

#[tokio::test]
async fn right_and_wrong_passwords() {
    journey("sign-in", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/").await;
        j.is_a_visitor().await;
        j.follow("Sign In").await;
        j.sees("Sign into your Cruddur account").await;
        j.inspect("form").await;
        j.press("Sign In").await;
        j.sees("Enter your email.").await;
        j.has_focus("Email").await;

        // Who exists is not told.
        for email in [EMAIL, "nobody@example.com"] {
            j.fill("Email", email).await;
            j.fill("Password", "Wrong-2026!").await;
            j.press("Sign In").await;
            j.sees("Incorrect email or password.").await;
            assert_eq!(j.value("Email").await, email);
        }
        j.inspect("wrong").await;

        // Addresses have no case.
        j.fill("Email", "Ann@Example.COM").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/").await;
        j.is_signed_in().await;
        // The form has been dealt with.
        j.back().await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_disabled_user_is_told() {
    journey("disabled", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.world
            .admin("AdminDisableUser", json!({ "Username": EMAIL }))
            .await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("This account is disabled.").await;
    })
    .await;
}

#[tokio::test]
async fn too_many_wrong_passwords_lock_for_a_while() {
    journey("locked", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.sign_in(EMAIL, "Wrong-2026!").await;
        j.sees("Incorrect email or password.").await;
        for round in 0..10 {
            if j.text().await.contains("locked for a while") {
                break;
            }
            assert!(round < 9, "never locked");
            j.fill("Password", "Wrong-2026!").await;
            j.press("Sign In").await;
            j.answered().await;
        }
        j.sees("Too many wrong passwords: sign-in is locked for a while.")
            .await;
        j.world.advance_minutes(16);
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn an_unconfirmed_user_is_taken_to_the_code() {
    journey("unconfirmed", async |j| {
        j.world.with_user(EMAIL, false).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.arrives("/confirm?email=ann@example.com").await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.sees("A code has been sent to a***@e***").await;
        j.fill("Confirmation Code", &j.world.code(EMAIL, MailKind::Resend))
            .await;
        j.press("Confirm Email").await;
        j.arrives("/").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_password_that_has_to_be_reset() {
    journey("reset-required", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.world
            .admin("AdminResetUserPassword", json!({ "Username": EMAIL }))
            .await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Your password has to be reset").await;
        j.sees("A code has been sent to a***@e***").await;
        j.follow("Set a new password").await;
        j.arrives("/forgot?step=code&email=ann@example.com").await;
        j.fill(
            "Reset Password Code",
            &j.world.code(EMAIL, MailKind::ForgotPassword),
        )
        .await;
        j.fill("New Password", "Other-dur-2027?").await;
        j.press("Reset Password").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn an_invited_person_needs_no_command_line() {
    journey("invited", async |j| {
        let attributes = json!([{ "Name": "email", "Value": EMAIL }]);
        j.world
            .admin(
                "AdminCreateUser",
                json!({ "Username": EMAIL, "UserAttributes": attributes }),
            )
            .await;
        let temporary = j.world.code(EMAIL, MailKind::Invitation);
        j.sign_in(EMAIL, &temporary).await;
        j.sees("Choose a new password").await;
        j.inspect("new-password").await;
        j.press("Set Password").await;
        j.sees("Enter your name.").await;
        j.fill("Name", "Ann Example").await;
        j.fill("Username", "ann").await;
        j.fill("New Password", PASSWORD).await;
        j.press("Set Password").await;
        j.arrives("/").await;
        j.is_signed_in().await;
        j.sees("Ann Example").await;
    })
    .await;
}

#[tokio::test]
async fn the_way_back_leads_nowhere_else() {
    journey("next", async |j| {
        j.world.with_user(EMAIL, true).await;
        for next in [
            "https://evil.example/",
            "//evil.example/",
            "/%5Cevil.example",
            "javascript:alert(1)",
        ] {
            j.open(&format!("/signin?next={next}")).await;
            j.fill("Email", EMAIL).await;
            j.fill("Password", PASSWORD).await;
            j.press("Sign In").await;
            j.arrives("/").await;
            j.is_signed_in().await;
            j.script("localStorage.clear()", Vec::new()).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_is_sent_once() {
    journey("double-submit", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/forgot").await;
        j.fill("Email", EMAIL).await;
        j.script(
            "const button = document.querySelector('button[type=submit]'); button.click(); button.click(); button.click();",
            Vec::new(),
        )
        .await;
        j.sees("A code has been sent").await;
        let mails = j.world.stack.mail().to(EMAIL);
        let sent = mails.iter().filter(|mail| mail.kind == MailKind::ForgotPassword).count();
        assert_eq!(sent, 1);
    })
    .await;
}
