//! What the pages about people, single cruds and search are made of.

mod search_box;

pub use search_box::{SearchBox, SearchBoxProps};
