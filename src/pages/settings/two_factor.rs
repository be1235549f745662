//! Second factors.

use std::rc::Rc;

use yew::prelude::*;

use super::super::auth::Check;
use super::act::{Act, Question, deed};
use super::use_user;
use crate::components::AuthenticatorKey;
use crate::components::form::{
    CodeField, Field, FormFrame, FormNotice, TextField, use_problems, use_submission,
};
use crate::router::{Link, Route, SettingsSection};
use crate::session::{
    Error, MfaKind, MfaPreference, MfaPreferences, Session, TotpSecret, User, use_session,
    use_session_state,
};
use crate::text::auth::Form;
use crate::text::{settings as text, sign_in, use_language};

/// A change of one kind's setting.
fn preference(kind: &MfaKind, preference: MfaPreference) -> MfaPreferences {
    let preference = Some(preference);
    match kind {
        MfaKind::Sms => MfaPreferences {
            sms: preference,
            ..MfaPreferences::default()
        },
        MfaKind::Email => MfaPreferences {
            email: preference,
            ..MfaPreferences::default()
        },
        _ => MfaPreferences {
            software_token: preference,
            ..MfaPreferences::default()
        },
    }
}

/// Switches a kind on: as the one to be asked for, if it is the first.
async fn switch_on(session: &Session, user: &User, kind: &MfaKind) -> Result<(), Error> {
    let how = match user.preferred_mfa {
        None => MfaPreference::Preferred,
        Some(_) => MfaPreference::On,
    };
    session.set_mfa_preference(preference(kind, how)).await
}

#[component]
pub(super) fn TwoFactorSection() -> Html {
    use_language();
    let options = use_session().options();
    let user = use_user();
    let changed = use_state(|| false);
    let onchanged = {
        let (reload, changed) = (user.reload.clone(), changed.setter());
        Callback::from(move |()| {
            changed.set(true);
            reload.emit(());
        })
    };
    user.view(|user| {
        let kinds = options.mfa.iter().map(|kind| {
            html! {
                <Kind key={kind.as_str()} kind={kind.clone()} user={user.clone()} onchanged={onchanged.clone()} />
            }
        });
        html! {
            <>
                <p>{ text::TWO_FACTOR_TEXT }</p>
                <FormNotice text={changed.then(|| AttrValue::from(text::SAVED))} />
                { for kinds }
            </>
        }
    })
}

#[derive(Properties, PartialEq)]
struct KindProps {
    kind: MfaKind,
    user: Rc<User>,
    onchanged: Callback<()>,
}

/// One kind: whether it is on, and what can be done about that.
#[component]
fn Kind(props: &KindProps) -> Html {
    let session = use_session();
    let secret = use_state(|| None::<TotpSecret>);
    let KindProps {
        kind,
        user,
        onchanged,
    } = props;
    let is_on = user.mfa.contains(kind);
    let preferred = user.preferred_mfa.as_ref() == Some(kind);
    let name = sign_in::mfa_kind(kind);
    let proven = |attribute: &str| {
        let name = format!("{attribute}_verified");
        user.attribute(attribute).is_some() && user.attribute(&name) == Some("true")
    };
    let needs = match kind {
        MfaKind::Email => (!proven("email")).then_some(true),
        MfaKind::Sms => (!proven("phone_number")).then_some(false),
        _ => None,
    };
    let set = |how: MfaPreference| {
        let (session, kind) = (session.clone(), kind.clone());
        Callback::from(move |()| {
            let (session, kind) = (session.clone(), kind.clone());
            deed(async move { session.set_mfa_preference(preference(&kind, how)).await })
        })
    };
    let turn_on = {
        let (session, kind, user) = (session.clone(), kind.clone(), user.clone());
        let secret = secret.setter();
        Callback::from(move |()| {
            let (session, kind, user) = (session.clone(), kind.clone(), user.clone());
            let secret = secret.clone();
            deed(async move {
                if kind == MfaKind::SoftwareToken {
                    secret.set(Some(session.associate_software_token().await?));
                    return Ok(());
                }
                switch_on(&session, &user, &kind).await
            })
        })
    };
    let is_app = *kind == MfaKind::SoftwareToken;
    // The key that has just been made is not news yet.
    let on_turned_on = match is_app {
        true => Callback::noop(),
        false => onchanged.clone(),
    };
    let on_verified = {
        let (secret, onchanged) = (secret.setter(), onchanged.clone());
        Callback::from(move |()| {
            secret.set(None);
            onchanged.emit(());
        })
    };
    let question = Question {
        id: format!("turn-off-{}", kind.as_str()).into(),
        title: text::turn_off_title(&name).into(),
        words: text::TURN_OFF_TEXT.into(),
    };
    html! {
        <section class="settings-part">
            <h3>
                { name }{ " " }
                <span class={classes!("badge", (!is_on).then_some("badge-open"))}>
                    { match (is_on, preferred && user.mfa.len() > 1) {
                        (true, true) => text::ON_FIRST,
                        (true, false) => text::ON,
                        (false, _) => text::OFF,
                    } }
                </span>
            </h3>
            if let (Some(is_email), false) = (needs, is_on) {
                <p>
                    { text::needs_verified(is_email) }{ " " }
                    <Link to={Route::Settings { section: SettingsSection::Profile }} class="text-link">
                        { text::section(SettingsSection::Profile) }
                    </Link>
                </p>
            } else if let Some(secret) = &*secret {
                <NewApp secret={secret.clone()} user={user.clone()} ondone={on_verified} />
            } else if is_on {
                <div class="settings-acts">
                    if !preferred {
                        <Act
                            label={text::ASK_FIRST}
                            busy_label={text::SAVING}
                            about={name.to_string()}
                            act={set(MfaPreference::Preferred)}
                            ondone={onchanged.clone()}
                        />
                    }
                    <Act
                        label={text::TURN_OFF}
                        busy_label={text::SAVING}
                        about={name.to_string()}
                        {question}
                        act={set(MfaPreference::Off)}
                        ondone={onchanged.clone()}
                    />
                </div>
            } else {
                <Act
                    label={if is_app { text::SET_UP } else { text::TURN_ON }}
                    busy_label={text::SAVING}
                    about={name.to_string()}
                    act={turn_on}
                    ondone={on_turned_on}
                />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct NewAppProps {
    secret: TotpSecret,
    user: Rc<User>,
    ondone: Callback<()>,
}

/// An authenticator app that is being set up.
#[component]
fn NewApp(props: &NewAppProps) -> Html {
    let session = use_session();
    let state = use_session_state();
    let problems = use_problems();
    let submission = use_submission();
    let account = state.person().and_then(|person| {
        let names = [&person.email, &person.handle];
        names.into_iter().flatten().next().cloned()
    });
    let onsubmit = {
        let (problems, submission) = (problems.clone(), submission.clone());
        let (ondone, user) = (props.ondone.clone(), props.user.clone());
        move |()| {
            let mut check = Check::default();
            let typed = problems.refs().value(Field::OneTimeCode);
            let code = check.take(Field::OneTimeCode, Field::OneTimeCode.validate(&typed));
            check.show(&problems);
            let Some(code) = code else {
                return;
            };
            let name = problems.refs().value(Field::AppName);
            let (session, problems) = (session.clone(), problems.clone());
            let (ondone, user) = (ondone.clone(), user.clone());
            submission.start(|| async move {
                let name = Some(name.trim()).filter(|name| !name.is_empty());
                let verified = session.verify_software_token(&code, name).await;
                let done = match verified {
                    Ok(()) => switch_on(&session, &user, &MfaKind::SoftwareToken).await,
                    Err(error) => Err(error),
                };
                match done {
                    Ok(()) => ondone.emit(()),
                    Err(error) => problems.show_error(Form::AppCode, &error),
                }
            });
        }
    };
    html! {
        <>
            <p>{ sign_in::APP_STEPS }</p>
            <FormFrame
                problems={problems.clone()}
                busy={submission.busy()}
                label={text::TURN_ON}
                busy_label={text::SAVING}
                {onsubmit}
            >
                <AuthenticatorKey
                    secret={props.secret.clone()}
                    account={account.unwrap_or_else(|| props.user.username.clone())}
                />
                <TextField
                    field={Field::AppName}
                    id="settings-app-name"
                    problems={problems.clone()}
                    autocomplete="off"
                />
                <CodeField
                    field={Field::OneTimeCode}
                    id="settings-app-code"
                    problems={problems.clone()}
                    autocomplete="one-time-code"
                />
            </FormFrame>
        </>
    }
}
