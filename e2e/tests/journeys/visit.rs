//! Visitors, and the ways around the site.

use e2e::{Ability, Key, journey};

/// The user that every local pool has.
const SEED: (&str, &str) = ("andrew@cruddur.test", "Crud-dur-2026!");

#[tokio::test]
async fn a_visitor_sees_the_public_feed() {
    journey("visitor", async |j| {
        j.open("/").await;
        j.is_a_visitor().await;
        assert_eq!(j.title().await, "Home · Cruddur");
        for words in [
            "Cloud is very fun!",
            "This post has no honor!",
            "I am out of prune juice",
            "My dear doctor, I am just simple tailor",
        ] {
            j.sees(words).await;
        }
        assert_eq!(j.count_cruds().await, 4);
        // List items have numbers, and a long feed that gets one more on top would spend seconds on them.
        let display = "return getComputedStyle(document.querySelector('.cruds > li')).display";
        assert_eq!(j.script(display, Vec::new()).await, "block");
        if j.can(Ability::Requests) {
            assert_eq!(
                j.feed_requests().await,
                [false],
                "one request, without a token"
            );
        }
        j.has_nothing_stored().await;
        j.inspect("home").await;

        // There and back and there again, without loading the page anew.
        j.script("window.same = true", Vec::new()).await;
        j.follow("Join Now!").await;
        j.arrives("/signup").await;
        j.finds("Username").await;
        j.follow("Sign in!").await;
        j.arrives("/signin").await;
        j.follow("Forgot Password?").await;
        j.arrives("/forgot").await;
        j.back().await;
        j.arrives("/signin").await;
        j.back().await;
        j.back().await;
        j.arrives("/").await;
        j.is_a_visitor().await;
        j.forward().await;
        j.arrives("/signup").await;
        j.follow("Cruddur home").await;
        j.is_a_visitor().await;
        assert_eq!(j.script("return window.same", Vec::new()).await, true);
        j.has_nothing_stored().await;
    })
    .await;
}

#[tokio::test]
async fn two_cruds_with_one_id_are_two_cruds() {
    journey("one-id", async |j| {
        j.sign_in(SEED.0, SEED.1).await;
        j.sees("My dear brother, it the humans that are the problem")
            .await;
        j.sees("My dear doctor, I am just simple tailor").await;
        assert_eq!(j.count_cruds().await, 5);
        // Also when they come a second time, and when one of them goes.
        j.follow("Home").await;
        j.sees("@andrewbrown").await;
        assert_eq!(j.count_cruds().await, 5);
        j.sign_out().await;
        j.is_a_visitor().await;
        assert_eq!(j.count_cruds().await, 4);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_address_is_a_page_of_its_own() {
    journey("not-found", async |j| {
        j.open("/no/such/page?x=1#y").await;
        j.sees("Page not found").await;
        assert_eq!(j.title().await, "Page not found · Cruddur");
        j.inspect("page").await;
        j.follow("Go to the home feed").await;
        j.arrives("/").await;
        j.is_a_visitor().await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    journey("keyboard", async |j| {
        j.expect_refusals();
        j.open("/signin").await;
        j.finds("Email").await;
        // From the top of the page: the logo, and then the form.
        j.key(Key::Tab).await;
        j.key(Key::Tab).await;
        j.has_focus("Email").await;
        j.type_keys(SEED.0).await;
        j.key(Key::Tab).await;
        j.has_focus("Password").await;
        j.type_keys("wrong").await;
        j.key(Key::Enter).await;
        j.sees("Incorrect email or password.").await;
        j.fill("Password", SEED.1).await;
        j.key(Key::Enter).await;
        j.arrives("/").await;
        j.has_focus_on_heading("Home").await;
        j.sees("@andrewbrown").await;

        // The first stop is a way past the navigation.
        j.reload().await;
        j.sees("@andrewbrown").await;
        j.key(Key::Tab).await;
        j.sees("Skip to content").await;
        j.inspect("skip").await;

        // Then logo, home, notifications, messages, profile, new crud, account.
        for _ in 0..7 {
            j.key(Key::Tab).await;
        }
        j.key(Key::Enter).await;
        j.sees("Sign Out").await;
        assert!(j.account_is_open().await);
        j.key(Key::Escape).await;
        j.sees_no_more("Sign Out").await;
        assert!(!j.account_is_open().await);
        j.key(Key::Enter).await;
        j.sees("Sign Out").await;
        for link in ["Settings", "Switch account"] {
            j.key(Key::Tab).await;
            j.has_focus_on_link(link).await;
        }
        j.key(Key::Tab).await;
        j.has_focus_on_button("Sign Out").await;
        j.key(Key::Enter).await;
        j.is_a_visitor().await;
        j.has_nothing_stored().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_open_closes_when_something_else_is_done() {
    journey("panel", async |j| {
        j.sign_in(SEED.0, SEED.1).await;
        j.sees("@andrewbrown").await;
        j.press_account().await;
        j.sees("Sign Out").await;
        j.sees(SEED.0).await;
        j.follow("Home").await;
        j.sees_no_more("Sign Out").await;
        j.press_account().await;
        j.press_account().await;
        j.sees_no_more("Sign Out").await;
    })
    .await;
}
