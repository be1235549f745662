//! The time that feeds go by.

use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use web_sys::Document;
use yew::prelude::*;

/// At least this often the time is looked at, in milliseconds: clocks get set, and devices sleep.
const LONGEST_WAIT_MS: i64 = 3_600_000;

/// A clock of milliseconds since 1970 UTC, with alarms. Clones are the same clock; it compares by identity.
///
/// All its alarms share one timer. They wait while the page is hidden, and ring when it comes back into view.
#[derive(Clone)]
pub struct WallClock(Rc<Inner>);

struct Inner {
    now: Box<dyn Fn() -> i64>,
    alarms: RefCell<Alarms>,
}

#[derive(Default)]
struct Alarms {
    /// When each rings, a number that no other has, and what it does: one for each crud on show.
    waiting: Vec<(i64, u64, Callback<()>)>,
    numbers: u64,
    /// When the timer goes off, and the timer.
    timer: Option<(i64, Timeout)>,
    listener: Option<EventListener>,
}

/// An alarm that is set. Dropping it unsets it.
#[must_use]
pub struct Alarm {
    clock: Weak<Inner>,
    number: u64,
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let Some(clock) = self.clock.upgrade() else {
            return;
        };
        let mut alarms = clock.alarms.borrow_mut();
        let is_other = |(_, number, _): &(i64, u64, Callback<()>)| *number != self.number;
        alarms.waiting.retain(is_other);
        if alarms.waiting.is_empty() {
            alarms.timer = None;
            alarms.listener = None;
        }
    }
}

impl WallClock {
    /// A clock that a function tells.
    pub fn new(now: impl Fn() -> i64 + 'static) -> Self {
        Self(Rc::new(Inner {
            now: Box::new(now),
            alarms: RefCell::default(),
        }))
    }

    /// The time now.
    pub fn now(&self) -> i64 {
        (self.0.now)()
    }

    /// Calls `ring` once, at the time `at` or as soon as possible after it.
    pub fn wake(&self, at: i64, ring: Callback<()>) -> Alarm {
        let mut alarms = self.0.alarms.borrow_mut();
        alarms.numbers += 1;
        let number = alarms.numbers;
        alarms.waiting.push((at, number, ring));
        self.wind(&mut alarms);
        Alarm {
            clock: Rc::downgrade(&self.0),
            number,
        }
    }

    /// Sets the timer for the first of the alarms.
    fn wind(&self, alarms: &mut Alarms) {
        let Some(first) = alarms.waiting.iter().map(|(at, ..)| *at).min() else {
            return;
        };
        if alarms.timer.as_ref().is_some_and(|(at, _)| *at <= first) {
            return;
        }
        let Some(document) = document() else { return };
        if alarms.listener.is_none() {
            let ring = self.ringer();
            let listener = EventListener::new(&document, "visibilitychange", move |_| ring());
            alarms.listener = Some(listener);
        }
        if document.hidden() {
            alarms.timer = None;
            return;
        }
        let wait = first.saturating_sub(self.now()).clamp(0, LONGEST_WAIT_MS);
        let timer = Timeout::new(u32::try_from(wait).unwrap_or_default(), self.ringer());
        alarms.timer = Some((first, timer));
    }

    fn ringer(&self) -> impl Fn() + 'static {
        let clock = Rc::downgrade(&self.0);
        move || {
            if let Some(clock) = clock.upgrade() {
                Self(clock).ring();
            }
        }
    }

    /// Rings the alarms whose time has come, if the page is seen.
    fn ring(&self) {
        let mut alarms = self.0.alarms.borrow_mut();
        alarms.timer = None;
        let mut due = Vec::new();
        if !document().is_some_and(|document| document.hidden()) {
            let now = self.now();
            let waiting = std::mem::take(&mut alarms.waiting);
            (due, alarms.waiting) = waiting.into_iter().partition(|(at, ..)| *at <= now);
            due.sort_by_key(|(at, number, _)| (*at, *number));
        }
        self.wind(&mut alarms);
        drop(alarms);
        for (_, _, ring) in due {
            ring.emit(());
        }
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

thread_local! {
    /// The browser's clock: one for all, so that there is one timer.
    static BROWSER: WallClock = WallClock::default();
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
    use_context::<WallClock>().unwrap_or_else(|| BROWSER.with(WallClock::clone))
}

/// The time now, by [`use_clock`]. Renders the component anew when `next_change(now)` has come.
#[hook]
pub fn use_now(next_change: impl FnOnce(i64) -> Option<i64>) -> i64 {
    let clock = use_clock();
    let looks = use_reducer(Looks::default);
    let now = clock.now();
    let looker = looks.dispatcher();
    use_effect_with(
        (clock, looks.0, next_change(now)),
        move |(clock, _, then)| {
            let ring = Callback::from(move |()| looker.dispatch(()));
            let alarm = then.map(|then| clock.wake(then, ring));
            move || drop(alarm)
        },
    );
    now
}
