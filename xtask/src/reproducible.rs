//! `cargo xtask reproducible`: whether anybody who builds a commit gets the same files.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    dist,
    failure::{Failure, Result},
    progress,
    tools::Tools,
    workspace::{self, Workspace},
};

/// Folders whose names have different lengths: a path that got into a file would show.
const COPIES: [&str; 2] = ["a", "another-place"];

/// Builds the last commit's `dist/` twice, in two folders and from nothing, and compares every byte.
pub fn run(workspace: &Workspace) -> Result {
    let tools = Tools::prepare(workspace, dist::TOOLS)?;
    tools.require(dist::TOOLS)?;
    let folder = workspace.target.join("reproducible");
    workspace::remove_dir(&folder)?;
    workspace::create_dir(&folder)?;
    let mut builds = Vec::new();
    for name in COPIES {
        builds.push(build(workspace, &folder.join(name))?);
    }
    let [one, other] = &builds[..] else {
        return Err(Failure::new("Two builds were to be made."));
    };
    let different = differences(one, other);
    if different.is_empty() {
        progress::print(&format!("{} files, the same bytes both times.", one.len()));
        return workspace::remove_dir(&folder);
    }
    Err(Failure::new(format!(
        "Two builds of one commit differ, see {}: {}.",
        folder.display(),
        different.join(", ")
    )))
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn build(workspace: &Workspace, copy: &Path) -> Result<Files> {
    let mut clone = Command::new("git");
    clone
        .args(["clone", "--quiet", "--no-hardlinks"])
        .arg(&workspace.root)
        .arg(copy);
    progress::run("copying the last commit", &mut clone)?;
    let target = copy.join("target");
    workspace::create_dir(&target)?;
    symlink(&workspace.tools, target.join("tools"))
        .map_err(|error| Failure::file("create the link", &target, &error))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["xtask", "dist"])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", &target);
    progress::run("building it", &mut build)?;
    let dist = copy.join("dist");
    let mut files = Files::new();
    for file in dist::files_below(&dist)? {
        let bytes = fs::read(&file).map_err(|error| Failure::file("read", &file, &error))?;
        let name = file.strip_prefix(&dist).unwrap_or(&file);
        files.insert(name.to_path_buf(), bytes);
    }
    Ok(files)
}

/// The files that are not the same in both.
fn differences(one: &Files, other: &Files) -> Vec<String> {
    let mut names: Vec<_> = one.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| one.get(*name) != other.get(*name));
    names
        .iter()
        .map(|name| name.display().to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_differs_or_is_missing_is_named() {
        let files = |files: &[(&str, &str)]| -> Files {
            let files = files
                .iter()
                .map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec()));
            files.collect()
        };
        let one = files(&[("a", "1"), ("b", "1"), ("c", "1")]);
        assert_eq!(differences(&one, &one), [""; 0]);
        let other = files(&[("a", "1"), ("b", "2"), ("d", "1")]);
        assert_eq!(differences(&one, &other), ["b", "c", "d"]);
    }
}
