//! Saying something, answering, sharing.

use e2e::{Ability, Journey, Key, PASSWORD, journey};
use serde_json::json;

use crate::EMAIL;

const CRUD: &str = "Your crud";
const REPLY: &str = "Your reply";

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.is_signed_in().await;
}

#[tokio::test]
async fn a_crud_is_said_and_goes_away_by_itself() {
    journey("crud", async |j| {
        signed_in(&j).await;
        j.inspect("form").await;
        j.fill(CRUD, "What I had to say\nin two lines, with <b>markup</b>")
            .await;
        j.choose("Goes away after", "1 hour").await;
        j.press("Crud").await;
        j.sees("in two lines, with <b>markup</b>").await;
        j.wait("an empty field", || async {
            j.value(CRUD).await.is_empty().then_some(())
        })
        .await;
        j.has_focus(CRUD).await;
        let said = j.crud("What I had to say").await;
        assert!(
            said.contains("Ann Example") && said.contains("@ann"),
            "{said}"
        );
        assert_eq!(
            j.cruds().await[0],
            "What I had to say\nin two lines, with <b>markup</b>"
        );
        j.inspect("said").await;
        // It is there for everybody, and after a reload.
        j.reload().await;
        j.is_signed_in().await;
        assert_eq!(j.cruds().await.len(), 6);
        if j.can(Ability::Scripts) {
            // By now it has been forgotten.
            j.world.advance_minutes(61);
            j.set_device_clock().await;
            j.reload().await;
            j.is_signed_in().await;
            j.does_not_see("What I had to say").await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_said_is_told_at_the_field() {
    journey("crud-wrong", async |j| {
        signed_in(&j).await;
        j.press("Crud").await;
        j.sees("Write something first.").await;
        j.has_focus(CRUD).await;
        j.inspect("blank").await;
        let long = "x".repeat(281);
        j.fill(CRUD, &long).await;
        j.press("Crud").await;
        j.sees("That is 1 character too long.").await;
        j.has_focus(CRUD).await;
        assert_eq!(j.value(CRUD).await, long);
        j.inspect("long").await;
        j.key(Key::Backspace).await;
        j.sees_no_more("too long").await;
        // By the keyboard: Ctrl and Enter.
        j.type_keys(&format!(
            "{}{}",
            char::from(Key::Control),
            char::from(Key::Enter)
        ))
        .await;
        j.wait("the crud", || async {
            (j.cruds().await.first()? == &"x".repeat(280)).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_crud_that_is_not_accepted_is_taken_back_and_its_text_kept() {
    journey("crud-failed", async |j| {
        signed_in(&j).await;
        for (fault, words) in [
            (
                json!({ "kind": "status", "status": 500 }),
                "Cruddur's server failed (error 500).",
            ),
            (
                json!({ "kind": "drop" }),
                "Cruddur's server cannot be reached",
            ),
            (
                json!({ "kind": "error", "status": 422, "code": "ttl_blank" }),
                "Choose how long it is to stay.",
            ),
            (
                json!({ "kind": "error", "status": 422, "code": "not_known" }),
                "not_known",
            ),
        ] {
            let mut order = fault;
            order["target"] = "backend".into();
            order["operation"] = "/api/activities".into();
            // Browsers ask again by themselves when a connection ends that they had used before.
            order["times"] = 9.into();
            // The feed's own requests begin with the same path.
            j.wait("a quiet page", || async {
                j.is_quiet().await.then_some(())
            })
            .await;
            j.world.fault(order).await;
            j.fill(CRUD, "Not to be lost").await;
            j.press("Crud").await;
            j.sees(words).await;
            j.has_focus(CRUD).await;
            assert_eq!(j.value(CRUD).await, "Not to be lost");
            assert_eq!(j.cruds().await.len(), 5, "taken back");
            j.world.repair();
        }
        j.inspect("failed").await;
        // It survives a reload, and works in the end.
        j.reload().await;
        j.is_signed_in().await;
        assert_eq!(j.value(CRUD).await, "Not to be lost");
        j.press("Crud").await;
        j.wait("the crud", || async {
            (j.cruds().await.first()? == "Not to be lost").then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_crud_is_said_once() {
    journey("crud-once", async |j| {
        signed_in(&j).await;
        j.fill(CRUD, "Only once").await;
        j.press_impatiently("Crud").await;
        j.wait("an empty field", || async {
            j.value(CRUD).await.is_empty().then_some(())
        })
        .await;
        j.reload().await;
        j.is_signed_in().await;
        let cruds = j.cruds().await;
        assert_eq!(cruds.iter().filter(|crud| *crud == "Only once").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_its_authors_alone() {
    journey("draft", async |j| {
        signed_in(&j).await;
        j.world.with_person("ben@example.com", "Ben", "ben").await;
        j.fill(CRUD, "Half a thought").await;
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in("ben@example.com", PASSWORD).await;
        j.sees("@ben").await;
        assert_eq!(j.value(CRUD).await, "");
        j.sign_out().await;
        j.is_a_visitor().await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.is_signed_in().await;
        assert_eq!(j.value(CRUD).await, "Half a thought");
    })
    .await;
}

#[tokio::test]
async fn replies_are_given_at_every_depth() {
    journey("reply", async |j| {
        signed_in(&j).await;
        j.act("My dear doctor", "Reply to Garek").await;
        j.has_focus(REPLY).await;
        j.sees("Reply to Garek").await;
        j.inspect("dialog").await;
        // Every way out gives the focus back and keeps the draft.
        j.fill(REPLY, "You are no tailor").await;
        j.key(Key::Escape).await;
        j.has_focus_on_action("My dear doctor", "Reply to Garek")
            .await;
        j.act("My dear doctor", "Reply to Garek").await;
        j.has_focus(REPLY).await;
        assert_eq!(j.value(REPLY).await, "You are no tailor");
        j.press("Cancel").await;
        j.has_focus_on_action("My dear doctor", "Reply to Garek")
            .await;
        j.act("My dear doctor", "Reply to Garek").await;
        j.has_focus(REPLY).await;
        j.press("Reply").await;
        j.sees("You are no tailor").await;
        j.act("You are no tailor", "Reply to Ann Example").await;
        j.has_focus(REPLY).await;
        j.press("Reply").await;
        j.sees("Write something first.").await;
        j.has_focus(REPLY).await;
        j.inspect("blank").await;
        j.fill(REPLY, "Am I not?").await;
        j.press("Reply").await;
        j.sees("Am I not?").await;
        j.act("Am I not?", "Reply to Ann Example").await;
        j.has_focus(REPLY).await;
        j.fill(REPLY, "Deep down").await;
        j.press("Reply").await;
        j.sees("Deep down").await;
        j.inspect("nested").await;
        let thread = [
            "My dear doctor, I am just simple tailor",
            "You are no tailor",
            "Am I not?",
            "Deep down",
        ];
        assert!(
            j.cruds().await.ends_with(&thread.map(str::to_owned)),
            "{:?}",
            j.cruds().await
        );
        // So it is for everybody, and on the crud's own page.
        j.reload().await;
        j.sees("Deep down").await;
        assert!(
            j.cruds().await.ends_with(&thread.map(str::to_owned)),
            "{:?}",
            j.cruds().await
        );
        // A fault leaves the dialog open, and what was written in it.
        j.wait("a quiet page", || async {
            j.is_quiet().await.then_some(())
        })
        .await;
        j.act("I am out of prune juice", "Reply to Worf").await;
        j.fill(REPLY, "Replicate some").await;
        let fault = json!({ "target": "backend", "operation": "/api/activities/", "kind": "status",
            "status": 500 });
        j.world.fault(fault).await;
        j.press("Reply").await;
        j.sees("Cruddur's server failed (error 500).").await;
        j.has_focus(REPLY).await;
        assert_eq!(j.value(REPLY).await, "Replicate some");
        j.press("Reply").await;
        j.wait("the reply", || async {
            j.cruds()
                .await
                .contains(&"Replicate some".to_owned())
                .then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_visitor_signs_in_to_reply_and_is_back() {
    journey("reply-visitor", async |j| {
        j.world.with_user(EMAIL, true).await;
        j.open("/@Worf").await;
        j.sees("I am out of prune juice").await;
        j.act("I am out of prune juice", "Sign in to reply to Worf")
            .await;
        j.arrives("/signin?next=/@Worf").await;
        j.fill("Email", EMAIL).await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.arrives("/@Worf").await;
        j.act("I am out of prune juice", "Reply to Worf").await;
        j.has_focus(REPLY).await;
    })
    .await;
}

#[tokio::test]
async fn a_crud_is_shared_by_its_link() {
    journey("share", async |j| {
        if j.ends_without(Ability::Scripts) {
            return;
        }
        // What a device without a share sheet has, and where the link goes there.
        j.run_first(
            "Object.defineProperty(navigator, 'share', { value: undefined });
            navigator.clipboard.writeText = async (text) => { window.copied = text; };",
        )
        .await;
        j.open("/").await;
        j.is_a_visitor().await;
        j.act("I am out of prune juice", "Share the crud by Worf")
            .await;
        j.sees("The link to the crud is in your clipboard.").await;
        let link = j.script("return window.copied", Vec::new()).await;
        let link = link.as_str().expect("a link").to_owned();
        let path = link
            .strip_prefix(j.world.site())
            .expect("a link to this site");
        j.open(path).await;
        j.sees("I am out of prune juice").await;
        assert_eq!(j.count_cruds().await, 1);
    })
    .await;
}

#[tokio::test]
async fn new_cruds_are_offered_and_not_jammed_in() {
    journey("new-cruds", async |j| {
        signed_in(&j).await;
        j.world.post_crud("Hot off the press", "1-day").await;
        j.wake_up_after(2).await;
        j.sees("1 new crud").await;
        assert_ne!(j.cruds().await[0], "Hot off the press");
        j.inspect("offered").await;
        j.press("1 new crud – show").await;
        j.wait("the crud", || async {
            (j.cruds().await.first()? == "Hot off the press").then_some(())
        })
        .await;
    })
    .await;
}
