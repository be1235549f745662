//! What each feature of the crate adds to a page.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{FOLDER, PACKAGE};
use crate::{
    failure::{Failure, Result},
    progress,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

const TOOLS: &[Tool] = &[Tool::Wasm32, Tool::WasmBindgen, Tool::WasmOpt];
/// The page that uses what features there are, and the one that uses none.
const PAGE: &str = "size";
const BARE_PAGE: &str = "size_base";
/// How the README's table begins.
const HEAD: &str = "| | kB of WASM | kB compressed |";
/// What the crate may weigh at most without any feature, compressed, in bytes: a sixth above what it does.
const BUDGET: u64 = 74_000;

/// A row of the table.
struct Row {
    title: &'static str,
    features: &'static str,
    example: &'static str,
}

const fn row(title: &'static str, features: &'static str) -> Row {
    Row {
        title,
        features,
        example: PAGE,
    }
}

/// The first is what the others add to.
const ROWS: &[Row] = &[
    Row {
        title: "(always)",
        features: "browser",
        example: BARE_PAGE,
    },
    row("`account`", "browser,account"),
    row("`mfa`", "browser,mfa"),
    row("`devices`", "browser,devices"),
    row("`choice`", "browser,choice"),
    row("`passkeys`, with `choice`", "browser,passkeys"),
    row("`custom`", "browser,custom"),
    row("`resume`", "browser,resume"),
    row("`oauth`", "browser,oauth"),
    row("all of them", "browser,full"),
    Row {
        title: "all of them, but not used",
        features: "browser,full",
        example: BARE_PAGE,
    },
];

/// Bytes of a page's WASM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    wasm: u64,
    compressed: u64,
}

/// Prints the table; `--write` puts it into the crate's README as well. Fails when the crate alone is too heavy.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let write = match arguments {
        [] => false,
        [flag] if flag == "--write" => true,
        _ => {
            return Err(Failure::new(
                "`cargo xtask features-size` takes --write or nothing.",
            ));
        }
    };
    let compressor = Compressor::find()?;
    let tools = Tools::prepare(workspace, TOOLS)?;
    tools.require(TOOLS)?;
    workspace::require_space(&workspace.target, 1000)?;
    let mut sizes = Vec::new();
    for row in ROWS {
        sizes.push(weigh(workspace, &tools, compressor, row)?);
    }
    let table = table(&sizes);
    progress::print(&table);
    if write {
        let path = workspace.root.join(FOLDER).join("README.md");
        let readme =
            fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
        let readme = with_table(&readme, &table).ok_or_else(|| {
            Failure::new(format!(
                "{FOLDER}/README.md has no table that begins `{HEAD}`."
            ))
        })?;
        workspace::write(&path, &readme)?;
    }
    let base = sizes.first().map_or(0, |size| size.compressed);
    if base > BUDGET {
        return Err(Failure::new(format!(
            "Without any feature a page weighs {base} bytes compressed, more than {BUDGET}."
        )));
    }
    Ok(())
}

fn weigh(workspace: &Workspace, tools: &Tools, compressor: Compressor, row: &Row) -> Result<Size> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let label = format!("weighing {}", row.title);
    let target = workspace.target.join("features-size");
    let mut build = tools.wasm_command("cargo");
    build
        .args([
            "build",
            "--release",
            "--package",
            PACKAGE,
            "--target",
            TARGET,
        ])
        .args(["--example", row.example, "--features", row.features])
        .env("CARGO_TARGET_DIR", &target);
    progress::run(&label, &mut build)?;
    let out = target.join("page");
    let mut bind = tools.command("wasm-bindgen");
    bind.arg(target.join(format!("{TARGET}/release/examples/{}.wasm", row.example)))
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&out);
    progress::run(&label, &mut bind)?;
    let small = out.join("small.wasm");
    let mut shrink = tools.command("wasm-opt");
    shrink
        .arg("-Oz")
        .arg(out.join(format!("{}_bg.wasm", row.example)))
        .arg("-o")
        .arg(&small);
    progress::run(&label, &mut shrink)?;
    let packed = compressor.compress(&label, &small)?;
    let bytes = |path: &Path| {
        let data = fs::metadata(path).map_err(|error| Failure::file("read", path, &error));
        data.map(|data| data.len())
    };
    Ok(Size {
        wasm: bytes(&small)?,
        compressed: bytes(&packed)?,
    })
}

/// What compresses by Brotli, at quality 11.
#[derive(Clone, Copy, Debug)]
enum Compressor {
    Brotli,
    Node,
}

impl Compressor {
    fn find() -> Result<Self> {
        [("brotli", Self::Brotli), ("node", Self::Node)]
            .into_iter()
            .find(|(program, _)| workspace::on_path(program).is_some())
            .map(|(_, compressor)| compressor)
            .ok_or_else(|| {
                Failure::new(
                    "This needs `brotli` or Node.js to compress: install one, then run again.",
                )
            })
    }

    fn compress(self, label: &str, file: &Path) -> Result<PathBuf> {
        let packed = file.with_extension("wasm.br");
        let mut command = match self {
            Self::Brotli => {
                let mut brotli = Command::new("brotli");
                brotli.args(["--force", "--quality=11", "--lgwin=22", "--output"]);
                brotli.arg(&packed).arg(file);
                brotli
            }
            Self::Node => {
                let mut node = Command::new("node");
                // Node's own choice is quality 11 and a window of 22 bits.
                node.arg("--eval").arg(
                    "const fs = require('fs'), [from, to] = process.argv.slice(-2); \
                     fs.writeFileSync(to, require('zlib').brotliCompressSync(fs.readFileSync(from)))",
                );
                node.arg(file).arg(&packed);
                node
            }
        };
        progress::run(label, &mut command)?;
        Ok(packed)
    }
}

fn table(sizes: &[Size]) -> String {
    let kb = |bytes: u64| format!("{}.{}", bytes / 1000, bytes % 1000 / 100);
    let base = sizes.first().copied();
    let mut lines = vec![HEAD.to_owned(), "|---|---|---|".to_owned()];
    for (index, (row, size)) in ROWS.iter().zip(sizes).enumerate() {
        let base = base.filter(|_| index > 0);
        let added = |of: fn(&Size) -> u64| of(size).saturating_sub(base.as_ref().map_or(0, of));
        lines.push(format!(
            "| {} | {} | {} |",
            row.title,
            kb(added(|size| size.wasm)),
            kb(added(|size| size.compressed)),
        ));
    }
    lines.join("\n")
}

/// The README with another table.
fn with_table(readme: &str, table: &str) -> Option<String> {
    let (before, rest) = readme.split_once(HEAD)?;
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    Some(format!("{before}{table}\n\n{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_what_each_adds() {
        let sizes = [(100_000, 40_000), (110_450, 42_360), (99_000, 40_000)];
        let sizes = sizes.map(|(wasm, compressed)| Size { wasm, compressed });
        let table = table(&sizes);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[2], "| (always) | 100.0 | 40.0 |");
        assert_eq!(lines[3], "| `account` | 10.4 | 2.3 |");
        assert_eq!(lines[4], "| `mfa` | 0.0 | 0.0 |");
    }

    #[test]
    fn the_readmes_table_is_replaced() {
        let readme = format!("Text.\n\n{HEAD}\n|---|---|---|\n| old | 1.0 | 1.0 |\n\n## More\n");
        let table = format!("{HEAD}\n| new |");
        assert_eq!(
            with_table(&readme, &table).as_deref(),
            Some(format!("Text.\n\n{HEAD}\n| new |\n\n## More\n").as_str())
        );
        assert_eq!(with_table("Text.", &table), None);
    }
}
