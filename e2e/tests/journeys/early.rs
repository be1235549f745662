//! What the page shows before the program is there, and that it stays what it was when the program comes.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use cruddur_local::{Fault, Target};
use e2e::{Ability, Journey, Key, PASSWORD, journey, journey_with_everything};
use serde_json::{Value, json};

use super::{EMAIL, faults};

/// Opens a page whose program does not come until the world is repaired.
async fn open_early(j: &Journey, path: &str) {
    j.keeps_no_copies().await;
    j.takes_what_is_there();
    let (program, _) = faults::program();
    j.world.fails(Target::Site, &program, Fault::Slow);
    j.open(path).await;
}

async fn let_the_program_come(j: &Journey) {
    j.world.repair();
    j.sees_the_program().await;
    j.has_painted().await;
}

/// Takes what a browser may say of a program that was on its way to a page that has been left.
async fn leaves_the_program_behind(j: &Journey) {
    let (program, _) = faults::program();
    faults::forgive(j, &program).await;
}

/// Where what is to be seen is, and its words. What is read aloud only is the program's.
async fn shape(j: &Journey) -> Value {
    let script = "
        const places = 'h1, label, .field-box, .form-actions > *, .auth-below a, .auth-logo, .avatar, .crud-author, \
            .crud-times time, .crud-message, .crud-actions > li, .column-heading';
        return [...document.querySelectorAll(places)].map((one) => {
            const { x, y, width, height } = one.getBoundingClientRect();
            const short = one.querySelector('[aria-hidden], time > span') ?? one;
            const words = (one.matches('.crud-actions > li') ? one.querySelector('span:not(.crud-action)') : short)
                ?.textContent ?? '';
            const { listStyleType } = getComputedStyle(one);
            return [x, y + scrollY, width, height, listStyleType, words.replace(/\\s+/g, ' ').trim()];
        }).filter(([, , width]) => width > 1)";
    j.script(script, Vec::new()).await
}

/// What has the focus, where its caret is, and how far the page is scrolled.
async fn place(j: &Journey) -> Value {
    let script = "const it = document.activeElement;
        return [it.id || it.href, it.selectionStart ?? null, scrollY]";
    j.script(script, Vec::new()).await
}

/// What looks the same before and after.
async fn stays_as_it_is(j: &Arc<Journey>, words: &str, name: &str) {
    j.sees(words).await;
    let before = shape(j).await;
    assert!(before.as_array().unwrap().len() > 8, "{before}");
    j.inspect(name).await;
    let_the_program_come(j).await;
    j.wait("the same", async || {
        (shape(j).await == before).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_is_typed_before_the_program_is_there() {
    journey("early-signin", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        open_early(&j, "/signin").await;
        stays_as_it_is(&j, "Forgot Password?", "early-signin").await;

        open_early(&j, "/signin?email=ann%40example.org&next=%2Fnotifications").await;
        assert_eq!(j.value("Email").await, "ann@example.org");
        j.fill("Email", EMAIL).await;
        let (first, rest) = PASSWORD.split_at(5);
        j.fill("Password", first).await;
        let before = place(&j).await;
        assert_eq!(before[1], 5);
        let_the_program_come(&j).await;
        j.has_focus("Password").await;
        assert_eq!(place(&j).await, before);
        assert_eq!(j.value("Email").await, EMAIL);
        j.type_keys(rest).await;
        j.key(Key::Enter).await;
        j.arrives("/notifications").await;
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_is_sent_before_the_program_is_there() {
    journey("early-sent", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        open_early(&j, "/signin").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.key(Key::Enter).await;
        j.sees("Signing in…").await;
        j.inspect("early-sent").await;
        j.key(Key::Enter).await;
        let_the_program_come(&j).await;
        j.is_signed_in().await;
        assert_eq!(j.calls("InitiateAuth").await, 1);
    })
    .await;
}

/// What is drawn early is in the person's language, and links lead on as those of the program do.
#[tokio::test]
async fn the_early_form_speaks_the_persons_language() {
    journey("early-german", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.open("/signin").await;
        j.press("Deutsch").await;
        open_early(&j, "/signin").await;
        stays_as_it_is(&j, "Passwort vergessen?", "early-german").await;
        open_early(&j, "/signin").await;
        j.press("Anmelden").await;
        j.sees("Du wirst angemeldet…").await;
        // There is nothing in it to send.
        let_the_program_come(&j).await;
        j.sees("Gib deine E-Mail-Adresse ein.").await;
        j.has_focus("E-Mail").await;
        open_early(&j, "/signin?next=%2Fsearch").await;
        j.follow("Registrier dich!").await;
        j.arrives("/signup?next=%2Fsearch").await;
        leaves_the_program_behind(&j).await;
        open_early(&j, "/").await;
        stays_as_it_is(&j, "Cloud is very fun!", "early-feed-german").await;
        leaves_the_program_behind(&j).await;
    })
    .await;
}

#[tokio::test]
async fn the_early_form_is_for_pools_that_it_fits() {
    journey_with_everything("early-other-pool", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        open_early(&j, "/signin").await;
        j.sees("Sign into your Cruddur account").await;
        j.does_not_see("Forgot Password?").await;
        let_the_program_come(&j).await;
        j.sees("Forgot Password?").await;
    })
    .await;
}

/// Whoever seems to be signed in gets nothing that is for others.
#[tokio::test]
async fn somebody_who_is_signed_in_sees_nothing_early() {
    journey("early-known", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        for path in ["/", "/signin"] {
            open_early(&j, path).await;
            j.sees("Loading Cruddur…").await;
            j.does_not_see("Password").await;
            j.does_not_see("Cloud is very fun!").await;
            let_the_program_come(&j).await;
        }
        j.sees("You are signed in").await;
    })
    .await;
}

#[tokio::test]
async fn a_feed_is_read_before_the_program_is_there() {
    journey("early-feed", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        open_early(&j, "/").await;
        stays_as_it_is(&j, "Cloud is very fun!", "early-feed").await;
        assert_eq!(j.feed_requests().await, [false], "one request");

        // There is something to scroll to.
        for number in 0..10 {
            j.world
                .post_crud(&format!("Number {number}."), "7-days")
                .await;
        }
        open_early(&j, "/").await;
        j.sees("I am out of prune juice").await;
        let tabs = String::from(char::from(Key::Tab)).repeat(3);
        j.type_keys(&tabs).await;
        j.script("scrollTo(0, 150)", Vec::new()).await;
        let before = place(&j).await;
        assert_eq!(before[2], 150, "{before}");
        let_the_program_come(&j).await;
        j.wait("the same place", || async {
            (place(&j).await == before).then_some(())
        })
        .await;

        // A link leads there without the program.
        open_early(&j, "/").await;
        j.follow_in_main_containing("Andrew Brown").await;
        j.arrives("/@andrewbrown").await;
        leaves_the_program_behind(&j).await;
    })
    .await;
}

/// Cruds that only the program can draw are there in one frame: none shows its page without them before.
#[tokio::test]
async fn no_page_without_cruds_comes_before_those_that_are_here() {
    journey("early-between", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        // A reply that stands alone.
        let feed = json!([{ "uuid": "1", "handle": "worf", "display_name": "Worf", "message": "Qapla'!",
            "reply_to_activity_uuid": "0" }]);
        let feed = Bytes::from(feed.to_string());
        let answer = Fault::Instead(StatusCode::OK, "application/json".to_owned(), feed);
        j.world
            .fails(Target::Backend, "/api/activities/home", answer);
        open_early(&j, "/").await;
        let here = "return performance.getEntriesByType('resource')
            .some(({ name, responseEnd }) => name.endsWith('/api/activities/home') && responseEnd > 0)";
        j.wait("the feed", || async {
            (j.script(here, Vec::new()).await == true).then_some(())
        })
        .await;
        j.does_not_see("Qapla'!").await;
        let watch = "window.frames_without = 0;
            const look = () => {
                const skeleton = document.querySelector('.skeleton-cruds');
                window.frames_without += !document.querySelector('main.boot') && !!skeleton;
                requestAnimationFrame(look);
            };
            look();";
        j.script(watch, Vec::new()).await;
        let_the_program_come(&j).await;
        j.sees("Qapla'!").await;
        let without = j.script("return window.frames_without", Vec::new()).await;
        assert_eq!(without, 0);
        assert_eq!(j.feed_requests().await, [false], "one request");
    })
    .await;
}

/// A program that never comes leaves no form that cannot be sent.
#[tokio::test]
async fn a_form_goes_when_the_program_does_not_come() {
    journey("early-broken", async |j| {
        if j.ends_without(Ability::Network) {
            return;
        }
        open_early(&j, "/signin").await;
        j.fill("Email", EMAIL).await;
        j.world.repair();
        let (program, _) = faults::program();
        faults::forgive(&j, &program).await;
        j.world.fails(Target::Site, &program, Fault::Drop);
        j.open("/signin").await;
        j.sees("Cruddur could not be loaded.").await;
        j.does_not_see("Forgot Password?").await;
        faults::forgive(&j, &program).await;
        j.world.repair();
        j.follow("Reload the page").await;
        j.sees_the_program().await;
        j.finds("Password").await;
    })
    .await;
}
