//! `deploy/user-pool.yaml` made by ministack's CloudFormation: each setting of the pool as the week-3 journal has it, read
//! back from the pool that came of it.
//!
//! moto's CloudFormation knows none of Cognito's resources (5.2.5 says so and makes a stack without a pool). ministack's knows
//! all but three things, which are looked at in the template itself: [`unknown`].

use std::collections::BTreeMap;

use cognito_user_pool::operation::{ConfirmSignUp, SignUp};
use cognito_user_pool::{Password, SignInStep};
use cruddur_local::{CLIENT_ID, Options, Stack, USER_POOL_ID};
use serde_json::{Value, json};

use crate::emulator::{CODE, Ministack};
use crate::template::parse;

const TEMPLATE: &str = include_str!("../../../deploy/user-pool.yaml");

/// What ministack 1.5.33 ignores, or refuses a template for: where in the template it is, and what it has to be.
fn unknown() -> [(&'static str, Value); 4] {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 60 });
    let with_passkeys =
        |value: Value| json!({ "Fn::If": ["HasPasskeys", value, { "Ref": "AWS::NoValue" }] });
    [
        (
            "/Client/Properties/RefreshTokenRotation",
            json!({ "Fn::If": ["HasRotation", rotation, { "Feature": "DISABLED" }] }),
        ),
        (
            "/UserPool/Properties/WebAuthnRelyingPartyID",
            with_passkeys(json!({ "Ref": "PasskeyDomain" })),
        ),
        (
            "/UserPool/Properties/WebAuthnUserVerification",
            with_passkeys(json!("preferred")),
        ),
        (
            "/Branding",
            json!({
                "Type": "AWS::Cognito::ManagedLoginBranding", "Condition": "HasManagedLogin",
                "Properties": { "UserPoolId": { "Ref": "UserPool" }, "ClientId": { "Ref": "Client" },
                    "UseCognitoProvidedValues": true },
            }),
        ),
    ]
}

/// The template without the resource that ministack does not know.
fn without_branding() -> String {
    let start = TEMPLATE.find("  Branding:\n").expect("the branding");
    let end = TEMPLATE.find("\nOutputs:").expect("the outputs");
    format!("{}{}", &TEMPLATE[..start], &TEMPLATE[end..])
}

fn request(stack: &str, parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut request = vec![
        ("StackName".to_owned(), stack.to_owned()),
        ("TemplateBody".to_owned(), without_branding()),
    ];
    for (number, (name, value)) in (1..).zip(parameters) {
        let member = format!("Parameters.member.{number}");
        request.push((format!("{member}.ParameterKey"), (*name).to_owned()));
        request.push((format!("{member}.ParameterValue"), (*value).to_owned()));
    }
    request
}

/// What stands in these elements, in their order.
fn elements<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(open.as_str()).skip(1);
    parts
        .filter_map(|part| Some(part.split_once(close.as_str())?.0))
        .collect()
}

/// A pool as its service describes it.
struct Described {
    outputs: BTreeMap<String, String>,
    pool: Value,
    client: Value,
    mfa: Value,
}

impl Described {
    /// Makes a stack with these parameters, waits for it, and asks for what it made.
    async fn made(ministack: &Ministack, stack: &str, parameters: &[(&str, &str)]) -> Self {
        let made = ministack
            .cloud_formation("CreateStack", &request(stack, parameters))
            .await;
        made.expect("a stack");
        let name = [("StackName".to_owned(), stack.to_owned())];
        let told = loop {
            let told = ministack.cloud_formation("DescribeStacks", &name).await;
            let told = told.expect("a description");
            match elements(&told, "StackStatus")[..] {
                ["CREATE_COMPLETE"] => break told,
                ["CREATE_IN_PROGRESS"] => tokio::task::yield_now().await,
                _ => panic!("{told}"),
            }
        };
        let keys = elements(&told, "OutputKey").into_iter().map(str::to_owned);
        let values = elements(&told, "OutputValue")
            .into_iter()
            .map(str::to_owned);
        let outputs: BTreeMap<_, _> = keys.zip(values).collect();
        let pool_id = json!({ "UserPoolId": outputs["UserPoolId"] });
        let mut client_id = pool_id.clone();
        client_id["ClientId"] = outputs["ClientId"].as_str().into();
        let ask = async |operation, body| ministack.admin(operation, body).await;
        Self {
            pool: ask("DescribeUserPool", pool_id.clone()).await["UserPool"].take(),
            client: ask("DescribeUserPoolClient", client_id).await["UserPoolClient"].take(),
            mfa: ask("GetUserPoolMfaConfig", pool_id).await,
            outputs,
        }
    }

    /// The names of the attributes that a sign-up has to bring, besides the id that the pool gives.
    fn required(&self) -> Vec<&str> {
        let schema = self.pool["SchemaAttributes"].as_array().expect("a list");
        let required = schema
            .iter()
            .filter(|attribute| attribute["Required"] == true);
        let mut names: Vec<_> = required
            .filter_map(|attribute| attribute["Name"].as_str())
            .filter(|name| *name != "sub")
            .collect();
        names.sort_unstable();
        names
    }

    /// Checks these settings, each a path and its value.
    fn is(&self, settings: &[(&str, Value)]) {
        let all = json!({ "pool": self.pool, "client": self.client, "mfa": self.mfa });
        for (path, wanted) in settings {
            let found = all.pointer(path).unwrap_or(&Value::Null);
            assert_eq!(found, wanted, "{path}");
        }
    }
}

/// The pool as the journal of week 3 has it set up by hand.
fn journal() -> Vec<(&'static str, Value)> {
    vec![
        // "Cognito user pool sign-in options: email" only. A pool with user names too takes no address for one.
        ("/pool/UsernameAttributes", json!(["email"])),
        ("/pool/AliasAttributes", json!([])),
        ("/pool/UsernameConfiguration/CaseSensitive", json!(false)),
        // Cognito's default policy, no second factor.
        (
            "/pool/Policies/PasswordPolicy",
            json!({ "MinimumLength": 8, "RequireLowercase": true, "RequireUppercase": true,
                "RequireNumbers": true, "RequireSymbols": true, "TemporaryPasswordValidityDays": 7 }),
        ),
        ("/pool/MfaConfiguration", json!("OFF")),
        ("/mfa/MfaConfiguration", json!("OFF")),
        ("/mfa/SoftwareTokenMfaConfiguration", Value::Null),
        // Self-service recovery, by e-mail.
        (
            "/pool/AccountRecoverySetting/RecoveryMechanisms",
            json!([{ "Name": "verified_email", "Priority": 1 }]),
        ),
        // Self-registration, with a code to the address, which stays the old one until the new one is verified.
        (
            "/pool/AdminCreateUserConfig/AllowAdminCreateUserOnly",
            json!(false),
        ),
        ("/pool/AutoVerifiedAttributes", json!(["email"])),
        (
            "/pool/VerificationMessageTemplate/DefaultEmailOption",
            json!("CONFIRM_WITH_CODE"),
        ),
        (
            "/pool/UserAttributeUpdateSettings/AttributesRequireVerificationBeforeUpdate",
            json!(["email"]),
        ),
        // "Send email with Cognito".
        (
            "/pool/EmailConfiguration/EmailSendingAccount",
            json!("COGNITO_DEFAULT"),
        ),
        // A public client without a secret, and no hosted pages.
        ("/client/ClientSecret", Value::Null),
        ("/client/EnableTokenRevocation", json!(true)),
        ("/client/PreventUserExistenceErrors", json!("ENABLED")),
        ("/client/AllowedOAuthFlowsUserPoolClient", json!(false)),
        ("/client/AllowedOAuthFlows", json!([])),
        ("/client/AllowedOAuthScopes", json!([])),
        ("/client/CallbackURLs", json!([])),
        ("/client/LogoutURLs", json!([])),
        ("/client/AuthSessionValidity", json!(3)),
        ("/client/AccessTokenValidity", json!(60)),
        ("/client/IdTokenValidity", json!(60)),
        ("/client/RefreshTokenValidity", json!(30)),
        (
            "/client/TokenValidityUnits",
            json!({ "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days" }),
        ),
        ("/pool/Domain", Value::Null),
        ("/pool/Policies/SignInPolicy", Value::Null),
        ("/pool/UserPoolTier", json!("ESSENTIALS")),
        ("/pool/DeletionProtection", json!("ACTIVE")),
    ]
}

#[tokio::test]
#[ignore = "needs ministack: cargo xtask test deploy"]
async fn the_template_makes_the_journals_pool() {
    let ministack = Ministack::start().await;
    let made = Described::made(&ministack, "journal", &[]).await;
    made.is(&journal());
    assert_eq!(made.required(), ["email", "name", "preferred_username"]);
    // With rotation there is no flow for a refresh: Cognito refuses both together.
    made.is(&[("/client/ExplicitAuthFlows", json!(["ALLOW_USER_SRP_AUTH"]))]);
    let names: Vec<_> = made.outputs.keys().map(String::as_str).collect();
    assert_eq!(names, ["ClientId", "Mfa", "Region", "UserPoolId"]);

    // It works: somebody signs up and in by our client.
    let (pool, client) = (&made.outputs["UserPoolId"], &made.outputs["ClientId"]);
    let client = interop::client(&ministack.url, pool, client, 0).unwrap();
    let (username, password) = ("ann@example.com", "Crud-dur-2026!");
    let password = Password::new(password.to_owned());
    let attributes = [
        ("email".to_owned(), username.to_owned()),
        ("name".to_owned(), "Ann Example".to_owned()),
        ("preferred_username".to_owned(), "ann".to_owned()),
    ];
    let sign_up = SignUp {
        username,
        password: &password,
        attributes: &attributes,
    };
    client.call(&sign_up).await.unwrap();
    let code = CODE;
    client
        .call(&ConfirmSignUp { username, code })
        .await
        .unwrap();
    let step = client.sign_in(username, &password, None).await;
    assert!(matches!(step, Ok(SignInStep::SignedIn(_))), "{step:?}");
}

#[tokio::test]
#[ignore = "needs ministack: cargo xtask test deploy"]
async fn parameters_change_what_they_are_for_and_nothing_else() {
    let ministack = Ministack::start().await;
    let change = |changes: &[(&'static str, Value)]| {
        let mut settings: BTreeMap<_, _> = journal().into_iter().collect();
        settings.extend(changes.iter().cloned());
        settings.into_iter().collect::<Vec<_>>()
    };
    let mfa = |word: &str| {
        change(&[
            ("/pool/MfaConfiguration", json!(word)),
            ("/mfa/MfaConfiguration", json!(word)),
            (
                "/mfa/SoftwareTokenMfaConfiguration",
                json!({ "Enabled": true }),
            ),
            ("/mfa/SmsMfaConfiguration", Value::Null),
        ])
    };
    let flows = |flows: &[&str]| ("/client/ExplicitAuthFlows", json!(flows));
    let site = "https://cruddur.test";
    for (stack, parameters, settings, output) in [
        (
            "optional",
            &[("Mfa", "OPTIONAL")][..],
            mfa("OPTIONAL"),
            "OPTIONAL",
        ),
        ("required", &[("Mfa", "ON")], mfa("ON"), "ON"),
        (
            "without-rotation",
            &[("Rotation", "false")],
            change(&[flows(&["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])]),
            "OFF",
        ),
        (
            "passkeys",
            &[("Passkeys", "true"), ("PasskeyDomain", "cruddur.test")],
            change(&[
                flows(&["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]),
                (
                    "/pool/Policies/SignInPolicy",
                    json!({ "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] }),
                ),
            ]),
            "cruddur.test",
        ),
        (
            "managed-login",
            &[("ManagedLoginPrefix", "cruddur"), ("SiteUrl", site)],
            change(&[
                ("/pool/Domain", json!("cruddur")),
                ("/client/AllowedOAuthFlowsUserPoolClient", json!(true)),
                ("/client/AllowedOAuthFlows", json!(["code"])),
                (
                    "/client/AllowedOAuthScopes",
                    json!([
                        "openid",
                        "email",
                        "profile",
                        "aws.cognito.signin.user.admin"
                    ]),
                ),
                (
                    "/client/CallbackURLs",
                    json!([format!("{site}/signin/callback")]),
                ),
                ("/client/LogoutURLs", json!([format!("{site}/signin")])),
            ]),
            "cruddur.auth.us-east-1.amazoncognito.com",
        ),
    ] {
        let made = Described::made(&ministack, stack, parameters).await;
        made.is(&settings);
        assert_eq!(made.required(), ["email", "name", "preferred_username"]);
        let told = made.outputs.values().any(|value| value == output);
        assert!(told, "{stack}: {:?}", made.outputs);
    }
    let domain = ministack
        .admin("DescribeUserPoolDomain", json!({ "Domain": "cruddur" }))
        .await;
    assert_eq!(domain["DomainDescription"]["ManagedLoginVersion"], 2);

    for (stack, parameters, told) in [
        ("no-word", &[("Mfa", "SOME")][..], "AllowedValues"),
        ("no-domain", &[("Passkeys", "true")], "give PasskeyDomain"),
        (
            "two-minds",
            &[
                ("Passkeys", "true"),
                ("PasskeyDomain", "a.test"),
                ("Mfa", "ON"),
            ],
            "make Mfa OPTIONAL",
        ),
        (
            "no-site",
            &[("ManagedLoginPrefix", "cruddur")],
            "give SiteUrl",
        ),
    ] {
        let made = ministack
            .cloud_formation("CreateStack", &request(stack, parameters))
            .await;
        let refusal = made.expect_err(stack);
        assert!(refusal.contains(told), "{stack}: {refusal}");
    }
}

#[test]
fn what_the_emulator_does_not_know_is_right_in_the_template() {
    let resources = &parse(TEMPLATE)["Resources"];
    for (path, wanted) in unknown() {
        let found = resources.pointer(path).unwrap_or(&Value::Null);
        assert_eq!(found, &wanted, "{path}");
    }
    // Nothing but the one resource was taken out for it.
    let names = resources.as_object().expect("resources").keys();
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["Branding", "Client", "Domain", "UserPool"]
    );
    assert_eq!(resources["Client"]["Properties"]["GenerateSecret"], false);
}

/// Where the local pool's description differs: it leaves out what is as in the journal anyhow, tells the one first factor
/// that there is without a policy, and is not worth protecting.
const LOCAL_DIFFERS: [&str; 8] = [
    "/pool/AccountRecoverySetting/RecoveryMechanisms",
    "/pool/UserAttributeUpdateSettings/AttributesRequireVerificationBeforeUpdate",
    "/client/AccessTokenValidity",
    "/client/IdTokenValidity",
    "/client/TokenValidityUnits",
    "/pool/Policies/SignInPolicy",
    "/pool/UserPoolTier",
    "/pool/DeletionProtection",
];

/// The pool that the local stack begins with is the one that the template makes, but for rotation.
#[tokio::test]
#[ignore = "needs ministack: cargo xtask test deploy"]
async fn the_local_pool_is_the_templates() {
    let ministack = Ministack::start().await;
    let made = Described::made(&ministack, "local", &[("Rotation", "false")]).await;
    let stack = Stack::start(Options::ephemeral()).await.expect("a stack");
    let http = reqwest::Client::new();
    let ask = async |operation: &str, body: Value| {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let request = http
            .post(stack.pool_url())
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(body.to_string());
        let answer = request.send().await.expect("an answer").text().await;
        serde_json::from_str::<Value>(&answer.expect("a body")).expect("JSON")
    };
    let pool_id = json!({ "UserPoolId": USER_POOL_ID });
    let client_id = json!({ "UserPoolId": USER_POOL_ID, "ClientId": CLIENT_ID });
    let local = Described {
        pool: ask("DescribeUserPool", pool_id.clone()).await["UserPool"].take(),
        client: ask("DescribeUserPoolClient", client_id).await["UserPoolClient"].take(),
        mfa: ask("GetUserPoolMfaConfig", pool_id).await,
        outputs: BTreeMap::new(),
    };
    assert_eq!(local.required(), made.required());
    let all = |one: &Described| json!({ "pool": one.pool, "client": one.client, "mfa": one.mfa });
    let (local, made) = (all(&local), all(&made));
    // What is empty may as well be left out.
    let at = |all: &Value, path: &str| match all.pointer(path) {
        Some(Value::Array(list)) if list.is_empty() => Value::Null,
        found => found.cloned().unwrap_or_default(),
    };
    let paths = journal().into_iter().map(|(path, _)| path);
    let differences: Vec<&str> = paths
        .chain(["/client/ExplicitAuthFlows"])
        .filter(|path| at(&local, path) != at(&made, path))
        .collect();
    assert_eq!(differences, LOCAL_DIFFERS);
}
