//! A client for [Amazon Cognito user pools](https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html):
//! the whole of what an application may do with one, for WASM and native programs.
//!
//! It speaks the pool's JSON API directly, as the AWS Amplify client does. With SRP the password never leaves the device:
//! sign-in [proves knowledge of it](srp), in constant time.
//!
//! # Signing in
//!
//! ```no_run
//! # use cognito_user_pool::{Client, Clock, Config, Error, Password, SignInStep, Transport};
//! # async fn example(transport: impl Transport, clock: impl Clock) -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new("us-east-1_AbCdEfGhI", "1h57kf5cpq17m0eml12EXAMPLE")?;
//! let client = Client::new(config, transport, clock);
//! let password = Password::new("correct horse battery staple".to_owned());
//! match client.sign_in("ann@example.com", &password, None).await? {
//!     SignInStep::SignedIn(tokens) => println!("expires in {:?} seconds", tokens.expires_in),
//!     SignInStep::NewPasswordRequired(challenge) => {
//!         println!("a new password and {:?}", challenge.required_attributes);
//!     }
//!     step => println!("no answer to {:?}", step.challenge_name()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A sign-in is a state machine: it starts with a [`SignIn`], and each answer comes to a [`SignInStep`] with exactly what
//! the next answer needs, up to [`SignInStep::SignedIn`]. An app that shows a screen per variant is complete.
//!
//! | To sign in | start with | with an example | feature |
//! |---|---|---|---|
//! | with a password that stays on the device (`USER_SRP_AUTH`) | [`SignIn::srp`] | above | |
//! | with a password that the pool has to see (`USER_PASSWORD_AUTH`) | [`SignIn::plain_password`] | [there](SignIn::plain_password) | |
//! | by challenges of the pool's triggers (`CUSTOM_AUTH`) | [`SignIn::custom`], [`SignIn::custom_after_srp`] | [there](SignIn::custom) | `custom` |
//! | by whatever the user has (`USER_AUTH`) | [`SignIn::choice`], [`SignIn::choice_of`] | [there](SignIn::choice) | `choice` |
//! | with a passkey | [`Choice::WebAuthn`] | [there](Client::answer_web_authn) | `passkeys` |
//! | right after a sign-up, without another code | [`SignIn::after_sign_up`] | [there](SignIn::after_sign_up) | `choice` |
//! | on the pool's pages or with a social provider | [`oauth::ManagedLogin`] | [there](oauth) | `oauth` |
//!
//! | On the way in | see | feature |
//! |---|---|---|
//! | a temporary password is replaced | [`Client::set_new_password`] | |
//! | a second factor is shown, chosen, set up | [`Client::answer_code`], [`Client::answer_software_token`], [`Client::select_mfa`], [`Client::set_up_software_token`], [`Client::set_up_email`] | `mfa` |
//! | a remembered device stands in for it | [`SignIn::devices`], [`Client::confirm_device`] | `devices` |
//! | the page is reloaded | [`Client::save`], [`Client::resume`] | `resume` |
//!
//! # Everything else
//!
//! The other operations are types of [`operation`], sent by [`Client::call`].
//!
//! | To | with an example | feature |
//! |---|---|---|
//! | sign up, confirm, have another code | [there](operation::SignUp), [without a password](operation::PasswordlessSignUp) | |
//! | replace a forgotten password | [there](operation::ConfirmForgotPassword) | |
//! | renew tokens | [there](operation::GetTokensFromRefreshToken) | |
//! | sign out, here or everywhere | [there](operation::RevokeToken) | |
//! | read who is signed in | [there](operation::GetUser) | |
//! | change attributes and prove new addresses | [there](operation::UpdateUserAttributes) | `account` |
//! | change the password, or set a first one | [there](operation::ChangePassword) | `account` |
//! | set up an authenticator app, say which factor comes first | [there](operation::SetUserMfaPreference) | `mfa` |
//! | list and forget devices | [there](Client::devices) | `devices` |
//! | make passkeys, list and delete them | [there](operation::StartWebAuthnRegistration), [there](Client::passkeys) | `passkeys` |
//! | give data to the pool's triggers | [there](operation::With) | |
//! | use an app client with a secret | [there](Config::with_client_secret) | |
//!
//! Tokens are renewed by [`operation::GetTokensFromRefreshToken`], kept in Amplify's layout by a [`TokenStore`], and read
//! by [`AccessClaims`] and [`IdClaims`], which **do not verify** them: that is the business of who accepts a token.
//!
//! # Surroundings
//!
//! Everything outside is a trait: [`Transport`], [`Clock`], [`Random`], [`Storage`]. With the feature `browser` there are
//! implementations over `fetch`, the browser's timers and localStorage; `examples/sign_in` has native ones in a few
//! lines.
//!
//! # Errors
//!
//! [`Error`] has one [`ErrorKind`] per meaning, where the service has one code for many. Requests are repeated only where
//! that is safe and can help; [`Client::call`] says when.
//!
//! # Features
//!
//! None is on by default, which leaves sign-up, recovery, sign-in by password, refresh and sign-out. `full` is all of them
//! but `browser`. What a feature is not there for costs nothing.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The tables above name what is only there with its feature.
#![cfg_attr(
    not(all(feature = "full", feature = "browser")),
    allow(rustdoc::broken_intra_doc_links)
)]

extern crate alloc;
// For the tests' threads and panics.
#[cfg(test)]
extern crate std;

#[cfg(feature = "browser")]
mod browser;
mod claims;
mod client;
mod config;
mod date;
mod error;
mod json;
#[cfg(feature = "oauth")]
pub mod oauth;
pub mod operation;
#[cfg(any(feature = "devices", feature = "passkeys"))]
mod paging;
#[cfg(any(feature = "mfa", feature = "oauth"))]
mod percent;
mod platform;
mod secret;
mod sign_in;
pub mod srp;
mod store;
mod transport;

#[cfg(feature = "browser")]
pub use browser::{BrowserClock, BrowserTransport, LocalStorage, SessionStorage};
pub use claims::{AccessClaims, Claims, IdClaims, Identity};
pub use client::Client;
pub use config::{Config, ConfigError};
pub use error::{Error, ErrorKind, PasswordPolicyViolation};
pub use operation::{CodeDelivery, DeliveryMedium, FirstFactor, MfaKind, Tokens};
pub use platform::{Clock, MemoryStorage, OsRandom, Random, RandomError, Storage, StorageError};
#[cfg(feature = "devices")]
pub use secret::DevicePassword;
#[cfg(feature = "mfa")]
pub use secret::TotpSecret;
pub use secret::{AccessToken, ChallengeSession, IdToken, Password, RefreshToken};
#[cfg(any(feature = "mfa", feature = "choice"))]
pub use sign_in::CodeSent;
#[cfg(feature = "custom")]
pub use sign_in::CustomChallenge;
#[cfg(feature = "resume")]
pub use sign_in::ResumeError;
#[cfg(feature = "passkeys")]
pub use sign_in::WebAuthnChallenge;
#[cfg(feature = "choice")]
pub use sign_in::{Choice, PasswordAsked, SelectChallenge};
#[cfg(feature = "devices")]
pub use sign_in::{ConfirmedDevice, DeviceStore, RememberedDevice};
#[cfg(feature = "mfa")]
pub use sign_in::{MfaSetup, SelectMfaType, SoftwareTokenMfa, SoftwareTokenSetup};
pub use sign_in::{NewPasswordRequired, SignIn, SignInStep, UnsupportedChallenge};
pub use store::{StoredSession, TokenStore};
pub use transport::{HttpRequest, HttpResponse, Method, Transport, TransportError};

/// Compiles what the README shows.
#[cfg(all(doctest, feature = "browser"))]
#[doc = include_str!("../README.md")]
struct Readme;
