//! What a client's settings allow.

use serde_json::Value;

use crate::options::CLIENT_ID;
use crate::pool::errors::Error;
use crate::pool::model::Client;
use crate::pool::service::UserPools;

/// Scopes that a client can be allowed.
pub(in crate::pool) const SCOPES: [&str; 5] = [
    "phone",
    "email",
    "openid",
    "profile",
    "aws.cognito.signin.user.admin",
];

impl Client {
    fn texts(&self, setting: &str) -> impl Iterator<Item = &str> {
        let list = self.other_settings.get(setting).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether the client may use authorization codes.
    pub(super) fn uses_codes(&self) -> bool {
        let on = self.other_settings.get("AllowedOAuthFlowsUserPoolClient");
        on == Some(&Value::Bool(true)) && self.texts("AllowedOAuthFlows").any(|flow| flow == "code")
    }

    pub(super) fn allows_scope(&self, scope: &str) -> bool {
        self.texts("AllowedOAuthScopes").any(|known| known == scope)
    }

    /// What is asked for when a request names no scope.
    pub(super) fn all_scopes(&self) -> String {
        self.texts("AllowedOAuthScopes")
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether people can sign in with that provider; with `COGNITO`, on the pool's own page.
    pub(super) fn supports(&self, provider: &str) -> bool {
        self.texts("SupportedIdentityProviders")
            .any(|known| known == provider)
    }

    pub(super) fn default_redirect_uri(&self) -> Option<&str> {
        self.other_settings.get("DefaultRedirectURI")?.as_str()
    }
}

impl UserPools {
    /// Whether the browser can be sent back to `uri` with a code. The stack's own client takes every page of the stack.
    pub(super) fn may_return(&self, client: &Client, uri: &str) -> bool {
        client.texts("CallbackURLs").any(|known| known == uri)
            || self.is_own_page(client, uri, "/signin/callback")
    }

    /// Whether the browser can be sent back to `uri` from a sign-out.
    pub(super) fn may_log_out_to(&self, client: &Client, uri: &str) -> bool {
        client.texts("LogoutURLs").any(|known| known == uri)
            || self.is_own_page(client, uri, "/signin")
    }

    fn is_own_page(&self, client: &Client, uri: &str, path: &str) -> bool {
        let origin = uri.strip_suffix(path);
        client.id == CLIENT_ID
            && origin.is_some_and(|origin| self.origins.iter().any(|own| own == origin))
    }
}

/// Checks the settings that managed login goes by.
///
/// # Errors
/// When they make no sense together.
pub(in crate::pool) fn check(client: &Client) -> Result<(), Error> {
    let on =
        client.other_settings.get("AllowedOAuthFlowsUserPoolClient") == Some(&Value::Bool(true));
    if !on {
        return Ok(());
    }
    if let Some(flow) = client
        .texts("AllowedOAuthFlows")
        .find(|flow| !["code", "implicit", "client_credentials"].contains(flow))
    {
        return Err(Error::invalid(format!("Invalid OAuth flow: {flow}")));
    }
    if let Some(scope) = client
        .texts("AllowedOAuthScopes")
        .find(|scope| !SCOPES.contains(scope))
    {
        return Err(Error::invalid(format!("Invalid scope requested: {scope}")));
    }
    if client.texts("AllowedOAuthFlows").next().is_none()
        || client.texts("AllowedOAuthScopes").next().is_none()
    {
        return Err(Error::invalid(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ));
    }
    let urls = client
        .texts("CallbackURLs")
        .chain(client.texts("LogoutURLs"));
    for url in urls.chain(client.default_redirect_uri()) {
        let local = ["http://localhost", "http://127.0.0.1", "http://[::1]"]
            .iter()
            .any(|start| url.starts_with(start));
        let secure = !url.starts_with("http:") && url.contains(':');
        if url.contains('#') || url.contains(char::is_whitespace) || !(local || secure) {
            return Err(Error::invalid(format!("{url} is not a valid callback URL")));
        }
    }
    match client.default_redirect_uri() {
        Some(uri) if !client.texts("CallbackURLs").any(|known| known == uri) => Err(
            Error::invalid("DefaultRedirectURI must be in the list of CallbackURLs."),
        ),
        _ => Ok(()),
    }
}
