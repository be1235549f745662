//! Setting up a second factor: AssociateSoftwareToken and VerifySoftwareToken, by an access token or in a sign-in, and
//! the challenge MFA_SETUP.

use serde_json::json;

use super::super::{Call, Result};
use super::{Reply, Step, Turn};
use crate::mail::Kind as MailKind;
use crate::pool::attributes::is_email;
use crate::pool::challenges::{AppSetup, Kind, Role};
use crate::pool::codes::Delivery;
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::mfa::{MfaMethod, Totp};
use crate::pool::model::{Store, User};
use crate::pool::random;
use crate::pool::tokens::Bearer;

/// Who sets an authenticator app up.
enum Owner {
    SignedIn(Bearer),
    /// In MFA_SETUP; the session.
    SigningIn(String),
}

fn owner(call: &Call<'_>) -> Result<Owner> {
    let token = call.input.optional("AccessToken", &Rule::TOKEN)?;
    let session = call.input.optional("Session", &Rule::SESSION)?;
    call.input.check()?;
    match (token, session) {
        (Some(_), None) => Ok(Owner::SignedIn(call.bearer()?)),
        (None, Some(session)) => Ok(Owner::SigningIn(session)),
        (None, None) => Err(Error::invalid(
            "Either AccessToken or Session must be given.",
        )),
        (Some(_), Some(_)) => Err(Error::invalid(
            "Only one of AccessToken and Session can be given.",
        )),
    }
}

/// The MFA_SETUP that waits under `session`.
fn setup<'a>(call: &'a Call<'a>, session: &str) -> Result<(Vec<MfaMethod>, AppSetup, Turn<'a>)> {
    let challenge = call.pools.challenges.get(session, call.now)?;
    let Kind::MfaSetup { methods, app } = challenge.kind else {
        return Err(Error::ChallengeInvalid);
    };
    if !methods.contains(&MfaMethod::Totp) {
        return Err(Error::TotpOff);
    }
    let turn = Turn {
        client: call.client(&challenge.attempt.client)?,
        attempt: challenge.attempt,
        call,
    };
    Ok((methods, app, turn))
}

impl Turn<'_> {
    /// Goes on with MFA_SETUP under a new session.
    fn set_up(self, old: &str, methods: Vec<MfaMethod>, app: AppSetup) -> Result<String> {
        let session = random::token::<96>()?;
        self.call.pools.challenges.take(old, self.call.now)?;
        self.wait(session.clone(), Kind::MfaSetup { methods, app });
        Ok(session)
    }
}

pub(in crate::pool::ops) fn associate_software_token(call: &Call<'_>) -> Result {
    let secret = Totp::new_secret()?;
    match owner(call)? {
        Owner::SignedIn(bearer) => call.pools.update(|store| {
            if !store.pool(&bearer.pool)?.rules.mfa.offers(MfaMethod::Totp) {
                return Err(Error::TotpOff);
            }
            store.own_user(&bearer)?.mfa.unverified_totp = Some(secret.clone());
            Ok(json!({ "SecretCode": secret }).into())
        }),
        Owner::SigningIn(session) => {
            let (methods, _, turn) = setup(call, &session)?;
            let app = AppSetup::Unverified(secret.clone());
            let session = turn.set_up(&session, methods, app)?;
            Ok(json!({ "SecretCode": secret, "Session": session }).into())
        }
    }
}

pub(in crate::pool::ops) fn verify_software_token(call: &Call<'_>) -> Result {
    let code = call.input.required("UserCode", &Rule::TOTP)?;
    let name = call
        .input
        .optional("FriendlyDeviceName", &Rule::DEVICE_NAME)?;
    match owner(call)? {
        Owner::SignedIn(bearer) => call.pools.update(|store| {
            let user = store.own_user(&bearer)?;
            let secret = user.mfa.unverified_totp.as_deref();
            let secret = secret.ok_or(Error::TotpNotAssociated)?;
            let app = Totp::verified(secret, &code, name, call.now);
            user.mfa.totp = Some(app.ok_or(Error::TotpNotEnabled)?);
            user.mfa.unverified_totp = None;
            Ok(json!({ "Status": "SUCCESS" }).into())
        }),
        Owner::SigningIn(session) => {
            let (methods, app, turn) = setup(call, &session)?;
            let AppSetup::Unverified(secret) = app else {
                return Err(Error::TotpNotAssociated);
            };
            let app = Totp::verified(&secret, &code, name, call.now);
            let app = AppSetup::Verified(app.ok_or(Error::TotpNotEnabled)?);
            let session = turn.set_up(&session, methods, app)?;
            Ok(json!({ "Status": "SUCCESS", "Session": session }).into())
        }
    }
}

/// The answer to MFA_SETUP: an app that has been verified, or an e-mail address.
pub(super) fn respond(reply: Reply<'_>) -> Result {
    let (kind, turn, reply) = reply.waiting()?;
    let Kind::MfaSetup { methods, app } = kind else {
        return Err(Error::ChallengeInvalid);
    };
    let email = reply.responses.get("EMAIL").map(str::to_owned);
    match (email, app) {
        (Some(email), _) if methods.contains(&MfaMethod::Email) => {
            turn.conclude(|turn, store| turn.prove_email(store, email, &reply))
        }
        (Some(_), _) => Err(Error::invalid(
            "EMAIL_OTP is not one of the MFA types that can be set up.",
        )),
        (None, AppSetup::Verified(app)) => turn.conclude(|turn, store| {
            reply.take()?;
            let user = turn.user_mut(store)?;
            user.mfa.totp = Some(app);
            user.turn_on(MfaMethod::Totp);
            turn.device(store)
        }),
        (None, _) => Err(Error::invalid(
            "Software token MFA has not been verified in this session.",
        )),
    }
}

impl Turn<'_> {
    /// Sends a code to the address that is to be the second factor.
    fn prove_email(&self, store: &mut Store, email: String, reply: &Reply<'_>) -> Result<Step> {
        if !is_email(&email) || email.len() > 2048 {
            return Err(Error::invalid("Invalid email address format."));
        }
        let user = self.user(store)?;
        if self
            .pool(store)?
            .owner_of("email", &email, &user.sub)
            .is_some()
        {
            return Err(Error::AliasExists("email".to_owned()));
        }
        let code = random::code()?;
        let to = Delivery {
            attribute: "email",
            address: email.clone(),
        };
        let parameters = self.send(store, &to, &code, MailKind::MfaCode)?;
        reply.take()?;
        Ok(Step::Challenge {
            kind: Kind::EmailOtp {
                code,
                role: Role::SetUp(email),
            },
            parameters,
        })
    }

    /// The address has been proven.
    pub(super) fn set_up_email(&self, store: &mut Store, address: String) -> Result<()> {
        let sub = &self.user(store)?.sub;
        if self.pool(store)?.owner_of("email", &address, sub).is_some() {
            return Err(Error::AliasExists("email".to_owned()));
        }
        let user = self.user_mut(store)?;
        user.attributes.insert("email".to_owned(), address);
        user.attributes
            .insert("email_verified".to_owned(), "true".to_owned());
        user.modified_at = self.call.now;
        user.turn_on(MfaMethod::Email);
        Ok(())
    }
}

impl User {
    /// The method counts from now on; the first one is the preferred one.
    fn turn_on(&mut self, method: MfaMethod) {
        if !self.mfa.enabled.contains(&method) {
            self.mfa.enabled.push(method);
        }
        self.mfa.preferred.get_or_insert(method);
    }
}
