//! What can go wrong, one variant per meaning.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
};
use core::fmt;

use crate::srp::SrpError;
use crate::transport::TransportError;

/// A failed operation: its meaning, and the service's own code and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What it means. Match on this.
    pub kind: ErrorKind,
    /// The service's exception name, for instance `NotAuthorizedException`; empty when the service did not answer.
    pub code: String,
    /// The service's message in English, or a description of what failed. Never holds a password, code or token.
    pub message: String,
}

/// The meanings of an [`Error`].
///
/// The service gives several meanings the same code and tells them apart by the English message; here each has a
/// variant of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The user name and the password do not belong together (or no such user exists, which is not told).
    WrongCredentials,
    /// Locked out after wrong passwords: for a second at first, for 15 minutes at most.
    PasswordAttemptsExceeded,
    /// An administrator disabled the user.
    UserDisabled,
    /// The temporary password of an invitation has expired; only an administrator can send another.
    TemporaryPasswordExpired,
    /// The challenge's session has ended or was used already: sign-in starts again.
    ChallengeSessionExpired,
    /// The refresh token's time is up: sign in again.
    RefreshTokenExpired,
    /// The refresh token was revoked, by a sign-out elsewhere for instance: sign in again.
    RefreshTokenRevoked,
    /// The pool does not know the refresh token: sign in again.
    RefreshTokenInvalid,
    /// With rotation on, a refresh token was used again after its grace period: sign in again.
    RefreshTokenReused,
    /// The access token's time is up: refresh, then try again.
    AccessTokenExpired,
    /// The access token was revoked.
    AccessTokenRevoked,
    /// The pool does not accept the access token.
    AccessTokenInvalid,
    /// The access token is good, but not for this: managed login gave it without the scope
    /// `aws.cognito.signin.user.admin`.
    AccessTokenScopeMissing,
    /// Threat protection took the request for an attack, though the password may be right.
    BlockedByThreatProtection,
    /// The user is confirmed already: go to sign-in.
    AlreadyConfirmed,
    /// The app client has a secret and the operation came without its hash, or with a wrong one.
    SecretHashRequired,
    /// The pool lets only administrators create users.
    SignUpNotPermitted,
    /// Not authorised for a reason that none of the variants above names.
    NotAuthorized,
    /// There is no such user. Pools that prevent user existence errors never say so.
    UserNotFound,
    /// The user has not confirmed the sign-up: ask for the code.
    UserNotConfirmed,
    /// The user's password has to be reset before signing in.
    PasswordResetRequired,
    /// The user name, or the e-mail address or phone number it stands for, is taken.
    UsernameExists,
    /// The e-mail address or phone number belongs to another user.
    AliasExists,
    /// The code is wrong.
    CodeMismatch,
    /// The code's time is up. Also what an unknown user is told when user existence errors are prevented.
    CodeExpired,
    /// The code could not be delivered.
    CodeDeliveryFailure,
    /// Too many attempts at one thing; a later attempt can succeed.
    LimitExceeded,
    /// Too many wrong codes.
    TooManyFailedAttempts,
    /// The service is throttling requests. Retried by the client before it is reported.
    TooManyRequests,
    /// The password breaks the pool's policy.
    PasswordPolicy(PasswordPolicyViolation),
    /// The password was used before.
    PasswordHistory,
    /// The user has no verified e-mail address or phone number to recover the account with.
    NoRecoveryContact,
    /// The user's state does not allow a reset, for instance before the first sign-in.
    PasswordNotResettable,
    /// The e-mail address is malformed.
    InvalidEmail,
    /// The phone number is malformed.
    InvalidPhoneNumber,
    /// The user name has a form that the pool does not allow.
    InvalidUsername,
    /// A user attribute breaks the pool's schema.
    AttributeRejected {
        /// The attribute, when the service names it.
        attribute: Option<String>,
    },
    /// The app client does not allow the authentication flow.
    FlowNotEnabled,
    /// A parameter is malformed in a way that none of the variants above names.
    InvalidParameter,
    /// The pool has no such app client.
    ClientNotFound,
    /// There is no such user pool.
    UserPoolNotFound,
    /// The pool does not know the device, or does not take its proof.
    DeviceNotFound,
    /// Something else does not exist.
    ResourceNotFound,
    /// A Lambda trigger refused; the message is the trigger's own.
    RejectedByTrigger,
    /// A Lambda trigger broke.
    TriggerFailed,
    /// The kind of multi-factor authentication is not available to the user.
    MfaMethodNotFound,
    /// The user has no authenticator app set up.
    SoftwareTokenNotFound,
    /// The device is registered already.
    DeviceKeyExists,
    /// The app client may not write the attribute.
    AttributeNotWritable,
    /// The user has neither an e-mail address nor a phone number that a code could go to.
    NoCodeDestination,
    /// The pool does not offer passkeys.
    PasskeysNotEnabled,
    /// The pool offers passkeys, but not how they are set up (its domain is missing, for instance).
    PasskeysNotConfigured,
    /// The making of the passkey took too long or was begun elsewhere: begin anew.
    PasskeyChallengeNotFound,
    /// The passkey was begun with another app client.
    PasskeyClientMismatch,
    /// The pool does not accept this kind of passkey.
    PasskeyNotSupported,
    /// The page's origin is not one of the pool's.
    PasskeyOriginNotAllowed,
    /// The passkey is for another site than the pool's.
    PasskeyRelyingPartyMismatch,
    /// A firewall in front of the pool refused the request.
    Forbidden,
    /// The pool cannot do this.
    UnsupportedOperation,
    /// The pool's configuration is at fault.
    InvalidUserPoolConfiguration,
    /// Two requests changed the same thing at once.
    ConcurrentModification,
    /// The service failed. Retried by the client where that is safe.
    InternalError,
    /// An answer of the 5xx class that did not come from the service itself.
    ServiceUnavailable {
        /// The HTTP status.
        status: u16,
    },
    /// No connection to the service.
    Network,
    /// The service took too long to answer.
    Timeout,
    /// The request was given up by the caller.
    Aborted,
    /// The request could not be sent.
    InvalidRequest,
    /// The answer is not what the operation returns.
    InvalidResponse,
    /// The server's SRP values were refused.
    Srp(SrpError),
    /// An exception without a variant.
    Unknown,
}

/// The rule of the pool's password policy that a password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordPolicyViolation {
    /// Fewer characters than the policy asks for.
    TooShort,
    /// No upper-case letter.
    NeedsUppercase,
    /// No lower-case letter.
    NeedsLowercase,
    /// No digit.
    NeedsNumber,
    /// No special character.
    NeedsSymbol,
    /// A rule that the message does not name in a known way.
    Other,
}

impl Error {
    /// Classifies the service's answer by its code and message.
    pub(crate) fn from_service(status: u16, code: &str, message: &str) -> Self {
        let (kind, message) = match code {
            "" if status >= 500 => (ErrorKind::ServiceUnavailable { status }, message),
            "" if status == 429 => (ErrorKind::TooManyRequests, message),
            "" if status == 403 => (ErrorKind::Forbidden, message),
            "" => (ErrorKind::InvalidResponse, message),
            _ => classify(code, message),
        };
        Self {
            kind,
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    /// An answer that lacks what the operation returns.
    pub(crate) fn invalid_response(message: &str) -> Self {
        Self {
            kind: ErrorKind::InvalidResponse,
            code: String::new(),
            message: message.to_owned(),
        }
    }

    /// Whether the same request can succeed when sent again a moment later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::TooManyRequests
                | ErrorKind::InternalError
                | ErrorKind::ServiceUnavailable { .. }
                | ErrorKind::Network
                | ErrorKind::Timeout
        )
    }

    /// Whether the error means that the session's tokens are worthless, so that only a new sign-in helps.
    pub fn ends_session(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::RefreshTokenExpired
                | ErrorKind::RefreshTokenRevoked
                | ErrorKind::RefreshTokenInvalid
                | ErrorKind::RefreshTokenReused
                | ErrorKind::AccessTokenRevoked
                | ErrorKind::NotAuthorized
                | ErrorKind::UserDisabled
                | ErrorKind::UserNotFound
                | ErrorKind::UserNotConfirmed
                | ErrorKind::PasswordResetRequired
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.code, self.message)
        }
    }
}

impl core::error::Error for Error {}

impl From<SrpError> for Error {
    fn from(error: SrpError) -> Self {
        Self {
            kind: ErrorKind::Srp(error),
            code: String::new(),
            message: error.to_string(),
        }
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let kind = match error {
            TransportError::Network(_) => ErrorKind::Network,
            TransportError::Timeout => ErrorKind::Timeout,
            TransportError::Aborted => ErrorKind::Aborted,
            TransportError::InvalidRequest(_) => ErrorKind::InvalidRequest,
        };
        Self {
            kind,
            code: String::new(),
            message: error.to_string(),
        }
    }
}

/// The meaning of an exception, and its message without the service's wrapping.
fn classify<'a>(code: &str, message: &'a str) -> (ErrorKind, &'a str) {
    use ErrorKind as Kind;
    let kind = match code {
        "NotAuthorizedException" => not_authorized(message),
        "UserNotFoundException" => Kind::UserNotFound,
        "UserNotConfirmedException" => Kind::UserNotConfirmed,
        "PasswordResetRequiredException" => Kind::PasswordResetRequired,
        "UsernameExistsException" => Kind::UsernameExists,
        "AliasExistsException" => Kind::AliasExists,
        // With a session that is unknown or over, the service also answers with this code.
        "CodeMismatchException" if message.starts_with("Invalid session") => {
            Kind::ChallengeSessionExpired
        }
        "CodeMismatchException" | "EnableSoftwareTokenMFAException" => Kind::CodeMismatch,
        "ExpiredCodeException" => Kind::CodeExpired,
        "CodeDeliveryFailureException" => Kind::CodeDeliveryFailure,
        "LimitExceededException" => Kind::LimitExceeded,
        "TooManyFailedAttemptsException" => Kind::TooManyFailedAttempts,
        "TooManyRequestsException"
        | "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "SlowDown" => Kind::TooManyRequests,
        "InvalidPasswordException" => Kind::PasswordPolicy(policy_violation(message)),
        "PasswordHistoryPolicyViolationException" => Kind::PasswordHistory,
        "InvalidParameterException" => invalid_parameter(message),
        "ResourceNotFoundException" => not_found(message),
        "RefreshTokenReuseException" => Kind::RefreshTokenReused,
        "TokenRevokedException" => Kind::RefreshTokenRevoked,
        "UserLambdaValidationException" => {
            return (Kind::RejectedByTrigger, trigger_message(message));
        }
        "UnexpectedLambdaException" | "InvalidLambdaResponseException" => Kind::TriggerFailed,
        "MFAMethodNotFoundException" => Kind::MfaMethodNotFound,
        "SoftwareTokenMFANotFoundException" => Kind::SoftwareTokenNotFound,
        "DeviceKeyExistsException" => Kind::DeviceKeyExists,
        "WebAuthnNotEnabledException" => Kind::PasskeysNotEnabled,
        "WebAuthnConfigurationMissingException" => Kind::PasskeysNotConfigured,
        "WebAuthnChallengeNotFoundException" => Kind::PasskeyChallengeNotFound,
        "WebAuthnClientMismatchException" => Kind::PasskeyClientMismatch,
        "WebAuthnCredentialNotSupportedException" => Kind::PasskeyNotSupported,
        "WebAuthnOriginNotAllowedException" => Kind::PasskeyOriginNotAllowed,
        "WebAuthnRelyingPartyMismatchException" => Kind::PasskeyRelyingPartyMismatch,
        "ForbiddenException" => Kind::Forbidden,
        "UnsupportedOperationException" | "UnsupportedTokenTypeException" => {
            Kind::UnsupportedOperation
        }
        "UnauthorizedException" => Kind::NotAuthorized,
        // The last three: the pool may not send mail or text messages.
        "InvalidUserPoolConfigurationException"
        | "InvalidEmailRoleAccessPolicyException"
        | "InvalidSmsRoleAccessPolicyException"
        | "InvalidSmsRoleTrustRelationshipException" => Kind::InvalidUserPoolConfiguration,
        "ConcurrentModificationException" => Kind::ConcurrentModification,
        "InternalErrorException" | "InternalFailure" | "ServiceUnavailable" => Kind::InternalError,
        _ => Kind::Unknown,
    };
    (kind, message)
}

fn not_authorized(message: &str) -> ErrorKind {
    use ErrorKind as Kind;
    let starts = |text: &str| message.starts_with(text);
    if starts("Incorrect username or password") {
        Kind::WrongCredentials
    } else if starts("Password attempts exceeded") {
        Kind::PasswordAttemptsExceeded
    } else if starts("User is disabled") {
        Kind::UserDisabled
    } else if starts("Temporary password has expired") {
        Kind::TemporaryPasswordExpired
    } else if starts("Invalid session for the user") {
        Kind::ChallengeSessionExpired
    } else if starts("Refresh Token has expired") {
        Kind::RefreshTokenExpired
    } else if starts("Refresh Token has been revoked") {
        Kind::RefreshTokenRevoked
    } else if starts("Invalid Refresh Token") {
        Kind::RefreshTokenInvalid
    } else if starts("Access Token has expired") {
        Kind::AccessTokenExpired
    } else if starts("Access Token has been revoked") {
        Kind::AccessTokenRevoked
    } else if starts("Invalid Access Token")
        || starts("Could not verify signature for Access Token")
    {
        Kind::AccessTokenInvalid
    } else if starts("Access Token does not have required scopes") {
        Kind::AccessTokenScopeMissing
    } else if starts("Unable to login because of security reasons")
        || starts("Request not allowed due to security reasons")
    {
        Kind::BlockedByThreatProtection
    } else if starts("User cannot be confirmed. Current status is CONFIRMED") {
        Kind::AlreadyConfirmed
    } else if starts("Unable to verify secret hash") || message.contains("SECRET_HASH") {
        Kind::SecretHashRequired
    } else if starts("A client attempted to write unauthorized attribute") {
        Kind::AttributeNotWritable
    } else if starts("SignUp is not permitted") {
        Kind::SignUpNotPermitted
    } else if starts("User password cannot be reset in the current state") {
        Kind::PasswordNotResettable
    } else {
        Kind::NotAuthorized
    }
}

fn invalid_parameter(message: &str) -> ErrorKind {
    use ErrorKind as Kind;
    if message.starts_with("User is already confirmed") {
        Kind::AlreadyConfirmed
    } else if message.contains("no registered/verified email or phone_number") {
        Kind::NoRecoveryContact
    } else if message.starts_with("Invalid email address format") {
        Kind::InvalidEmail
    } else if message.starts_with("Invalid phone number format") {
        Kind::InvalidPhoneNumber
    } else if message.starts_with("Username cannot be of email format")
        || message.starts_with("Username should be")
        || message.contains("at 'username' failed")
    {
        Kind::InvalidUsername
    } else if message.contains("not enabled for") && message.contains("client") {
        Kind::FlowNotEnabled
    } else if message.contains("at 'password' failed")
        || message.contains("at 'proposedPassword' failed")
    {
        Kind::PasswordPolicy(PasswordPolicyViolation::Other)
    } else if ["'confirmationCode'", "'userCode'", "'code'"]
        .iter()
        .any(|member| message.contains(member) && message.contains("failed to satisfy"))
    {
        Kind::CodeMismatch
    } else if message.starts_with("User has not verified software token mfa") {
        Kind::SoftwareTokenNotFound
    } else if message.starts_with("User does not have delivery config set") {
        Kind::MfaMethodNotFound
    } else if message.starts_with("Cannot send code to either") {
        Kind::NoCodeDestination
    } else if let Some(rest) = message.strip_prefix("Attributes did not conform to the schema:") {
        // Names of the pool's own have a colon themselves: `custom:team: String is too long`.
        let attribute = rest.split(": ").next().map(str::trim);
        Kind::AttributeRejected {
            attribute: attribute
                .filter(|name| !name.is_empty() && !name.contains(' '))
                .map(str::to_owned),
        }
    } else {
        Kind::InvalidParameter
    }
}

fn not_found(message: &str) -> ErrorKind {
    if message.starts_with("Device does not exist") {
        ErrorKind::DeviceNotFound
    } else if message.starts_with("User pool client") {
        ErrorKind::ClientNotFound
    } else if message.starts_with("User pool") {
        ErrorKind::UserPoolNotFound
    } else {
        ErrorKind::ResourceNotFound
    }
}

fn policy_violation(message: &str) -> PasswordPolicyViolation {
    let message = message.to_ascii_lowercase();
    if message.contains("not long enough") {
        PasswordPolicyViolation::TooShort
    } else if message.contains("uppercase") {
        PasswordPolicyViolation::NeedsUppercase
    } else if message.contains("lowercase") {
        PasswordPolicyViolation::NeedsLowercase
    } else if message.contains("numeric") {
        PasswordPolicyViolation::NeedsNumber
    } else if message.contains("symbol") {
        PasswordPolicyViolation::NeedsSymbol
    } else {
        PasswordPolicyViolation::Other
    }
}

/// Takes `PreSignUp failed with error <text>.` to `<text>`; some triggers put `||` in front of the text.
fn trigger_message(message: &str) -> &str {
    let Some((_, text)) = message.split_once(" failed with error ") else {
        return message;
    };
    let text = text.trim().trim_start_matches('|').trim_start();
    text.strip_suffix('.')
        .filter(|text| !text.is_empty())
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code and message that a public client meets, with its meaning.
    #[test]
    fn codes_and_messages_have_one_meaning_each() {
        use ErrorKind as Kind;
        let not_authorized = "NotAuthorizedException";
        let parameter = "InvalidParameterException";
        let cases: &[(&str, &str, Kind)] = &[
            (
                not_authorized,
                "Incorrect username or password.",
                Kind::WrongCredentials,
            ),
            (
                not_authorized,
                "Password attempts exceeded",
                Kind::PasswordAttemptsExceeded,
            ),
            (not_authorized, "User is disabled.", Kind::UserDisabled),
            (
                not_authorized,
                "Temporary password has expired and must be reset by an administrator.",
                Kind::TemporaryPasswordExpired,
            ),
            (
                not_authorized,
                "Invalid session for the user, session is expired.",
                Kind::ChallengeSessionExpired,
            ),
            (
                not_authorized,
                "Invalid session for the user, session can only be used once.",
                Kind::ChallengeSessionExpired,
            ),
            (
                not_authorized,
                "Invalid session for the user.",
                Kind::ChallengeSessionExpired,
            ),
            (
                not_authorized,
                "Refresh Token has expired",
                Kind::RefreshTokenExpired,
            ),
            (
                not_authorized,
                "Refresh Token has been revoked",
                Kind::RefreshTokenRevoked,
            ),
            (
                not_authorized,
                "Invalid Refresh Token",
                Kind::RefreshTokenInvalid,
            ),
            (
                not_authorized,
                "Access Token has expired",
                Kind::AccessTokenExpired,
            ),
            (
                not_authorized,
                "Access Token has been revoked",
                Kind::AccessTokenRevoked,
            ),
            (
                not_authorized,
                "Invalid Access Token",
                Kind::AccessTokenInvalid,
            ),
            (
                not_authorized,
                "User cannot be confirmed. Current status is CONFIRMED",
                Kind::AlreadyConfirmed,
            ),
            (
                not_authorized,
                "Unable to verify secret hash for client abc",
                Kind::SecretHashRequired,
            ),
            (
                not_authorized,
                "Client abc is configured with secret but SECRET_HASH was not received",
                Kind::SecretHashRequired,
            ),
            (
                not_authorized,
                "SignUp is not permitted for this user pool",
                Kind::SignUpNotPermitted,
            ),
            (
                not_authorized,
                "User password cannot be reset in the current state.",
                Kind::PasswordNotResettable,
            ),
            (
                not_authorized,
                "Access Token does not have required scopes",
                Kind::AccessTokenScopeMissing,
            ),
            (
                not_authorized,
                "Unable to login because of security reasons.",
                Kind::BlockedByThreatProtection,
            ),
            (
                not_authorized,
                "Request not allowed due to security reasons.",
                Kind::BlockedByThreatProtection,
            ),
            (not_authorized, "Something new", Kind::NotAuthorized),
            (
                "UserNotFoundException",
                "User does not exist.",
                Kind::UserNotFound,
            ),
            (
                "UserNotConfirmedException",
                "User is not confirmed.",
                Kind::UserNotConfirmed,
            ),
            (
                "PasswordResetRequiredException",
                "Password reset required for the user",
                Kind::PasswordResetRequired,
            ),
            (
                "UsernameExistsException",
                "User already exists",
                Kind::UsernameExists,
            ),
            (
                "AliasExistsException",
                "An account with the email already exists.",
                Kind::AliasExists,
            ),
            (
                "CodeMismatchException",
                "Invalid verification code provided, please try again.",
                Kind::CodeMismatch,
            ),
            (
                "CodeMismatchException",
                "Invalid code or auth state for the user.",
                Kind::CodeMismatch,
            ),
            (
                "CodeMismatchException",
                "Invalid session provided",
                Kind::ChallengeSessionExpired,
            ),
            (
                "EnableSoftwareTokenMFAException",
                "Code mismatch",
                Kind::CodeMismatch,
            ),
            (
                parameter,
                "1 validation error detected: Value at 'userCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9]+",
                Kind::CodeMismatch,
            ),
            (
                parameter,
                "1 validation error detected: Value at 'code' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+",
                Kind::CodeMismatch,
            ),
            (
                parameter,
                "User has not verified software token mfa",
                Kind::SoftwareTokenNotFound,
            ),
            (
                parameter,
                "User does not have delivery config set to turn on SMS_MFA",
                Kind::MfaMethodNotFound,
            ),
            (
                parameter,
                "Cannot send code to either email or phone number",
                Kind::NoCodeDestination,
            ),
            (
                not_authorized,
                "A client attempted to write unauthorized attribute",
                Kind::AttributeNotWritable,
            ),
            (
                not_authorized,
                "Invalid session for the user, session can only be used once.",
                Kind::ChallengeSessionExpired,
            ),
            ("DeviceKeyExistsException", "?", Kind::DeviceKeyExists),
            ("WebAuthnNotEnabledException", "?", Kind::PasskeysNotEnabled),
            (
                "WebAuthnConfigurationMissingException",
                "?",
                Kind::PasskeysNotConfigured,
            ),
            (
                "WebAuthnChallengeNotFoundException",
                "?",
                Kind::PasskeyChallengeNotFound,
            ),
            (
                "WebAuthnClientMismatchException",
                "?",
                Kind::PasskeyClientMismatch,
            ),
            (
                "WebAuthnCredentialNotSupportedException",
                "?",
                Kind::PasskeyNotSupported,
            ),
            (
                "WebAuthnOriginNotAllowedException",
                "?",
                Kind::PasskeyOriginNotAllowed,
            ),
            (
                "WebAuthnRelyingPartyMismatchException",
                "?",
                Kind::PasskeyRelyingPartyMismatch,
            ),
            (
                "ConcurrentModificationException",
                "?",
                Kind::ConcurrentModification,
            ),
            (
                "ExpiredCodeException",
                "Invalid code provided, please request a code again.",
                Kind::CodeExpired,
            ),
            (
                "LimitExceededException",
                "Attempt limit exceeded, please try after some time.",
                Kind::LimitExceeded,
            ),
            (
                "TooManyRequestsException",
                "Rate exceeded",
                Kind::TooManyRequests,
            ),
            (
                "InvalidPasswordException",
                "Password did not conform with policy: Password not long enough",
                Kind::PasswordPolicy(PasswordPolicyViolation::TooShort),
            ),
            (
                "InvalidPasswordException",
                "Password did not conform with policy: Password must have uppercase characters",
                Kind::PasswordPolicy(PasswordPolicyViolation::NeedsUppercase),
            ),
            (
                "InvalidPasswordException",
                "Password did not conform with policy: Password must have lowercase characters",
                Kind::PasswordPolicy(PasswordPolicyViolation::NeedsLowercase),
            ),
            (
                "InvalidPasswordException",
                "Password did not conform with policy: Password must have numeric characters",
                Kind::PasswordPolicy(PasswordPolicyViolation::NeedsNumber),
            ),
            (
                "InvalidPasswordException",
                "Password did not conform with policy: Password must have symbol characters",
                Kind::PasswordPolicy(PasswordPolicyViolation::NeedsSymbol),
            ),
            (
                "InvalidPasswordException",
                "Provided password cannot be used for security reasons.",
                Kind::PasswordPolicy(PasswordPolicyViolation::Other),
            ),
            (
                parameter,
                "User is already confirmed.",
                Kind::AlreadyConfirmed,
            ),
            (
                parameter,
                "Cannot reset password for the user as there is no registered/verified email or phone_number",
                Kind::NoRecoveryContact,
            ),
            (
                parameter,
                "Invalid email address format.",
                Kind::InvalidEmail,
            ),
            (
                parameter,
                "Invalid phone number format.",
                Kind::InvalidPhoneNumber,
            ),
            (
                parameter,
                "Username cannot be of email format, since user pool is configured for email alias.",
                Kind::InvalidUsername,
            ),
            (
                parameter,
                "USER_SRP_AUTH is not enabled for the client.",
                Kind::FlowNotEnabled,
            ),
            (
                parameter,
                "USER_PASSWORD_AUTH flow not enabled for this client",
                Kind::FlowNotEnabled,
            ),
            (
                parameter,
                "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6",
                Kind::PasswordPolicy(PasswordPolicyViolation::Other),
            ),
            (
                parameter,
                "Attributes did not conform to the schema: name: The attribute is required",
                Kind::AttributeRejected {
                    attribute: Some("name".to_owned()),
                },
            ),
            (
                parameter,
                "Attributes did not conform to the schema: custom:team: String must be no longer than 5 characters",
                Kind::AttributeRejected {
                    attribute: Some("custom:team".to_owned()),
                },
            ),
            (
                parameter,
                "Missing required parameter USERNAME",
                Kind::InvalidParameter,
            ),
            (
                "ResourceNotFoundException",
                "Device does not exist.",
                Kind::DeviceNotFound,
            ),
            (
                "ResourceNotFoundException",
                "User pool client abc does not exist.",
                Kind::ClientNotFound,
            ),
            (
                "ResourceNotFoundException",
                "User pool us-east-1_abc does not exist.",
                Kind::UserPoolNotFound,
            ),
            (
                "RefreshTokenReuseException",
                "Refresh token reused",
                Kind::RefreshTokenReused,
            ),
            (
                "InternalErrorException",
                "Something went wrong",
                Kind::InternalError,
            ),
            (
                "UserNotFoundException",
                "Username/client id combination not found.",
                Kind::UserNotFound,
            ),
            (
                "AliasExistsException",
                "Already found an entry for the provided username.",
                Kind::AliasExists,
            ),
            (
                "CodeDeliveryFailureException",
                "?",
                Kind::CodeDeliveryFailure,
            ),
            (
                "TooManyFailedAttemptsException",
                "?",
                Kind::TooManyFailedAttempts,
            ),
            (
                "PasswordHistoryPolicyViolationException",
                "?",
                Kind::PasswordHistory,
            ),
            ("MFAMethodNotFoundException", "?", Kind::MfaMethodNotFound),
            (
                "SoftwareTokenMFANotFoundException",
                "?",
                Kind::SoftwareTokenNotFound,
            ),
            ("UnexpectedLambdaException", "?", Kind::TriggerFailed),
            ("InvalidLambdaResponseException", "?", Kind::TriggerFailed),
            ("ForbiddenException", "?", Kind::Forbidden),
            ("UnauthorizedException", "?", Kind::NotAuthorized),
            (
                "UnsupportedOperationException",
                "?",
                Kind::UnsupportedOperation,
            ),
            (
                "UnsupportedTokenTypeException",
                "?",
                Kind::UnsupportedOperation,
            ),
            (
                "InvalidUserPoolConfigurationException",
                "?",
                Kind::InvalidUserPoolConfiguration,
            ),
            (
                "InvalidEmailRoleAccessPolicyException",
                "?",
                Kind::InvalidUserPoolConfiguration,
            ),
            (
                "InvalidSmsRoleAccessPolicyException",
                "?",
                Kind::InvalidUserPoolConfiguration,
            ),
            (
                "InvalidSmsRoleTrustRelationshipException",
                "?",
                Kind::InvalidUserPoolConfiguration,
            ),
            ("BrandNewException", "?", Kind::Unknown),
        ];
        for (code, message, kind) in cases {
            assert_eq!(
                Error::from_service(400, code, message).kind,
                *kind,
                "{code}: {message}"
            );
        }
    }

    #[test]
    fn only_what_says_so_ends_a_session() {
        let ends = |message| {
            let error = Error::from_service(400, "NotAuthorizedException", message);
            error.ends_session()
        };
        assert!(ends("Refresh Token has been revoked"));
        assert!(ends("User is disabled."));
        assert!(!ends("Access Token has expired"));
        assert!(!ends("Access Token does not have required scopes"));
        assert!(!ends("Request not allowed due to security reasons."));
        assert!(!ends("Incorrect username or password."));
    }

    #[test]
    fn a_triggers_own_words_are_unwrapped() {
        for (message, text) in [
            (
                "PreSignUp failed with error No robots please.",
                "No robots please",
            ),
            (
                "PreSignUp failed with error ||No robots please!",
                "No robots please!",
            ),
            ("Odd text", "Odd text"),
            ("PreSignUp failed with error .", "."),
        ] {
            let error = Error::from_service(400, "UserLambdaValidationException", message);
            assert_eq!(error.kind, ErrorKind::RejectedByTrigger);
            assert_eq!(error.message, text);
        }
    }

    #[test]
    fn answers_that_are_not_the_services_own_are_told_by_status() {
        let kind = |status| Error::from_service(status, "", "").kind;
        assert_eq!(kind(502), ErrorKind::ServiceUnavailable { status: 502 });
        assert_eq!(kind(429), ErrorKind::TooManyRequests);
        assert_eq!(kind(403), ErrorKind::Forbidden);
        assert_eq!(kind(404), ErrorKind::InvalidResponse);
    }
}
