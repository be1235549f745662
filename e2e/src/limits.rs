//! Where a journey does not go the whole way, for the engine cannot: so that nobody takes it for one that did.
//!
//! Lines of `<test> <tab> <what> <tab> <why>` are left in `target/e2e/<engine>/limits.txt`; `cargo xtask test` counts them.

use std::fs::OpenOptions;
use std::io::Write as _;

use crate::driver::Engine;
use crate::output_of;

/// The tests that are not run in WebKitGTK, and why.
const NOT_IN_WEBKIT: &[(&str, &str)] = &[
    (
        "attacks::a_code_is_of_no_use_without_its_verifier",
        "the driver stops answering",
    ),
    (
        "mishaps::two_tabs_go_two_ways",
        "the driver stops answering",
    ),
    (
        "session::ten_tabs_renew_the_tokens_once",
        "scripts open no tabs",
    ),
];

/// The test that this is: the test program names its threads so.
fn test() -> String {
    let thread = std::thread::current();
    thread.name().unwrap_or("?").to_owned()
}

/// Why the test is not to be run in an engine, if it is not.
pub(crate) fn reason_not_to_run(engine: Engine) -> Option<&'static str> {
    // To try them all the same.
    if engine != Engine::WebKit || std::env::var_os("E2E_UNSEEN").is_some() {
        return None;
    }
    let test = test();
    let mut tests = NOT_IN_WEBKIT.iter();
    tests.find_map(|(name, why)| (*name == test).then_some(*why))
}

/// Notes something of the test.
pub(crate) fn note(engine: Engine, what: &str, why: &str) {
    let place = output_of(engine);
    std::fs::create_dir_all(&place).expect("a directory");
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(place.join("limits.txt"));
    // In one piece: other tests write too.
    let line = format!("{}\t{what}\t{why}\n", test());
    let written = file.expect("a file").write_all(line.as_bytes());
    written.expect("a line");
}
