//! An e-mail address or a phone number: changed, and proven by a code.

use std::rc::Rc;

use yew::prelude::*;

use super::super::auth::Check;
use super::super::confirm::{RESEND_AFTER_LIMIT_S, RESEND_AFTER_S, resend_button};
use crate::components::form::{
    CodeField, Field, FormFrame, FormNotice, TextField, use_cooldown, use_problems, use_submission,
};
use crate::session::{CodeDelivery, Error, ErrorKind, User, use_session};
use crate::text::auth::{Form, code_sent};
use crate::text::{settings as text, sign_in, use_language};

#[derive(Properties, PartialEq)]
pub(super) struct ContactProps {
    /// [`Field::Email`] or [`Field::PHONE`].
    pub field: Field,
    pub user: Rc<User>,
    pub onchanged: Callback<()>,
}

/// Good news about it.
#[derive(Clone, PartialEq)]
enum News {
    /// A code went there; the pool waits for it.
    CodeSent(CodeDelivery),
    Saved,
    Verified,
}

#[component]
pub(super) fn Contact(props: &ContactProps) -> Html {
    use_language();
    let session = use_session();
    let (problems, code_problems) = (use_problems(), use_problems());
    let (submission, verifying, sending) = (use_submission(), use_submission(), use_submission());
    let cooldown = use_cooldown();
    let news = use_state(|| None::<News>);
    let is_email = props.field == Field::Email;
    let (attribute, autocomplete) = match is_email {
        true => ("email", "email"),
        false => ("phone_number", "tel"),
    };
    let current = props.user.attribute(attribute);
    let verified_name = format!("{attribute}_verified");
    let verified = props.user.attribute(&verified_name) == Some("true");

    // A code is on its way, unless the address was taken as it is.
    let sent = {
        let (news, cooldown) = (news.setter(), cooldown.clone());
        move |delivery: Option<CodeDelivery>| match delivery {
            Some(delivery) => {
                cooldown.start(RESEND_AFTER_S);
                news.set(Some(News::CodeSent(delivery)));
            }
            None => news.set(Some(News::Saved)),
        }
    };
    let onsubmit = {
        let (session, problems, submission) =
            (session.clone(), problems.clone(), submission.clone());
        let (field, user, onchanged) = (props.field, props.user.clone(), props.onchanged.clone());
        let sent = sent.clone();
        move |()| {
            let mut check = Check::default();
            let value = check.take(field, field.validate(&problems.refs().value(field)));
            check.show(&problems);
            let Some(value) = value.filter(|value| user.attribute(attribute) != Some(value)) else {
                return;
            };
            let (session, problems) = (session.clone(), problems.clone());
            let (sent, onchanged) = (sent.clone(), onchanged.clone());
            submission.start(|| async move {
                let changes = [(attribute.to_owned(), value)];
                match session.update_attributes(&changes).await {
                    Ok(deliveries) => {
                        let ours = |delivery: &CodeDelivery| {
                            delivery.attribute_name.as_deref() == Some(attribute)
                        };
                        sent(deliveries.into_iter().find(ours));
                        onchanged.emit(());
                    }
                    Err(error) => problems.show_error(Form::Account, &error),
                }
            });
        }
    };
    let send = {
        let (session, problems, sending) = (session.clone(), problems.clone(), sending.clone());
        let cooldown = cooldown.clone();
        Callback::from(move |_: MouseEvent| {
            if cooldown.left_s() > 0 {
                return;
            }
            let (session, problems) = (session.clone(), problems.clone());
            let (sent, cooldown) = (sent.clone(), cooldown.clone());
            problems.clear();
            sending.start(|| async move {
                match session.send_attribute_code(attribute).await {
                    Ok(delivery) => sent(Some(delivery)),
                    Err(error) => {
                        if error.kind == ErrorKind::LimitExceeded {
                            cooldown.start(RESEND_AFTER_LIMIT_S);
                        }
                        problems.show_error(Form::Resend, &error);
                    }
                }
            });
        })
    };
    let verify = {
        let (problems, news) = (code_problems.clone(), news.setter());
        let (verifying, onchanged) = (verifying.clone(), props.onchanged.clone());
        move |()| {
            let mut check = Check::default();
            let typed = problems.refs().value(Field::OneTimeCode);
            let code = check.take(Field::OneTimeCode, Field::OneTimeCode.validate(&typed));
            check.show(&problems);
            let Some(code) = code else {
                return;
            };
            let (session, problems) = (session.clone(), problems.clone());
            let (news, onchanged) = (news.clone(), onchanged.clone());
            verifying.start(|| async move {
                let verified: Result<(), Error> = session.verify_attribute(attribute, &code).await;
                match verified {
                    Ok(()) => {
                        news.set(Some(News::Verified));
                        onchanged.emit(());
                    }
                    Err(error) => problems.show_error(Form::SentCode, &error),
                }
            });
        }
    };
    let words = news.as_ref().map(|news| match news {
        News::CodeSent(delivery) => code_sent(delivery),
        News::Saved => text::SAVED.to_string(),
        News::Verified => text::verified(is_email).to_string(),
    });
    let waiting = matches!(*news, Some(News::CodeSent(_)));
    let another = resend_button(
        sign_in::SEND_ANOTHER,
        sign_in::SENDING,
        sending.busy(),
        cooldown.left_s(),
        send.clone(),
    );
    html! {
        <section class="settings-part">
            <h3>{ text::contact(is_email) }</h3>
            if let Some(current) = current {
                <p class="settings-now">
                    <bdi>{ current.to_owned() }</bdi>{ " " }
                    <span class={classes!("badge", (!verified).then_some("badge-open"))}>
                        { if verified { text::VERIFIED } else { text::NOT_VERIFIED } }
                    </span>
                </p>
                if !verified && !waiting {
                    <button type="button" class="button button-way" onclick={send}>
                        { text::SEND_CODE }
                    </button>
                }
            }
            <FormNotice text={words.map(AttrValue::from)} />
            if waiting {
                <FormFrame
                    problems={code_problems.clone()}
                    busy={verifying.busy()}
                    label={text::VERIFY}
                    busy_label={text::VERIFYING}
                    beside={another}
                    onsubmit={verify}
                >
                    <CodeField
                        field={Field::OneTimeCode}
                        id={format!("settings-{attribute}-code")}
                        problems={code_problems.clone()}
                        autocomplete="one-time-code"
                    />
                </FormFrame>
            }
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::CHANGE}
                busy_label={text::SAVING}
                {onsubmit}
            >
                <TextField
                    field={props.field}
                    id={format!("settings-{attribute}")}
                    problems={problems.clone()}
                    {autocomplete}
                    initial={current.unwrap_or_default().to_owned()}
                />
            </FormFrame>
        </section>
    }
}
