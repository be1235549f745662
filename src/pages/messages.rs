//! `/messages` and what is under it: conversations.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use crate::backend::{Message, MessageGroup, Sent};
use crate::components::messages::{
    ConversationView, GroupList, Open, Partner, conversation_skeleton, note, preview, resolve,
};
use crate::components::people::use_title;
use crate::components::{PageHeading, Symbol, icon};
use crate::load::{Edit, Viewer, use_load};
use crate::router::{Link, Route, use_navigator, use_route};
use crate::session::{Person, use_session_state};
use crate::text::{feed, messages as text, people};

/// The person's conversations, and one of them.
#[component]
pub fn MessagesPage() -> Html {
    let route = use_route();
    let state = use_session_state();
    if Viewer::of(&state) == Some(Viewer::Anonymous) {
        let way = html! {
            <Link to={route.sign_in_and_return()} class="button">{ feed::SIGN_IN }</Link>
        };
        return html! {
            <>
                <PageHeading heading={text::MESSAGES} />
                { note(None, text::SIGN_IN, way) }
            </>
        };
    }
    html! { <Conversations person={state.person().cloned()} /> }
}

#[derive(Properties, PartialEq)]
struct ConversationsProps {
    /// `None` while it is not known who it is.
    person: Option<Person>,
}

/// The list and what the URL opens, side by side where there is room for both.
#[component]
fn Conversations(props: &ConversationsProps) -> Html {
    let route = use_route();
    let navigator = use_navigator();
    let groups = use_load((), async |backend, ()| {
        Ok(Rc::<[MessageGroup]>::from(backend.message_groups().await?))
    });
    let failed = groups.value.is_none() && groups.error.is_some();
    let open = match resolve(&route, groups.value.as_deref()) {
        // A conversation may have begun since the list was loaded.
        Open::Unknown if groups.loading => Open::Waiting,
        // The list says what is the matter.
        Open::Waiting if failed => Open::List,
        open => open,
    };
    use_effect_with(open.clone(), {
        let navigator = navigator.clone();
        move |open| {
            if let Open::Elsewhere(route) = open {
                navigator.replace(route);
            }
        }
    });

    // Only where conversations have ids is there a route that tells who somebody is.
    let newcomer = match &open {
        Open::New {
            handle,
            must_exist: true,
        } => Some(handle.clone()),
        _ => None,
    };
    let found = use_load(newcomer, async |backend, handle| {
        Ok(Rc::new(match handle {
            // Without the name the conversation can begin all the same.
            Some(handle) => backend.person(&handle).await.map_err(drop),
            None => Ok(None),
        }))
    });
    let open = match (open, found.value.as_deref()) {
        (
            Open::New {
                handle,
                must_exist: true,
            },
            Some(Ok(None)),
        ) => Open::Nobody(handle),
        (Open::New { handle, .. }, Some(found)) => {
            let profile = found.as_ref().ok().and_then(Option::as_ref);
            Open::Conversation(Partner {
                name: profile.and_then(|profile| profile.display_name.clone()),
                handle,
                conversation: None,
            })
        }
        (open, _) => open,
    };

    // A first message gives the conversation another URL, and whoever has written it writes on.
    let focused = use_memo((), |()| Cell::new(false));
    let onsent = {
        let (route, focused) = (route.clone(), focused.clone());
        Callback::from(move |sent: Sent| {
            let Some(uuid) = sent.group else { return };
            let group = Route::MessageGroup { uuid };
            if group != route {
                focused.set(true);
                navigator.replace(&group);
            }
        })
    };
    let onlast = {
        let edit = groups.edit.clone();
        Callback::from(move |(handle, last): (String, Message)| {
            let edited: Edit<[MessageGroup]> =
                Rc::new(move |groups| preview(groups, &handle, &last));
            edit.emit(edited);
        })
    };

    let heading = match &open {
        Open::Conversation(partner) => text::with(&partner.label()),
        Open::New { handle, .. } => text::with(&format!("@{handle}")),
        Open::Unknown => text::UNKNOWN.to_string(),
        Open::Nobody(handle) => text::nobody(handle),
        Open::List | Open::Waiting | Open::Elsewhere(_) => text::MESSAGES.to_string(),
    };
    use_title(people::title(&heading), groups.loading);

    let all = || html! { <Link to={Route::Messages} class="button">{ text::BACK }</Link> };
    let content = match (&open, &props.person) {
        (Open::List, _) => note(None, text::CHOOSE, Html::default()),
        (Open::Conversation(partner), Some(person)) => {
            let handle = partner.handle.clone();
            html! {
                <ConversationView
                    key={format!("{}/{}", person.username, partner.key())}
                    person={person.clone()}
                    partner={partner.clone()}
                    focused={focused.take()}
                    onlast={onlast.reform(move |last| (handle.clone(), last))}
                    {onsent}
                />
            }
        }
        (Open::Unknown, _) => note(None, text::UNKNOWN_TEXT, all()),
        (Open::Nobody(_), _) => {
            let ways = html! {
                <>
                    { all() }
                    <Link to={Route::Search { term: None }} class="button button-secondary">
                        { text::FIND_SOMEBODY }
                    </Link>
                </>
            };
            note(None, text::NOBODY_TEXT, ways)
        }
        _ => conversation_skeleton(),
    };
    let partner = match &open {
        Open::Conversation(partner) => Some(partner),
        _ => None,
    };
    let is_open = open != Open::List;
    html! {
        <div class={classes!("messages", is_open.then_some("messages-open"))}>
            <section class="messages-list" aria-label={text::GROUPS}>
                if is_open {
                    <header class="column-heading"><h2>{ text::MESSAGES }</h2></header>
                } else {
                    <PageHeading heading={text::MESSAGES} />
                }
                <GroupList
                    groups={groups.value}
                    current={partner.and_then(|partner| partner.conversation.clone())}
                    loading={groups.loading}
                    error={groups.error}
                    onretry={groups.retry}
                />
            </section>
            <section class="messages-conversation" aria-label={heading.clone()}>
                if is_open {
                    <div class="messages-heading">
                        <Link to={Route::Messages} class="icon-button messages-back" label={text::BACK}>
                            { icon(Symbol::Back) }
                        </Link>
                        <PageHeading {heading}>
                            if let Some(partner) = partner {
                                <Link
                                    to={Route::Profile { handle: partner.handle.clone() }}
                                    class="messages-profile text-link"
                                >
                                    <bdi>{ format!("@{}", partner.handle) }</bdi>
                                </Link>
                            }
                        </PageHeading>
                    </div>
                }
                { content }
            </section>
        </div>
    }
}
