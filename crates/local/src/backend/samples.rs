//! The constant content of week 3: what an empty Cruddur shows. Times are relative to the moment of asking.
//!
//! Two cruds share one uuid, as they do in the original: a front end has to live with that.

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// Who every post of a visitor is by.
pub(super) const VISITOR_HANDLE: &str = "andrewbrown";
/// See [`VISITOR_HANDLE`].
pub(super) const VISITOR_NAME: &str = "Andrew Brown";

/// How a sample says how well it is liked: the original has two spellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likes {
    /// `likes`, and no other counter.
    Plain(u32),
    /// `likes_count` beside `replies_count` and `reposts_count`.
    Counted(u32),
}

/// A constant crud.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub uuid: &'static str,
    pub handle: &'static str,
    pub message: &'static str,
    /// How long ago it was written, milliseconds.
    pub age: i64,
    /// How long it has left, milliseconds.
    pub left: i64,
    pub likes: Likes,
    pub reply: Option<SampleReply>,
}

/// A constant reply, as old as its crud.
#[derive(Clone, Copy, Debug)]
pub(super) struct SampleReply {
    pub uuid: &'static str,
    pub handle: &'static str,
    pub message: &'static str,
}

const WORF_REPLIES: SampleReply = SampleReply {
    uuid: "26e12864-1c26-5c3a-9658-97a10f8fea67",
    handle: "Worf",
    message: "This post has no honor!",
};

/// The home feed, for everybody.
pub(super) const HOME: [Sample; 3] = [
    Sample {
        uuid: "68f126b0-1ceb-4a33-88be-d90fa7109eee",
        handle: "Andrew Brown",
        message: "Cloud is very fun!",
        age: 2 * DAY,
        left: 5 * DAY,
        likes: Likes::Counted(5),
        reply: Some(WORF_REPLIES),
    },
    Sample {
        uuid: "66e12864-8c26-4c3a-9658-95a10f8fea67",
        handle: "Worf",
        message: "I am out of prune juice",
        age: 7 * DAY,
        left: 9 * DAY,
        likes: Likes::Plain(0),
        reply: None,
    },
    Sample {
        uuid: "248959df-3079-4947-b847-9e0892d1bab4",
        handle: "Garek",
        message: "My dear doctor, I am just simple tailor",
        age: HOUR,
        left: 12 * HOUR,
        likes: Likes::Plain(0),
        reply: None,
    },
];

/// What only a signed-in person sees at home. It has the uuid of Garek's crud.
pub(super) const LORE: Sample = Sample {
    uuid: "248959df-3079-4947-b847-9e0892d1bab4",
    handle: "Lore",
    message: "My dear brother, it the humans that are the problem",
    age: HOUR,
    left: 12 * HOUR,
    likes: Likes::Plain(1042),
    reply: None,
};

/// The one notification. It has the uuid of the first crud at home.
pub(super) const NOTIFICATION: Sample = Sample {
    uuid: "68f126b0-1ceb-4a33-88be-d90fa7109eee",
    handle: "Sathasivam",
    message: "Yah, now learned it !",
    age: 2 * DAY,
    left: 5 * DAY,
    likes: Likes::Counted(5),
    reply: Some(WORF_REPLIES),
};

/// Andrew Brown's own page. It has the uuid of Garek's crud too.
pub(super) const ANDREWS: Sample = Sample {
    uuid: "248959df-3079-4947-b847-9e0892d1bab4",
    handle: "Andrew Brown",
    message: "Cloud is fun!",
    age: DAY,
    left: 31 * DAY,
    likes: Likes::Plain(0),
    reply: None,
};

/// A constant conversation.
#[derive(Clone, Copy, Debug)]
pub(super) struct SampleGroup {
    pub uuid: &'static str,
    pub handle: &'static str,
    pub display_name: &'static str,
}

/// The conversations that everybody has.
pub(super) const GROUPS: [SampleGroup; 2] = [
    SampleGroup {
        uuid: "24b95582-9e7b-4e0a-9ad1-639773ab7552",
        handle: "andrewbrown",
        display_name: "Andrew Brown",
    },
    SampleGroup {
        uuid: "417c360e-c4e6-4fce-873b-d2d71469b4ac",
        handle: "worf",
        display_name: "Worf",
    },
];

/// What is in each of [`GROUPS`], (uuid, message), all by Andrew Brown.
pub(super) const MESSAGES: [(&str, &str); 2] = [
    ("4e81c06a-db0f-4281-b4cc-98208537772a", "Cloud is fun!"),
    (
        "66e12864-8c26-4c3a-9658-95a10f8fea67",
        "This platform is great!",
    ),
];

/// Who the samples are by, from week 4 on: handles and names.
pub(super) const PEOPLE: [(&str, &str); 5] = [
    (VISITOR_HANDLE, VISITOR_NAME),
    ("worf", "Worf"),
    ("garek", "Garek"),
    ("lore", "Lore"),
    ("sathasivam", "Sathasivam"),
];

/// The handle and the name, from week 4 on, of whoever has that handle in week 3.
pub(super) fn person(handle: &str) -> (&'static str, &'static str) {
    let named = PEOPLE.into_iter().find(|(_, name)| *name == handle);
    named.unwrap_or((VISITOR_HANDLE, VISITOR_NAME))
}

/// Whether `handle` is one of Andrew Brown's two spellings.
pub(super) fn is_andrew(handle: &str) -> bool {
    [VISITOR_HANDLE, VISITOR_NAME].contains(&handle)
}

/// Whether a sample crud has this uuid.
pub(super) fn is_crud(uuid: &str) -> bool {
    HOME.iter().any(|sample| sample.uuid == uuid)
}

/// The sample crud that the sample reply `uuid` answers.
pub(super) fn thread_of(uuid: &str) -> Option<&'static str> {
    HOME.iter()
        .find(|sample| sample.reply.is_some_and(|reply| reply.uuid == uuid))
        .map(|sample| sample.uuid)
}

/// The name of somebody in [`GROUPS`].
pub(super) fn display_name(handle: &str) -> Option<&'static str> {
    GROUPS
        .iter()
        .find(|group| group.handle == handle)
        .map(|group| group.display_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_by_one_of_the_people() {
        for sample in HOME.iter().chain([&LORE, &NOTIFICATION, &ANDREWS]) {
            assert_eq!(person(sample.handle).1, sample.handle);
        }
    }

    #[test]
    fn every_sample_uuid_is_one_that_home_has() {
        for sample in [LORE, NOTIFICATION, ANDREWS] {
            assert!(is_crud(sample.uuid), "{}", sample.handle);
        }
    }
}
