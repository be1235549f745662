//! Feeds that are longer than what is shown of them at first.

use e2e::{Journey, Key, journey};
use serde_json::json;

const CRUDS: u64 = 120;
/// Those that every visitor sees in a new world, one of them a reply.
const OTHERS: u64 = 4;

async fn many(j: &Journey) {
    for number in 0..CRUDS {
        j.world
            .post_crud(&format!("Number {number}."), "7-days")
            .await;
    }
    j.open("/").await;
    j.sees("Number 119.").await;
}

/// Where the crud of that text is in the window; nothing if it is not on show.
async fn place(j: &Journey, text: &str) -> Option<f64> {
    let script = "const message = [...document.querySelectorAll('.crud-message')]
            .find((message) => message.textContent === arguments[0]);
        return message?.getBoundingClientRect().top ?? null";
    j.script(script, vec![text.into()]).await.as_f64()
}

/// Scrolls to the end of what is on show, again and again, until that crud is there, and then to it.
async fn scroll_down_to(j: &Journey, text: &str) {
    j.wait(text, || async {
        let down = "scrollTo(0, document.body.scrollHeight)";
        j.script(down, Vec::new()).await;
        place(j, text).await
    })
    .await;
    let script = "[...document.querySelectorAll('.crud-message')]
            .find((message) => message.textContent === arguments[0])
            .scrollIntoView({ block: 'center' })";
    j.script(script, vec![text.into()]).await;
}

async fn is_at(j: &Journey, text: &str, wanted: f64) {
    j.wait("the place", || async {
        let found = place(j, text).await?;
        ((found - wanted).abs() < 2.0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_long_feed_grows_as_one_reads_and_coming_back_finds_the_place() {
    journey("long-feed", async |j| {
        many(&j).await;
        let first = j.count_cruds().await;
        assert!(first < CRUDS / 2, "{first} cruds at first");
        j.inspect("first").await;

        scroll_down_to(&j, "Number 20.").await;
        let wanted = place(&j, "Number 20.").await.unwrap();
        j.follow("Join Now!").await;
        j.arrives("/signup").await;
        j.back().await;
        j.arrives("/").await;
        is_at(&j, "Number 20.", wanted).await;
        // A reload too.
        j.reload().await;
        is_at(&j, "Number 20.", wanted).await;

        // The last are those that were there before.
        scroll_down_to(&j, "I am out of prune juice").await;
        assert_eq!(j.count_cruds().await, CRUDS + OTHERS);
        j.does_not_see("Show more cruds").await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_alone_gets_to_the_last_crud() {
    journey("long-feed-keys", async |j| {
        many(&j).await;
        // How many cruds come after the one with the focus: of those on show, and of all.
        let left = "const active = document.activeElement;
            if (active.closest('.feed-more')) return 'more';
            const cruds = [...document.querySelectorAll('main article')];
            const index = cruds.indexOf(active.closest('article'));
            return index < 0 ? null : [cruds.length - 1 - index, arguments[0] - 1 - index]";
        let total = json!(CRUDS + OTHERS);
        let focus = "document.querySelector('main article a').focus()";
        j.script(focus, Vec::new()).await;
        let mut tabs = 1;
        loop {
            let keys = String::from(char::from(Key::Tab)).repeat(tabs);
            j.type_keys(&keys).await;
            // Whoever is faster than the browser comes to the button, and from there to what is new.
            let left = j
                .wait("the next cruds", || async {
                    let left = j.script(left, vec![total.clone()]).await;
                    (left != "more").then_some(left)
                })
                .await;
            let count = |index: usize| left[index].as_u64();
            let (Some(shown), Some(all)) = (count(0), count(1)) else {
                panic!("the focus has left the feed");
            };
            if all == 0 {
                break;
            }
            // A crud or a reply has two stops at least. Near the end of what is on show each is looked at.
            tabs = if shown > 6 { 12 } else { 1 };
        }
        assert_eq!(j.count_cruds().await, CRUDS + OTHERS);
    })
    .await;
}
