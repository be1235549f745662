//! `/oauth2/authorize`: checks what is asked for, and sends the browser on.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{
    CODE_MS, COOKIE_MS, PRETEND, Parameters, Visitor, page, redirect, remember, with_query,
};
use crate::pool::errors::Error;
use crate::pool::model::Client;
use crate::pool::service::UserPools;

/// What an authorization code stands for.
#[derive(Clone)]
pub(super) struct Code {
    pub pool: String,
    pub client: String,
    pub sub: String,
    pub redirect_uri: String,
    pub scope: String,
    pub nonce: Option<String>,
    /// `code_challenge`, made by S256.
    pub challenge: Option<String>,
    pub ends_at: i64,
}

/// A request for a code that can be granted once it is known who asks.
pub(super) struct Authorize {
    pub client: Client,
    pub pool: String,
    pub redirect_uri: String,
    scope: String,
    state: Option<String>,
    nonce: Option<String>,
    challenge: Option<String>,
    provider: Option<String>,
    prompt: Option<String>,
    /// The request as it came.
    pub query: String,
    /// The same, for no provider in particular.
    pub query_for_any: String,
}

/// Why a request cannot be granted.
pub(super) enum Refusal {
    /// Nobody can be sent back: the client or the address is not known.
    Page(&'static str),
    /// `error`, to be told at the redirect URI.
    Back(Box<Back>),
}

/// Where an error is told.
pub(super) struct Back {
    redirect_uri: String,
    state: Option<String>,
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    pub fn answer(&self) -> Response {
        match self {
            Self::Page(why) => page::refused(why),
            Self::Back(back) => {
                let mut pairs = vec![
                    ("error_description", back.description),
                    ("error", back.error),
                ];
                pairs.extend(back.state.as_deref().map(|state| ("state", state)));
                redirect(&with_query(&back.redirect_uri, &pairs))
            }
        }
    }
}

impl Authorize {
    /// # Errors
    /// When it cannot be granted, whoever asks.
    pub fn read(pools: &UserPools, parameters: &Parameters) -> Result<Self, Refusal> {
        let get = |name| parameters.get(name);
        let unknown = Refusal::Page("There is no such client.");
        let Some(id) = get("client_id") else {
            return Err(unknown);
        };
        let found = pools.read(|store| {
            let pool = store.pool_of_client(id)?;
            Ok((pool.id.clone(), pool.client(id)?.clone()))
        });
        let Ok((pool, client)) = found else {
            return Err(unknown);
        };
        let redirect_uri = match get("redirect_uri") {
            Some(uri) if pools.may_return(&client, uri) => uri.to_owned(),
            None if client.default_redirect_uri().is_some() => {
                client.default_redirect_uri().unwrap_or_default().to_owned()
            }
            _ => {
                return Err(Refusal::Page(
                    "The redirect URI is not one of the client's.",
                ));
            }
        };
        let back = |error, description| {
            Refusal::Back(Box::new(Back {
                redirect_uri: redirect_uri.clone(),
                state: get("state").map(str::to_owned),
                error,
                description,
            }))
        };
        if !client.uses_codes() {
            return Err(back(
                "unauthorized_client",
                "The client may not use this flow.",
            ));
        }
        match get("response_type") {
            Some("code") => {}
            Some(_) => return Err(back("unsupported_response_type", "There are only codes.")),
            None => return Err(back("invalid_request", "response_type is missing.")),
        }
        let scope = get("scope").map_or_else(|| client.all_scopes(), str::to_owned);
        if scope.split(' ').any(|scope| !client.allows_scope(scope)) {
            return Err(back(
                "invalid_scope",
                "The client may not ask for this scope.",
            ));
        }
        let challenge = get("code_challenge");
        let method = get("code_challenge_method");
        let well_formed = |text: &str| {
            text.len() == 43
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        match (challenge, method) {
            (None, None) => {}
            (Some(challenge), Some("S256")) if well_formed(challenge) => {}
            _ => {
                return Err(back(
                    "invalid_request",
                    "The code challenge has to be made by S256.",
                ));
            }
        }
        let provider = get("identity_provider");
        if provider.is_some_and(|provider| !client.supports(provider)) {
            return Err(back("invalid_request", "The client has no such provider."));
        }
        Ok(Self {
            pool,
            redirect_uri: redirect_uri.clone(),
            scope,
            state: get("state").map(str::to_owned),
            nonce: get("nonce").map(str::to_owned),
            challenge: challenge.map(str::to_owned),
            provider: provider.map(str::to_owned),
            prompt: get("prompt").map(str::to_owned),
            query: parameters.query_without(&[]),
            query_for_any: parameters.query_without(&["identity_provider", "prompt"]),
            client,
        })
    }

    /// Gives user `sub` a code, and remembers the person for the next time. Sends the browser back.
    ///
    /// # Errors
    /// Without random numbers.
    pub fn grant(&self, pools: &UserPools, sub: &str) -> Result<Response, Error> {
        let now = pools.clock.now_ms();
        let code = Code {
            pool: self.pool.clone(),
            client: self.client.id.clone(),
            sub: sub.to_owned(),
            redirect_uri: self.redirect_uri.clone(),
            scope: self.scope.clone(),
            nonce: self.nonce.clone(),
            challenge: self.challenge.clone(),
            ends_at: now.saturating_add(CODE_MS),
        };
        let code = remember(&pools.managed.codes, code, now)?;
        let visitor = Visitor {
            pool: self.pool.clone(),
            sub: sub.to_owned(),
            ends_at: now.saturating_add(COOKIE_MS),
        };
        let cookie = remember(&pools.managed.cookies, visitor, now)?;
        let mut pairs = vec![("code", code.as_str())];
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        let mut response = redirect(&with_query(&self.redirect_uri, &pairs));
        super::set_cookie(&mut response, Some(&cookie));
        Ok(response)
    }

    /// Sends the browser back without a code.
    pub fn deny(&self) -> Response {
        let refusal = Refusal::Back(Box::new(Back {
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
            error: "access_denied",
            description: "The person did not agree.",
        }));
        refusal.answer()
    }
}

pub(super) async fn authorize(
    State(pools): State<Arc<UserPools>>,
    Query(parameters): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let parameters = Parameters(parameters);
    let request = match Authorize::read(&pools, &parameters) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(),
    };
    if request.provider.as_deref() == Some(PRETEND) {
        return redirect(&format!("/pretend?{}", request.query));
    }
    let visitor = pools.managed.visitor(&headers, pools.clock.now_ms());
    let known = visitor.filter(|visitor| {
        visitor.pool == request.pool && request.prompt.as_deref() != Some("login")
    });
    let usable = known.filter(|visitor| {
        let enabled = pools.read(|store| {
            let user = store.pool(&request.pool)?.users.get(&visitor.sub);
            Ok(user.is_some_and(|user| user.enabled))
        });
        enabled.unwrap_or(false)
    });
    match usable {
        Some(visitor) => page::or_failed(request.grant(&pools, &visitor.sub)),
        None => redirect(&format!("/login?{}", request.query)),
    }
}
