//! `/login` and `/logout`: signing in with a password on the pool's own page.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::authorize::Authorize;
use super::{PRETEND, Parameters, page, redirect, set_cookie};
use crate::mail::page::escape;
use crate::pool::errors::Error;
use crate::pool::input::Input;
use crate::pool::model::Client;
use crate::pool::ops::{self, Answer};
use crate::pool::service::UserPools;
use crate::pool::srp;

type Pairs = Vec<(String, String)>;

/// What the pool asks for after the password.
struct Asked {
    challenge: String,
    session: String,
    username: String,
}

pub(super) async fn show(
    State(pools): State<Arc<UserPools>>,
    Query(query): Query<Pairs>,
) -> Response {
    let query = Parameters(query);
    match Authorize::read(&pools, &query) {
        Ok(request) => form(&request, None, query.get("login_hint").unwrap_or_default()),
        Err(refusal) => refusal.answer(),
    }
}

/// The page with the form for name and password.
fn form(request: &Authorize, problem: Option<&str>, username: &str) -> Response {
    let mut content = page::alert(problem);
    content += &format!(
        "<form method=\"post\" action=\"/login?{}\">\n{}{}<button>Sign in</button>\n</form>\n",
        escape(&request.query),
        page::field(
            "username",
            "User name or e-mail",
            "autocomplete=\"username\"",
            username
        ),
        page::field(
            "password",
            "Password",
            "type=\"password\" autocomplete=\"current-password\"",
            ""
        ),
    );
    if request.client.supports(PRETEND) {
        let query = format!("{}&identity_provider={PRETEND}", request.query_for_any);
        content += &format!(
            "<a class=\"button\" href=\"/oauth2/authorize?{}\">Continue with {PRETEND}</a>",
            escape(&query)
        );
    }
    answer(request, problem, "Sign in", &content)
}

/// The page with the form for a code.
fn code_form(request: &Authorize, problem: Option<&str>, asked: &Asked) -> Response {
    let content = format!(
        "{}<form method=\"post\" action=\"/login?{}\">\n{}{}{}{}<button>Go on</button>\n</form>\n",
        page::alert(problem),
        escape(&request.query),
        page::hidden("challenge", &asked.challenge),
        page::hidden("session", &asked.session),
        page::hidden("username", &asked.username),
        page::field(
            "code",
            "Code",
            "inputmode=\"numeric\" autocomplete=\"one-time-code\"",
            ""
        ),
    );
    answer(request, problem, "Enter the code", &content)
}

fn answer(request: &Authorize, problem: Option<&str>, title: &str, content: &str) -> Response {
    let status = match problem {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    page::page(status, title, content, Some(&request.redirect_uri))
}

pub(super) async fn submit(
    State(pools): State<Arc<UserPools>>,
    Query(query): Query<Pairs>,
    Form(form): Form<Pairs>,
) -> Response {
    // Passwords take a while to check.
    let work =
        tokio::task::spawn_blocking(move || sign_in(&pools, &Parameters(query), &Parameters(form)));
    match work.await {
        Ok(response) => response,
        Err(error) => page::or_failed(Err(Error::Internal(error.to_string()))),
    }
}

fn sign_in(pools: &UserPools, query: &Parameters, typed: &Parameters) -> Response {
    let request = match Authorize::read(pools, query) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(),
    };
    let username = typed.get("username").unwrap_or_default();
    let asked = typed.get("session").map(|session| Asked {
        challenge: typed.get("challenge").unwrap_or_default().to_owned(),
        session: session.to_owned(),
        username: username.to_owned(),
    });
    let result = match &asked {
        Some(asked) => respond(
            pools,
            &request.client,
            asked,
            typed.get("code").unwrap_or_default(),
        ),
        None => {
            let password = typed.get("password").unwrap_or_default();
            ops::check_password(pools, &request.client, username, password)
        }
    };
    let answer = match (result, asked) {
        (Ok(Answer::Json(answer)), _) => answer,
        (Ok(Answer::Empty), _) => Value::Null,
        (Err(error @ Error::Internal(_)), _) => return page::or_failed(Err(error)),
        // The challenge goes on waiting after a wrong code; all else begins anew.
        (Err(Error::CodeMismatch), Some(asked)) => {
            return code_form(&request, Some(&Error::CodeMismatch.message()), &asked);
        }
        (Err(error), _) => return form(&request, Some(&error.message()), username),
    };
    if let Some(token) = answer.pointer("/AuthenticationResult/AccessToken") {
        return page::or_failed(signed_in(
            pools,
            &request,
            token.as_str().unwrap_or_default(),
        ));
    }
    let challenge = answer["ChallengeName"].as_str().unwrap_or_default();
    if !["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"].contains(&challenge) {
        let problem =
            format!("This page has no way to go on with {challenge}: sign in in the app.");
        return form(&request, Some(&problem), username);
    }
    let asked = Asked {
        challenge: challenge.to_owned(),
        session: answer["Session"].as_str().unwrap_or_default().to_owned(),
        username: username.to_owned(),
    };
    code_form(&request, None, &asked)
}

fn respond(pools: &UserPools, client: &Client, asked: &Asked, code: &str) -> Result<Answer, Error> {
    let member = match asked.challenge.as_str() {
        "SOFTWARE_TOKEN_MFA" => "SOFTWARE_TOKEN_MFA_CODE",
        "SMS_MFA" => "SMS_MFA_CODE",
        _ => "EMAIL_OTP_CODE",
    };
    let mut responses = json!({ "USERNAME": asked.username, member: code.trim() });
    if let Some(secret) = &client.secret {
        responses["SECRET_HASH"] = srp::secret_hash(secret, &asked.username, &client.id).into();
    }
    let request = json!({
        "ClientId": client.id,
        "ChallengeName": asked.challenge,
        "Session": asked.session,
        "ChallengeResponses": responses,
    });
    let Value::Object(request) = request else {
        return Err(Error::ChallengeInvalid);
    };
    ops::run(pools, "RespondToAuthChallenge", &Input::new(&request))
}

/// Takes back the tokens that the check of the password gave, and gives a code instead.
fn signed_in(
    pools: &UserPools,
    request: &Authorize,
    access_token: &str,
) -> Result<Response, Error> {
    let payload = access_token.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&payload).unwrap_or_default();
    let text = |claim: &str| claims[claim].as_str().unwrap_or_default().to_owned();
    let (sub, event) = (text("sub"), text("event_id"));
    pools.update(|store| {
        store.pool_mut(&request.pool)?.sign_ins.remove(&event);
        Ok(())
    })?;
    request.grant(pools, &sub)
}

pub(super) async fn logout(
    State(pools): State<Arc<UserPools>>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
) -> Response {
    let query = Parameters(query);
    let client = query.get("client_id").and_then(|id| {
        let client = pools.read(|store| Ok(store.pool_of_client(id)?.client(id)?.clone()));
        client.ok()
    });
    let Some(client) = client else {
        return page::refused("There is no such client.");
    };
    let target = match (query.get("logout_uri"), query.get("redirect_uri")) {
        (Some(uri), _) if pools.may_log_out_to(&client, uri) => uri.to_owned(),
        // Signing in as somebody else.
        (None, Some(uri)) if pools.may_return(&client, uri) => {
            format!("/login?{}", query.query_without(&[]))
        }
        _ => return page::refused("The sign-out URL is not one of the client's."),
    };
    pools.managed.forget_visitor(&headers);
    let mut response = redirect(&target);
    set_cookie(&mut response, None);
    response
}
