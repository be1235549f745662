//! How many people the local pool signs in on one core, and what memory that takes.

use std::fs;
use std::process::Stdio;
use std::time::Instant;

use cognito_user_pool::operation::{AuthFlow, InitiateAuth};
use cognito_user_pool::{Password, SignInStep};
use cruddur_local::{CLIENT_ID, USER_POOL_ID};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::LocalSet;

use crate::Result;
use crate::options::Options;
use crate::report::{Section, Table};
use crate::sign_in::{EMAIL, PASSWORD};
use crate::stats::{ms, whole};

/// How many sign in at a time.
const AT_A_TIME: usize = 4;
/// The kernel's clock ticks a second, as `/proc` counts: 100 on every Linux that Chromium runs on.
const TICKS: f64 = 100.0;

/// Signs in again and again by the client crate; the pool has one core, the client the others.
pub async fn measure(options: &Options) -> Result<Section> {
    let each = options.times(100, 10);
    let program = options.local.as_ref().ok_or("no --local program")?;
    let mut child = Command::new("taskset")
        .args(["--cpu-list", "0"])
        .arg(program)
        .args(["--free-ports", "--ephemeral", "--journal-pool", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("taskset does not start: {error}"))?;
    let output = child.stdout.take().ok_or("no output")?;
    let mut lines = BufReader::new(output).lines();
    let first = lines.next_line().await?.ok_or("the pool ended at once")?;
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let told: Value = serde_json::from_str(&first)?;
    let url = told["pool"]
        .as_str()
        .ok_or_else(|| format!("no pool in {first}"))?
        .to_owned();

    sign_in(&url).await?;
    let (memory, used) = (memory_of(&child, "VmRSS")?, processor(&child)?);
    let begun = Instant::now();
    // What the client keeps is not for several threads.
    let local = LocalSet::new();
    let people: Vec<_> = (0..AT_A_TIME)
        .map(|_| {
            let url = url.clone();
            local.spawn_local(async move {
                for _ in 0..each {
                    sign_in(&url).await?;
                }
                Result::<()>::Ok(())
            })
        })
        .collect();
    local.await;
    for person in people {
        person.await??;
    }
    let took = begun.elapsed().as_secs_f64();
    let used = processor(&child)? - used;
    let done = (AT_A_TIME * each) as f64;
    let most = memory_of(&child, "VmHWM")?;
    let [known, unknown] = answers(&url, options.times(200, 20)).await?;
    child.kill().await?;

    let mut table = Table::new(&["figure", "value"]);
    for (name, value) in [
        (
            "sign-ins a second, wall clock",
            format!("{:.1}", done / took),
        ),
        (
            "sign-ins a second of the pool's processor time",
            format!("{:.1}", done / used),
        ),
        ("memory (RSS) after one sign-in, kB", whole(memory)),
        ("most memory (RSS) during all, kB", whole(most)),
        ("InitiateAuth, somebody with an account, ms", ms(&known)),
        ("InitiateAuth, nobody's address, ms", ms(&unknown)),
    ] {
        table.row(vec![name.to_owned(), value]);
    }
    let mut section = Section::new(
        "Local pool",
        &format!(
            "{done} sign-ins by SRP through `crates/cognito`, {AT_A_TIME} at a time; the local stack, in the build that \
             `cargo xtask serve` starts, has one core (`taskset`). The wall clock's figure includes what the client \
             computes, the processor time's does not. Whether somebody has an account is not to be told from how long \
             `InitiateAuth` takes: addresses with and without one are asked about in turn."
        ),
    );
    section.tables.push(table);
    Ok(section)
}

async fn sign_in(url: &str) -> Result<()> {
    let client = interop::client(url, USER_POOL_ID, CLIENT_ID, 0)?;
    let password = Password::new(PASSWORD.to_owned());
    match client.sign_in(EMAIL, &password, None).await? {
        SignInStep::SignedIn(_) => Ok(()),
        _ => Err("the pool asks for more than a password".into()),
    }
}

/// How long the pool takes to answer, in milliseconds: where there is an account, and where there is none.
async fn answers(url: &str, times: usize) -> Result<[Vec<f64>; 2]> {
    let client = interop::client(url, USER_POOL_ID, CLIENT_ID, 0)?;
    let srp_a = "a5".repeat(384);
    let mut took = [Vec::new(), Vec::new()];
    for time in 0..times {
        // Each time another one: a pool may know an address again.
        let nobody = format!("nobody{time}@cruddur.test");
        for (username, took) in [EMAIL, &nobody].into_iter().zip(&mut took) {
            let begun = Instant::now();
            let flow = AuthFlow::UserSrp {
                username,
                srp_a: &srp_a,
            };
            let operation = InitiateAuth {
                flow,
                device_key: None,
            };
            client.call(&operation).await?;
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(took)
}

/// A line of `/proc/<pid>/status`, in kB.
fn memory_of(child: &Child, name: &str) -> Result<f64> {
    let id = child.id().ok_or("the pool has ended")?;
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
    Ok(number.ok_or_else(|| format!("no {name}"))?)
}

/// The seconds of processor time that a program has used.
fn processor(child: &Child) -> Result<f64> {
    let id = child.id().ok_or("the pool has ended")?;
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The program's name stands in parentheses and may hold anything; user and system time are the 12th and 13th after it.
    let (_, rest) = stat.rsplit_once(')').ok_or("no stat")?;
    let ticks = rest.split_whitespace().skip(11).take(2);
    let sum: f64 = ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    Ok(sum / TICKS)
}
