//! The page and the manifest name files that exist and are what they say.
#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

use std::fs;
use std::path::{Path, PathBuf};

use cruddur_web::parts::Part;
use cruddur_web::router::Route;
use serde_json::Value;

const PAGE: &str = include_str!("../index.html");
const MANIFEST: &str = include_str!("../static/manifest.webmanifest");
const BOOT: &str = include_str!("../static/boot.js");
const TOKENS: &str = include_str!("../static/tokens.css");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The values of `name` in the page's elements that have `having`, too.
fn values<'a>(having: &str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    PAGE.split('<')
        .filter(|element| element.contains(having))
        .filter_map(|element| Some(element.split_once(&start)?.1.split_once('"')?.0))
        .collect()
}

/// The file that the app's server has at `url`, if the page has it copied.
fn served(url: &str) -> PathBuf {
    let source = format!("static{url}");
    let copied = values("rel=\"copy-file\"", "href");
    assert!(copied.contains(&source.as_str()), "{url} is not copied");
    root().join(source)
}

/// Width and height of a PNG, by its header.
fn size(png: &Path) -> (u32, u32) {
    let bytes = fs::read(png).unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n", "{}", png.display());
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

fn token<'a>(scheme: &'a str, name: &str) -> &'a str {
    let start = format!("--color-{name}: ");
    let value = scheme.split_once(&start).unwrap().1;
    value.split_once(';').unwrap().0
}

#[test]
fn everything_that_is_built_in_exists_and_nothing_is_left_out() {
    let named: Vec<&str> = values("data-trunk", "href");
    for file in &named {
        assert!(root().join(file).is_file(), "{file}");
    }
    for entry in fs::read_dir(root().join("static")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("static/{}", path.file_name().unwrap().to_str().unwrap());
        assert!(path.is_dir() || named.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn what_the_page_links_to_is_copied() {
    let mut links = values("link rel=\"", "href");
    links.retain(|url| url.starts_with('/'));
    assert!(links.len() > 3, "{links:?}");
    for url in links {
        assert!(served(url).is_file(), "{url}");
    }
}

#[test]
fn every_icon_has_the_size_that_the_manifest_says() {
    let manifest: Value = serde_json::from_str(MANIFEST).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut known = Vec::new();
    for icon in manifest["icons"].as_array().unwrap() {
        let file = served(&text(&icon["src"]));
        let sizes = text(&icon["sizes"]);
        if text(&icon["type"]) == "image/png" {
            let (width, height) = size(&file);
            assert_eq!(sizes, format!("{width}x{height}"), "{}", file.display());
        } else {
            assert_eq!(sizes, "any");
            assert!(fs::read_to_string(&file).unwrap().starts_with("<svg"));
        }
        known.push((sizes, text(&icon["purpose"])));
    }
    // What browsers want for an app that can be installed.
    for (sizes, purpose) in [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ] {
        let wanted = (sizes.to_owned(), purpose.to_owned());
        assert!(known.contains(&wanted), "{wanted:?}");
    }
    for member in [
        "id",
        "name",
        "short_name",
        "start_url",
        "scope",
        "display",
        "lang",
    ] {
        assert!(manifest[member].is_string(), "{member}");
    }
}

#[test]
fn the_pictures_that_the_page_names_have_their_sizes() {
    assert_eq!(size(&served("/icon-180.png")), (180, 180));
    let content = |property: &str| {
        let found = values(&format!("property=\"{property}\""), "content");
        found.into_iter().next().unwrap()
    };
    let (width, height) = size(&served(content("og:image")));
    assert_eq!((width, height), (1200, 630));
    assert_eq!(content("og:image:width"), width.to_string());
    assert_eq!(content("og:image:height"), height.to_string());
}

/// The colours around the page are those of the page, in both schemes and while the app starts.
#[test]
fn the_browser_is_told_the_page_s_own_colours() {
    let (dark, light) = TOKENS.split_once("@media").unwrap();
    let theme = |scheme: &str| {
        let media = format!("media=\"(prefers-color-scheme: {scheme})\"");
        values(&media, "content").into_iter().next().unwrap()
    };
    assert_eq!(theme("dark"), token(dark, "page"));
    assert_eq!(theme("light"), token(light, "page"));
    let manifest: Value = serde_json::from_str(MANIFEST).unwrap();
    assert_eq!(manifest["theme_color"], token(dark, "page"));
    assert_eq!(manifest["background_color"], token(dark, "page"));
}

/// The script asks for a page's part before the app is there to say which one that is.
#[test]
fn the_boot_script_knows_the_part_of_each_page() {
    let (_, table) = BOOT.split_once("const PARTS = {\n").unwrap();
    let (table, _) = table.split_once("\n};").unwrap();
    let table: Vec<(&str, &str)> = table
        .lines()
        .map(|line| {
            line.trim()
                .trim_end_matches("\",")
                .split_once(": \"")
                .unwrap()
        })
        .collect();
    assert!(BOOT.contains(r#"step.startsWith("@") ? "people" : PARTS[step]"#));
    // What is for those who are signed in is in no page's part, but has a name too.
    assert!(BOOT.contains(r#"known && "members""#));
    assert!(BOOT.contains("globalThis.isKnown = isKnown;"));
    assert!(include_str!("../src/parts.rs").contains("wasm_split(members, "));
    let paths = [
        "/",
        "/nowhere",
        "/@ann",
        "/@ann/status/1",
        "/signin/callback",
        "/settings/password",
        "/messages/@worf",
        "/messages/new/@worf",
        "/search?q=a",
    ];
    let steps = table.iter().map(|(step, _)| format!("/{step}"));
    for path in paths.into_iter().map(str::to_owned).chain(steps) {
        let step = path[1..].split(['/', '?']).next().unwrap();
        let named = match step.starts_with('@') {
            true => Some("people"),
            false => table
                .iter()
                .find(|(known, _)| *known == step)
                .map(|(_, part)| *part),
        };
        let part = Part::of(&Route::parse(&path)).map(|part| format!("{part:?}").to_lowercase());
        assert_eq!(named, part.as_deref(), "{path}");
    }
}

/// A selector like `* + *` or `li + li` has the browser look again at everything in a long list whenever something comes.
#[test]
fn selectors_name_the_siblings_that_they_are_about() {
    let mut rules = 0;
    for entry in fs::read_dir(root().join("static")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "css") {
            continue;
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let Some(selector) = line.strip_suffix(['{', ',']) else {
                continue;
            };
            rules += 1;
            let mut parts = selector.split_whitespace().peekable();
            while let Some(part) = parts.next() {
                let next = parts.peek().copied().unwrap_or_default();
                assert!(
                    !matches!(part, "+" | "~") || next.contains(['.', '#', '[', ':']),
                    "{}: {line}",
                    path.display()
                );
            }
        }
    }
    assert!(rules > 200, "{rules}");
}
