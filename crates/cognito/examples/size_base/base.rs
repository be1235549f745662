//! What is there without any feature, and what both pages are made of.
//!
//! What they send comes from localStorage, so that the compiler can leave nothing out.

use cognito_user_pool::operation::{
    ConfirmForgotPassword, ConfirmSignUp, ForgotPassword, GetTokensFromRefreshToken, GetUser,
    GlobalSignOut, ResendConfirmationCode, RevokeToken, SignUp,
};
use cognito_user_pool::{
    BrowserClock, BrowserTransport, Client, Config, LocalStorage, Password, Storage as _,
    StoredSession, TokenStore, Tokens,
};

pub type Page = Client<BrowserTransport, BrowserClock>;
pub type Store = TokenStore<LocalStorage>;

pub fn typed() -> String {
    LocalStorage.get("typed").unwrap_or_default()
}

pub fn password() -> Password {
    Password::new(typed())
}

pub fn show(text: &str) {
    // A full storage shows nothing.
    let _ = LocalStorage.set("shown", text);
}

pub fn client() -> Option<Page> {
    let config = Config::new(&typed(), &typed()).ok()?;
    Some(Client::new(config, BrowserTransport, BrowserClock))
}

/// Sign-up and recovery.
pub async fn sign_up(client: &Page) -> Option<()> {
    let (username, code, password) = (&typed(), &typed(), &password());
    let attributes = &[(typed(), typed())];
    let sign_up = SignUp {
        username,
        password,
        attributes,
    };
    let signed_up = client.call(&sign_up).await.ok()?;
    show(&signed_up.delivery?.destination?);
    let resend = ResendConfirmationCode { username };
    client.call(&resend).await.ok()?;
    let confirm = ConfirmSignUp { username, code };
    client.call(&confirm).await.ok()?;
    client.call(&ForgotPassword { username }).await.ok()?;
    let confirm = ConfirmForgotPassword {
        username,
        code,
        password,
    };
    client.call(&confirm).await.ok()
}

/// Storing and renewing the session, and its end.
pub async fn session(client: &Page, store: &Store, tokens: Tokens) -> Option<()> {
    let offset = client.server_offset_ms();
    let session = StoredSession::of_sign_in(tokens, offset)?;
    store.save(&session).ok()?;
    let session = store.load()?;
    let refresh_token = session.refresh_token.as_ref()?;
    let renew = GetTokensFromRefreshToken {
        refresh_token,
        device_key: session.device_key.as_deref(),
    };
    let tokens = client.call(&renew).await.ok()?;
    let session = session.refreshed(tokens, offset);
    let access_token = &session.access_token;
    let user = client.call(&GetUser { access_token }).await.ok()?;
    show(user.attribute("email")?);
    client.call(&GlobalSignOut { access_token }).await.ok()?;
    client
        .call(&RevokeToken {
            refresh_token: session.refresh_token.as_ref()?,
        })
        .await
        .ok()?;
    store.clear();
    Some(())
}
