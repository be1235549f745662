//! Lists of cruds.

mod age;
mod clock;
mod edit;
mod item;
mod list;
mod more;
mod share;
mod state;
mod thread;
mod times;
mod view;

pub(crate) use age::age_changes;
pub use age::{Age, Left};
pub use clock::{Alarm, WallClock, use_clock, use_now};
pub use edit::{Cruds, Replied, list, newcomers, with_crud, with_reply};
pub(crate) use item::{author_names, avatar};
pub use list::{CrudList, CrudListProps};
pub(crate) use share::copy;
pub use view::{FeedView, FeedViewProps};
