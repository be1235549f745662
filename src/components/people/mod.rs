//! What the pages about people, single cruds and search are made of.

mod dialog;
mod edit_profile;
mod nothing;
mod replies;
mod search_box;
mod title;

pub use dialog::{Dialog, DialogProps};
pub use edit_profile::{EditProfile, EditProfileProps, Saved};
pub use nothing::{crud_gone, nobody_here};
pub use replies::place_replies;
pub use search_box::{SearchBox, SearchBoxProps};
pub use title::use_title;
