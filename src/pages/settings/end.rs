//! Signing out, and deleting the account.

use yew::prelude::*;

use super::act::{Act, Question, deed};
use crate::components::frame::leave;
use crate::router::{Route, use_navigator};
use crate::session::use_session;
use crate::text::{settings as text, use_language};

#[component]
pub(super) fn EndSection() -> Html {
    use_language();
    let session = use_session();
    let navigator = use_navigator();
    let sign_out = |everywhere: bool| {
        let (session, navigator) = (session.clone(), navigator.clone());
        Callback::from(move |()| {
            match everywhere {
                true => leave(&navigator, session.sign_out()),
                false => leave(&navigator, session.sign_out_here()),
            }
            deed(async { Ok(()) })
        })
    };
    let delete = {
        let (session, navigator) = (session.clone(), navigator.clone());
        Callback::from(move |()| {
            let (session, navigator) = (session.clone(), navigator.clone());
            deed(async move {
                session.delete_user().await?;
                navigator.push(&Route::Home);
                Ok(())
            })
        })
    };
    let question = Question {
        id: "delete-account".into(),
        title: text::DELETE_TITLE.into(),
        words: text::DELETE_TEXT.into(),
    };
    html! {
        <>
            <section class="settings-part">
                <h3>{ text::SIGN_OUT_TITLE }</h3>
                <p>{ text::SIGN_OUT_TEXT }</p>
                <div class="settings-acts">
                    <Act
                        label={text::SIGN_OUT_HERE}
                        busy_label={text::SAVING}
                        act={sign_out(false)}
                        ondone={Callback::noop()}
                    />
                    <Act
                        label={text::SIGN_OUT_EVERYWHERE}
                        busy_label={text::SAVING}
                        act={sign_out(true)}
                        ondone={Callback::noop()}
                    />
                </div>
            </section>
            <section class="settings-part">
                <h3>{ text::DELETE_ACCOUNT }</h3>
                <p>{ text::DELETE_INTRO }</p>
                <Act
                    label={text::DELETE_ACCOUNT}
                    busy_label={text::DELETING}
                    class="button button-danger"
                    {question}
                    act={delete}
                    ondone={Callback::noop()}
                />
            </section>
        </>
    }
}
