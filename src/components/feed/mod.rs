//! Lists of cruds.

mod age;
mod clock;
mod list;
mod state;
mod view;

pub use age::{Age, Left};
pub use clock::{WallClock, use_clock, use_now};
pub use list::CrudList;
pub use view::FeedView;
