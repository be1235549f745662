//! Waiting before the same thing may be asked for again.

use yew::prelude::*;

use crate::components::feed::{WallClock, use_clock, use_now};

/// A time that has to pass.
#[derive(Clone)]
pub struct Cooldown {
    until_ms: UseStateHandle<i64>,
    now_ms: i64,
    clock: WallClock,
}

impl Cooldown {
    /// Whole seconds that are left; 0 when the wait is over.
    pub fn left_s(&self) -> u32 {
        let left = (*self.until_ms - self.now_ms).max(0);
        u32::try_from((left + 999) / 1000).unwrap_or(u32::MAX)
    }

    /// Starts a wait of some seconds.
    pub fn start(&self, seconds: u32) {
        self.until_ms
            .set(self.clock.now() + i64::from(seconds) * 1000);
    }
}

/// A wait of the component's, over at first. Renders the component anew with each second of it.
#[hook]
pub fn use_cooldown() -> Cooldown {
    let until_ms = use_state(|| 0);
    let until = *until_ms;
    let now_ms = use_now(move |now| (until > now).then(|| until - (until - now - 1) / 1000 * 1000));
    Cooldown {
        until_ms,
        now_ms,
        clock: use_clock(),
    }
}
