//! One component per page.

mod auth;
mod config_error;
mod confirm;
mod forgot;
mod home;
mod not_found;
mod sign_in;
mod sign_up;

pub use config_error::ConfigErrorPage;
pub use confirm::ConfirmPage;
pub use forgot::ForgotPage;
pub use home::HomePage;
pub use not_found::NotFoundPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
