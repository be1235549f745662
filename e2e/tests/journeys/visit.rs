//! Visitors.

use e2e::{Key, journey};

#[tokio::test]
async fn a_visitor_sees_the_public_feed() {
    journey("visitor", async |j| {
        j.open("/").await;
        j.is_a_visitor().await;
        j.sees("My dear doctor, I am just simple tailor").await;
        if j.browser.is_chromium() {
            assert_eq!(
                j.authorized_requests().await,
                [false],
                "one request, without a token"
            );
        }
        j.inspect("home").await;
        j.follow("Join Now!").await;
        j.arrives("/signup").await;
        j.back().await;
        j.is_a_visitor().await;
        assert_eq!(j.everything_stored().await, "[{},{},\"\"]");
    })
    .await;
}

#[tokio::test]
async fn an_unknown_address_is_a_page_of_its_own() {
    journey("not-found", async |j| {
        j.open("/no/such/page").await;
        j.sees("Page not found").await;
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
        j.open("/signin").await;
        let email = j.field("Email").await;
        email.send_keys("andrew@cruddur.test").await.unwrap();
        j.key(Key::Tab).await;
        j.has_focus("Password").await;
        j.keys("Crud-dur-2026!").await;
        j.key(Key::Enter).await;
        j.arrives("/").await;
        j.sees("@andrewbrown").await;

        // From the top of the page to the account: skip link, logo, home, account.
        j.reload().await;
        j.sees("@andrewbrown").await;
        let expanded =
            "return document.querySelector('button.profile').getAttribute('aria-expanded')";
        for _ in 0..4 {
            j.key(Key::Tab).await;
        }
        j.key(Key::Enter).await;
        j.sees("Sign Out").await;
        assert_eq!(j.script(expanded, Vec::new()).await, "true");
        j.key(Key::Escape).await;
        assert_eq!(j.script(expanded, Vec::new()).await, "false");
        j.key(Key::Enter).await;
        j.sees("Sign Out").await;
        j.key(Key::Tab).await;
        j.key(Key::Enter).await;
        j.is_a_visitor().await;
    })
    .await;
}
