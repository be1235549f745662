//! The report: Markdown with tables, and a picture of bars.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Result;
use crate::options::Options;
use crate::stats::whole;

/// A table of the report.
pub struct Table {
    /// What is above it.
    pub title: Option<String>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// One without rows.
    pub fn new(head: &[&str]) -> Self {
        Self {
            title: None,
            head: head.iter().map(|&name| name.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }
}

/// Bars of one unit.
pub struct Chart {
    title: String,
    unit: &'static str,
    bars: Vec<(String, f64)>,
}

impl Chart {
    /// One without bars.
    pub fn new(title: &str, unit: &'static str) -> Self {
        Self {
            title: title.to_owned(),
            unit,
            bars: Vec::new(),
        }
    }

    /// Adds a bar.
    pub fn bar(&mut self, name: &str, value: f64) {
        self.bars.push((name.to_owned(), value));
    }
}

/// What a step found.
pub struct Section {
    title: String,
    text: String,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Its share of the picture.
    pub charts: Vec<Chart>,
}

impl Section {
    /// One without tables.
    pub fn new(title: &str, text: &str) -> Self {
        Self {
            title: title.to_owned(),
            text: text.to_owned(),
            tables: Vec::new(),
            charts: Vec::new(),
        }
    }

    /// One that says why there is nothing.
    pub fn failed(step: &str, why: &str) -> Self {
        Self::new(step, &format!("Not measured: {why}"))
    }
}

/// Everything that was found.
pub struct Report {
    about: String,
    /// In their order.
    pub sections: Vec<Section>,
}

impl Report {
    /// One that says where and how it was made.
    pub fn new(options: &Options) -> Self {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor = processor
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
            .map_or("an unknown processor", |(_, name)| name);
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or("?").to_owned();
        let kind = if options.quick {
            "A quick run"
        } else {
            "A full run"
        };
        let peers = match options.peers {
            None if ["bytes", "sign-in", "start", "feed"]
                .iter()
                .any(|step| options.wants(step)) =>
            {
                " The peers are not here: npm cannot be reached."
            }
            _ => "",
        };
        Self {
            about: format!(
                "{kind} on {cores} cores of {processor}, load {load} at its start, headless Chromium.{peers}"
            ),
            sections: Vec::new(),
        }
    }

    /// Writes `report.md` and `chart.svg`.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("report.md"), self.markdown())?;
        fs::write(folder.join("chart.svg"), self.svg())?;
        Ok(())
    }

    fn markdown(&self) -> String {
        let mut text = format!(
            "# Performance\n\n{}\n\n![Bars of the main figures](chart.svg)\n",
            self.about
        );
        for section in &self.sections {
            let _ = write!(text, "\n## {}\n\n{}\n", section.title, section.text);
            for table in &section.tables {
                if let Some(title) = &table.title {
                    let _ = write!(text, "\n{title}:\n");
                }
                let _ = write!(text, "\n| {} |\n|", table.head.join(" | "));
                for column in 0..table.head.len() {
                    text.push_str(if column == 0 { " --- |" } else { " ---: |" });
                }
                text.push('\n');
                for row in &table.rows {
                    let _ = writeln!(text, "| {} |", row.join(" | "));
                }
            }
        }
        text
    }

    fn svg(&self) -> String {
        const WIDTH: f64 = 900.0;
        const NAMES: f64 = 330.0;
        const LINE: f64 = 24.0;
        let mut body = String::new();
        let mut y = 10.0;
        for chart in self.sections.iter().flat_map(|section| &section.charts) {
            y += LINE;
            let _ = writeln!(
                body,
                "<text class=\"title\" x=\"10\" y=\"{y}\">{} ({})</text>",
                escaped(&chart.title),
                chart.unit
            );
            y += 8.0;
            let most = chart
                .bars
                .iter()
                .map(|(_, value)| *value)
                .fold(f64::MIN_POSITIVE, f64::max);
            for (name, value) in &chart.bars {
                let width = (value / most * (WIDTH - NAMES - 110.0)).max(1.0);
                let class = if name.starts_with("ours") {
                    "ours"
                } else {
                    "peer"
                };
                let number = if *value < 10.0 {
                    format!("{value:.1}")
                } else {
                    whole(*value)
                };
                let _ = writeln!(
                    body,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
                     <rect class=\"{class}\" x=\"{NAMES}\" y=\"{y}\" width=\"{width:.1}\" height=\"16\" rx=\"2\"/>\
                     <text x=\"{:.1}\" y=\"{}\">{number}</text>",
                    NAMES - 8.0,
                    y + 13.0,
                    escaped(name),
                    NAMES + width + 6.0,
                    y + 13.0,
                );
                y += LINE;
            }
        }
        let height = y + 10.0;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
             <style>text{{font:13px system-ui,sans-serif;fill:#222}}.title{{font-weight:600;font-size:15px}}\
             .ours{{fill:#9500ff}}.peer{{fill:#888}}</style>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}</svg>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut section = Section::new("Bytes", "What comes.");
        let mut table = Table::new(&["site", "all"]);
        table.row(vec!["ours".to_owned(), "1".to_owned()]);
        table.title = Some("Now".to_owned());
        section.tables.push(table);
        let mut chart = Chart::new("A & B", "ms");
        chart.bar("ours", 50.0);
        chart.bar("theirs", 100.0);
        section.charts.push(chart);
        Report {
            about: "A run.".to_owned(),
            sections: vec![section],
        }
    }

    #[test]
    fn a_table_is_markdown() {
        let text = report().markdown();
        assert!(text.ends_with(
            "\n## Bytes\n\nWhat comes.\n\nNow:\n\n| site | all |\n| --- | ---: |\n| ours | 1 |\n"
        ));
    }

    #[test]
    fn bars_are_as_long_as_their_values() {
        let svg = report().svg();
        assert!(svg.contains("A &amp; B (ms)"));
        assert!(svg.contains("class=\"ours\" x=\"330\" y=\"42\" width=\"230.0\""));
        assert!(svg.contains("class=\"peer\" x=\"330\" y=\"66\" width=\"460.0\""));
    }
}
