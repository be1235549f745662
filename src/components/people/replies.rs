//! Replies that the person gives on these pages.

use std::rc::Rc;

use yew::prelude::*;

use crate::backend::Activity;
use crate::components::feed::{Replied, with_reply};
use crate::load::Edit;

/// Gives every reply its place in what a page has loaded.
pub fn place_replies(edit: &Callback<Edit<[Rc<Activity>]>>) -> Callback<Replied> {
    edit.reform(|replied: Replied| -> Edit<[Rc<Activity>]> {
        Rc::new(move |cruds| with_reply(cruds, &replied))
    })
}
