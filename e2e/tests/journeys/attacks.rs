//! What somebody who means harm can put in the way: markup in every field that comes from outside, forged tokens and
//! sign-ins, a tampered storage, a hostile configuration. Each journey also ends with no violation of the site's policy, no
//! request to a stranger, no secret in storage, address, history or console ([`Journey::problems`]).

use axum::body::Bytes;
use axum::http::StatusCode;
use cruddur_local::{CLIENT_ID, Fault, Target, Week};
use e2e::{
    Ability, ConfigAnswer, Journey, PASSWORD, journey, journey_configured, journey_in,
    journey_with_everything,
};
use serde_json::{Value, json};

use crate::{EMAIL, OTHER_PASSWORD};

const PREFIX: &str = "CognitoIdentityServiceProvider.cruddurweb0localdevelopment";

/// Text that does harm wherever it is not taken for text; it tells its field.
fn hostile(field: &str) -> String {
    format!(
        "{field}<script>window.pwned=1</script><img src=x onerror='window.pwned=1'><svg onload=window.pwned=1>\
         \"'`{{{{7*7}}}}${{7*7}}&lt;b&gt;</p></main>"
    )
}

fn answer(body: &Value) -> Fault {
    let kind = "application/json".to_owned();
    Fault::Instead(StatusCode::OK, kind, Bytes::from(body.to_string()))
}

/// Checks that these fields are to be seen, to the letter, and that nothing came of them.
async fn is_text(j: &Journey, fields: &[&str]) {
    for field in fields {
        j.sees(&hostile(field)).await;
    }
    unharmed(j).await;
}

/// What came of texts: whether a script ran, links that lead elsewhere, elements that are not the program's.
async fn harm(j: &Journey) -> Value {
    let script = "
        const links = [...document.querySelectorAll('a[href], form[action], [src]')]
            .map((one) => new URL(one.href || one.action || one.src, location.href))
            .filter((url) => url.origin !== location.origin);
        const elements = document.querySelectorAll(
            'body script:not([data-js]), [onerror], [onload], iframe, object, embed, base, main b:not([class])');
        return [window.pwned ?? null, links.map(String), [...elements].map((one) => one.outerHTML)];";
    j.script(script, Vec::new()).await
}

/// Checks that nothing came of texts.
async fn unharmed(j: &Journey) {
    let none = json!([null, [], []]);
    assert_eq!(harm(j).await, none, "{}", j.path().await);
}

fn hostile_crud(replies: Value) -> Value {
    json!({ "uuid": hostile("uuid"), "handle": hostile("handle"), "display_name": hostile("name"),
        "message": hostile("message"), "created_at": hostile("created"), "expires_at": hostile("expires"),
        "replies_count": hostile("1"), "likes_count": -7, "reposts_count": 1e300,
        "reply_to_activity_uuid": hostile("answered"), "replies": replies })
}

fn hostile_message() -> Value {
    json!({ "uuid": hostile("uuid"), "handle": hostile("handle"), "display_name": hostile("name"),
        "message": hostile("message"), "created_at": hostile("created") })
}

async fn signed_in(j: &Journey) {
    j.world.with_user(EMAIL, true).await;
    j.sign_in(EMAIL, PASSWORD).await;
    j.sees("@ann").await;
}

#[tokio::test]
async fn what_the_backend_sends_is_text() {
    journey("attack-backend", async |j| {
        signed_in(&j).await;
        let reply = json!({ "uuid": "r", "handle": "worf", "message": hostile("reply") });
        let feed = json!([hostile_crud(json!([reply]))]);
        let found = json!([hostile_crud(Value::Null)]);
        for (operation, body) in [
            ("/api/activities/home", &feed),
            ("/api/activities/notifications", &found),
            ("/api/activities/search", &found),
            ("/api/activities/@", &found),
            ("/api/message_groups", &json!([hostile_message()])),
            ("/api/messages/@", &json!([hostile_message()])),
        ] {
            j.world.fails(Target::Backend, operation, answer(body));
        }
        j.open("/").await;
        is_text(&j, &["name", "handle", "message", "reply"]).await;
        // The author's page, and the crud's, whose addresses are made of what came.
        j.follow_in_main_containing("name<script>window.pwned=1</script>")
            .await;
        j.sees(&format!("@{}", hostile("handle"))).await;
        is_text(&j, &["message"]).await;
        assert!(
            j.path().await.starts_with("/@handle%3Cscript%3E"),
            "{}",
            j.path().await
        );
        for path in [
            "/notifications",
            "/search?q=x",
            "/@worf",
            "/messages",
            "/messages/@worf",
        ] {
            j.open(path).await;
            is_text(&j, &["name", "message"]).await;
        }
        let term = "<script>window.pwned=1</script>";
        j.open(&format!("/search?q={term}")).await;
        is_text(&j, &["message"]).await;
        j.open("/@%3Cscript%3Ewindow.pwned=1%3C%2Fscript%3E").await;
        j.sees(term).await;
        unharmed(&j).await;
        j.open("/no/<img src=x onerror=pwned=1>").await;
        j.sees("Page not found").await;
        unharmed(&j).await;
        // Harm would be noticed.
        j.script(
            "const link = document.createElement('a');
            link.href = 'javascript:window.pwned=1';
            document.querySelector('main').append(link, document.createElement('iframe'));",
            Vec::new(),
        )
        .await;
        let noticed = json!([null, ["javascript:window.pwned=1"], ["<iframe></iframe>"]]);
        assert_eq!(harm(&j).await, noticed);
    })
    .await;
}

#[tokio::test]
async fn what_the_last_weeks_backend_sends_is_text() {
    journey_in("attack-backend-x", Week::X, async |j| {
        j.expect_refusals();
        signed_in(&j).await;
        let profile = json!({ "handle": hostile("handle"), "display_name": hostile("name"),
            "bio": hostile("bio"), "cruds_count": -1 });
        let feed = json!({ "profile": profile, "activities": [hostile_crud(Value::Null)] });
        let thread = json!({ "activity": hostile_crud(Value::Null),
            "replies": [hostile_crud(Value::Null)] });
        for (operation, body) in [
            ("/api/activities/@worf/status", &thread),
            ("/api/activities/@", &feed),
            ("/api/message_groups", &json!([hostile_message()])),
            ("/api/messages/", &json!([hostile_message()])),
            ("/api/users/", &profile),
        ] {
            j.world.fails(Target::Backend, operation, answer(body));
        }
        j.open("/@worf").await;
        is_text(&j, &["name", "bio", "message"]).await;
        j.open("/@worf/status/u").await;
        is_text(&j, &["name", "message"]).await;
        j.open("/messages").await;
        is_text(&j, &["name", "message"]).await;
        j.open("/messages/g").await;
        is_text(&j, &["name", "message"]).await;
        j.open("/messages/new/worf").await;
        is_text(&j, &["name"]).await;
        // Codes of refusals are the backend's words.
        j.world.repair();
        j.open("/").await;
        j.sees("I am out of prune juice").await;
        let refusal = json!([hostile("code"), { "a": 1 }]).to_string();
        let refusal = Fault::Instead(
            StatusCode::UNPROCESSABLE_ENTITY,
            "application/json".to_owned(),
            Bytes::from(refusal),
        );
        j.world.fails(Target::Backend, "/api/activities", refusal);
        j.fill("Your crud", "x").await;
        j.press("Crud").await;
        is_text(&j, &["code"]).await;
    })
    .await;
}

#[tokio::test]
async fn what_the_pool_sends_is_text() {
    journey("attack-pool", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        // Errors in the pool's own words.
        for (code, message) in [
            ("UserLambdaValidationException", hostile("trigger")),
            ("SomethingNewException", hostile("unknown")),
        ] {
            let fault = Fault::Error(StatusCode::BAD_REQUEST, code.to_owned(), message);
            j.world.fails(Target::Pool, "InitiateAuth", fault);
            j.sign_in(EMAIL, PASSWORD).await;
            let field = if code.starts_with("User") { "trigger" } else { "unknown" };
            is_text(&j, &[field]).await;
            j.world.repair();
        }
        // Challenges and what they say.
        let parameters = json!({
            "CODE_DELIVERY_DESTINATION": hostile("destination"),
            "CODE_DELIVERY_DELIVERY_MEDIUM": hostile("medium"),
            "FRIENDLY_DEVICE_NAME": hostile("device"), "question": hostile("question"),
            "requiredAttributes": json!([format!("userAttributes.{}", hostile("required"))]).to_string(),
            "userAttributes": json!({ hostile("attribute"): hostile("value") }).to_string(),
            "MFAS_CAN_CHOOSE": json!(["SMS_MFA", hostile("mfa")]).to_string(),
            "MFAS_CAN_SETUP": json!(["SOFTWARE_TOKEN_MFA", hostile("setup")]).to_string(),
            "CREDENTIAL_REQUEST_OPTIONS": hostile("options"),
        });
        for (name, fields) in [
            ("SMS_MFA", &["destination"][..]),
            ("EMAIL_OTP", &["destination"]),
            ("SOFTWARE_TOKEN_MFA", &[]),
            ("SELECT_MFA_TYPE", &[]),
            ("MFA_SETUP", &[]),
            ("NEW_PASSWORD_REQUIRED", &[]),
            ("CUSTOM_CHALLENGE", &["question"]),
            ("WEB_AUTHN", &[]),
            (hostile("challenge").as_str(), &[]),
        ] {
            let challenge = json!({ "ChallengeName": name, "Session": hostile("session"),
                "ChallengeParameters": parameters });
            j.world.fails(Target::Pool, "RespondToAuthChallenge", answer(&challenge));
            j.sign_in(EMAIL, PASSWORD).await;
            j.answered().await;
            is_text(&j, fields).await;
            j.world.repair();
            // The challenge is kept for a reload, and it is text there too.
            j.reload().await;
            is_text(&j, fields).await;
            j.script("sessionStorage.clear()", Vec::new()).await;
        }
        // Where a code went.
        let delivery = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL",
            "Destination": hostile("delivered") });
        let body = json!({ "CodeDeliveryDetails": delivery });
        j.world.fails(Target::Pool, "ForgotPassword", answer(&body));
        j.open("/forgot").await;
        j.fill("Email", EMAIL).await;
        j.press("Send Recovery Code").await;
        is_text(&j, &["delivered"]).await;
    })
    .await;
}

#[tokio::test]
async fn what_the_pool_knows_of_people_is_text() {
    journey_with_everything("attack-people", async |j| {
        j.world.with_user(EMAIL, true).await;
        let attributes = json!([
            { "Name": "name", "Value": hostile("name") },
            { "Name": "preferred_username", "Value": hostile("handle") },
        ]);
        let body = json!({ "Username": EMAIL, "UserAttributes": attributes });
        j.world.admin("AdminUpdateUserAttributes", body).await;
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("My dear brother").await;
        is_text(&j, &["name", "handle"]).await;
        j.open("/settings").await;
        j.finds("Name").await;
        assert_eq!(j.value("Name").await, hostile("name"));
        unharmed(&j).await;
        let devices = json!({ "Devices": [{
            "DeviceKey": hostile("key"), "DeviceCreateDate": 1.0,
            "DeviceLastModifiedDate": 1.0, "DeviceLastAuthenticatedDate": 1.0,
            "DeviceAttributes": [
                { "Name": "device_name", "Value": hostile("device") },
                { "Name": "last_ip_used", "Value": hostile("ip") },
            ],
        }] });
        j.world.fails(Target::Pool, "ListDevices", answer(&devices));
        j.open("/settings/devices").await;
        is_text(&j, &["device"]).await;
        let passkeys = json!({ "Credentials": [{
            "CredentialId": hostile("id"), "FriendlyCredentialName": hostile("passkey"),
            "RelyingPartyId": hostile("rp"), "AuthenticatorTransports": [hostile("usb")],
            "CreatedAt": 1.0,
        }] });
        j.world
            .fails(Target::Pool, "ListWebAuthnCredentials", answer(&passkeys));
        j.open("/settings/passkeys").await;
        is_text(&j, &["passkey"]).await;
    })
    .await;
}

// Who somebody is

fn base64url(json: &Value) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for bytes in json.to_string().as_bytes().chunks(3) {
        let number = bytes
            .iter()
            .fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        let number = number << (8 * (3 - bytes.len()));
        for digit in 0..=bytes.len() {
            text.push(char::from(DIGITS[number >> (18 - 6 * digit) & 63]));
        }
    }
    text
}

/// Who puts tokens of their own making into the storage sees what a visitor sees, under whatever name they gave
/// themselves, until the pool is asked.
#[tokio::test]
async fn forged_tokens_open_nothing() {
    journey("attack-tokens", async |j| {
        j.expect_refusals();
        j.world.with_person("ben@example.com", "Ben", "ben").await;
        j.open("/").await;
        j.is_a_visitor().await;
        let in_an_hour = j.world.now_ms() / 1000 + 3600;
        let claims = |kind: &str| {
            json!({ "sub": "s", "username": "s", "cognito:username": "s", "token_use": kind,
                "client_id": CLIENT_ID, "aud": CLIENT_ID, "exp": in_an_hour, "iat": in_an_hour - 3600,
                "iss": format!("{}/us-east-1_CruddurDev", j.world.pool_url()),
                "name": hostile("name"), "preferred_username": "ben", "email": "ben@example.com" })
        };
        for algorithm in ["none", "HS256"] {
            let token = |kind: &str| {
                let header = base64url(&json!({ "alg": algorithm, "kid": "k" }));
                format!("{header}.{}.c2ln", base64url(&claims(kind)))
            };
            let keys = json!({
                format!("{PREFIX}.LastAuthUser"): "s",
                format!("{PREFIX}.s.accessToken"): token("access"),
                format!("{PREFIX}.s.idToken"): token("id"),
                format!("{PREFIX}.s.refreshToken"): "forged",
            });
            let script = "for (const [key, value] of Object.entries(arguments[0]))
                localStorage.setItem(key, value);";
            j.script(script, vec![keys]).await;
            j.reload().await;
            j.sees("I am out of prune juice").await;
            is_text(&j, &["name"]).await;
            // The crud for the signed-in only.
            j.does_not_see("My dear brother").await;
            // Nothing about the account comes from the tokens alone; the pool ends it.
            j.open("/settings/account").await;
            j.press("Sign Out Everywhere").await;
            j.wait("the end of the session", || async {
                j.stored("access_token").await.is_none().then_some(())
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_tampered_storage_breaks_nothing() {
    journey("attack-storage", async |j| {
        j.expect_refusals();
        signed_in(&j).await;
        let user = j
            .stored(&format!("{PREFIX}.LastAuthUser"))
            .await
            .expect("a user");
        let before = j.everything_stored().await;
        let keys = j
            .script("return Object.keys(localStorage)", Vec::new())
            .await;
        let keys: Vec<String> = serde_json::from_value(keys).expect("keys");
        assert!(keys.len() >= 5, "{keys:?}");
        let restore = "localStorage.clear(); sessionStorage.clear();
            for (const [key, value] of Object.entries(JSON.parse(arguments[0])[0]))
                localStorage.setItem(key, value);";
        let mut tried = 0;
        for key in &keys {
            for value in [
                String::new(),
                "null".to_owned(),
                "{\"__proto__\":{\"a\":1}}".to_owned(),
                hostile("stored"),
                "9".repeat(400),
                "eyJ.eyJ.eyJ".to_owned(),
            ] {
                let set = "localStorage.setItem(arguments[0], arguments[1])";
                j.script(set, vec![json!(key), json!(value)]).await;
                j.reload().await;
                j.sees("I am out of prune juice").await;
                unharmed(&j).await;
                j.script(restore, vec![json!(before)]).await;
                tried += 1;
            }
        }
        for key in [
            "cruddur.challenge",
            "cruddur.managed_login",
            "cruddur.challenge.username",
        ] {
            for value in ["", "{}", "1.e30.AAAA", "[1"] {
                let set = "sessionStorage.setItem(arguments[0], arguments[1])";
                j.script(set, vec![json!(key), json!(value)]).await;
                j.script("localStorage.clear()", Vec::new()).await;
                j.open("/signin").await;
                j.finds("Email").await;
                unharmed(&j).await;
                tried += 1;
            }
        }
        println!("attacks: {tried} stored values tried");
        j.script(restore, vec![json!(before)]).await;
        j.open("/").await;
        j.is_signed_in().await;
        assert_eq!(
            j.stored(&format!("{PREFIX}.LastAuthUser")).await,
            Some(user)
        );
    })
    .await;
}

/// By what is said, and by what is asked: the same questions for who is there and who is not.
#[tokio::test]
async fn a_sign_in_does_not_tell_who_has_an_account() {
    journey("attack-enumeration", async |j| {
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        let mut seen = Vec::new();
        for email in [EMAIL, "nobody@example.com"] {
            let before = j.requests().await.len();
            j.sign_in(email, OTHER_PASSWORD).await;
            j.sees("Incorrect email or password.").await;
            let requests = j.requests().await;
            let asked: Vec<_> = requests[before.min(requests.len())..]
                .iter()
                .filter_map(|request| request.operation.clone())
                .collect();
            let said = j.text().await.replace(email, "…");
            seen.push((asked, said));
        }
        assert_eq!(seen[0], seen[1]);
        if j.can(Ability::Requests) {
            assert_eq!(seen[0].0, ["InitiateAuth", "RespondToAuthChallenge"]);
        }
    })
    .await;
}

// Managed login

/// The site with the pool's own pages for signing in.
fn with_managed_login(j: &Journey) -> ConfigAnswer {
    let site = j.world.site();
    let file = json!({
        "auth": {
            "aws_region": "us-east-1", "user_pool_id": "us-east-1_CruddurDev",
            "user_pool_client_id": CLIENT_ID, "user_pool_endpoint": j.world.pool_url(),
            "oauth": {
                "domain": j.world.pool_url(), "identity_providers": ["COGNITO"],
                "scopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
                "redirect_sign_in_uri": [format!("{site}/signin/callback")],
                "redirect_sign_out_uri": [format!("{site}/signin")], "response_type": "code",
            },
        },
        "custom": { "backend_url": j.world.stack.backend_url() },
    });
    Some((200, "application/json", file.to_string()))
}

const PENDING: &str = "cruddur.managed_login";

/// A sign-in that has begun in this tab: what was kept for its end.
async fn begun(j: &Journey) -> Value {
    let site = j.world.site();
    let body = json!({ "ClientId": CLIENT_ID, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": [format!("{site}/signin/callback")], "LogoutURLs": [format!("{site}/signin")] });
    j.world.admin("UpdateUserPoolClient", body).await;
    j.open("/signin").await;
    j.press("Continue on the sign-in page").await;
    j.wait("the pool's page", || async {
        j.path().await.starts_with(j.world.pool_url()).then_some(())
    })
    .await;
    // Back at the site, as if the pool had sent the browser there.
    j.open("/no/such/page").await;
    j.sees("Page not found").await;
    let pending = j
        .script(
            "return sessionStorage.getItem(arguments[0])",
            vec![json!(PENDING)],
        )
        .await;
    serde_json::from_str(pending.as_str().expect("a sign-in that waits")).expect("JSON")
}

#[tokio::test]
async fn a_managed_login_of_somebody_elses_is_not_taken() {
    journey_configured("attack-managed", None, async |j| {
        j.world.configure(with_managed_login(&j));
        j.expect_refusals();
        const NOT_OURS: &str = "What came back does not belong to the sign-in that was begun here";
        // Another state, none, one twice, and markup for a reason.
        for query in [
            "code=c0de&state=forged",
            "code=c0de",
            "code=c0de&state=a&state=b",
        ] {
            begun(&j).await;
            j.open(&format!("/signin/callback?{query}")).await;
            j.arrives("/signin/callback").await;
            j.sees(NOT_OURS).await;
            // It is over: the right state comes too late.
            let left = j
                .script(
                    "return sessionStorage.getItem(arguments[0])",
                    vec![json!(PENDING)],
                )
                .await;
            assert_eq!(left, Value::Null);
        }
        let state = begun(&j).await["state"]
            .as_str()
            .expect("a state")
            .to_owned();
        let reason = "%3Cscript%3Ewindow.pwned=1%3C/script%3E";
        j.open(&format!(
            "/signin/callback?error={reason}&error_description={reason}&state={state}"
        ))
        .await;
        j.arrives("/signin/callback").await;
        j.sees("The sign-in service did not accept the sign-in.")
            .await;
        unharmed(&j).await;
        // A code that the pool does not know; its answer is made up, too: without a nonce, with another one.
        let id_token = |nonce: Value| {
            let claims = json!({ "sub": "s", "cognito:username": "s", "token_use": "id",
                "aud": CLIENT_ID, "nonce": nonce, "exp": 4_000_000_000_u64, "iat": 1,
                "iss": format!("{}/us-east-1_CruddurDev", j.world.pool_url()) });
            format!(
                "{}.{}.c2ln",
                base64url(&json!({ "alg": "none" })),
                base64url(&claims)
            )
        };
        for (answered, words) in [
            (None, "The sign-in service did not accept the sign-in."),
            (Some(id_token(Value::Null)), NOT_OURS),
            (Some(id_token(json!("another"))), NOT_OURS),
        ] {
            let state = begun(&j).await["state"]
                .as_str()
                .expect("a state")
                .to_owned();
            if let Some(token) = answered {
                let body = json!({ "access_token": token, "id_token": token, "refresh_token": "r",
                    "token_type": "Bearer", "expires_in": 3600 });
                j.world.fails(Target::Pool, "/oauth2/token", answer(&body));
            }
            j.open(&format!("/signin/callback?code=c0de&state={state}"))
                .await;
            j.sees(words).await;
            assert_eq!(j.stored("access_token").await, None);
            j.world.repair();
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_is_of_no_use_without_its_verifier() {
    journey_configured("attack-pkce", None, async |j| {
        j.world.configure(with_managed_login(&j));
        j.expect_refusals();
        j.world.with_user(EMAIL, true).await;
        begun(&j).await;
        // Somebody else's verifier in place of the one that the code was asked for with.
        j.script(
            "const pending = JSON.parse(sessionStorage.getItem(arguments[0]));
            pending.verifier = pending.nonce;
            sessionStorage.setItem(arguments[0], JSON.stringify(pending));",
            vec![json!(PENDING)],
        )
        .await;
        j.back().await;
        let filled = "const set = (name, value) => {
                const field = document.querySelector(`input[name=${name}]`);
                if (field) field.value = value;
                return !!field;
            };
            if (!set('username', arguments[0]) || !set('password', arguments[1])) return false;
            document.querySelector('form button').click();
            return true;";
        j.wait("the pool's form", || async {
            let done = j.script(filled, vec![json!(EMAIL), json!(PASSWORD)]).await;
            (done == true).then_some(())
        })
        .await;
        j.arrives("/signin/callback").await;
        j.sees("The sign-in service did not accept the sign-in.")
            .await;
        assert_eq!(j.stored("access_token").await, None);
    })
    .await;
}

// The configuration, and other sites

#[tokio::test]
async fn a_hostile_configuration_is_named_or_does_nothing() {
    journey_configured("attack-configuration", None, async |j| {
        let right = || {
            json!({
                "auth": {
                    "aws_region": "us-east-1", "user_pool_id": "us-east-1_CruddurDev",
                    "user_pool_client_id": CLIENT_ID, "user_pool_endpoint": j.world.pool_url(),
                },
                "custom": { "backend_url": j.world.stack.backend_url() },
            })
        };
        let mut tried = 0;
        // What nothing works without is named, with what was found there, as text.
        for (section, name) in [
            ("auth", "user_pool_endpoint"),
            ("auth", "user_pool_id"),
            ("auth", "user_pool_client_id"),
            ("auth", "aws_region"),
            ("custom", "backend_url"),
        ] {
            for value in [
                json!("javascript:window.pwned=1//"),
                json!("data:text/html,<script>window.pwned=1</script>"),
                json!("\"><img src=x onerror=window.pwned=1>"),
                json!(["http://127.0.0.1"]),
                json!({ "__proto__": { "toString": "x" } }),
                json!(1e308),
            ] {
                let mut file = right();
                file[section][name] = value;
                j.world.configure(Some((200, "application/json", file.to_string())));
                j.open("/").await;
                j.sees(&format!("{section}.{name}")).await;
                unharmed(&j).await;
                tried += 1;
            }
        }
        // What is optional does nothing.
        for text in [
            r#""oauth": { "domain": "javascript:window.pwned=1//", "identity_providers": ["COGNITO"] }"#,
            r#""oauth": { "domain": 7, "identity_providers": "COGNITO", "scopes": {} }"#,
            r#""__proto__": { "pwned": 1 }, "constructor": { "prototype": { "pwned": 1 } }"#,
            r#""username_attributes": "email", "mfa_methods": [null, {}], "passwordless": []"#,
            r#""password_policy": { "min_length": -1, "require_numbers": "yes", "__proto__": 1 }"#,
        ] {
            let mut file = right().to_string();
            file = file.replacen("\"auth\":{", &format!("\"auth\":{{{text},"), 1);
            j.world.configure(Some((200, "application/json", file)));
            j.open("/signin").await;
            j.finds("Email").await;
            unharmed(&j).await;
            tried += 1;
        }
        // Addresses of the pages to come back to that are none: said, when somebody wants to go there.
        let mut file = right();
        file["auth"]["oauth"] = json!({ "domain": j.world.pool_url(),
            "identity_providers": ["COGNITO", "<img src=x onerror=window.pwned=1>"],
            "redirect_sign_in_uri": ["javascript:window.pwned=1"],
            "redirect_sign_out_uri": ["javascript:window.pwned=1"] });
        j.world.configure(Some((200, "application/json", file.to_string())));
        j.open("/signin").await;
        j.finds("Email").await;
        unharmed(&j).await;
        println!("attacks: {tried} hostile configurations tried");
    })
    .await;
}

/// A file that sends people's names and proofs to another server is stopped by the site's policy.
#[tokio::test]
async fn a_configuration_cannot_send_anything_elsewhere() {
    journey_configured("attack-elsewhere", None, async |j| {
        let file = json!({
            "auth": {
                "aws_region": "us-east-1", "user_pool_id": "us-east-1_CruddurDev",
                "user_pool_client_id": CLIENT_ID, "user_pool_endpoint": "http://pool.evil.example/",
            },
            "custom": { "backend_url": "http://backend.evil.example" },
        });
        j.world
            .configure(Some((200, "application/json", file.to_string())));
        j.sign_in(EMAIL, PASSWORD).await;
        j.sees("The sign-in service cannot be reached.").await;
        j.open("/").await;
        j.sees("The cruds could not be loaded").await;
        // Nothing went there; the browser says why.
        let stopped = j.problems().await;
        if j.can(Ability::Console) {
            assert!(!stopped.is_empty());
        }
        for problem in stopped {
            assert!(
                problem.contains("Content Security Policy")
                    || problem.contains("Content-Security-Policy")
                    || problem.contains("Refused to connect"),
                "{problem}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_site_is_in_nobodys_frame() {
    journey("attack-frame", async |j| {
        if j.ends_without(Ability::Console) {
            return;
        }
        // A page of another site, as far as the browser is concerned: another port.
        let mailbox = j.world.stack.mailbox_url();
        let page = format!("{mailbox}/nothing-here");
        j.leave_for(&page).await;
        let script = "const frame = document.createElement('iframe');
            frame.onload = () => {
                let text = null;
                try { text = frame.contentDocument?.body?.innerText ?? null; } catch {}
                window.framed = text;
            };
            frame.src = arguments[0];
            document.body.append(frame);";
        j.script(script, vec![json!(j.world.site())]).await;
        j.wait("the frame", || async {
            let there = "return 'framed' in window";
            (j.script(there, Vec::new()).await == true).then_some(())
        })
        .await;
        let refused = j.problems().await;
        assert!(
            refused
                .iter()
                .any(|problem| problem.contains("frame-ancestors")),
            "{refused:#?}"
        );
    })
    .await;
}
