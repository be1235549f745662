//! The root component.

use futures_util::future::join;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::backend::Backend;
use crate::components::PageHeading;
use crate::components::feed::WallClock;
use crate::components::form::PasswordPolicy;
use crate::components::frame::{Frame, NoticeProvider};
use crate::config::{self, Config, ConfigProblem};
use crate::pages::{ConfigErrorPage, HomePage, NotFoundPage};
use crate::parts::{self, Part};
use crate::router::{Route, RouterProvider, current_route, use_navigator, use_route};
use crate::session::platform::SharedTransport;
use crate::session::{Session, SessionParts, SessionState, use_session_state};
use crate::text::{Language, LanguageProvider, apply, shell, use_language};

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
        let session = Session::new(SessionParts::browser(config));
        let backend = Backend::new(
            config.backend_url.clone(),
            SharedTransport::early(),
            session.clone(),
        );
        // What a crud's age is, and whether it is over, is not for a wrong clock to say.
        let clock = WallClock::new({
            let session = session.clone();
            move || session.now_ms()
        });
        (session, backend, clock)
    });
    let (session, backend, clock) = (*parts).clone();
    use_effect_with(session.clone(), |session| {
        let listener = session.follow_other_tabs();
        move || drop(listener)
    });
    html! {
        <ContextProvider<PasswordPolicy> context={props.config.password_policy.clone()}>
            <ContextProvider<WallClock> context={clock}>
                <Site {session} {backend} />
            </ContextProvider<WallClock>>
        </ContextProvider<PasswordPolicy>>
    }
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
                    <NoticeProvider>
                        <RouterProvider gate={parts::gate()}>
                            <Page />
                        </RouterProvider>
                    </NoticeProvider>
                </LanguageProvider>
            </ContextProvider<Backend>>
        </ContextProvider<Session>>
    }
}

/// The page of the route. In another language it is another page: nothing of the old one stays, except the frame and
/// forms about accounts, which change their words in place and keep the focus and what was typed.
#[component]
fn Page() -> Html {
    let language = use_language().language.tag();
    let navigator = use_navigator();
    let route = use_route();
    let state = use_session_state();
    let signed_out = matches!(state, SessionState::SignedOut(_));
    use_effect_with((route.clone(), signed_out), move |(route, signed_out)| {
        if *signed_out && route.needs_person() {
            // Going back from there does not lead to a page that leads there again.
            navigator.replace(&route.sign_in_and_return());
        }
    });
    let wide = route.is_messages();
    let page = match Part::of(&route) {
        // Until it is known whose page it is, and on the way to the sign-in page.
        _ if route.needs_person() && !matches!(state, SessionState::SignedIn(_)) => {
            html! { <Waiting /> }
        }
        None => match route {
            Route::Home => html! { <HomePage /> },
            _ => html! { <NotFoundPage /> },
        },
        Some(part) => match part.render() {
            Some(render) if part == Part::Account => return render(route),
            Some(render) => render(route),
            None => html! { <Missing /> },
        },
    };
    html! { <Frame {wide}><Anew key={language}>{ page }</Anew></Frame> }
}

/// In place of a page that is for one person only, while it is not known whether they are there.
#[component]
fn Waiting() -> Html {
    let route = use_route();
    html! {
        <>
            <PageHeading heading={shell::page_name(&route)} />
            <p class="visually-hidden" role="status">{ shell::LOADING }</p>
            <div class="waiting" aria-hidden="true">
                for _ in 0..3 {
                    <span class="skeleton skeleton-line" />
                    <span class="skeleton skeleton-line skeleton-short" />
                }
            </div>
        </>
    }
}

/// In place of a page whose part of the app could not be loaded.
#[component]
fn Missing() -> Html {
    use_language();
    let (route, navigator) = (use_route(), use_navigator());
    let again = {
        let route = route.clone();
        use_callback(route, move |_: MouseEvent, route| navigator.replace(route))
    };
    html! {
        <>
            <PageHeading heading={shell::page_name(&route)} />
            <div class="feed-message" role="alert">
                <p>{ shell::PART_NOT_LOADED }</p>
                <button type="button" class="button" onclick={again}>{ shell::CONFIG_RETRY }</button>
                // A link of the browser's own: with the page comes the release that is there by now.
                <a class="text-link" href={route.to_url()}>{ shell::RELOAD }</a>
            </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct AnewProps {
    children: Html,
}

/// Its children. With another key they are mounted anew, which a fragment's key does not see to: Yew compares the keys
/// of components.
#[component]
fn Anew(props: &AnewProps) -> Html {
    props.children.clone()
}

/// Starts the app in the page's body, in place of what is there to be seen until then.
pub fn start() {
    apply(Language::detect());
    spawn_local(async {
        // What the first page needs is fetched at the same time. Without it the page says so.
        let (config, _) = join(config::load(), parts::load(&current_route())).await;
        yew::Renderer::<App>::with_props(AppProps { config }).render();
    });
}
