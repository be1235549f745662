//! A page that uses what is there without any feature: what the features add to, see the example `size`.

mod base;

use base::{Page, Store, password, show, typed};
use cognito_user_pool::{LocalStorage, SignIn, SignInStep, TokenStore, Tokens};

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        let done = page().await.is_some();
        show(if done { "done" } else { "failed" });
    });
}

async fn page() -> Option<()> {
    let client = base::client()?;
    let store: Store = TokenStore::new(LocalStorage, &typed());
    base::sign_up(&client).await?;
    let step = start(&client).await?;
    let tokens = finish(&client, step).await?;
    base::session(&client, &store, tokens).await
}

async fn start(client: &Page) -> Option<SignInStep> {
    let (username, password) = (typed(), password());
    let sign_in = match typed().as_str() {
        "plain" => SignIn::plain_password(&username, &password),
        _ => SignIn::srp(&username, &password).prepared(client.prepare_sign_in().ok()),
    };
    client.start(sign_in).await.ok()
}

async fn finish(client: &Page, mut step: SignInStep) -> Option<Tokens> {
    loop {
        let next = match step {
            SignInStep::SignedIn(tokens) => return Some(tokens),
            SignInStep::NewPasswordRequired(challenge) => {
                let attributes = [(typed(), typed())];
                let new = password();
                client.set_new_password(&challenge, &new, &attributes).await
            }
            _ => return None,
        };
        step = next.ok()?;
    }
}
