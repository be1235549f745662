//! The app in its second language.

use e2e::{Ability, Journey, PASSWORD, journey};
use serde_json::json;

use crate::EMAIL;

async fn lang(j: &Journey) -> String {
    let lang = j.script("return document.documentElement.lang", Vec::new());
    lang.await.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_language_is_chosen_and_kept() {
    journey("german", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/").await;
        j.sees("I am out of prune juice").await;
        assert_eq!(lang(&j).await, "en");
        j.press("Deutsch").await;
        j.sees("Feier mit!").await;
        j.does_not_see("Join The Party!").await;
        assert_eq!(lang(&j).await, "de");
        assert_eq!(j.title().await, "Start · Cruddur");
        assert_eq!(j.stored("language").await.as_deref(), Some("de"));
        j.inspect("home").await;
        // Also after a reload, and on pages without the frame.
        j.reload().await;
        j.sees("Feier mit!").await;
        j.open("/signin").await;
        j.fill("E-Mail", "nobody@example.com").await;
        j.press("Anmelden").await;
        j.sees("Gib dein Passwort ein.").await;
        j.inspect("problem").await;
        // What is typed outlives a change, and what is wrong is said in the other language.
        j.press("English").await;
        j.sees("Enter your password.").await;
        assert_eq!(j.value("Email").await, "nobody@example.com");
        j.press("Deutsch").await;
        j.sees("Gib dein Passwort ein.").await;
        j.fill("E-Mail", EMAIL).await;
        j.expect_refusals();
        j.fill("Passwort", PASSWORD).await;
        j.press("Anmelden").await;
        j.sees("My dear brother").await;
        j.sees("Dein Crud").await;
        j.sees("Mitteilungen").await;
        // Numbers and times go by the language.
        j.sees("1.042").await;
        j.sees("vor 1 Std.").await;
        j.inspect("signed-in").await;
        j.fill("Dein Crud", "x".repeat(282).as_str()).await;
        j.press("Crudden").await;
        j.sees("Das ist um 2 Zeichen zu lang.").await;
        j.open("/messages/@worf").await;
        j.sees("Nachrichten mit").await;
        j.inspect("messages").await;
        j.open("/@ann").await;
        j.sees("Nichts zu sehen").await;
    })
    .await;
}

#[tokio::test]
async fn the_browsers_language_is_followed() {
    journey("browsers-language", async |j| {
        if j.ends_without(Ability::Scripts) {
            return;
        }
        j.run_first(
            "Object.defineProperty(navigator, 'languages', { get: () => ['fr-FR', 'de-AT', 'en'] });",
        )
        .await;
        j.open("/").await;
        j.sees("Feier mit!").await;
        assert_eq!(lang(&j).await, "de");
        // Nothing was chosen, so nothing is kept; and what makes no sense is not followed.
        j.has_nothing_stored().await;
        j.script(
            "localStorage.setItem('language', arguments[0])",
            vec![json!("xx")],
        )
        .await;
        j.reload().await;
        j.sees("Feier mit!").await;
    })
    .await;
}
