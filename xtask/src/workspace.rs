//! Where things are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::failure::{Failure, Result};

/// The workspace's folders.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The repository's root.
    pub root: PathBuf,
    /// Where cargo puts the programs of the host build (`…/debug`).
    pub programs: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Where tools are kept (`target/tools`).
    pub tools: PathBuf,
}

impl Workspace {
    /// The workspace that this program was built from.
    pub fn find() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = manifest.parent().unwrap_or(manifest).to_path_buf();
        let program = env::current_exe()
            .map_err(|error| Failure::new(format!("Could not find xtask's own path: {error}.")))?;
        // Whatever sets cargo's target folder (environment, configuration), this program lies in it.
        let programs = program.parent().unwrap_or(&root).to_path_buf();
        let target = programs.parent().unwrap_or(&root).to_path_buf();
        let tools = root.join("target/tools");
        Ok(Self {
            root,
            programs,
            target,
            tools,
        })
    }

    /// The version of `package` in `Cargo.lock`.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.root.join("Cargo.lock");
        let lock =
            fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
        locked_version(&lock, package).ok_or_else(|| {
            Failure::new(format!(
                "Cargo.lock names no {package}: run `cargo update -p {package}`."
            ))
        })
    }
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

/// Creates a folder and those above it.
pub fn create_dir(path: &Path) -> Result {
    fs::create_dir_all(path).map_err(|error| Failure::file("create", path, &error))
}

/// Writes a file.
pub fn write(path: &Path, text: &str) -> Result {
    fs::write(path, text).map_err(|error| Failure::file("write", path, &error))
}

/// Removes a folder and all in it, if it is there.
pub fn remove_dir(path: &Path) -> Result {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::file("remove", path, &error))
        }
        _ => Ok(()),
    }
}

/// Removes a file, if it is there.
pub fn remove_file(path: &Path) -> Result {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::file("remove", path, &error))
        }
        _ => Ok(()),
    }
}

/// Puts `from` in place of `to`.
pub fn rename(from: &Path, to: &Path) -> Result {
    remove_dir(to)?;
    fs::rename(from, to).map_err(|error| Failure::file("move into place", to, &error))
}

/// The first program of this name on `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| is_program(path))
}

/// Whether there is a file at `path` that may be run.
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Checks that there is room for a build or an installation that may take `need` megabytes.
pub fn require_space(path: &Path, need: u64) -> Result {
    let existing = path.ancestors().find(|path| path.exists()).unwrap_or(path);
    let Ok(disk) = nix::sys::statvfs::statvfs(existing) else {
        // Some file systems don't say; a full one is then noticed when it happens.
        return Ok(());
    };
    // The width of these differs between systems.
    #[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
    let free =
        (disk.blocks_available() as u64).saturating_mul(disk.fragment_size() as u64) / 1_000_000;
    if free < need {
        return Err(Failure::new(format!(
            "Only {free} MB of disk are free at {}, and this may take {need} MB: free some room, then run again.",
            existing.display()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_locked_version_of_the_exact_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn a_disk_without_room_is_said_so() {
        assert!(require_space(Path::new("/"), 0).is_ok());
        let failure = require_space(Path::new("/no/such/folder"), u64::MAX)
            .unwrap_err()
            .to_string();
        assert!(failure.starts_with("Only "), "{failure}");
        assert!(!failure.contains('\n'));
    }
}
