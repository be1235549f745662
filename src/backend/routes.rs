//! One function per route of the backend.

use super::{Activity, Backend, BackendError};

impl Backend {
    /// `GET /api/activities/home`: the home feed, newest first. A signed-in person sees more than others.
    ///
    /// # Errors
    /// Why there is no feed.
    pub async fn home_feed(&self) -> Result<Vec<Activity>, BackendError> {
        let body = self.get("/api/activities/home").await?;
        Activity::read_list(&body).ok_or(BackendError::InvalidBody)
    }
}
