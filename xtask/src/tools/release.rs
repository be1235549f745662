//! Ready-made programs from their makers' release pages.

use std::{env, path::Path, process::Command};

use crate::{
    failure::{Failure, Result},
    progress, workspace,
};

/// The kind of machine, as far as releases are made for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// Linux on a 64-bit Intel or AMD processor.
    LinuxX86,
    /// Linux on a 64-bit ARM processor.
    LinuxArm,
    /// macOS on an Intel processor.
    MacX86,
    /// macOS on Apple silicon.
    MacArm,
}

impl Machine {
    /// This machine.
    pub fn this() -> Option<Self> {
        match (env::consts::OS, env::consts::ARCH) {
            ("linux", "x86_64") => Some(Self::LinuxX86),
            ("linux", "aarch64") => Some(Self::LinuxArm),
            ("macos", "x86_64") => Some(Self::MacX86),
            ("macos", "aarch64") => Some(Self::MacArm),
            _ => None,
        }
    }
}

/// Downloads an archive (`.tar.gz`) and unpacks it into `folder`, without the first `strip` parts of its paths.
pub fn unpack(label: &str, url: &str, strip: u32, folder: &Path) -> Result {
    let archive = folder.join("download.tar.gz");
    let mut command = if workspace::on_path("curl").is_some() {
        let mut curl = Command::new("curl");
        curl.args([
            "--fail",
            "--silent",
            "--show-error",
            "--location",
            "--proto",
            "=https",
        ])
        .args(["--connect-timeout", "5", "--max-time", "300", "--output"])
        .arg(&archive)
        .arg(url);
        curl
    } else if workspace::on_path("wget").is_some() {
        let mut wget = Command::new("wget");
        wget.args([
            "--quiet",
            "--connect-timeout=5",
            "--tries=1",
            "--output-document",
        ])
        .arg(&archive)
        .arg(url);
        wget
    } else {
        return Err(Failure::new("neither curl nor wget is installed"));
    };
    if progress::attempt(&format!("downloading {label}"), &mut command)?.is_some() {
        return Err(Failure::new(format!("{url} cannot be downloaded")));
    }
    let mut tar = Command::new("tar");
    tar.arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(folder)
        .arg(format!("--strip-components={strip}"));
    if progress::attempt(&format!("unpacking {label}"), &mut tar)?.is_some() {
        return Err(Failure::new(format!("{url} cannot be unpacked")));
    }
    std::fs::remove_file(&archive).map_err(|error| Failure::file("remove", &archive, &error))
}

/// No release is made for a machine of this kind.
pub fn none_for_this_machine() -> Failure {
    Failure::new(format!(
        "there is no release for {} on {}",
        env::consts::OS,
        env::consts::ARCH
    ))
}
