//! The program `cruddur-local` as a person or a script starts it.
#![cfg(unix)]
#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cruddur-local"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("a run")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Ends the program as a service manager does.
fn terminate(mut child: Child) -> Output {
    let kill = Command::new("kill").arg(child.id().to_string()).status();
    assert!(kill.expect("kill").success());
    let mut rest = Vec::new();
    if let Some(mut out) = child.stdout.take() {
        out.read_to_end(&mut rest).expect("the rest");
    }
    let mut output = child.wait_with_output().expect("the end");
    output.stdout = rest;
    output
}

#[tokio::test]
async fn it_says_where_it_is_keeps_what_it_was_told_and_ends_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let file = file.to_str().expect("UTF-8");
    for restart in [false, true] {
        let mut child = program()
            .args(["--free-ports", "--json", "--state", file])
            .spawn()
            .expect("a start");
        let mut out = BufReader::new(child.stdout.take().expect("standard output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(said["user_pool_id"], "us-east-1_CruddurDev");
        assert_eq!(said["client_id"], "cruddurweb0localdevelopment");
        assert_eq!(said["region"], "us-east-1");
        assert_eq!(said["site"], Value::Null);
        let url = |name: &str| said[name].as_str().expect(name).to_owned();
        assert_eq!(url("mailbox"), format!("{}/_local/mailbox", url("pool")));
        let http = reqwest::Client::new();
        let health = format!("{}/api/health-check", url("backend"));
        assert_eq!(
            http.get(health).send().await.expect("an answer").status(),
            200
        );
        let call = async |operation: &str, body: Value| {
            let target = format!("AWSCognitoIdentityProviderService.{operation}");
            let request = http
                .post(url("pool"))
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", target)
                .body(body.to_string());
            request.send().await.expect("an answer").status()
        };
        let user = json!({ "UserPoolId": "us-east-1_CruddurDev", "Username": "worf@cruddur.test" });
        if restart {
            assert_eq!(call("AdminGetUser", user).await, 200);
        } else {
            assert_eq!(call("AdminCreateUser", user).await, 200);
            line.clear();
            out.read_line(&mut line).expect("a line");
            assert!(line.starts_with("mail to worf@cruddur.test: "), "{line}");
        }
        let output = terminate(child);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(text(&output.stderr), "");
    }
}

#[test]
fn without_json_it_tells_a_person() {
    let mut child = program()
        .args(["--free-ports", "--ephemeral"])
        .spawn()
        .expect("a start");
    let mut out = BufReader::new(child.stdout.take().expect("standard output"));
    let mut said = String::new();
    while !said.contains("stop with Ctrl-C") {
        assert_ne!(out.read_line(&mut said).expect("a line"), 0, "{said}");
    }
    for word in [
        "user pool  http://127.0.0.1:",
        "mailbox    http://",
        "backend    http://",
    ] {
        assert!(said.contains(word), "{said}");
    }
    assert_eq!(terminate(child).status.code(), Some(0));
}

#[test]
fn what_goes_wrong_at_start_is_one_line_and_exit_1() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    std::fs::write(&file, "{").expect("a file");
    let file = file.to_str().expect("UTF-8");
    for (arguments, words) in [
        (
            &["--ephemeral", "--backend-port", "0", "--pool-port", &port][..],
            [port.as_str(), "--pool-port N or --free-ports"],
        ),
        (
            &["--free-ports", "--state", file][..],
            [file, "delete it to start afresh"],
        ),
        (
            &["--free-ports", "--ephemeral", "--site", "no-such-folder"][..],
            ["no-such-folder", "cargo xtask dist"],
        ),
    ] {
        let output = run(arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.starts_with("cruddur-local: "), "{error}");
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    }
}

#[test]
fn a_command_line_it_does_not_understand_is_exit_2() {
    let output = run(&["--no-such-option"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--no-such-option"));
    let help = run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).contains("--free-ports"));
}
