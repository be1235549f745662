//! The browser's history: entries, and the place on the page that belongs to each.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{History, ResizeObserver, ScrollRestoration, Window};
use yew::Callback;

use super::Route;

/// Goes from page to page. Clones are the same navigator; it never changes, so holding one renders nothing anew.
#[derive(Clone)]
pub struct Navigator(Rc<Inner>);

impl PartialEq for Navigator {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    /// The path and query of the page on show.
    url: RefCell<String>,
    /// The key of the current history entry.
    key: Cell<f64>,
    /// How much of a long list the page on show has on show.
    stretch: Cell<f64>,
    /// Places on the pages of entries left behind.
    places: RefCell<Vec<(f64, Place)>>,
    /// A position to go back to as soon as the page is long enough for it.
    wanted: Cell<Option<f64>>,
    changed: Callback<Route>,
    /// Begins what a page needs before it can be shown.
    prepare: Callback<Route>,
}

/// Where the person is on a page.
#[derive(Clone, Copy)]
struct Place {
    /// The scroll position, in pixels.
    position: f64,
    /// How much of a long list is on show.
    stretch: f64,
}

/// Keeps the navigator listening to the browser; dropped with the router.
pub(super) struct Listeners {
    _popped: Option<EventListener>,
    _leaving: Option<EventListener>,
    _scrolling: Vec<EventListener>,
    observer: Option<ResizeObserver>,
    _resized: Closure<dyn FnMut()>,
}

impl Drop for Listeners {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

impl Navigator {
    /// A navigator for the page's own history. `changed` hears of every navigation, whoever began it.
    pub(super) fn new(changed: Callback<Route>, prepare: Callback<Route>) -> Self {
        let navigator = Self::with(changed, prepare);
        if let Some(history) = history() {
            // The browser restores the position before the page has its content.
            let _ = history.set_scroll_restoration(ScrollRestoration::Manual);
            navigator.0.key.set(new_key(0.0));
            if let Some((key, place)) = entry(&history) {
                navigator.0.key.set(key);
                navigator.want(place);
            } else {
                navigator.mark(&history);
            }
        }
        navigator
    }

    /// A navigator that nobody listens to.
    pub(super) fn detached() -> Self {
        Self::with(Callback::noop(), Callback::noop())
    }

    fn with(changed: Callback<Route>, prepare: Callback<Route>) -> Self {
        Self(Rc::new(Inner {
            url: RefCell::new(current_url()),
            key: Cell::new(0.0),
            stretch: Cell::new(0.0),
            places: RefCell::default(),
            wanted: Cell::new(None),
            changed,
            prepare,
        }))
    }

    /// The route of the page on show.
    pub(super) fn route(&self) -> Route {
        Route::parse(&self.0.url.borrow())
    }

    /// Begins what the route's page needs, for somebody who seems to be about to go there.
    pub fn prepare(&self, route: &Route) {
        self.0.prepare.emit(route.clone());
    }

    /// Goes to `route` in a new history entry; to the page on show, without one.
    pub fn push(&self, route: &Route) {
        let url = route.to_url();
        let same = *self.0.url.borrow() == url;
        self.go(route.clone(), url, same);
    }

    /// Goes to `route` in place of the page on show.
    pub fn replace(&self, route: &Route) {
        self.go(route.clone(), route.to_url(), true);
    }

    /// Gives the page on show another URL: what a reload finds. Nothing is rendered, announced or scrolled.
    pub fn amend(&self, route: &Route) {
        let Some(history) = history() else { return };
        let url = route.to_url();
        let state = state(self.0.key.get(), self.place());
        let _ = history.replace_state_with_url(&state, "", Some(&url));
        *self.0.url.borrow_mut() = url;
    }

    /// Goes back one history entry.
    pub fn back(&self) {
        if let Some(history) = history() {
            let _ = history.back();
        }
    }

    /// Where the page on show is scrolled to, or will be as soon as it is long enough, in pixels.
    pub fn position(&self) -> f64 {
        self.0.wanted.get().unwrap_or_else(scroll_position)
    }

    /// How many entries of a long list the page on show had on show when the person left it; 0 if that is not known.
    pub fn stretch(&self) -> usize {
        self.0.stretch.get() as usize
    }

    /// Notes how many entries of a long list the page on show has on show by now.
    pub fn set_stretch(&self, entries: usize) {
        self.0.stretch.set(entries as f64);
    }

    fn go(&self, route: Route, url: String, replace: bool) {
        let Some(history) = history() else { return };
        if !replace {
            self.remember(&history);
            self.0.key.set(new_key(self.0.key.get()));
        }
        // The list of the page on show stays as it is when the page is asked for anew.
        if *self.0.url.borrow() != url {
            self.0.stretch.set(0.0);
        }
        let place = Place {
            position: 0.0,
            stretch: self.0.stretch.get(),
        };
        let state = state(self.0.key.get(), place);
        // A browser refuses only a flood of entries; the page changes all the same.
        let _ = if replace {
            history.replace_state_with_url(&state, "", Some(&url))
        } else {
            history.push_state_with_url(&state, "", Some(&url))
        };
        *self.0.url.borrow_mut() = url;
        self.0.wanted.set(Some(0.0));
        self.0.changed.emit(route);
    }

    /// The browser has moved to another entry.
    fn popped(&self) {
        let Some(history) = history() else { return };
        let url = current_url();
        let left = self.0.key.get();
        self.keep(left, self.place());
        match entry(&history) {
            Some((key, place)) => {
                self.0.key.set(key);
                self.want(self.known(key).unwrap_or(place));
            }
            // An entry that somebody made by hand, by editing the fragment for instance.
            None => {
                self.0.key.set(new_key(left));
                self.mark(&history);
                self.0.wanted.set(None);
            }
        }
        let changed = *self.0.url.borrow() != url;
        if changed {
            let route = Route::parse(&url);
            *self.0.url.borrow_mut() = url;
            self.0.changed.emit(route);
        } else {
            self.scroll();
        }
    }

    /// Scrolls to the wanted position if there is one and the page reaches that far.
    pub(super) fn scroll(&self) {
        let (Some(wanted), Some(window)) = (self.0.wanted.get(), web_sys::window()) else {
            return;
        };
        window.scroll_to_with_x_and_y(0.0, wanted);
        // Within a pixel: positions are fractions on some screens.
        if (scroll_position() - wanted).abs() < 1.0 {
            self.0.wanted.set(None);
        }
    }

    fn want(&self, place: Place) {
        self.0.wanted.set(Some(place.position));
        self.0.stretch.set(place.stretch);
    }

    fn place(&self) -> Place {
        Place {
            position: scroll_position(),
            stretch: self.0.stretch.get(),
        }
    }

    /// Notes the place of the current entry in memory and in the entry itself, where it outlives a reload.
    fn remember(&self, history: &History) {
        self.keep(self.0.key.get(), self.place());
        self.mark(history);
    }

    fn mark(&self, history: &History) {
        let state = state(self.0.key.get(), self.place());
        let _ = history.replace_state_with_url(&state, "", None);
    }

    fn keep(&self, key: f64, place: Place) {
        let mut places = self.0.places.borrow_mut();
        match places.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = place,
            None => places.push((key, place)),
        }
    }

    fn known(&self, key: f64) -> Option<Place> {
        let places = self.0.places.borrow();
        let (_, place) = places.iter().find(|(known, _)| *known == key)?;
        Some(*place)
    }

    /// Starts listening to the browser.
    pub(super) fn listen(&self) -> Listeners {
        let window = web_sys::window();
        let on_window = |name: &'static str, action: fn(&Self)| {
            let navigator = self.clone();
            let options = EventListenerOptions::default();
            window.as_ref().map(|window| {
                EventListener::new_with_options(window, name, options, move |_| action(&navigator))
            })
        };
        let navigator = self.clone();
        let resized = Closure::<dyn FnMut()>::new(move || navigator.scroll());
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        let body = window
            .as_ref()
            .and_then(Window::document)
            .and_then(|document| document.body());
        if let (Some(observer), Some(body)) = (&observer, body) {
            observer.observe(&body);
        }
        let popped = on_window("popstate", Self::popped);
        // Whoever has gone back or forward since the page was first rendered is followed now.
        if *self.0.url.borrow() != current_url() {
            self.popped();
        }
        Listeners {
            _popped: popped,
            _leaving: on_window("pagehide", |navigator| {
                if let Some(history) = history() {
                    navigator.remember(&history);
                }
            }),
            // Whoever scrolls by hand is not pulled back when the rest of the page arrives.
            _scrolling: ["wheel", "touchmove", "keydown", "pointerdown"]
                .into_iter()
                .filter_map(|name| on_window(name, |navigator| navigator.0.wanted.set(None)))
                .collect(),
            observer,
            _resized: resized,
        }
    }
}

/// The route that the page's own URL names.
pub fn current_route() -> Route {
    Route::parse(&current_url())
}

fn history() -> Option<History> {
    web_sys::window()?.history().ok()
}

fn current_url() -> String {
    let parts = || {
        let location = web_sys::window()?.location();
        Some(location.pathname().ok()? + &location.search().ok()?)
    };
    parts().unwrap_or_default()
}

fn scroll_position() -> f64 {
    web_sys::window()
        .and_then(|window| window.scroll_y().ok())
        .unwrap_or_default()
}

/// A key that no entry of this tab has: the time, made to grow.
fn new_key(last: f64) -> f64 {
    js_sys::Date::now().max(last + 1.0)
}

fn state(key: f64, place: Place) -> JsValue {
    let Place { position, stretch } = place;
    Array::of3(&key.into(), &position.into(), &stretch.into()).into()
}

fn entry(history: &History) -> Option<(f64, Place)> {
    let state = history.state().ok()?.dyn_into::<Array>().ok()?;
    let place = Place {
        position: state.get(1).as_f64()?,
        stretch: state.get(2).as_f64()?,
    };
    Some((state.get(0).as_f64()?, place))
}
