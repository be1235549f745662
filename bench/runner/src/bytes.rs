//! What has to come over the network before the first page works.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Result;
use crate::browser::Browser;
use crate::report::{Chart, Section, Table};
use crate::sites::{Site, Sites};
use crate::stats::whole;

const KINDS: [&str; 4] = ["html", "css", "js", "wasm"];

/// What the original front end, a Create React App of its time, sends in scripts and styles; measured once.
const ORIGINAL: f64 = 150_050.0;

/// Loads each site with an empty cache and adds up the files that it asked for, by kind.
pub async fn measure(sites: &Sites) -> Result<Section> {
    let mut table = Table::new(&[
        "site, page",
        "HTML",
        "CSS",
        "JS",
        "WASM",
        "all",
        "loaded later, if at all",
    ]);
    let mut chart = Chart::new("First load, brotli 11", "bytes");
    sites.backend.fill(1);
    for site in sites.all.iter().filter(|site| site.is_app) {
        let pages = [site.has_feed.then_some("/"), site.sign_in];
        for page in pages.into_iter().flatten() {
            let first = loaded(site, page).await?;
            let sizes = KINDS.map(|kind| size(&site.dir, first.iter(), kind));
            let total: u64 = sizes.iter().sum();
            let all = files(&site.dir, &site.dir)?;
            let rest: u64 = KINDS
                .iter()
                .map(|kind| {
                    let later = all.iter().filter(|file| !first.contains(file));
                    size(&site.dir, later, kind)
                })
                .sum();
            let name = format!("{}, `{page}`", site.name);
            let mut row = vec![name.clone()];
            row.extend(sizes.iter().map(|size| whole(*size as f64)));
            row.extend([whole(total as f64), whole(rest as f64)]);
            table.row(row);
            chart.bar(&name.replace('`', ""), total as f64);
        }
    }
    chart.bar("original Cruddur, scripts and styles", ORIGINAL);
    let mut section = Section::new(
        "Bytes",
        &format!(
            "What a browser with an empty cache asks for to show a page, as brotli 11 leaves it; pictures and settings \
             are left out. The original front end has {} in scripts and styles.",
            whole(ORIGINAL)
        ),
    );
    section.tables.push(table);
    section.charts.push(chart);
    Ok(section)
}

/// The files that a page asks for, by their path below the site.
async fn loaded(site: &Site, page: &str) -> Result<Vec<String>> {
    let mut browser = Browser::start().await?;
    let condition = if page == "/" && site.has_feed {
        "document.getElementsByTagName('article').length"
    } else {
        "document.querySelector('input[type=password]')"
    };
    browser.until(condition).await?;
    browser.open(&format!("{}{page}", site.url)).await?;
    browser.ready().await?;
    let names = browser
        .value("performance.getEntriesByType('resource').map(({ name }) => name)")
        .await?;
    browser.close().await?;
    let mut paths = vec!["index.html".to_owned()];
    let urls = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    for url in urls {
        let path = url
            .strip_prefix(&site.url)
            .map(|path| path.trim_start_matches('/').to_owned());
        if let Some(path) = path
            && !paths.contains(&path)
        {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn size<'a>(dir: &Path, files: impl Iterator<Item = &'a String>, kind: &str) -> u64 {
    files
        .filter(|file| file.rsplit('.').next() == Some(kind))
        .filter_map(|file| fs::metadata(dir.join(format!("{file}.br"))).ok())
        .map(|data| data.len())
        .sum()
}

fn files(dir: &Path, root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, root)?);
        } else if let Some(path) = path.strip_prefix(root)?.to_str() {
            found.push(path.to_owned());
        }
    }
    Ok(found)
}
