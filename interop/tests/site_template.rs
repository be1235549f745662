//! `deploy/site.yaml`: what is to hold of the site, and its functions run by Node.js over addresses of all kinds.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

mod template;

use template::parse;

fn resources() -> Value {
    parse(include_str!("../../deploy/site.yaml"))["Resources"].take()
}

/// Runs a function of the template's over events, by Node.js.
fn handled(function: &str, events: &Value) -> Value {
    let resources = resources();
    let code = resources[function]["Properties"]["FunctionCode"].as_str();
    let script = format!(
        "{}\nconst events = JSON.parse(require('node:fs').readFileSync(0));\
         console.log(JSON.stringify(events.map(handler)));",
        code.expect("a function")
    );
    let mut node = Command::new("node")
        .args(["-e", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js");
    let mut input = node.stdin.take().expect("standard input");
    input.write_all(events.to_string().as_bytes()).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
#[ignore = "needs Node.js: cargo xtask test deploy"]
fn the_page_answers_for_routes_and_nothing_else() {
    const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
    const BROTLI: &str = "gzip, deflate, br, zstd";
    let cases = [
        // The app's routes, also those of people whose handles have a dot.
        ("/", PAGE, BROTLI, "/index.html.br"),
        ("/signin", PAGE, BROTLI, "/index.html.br"),
        ("/@andrew.brown", PAGE, BROTLI, "/index.html.br"),
        ("/messages/@worf", "*/*", "", "/index.html"),
        ("/a.b/c", PAGE, "gzip", "/index.html.gz"),
        ("/signin", "", "", "/index.html"),
        // Files, whether they are there or not: what is missing stays missing.
        ("/index.html", PAGE, BROTLI, "/index.html.br"),
        ("/config.json", "*/*", BROTLI, "/config.json.br"),
        ("/missing.js", PAGE, "", "/missing.js"),
        (
            "/missing-0123456789abcdef.wasm",
            "*/*",
            "",
            "/missing-0123456789abcdef.wasm",
        ),
        (
            "/icon-192.png",
            "image/*,*/*;q=0.8",
            BROTLI,
            "/icon-192.png",
        ),
        ("/.env", "*/*", "", "/.env"),
        // Whoever does not ask for a page gets none.
        ("/signin", "application/json", "", "/signin"),
        ("/signin", "image/avif,image/*", BROTLI, "/signin"),
        // A form that is not wanted.
        ("/boot.js", "*/*", "br;q=0, gzip;q=0.5", "/boot.js.gz"),
        ("/boot.js", "*/*", "br;q=0.0", "/boot.js"),
        ("/boot.js", "*/*", "identity", "/boot.js"),
        ("/boot.js", "*/*", "br;q=1.0", "/boot.js.br"),
    ];
    let header = |value: &str| match value {
        "" => Value::Null,
        value => json!({ "value": value }),
    };
    let events = cases.map(|(uri, accept, coding, _)| {
        json!({ "request": { "uri": uri, "headers": { "accept": header(accept),
            "accept-encoding": header(coding) } } })
    });
    let requests = handled("Requests", &json!(events));
    for (request, (uri, accept, coding, wanted)) in requests.as_array().unwrap().iter().zip(cases) {
        assert_eq!(request["uri"], wanted, "{uri} {accept} {coding}");
    }
    let answer = json!([{ "response": { "headers": {} } }]);
    let answers = handled("Responses", &answer);
    assert_eq!(answers[0]["headers"]["vary"]["value"], "accept-encoding");
}

#[test]
fn the_bucket_is_private_and_missing_files_stay_missing() {
    let resources = resources();
    let at = |path: &str| resources.pointer(path).cloned().unwrap_or_default();
    let public = at("/Bucket/Properties/PublicAccessBlockConfiguration");
    let blocked = public.as_object().unwrap().values();
    assert_eq!(blocked.filter(|value| **value == true).count(), 4);
    // Only this distribution reads it, by a signature.
    let readers = at("/BucketPolicy/Properties/PolicyDocument/Statement");
    let allowed: Vec<_> = readers
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["Effect"] == "Allow")
        .collect();
    assert_eq!(allowed.len(), 1);
    assert_eq!(
        allowed[0]["Principal"],
        json!({ "Service": "cloudfront.amazonaws.com" })
    );
    assert_ne!(
        allowed[0]["Condition"]["StringEquals"]["AWS:SourceArn"],
        Value::Null
    );
    let control = at("/AccessControl/Properties/OriginAccessControlConfig");
    assert_eq!(control["SigningBehavior"], "always");

    let site = at("/Distribution/Properties/DistributionConfig");
    assert_eq!(site["HttpVersion"], "http2and3");
    let behavior = &site["DefaultCacheBehavior"];
    assert_eq!(behavior["ViewerProtocolPolicy"], "redirect-to-https");
    // The compressed forms are files: CloudFront makes none of its own.
    assert_eq!(behavior["Compress"], false);
    assert_eq!(
        behavior["ResponseHeadersPolicyId"],
        json!({ "Ref": "Headers" })
    );
    let functions = behavior["FunctionAssociations"].as_array().unwrap();
    let events: Vec<_> = functions.iter().map(|one| &one["EventType"]).collect();
    assert_eq!(events, ["viewer-request", "viewer-response"]);
    // No page takes the place of an error, and an error is not kept.
    assert_eq!(
        site["CustomErrorResponses"],
        json!([{ "ErrorCode": 404, "ErrorCachingMinTTL": 0 }])
    );
    // How long a file is kept is what the file itself says.
    let cache = at("/CachePolicy/Properties/CachePolicyConfig");
    assert_eq!(
        (&cache["MinTTL"], &cache["DefaultTTL"]),
        (&json!(0), &json!(0))
    );
    // A domain of one's own is a choice.
    for name in ["Aliases", "ViewerCertificate"] {
        assert_eq!(site[name]["Fn::If"][0], "HasDomain", "{name}");
    }
}
