//! When something else is broken.

use std::path::Path;

use e2e::{Ability, PASSWORD, dist, journey, journey_at};
use serde_json::json;

use crate::EMAIL;

#[tokio::test]
async fn a_backend_that_fails_can_be_asked_again() {
    journey("backend-down", async |j| {
        for (state, kind, words) in [
            (
                "status",
                json!({ "kind": "status", "status": 500, "times": 2 }),
                "Cruddur's server failed (error 500).",
            ),
            // Browsers try once more by themselves when a connection breaks.
            (
                "unreachable",
                json!({ "kind": "drop", "times": 99 }),
                "Cruddur's server cannot be reached",
            ),
        ] {
            let mut fault = kind;
            fault["target"] = "backend".into();
            fault["operation"] = "/api/activities/home".into();
            j.world.fault(fault).await;
            j.open("/").await;
            j.sees("The cruds could not be loaded").await;
            j.sees(words).await;
            j.inspect(state).await;
            // In vain, and then not.
            j.press("Try again").await;
            j.sees(words).await;
            j.world.repair();
            j.press("Try again").await;
            j.is_a_visitor().await;
            j.does_not_see("could not be loaded").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_pool_that_fails_costs_nothing_that_was_typed() {
    journey("pool-down", async |j| {
        j.world.with_user(EMAIL, true).await;
        for (state, fault, words) in [
            (
                "unreachable",
                json!({ "kind": "drop", "times": 99 }),
                "The sign-in service cannot be reached.",
            ),
            (
                "unavailable",
                json!({ "kind": "status", "status": 503, "times": 99 }),
                "The sign-in service has a problem right now.",
            ),
            (
                "busy",
                json!({ "kind": "error", "code": "TooManyRequestsException",
                    "message": "Rate exceeded", "times": 99 }),
                "Too much is going on at once.",
            ),
            (
                "limit",
                json!({ "kind": "error", "code": "LimitExceededException",
                    "message": "Attempt limit exceeded, please try after some time." }),
                "Too many attempts.",
            ),
            (
                "client",
                json!({ "kind": "error", "code": "ResourceNotFoundException",
                    "message": "User pool client x does not exist." }),
                "auth.user_pool_client_id",
            ),
            (
                "unknown",
                json!({ "kind": "error", "code": "SomethingNewException",
                    "message": "The moon is in the way." }),
                "The moon is in the way.",
            ),
        ] {
            let mut fault = fault;
            fault["target"] = "pool".into();
            fault["operation"] = "InitiateAuth".into();
            j.world.fault(fault).await;
            j.sign_in(EMAIL, PASSWORD).await;
            j.sees(words).await;
            assert_eq!(j.value("Email").await, EMAIL);
            assert_eq!(j.value("Password").await, PASSWORD);
            j.inspect(state).await;
            j.world.repair();
        }
        // A moment later it works, from where the person is.
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_sign_up_survives_a_pool_that_fails() {
    journey("pool-down-sign-up", async |j| {
        let fault = json!({ "target": "pool", "operation": "SignUp", "kind": "drop", "times": 99 });
        j.world.fault(fault).await;
        j.open("/signup").await;
        let typed = [
            ("Name", "Ann Example"),
            ("Email", EMAIL),
            ("Username", "ann"),
            ("Password", PASSWORD),
        ];
        for (label, text) in typed {
            j.fill(label, text).await;
        }
        j.press("Sign Up").await;
        j.sees("The sign-in service cannot be reached.").await;
        for (label, text) in typed {
            assert_eq!(j.value(label).await, text);
        }
        j.inspect("error").await;
        j.world.repair();
        j.press("Sign Up").await;
        j.arrives("/confirm?email=ann@example.com").await;
    })
    .await;
}

#[tokio::test]
async fn one_failure_on_the_way_is_not_noticed() {
    journey("pool-hiccup", async |j| {
        j.world.with_user(EMAIL, true).await;
        let fault =
            json!({ "target": "pool", "operation": "InitiateAuth", "kind": "drop", "times": 1 });
        j.world.fault(fault).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
    })
    .await;
}

/// A copy of the site in which the file with this ending is damaged.
fn copied_site() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    copy(&dist(), place.path());
    place
}

fn damaged_site(ending: &str, content: &[u8]) -> tempfile::TempDir {
    let place = copied_site();
    let found = std::fs::read_dir(place.path())
        .expect("the copy")
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().to_string_lossy().ends_with(ending))
        .unwrap_or_else(|| panic!("no {ending} in the site"));
    for compressed in ["br", "gz"] {
        let name = format!("{}.{compressed}", found.file_name().to_string_lossy());
        let _ = std::fs::remove_file(place.path().join(name));
    }
    std::fs::write(found.path(), content).expect("a damaged file");
    place
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("the site") {
        let entry = entry.expect("a file");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[tokio::test]
async fn a_site_that_did_not_arrive_whole_says_so() {
    let site = damaged_site("_bg.wasm", b"not a module");
    journey_at("broken-wasm", site.path(), async |j| {
        for path in ["/", "/signin"] {
            j.open(path).await;
            j.sees("Cruddur could not be started").await;
            j.sees("Reload the page").await;
        }
        j.inspect("message").await;
        // The browser's own word on the matter belongs in the console.
        for problem in j.problems().await {
            let named = problem.contains("WebAssembly");
            // Firefox has no word for it.
            let unnamed = !j.can(Ability::Notes) && problem.contains("[object Object]");
            assert!(named || unnamed, "{problem}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_crash_offers_to_load_the_page_again() {
    journey("crash", async |j| {
        j.open("/search?term=rust").await;
        j.sees("Search").await;
        // What a panic comes down to in a browser: a trap that nothing catches.
        let script = "
            const { WebAssembly } = window;
            const bytes = [0,97,115,109,1,0,0,0, 1,4,1,96,0,0, 3,2,1,0, 7,5,1,1,102,0,0, 10,5,1,3,0,0,11];
            const module = new WebAssembly.Module(new Uint8Array(bytes));
            const { f } = new WebAssembly.Instance(module).exports;
            setTimeout(f);
            Promise.resolve().then(f);";
        j.script(script, Vec::new()).await;
        j.sees("Cruddur has stopped").await;
        let count = "return document.querySelectorAll('.crash').length";
        let count = j.script(count, Vec::new()).await;
        assert_eq!(count, 1, "a second crash is no news");
        j.inspect("crash").await;
        if j.can(Ability::Console) {
            let problems = j.problems().await;
            assert!(
                problems.iter().all(|problem| problem.contains("unreachable")),
                "{problems:#?}"
            );
        }
        j.follow("Reload the page").await;
        j.arrives("/search?term=rust").await;
        j.does_not_see("Cruddur has stopped").await;
    })
    .await;
}

#[tokio::test]
async fn a_new_release_is_offered_and_forced_on_nobody() {
    let site = copied_site();
    journey_at("release", site.path(), async |j| {
        if j.ends_without(Ability::Requests) {
            return;
        }
        j.open("/").await;
        j.is_a_visitor().await;
        let comes_back = "document.dispatchEvent(new Event('visibilitychange'))";
        let a_minute_later = "
            const now = performance.now.bind(performance);
            let minutes = 0;
            performance.now = () => now() + 60_000 * minutes;
            window.wait = () => { minutes += 2 };";
        j.script(a_minute_later, Vec::new()).await;
        // The same release is no news.
        j.script(comes_back, Vec::new()).await;
        j.wait("the look", || async {
            let requests = j.requests().await;
            let looks = requests
                .iter()
                .filter(|one| one.url.ends_with("/index.html"));
            (looks.count() == 1).then_some(())
        })
        .await;
        j.does_not_see("There is a new version").await;

        let page = site.path().join("index.html");
        let old = std::fs::read_to_string(&page).unwrap();
        let new = old.replace("/cruddur-web-", "/cruddur-web-0");
        assert_ne!(old, new);
        std::fs::write(&page, &new).unwrap();
        // Not more often than once a minute.
        j.script(comes_back, Vec::new()).await;
        j.script("wait()", Vec::new()).await;
        j.does_not_see("There is a new version").await;
        j.script(comes_back, Vec::new()).await;
        j.sees("There is a new version").await;
        j.inspect("offer").await;
        j.press("Later").await;
        j.sees_no_more("There is a new version").await;
        // It is offered once; the next one is another matter.
        j.script("wait()", Vec::new()).await;
        j.script(comes_back, Vec::new()).await;
        let newer = new.replace("/cruddur-web-0", "/cruddur-web-00");
        std::fs::write(&page, newer).unwrap();
        j.script("wait()", Vec::new()).await;
        j.script(comes_back, Vec::new()).await;
        j.sees("There is a new version").await;
        // A person who is elsewhere by now stays there.
        std::fs::write(&page, &old).unwrap();
        j.follow("Join Now!").await;
        j.arrives("/signup").await;
        j.follow("Reload the page").await;
        j.sees_no_more("There is a new version").await;
        j.arrives("/signup").await;
        j.finds("Username").await;
    })
    .await;
}

/// A host that keeps nothing of the release that the page is of.
#[tokio::test]
async fn a_page_of_a_release_that_has_gone_leads_to_the_next_one() {
    let site = copied_site();
    let place = site.path();
    journey_at("release-gone", place, async |j| {
        j.open("/").await;
        j.is_a_visitor().await;
        put_next_release_in_place(place);
        j.follow_in_main("@Andrew Brown").await;
        j.sees("This page could not be loaded.").await;
        j.press("Try again").await;
        j.sees("This page could not be loaded.").await;
        j.inspect("gone").await;
        for problem in j.problems().await {
            assert!(
                problem.contains(".wasm")
                    || problem.contains("TypeError")
                    // Firefox has no other word for an error.
                    || !j.can(Ability::Notes) && problem.contains("[object Object]"),
                "{problem}"
            );
        }
        j.follow("Reload the page").await;
        j.sees_no_more("This page could not be loaded.").await;
        j.sees("@Andrew Brown").await;
        j.arrives("/@Andrew%20Brown").await;
    })
    .await;
}

/// The same program under other names, and the old ones gone.
fn put_next_release_in_place(site: &Path) {
    let names = |end: &str| {
        let files = std::fs::read_dir(site).expect("the site");
        let names = files.map(|file| file.expect("a file").file_name().into_string());
        let names = names.map(|name| name.expect("a name"));
        names.filter(|name| name.ends_with(end)).collect::<Vec<_>>()
    };
    for compressed in [".br", ".gz"] {
        for name in names(compressed) {
            std::fs::remove_file(site.join(name)).expect("a compressed file");
        }
    }
    // The digits of a hash, in another order.
    let next = |name: &str| {
        let (stem, end) = name.split_once('.').expect("a type");
        let (stem, hash) = stem.rsplit_once('-')?;
        let hash: String = hash.chars().rev().collect();
        (hash.len() == 16).then(|| format!("{stem}-{hash}.{end}"))
    };
    let mut renamed = Vec::new();
    for name in names(".js").into_iter().chain(names(".wasm")) {
        // The app's module has something after the hash, and stays.
        if let Some(next) = next(&name) {
            std::fs::rename(site.join(&name), site.join(&next)).expect("another name");
            renamed.push((name, next));
        }
    }
    assert!(renamed.len() > 4, "{renamed:?}");
    for name in names(".js").into_iter().chain(names(".html")) {
        let text = std::fs::read_to_string(site.join(&name)).expect("a text");
        let text = (renamed.iter()).fold(text, |text, (old, new)| text.replace(old, new));
        std::fs::write(site.join(&name), text).expect("the text");
    }
}
