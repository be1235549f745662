//! Figures of several runs.

/// The middle one, or the mean of the two in the middle; `None` of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => sorted.get(middle).copied(),
        _ => Some((sorted.get(middle - 1)? + sorted.get(middle)?) / 2.0),
    }
}

/// Milliseconds as a table shows them: the median, with the lowest and highest where there are several.
pub fn ms(values: &[f64]) -> String {
    let Some(middle) = median(values) else {
        return "–".to_owned();
    };
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let digits = usize::from(middle < 10.0);
    if values.len() < 2 {
        return format!("{middle:.digits$}");
    }
    format!("{middle:.digits$} ({low:.digits$}–{high:.digits$})")
}

/// A whole number with its thousands set apart.
pub fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let grouped: Vec<String> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    let sign = if value <= -0.5 { "-" } else { "" };
    format!("{sign}{}", grouped.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), Some(3.0));
    }

    #[test]
    fn figures_are_shown_with_their_range() {
        assert_eq!(ms(&[]), "–");
        assert_eq!(ms(&[12.34]), "12");
        assert_eq!(ms(&[1.26, 3.0, 2.04]), "2.0 (1.3–3.0)");
    }

    #[test]
    fn thousands_are_set_apart() {
        for (value, shown) in [
            (0.0, "0"),
            (999.4, "999"),
            (1000.0, "1,000"),
            (-12345678.0, "-12,345,678"),
        ] {
            assert_eq!(whole(value), shown);
        }
    }
}
