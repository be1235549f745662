//! The backend's client: every route in every week's form, errors, tokens, reads that are shared and that end.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use cognito_user_pool::HttpResponse;
use cruddur_web::backend::{
    Backend, BackendError, Conversation, Profile, Recipient, Ttl, UserFeed,
};
use cruddur_web::session::{SessionState, SignedOutReason};
use futures_util::future::join;
use serde_json::{Value, json};
use support::{World, answer, offline, ok, token, until};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const HOME: &str = "/api/activities/home";

fn backend(world: &World) -> Backend {
    Backend::new(
        "http://backend.test".to_owned(),
        world.service.transport(),
        world.session(),
    )
}

fn crud(uuid: &str) -> Value {
    json!({ "uuid": uuid, "handle": "worf", "message": "Qapla'!" })
}

fn payload(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// A body that is not JSON, or that claims to be something else.
fn page(status: u16, body: &str) -> support::Answer {
    Ok(HttpResponse {
        status,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: body.as_bytes().to_vec(),
    })
}

fn header(world: &World, path: &str, name: &str) -> Option<String> {
    let request = world.service.last(path);
    let found = request.headers.into_iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value)
}

#[wasm_bindgen_test]
async fn paths_take_any_handle() {
    let world = World::default();
    let path = "/api/activities/@Andrew%20Brown%2F%C3%BC%3F";
    world.service.on(path, ok(json!([crud("a")])));
    let feed = backend(&world).user_feed("Andrew Brown/ü?").await.unwrap();
    assert_eq!(feed.unwrap().activities.len(), 1);
}

#[wasm_bindgen_test]
async fn somebodys_feed_comes_in_every_weeks_form() {
    let world = World::default();
    let path = "/api/activities/@worf";
    let profile = json!({ "uuid": "p", "cognito_user_uuid": "s", "handle": "worf",
        "display_name": "Worf", "bio": "Son of Mogh", "cruds_count": 3 });
    for (reply, expected) in [
        (
            ok(payload(include_str!("testdata/user.json"))),
            Ok(Some((None, 1))),
        ),
        (ok(json!([])), Ok(Some((None, 0)))),
        (
            ok(json!({ "profile": profile, "activities": [crud("a"), crud("a")] })),
            Ok(Some((
                Some(Profile {
                    handle: "worf".to_owned(),
                    display_name: Some("Worf".to_owned()),
                    bio: Some("Son of Mogh".to_owned()),
                    cruds_count: Some(3),
                }),
                2,
            ))),
        ),
        // From week 8 on nobody has that handle: 200, and the body claims to be HTML.
        (page(200, "{}"), Ok(None)),
        (page(404, "<!doctype html>"), Ok(None)),
        (page(500, "<!doctype html>"), Err(BackendError::Status(500))),
        (page(200, "<!doctype html>"), Err(BackendError::InvalidBody)),
        (page(200, ""), Err(BackendError::InvalidBody)),
        (ok(json!(null)), Err(BackendError::InvalidBody)),
        (offline(), Err(BackendError::Unreachable)),
    ] {
        world.service.on(path, reply);
        let feed = backend(&world).user_feed("worf").await;
        let seen = feed.map(|feed| {
            feed.map(
                |UserFeed {
                     profile,
                     activities,
                 }| (profile, activities.len()),
            )
        });
        assert_eq!(seen, expected);
    }
}

#[wasm_bindgen_test]
async fn one_crud_is_found_where_the_week_has_it() {
    let world = World::default();
    let path = "/api/activities/@worf/status/a";
    let home = |feed: Value| world.service.on(HOME, ok(feed)).count(HOME);
    // The last weeks have a route for it.
    home(json!([crud("a"), crud("b")]));
    let body = json!({ "activity": crud("a"), "replies": [crud("r")] });
    world.service.on(path, ok(body));
    let thread = backend(&world).status("worf", "a").await.unwrap().unwrap();
    assert_eq!(
        (thread.activity.uuid.as_str(), thread.replies.len()),
        ("a", 1)
    );
    // In those before, the crud is in a feed, without replies.
    for which in ["a", "b"] {
        home(json!([crud(which)]));
        world.service.on(path, page(404, "<!doctype html>"));
        if which == "b" {
            world
                .service
                .on("/api/activities/@worf", ok(json!([crud("a")])));
        }
        let thread = backend(&world).status("worf", "a").await.unwrap().unwrap();
        assert_eq!(
            (thread.activity.uuid.as_str(), thread.replies.len()),
            ("a", 0)
        );
    }
    let asked = world.service.count(path);
    // Week 3 has replies in its home feed, and no such route: it is not asked.
    let mut with_reply = crud("a");
    with_reply["replies"] = json!([crud("r"), crud("s")]);
    home(json!([crud("b"), with_reply]));
    let thread = backend(&world).status("worf", "a").await.unwrap().unwrap();
    assert_eq!(thread.replies.len(), 2);
    home(json!([with_reply]));
    world
        .service
        .on("/api/activities/@worf", ok(json!([crud("c")])));
    let thread = backend(&world).status("worf", "c").await.unwrap();
    assert_eq!(thread.unwrap().activity.uuid, "c");
    home(json!([with_reply]));
    world.service.on("/api/activities/@worf", page(200, "{}"));
    assert_eq!(backend(&world).status("worf", "d").await, Ok(None));
    assert_eq!(world.service.count(path), asked);
    // A home feed that fails does not matter where the crud has a route.
    world.service.on(HOME, page(500, "<!doctype html>"));
    world
        .service
        .on(path, ok(json!({ "activity": crud("a"), "replies": [] })));
    assert!(backend(&world).status("worf", "a").await.unwrap().is_some());
    // A server that fails says nothing about the crud.
    for (first, second, status) in [(200, 500, 500), (502, 404, 502)] {
        world.service.on(HOME, page(first, "[]"));
        world.service.on(path, page(second, "<!doctype html>"));
        let failed = backend(&world).status("worf", "a").await;
        assert_eq!(failed, Err(BackendError::Status(status)));
    }
}

#[wasm_bindgen_test]
async fn a_search_sends_its_term_and_words_are_refused_by_codes() {
    let world = World::default();
    let path = "/api/activities/search";
    world
        .service
        .on(path, ok(payload(include_str!("testdata/search.json"))));
    let found = backend(&world).search("a&b=c +ü").await.unwrap();
    assert_eq!(found[0].message, "Cloud is fun!");
    let url = world.service.last(path).url;
    assert!(url.ends_with("?term=a%26b%3Dc%20%2B%C3%BC"), "{url}");
    let codes = payload(include_str!("testdata/422-search.json"));
    world.service.on(path, answer(422, codes));
    let refused = BackendError::Rejected(vec!["search_term_blank".to_owned()]);
    assert_eq!(backend(&world).search(" ").await, Err(refused));
}

#[wasm_bindgen_test]
async fn what_is_posted_comes_back() {
    let world = World::default();
    let path = "/api/activities";
    let created = payload(include_str!("testdata/create-activity.json"));
    world.service.on(path, ok(created));
    let crud = backend(&world).post_crud("hi", Ttl::Days7).await.unwrap();
    assert_eq!(
        (crud.author(), crud.message.as_str()),
        ("Andrew Brown", "hi")
    );
    assert_eq!(
        crud.expires_at.unwrap() - crud.created_at.unwrap(),
        Ttl::Days7.milliseconds()
    );
    let sent = world.service.body(path);
    assert_eq!(sent, json!({ "message": "hi", "ttl": "7-days" }));
    let kind = header(&world, path, "content-type");
    assert_eq!(kind.as_deref(), Some("application/json"));
    assert_eq!(header(&world, path, "authorization"), None);

    let path = "/api/activities/a%2D1/reply";
    let created = payload(include_str!("testdata/reply.json"));
    world.service.on(path, ok(created));
    let reply = backend(&world).post_reply("a-1", "hi").await.unwrap();
    assert_eq!(
        reply.reply_to.as_deref(),
        Some("68f126b0-1ceb-4a33-88be-d90fa7109eee")
    );

    // An invalid crud in the last weeks: the error branch itself fails.
    world
        .service
        .on("/api/activities", page(500, "<!doctype html>"));
    let failed = backend(&world).post_crud("", Ttl::Hour1).await;
    assert_eq!(failed, Err(BackendError::Status(500)));
    world
        .service
        .on("/api/activities", answer(422, json!(["ttl_blank"])));
    let failed = backend(&world).post_crud("x", Ttl::Hour1).await;
    assert_eq!(
        failed,
        Err(BackendError::Rejected(vec!["ttl_blank".to_owned()]))
    );
}

#[wasm_bindgen_test]
async fn a_message_is_sent_under_every_weeks_names() {
    let world = World::default();
    let path = "/api/messages";
    let recipient = Recipient {
        group: Some("g".to_owned()),
        handle: Some("worf".to_owned()),
    };
    // Week 3.
    world.service.on(
        path,
        ok(payload(include_str!("testdata/create-message.json"))),
    );
    let sent = backend(&world)
        .send_message(&recipient, "hi")
        .await
        .unwrap();
    assert_eq!(
        (sent.group, sent.message.unwrap().message.as_str()),
        (None, "hi")
    );
    assert_eq!(
        world.service.body(path),
        json!({ "message": "hi", "user_receiver_handle": "worf", "handle": "worf",
            "message_group_uuid": "g" })
    );
    // Week 5 on: an update, and the first message of a conversation.
    let update = json!({ "message_group_uuid": "g", "uuid": "user", "display_name": "Ann",
        "handle": "ann", "message": "hi", "created_at": "2026-11-22T21:23:34.663169" });
    world.service.on(path, ok(update));
    let sent = backend(&world)
        .send_message(&recipient, "hi")
        .await
        .unwrap();
    assert_eq!(
        (sent.group.as_deref(), sent.message.is_some()),
        (Some("g"), true)
    );
    world
        .service
        .on(path, ok(json!({ "message_group_uuid": "g" })));
    let to = Recipient {
        group: None,
        handle: Some("worf".to_owned()),
    };
    let sent = backend(&world).send_message(&to, "hi").await.unwrap();
    assert_eq!((sent.group.as_deref(), sent.message), (Some("g"), None));
    assert_eq!(world.service.body(path).get("message_group_uuid"), None);
    world.service.on(path, page(200, "{}"));
    let odd = backend(&world).send_message(&to, "hi").await;
    assert_eq!(odd, Err(BackendError::InvalidBody));
}

#[wasm_bindgen_test]
async fn conversations_are_read_in_every_weeks_form() {
    let world = World::default();
    let path = "/api/message_groups";
    world.service.on(
        path,
        ok(payload(include_str!("testdata/message_groups.json"))),
    );
    let groups = backend(&world).message_groups().await.unwrap();
    assert_eq!(
        (groups[1].name(), groups[1].message.as_deref()),
        ("Worf", None)
    );
    let group = json!({ "uuid": "g", "handle": "worf", "display_name": null, "message": "hi",
        "created_at": "2026-11-22T21:23:34" });
    world.service.on(path, ok(json!([group])));
    let groups = backend(&world).message_groups().await.unwrap();
    assert_eq!(
        (groups[0].name(), groups[0].message.as_deref()),
        ("worf", Some("hi"))
    );
    world.service.on(path, answer(401, json!({})));
    let refused = backend(&world).message_groups().await;
    assert_eq!(refused, Err(BackendError::Unauthorized));

    let with = Conversation::With("worf".to_owned());
    let path = "/api/messages/@worf";
    world
        .service
        .on(path, ok(payload(include_str!("testdata/messages.json"))));
    assert_eq!(backend(&world).messages(&with).await.unwrap().len(), 2);
    // The newest first: they are turned round.
    let message = |text: &str, time: &str| {
        json!({ "uuid": "u", "handle": "ann", "message": text,
        "created_at": time })
    };
    let group = Conversation::Group("g-1".to_owned());
    let path = "/api/messages/g%2D1";
    let list = [
        message("b", "2026-11-22T21:00:01"),
        message("a", "2026-11-22T21:00:00"),
    ];
    world.service.on(path, ok(json!(list)));
    let messages = backend(&world).messages(&group).await.unwrap();
    let texts: Vec<_> = messages.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(texts, ["a", "b"]);
}

#[wasm_bindgen_test]
async fn people_may_be_unknown_and_profiles_answer_with_nothing() {
    let world = World::default();
    let path = "/api/users/@worf/short";
    world.service.on(
        path,
        ok(json!({ "uuid": "u", "handle": "worf", "display_name": "Worf" })),
    );
    let person = backend(&world).person("worf").await.unwrap().unwrap();
    assert_eq!(person.display_name.as_deref(), Some("Worf"));
    for nobody in [page(200, "{}"), page(404, "<!doctype html>")] {
        world.service.on(path, nobody);
        assert_eq!(backend(&world).person("worf").await, Ok(None));
    }
    world.service.on("/api/profile/update", page(200, "{}"));
    assert_eq!(backend(&world).update_profile("Worf", "").await, Ok(()));
    world
        .service
        .on("/api/profile/update", page(405, "<!doctype html>"));
    let old = backend(&world).update_profile("Worf", "").await;
    assert_eq!(old, Err(BackendError::Status(405)));
}

#[wasm_bindgen_test]
async fn a_refused_token_is_renewed_once_for_a_post_too() {
    let world = World::default();
    world.store_session(3600);
    let renewed = token(world.now_ms.get(), 7200);
    let tokens = json!({ "AuthenticationResult": { "AccessToken": renewed, "IdToken": renewed } });
    world.service.on("GetTokensFromRefreshToken", ok(tokens));
    world.service.on("/api/activities", answer(401, json!({})));
    world.service.on("/api/activities", ok(crud("a")));
    let backend = backend(&world);
    assert!(backend.post_crud("hi", Ttl::Day1).await.is_ok());
    assert_eq!(
        header(&world, "/api/activities", "authorization"),
        Some(format!("Bearer {renewed}"))
    );
}

#[wasm_bindgen_test]
async fn a_new_token_that_is_refused_too_ends_the_session() {
    let world = World::default();
    world.store_session(3600);
    let renewed = token(world.now_ms.get(), 7200);
    let tokens = json!({ "AuthenticationResult": { "AccessToken": renewed, "IdToken": renewed } });
    world.service.on("GetTokensFromRefreshToken", ok(tokens));
    for _ in 0..2 {
        world
            .service
            .on("/api/message_groups", answer(401, json!({})));
    }
    let session = world.session();
    let url = "http://backend.test".to_owned();
    let backend = Backend::new(url, world.service.transport(), session.clone());
    assert_eq!(
        backend.message_groups().await,
        Err(BackendError::Unauthorized)
    );
    let refused = SessionState::SignedOut(Some(SignedOutReason::NotAccepted));
    assert_eq!(session.state(), refused);
    assert_eq!(world.service.count("/api/message_groups"), 2);
}

#[wasm_bindgen_test]
async fn the_same_read_is_made_once_for_all_who_wait() {
    let world = World::default();
    world.service.on(HOME, ok(json!([crud("a")])));
    let backend = backend(&world);
    let (one, other) = join(backend.home_feed(), backend.home_feed()).await;
    assert_eq!(one, other);
    assert_eq!(one.unwrap().len(), 1);
    assert_eq!(world.service.count(HOME), 1);
    // Whoever asks afterwards asks anew.
    world.service.on(HOME, offline());
    assert_eq!(backend.home_feed().await, Err(BackendError::Unreachable));
    assert_eq!(world.service.count(HOME), 2);
}

#[wasm_bindgen_test]
async fn a_shared_read_outlives_whoever_began_it() {
    let world = World::default();
    world.service.on(HOME, ok(json!([crud("a")])));
    world.service.hold(HOME);
    let backend = backend(&world);
    let first = {
        let backend = backend.clone();
        cruddur_web::task::Task::spawn(async move {
            let _ = backend.home_feed().await;
        })
    };
    until(|| world.service.count(HOME) == 1).await;
    let answered = std::rc::Rc::new(std::cell::Cell::new(false));
    spawn_local({
        let (backend, answered) = (backend.clone(), answered.clone());
        async move { answered.set(backend.home_feed().await.is_ok()) }
    });
    // The second has joined by the time that the first one goes.
    for _ in 0..3 {
        yew::scheduler::flush().await;
    }
    drop(first);
    world.service.release(HOME);
    until(|| answered.get()).await;
    assert_eq!(world.service.count(HOME), 1);
}
