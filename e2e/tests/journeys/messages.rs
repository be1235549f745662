//! Conversations.

use e2e::{Journey, PASSWORD, journey};
use serde_json::json;

use crate::EMAIL;

const MESSAGE: &str = "Your message";

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.is_signed_in().await;
}

#[tokio::test]
async fn people_write_each_other() {
    journey("messages", async |j| {
        j.world
            .with_person("ben@example.com", "Ben Other", "ben")
            .await;
        signed_in(&j).await;
        j.follow("Messages").await;
        j.arrives("/messages").await;
        j.sees("Choose a conversation.").await;
        j.inspect("list").await;
        j.follow_in_main_containing("@worf").await;
        j.arrives("/messages/@worf").await;
        j.sees("This platform is great!").await;
        j.inspect("conversation").await;
        // Another one is loaded without loading the page.
        j.script("window.same = true", Vec::new()).await;
        j.follow_in_main_containing("@andrewbrown").await;
        j.arrives("/messages/@andrewbrown").await;
        j.sees("Messages with Andrew Brown").await;
        assert_eq!(j.script("return window.same", Vec::new()).await, true);

        // Somebody new, by their page.
        j.open("/@ben").await;
        j.follow("Message to @ben").await;
        j.arrives("/messages/new/ben").await;
        j.sees("No messages yet").await;
        j.press("Message").await;
        j.sees("Write something first.").await;
        j.has_focus(MESSAGE).await;
        j.inspect("new").await;
        j.fill(MESSAGE, "Hello Ben,\nare you there?").await;
        j.press("Message").await;
        j.sees("are you there?").await;
        j.wait("an empty field", || async {
            j.value(MESSAGE).await.is_empty().then_some(())
        })
        .await;
        j.has_focus(MESSAGE).await;
        j.inspect("sent").await;
        j.reload().await;
        j.sees("are you there?").await;

        // Ben finds it and answers.
        let ben = j.elsewhere().await;
        ben.sign_in("ben@example.com", PASSWORD).await;
        ben.sees("@ben").await;
        ben.open("/messages").await;
        ben.follow_in_main_containing("@ann").await;
        ben.arrives("/messages/@ann").await;
        ben.sees("are you there?").await;
        ben.fill(MESSAGE, "I am").await;
        ben.press("Message").await;
        ben.wait("an empty field", || async {
            ben.value(MESSAGE).await.is_empty().then_some(())
        })
        .await;
        j.reload().await;
        j.sees("I am").await;
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_not_accepted_is_not_lost() {
    journey("message-failed", async |j| {
        signed_in(&j).await;
        j.open("/messages/@worf").await;
        j.sees("This platform is great!").await;
        j.fill(MESSAGE, &"x".repeat(1025)).await;
        j.press("Message").await;
        j.sees("That is 1 character too long.").await;
        j.has_focus(MESSAGE).await;
        let fault = json!({ "target": "backend", "operation": "/api/messages", "kind": "status",
            "status": 500, "times": 99 });
        j.fill(MESSAGE, "Qapla'").await;
        j.world.fault(fault).await;
        j.press("Message").await;
        j.sees("Cruddur's server failed (error 500).").await;
        j.has_focus(MESSAGE).await;
        assert_eq!(j.value(MESSAGE).await, "Qapla'");
        j.inspect("failed").await;
        j.world.repair();
        j.reload().await;
        j.sees("This platform is great!").await;
        assert_eq!(j.value(MESSAGE).await, "Qapla'", "it survives a reload");
        j.press_impatiently("Message").await;
        j.wait("an empty field", || async {
            j.value(MESSAGE).await.is_empty().then_some(())
        })
        .await;
        j.reload().await;
        j.sees("Qapla'").await;
        let text = j.text().await;
        assert_eq!(text.matches("Qapla'").count(), 1, "{text}");
    })
    .await;
}

#[tokio::test]
async fn messages_need_a_person_and_lead_back() {
    journey("messages-visitor", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/messages/@worf").await;
        j.arrives("/signin?next=/messages/@worf").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/messages/@worf").await;
        j.sees("This platform is great!").await;
    })
    .await;
}
