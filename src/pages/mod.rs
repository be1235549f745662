//! One component per page.

mod config_error;
mod home;
mod not_found;

pub use config_error::ConfigErrorPage;
pub use home::HomePage;
pub use not_found::NotFoundPage;
