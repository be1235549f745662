//! From sign-up to the feed.

use cruddur_local::MailKind;
use e2e::{Ability, Journey, PASSWORD, journey};
use serde_json::json;

use crate::wrong;

/// An address that has to be encoded in a URL.
const EMAIL: &str = "ann+x@example.com";
const CONFIRM: &str = "/confirm?email=ann%2Bx@example.com";

async fn sign_up(j: &Journey) {
    j.open("/signup").await;
    j.fill("Name", "Ann Example").await;
    j.fill("Email", EMAIL).await;
    j.fill("Username", "ann").await;
    j.fill("Password", PASSWORD).await;
    j.press("Sign Up").await;
    j.arrives(CONFIRM).await;
}

#[tokio::test]
async fn signing_up_confirming_and_being_there() {
    journey("sign-up", async |j| {
        j.expect_refusals();
        j.open("/").await;
        j.is_a_visitor().await;
        j.follow("Join Now!").await;
        j.has_focus_on_heading("Sign up to create a Cruddur account")
            .await;
        assert_eq!(j.title().await, "Sign Up · Cruddur");
        j.inspect("form").await;

        // What the password still needs is told while it is typed.
        j.fill("Password", "crud").await;
        j.sees("Your password still needs at least 8 characters")
            .await;
        j.inspect("rules").await;
        sign_up(&j).await;
        j.has_focus_on_heading("Confirm your Email").await;
        assert_eq!(j.value("Email").await, EMAIL);
        assert_eq!(
            j.attribute("Confirmation Code", "autocomplete").await,
            Some("one-time-code".to_owned())
        );
        j.sees("A code has been sent to a***@e***").await;
        j.inspect("confirm").await;

        let code = j.world.code(EMAIL, MailKind::SignUp);
        j.fill("Confirmation Code", wrong(&code)).await;
        j.press("Confirm Email").await;
        j.sees("This code is not right").await;
        j.has_focus("Confirmation Code").await;
        assert_eq!(j.value("Confirmation Code").await, wrong(&code));
        j.inspect("wrong-code").await;

        // A code may be pasted as the mail shows it, with blanks around it.
        j.fill("Confirmation Code", &format!(" {code} ")).await;
        j.press("Confirm Email").await;
        j.is_signed_in().await;
        j.sees("Ann Example").await;
        j.inspect("signed-in").await;

        let token = j.stored("access_token").await.expect("a token");
        assert_eq!(token.split('.').count(), 3);
        let prefix = "CognitoIdentityServiceProvider.cruddurweb0localdevelopment";
        let user = j.stored(&format!("{prefix}.LastAuthUser")).await;
        let user = user.expect("a user");
        for name in ["accessToken", "idToken", "refreshToken", "clockDrift"] {
            let key = format!("{prefix}.{user}.{name}");
            assert!(j.stored(&key).await.is_some(), "{key}");
        }
        if j.can(Ability::Requests) {
            assert_eq!(j.feed_requests().await, [false, true]);
            assert_eq!(j.calls("SignUp").await, 1);
            assert_eq!(j.calls("ConfirmSignUp").await, 2);
        }

        // Back leads to no form that has been dealt with.
        j.back().await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn after_a_reload_the_password_is_asked_for_once() {
    journey("sign-up-reload", async |j| {
        j.expect_refusals();
        sign_up(&j).await;
        j.reload().await;
        assert_eq!(j.value("Email").await, EMAIL);

        // Another code, which makes the first one worthless.
        let first = j.world.code(EMAIL, MailKind::SignUp);
        j.press("Resend Activation Code").await;
        j.sees("A new activation code has been sent to your email (a***@e***)")
            .await;
        j.sees("Resend Activation Code (in ").await;
        j.inspect("resent").await;
        let second = j.world.code(EMAIL, MailKind::Resend);
        if first != second {
            j.fill("Confirmation Code", &first).await;
            j.press("Confirm Email").await;
            j.sees("This code is not right").await;
        }
        j.fill("Confirmation Code", &second).await;
        j.press("Confirm Email").await;
        j.sees("Your email is confirmed").await;
        j.has_focus("Password").await;
        j.inspect("password").await;

        j.fill("Password", "Wrong-2026!").await;
        j.press("Sign In").await;
        j.sees("Incorrect email or password.").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_code_is_not_sent_twice_in_a_moment() {
    journey("resend", async |j| {
        sign_up(&j).await;
        // One has just been sent: the button waits, and says so.
        j.sees("Resend Activation Code (in ").await;
        j.reload().await;
        j.press_impatiently("Resend Activation Code").await;
        j.sees("Resend Activation Code (in ").await;
        let mails = j.world.stack.mail().to(EMAIL);
        let resent = mails.iter().filter(|mail| mail.kind == MailKind::Resend);
        assert_eq!(resent.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn codes_expire_and_run_out() {
    journey("codes", async |j| {
        j.expect_refusals();
        sign_up(&j).await;
        let code = j.world.code(EMAIL, MailKind::SignUp);
        j.world.advance_minutes(25 * 60);
        j.fill("Confirmation Code", &code).await;
        j.press("Confirm Email").await;
        j.sees("This code is no longer valid").await;
        j.inspect("expired").await;

        // The pool has had enough of sending codes.
        for _ in 0..5 {
            let body = json!({ "ClientId": cruddur_local::CLIENT_ID, "Username": EMAIL });
            j.world.refuses("ResendConfirmationCode", body).await;
        }
        j.reload().await;
        j.press("Resend Activation Code").await;
        j.sees("Too many codes were asked for.").await;
        j.inspect("limit").await;
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_without_an_address_asks_for_it() {
    journey("confirm-bare", async |j| {
        j.expect_refusals();
        j.world.with_user("done@example.com", true).await;
        j.open("/confirm").await;
        j.press("Resend Activation Code").await;
        j.sees("Enter your email.").await;
        j.has_focus("Email").await;
        j.press("Confirm Email").await;
        j.sees("Enter the code from the email.").await;
        j.inspect("empty").await;

        // Also when there is nothing left to confirm.
        j.fill("Email", "done@example.com").await;
        j.fill("Confirmation Code", "123456").await;
        j.press("Confirm Email").await;
        j.sees("Your email is confirmed already. You can sign in.")
            .await;
        j.inspect("already").await;
        j.follow("Sign in").await;
        j.arrives("/signin?email=done@example.com").await;
        assert_eq!(j.value("Email").await, "done@example.com");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_up_is_said_at_its_field() {
    journey("sign-up-wrong", async |j| {
        j.expect_refusals();
        j.world.with_user("taken@example.com", true).await;
        j.open("/signup").await;
        j.press("Sign Up").await;
        j.sees("Enter your name.").await;
        j.has_focus("Name").await;
        assert_eq!(
            j.attribute("Name", "aria-invalid").await,
            Some("true".to_owned())
        );
        j.inspect("empty").await;

        j.fill("Name", "Bob").await;
        j.fill("Email", "bob@").await;
        j.fill("Username", "bob").await;
        j.fill("Password", "weak").await;
        j.press("Sign Up").await;
        j.sees("Enter an email address such as").await;
        j.sees("The password needs at least 8 characters.").await;
        j.has_focus("Email").await;
        j.inspect("invalid").await;

        j.fill("Email", "taken@example.com").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign Up").await;
        j.sees("There is an account with this email already.").await;
        j.has_focus("Email").await;
        assert_eq!(j.value("Name").await, "Bob");
        assert_eq!(j.value("Username").await, "bob");
        assert_eq!(j.value("Password").await, PASSWORD);
        j.inspect("taken").await;

        // The way out of it takes the address along.
        j.follow("Sign in").await;
        j.arrives("/signin?email=taken@example.com").await;
        assert_eq!(j.value("Email").await, "taken@example.com");
    })
    .await;
}

#[tokio::test]
async fn a_form_is_sent_once() {
    journey("double-submit", async |j| {
        j.open("/signup").await;
        j.fill("Name", "Ann Example").await;
        j.fill("Email", EMAIL).await;
        j.fill("Username", "ann").await;
        j.fill("Password", PASSWORD).await;
        j.press_impatiently("Sign Up").await;
        j.arrives(CONFIRM).await;
        j.sees("A code has been sent to a***@e***").await;
        assert_eq!(j.world.stack.mail().to(EMAIL).len(), 1);
        if j.can(Ability::Requests) {
            assert_eq!(j.calls("SignUp").await, 1);
        }
    })
    .await;
}
