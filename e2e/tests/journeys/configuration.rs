//! What a person sees whose site is not configured right, and that nothing else is needed once it is.

use e2e::{Ability, ConfigAnswer, journey_configured};
use serde_json::{Value, json};

use crate::parts::forgive;

const JSON: &str = "application/json";

/// A right configuration but for one value: `null` leaves it out.
fn with(section: &str, name: &str, value: Value) -> ConfigAnswer {
    Some((200, JSON, file(section, name, value).to_string()))
}

fn file(section: &str, name: &str, value: Value) -> Value {
    let mut file = json!({
        "auth": {
            "aws_region": "us-east-1",
            "user_pool_id": "us-east-1_AbCdEfGhI",
            "user_pool_client_id": "1h57kf5cpq17m0eml12example",
        },
        "custom": { "backend_url": "https://api.example.com" },
    });
    file[section][name] = value;
    file
}

/// What names the faults is a part of the app: where it cannot be had, that is said.
#[tokio::test]
async fn a_fault_is_not_silent_where_its_words_are_missing() {
    let missing = with("auth", "user_pool_client_id", Value::Null);
    journey_configured("configuration-words", missing, async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        j.cut_off(&["*/setup-*.wasm"]).await;
        j.open("/forgot").await;
        j.sees("Cruddur is not configured yet").await;
        j.sees("What is wrong with the configuration file could not be loaded.")
            .await;
        j.inspect("missing").await;
        forgive(&j, "setup-").await;
        j.cut_off(&[]).await;
        j.press("Try again").await;
        j.sees("auth.user_pool_client_id").await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_value_is_named_and_a_right_one_taken() {
    let missing = with("auth", "user_pool_client_id", Value::Null);
    journey_configured("configuration", missing, async |j| {
        // Not where the backend is asked right away: it is not this site's, so its policy forbids that.
        j.open("/forgot").await;
        j.sees("Cruddur is not configured yet").await;
        j.sees("auth.user_pool_client_id").await;
        j.sees("1h57kf5cpq17m0eml12EXAMPLE").await;
        j.sees(&format!("{}/config.json", j.world.site())).await;
        j.does_not_see("auth.user_pool_id").await;
        j.inspect("missing").await;
        let mut own = file("auth", "user_pool_client_id", Value::Null);
        own["custom"]["backend_url"] = j.world.stack.backend_url().into();
        j.world.configure(Some((200, JSON, own.to_string())));
        j.open("/").await;
        j.sees("auth.user_pool_client_id").await;

        for (section, name, value) in [
            ("auth", "user_pool_id", json!("AbCdEfGhI")),
            ("auth", "aws_region", json!("Frankfurt")),
            ("auth", "user_pool_endpoint", json!("localhost:9229")),
            ("custom", "backend_url", json!("api.example.com")),
            ("custom", "backend_url", json!(4567)),
        ] {
            j.world.configure(with(section, name, value.clone()));
            j.press("Try again").await;
            j.sees(&format!("{section}.{name}")).await;
            j.sees(&value.to_string()).await;
        }
        j.inspect("malformed").await;

        // Also on another page than the first, and all that is wrong at once.
        j.world.configure(Some((200, JSON, "{}".to_owned())));
        j.open("/signin").await;
        for path in [
            "auth.aws_region",
            "auth.user_pool_id",
            "auth.user_pool_client_id",
            "custom.backend_url",
        ] {
            j.sees(path).await;
        }
        j.inspect("empty").await;

        // Put right, it is taken without a reload.
        j.world.configure(None);
        j.press("Try again").await;
        j.sees("Sign into your Cruddur account").await;
        j.open("/").await;
        j.is_a_visitor().await;
    })
    .await;
}

#[tokio::test]
async fn the_pools_password_policy_is_told_ahead_of_time() {
    let policy = json!({ "min_length": 12, "require_numbers": true });
    let answer = with("auth", "password_policy", policy);
    journey_configured("configuration-policy", answer, async |j| {
        j.open("/signup").await;
        j.sees("at least 12 characters").await;
        j.sees("a number").await;
        j.does_not_see("an upper-case letter").await;
        j.fill("Password", "only letters").await;
        j.press("Sign Up").await;
        j.sees("The password needs a number.").await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_none_is_told_apart() {
    let page = "<!doctype html><title>Welcome</title>".to_owned();
    let answer = Some((200, "text/html", page));
    journey_configured("configuration-file", answer, async |j| {
        j.open("/").await;
        j.sees("There is a web page where the configuration file should be")
            .await;
        j.inspect("page").await;
        for (status, body, words) in [
            (200, "{\"auth\": ", "is not valid JSON"),
            (200, "[]", "has to be a JSON object"),
            (404, "", "There is no configuration file (error 404)."),
            (
                500,
                "",
                "did not hand out the configuration file (error 500)",
            ),
        ] {
            j.world.configure(Some((status, JSON, body.to_owned())));
            j.open("/").await;
            j.sees(words).await;
        }
        if j.can(Ability::Network) {
            j.world.configure(None);
            j.cut_off(&["*/config.json"]).await;
            j.open("/").await;
            j.sees("Cruddur cannot be reached").await;
            j.inspect("unreachable").await;
            j.cut_off(&[]).await;
            j.press("Try again").await;
            j.is_a_visitor().await;
        }
        // The browser notes each file that did not come.
        for problem in j.problems().await {
            assert!(problem.contains("/config.json"), "{problem}");
        }
    })
    .await;
}
