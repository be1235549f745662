//! Looking again, every now and then.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use crate::components::feed::{Alarm, WallClock, use_clock};

/// How often it is looked whether there is something new, in milliseconds.
const POLL_MS: i64 = 30_000;

/// Calls `look` every 30 seconds for as long as the page is seen, and there is a connection. `key` says what `look` looks
/// at: with another one the time begins anew.
#[hook]
pub fn use_polling<K: PartialEq + 'static>(key: K, look: impl Fn() + 'static) {
    let clock = use_clock();
    use_effect_with((clock, key), move |(clock, _)| {
        let alarm = Rc::new(RefCell::new(None));
        repeat(clock, &alarm, Callback::from(move |()| look()));
        move || drop(alarm.take())
    });
}

fn repeat(clock: &WallClock, alarm: &Rc<RefCell<Option<Alarm>>>, look: Callback<()>) {
    let again = {
        let (clock, alarm) = (clock.clone(), Rc::downgrade(alarm));
        Callback::from(move |()| {
            if let Some(alarm) = alarm.upgrade() {
                if web_sys::window().is_some_and(|window| window.navigator().on_line()) {
                    look.emit(());
                }
                repeat(&clock, &alarm, look.clone());
            }
        })
    };
    alarm.replace(Some(clock.wake(clock.now() + POLL_MS, again)));
}
