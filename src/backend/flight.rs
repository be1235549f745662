//! Reads in flight, shared by all who ask the same.

use std::cell::RefCell;
use std::future::Future;
use std::rc::{Rc, Weak};

use js_sys::{Function, Promise};
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::BackendError;
use crate::task::Task;

type Answer = Result<Rc<Value>, BackendError>;

/// A read under way. It ends when nobody waits for it any more.
struct Flight {
    landed: Promise,
    answer: Rc<RefCell<Option<Answer>>>,
    _task: Task,
}

/// The reads under way, by who asks and for what.
#[derive(Default)]
pub(super) struct Flights(RefCell<Vec<(String, Weak<Flight>)>>);

impl Flights {
    /// The answer to the read under way for `key`; starts `read` when there is none.
    pub(super) async fn join<F>(&self, key: String, read: impl FnOnce() -> F) -> Answer
    where
        F: Future<Output = Result<Value, BackendError>> + 'static,
    {
        let flight = self.find_or_start(key, read);
        // Never rejected.
        let _ = JsFuture::from(flight.landed.clone()).await;
        let answer = flight.answer.borrow().clone();
        answer.unwrap_or(Err(BackendError::Unreachable))
    }

    fn find_or_start<F>(&self, key: String, read: impl FnOnce() -> F) -> Rc<Flight>
    where
        F: Future<Output = Result<Value, BackendError>> + 'static,
    {
        let mut flights = self.0.borrow_mut();
        // One that has landed is history: whoever asks now wants to know how things are now.
        flights.retain(|(_, flight)| {
            flight
                .upgrade()
                .is_some_and(|flight| flight.answer.borrow().is_none())
        });
        let under_way = flights.iter().find(|(other, _)| *other == key);
        if let Some(flight) = under_way.and_then(|(_, flight)| flight.upgrade()) {
            return flight;
        }
        let mut land = None;
        let landed = Promise::new(&mut |resolve, _| land = Some(resolve));
        let answer = Rc::new(RefCell::new(None));
        let task = Task::spawn({
            let (answer, reading) = (answer.clone(), read());
            async move {
                let outcome = reading.await.map(Rc::new);
                *answer.borrow_mut() = Some(outcome);
                // A promise's own resolver does not fail.
                let _ = land
                    .as_ref()
                    .map(|land: &Function| land.call0(&JsValue::UNDEFINED));
            }
        });
        let flight = Rc::new(Flight {
            landed,
            answer,
            _task: task,
        });
        flights.push((key, Rc::downgrade(&flight)));
        flight
    }
}
