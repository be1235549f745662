//! How long a page takes to be there.

use crate::Result;
use crate::browser::{Browser, SLOW_4G};
use crate::options::Options;
use crate::report::{Chart, Section, Table};
use crate::sites::{Site, Sites};
use crate::stats::{median, ms};

/// How many cruds the feeds have: about as many as anybody's first page.
const CRUDS: usize = 20;
/// Code that was compiled is kept from the second load on, so so many come before a warm one.
const WARM_UP: usize = 2;

/// Circumstances of a start.
struct Profile {
    name: &'static str,
    warm: bool,
    slow_down: u32,
    network: Option<(f64, f64, u32)>,
}

const PROFILES: [Profile; 5] = [
    profile("cold cache", false, 1, None),
    profile("warm cache", true, 1, None),
    profile("cold cache, 4× CPU slow-down", false, 4, None),
    profile("warm cache, 4× CPU slow-down", true, 4, None),
    profile("cold cache, slow 4G", false, 1, Some(SLOW_4G)),
];

const fn profile(
    name: &'static str,
    warm: bool,
    slow_down: u32,
    network: Option<(f64, f64, u32)>,
) -> Profile {
    Profile {
        name,
        warm,
        slow_down,
        network,
    }
}

/// A page that is started, and by what it is known to be there.
struct Page<'a> {
    site: &'a Site,
    path: &'static str,
    condition: &'static str,
}

/// The figures of one start.
struct Start {
    first_paint: f64,
    shown: f64,
    ready: f64,
    shift: f64,
}

const FORM: &str = "document.querySelector('form:not([inert]) input[type=password]:enabled')";
const FEED: &str = "document.getElementsByTagName('article').length";

/// Starts all pages by turns, in each of the circumstances.
pub async fn measure(sites: &Sites, options: &Options) -> Result<Section> {
    let times = options.times(5, 1);
    sites.backend.fill(CRUDS);
    let (down, up, latency) = SLOW_4G;
    let mut section = Section::new(
        "Start",
        &format!(
            "Milliseconds from the navigation to the first contentful paint (FCP), until the sign-in form or the first of \
             {CRUDS} cruds has been painted (*shown*), and until a program is behind it (*ready*); medians of {times} starts \
             (lowest–highest). Slow 4G is {} kbit/s down, {} kbit/s up, {latency} ms of latency. CLS is the sum of layout shifts \
             by then. Ours paints a form to type into, or a skeleton and then cruds to read, and then the program takes them over \
             with what was typed; with the peers, all that is there is the program's.",
            down / 1000.0,
            up / 1000.0,
        ),
    );
    for (title, is_feed) in [("sign-in form", false), ("feed", true)] {
        let pages: Vec<Page> = sites
            .all
            .iter()
            .filter(|site| site.is_app)
            .filter_map(|site| {
                let (path, condition) = match is_feed {
                    true => (site.has_feed.then_some("/")?, FEED),
                    false => (site.sign_in?, FORM),
                };
                Some(Page {
                    site,
                    path,
                    condition,
                })
            })
            .collect();
        for profile in &PROFILES {
            let mut table = Table::new(&["site", "FCP", "shown", "ready", "CLS"]);
            table.title = Some(format!("{title}, {}", profile.name));
            let mut chart = Chart::new(&format!("Start to {title}, {}", profile.name), "ms");
            for page in &pages {
                let starts = starts(page, profile, times)
                    .await
                    .map_err(|error| format!("{}: {error}", page.site.name))?;
                let of = |figure: fn(&Start) -> f64| starts.iter().map(figure).collect::<Vec<_>>();
                let shown = of(|start| start.shown);
                table.row(vec![
                    page.site.name.to_owned(),
                    ms(&of(|start| start.first_paint)),
                    ms(&shown),
                    ms(&of(|start| start.ready)),
                    format!(
                        "{:.3}",
                        median(&of(|start| start.shift)).unwrap_or_default()
                    ),
                ]);
                chart.bar(page.site.name, median(&shown).unwrap_or_default());
            }
            section.tables.push(table);
            section.charts.push(chart);
        }
    }
    Ok(section)
}

async fn starts(page: &Page<'_>, profile: &Profile, times: usize) -> Result<Vec<Start>> {
    let mut browser = Browser::start().await?;
    browser.until(page.condition).await?;
    let url = format!("{}{}", page.site.url, page.path);
    // The first load is also the browser's own first; a cold one empties the caches after it.
    for _ in 0..if profile.warm { WARM_UP } else { 1 } {
        browser.open(&url).await?;
        browser.ready().await?;
    }
    browser.slow_down(profile.slow_down).await?;
    let mut starts = Vec::new();
    for _ in 0..times {
        browser.open("about:blank").await?;
        if !profile.warm {
            browser.clear_cache().await?;
        }
        browser.network(profile.network).await?;
        browser.open(&url).await?;
        let (_, ready) = browser.ready().await?;
        let (_, shown) = browser.shown().await?;
        let first_paint = browser.number("bench.firstPaint").await?;
        starts.push(Start {
            first_paint,
            shown,
            ready,
            shift: browser.number("bench.shift").await?,
        });
        browser.network(None).await?;
    }
    browser.close().await?;
    Ok(starts)
}
