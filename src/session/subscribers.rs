//! Who wants to hear of something.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use yew::Callback;

/// Those who are told, as long as each keeps its [`Subscription`].
pub(super) struct Subscribers<T>(Rc<Inner<T>>);

struct Inner<T> {
    callbacks: RefCell<Vec<(u64, Callback<T>)>>,
    next: Cell<u64>,
}

impl<T: Clone + 'static> Subscribers<T> {
    pub(super) fn new() -> Self {
        Self(Rc::new(Inner {
            callbacks: RefCell::new(Vec::new()),
            next: Cell::new(0),
        }))
    }

    pub(super) fn add(&self, callback: Callback<T>) -> Subscription {
        let id = self.0.next.get();
        self.0.next.set(id + 1);
        self.0.callbacks.borrow_mut().push((id, callback));
        let inner = self.0.clone();
        Subscription(Some(Box::new(move || {
            inner
                .callbacks
                .borrow_mut()
                .retain(|(other, _)| *other != id);
        })))
    }

    /// Tells all who are there now; they may come and go meanwhile.
    pub(super) fn tell(&self, news: &T) {
        let callbacks: Vec<_> = self.0.callbacks.borrow().iter().cloned().collect();
        for (_, callback) in callbacks {
            callback.emit(news.clone());
        }
    }
}

/// Ends a subscription when dropped.
pub struct Subscription(Option<Box<dyn FnOnce()>>);

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}
