//! Whatever the backend sends is read or refused.

use proptest::prelude::*;

use super::fuzzing;
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

proptest! {
    #[test]
    fn any_feed_is_read_or_refused(json in any_json(&NAMES)) {
        fuzzing::answer(&json);
    }

    #[test]
    fn any_refusal_is_read(status in 100_u16..600, body in any_body(&NAMES)) {
        fuzzing::refusal(status, &body);
    }

    #[test]
    fn any_date_is_read_or_refused(
        date in prop_oneof![text(), "[0-9]{1,5}-[0-9]{1,3}-[0-9]{1,3}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{0,12})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"],
    ) {
        fuzzing::date(&date);
    }
}
