//! Sending a form: once, and visibly.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use futures_util::future::{Either, select};
use yew::prelude::*;

use crate::task::Task;

/// What a form is doing. It does one thing at a time, and stops when its component goes.
#[derive(Clone)]
pub struct Submission {
    busy: UseStateHandle<bool>,
    /// As `busy`, but true at once: two clicks can come before the next rendering.
    running: Rc<Cell<bool>>,
    task: Rc<RefCell<Option<Task>>>,
}

impl Submission {
    /// Whether something is under way.
    pub fn busy(&self) -> bool {
        *self.busy
    }

    /// Begins `work`, unless something is under way. `work` is made only then.
    pub fn start<F: Future<Output = ()> + 'static>(&self, work: impl FnOnce() -> F) {
        if self.running.replace(true) {
            return;
        }
        self.busy.set(true);
        self.spawn(work());
    }

    /// As [`start`](Self::start), for work that has to send its request as soon as can be: the form shows only after a
    /// `pause` that it has begun. On a slow device both at once would be a long task.
    pub fn start_before<F, P>(&self, pause: P, work: impl FnOnce() -> F)
    where
        F: Future<Output = ()> + 'static,
        P: Future<Output = ()> + 'static,
    {
        if self.running.replace(true) {
            return;
        }
        let (work, busy) = (work(), self.busy.setter());
        self.spawn(async move {
            let show = async move {
                pause.await;
                busy.set(true);
            };
            // Polled in this order. What is done by then has shown something else.
            match select(pin!(work), pin!(show)).await {
                Either::Left(_) => {}
                Either::Right(((), work)) => work.await,
            }
        });
    }

    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        let (running, busy) = (self.running.clone(), self.busy.setter());
        let task = Task::spawn(async move {
            work.await;
            running.set(false);
            busy.set(false);
        });
        *self.task.borrow_mut() = Some(task);
    }
}

/// The submission of the form that the component shows.
#[hook]
pub fn use_submission() -> Submission {
    let busy = use_state(|| false);
    let parts = use_memo((), |()| {
        (Rc::new(Cell::new(false)), Rc::new(RefCell::new(None)))
    });
    let task = parts.1.clone();
    use_effect_with((), {
        let task = task.clone();
        move |()| move || drop(task.take())
    });
    Submission {
        busy,
        running: parts.0.clone(),
        task,
    }
}

/// Properties of [`SubmitButton`].
#[derive(Properties, PartialEq)]
pub struct SubmitButtonProps {
    /// What it does.
    pub label: AttrValue,
    /// What it is doing.
    pub busy_label: AttrValue,
    /// Whether it is doing it.
    pub busy: bool,
}

/// The button that sends a form. While that goes on it stays where it is and keeps the focus.
#[component]
pub fn SubmitButton(props: &SubmitButtonProps) -> Html {
    html! {
        <button type="submit" class="button button-submit" aria-disabled={props.busy.then_some("true")}>
            if props.busy {
                <span class="spinner" aria-hidden="true" />
                { props.busy_label.clone() }
            } else {
                { props.label.clone() }
            }
        </button>
    }
}
