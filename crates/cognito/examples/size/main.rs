//! A page that uses all of the features that it is built with, and does nothing else: `cargo xtask features-size` weighs it.

#[path = "../size_base/base.rs"]
mod base;
#[cfg(any(
    feature = "account",
    feature = "devices",
    feature = "mfa",
    feature = "passkeys"
))]
mod signed_in;

use base::{Page, Store, password, show, typed};
use cognito_user_pool::{LocalStorage, SignInStep, TokenStore, Tokens};

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        let done = page().await.is_some();
        show(if done { "done" } else { "failed" });
    });
}

async fn page() -> Option<()> {
    let client = base::client()?;
    let store = TokenStore::new(LocalStorage, &typed());
    base::sign_up(&client).await?;
    let step = start(&client, &store).await?;
    let tokens = finish(&client, step).await?;
    #[cfg(feature = "devices")]
    signed_in::remember(&client, &store, &tokens).await?;
    #[cfg(feature = "account")]
    signed_in::account(&client, &tokens).await?;
    #[cfg(feature = "mfa")]
    signed_in::mfa(&client, &tokens).await?;
    #[cfg(feature = "passkeys")]
    signed_in::passkeys(&client, &tokens).await?;
    base::session(&client, &store, tokens).await
}

/// A start by each flow.
async fn start(client: &Page, store: &Store) -> Option<SignInStep> {
    use cognito_user_pool::SignIn;
    #[cfg(not(feature = "devices"))]
    let _ = store;
    let (username, password) = (typed(), password());
    #[cfg(feature = "resume")]
    if let Ok(step) = client.resume(&typed()) {
        return Some(step);
    }
    #[cfg(feature = "oauth")]
    if let Some(tokens) = managed_login(client).await {
        return Some(SignInStep::SignedIn(tokens));
    }
    let sign_in = match typed().as_str() {
        "plain" => SignIn::plain_password(&username, &password),
        #[cfg(feature = "custom")]
        "custom" => SignIn::custom(&username),
        #[cfg(feature = "custom")]
        "custom after srp" => SignIn::custom_after_srp(&username, &password),
        #[cfg(feature = "choice")]
        "choice" => SignIn::choice(&username),
        #[cfg(feature = "choice")]
        "password" => {
            use cognito_user_pool::Choice;
            SignIn::choice_of(&username, Choice::PasswordSrp(&password))
        }
        _ => SignIn::srp(&username, &password).prepared(client.prepare_sign_in().ok()),
    };
    #[cfg(feature = "devices")]
    let sign_in = sign_in.devices(store);
    client.start(sign_in).await.ok()
}

#[cfg(feature = "oauth")]
async fn managed_login(client: &Page) -> Option<Tokens> {
    use cognito_user_pool::oauth::{Authorize, ManagedLogin, PendingLogin};
    let login = ManagedLogin::new(client.config(), &typed(), &typed()).ok()?;
    let Some(pending) = PendingLogin::load(&typed()) else {
        let random = cognito_user_pool::OsRandom;
        let (url, pending) = login.authorize(&random, &Authorize::default()).ok()?;
        show(&url);
        show(&pending.save());
        show(&login.logout_url(&typed()));
        return None;
    };
    let code = login.callback(&typed(), &pending).ok()?;
    client.exchange_code(&login, &code, pending).await.ok()
}

/// Answers every challenge.
async fn finish(client: &Page, mut step: SignInStep) -> Option<Tokens> {
    loop {
        #[cfg(feature = "resume")]
        if let Some(text) = client.save(&step) {
            show(&text);
        }
        let next = match step {
            SignInStep::SignedIn(tokens) => return Some(tokens),
            SignInStep::NewPasswordRequired(challenge) => {
                let attributes = [(typed(), typed())];
                let new = password();
                client.set_new_password(&challenge, &new, &attributes).await
            }
            #[cfg(feature = "mfa")]
            SignInStep::SmsMfa(sent) => client.answer_code(&sent, &typed()).await,
            #[cfg(any(feature = "mfa", feature = "choice"))]
            SignInStep::EmailOtp(sent) => client.answer_code(&sent, &typed()).await,
            #[cfg(feature = "mfa")]
            SignInStep::SoftwareTokenMfa(challenge) => {
                client.answer_software_token(&challenge, &typed()).await
            }
            #[cfg(feature = "mfa")]
            SignInStep::SelectMfaType(challenge) => {
                client
                    .select_mfa(&challenge, challenge.options.first()?)
                    .await
            }
            #[cfg(feature = "mfa")]
            SignInStep::MfaSetup(challenge) => match typed().as_str() {
                "email" => client.set_up_email(&challenge, &typed()).await,
                "sms" => client.set_up_sms(&challenge, &typed()).await,
                _ => client
                    .set_up_software_token(&challenge)
                    .await
                    .map(SignInStep::from),
            },
            #[cfg(feature = "mfa")]
            SignInStep::SoftwareTokenSetup(setup) => {
                if let Some(secret) = &setup.secret {
                    show(&secret.otpauth_uri(&typed(), &typed()));
                }
                client.verify_software_token(&setup, &typed(), None).await
            }
            #[cfg(feature = "choice")]
            SignInStep::SmsOtp(sent) => client.answer_code(&sent, &typed()).await,
            #[cfg(feature = "choice")]
            SignInStep::SelectChallenge(challenge) => {
                use cognito_user_pool::Choice;
                let password = password();
                let choice = match typed().as_str() {
                    "email" => Choice::EmailOtp,
                    "sms" => Choice::SmsOtp,
                    "passkey" => Choice::WebAuthn,
                    "plain" => Choice::Password(&password),
                    _ => Choice::PasswordSrp(&password),
                };
                client.select_challenge(&challenge, choice, None).await
            }
            #[cfg(feature = "choice")]
            SignInStep::Password(challenge) | SignInStep::PasswordSrp(challenge) => {
                client.answer_password(&challenge, &password(), None).await
            }
            #[cfg(feature = "passkeys")]
            SignInStep::WebAuthn(challenge) => {
                show(&challenge.options);
                client.answer_web_authn(&challenge, &typed()).await
            }
            #[cfg(feature = "custom")]
            SignInStep::Custom(challenge) => {
                show(challenge.parameter("question").unwrap_or_default());
                client.answer_custom(&challenge, &typed()).await
            }
            _ => return None,
        };
        step = next.ok()?;
    }
}
