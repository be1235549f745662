//! What the service refuses, one variant per meaning, in its own codes and words.

use std::borrow::Cow;

use super::keys::KeyError;
use super::policy::Violation;
use crate::state::StateError;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Error {
    // NotAuthorizedException
    WrongCredentials,
    PasswordAttemptsExceeded,
    UserDisabled,
    TemporaryPasswordExpired,
    ChallengeInvalid,
    ChallengeExpired,
    ChallengeUsed,
    RefreshTokenInvalid,
    RefreshTokenExpired,
    RefreshTokenRevoked,
    AccessTokenInvalid,
    AccessTokenExpired,
    AccessTokenRevoked,
    /// The status that the user has instead.
    CannotConfirm(&'static str),
    /// The client's id.
    SecretHashMissing(String),
    /// The client's id.
    SecretHashWrong(String),
    SignUpNotPermitted,
    PasswordNotResettable,
    UnauthorizedAttribute,
    /// An attribute that an administrator has set.
    AlreadyProvided(String),
    // UserNotFoundException
    UserNotFound,
    UserOrClientNotFound,
    // UserNotConfirmedException
    UserNotConfirmed,
    // PasswordResetRequiredException
    PasswordResetRequired,
    // UsernameExistsException
    UsernameTaken,
    /// The attribute that somebody else has.
    AccountExistsWith(String),
    AdminUsernameTaken,
    // AliasExistsException
    /// The attribute that somebody else has.
    AliasExists(String),
    // CodeMismatchException
    CodeMismatch,
    /// The code of a mail or text message in a sign-in.
    SignInCodeMismatch,
    /// The code of an authenticator app in a sign-in.
    TotpMismatch,
    // ExpiredCodeException
    CodeExpired,
    TotpReused,
    // EnableSoftwareTokenMFAException
    TotpNotEnabled,
    // SoftwareTokenMFANotFoundException
    TotpOff,
    TotpNotAssociated,
    // LimitExceededException
    AttemptLimit,
    TooManyDevices,
    // InvalidPasswordException
    Password(Violation),
    // InvalidParameterException
    Invalid(Cow<'static, str>),
    /// Name of a member of AuthParameters or ChallengeResponses.
    MissingParameter(&'static str),
    FlowNotEnabled(&'static str),
    AlreadyConfirmed,
    NoRecoveryContact,
    // ResourceNotFoundException
    NoSuchClient(String),
    NoSuchPool(String),
    NoSuchDevice,
    NoSuchPasskey,
    // DeviceKeyExistsException
    DeviceExists,
    // The WebAuthn exceptions
    PasskeysOff,
    PasskeysNotConfigured,
    PasskeyChallengeNotFound,
    PasskeyClientMismatch,
    PasskeyOrigin,
    PasskeyRelyingParty,
    PasskeyNotSupported,
    // RefreshTokenReuseException
    RefreshTokenReused,
    // UnsupportedUserStateException
    NotInvited,
    // UnsupportedOperationException
    TokenRevocationOff,
    // UnsupportedTokenTypeException
    NotARefreshToken,
    // UnauthorizedException
    ForeignToken,
    // SerializationException
    Serialization(&'static str),
    // UnknownOperationException
    UnknownOperation,
    // InternalErrorException; the reason goes to standard error.
    Internal(String),
}

impl Error {
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(message.into())
    }

    /// Several attributes, or one, that the pool's schema does not allow as they are.
    pub fn schema(problems: &[String]) -> Self {
        let lines = problems.join("\n");
        Self::Invalid(format!("Attributes did not conform to the schema: {lines}\n").into())
    }

    pub fn status(&self) -> u16 {
        match self {
            Self::Internal(_) => 500,
            _ => 400,
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongCredentials
            | Self::PasswordAttemptsExceeded
            | Self::UserDisabled
            | Self::TemporaryPasswordExpired
            | Self::ChallengeInvalid
            | Self::ChallengeExpired
            | Self::ChallengeUsed
            | Self::RefreshTokenInvalid
            | Self::RefreshTokenExpired
            | Self::RefreshTokenRevoked
            | Self::AccessTokenInvalid
            | Self::AccessTokenExpired
            | Self::AccessTokenRevoked
            | Self::CannotConfirm(_)
            | Self::SecretHashMissing(_)
            | Self::SecretHashWrong(_)
            | Self::SignUpNotPermitted
            | Self::PasswordNotResettable
            | Self::UnauthorizedAttribute
            | Self::AlreadyProvided(_) => "NotAuthorizedException",
            Self::UserNotFound | Self::UserOrClientNotFound => "UserNotFoundException",
            Self::UserNotConfirmed => "UserNotConfirmedException",
            Self::PasswordResetRequired => "PasswordResetRequiredException",
            Self::UsernameTaken | Self::AccountExistsWith(_) | Self::AdminUsernameTaken => {
                "UsernameExistsException"
            }
            Self::AliasExists(_) => "AliasExistsException",
            Self::CodeMismatch | Self::SignInCodeMismatch | Self::TotpMismatch => {
                "CodeMismatchException"
            }
            Self::CodeExpired | Self::TotpReused => "ExpiredCodeException",
            Self::TotpNotEnabled => "EnableSoftwareTokenMFAException",
            Self::TotpOff | Self::TotpNotAssociated => "SoftwareTokenMFANotFoundException",
            Self::AttemptLimit | Self::TooManyDevices => "LimitExceededException",
            Self::DeviceExists => "DeviceKeyExistsException",
            Self::Password(_) => "InvalidPasswordException",
            Self::Invalid(_)
            | Self::MissingParameter(_)
            | Self::FlowNotEnabled(_)
            | Self::AlreadyConfirmed
            | Self::NoRecoveryContact => "InvalidParameterException",
            Self::NoSuchClient(_)
            | Self::NoSuchPool(_)
            | Self::NoSuchDevice
            | Self::NoSuchPasskey => "ResourceNotFoundException",
            Self::PasskeysOff => "WebAuthnNotEnabledException",
            Self::PasskeysNotConfigured => "WebAuthnConfigurationMissingException",
            Self::PasskeyChallengeNotFound => "WebAuthnChallengeNotFoundException",
            Self::PasskeyClientMismatch => "WebAuthnClientMismatchException",
            Self::PasskeyOrigin => "WebAuthnOriginNotAllowedException",
            Self::PasskeyRelyingParty => "WebAuthnRelyingPartyMismatchException",
            Self::PasskeyNotSupported => "WebAuthnCredentialNotSupportedException",
            Self::RefreshTokenReused => "RefreshTokenReuseException",
            Self::NotInvited => "UnsupportedUserStateException",
            Self::TokenRevocationOff => "UnsupportedOperationException",
            Self::NotARefreshToken => "UnsupportedTokenTypeException",
            Self::ForeignToken => "UnauthorizedException",
            Self::Serialization(_) => "SerializationException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::Internal(_) => "InternalErrorException",
        }
    }

    pub fn message(&self) -> Cow<'static, str> {
        match self {
            Self::WrongCredentials => "Incorrect username or password.".into(),
            Self::PasswordAttemptsExceeded => "Password attempts exceeded".into(),
            Self::UserDisabled => "User is disabled.".into(),
            Self::TemporaryPasswordExpired => {
                "Temporary password has expired and must be reset by an administrator.".into()
            }
            Self::ChallengeInvalid => "Invalid session for the user.".into(),
            Self::ChallengeExpired => "Invalid session for the user, session is expired.".into(),
            Self::ChallengeUsed => {
                "Invalid session for the user, session can only be used once.".into()
            }
            Self::RefreshTokenInvalid => "Invalid Refresh Token".into(),
            Self::RefreshTokenExpired => "Refresh Token has expired".into(),
            Self::RefreshTokenRevoked => "Refresh Token has been revoked".into(),
            Self::AccessTokenInvalid => "Invalid Access Token".into(),
            Self::AccessTokenExpired => "Access Token has expired".into(),
            Self::AccessTokenRevoked => "Access Token has been revoked".into(),
            Self::CannotConfirm(status) => {
                format!("User cannot be confirmed. Current status is {status}").into()
            }
            Self::SecretHashMissing(client) => format!(
                "Client {client} is configured with secret but SECRET_HASH was not received"
            )
            .into(),
            Self::SecretHashWrong(client) => {
                format!("Unable to verify secret hash for client {client}").into()
            }
            Self::SignUpNotPermitted => "SignUp is not permitted for this user pool".into(),
            Self::PasswordNotResettable => {
                "User password cannot be reset in the current state.".into()
            }
            Self::UnauthorizedAttribute => {
                "A client attempted to write unauthorized attribute".into()
            }
            Self::AlreadyProvided(attribute) => {
                format!("Cannot modify an already provided {attribute}").into()
            }
            Self::UserNotFound => "User does not exist.".into(),
            Self::UserOrClientNotFound => "Username/client id combination not found.".into(),
            Self::UserNotConfirmed => "User is not confirmed.".into(),
            Self::PasswordResetRequired => "Password reset required for the user".into(),
            Self::UsernameTaken => "User already exists".into(),
            Self::AccountExistsWith(attribute) => {
                format!("An account with the given {attribute} already exists.").into()
            }
            Self::AdminUsernameTaken => "User account already exists".into(),
            Self::AliasExists(attribute) => {
                format!("An account with the {attribute} already exists.").into()
            }
            Self::CodeMismatch => "Invalid verification code provided, please try again.".into(),
            Self::SignInCodeMismatch => "Invalid code or auth state for the user.".into(),
            Self::TotpMismatch => "Invalid code received for user".into(),
            Self::CodeExpired => "Invalid code provided, please request a code again.".into(),
            Self::TotpReused => "Your software token has already been used once.".into(),
            Self::TotpNotEnabled => "Code mismatch".into(),
            Self::TotpOff => "Software Token MFA has not been enabled by the userPool".into(),
            Self::TotpNotAssociated => {
                "Software token MFA has not been associated with the user.".into()
            }
            Self::AttemptLimit => "Attempt limit exceeded, please try after some time.".into(),
            Self::Password(violation) => {
                format!("Password did not conform with policy: {violation}").into()
            }
            Self::Invalid(message) => message.clone(),
            Self::MissingParameter(name) => format!("Missing required parameter {name}").into(),
            Self::FlowNotEnabled(flow) => match *flow {
                "USER_PASSWORD_AUTH" => {
                    "USER_PASSWORD_AUTH flow not enabled for this client".into()
                }
                "USER_AUTH" => "USER_AUTH flow not enabled for this client".into(),
                "USER_SRP_AUTH" => "USER_SRP_AUTH is not enabled for the client.".into(),
                _ => "Auth flow not enabled for this client".into(),
            },
            Self::AlreadyConfirmed => "User is already confirmed.".into(),
            Self::NoRecoveryContact => "Cannot reset password for the user as there is no \
                                        registered/verified email or phone_number"
                .into(),
            Self::NoSuchClient(client) => {
                format!("User pool client {client} does not exist.").into()
            }
            Self::NoSuchPool(pool) => format!("User pool {pool} does not exist.").into(),
            Self::NoSuchDevice => "Device does not exist.".into(),
            Self::NoSuchPasskey => "WebAuthn credential does not exist.".into(),
            Self::PasskeysOff => "WebAuthn is not enabled for the user pool.".into(),
            Self::PasskeysNotConfigured => "WebAuthn is not configured for the user pool.".into(),
            Self::PasskeyChallengeNotFound => {
                "No WebAuthn registration is under way, or it has expired.".into()
            }
            Self::PasskeyClientMismatch => {
                "The WebAuthn registration was begun by another client.".into()
            }
            Self::PasskeyOrigin => "The origin of the credential is not allowed.".into(),
            Self::PasskeyRelyingParty => "The credential is for another relying party.".into(),
            Self::PasskeyNotSupported => "The credential is not supported.".into(),
            Self::DeviceExists => "Device already exists.".into(),
            Self::TooManyDevices => "The user has too many devices.".into(),
            Self::RefreshTokenReused => "Refresh Token has been invalidated by rotation".into(),
            Self::NotInvited => {
                "Resend not possible: the user's status is not FORCE_CHANGE_PASSWORD".into()
            }
            Self::TokenRevocationOff => {
                "The operation is not supported: token revocation is off for this client".into()
            }
            Self::NotARefreshToken => "The token is not a refresh token.".into(),
            Self::ForeignToken => "The token was not issued to this client.".into(),
            Self::Serialization(message) => Cow::Borrowed(message),
            Self::UnknownOperation => "".into(),
            Self::Internal(_) => "Something went wrong".into(),
        }
    }
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::Internal(format!("no random numbers: {error}"))
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<StateError> for Error {
    fn from(error: StateError) -> Self {
        Self::Internal(error.to_string())
    }
}
