//! The files to deploy.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    failure::{Failure, Result},
    progress,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// What a release build needs.
pub const TOOLS: &[Tool] = &[Tool::Wasm32, Tool::Trunk, Tool::WasmBindgen, Tool::WasmOpt];

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
    progress::run("building the app for release", &mut trunk)?;
    // Trunk leaves its lock behind.
    let _ = fs::remove_file(part.join(".trunk-lock"));
    name_by_content(&part)?;
    let dist = workspace.root.join("dist");
    workspace::rename(&part, &dist)?;
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

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
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

/// The parts of a name before and after Trunk's hash: `-` and 16 hexadecimal digits.
fn split_at_hash(name: &str) -> Option<(&str, &str)> {
    const DIGITS: usize = 16;
    name.match_indices('-')
        .map(|(dash, _)| dash + 1)
        .find_map(|start| {
            let (hash, end) = name.get(start..)?.split_at_checked(DIGITS)?;
            let is_hash = hash
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            (is_hash && end.starts_with(['.', '_'])).then(|| (&name[..start], end))
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
        for plain in [
            "index.html",
            "boot.js",
            "icon-192.png",
            "a-1abd9a96d728887.js",
            "a-1ABD9A96D7288873.js",
        ] {
            assert_eq!(split_at_hash(plain), None, "{plain}");
        }
    }

    /// A folder that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn with(name: &str, files: &[(&str, &[u8])]) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            for (name, bytes) in files {
                fs::write(folder.join(name), bytes).unwrap();
            }
            Self(folder)
        }

        fn names(&self) -> Vec<String> {
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
