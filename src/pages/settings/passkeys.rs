//! Passkeys.

use yew::prelude::*;

use super::act::{Act, Question, deed};
use super::use_fetched;
use crate::components::form::FormNotice;
use crate::session::{WebAuthnCredential, use_session};
use crate::text::{formats, settings as text, use_language};

#[component]
pub(super) fn PasskeysSection() -> Html {
    use_language();
    let session = use_session();
    let passkeys = use_fetched(|session| async move { session.passkeys().await });
    let added = use_state(|| false);
    let add = {
        let session = session.clone();
        Callback::from(move |()| {
            let session = session.clone();
            Box::pin(async move { session.add_passkey().await }) as super::act::Deed
        })
    };
    let on_added = {
        let (added, reload) = (added.setter(), passkeys.reload.clone());
        Callback::from(move |()| {
            added.set(true);
            reload.emit(());
        })
    };
    let on_deleted = {
        let (added, reload) = (added.setter(), passkeys.reload.clone());
        Callback::from(move |()| {
            added.set(false);
            reload.emit(());
        })
    };
    let one = |passkey: &WebAuthnCredential| {
        let name = match passkey.name.is_empty() {
            true => text::PASSKEY.to_string(),
            false => passkey.name.clone(),
        };
        let delete = {
            let (session, id) = (session.clone(), passkey.id.clone());
            Callback::from(move |()| {
                let (session, id) = (session.clone(), id.clone());
                deed(async move { session.delete_passkey(&id).await })
            })
        };
        let question = Question {
            id: format!("delete-{}", passkey.id).into(),
            title: text::delete_passkey_title(&name).into(),
            words: text::DELETE_PASSKEY_TEXT.into(),
        };
        html! {
            <li key={passkey.id.clone()} class="settings-item">
                <div>
                    <p class="settings-name"><bdi>{ name.clone() }</bdi></p>
                    if let Some(made) = passkey.created_at_ms {
                        <p class="settings-hint">{ text::made(&formats::full(made)) }</p>
                    }
                </div>
                <Act
                    label={text::DELETE}
                    busy_label={text::DELETING}
                    about={name}
                    {question}
                    act={delete}
                    ondone={on_deleted.clone()}
                />
            </li>
        }
    };
    passkeys.view(|list| {
        html! {
            <section class="settings-part">
                <p>{ text::PASSKEYS_TEXT }</p>
                <FormNotice text={added.then(|| AttrValue::from(text::PASSKEY_ADDED))} />
                if list.is_empty() {
                    <p>{ text::NO_PASSKEYS }</p>
                } else {
                    <ul role="list" class="settings-list">{ for list.iter().map(one) }</ul>
                }
                if session.supports_passkeys() {
                    <Act
                        label={text::ADD_PASSKEY}
                        busy_label={text::ADDING_PASSKEY}
                        class="button"
                        act={add}
                        ondone={on_added}
                    />
                } else {
                    <p>{ text::PASSKEYS_UNSUPPORTED }</p>
                }
            </section>
        }
    })
}
