//! A client for [Amazon Cognito user pools](https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html):
//! sign-up, sign-in by SRP, recovery and tokens, for WASM and native programs.
//!
//! It speaks the pool's JSON API directly, as the AWS Amplify client does. The password never leaves the device: sign-in
//! proves knowledge of it by [SRP](srp), in constant time.
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
//! The other operations are types of [`operation`], sent by [`Client::call`]:
//!
//! ```no_run
//! # use cognito_user_pool::{Client, Clock, Error, Transport};
//! use cognito_user_pool::operation::ForgotPassword;
//! # async fn example(client: Client<impl Transport, impl Clock>) -> Result<(), Error> {
//! let delivery = client.call(&ForgotPassword { username: "ann@example.com" }).await?;
//! println!("the code went to {:?}", delivery.destination);
//! # Ok(())
//! # }
//! ```
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

#[cfg(feature = "browser")]
mod browser;
mod claims;
mod client;
mod config;
mod date;
mod error;
#[cfg(feature = "oauth")]
pub mod oauth;
pub mod operation;
#[cfg(any(feature = "devices", feature = "passkeys"))]
mod paging;
mod platform;
mod secret;
mod sign_in;
pub mod srp;
mod store;
mod transport;

#[cfg(feature = "browser")]
pub use browser::{BrowserClock, BrowserTransport, LocalStorage};
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
