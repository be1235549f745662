//! The weeks after the third: what is different in each.

use super::*;

const ITEM: [&str; 9] = [
    "created_at",
    "display_name",
    "expires_at",
    "handle",
    "likes_count",
    "message",
    "replies_count",
    "reposts_count",
    "uuid",
];

const LATER: [Week; 5] = [Week::Four, Week::Five, Week::Six, Week::Eight, Week::X];

/// Asserts that a request is refused for want of a token.
async fn unauthorized(request: RequestBuilder) {
    let answer = send(request).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.text().await.expect("text"), "{}");
}

/// Asserts that nobody is found: an empty object that claims to be a page.
async fn nobody(request: RequestBuilder) {
    let answer = send(request).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(answer.text().await.expect("text"), "{}");
}

#[tokio::test]
async fn the_home_feed_is_the_same_for_everybody_and_has_names_and_counts() {
    for week in LATER {
        let cruddur = Cruddur::at(week).await;
        let ada = cruddur.person("Ada Lovelace", "ada").await;
        let crud = cruddur.crud("Hello", "1-day", Some(&ada.access)).await;
        assert_eq!(text(&crud, "display_name"), "Ada Lovelace");
        let anonymous = items(cruddur.get("/api/activities/home")).await;
        let signed_in = cruddur.home(&format!("Bearer {}", ada.access)).await;
        assert_eq!(texts(&anonymous), texts(&signed_in), "{week}");
        let handles: Vec<_> = anonymous.iter().map(|one| text(one, "handle")).collect();
        assert_eq!(handles, ["ada", "andrewbrown", "worf", "garek"], "{week}");
        for item in &anonymous {
            assert_eq!(keys(item), ITEM, "{week}");
            // Naive, in UTC.
            let created = text(item, "created_at");
            assert!(!created.contains(['+', 'Z']), "{created}");
        }
        assert_eq!(anonymous[1]["likes_count"], 5);
        let notifications = items(cruddur.get("/api/activities/notifications")).await;
        assert_eq!(keys(&notifications[0]), ITEM);
    }
}

#[tokio::test]
async fn replies_are_counted_and_in_the_last_weeks_items_of_their_own() {
    for week in LATER {
        let cruddur = Cruddur::at(week).await;
        let ada = cruddur.person("Ada", "ada").await;
        let path = format!("/api/activities/{FIRST}/reply");
        let reply = cruddur.post(
            &path,
            &json!({ "message": "So it is", "activity_uuid": FIRST }),
        );
        let reply = object(signed(reply, Some(&ada.access))).await;
        assert_eq!(text(&reply, "reply_to_activity_uuid"), FIRST);
        let feed = items(cruddur.get("/api/activities/home")).await;
        let crud = feed
            .iter()
            .find(|one| one["uuid"] == FIRST)
            .expect("a crud");
        assert_eq!(crud["replies_count"], 1, "{week}");
        let found = feed.iter().find(|one| one["uuid"] == reply["uuid"]);
        assert_eq!(found.is_some(), week == Week::X, "{week}");
        if let Some(found) = found {
            assert_eq!(text(found, "reply_to_activity_uuid"), FIRST);
            assert_eq!(found["expires_at"], Value::Null);
        }
    }
}

#[tokio::test]
async fn one_crud_has_a_route_in_the_last_weeks() {
    let cruddur = Cruddur::at(Week::X).await;
    let ada = cruddur.person("Ada", "ada").await;
    let path = format!("/api/activities/{FIRST}/reply");
    let reply = cruddur.post(&path, &json!({ "message": "So it is" }));
    object(signed(reply, Some(&ada.access))).await;
    let path = format!("/api/activities/@andrewbrown/status/{FIRST}");
    let thread = object(cruddur.get(&path)).await;
    assert_eq!(text(&thread["activity"], "message"), "Cloud is very fun!");
    assert_eq!(text(&thread["replies"][0], "message"), "So it is");
    for path in [
        format!("/api/activities/@worf/status/{FIRST}"),
        "/api/activities/@andrewbrown/status/none".to_owned(),
    ] {
        page(cruddur.get(&path), StatusCode::NOT_FOUND).await;
    }
    let before = Cruddur::at(Week::Eight).await;
    page(before.get(&path), StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn messages_need_a_token_from_week_5_on() {
    let before = Cruddur::at(Week::Four).await;
    object(before.post(
        "/api/messages",
        &json!({ "message": "Hi", "user_receiver_handle": "worf" }),
    ))
    .await;
    // As in week 3: by handles, with the samples first.
    assert_eq!(items(before.get("/api/messages/@worf")).await.len(), 3);
    assert_eq!(items(before.get("/api/message_groups")).await.len(), 2);
    for week in [Week::Five, Week::X] {
        let cruddur = Cruddur::at(week).await;
        unauthorized(cruddur.get("/api/message_groups")).await;
        unauthorized(cruddur.get("/api/messages/x")).await;
        let body = json!({ "message": "Hi", "handle": "worf", "user_receiver_handle": "worf" });
        unauthorized(cruddur.post("/api/messages", &body)).await;
        let expired = signed(cruddur.get("/api/message_groups"), Some("a.b.c"));
        unauthorized(expired).await;
    }
}

#[tokio::test]
async fn conversations_have_ids_from_week_5_on() {
    for (week, field, other) in [
        (Week::Five, "user_receiver_handle", "handle"),
        (Week::Six, "handle", "user_receiver_handle"),
        (Week::X, "handle", "user_receiver_handle"),
    ] {
        let cruddur = Cruddur::at(week).await;
        let ada = cruddur.person("Ada", "ada").await;
        let ben = cruddur.person("Ben", "ben").await;
        let eve = cruddur.person("Eve", "eve").await;
        let post =
            |body: Value, token: &str| signed(cruddur.post("/api/messages", &body), Some(token));
        let failed = |body: Value| page(post(body, &ada.access), StatusCode::INTERNAL_SERVER_ERROR);
        // Who has not written a word yet has a name all the same.
        let named = json!({ "message": "Hello", field: "eve" });
        object(post(named, &ben.access)).await;
        let groups = signed(cruddur.get("/api/message_groups"), Some(&ben.access));
        assert_eq!(text(&items(groups).await[0], "display_name"), "Eve");
        // What is wrong is not said.
        failed(json!({ "message": "", field: "ben" })).await;
        failed(json!({ "message": "x".repeat(1025), field: "ben" })).await;
        failed(json!({ "message": "Hi", field: "nobody" })).await;
        failed(json!({ "message": "Hi", other: "ben" })).await;
        failed(json!({ "message": "Hi", "message_group_uuid": "none" })).await;

        let created = object(post(json!({ "message": "Hi", field: "ben" }), &ada.access)).await;
        assert_eq!(keys(&created), ["message_group_uuid"], "{week}");
        let group = text(&created, "message_group_uuid").to_owned();
        let update = json!({ "message": "There?", "message_group_uuid": group, field: "ben" });
        let updated = object(post(update, &ada.access)).await;
        assert_eq!(text(&updated, "message"), "There?");
        assert_eq!(text(&updated, "message_group_uuid"), group);
        let again = json!({ "message": "Yes", "message_group_uuid": group });
        object(post(again, &ben.access)).await;

        let path = format!("/api/messages/{group}");
        let read = |token: String| {
            let request = signed(cruddur.get(&path), Some(&token));
            async move { items(request).await }
        };
        // The newest first, for both of them, and nothing for others.
        let messages = read(ada.access.clone()).await;
        assert_eq!(texts(&messages), ["Yes", "There?", "Hi"]);
        assert_eq!(texts(&read(ben.access.clone()).await), texts(&messages));
        assert_eq!(read(eve.access.clone()).await, Vec::<Value>::new());
        let theirs = json!({ "message": "Psst", "message_group_uuid": group });
        page(post(theirs, &eve.access), StatusCode::INTERNAL_SERVER_ERROR).await;
        // The id in the answer is the author's, and so the same each time.
        assert!(messages.iter().all(|one| one["uuid"] != updated["uuid"]));

        let groups = signed(cruddur.get("/api/message_groups"), Some(&ben.access));
        let groups = items(groups).await;
        assert_eq!(groups.len(), 2);
        assert_eq!(
            keys(&groups[0]),
            ["created_at", "display_name", "handle", "message", "uuid"]
        );
        let group = &groups[0];
        let row = ["handle", "display_name", "message"].map(|field| text(group, field));
        assert_eq!(row, ["ada", "Ada", "Yes"]);
    }
}

#[tokio::test]
async fn people_are_known_in_short_from_week_5_on() {
    let cruddur = Cruddur::at(Week::Five).await;
    cruddur.person("Ada Lovelace", "ada").await;
    let ada = object(cruddur.get("/api/users/@ada/short")).await;
    assert_eq!(keys(&ada), ["display_name", "handle", "uuid"]);
    assert_eq!(text(&ada, "display_name"), "Ada Lovelace");
    let worf = object(cruddur.get("/api/users/@worf/short")).await;
    assert_eq!(text(&worf, "display_name"), "Worf");
    nobody(cruddur.get("/api/users/@nobody/short")).await;
    let before = Cruddur::at(Week::Four).await;
    page(before.get("/api/users/@worf/short"), StatusCode::NOT_FOUND).await;
    // Healthy from week 6 on.
    page(cruddur.get("/api/health-check"), StatusCode::NOT_FOUND).await;
    let after = Cruddur::at(Week::Six).await;
    let health = object(after.get("/api/health-check")).await;
    assert_eq!(health, json!({ "success": true }));
}

#[tokio::test]
async fn people_have_profiles_from_week_8_on() {
    let before = Cruddur::at(Week::Six).await;
    let feed = items(before.get("/api/activities/@worf")).await;
    assert_eq!(texts(&feed), ["I am out of prune juice"]);
    assert!(
        items(before.get("/api/activities/@nobody"))
            .await
            .is_empty()
    );
    let update = json!({ "display_name": "Ada L.", "bio": "I count" });
    let request = before.post("/api/profile/update", &update);
    page(request, StatusCode::NOT_FOUND).await;

    for week in [Week::Eight, Week::X] {
        let cruddur = Cruddur::at(week).await;
        let ada = cruddur.person("Ada Lovelace", "ada").await;
        let silent = object(cruddur.get("/api/activities/@ada")).await;
        assert_eq!(silent["activities"], json!([]));
        assert_eq!(silent["profile"]["cruds_count"], 0);
        cruddur.crud("One", "1-day", Some(&ada.access)).await;
        unauthorized(cruddur.post("/api/profile/update", &update)).await;
        let blank = json!({ "display_name": " ", "bio": "" });
        let blank = cruddur.post("/api/profile/update", &blank);
        refused(signed(blank, Some(&ada.access)), "display_name_blank").await;
        let changed = cruddur.post("/api/profile/update", &update);
        let answer = object(signed(changed, Some(&ada.access))).await;
        assert_eq!(answer, json!({}));

        let feed = object(cruddur.get("/api/activities/@ada")).await;
        let profile = &feed["profile"];
        assert_eq!(
            keys(profile),
            [
                "bio",
                "cognito_user_uuid",
                "cruds_count",
                "display_name",
                "handle",
                "uuid"
            ]
        );
        assert_eq!(text(profile, "bio"), "I count");
        assert_eq!(profile["cruds_count"], 1);
        // What was written before goes by the new name, and so does what comes.
        assert_eq!(text(&feed["activities"][0], "display_name"), "Ada L.");
        let crud = cruddur.crud("Two", "1-day", Some(&ada.access)).await;
        assert_eq!(text(&crud, "display_name"), "Ada L.");
        let worf = object(cruddur.get("/api/activities/@worf")).await;
        assert_eq!(text(&worf["profile"], "display_name"), "Worf");
        nobody(cruddur.get("/api/activities/@nobody")).await;
    }
}

#[tokio::test]
async fn posting_needs_a_token_in_the_last_weeks_and_fails_in_its_own_ways() {
    let cruddur = Cruddur::at(Week::X).await;
    let ada = cruddur.person("Ada", "ada").await;
    let crud = json!({ "message": "Hi", "ttl": "1-day" });
    unauthorized(cruddur.post("/api/activities", &crud)).await;
    let path = format!("/api/activities/{FIRST}/reply");
    unauthorized(cruddur.post(&path, &json!({ "message": "Hi" }))).await;
    for (message, ttl) in [
        ("", "1-day"),
        ("Hi", "for ever"),
        (&"x".repeat(281), "1-day"),
    ] {
        let body = json!({ "message": message, "ttl": ttl });
        let request = signed(cruddur.post("/api/activities", &body), Some(&ada.access));
        page(request, StatusCode::INTERNAL_SERVER_ERROR).await;
    }
    let reply = |message: &str| {
        let request = cruddur.post(&path, &json!({ "message": message }));
        signed(request, Some(&ada.access))
    };
    refused(reply(""), "message_blank").await;
    refused(reply(&"x".repeat(1025)), "message_exceed_max_chars_1024").await;

    let before = Cruddur::at(Week::Eight).await;
    object(before.post("/api/activities", &crud)).await;
    let blank = json!({ "message": "", "ttl": "1-day" });
    refused(before.post("/api/activities", &blank), "message_blank").await;
    let request = before.post(&path, &json!({ "message": "" }));
    page(request, StatusCode::INTERNAL_SERVER_ERROR).await;
}

#[tokio::test]
async fn search_finds_what_is_there_in_the_later_form() {
    let cruddur = Cruddur::at(Week::Four).await;
    let found = items(cruddur.get("/api/activities/search?term=PRUNE")).await;
    assert_eq!(texts(&found), ["I am out of prune juice"]);
    refused(
        cruddur.get("/api/activities/search?term="),
        "search_term_blank",
    )
    .await;
}
