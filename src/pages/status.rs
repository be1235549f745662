//! `/@:handle/status/:uuid`: one crud and its replies.

use std::rc::Rc;

use yew::prelude::*;

use super::NotFoundPage;
use crate::components::feed::FeedView;
use crate::load::use_load;

/// Properties of [`StatusPage`].
#[derive(Properties, PartialEq)]
pub struct StatusPageProps {
    /// Who wrote it.
    pub handle: String,
    /// The crud's id.
    pub uuid: String,
}

/// One crud and its replies.
#[component]
pub fn StatusPage(props: &StatusPageProps) -> Html {
    let which = (props.handle.clone(), props.uuid.clone());
    let thread = use_load(which, async |backend, (handle, uuid)| {
        backend.status(&handle, &uuid).await.map(Rc::new)
    });
    let cruds = match thread.value.as_deref() {
        Some(None) => return html! { <NotFoundPage /> },
        Some(Some(found)) => {
            let mut crud = found.activity.clone();
            crud.replies.clone_from(&found.replies);
            Some([crud].into())
        }
        None => None,
    };
    html! {
        <FeedView
            heading={format!("@{}", props.handle)}
            {cruds}
            loading={thread.loading}
            error={thread.error}
            onretry={thread.retry}
        />
    }
}
