//! Before the app: configuration.

use cruddur_web::app::{App, AppProps};
use cruddur_web::config::{self, ConfigProblem};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use super::page::{document, settle, until};

/// The app with that configuration file.
async fn start(file: &str) -> (HtmlElement, yew::AppHandle<App>) {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let config = config::parse(file);
    let handle =
        yew::Renderer::<App>::with_root_and_props(root.clone().into(), AppProps { config })
            .render();
    settle().await;
    (root, handle)
}

fn text(root: &HtmlElement) -> String {
    root.text_content().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn a_page_names_every_wrong_value_what_it_should_be_and_where_it_is() {
    let file = r#"{ "auth": { "aws_region": "us-east-1", "user_pool_id": "<pool>" } }"#;
    let (root, handle) = start(file).await;
    let fields = root.query_selector_all(".config-field h2").unwrap();
    let names: Vec<_> = (0..fields.length())
        .filter_map(|index| fields.item(index)?.text_content())
        .collect();
    let expected = [
        "auth.user_pool_id",
        "auth.user_pool_client_id",
        "custom.backend_url",
    ];
    assert_eq!(names, expected);
    let all = text(&root);
    assert!(
        all.contains("us-east-1_AbCdEfGhI"),
        "what it should look like"
    );
    assert!(all.contains("\"<pool>\""), "what was found");
    assert!(all.contains("nothing"), "that nothing was found");
    let source = format!("{}/config.json", web_sys::window().unwrap().origin());
    assert!(all.contains(&source), "where it is read from");
    assert_eq!(root.query_selector_all("h1").unwrap().length(), 1);
    assert!(root.query_selector("main").unwrap().is_some());
    handle.destroy();
    root.remove();
}

/// The server of these tests has no such file.
#[wasm_bindgen_test]
async fn the_file_can_be_read_again() {
    let (root, handle) = start("{").await;
    assert!(text(&root).contains("not valid JSON"));
    let button: HtmlElement = root
        .query_selector("button")
        .unwrap()
        .unwrap()
        .unchecked_into();
    button.click();
    until(|| text(&root).contains("404")).await;
    assert!(text(&root).contains("Try again"));
    handle.destroy();
    root.remove();
}

#[wasm_bindgen_test]
async fn a_file_that_is_not_there_is_told() {
    assert_eq!(config::load().await, Err(ConfigProblem::Status(404)));
}
