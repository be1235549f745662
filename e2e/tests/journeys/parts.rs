//! The app loads in parts.

use e2e::{Ability, Journey, PASSWORD, journey};
use serde_json::{Value, json};

use crate::EMAIL;

/// The text in place of a page that could not be loaded.
const NOT_LOADED: &str = "This page could not be loaded.";

/// The text in place of a form that could not be loaded.
const FORM_NOT_LOADED: &str = "This part of the page could not be loaded.";

const CRUD: &str = "Your crud";

/// The modules that the page has asked for.
async fn modules(j: &Journey) -> Vec<String> {
    let requests = j.requests().await;
    let names = requests.iter().filter_map(|request| {
        let (_, name) = request.url.rsplit_once('/')?;
        let (part, _) = name.strip_suffix(".wasm")?.rsplit_once('-')?;
        Some(part.to_owned())
    });
    names.collect()
}

/// The browser notes what it could not fetch.
pub(super) async fn forgive(j: &Journey, file: &str) {
    let problems = j.problems().await;
    let network = |problem: &String| {
        [
            file,
            "Failed to fetch",
            "NetworkError",
            "CORS request did not succeed",
        ]
        .iter()
        .any(|word| problem.contains(word))
    };
    assert!(problems.iter().all(network), "{problems:#?}");
}

/// Nothing that only they need is loaded for those who are not signed in, and nothing is missing for those who are.
#[tokio::test]
async fn what_is_for_members_comes_with_the_sign_in() {
    /// Whether there is a form, as soon as there is a page that has one.
    const FORM: &str = "return document.querySelector('.frame #page-title') \
        && !!document.querySelector('form.compose, .profile[aria-controls]')";
    journey("parts-members", async |j| {
        if j.ends_without(Ability::Requests) {
            return;
        }
        let is_complete = async || {
            let form = j.wait("a page", || async {
                let form = j.script(FORM, Vec::new()).await;
                (form != Value::Null).then_some(form)
            });
            assert_eq!(form.await, json!(true));
        };
        let count = async || {
            let all = modules(&j).await;
            all.iter().filter(|part| *part == "members").count()
        };
        j.world.with_user(EMAIL, true).await;
        j.open("/").await;
        j.is_a_visitor().await;
        j.open("/signin").await;
        j.finds("Password").await;
        assert_eq!(count().await, 0);
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.wait("what comes while one types", async || {
            (count().await == 1).then_some(())
        })
        .await;
        j.press("Sign In").await;
        is_complete().await;
        j.fill(CRUD, "Said at once").await;
        j.press("Crud").await;
        j.crud("Said at once").await;
        assert_eq!(count().await, 1);
        // With the page, for who is signed in already.
        j.reload().await;
        is_complete().await;
        j.is_signed_in().await;
        j.sign_out().await;
        j.sees("Join The Party!").await;
        // And in the tab of a visitor, when they sign in in another one.
        j.reload().await;
        j.sees("Join The Party!").await;
        let back = j.open_tab().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        back().await;
        j.is_signed_in().await;
        j.fill(CRUD, "Said in another tab").await;
        j.press("Crud").await;
        j.crud("Said in another tab").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_for_members_can_be_asked_for_again() {
    journey("parts-members-missing", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        j.world.with_user(EMAIL, true).await;
        j.cut_off(&["*/members-*.wasm"]).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.arrives("/").await;
        j.sees(FORM_NOT_LOADED).await;
        j.sees("My dear brother").await;
        j.inspect("home").await;
        // Who wants to answer is told where they are.
        j.act("My dear brother", "Reply").await;
        let overlay = "return document.querySelector('.crash')?.textContent ?? ''";
        j.wait("words over the page", || async {
            let words = j.script(overlay, Vec::new()).await;
            words
                .as_str()
                .unwrap_or_default()
                .contains(FORM_NOT_LOADED)
                .then_some(())
        })
        .await;
        j.inspect("reply").await;
        j.press("Dismiss").await;
        // The pages themselves can be read.
        j.follow_in_main("@Andrew Brown").await;
        j.has_focus_on_heading("@Andrew Brown").await;
        j.follow("Home").await;
        j.sees("My dear brother").await;
        j.act("My dear brother", "Reply").await;
        j.press("Try again").await;
        j.sees(FORM_NOT_LOADED).await;
        j.cut_off(&[]).await;
        forgive(&j, "members-").await;
        j.press("Try again").await;
        // The answer that was wanted.
        j.finds("Your reply").await;
        j.does_not_see(FORM_NOT_LOADED).await;
        j.press_in_dialog("Cancel").await;
        j.fill(CRUD, "Here I am").await;
        j.press("Crud").await;
        j.crud("Here I am").await;
        j.sign_out().await;
        j.sees("Join The Party!").await;
    })
    .await;
}

/// Without the part that renews tokens nobody is signed out.
#[tokio::test]
async fn a_session_outlasts_a_part_that_cannot_be_loaded() {
    journey("parts-members-renewal", async |j| {
        if j.ends_without(Ability::Network) || !j.can(Ability::Scripts) {
            return;
        }
        j.keeps_no_copies().await;
        j.world.with_user(EMAIL, true).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        j.fill(CRUD, "Half a thought").await;
        j.world.advance_minutes(61);
        j.set_device_clock().await;
        j.cut_off(&["*/members-*.wasm"]).await;
        j.reload().await;
        j.sees(FORM_NOT_LOADED).await;
        j.does_not_see("Join The Party!").await;
        assert_eq!(j.calls("GetTokensFromRefreshToken").await, 0);
        j.cut_off(&[]).await;
        forgive(&j, "members-").await;
        j.press("Try again").await;
        j.is_signed_in().await;
        assert_eq!(j.value(CRUD).await, "Half a thought");
        // And whoever wants to leave can.
        j.cut_off(&["*/members-*.wasm"]).await;
        j.reload().await;
        j.sees(FORM_NOT_LOADED).await;
        j.press("Sign Out").await;
        j.sees("Join The Party!").await;
        j.reload().await;
        j.is_a_visitor().await;
        j.cut_off(&[]).await;
        forgive(&j, "members-").await;
    })
    .await;
}

#[tokio::test]
async fn a_part_comes_when_somebody_is_about_to_want_it() {
    journey("parts", async |j| {
        if j.ends_without(Ability::Requests) {
            return;
        }
        let modules = async || modules(&j).await;
        j.open("/").await;
        j.is_a_visitor().await;
        assert_eq!(modules().await, ["cruddur-web"]);
        // The pointer comes to the link. What the focus does is not looked at: a browser without a window may have none.
        j.points_at("Sign In").await;
        j.wait("the part of the sign-in page", || async {
            modules()
                .await
                .contains(&"account".to_owned())
                .then_some(())
        })
        .await;
        j.follow("Sign In").await;
        j.finds("Email").await;
        let all = modules().await;
        assert_eq!(all.iter().filter(|part| *part == "account").count(), 1);
        assert!(!all.iter().any(|part| part == "settings"), "{all:?}");
    })
    .await;
}

#[tokio::test]
async fn a_part_that_cannot_be_loaded_can_be_asked_for_again() {
    journey("parts-missing", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.open("/").await;
        j.is_a_visitor().await;
        j.cut_off(&["*/people-*.wasm"]).await;
        j.follow_in_main("@Andrew Brown").await;
        j.sees(NOT_LOADED).await;
        j.inspect("missing").await;
        j.press("Try again").await;
        j.sees(NOT_LOADED).await;
        forgive(&j, "people-").await;
        j.cut_off(&[]).await;
        j.press("Try again").await;
        j.sees_no_more(NOT_LOADED).await;
        j.has_focus_on_heading("@Andrew Brown").await;
        // And so it is for a page that is opened by its address.
        j.cut_off(&["*/people-*.wasm"]).await;
        j.reload().await;
        j.sees(NOT_LOADED).await;
        forgive(&j, "people-").await;
        j.cut_off(&[]).await;
        j.press("Try again").await;
        j.sees_no_more(NOT_LOADED).await;
    })
    .await;
}
