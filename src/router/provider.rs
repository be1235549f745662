//! The router as Yew components and hooks.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, Window};
use yew::prelude::*;

use super::{Navigator, Route};
use crate::session::{Session, use_session};
use crate::text::{shell, use_language};

/// Where the person is.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The page.
    pub route: Route,
    /// How many navigations there were before this one. A link to the page on show counts too: it asks for the page
    /// anew. Zero is the page's load.
    pub visit: u32,
}

/// Properties of [`RouterProvider`].
#[derive(Properties, PartialEq)]
pub struct RouterProviderProps {
    /// What may use the router.
    #[prop_or_default]
    pub children: Html,
    /// What pages need before they can be shown.
    #[prop_or_default]
    pub gate: Gate,
}

/// What it takes to show a page, under way.
pub type Opening = Pin<Box<dyn Future<Output = ()>>>;

/// What pages need before they can be shown. It does not change while the app runs.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Whether the route's page can be shown at once.
    pub is_open: fn(&Session, &Route) -> bool,
    /// Does what it takes to show it, or finds out that it cannot be done.
    pub open: fn(Session, Route) -> Opening,
}

impl Default for Gate {
    /// All pages can be shown at once.
    fn default() -> Self {
        Self {
            is_open: |_, _| true,
            open: |_, _| Box::pin(async {}),
        }
    }
}

impl PartialEq for Gate {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Gives its children the router's hooks.
#[component]
pub fn RouterProvider(props: &RouterProviderProps) -> Html {
    let visit = use_reducer(Visit::default);
    let (gate, session) = (props.gate, use_session());
    let navigator = use_memo((), {
        let visit = visit.dispatcher();
        let latest = Rc::new(Cell::new(0_u32));
        let for_whom = session.clone();
        let arrive = move |route: Route| {
            let number = latest.get().wrapping_add(1);
            latest.set(number);
            if (gate.is_open)(&for_whom, &route) {
                set_loading(false);
                return visit.dispatch(route);
            }
            // The page on show stays until the other one can be shown, or it is known that it cannot.
            set_loading(true);
            let (visit, latest) = (visit.clone(), latest.clone());
            let opening = (gate.open)(for_whom.clone(), route.clone());
            spawn_local(async move {
                opening.await;
                if latest.get() == number {
                    set_loading(false);
                    visit.dispatch(route);
                }
            });
        };
        let prepare = move |route: Route| {
            if !(gate.is_open)(&session, &route) {
                spawn_local((gate.open)(session.clone(), route));
            }
        };
        move |()| Navigator::new(Callback::from(arrive), Callback::from(prepare))
    });
    let location = Location {
        route: visit.route.clone().unwrap_or_else(|| navigator.route()),
        visit: visit.number,
    };

    use_effect_with((), {
        let navigator = navigator.clone();
        move |()| {
            let listeners = navigator.listen();
            move || drop(listeners)
        }
    });

    html! {
        <ContextProvider<Navigator> context={(*navigator).clone()}>
            <ContextProvider<Location> context={location}>
                { props.children.clone() }
                <Arrival />
            </ContextProvider<Location>>
        </ContextProvider<Navigator>>
    }
}

/// Marks the document while a page's part of the app is on its way.
fn set_loading(loading: bool) {
    let document = web_sys::window().as_ref().and_then(Window::document);
    if let Some(root) = document.and_then(|document| document.document_element()) {
        // Neither fails for a name like this.
        let _ = match loading {
            true => root.set_attribute("data-loading", ""),
            false => root.remove_attribute("data-loading"),
        };
    }
}

#[derive(Default, PartialEq)]
struct Visit {
    /// `None` until the first navigation.
    route: Option<Route>,
    number: u32,
}

impl Reducible for Visit {
    type Action = Route;

    fn reduce(self: Rc<Self>, route: Route) -> Rc<Self> {
        Rc::new(Self {
            route: Some(route),
            number: self.number.wrapping_add(1),
        })
    }
}

/// What happens on arrival at a page: title, focus, position, announcement.
#[component]
fn Arrival() -> Html {
    let location = use_location();
    let navigator = use_navigator();
    let language = use_language().language;
    let kind = use_session().options().username;
    let title = shell::page_title(&location.route, kind);

    // A page that knows better says so itself as soon as it has loaded, which it does anew in another language too.
    use_effect_with((location.clone(), language), move |(location, _)| {
        if let Some(document) = web_sys::window().as_ref().and_then(Window::document) {
            document.set_title(&shell::page_title(&location.route, kind));
        }
    });
    use_effect_with(location.clone(), move |location| {
        // On load the focus stays where the browser put it, for screen readers read the whole page then.
        if location.visit > 0 {
            focus_heading();
        }
        navigator.scroll();
    });

    let announced = if location.visit > 0 {
        title
    } else {
        String::new()
    };
    html! { <div class="visually-hidden" role="status">{ announced }</div> }
}

/// Moves the focus to the page's `h1`, so that the keyboard and screen readers go on from there. While there is none,
/// nothing has the focus: a heading that comes later takes it.
fn focus_heading() {
    let Some(document) = web_sys::window().as_ref().and_then(Window::document) else {
        return;
    };
    let html = |element: web_sys::Element| element.dyn_into::<HtmlElement>().ok();
    let heading = document.query_selector("h1").ok().flatten().and_then(html);
    let Some(heading) = heading else {
        if let Some(active) = document.active_element().and_then(html) {
            let _ = active.blur();
        }
        return;
    };
    if !heading.has_attribute("tabindex") {
        heading.set_tab_index(-1);
    }
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = heading.focus_with_options(&options);
}

/// Where the person is. Renders the component anew on every navigation.
///
/// Outside a [`RouterProvider`] the page is as if not found.
#[hook]
pub fn use_location() -> Location {
    use_context::<Location>().unwrap_or(Location {
        route: Route::NotFound,
        visit: 0,
    })
}

/// The page on show. Renders the component anew on every navigation.
#[hook]
pub fn use_route() -> Route {
    use_location().route
}

/// The navigator. Outside a [`RouterProvider`] it changes the browser's history and nothing else.
#[hook]
pub fn use_navigator() -> Navigator {
    use_context::<Navigator>().unwrap_or_else(Navigator::detached)
}
