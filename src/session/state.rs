//! Who is signed in, as pages see it.

use cognito_user_pool::{Claims, Error, ErrorKind, StoredSession};

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// There is a session whose tokens have to be renewed before they are of use. Ends soon, one way or the other.
    Restoring(Person),
    /// Signed in.
    SignedIn(Person),
    /// Nobody is signed in; with the reason when a session ended in this page, until the person has read it.
    SignedOut(Option<SignedOutReason>),
}

impl SessionState {
    /// The person, while there is a session.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Restoring(person) | Self::SignedIn(person) => Some(person),
            Self::SignedOut(_) => None,
        }
    }
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedOutReason {
    /// The person signed out.
    ByChoice,
    /// The session's time was up.
    Expired,
    /// The session was ended elsewhere.
    Revoked,
    /// The backend does not take the tokens that the pool has just issued.
    NotAccepted,
    /// The account is disabled, gone or has to be put in order first.
    AccountUnavailable,
    /// The person deleted the account.
    AccountDeleted,
}

/// What happens to a session, in this tab or in another one of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// Somebody signed in, or another person did.
    SignedIn,
    /// The session ended.
    SignedOut(SignedOutReason),
    /// The tokens were renewed.
    Refreshed,
    /// The tokens could not be renewed, and the session goes on: no network, for instance.
    RefreshFailed(ErrorKind),
}

impl SignedOutReason {
    /// The reason behind a refused refresh; `None` for errors that do not end a session.
    pub(super) fn of_refused_refresh(error: &Error) -> Option<Self> {
        if !error.ends_session() {
            return None;
        }
        Some(match error.kind {
            ErrorKind::RefreshTokenRevoked
            | ErrorKind::AccessTokenRevoked
            | ErrorKind::RefreshTokenReused => Self::Revoked,
            ErrorKind::UserDisabled
            | ErrorKind::UserNotFound
            | ErrorKind::UserNotConfirmed
            | ErrorKind::PasswordResetRequired => Self::AccountUnavailable,
            _ => Self::Expired,
        })
    }
}

/// The person who is signed in, by the claims of the ID token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user's name in the pool: an id, not for display.
    pub username: String,
    /// `name`
    pub name: Option<String>,
    /// `preferred_username`: what follows the `@`.
    pub handle: Option<String>,
    /// `email`
    pub email: Option<String>,
}

impl Person {
    pub(super) fn of(session: &StoredSession) -> Self {
        let claims = session.id_token.as_ref().and_then(Claims::of_id_token);
        let text = |claim| {
            claims
                .as_ref()?
                .text(claim)
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned)
        };
        Self {
            username: session.username.clone(),
            name: text("name"),
            handle: text("preferred_username"),
            email: text("email"),
        }
    }

    /// What to call the person: the name, or else the handle, the e-mail address, the pool's name for them.
    pub fn display_name(&self) -> &str {
        [&self.name, &self.handle, &self.email]
            .into_iter()
            .find_map(Option::as_deref)
            .unwrap_or(&self.username)
    }
}
