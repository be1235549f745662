//! `config.json`.
#![no_main]

use cruddur_web::config::{self, ConfigProblem};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let is_web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    match config::parse(text) {
        Ok(config) => {
            assert!(is_web(&config.backend_url), "{}", config.backend_url);
            assert!(
                is_web(config.cognito.endpoint()),
                "{}",
                config.cognito.endpoint()
            );
        }
        Err(ConfigProblem::Fields(problems)) => assert!(!problems.is_empty()),
        Err(_) => {}
    }
});
