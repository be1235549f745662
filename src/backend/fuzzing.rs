//! What has to hold for whatever the backend sends; the property tests and the fuzzers (`fuzz/`) try it.

use serde_json::Value;

use super::error::BackendError;
use super::message::{Message, MessageGroup, Sent};
use super::people::{Profile, UserFeed};
use super::thread::Thread;
use super::{Activity, timestamp};

/// The least and the greatest time that a date of the years 0 to 9999 can come to, an offset of a day included.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_400_000_000..=253_402_400_000_000;

/// Each answer that there is can be read from this, or cannot.
pub(crate) fn answer(json: &Value) {
    let _ = Profile::read(json);
    let _ = UserFeed::read(json);
    let _ = MessageGroup::read_list(json);
    let _ = Message::read_list(json);
    let _ = Sent::read(json);
    let _ = Thread::read(json);
    if let Some(cruds) = Activity::read_list(json) {
        for crud in &cruds {
            assert!(crud.created_at.is_none_or(|time| TIMES.contains(&time)));
            assert!(crud.expires_at.is_none_or(|time| TIMES.contains(&time)));
        }
        let _ = Thread::find(cruds, "worf", "u");
    }
}

/// A refusal is what its status says.
pub(crate) fn refusal(status: u16, body: &[u8]) {
    match BackendError::of_status(status, body) {
        BackendError::Rejected(_) => assert_eq!(status, 422),
        BackendError::Unauthorized => assert_eq!(status, 401),
        other => assert_eq!(other, BackendError::Status(status)),
    }
}

/// A date is of a year that can be written.
pub(crate) fn date(text: &str) {
    if let Some(time) = timestamp::parse(text) {
        assert!(TIMES.contains(&time), "{time}");
    }
}
