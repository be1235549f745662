//! The files to deploy.

mod budget;
mod library;
mod parts;
mod profile;
mod sbom;
mod styles;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

pub use budget::{Sizes, brotli, write as write_budget};
use parts::Parts;
pub use parts::{is_stand_in, stand_in};
pub use profile::Profile;
use sha2::{Digest, Sha256};

use crate::{
    failure::{Failure, Result},
    progress,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// What a release build needs.
pub const TOOLS: &[Tool] = &[
    Tool::Wasm32,
    Tool::Trunk,
    Tool::WasmBindgen,
    Tool::WasmOpt,
    Tool::WasmSplit,
];

/// Finds the tools and builds `dist/`.
pub fn run(workspace: &Workspace) -> Result {
    let tools = Tools::prepare(workspace, TOOLS)?;
    tools.require(TOOLS)?;
    for line in build(workspace, &tools)? {
        progress::print(&line);
    }
    Ok(())
}

/// Builds `dist/` and tells its files with their sizes. The old files stay until the new ones are complete.
pub fn build(workspace: &Workspace, tools: &Tools) -> Result<Vec<String>> {
    workspace::require_space(&workspace.target, 2000)?;
    let part = workspace.root.join("target/dist");
    workspace::remove_dir(&part)?;
    workspace::create_dir(&part)?;
    let mut trunk = tools.wasm_command("trunk");
    trunk
        .args(["build", "--release", "--dist"])
        .arg(&part)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("RUST_BACKTRACE", "0");
    library::build_too(tools, &mut trunk);
    let parts = Parts::prepare(workspace, tools, &mut trunk)?;
    progress::run("building the app for release", &mut trunk)?;
    // Trunk leaves its lock behind.
    let _ = fs::remove_file(part.join(".trunk-lock"));
    name_by_content(&part)?;
    parts.finish(tools, &part)?;
    styles::join(&part)?;
    let boot = part.join("boot.js");
    let script = fs::read_to_string(&boot).map_err(|error| Failure::file("read", &boot, &error))?;
    workspace::write(&boot, &compact(&script))?;
    let dist = workspace.root.join("dist");
    workspace::rename(&part, &dist)?;
    sbom::write(workspace)?;
    Ok(files_below(&dist)?
        .iter()
        .map(|file| {
            let size = fs::metadata(file).map_or(0, |data| data.len());
            format!(
                "{size:>9}  {}",
                file.strip_prefix(&workspace.root).unwrap_or(file).display()
            )
        })
        .collect())
}

/// What the files of `dist/` come to as they are served.
pub fn sizes(workspace: &Workspace) -> Result<Sizes> {
    budget::measure(&workspace.root.join("dist"))
}

/// What is over the budget, a line each; `None` where the build is larger for a reason that is not the app's.
pub fn over_budget(
    workspace: &Workspace,
    tools: &Tools,
    sizes: &Sizes,
) -> Result<Option<Vec<String>>> {
    match library::has_source(tools) {
        true => budget::excess(workspace, sizes).map(Some),
        false => Ok(None),
    }
}

/// The profile of each module of the last build.
pub fn profiles(workspace: &Workspace) -> Result<Vec<(String, Profile)>> {
    let modules = parts::modules(workspace)?;
    let profiles = modules.into_iter().map(|(name, module)| {
        let profile = profile::profile(&module)?;
        Ok((name, profile))
    });
    profiles.collect()
}

/// A script of our own without what only its readers need: indentation, and comments on lines of their own.
fn compact(script: &str) -> String {
    let is_comment =
        |line: &&str| line.starts_with("//") || line.starts_with("/*") && line.ends_with("*/");
    let lines = script.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !is_comment(line))
        .collect();
    lines.join("\n")
}

/// All files in a folder and the folders in it, sorted.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| Failure::file("read", folder, &error))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Gives every file that Trunk named by a hash a name by the hash of what the file really holds.
///
/// Trunk takes its hash before wasm-opt and the minifier run: with another version or setting of these, the same name gets
/// other bytes, and whoever keeps the file for good (its headers say so) would keep the wrong one.
fn name_by_content(folder: &Path) -> Result {
    let files = files_below(folder)?;
    let mut renamed = BTreeMap::new();
    for file in &files {
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let Some((stem, end)) = split_at_hash(name) else {
            continue;
        };
        let bytes = fs::read(file).map_err(|error| Failure::file("read", file, &error))?;
        let new = format!("{stem}{}{end}", short_hash(&bytes));
        let to = file.with_file_name(&new);
        fs::rename(file, &to).map_err(|error| Failure::file("rename", file, &error))?;
        renamed.insert(name.to_owned(), new);
    }
    for file in files_below(folder)? {
        let bytes = fs::read(&file).map_err(|error| Failure::file("read", &file, &error))?;
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let new = renamed
            .iter()
            .fold(text.clone(), |text, (old, new)| text.replace(old, new));
        if new == text {
            continue;
        }
        if file
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| split_at_hash(name).is_some())
        {
            return Err(Failure::new(format!(
                "{} names another hashed file, so that its own hash cannot be right: name that file in index.html instead.",
                file.display()
            )));
        }
        workspace::write(&file, &new)?;
    }
    Ok(())
}

/// Whether the file's name holds the hash of its content.
pub fn is_hashed(name: &str) -> bool {
    split_at_hash(name).is_some()
}

/// The parts of a name before and after Trunk's hash: `-` and 16 hexadecimal digits, or fewer, for Trunk leaves noughts at
/// the start away.
fn split_at_hash(name: &str) -> Option<(&str, &str)> {
    const DIGITS: std::ops::RangeInclusive<usize> = 12..=16;
    name.match_indices('-')
        .map(|(dash, _)| dash + 1)
        .find_map(|start| {
            let rest = &name[start..];
            let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
            let digits = rest.bytes().take_while(|b| is_digit(*b)).count();
            let end = &rest[digits..];
            (DIGITS.contains(&digits) && end.starts_with(['.', '_'])).then(|| (&name[..start], end))
        })
}

fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_found_in_a_name() {
        assert_eq!(
            split_at_hash("app-8c28defa0b03cb06_bg.wasm"),
            Some(("app-", "_bg.wasm"))
        );
        assert_eq!(
            split_at_hash("cruddur-web-1abd9a96d7288873.js"),
            Some(("cruddur-web-", ".js"))
        );
        assert_eq!(
            split_at_hash("cruddur-web-aa4eb4dc126b80d.js"),
            Some(("cruddur-web-", ".js"))
        );
        for plain in [
            "index.html",
            "boot.js",
            "icon-192.png",
            "a-1abd9a96d72.js",
            "a-1abd9a96d72888731.js",
            "a-1ABD9A96D7288873.js",
        ] {
            assert_eq!(split_at_hash(plain), None, "{plain}");
        }
    }

    /// A folder that goes with the test.
    pub(super) struct Folder(pub(super) PathBuf);

    impl Folder {
        pub(super) fn with(name: &str, files: &[(&str, &[u8])]) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            for (name, bytes) in files {
                fs::write(folder.join(name), bytes).unwrap();
            }
            Self(folder)
        }

        pub(super) fn names(&self) -> Vec<String> {
            let files = files_below(&self.0).unwrap();
            files
                .iter()
                .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
                .collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn scripts_go_without_what_is_for_readers() {
        let script = "// Why.\nconst a = {\n  // How.\n  url: \"//b\", // what\n};\n/* c */\n\n";
        assert_eq!(compact(script), "const a = {\nurl: \"//b\", // what\n};");
    }

    #[test]
    fn other_bytes_under_the_same_name_get_another_name() {
        let page = b"<script src=/app-1abd9a96d7288873.js data-wasm=/app-8c28defa0b03cb06_bg.wasm>";
        let build = |name, wasm: &[u8]| {
            let files: &[(&str, &[u8])] = &[
                ("app-1abd9a96d7288873.js", b"init('app_bg.wasm')"),
                ("app-8c28defa0b03cb06_bg.wasm", wasm),
                ("index.html", page),
            ];
            let folder = Folder::with(name, files);
            name_by_content(&folder.0).unwrap();
            let text = fs::read_to_string(folder.0.join("index.html")).unwrap();
            for name in folder.names().iter().filter(|name| *name != "index.html") {
                assert!(text.contains(name), "{name} in {text}");
            }
            assert!(!text.contains("8c28defa0b03cb06"), "{text}");
            folder.names()
        };
        let (one, same, other) = (
            build("one", b"\0\xff1"),
            build("same", b"\0\xff1"),
            build("other", b"\0\xff2"),
        );
        assert_eq!(one, same);
        let script = |names: &[String]| names.iter().find(|name| name.ends_with(".js")).cloned();
        assert_eq!(script(&one), script(&other), "the script is the same");
        assert_ne!(one, other);
    }

    #[test]
    fn a_hashed_file_that_names_another_is_refused() {
        let folder = Folder::with(
            "chain",
            &[
                ("a-1abd9a96d7288873.css", b"url(b-8c28defa0b03cb06.png)"),
                ("b-8c28defa0b03cb06.png", b"png"),
            ],
        );
        let failure = name_by_content(&folder.0).unwrap_err().to_string();
        assert!(failure.contains("names another hashed file"), "{failure}");
    }
}
