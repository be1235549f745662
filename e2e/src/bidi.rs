//! WebDriver's newer half, BiDi: what the page asks for and notes in its console, and scripts before the page's own. Only
//! what journeys need of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

use crate::browser::ConsoleEntry;
use crate::driver::PATIENCE;
use crate::request::Request;

/// What the browser has told so far, and what it is still asked.
#[derive(Default)]
struct Told {
    requests: Vec<Request>,
    console: Vec<ConsoleEntry>,
    /// Where requests must not go, with `*` for whatever there may be.
    blocked: Vec<String>,
    asked: HashMap<u64, oneshot::Sender<Result<Value, String>>>,
}

/// A connection to a browser.
pub(crate) struct Bidi {
    commands: mpsc::UnboundedSender<(u64, String, Value)>,
    told: Arc<Mutex<Told>>,
    last: AtomicU64,
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bidi {
    /// Connects to the address that the session's capabilities name.
    pub async fn connect(url: &str) -> Self {
        let connecting = tokio_tungstenite::connect_async(url);
        let (mut socket, _) = connecting
            .await
            .unwrap_or_else(|error| panic!("{url}: {error}"));
        let (commands, mut next_command) = mpsc::unbounded_channel::<(u64, String, Value)>();
        let told = Arc::<Mutex<Told>>::default();
        let listener = told.clone();
        // It ends with the browser, or with whoever asks it.
        tokio::spawn(async move {
            // Answers to the browser's own questions; their ids are beyond those of the journey's commands.
            let mut id = u64::from(u32::MAX);
            loop {
                let (id, method, params) = tokio::select! {
                    command = next_command.recv() => match command {
                        Some(command) => command,
                        None => break,
                    },
                    message = socket.next() => match message {
                        Some(Ok(Message::Text(text))) => match hear(&listener, text.as_str()) {
                            Some((method, params)) => {
                                id += 1;
                                (id, method, params)
                            }
                            None => continue,
                        },
                        Some(Ok(_)) => continue,
                        Some(Err(_)) | None => break,
                    },
                };
                let command = json!({ "id": id, "method": method, "params": params });
                if socket
                    .send(Message::text(command.to_string()))
                    .await
                    .is_err()
                {
                    break;
                }
            }
            // Whoever waits is told so.
            lock(&listener).asked.clear();
        });
        let bidi = Self {
            commands,
            told,
            last: AtomicU64::new(0),
        };
        let events = json!({ "events": ["network.beforeRequestSent", "log.entryAdded"] });
        bidi.send("session.subscribe", events).await;
        bidi
    }

    /// Sends a command and waits for its result.
    pub async fn send(&self, method: &str, params: Value) -> Value {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let (tell, hear) = oneshot::channel();
        lock(&self.told).asked.insert(id, tell);
        let sent = self.commands.send((id, method.to_owned(), params));
        assert!(sent.is_ok(), "{method}: the browser has gone");
        match tokio::time::timeout(PATIENCE, hear).await {
            Ok(Ok(Ok(result))) => result,
            Ok(Ok(Err(error))) => panic!("{method}: {error}"),
            Ok(Err(_)) => panic!("{method}: the browser has gone"),
            Err(_) => panic!("{method}: no answer"),
        }
    }

    /// Lets everything arrive that the browser has told before now.
    async fn catch_up(&self) {
        self.send("session.status", json!({})).await;
    }

    /// Every request up to now. Their bodies are not told.
    pub async fn requests(&self) -> Vec<Request> {
        self.catch_up().await;
        lock(&self.told).requests.clone()
    }

    /// What the console got since the last call.
    pub async fn console(&self) -> Vec<ConsoleEntry> {
        self.catch_up().await;
        std::mem::take(&mut lock(&self.told).console)
    }

    /// Lets requests to URLs of these patterns fail.
    pub fn block(&self, patterns: &[&str]) {
        lock(&self.told).blocked = patterns.iter().map(|one| (*one).to_owned()).collect();
    }
}

/// Takes in what the browser says, and gives what is to be said to that.
fn hear(told: &Mutex<Told>, text: &str) -> Option<(String, Value)> {
    let said: Value = serde_json::from_str(text).ok()?;
    let mut told = lock(told);
    if let Some(id) = said["id"].as_u64() {
        let result = match said["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", said["message"])),
            None => Ok(said["result"].clone()),
        };
        if let Some(asked) = told.asked.remove(&id) {
            let _ = asked.send(result);
        }
        return None;
    }
    let params = &said["params"];
    match said["method"].as_str()? {
        "log.entryAdded" => told.console.push(console_entry(params)),
        "network.beforeRequestSent" => {
            let request = Request::of_event(params)?;
            let blocked = told.blocked.iter().any(|one| matches(one, &request.url));
            told.requests.push(request);
            if params["isBlocked"] == true {
                let method = match blocked {
                    true => "network.failRequest",
                    false => "network.continueRequest",
                };
                let id = params["request"]["request"].clone();
                return Some((method.to_owned(), json!({ "request": id })));
            }
        }
        _ => {}
    }
    None
}

fn console_entry(params: &Value) -> ConsoleEntry {
    let level = match params["level"].as_str() {
        Some("error") => "SEVERE",
        Some("warn") => "WARNING",
        Some("debug") => "DEBUG",
        _ => "INFO",
    };
    ConsoleEntry {
        source: match params["type"].as_str() {
            Some("console") => "console-api".to_owned(),
            other => other.unwrap_or_default().to_owned(),
        },
        level: level.to_owned(),
        message: params["text"].as_str().unwrap_or_default().to_owned(),
    }
}

/// Whether a URL is of a pattern, in which `*` stands for anything.
fn matches(pattern: &str, url: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = url.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Told, hear, lock, matches};
    use std::sync::Mutex;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, url, expected) in [
            ("*", "http://a/b", true),
            ("*/config.json", "http://a/config.json", true),
            ("*/config.json", "http://a/config.json?b", false),
            ("*/people-*.wasm", "http://a/people-1.wasm", true),
            ("*/people-*.wasm", "http://a/account-1.wasm", false),
            ("http://a/*", "http://a/b/c", true),
            ("http://a/*", "http://b/", false),
            ("http://a/", "http://a/", true),
            ("http://a/", "http://a/b", false),
        ] {
            assert_eq!(matches(pattern, url), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn what_the_browser_says_is_taken_in() {
        let told = Mutex::new(Told::default());
        let request = |url: &str, blocked: bool| {
            json!({ "type": "event", "method": "network.beforeRequestSent", "params": {
                "isBlocked": blocked,
                "request": { "request": "7", "method": "POST", "url": url, "headers": [
                    { "name": "X-Amz-Target",
                      "value": { "type": "string", "value": "AWSCognitoIdentityProviderService.SignUp" } },
                ] },
            } })
            .to_string()
        };
        lock(&told).blocked = vec!["*/b".to_owned()];
        assert_eq!(hear(&told, &request("http://pool/", false)), None);
        let (method, params) = hear(&told, &request("http://pool/a", true)).unwrap();
        assert_eq!(method, "network.continueRequest");
        assert_eq!(params, json!({ "request": "7" }));
        let (method, _) = hear(&told, &request("http://pool/b", true)).unwrap();
        assert_eq!(method, "network.failRequest");
        let entry = json!({ "type": "event", "method": "log.entryAdded",
            "params": { "type": "javascript", "level": "error", "text": "Error: no" } });
        assert_eq!(hear(&told, &entry.to_string()), None);
        let told = lock(&told);
        assert_eq!(told.requests.len(), 3);
        assert_eq!(told.requests[0].operation.as_deref(), Some("SignUp"));
        assert_eq!(told.console[0].level, "SEVERE");
    }
}
