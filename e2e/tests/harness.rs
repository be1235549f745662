//! That the checks of every journey find something when there is something to be found.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::panic::AssertUnwindSafe;

use cruddur_local::MailKind;
use e2e::{Ability, Journey, PASSWORD, journey_at};
use futures_util::FutureExt as _;

/// A site of one page, whose script does what the page's query names.
fn site() -> tempfile::TempDir {
    let page = "<!doctype html><html lang=en><title>Trial</title><link rel=icon href=/icon.svg>
        <link rel=stylesheet href=/trial.css>
        <body><main><h1>Trial</h1><div id=place></div>
        <p><label for=word>Password</label> <input id=word type=password></p>
        <p id=done></p></main><script src=/trial.js></script>";
    let script = format!(
        "const pool = new URLSearchParams(location.search).get('pool');
        const send = (operation, body) => fetch(pool, {{
            method: 'POST', body,
            headers: {{ 'X-Amz-Target': 'AWSCognitoIdentityProviderService.' + operation }},
        }});
        const cases = {{
            nothing: () => console.log('hello'),
            error: () => console.error('an error'),
            warning: () => console.warn('a warning'),
            exception: () => setTimeout(() => {{ throw new Error('an exception') }}),
            policy: () => eval('1'),
            stranger: () => fetch('https://stranger.example/'),
            missing: () => fetch('/missing.js'),
            refusal: () => send('SignUp', '{{}}'),
            url: () => fetch('/?word={PASSWORD}'),
            body: () => send('InitiateAuth', '{{\"word\":\"{PASSWORD}\"}}'),
            header: () => fetch('/', {{ headers: {{ Authorization: 'Bearer x' }} }}),
            storage: () => sessionStorage.setItem('word', '{PASSWORD}'),
            word: () => console.log('the word is {PASSWORD}.'),
            token: () => console.debug('Bearer ' + 'eyJhbGciOiJub25lIn0'),
            history: () => {{ location.hash = 'is-{PASSWORD}'; }},
            wide: () => place.className = 'wide',
            unlabelled: () => place.append(document.createElement('input')),
        }};
        const one = new URLSearchParams(location.search).get('case');
        (async () => cases[one]?.())().catch(() => {{}}).then(() => setTimeout(() => {{
            done.textContent = 'Done: ' + one;
        }}));"
    );
    let place = tempfile::tempdir().expect("a directory");
    for (name, content) in [
        ("icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("index.html", page),
        ("trial.js", &script),
        ("trial.css", ".wide { width: 3000px; height: 1px }"),
    ] {
        std::fs::write(place.path().join(name), content).expect("a file");
    }
    place
}

async fn case(j: &Journey, name: &str) {
    let pool = j.world.stack.pool_url();
    j.open(&format!("/?case={name}&pool={pool}/")).await;
    j.sees(&format!("Done: {name}")).await;
}

#[tokio::test]
async fn what_goes_wrong_unseen_is_found() {
    journey_at("harness-problems", site().path(), async |j| {
        if j.ends_without(Ability::Console) {
            return;
        }
        j.open("/").await;
        j.fill("Password", PASSWORD).await;
        case(&j, "nothing").await;
        assert_eq!(j.problems().await, [""; 0]);
        use Ability::{Bodies, Console, Notes, Requests};
        for (name, words, ability) in [
            ("error", "an error", Console),
            ("warning", "a warning", Console),
            ("exception", "an exception", Console),
            // Which of the rules is named differs from browser to browser.
            ("policy", "TrustedScript|unsafe-eval", Console),
            ("stranger", "connect-src", Console),
            ("missing", "404", Notes),
            ("refusal", "400", Notes),
            ("url", "a secret in a URL's word", Requests),
            ("body", "the password was sent", Bodies),
            ("header", "a token to", Requests),
            ("storage", "is stored", Console),
            ("word", "is in the console", Console),
            ("token", "a token is in the console", Console),
            ("history", "is in the history", Console),
        ] {
            if !j.can(ability) {
                continue;
            }
            case(&j, name).await;
            let problems = j.problems().await;
            assert!(
                (problems.iter())
                    .any(|problem| words.split('|').any(|words| problem.contains(words))),
                "{name}: {problems:?}"
            );
        }
        j.script("sessionStorage.clear()", Vec::new()).await;
        // Another tab has another history.
        let _back = j.open_tab().await;
        case(&j, "nothing").await;
    })
    .await;
}

#[tokio::test]
async fn a_code_that_was_sent_is_found() {
    journey_at("harness-codes", site().path(), async |j| {
        if j.ends_without(Ability::Console) {
            return;
        }
        let email = "ann@example.com";
        j.world.with_user(email, false).await;
        let code = j.world.code(email, MailKind::SignUp);
        case(&j, "nothing").await;
        for (script, words) in [
            ("console.info('sent', arguments[0])", "is in the console"),
            (
                "localStorage.setItem('note', `code ${arguments[0]}`)",
                "is stored",
            ),
            (
                "localStorage.clear(); history.pushState(null, '', `/at/${arguments[0]}`)",
                "is in the history",
            ),
        ] {
            j.script(script, vec![code.as_str().into()]).await;
            let problems = j.problems().await;
            assert!(
                problems
                    .iter()
                    .any(|problem| problem.starts_with("the code") && problem.contains(words)),
                "{words}: {problems:?}"
            );
        }
        // Another tab has another history.
        let _back = j.open_tab().await;
        case(&j, "nothing").await;
        assert_eq!(j.problems().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_to_look_at_is_found() {
    let skipped = std::env::var("E2E_SKIP_AXE").as_deref() == Ok("1");
    journey_at("harness-looks", site().path(), async |j| {
        case(&j, "nothing").await;
        j.inspect("nothing").await;
        for name in ["wide", "unlabelled"] {
            if name == "unlabelled" && skipped {
                continue;
            }
            case(&j, name).await;
            let seen = AssertUnwindSafe(j.inspect(name)).catch_unwind().await;
            assert!(seen.is_err(), "{name}");
        }
    })
    .await;
}
