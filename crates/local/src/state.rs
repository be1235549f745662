//! What survives a restart: one JSON file, made of sections that each have one owner.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where the state is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateFile {
    /// Only in memory: it ends with the process.
    Ephemeral,
    /// In this file, which is made when it is not there.
    At(PathBuf),
}

/// Why the state could not be read or kept.
#[derive(Debug)]
pub enum StateError {
    /// The file is there but is not what this program wrote.
    Corrupt {
        /// The state file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process is using the file.
    InUse(PathBuf),
    /// The state was closed: nothing is changed any more.
    Closed(PathBuf),
    /// The file could not be read or written.
    Io {
        /// The state file.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt { file, reason } => write!(
                f,
                "the state file {} is damaged ({reason}); delete it to start afresh",
                file.display()
            ),
            Self::InUse(file) => write!(
                f,
                "the state file {} is in use by another cruddur-local; stop that one, or name another file with --state",
                file.display()
            ),
            Self::Closed(file) => write!(f, "the state file {} is closed", file.display()),
            Self::Io { file, error } => write!(
                f,
                "the state file {} cannot be used: {error}; name another one with --state, or run with --ephemeral",
                file.display()
            ),
        }
    }
}

impl std::error::Error for StateError {}

/// The state of the whole stack.
///
/// A section is any serde type with a default. It is read and changed under one lock, and a change is on disk before
/// [`State::update`] returns.
pub struct State {
    file: Option<PathBuf>,
    /// Held until the state is closed: a second process must not write the same file.
    lock: Mutex<Option<File>>,
    sections: Mutex<BTreeMap<String, Section>>,
}

struct Section {
    /// What is on disk, or would be.
    json: Value,
    /// The owner's type, once it has been asked for.
    value: Option<Box<dyn Any + Send>>,
}

/// The file as a whole.
#[derive(Serialize, Deserialize)]
struct Document<S> {
    /// Tells a state file from other JSON, and one layout from another.
    format: String,
    sections: BTreeMap<String, S>,
}

const FORMAT: &str = "cruddur-local/1";

impl State {
    /// Opens the state, or begins an empty one.
    ///
    /// # Errors
    /// When the file is damaged, in use or not accessible.
    pub fn open(file: &StateFile) -> Result<Self, StateError> {
        let StateFile::At(path) = file else {
            return Ok(Self {
                file: None,
                lock: Mutex::default(),
                sections: Mutex::default(),
            });
        };
        let lock = lock(path)?;
        let sections = match fs::read(path) {
            Ok(bytes) => parse(path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(io_error(path, error)),
        };
        Ok(Self {
            file: Some(path.clone()),
            lock: Mutex::new(Some(lock)),
            sections: Mutex::new(sections),
        })
    }

    /// Makes sure that section `name` is a `T`. Each owner calls this at start, so that a damaged file is found then.
    ///
    /// # Errors
    /// [`StateError::Corrupt`] when the file holds something else under that name.
    pub fn prepare<T>(&self, name: &str) -> Result<(), StateError>
    where
        T: Default + Serialize + DeserializeOwned + Send + 'static,
    {
        let mut sections = self.lock();
        let section = sections.entry(name.to_owned()).or_insert_with(Section::new);
        match section.typed::<T>() {
            Ok(_) => Ok(()),
            Err(error) => Err(StateError::Corrupt {
                file: self.file.clone().unwrap_or_default(),
                reason: format!("{name}: {error}"),
            }),
        }
    }

    /// Answers a question about section `name`, which is `T::default()` until it has been changed.
    pub fn read<T, R>(&self, name: &str, question: impl FnOnce(&T) -> R) -> R
    where
        T: Default + Serialize + DeserializeOwned + Send + 'static,
    {
        let mut sections = self.lock();
        let section = sections.entry(name.to_owned()).or_insert_with(Section::new);
        match section.typed::<T>() {
            Ok(value) => question(value),
            Err(_) => question(&T::default()),
        }
    }

    /// Changes section `name`. When this returns, the change is on disk.
    ///
    /// # Errors
    /// When the file could not be written; the change has then not happened.
    pub fn update<T, R>(
        &self,
        name: &str,
        change: impl FnOnce(&mut T) -> R,
    ) -> Result<R, StateError>
    where
        T: Default + Serialize + DeserializeOwned + Send + 'static,
    {
        let mut sections = self.lock();
        let section = sections.entry(name.to_owned()).or_insert_with(Section::new);
        let corrupt = |error: serde_json::Error| StateError::Corrupt {
            file: self.file.clone().unwrap_or_default(),
            reason: format!("{name}: {error}"),
        };
        let value = section.typed::<T>().map_err(corrupt)?;
        let result = change(value);
        let Some(file) = &self.file else {
            return Ok(result);
        };
        let lock = held(&self.lock);
        if lock.is_none() {
            section.value = None;
            return Err(StateError::Closed(file.clone()));
        }
        let json = serde_json::to_value(&*value).map_err(corrupt)?;
        let before = std::mem::replace(&mut section.json, json);
        if section.json == before {
            return Ok(result);
        }
        if let Err(error) = write(file, &sections) {
            if let Some(section) = sections.get_mut(name) {
                section.json = before;
                section.value = None;
            }
            return Err(io_error(file, error));
        }
        Ok(result)
    }

    /// Lets go of the file, which another process may use from now on. A connection that outlives its server can change
    /// nothing after this; what it changed before is on disk.
    pub fn close(&self) {
        *held(&self.lock) = None;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Section>> {
        held(&self.sections)
    }
}

/// A thread that panicked with the lock in hand has changed nothing that is on disk.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Section {
    fn new() -> Self {
        Self {
            json: Value::Null,
            value: None,
        }
    }

    fn typed<T>(&mut self) -> Result<&mut T, serde_json::Error>
    where
        T: Default + DeserializeOwned + Send + 'static,
    {
        let value = match self.value.take() {
            Some(value) if value.is::<T>() => value,
            _ if self.json.is_null() => Box::new(T::default()),
            _ => Box::new(T::deserialize(&self.json)?),
        };
        self.value
            .insert(value)
            .downcast_mut()
            .ok_or_else(|| serde_json::Error::custom("two types for one section"))
    }
}

fn io_error(file: &Path, error: io::Error) -> StateError {
    StateError::Io {
        file: file.to_owned(),
        error,
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<BTreeMap<String, Section>, StateError> {
    let corrupt = |reason: String| StateError::Corrupt {
        file: path.to_owned(),
        reason,
    };
    let document: Document<Value> =
        serde_json::from_slice(bytes).map_err(|error| corrupt(error.to_string()))?;
    if document.format != FORMAT {
        return Err(corrupt(format!("its format is not {FORMAT}")));
    }
    let section = |json| Section { json, value: None };
    let sections = document.sections.into_iter();
    Ok(sections.map(|(name, json)| (name, section(json))).collect())
}

/// Takes the file's lock, which the system lets go of when the process ends in whatever way.
fn lock(path: &Path) -> Result<File, StateError> {
    let error = |error| io_error(path, error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(error)?;
    }
    let lock = private()
        .truncate(false)
        .open(beside(path, "lock"))
        .map_err(error)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse(path.to_owned())),
        Err(TryLockError::Error(cause)) => Err(error(cause)),
    }
}

/// Writes a new file and puts it in the old one's place, so that there is a whole file at any moment.
fn write(path: &Path, sections: &BTreeMap<String, Section>) -> io::Result<()> {
    let document = Document {
        format: FORMAT.to_owned(),
        sections: sections
            .iter()
            .filter(|(_, section)| !section.json.is_null())
            .map(|(name, section)| (name.clone(), &section.json))
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&document)?;
    bytes.push(b'\n');
    let fresh = beside(path, "new");
    let mut file = private().truncate(true).open(&fresh)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        && let Ok(folder) = File::open(folder)
    {
        // Makes the new name durable. Not every file system can; the file itself is whole either way.
        let _ = folder.sync_all();
    }
    Ok(())
}

/// The state holds signing keys: it is for its owner's eyes.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
