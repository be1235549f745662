//! What happens to people that is nobody's fault: storages that are full, closed or emptied, pages loaded anew and left in
//! the middle of something, impatience, two tabs, a night's sleep, and a program that stops all the same.

use cruddur_local::{Fault, MailKind, Target};
use e2e::{Ability, Journey, PASSWORD, journey, journey_with_everything};
use serde_json::json;

use crate::account::app_code;
use crate::{EMAIL, OTHER_PASSWORD};

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.is_signed_in().await;
}

/// How often the page has called each operation since `before` requests.
async fn called(j: &Journey, before: usize) -> Vec<String> {
    let requests = j.requests().await;
    let new = requests.iter().skip(before);
    new.filter_map(|request| request.operation.clone())
        .collect()
}

#[tokio::test]
async fn a_storage_that_keeps_nothing_costs_a_sign_in_per_page() {
    for (name, script) in [
        (
            "storage-full",
            "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
        ),
        (
            "storage-blocked",
            "for (const name of ['localStorage', 'sessionStorage'])
                Object.defineProperty(window, name, {
                    get: () => { throw new DOMException('denied', 'SecurityError'); },
                });",
        ),
    ] {
        journey(name, async |j| {
            if j.ends_without(Ability::Scripts) {
                return;
            }
            j.run_first(script).await;
            signed_in(&j).await;
            // As long as the page lasts, all is well.
            j.fill("Your crud", "Kept by the page").await;
            j.follow("Notifications").await;
            j.arrives("/notifications").await;
            j.follow("Home").await;
            j.is_signed_in().await;
            j.fill("Your crud", "Said all the same").await;
            j.press("Crud").await;
            j.wait("the crud", || async {
                (j.cruds().await.first()? == "Said all the same").then_some(())
            })
            .await;
            j.press("Deutsch").await;
            j.sees("Zum Inhalt springen").await;
            j.press("English").await;
            j.reload().await;
            // By now the crud is for everybody to see.
            j.sees("Join The Party!").await;
            // Signing up and recovering need no storage either.
            j.open("/forgot").await;
            j.fill("Email", EMAIL).await;
            j.press("Send Recovery Code").await;
            j.arrives("/forgot?step=code&email=ann@example.com").await;
            j.fill(
                "Reset Password Code",
                &j.world.code(EMAIL, MailKind::ForgotPassword),
            )
            .await;
            j.fill("New Password", OTHER_PASSWORD).await;
            j.press("Reset Password").await;
            j.is_signed_in().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_storage_that_is_emptied_in_the_middle_loses_nothing_typed() {
    journey("storage-emptied", async |j| {
        signed_in(&j).await;
        j.fill("Your crud", "Not to be lost").await;
        j.script("localStorage.clear(); sessionStorage.clear()", Vec::new())
            .await;
        j.press("Crud").await;
        j.sees("Not to be lost").await;
        j.follow("Notifications").await;
        j.sees("Yah, now learned it !").await;
        // Loaded anew, the page knows nobody.
        j.reload().await;
        j.arrives("/signin?next=/notifications").await;
        j.fill("Email", EMAIL).await;
        j.script("localStorage.clear(); sessionStorage.clear()", Vec::new())
            .await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/notifications").await;
        j.sees("@ann").await;
    })
    .await;
}

/// What was asked for as somebody is not shown to nobody.
#[tokio::test]
async fn signing_out_while_answers_are_on_their_way() {
    journey("out-in-flight", async |j| {
        signed_in(&j).await;
        j.world
            .fails(Target::Backend, "/api/activities/home", Fault::Slow);
        j.reload().await;
        j.sees("Loading cruds…").await;
        j.sees("@ann").await;
        j.sign_out().await;
        j.sees("Join The Party!").await;
        // Both answers come now: the one to Ann and the one to nobody.
        j.world.repair();
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
        // In the middle of a renewal, too: its tokens come too late for anything.
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        j.expect_refusals();
        j.world
            .fails(Target::Pool, "GetTokensFromRefreshToken", Fault::Slow);
        j.world.advance_minutes(61);
        j.wake_up_after(61).await;
        if j.can(Ability::Requests) {
            j.wait("the renewal", || async {
                (j.calls("GetTokensFromRefreshToken").await > 0).then_some(())
            })
            .await;
        }
        j.sign_out().await;
        j.sees("Join The Party!").await;
        j.world.repair();
        j.is_a_visitor().await;
        j.reload().await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
    })
    .await;
}

#[tokio::test]
async fn every_step_outlives_a_reload() {
    journey("reloads", async |j| {
        let mut reloads = 0;
        let mut reload = async || {
            reloads += 1;
            j.reload().await;
            // In Firefox a page that is left hears that what it was loading has failed, and its loader of parts says so.
            for problem in j.problems().await {
                let left = problem.ends_with("NetworkError when attempting to fetch resource.");
                assert!(left && !j.can(Ability::Notes), "{problem}");
            }
        };
        j.open("/signup").await;
        reload().await;
        for (label, text) in [
            ("Name", "Ann Example"),
            ("Email", EMAIL),
            ("Username", "ann"),
            ("Password", PASSWORD),
        ] {
            j.fill(label, text).await;
        }
        j.press("Sign Up").await;
        j.arrives("/confirm?email=ann@example.com").await;
        reload().await;
        j.finds("Confirmation Code").await;
        j.fill("Confirmation Code", &j.world.code(EMAIL, MailKind::SignUp))
            .await;
        j.press("Confirm Email").await;
        // The password is kept nowhere, so it is asked for once, here or on the page that knows only that.
        j.finds("Password").await;
        reload().await;
        j.expect_refusals();
        j.fill("Confirmation Code", "123456").await;
        j.press("Confirm Email").await;
        j.sees("already").await;
        j.follow_in_main("Sign in").await;
        j.wait("the sign-in", || async {
            j.path().await.starts_with("/signin").then_some(())
        })
        .await;
        reload().await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
        reload().await;
        j.is_signed_in().await;
        for path in [
            "/notifications",
            "/messages",
            "/messages/@worf",
            "/search?q=prune",
            "/settings",
            "/settings/password",
            "/settings/account",
            "/@ann",
        ] {
            j.open(path).await;
            j.sees("@ann").await;
            reload().await;
            j.sees("@ann").await;
            assert_eq!(j.path().await, path);
        }
        j.open("/").await;
        j.is_signed_in().await;
        j.sign_out().await;
        j.is_a_visitor().await;
        reload().await;
        j.is_a_visitor().await;
        j.open("/forgot").await;
        reload().await;
        j.fill("Email", EMAIL).await;
        j.press("Send Recovery Code").await;
        j.arrives("/forgot?step=code&email=ann@example.com").await;
        reload().await;
        j.fill(
            "Reset Password Code",
            &j.world.code(EMAIL, MailKind::ForgotPassword),
        )
        .await;
        j.fill("New Password", OTHER_PASSWORD).await;
        j.press("Reset Password").await;
        j.is_signed_in().await;
        reload().await;
        j.is_signed_in().await;
        println!("mishaps: {reloads} steps outlived a reload");
    })
    .await;
}

/// Presses a button over and over, which leads to this operation; returns how many requests there were before.
async fn impatiently(j: &Journey, button: &str, operation: &str) -> usize {
    let before = j.requests().await.len();
    j.press_impatiently(button).await;
    j.answered().await;
    if j.can(Ability::Requests) {
        j.wait(operation, || async {
            let calls = called(j, before).await;
            calls.iter().any(|call| call == operation).then_some(())
        })
        .await;
    }
    before
}

/// Checks that the page called it once.
async fn was_once(j: &Journey, before: usize, operation: &str) {
    if j.can(Ability::Requests) {
        let calls = called(j, before).await;
        let count = calls.iter().filter(|call| *call == operation).count();
        assert_eq!(count, 1, "{operation}: {calls:?}");
    }
}

#[tokio::test]
async fn each_form_is_sent_once_however_impatient() {
    journey("impatience", async |j| {
        let once = async |button: &str, operation: &str| impatiently(&j, button, operation).await;
        let was_once = async |before: usize, operation: &str| was_once(&j, before, operation).await;
        j.open("/signup").await;
        for (label, text) in [
            ("Name", "Ann Example"),
            ("Email", EMAIL),
            ("Username", "ann"),
            ("Password", PASSWORD),
        ] {
            j.fill(label, text).await;
        }
        let before = once("Sign Up", "SignUp").await;
        j.arrives("/confirm?email=ann@example.com").await;
        was_once(before, "SignUp").await;
        j.fill("Confirmation Code", &j.world.code(EMAIL, MailKind::SignUp))
            .await;
        let before = once("Confirm Email", "ConfirmSignUp").await;
        j.is_signed_in().await;
        was_once(before, "ConfirmSignUp").await;
        was_once(before, "InitiateAuth").await;
        j.sign_out().await;
        j.is_a_visitor().await;
        j.open("/forgot").await;
        j.fill("Email", EMAIL).await;
        let before = once("Send Recovery Code", "ForgotPassword").await;
        j.arrives("/forgot?step=code&email=ann@example.com").await;
        was_once(before, "ForgotPassword").await;
        j.fill(
            "Reset Password Code",
            &j.world.code(EMAIL, MailKind::ForgotPassword),
        )
        .await;
        j.fill("New Password", OTHER_PASSWORD).await;
        let before = once("Reset Password", "ConfirmForgotPassword").await;
        j.is_signed_in().await;
        was_once(before, "ConfirmForgotPassword").await;
        j.sign_out().await;
        j.is_a_visitor().await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", OTHER_PASSWORD).await;
        let before = once("Sign In", "InitiateAuth").await;
        j.is_signed_in().await;
        was_once(before, "InitiateAuth").await;
        was_once(before, "RespondToAuthChallenge").await;
    })
    .await;
}

#[tokio::test]
async fn each_setting_is_changed_once_however_impatient() {
    journey_with_everything("impatience-settings", async |j| {
        let once = async |button: &str, operation: &str, then: &str| {
            let before = impatiently(&j, button, operation).await;
            j.sees(then).await;
            was_once(&j, before, operation).await;
        };
        let other = "other@example.com";
        if j.can(Ability::Passkeys) {
            j.has_authenticator().await;
        }
        j.world.with_user(EMAIL, true).await;
        j.sign_in_at("/signin?next=/settings/profile", EMAIL, PASSWORD)
            .await;
        j.fill("Name", "Ann Other").await;
        once("Save", "UpdateUserAttributes", "Your changes are saved.").await;
        j.fill("Email", other).await;
        let sent = "A code has been sent to o***@e***";
        once("Change", "UpdateUserAttributes", sent).await;
        let mails = j.world.stack.mail().to(other).len();
        assert_eq!(mails, 1, "one code");
        let code = j.world.code(other, MailKind::AttributeVerification);
        j.fill("Code", &code).await;
        let verified = "Your email address is verified.";
        once("Verify", "VerifyUserAttribute", verified).await;

        j.open("/settings/password").await;
        j.fill("Current Password", PASSWORD).await;
        j.fill("New Password", OTHER_PASSWORD).await;
        let changed = "Your password is changed.";
        once("Change Password", "ChangePassword", changed).await;

        if j.can(Ability::Passkeys) {
            j.open("/settings/passkeys").await;
            let added = "The passkey is there.";
            once("Add a Passkey", "CompleteWebAuthnRegistration", added).await;
            j.press("Delete: Passkey").await;
            let none = "You have no passkey yet.";
            once("Delete", "DeleteWebAuthnCredential", none).await;
        }

        j.open("/settings/devices").await;
        j.sees("this device").await;
        let device = j.device();
        let remember = format!("Remember: {device}");
        once(&remember, "UpdateDeviceStatus", "Do Not Remember").await;
        j.press(&format!("Forget: {device}")).await;
        once("Forget", "ForgetDevice", "No devices are known yet.").await;

        j.open("/settings/two-factor").await;
        let key = ".app-key code";
        once(
            "Set Up: Authenticator app",
            "AssociateSoftwareToken",
            "Turn On",
        )
        .await;
        let code = app_code(&j, &j.text_of(key).await);
        j.fill("Code", &code).await;
        once("Turn On", "VerifySoftwareToken", "Your changes are saved.").await;
        j.press("Turn Off: Authenticator app").await;
        once(
            "Turn Off",
            "SetUserMFAPreference",
            "Your changes are saved.",
        )
        .await;

        j.open("/settings/account").await;
        once("Sign Out Everywhere", "GlobalSignOut", "Join The Party!").await;
        j.is_a_visitor().await;
        j.sign_in_at("/signin?next=/settings/account", other, OTHER_PASSWORD)
            .await;
        j.press("Delete Account").await;
        let deleted = "Your account has been deleted.";
        once("Delete Account", "DeleteUser", deleted).await;
    })
    .await;
}

/// What was on its way is begun anew, or goes on; nothing is half done.
#[tokio::test]
async fn every_step_of_the_settings_outlives_a_reload() {
    journey_with_everything("reloads-settings", async |j| {
        let other = "other@example.com";
        j.world.with_user(EMAIL, true).await;
        j.sign_in_at("/signin?next=/settings/profile", EMAIL, PASSWORD)
            .await;
        j.fill("Name", "Not saved").await;
        j.reload().await;
        j.finds("Name").await;
        assert_eq!(j.value("Name").await, "Ann Example");
        // A code is on its way: the page knows by the pool that the address is not proven, and another code can be had.
        j.fill("Email", other).await;
        j.press("Change").await;
        j.sees("A code has been sent to o***@e***").await;
        let first = j.world.code(other, MailKind::AttributeVerification);
        j.reload().await;
        j.sees("not verified").await;
        j.press("Send a code to verify it").await;
        j.sees("A code has been sent to o***@e***").await;
        let second = j.world.code(other, MailKind::AttributeVerification);
        assert_ne!(first, second);
        j.fill("Code", &second).await;
        j.press("Verify").await;
        j.sees("Your email address is verified.").await;
        j.reload().await;
        j.finds("Email").await;
        assert_eq!(j.value("Email").await, other);
        j.does_not_see("not verified").await;

        j.open("/settings/password").await;
        j.fill("Current Password", PASSWORD).await;
        j.fill("New Password", OTHER_PASSWORD).await;
        j.reload().await;
        j.finds("New Password").await;
        assert_eq!(j.value("New Password").await, "");
        assert_eq!(j.value("Current Password").await, "");

        // A key that was shown and not used is none: the next one is another.
        let key = ".app-key code";
        j.open("/settings/two-factor").await;
        j.press("Set Up: Authenticator app").await;
        let first = j.text_of(key).await;
        j.reload().await;
        j.press("Set Up: Authenticator app").await;
        let second = j.text_of(key).await;
        assert_ne!(first, second);
        j.fill("Code", &app_code(&j, &second)).await;
        j.press("Turn On").await;
        j.sees("Your changes are saved.").await;
        j.reload().await;
        j.press("Turn Off: Authenticator app").await;
        j.sees("Signing in will not ask for it any more.").await;
        j.reload().await;
        j.press("Turn Off: Authenticator app").await;
        j.press_in_dialog("Turn Off").await;
        j.sees("Your changes are saved.").await;

        j.open("/settings/account").await;
        j.press("Delete Account").await;
        j.sees("You will be signed out everywhere").await;
        j.reload().await;
        j.press("Sign Out Here").await;
        j.is_a_visitor().await;
        j.sign_in(other, PASSWORD).await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn back_and_forward_lead_where_the_person_was() {
    journey("back-and-forward", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/").await;
        j.is_a_visitor().await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.follow("Forgot Password?").await;
        j.wait("recovery", || async {
            j.path().await.starts_with("/forgot").then_some(())
        })
        .await;
        j.back().await;
        j.arrives("/signin").await;
        j.forward().await;
        j.finds("Email").await;
        j.back().await;
        j.arrives("/signin").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
        j.follow("Notifications").await;
        j.arrives("/notifications").await;
        j.follow("Messages").await;
        j.arrives("/messages").await;
        for _ in 0..4 {
            j.back().await;
        }
        for _ in 0..4 {
            j.forward().await;
        }
        j.arrives("/messages").await;
        j.sees("@ann").await;
        j.back().await;
        j.arrives("/notifications").await;
        j.sees("Yah, now learned it !").await;
        // Signed out, what is behind shows nothing of the person's.
        j.sign_out().await;
        j.sees("Sign In").await;
        j.back().await;
        j.wait("nobody's page", || async {
            let text = j.text().await;
            (!text.is_empty() && !text.contains("@ann")).then_some(())
        })
        .await;
        j.does_not_see("Yah, now learned it !").await;
    })
    .await;
}

#[tokio::test]
async fn back_and_forward_are_followed_while_the_app_starts() {
    journey("back-at-the-start", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        j.follow("Notifications").await;
        j.sees("Yah, now learned it !").await;
        j.follow("Messages").await;
        j.arrives("/messages").await;
        // The configuration is a while on its way, and nothing listens yet to what is done to the history.
        j.world.fails(Target::Site, "/config.json", Fault::Slow);
        j.reload().await;
        j.back().await;
        j.arrives("/notifications").await;
        j.world.repair();
        // The page needs another part of the app than the one that the start had begun to load.
        j.sees("Yah, now learned it !").await;
        j.forward().await;
        j.arrives("/messages").await;
        j.sees("Andrew Brown").await;
    })
    .await;
}

#[tokio::test]
async fn two_tabs_go_two_ways() {
    journey("two-ways", async |j| {
        j.world.with_user(EMAIL, true).await;
        // One tab recovers a password...
        j.open("/forgot").await;
        j.fill("Email", EMAIL).await;
        j.press("Send Recovery Code").await;
        j.arrives("/forgot?step=code&email=ann@example.com").await;
        j.fill("New Password", OTHER_PASSWORD).await;
        // ...while another signs in with the old one.
        let back = j.open_tab().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        j.fill("Your crud", "Half a thought").await;
        back().await;
        // Who is signed in has no use for a recovery: the first tab goes along.
        j.is_signed_in().await;
        // Each writes, and neither takes the other's words.
        assert_eq!(j.value("Your crud").await, "");
        j.fill("Your crud", "Another thought").await;
        j.press("Crud").await;
        j.wait("the crud", || async {
            (j.cruds().await.first()? == "Another thought").then_some(())
        })
        .await;
        let back = j.to_the_other_tab().await;
        assert_eq!(j.value("Your crud").await, "Half a thought");
        // One signs out in the middle of what the other writes; it is there again for the same person.
        back().await;
        j.sign_out().await;
        j.sees("Join The Party!").await;
        let _back = j.to_the_other_tab().await;
        j.sees("Join The Party!").await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        assert_eq!(j.value("Your crud").await, "Half a thought");
    })
    .await;
}

/// A device that wakes up: its timers stood still, its tokens have expired, and there is no network for a moment.
#[tokio::test]
async fn a_night_asleep_is_made_good() {
    journey("asleep", async |j| {
        signed_in(&j).await;
        if j.ends_without(Ability::Network) {
            return;
        }
        j.world.advance_minutes(9 * 60);
        j.set_offline(true).await;
        j.wake_up_after(9 * 60).await;
        j.sees("@ann").await;
        j.set_offline(false).await;
        let renewed = || async {
            let requests = j.requests().await;
            let count = requests
                .iter()
                .filter(|one| one.operation.as_deref() == Some("GetTokensFromRefreshToken"));
            (count.count() > 0).then_some(())
        };
        j.wait("a renewal", renewed).await;
        j.follow("Notifications").await;
        j.sees("Yah, now learned it !").await;
        j.sees("@ann").await;
        let calls = j.calls("GetTokensFromRefreshToken").await;
        // Without a network it is tried three times at most, and once with one.
        assert!(calls <= 7, "{calls} renewals");
        for problem in j.problems().await {
            let without_a_network = problem.contains("ERR_INTERNET_DISCONNECTED")
                || problem.contains("Cross-Origin Request Blocked");
            assert!(without_a_network, "{problem}");
        }
    })
    .await;
}

/// What was taken away elsewhere ends the session at the next question to the pool, on the page as it is.
#[tokio::test]
async fn what_is_ended_elsewhere_is_told_on_the_page() {
    for (name, operation) in [
        ("ended-there", "AdminUserGlobalSignOut"),
        ("deleted-there", "AdminDeleteUser"),
    ] {
        journey(name, async |j| {
            signed_in(&j).await;
            j.expect_refusals();
            j.follow("Notifications").await;
            j.sees("Yah, now learned it !").await;
            j.world.admin(operation, json!({ "Username": EMAIL })).await;
            j.open("/settings").await;
            j.sees("Your session was ended on another device or in another tab.")
                .await;
            j.wait("nothing stored", || async {
                j.stored("access_token").await.is_none().then_some(())
            })
            .await;
            j.does_not_see("@ann").await;
            if j.can(Ability::Requests) {
                let renewals = j.calls("GetTokensFromRefreshToken").await;
                assert_eq!(renewals, 1, "asked once, and believed");
            }
        })
        .await;
    }
}

/// Extensions and translators change pages under the program's feet. It may stop then, but not without a word.
#[tokio::test]
async fn a_program_that_stops_says_so() {
    journey("crash", async |j| {
        signed_in(&j).await;
        j.script(
            "const refuse = () => { throw new DOMException('no', 'HierarchyRequestError'); };
            Node.prototype.insertBefore = refuse;",
            Vec::new(),
        )
        .await;
        j.follow("Notifications").await;
        j.sees("Cruddur has stopped").await;
        j.sees("What you have sent is safe.").await;
        j.inspect("stopped").await;
        if j.can(Ability::Console) {
            let problems = j.problems().await;
            assert!(!problems.is_empty() && problems.len() <= 3, "{problems:#?}");
        }
        j.follow("Reload the page").await;
        j.sees("@ann").await;
        j.does_not_see("Cruddur has stopped").await;
    })
    .await;
}
