//! The parts of the app that a first visit can do without.
//!
//! In a release (feature `split`) each is a WASM module of its own, which is loaded when a page of it is first wanted. While
//! the app is worked on and tested all of it is one module, and every part is there from the start.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::thread::LocalKey;

use futures_util::future::join;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{ForMembers, for_members};
use crate::config::ConfigProblem;
use crate::pages::{
    CallbackPage, ConfirmPage, ForgotPage, MessagesPage, NotificationsPage, ProfilePage,
    SearchPage, SettingsPage, SignInPage, SignUpPage, StatusPage, faults,
};
use crate::router::{Gate, Route};
use crate::session::{RENEW, Renew, Session};

/// A part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Signing in and up, and what belongs to it.
    Account,
    /// The settings.
    Settings,
    /// Profiles, single cruds, notifications, search.
    People,
    /// Messages.
    Messages,
}

/// A part could not be loaded: no connection, or another release is there by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

/// Shows a route's page. Routes of other parts show nothing.
type Render = fn(Route) -> Html;

impl Part {
    /// The part that the route's page is in; `None` for what is always there.
    pub fn of(route: &Route) -> Option<Self> {
        match route {
            Route::Home | Route::NotFound => None,
            Route::SignIn { .. }
            | Route::SwitchAccount { .. }
            | Route::SignInCallback
            | Route::SignUp { .. }
            | Route::Confirm { .. }
            | Route::Forgot { .. } => Some(Self::Account),
            Route::Settings { .. } => Some(Self::Settings),
            Route::Profile { .. }
            | Route::Status { .. }
            | Route::Notifications
            | Route::Search { .. } => Some(Self::People),
            Route::Messages
            | Route::Conversation { .. }
            | Route::MessageGroup { .. }
            | Route::NewConversation { .. } => Some(Self::Messages),
        }
    }

    fn loaded(self) -> &'static LocalKey<Cell<Option<Render>>> {
        thread_local! {
            static ACCOUNT: Cell<Option<Render>> = const { Cell::new(None) };
            static SETTINGS: Cell<Option<Render>> = const { Cell::new(None) };
            static PEOPLE: Cell<Option<Render>> = const { Cell::new(None) };
            static MESSAGES: Cell<Option<Render>> = const { Cell::new(None) };
        }
        match self {
            Self::Account => &ACCOUNT,
            Self::Settings => &SETTINGS,
            Self::People => &PEOPLE,
            Self::Messages => &MESSAGES,
        }
    }

    /// What shows the part's pages, if it is there.
    #[cfg(feature = "split")]
    pub fn render(self) -> Option<Render> {
        self.loaded().get()
    }

    /// What shows the part's pages: it is always there.
    #[cfg(not(feature = "split"))]
    pub fn render(self) -> Option<Render> {
        if self.loaded().get().is_none() {
            let part = match self {
                Self::Account => account(),
                Self::Settings => settings(),
                Self::People => people(),
                Self::Messages => messages(),
            };
            self.loaded().set(part.ok());
        }
        self.loaded().get()
    }

    /// Loads the part, once.
    ///
    /// # Errors
    /// When it cannot be loaded. Asking again tries again.
    #[cfg(feature = "split")]
    pub async fn load(self) -> Result<(), NotLoaded> {
        if self.loaded().get().is_none() {
            let render = match self {
                Self::Account => account().await?,
                Self::Settings => settings().await?,
                Self::People => people().await?,
                Self::Messages => messages().await?,
            };
            self.loaded().set(Some(render));
        }
        Ok(())
    }

    /// Loads the part: it is always there.
    ///
    /// # Errors
    /// None.
    #[cfg(not(feature = "split"))]
    pub async fn load(self) -> Result<(), NotLoaded> {
        self.render().map(|_| ()).ok_or(NotLoaded)
    }
}

/// Loads what the route's page needs.
///
/// # Errors
/// When it cannot be loaded.
pub async fn load(route: &Route) -> Result<(), NotLoaded> {
    match Part::of(route) {
        Some(part) => part.load().await,
        None => Ok(()),
    }
}

/// Has the router wait for the part that a page is in, and with somebody who is signed in for theirs.
pub fn gate() -> Gate {
    Gate {
        is_open: |session, route| {
            !Members::awaited(session) && Part::of(route).is_none_or(|part| part.render().is_some())
        },
        open: |session, route| {
            Box::pin(async move {
                let members = async {
                    if Members::awaited(&session) {
                        let _ = Members::load().await;
                    }
                };
                // Without it the page says so.
                let _ = join(load(&route), members).await;
            })
        },
    }
}

/// What only those who are signed in need on pages that everybody has.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    /// Shows what belongs in a place.
    pub show: fn(ForMembers) -> Html,
    /// Renews a session's tokens.
    pub renew: Renew,
}

/// How far the part for those who are signed in is.
#[derive(Clone, Copy)]
enum Having {
    /// It has not been asked for, or no answer is there yet.
    Nothing,
    /// It could not be loaded.
    Failure,
    /// It is there.
    All(Members),
}

thread_local! {
    static MEMBERS: Cell<Having> = const { Cell::new(Having::Nothing) };
}

impl Members {
    /// The part, if it is there.
    pub fn get() -> Option<Self> {
        #[cfg(not(feature = "split"))]
        MEMBERS.set(members().map_or(Having::Failure, Having::All));
        match MEMBERS.get() {
            Having::All(members) => Some(members),
            _ => None,
        }
    }

    /// Whether it could not be loaded when it was asked for last.
    pub fn failed() -> bool {
        matches!(MEMBERS.get(), Having::Failure)
    }

    /// Whether somebody is signed in for whom it has to come yet. A page does not wait for it anew once it failed.
    fn awaited(session: &Session) -> bool {
        session.state().person().is_some() && Self::get().is_none() && !Self::failed()
    }

    /// Loads it, once.
    ///
    /// # Errors
    /// When it cannot be loaded. Asking again tries again.
    pub async fn load() -> Result<Self, NotLoaded> {
        if let Some(members) = Self::get() {
            return Ok(members);
        }
        #[cfg(feature = "split")]
        let loaded = members().await;
        #[cfg(not(feature = "split"))]
        let loaded = members();
        MEMBERS.set(match loaded {
            Ok(members) => Having::All(members),
            Err(NotLoaded) => Having::Failure,
        });
        loaded
    }

    /// What renews a session's tokens, once it is there.
    pub fn renewer() -> Pin<Box<dyn Future<Output = Option<Renew>>>> {
        Box::pin(async { Self::load().await.ok().map(|members| members.renew) })
    }

    /// Begins to load it: somebody is about to be signed in. The page after that waits for it, also if it failed before.
    pub fn prepare() {
        Self::ask_again();
        spawn_local(async {
            // Whoever needs it asks again.
            let _ = Self::load().await;
        });
    }

    /// The next page waits for it once more.
    pub fn ask_again() {
        if Self::failed() {
            MEMBERS.set(Having::Nothing);
        }
    }
}

/// Says what is wrong with a configuration.
pub type ConfigFaults = fn(&ConfigProblem) -> Html;

thread_local! {
    static CONFIG_FAULTS: Cell<Option<ConfigFaults>> = const { Cell::new(None) };
}

/// What says what is wrong with a configuration, if it is there.
pub fn config_faults() -> Option<ConfigFaults> {
    #[cfg(not(feature = "split"))]
    CONFIG_FAULTS.set(setup().ok());
    CONFIG_FAULTS.get()
}

/// Loads what says what is wrong with a configuration.
pub async fn load_config_faults() {
    #[cfg(feature = "split")]
    if config_faults().is_none() {
        // Without it the page says less.
        CONFIG_FAULTS.set(setup().await.ok());
    }
}

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

// What these name, and nothing else does, goes into the part's module.

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(account, fallible))]
fn account() -> Result<Render, NotLoaded> {
    Ok(|route| match route {
        Route::SignIn { .. } | Route::SwitchAccount { .. } => html! { <SignInPage /> },
        Route::SignInCallback => html! { <CallbackPage /> },
        Route::SignUp { .. } => html! { <SignUpPage /> },
        Route::Confirm { .. } => html! { <ConfirmPage /> },
        Route::Forgot { .. } => html! { <ForgotPage /> },
        _ => Html::default(),
    })
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(settings, fallible))]
fn settings() -> Result<Render, NotLoaded> {
    Ok(|route| match route {
        Route::Settings { section } => html! { <SettingsPage {section} /> },
        _ => Html::default(),
    })
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(people, fallible))]
fn people() -> Result<Render, NotLoaded> {
    Ok(|route| match route {
        Route::Profile { handle } => html! { <ProfilePage {handle} /> },
        Route::Status { handle, uuid } => html! { <StatusPage {handle} {uuid} /> },
        Route::Notifications => html! { <NotificationsPage /> },
        Route::Search { term } => html! { <SearchPage {term} /> },
        _ => Html::default(),
    })
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(messages, fallible))]
fn messages() -> Result<Render, NotLoaded> {
    Ok(|_| html! { <MessagesPage /> })
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(members, fallible))]
fn members() -> Result<Members, NotLoaded> {
    Ok(Members {
        show: for_members,
        renew: RENEW,
    })
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(setup, fallible))]
fn setup() -> Result<ConfigFaults, NotLoaded> {
    Ok(faults)
}
