//! Pools whose people sign in with something other than an e-mail address: the forms follow the configuration.

use cruddur_local::{MailKind, REGION};
use e2e::{Journey, PASSWORD, journey_configured};
use serde_json::{Value, json};

use crate::OTHER_PASSWORD;

const EMAIL: &str = "ann@example.com";
const PHONE: &str = "+15555550100";

/// Makes a pool like that, and has the site use it. Returns the ids of the pool and of the app client. `aliases` is the file's word for what else serves as user name.
async fn use_pool(
    j: &Journey,
    pool: Value,
    username_attributes: Value,
    aliases: Value,
) -> (Value, Value) {
    let mut settings = json!({ "PoolName": "kinds",
        "AutoVerifiedAttributes": ["email", "phone_number"] });
    for (name, value) in pool.as_object().expect("settings") {
        settings[name] = value.clone();
    }
    let made = j.world.pool("CreateUserPool", settings).await;
    let pool_id = made["UserPool"]["Id"].clone();
    let client = json!({ "UserPoolId": pool_id, "ClientName": "site",
        "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"] });
    let made = j.world.pool("CreateUserPoolClient", client).await;
    let file = json!({
        "auth": {
            "aws_region": REGION,
            "user_pool_id": pool_id,
            "user_pool_client_id": made["UserPoolClient"]["ClientId"],
            "user_pool_endpoint": j.world.stack.pool_url(),
            "username_attributes": username_attributes,
            "passwordless": { "email_otp_enabled": pool.get("Policies").is_some() },
        },
        "custom": {
            "backend_url": j.world.stack.backend_url(),
            "alias_attributes": aliases,
        },
    });
    let answer = (200, "application/json", file.to_string());
    j.world.configure(Some(answer));
    (pool_id, made["UserPoolClient"]["ClientId"].clone())
}

/// Waits for home with an account. The backend belongs to another pool, so the feed is anybody's.
async fn is_there(j: &Journey, handle: &str) {
    j.arrives("/").await;
    j.sees(handle).await;
    j.does_not_see("Join The Party!").await;
}

async fn sign_out(j: &Journey) {
    j.sign_out().await;
    j.sees("Join The Party!").await;
}

async fn confirm(j: &Journey, address: &str) {
    j.has_focus_on_heading("Confirm your Account").await;
    let code = j.world.code(address, MailKind::SignUp);
    j.fill("Confirmation Code", &code).await;
    j.press("Confirm Account").await;
}

async fn reset(j: &Journey, address: &str) {
    j.press("Send Recovery Code").await;
    j.sees("Enter the code that was sent to you, and a new password.")
        .await;
    let code = j.world.code(address, MailKind::ForgotPassword);
    j.fill("Reset Password Code", &code).await;
    j.fill("New Password", OTHER_PASSWORD).await;
    j.press("Reset Password").await;
}

#[tokio::test]
async fn people_with_phone_numbers() {
    journey_configured("kinds-phone", None, async |j| {
        j.expect_refusals();
        let pool = json!({ "UsernameAttributes": ["phone_number"] });
        use_pool(&j, pool, json!(["phone_number"]), json!([])).await;
        j.open("/signup").await;
        j.sees("With the country code, such as +49").await;
        j.fill("Name", "Ann Example").await;
        j.fill("Phone Number", "555 555 0100").await;
        j.fill("Username", "ann").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign Up").await;
        j.sees("Enter a phone number that starts with + and the country code")
            .await;
        j.has_focus("Phone Number").await;
        j.inspect("sign-up").await;
        j.fill("Phone Number", "+1 (555) 555-0100").await;
        j.press("Sign Up").await;
        j.arrives("/confirm?email=%2B15555550100").await;
        assert_eq!(j.title().await, "Confirm your Account · Cruddur");
        j.sees("as a text message").await;
        assert_eq!(j.value("Phone Number").await, PHONE);
        j.inspect("confirm").await;
        confirm(&j, PHONE).await;
        is_there(&j, "@ann").await;
        sign_out(&j).await;

        j.open("/signin").await;
        j.fill("Phone Number", "+1 555 555 0100").await;
        j.fill("Password", OTHER_PASSWORD).await;
        j.press("Sign In").await;
        j.sees("Incorrect phone number or password.").await;
        j.inspect("sign-in").await;
        j.follow("Forgot Password?").await;
        assert_eq!(j.value("Phone Number").await, "+1 555 555 0100");
        reset(&j, PHONE).await;
        is_there(&j, "@ann").await;
        sign_out(&j).await;
        j.open("/signin").await;
        j.fill("Phone Number", PHONE).await;
        j.fill("Password", OTHER_PASSWORD).await;
        j.press("Sign In").await;
        is_there(&j, "@ann").await;
    })
    .await;
}

#[tokio::test]
async fn people_with_user_names_and_an_address_that_stands_for_them() {
    journey_configured("kinds-names", None, async |j| {
        j.expect_refusals();
        let pool = json!({ "AliasAttributes": ["email"] });
        let (_, client_id) = use_pool(&j, pool, json!([]), json!(["email"])).await;
        let sign_up = json!({ "ClientId": client_id, "Username": EMAIL, "Password": PASSWORD,
            "UserAttributes": [{ "Name": "email", "Value": EMAIL }] });
        assert!(j.world.refuses("SignUp", sign_up).await);
        j.open("/signup").await;
        j.fill("Name", "Ann Example").await;
        j.fill("Username", EMAIL).await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign Up").await;
        j.sees("This cannot be a username.").await;
        j.has_focus("Username").await;
        j.inspect("sign-up").await;
        j.fill("Username", "@ann").await;
        j.press("Sign Up").await;
        j.arrives("/confirm?email=ann").await;
        assert_eq!(j.value("Username or Email").await, "ann");
        j.sees("A code has been sent to a***@e*** by email.").await;
        confirm(&j, EMAIL).await;
        is_there(&j, "@ann").await;
        sign_out(&j).await;

        // The address stands for the name now.
        j.open("/signin").await;
        j.fill("Username or Email", EMAIL).await;
        j.fill("Password", OTHER_PASSWORD).await;
        j.press("Sign In").await;
        j.sees("Incorrect username or password.").await;
        j.inspect("sign-in").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        is_there(&j, "@ann").await;
        sign_out(&j).await;

        j.open("/forgot").await;
        j.fill("Username or Email", "ann").await;
        reset(&j, EMAIL).await;
        is_there(&j, "@ann").await;
        sign_out(&j).await;

        // The name is taken.
        j.open("/signup").await;
        j.fill("Name", "Ann Other").await;
        j.fill("Username", "ann").await;
        j.fill("Email", "other@example.com").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign Up").await;
        j.sees("This username is taken.").await;
        j.follow("Sign in").await;
        assert_eq!(j.value("Username or Email").await, "ann");
    })
    .await;
}

#[tokio::test]
async fn people_with_either() {
    journey_configured("kinds-either", None, async |j| {
        j.expect_refusals();
        let both = json!(["email", "phone_number"]);
        let pool = json!({ "UsernameAttributes": both });
        use_pool(&j, pool, both, json!([])).await;
        for (typed, name, handle) in [(EMAIL, EMAIL, "ann"), ("+1 555-555-0100", PHONE, "bob")] {
            j.open("/signup").await;
            j.fill("Name", "Somebody").await;
            j.fill("Email or Phone Number", "somebody").await;
            j.fill("Username", handle).await;
            j.fill("Password", PASSWORD).await;
            j.press("Sign Up").await;
            j.sees("Enter an email address such as ann@example.com, or a phone number")
                .await;
            if handle == "ann" {
                j.inspect("sign-up").await;
            }
            j.fill("Email or Phone Number", typed).await;
            j.press("Sign Up").await;
            confirm(&j, name).await;
            is_there(&j, &format!("@{handle}")).await;
            sign_out(&j).await;

            j.open("/signin").await;
            j.fill("Email or Phone Number", typed).await;
            j.fill("Password", OTHER_PASSWORD).await;
            j.press("Sign In").await;
            j.sees("Incorrect email, phone number or password.").await;
            j.follow("Forgot Password?").await;
            reset(&j, name).await;
            is_there(&j, &format!("@{handle}")).await;
            sign_out(&j).await;
        }
    })
    .await;
}

#[tokio::test]
async fn people_without_a_password() {
    journey_configured("kinds-passwordless", None, async |j| {
        let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] });
        let pool = json!({ "UsernameAttributes": ["email"],
            "Policies": { "SignInPolicy": factors } });
        use_pool(&j, pool, json!(["email"]), json!([])).await;
        j.open("/signup").await;
        j.press("Sign up without a password").await;
        j.sees("You will sign in with a code that is sent to you each time.")
            .await;
        j.has_focus_on_button("Choose a password").await;
        j.inspect("sign-up").await;
        j.fill("Name", "Ann Example").await;
        j.fill("Email", EMAIL).await;
        j.fill("Username", "ann").await;
        j.press("Sign Up").await;
        j.has_focus_on_heading("Confirm your Email").await;
        let code = j.world.code(EMAIL, MailKind::SignUp);
        j.fill("Confirmation Code", &code).await;
        j.press("Confirm Email").await;
        is_there(&j, "@ann").await;

        // A password can come later.
        j.open("/settings/password").await;
        j.sees("You sign in without a password so far.").await;
        j.does_not_see("Current Password").await;
        j.inspect("no-password").await;
        j.fill("New Password", PASSWORD).await;
        j.press("Set Password").await;
        j.sees("Your password is set.").await;
        j.finds("Current Password").await;
        j.inspect("password-set").await;
        sign_out(&j).await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        is_there(&j, "@ann").await;
    })
    .await;
}

#[tokio::test]
async fn who_has_no_address_sets_one_up_for_codes() {
    journey_configured("kinds-no-address", None, async |j| {
        j.expect_refusals();
        let (pool_id, _) = use_pool(&j, json!({}), json!([]), json!([])).await;
        let user = json!({ "UserPoolId": pool_id, "Username": "carl", "MessageAction": "SUPPRESS",
            "UserAttributes": [{ "Name": "preferred_username", "Value": "carl" }] });
        j.world.pool("AdminCreateUser", user).await;
        let user = json!({ "UserPoolId": pool_id, "Username": "carl", "Password": PASSWORD,
            "Permanent": true });
        j.world.pool("AdminSetUserPassword", user).await;
        let demanded = json!({ "UserPoolId": pool_id, "MfaConfiguration": "ON",
            "EmailMfaConfiguration": {} });
        j.world.pool("SetUserPoolMfaConfig", demanded).await;
        j.open("/signin").await;
        j.fill("Username", "carl").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.sees("Set up a second step").await;
        j.fill("Email", "carl@").await;
        j.press("Continue").await;
        j.has_focus("Email").await;
        j.inspect("address").await;
        j.fill("Email", "carl@example.com").await;
        j.press("Continue").await;
        j.sees("A code has been sent to c***@e***").await;
        j.inspect("code").await;
        let code = j.world.code("carl@example.com", MailKind::MfaCode);
        j.fill("Code", &code).await;
        j.press("Continue").await;
        is_there(&j, "@carl").await;
    })
    .await;
}
