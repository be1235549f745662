//! The app loads in parts.

use cruddur_local::{Fault, Target};
use e2e::{Ability, PASSWORD, Request, journey};

use crate::EMAIL;

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

/// How many of these asked for it; styles have names like those of parts.
fn count(requests: &[Request], what: &str) -> usize {
    let asked = requests.iter().map(|request| &request.url);
    asked
        .filter(|url| url.contains(what) && !url.ends_with(".css"))
        .count()
}

/// What the page of an address needs is on its way while the program still is.
#[tokio::test]
async fn what_the_first_page_needs_does_not_wait_for_the_program() {
    journey("parts-early", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        let names = std::fs::read_dir(e2e::dist()).expect("the site");
        let program = names
            .filter_map(|file| file.ok()?.file_name().into_string().ok())
            .find(|name| name.ends_with("_bg.wasm"))
            .expect("a program");
        j.world.with_user(EMAIL, true).await;
        let asked = async |path: &str, what: &str| {
            let before = j.requests().await.len();
            j.world
                .fails(Target::Site, &format!("/{program}"), Fault::Slow);
            j.open(path).await;
            j.wait(what, || async {
                let requests = j.requests().await;
                (count(&requests[before..], what) > 0).then_some(())
            })
            .await;
            j.sees("Loading Cruddur…").await;
            j.world.repair();
            before
        };
        for (path, what, words) in [
            ("/", "/api/activities/home", "Join The Party!"),
            ("/signin", "/account-", "Forgot Password?"),
            ("/search", "/people-", "Search"),
        ] {
            let before = asked(path, what).await;
            j.sees(words).await;
            j.wait("an end", || async { j.is_quiet().await.then_some(()) })
                .await;
            let requests = j.requests().await;
            assert_eq!(count(&requests[before..], what), 1, "{what}");
        }
        // Somebody who is signed in gets another feed than everybody does.
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        asked("/", "/config.json").await;
        j.is_signed_in().await;
        let feeds = j.feed_requests().await;
        assert_eq!(feeds.last(), Some(&true), "{feeds:?}");
        assert_eq!(
            feeds.iter().filter(|by_name| !**by_name).count(),
            1,
            "{feeds:?}"
        );
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
        let network =
            |problem: &String| problem.contains("people-") || problem.contains("TypeError");
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
