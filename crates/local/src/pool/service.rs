//! The user pools as a running service.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::challenges::Challenges;
use super::errors::Error;
use super::keys::{KeyError, PoolKeys, StoredKeys};
use super::managed::Managed;
use super::model::{SECTION, Store};
use super::seed;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::mail::Mailbox;
use crate::options::USER_POOL_ID;
use crate::state::{State, StateError};

/// What the user pools work with.
pub struct PoolOptions {
    /// The time they go by.
    pub clock: Arc<Clock>,
    /// Where they are kept.
    pub state: Arc<State>,
    /// Failures that a test asked for.
    pub faults: Arc<Faults>,
    /// Whether each mail is also printed on standard output.
    pub print_mail: bool,
    /// Whether the state outlives the process. If not, the pools of one process share their signing keys: making
    /// them takes longer than most tests.
    pub lasting: bool,
    /// Whether a new pool lets people set up all there is, or only what the journal's pool has.
    pub everything: bool,
    /// Where the app can be: the own client's managed login comes back to all of these.
    pub origins: Vec<String>,
}

/// Every user pool of the stack.
pub struct UserPools {
    pub(super) clock: Arc<Clock>,
    pub(super) state: Arc<State>,
    pub(super) faults: Arc<Faults>,
    pub(super) challenges: Challenges,
    pub(super) managed: Managed,
    pub(super) origins: Vec<String>,
    print_mail: bool,
    /// Parsed keys, by pool id.
    keys: Mutex<HashMap<String, Arc<PoolKeys>>>,
    own_keys: Arc<PoolKeys>,
}

/// Why the user pools did not open.
#[derive(Debug)]
pub enum OpenError {
    /// The state cannot be read or written.
    State(StateError),
    /// A signing key is none, or could not be made.
    Key(KeyError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<StateError> for OpenError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl UserPools {
    /// Reads the pools of the state; the first time, makes the pool, its client and the seed user.
    ///
    /// # Errors
    /// When the state or a key cannot be used.
    pub fn open(options: PoolOptions) -> Result<Self, OpenError> {
        let PoolOptions {
            clock,
            state,
            faults,
            print_mail,
            lasting,
            everything,
            origins,
        } = options;
        state.prepare::<Store>(SECTION)?;
        if state.read(SECTION, |store: &Store| store.pools.is_empty()) {
            let keys = if lasting {
                StoredKeys::generate()?
            } else {
                shared_keys()?
            };
            let pool = seed::pool(keys, everything, clock.now_ms())?;
            state.update(SECTION, |store: &mut Store| {
                store.pools.insert(pool.id.clone(), pool);
            })?;
        }
        let keys = state.read(SECTION, |store: &Store| {
            let keys = store.pools.values().map(|pool| {
                let keys = PoolKeys::new(&pool.keys)?;
                Ok((pool.id.clone(), Arc::new(keys)))
            });
            keys.collect::<Result<HashMap<_, _>, KeyError>>()
        })?;
        let own_keys = keys
            .get(USER_POOL_ID)
            .cloned()
            .ok_or_else(|| KeyError::missing(USER_POOL_ID))?;
        Ok(Self {
            clock,
            state,
            faults,
            print_mail,
            challenges: Challenges::default(),
            managed: Managed::default(),
            origins,
            keys: Mutex::new(keys),
            own_keys,
        })
    }

    /// The keys of the stack's own pool.
    pub fn keys(&self) -> Arc<PoolKeys> {
        Arc::clone(&self.own_keys)
    }

    /// The keys of pool `id`, if there is one.
    pub(super) fn keys_of(&self, id: &str) -> Option<Arc<PoolKeys>> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(id).cloned()
    }

    /// Makes known the keys of a pool that has just been made.
    pub(super) fn add_keys(&self, id: &str, keys: PoolKeys) {
        let mut all = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(id.to_owned(), Arc::new(keys));
    }

    /// Forgets the keys of a pool that is gone.
    pub(super) fn remove_keys(&self, id: &str) {
        let mut all = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(id);
    }

    /// Answers a question about the pools.
    pub(super) fn read<R>(
        &self,
        question: impl FnOnce(&Store) -> Result<R, Error>,
    ) -> Result<R, Error> {
        self.state.read(SECTION, question)
    }

    /// Changes the pools. What a refused change has done up to then stays: counted failures, above all.
    pub(super) fn update<R>(
        &self,
        change: impl FnOnce(&mut Store) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let (result, sent) = self.state.update(SECTION, |store: &mut Store| {
            let result = change(store);
            (result, std::mem::take(&mut store.sent))
        })?;
        if self.print_mail {
            for mail in sent {
                println!("{mail}");
            }
        }
        result
    }

    /// The people of the stack's own pool.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::new(Directory {
            state: Arc::clone(&self.state),
        })
    }

    /// The mails that the pools sent.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::new(Arc::clone(&self.state))
    }
}

/// One pair of keys for every pool of this process that does not last.
fn shared_keys() -> Result<StoredKeys, KeyError> {
    static KEYS: OnceLock<StoredKeys> = OnceLock::new();
    if let Some(keys) = KEYS.get() {
        return Ok(keys.clone());
    }
    let keys = StoredKeys::generate()?;
    Ok(KEYS.get_or_init(|| keys).clone())
}

/// The people of the stack's own pool.
pub struct Directory {
    state: Arc<State>,
}

/// What others get to see of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The attribute `name`.
    pub name: Option<String>,
    /// The attribute `preferred_username`.
    pub preferred_username: Option<String>,
}

impl Directory {
    /// The person whose `sub` this is.
    pub fn user_by_sub(&self, sub: &str) -> Option<Profile> {
        self.state.read(SECTION, |store: &Store| {
            let user = store.pools.get(USER_POOL_ID)?.users.get(sub)?;
            let attribute = |name| user.attribute(name).map(str::to_owned);
            Some(Profile {
                name: attribute("name"),
                preferred_username: attribute("preferred_username"),
            })
        })
    }

    /// The person with that `preferred_username`, and their `sub`.
    pub fn user_by_handle(&self, handle: &str) -> Option<(String, Profile)> {
        let sub = self.state.read(SECTION, |store: &Store| {
            let users = &store.pools.get(USER_POOL_ID)?.users;
            let mut named = users
                .iter()
                .filter(|(_, user)| user.attribute("preferred_username") == Some(handle));
            named.next().map(|(sub, _)| sub.clone())
        })?;
        let profile = self.user_by_sub(&sub)?;
        Some((sub, profile))
    }
}
