//! What long feeds cost: the first render, and each kind of change.

use serde_json::Value;

use crate::Result;
use crate::backend::{INSERTED, LIKES};
use crate::browser::Browser;
use crate::options::Options;
use crate::report::{Chart, Section, Table};
use crate::sites::{Site, Sites};
use crate::stats::{median, ms, whole};

/// How long the feeds are.
const LENGTHS: [usize; 3] = [100, 1_000, 10_000];
/// The length of the feed that only warms a browser up, and no more than a page shows of a longer one at first.
const SHORT: usize = 20;
/// The longest feed of which all is asked for, where a page shows a part.
const ALL_OF: usize = 1_000;
/// How often the page is changed for another before memory is looked at.
const ROUTE_CHANGES: usize = 200;
/// The feed's length meanwhile.
const CRUDS_MEANWHILE: usize = 100;

/// A change: how long until it is painted, and what it does to the document.
struct Change {
    painted: f64,
    mutations: f64,
    nodes: f64,
}

/// One run with one length.
struct Run {
    first: f64,
    cruds: f64,
    nodes: f64,
    like: Change,
    insert: Change,
    tick: Change,
}

/// Renders and changes the feeds of ours and of the peer.
pub async fn measure(sites: &Sites, options: &Options) -> Result<Section> {
    let times = options.times(3, 1);
    let mut section = Section::new(
        "Feed",
        &format!(
            "Milliseconds from the answer's arrival until it has been painted, reading its JSON included, medians of {times} \
             runs (lowest–highest; one run for more than 1,000); in brackets the mutation records and the nodes added or removed, by \
             `MutationObserver`. The changes come with the answer that a page asks for when one comes back to it: one more \
             like on the first crud; one crud more at the top; and, without an answer, a minute later for all (a tenth of the \
             cruds are less than an hour old). Ours shows a part of a long feed at first and the next when one comes near its \
             end; *all on show* is ours when it has been asked for the rest by its button, over and over, and its first render \
             is the time until the last crud has been painted."
        ),
    );
    for length in LENGTHS {
        let mut table = Table::new(&[
            "site",
            "first render",
            "cruds",
            "elements",
            "one like",
            "one insert",
            "one minute",
        ]);
        table.title = Some(format!("{} cruds", whole(length as f64)));
        let mut chart = Chart::new(
            &format!("First render of {} cruds", whole(length as f64)),
            "ms",
        );
        // One is enough where a run takes long.
        let times = if length > 1_000 { 1 } else { times };
        for site in sites.all.iter().filter(|site| site.has_feed) {
            let runs = runs(sites, site, length, false, times).await;
            let part = runs.iter().any(|run| run.cruds < length as f64);
            row(&mut table, &mut chart, site.name, &runs);
            if part && length <= ALL_OF {
                let runs = self::runs(sites, site, length, true, times).await;
                let name = format!("{}, all on show", site.name);
                row(&mut table, &mut chart, &name, &runs);
            }
        }
        section.tables.push(table);
        section.charts.push(chart);
    }

    let mut table = Table::new(&[
        "site",
        "JS heap before",
        "JS heap after",
        "WASM before",
        "WASM after",
    ]);
    table.title = Some(format!(
        "Memory in kB after garbage collection, before and after {ROUTE_CHANGES} route changes with {CRUDS_MEANWHILE} cruds"
    ));
    for site in sites.all.iter().filter(|site| site.has_feed) {
        let [before, after] = memory(sites, site).await?;
        let row = [before.0, after.0, before.1, after.1].map(|bytes| whole(bytes / 1000.0));
        table.row(std::iter::once(site.name.to_owned()).chain(row).collect());
    }
    section.tables.push(table);
    Ok(section)
}

async fn runs(sites: &Sites, site: &Site, length: usize, all: bool, times: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    for _ in 0..times {
        match run(sites, site, length, all).await {
            Ok(run) => runs.push(run),
            Err(error) => {
                eprintln!("bench: {}, {length} cruds: {error}", site.name);
                break;
            }
        }
    }
    runs
}

fn row(table: &mut Table, chart: &mut Chart, name: &str, runs: &[Run]) {
    if runs.is_empty() {
        table.row(vec![name.to_owned(), "not done".to_owned()]);
        return;
    }
    let of = |figure: fn(&Run) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
    let count = |figure: fn(&Run) -> f64| whole(median(&of(figure)).unwrap_or_default());
    let change = |figure: fn(&Run) -> &Change| {
        let of =
            |part: fn(&Change) -> f64| runs.iter().map(|run| part(figure(run))).collect::<Vec<_>>();
        format!(
            "{} [{}, {}]",
            ms(&of(|change| change.painted)),
            whole(median(&of(|change| change.mutations)).unwrap_or_default()),
            whole(median(&of(|change| change.nodes)).unwrap_or_default()),
        )
    };
    let first = of(|run| run.first);
    table.row(vec![
        name.to_owned(),
        ms(&first),
        count(|run| run.cruds),
        count(|run| run.nodes),
        change(|run| &run.like),
        change(|run| &run.insert),
        change(|run| &run.tick),
    ]);
    chart.bar(name, median(&first).unwrap_or_default());
}

/// When the newest answer of the feed came.
const ARRIVED: &str =
    "bench.calls.filter(({ url }) => url.endsWith('/api/activities/home')).pop().end";
/// A link to another route of the page.
const ELSEWHERE: &str = "document.querySelector('nav a[href=\"/about\"], a.nav-link[href=\"/signup\"], a[href=\"/signup\"]')";

fn filled(length: usize) -> String {
    format!("document.getElementsByTagName('article').length >= {length}")
}

/// Asks for more until all is on show, and tells when that was painted.
fn all_on_show(length: usize) -> String {
    format!(
        "(async () => {{
            const cruds = document.getElementsByTagName('article');
            let painted = performance.now();
            while (cruds.length < {length}) {{
                const before = cruds.length;
                document.querySelector('.feed > .feed-more button').click();
                ({{ painted }} = await bench.when(() => cruds.length > before));
            }}
            return painted;
        }})()"
    )
}

async fn run(sites: &Sites, site: &Site, length: usize, all: bool) -> Result<Run> {
    sites.backend.fill(SHORT);
    sites.backend.hold(false);
    let mut browser = Browser::start().await?;
    browser.until(&filled(SHORT)).await?;
    let url = format!("{}/", site.url);
    // Compiled before, with few cruds, so that what is measured is the feed.
    for _ in 0..2 {
        browser.open(&url).await?;
        browser.ready().await?;
    }
    browser.open("about:blank").await?;
    sites.backend.fill(length);
    browser.open(&url).await?;
    let (_, mut painted) = browser.ready().await?;
    let arrived = browser.number(ARRIVED).await?;
    let mut least = SHORT;
    if all {
        least = length;
        painted = browser.number(&all_on_show(length)).await?;
    }
    let first = painted - arrived;
    let cruds = browser
        .number("document.getElementsByTagName('article').length")
        .await?;
    let nodes = browser
        .number("document.querySelectorAll('article, article *').length")
        .await?;
    let like = {
        let condition =
            format!("document.getElementsByTagName('article')[0].textContent.includes('{LIKES}')");
        come_back(sites, &browser, least, &condition, || sites.backend.like()).await?
    };
    let insert = {
        let condition = format!(
            "document.getElementsByTagName('article')[0].textContent.includes('{INSERTED}')"
        );
        come_back(sites, &browser, least, &condition, || {
            sites.backend.insert()
        })
        .await?
    };
    let tick = "(async () => {
        const seen = bench.count();
        bench.ahead += 60_000;
        const start = performance.now();
        document.dispatchEvent(new Event('visibilitychange'));
        const painted = await bench.painted();
        await bench.painted();
        return { ...seen(), painted: painted - start };
    })()";
    let tick = change(&browser.value(tick).await?)?;
    browser.close().await?;
    Ok(Run {
        first,
        cruds,
        nodes,
        like,
        insert,
        tick,
    })
}

/// Leaves the feed, comes back to it as it was left, and sees what has changed come.
async fn come_back(
    sites: &Sites,
    browser: &Browser,
    least: usize,
    condition: &str,
    make: impl FnOnce(),
) -> Result<Change> {
    browser
        .value(&format!("({ELSEWHERE}.click(), bench.when(() => !document.getElementsByTagName('article').length))"))
        .await?;
    make();
    sites.backend.hold(true);
    browser
        .value(&format!(
            "(history.back(), bench.when(() => {}).then(bench.painted).then(bench.painted))",
            filled(least)
        ))
        .await?;
    browser
        .value(&format!(
            "(window.seen = bench.count(), window.changed = bench.when(() => {condition}), null)"
        ))
        .await?;
    sites.backend.hold(false);
    let told = browser
        .value(&format!(
            "window.changed.then(async ({{ painted }}) => {{
                await bench.painted();
                return {{ ...window.seen(), painted: painted - {ARRIVED} }};
            }})"
        ))
        .await?;
    change(&told)
}

fn change(told: &Value) -> Result<Change> {
    let figure = |name: &str| {
        told[name]
            .as_f64()
            .ok_or_else(|| format!("no {name}: {told}"))
    };
    Ok(Change {
        painted: figure("painted")?,
        mutations: figure("mutations")?,
        nodes: figure("nodes")?,
    })
}

/// The heap's and the WASM memory's bytes, before and after.
async fn memory(sites: &Sites, site: &Site) -> Result<[(f64, f64); 2]> {
    sites.backend.fill(CRUDS_MEANWHILE);
    sites.backend.hold(false);
    let mut browser = Browser::start().await?;
    browser.until(&filled(SHORT)).await?;
    browser.open(&format!("{}/", site.url)).await?;
    browser.ready().await?;
    let before = bytes(&browser).await?;
    let filled = filled(SHORT);
    let changes = format!(
        "(async () => {{
            const empty = () => !document.getElementsByTagName('article').length;
            {ELSEWHERE}.click();
            await bench.when(empty);
            for (let n = 1; n < {ROUTE_CHANGES}; n += 2) {{
                history.back();
                await bench.when(() => {filled});
                history.forward();
                await bench.when(empty);
            }}
            history.back();
            await bench.when(() => {filled});
        }})()"
    );
    browser.value(&changes).await?;
    let after = bytes(&browser).await?;
    browser.close().await?;
    Ok([before, after])
}

async fn bytes(browser: &Browser) -> Result<(f64, f64)> {
    for _ in 0..3 {
        browser
            .devtools("HeapProfiler.collectGarbage", serde_json::json!({}))
            .await?;
    }
    let heap = browser.number("performance.memory.usedJSHeapSize").await?;
    let wasm = browser
        .number("bench.memory?.buffer.byteLength ?? 0")
        .await?;
    Ok((heap, wasm))
}
