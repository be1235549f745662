//! `/settings`: what a signed-in person can change about the account.
//!
//! One section at a time, each with an address of its own: on a phone there is no room for more, and a section loads only
//! what it shows.

mod act;
mod contact;
mod devices;
mod end;
mod passkeys;
mod password;
mod profile;
mod two_factor;

use std::future::Future;
use std::rc::Rc;

use yew::prelude::*;

use crate::components::PageHeading;
use crate::config::AuthOptions;
use crate::router::{Link, Route, SettingsSection};
use crate::session::{Error, Session, User, use_session};
use crate::task::Task;
use crate::text::auth::{Form, failure};
use crate::text::{settings as text, shell, use_language};

use devices::DevicesSection;
use end::EndSection;
use passkeys::PasskeysSection;
use password::PasswordSection;
use profile::ProfileSection;
use two_factor::TwoFactorSection;

/// Properties of [`SettingsPage`].
#[derive(Properties, PartialEq)]
pub struct SettingsPageProps {
    /// The section on show.
    pub section: SettingsSection,
}

/// The sections that the pool and the configuration have a use for.
fn sections(options: &AuthOptions) -> impl Iterator<Item = SettingsSection> {
    let has = |section: &SettingsSection| match section {
        SettingsSection::TwoFactor => !options.mfa.is_empty(),
        SettingsSection::Passkeys => options.passkeys,
        SettingsSection::Devices => options.devices,
        _ => true,
    };
    SettingsSection::ALL.into_iter().filter(has)
}

/// The settings: which sections there are, and the one on show.
#[component]
pub fn SettingsPage(props: &SettingsPageProps) -> Html {
    use_language();
    let options = use_session().options();
    let link = |section: SettingsSection| {
        html! {
            <li key={section.name()}>
                <Link
                    to={Route::Settings { section }}
                    class="settings-link"
                    current={section == props.section}
                >
                    { text::section(section) }
                </Link>
            </li>
        }
    };
    let section = match props.section {
        SettingsSection::Profile => html! { <ProfileSection /> },
        SettingsSection::Password => html! { <PasswordSection /> },
        SettingsSection::TwoFactor => html! { <TwoFactorSection /> },
        SettingsSection::Passkeys => html! { <PasskeysSection /> },
        SettingsSection::Devices => html! { <DevicesSection /> },
        SettingsSection::Account => html! { <EndSection /> },
    };
    html! {
        <>
            <PageHeading heading={text::TITLE} />
            <nav class="settings-nav" aria-label={text::TITLE}>
                <ul role="list">{ for sections(&options).map(link) }</ul>
            </nav>
            <div class="settings">
                <h2>{ text::section(props.section) }</h2>
                { section }
            </div>
        </>
    }
}

/// What a section loads from the pool.
struct Fetched<T> {
    /// What came last, or why nothing did; `None` while the first answer is on its way.
    value: Option<Result<Rc<T>, Error>>,
    /// Asks again. What is on show stays until the answer is there.
    reload: Callback<()>,
}

impl<T> Fetched<T> {
    /// What there is to see: the section, what keeps it from being there, or that it is on its way.
    fn view(&self, section: impl FnOnce(&Rc<T>) -> Html) -> Html {
        match &self.value {
            Some(Ok(value)) => section(value),
            Some(Err(error)) => {
                let retry = self.reload.reform(|_: MouseEvent| ());
                let kind = crate::config::UsernameKind::Email;
                html! {
                    <div class="feed-message" role="alert">
                        <p>{ failure(kind, Form::Account, error).text }</p>
                        <button type="button" class="button" onclick={retry}>{ text::RETRY }</button>
                    </div>
                }
            }
            None => html! {
                <div class="waiting">
                    <p class="visually-hidden" role="status">{ shell::LOADING }</p>
                    for _ in 0..3 {
                        <span class="skeleton skeleton-line" aria-hidden="true" />
                        <span class="skeleton skeleton-line skeleton-short" aria-hidden="true" />
                    }
                </div>
            },
        }
    }
}

/// Loads something from the pool on arrival, and again on request.
#[hook]
fn use_fetched<T, F>(fetch: impl Fn(Session) -> F + 'static) -> Fetched<T>
where
    T: 'static,
    F: Future<Output = Result<T, Error>> + 'static,
{
    let session = use_session();
    let attempt = use_state(|| 0_u32);
    let value = use_state(|| None);
    use_effect_with(*attempt, {
        let value = value.setter();
        move |_| {
            let answer = fetch(session);
            let task = Task::spawn(async move { value.set(Some(answer.await.map(Rc::new))) });
            move || drop(task)
        }
    });
    let reload = use_callback(*attempt, {
        let attempt = attempt.setter();
        move |(), now| attempt.set(now.wrapping_add(1))
    });
    Fetched {
        value: (*value).clone(),
        reload,
    }
}

/// The user's attributes and second factors.
#[hook]
fn use_user() -> Fetched<User> {
    use_fetched(|session| async move { session.user().await })
}
