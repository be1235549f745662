//! Everything that the page depends on, times every way in which it can fail: what the person sees, that nothing typed is
//! lost, that the page waits for nothing for ever and asks nobody more often than it should, and that it works again
//! afterwards from where the person is.
//!
//! Each row is a journey with a cell for each of [`HOW`], and two more on a site that is astray. The rows are Chromium's and
//! Firefox's: WebKitGTK can be neither taken off the network nor asked what it sent.

use std::net::TcpListener;

use axum::body::Bytes;
use axum::http::StatusCode;
use cruddur_local::{Fault, Target};
use e2e::{Ability, Journey, PASSWORD, Request, dist, journey, journey_astray};
use serde_json::json;

use crate::EMAIL;

const CRUD: &str = "Your crud";
const UNREACHABLE: &str =
    "Cruddur's server cannot be reached, or it failed. Check your connection and try again.";
const INVALID: &str = "Cruddur's server sent something that is not what was asked for.";

/// How it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The device has no network.
    Offline,
    /// The server's name leads nowhere.
    NoName,
    /// Nobody listens there.
    Refused,
    /// The answer is slow, and right.
    Slow,
    /// 429
    TooMany,
    /// 500
    Failed,
    /// 502, with a gateway's page.
    Gateway,
    /// 200, and nothing.
    Empty,
    /// 200, and JSON that stops in the middle.
    Truncated,
    /// 200, and JSON of other types than promised.
    WrongTypes,
    /// 200, and 10 MB.
    Huge,
    /// The connection ends in the middle of the answer.
    MidBody,
    /// No answer, ever.
    Hangs,
}

use How::*;

/// Those that the stack does; [`NoName`] and [`Refused`] take a site that is astray.
const HOW: [How; 11] = [
    Offline, Slow, TooMany, Failed, Gateway, Empty, Truncated, WrongTypes, Huge, MidBody, Hangs,
];

/// What the right answer would be like.
struct Kind {
    content_type: &'static str,
    /// An answer that is right, to be cut off.
    right: Bytes,
    /// One of other types.
    wrong: &'static str,
}

fn json_like(right: &'static str, wrong: &'static str) -> Kind {
    Kind {
        content_type: "application/json",
        right: Bytes::from_static(right.as_bytes()),
        wrong,
    }
}

/// A text of 10 MB, in JSON.
fn ten_megabytes() -> Bytes {
    format!("{{\"message\":\"{}\"}}", "x".repeat(10 << 20)).into()
}

/// Takes the network away, or lets the stack fail.
async fn begin(j: &Journey, how: How, target: Target, operation: &str, kind: &Kind) {
    let ok = |body: Bytes| Fault::Instead(StatusCode::OK, kind.content_type.to_owned(), body);
    let fault = match how {
        Offline => return j.set_offline(true).await,
        NoName | Refused => unreachable!("that takes a site that is astray"),
        Slow => Fault::Slow,
        TooMany => Fault::Status(StatusCode::TOO_MANY_REQUESTS),
        Failed => Fault::Status(StatusCode::INTERNAL_SERVER_ERROR),
        Gateway => {
            let page = "<html><head><title>502 Bad Gateway</title></head></html>";
            Fault::Instead(StatusCode::BAD_GATEWAY, "text/html".to_owned(), page.into())
        }
        Empty => ok(Bytes::new()),
        Truncated => ok(kind.right.slice(..kind.right.len() / 2)),
        WrongTypes => ok(kind.wrong.into()),
        Huge => ok(ten_megabytes()),
        MidBody => Fault::Cut(kind.content_type.to_owned(), kind.right.clone()),
        Hangs => Fault::Hang,
    };
    j.world.fails(target, operation, fault);
}

async fn end(j: &Journey, how: How) {
    if how == Offline {
        j.set_offline(false).await;
    }
    j.world.repair();
}

// Time-outs, in milliseconds, as the app and the client give them to their requests.

const POOL: u32 = 15_000;
const BACKEND: u32 = 20_000;
const CONFIGURATION: u32 = 20_000;
/// When the start says that it takes long.
const PROGRAM: u32 = 15_000;
const PART: u32 = 30_000;

/// Does something that may come to the end of a time-out of that length.
async fn facing(j: &Journey, how: How, length: u32, something: impl Future<Output = ()>) {
    match how {
        Hangs => j.while_impatient(length, something).await,
        _ => something.await,
    }
}

/// Checks that nothing on the page waits.
async fn waits_for_nothing(j: &Journey, cell: &str) {
    let busy =
        "return [...document.querySelectorAll('[aria-busy=true]')].map((one) => one.outerHTML)";
    let busy = j.script(busy, Vec::new()).await;
    assert_eq!(busy, json!([]), "{cell}");
}

/// How many requests of a kind the page has sent.
async fn sent(j: &Journey, method: &str, part: &str) -> usize {
    let requests = j.requests().await;
    let those = requests.iter().filter(|request| {
        request.method == method
            && (request.url.contains(part) || request.operation.as_deref() == Some(part))
    });
    those.count()
}

/// A file of the site's, by how its name begins and ends.
fn file(begin: &str, end: &str) -> (String, Bytes) {
    let files = std::fs::read_dir(dist()).expect("the site");
    let name = files
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| name.starts_with(begin) && name.ends_with(end))
        .unwrap_or_else(|| panic!("no {begin}…{end} in the site"));
    let bytes = std::fs::read(dist().join(&name)).expect("the file");
    (format!("/{name}"), bytes.into())
}

/// The program's file: its name and what is in it.
pub(super) fn program() -> (String, Bytes) {
    file("cruddur-web-", "_bg.wasm")
}

fn count(row: &str, cells: usize) {
    println!("faults: {row}: {cells} cells");
}

/// An address at which nobody listens.
fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    format!("http://{}", listener.local_addr().expect("its address"))
}

const NOWHERE: &str = "http://cruddur.invalid";

// The pool

fn pool_words(how: How) -> &'static str {
    match how {
        Offline | NoName | Refused | MidBody => {
            "The sign-in service cannot be reached. Check your connection, then try again: nothing you typed is lost."
        }
        TooMany => "Too much is going on at once. Wait a moment, then try again.",
        Failed | Gateway => "The sign-in service has a problem right now. Try again in a moment.",
        Hangs => "The sign-in service took too long to answer. Try again in a moment.",
        Empty | Truncated | WrongTypes | Huge => {
            "Cruddur is not set up right: what answers there is not a user pool, or not right now."
        }
        Slow => "Signing in…",
    }
}

/// Signs in, in vain.
async fn sign_in_in_vain(j: &Journey, how: How) {
    let before = sent(j, "POST", "InitiateAuth").await;
    j.fill("Email", EMAIL).await;
    j.fill("Password", PASSWORD).await;
    j.press("Sign In").await;
    j.sees(pool_words(how)).await;
    if how != Slow {
        waits_for_nothing(j, &format!("{how:?}")).await;
        assert_eq!(j.value("Email").await, EMAIL);
        assert_eq!(j.value("Password").await, PASSWORD);
    }
    let calls = sent(j, "POST", "InitiateAuth").await - before;
    assert!((1..=3).contains(&calls), "{how:?}: {calls} requests");
}

#[tokio::test]
async fn the_pool_fails_in_every_way() {
    journey("faults-pool", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        let kind = json_like(
            r#"{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{}}"#,
            r#"{"ChallengeName":7,"ChallengeParameters":[],"AuthenticationResult":"yes"}"#,
        );
        for how in HOW {
            j.open("/signin").await;
            j.finds("Email").await;
            facing(&j, how, POOL, async {
                begin(&j, how, Target::Pool, "InitiateAuth", &kind).await;
                sign_in_in_vain(&j, how).await;
                end(&j, how).await;
            })
            .await;
            // It works from where the person is.
            if how != Slow {
                j.press("Sign In").await;
            }
            j.is_signed_in().await;
            j.sign_out().await;
            j.is_a_visitor().await;
            if how == Offline {
                // What comes along with a sign-in did not either.
                crate::parts::forgive(&j, "ERR_INTERNET_DISCONNECTED").await;
            }
        }
        count("the pool", HOW.len());
    })
    .await;
}

#[tokio::test]
async fn the_pool_is_not_there() {
    for (how, url) in [(NoName, NOWHERE.to_owned()), (Refused, closed())] {
        let name = format!("faults-pool-{how:?}").to_lowercase();
        journey_astray(&name, Some(&url), None, async |j| {
            if j.ends_without(Ability::Requests) {
                return;
            }
            j.open("/signin").await;
            sign_in_in_vain(&j, how).await;
            // The rest of the site is not concerned.
            j.open("/").await;
            j.is_a_visitor().await;
        })
        .await;
    }
    count("the pool is not there", 2);
}

// The backend

fn backend_words(how: How) -> &'static str {
    match how {
        Offline | NoName | Refused | MidBody => UNREACHABLE,
        TooMany => "Cruddur's server has too much to do right now. Wait a moment, then try again.",
        Failed => "Cruddur's server failed (error 500). Try again in a moment.",
        Gateway => "Cruddur's server failed (error 502). Try again in a moment.",
        Empty | Truncated | WrongTypes | Huge => INVALID,
        Hangs => "Cruddur's server is taking too long to answer. Try again in a moment.",
        Slow => "Loading cruds…",
    }
}

/// Loads the home feed in vain.
async fn load_in_vain(j: &Journey, how: How) {
    let before = sent(j, "GET", "/api/activities/home").await;
    j.follow("Home").await;
    j.sees(backend_words(how)).await;
    if how != Slow {
        j.sees("The cruds could not be loaded").await;
        waits_for_nothing(j, &format!("{how:?}")).await;
    }
    let calls = sent(j, "GET", "/api/activities/home").await - before;
    assert_eq!(calls, 1, "{how:?}");
}

#[tokio::test]
async fn the_backend_fails_in_every_way() {
    journey("faults-backend", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        let feed = r#"[{"uuid":"u","handle":"worf","message":"Qapla'","replies":[]}]"#;
        let kind = json_like(feed, r#"[{"uuid":1,"handle":[],"message":{}},null,"x"]"#);
        for how in HOW {
            // A page that needs no backend, to go from.
            j.open("/no/such/page").await;
            j.sees("Page not found").await;
            facing(&j, how, BACKEND, async {
                begin(&j, how, Target::Backend, "/api/activities/home", &kind).await;
                load_in_vain(&j, how).await;
                end(&j, how).await;
            })
            .await;
            if how != Slow {
                j.press("Try again").await;
            }
            j.is_a_visitor().await;
            j.does_not_see("could not be loaded").await;
        }
        count("the backend, reading", HOW.len());
    })
    .await;
}

#[tokio::test]
async fn the_backend_is_not_there() {
    for (how, url) in [(NoName, NOWHERE.to_owned()), (Refused, closed())] {
        let name = format!("faults-backend-{how:?}").to_lowercase();
        journey_astray(&name, None, Some(&url), async |j| {
            if j.ends_without(Ability::Requests) {
                return;
            }
            j.open("/no/such/page").await;
            load_in_vain(&j, how).await;
            j.press("Try again").await;
            j.sees(backend_words(how)).await;
        })
        .await;
    }
    count("the backend is not there", 2);
}

/// Says something in vain.
async fn say_in_vain(j: &Journey, how: How, text: &str) {
    let before = sent(j, "POST", "/api/activities").await;
    j.fill(CRUD, text).await;
    j.press("Crud").await;
    if how == Slow {
        return j.sees("Being sent…").await;
    }
    j.sees(backend_words(how)).await;
    assert_eq!(j.value(CRUD).await, text, "{how:?}");
    assert_eq!(
        j.cruds().await.iter().filter(|crud| *crud == text).count(),
        0
    );
    waits_for_nothing(j, &format!("{how:?}")).await;
    let calls = sent(j, "POST", "/api/activities").await - before;
    // What may have been stored is not sent again unasked.
    assert_eq!(calls, 1, "{how:?}");
}

#[tokio::test]
async fn the_backend_takes_nothing_in_any_way() {
    journey("faults-backend-posting", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        let crud = r#"{"uuid":"u","handle":"ann","message":"m"}"#;
        let kind = json_like(crud, r#"{"uuid":1,"handle":[],"message":{}}"#);
        for how in HOW {
            let text = format!("Not to be lost: {how:?}");
            j.reload().await;
            j.is_signed_in().await;
            j.wait("a quiet page", || async {
                j.is_quiet().await.then_some(())
            })
            .await;
            facing(&j, how, BACKEND, async {
                begin(&j, how, Target::Backend, "/api/activities", &kind).await;
                say_in_vain(&j, how, &text).await;
                end(&j, how).await;
            })
            .await;
            if how != Slow {
                j.press("Crud").await;
            }
            j.wait("an empty field", || async {
                j.value(CRUD).await.is_empty().then_some(())
            })
            .await;
            j.reload().await;
            j.is_signed_in().await;
            let said = j.cruds().await;
            assert_eq!(
                said.iter().filter(|crud| **crud == text).count(),
                1,
                "{said:?}"
            );
        }
        count("the backend, writing", HOW.len());
    })
    .await;
}

// The site

fn config_words(how: How) -> &'static str {
    match how {
        Offline | NoName | Refused | MidBody | Hangs => {
            "The configuration file did not arrive. Check your connection and try again."
        }
        TooMany => "The server did not hand out the configuration file (error 429).",
        Failed => "The server did not hand out the configuration file (error 500).",
        Gateway => "The server did not hand out the configuration file (error 502).",
        Empty | Truncated => "The configuration file is not valid JSON",
        WrongTypes | Huge => "Values in the configuration file are missing or malformed.",
        Slow => "Loading Cruddur…",
    }
}

/// Takes what the console says about a file that did not come, and nothing else.
pub(super) async fn forgive(j: &Journey, file: &str) {
    for problem in j.problems().await {
        assert!(
            problem.contains(file)
                || problem.contains("WebAssembly")
                || problem.contains("CompileError")
                // Firefox has no other word for that.
                || !j.can(Ability::Notes) && problem.contains("[object Object]")
                || problem.contains("TypeError")
                || problem.contains("TimeoutError")
                // Without a program, nothing is done with the configuration.
                || problem.contains("was preloaded using link preload but not used"),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn the_configuration_fails_in_every_way() {
    journey("faults-config", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        let kind = json_like(
            r#"{"auth":{"aws_region":"us-east-1"},"custom":{}}"#,
            r#"{"auth":[],"custom":7}"#,
        );
        for how in HOW {
            let before = sent(&j, "GET", "/config.json").await;
            facing(&j, how, CONFIGURATION, async {
                match how {
                    Offline => j.cut_off(&["*/config.json"]).await,
                    _ => begin(&j, how, Target::Site, "/config.json", &kind).await,
                }
                j.open("/signin").await;
                j.sees(config_words(how)).await;
                j.cut_off(&[]).await;
                j.world.repair();
            })
            .await;
            let calls = sent(&j, "GET", "/config.json").await - before;
            assert!((1..=2).contains(&calls), "{how:?}: {calls} requests");
            if how != Slow {
                j.press("Try again").await;
            }
            j.finds("Password").await;
            forgive(&j, "/config.json").await;
        }
        count("the configuration", HOW.len());
    })
    .await;
}

/// Files come from where the page does. One that the site's server leads to a name that is none, or to where nobody
/// listens, ends as all would that come from there: the policy lets the page follow, for it is the pool's address too.
#[tokio::test]
async fn the_configuration_is_not_there() {
    for (how, url) in [(NoName, NOWHERE.to_owned()), (Refused, closed())] {
        let name = format!("faults-config-{how:?}").to_lowercase();
        journey_astray(&name, Some(&url), None, async |j| {
            if j.ends_without(Ability::Network) {
                return;
            }
            j.keeps_no_copies().await;
            j.world.moves("/config.json", Some(&url));
            j.open("/signin").await;
            j.sees(config_words(how)).await;
            let calls = sent(&j, "GET", &format!("{url}/config.json")).await;
            assert!((1..=2).contains(&calls), "{how:?}: {calls} requests");
            j.press("Try again").await;
            j.sees(config_words(how)).await;
            j.world.moves("/config.json", None);
            j.press("Try again").await;
            j.finds("Password").await;
            forgive(&j, "/config.json").await;
        })
        .await;
    }
    count("the configuration is not there", 2);
}

/// A file that the program is made of.
fn program_like(right: Bytes) -> Kind {
    Kind {
        content_type: "application/wasm",
        right,
        wrong: "<!doctype html><title>Cruddur</title>",
    }
}

fn program_words(how: How) -> &'static str {
    match how {
        Offline | NoName | Refused | TooMany | Failed | Gateway | MidBody => {
            "Cruddur could not be loaded. Check your connection and try again."
        }
        Empty | Truncated | WrongTypes | Huge => {
            "Cruddur could not be started: this browser is too old for it, or the download was damaged."
        }
        Hangs => "Cruddur is taking long to load. It starts by itself once it is there.",
        Slow => "Loading Cruddur…",
    }
}

#[tokio::test]
async fn the_program_fails_in_every_way() {
    let (path, right) = program();
    journey("faults-program", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        let kind = program_like(right.clone());
        for how in HOW {
            let before = sent(&j, "GET", &path).await;
            facing(&j, how, PROGRAM, async {
                match how {
                    Offline => j.cut_off(&["*.wasm"]).await,
                    _ => begin(&j, how, Target::Site, &path, &kind).await,
                }
                j.open("/signin").await;
                j.sees(program_words(how)).await;
                j.cut_off(&[]).await;
                j.world.repair();
            })
            .await;
            let calls = sent(&j, "GET", &path).await - before;
            assert!((1..=3).contains(&calls), "{how:?}: {calls} requests");
            if how != Slow {
                j.follow("Reload the page").await;
            }
            j.finds("Password").await;
            forgive(&j, ".wasm").await;
        }
        count("the program", HOW.len());
    })
    .await;
}

#[tokio::test]
async fn the_program_is_not_there() {
    let (path, _) = program();
    for (how, url) in [(NoName, NOWHERE.to_owned()), (Refused, closed())] {
        let name = format!("faults-program-{how:?}").to_lowercase();
        journey_astray(&name, Some(&url), None, async |j| {
            if j.ends_without(Ability::Network) {
                return;
            }
            j.keeps_no_copies().await;
            j.world.moves(&path, Some(&url));
            j.open("/signin").await;
            j.sees(program_words(how)).await;
            let calls = sent(&j, "GET", &format!("{url}{path}")).await;
            assert!((1..=3).contains(&calls), "{how:?}: {calls} requests");
            j.world.moves(&path, None);
            j.follow("Reload the page").await;
            j.finds("Password").await;
            forgive(&j, ".wasm").await;
        })
        .await;
    }
    count("the program is not there", 2);
}

/// A part of the program, which is fetched when a page of it is first wanted.
#[tokio::test]
async fn a_part_fails_in_every_way() {
    const NOT_LOADED: &str = "This page could not be loaded.";
    let (path, right) = file("people-", ".wasm");
    journey("faults-part", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        let kind = program_like(right.clone());
        for how in HOW {
            let before = sent(&j, "GET", &path).await;
            facing(&j, how, PART, async {
                // Before the page is there: the pointer may be where the link will be.
                match how {
                    Offline => j.cut_off(&["*/people-*.wasm"]).await,
                    _ => begin(&j, how, Target::Site, &path, &kind).await,
                }
                j.open("/").await;
                j.is_a_visitor().await;
                j.follow_in_main("@Andrew Brown").await;
                if how == Slow {
                    // The page on show stays, and says that another one is on its way.
                    j.wait("the sign of loading", || async {
                        let loading =
                            "return document.documentElement.hasAttribute('data-loading')";
                        (j.script(loading, Vec::new()).await == true).then_some(())
                    })
                    .await;
                    assert!(!j.cruds().await.is_empty());
                } else {
                    j.sees(NOT_LOADED).await;
                    waits_for_nothing(&j, &format!("{how:?}")).await;
                }
                j.cut_off(&[]).await;
                j.world.repair();
            })
            .await;
            let calls = sent(&j, "GET", &path).await - before;
            assert!((1..=3).contains(&calls), "{how:?}: {calls} requests");
            if how != Slow {
                j.press("Try again").await;
            }
            j.has_focus_on_heading("@Andrew Brown").await;
            j.does_not_see(NOT_LOADED).await;
            forgive(&j, ".wasm").await;
        }
        count("a part", HOW.len());
    })
    .await;
}

/// The part for those who are signed in, which is fetched with the page.
#[tokio::test]
async fn the_part_for_members_fails_in_every_way() {
    const NOT_LOADED: &str = "This part of the page could not be loaded.";
    let (path, right) = file("members-", ".wasm");
    journey("faults-members", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        j.world.with_user(EMAIL, true).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        j.fill(CRUD, "Half a thought").await;
        let kind = program_like(right.clone());
        for how in HOW {
            let before = sent(&j, "GET", &path).await;
            facing(&j, how, PART, async {
                match how {
                    Offline => j.cut_off(&["*/members-*.wasm"]).await,
                    _ => begin(&j, how, Target::Site, &path, &kind).await,
                }
                j.reload().await;
                if how == Slow {
                    j.sees("Loading Cruddur…").await;
                } else {
                    j.sees(NOT_LOADED).await;
                    // What can be read is there.
                    j.sees("My dear brother").await;
                    waits_for_nothing(&j, &format!("{how:?}")).await;
                }
                j.cut_off(&[]).await;
                j.world.repair();
            })
            .await;
            let calls = sent(&j, "GET", &path).await - before;
            assert!((1..=3).contains(&calls), "{how:?}: {calls} requests");
            if how != Slow {
                j.press("Try again").await;
            }
            j.is_signed_in().await;
            j.does_not_see(NOT_LOADED).await;
            assert_eq!(j.value(CRUD).await, "Half a thought");
            forgive(&j, ".wasm").await;
        }
        count("the part for members", HOW.len());
    })
    .await;
}

/// Several modules are in one file, which stays here for the other parts: unless it was of no use.
#[tokio::test]
async fn a_file_of_several_modules_that_was_damaged_is_asked_for_again() {
    let (_, loader) = file("parts-", ".js");
    let loader = String::from_utf8_lossy(&loader).into_owned();
    let asked = loader.split("asked(\"./").skip(1);
    let together = asked
        .filter_map(|rest| rest.split_once("\", 0,"))
        .find(|(name, _)| name.ends_with(".wasm") && !name.contains('"'));
    let (name, _) = together.expect("a file of several modules");
    let (path, bytes) = file(name, "");
    let damaged = bytes.slice(..bytes.len() / 2);
    journey("parts-damaged", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.keeps_no_copies().await;
        let instead = Fault::Instead(StatusCode::OK, "application/wasm".to_owned(), damaged);
        j.world.fails(Target::Site, &path, instead);
        j.open("/").await;
        j.is_a_visitor().await;
        j.follow_in_main("@Andrew Brown").await;
        j.sees("This page could not be loaded.").await;
        j.world.repair();
        j.press("Try again").await;
        j.has_focus_on_heading("@Andrew Brown").await;
        forgive(&j, ".wasm").await;
    })
    .await;
}

/// How many of these asked for it; styles have names like those of parts.
fn asked_for(requests: &[Request], what: &str) -> usize {
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
        let (program, _) = program();
        j.world.with_user(EMAIL, true).await;
        let asked = async |path: &str, what: &str| {
            let before = j.requests().await.len();
            j.world.fails(Target::Site, &program, Fault::Slow);
            j.open(path).await;
            j.wait(what, || async {
                let requests = j.requests().await;
                (asked_for(&requests[before..], what) > 0).then_some(())
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
            assert_eq!(asked_for(&requests[before..], what), 1, "{what}");
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
