//! The person's own name, and what they say about themselves.

use std::rc::Rc;

use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::Dialog;
use crate::backend::{BackendError, Profile, use_backend};
use crate::components::form::{SubmitButton, use_submission};
use crate::router::{Link, use_route};
use crate::text::{compose, feed, people as text, shell};

/// The longest name, in characters.
const NAME_MOST: usize = 64;
/// The longest bio, in characters.
const BIO_MOST: usize = 160;

/// What the backend has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The name.
    pub display_name: String,
    /// What the person says about themselves; may be empty.
    pub bio: String,
}

/// Properties of [`EditProfile`].
#[derive(Properties, PartialEq)]
pub struct EditProfileProps {
    /// The person's profile.
    pub profile: Profile,
    /// Called when the person begins.
    pub onopen: Callback<()>,
    /// Called with what has been saved.
    pub onsaved: Callback<Saved>,
}

/// What is wrong.
#[derive(Clone, Default, PartialEq)]
struct Problems {
    name: Option<String>,
    bio: Option<String>,
    form: Option<BackendError>,
}

impl Problems {
    fn of(name: &str, bio: &str) -> Self {
        let too_long = |text: &str, most: usize| {
            let by = text.chars().count().saturating_sub(most);
            (by > 0).then(|| compose::too_long(by as u64))
        };
        Self {
            name: if name.is_empty() {
                Some(text::NAME_BLANK.to_string())
            } else {
                too_long(name, NAME_MOST)
            },
            bio: too_long(bio, BIO_MOST),
            form: None,
        }
    }

    fn of_error(error: BackendError) -> Self {
        match error {
            BackendError::Rejected(codes) if codes == ["display_name_blank"] => Self {
                name: Some(text::NAME_BLANK.to_string()),
                ..Self::default()
            },
            error => Self {
                form: Some(error),
                ..Self::default()
            },
        }
    }

    fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// A button, and behind it a dialog for changing one's profile.
#[component]
pub fn EditProfile(props: &EditProfileProps) -> Html {
    let open = use_state(|| false);
    let busy = use_state(|| false);
    let begin = use_callback(props.onopen.clone(), {
        let open = open.setter();
        move |_: MouseEvent, onopen: &Callback<()>| {
            onopen.emit(());
            open.set(true);
        }
    });
    let close = use_callback((), {
        let open = open.setter();
        move |(), ()| open.set(false)
    });
    let onbusy = use_callback((), {
        let busy = busy.setter();
        move |now, ()| busy.set(now)
    });
    html! {
        <>
            <button type="button" class="button button-secondary" aria-haspopup="dialog" onclick={begin}>
                { text::EDIT }
            </button>
            <Dialog open={*open} locked={*open && *busy} labelled_by="edit-profile-title" onclose={close.clone()}>
                <ProfileForm
                    profile={props.profile.clone()}
                    onsaved={props.onsaved.clone()}
                    {onbusy}
                    onend={close}
                />
            </Dialog>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ProfileFormProps {
    profile: Profile,
    onsaved: Callback<Saved>,
    onbusy: Callback<bool>,
    /// The form is to go.
    onend: Callback<()>,
}

/// The form, for as long as the dialog is on show.
#[component]
fn ProfileForm(props: &ProfileFormProps) -> Html {
    let backend = use_backend();
    let route = use_route();
    let submission = use_submission();
    let problems = use_state(|| Rc::new(Problems::default()));
    let name = use_node_ref();
    let bio = use_node_ref();
    let alert = use_node_ref();

    use_effect_with((), {
        let (name, bio, profile) = (name.clone(), bio.clone(), props.profile.clone());
        move |()| {
            if let Some(name) = name.cast::<HtmlInputElement>() {
                name.set_value(profile.display_name.as_deref().unwrap_or_default());
            }
            if let Some(bio) = bio.cast::<HtmlTextAreaElement>() {
                bio.set_value(profile.bio.as_deref().unwrap_or_default());
            }
        }
    });
    use_effect_with(
        (submission.busy(), props.onbusy.clone()),
        |(busy, onbusy)| {
            onbusy.emit(*busy);
        },
    );
    use_effect_with(Showing((*problems).clone()), {
        let (name, bio, alert) = (name.clone(), bio.clone(), alert.clone());
        move |Showing(problems)| {
            let first = if problems.name.is_some() {
                name
            } else if problems.bio.is_some() {
                bio
            } else if problems.form.is_some() {
                alert
            } else {
                return;
            };
            if let Some(first) = first.cast::<HtmlElement>() {
                let _ = first.focus();
            }
        }
    });

    let onsubmit = {
        let (name, bio, problems) = (name.clone(), bio.clone(), problems.setter());
        let (onsaved, onend) = (props.onsaved.clone(), props.onend.clone());
        let submission = submission.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let (Some(name), Some(bio)) = (
                name.cast::<HtmlInputElement>(),
                bio.cast::<HtmlTextAreaElement>(),
            ) else {
                return;
            };
            let saved = Saved {
                display_name: name.value().trim().to_owned(),
                bio: bio.value().trim().to_owned(),
            };
            if submission.busy() {
                return;
            }
            let found = Problems::of(&saved.display_name, &saved.bio);
            let invalid = found.any();
            problems.set(found.into());
            if !invalid {
                let (backend, problems) = (backend.clone(), problems.clone());
                let (onsaved, onend) = (onsaved.clone(), onend.clone());
                submission.start(|| async move {
                    match backend
                        .update_profile(&saved.display_name, &saved.bio)
                        .await
                    {
                        Ok(()) => {
                            onsaved.emit(saved);
                            onend.emit(());
                        }
                        Err(error) => problems.set(Problems::of_error(error).into()),
                    }
                });
            }
        }
    };
    let cancel = {
        let (busy, onend) = (submission.busy(), props.onend.clone());
        move |_: MouseEvent| {
            if !busy {
                onend.emit(());
            }
        }
    };
    html! {
        <form class="form" method="post" novalidate=true aria-busy={submission.busy().to_string()} {onsubmit}>
            <h2 id="edit-profile-title">{ text::EDIT }</h2>
            <div class="field">
                <label for="edit-profile-name">{ text::NAME }</label>
                <div class="field-box">
                    <input
                        ref={name}
                        id="edit-profile-name"
                        name="name"
                        type="text"
                        autocomplete="name"
                        required=true
                        dir="auto"
                        aria-invalid={problems.name.is_some().then_some("true")}
                        aria-describedby={problems.name.is_some().then_some("edit-profile-name-error")}
                    />
                </div>
                { problem("edit-profile-name-error", problems.name.as_ref()) }
            </div>
            <div class="field">
                <label for="edit-profile-bio">{ text::BIO }</label>
                <div class="field-box">
                    <textarea
                        ref={bio}
                        id="edit-profile-bio"
                        name="bio"
                        rows="4"
                        dir="auto"
                        aria-invalid={problems.bio.is_some().then_some("true")}
                        aria-describedby={if problems.bio.is_some() {
                            "edit-profile-bio-error edit-profile-bio-hint"
                        } else {
                            "edit-profile-bio-hint"
                        }}
                    />
                </div>
                { problem("edit-profile-bio-error", problems.bio.as_ref()) }
                <p class="field-hint" id="edit-profile-bio-hint">{ text::at_most(BIO_MOST) }</p>
            </div>
            <div class="form-alert" role="alert" tabindex="-1" ref={alert}>
                if let Some(error) = &problems.form {
                    <p>
                        { feed::error(error) }
                        if *error == BackendError::Unauthorized {
                            { " " }
                            <Link to={route.sign_in_and_return()} class="text-link">{ shell::SIGN_IN }</Link>
                        }
                    </p>
                }
            </div>
            <div class="form-actions">
                <button
                    type="button"
                    class="button button-secondary"
                    aria-disabled={submission.busy().then_some("true")}
                    onclick={cancel}
                >
                    { text::CANCEL }
                </button>
                <SubmitButton label={text::SAVE} busy_label={text::SAVING} busy={submission.busy()} />
            </div>
        </form>
    }
}

/// What is shown; equal to itself only, so that the same problem twice moves the focus twice.
struct Showing(Rc<Problems>);

impl PartialEq for Showing {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The place of what is wrong with a field: there before the words, so that they are announced.
fn problem(id: &'static str, words: Option<&String>) -> Html {
    html! {
        <div class="field-error" {id} aria-live="polite">
            if let Some(words) = words {
                <p>{ words.clone() }</p>
            }
        </div>
    }
}
