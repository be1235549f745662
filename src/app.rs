//! The root component.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::backend::Backend;
use crate::components::frame::Frame;
use crate::config::{self, Config, ConfigProblem};
use crate::pages::{
    ConfigErrorPage, ConfirmPage, ForgotPage, HomePage, MessagesPage, NotFoundPage,
    NotificationsPage, ProfilePage, SearchPage, SignInPage, SignUpPage, StatusPage,
};
use crate::router::{Route, RouterProvider, use_route};
use crate::session::platform::SharedTransport;
use crate::session::{Session, SessionParts};
use crate::text::{Language, LanguageProvider, apply, use_language};

/// Properties of [`App`].
#[derive(Properties, PartialEq)]
pub struct AppProps {
    /// The configuration, or why there is none.
    pub config: Result<Config, ConfigProblem>,
}

/// The app, or what is wrong with its configuration.
#[component]
pub fn App(props: &AppProps) -> Html {
    let config = use_state(|| props.config.clone());
    let retrying = use_state(|| false);
    let retry = use_callback((), {
        let (config, retrying) = (config.setter(), retrying.setter());
        move |(), ()| {
            let (config, retrying) = (config.clone(), retrying.clone());
            retrying.set(true);
            spawn_local(async move {
                config.set(config::load().await);
                retrying.set(false);
            });
        }
    });
    match &*config {
        Ok(config) => html! { <Configured config={config.clone()} /> },
        Err(problem) => html! {
            <ConfigErrorPage
                problem={problem.clone()}
                source={config::source_url()}
                retrying={*retrying}
                onretry={retry}
            />
        },
    }
}

#[derive(Properties, PartialEq)]
struct ConfiguredProps {
    config: Config,
}

#[component]
fn Configured(props: &ConfiguredProps) -> Html {
    let parts = use_memo(props.config.clone(), |config| {
        let session = Session::new(SessionParts::browser(config.cognito.clone()));
        let backend = Backend::new(
            config.backend_url.clone(),
            SharedTransport::browser(),
            session.clone(),
        );
        (session, backend)
    });
    let (session, backend) = (*parts).clone();
    use_effect_with(session.clone(), |session| {
        let listener = session.follow_other_tabs();
        move || drop(listener)
    });
    html! { <Site {session} {backend} /> }
}

/// Properties of [`Site`].
#[derive(Properties, PartialEq)]
pub struct SiteProps {
    /// Who is signed in.
    pub session: Session,
    /// The backend.
    pub backend: Backend,
}

/// All pages, around one session and one backend.
#[component]
pub fn Site(props: &SiteProps) -> Html {
    html! {
        <ContextProvider<Session> context={props.session.clone()}>
            <ContextProvider<Backend> context={props.backend.clone()}>
                <LanguageProvider>
                    <RouterProvider>
                        <Page />
                    </RouterProvider>
                </LanguageProvider>
            </ContextProvider<Backend>>
        </ContextProvider<Session>>
    }
}

/// The page of the route. In another language it is another page: nothing of the old one stays, except in forms about
/// accounts, which change their words in place and keep what was typed.
#[component]
fn Page() -> Html {
    let language = use_language().language.tag();
    let route = use_route();
    let key = match route {
        Route::SignIn { .. }
        | Route::SignUp { .. }
        | Route::Confirm { .. }
        | Route::Forgot { .. } => "any",
        _ => language,
    };
    let page = match route {
        Route::Home => html! { <Frame><HomePage /></Frame> },
        Route::SignIn { .. } => html! { <SignInPage /> },
        Route::SignUp { .. } => html! { <SignUpPage /> },
        Route::Confirm { .. } => html! { <ConfirmPage /> },
        Route::Forgot { .. } => html! { <ForgotPage /> },
        Route::Profile { handle } => html! { <Frame><ProfilePage {handle} /></Frame> },
        Route::Status { handle, uuid } => html! { <Frame><StatusPage {handle} {uuid} /></Frame> },
        Route::Notifications => html! { <Frame><NotificationsPage /></Frame> },
        Route::Messages
        | Route::Conversation { .. }
        | Route::MessageGroup { .. }
        | Route::NewConversation { .. } => html! { <Frame><MessagesPage /></Frame> },
        Route::Search { term } => html! { <Frame><SearchPage {term} /></Frame> },
        Route::NotFound => html! { <Frame><NotFoundPage /></Frame> },
    };
    html! { <key={key}>{ page }</> }
}

/// Starts the app in the page's body, in place of what is there to be seen until then.
pub fn start() {
    crate::crash::install();
    apply(Language::detect());
    spawn_local(async {
        let config = config::load().await;
        yew::Renderer::<App>::with_props(AppProps { config }).render();
    });
}
