//! The router as Yew components and hooks.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Window};
use yew::prelude::*;

use super::{Navigator, Route};
use crate::session::use_session;
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
}

/// Gives its children the router's hooks.
#[component]
pub fn RouterProvider(props: &RouterProviderProps) -> Html {
    let visit = use_reducer(Visit::default);
    let navigator = use_memo((), {
        let visit = visit.dispatcher();
        |()| Navigator::new(Callback::from(move |route| visit.dispatch(route)))
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

#[derive(Default, PartialEq)]
struct Visit {
    /// `None` until the first navigation.
    route: Option<Route>,
    number: u32,
}

impl Reducible for Visit {
    type Action = Route;

    fn reduce(self: std::rc::Rc<Self>, route: Route) -> std::rc::Rc<Self> {
        std::rc::Rc::new(Self {
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
