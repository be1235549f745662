//! The time that feeds go by.

use std::fmt;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// At least this often the time is looked at, in milliseconds: clocks get set, and devices sleep.
const LONGEST_WAIT_MS: i64 = 3_600_000;

/// A clock of milliseconds since 1970 UTC. Compares by identity.
#[derive(Clone)]
pub struct WallClock(Rc<dyn Fn() -> i64>);

impl WallClock {
    /// A clock that a function tells.
    pub fn new(now: impl Fn() -> i64 + 'static) -> Self {
        Self(Rc::new(now))
    }

    /// The time now.
    pub fn now(&self) -> i64 {
        (self.0)()
    }
}

impl Default for WallClock {
    /// The browser's clock.
    fn default() -> Self {
        Self::new(|| js_sys::Date::now() as i64)
    }
}

impl PartialEq for WallClock {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WallClock")
    }
}

/// How many times the clock was looked at.
#[derive(Default, PartialEq)]
struct Looks(u32);

impl Reducible for Looks {
    type Action = ();

    fn reduce(self: Rc<Self>, (): ()) -> Rc<Self> {
        Rc::new(Self(self.0.wrapping_add(1)))
    }
}

/// The clock that the page goes by: the one in the context, else the browser's.
#[hook]
pub fn use_clock() -> WallClock {
    let provided = use_context::<WallClock>();
    let clock = use_memo(provided, |provided| provided.clone().unwrap_or_default());
    (*clock).clone()
}

/// The time now, by [`use_clock`]. Renders the component anew when `next_change(now)` has come, and when the page comes
/// back into view: timers sleep while it is hidden.
#[hook]
pub fn use_now(next_change: impl FnOnce(i64) -> Option<i64>) -> i64 {
    let clock = use_clock();
    let looks = use_reducer(Looks::default);
    let now = clock.now();

    // A timer for every look: one that fires early finds that it was too early, and is set again.
    use_effect_with((looks.0, now, next_change(now)), {
        let look = looks.dispatcher();
        move |(_, now, then)| {
            let timeout = then.map(|then| {
                let wait = (then - now).clamp(0, LONGEST_WAIT_MS);
                Timeout::new(u32::try_from(wait).unwrap_or_default(), move || {
                    look.dispatch(());
                })
            });
            move || drop(timeout)
        }
    });
    use_effect_with((), {
        let look = looks.dispatcher();
        move |()| {
            let listener = web_sys::window()
                .and_then(|window| window.document())
                .map(|document| {
                    EventListener::new(&document, "visibilitychange", move |_| look.dispatch(()))
                });
            move || drop(listener)
        }
    });
    now
}
