//! A stack that is killed in the middle of its work has lost nothing of what it acknowledged.
#![cfg(unix)]
#![allow(clippy::expect_used)] // a test that cannot go on has failed

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use cruddur_local::USER_POOL_ID;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often the stack is killed.
const KILLS: usize = 100;
/// How many write at a time: some of them are in the middle of it when the end comes.
const WRITERS: usize = 4;

/// The program, running.
struct Running {
    child: Child,
    pool: String,
    backend: String,
}

/// A test that fails leaves no program behind.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    cruds: BTreeSet<String>,
    users: BTreeSet<String>,
    deleted: BTreeSet<String>,
}

fn spawn(state: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_cruddur-local"))
        .args(["--free-ports", "--json", "--journal-pool", "--state"])
        .arg(state)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("a start")
}

/// Ends the program as the system does it: without a word to it.
fn kill(child: &mut Child) {
    child.kill().expect("SIGKILL");
    child.wait().expect("the end");
}

impl Running {
    fn start(state: &Path) -> Self {
        let mut child = spawn(state);
        let mut out = BufReader::new(child.stdout.take().expect("standard output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        // What else it prints must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let url = |name: &str| said[name].as_str().expect(name).to_owned();
        Self {
            pool: url("pool"),
            backend: url("backend"),
            child,
        }
    }
}

/// `None` when the stack was gone before it answered.
async fn pool(http: &Client, url: &str, operation: &str, mut body: Value) -> Option<Value> {
    body["UserPoolId"] = USER_POOL_ID.into();
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let request = http
        .post(url)
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", target)
        .body(body.to_string());
    let answer = request.send().await.ok()?;
    let status = answer.status();
    let text = answer.text().await.ok()?;
    assert!(status.is_success(), "{operation}: {status} {text}");
    Some(serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn crud(http: &Client, url: &str, message: &str) -> Option<()> {
    let body = json!({ "message": message, "ttl": "30-days" });
    let request = http.post(format!("{url}/api/activities")).json(&body);
    let answer = request.send().await.ok()?;
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.text().await.ok()?;
    Some(())
}

/// Writes until the stack is gone: cruds, users, and the end of every second user.
async fn write(
    name: String,
    (pool_url, backend): (String, String),
    done: Arc<Mutex<Acknowledged>>,
    count: watch::Sender<usize>,
) {
    let http = Client::new();
    let noted = |change: &dyn Fn(&mut Acknowledged)| {
        change(&mut done.lock().unwrap_or_else(PoisonError::into_inner));
        count.send_modify(|count| *count += 1);
    };
    for number in 0.. {
        let text = format!("{name}-{number}");
        if crud(&http, &backend, &text).await.is_none() {
            return;
        }
        noted(&|done| {
            done.cruds.insert(text.clone());
        });
        let email = format!("{text}@example.com");
        let user = json!({ "Username": email, "MessageAction": "SUPPRESS",
            "UserAttributes": [{ "Name": "email", "Value": email }] });
        if pool(&http, &pool_url, "AdminCreateUser", user)
            .await
            .is_none()
        {
            return;
        }
        noted(&|done| {
            done.users.insert(email.clone());
        });
        if number % 2 == 1 {
            // From here on it is not known whether the user is there, unless the answer comes.
            noted(&|done| {
                done.users.remove(&email);
            });
            let user = json!({ "Username": email });
            if pool(&http, &pool_url, "AdminDeleteUser", user)
                .await
                .is_none()
            {
                return;
            }
            noted(&|done| {
                done.deleted.insert(email.clone());
            });
        }
    }
}

/// The cruds and users that the stack has.
async fn found(running: &Running) -> (BTreeSet<String>, BTreeSet<String>) {
    let http = Client::new();
    let feed = http.get(format!("{}/api/activities/home", running.backend));
    let feed: Vec<Value> = feed
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a feed");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let cruds = feed.iter().map(|crud| text(&crud["message"])).collect();
    let mut users = BTreeSet::new();
    let mut page = json!({});
    loop {
        let answer = pool(&http, &running.pool, "ListUsers", page).await;
        let answer = answer.expect("an answer");
        for user in answer["Users"].as_array().expect("users") {
            let attributes = user["Attributes"].as_array().expect("attributes");
            let email = attributes.iter().find(|one| one["Name"] == "email");
            users.insert(text(&email.expect("an address")["Value"]));
        }
        match answer["PaginationToken"].as_str() {
            Some(token) => page = json!({ "PaginationToken": token }),
            None => return (cruds, users),
        }
    }
}

/// A number below `end`.
fn random(end: u32) -> usize {
    let number = getrandom::u32().expect("a random number") % end;
    usize::try_from(number).expect("a small number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_lose_nothing_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state.json");
    let done = Arc::new(Mutex::new(Acknowledged::default()));
    for round in 0..KILLS {
        if round % 10 == 9 {
            // Killed while it starts, too.
            kill(&mut spawn(&state));
        }
        let mut running = Running::start(&state);
        check(&running, &done, round).await;
        let (count, mut counted) = watch::channel(0);
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let urls = (running.pool.clone(), running.backend.clone());
            let name = format!("round-{round}-{writer}");
            writers.spawn(write(name, urls, Arc::clone(&done), count.clone()));
        }
        // Should all writers fail, nobody is left to wait for.
        drop(count);
        let enough = random(24);
        counted
            .wait_for(|count| *count >= enough)
            .await
            .expect("writers");
        // Somewhere in the next writes.
        for _ in 0..random(2_000) {
            tokio::task::yield_now().await;
        }
        kill(&mut running.child);
        while let Some(ended) = writers.join_next().await {
            ended.expect("a writer's end");
        }
    }
    let running = Running::start(&state);
    check(&running, &done, KILLS).await;
    let done = done.lock().unwrap_or_else(PoisonError::into_inner);
    println!(
        "{KILLS} kills: {} cruds, {} users and {} deletions that were acknowledged are as they were",
        done.cruds.len(),
        done.users.len(),
        done.deleted.len()
    );
    assert!(done.cruds.len() >= KILLS, "hardly anything was written");
}

async fn check(running: &Running, done: &Mutex<Acknowledged>, round: usize) {
    let (cruds, users) = found(running).await;
    let done = done.lock().unwrap_or_else(PoisonError::into_inner);
    let lost: Vec<_> = done.cruds.difference(&cruds).collect();
    assert!(lost.is_empty(), "cruds lost in round {round}: {lost:?}");
    let lost: Vec<_> = done.users.difference(&users).collect();
    assert!(lost.is_empty(), "users lost in round {round}: {lost:?}");
    let back: Vec<_> = done.deleted.intersection(&users).collect();
    assert!(
        back.is_empty(),
        "deleted users are back in round {round}: {back:?}"
    );
}
