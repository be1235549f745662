//! How long somebody waits who works on the app: for a build, and for the page after an edit.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::time::sleep;

use crate::Result;
use crate::browser::Browser;
use crate::options::Options;
use crate::report::{Section, Table};
use crate::stats::{median, whole};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(1800);
/// How often it is looked whether the page has changed.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// What belongs to the tree that no build reads.
const LEFT_OUT: [&str; 5] = [".git", "target", "dist", "node_modules", "screens"];
/// A page that needs neither pool nor backend, and the file that has its heading.
const PAGE: &str = "/no/such/page";
const TEXTS: &str = "src/text/shell.rs";
const HEADING: &str = "Page not found";
const STYLES: &str = "static/feed.css";

/// A copy of the tree, with a build folder of its own.
struct Tree {
    root: PathBuf,
    work: PathBuf,
}

/// Builds a copy of the tree from nothing, and edits it under the eyes of a browser.
pub async fn measure(options: &Options) -> Result<Section> {
    let source = options.tree.as_ref().ok_or("no --tree")?;
    let tree = Tree::new(source, &options.output)?;
    let edits = options.times(5, 2);
    let mut rows = Vec::new();

    tree.run(tree.command("cargo").args(["fetch", "--locked"]))
        .await?;
    for name in [
        "build from nothing, dependencies downloaded",
        "build when nothing has changed",
    ] {
        let begun = Instant::now();
        tree.run(&mut tree.trunk("build")).await?;
        rows.push((name, vec![begun.elapsed().as_secs_f64()]));
    }

    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let begun = Instant::now();
    let mut serve = tree.trunk("serve");
    serve
        .args(["--address", "127.0.0.1", "--port", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut server = serve.spawn()?;
    let browser = Browser::start().await?;
    let url = format!("http://127.0.0.1:{port}{PAGE}");
    while browser.open(&url).await.is_err() {
        if begun.elapsed() > PATIENCE || server.try_wait()?.is_some() {
            return Err("trunk serve brings no page".into());
        }
        sleep(LOOK_AGAIN).await;
    }
    let heading = "document.querySelector('h1')?.textContent";
    seen(&browser, heading, HEADING).await?;
    rows.push((
        "`trunk serve` to the page, nothing changed",
        vec![begun.elapsed().as_secs_f64()],
    ));

    let (mut rust, mut css) = (Vec::new(), Vec::new());
    for edit in 1..=edits {
        let text = format!("{HEADING} {edit}");
        let begun = tree.edit(TEXTS, |source| {
            let (before, after) = source.split_once(HEADING)?;
            let (_, after) = after.split_once('"')?;
            Some(format!("{before}{text}\"{after}"))
        })?;
        seen(&browser, heading, &text).await?;
        rust.push(begun.elapsed().as_secs_f64());

        let begun = tree.edit(STYLES, |source| {
            Some(format!("{source}\n:root {{ --edit: {edit} }}\n"))
        })?;
        let edited = "getComputedStyle(document.documentElement).getPropertyValue('--edit').trim()";
        seen(&browser, edited, &edit.to_string()).await?;
        css.push(begun.elapsed().as_secs_f64());
    }
    rows.push(("a text in a Rust file, saved until seen", rust));
    rows.push(("a style sheet, saved until seen", css));
    browser.close().await?;
    server.kill().await?;

    let mut section = Section::new(
        "Local development",
        &format!(
            "Seconds; the medians of {edits} edits (lowest–highest). The debug build by Trunk of a copy of the tree, in a \
             folder of its own; an edit is seen when the page that `trunk serve` refreshes shows it in the browser. The \
             module that it loads has {} kB.",
            whole(tree.module()? as f64 / 1000.0)
        ),
    );
    let mut table = Table::new(&["what", "seconds"]);
    for (name, values) in rows {
        table.row(vec![name.to_owned(), seconds(&values)]);
    }
    section.tables.push(table);
    // What is built anew each time is of no use to anybody.
    fs::remove_dir_all(&tree.work)?;
    Ok(section)
}

fn seconds(values: &[f64]) -> String {
    let middle = median(values).unwrap_or_default();
    if values.len() < 2 {
        return format!("{middle:.1}");
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{middle:.1} ({low:.1}–{high:.1})")
}

/// Waits until an expression in the page has that value.
async fn seen(browser: &Browser, expression: &str, wanted: &str) -> Result<()> {
    let begun = Instant::now();
    // While the page is loaded anew there is nobody to ask.
    while browser
        .value(expression)
        .await
        .ok()
        .as_ref()
        .and_then(|value| value.as_str())
        != Some(wanted)
    {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{wanted} is not seen").into());
        }
        sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

impl Tree {
    fn new(source: &Path, output: &Path) -> Result<Self> {
        let work = output.join("dev");
        if work.exists() {
            fs::remove_dir_all(&work)?;
        }
        let root = work.join("tree");
        copy(source, &root)?;
        Ok(Self { root, work })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.work.join("target"))
            .env("TRUNK_SKIP_VERSION_CHECK", "true");
        command
    }

    fn trunk(&self, action: &str) -> Command {
        let mut trunk = self.command("trunk");
        trunk.args([action, "--dist"]).arg(self.work.join("dist"));
        trunk
    }

    /// Runs a command to its end. What it says is shown only if it fails.
    async fn run(&self, command: &mut Command) -> Result<()> {
        let output = command.output().await?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }

    /// Changes a file, and tells when it was saved.
    fn edit(&self, file: &str, change: impl FnOnce(&str) -> Option<String>) -> Result<Instant> {
        let path = self.root.join(file);
        let source = fs::read_to_string(&path)?;
        let changed = change(&source).ok_or_else(|| format!("{file} has another form"))?;
        let now = Instant::now();
        fs::write(&path, changed)?;
        Ok(now)
    }

    /// The bytes of the module that the page loads.
    fn module(&self) -> Result<u64> {
        let mut bytes = 0;
        for entry in fs::read_dir(self.work.join("dist"))? {
            let entry = entry?;
            if entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "wasm")
            {
                bytes += entry.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
