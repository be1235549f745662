//! The same app on the backends of later weeks.

use cruddur_local::Week;
use e2e::{Journey, PASSWORD, journey_in};

use crate::EMAIL;

const LATER: [Week; 5] = [Week::Four, Week::Five, Week::Six, Week::Eight, Week::X];

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    // The later weeks have nothing for the signed-in only.
    j.sees("@ann").await;
    j.sees("I am out of prune juice").await;
}

/// Some requests are refused because a week has no such route, or nobody of that name.
async fn journey(name: &str, week: Week, body: impl AsyncFnOnce(std::sync::Arc<Journey>)) {
    journey_in(&format!("{name}-week-{week}"), week, async |j| {
        j.expect_refusals();
        body(j).await;
    })
    .await;
}

#[tokio::test]
async fn cruds_and_replies_in_every_week() {
    for week in LATER {
        journey("cruds", week, async |j| {
            signed_in(&j).await;
            j.fill("Your crud", "Said later").await;
            j.press("Crud").await;
            j.wait("the crud", || async {
                (j.cruds().await.first()? == "Said later").then_some(())
            })
            .await;
            j.act("Said later", "Reply to Ann Example").await;
            j.fill("Your reply", "And answered").await;
            j.press("Reply").await;
            j.sees("And answered").await;
            j.reload().await;
            j.sees("Said later").await;
            let said = j.crud("Said later").await;
            assert!(said.contains("Ann Example") && said.contains('1'), "{said}");
            if week == Week::X {
                j.inspect("home").await;
                // Replies are with their crud, and have a page.
                let cruds = j.cruds().await;
                assert!(cruds.contains(&"And answered".to_owned()), "{cruds:?}");
            }
            j.open("/@worf").await;
            j.sees("I am out of prune juice").await;
            j.open("/search?q=prune").await;
            j.sees("I am out of prune juice").await;
            j.open("/notifications").await;
            j.sees("Yah, now learned it !").await;
        })
        .await;
    }
}

#[tokio::test]
async fn conversations_in_every_week() {
    for week in LATER {
        journey("messages", week, async |j| {
            j.world
                .with_person("ben@example.com", "Ben Other", "ben")
                .await;
            signed_in(&j).await;
            j.open("/messages/new/ben").await;
            j.fill("Your message", "Are you there?").await;
            j.press("Message").await;
            j.sees("Are you there?").await;
            j.wait("an empty field", || async {
                j.value("Your message").await.is_empty().then_some(())
            })
            .await;
            if week >= Week::Five {
                j.sees("Messages with Ben Other").await;
                j.wait("the conversation's address", || async {
                    let path = j.path().await;
                    (path.starts_with("/messages/") && !path.contains("/new/")).then_some(())
                })
                .await;
            }
            j.fill("Your message", "Once more").await;
            j.press("Message").await;
            j.wait("an empty field", || async {
                j.value("Your message").await.is_empty().then_some(())
            })
            .await;
            j.reload().await;
            j.sees("Once more").await;
            let text = j.text().await;
            let (first, second) = (text.rfind("Are you there?"), text.rfind("Once more"));
            assert!(first < second, "the oldest first: {text}");
            if week == Week::Five {
                j.inspect("conversation").await;
            }
            // Ben has it too.
            let ben = j.elsewhere().await;
            ben.expect_refusals();
            ben.sign_in("ben@example.com", PASSWORD).await;
            ben.sees("@ben").await;
            ben.open("/messages/@ann").await;
            ben.sees("Once more").await;
            if week >= Week::Five {
                j.open("/messages/new/nobody").await;
                j.sees("Nobody is called @nobody").await;
                j.open("/messages/no-such-conversation").await;
                j.sees("There is no such conversation").await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn profiles_from_week_8_on() {
    for week in [Week::Eight, Week::X] {
        journey("profiles", week, async |j| {
            signed_in(&j).await;
            j.open("/@nobody").await;
            j.sees("Nobody is called @nobody").await;
            j.inspect("nobody").await;
            j.open("/@worf").await;
            j.sees("1 crud").await;
            j.does_not_see("Edit profile").await;
            j.open("/@ann").await;
            j.sees("Ann Example").await;
            j.press("Edit profile").await;
            j.has_focus("Name").await;
            j.inspect("dialog").await;
            j.fill("Name", "").await;
            j.press("Save").await;
            j.sees("Enter your name.").await;
            j.has_focus("Name").await;
            j.fill("Name", "Ann the Second").await;
            j.fill("About you", "I say things").await;
            j.press("Save").await;
            j.sees("Your profile has been saved.").await;
            j.sees("I say things").await;
            j.has_focus_on_button("Edit profile").await;
            j.reload().await;
            j.sees("Ann the Second").await;
            j.sees("I say things").await;
            j.inspect("profile").await;
        })
        .await;
    }
}

#[tokio::test]
async fn one_crud_with_its_replies_in_the_last_weeks() {
    journey("status", Week::X, async |j| {
        signed_in(&j).await;
        j.open("/@andrewbrown/status/68f126b0-1ceb-4a33-88be-d90fa7109eee")
            .await;
        j.sees("Cloud is very fun!").await;
        j.act("Cloud is very fun!", "Reply to Andrew Brown").await;
        j.fill("Your reply", "It is").await;
        j.press("Reply").await;
        j.sees("It is").await;
        j.reload().await;
        j.sees("It is").await;
        assert_eq!(j.cruds().await, ["Cloud is very fun!", "It is"]);
    })
    .await;
}
