//! The frame around the pages, and the pages that belong to no area.

use crate::router::Route;

/// The product's name.
pub const PRODUCT: &str = "Cruddur";

/// A page's name, as announced on arrival and as the document's title.
pub fn page_title(route: &Route) -> String {
    let page = match route {
        Route::Home => HOME,
        Route::SignIn { .. } => SIGN_IN,
        Route::SignUp { .. } => "Sign Up",
        Route::Confirm { .. } => "Confirm your Email",
        Route::Forgot { .. } => "Recover your Password",
        Route::NotFound => NOT_FOUND,
    };
    format!("{page} · {PRODUCT}")
}

pub const HOME: &str = "Home";
pub const SIGN_IN: &str = "Sign In";
pub const NOT_FOUND: &str = "Page not found";
