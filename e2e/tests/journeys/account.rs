//! From sign-up to the feed, and back after forgetting the password.

use cruddur_local::MailKind;
use e2e::{Journey, PASSWORD, journey};

const EMAIL: &str = "ann+x@example.com";

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

async fn sign_up(j: &Journey) {
    j.open("/signup").await;
    j.fill("Name", "Ann Example").await;
    j.fill("Email", EMAIL).await;
    j.fill("Username", "ann").await;
    j.fill("Password", PASSWORD).await;
    j.press("Sign Up").await;
    j.arrives("/confirm?email=ann%2Bx@example.com").await;
}

#[tokio::test]
async fn signing_up_confirming_and_being_there() {
    journey("sign-up", async |j| {
        j.open("/signup").await;
        j.sees("Sign up to create a Cruddur account").await;
        j.inspect("form").await;
        sign_up(&j).await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.sees("A code has been sent to a***@e***").await;
        j.inspect("confirm").await;

        let code = j.world.code(EMAIL, MailKind::SignUp);
        j.fill("Confirmation Code", wrong(&code)).await;
        j.press("Confirm Email").await;
        j.sees("This code is not right").await;
        j.has_focus("Confirmation Code").await;
        j.inspect("confirm-wrong").await;
        let stored = j.everything_stored().await;
        assert!(!stored.contains(PASSWORD), "the password is stored");

        j.fill("Confirmation Code", &code).await;
        j.press("Confirm Email").await;
        j.arrives("/").await;
        j.is_signed_in().await;
        j.sees("Ann Example").await;
        let token = j.stored("access_token").await.expect("a token");
        let stored = j.everything_stored().await;
        assert!(
            stored.contains(
                "CognitoIdentityServiceProvider.cruddurweb0localdevelopment.LastAuthUser"
            )
        );
        assert!(stored.contains(".refreshToken"));
        assert_eq!(token.split('.').count(), 3);
        assert!(!stored.contains(PASSWORD), "the password is stored");
        if j.browser.is_chromium() {
            let requests = j.authorized_requests().await;
            assert_eq!(requests.last(), Some(&true), "{requests:?}");
        }
        j.inspect("signed-in").await;
    })
    .await;
}

#[tokio::test]
async fn after_a_reload_the_password_is_asked_for_once() {
    journey("sign-up-reload", async |j| {
        sign_up(&j).await;
        j.reload().await;
        assert_eq!(j.value("Email").await, EMAIL);
        // Another code, which makes the first one worthless.
        let first = j.world.code(EMAIL, MailKind::SignUp);
        j.press("Resend Activation Code").await;
        j.sees("A new activation code has been sent to your email (a***@e***)")
            .await;
        j.sees("Resend Activation Code (in ").await;
        let second = j.world.code(EMAIL, MailKind::Resend);
        if first != second {
            j.fill("Confirmation Code", &first).await;
            j.press("Confirm Email").await;
            j.sees("This code is not right").await;
        }
        j.fill("Confirmation Code", &second).await;
        j.press("Confirm Email").await;
        j.sees("Your email is confirmed").await;
        j.inspect("password").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_up_is_said_at_its_field() {
    journey("sign-up-wrong", async |j| {
        j.world.with_user("taken@example.com", true).await;
        j.open("/signup").await;
        j.press("Sign Up").await;
        j.sees("Enter your name.").await;
        j.has_focus("Name").await;
        j.inspect("empty").await;

        j.fill("Name", "Bob").await;
        j.fill("Email", "bob@").await;
        j.fill("Username", "bob").await;
        j.fill("Password", "weak").await;
        j.press("Sign Up").await;
        j.sees("Enter an email address such as").await;
        j.sees("The password needs at least 8 characters.").await;
        j.has_focus("Email").await;

        j.fill("Email", "taken@example.com").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign Up").await;
        j.sees("There is an account with this email already.").await;
        j.has_focus("Email").await;
        assert_eq!(j.value("Name").await, "Bob");
        assert_eq!(j.value("Username").await, "bob");
        assert_eq!(j.value("Password").await, PASSWORD);
        j.inspect("taken").await;
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    journey("forgot", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.follow("Forgot Password?").await;
        assert_eq!(j.value("Email").await, EMAIL);
        j.inspect("email").await;
        j.press("Send Recovery Code").await;
        j.sees("A code has been sent to a***@e***").await;
        j.inspect("code").await;

        // A weak password is named before anything is sent.
        let code = j.world.code(EMAIL, MailKind::ForgotPassword);
        j.fill("Reset Password Code", &code).await;
        j.fill("New Password", "too-weak-2026").await;
        j.press("Reset Password").await;
        j.sees("The password needs an upper-case letter.").await;
        j.has_focus("New Password").await;

        j.fill("New Password", "Other-dur-2027?").await;
        j.fill("Reset Password Code", wrong(&code)).await;
        j.press("Reset Password").await;
        j.sees("This code is not right").await;
        assert_eq!(j.value("New Password").await, "Other-dur-2027?");
        j.inspect("wrong").await;

        // Recovery codes are good for an hour.
        j.world.advance_minutes(61);
        j.fill("Reset Password Code", &code).await;
        j.press("Reset Password").await;
        j.sees("This code is no longer valid").await;

        // The step is found again after a reload, and another code can be had.
        j.reload().await;
        j.press("Send Another Code").await;
        j.sees("A code has been sent to a***@e***").await;
        let code = j.world.code(EMAIL, MailKind::ForgotPassword);
        j.fill("Reset Password Code", &code).await;
        j.fill("New Password", "Other-dur-2027?").await;
        j.press("Reset Password").await;
        j.arrives("/").await;
        j.is_signed_in().await;

        j.press_account().await;
        j.press("Sign Out").await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("Incorrect email or password.").await;
        j.fill("Password", "Other-dur-2027?").await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}
