//! When something else is broken.

use e2e::{PASSWORD, dist, journey, journey_at};
use serde_json::json;

const EMAIL: &str = "ann@example.com";

#[tokio::test]
async fn a_backend_that_fails_can_be_asked_again() {
    journey("backend-down", async |j| {
        for (kind, words) in [
            (json!({ "kind": "status", "status": 500 }), "500"),
            // Browsers try once more by themselves when a connection breaks.
            (json!({ "kind": "drop", "times": 99 }), "cannot be reached"),
        ] {
            let mut fault = kind;
            fault["target"] = "backend".into();
            fault["operation"] = "/api/activities/home".into();
            j.world.fault(fault).await;
            j.open("/").await;
            j.sees("Try again").await;
            j.sees(words).await;
            j.inspect(words).await;
            j.world.stack.faults().clear();
            j.press("Try again").await;
            j.is_a_visitor().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_pool_that_fails_costs_nothing_that_was_typed() {
    journey("pool-down", async |j| {
        j.world.with_user(EMAIL, true).await;
        for (fault, words) in [
            (json!({ "kind": "drop", "times": 99 }), "cannot be reached"),
            (
                json!({ "kind": "status", "status": 503, "times": 3 }),
                "has a problem right now",
            ),
            (
                json!({ "kind": "error", "status": 400, "code": "LimitExceededException",
                    "message": "Attempt limit exceeded, please try after some time." }),
                "Too many attempts.",
            ),
            (
                json!({ "kind": "error", "status": 400, "code": "ResourceNotFoundException",
                    "message": "User pool client x does not exist." }),
                "auth.user_pool_client_id",
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
            j.world.stack.faults().clear();
        }
        // A moment later it works, from where the person is.
        j.press("Sign In").await;
        j.arrives("/").await;
        j.is_signed_in().await;
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

/// A copy of the site whose start-up file is damaged.
fn broken_site(file: &str, content: &[u8]) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    for entry in std::fs::read_dir(dist()).expect("the site") {
        let entry = entry.expect("a file");
        if entry.path().is_file() {
            std::fs::copy(entry.path(), place.path().join(entry.file_name())).expect("a copy");
        }
    }
    let found = std::fs::read_dir(place.path())
        .expect("the copy")
        .filter_map(Result::ok)
        .find(|entry| entry.file_name().to_string_lossy().ends_with(file))
        .unwrap_or_else(|| panic!("no {file} in the site"));
    for compressed in ["br", "gz"] {
        let name = format!("{}.{compressed}", found.file_name().to_string_lossy());
        let _ = std::fs::remove_file(place.path().join(name));
    }
    std::fs::write(found.path(), content).expect("a damaged file");
    place
}

#[tokio::test]
async fn a_site_that_did_not_arrive_whole_says_so() {
    let site = broken_site(".wasm", b"not a module");
    journey_at("broken-wasm", site.path().to_owned(), async |j| {
        j.open("/").await;
        j.sees("Reload the page").await;
        // The browser's own word on the matter belongs in the console.
        let _ = j.browser.log("browser").await;
    })
    .await;
}
