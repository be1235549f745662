//! A pool's settings, as CreateUserPool and its like give them and as DescribeUserPool shows them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::admin_pools::ACCOUNT;
use super::{Result, seconds};
use crate::options::REGION;
use crate::pool::devices::DeviceRules;
use crate::pool::errors::Error;
use crate::pool::factors::FirstFactor;
use crate::pool::input::{Input, Rule};
use crate::pool::mfa::{MfaMode, MfaRules};
use crate::pool::model::{AttributeKind, PasswordPolicy, Pool, PoolRules, SchemaAttribute};

/// The settings that change what a pool does.
pub(super) fn rules(input: &Input<'_>) -> Result<PoolRules> {
    let username_attributes = names(input, "UsernameAttributes", &["phone_number", "email"])?;
    let alias_attributes = names(
        input,
        "AliasAttributes",
        &["phone_number", "email", "preferred_username"],
    )?;
    if !username_attributes.is_empty() && !alias_attributes.is_empty() {
        return Err(Error::invalid(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ));
    }
    let auto_verified = names(input, "AutoVerifiedAttributes", &["phone_number", "email"])?;
    if !input.object("LambdaConfig")?.others(&[]).is_empty() {
        return Err(Error::invalid(
            "Lambda triggers are not available in the local user pool.",
        ));
    }
    let mfa = MfaRules {
        mode: MfaMode::given(input)?,
        sms: input.has("SmsConfiguration"),
        ..MfaRules::default()
    };
    let update = input.object("UserAttributeUpdateSettings")?;
    let verified_before_update = names(
        &update,
        "AttributesRequireVerificationBeforeUpdate",
        &["phone_number", "email"],
    )?;
    if let Some(name) = verified_before_update
        .iter()
        .find(|name| !auto_verified.contains(name))
    {
        return Err(Error::invalid(format!(
            "Invalid UserAttributeUpdateSettings: {name} must be one of AutoVerifiedAttributes."
        )));
    }
    let config = input.object("UsernameConfiguration")?;
    let case_sensitive = config.boolean("CaseSensitive")?.unwrap_or(true);
    let admin = input.object("AdminCreateUserConfig")?;
    let admin_create_only = admin.boolean("AllowAdminCreateUserOnly")?.unwrap_or(false);
    let policies = input.object("Policies")?;
    let policy = policies.object("PasswordPolicy")?;
    let wanted = |name: &str| -> Result<bool> {
        Ok(match policies.has("PasswordPolicy") {
            true => policy.boolean(name)?.unwrap_or(false),
            false => true,
        })
    };
    let length = policy.integer("MinimumLength", 6..=99)?.unwrap_or(8);
    let days = policy.integer("TemporaryPasswordValidityDays", 0..=365)?;
    let rules = PoolRules {
        username_attributes,
        alias_attributes,
        case_sensitive,
        auto_verified,
        password: PasswordPolicy {
            minimum_length: usize::try_from(length).unwrap_or(8),
            uppercase: wanted("RequireUppercase")?,
            lowercase: wanted("RequireLowercase")?,
            numbers: wanted("RequireNumbers")?,
            symbols: wanted("RequireSymbols")?,
        },
        temporary_password_days: days
            .filter(|days| *days > 0)
            .and_then(|days| u32::try_from(days).ok())
            .unwrap_or(7),
        admin_create_only,
        schema: schema(input)?,
        verified_before_update,
        mfa,
        devices: DeviceRules::given(input)?,
        first_factors: first_factors(&policies)?,
        passkeys: None,
    };
    policy.check()?;
    Ok(rules)
}

/// `SignInPolicy`
fn first_factors(policies: &Input<'_>) -> Result<Vec<FirstFactor>> {
    let policy = policies.object("SignInPolicy")?;
    let known = FirstFactor::ALL.map(FirstFactor::as_str);
    let names = names(&policy, "AllowedFirstAuthFactors", &known)?;
    Ok(FirstFactor::ALL
        .into_iter()
        .filter(|factor| names.iter().any(|name| name == factor.as_str()))
        .collect())
}

/// What `old` becomes by the settings `new` of an UpdateUserPool.
///
/// # Errors
/// When MFA is wanted and no method is on.
pub(super) fn updated(old: &PoolRules, new: PoolRules) -> Result<PoolRules> {
    let rules = PoolRules {
        username_attributes: old.username_attributes.clone(),
        alias_attributes: old.alias_attributes.clone(),
        case_sensitive: old.case_sensitive,
        schema: old.schema.clone(),
        mfa: MfaRules {
            mode: new.mfa.mode,
            sms: old.mfa.sms || new.mfa.sms,
            ..old.mfa
        },
        passkeys: old.passkeys.clone(),
        ..new
    };
    rules.mfa.check_methods()?;
    Ok(rules)
}

/// The settings that change nothing here.
pub(super) fn others(input: &Input<'_>) -> Map<String, Value> {
    input.others(&[
        "UserPoolId",
        "PoolName",
        "UsernameAttributes",
        "AliasAttributes",
        "AutoVerifiedAttributes",
        "UsernameConfiguration",
        "UserAttributeUpdateSettings",
        "Policies",
        "Schema",
        "MfaConfiguration",
        "DeviceConfiguration",
    ])
}

pub(super) fn names(input: &Input<'_>, name: &str, known: &[&str]) -> Result<Vec<String>> {
    let names = input.list(name)?.unwrap_or_default();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(names),
        Some(unknown) => Err(Error::invalid(format!(
            "1 validation error detected: Value '[{unknown}]' at '{}{}' failed to satisfy constraint: Member must \
             satisfy constraint: [Member must satisfy enum value set: [{}]]",
            name[..1].to_lowercase(),
            &name[1..],
            known.join(", ")
        ))),
    }
}

fn schema(input: &Input<'_>) -> Result<BTreeMap<String, SchemaAttribute>> {
    let standard = PoolRules::default();
    let mut schema = BTreeMap::new();
    for attribute in input.objects("Schema")? {
        let name = attribute.required("Name", &Rule::ATTRIBUTE_NAME)?;
        let kind = attribute.word(
            "AttributeDataType",
            &["String", "Number", "DateTime", "Boolean"],
        )?;
        let required = attribute.boolean("Required")?.unwrap_or(false);
        let mutable = attribute.boolean("Mutable")?;
        let text = attribute.object("StringAttributeConstraints")?;
        let number = attribute.object("NumberAttributeConstraints")?;
        let minimum = bound(&text, "MinLength")?.or(bound(&number, "MinValue")?);
        let maximum = bound(&text, "MaxLength")?.or(bound(&number, "MaxValue")?);
        attribute.check()?;
        let known = standard.attribute(&name);
        if known.is_none() && required {
            return Err(Error::invalid(
                "Required custom attributes are not supported currently.",
            ));
        }
        let kind = match kind {
            Some("Number") => AttributeKind::Number,
            Some("DateTime") => AttributeKind::DateTime,
            Some("Boolean") => AttributeKind::Boolean,
            Some(_) => AttributeKind::String,
            None => known
                .as_ref()
                .map_or(AttributeKind::String, |known| known.kind),
        };
        if known.as_ref().is_some_and(|known| known.kind != kind) {
            return Err(Error::invalid(format!(
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
            )));
        }
        let prefixed = match known {
            Some(_) => name,
            None => format!("custom:{name}"),
        };
        let attribute = SchemaAttribute {
            kind,
            required,
            mutable: mutable.unwrap_or(known.is_some()),
            minimum: minimum.or(known.as_ref().and_then(|known| known.minimum)),
            maximum: maximum.or(known.as_ref().and_then(|known| known.maximum)),
        };
        schema.insert(prefixed, attribute);
    }
    Ok(schema)
}

/// A bound, which the API writes as text.
fn bound(constraints: &Input<'_>, name: &str) -> Result<Option<i64>> {
    let bound = constraints.optional(name, &Rule::FILTER)?;
    let Some(bound) = bound else { return Ok(None) };
    let number = bound.parse();
    number
        .map(Some)
        .map_err(|_| Error::invalid(format!("{name} must be a number.")))
}

pub(super) fn pool_view(pool: &Pool) -> Value {
    let rules = &pool.rules;
    let policy = rules.password;
    let mut view = json!({
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": rules.admin_create_only,
            "UnusedAccountValidityDays": rules.temporary_password_days,
        },
        "DeletionProtection": "INACTIVE",
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "LambdaConfig": {},
        "UserPoolTags": {},
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
    });
    for (name, value) in &pool.other_settings {
        view[name] = value.clone();
    }
    view["Id"] = pool.id.as_str().into();
    view["Name"] = pool.name.as_str().into();
    view["Arn"] = format!(
        "arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{}",
        pool.id
    )
    .into();
    view["CreationDate"] = seconds(pool.created_at);
    view["LastModifiedDate"] = seconds(pool.modified_at);
    view["EstimatedNumberOfUsers"] = pool.users.len().into();
    view["AutoVerifiedAttributes"] = json!(rules.auto_verified);
    view["UsernameConfiguration"] = json!({ "CaseSensitive": rules.case_sensitive });
    for (name, attributes) in [
        ("UsernameAttributes", &rules.username_attributes),
        ("AliasAttributes", &rules.alias_attributes),
    ] {
        if !attributes.is_empty() {
            view[name] = json!(attributes);
        }
    }
    view["MfaConfiguration"] = rules.mfa.mode.as_str().into();
    view["UserAttributeUpdateSettings"] = json!({
        "AttributesRequireVerificationBeforeUpdate": rules.verified_before_update,
    });
    if let Some(devices) = rules.devices {
        view["DeviceConfiguration"] = devices.view();
    }
    view["Policies"] = json!({
        "PasswordPolicy": {
            "MinimumLength": policy.minimum_length,
            "RequireUppercase": policy.uppercase,
            "RequireLowercase": policy.lowercase,
            "RequireNumbers": policy.numbers,
            "RequireSymbols": policy.symbols,
            "TemporaryPasswordValidityDays": rules.temporary_password_days,
        },
        "SignInPolicy": {
            "AllowedFirstAuthFactors": rules
                .allowed_first_factors()
                .iter()
                .map(|factor| factor.as_str())
                .collect::<Vec<_>>(),
        },
    });
    let attributes = rules.all_attributes();
    view["SchemaAttributes"] = attributes
        .iter()
        .map(|(name, attribute)| schema_view(name, attribute))
        .collect();
    view
}

fn schema_view(name: &str, attribute: &SchemaAttribute) -> Value {
    let kind = match attribute.kind {
        AttributeKind::String => "String",
        AttributeKind::Number => "Number",
        AttributeKind::DateTime => "DateTime",
        AttributeKind::Boolean => "Boolean",
    };
    let mut view = json!({
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": false,
        "Mutable": attribute.mutable,
        "Required": attribute.required,
    });
    let (constraints, least, most) = match attribute.kind {
        AttributeKind::String => ("StringAttributeConstraints", "MinLength", "MaxLength"),
        AttributeKind::Number => ("NumberAttributeConstraints", "MinValue", "MaxValue"),
        AttributeKind::DateTime | AttributeKind::Boolean => return view,
    };
    let mut bounds = Map::new();
    for (name, bound) in [(least, attribute.minimum), (most, attribute.maximum)] {
        if let Some(bound) = bound {
            bounds.insert(name.to_owned(), bound.to_string().into());
        }
    }
    view[constraints] = bounds.into();
    view
}
