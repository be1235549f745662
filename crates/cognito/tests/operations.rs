//! Each operation's wire form and answer.

#![cfg(all(
    feature = "account",
    feature = "mfa",
    feature = "devices",
    feature = "passkeys"
))]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use cognito_user_pool::operation::*;
use cognito_user_pool::srp::DeviceVerifier;
use cognito_user_pool::{
    AccessToken, ChallengeSession, DeliveryMedium, Error, ErrorKind, FirstFactor, MfaKind,
    Password, RefreshToken, TotpSecret,
};
use serde_json::{Value, json};

use support::*;

/// Sends `operation` to a pool that answers `response`; gives what was sent and what it came to.
fn exchange<O: Operation>(operation: &O, response: Answer) -> (Value, Result<O::Output, Error>) {
    let script = Script::new([response]);
    let output = run(client(&script).call(operation));
    let (name, body) = script.request(0);
    assert_eq!(name, O::NAME);
    assert_eq!(script.sent(), 1, "sent once");
    (body, output)
}

fn access_token() -> AccessToken {
    AccessToken::new("a")
}

#[test]
fn attributes_are_updated_and_the_codes_destinations_come_back() {
    let operation = UpdateUserAttributes {
        access_token: &access_token(),
        attributes: &[
            ("email".to_owned(), "new@example.com".to_owned()),
            ("custom:colour".to_owned(), "blue".to_owned()),
        ],
    };
    let (body, output) = exchange(
        &operation,
        ok(json!({ "CodeDeliveryDetailsList": [
            { "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***" }] })),
    );
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "UserAttributes": [
            { "Name": "email", "Value": "new@example.com" },
            { "Name": "custom:colour", "Value": "blue" }] })
    );
    let deliveries = output.unwrap();
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].destination.as_deref(), Some("n***@e***"));
    assert_eq!(deliveries[0].attribute_name.as_deref(), Some("email"));

    let (_, output) = exchange(&operation, ok(json!({})));
    assert_eq!(output, Ok(Vec::new()), "nothing had to be verified");
}

#[test]
fn an_attribute_is_verified_by_a_code() {
    let (body, output) = exchange(
        &GetUserAttributeVerificationCode {
            access_token: &access_token(),
            attribute: "phone_number",
        },
        ok(
            json!({ "CodeDeliveryDetails": { "AttributeName": "phone_number",
            "DeliveryMedium": "SMS", "Destination": "+*******0199" } }),
        ),
    );
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "AttributeName": "phone_number" })
    );
    assert_eq!(output.unwrap().medium, DeliveryMedium::Sms);

    let verify = VerifyUserAttribute {
        access_token: &access_token(),
        attribute: "phone_number",
        code: "123456",
    };
    let (body, output) = exchange(&verify, answer(200, &[], ""));
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "AttributeName": "phone_number", "Code": "123456" })
    );
    assert_eq!(output, Ok(()));
    let wrong = exception(
        "CodeMismatchException",
        "Invalid verification code provided, please try again.",
    );
    let (_, output) = exchange(&verify, wrong);
    assert_eq!(output.unwrap_err().kind, ErrorKind::CodeMismatch);
}

#[test]
fn attributes_passwords_and_users_are_removed_and_changed() {
    let (body, output) = exchange(
        &DeleteUserAttributes {
            access_token: &access_token(),
            attributes: &["nickname", "custom:colour"],
        },
        answer(200, &[], ""),
    );
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "UserAttributeNames": ["nickname", "custom:colour"] })
    );
    assert_eq!(output, Ok(()));

    let (old, new) = (password(), Password::new("Other-2026!".to_owned()));
    let mut change = ChangePassword {
        access_token: &access_token(),
        previous_password: Some(&old),
        new_password: &new,
    };
    let (body, output) = exchange(&change, answer(200, &[], ""));
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "PreviousPassword": "Crud-dur-2026!",
            "ProposedPassword": "Other-2026!" })
    );
    assert_eq!(output, Ok(()));
    let wrong = exception("NotAuthorizedException", "Incorrect username or password.");
    let (_, output) = exchange(&change, wrong);
    assert_eq!(output.unwrap_err().kind, ErrorKind::WrongCredentials);
    assert!(!format!("{change:?}").contains("2026"), "{change:?}");
    change.previous_password = None;
    let (body, _) = exchange(&change, answer(200, &[], ""));
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "ProposedPassword": "Other-2026!" })
    );

    let (body, output) = exchange(
        &DeleteUser {
            access_token: &access_token(),
        },
        answer(200, &[], ""),
    );
    assert_eq!(body, json!({ "AccessToken": "a" }));
    assert_eq!(output, Ok(()));
}

#[test]
fn a_users_factors_are_read() {
    let (body, output) = exchange(
        &GetUserAuthFactors {
            access_token: &access_token(),
        },
        ok(
            json!({ "Username": "u", "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
            "UserMFASettingList": ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"],
            "ConfiguredUserAuthFactors": ["PASSWORD", "WEB_AUTHN", "SMELL"] }),
        ),
    );
    assert_eq!(body, json!({ "AccessToken": "a" }));
    let factors = output.unwrap();
    assert_eq!(factors.username, "u");
    assert_eq!(factors.preferred_mfa, Some(MfaKind::SoftwareToken));
    assert_eq!(factors.mfa, [MfaKind::SoftwareToken, MfaKind::Email]);
    assert_eq!(
        factors.first_factors,
        [
            FirstFactor::Password,
            FirstFactor::WebAuthn,
            FirstFactor::Other("SMELL".to_owned())
        ]
    );

    let (_, user) = exchange(
        &GetUser {
            access_token: &access_token(),
        },
        ok(
            json!({ "Username": "u", "UserAttributes": [{ "Name": "sub", "Value": "u" }],
            "PreferredMfaSetting": "SMS_MFA", "UserMFASettingList": ["SMS_MFA"] }),
        ),
    );
    let user = user.unwrap();
    assert_eq!(user.preferred_mfa, Some(MfaKind::Sms));
    assert_eq!(user.mfa, [MfaKind::Sms]);
    assert_eq!(user.attribute("sub"), Some("u"));
}

#[test]
fn an_authenticator_app_is_set_up() {
    let token = access_token();
    let session = ChallengeSession::new("s");
    for (authorization, member) in [
        (
            Authorization::AccessToken(&token),
            json!({ "AccessToken": "a" }),
        ),
        (Authorization::Session(&session), json!({ "Session": "s" })),
    ] {
        let (body, output) = exchange(
            &AssociateSoftwareToken {
                authorization: authorization.clone(),
            },
            ok(json!({ "SecretCode": "JBSWY3DPEHPK3PXP", "Session": "s2" })),
        );
        assert_eq!(body, member);
        let output = output.unwrap();
        assert_eq!(output.secret.expose(), "JBSWY3DPEHPK3PXP");
        assert_eq!(output.session, Some(ChallengeSession::new("s2")));
        assert!(!format!("{output:?}").contains("JBSWY"), "{output:?}");

        let verify = VerifySoftwareToken {
            authorization,
            code: "123456",
            friendly_device_name: Some("phone"),
        };
        let (body, output) = exchange(&verify, ok(json!({ "Status": "SUCCESS", "Session": "s3" })));
        let mut expected = member;
        expected["UserCode"] = "123456".into();
        expected["FriendlyDeviceName"] = "phone".into();
        assert_eq!(body, expected);
        assert_eq!(output, Ok(Some(ChallengeSession::new("s3"))));
        for wrong in [
            exception("EnableSoftwareTokenMFAException", "Code mismatch"),
            ok(json!({ "Status": "ERROR" })),
        ] {
            let (_, output) = exchange(&verify, wrong);
            assert_eq!(output.unwrap_err().kind, ErrorKind::CodeMismatch);
        }
        let (_, output) = exchange(&verify, ok(json!({})));
        assert_eq!(output.unwrap_err().kind, ErrorKind::InvalidResponse);
    }
    let (_, output) = exchange(
        &AssociateSoftwareToken {
            authorization: Authorization::AccessToken(&token),
        },
        ok(json!({})),
    );
    assert_eq!(output.unwrap_err().kind, ErrorKind::InvalidResponse);
}

/// Product and user may be called anything.
#[test]
fn what_an_authenticator_app_reads_is_escaped() {
    let secret = TotpSecret::new("JBSWY3DPEHPK3PXP");
    assert_eq!(
        *secret.otpauth_uri("Ann & Co: 100 %", "\"ann\"@example.com/?é"),
        "otpauth://totp/Ann%20%26%20Co%3A%20100%20%25:%22ann%22%40example.com%2F%3F%C3%A9\
         ?secret=JBSWY3DPEHPK3PXP&issuer=Ann%20%26%20Co%3A%20100%20%25"
    );
}

#[test]
fn preferences_name_only_what_changes() {
    let (body, output) = exchange(
        &SetUserMfaPreference {
            access_token: &access_token(),
            sms: Some(MfaPreference::Off),
            software_token: Some(MfaPreference::Preferred),
            email: None,
        },
        answer(200, &[], ""),
    );
    assert_eq!(
        body,
        json!({ "AccessToken": "a",
            "SMSMfaSettings": { "Enabled": false, "PreferredMfa": false },
            "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true } })
    );
    assert_eq!(output, Ok(()));
    let (body, _) = exchange(
        &SetUserMfaPreference {
            access_token: &access_token(),
            sms: None,
            software_token: None,
            email: Some(MfaPreference::On),
        },
        answer(200, &[], ""),
    );
    assert_eq!(
        body,
        json!({ "AccessToken": "a",
            "EmailMfaSettings": { "Enabled": true, "PreferredMfa": false } })
    );
}

#[test]
fn devices_are_confirmed_remembered_and_forgotten() {
    let verifier = DeviceVerifier {
        password_verifier: "dg==".to_owned(),
        salt: "cw==".to_owned(),
    };
    let confirm = ConfirmDevice {
        access_token: &access_token(),
        device_key: "r_1",
        device_name: Some("laptop"),
        verifier: &verifier,
    };
    let (body, output) = exchange(&confirm, ok(json!({ "UserConfirmationNecessary": true })));
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "DeviceKey": "r_1", "DeviceName": "laptop",
            "DeviceSecretVerifierConfig": { "PasswordVerifier": "dg==", "Salt": "cw==" } })
    );
    assert_eq!(output, Ok(true));
    let (_, output) = exchange(&confirm, exception("DeviceKeyExistsException", "?"));
    assert_eq!(output.unwrap_err().kind, ErrorKind::DeviceKeyExists);

    for (status, wire) in [
        (DeviceStatus::Remembered, "remembered"),
        (DeviceStatus::NotRemembered, "not_remembered"),
    ] {
        let (body, output) = exchange(
            &UpdateDeviceStatus {
                access_token: &access_token(),
                device_key: "r_1",
                status,
            },
            answer(200, &[], ""),
        );
        assert_eq!(
            body,
            json!({ "AccessToken": "a", "DeviceKey": "r_1", "DeviceRememberedStatus": wire })
        );
        assert_eq!(output, Ok(()));
    }

    let forget = ForgetDevice {
        access_token: &access_token(),
        device_key: "r_1",
    };
    let (body, output) = exchange(&forget, answer(200, &[], ""));
    assert_eq!(body, json!({ "AccessToken": "a", "DeviceKey": "r_1" }));
    assert_eq!(output, Ok(()));
    let unknown = exception("ResourceNotFoundException", "Device does not exist.");
    let (_, output) = exchange(&forget, unknown);
    assert_eq!(output.unwrap_err().kind, ErrorKind::DeviceNotFound);
}

fn device(key: &str) -> Value {
    json!({ "DeviceKey": key,
        "DeviceAttributes": [{ "Name": "device_name", "Value": "laptop" }],
        "DeviceCreateDate": 1_767_225_600.5, "DeviceLastModifiedDate": 1_767_225_601,
        "DeviceLastAuthenticatedDate": 1_767_225_602.25 })
}

#[test]
fn a_device_is_described() {
    let get = GetDevice {
        access_token: &access_token(),
        device_key: "r_1",
    };
    let (body, output) = exchange(&get, ok(json!({ "Device": device("r_1") })));
    assert_eq!(body, json!({ "AccessToken": "a", "DeviceKey": "r_1" }));
    let device = output.unwrap();
    assert_eq!(device.name(), Some("laptop"));
    assert_eq!(device.created_at_ms, Some(1_767_225_600_500));
    assert_eq!(device.authenticated_at_ms, Some(1_767_225_602_250));
    let (_, output) = exchange(&get, ok(json!({})));
    assert_eq!(output.unwrap_err().kind, ErrorKind::InvalidResponse);
}

#[test]
fn all_pages_of_devices_are_read() {
    let script = Script::new([
        ok(json!({ "Devices": [device("r_1"), device("r_2")], "PaginationToken": "next" })),
        ok(json!({ "Devices": [device("r_3"), { "DeviceKey": 7 }], "PaginationToken": "last" })),
        ok(json!({ "Devices": [] })),
    ]);
    let devices = run(client(&script).devices(&access_token())).unwrap();
    let keys: Vec<_> = devices.iter().map(|device| device.key.as_str()).collect();
    assert_eq!(keys, ["r_1", "r_2", "r_3"]);
    let bodies: Vec<_> = (0..3).map(|index| script.request(index).1).collect();
    assert_eq!(
        bodies,
        [
            json!({ "AccessToken": "a", "Limit": 60 }),
            json!({ "AccessToken": "a", "Limit": 60, "PaginationToken": "next" }),
            json!({ "AccessToken": "a", "Limit": 60, "PaginationToken": "last" }),
        ]
    );
}

#[test]
fn a_list_that_repeats_a_page_ends() {
    let page = || ok(json!({ "Devices": [device("r_1")], "PaginationToken": "same" }));
    let script = Script::new([page(), page()]);
    assert_eq!(
        run(client(&script).devices(&access_token())).unwrap().len(),
        2
    );

    let endless = (0..200).map(|n| ok(json!({ "Credentials": [], "NextToken": n.to_string() })));
    let script = Script::new(endless);
    let error = run(client(&script).passkeys(&access_token())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidResponse);
    assert_eq!(script.sent(), 100);
}

#[test]
fn a_passkey_is_registered() {
    let options = json!({ "challenge": "Y2g", "rp": { "id": "example.com" } });
    let (body, output) = exchange(
        &StartWebAuthnRegistration {
            access_token: &access_token(),
        },
        ok(json!({ "CredentialCreationOptions": options })),
    );
    assert_eq!(body, json!({ "AccessToken": "a" }));
    let text = output.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), options);
    let (_, output) = exchange(
        &StartWebAuthnRegistration {
            access_token: &access_token(),
        },
        exception("WebAuthnNotEnabledException", "?"),
    );
    assert_eq!(output.unwrap_err().kind, ErrorKind::PasskeysNotEnabled);

    let complete = |credential| CompleteWebAuthnRegistration {
        access_token: Box::leak(Box::new(access_token())),
        credential,
    };
    let (body, output) = exchange(
        &complete(r#"{"id":"aWQ","type":"public-key"}"#),
        answer(200, &[], ""),
    );
    assert_eq!(
        body,
        json!({ "AccessToken": "a", "Credential": { "id": "aWQ", "type": "public-key" } })
    );
    assert_eq!(output, Ok(()));
    let (body, output) = exchange(
        &complete("not json"),
        exception("WebAuthnOriginNotAllowedException", "?"),
    );
    assert_eq!(body["Credential"], Value::Null);
    assert_eq!(output.unwrap_err().kind, ErrorKind::PasskeyOriginNotAllowed);
}

#[test]
fn passkeys_are_listed_and_deleted() {
    let credential = |id: &str| {
        json!({ "CredentialId": id, "FriendlyCredentialName": "phone",
            "RelyingPartyId": "example.com", "AuthenticatorAttachment": "platform",
            "AuthenticatorTransports": ["internal", "hybrid"], "CreatedAt": 1_767_225_600.0 })
    };
    let script = Script::new([
        ok(json!({ "Credentials": [credential("1")], "NextToken": "n" })),
        ok(json!({ "Credentials": [credential("2")] })),
    ]);
    let passkeys = run(client(&script).passkeys(&access_token())).unwrap();
    assert_eq!(passkeys.len(), 2);
    assert_eq!(passkeys[0].name, "phone");
    assert_eq!(passkeys[1].id, "2");
    assert_eq!(passkeys[1].transports, ["internal", "hybrid"]);
    assert_eq!(passkeys[1].created_at_ms, Some(1_767_225_600_000));
    assert_eq!(
        script.request(0).1,
        json!({ "AccessToken": "a", "MaxResults": 20 })
    );
    assert_eq!(
        script.request(1).1,
        json!({ "AccessToken": "a", "MaxResults": 20, "NextToken": "n" })
    );
    let (body, output) = exchange(
        &DeleteWebAuthnCredential {
            access_token: &access_token(),
            credential_id: "1",
        },
        answer(200, &[], ""),
    );
    assert_eq!(body, json!({ "AccessToken": "a", "CredentialId": "1" }));
    assert_eq!(output, Ok(()));
}

/// `ClientMetadata` and `ValidationData` for the pool's triggers, the session of a sign-up, risk data.
#[test]
fn operations_carry_what_they_can_take() {
    let signed_up = json!({ "UserConfirmed": false, "Session": "s1" });
    let (body, output) = exchange(
        &With::new(SignUp {
            username: "ann",
            password: &password(),
            attributes: &[],
        })
        .client_metadata(&[("source", "advert")])
        .validation_data(&[("captcha", "xyz")])
        .user_context_data("ZGF0YQ=="),
        ok(signed_up.clone()),
    );
    assert_eq!(
        body,
        json!({ "ClientId": "client", "Username": "ann", "Password": "Crud-dur-2026!",
            "UserAttributes": [], "ClientMetadata": { "source": "advert" },
            "ValidationData": [{ "Name": "captcha", "Value": "xyz" }],
            "UserContextData": { "EncodedData": "ZGF0YQ==" } })
    );
    let session = output.unwrap().session.unwrap();

    let (body, output) = exchange(
        &With::new(ConfirmSignUp {
            username: "ann",
            code: "123456",
        })
        .session(&session)
        .force_alias_creation(),
        ok(json!({ "Session": "s2" })),
    );
    assert_eq!(
        body,
        json!({ "ClientId": "client", "Username": "ann", "ConfirmationCode": "123456",
            "Session": "s1", "ForceAliasCreation": true })
    );
    assert_eq!(output.unwrap().session, Some(ChallengeSession::new("s2")));

    let (body, _) = exchange(
        &PasswordlessSignUp {
            username: "ann",
            attributes: &[],
        },
        ok(signed_up),
    );
    assert_eq!(
        body,
        json!({ "ClientId": "client", "Username": "ann", "UserAttributes": [] })
    );

    let token = access_token();
    let with = With::new(UpdateUserAttributes {
        access_token: &token,
        attributes: &[],
    })
    .client_metadata(&[("secret", "hidden")]);
    let (body, _) = exchange(&with, ok(json!({})));
    assert_eq!(body["ClientMetadata"], json!({ "secret": "hidden" }));
    assert!(!format!("{with:?}").contains("hidden"), "{with:?}");
}

/// Every operation that takes data for triggers and threat protection writes it the same way.
#[test]
fn all_operations_for_triggers_carry_their_data() {
    let metadata = &[("source", "advert")];
    let context = "ZGF0YQ==";
    let (username, password, token) = ("ann", password(), access_token());
    let refresh_token = &RefreshToken::new("r");
    let check = |body: Value, context: bool| {
        assert_eq!(body["ClientMetadata"], json!({ "source": "advert" }));
        let expected = match context {
            true => json!({ "EncodedData": "ZGF0YQ==" }),
            false => Value::Null,
        };
        assert_eq!(body["UserContextData"], expected);
    };
    macro_rules! both {
        ($($operation:expr),+ $(,)?) => { $(
            let with = With::new($operation);
            let with = with.client_metadata(metadata).user_context_data(context);
            check(exchange(&with, ok(json!({}))).0, true);
        )+ };
    }
    macro_rules! metadata {
        ($($operation:expr),+ $(,)?) => { $(
            let with = With::new($operation).client_metadata(metadata);
            check(exchange(&with, ok(json!({}))).0, false);
        )+ };
    }
    let code = "123456";
    let attributes = &[];
    let responses = &[("SMS_MFA_CODE", code)];
    both!(
        SignUp {
            username,
            password: &password,
            attributes
        },
        PasswordlessSignUp {
            username,
            attributes
        },
        ConfirmSignUp { username, code },
        ResendConfirmationCode { username },
        ForgotPassword { username },
        ConfirmForgotPassword {
            username,
            code,
            password: &password
        },
        InitiateAuth {
            flow: AuthFlow::UserPassword {
                username,
                password: &password
            },
            device_key: None
        },
        RespondToAuthChallenge {
            challenge: ChallengeName::SmsMfa,
            session: None,
            responses
        },
    );
    metadata!(
        GetTokensFromRefreshToken {
            refresh_token,
            device_key: None
        },
        UpdateUserAttributes {
            access_token: &token,
            attributes
        },
        GetUserAttributeVerificationCode {
            access_token: &token,
            attribute: "email"
        },
    );
}
