//! People's pages, single cruds, notifications and search.

use e2e::{Journey, Key, PASSWORD, journey};
use serde_json::json;

use crate::EMAIL;

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.is_signed_in().await;
}

#[tokio::test]
async fn everybody_has_a_page() {
    journey("profile", async |j| {
        j.open("/").await;
        j.is_a_visitor().await;
        // A handle with a blank goes through the URL and back.
        j.follow_in_main("@Andrew Brown").await;
        j.arrives("/@Andrew%20Brown").await;
        j.sees("Cloud is fun!").await;
        j.has_focus_on_heading("@Andrew Brown").await;
        assert!(
            j.title().await.contains("@Andrew Brown"),
            "{}",
            j.title().await
        );
        j.inspect("andrew").await;
        j.reload().await;
        j.sees("Cloud is fun!").await;
        j.back().await;
        j.is_a_visitor().await;
        // So does anything else that a handle may be.
        j.open("/@%E6%97%A5%E6%9C%AC%2F%F0%9F%A6%80%3F").await;
        j.sees("Nothing on show").await;
        j.sees("日本/🦀?").await;
        j.inspect("nothing").await;
    })
    .await;
}

#[tokio::test]
async fn ones_own_page_is_a_click_away() {
    journey("profile-own", async |j| {
        signed_in(&j).await;
        j.fill("Your crud", "Mine").await;
        j.press("Crud").await;
        j.wait("the crud", || async {
            (j.cruds().await.first()? == "Mine").then_some(())
        })
        .await;
        j.follow("Profile").await;
        j.arrives("/@ann").await;
        j.wait("the crud", || async {
            (j.cruds().await == ["Mine"]).then_some(())
        })
        .await;
        j.inspect("own").await;
        // Replies are given from here too.
        j.act("Mine", "Reply to Ann Example").await;
        j.fill("Your reply", "And mine").await;
        j.press("Reply").await;
        j.wait("the reply", || async {
            j.cruds()
                .await
                .contains(&"And mine".to_owned())
                .then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn one_crud_has_an_address() {
    journey("status", async |j| {
        signed_in(&j).await;
        let page = "/@Andrew%20Brown/status/68f126b0-1ceb-4a33-88be-d90fa7109eee";
        j.open(page).await;
        j.sees("Cloud is very fun!").await;
        j.sees("This post has no honor!").await;
        assert_eq!(j.count_cruds().await, 2);
        j.inspect("crud").await;
        j.act("Cloud is very fun!", "Reply to").await;
        j.fill("Your reply", "It is").await;
        j.press("Reply").await;
        j.sees("It is").await;
        j.reload().await;
        j.sees("It is").await;
        assert_eq!(j.count_cruds().await, 3);
        // Two cruds have one id: the author tells them apart.
        j.open("/@Garek/status/248959df-3079-4947-b847-9e0892d1bab4")
            .await;
        j.sees("My dear doctor").await;
        j.open("/@Lore/status/248959df-3079-4947-b847-9e0892d1bab4")
            .await;
        j.sees("My dear brother").await;
        j.open("/@Garek/status/no-such-crud").await;
        j.sees("This crud is gone").await;
        j.inspect("gone").await;
    })
    .await;
}

#[tokio::test]
async fn notifications_need_a_person_and_lead_back() {
    journey("notifications", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/notifications").await;
        j.arrives("/signin?next=/notifications").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/notifications").await;
        j.sees("Yah, now learned it !").await;
        j.inspect("list").await;
        // Where the backend has no such thing, that is no failure.
        let fault = json!({ "target": "backend", "operation": "/api/activities/notifications",
            "kind": "status", "status": 404, "times": 9 });
        j.world.fault(fault).await;
        j.reload().await;
        j.sees("This backend has no notifications yet").await;
        j.inspect("none").await;
    })
    .await;
}

#[tokio::test]
async fn a_search_finds_and_says_when_it_does_not() {
    journey("search", async |j| {
        j.open("/search").await;
        j.sees("What are you looking for?").await;
        j.inspect("empty").await;
        j.search("cloud").await;
        j.arrives("/search?q=cloud").await;
        j.sees("Cloud is very fun!").await;
        assert_eq!(j.cruds().await, ["Cloud is very fun!", "Cloud is fun!"]);
        j.inspect("found").await;
        j.search("no such thing").await;
        j.sees("Nothing found for “no such thing”").await;
        j.inspect("nothing").await;
        j.back().await;
        j.arrives("/search?q=cloud").await;
        j.sees("Cloud is very fun!").await;
        // A reload and a shared link find the same.
        j.reload().await;
        j.sees("Cloud is very fun!").await;
        // Nothing to look for is told at the field, without a request.
        j.search(" ").await;
        j.sees("Type what to look for.").await;
        // Signs of all kinds arrive as they are.
        j.search("a&b=c #1 ü").await;
        j.sees("Nothing found for “a&b=c #1 ü”").await;
        j.key(Key::Escape).await;
    })
    .await;
}
