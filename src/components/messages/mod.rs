//! Direct messages: the list of conversations, and one of them.

mod conversation;
mod form;
mod groups;
mod log;
mod notes;
mod polling;
mod state;

pub use conversation::{ConversationView, ConversationViewProps};
pub use form::{MessageForm, MessageFormProps, Sending};
pub use groups::{GroupList, GroupListProps};
pub use notes::{conversation_skeleton, note};
pub use state::{Open, Partner, preview, resolve};

/// How many characters (Unicode code points) a message may have: the backend's limit.
pub const MESSAGE_LIMIT: usize = 1024;
