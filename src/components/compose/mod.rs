//! Writing: cruds and replies.

mod draft;
mod field;
mod form;
mod problem;
mod reply;

pub use draft::Kind;
pub(crate) use draft::use_draft;
pub(crate) use field::focus;
pub use field::{MessageField, MessageFieldProps, room};
pub use form::{ComposeForm, ComposeFormProps, Posting, request_compose};
pub use problem::Problem;
pub use reply::{ReplyDialog, ReplyDialogProps};

/// How many characters (Unicode code points) a crud may have: the backend's limit.
pub const CRUD_LIMIT: usize = 280;

/// How many characters a reply may have.
pub const REPLY_LIMIT: usize = 1024;
