//! Managed login: signing in on the pool's own pages or with a social provider.

pub use cognito_user_pool::oauth::IdentityProvider;
use cognito_user_pool::oauth::{
    Authorize, CallbackError, ExchangeError, ManagedLogin, PendingLogin,
};
use cognito_user_pool::{OsRandom, SignInStep, Storage as _};

use super::{Session, SignIn};

/// Where a sign-in waits while the browser is elsewhere.
const PENDING_KEY: &str = "cruddur.managed_login";
/// Says that the session was begun on the pool's pages, which know the person too until they sign out there.
const MANAGED_KEY: &str = "cruddur.managed_session";

/// Why there is no managed login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManagedLoginError {
    /// The configuration has none for this site's address.
    NotConfigured,
    /// The browser keeps nothing while it is elsewhere.
    NoStorage,
    /// Nothing was begun in this tab, or it is over already.
    NotBegun,
    /// The person, or the provider, refused.
    Denied,
    /// What came back does not belong to what was begun here.
    NotOurs,
    /// The code gave no tokens: its time was up, for instance. Trying again can help.
    Refused,
    /// The pool was not reached, or failed.
    Unreachable,
}

impl From<CallbackError> for ManagedLoginError {
    fn from(error: CallbackError) -> Self {
        match error {
            CallbackError::NotACallback => Self::NotBegun,
            CallbackError::Refused { error, .. } if error == "access_denied" => Self::Denied,
            CallbackError::Refused { .. } => Self::Refused,
            _ => Self::NotOurs,
        }
    }
}

impl From<ExchangeError> for ManagedLoginError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Transport(_) | ExchangeError::Status(_) => Self::Unreachable,
            ExchangeError::Refused { .. } | ExchangeError::InvalidResponse => Self::Refused,
            _ => Self::NotOurs,
        }
    }
}

/// The URL among `urls` that is on the page's own site.
fn own<'a>(urls: &'a [String], origin: &str) -> Option<&'a String> {
    urls.iter().find(|url| {
        let rest = url.strip_prefix(origin);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    })
}

fn origin() -> String {
    let window = web_sys::window();
    let origin = window.and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default()
}

impl Session {
    fn managed_login(&self) -> Option<ManagedLogin> {
        let options = self.0.options.managed_login.as_ref()?;
        let redirect_uri = own(&options.redirect_uris, &origin())?;
        let config = self.0.client.config();
        let login = ManagedLogin::new(config, &options.domain, redirect_uri).ok()?;
        if options.scopes.is_empty() {
            return Some(login);
        }
        let scopes: Vec<&str> = options.scopes.iter().map(String::as_str).collect();
        Some(login.with_scopes(&scopes))
    }

    /// The providers that people can sign in with on this site; empty without managed login.
    pub fn providers(&self) -> &[IdentityProvider] {
        match (&self.0.options.managed_login, self.managed_login()) {
            (Some(options), Some(_)) => &options.providers,
            _ => &[],
        }
    }

    /// Begins a managed login. Returns the URL that the browser has to go to; `next` comes back with
    /// [`finish_managed_login`](Self::finish_managed_login).
    ///
    /// # Errors
    /// [`ManagedLoginError::NotConfigured`], [`ManagedLoginError::NoStorage`].
    pub fn begin_managed_login(
        &self,
        provider: IdentityProvider,
        language: &str,
        next: Option<&str>,
    ) -> Result<String, ManagedLoginError> {
        let login = self
            .managed_login()
            .ok_or(ManagedLoginError::NotConfigured)?;
        let options = Authorize {
            provider,
            language: Some(language.to_owned()),
            ..Authorize::default()
        };
        let (url, mut pending) = login
            .authorize(&OsRandom, &options)
            .map_err(|_| ManagedLoginError::NotConfigured)?;
        next.unwrap_or_default().clone_into(&mut pending.note);
        let kept = self.0.tab.set(PENDING_KEY, &pending.save());
        kept.map_err(|_| ManagedLoginError::NoStorage)?;
        Ok(url)
    }

    /// Signs in with what is in the page's own URL, `url`. Returns the `next` that it was begun with.
    ///
    /// # Errors
    /// Why nobody is signed in.
    pub async fn finish_managed_login(
        &self,
        url: &str,
    ) -> Result<Option<String>, ManagedLoginError> {
        let login = self
            .managed_login()
            .ok_or(ManagedLoginError::NotConfigured)?;
        let saved = self.0.tab.get(PENDING_KEY);
        let pending = saved.as_deref().and_then(PendingLogin::load);
        let pending = pending.ok_or(ManagedLoginError::NotBegun)?;
        // Good for one: whatever the URL says.
        self.0.tab.remove(PENDING_KEY);
        let code = login.callback(url, &pending)?;
        let next = Some(pending.note.clone()).filter(|next| !next.is_empty());
        let tokens = self.0.client.exchange_code(&login, &code, pending).await?;
        match self.accept(SignInStep::SignedIn(tokens)) {
            Ok(SignIn::SignedIn) => {
                // Without it, signing out leaves the pool's pages signed in.
                let _ = self.0.store.storage().set(MANAGED_KEY, "1");
                Ok(next)
            }
            _ => Err(ManagedLoginError::NotOurs),
        }
    }

    /// Where the browser has to go to sign out of the pool's pages too; `None` if the session did not begin there. Asked
    /// once, by the one who signs out.
    pub(super) fn take_logout_url(&self) -> Option<String> {
        let storage = self.0.store.storage();
        storage.get(MANAGED_KEY)?;
        storage.remove(MANAGED_KEY);
        let options = self.0.options.managed_login.as_ref()?;
        let sign_out_uri = own(&options.sign_out_uris, &origin())?;
        Some(self.managed_login()?.logout_url(sign_out_uri))
    }

    pub(super) fn forget_managed(&self) {
        self.0.store.storage().remove(MANAGED_KEY);
    }

    /// Whether the session was begun on the pool's own pages: such users may have no password.
    pub fn is_managed(&self) -> bool {
        self.0.store.storage().get(MANAGED_KEY).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn a_url_of_another_site_is_not_our_own() {
        let urls = [
            "https://example.com.evil.org/",
            "https://example.com:8443/",
            "https://example.com/signed-in",
        ];
        let urls = urls.map(str::to_owned);
        let found = own(&urls, "https://example.com").unwrap();
        assert_eq!(found, "https://example.com/signed-in");
        assert_eq!(own(&urls, "https://example.org"), None);
    }
}
