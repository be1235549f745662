//! `/@:handle/status/:uuid`: one crud and its replies.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::feed::{Cruds, FeedView, use_now};
use crate::components::people::{crud_gone, place_replies, use_title};
use crate::load::use_load;
use crate::router::{Link, Route};
use crate::text::people as text;

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
    let handle = &props.handle;
    let which = (handle.clone(), props.uuid.clone());
    // A feed of one, or of none.
    let loaded = use_load(which, async |backend, (handle, uuid)| {
        let found = backend.status(&handle, &uuid).await?;
        let cruds: Cruds = found
            .map(|thread| {
                let mut crud = thread.activity;
                crud.replies = thread.replies;
                Rc::new(crud)
            })
            .into_iter()
            .collect();
        Ok(cruds)
    });
    let crud = loaded.value.as_ref().and_then(|cruds| cruds.first());
    let expires = crud.and_then(|crud| crud.expires_at);
    let now = use_now(|now| expires.filter(|expires| *expires > now));
    let gone =
        loaded.value.is_some() && (crud.is_none() || expires.is_some_and(|expires| expires <= now));

    let author = crud
        .and_then(|crud| crud.display_name.clone())
        .unwrap_or_else(|| format!("@{handle}"));
    let heading = if gone {
        text::GONE_TITLE.to_string()
    } else {
        text::crud_by(&author)
    };
    use_title(text::title(&heading), loaded.loading);

    html! {
        <div class="status">
            <FeedView
                heading={heading.clone()}
                cruds={loaded.value.clone()}
                loading={loaded.loading}
                error={loaded.error}
                onretry={loaded.retry}
                onreplied={place_replies(&loaded.edit)}
                empty={crud_gone(handle)}
            >
                if !gone {
                    <p class="status-author">
                        <Link to={Route::Profile { handle: handle.clone() }} class="text-link">
                            { text::more_by(&author) }
                        </Link>
                    </p>
                }
                <p class="visually-hidden" role="status">{ gone.then_some(heading) }</p>
            </FeedView>
        </div>
    }
}
