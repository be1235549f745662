//! Whatever comes from outside (configuration, addresses, answers) is read or refused, never a panic. `PROPTEST_CASES` sets
//! how many inputs each property tries.

use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::config::{self, ConfigProblem};
use crate::router::{Route, SettingsSection};

/// Text as nobody means it to be: markup, directions, addresses of elsewhere, numbers.
const TEXTS: [&str; 20] = [
    "",
    " ",
    "0",
    "-1",
    "null",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "https://evil.example",
    "http://h:1/",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "\u{0}",
    "\u{202e}\u{2066}",
    "us-east-1",
    "us-east-1_Pool",
    "2026-11-23T10:00:00+00:00",
    "2026-11-23T10:00:00.123456",
    "99999-99-99T99:99:99",
    "@worf",
];

/// Any text.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(TEXTS.as_slice()).prop_map(str::to_owned),
        "\\PC{0,40}",
    ]
}

/// Any JSON whose objects have these names.
pub(crate) fn any_json(names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        let name = prop::sample::select(names).prop_map(str::to_owned);
        let object = prop::collection::btree_map(name, inner.clone(), 0..names.len());
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            object.prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// JSON of these names, and what is left of it when it was cut off.
pub(crate) fn any_body(names: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let cut = (any_json(names), any::<prop::sample::Index>()).prop_map(|(json, end)| {
        let mut bytes = json.to_string().into_bytes();
        bytes.truncate(end.index(bytes.len().max(1)));
        bytes
    });
    prop_oneof![
        3 => any_json(names).prop_map(|json| json.to_string().into_bytes()),
        1 => cut,
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

const SETTINGS: [&str; 28] = [
    "auth",
    "custom",
    "aws_region",
    "user_pool_id",
    "user_pool_client_id",
    "user_pool_endpoint",
    "backend_url",
    "password_policy",
    "min_length",
    "require_numbers",
    "username_attributes",
    "alias_attributes",
    "standard_required_attributes",
    "auth_flow_type",
    "auth_session_validity",
    "passwordless",
    "web_authn",
    "email_otp_enabled",
    "mfa_methods",
    "mfa_configuration",
    "remember_devices",
    "oauth",
    "domain",
    "identity_providers",
    "scopes",
    "redirect_sign_in_uri",
    "redirect_sign_out_uri",
    "__proto__",
];

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A right file in which anything may stand for anything that is optional, and now and then for what is not.
fn settings() -> impl Strategy<Value = Value> {
    let changes = prop::collection::vec(
        (prop::sample::select(&SETTINGS[2..]), any_json(&SETTINGS)),
        0..6,
    );
    changes.prop_map(|changes| {
        let mut file = serde_json::json!({
            "auth": {
                "aws_region": "eu-west-3", "user_pool_id": "eu-west-3_AbCdEfGhI",
                "user_pool_client_id": "1h57kf5cpq17m0eml12example",
            },
            "custom": { "backend_url": "https://api.example.com/" },
        });
        for (name, value) in changes {
            file["auth"][name] = value.clone();
            if name != "backend_url" {
                file["custom"][name] = value;
            }
        }
        file
    })
}

fn a_route() -> impl Strategy<Value = Route> {
    // An `@` in front says that what follows is a handle, so neither a handle nor an id begins with one.
    let marked = |text: &str| text.starts_with('@');
    let handle = move || {
        text().prop_filter("a handle", move |handle| {
            !handle.trim().is_empty() && !marked(handle)
        })
    };
    let uuid = move || {
        text().prop_filter("an id", move |uuid| {
            !uuid.is_empty() && !marked(uuid) && uuid != "new"
        })
    };
    prop_oneof![
        Just(Route::Home),
        Just(Route::Notifications),
        Just(Route::Messages),
        handle().prop_map(|handle| Route::Profile { handle }),
        (handle(), uuid()).prop_map(|(handle, uuid)| Route::Status { handle, uuid }),
        handle().prop_map(|handle| Route::Conversation { handle }),
        handle().prop_map(|handle| Route::NewConversation { handle }),
        uuid().prop_map(|uuid| Route::MessageGroup { uuid }),
        uuid().prop_map(|term| Route::Search { term: Some(term) }),
        prop::sample::select(SettingsSection::ALL.as_slice())
            .prop_map(|section| Route::Settings { section }),
    ]
}

proptest! {
    #[test]
    fn any_configuration_is_read_or_refused(text in text(), body in any_body(&SETTINGS), file in settings()) {
        for text in [text, String::from_utf8_lossy(&body).into_owned(), file.to_string()] {
            match config::parse(&text) {
                Ok(config) => {
                    prop_assert!(is_web(&config.backend_url), "{}", config.backend_url);
                    prop_assert!(is_web(config.cognito.endpoint()), "{}", config.cognito.endpoint());
                }
                Err(ConfigProblem::Fields(problems)) => prop_assert!(!problems.is_empty()),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn a_routes_url_leads_to_the_route(route in a_route()) {
        let url = route.to_url();
        prop_assert!(url.starts_with('/') && !url.starts_with("//"), "{url}");
        prop_assert!(url.is_ascii(), "{url}");
        prop_assert_eq!(Route::parse(&url), route, "{}", url);
    }

    /// Whatever `next` says, a sign-in leads to a page of this site.
    #[test]
    fn no_next_leads_elsewhere(next in prop_oneof![text(), "[/\\\\]{0,3}[a-z.@:%]{0,12}[/\\\\]{0,2}\\PC{0,12}"]) {
        let route = Route::after_sign_in(Some(&next));
        let url = route.to_url();
        prop_assert!(url.starts_with('/') && !url.starts_with("//") && !url.contains('\\'), "{url}");
        // A browser drops tabs and line breaks from addresses before it reads them.
        prop_assert!(!url.chars().any(char::is_control), "{url}");
        let stays = Route::parse(&format!("/signin?next={next}"));
        if let Route::SignIn { next: Some(next), .. } = stays {
            prop_assert!(Route::safe_next(&next).is_some(), "{next}");
        }
    }

    #[test]
    fn any_address_is_a_page(address in prop_oneof!["/\\PC{0,60}", "\\PC{0,60}", "/[@%/?&=a-f0-9.]{0,40}"]) {
        let route = Route::parse(&address);
        let again = Route::parse(&route.to_url());
        if route != Route::NotFound {
            prop_assert_eq!(again, route, "{}", percent_decode_str(&address).decode_utf8_lossy());
        }
    }
}
