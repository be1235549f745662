//! The program: transport, clock, questions and answers.

use std::error::Error;
use std::io::{Write as _, stdin, stdout};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognito_user_pool::operation::{GetUser, GlobalSignOut};
use cognito_user_pool::{
    Claims, Client, Clock, Config, HttpRequest, HttpResponse, Method, MfaKind, Password,
    SignInStep, Transport, TransportError,
};

/// HTTP by `reqwest`.
struct Http(reqwest::Client);

impl Transport for Http {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let method = match request.method {
            Method::Delete => reqwest::Method::DELETE,
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let mut builder = self.0.request(method, &request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(ms) = request.timeout_ms {
            builder = builder.timeout(Duration::from_millis(ms.into()));
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let failed = |error: reqwest::Error| {
            if error.is_timeout() {
                TransportError::Timeout
            } else {
                TransportError::Network(error.to_string())
            }
        };
        let response = builder.send().await.map_err(failed)?;
        let headers = response.headers().iter();
        let headers = headers
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
            })
            .collect();
        Ok(HttpResponse {
            status: response.status().as_u16(),
            headers,
            body: response.bytes().await.map_err(failed)?.to_vec(),
        })
    }
}

/// The system's clock and Tokio's timer.
struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
        elapsed.map_or(0, |elapsed| elapsed.as_millis() as i64)
    }

    async fn sleep(&self, ms: u32) {
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
    }
}

fn ask(question: &str) -> Result<String, Box<dyn Error>> {
    print!("{question}: ");
    stdout().flush()?;
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Answers a challenge with what the person types.
async fn answer(
    client: &Client<Http, SystemClock>,
    step: SignInStep,
) -> Result<SignInStep, Box<dyn Error>> {
    Ok(match step {
        SignInStep::NewPasswordRequired(challenge) => {
            let password = Password::new(ask("New password")?);
            let mut attributes = Vec::new();
            for name in &challenge.required_attributes {
                attributes.push((name.clone(), ask(name)?));
            }
            client
                .set_new_password(&challenge, &password, &attributes)
                .await?
        }
        SignInStep::SmsMfa(sent) | SignInStep::SmsOtp(sent) | SignInStep::EmailOtp(sent) => {
            let to = sent.delivery.destination.as_deref().unwrap_or("you");
            let code = ask(&format!("The code that was sent to {to}"))?;
            client.answer_code(&sent, &code).await?
        }
        SignInStep::SoftwareTokenMfa(challenge) => {
            let code = ask("The authenticator app's code")?;
            client.answer_software_token(&challenge, &code).await?
        }
        SignInStep::SelectMfaType(challenge) => {
            let names = challenge.options.iter().map(MfaKind::as_str);
            let chosen = choose(names)?;
            client
                .select_mfa(&challenge, &challenge.options[chosen])
                .await?
        }
        SignInStep::MfaSetup(challenge) if challenge.options.contains(&MfaKind::SoftwareToken) => {
            client.set_up_software_token(&challenge).await?.into()
        }
        SignInStep::MfaSetup(challenge) => {
            let email = ask("An e-mail address for codes")?;
            client.set_up_email(&challenge, &email).await?
        }
        SignInStep::SoftwareTokenSetup(setup) => {
            if let Some(secret) = &setup.secret {
                println!("Enter this into an authenticator app: {}", secret.expose());
            }
            let code = ask("Its first code")?;
            client.verify_software_token(&setup, &code, None).await?
        }
        SignInStep::Custom(challenge) => {
            for (name, value) in &challenge.parameters {
                println!("  {name}: {value}");
            }
            client.answer_custom(&challenge, &ask("Answer")?).await?
        }
        // The others need USER_AUTH, or a browser.
        step => {
            let name = step.challenge_name().unwrap_or_default();
            return Err(format!("no answer to the challenge {name}").into());
        }
    })
}

/// The number of one of `names`, counted from 0.
fn choose<'a>(names: impl Iterator<Item = &'a str>) -> Result<usize, Box<dyn Error>> {
    let names: Vec<&str> = names.collect();
    for (number, name) in names.iter().enumerate() {
        println!("  {number}: {name}");
    }
    let number: usize = ask("Number")?.parse()?;
    if number < names.len() {
        Ok(number)
    } else {
        Err("there is no such number".into())
    }
}

#[tokio::main(flavor = "current_thread")]
pub async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (pool, client_id, username, endpoint) = match arguments.as_slice() {
        [pool, client, user] => (pool, client, user, None),
        [pool, client, user, endpoint] => (pool, client, user, Some(endpoint)),
        _ => return Err("give: <user pool id> <client id> <user name> [<endpoint>]".into()),
    };
    let mut config = Config::new(pool, client_id)?;
    if let Some(endpoint) = endpoint {
        config = config.with_endpoint(endpoint)?;
    }
    let client = Client::new(config, Http(reqwest::Client::new()), SystemClock);

    // Half of the computation, while the person types.
    let prepared = client.prepare_sign_in()?;
    let password = Password::new(ask("Password")?);
    let mut step = client.sign_in(username, &password, Some(prepared)).await?;
    let tokens = loop {
        step = match step {
            SignInStep::SignedIn(tokens) => break tokens,
            step => answer(&client, step).await?,
        };
    };

    let access_token = &tokens.access_token;
    let claims = Claims::of_access_token(access_token).ok_or("the access token is not a JWT")?;
    println!("signed in as {}", claims.username().unwrap_or("?"));
    let user = client.call(&GetUser { access_token }).await?;
    for (name, value) in &user.attributes {
        println!("  {name}: {value}");
    }
    client.call(&GlobalSignOut { access_token }).await?;
    println!("signed out everywhere");
    Ok(())
}
