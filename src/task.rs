//! Asynchronous work that belongs to a component.

use std::future::Future;

use futures_util::future::{AbortHandle, abortable};
use wasm_bindgen_futures::spawn_local;

/// Work under way. Dropping it ends the work: its future is dropped, and with it the requests that it waits for.
#[derive(Debug)]
pub struct Task(AbortHandle);

impl Task {
    /// Starts `work`.
    #[must_use]
    pub fn spawn(work: impl Future<Output = ()> + 'static) -> Self {
        let (work, handle) = abortable(work);
        spawn_local(async move {
            // An error says that the work was ended, which whoever ended it knows.
            let _ = work.await;
        });
        Self(handle)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
