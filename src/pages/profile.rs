//! `/@:handle`: a person and what they wrote.

use std::rc::Rc;

use yew::prelude::*;

use crate::backend::{Activity, Profile};
use crate::components::feed::{Cruds, FeedView, Replied, list, with_reply};
use crate::components::people::{EditProfile, Saved, nobody_here, use_title};
use crate::load::{Edit, use_load};
use crate::router::{Link, Route, use_location};
use crate::session::use_session_state;
use crate::text::people as text;

/// Properties of [`ProfilePage`].
#[derive(Properties, PartialEq)]
pub struct ProfilePageProps {
    /// Whose page it is.
    pub handle: String,
}

/// Somebody, and what they wrote.
struct Somebody {
    /// `None` from a backend that has no profiles.
    profile: Option<Profile>,
    cruds: Cruds,
}

impl Somebody {
    /// Their name, from wherever it is known.
    fn name(&self, handle: &str) -> Option<&str> {
        match &self.profile {
            Some(profile) => profile.display_name.as_deref(),
            None => self
                .cruds
                .iter()
                .filter(|crud| crud.handle == handle)
                .find_map(|crud| crud.display_name.as_deref()),
        }
    }

    /// As they are after somebody replied to them.
    fn answered(&self, replied: &Replied) -> Self {
        Self {
            profile: self.profile.clone(),
            cruds: with_reply(&self.cruds, replied),
        }
    }

    /// As they are after they saved that.
    fn after(&self, saved: &Saved) -> Self {
        let profile = self.profile.clone().map(|profile| Profile {
            display_name: Some(saved.display_name.clone()),
            bio: Some(saved.bio.clone()).filter(|bio| !bio.is_empty()),
            ..profile
        });
        let renamed = profile.as_ref().map(|profile| {
            let cruds = self.cruds.iter();
            let mut cruds: Vec<_> = cruds.map(|crud| Activity::clone(crud)).collect();
            rename(&mut cruds, &profile.handle, &saved.display_name);
            list(cruds)
        });
        Self {
            profile,
            cruds: renamed.unwrap_or_else(|| self.cruds.clone()),
        }
    }
}

/// Gives the author of that handle another name.
fn rename(cruds: &mut [Activity], handle: &str, name: &str) {
    for crud in cruds {
        if crud.handle == handle {
            crud.display_name = Some(name.to_owned());
        }
        rename(&mut crud.replies, handle, name);
    }
}

/// A person and what they wrote.
#[component]
pub fn ProfilePage(props: &ProfilePageProps) -> Html {
    let handle = &props.handle;
    let loaded = use_load(handle.clone(), async |backend, handle| {
        let found = backend.user_feed(&handle).await?;
        Ok(Rc::new(found.map(|feed| Somebody {
            profile: feed.profile,
            cruds: list(feed.activities),
        })))
    });
    let visit = use_location().visit;
    // During which visit the profile was saved last.
    let saved = use_state(|| None::<u32>);
    let session = use_session_state();
    let person = session.person();
    let own = person.is_some_and(|person| person.handle.as_deref() == Some(handle));

    let found = loaded.value.as_deref();
    let nobody = matches!(found, Some(None));
    let somebody = found.and_then(Option::as_ref);
    let name = somebody.and_then(|somebody| somebody.name(handle));
    let heading = match name {
        Some(name) => name.to_owned(),
        None if nobody => text::nobody(handle),
        None => format!("@{handle}"),
    };
    let title = match name {
        Some(name) => text::profile_title(name, handle),
        None => text::title(&heading),
    };
    use_title(title, loaded.loading);

    let begin = {
        let saved = saved.setter();
        move |()| saved.set(None)
    };
    let onreplied = loaded
        .edit
        .reform(|replied: Replied| -> Edit<Option<Somebody>> {
            Rc::new(move |found| {
                Rc::new(found.as_ref().map(|somebody| somebody.answered(&replied)))
            })
        });
    let onsaved = {
        let (edit, saved) = (loaded.edit.clone(), saved.setter());
        move |news: Saved| {
            let edited: Edit<Option<Somebody>> =
                Rc::new(move |found| Rc::new(found.as_ref().map(|somebody| somebody.after(&news))));
            edit.emit(edited);
            saved.set(Some(visit));
        }
    };

    let profile = somebody.and_then(|somebody| somebody.profile.as_ref());
    let at_handle = format!("@{handle}");
    let initial: String = name.unwrap_or(handle).trim().chars().take(1).collect();
    let (cruds, empty) = if nobody {
        (Some(Rc::default()), nobody_here())
    } else {
        let shown = name.unwrap_or(&at_handle);
        let cruds = somebody.map(|somebody| somebody.cruds.clone());
        (cruds, nothing_said(own, shown))
    };
    html! {
        <FeedView
            heading={heading.clone()}
            {cruds}
            loading={loaded.loading}
            error={loaded.error}
            onretry={loaded.retry}
            {onreplied}
            {empty}
        >
            if !nobody {
                <div class="person">
                    <span class="avatar" aria-hidden="true">{ initial }</span>
                    <div class="person-facts">
                        if name.is_some() {
                            <p class="crud-handle"><bdi>{ at_handle }</bdi></p>
                        }
                        if let Some(count) = profile.and_then(|profile| profile.cruds_count) {
                            <p>{ text::cruds(count) }</p>
                        }
                    </div>
                    if let (true, Some(profile)) = (own, profile) {
                        <EditProfile profile={profile.clone()} onopen={begin} {onsaved} />
                    } else if let (false, true) = (own, person.is_some()) {
                        <Link
                            to={Route::NewConversation { handle: handle.clone() }}
                            class="button button-secondary"
                            label={text::message_to(handle)}
                        >
                            { text::MESSAGE }
                        </Link>
                    }
                    if let Some(bio) = profile.and_then(|profile| profile.bio.clone()) {
                        <p class="person-bio" dir="auto">{ bio }</p>
                    }
                </div>
            }
            <div class="form-notice person-notice" role="status">
                if nobody {
                    <span class="visually-hidden">{ heading }</span>
                } else if *saved == Some(visit) {
                    <p>{ text::SAVED }</p>
                }
            </div>
        </FeedView>
    }
}

/// Says that there is nothing to see of somebody.
fn nothing_said(own: bool, name: &str) -> Html {
    html! {
        <div class="feed-message">
            <h2>{ text::PROFILE_EMPTY_TITLE }</h2>
            <p>
                if own {
                    { text::PROFILE_EMPTY_OWN }
                } else {
                    { text::profile_empty(name) }
                }
            </p>
        </div>
    }
}
