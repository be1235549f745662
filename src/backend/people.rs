//! People, as any week's backend sends them.

use serde_json::Value;

use super::Activity;

/// A person, as far as the backend knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The person's handle, without the `@`.
    pub handle: String,
    /// The person's name; never blank.
    pub display_name: Option<String>,
    /// What they say about themselves; never blank.
    pub bio: Option<String>,
    /// How many cruds they wrote, by the backend's count.
    pub cruds_count: Option<u64>,
}

/// What somebody wrote, and from week 8 on who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFeed {
    /// Who they are; `None` from a backend that has no profiles.
    pub profile: Option<Profile>,
    /// What they wrote, newest first.
    pub activities: Vec<Activity>,
}

impl Profile {
    /// Reads a profile; `None` without a handle.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |name| {
            value
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned)
        };
        Some(Self {
            handle: text("handle")?,
            display_name: text("display_name"),
            bio: text("bio"),
            cruds_count: value.get("cruds_count").and_then(Value::as_u64),
        })
    }
}

impl UserFeed {
    /// Reads a feed in either form: an array, or a profile with activities. `Ok(None)` says that there is no such person.
    pub(super) fn read(body: &Value) -> Option<Option<Self>> {
        // From week 8 on, that nobody has the handle is an empty object.
        if body.as_object().is_some_and(serde_json::Map::is_empty) {
            return Some(None);
        }
        Some(Some(Self {
            profile: body.get("profile").and_then(Profile::read),
            activities: Activity::read_list(body)?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_feed_comes_in_two_forms() {
        let crud = json!({ "uuid": "u", "handle": "h", "message": "m" });
        let array = UserFeed::read(&json!([crud])).unwrap().unwrap();
        assert_eq!((array.profile, array.activities.len()), (None, 1));
        let profile = json!({ "uuid": "p", "handle": "h", "display_name": "H", "bio": null, "cruds_count": 3 });
        let body = json!({ "profile": profile, "activities": [crud] });
        let object = UserFeed::read(&body).unwrap().unwrap();
        assert_eq!(object.activities.len(), 1);
        assert_eq!(
            object.profile,
            Some(Profile {
                handle: "h".to_owned(),
                display_name: Some("H".to_owned()),
                bio: None,
                cruds_count: Some(3),
            })
        );
    }

    #[test]
    fn nobody_is_told_from_nothing_written_and_from_nonsense() {
        assert_eq!(UserFeed::read(&json!({})), Some(None));
        let nothing = UserFeed::read(&json!([])).unwrap().unwrap();
        assert_eq!(nothing.activities, []);
        for nonsense in [
            json!(null),
            json!("x"),
            json!({ "profile": {} }),
            json!([1]),
        ] {
            assert_eq!(UserFeed::read(&nonsense), None, "{nonsense}");
        }
    }
}
