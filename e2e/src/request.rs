//! What the page asks of servers.

use serde_json::Value;

/// A request, as the browser tells of it.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST`, `OPTIONS`.
    pub method: String,
    /// Where to.
    pub url: String,
    /// The user pool's operation.
    pub operation: Option<String>,
    /// The value of `Authorization`.
    pub authorization: Option<String>,
    /// What was sent; nothing where the browser does not tell.
    pub body: String,
}

impl Request {
    /// `None` when the entry is about something else.
    pub(crate) fn of_log(entry: &Value) -> Option<Self> {
        let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
        let event = &event["message"];
        if event["method"] != "Network.requestWillBeSent" {
            return None;
        }
        let request = &event["params"]["request"];
        let header = |name: &str| {
            let headers = request["headers"].as_object()?;
            let found = headers
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.as_str().map(str::to_owned))
        };
        let body = request["postData"].as_str().unwrap_or_default();
        Self::new(request, header, body)
    }

    /// Of BiDi's `network.beforeRequestSent`.
    pub(crate) fn of_event(params: &Value) -> Option<Self> {
        let request = &params["request"];
        let header = |name: &str| {
            let headers = request["headers"].as_array()?;
            let found = headers.iter().find(|one| {
                one["name"]
                    .as_str()
                    .is_some_and(|other| other.eq_ignore_ascii_case(name))
            })?;
            found["value"]["value"].as_str().map(str::to_owned)
        };
        Self::new(request, header, "")
    }

    fn new(request: &Value, header: impl Fn(&str) -> Option<String>, body: &str) -> Option<Self> {
        let operation =
            header("x-amz-target").and_then(|target| Some(target.rsplit_once('.')?.1.to_owned()));
        Some(Self {
            method: request["method"].as_str()?.to_owned(),
            url: request["url"].as_str()?.to_owned(),
            operation,
            authorization: header("authorization"),
            body: body.to_owned(),
        })
    }
}
