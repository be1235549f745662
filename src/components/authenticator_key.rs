//! What an authenticator app has to know.

use yew::prelude::*;

use super::feed::copy;
use super::qr_code;
use crate::session::TotpSecret;
use crate::text::{shell, sign_in as text, use_language};

/// Properties of [`AuthenticatorKey`].
#[derive(Properties, PartialEq)]
pub struct AuthenticatorKeyProps {
    /// The key.
    pub secret: TotpSecret,
    /// Whose it is, as the app shows it: what the person signs in with.
    pub account: AttrValue,
}

/// A key for an authenticator app: to be scanned, to be read, to be copied.
#[component]
pub fn AuthenticatorKey(props: &AuthenticatorKeyProps) -> Html {
    use_language();
    let copied = use_state(|| None::<bool>);
    let onclick = {
        let (copied, secret) = (copied.setter(), props.secret.clone());
        move |_: MouseEvent| {
            let (copied, secret) = (copied.clone(), secret.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let Some(window) = web_sys::window() else {
                    return;
                };
                copied.set(Some(copy(&window.navigator(), secret.expose()).await));
            });
        }
    };
    let uri = props.secret.otpauth_uri(shell::PRODUCT, &props.account);
    // In fours, as it is easier to type; apps take it with the blanks.
    let letters: Vec<char> = props.secret.expose().chars().collect();
    let fours: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    html! {
        <div class="app-key">
            { qr_code(&uri, text::QR_LABEL.into()) }
            <div class="app-key-text">
                <span id="app-key-label">{ text::KEY }</span>
                <code tabindex="0" role="group" aria-labelledby="app-key-label">{ fours.join(" ") }</code>
                <button type="button" class="button button-way" {onclick}>{ text::COPY }</button>
                <p role="status">
                    { copied.map(|copied| if copied { text::COPIED } else { text::NOT_COPIED }) }
                </p>
            </div>
        </div>
    }
}
