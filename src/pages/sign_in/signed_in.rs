//! Who is signed in already.

use yew::prelude::*;

use super::super::auth::{AuthPage, Layout};
use crate::router::{Link, Route};
use crate::session::Person;
use crate::text::sign_in as text;

/// In place of the form: the way on, and the way to another account.
pub(super) fn signed_in_already(person: &Person, next: Option<String>) -> Html {
    let on = Route::after_sign_in(next.as_deref());
    html! {
        <AuthPage layout={Layout::Card} title={text::SIGNED_IN_TITLE}>
            <p><bdi>{ text::signed_in_as(person) }</bdi></p>
            <div class="auth-ways">
                <Link to={on} class="button"><bdi>{ text::go_on_as(person) }</bdi></Link>
                <Link to={Route::SwitchAccount { next }} class="button button-way">
                    { text::OTHER_ACCOUNT }
                </Link>
            </div>
        </AuthPage>
    }
}

/// Above the form: what signing in does to the account that is signed in.
pub(super) fn replaced(person: &Person, next: Option<String>) -> Html {
    let on = Route::after_sign_in(next.as_deref());
    html! {
        <p class="form-intro">
            <bdi>{ text::replaces(person) }</bdi>{ " " }
            <Link to={on} class="text-link"><bdi>{ text::go_on_as(person) }</bdi></Link>
        </p>
    }
}
