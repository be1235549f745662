//! The root component.

use futures_util::future::join;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::backend::Backend;
use crate::components::feed::WallClock;
use crate::components::frame::Frame;
use crate::components::{PageHeading, not_loaded};
use crate::config::{self, Config, ConfigProblem};
use crate::early;
use crate::pages::{HomePage, config_error, not_found};
use crate::parts::{self, Members, Part};
use crate::router::{Navigator, Route, RouterProvider, current_route, use_navigator, use_route};
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
                config.set(configure().await);
                retrying.set(false);
            });
        }
    });
    match &*config {
        Ok(config) => html! { <Configured config={config.clone()} /> },
        Err(problem) => config_error(problem, *retrying, &retry),
    }
}

#[derive(Properties, PartialEq)]
struct ConfiguredProps {
    config: Config,
}

#[component]
fn Configured(props: &ConfiguredProps) -> Html {
    let parts = use_memo(props.config.clone(), |config| {
        let session = Session::new(SessionParts::browser(config, Members::renewer));
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
        <ContextProvider<WallClock> context={clock}>
            <Site {session} {backend} />
        </ContextProvider<WallClock>>
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
                    <RouterProvider gate={parts::gate()}>
                        <Page />
                    </RouterProvider>
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
    use_effect_with((route.clone(), signed_out), {
        let navigator = navigator.clone();
        move |(route, signed_out)| {
            if *signed_out && route.needs_person() {
                // Going back from there does not lead to a page that leads there again.
                navigator.replace(&route.sign_in_and_return());
            }
        }
    });
    let wide = route.is_messages();
    let page = match Part::of(&route) {
        // Until it is known whose page it is, and on the way to the sign-in page.
        _ if route.needs_person() && !matches!(state, SessionState::SignedIn(_)) => waiting(&route),
        None => match route {
            Route::Home => html! { <HomePage /> },
            _ => not_found(),
        },
        Some(part) => match part.render() {
            Some(render) if part == Part::Account => return render(route),
            Some(render) => render(route),
            None => missing(route, navigator),
        },
    };
    html! { <Frame {wide}><Anew key={language}>{ page }</Anew></Frame> }
}

/// In place of a page that is for one person only, while it is not known whether they are there.
fn waiting(route: &Route) -> Html {
    html! {
        <>
            <PageHeading heading={shell::page_name(route)} />
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
fn missing(route: Route, navigator: Navigator) -> Html {
    let (name, url) = (shell::page_name(&route), route.to_url());
    let again = Callback::from(move |_: MouseEvent| navigator.replace(&route));
    html! {
        <>
            <PageHeading heading={name} />
            <div class="feed-message" role="alert">
                { not_loaded(shell::PART_NOT_LOADED, url, again) }
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

/// The configuration, or what is wrong with it and the words for that.
async fn configure() -> Result<Config, ConfigProblem> {
    let config = config::load().await;
    if matches!(&config, Err(problem) if *problem != ConfigProblem::Unreachable) {
        parts::load_config_faults().await;
    }
    config
}

/// Where the app is in the page.
const PLACE: &str = "app";

/// Starts the app, in place of what is there to be seen until then.
pub fn start() {
    apply(Language::detect());
    spawn_local(async {
        // What the first page needs is fetched at the same time. Without it the page says so.
        let mut route = current_route();
        let parts = join(parts::load(&route), async {
            if early::is_known() {
                let _ = Members::load().await;
            }
        });
        let (config, _) = join(configure(), parts).await;
        // Nobody has listened yet to who went back or forward meanwhile.
        while route != current_route() {
            route = current_route();
            let _ = parts::load(&route).await;
        }
        let document = web_sys::window().and_then(|window| window.document());
        let Some((place, body)) = document
            .and_then(|document| Some((document.create_element("div").ok()?, document.body()?)))
        else {
            return;
        };
        place.set_id(PLACE);
        // Fails for nothing that can be in a page.
        let _ = body.append_child(&place);
        yew::Renderer::<App>::with_root_and_props(place, AppProps { config }).render();
        early::take_over();
    });
}
