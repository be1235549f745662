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
    local, process, progress, serve,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// The folders of `bench/peers` that are a site each.
const PEERS: [&str; 4] = ["plain", "ui", "feed", "identity"];

/// The runner's steps that measure no site.
const OF_NO_SITE: [&str; 2] = ["dev", "pool"];

/// What the arguments ask for.
struct Wanted {
    /// A site that is built already.
    dist: Option<PathBuf>,
    /// Whether any step measures sites.
    sites: bool,
    /// Whether the step about working on the app is among them.
    dev: bool,
    /// What the runner is told as it is.
    rest: Vec<String>,
}

/// Builds everything, and hands over to the runner.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let wanted = read(arguments)?;
    let mut needs = vec![Tool::Browser];
    if wanted.sites && wanted.dist.is_none() {
        needs.extend(dist::TOOLS);
    }
    if wanted.dev {
        needs.extend(serve::TOOLS);
    }
    workspace::require_space(&workspace.target, 3000)?;
    let tools = Tools::prepare(workspace, &needs)?;
    tools.require(&needs)?;
    let site = match wanted.dist {
        None if wanted.sites => {
            dist::build(workspace, &tools)?;
            Some(workspace.root.join("dist"))
        }
        site => site,
    };
    let peers = match wanted.sites {
        true => Some(peers(workspace)?),
        false => None,
    };
    let _ = local::build(workspace)?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--package", "bench-runner"])
        .current_dir(&workspace.root);
    progress::run("building the runner", &mut cargo)?;

    let browser = tools.browser()?;
    let output = workspace.root.join("target/bench");
    // Its step `dev` builds for the browser.
    let mut runner = tools.wasm_command(&workspace.programs.join("bench-runner").to_string_lossy());
    runner
        .arg("--tree")
        .arg(&workspace.root)
        .arg("--output")
        .arg(&output)
        .arg("--local")
        .arg(workspace.programs.join("cruddur-local"))
        .args(wanted.rest)
        .env("CHROMIUM", &browser.chromium)
        .env("CHROMEDRIVER", &browser.driver)
        .current_dir(&workspace.root);
    if let Some(site) = site {
        runner.arg("--dist").arg(site);
    }
    match peers {
        Some(Guest::Here(peers)) => {
            runner.arg("--peers").arg(peers);
        }
        Some(Guest::Missing(why)) => progress::say(&format!("Without the peers: {why}.")),
        None => {}
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
        sites: false,
        dev: false,
        rest: Vec::new(),
    };
    let mut steps = 0;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument != "--dist" {
            if !argument.starts_with("--") {
                steps += 1;
                wanted.sites |= !OF_NO_SITE.contains(&argument.as_str());
                wanted.dev |= argument == "dev";
            }
            wanted.rest.push(argument.clone());
            continue;
        }
        let folder = arguments.next().map(PathBuf::from);
        wanted.dist =
            Some(folder.ok_or_else(|| Failure::new("--dist needs a folder.".to_owned()))?);
    }
    wanted.sites |= steps == 0;
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
