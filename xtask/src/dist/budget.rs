//! How many bytes a visitor is to load, at most.
//!
//! `budget.txt` in the repository's root says how many each kind of file may have, compressed as it is served to browsers
//! (brotli, quality 11). Whoever makes the app larger says so there, in the same commit.

use std::{collections::BTreeMap, fs, path::Path};

use brotli::enc::BrotliEncoderParams;

use super::{files_below, split_at_hash};
use crate::{
    failure::{Failure, Result},
    workspace::{self, Workspace},
};

const FILE: &str = "budget.txt";
const HEAD: &str = "\
# The most bytes of each kind of file in dist/, compressed by brotli at quality 11; `first-load` is what the home page
# needs. `cargo xtask test dist` fails when a kind has more. `cargo xtask size --write` sets all of them anew.
";
/// What the home page loads: the rest of the WASM comes when a page of it is wanted.
const FIRST_LOAD: [&str; 4] = ["html", "css", "js", "wasm-app"];

/// The bytes of each kind, and of the first load.
pub type Sizes = BTreeMap<String, usize>;

/// Measures what is in `dist`.
pub fn measure(dist: &Path) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    for file in files_below(dist)? {
        let Some(kind) = file.file_name().and_then(|name| kind(name.to_str()?)) else {
            continue;
        };
        let bytes = fs::read(&file).map_err(|error| Failure::file("read", &file, &error))?;
        *sizes.entry(kind).or_default() += brotli(&bytes).len();
    }
    let first = FIRST_LOAD.iter().filter_map(|kind| sizes.get(*kind)).sum();
    sizes.insert("first-load".to_owned(), first);
    Ok(sizes)
}

/// The kind that a file of `dist/` is counted as; `None` for pictures and what the app loads only as the case may be.
fn kind(name: &str) -> Option<String> {
    let (_, end) = name.rsplit_once('.')?;
    match end {
        "html" | "css" | "js" => Some(end.to_owned()),
        "wasm" => {
            let part = split_at_hash(name).map_or(name, |(stem, _)| stem.trim_end_matches('-'));
            Some(match part {
                "cruddur-web" => "wasm-app".to_owned(),
                part => format!("wasm-{part}"),
            })
        }
        _ => None,
    }
}

/// What brotli makes of these at its best.
pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    // Neither reading from memory nor writing to it fails.
    let _ = brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters);
    out
}

/// What is over the budget, a line each.
pub fn excess(workspace: &Workspace, sizes: &Sizes) -> Result<Vec<String>> {
    let file = workspace.root.join(FILE);
    let text = fs::read_to_string(&file).map_err(|error| Failure::file("read", &file, &error))?;
    Ok(over(&parse(&text)?, sizes))
}

fn over(budget: &Sizes, sizes: &Sizes) -> Vec<String> {
    let over = sizes
        .iter()
        .filter_map(|(kind, size)| match budget.get(kind) {
            Some(most) if size <= most => None,
            Some(most) => Some(format!("{kind}: {size} bytes, {} too many", size - most)),
            None => Some(format!("{kind}: {size} bytes, and {FILE} does not know it")),
        });
    over.collect()
}

fn parse(text: &str) -> Result<Sizes> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let parsed = line
                .split_once(char::is_whitespace)
                .and_then(|(kind, most)| Some((kind.to_owned(), most.trim().parse().ok()?)));
            parsed.ok_or_else(|| {
                Failure::new(format!("{FILE}: `{line}` is not a kind and a number."))
            })
        })
        .collect()
}

/// Makes `sizes` the budget, with a little room: another compiler's code differs by a few bytes.
pub fn write(workspace: &Workspace, sizes: &Sizes) -> Result {
    let mut text = HEAD.to_owned();
    for (kind, size) in sizes {
        let most = (size + size / 100).div_ceil(100) * 100;
        text += &format!("{kind:<16} {most:>7}\n");
    }
    workspace::write(&workspace.root.join(FILE), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(sizes: &[(&str, usize)]) -> Sizes {
        let sizes = sizes.iter().map(|(kind, size)| ((*kind).to_owned(), *size));
        sizes.collect()
    }

    #[test]
    fn every_file_that_a_browser_runs_is_counted() {
        for (name, expected) in [
            ("cruddur-web-44eeb60e688faf30_bg.wasm", Some("wasm-app")),
            ("account-eb91314a622506a0.wasm", Some("wasm-account")),
            ("shared-eb91314a622506a0.wasm", Some("wasm-shared")),
            ("app-000d5406776f9575.css", Some("css")),
            ("boot.js", Some("js")),
            ("index.html", Some("html")),
            ("icon-192.png", None),
        ] {
            assert_eq!(kind(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn more_than_the_budget_is_told_and_so_is_what_it_does_not_know() {
        let budget = parse("# a comment\n\nhtml  100\njs 50 \n").unwrap();
        assert_eq!(over(&budget, &sizes(&[("html", 100), ("js", 50)])), [""; 0]);
        let told = over(&budget, &sizes(&[("css", 1), ("html", 101), ("js", 1)]));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains("css") && told[1].contains("1 too many"),
            "{told:?}"
        );
        assert!(parse("html many").is_err());
    }

    #[test]
    fn what_is_written_is_kept_to() {
        let measured = sizes(&[("html", 1403), ("wasm-app", 189_929)]);
        let folder = super::super::tests::Folder::with("budget", &[]);
        let workspace = Workspace {
            root: folder.0.clone(),
            programs: folder.0.clone(),
            target: folder.0.clone(),
            tools: folder.0.clone(),
        };
        write(&workspace, &measured).unwrap();
        assert_eq!(excess(&workspace, &measured).unwrap(), [""; 0]);
        let more = sizes(&[("html", 1403), ("wasm-app", 195_000)]);
        assert_eq!(excess(&workspace, &more).unwrap().len(), 1);
    }
}
