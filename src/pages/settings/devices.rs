//! Devices that the pool knows of.

use yew::prelude::*;

use super::act::{Act, Question, deed};
use super::use_fetched;
use crate::session::{Device, DeviceStatus, use_session};
use crate::text::{formats, settings as text, use_language};

/// Whether the pool asks for no second factor on it.
fn is_remembered(device: &Device) -> bool {
    device.attribute("dev:device_remembered_status") == Some("remembered")
}

#[component]
pub(super) fn DevicesSection() -> Html {
    use_language();
    let session = use_session();
    let devices = use_fetched(|session| async move { session.devices().await });
    let here = session.device_key();
    let reload = devices.reload.clone();
    let one = |device: &Device| {
        let name = device.name().unwrap_or_default();
        let name = match name.is_empty() {
            true => text::DEVICE.to_string(),
            false => name.to_owned(),
        };
        let remembered = is_remembered(device);
        let is_this = here.as_deref() == Some(&device.key);
        let change = {
            let (session, key) = (session.clone(), device.key.clone());
            let status = match remembered {
                true => DeviceStatus::NotRemembered,
                false => DeviceStatus::Remembered,
            };
            Callback::from(move |()| {
                let (session, key) = (session.clone(), key.clone());
                deed(async move { session.set_device_status(&key, status).await })
            })
        };
        let forget = {
            let (session, key) = (session.clone(), device.key.clone());
            Callback::from(move |()| {
                let (session, key) = (session.clone(), key.clone());
                deed(async move { session.forget_device(&key).await })
            })
        };
        let question = Question {
            id: format!("forget-{}", device.key).into(),
            title: text::forget_title(&name).into(),
            words: text::FORGET_TEXT.into(),
        };
        html! {
            <li key={device.key.clone()} class="settings-item">
                <div>
                    <p class="settings-name">
                        <bdi>{ name.clone() }</bdi>
                        if is_this {
                            { " " }<span class="badge">{ text::THIS_DEVICE }</span>
                        }
                    </p>
                    <p class="settings-hint">
                        { if remembered { text::REMEMBERED } else { text::NOT_REMEMBERED } }
                    </p>
                    if let Some(used) = device.authenticated_at_ms {
                        <p class="settings-hint">{ text::last_used(&formats::full(used)) }</p>
                    }
                </div>
                <div class="settings-acts">
                    <Act
                        label={if remembered { text::REMEMBER_NOT } else { text::REMEMBER }}
                        busy_label={text::SAVING}
                        about={name.clone()}
                        act={change}
                        ondone={reload.clone()}
                    />
                    <Act
                        label={text::FORGET}
                        busy_label={text::DELETING}
                        about={name}
                        {question}
                        act={forget}
                        ondone={reload.clone()}
                    />
                </div>
            </li>
        }
    };
    devices.view(|list| {
        html! {
            <section class="settings-part">
                <p>{ text::DEVICES_TEXT }</p>
                if list.is_empty() {
                    <p>{ text::NO_DEVICES }</p>
                } else {
                    <ul role="list" class="settings-list">{ for list.iter().map(one) }</ul>
                }
            </section>
        }
    })
}
