//! Debian's packages: installed where that takes root's rights, or only unpacked into a folder, which takes none.

use std::{
    path::Path,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    failure::{self, Failure, Result},
    process, progress, workspace,
};

/// apt works for one at a time.
static APT: Mutex<()> = Mutex::new(());

fn lock() -> MutexGuard<'static, ()> {
    APT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this is a system of Debian's kind.
pub fn is_here() -> bool {
    workspace::on_path("apt-get").is_some() && workspace::on_path("dpkg-deb").is_some()
}

/// `apt-get` with the rights to change the system: as root, or by a sudo that asks nothing.
fn with_rights() -> Option<Command> {
    let mut apt = if nix::unistd::geteuid().is_root() {
        Command::new("apt-get")
    } else if process::output(Command::new("sudo").args(["-n", "true"])).is_ok() {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        sudo
    } else {
        return None;
    };
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-q", "-y"]);
    Some(apt)
}

/// Whether packages can be installed for the whole system.
pub fn may_install() -> bool {
    is_here() && with_rights().is_some()
}

/// Installs packages for the whole system.
pub fn install(label: &str, packages: &[&str]) -> Result {
    let _one = lock();
    refresh_if_unknown(packages)?;
    let Some(mut apt) = with_rights() else {
        return Err(no_rights(packages));
    };
    apt.args(["install", "--no-install-recommends"])
        .args(packages);
    match progress::attempt(&format!("installing {label}"), &mut apt)? {
        None => Ok(()),
        Some(output) => Err(refused(packages, &output)),
    }
}

fn no_rights(packages: &[&str]) -> Failure {
    Failure::new(format!(
        "run `sudo apt-get install {}`, then again this.",
        packages.join(" ")
    ))
}

fn refused(packages: &[&str], output: &str) -> Failure {
    failure::cause(output).unwrap_or_else(|| {
        let why = output
            .lines()
            .rev()
            .find(|line| line.starts_with("E: "))
            .unwrap_or("no word why");
        Failure::new(format!(
            "apt-get cannot install {}: {why}",
            packages.join(", ")
        ))
    })
}

/// A fresh system knows no packages until it is told to look.
fn refresh_if_unknown(packages: &[&str]) -> Result {
    if simulate(packages).is_ok() {
        return Ok(());
    }
    let Some(mut apt) = with_rights() else {
        return Ok(());
    };
    match progress::attempt("reading Debian's list of packages", apt.arg("update"))? {
        None => Ok(()),
        Some(output) => Err(refused(packages, &output)),
    }
}

fn simulate(packages: &[&str]) -> std::result::Result<Vec<String>, Failure> {
    let mut apt = Command::new("apt-get");
    apt.args(["-q", "-s", "install", "--no-install-recommends"])
        .args(packages);
    process::output(&mut apt).map(|plan| to_install(&plan))
}

/// The packages that a simulated installation would install.
fn to_install(plan: &str) -> Vec<String> {
    plan.lines()
        .filter_map(|line| line.strip_prefix("Inst ")?.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// Unpacks these packages, and what they need that the system lacks, below `folder`. Nothing is installed.
pub fn unpack(label: &str, packages: &[&str], folder: &Path) -> Result {
    let _one = lock();
    refresh_if_unknown(packages)?;
    let needed =
        simulate(packages).map_err(|failure| refused(packages, &format!("E: {failure}")))?;
    let archives = folder.join("archives");
    workspace::create_dir(&archives)?;
    if !needed.is_empty() {
        let mut apt = Command::new("apt-get");
        apt.args(["-q", "download"])
            .args(&needed)
            .current_dir(&archives);
        if let Some(output) = progress::attempt(&format!("downloading {label}"), &mut apt)? {
            return Err(refused(packages, &output));
        }
    }
    let shown = progress::show(&format!("unpacking {label}"));
    let entries = archives
        .read_dir()
        .map_err(|error| Failure::file("read", &archives, &error))?;
    for archive in entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "deb"))
    {
        process::output(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(folder))?;
    }
    drop(shown);
    workspace::remove_dir(&archives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_plan_of_an_installation() {
        let plan = "Reading package lists...\nInst libllvm22 (1:22.1 Debian:12 [amd64])\n\
                    Inst rustc-web [1.95] (1.96.0 Debian-Security:12 [amd64]) []\nConf libllvm22 (1:22.1 Debian:12 [amd64])\n";
        assert_eq!(to_install(plan), ["libllvm22", "rustc-web"]);
    }
}
