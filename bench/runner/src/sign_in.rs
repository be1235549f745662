//! What a sign-in computes between the click and the proof of the password.

use serde_json::Value;

use crate::Result;
use crate::browser::Browser;
use crate::options::Options;
use crate::report::{Chart, Section, Table};
use crate::sites::{Site, Sites};
use crate::stats::{median, ms};

/// Whom a new pool of the local stack has.
pub const EMAIL: &str = "andrew@cruddur.test";
/// Their password.
pub const PASSWORD: &str = "Crud-dur-2026!";
/// A task is long from so many milliseconds on.
const LONG_MS: f64 = 50.0;

/// The times of one sign-in, in milliseconds.
struct Times {
    /// From the click to the second request.
    wall: f64,
    /// Of that, without waiting for the answer to the first one.
    computed: f64,
    /// How many long tasks there were, and how long the longest took.
    long: usize,
    longest: f64,
    /// What the main thread did from before the click until the pool had accepted the proof.
    busy: f64,
}

/// Signs in with each client, by turns.
pub async fn measure(sites: &Sites, options: &Options) -> Result<Section> {
    let times = options.times(5, 2);
    let mut section = Section::new(
        "Sign-in computation",
        &format!(
            "From the click on Sign In to the second request (`RespondToAuthChallenge`), medians of {times} sign-ins \
             (lowest–highest), in milliseconds. *Computed* leaves out the wait for the answer to `InitiateAuth`; *main thread* is all \
             that it did until the pool had accepted the proof. A task of {LONG_MS} ms or more is long. The pool is on \
             the same machine. The first sign-in of each browser is not counted."
        ),
    );
    for factor in [1, 4] {
        let mut table = Table::new(&[
            "client",
            "click to proof",
            "computed",
            "main thread",
            "long tasks",
            "longest",
        ]);
        let mut chart = Chart::new(&format!("Sign-in, computed, {factor}× CPU slow-down"), "ms");
        for site in sites.all.iter().filter(|site| site.sign_in.is_some()) {
            let runs = runs(site, factor, times).await?;
            let of = |figure: fn(&Times) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
            let computed = of(|run| run.computed);
            table.row(vec![
                site.name.to_owned(),
                ms(&of(|run| run.wall)),
                ms(&computed),
                ms(&of(|run| run.busy)),
                ms(&of(|run| run.long as f64)),
                ms(&of(|run| run.longest)),
            ]);
            chart.bar(site.name, median(&computed).unwrap_or_default());
        }
        table.title = Some(format!("{factor}× CPU slow-down"));
        section.tables.push(table);
        section.charts.push(chart);
    }
    Ok(section)
}

async fn runs(site: &Site, factor: u32, times: usize) -> Result<Vec<Times>> {
    let mut browser = Browser::start().await?;
    browser
        .until("document.querySelector('input[type=password]')")
        .await?;
    let mut runs = Vec::new();
    for run in 0..=times {
        let times = sign_in(&browser, site, factor)
            .await
            .map_err(|error| format!("{}: {error}", site.name))?;
        if run > 0 {
            runs.push(times);
        }
    }
    browser.close().await?;
    Ok(runs)
}

async fn sign_in(browser: &Browser, site: &Site, factor: u32) -> Result<Times> {
    browser.slow_down(1).await?;
    browser.forget(&site.url).await?;
    let page = site.sign_in.unwrap_or("/");
    browser.open(&format!("{}{page}", site.url)).await?;
    browser.ready().await?;
    browser
        .fill("form input:not([type=password])", EMAIL)
        .await?;
    browser.fill("form input[type=password]", PASSWORD).await?;
    browser.slow_down(factor).await?;
    let before = browser.metric("TaskDuration").await?;
    browser.click("form button[type=submit]").await?;
    let answered = "(async () => {
        for (;;) {
            const proof = bench.calls.find(({ operation }) => operation === 'RespondToAuthChallenge');
            if (proof?.end) return null;
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
    })()";
    browser.value(answered).await?;
    let after = browser.metric("TaskDuration").await?;
    let seen = browser
        .value("({ clicked: bench.clicked, calls: bench.calls, long: bench.long })")
        .await?;
    let call = |operation: &str, time: &str| -> Result<f64> {
        let calls = seen["calls"].as_array().into_iter().flatten();
        let mut calls = calls.filter(|call| call["operation"] == operation);
        let time = calls.next().and_then(|call| call[time].as_f64());
        Ok(time.ok_or_else(|| format!("no {operation}"))?)
    };
    let clicked = seen["clicked"].as_f64().ok_or("no click")?;
    let (asked, told) = (call("InitiateAuth", "start")?, call("InitiateAuth", "end")?);
    let proved = call("RespondToAuthChallenge", "start")?;
    let long: Vec<f64> = seen["long"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|task| Some((task[0].as_f64()?, task.get(1).and_then(Value::as_f64)?)))
        .filter(|(start, length)| start + length > clicked && *start < proved && *length >= LONG_MS)
        .map(|(_, length)| length)
        .collect();
    Ok(Times {
        wall: proved - clicked,
        computed: (asked - clicked) + (proved - told),
        long: long.len(),
        longest: long.iter().copied().fold(0.0, f64::max),
        busy: (after - before) * 1000.0,
    })
}
