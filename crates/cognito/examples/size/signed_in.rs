//! What the features bring for a user who is signed in.

use cognito_user_pool::Tokens;
#[allow(clippy::wildcard_imports)] // which of them are there depends on the features
use cognito_user_pool::operation::*;

use super::base::{Page, show, typed};

#[cfg(feature = "devices")]
pub async fn remember(client: &Page, store: &super::base::Store, tokens: &Tokens) -> Option<()> {
    let access_token = &tokens.access_token;
    if let Some(new) = &tokens.new_device {
        let name = typed();
        let confirmed = client.confirm_device(access_token, new, Some(&name)).await;
        let confirmed = confirmed.ok()?;
        store.save_device(&typed(), &confirmed.device).ok()?;
    }
    for device in client.devices(access_token).await.ok()? {
        show(device.name()?);
        let device_key = &device.key;
        let update = UpdateDeviceStatus {
            access_token,
            device_key,
            status: DeviceStatus::Remembered,
        };
        client.call(&update).await.ok()?;
        let get = GetDevice {
            access_token,
            device_key,
        };
        show(client.call(&get).await.ok()?.name()?);
        let forget = ForgetDevice {
            access_token,
            device_key,
        };
        client.call(&forget).await.ok()?;
    }
    Some(())
}

#[cfg(feature = "account")]
pub async fn account(client: &Page, tokens: &Tokens) -> Option<()> {
    let access_token = &tokens.access_token;
    let (attribute, code, new_password) = (&typed(), &typed(), &super::base::password());
    let update = UpdateUserAttributes {
        access_token,
        attributes: &[(typed(), typed())],
    };
    for delivery in client.call(&update).await.ok()? {
        show(&delivery.destination?);
    }
    let send = GetUserAttributeVerificationCode {
        access_token,
        attribute,
    };
    show(&client.call(&send).await.ok()?.destination?);
    let verify = VerifyUserAttribute {
        access_token,
        attribute,
        code,
    };
    client.call(&verify).await.ok()?;
    let delete = DeleteUserAttributes {
        access_token,
        attributes: &[attribute],
    };
    client.call(&delete).await.ok()?;
    let change = ChangePassword {
        access_token,
        previous_password: Some(&super::base::password()),
        new_password,
    };
    client.call(&change).await.ok()?;
    let factors = GetUserAuthFactors { access_token };
    for factor in client.call(&factors).await.ok()?.first_factors {
        show(factor.as_str());
    }
    client.call(&DeleteUser { access_token }).await.ok()
}

#[cfg(feature = "mfa")]
pub async fn mfa(client: &Page, tokens: &Tokens) -> Option<()> {
    let access_token = &tokens.access_token;
    let authorization = Authorization::AccessToken(access_token);
    let associate = AssociateSoftwareToken {
        authorization: authorization.clone(),
    };
    let token = client.call(&associate).await.ok()?;
    show(&token.secret.otpauth_uri(&typed(), &typed()));
    let verify = VerifySoftwareToken {
        authorization,
        code: &typed(),
        friendly_device_name: Some(&typed()),
    };
    client.call(&verify).await.ok()?;
    let prefer = SetUserMfaPreference {
        access_token,
        sms: None,
        software_token: Some(MfaPreference::Preferred),
        email: Some(MfaPreference::On),
    };
    client.call(&prefer).await.ok()
}

#[cfg(feature = "passkeys")]
pub async fn passkeys(client: &Page, tokens: &Tokens) -> Option<()> {
    let access_token = &tokens.access_token;
    let start = StartWebAuthnRegistration { access_token };
    show(&client.call(&start).await.ok()?);
    let complete = CompleteWebAuthnRegistration {
        access_token,
        credential: &typed(),
    };
    client.call(&complete).await.ok()?;
    for passkey in client.passkeys(access_token).await.ok()? {
        let delete = DeleteWebAuthnCredential {
            access_token,
            credential_id: &passkey.id,
        };
        client.call(&delete).await.ok()?;
    }
    Some(())
}
