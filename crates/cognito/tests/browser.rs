//! The browser's seams in a real browser, against the server that serves the tests.

#![cfg(feature = "browser")]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::cell::Cell;
use std::rc::Rc;

use cognito_user_pool::{
    BrowserClock, BrowserTransport, Clock as _, HttpRequest, LocalStorage, Method, Storage as _,
    StoredSession, TokenStore, Transport as _, TransportError,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn get(url: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        url: url.to_owned(),
        headers: vec![("accept".to_owned(), "text/html".to_owned())],
        body: None,
        timeout_ms: Some(30_000),
    }
}

#[wasm_bindgen_test]
async fn an_answer_has_status_headers_and_body() {
    let response = BrowserTransport.send(get("/")).await.unwrap();
    assert_eq!(response.status, 200);
    let content_type = response.header("content-type").expect("a content type");
    assert!(content_type.starts_with("text/html"), "{content_type}");
    assert!(String::from_utf8_lossy(&response.body).contains("<"));
}

#[wasm_bindgen_test]
async fn any_status_is_an_answer() {
    let response = BrowserTransport.send(get("/no-such-file")).await.unwrap();
    assert_eq!(response.status, 404);
}

#[wasm_bindgen_test]
async fn no_connection_is_a_network_error() {
    // Nothing listens on the reserved port 1, and browsers refuse to try it.
    let error = BrowserTransport
        .send(get("http://127.0.0.1:1/"))
        .await
        .unwrap_err();
    assert!(matches!(error, TransportError::Network(_)), "{error}");
}

#[wasm_bindgen_test]
async fn what_cannot_be_sent_is_told() {
    let error = BrowserTransport.send(get("http://")).await.unwrap_err();
    assert!(
        matches!(error, TransportError::InvalidRequest(_)),
        "{error}"
    );
    let mut request = get("/");
    request.headers = vec![("bad name".to_owned(), "x".to_owned())];
    let error = BrowserTransport.send(request).await.unwrap_err();
    assert!(
        matches!(error, TransportError::InvalidRequest(_)),
        "{error}"
    );
}

#[wasm_bindgen_test]
async fn the_clock_tells_the_time_and_waits() {
    let before = BrowserClock.now_ms();
    assert!(before > 1_767_225_600_000, "later than the start of 2026");
    BrowserClock.sleep(1).await;
    assert!(BrowserClock.now_ms() >= before);
}

#[wasm_bindgen_test]
async fn a_pause_gives_everything_else_its_turn() {
    let rung = Rc::new(Cell::new(false));
    wasm_bindgen_futures::spawn_local({
        let rung = rung.clone();
        async move {
            BrowserClock.sleep(0).await;
            rung.set(true);
        }
    });
    // Were pauses mere promises, no timer would ever come.
    for _ in 0..100_000 {
        if rung.get() {
            break;
        }
        BrowserClock.pause().await;
    }
    assert!(rung.get());
}

#[wasm_bindgen_test]
fn the_storage_keeps_values_until_they_are_removed() {
    let storage = LocalStorage;
    storage.set("key", "välue").unwrap();
    assert_eq!(storage.get("key").as_deref(), Some("välue"));
    storage.remove("key");
    assert_eq!(storage.get("key"), None);
    storage.remove("key");
}

#[wasm_bindgen_test]
fn a_value_beyond_the_quota_is_refused_and_leaves_no_half_session() {
    use cognito_user_pool::{AccessToken, RefreshToken};
    let store = TokenStore::new(LocalStorage, "client");
    let session = StoredSession {
        username: "ann".to_owned(),
        access_token: AccessToken::new("a"),
        id_token: None,
        // More than the ten million bytes that browsers allow a site.
        refresh_token: Some(RefreshToken::new("r".repeat(12_000_000))),
        device_key: None,
        server_offset_ms: 0,
    };
    assert!(store.save(&session).is_err());
    let prefix = store.prefix();
    assert_eq!(LocalStorage.get(&format!("{prefix}.ann.accessToken")), None);
    assert_eq!(LocalStorage.get(&format!("{prefix}.LastAuthUser")), None);
}
