//! Strings that must not be shown.

use alloc::string::String;
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

/// An app client's secret, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    pub(crate) fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// Declares a type for a text that is wiped from memory when dropped and that `Debug` does not show.
macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Wraps a token.
            pub fn new(token: impl Into<String>) -> Self {
                Self(Zeroizing::new(token.into()))
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
#[cfg(feature = "mfa")]
token!(
    /// The secret of an authenticator app (TOTP, [RFC 6238](https://www.rfc-editor.org/rfc/rfc6238)), base32.
    TotpSecret
);
#[cfg(feature = "mfa")]
impl TotpSecret {
    /// The URI that authenticator apps read off a QR code:
    /// [`otpauth://totp/…`](https://github.com/google/google-authenticator/wiki/Key-Uri-Format). `issuer` is the
    /// product's name, `account` the user's. As secret as the secret: not for a link or a log.
    ///
    /// ```
    /// let secret = cognito_user_pool::TotpSecret::new("JBSWY3DPEHPK3PXP");
    /// assert_eq!(
    ///     *secret.otpauth_uri("Ann & Co", "ann@example.com"),
    ///     "otpauth://totp/Ann%20%26%20Co:ann%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Ann%20%26%20Co"
    /// );
    /// ```
    pub fn otpauth_uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        use crate::percent::push_encoded;
        // One allocation: what a string leaves behind when it grows is not wiped.
        let capacity = 64 + 6 * issuer.len() + 3 * (account.len() + self.0.len());
        let mut uri = Zeroizing::new(String::with_capacity(capacity));
        uri.push_str("otpauth://totp/");
        push_encoded(&mut uri, issuer);
        uri.push(':');
        push_encoded(&mut uri, account);
        uri.push_str("?secret=");
        push_encoded(&mut uri, &self.0);
        uri.push_str("&issuer=");
        push_encoded(&mut uri, issuer);
        uri
    }
}

#[cfg(feature = "devices")]
token!(
    /// What a remembered device proves itself by: drawn by chance, never typed.
    DevicePassword
);
