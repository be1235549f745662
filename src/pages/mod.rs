//! One component per page.

mod auth;
mod callback;
mod config_error;
mod confirm;
mod forgot;
mod home;
mod messages;
mod not_found;
mod notifications;
mod profile;
mod search;
mod settings;
mod sign_in;
mod sign_up;
mod status;

pub use callback::CallbackPage;
pub use config_error::{config_error, faults};
pub use confirm::ConfirmPage;
pub use forgot::ForgotPage;
pub use home::HomePage;
pub use messages::MessagesPage;
pub use not_found::not_found;
pub use notifications::NotificationsPage;
pub use profile::ProfilePage;
pub use search::SearchPage;
pub use settings::SettingsPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
pub use status::StatusPage;
