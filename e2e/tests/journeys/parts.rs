//! The app loads in parts.

use e2e::{Ability, journey};

/// The text in place of a page that could not be loaded.
const NOT_LOADED: &str = "This page could not be loaded.";

#[tokio::test]
async fn a_part_comes_when_somebody_is_about_to_want_it() {
    journey("parts", async |j| {
        if j.ends_without(Ability::Requests) {
            return;
        }
        let modules = async || {
            let requests = j.requests().await;
            let names = requests.iter().filter_map(|request| {
                let (_, name) = request.url.rsplit_once('/')?;
                let (part, _) = name.strip_suffix(".wasm")?.rsplit_once('-')?;
                Some(part.to_owned())
            });
            names.collect::<Vec<_>>()
        };
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
        // The browser notes what it could not fetch.
        let problems = j.problems().await;
        let network = |problem: &String| {
            ["people-", "Failed to fetch", "NetworkError"]
                .iter()
                .any(|word| problem.contains(word))
        };
        assert!(problems.iter().all(network), "{problems:#?}");
        j.cut_off(&[]).await;
        j.press("Try again").await;
        j.sees_no_more(NOT_LOADED).await;
        j.has_focus_on_heading("@Andrew Brown").await;
        // And so it is for a page that is opened by its address.
        j.cut_off(&["*/people-*.wasm"]).await;
        j.reload().await;
        j.sees(NOT_LOADED).await;
        let problems = j.problems().await;
        assert!(problems.iter().all(network), "{problems:#?}");
        j.cut_off(&[]).await;
        j.press("Try again").await;
        j.sees_no_more(NOT_LOADED).await;
    })
    .await;
}
