//! Where a journey does not go the whole way, for the engine cannot: so that nobody takes it for one that did.
//!
//! Lines of `<test> <tab> <what> <tab> <why>` are left in `target/e2e/<engine>/limits.txt`; `cargo xtask test` counts them.

use std::fs::OpenOptions;
use std::io::Write as _;

use crate::driver::Engine;
use crate::output_of;

/// The tests that are run in WebKitGTK, by how their names begin: those that were seen to pass there.
const IN_WEBKIT: &[&str] = &[
    "a_code_that_was_sent_is_found",
    "what_goes_wrong_unseen_is_found",
    "what_is_wrong_to_look_at_is_found",
    "kinds::",
    "languages::",
    "messages::",
    "people::",
    "posting::",
    "recovery::",
    "sign_in::a_sign_in_is_sent_once_and_shows_that_it_is_under_way",
    "sign_in::right_and_wrong_passwords",
    "sign_out::",
    "sign_up::",
    "visit::",
];

/// The test that this is: the test program names its threads so.
fn test() -> String {
    let thread = std::thread::current();
    thread.name().unwrap_or("?").to_owned()
}

/// Why the test is not to be run in an engine, if it is not.
pub(crate) fn reason_not_to_run(engine: Engine) -> Option<&'static str> {
    let test = test();
    // To try the others.
    let all = std::env::var_os("E2E_UNSEEN").is_some();
    let runs =
        all || engine != Engine::WebKit || IN_WEBKIT.iter().any(|begin| test.starts_with(begin));
    (!runs).then_some("not seen to pass there yet")
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
