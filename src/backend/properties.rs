//! Whatever the backend sends is read or refused.

use proptest::prelude::*;

use super::error::BackendError;
use super::message::{Message, MessageGroup, Sent};
use super::people::{Profile, UserFeed};
use super::thread::Thread;
use super::{Activity, timestamp};
use crate::properties::{any_body, any_json, text};

const NAMES: [&str; 20] = [
    "uuid",
    "handle",
    "display_name",
    "message",
    "created_at",
    "expires_at",
    "replies_count",
    "reposts_count",
    "likes_count",
    "likes",
    "reply_to_activity_uuid",
    "replies",
    "activities",
    "activity",
    "profile",
    "bio",
    "cruds_count",
    "message_group_uuid",
    "__proto__",
    "constructor",
];

/// The least and the greatest time that a date of the years 0 to 9999 can come to, an offset of a day included.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_400_000_000..=253_402_400_000_000;

proptest! {
    #[test]
    fn any_feed_is_read_or_refused(json in any_json(&NAMES)) {
        let _ = Profile::read(&json);
        let _ = UserFeed::read(&json);
        let _ = MessageGroup::read_list(&json);
        let _ = Message::read_list(&json);
        let _ = Sent::read(&json);
        let _ = Thread::read(&json);
        if let Some(cruds) = Activity::read_list(&json) {
            for crud in &cruds {
                prop_assert!(crud.created_at.is_none_or(|time| TIMES.contains(&time)));
                prop_assert!(crud.expires_at.is_none_or(|time| TIMES.contains(&time)));
            }
            let _ = Thread::find(cruds, "worf", "u");
        }
    }

    #[test]
    fn any_refusal_is_read(status in 100_u16..600, body in any_body(&NAMES)) {
        match BackendError::of_status(status, &body) {
            BackendError::Rejected(_) => prop_assert_eq!(status, 422),
            BackendError::Unauthorized => prop_assert_eq!(status, 401),
            other => prop_assert_eq!(other, BackendError::Status(status)),
        }
    }

    #[test]
    fn any_date_is_read_or_refused(
        date in prop_oneof![text(), "[0-9]{1,5}-[0-9]{1,3}-[0-9]{1,3}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{0,12})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"],
    ) {
        if let Some(time) = timestamp::parse(&date) {
            prop_assert!(TIMES.contains(&time), "{time}");
        }
    }
}
