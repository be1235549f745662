//! The second factor: SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP, SELECT_MFA_TYPE.

use serde_json::{Value, json};

use super::super::Result;
use super::{Reply, Step, Turn};
use crate::mail::Kind as MailKind;
use crate::pool::challenges::{AppSetup, Kind, Role};
use crate::pool::codes::{Delivery, code_mail};
use crate::pool::errors::Error;
use crate::pool::mfa::{MfaMethod, SecondFactor};
use crate::pool::model::{Lockout, Purpose, Store, User};
use crate::pool::random;

impl Turn<'_> {
    /// Asks for a second factor where the person has one or needs one.
    pub(super) fn second_factor(&self, store: &mut Store) -> Result<Step> {
        if self.device_is_enough(store)? {
            return self.device(store);
        }
        let next = self.pool(store)?.second_factor(self.user(store)?);
        match next {
            SecondFactor::None => self.device(store),
            SecondFactor::Ask(method) => self.ask_for(store, method),
            SecondFactor::Choose(methods) => Ok(Step::Challenge {
                parameters: json!({ "MFAS_CAN_CHOOSE": list(&methods) }),
                kind: Kind::SelectMfaType(methods),
            }),
            SecondFactor::SetUp(methods) => Ok(Step::Challenge {
                parameters: json!({ "MFAS_CAN_SETUP": list(&methods) }),
                kind: Kind::MfaSetup {
                    methods,
                    app: AppSetup::None,
                },
            }),
        }
    }

    fn ask_for(&self, store: &mut Store, method: MfaMethod) -> Result<Step> {
        let user = self.user(store)?;
        let Some(attribute) = method.address() else {
            let app = user.mfa.totp.as_ref().ok_or(Error::TotpNotAssociated)?;
            return Ok(Step::Challenge {
                parameters: match &app.name {
                    Some(name) => json!({ "FRIENDLY_DEVICE_NAME": name }),
                    None => json!({}),
                },
                kind: Kind::SoftwareTokenMfa,
            });
        };
        let to = Delivery::to_any(user, &[attribute]).ok_or(Error::SignInCodeMismatch)?;
        let code = random::code()?;
        let parameters = self.send(store, &to, &code, MailKind::MfaCode)?;
        let kind = match method {
            MfaMethod::Sms => Kind::SmsMfa(code),
            MfaMethod::Totp | MfaMethod::Email => Kind::EmailOtp {
                code,
                role: Role::SecondFactor,
            },
        };
        Ok(Step::Challenge { kind, parameters })
    }

    /// Sends a code, and says where it went.
    ///
    /// # Errors
    /// When that is one too many since the last one that was used.
    pub(super) fn send(
        &self,
        store: &mut Store,
        to: &Delivery,
        code: &str,
        kind: MailKind,
    ) -> Result<Value> {
        let now = self.call.now;
        let user = self.user_mut(store)?;
        user.count_sending(&Purpose::SignIn, now)?;
        store.send(code_mail(kind, to, code.to_owned(), now));
        Ok(sent_to(&to.details()))
    }

    /// Lets a code be tried, and counts wrong ones.
    pub(super) fn try_code(
        &self,
        store: &mut Store,
        attempt: impl FnOnce(&mut User) -> Result<()>,
    ) -> Result<()> {
        let now = self.call.now;
        let user = self
            .user_mut(store)
            .map_err(|_| Error::SignInCodeMismatch)?;
        if user.mfa.lockout.is_locked(now) {
            return Err(Error::PasswordAttemptsExceeded);
        }
        match attempt(user) {
            Ok(()) => {
                user.mfa.lockout = Lockout::default();
                user.forget_code(&Purpose::SignIn);
                Ok(())
            }
            Err(error) => {
                user.mfa.lockout.fail(now);
                Err(error)
            }
        }
    }
}

/// `CodeDeliveryDetails` as a challenge's parameters.
pub(super) fn sent_to(details: &Value) -> Value {
    json!({
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    })
}

/// JSON in a string.
fn list(methods: &[MfaMethod]) -> String {
    let names: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
    json!(names).to_string()
}

/// SMS_MFA, EMAIL_OTP and SMS_OTP.
pub(super) fn sent_code(reply: Reply<'_>) -> Result {
    let name = match reply.name {
        "SMS_MFA" => "SMS_MFA_CODE",
        "SMS_OTP" => "SMS_OTP_CODE",
        _ => "EMAIL_OTP_CODE",
    };
    let (kind, turn, reply) = reply.waiting()?;
    let given = reply.responses.required(name)?.to_owned();
    let (code, role) = match kind {
        Kind::SmsMfa(code) => (code, Role::SecondFactor),
        Kind::SmsOtp(code) => (code, Role::FirstFactor),
        Kind::EmailOtp { code, role } => (code, role),
        _ => return Err(Error::ChallengeInvalid),
    };
    turn.conclude(|turn, store| {
        turn.try_code(store, |_| match code == given {
            true => reply.take(),
            false => Err(Error::SignInCodeMismatch),
        })?;
        match role {
            Role::FirstFactor => turn.first_factor_shown(store),
            Role::SecondFactor => turn.device(store),
            Role::SetUp(address) => {
                turn.set_up_email(store, address)?;
                turn.device(store)
            }
        }
    })
}

pub(super) fn software_token(reply: Reply<'_>) -> Result {
    let (_, turn, reply) = reply.waiting()?;
    let code = reply.responses.required("SOFTWARE_TOKEN_MFA_CODE")?;
    let code = code.to_owned();
    turn.conclude(|turn, store| {
        turn.try_code(store, |user| {
            let app = user.mfa.totp.as_mut().ok_or(Error::TotpNotAssociated)?;
            app.accept(&code, turn.call.now)?;
            reply.take()
        })?;
        turn.device(store)
    })
}

pub(super) fn select(reply: Reply<'_>) -> Result {
    let (kind, turn, reply) = reply.waiting()?;
    let answer = reply.responses.required("ANSWER")?.to_owned();
    let Kind::SelectMfaType(methods) = kind else {
        return Err(Error::ChallengeInvalid);
    };
    let chosen = methods
        .into_iter()
        .find(|method| method.as_str() == answer)
        .ok_or_else(|| Error::invalid("Invalid MFA type selected."))?;
    turn.conclude(|turn, store| {
        let step = turn.ask_for(store, chosen)?;
        reply.take()?;
        Ok(step)
    })
}
