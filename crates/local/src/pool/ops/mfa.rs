//! Which second factors a pool offers, and which ones a person uses.

use serde_json::{Value, json};

use super::{Answer, Call, Result, admin};
use crate::pool::errors::Error;
use crate::pool::input::Rule;
use crate::pool::mfa::{MfaMethod, MfaMode, MfaRules};
use crate::pool::model::{Pool, PoolRules, User};
use crate::pool::passkeys::PasskeyRules;

/// What a request wants of one method.
#[derive(Clone, Copy)]
struct Wish {
    method: MfaMethod,
    enabled: bool,
    preferred: bool,
}

fn wishes(call: &Call<'_>) -> Result<Vec<Wish>> {
    let mut wishes = Vec::new();
    for (name, method) in [
        ("SMSMfaSettings", MfaMethod::Sms),
        ("SoftwareTokenMfaSettings", MfaMethod::Totp),
        ("EmailMfaSettings", MfaMethod::Email),
    ] {
        let settings = call.input.object(name)?;
        let wish = Wish {
            method,
            enabled: settings.boolean("Enabled")?.unwrap_or(false),
            preferred: settings.boolean("PreferredMfa")?.unwrap_or(false),
        };
        if call.input.has(name) {
            wishes.push(wish);
        }
    }
    if wishes.iter().filter(|wish| wish.preferred).count() > 1 {
        return Err(Error::invalid(
            "Only one MFA method can be the preferred one.",
        ));
    }
    if wishes.iter().any(|wish| wish.preferred && !wish.enabled) {
        return Err(Error::invalid(
            "A MFA method must be enabled to be the preferred one.",
        ));
    }
    Ok(wishes)
}

pub(super) fn set_user_mfa_preference(call: &Call<'_>) -> Result {
    let wishes = wishes(call)?;
    let bearer = call.bearer()?;
    call.pools.update(|store| {
        let rules = store.pool(&bearer.pool)?.rules.mfa;
        store.own_user(&bearer)?.prefer(rules, &wishes)?;
        Ok(Answer::nothing())
    })
}

pub(super) fn admin_set_user_mfa_preference(call: &Call<'_>) -> Result {
    let wishes = wishes(call)?;
    let pool = call.user_pool_id()?;
    call.input.check()?;
    let rules = call.pools.read(|store| Ok(store.pool(&pool)?.rules.mfa))?;
    admin::change(call, |user| user.prefer(rules, &wishes))
}

impl User {
    /// Turns methods on and off; all of them, or none.
    fn prefer(&mut self, rules: MfaRules, wishes: &[Wish]) -> Result<()> {
        for wish in wishes.iter().filter(|wish| wish.enabled) {
            if !rules.offers(wish.method) {
                return Err(Error::invalid(format!(
                    "{} is not enabled for the user pool.",
                    wish.method.as_str()
                )));
            }
            if !self.can_use(wish.method) {
                return Err(Error::invalid(match wish.method {
                    MfaMethod::Totp => "User has not verified software token mfa".to_owned(),
                    method => format!(
                        "User does not have delivery config set to turn on {}",
                        method.as_str()
                    ),
                }));
            }
        }
        for wish in wishes {
            self.mfa.enabled.retain(|method| *method != wish.method);
            if wish.enabled {
                self.mfa.enabled.push(wish.method);
            }
            if wish.preferred {
                self.mfa.preferred = Some(wish.method);
            } else if self.mfa.preferred == Some(wish.method) {
                self.mfa.preferred = None;
            }
        }
        Ok(())
    }
}

/// What the request leaves out is turned off, but for passkeys, which stay as they are.
pub(super) fn set_pool_config(call: &Call<'_>) -> Result {
    let id = call.user_pool_id()?;
    let software_token = call.input.object("SoftwareTokenMfaConfiguration")?;
    let rules = MfaRules {
        mode: MfaMode::given(call.input)?,
        sms: call.input.has("SmsMfaConfiguration"),
        totp: software_token.boolean("Enabled")?.unwrap_or(false),
        email: call.input.has("EmailMfaConfiguration"),
    };
    let web_authn = call.input.object("WebAuthnConfiguration")?;
    let passkeys = PasskeyRules {
        relying_party: web_authn.optional("RelyingPartyId", &Rule::RELYING_PARTY)?,
        user_verification: web_authn.word("UserVerification", &["required", "preferred"])?
            == Some("required"),
    };
    web_authn.check()?;
    call.input.check()?;
    let any = rules.sms || rules.totp || rules.email;
    match rules.mode {
        MfaMode::Off if any => {
            return Err(Error::invalid(
                "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
            ));
        }
        MfaMode::Optional | MfaMode::On if !any => {
            return Err(Error::invalid(
                "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
            ));
        }
        _ => {}
    }
    call.pools.update(|store| {
        let pool = store.pool_mut(&id)?;
        pool.rules = PoolRules {
            mfa: rules,
            passkeys: match call.input.has("WebAuthnConfiguration") {
                true => Some(passkeys),
                false => pool.rules.passkeys.clone(),
            },
            ..pool.rules.clone()
        };
        pool.modified_at = call.now;
        Ok(config(pool).into())
    })
}

pub(super) fn get_pool_config(call: &Call<'_>) -> Result {
    let id = call.user_pool_id()?;
    call.input.check()?;
    call.pools.read(|store| Ok(config(store.pool(&id)?).into()))
}

fn config(pool: &Pool) -> Value {
    let rules = pool.rules.mfa;
    let mut view = json!({ "MfaConfiguration": rules.mode.as_str() });
    if rules.sms {
        view["SmsMfaConfiguration"] = json!({});
    }
    if rules.totp {
        view["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": true });
    }
    if rules.email {
        view["EmailMfaConfiguration"] = json!({});
    }
    if let Some(passkeys) = &pool.rules.passkeys {
        view["WebAuthnConfiguration"] = json!({
            "RelyingPartyId": passkeys.relying_party,
            "UserVerification": match passkeys.user_verification {
                true => "required",
                false => "preferred",
            },
        });
    }
    view
}
