//! nginx, with the module that hands out what is compressed by brotli.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    apt,
    program::{self, Program},
};
use crate::{
    failure::{Failure, Result},
    process,
    workspace::{self, Workspace},
};

const FOLDER: &str = "nginx";
const PROGRAM: &str = "usr/sbin/nginx";
/// Where the module is, as seen from the program.
const BROTLI: &str = "../lib/nginx/modules/ngx_http_brotli_static_module.so";
const PACKAGES: &[&str] = &["nginx", "libnginx-mod-http-brotli-static"];

/// nginx as it was unpacked here, or the system's.
pub fn find(workspace: &Workspace) -> Option<Program> {
    let system = [
        workspace::on_path("nginx"),
        Some(PathBuf::from("/").join(PROGRAM)),
    ];
    std::iter::once(workspace.tools.join(FOLDER).join(PROGRAM))
        .chain(system.into_iter().flatten())
        .filter(|path| workspace::is_program(path) && has_brotli(path))
        .find_map(|path| {
            Some(Program {
                version: version_of(&path)?,
                path,
                folder: None,
            })
        })
}

fn has_brotli(program: &Path) -> bool {
    let folder = program.parent();
    folder.is_some_and(|folder| folder.join(BROTLI).exists())
}

/// Like most of its words, this one goes to its standard error.
fn version_of(program: &Path) -> Option<String> {
    let mut ask = Command::new("sh");
    ask.args(["-c", r#""$0" -v 2>&1"#]).arg(program);
    let said = process::output(&mut ask).ok()?;
    Some(said.trim().rsplit_once('/')?.1.to_owned())
}

/// Unpacks Debian's nginx. It is not installed: an installed one would begin to serve port 80.
pub fn install(workspace: &Workspace) -> Result<Program> {
    if !apt::is_here() {
        return Err(Failure::new("install nginx and its brotli module."));
    }
    program::place_if(workspace, FOLDER, |part| {
        apt::unpack("nginx", PACKAGES, part)?;
        match version_of(&part.join(PROGRAM)) {
            Some(_) => Ok(()),
            None => Err(Failure::new("Debian's nginx does not run on this machine.")),
        }
    })?;
    find(workspace).ok_or_else(|| program::vanished("nginx"))
}
