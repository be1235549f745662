//! What the user pool lets people do, as far as pages have to know it ahead of time.
//!
//! Names and values are those of Amplify's file where it has one; the rest is under `custom`. Whatever makes no sense is
//! left out: the pool itself decides, and a page only offers.

use serde_json::Value;

use super::{is_http_url, lookup};
use crate::session::{IdentityProvider, MfaKind};

/// What the user pool lets people do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthOptions {
    /// `auth.username_attributes` and `custom.alias_attributes`: what people sign in with.
    pub username: UsernameKind,
    /// `auth.standard_required_attributes`: what the pool demands at sign-up.
    pub required_attributes: Vec<String>,
    /// `custom.auth_flow_type`: how a sign-in begins.
    pub flow: AuthFlowType,
    /// `auth.passwordless.email_otp_enabled`: whether a code by e-mail can take the place of the password.
    pub email_otp: bool,
    /// `auth.passwordless.sms_otp_enabled`: whether a code by text message can.
    pub sms_otp: bool,
    /// `auth.passwordless.web_authn`: whether a passkey can.
    pub passkeys: bool,
    /// `auth.mfa_methods`, unless `auth.mfa_configuration` is `NONE`: the second factors that people can set up.
    pub mfa: Vec<MfaKind>,
    /// `custom.remember_devices`: whether the pool remembers devices.
    pub devices: bool,
    /// `auth.oauth`: managed login.
    pub managed_login: Option<ManagedLoginOptions>,
    /// `custom.token_storage`: where tokens are kept.
    pub storage: TokenStorage,
    /// `auth.password_policy` as Amplify writes it, for [`PasswordPolicy::read`](crate::components::form::PasswordPolicy::read):
    /// only forms want to know.
    pub password_policy: Option<Value>,
}

/// What people sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsernameKind {
    /// An e-mail address, which is the user name.
    Email,
    /// A phone number, which is the user name.
    PhoneNumber,
    /// Either of them.
    EmailOrPhoneNumber,
    /// A user name of one's own, which never changes.
    Username {
        /// Whether the verified e-mail address serves as well.
        email: bool,
        /// Whether the verified phone number does.
        phone_number: bool,
        /// Whether `preferred_username` does.
        preferred_username: bool,
    },
}

/// How a sign-in begins; the names are those of Amplify's `authFlowType`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthFlowType {
    /// `USER_SRP_AUTH`: with a password that does not leave the page.
    #[default]
    UserSrp,
    /// `USER_PASSWORD_AUTH`: with a password that the pool gets to see, as user migration needs it.
    UserPassword,
    /// `CUSTOM_WITH_SRP`: with a password, and then the questions of the pool's triggers.
    CustomWithSrp,
    /// `CUSTOM_WITHOUT_SRP`: with the questions of the pool's triggers alone.
    CustomWithoutSrp,
    /// `USER_AUTH`: with whatever the user has; the user name is asked for first.
    UserAuth,
}

impl AuthFlowType {
    /// Whether the form that begins it asks for a password.
    pub fn asks_password(self) -> bool {
        !matches!(self, Self::CustomWithoutSrp | Self::UserAuth)
    }
}

/// Where tokens are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenStorage {
    /// `local`: localStorage. Tabs share the session, and it outlives the browser.
    #[default]
    Local,
    /// `session`: sessionStorage. The session is the tab's and ends with it.
    Session,
    /// `memory`: nowhere. The session ends with the page.
    Memory,
}

/// Managed login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedLoginOptions {
    /// `domain`, with its scheme.
    pub domain: String,
    /// `identity_providers`: those that the page has buttons for.
    pub providers: Vec<IdentityProvider>,
    /// `scopes`; the client's own default if it is empty.
    pub scopes: Vec<String>,
    /// `redirect_sign_in_uri`: where the browser can come back to.
    pub redirect_uris: Vec<String>,
    /// `redirect_sign_out_uri`: where it can come back to from a sign-out.
    pub sign_out_uris: Vec<String>,
}

impl Default for AuthOptions {
    /// A pool that takes e-mail addresses and passwords, and nothing else: Cruddur's own.
    fn default() -> Self {
        Self {
            username: UsernameKind::Email,
            required_attributes: Vec::new(),
            flow: AuthFlowType::default(),
            email_otp: false,
            sms_otp: false,
            passkeys: false,
            mfa: Vec::new(),
            devices: false,
            managed_login: None,
            storage: TokenStorage::default(),
            password_policy: None,
        }
    }
}

impl AuthOptions {
    /// Whether there is a first factor other than the password.
    pub fn is_passwordless(&self) -> bool {
        self.email_otp || self.sms_otp || self.passkeys
    }

    /// Whether people sign in by `USER_AUTH`, by one way or another.
    pub fn uses_user_auth(&self) -> bool {
        self.is_passwordless() || self.flow == AuthFlowType::UserAuth
    }

    pub(super) fn read(file: &Value) -> Self {
        let is_true = |path| lookup(file, path) == Some(&Value::Bool(true));
        let mfa_off = text(file, "auth.mfa_configuration").is_some_and(|mode| mode == "NONE");
        Self {
            username: username_kind(file),
            required_attributes: texts(lookup(file, "auth.standard_required_attributes")),
            flow: match text(file, "custom.auth_flow_type") {
                Some("USER_PASSWORD_AUTH") => AuthFlowType::UserPassword,
                Some("CUSTOM_WITH_SRP") => AuthFlowType::CustomWithSrp,
                Some("CUSTOM_WITHOUT_SRP") => AuthFlowType::CustomWithoutSrp,
                Some("USER_AUTH") => AuthFlowType::UserAuth,
                _ => AuthFlowType::UserSrp,
            },
            email_otp: is_true("auth.passwordless.email_otp_enabled"),
            sms_otp: is_true("auth.passwordless.sms_otp_enabled"),
            passkeys: lookup(file, "auth.passwordless.web_authn").is_some_and(Value::is_object),
            mfa: if mfa_off {
                Vec::new()
            } else {
                mfa_methods(file)
            },
            devices: is_true("custom.remember_devices"),
            managed_login: managed_login(file),
            storage: match text(file, "custom.token_storage") {
                Some("session") => TokenStorage::Session,
                Some("memory") => TokenStorage::Memory,
                _ => TokenStorage::Local,
            },
            password_policy: lookup(file, "auth.password_policy").cloned(),
        }
    }
}

fn text<'a>(file: &'a Value, path: &str) -> Option<&'a str> {
    lookup(file, path)?.as_str()
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// Without a list, people sign in with their e-mail address, as in Cruddur's own pool; with an empty one, the pool has
/// user names.
fn username_kind(file: &Value) -> UsernameKind {
    let Some(list) = lookup(file, "auth.username_attributes").filter(|list| list.is_array()) else {
        return UsernameKind::Email;
    };
    let attributes = texts(Some(list));
    let has = |list: &[String], name: &str| list.iter().any(|entry| entry == name);
    match (has(&attributes, "email"), has(&attributes, "phone_number")) {
        (true, true) => UsernameKind::EmailOrPhoneNumber,
        (true, false) => UsernameKind::Email,
        (false, true) => UsernameKind::PhoneNumber,
        (false, false) => {
            let aliases = texts(lookup(file, "custom.alias_attributes"));
            UsernameKind::Username {
                email: has(&aliases, "email"),
                phone_number: has(&aliases, "phone_number"),
                preferred_username: has(&aliases, "preferred_username"),
            }
        }
    }
}

fn mfa_methods(file: &Value) -> Vec<MfaKind> {
    let methods = texts(lookup(file, "auth.mfa_methods"));
    let kinds = methods.iter().filter_map(|method| match method.as_str() {
        "TOTP" => Some(MfaKind::SoftwareToken),
        "SMS" => Some(MfaKind::Sms),
        "EMAIL" => Some(MfaKind::Email),
        _ => None,
    });
    kinds.collect()
}

fn managed_login(file: &Value) -> Option<ManagedLoginOptions> {
    let oauth = lookup(file, "auth.oauth")?;
    // Amplify writes a host; with a scheme it can be one of this machine.
    let domain = text(oauth, "domain")?;
    let domain = match domain.contains("://") {
        true => domain.to_owned(),
        false => format!("https://{domain}"),
    };
    if !is_http_url(&domain) {
        return None;
    }
    let providers = texts(oauth.get("identity_providers"));
    Some(ManagedLoginOptions {
        domain,
        providers: providers.into_iter().map(provider).collect(),
        scopes: texts(oauth.get("scopes")),
        redirect_uris: texts(oauth.get("redirect_sign_in_uri")),
        sign_out_uris: texts(oauth.get("redirect_sign_out_uri")),
    })
}

fn provider(name: String) -> IdentityProvider {
    match name.as_str() {
        "COGNITO" => IdentityProvider::Cognito,
        "GOOGLE" => IdentityProvider::Google,
        "FACEBOOK" => IdentityProvider::Facebook,
        "LOGIN_WITH_AMAZON" => IdentityProvider::Amazon,
        "SIGN_IN_WITH_APPLE" => IdentityProvider::Apple,
        _ => IdentityProvider::Named(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> AuthOptions {
        AuthOptions::read(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_file_that_says_nothing_is_cruddurs_own_pool() {
        assert_eq!(read("{}"), AuthOptions::default());
        assert_eq!(
            read(
                r#"{"auth": {"oauth": 1, "passwordless": [], "mfa_methods": "TOTP"}, "custom": []}"#
            ),
            AuthOptions::default()
        );
    }

    #[test]
    fn people_sign_in_with_what_the_pool_takes() {
        let kind = |attributes: &str, aliases: &str| {
            read(&format!(
                r#"{{"auth": {{"username_attributes": {attributes}}},
                "custom": {{"alias_attributes": {aliases}}}}}"#
            ))
            .username
        };
        assert_eq!(kind(r#"["email"]"#, "[]"), UsernameKind::Email);
        assert_eq!(kind(r#"["phone_number"]"#, "[]"), UsernameKind::PhoneNumber);
        assert_eq!(
            kind(r#"["phone_number", "email"]"#, "[]"),
            UsernameKind::EmailOrPhoneNumber
        );
        assert_eq!(
            kind("[]", r#"["email", "preferred_username"]"#),
            UsernameKind::Username {
                email: true,
                phone_number: false,
                preferred_username: true
            }
        );
    }

    #[test]
    fn the_whole_of_it_is_read() {
        let options = read(
            r#"{
            "auth": {
                "standard_required_attributes": ["email", "name"],
                "mfa_configuration": "OPTIONAL",
                "mfa_methods": ["TOTP", "EMAIL", "SMS", "PIGEON"],
                "passwordless": {
                    "email_otp_enabled": true, "sms_otp_enabled": true,
                    "web_authn": {"relying_party_id": "example.com"}
                },
                "oauth": {
                    "identity_providers": ["GOOGLE", "SIGN_IN_WITH_APPLE", "Corporate"],
                    "domain": "example.auth.eu-west-3.amazoncognito.com",
                    "scopes": ["openid"],
                    "redirect_sign_in_uri": ["https://example.com/signin/callback"],
                    "redirect_sign_out_uri": ["https://example.com/signin"],
                    "response_type": "code"
                }
            },
            "custom": {
                "auth_flow_type": "CUSTOM_WITH_SRP", "remember_devices": true, "token_storage": "memory"
            }
        }"#,
        );
        assert_eq!(options.required_attributes, ["email", "name"]);
        assert_eq!(
            options.mfa,
            [MfaKind::SoftwareToken, MfaKind::Email, MfaKind::Sms]
        );
        assert!(options.email_otp && options.sms_otp && options.passkeys && options.devices);
        assert_eq!(options.flow, AuthFlowType::CustomWithSrp);
        assert_eq!(options.storage, TokenStorage::Memory);
        assert_eq!(
            options.managed_login.unwrap(),
            ManagedLoginOptions {
                domain: "https://example.auth.eu-west-3.amazoncognito.com".to_owned(),
                providers: vec![
                    IdentityProvider::Google,
                    IdentityProvider::Apple,
                    IdentityProvider::Named("Corporate".to_owned())
                ],
                scopes: vec!["openid".to_owned()],
                redirect_uris: vec!["https://example.com/signin/callback".to_owned()],
                sign_out_uris: vec!["https://example.com/signin".to_owned()],
            }
        );
        let off = read(r#"{"auth": {"mfa_configuration": "NONE", "mfa_methods": ["TOTP"]}}"#);
        assert!(off.mfa.is_empty());
    }

    #[test]
    fn managed_login_needs_a_domain() {
        for domain in ["\"\"", "null", "7", "\"javascript:alert(1)//x\"", "\"a b\""] {
            let file = format!(r#"{{"auth": {{"oauth": {{"domain": {domain}}}}}}}"#);
            assert_eq!(read(&file).managed_login, None, "{domain}");
        }
        let local = read(r#"{"auth": {"oauth": {"domain": "http://localhost:9229"}}}"#);
        assert_eq!(local.managed_login.unwrap().domain, "http://localhost:9229");
    }
}
