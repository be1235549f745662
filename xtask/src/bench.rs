//! Measures the app beside what people would use instead: builds both, then starts `bench/runner`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    dist,
    failure::{Failure, Result},
    interop::{self, Guest, Npm},
    local, process, progress,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// The folders of `bench/peers` that are a site each.
const PEERS: [&str; 4] = ["plain", "ui", "feed", "identity"];

/// What the arguments ask for.
struct Wanted {
    /// A site that is built already.
    dist: Option<PathBuf>,
    /// What the runner is told as it is.
    rest: Vec<String>,
}

/// Builds everything, and hands over to the runner.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let wanted = read(arguments)?;
    let mut needs = vec![Tool::Browser];
    if wanted.dist.is_none() {
        needs.extend(dist::TOOLS);
    }
    workspace::require_space(&workspace.target, 3000)?;
    let tools = Tools::prepare(workspace, &needs)?;
    tools.require(&needs)?;
    let site = match wanted.dist {
        Some(site) => site,
        None => {
            dist::build(workspace, &tools)?;
            workspace.root.join("dist")
        }
    };
    let peers = peers(workspace)?;
    let _ = local::build(workspace)?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--package", "bench-runner"])
        .current_dir(&workspace.root);
    progress::run("building the runner", &mut cargo)?;

    let browser = tools.browser()?;
    let output = workspace.root.join("target/bench");
    let mut runner = tools.command(&workspace.programs.join("bench-runner").to_string_lossy());
    runner
        .arg("--dist")
        .arg(site)
        .arg("--output")
        .arg(&output)
        .arg("--local")
        .arg(workspace.programs.join("cruddur-local"))
        .args(wanted.rest)
        .env("CHROMIUM", &browser.chromium)
        .env("CHROMEDRIVER", &browser.driver)
        .current_dir(&workspace.root);
    match peers {
        Guest::Here(peers) => {
            runner.arg("--peers").arg(peers);
        }
        Guest::Missing(why) => progress::say(&format!("Without the peers: {why}.")),
    }
    process::stop_is_normal();
    let status = process::hand_over(&mut runner)?;
    Ok(match status.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn read(arguments: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted {
        dist: None,
        rest: Vec::new(),
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument != "--dist" {
            wanted.rest.push(argument.clone());
            continue;
        }
        let folder = arguments.next().map(PathBuf::from);
        wanted.dist =
            Some(folder.ok_or_else(|| Failure::new("--dist needs a folder.".to_owned()))?);
    }
    Ok(wanted)
}

/// The folder with the peers' built sites.
fn peers(workspace: &Workspace) -> Result<Guest> {
    let source = workspace.root.join("bench/peers");
    let npm = Npm {
        source: &source,
        folder: "bench-npm",
        what: "the peers",
        for_all_platforms: false,
    };
    let folder = match interop::npm_packages(workspace, &npm)? {
        Guest::Here(folder) => folder,
        missing => return Ok(missing),
    };
    copy(
        &source.join("vite.config.js"),
        &folder.join("vite.config.js"),
    )?;
    for part in PEERS.into_iter().chain(["shared"]) {
        let to = folder.join(part);
        workspace::remove_dir(&to)?;
        workspace::create_dir(&to)?;
        let from = source.join(part);
        let entries = fs::read_dir(&from).map_err(|error| Failure::file("read", &from, &error))?;
        for entry in entries.flatten() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    for peer in PEERS {
        let mut vite = Command::new(folder.join("node_modules/.bin/vite"));
        vite.args(["build", "--logLevel", "warn"])
            .env("PEER", peer)
            .current_dir(&folder);
        progress::run(&format!("building the peer {peer}"), &mut vite)?;
    }
    Ok(Guest::Here(folder.join("dist")))
}

fn copy(from: &Path, to: &Path) -> Result {
    match fs::copy(from, to) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::file("copy", from, &error)),
    }
}
