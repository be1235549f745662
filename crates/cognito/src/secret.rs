//! Strings that must not be shown.

use core::fmt;

use zeroize::Zeroizing;

/// A password, wiped from memory when dropped. Neither `Debug` nor anything else shows it.
///
/// Copies that the platform makes on the way (an input field, a JavaScript string) are out of its reach.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password as it was typed: it is neither trimmed nor normalised.
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Wraps a token.
            pub fn new(token: impl Into<String>) -> Self {
                Self(token.into())
            }

            /// The token itself, to be sent or stored, never shown.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

token!(
    /// An access token (JWT): what the pool's own operations and the application's backend take.
    AccessToken
);
token!(
    /// An ID token (JWT): who the person is. For the client itself, not for a backend.
    IdToken
);
token!(
    /// A refresh token (opaque): what new access and ID tokens are got with.
    RefreshToken
);
token!(
    /// The `Session` of a pending challenge (opaque), valid for the app client's `AuthSessionValidity`.
    ChallengeSession
);
