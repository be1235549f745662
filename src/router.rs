//! A small router over the browser's history: one [`Route`] per page.
//!
//! After a navigation the document's title is set, the focus goes to the page's `h1`, the title is announced to
//! screen readers, and the page starts at its top; going back or forward restores the place where the person was.

mod history;
mod link;
mod provider;
mod route;

pub use history::{Navigator, current_route};
pub use link::{Link, LinkProps, link};
pub use provider::{
    Gate, Location, Opening, RouterProvider, use_location, use_navigator, use_route,
};
pub use route::{Route, SettingsSection};

/// Leaves the app for a page elsewhere.
pub fn go_to(url: &str) {
    if let Some(window) = web_sys::window() {
        // Fails for what is no URL, and leads nowhere then.
        let _ = window.location().assign(url);
    }
}
