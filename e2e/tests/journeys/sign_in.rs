//! Signing in, rightly and wrongly.

use cruddur_local::MailKind;
use e2e::{Ability, Key, PASSWORD, journey};
use serde_json::json;

use crate::{EMAIL, wrong};

const WRONG: &str = "Wrong-2026!";

#[tokio::test]
async fn right_and_wrong_passwords() {
    journey("sign-in", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        j.open("/").await;
        j.is_a_visitor().await;
        j.follow("Sign In").await;
        j.has_focus_on_heading("Sign into your Cruddur account")
            .await;
        assert_eq!(j.title().await, "Sign In · Cruddur");
        for (label, token) in [("Email", "username"), ("Password", "current-password")] {
            let found = j.attribute(label, "autocomplete").await;
            assert_eq!(found.as_deref(), Some(token));
        }
        j.inspect("form").await;
        j.press("Sign In").await;
        j.sees("Enter your email.").await;
        j.has_focus("Email").await;
        j.inspect("empty").await;

        // Who exists is not told.
        for email in [EMAIL, "nobody@example.com"] {
            j.fill("Email", email).await;
            j.fill("Password", WRONG).await;
            j.press("Sign In").await;
            j.sees("Incorrect email or password.").await;
            assert_eq!(j.value("Email").await, email);
            assert_eq!(j.value("Password").await, WRONG);
        }
        j.inspect("wrong").await;

        // Addresses have no case, and what was pasted may have blanks around it.
        j.fill("Email", " Ann@Example.COM ").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;

        // The form has been dealt with.
        j.back().await;
        j.is_signed_in().await;
        for path in ["/signup", "/confirm?email=a@example.com", "/forgot"] {
            j.open(path).await;
            j.is_signed_in().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_can_be_looked_at() {
    journey("show-password", async |j| {
        j.open("/signin").await;
        j.fill("Password", PASSWORD).await;
        assert_eq!(
            j.attribute("Password", "type").await.as_deref(),
            Some("password")
        );
        j.press("Show password (others may see it)").await;
        j.wait("the password", || async {
            let kind = j.attribute("Password", "type").await;
            (kind.as_deref() == Some("text")).then_some(())
        })
        .await;
        assert_eq!(j.value("Password").await, PASSWORD);
        j.inspect("shown").await;
        j.press("Hide password").await;
        j.wait("dots", || async {
            let kind = j.attribute("Password", "type").await;
            (kind.as_deref() == Some("password")).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_disabled_user_is_told() {
    journey("disabled", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        j.world
            .admin("AdminDisableUser", json!({ "Username": EMAIL }))
            .await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("This account is disabled.").await;
        j.inspect("told").await;
        j.world
            .admin("AdminEnableUser", json!({ "Username": EMAIL }))
            .await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn too_many_wrong_passwords_lock_for_a_while() {
    journey("locked", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", WRONG).await;
        for _ in 0..5 {
            j.press("Sign In").await;
            j.answered().await;
            j.sees("Incorrect email or password.").await;
        }
        // The first lock lasts for a second, which a slow machine may take to type.
        j.world.advance_minutes(-1);
        // By now even the right one is not looked at.
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.sees("Too many wrong passwords: sign-in is locked for a while.")
            .await;
        j.inspect("told").await;
        j.world.advance_minutes(17);
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn an_unconfirmed_user_is_taken_to_the_code() {
    journey("unconfirmed", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, false).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.arrives("/confirm?email=ann@example.com").await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.sees("A code has been sent to a***@e***").await;
        j.inspect("confirm").await;
        let code = j.world.code(EMAIL, MailKind::Resend);
        j.fill("Confirmation Code", wrong(&code)).await;
        j.type_keys(&String::from(char::from(Key::Enter))).await;
        j.sees("This code is not right").await;
        j.fill("Confirmation Code", &code).await;
        j.press("Confirm Email").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn an_invited_person_needs_no_command_line() {
    journey("invited", async |j| {
        j.expect_refusals();
        let attributes = json!([{ "Name": "email", "Value": EMAIL }]);
        let invitation = json!({ "Username": EMAIL, "UserAttributes": attributes });
        j.world.admin("AdminCreateUser", invitation).await;
        let temporary = j.world.code(EMAIL, MailKind::Invitation);
        j.sign_in(EMAIL, &temporary).await;
        j.sees("Choose a new password").await;
        j.inspect("new-password").await;
        j.press("Set Password").await;
        j.sees("Enter your name.").await;
        j.has_focus("Name").await;
        j.inspect("new-password-empty").await;
        j.fill("Name", "Ann Example").await;
        j.fill("Username", "ann").await;
        j.fill("New Password", "too-weak-2026").await;
        j.press("Set Password").await;
        j.sees("The password needs an upper-case letter.").await;
        j.has_focus("New Password").await;
        j.fill("New Password", PASSWORD).await;
        j.press("Set Password").await;
        j.is_signed_in().await;
        j.sees("Ann Example").await;

        // The temporary password was good for once.
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, &temporary).await;
        j.sees("Incorrect email or password.").await;
    })
    .await;
}

#[tokio::test]
async fn an_invitation_lasts_for_a_while_and_a_challenge_for_minutes() {
    journey("invited-late", async |j| {
        j.expect_refusals();
        let attributes = json!([
            { "Name": "email", "Value": EMAIL },
            { "Name": "name", "Value": "Ann Example" },
            { "Name": "preferred_username", "Value": "ann" },
        ]);
        let invitation = json!({ "Username": EMAIL, "UserAttributes": attributes });
        j.world.admin("AdminCreateUser", invitation).await;
        let temporary = j.world.code(EMAIL, MailKind::Invitation);
        j.sign_in(EMAIL, &temporary).await;
        j.fill("New Password", PASSWORD).await;
        j.world.advance_minutes(10);
        j.press("Set Password").await;
        j.sees("That took too long, and the sign-in has ended. Start again.")
            .await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.inspect("too-long").await;

        j.world.advance_minutes(8 * 24 * 60);
        j.fill("Password", &temporary).await;
        j.press("Sign In").await;
        j.sees("Your temporary password has expired.").await;
        j.inspect("expired").await;
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
            "/signin",
            "/",
        ] {
            j.sign_in_at(&format!("/signin?next={next}"), EMAIL, PASSWORD)
                .await;
            j.is_signed_in().await;
            j.script("localStorage.clear()", Vec::new()).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_is_sent_once_and_shows_that_it_is_under_way() {
    journey("busy", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.world
            .fault(json!({ "target": "pool", "operation": "InitiateAuth", "kind": "hang" }))
            .await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press_impatiently("Sign In").await;
        j.sees("Signing in…").await;
        j.inspect("busy").await;
        j.key(Key::Enter).await;
        if j.can(Ability::Requests) {
            assert_eq!(j.calls("InitiateAuth").await, 1);
        }

        // Who does not want to wait can leave, and try again.
        j.follow("Sign up!").await;
        j.has_focus_on_heading("Sign up to create a Cruddur account")
            .await;
        j.back().await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_device_may_have_the_time_wrong() {
    journey("wrong-clock", async |j| {
        if j.ends_without(Ability::Scripts) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        // Ahead, a fresh token looks expired; behind, an expired one looks fresh.
        for minutes in [-24 * 60, -180, 180, 24 * 60] {
            j.set_device_clock_wrong(minutes).await;
            j.sign_in(EMAIL, PASSWORD).await;
            j.is_signed_in().await;
            j.reload().await;
            j.is_signed_in().await;
            assert_eq!(j.calls("GetTokensFromRefreshToken").await, 0);
            j.sign_out().await;
            j.is_a_visitor().await;
        }
    })
    .await;
}
