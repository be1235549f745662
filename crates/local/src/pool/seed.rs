//! What a new state begins with: the pool of the bootcamp's week 3, its client and one confirmed person.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, json};

use super::devices::DeviceRules;
use super::factors::FirstFactor;
use super::keys::{KeyError, StoredKeys};
use super::managed::PRETEND;
use super::mfa::{MfaMode, MfaRules, UserMfa};
use super::model::{
    AttributeKind, Client, Lockout, PasswordPolicy, Pool, PoolRules, SchemaAttribute, Status, User,
};
use super::passkeys::PasskeyRules;
use super::random;
use super::srp::Verifier;
use crate::options::{CLIENT_ID, USER_POOL_ID};

const NAME: &str = "cruddur-user-pool";
const EMAIL: &str = "andrew@cruddur.test";
const PASSWORD: &str = "Crud-dur-2026!";

/// The pool with its client and its first person: as the journal has it, or with all that people can set up besides.
pub(super) fn pool(keys: StoredKeys, everything: bool, now: i64) -> Result<Pool, KeyError> {
    let user = user(now)?;
    let mut client = client(now);
    let mut rules = rules();
    if everything {
        add_everything(&mut rules, &mut client);
    }
    Ok(Pool {
        id: USER_POOL_ID.to_owned(),
        name: NAME.to_owned(),
        created_at: now,
        modified_at: now,
        keys,
        simulation_key: STANDARD.encode(random::bytes::<32>().map_err(KeyError::no_random)?),
        rules,
        other_settings: Map::new(),
        clients: BTreeMap::from([(client.id.clone(), client)]),
        users: BTreeMap::from([(user.sub.clone(), user)]),
        sign_ins: BTreeMap::new(),
    })
}

fn rules() -> PoolRules {
    let required = |mutable| SchemaAttribute {
        kind: AttributeKind::String,
        required: true,
        mutable,
        minimum: Some(0),
        maximum: Some(2048),
    };
    PoolRules {
        username_attributes: vec!["email".to_owned()],
        case_sensitive: false,
        auto_verified: vec!["email".to_owned()],
        password: PasswordPolicy {
            minimum_length: 8,
            uppercase: true,
            lowercase: true,
            numbers: true,
            symbols: true,
        },
        schema: ["email", "name", "preferred_username"]
            .map(|name| (name.to_owned(), required(true)))
            .into(),
        ..PoolRules::default()
    }
}

/// Who sets up none of it notices nothing of it.
fn add_everything(rules: &mut PoolRules, client: &mut Client) {
    rules.mfa = MfaRules {
        mode: MfaMode::Optional,
        sms: true,
        totp: true,
        email: true,
    };
    rules.devices = Some(DeviceRules {
        challenge_new_only: true,
        remember_on_request: true,
    });
    rules.first_factors = vec![
        FirstFactor::Password,
        FirstFactor::EmailOtp,
        FirstFactor::WebAuthn,
    ];
    rules.passkeys = Some(PasskeyRules {
        relying_party: Some("localhost".to_owned()),
        user_verification: false,
    });
    let flows = ["ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"];
    client.flows.extend(flows.map(str::to_owned));
    let origins = ["http://localhost:8080", "http://127.0.0.1:8080"];
    let settings = [
        ("AllowedOAuthFlowsUserPoolClient", json!(true)),
        ("AllowedOAuthFlows", json!(["code"])),
        (
            "AllowedOAuthScopes",
            json!([
                "openid",
                "email",
                "profile",
                "aws.cognito.signin.user.admin"
            ]),
        ),
        ("SupportedIdentityProviders", json!(["COGNITO", PRETEND])),
        (
            "CallbackURLs",
            json!(origins.map(|origin| format!("{origin}/signin/callback"))),
        ),
        (
            "LogoutURLs",
            json!(origins.map(|origin| format!("{origin}/signin"))),
        ),
    ];
    client
        .other_settings
        .extend(settings.map(|(name, value)| (name.to_owned(), value)));
}

fn client(now: i64) -> Client {
    Client {
        id: CLIENT_ID.to_owned(),
        name: "cruddur".to_owned(),
        secret: None,
        created_at: now,
        modified_at: now,
        flows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
            .map(str::to_owned)
            .to_vec(),
        access_token_seconds: 60 * 60,
        id_token_seconds: 60 * 60,
        refresh_token_seconds: 30 * 24 * 60 * 60,
        challenge_minutes: 3,
        hides_users: true,
        token_revocation: true,
        rotation: None,
        read_attributes: Vec::new(),
        write_attributes: Vec::new(),
        other_settings: Map::new(),
    }
}

fn user(now: i64) -> Result<User, KeyError> {
    let sub = uuid::Uuid::new_v4().to_string();
    let pool_name = super::pool_name(USER_POOL_ID);
    let password = Verifier::new(pool_name, &sub, PASSWORD).map_err(KeyError::no_random)?;
    let attributes = [
        ("email", EMAIL),
        ("email_verified", "true"),
        ("name", "Andrew Brown"),
        ("preferred_username", "andrewbrown"),
    ];
    Ok(User {
        username: sub.clone(),
        sub,
        attributes: attributes
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        status: Status::Confirmed,
        enabled: true,
        created_at: now,
        modified_at: now,
        password: Some(password),
        password_expires_at: None,
        lockout: Lockout::default(),
        codes: Vec::new(),
        mfa: UserMfa::default(),
        devices: BTreeMap::new(),
        passkeys: BTreeMap::new(),
    })
}
