//! The colours of `static/tokens.css` meet WCAG 2.2 AA, in both schemes.
#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../static/tokens.css");

/// The colours of one scheme, by name without `--color-`.
type Palette = BTreeMap<String, [u8; 3]>;

fn palette(css: &str) -> Palette {
    css.lines()
        .filter_map(|line| line.trim().strip_prefix("--color-"))
        .filter_map(|line| line.trim_end_matches(';').split_once(": #"))
        .map(|(name, hex)| {
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            (name.to_owned(), [byte(0), byte(2), byte(4)])
        })
        .collect()
}

fn schemes() -> [(&'static str, Palette); 2] {
    let (dark, light) = TOKENS.split_once("@media").unwrap();
    [("dark", palette(dark)), ("light", palette(light))]
}

/// Relative luminance, by WCAG 2.2.
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |byte: u8| {
        let value = f64::from(byte) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn check(foregrounds: &[&str], backgrounds: &[&str], least: f64) {
    for (scheme, palette) in schemes() {
        for foreground in foregrounds {
            for background in backgrounds {
                let ratio = contrast(palette[*foreground], palette[*background]);
                assert!(
                    ratio >= least,
                    "{scheme}: {foreground} on {background} has {ratio:.2}:1"
                );
            }
        }
    }
}

#[test]
fn contrast_is_computed_as_in_the_standard() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast([0x77; 3], [255; 3]) - 4.48).abs() < 0.01);
}

#[test]
fn both_schemes_have_the_same_colours() {
    let [(_, dark), (_, light)] = schemes();
    assert!(dark.len() > 20);
    assert!(dark.keys().eq(light.keys()));
}

#[test]
fn texts_can_be_read() {
    let grounds = ["page", "surface", "raised", "field", "accent-soft"];
    check(
        &[
            "text",
            "text-muted",
            "accent-text",
            "danger-text",
            "success-text",
        ],
        &grounds,
        4.5,
    );
    check(&["on-accent"], &["accent", "accent-hover"], 4.5);
    check(&["on-brand"], &["brand"], 4.5);
    check(&["text", "danger-text"], &["danger-soft"], 4.5);
    check(&["text", "success-text"], &["success-soft"], 4.5);
    check(
        &["text", "notice-text", "accent-text"],
        &["notice-soft"],
        4.5,
    );
}

#[test]
fn controls_and_the_focus_can_be_seen() {
    let grounds = ["page", "surface", "raised", "field"];
    check(&["control-line"], &grounds, 3.0);
    let soft = ["accent-soft", "danger-soft", "success-soft", "notice-soft"];
    check(&["focus"], &grounds, 3.0);
    check(&["focus"], &soft, 3.0);
    check(&["focus-on-brand"], &["brand"], 3.0);
    for meaning in ["danger", "success", "notice"] {
        let (line, soft) = (format!("{meaning}-line"), format!("{meaning}-soft"));
        check(&[&line], &["page", "surface", &soft], 3.0);
    }
}
