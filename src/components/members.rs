//! Places for what only somebody who is signed in sees. It is a part of the app, which a visitor does without.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::compose::{ComposeForm, ComposeFormProps, ReplyDialog, ReplyDialogProps};
use super::frame::{Profile, account_skeleton, suggestions};
use super::{Symbol, icon};
use crate::parts::Members;
use crate::router::{Route, use_navigator, use_route};
use crate::session::{Person, use_session};
use crate::text::{Text, shell as text, use_language};

/// What belongs in a place.
#[derive(Clone, Debug, PartialEq)]
pub enum ForMembers {
    /// The person's own place in the frame.
    Account(Person),
    /// Where a crud is written.
    Compose(ComposeFormProps),
    /// Where somebody is answered.
    Reply(Box<ReplyDialogProps>),
    /// Something to begin with, for the person of that handle.
    Suggestions(Option<String>),
}

/// What belongs in a place, out of the part that has it.
pub fn for_members(what: ForMembers) -> Html {
    match what {
        ForMembers::Account(person) => html! { <Profile {person} /> },
        ForMembers::Compose(props) => html! { <ComposeForm ..props /> },
        ForMembers::Reply(props) => {
            let props = *props;
            html! { <ReplyDialog ..props /> }
        }
        ForMembers::Suggestions(own) => suggestions(own.as_deref()),
    }
}

/// Properties of [`MembersPlace`].
#[derive(Properties, PartialEq)]
pub struct MembersPlaceProps {
    /// What belongs there.
    pub what: ForMembers,
}

/// What belongs in the place, as soon as the part that has it is there; or words about why it is not.
#[component]
pub fn MembersPlace(props: &MembersPlaceProps) -> Html {
    use_language();
    // The page's navigation says when it is worth another look.
    let (route, navigator) = (use_route(), use_navigator());
    let look_again = use_force_update();
    let failed = Members::failed();
    let members = Members::get();
    // As a rule it is there: with the app for who was signed in, else with the page after the sign-in. Another tab's
    // sign-in comes without either.
    use_effect_with(members.is_none() && !failed, move |awaited| {
        if *awaited {
            spawn_local(async move {
                // Without it the place says so.
                let _ = Members::load().await;
                look_again.force_update();
            });
        }
    });
    // The way out is in the part that is missing; what is kept here can go without it.
    let forget = {
        let (session, navigator) = (use_session(), navigator.clone());
        use_callback((), move |_: MouseEvent, ()| {
            session.forget();
            navigator.push(&Route::Home);
        })
    };
    let again = {
        let route = route.clone();
        use_callback(route, move |_: MouseEvent, route| {
            Members::ask_again();
            navigator.replace(route);
        })
    };
    if let Some(members) = members {
        return (members.show)(props.what.clone());
    }
    match &props.what {
        ForMembers::Account(_) if failed => html! {
            <div class="account">
                <button type="button" class="profile" title={text::MEMBERS_NOT_LOADED} onclick={again}>
                    <span class="avatar" aria-hidden="true">{ icon(Symbol::Person) }</span>
                    <span class="profile-names"><b>{ text::CONFIG_RETRY }</b></span>
                </button>
                <button type="button" class="nav-link" onclick={forget}>
                    <span>{ text::SIGN_OUT }</span>
                </button>
            </div>
        },
        ForMembers::Account(_) => account_skeleton(),
        ForMembers::Compose(_) if failed => html! {
            <div class="feed-message" role="alert">{ not_loaded(text::MEMBERS_NOT_LOADED, route.to_url(), again) }</div>
        },
        ForMembers::Reply(reply) if failed && reply.to.is_some() => {
            let onclose = reply.onclose.reform(|_: MouseEvent| ());
            html! {
                // Over the page, as the dialog would be: what is answered may be far from its top.
                <div class="crash" role="alert">
                    { not_loaded(text::MEMBERS_NOT_LOADED, route.to_url(), again) }
                    <button type="button" class="text-link" onclick={onclose}>{ text::DISMISS }</button>
                </div>
            }
        }
        _ => Html::default(),
    }
}

/// That something could not be loaded, and the ways on.
pub fn not_loaded(words: Text, url: String, again: Callback<MouseEvent>) -> Html {
    html! {
        <>
            <p>{ words }</p>
            <button type="button" class="button" onclick={again}>{ text::CONFIG_RETRY }</button>
            // A link of the browser's own: with the page comes the release that is there by now.
            <a class="text-link" href={url}>{ text::RELOAD }</a>
        </>
    }
}
