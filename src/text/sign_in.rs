//! The ways in besides the password, and what the user pool may ask for on them.

use super::auth::{self, Failure, Form, code_sent};
use super::{Text, either};
use crate::components::form::Field;
use crate::config::UsernameKind;
use crate::session::{
    Challenge, CodeDelivery, ErrorKind, FirstFactor, IdentityProvider, ManagedLoginError, MfaKind,
    PasskeyError, Person,
};

pub const OR: Text = Text::new("or", "oder");
pub const CONTINUE: Text = Text::new("Continue", "Weiter");
pub const CONTINUE_BUSY: Text = Text::new("One moment…", "Einen Moment…");
pub const PASSKEY: Text = Text::new("Sign in with a passkey", "Mit einem Passkey anmelden");
pub const PASSKEY_BUSY: Text =
    Text::new("Waiting for your passkey…", "Dein Passkey wird abgewartet…");
pub const EMAIL_CODE: Text = Text::new("Email me a code", "Code per E-Mail schicken");
pub const SMS_CODE: Text = Text::new("Text me a code", "Code per SMS schicken");

pub const SEND_ANOTHER: Text = Text::new("Send another code", "Noch einen Code senden");
pub const SENDING: Text = Text::new("Sending a code…", "Ein Code wird gesendet…");
pub const ANOTHER_WAY: Text = Text::new("Sign in another way", "Anders anmelden");
pub const REMEMBER_DEVICE: Text = Text::new(
    "Remember this device, and do not ask for a code here again",
    "Dieses Gerät merken und hier keinen Code mehr verlangen",
);

pub const WAYS: Text = Text::new("Your ways to go on", "Deine Wege weiter");

pub const KEY: Text = Text::new("Key", "Schlüssel");
pub const QR_LABEL: Text = Text::new(
    "QR code with the key below",
    "QR-Code mit dem Schlüssel darunter",
);
pub const COPY: Text = Text::new("Copy Key", "Schlüssel kopieren");
pub const COPIED: Text = Text::new(
    "The key is in your clipboard.",
    "Der Schlüssel ist in deiner Zwischenablage.",
);
pub const NOT_COPIED: Text = Text::new(
    "The browser does not allow copying. Select the key and copy it yourself.",
    "Der Browser lässt das Kopieren nicht zu. Markiere den Schlüssel und kopiere ihn selbst.",
);
pub const APP_STEPS: Text = Text::new(
    "Scan this with your authenticator app, or type the key into it. Then enter the code that the app shows.",
    "Scanne das mit deiner Authenticator-App oder gib den Schlüssel dort ein. Gib dann den Code ein, den die App zeigt.",
);

pub const SIGNED_IN_TITLE: Text =
    Text::new("You are signed in already", "Du bist schon angemeldet");
pub const OTHER_ACCOUNT: Text = Text::new("Use another account", "Anderes Konto verwenden");
pub const SWITCH_ACCOUNT: Text = Text::new("Switch account", "Konto wechseln");

pub const CALLBACK_TITLE: Text = Text::new("Signing you in", "Du wirst angemeldet");
pub const CALLBACK_FAILED: Text =
    Text::new("You are not signed in", "Die Anmeldung hat nicht geklappt");
pub const TRY_AGAIN: Text = Text::new("Back to sign-in", "Zurück zur Anmeldung");

/// The heading of a challenge's screen.
pub fn title(challenge: &Challenge) -> Text {
    match challenge {
        Challenge::SelectMfaType(_) => {
            Text::new("Confirm that it is you", "Bestätige, dass du es bist")
        }
        Challenge::SelectChallenge(_) => {
            Text::new("Choose how to sign in", "Wähle, wie du dich anmeldest")
        }
        Challenge::Password(_) => Text::new("Enter your password", "Gib dein Passwort ein"),
        Challenge::WebAuthn(_) => Text::new(
            "Sign in with your passkey",
            "Melde dich mit deinem Passkey an",
        ),
        Challenge::MfaSetup(_) => {
            Text::new("Set up a second step", "Richte einen zweiten Schritt ein")
        }
        Challenge::SoftwareTokenSetup(_) => Text::new(
            "Set up your authenticator app",
            "Richte deine Authenticator-App ein",
        ),
        Challenge::Custom(_) => Text::new("Answer to sign in", "Antworte, um dich anzumelden"),
        _ => Text::new("Enter your code", "Gib deinen Code ein"),
    }
}

/// What a challenge's screen asks for, unless it is a code that was sent.
pub fn intro(challenge: &Challenge) -> String {
    let text = match challenge {
        Challenge::SoftwareTokenMfa(token) => return of_app(token.friendly_device_name.as_deref()),
        Challenge::SelectMfaType(_) => Text::new(
            "Your account asks for a code besides the password. Where do you want it from?",
            "Dein Konto verlangt außer dem Passwort noch einen Code. Woher soll er kommen?",
        ),
        Challenge::SelectChallenge(_) => Text::new(
            "These ways are open to your account.",
            "Diese Wege gibt es für dein Konto.",
        ),
        Challenge::WebAuthn(_) => Text::new(
            "Follow your browser: it asks for your fingerprint, your face or the device's lock.",
            "Folge deinem Browser: Er fragt nach Fingerabdruck, Gesicht oder der Sperre des Geräts.",
        ),
        Challenge::MfaSetup(_) => Text::new(
            "Besides your password, signing in takes a code from now on. Choose where it comes from.",
            "Zum Anmelden gehört ab jetzt außer dem Passwort noch ein Code. Wähle, woher er kommt.",
        ),
        Challenge::SoftwareTokenSetup(setup) if setup.secret.is_some() => APP_STEPS,
        Challenge::SoftwareTokenSetup(_) => Text::new(
            "The page was loaded anew, and the key is not shown twice. If your app has it already, enter the code that \
             the app shows; otherwise start again.",
            "Die Seite wurde neu geladen, und der Schlüssel wird nicht zweimal gezeigt. Hat deine App ihn schon, gib den \
             Code ein, den sie zeigt; sonst beginne von vorn.",
        ),
        Challenge::Custom(question) => {
            if let Some(question) = question.parameter("question") {
                return question.to_owned();
            }
            Text::new(
                "Cruddur has a question for you, which has reached you in another way.",
                "Cruddur hat eine Frage an dich, die dich auf anderem Weg erreicht hat.",
            )
        }
        _ => return String::new(),
    };
    text.into()
}

fn of_app(name: Option<&str>) -> String {
    match name {
        Some(name) => either(
            || format!("Your authenticator app ({name}) shows the code."),
            || format!("Deine Authenticator-App ({name}) zeigt den Code."),
        ),
        None => Text::new(
            "Your authenticator app shows the code.",
            "Deine Authenticator-App zeigt den Code.",
        )
        .into(),
    }
}

/// Where another code went.
pub fn code_sent_again(delivery: &CodeDelivery) -> String {
    let sent = code_sent(delivery);
    either(
        || format!("{sent} Earlier ones no longer count."),
        || format!("{sent} Frühere gelten nicht mehr."),
    )
}

/// A second factor, among others.
pub fn mfa_kind(kind: &MfaKind) -> Text {
    match kind {
        MfaKind::Sms => Text::new("Text message", "SMS"),
        MfaKind::Email => Text::new("Email", "E-Mail"),
        _ => Text::new("Authenticator app", "Authenticator-App"),
    }
}

/// A first factor, among others.
pub fn first_factor(factor: &FirstFactor) -> Text {
    match factor {
        FirstFactor::EmailOtp => Text::new("Code by email", "Code per E-Mail"),
        FirstFactor::SmsOtp => Text::new("Code by text message", "Code per SMS"),
        FirstFactor::WebAuthn => Text::new("A passkey", "Ein Passkey"),
        _ => auth::label(Field::Password),
    }
}

/// The button that leads to a provider.
pub fn provider(provider: &IdentityProvider) -> String {
    let name = match provider {
        IdentityProvider::Any | IdentityProvider::Cognito => {
            return Text::new(
                "Continue on the sign-in page",
                "Weiter auf der Anmeldeseite",
            )
            .into();
        }
        IdentityProvider::Google => "Google",
        IdentityProvider::Facebook => "Facebook",
        IdentityProvider::Amazon => "Amazon",
        IdentityProvider::Apple => "Apple",
        IdentityProvider::Named(name) | IdentityProvider::Identifier(name) => name,
    };
    either(
        || format!("Continue with {name}"),
        || format!("Weiter mit {name}"),
    )
}

/// Who is signed in already.
pub fn signed_in_as(person: &Person) -> String {
    let name = named(person);
    either(
        || format!("You are signed in as {name}."),
        || format!("Du bist als {name} angemeldet."),
    )
}

/// Goes on with the account that is signed in.
pub fn go_on_as(person: &Person) -> String {
    let name = person.display_name();
    either(
        || format!("Go on as {name}"),
        || format!("Weiter als {name}"),
    )
}

/// What signing in with another account means.
pub fn replaces(person: &Person) -> String {
    let name = named(person);
    either(
        || format!("{name} is signed in. Signing in here signs that account out."),
        || format!("{name} ist angemeldet. Meldest du dich hier an, wird dieses Konto abgemeldet."),
    )
}

/// The name, and what tells two of the same name apart.
fn named(person: &Person) -> String {
    let name = person.display_name();
    match &person.email {
        Some(email) if email != name => format!("{name} ({email})"),
        _ => name.to_owned(),
    }
}

/// Why no passkey signed in.
pub fn passkey(kind: UsernameKind, error: &PasskeyError) -> Failure {
    Failure::form(match error {
        PasskeyError::Cancelled => Text::new(
            "No passkey was used: the dialog was closed, or this device has none for Cruddur. Try again, or sign in \
             another way.",
            "Es wurde kein Passkey benutzt: Der Dialog wurde geschlossen, oder dieses Gerät hat keinen für Cruddur. Versuch \
             es noch einmal, oder melde dich anders an.",
        ),
        PasskeyError::Unsupported => Text::new(
            "This browser cannot use passkeys here. Sign in another way.",
            "Dieser Browser kann hier keine Passkeys benutzen. Melde dich anders an.",
        ),
        PasskeyError::AlreadyRegistered => Text::new(
            "This device has a passkey for your account already.",
            "Dieses Gerät hat schon einen Passkey für dein Konto.",
        ),
        PasskeyError::WrongSite => Text::new(
            "Passkeys are set up for another address than this one. Ask whoever runs Cruddur.",
            "Passkeys sind für eine andere Adresse als diese eingerichtet. Frag die Betreiber von Cruddur.",
        ),
        PasskeyError::Failed(_) => Text::new(
            "The passkey could not be used. Try again, or sign in another way.",
            "Der Passkey ließ sich nicht benutzen. Versuch es noch einmal, oder melde dich anders an.",
        ),
        PasskeyError::Pool(error) if error.kind == ErrorKind::WrongCredentials => Text::new(
            "This passkey does not belong to the account. Sign in another way.",
            "Dieser Passkey gehört nicht zu dem Konto. Melde dich anders an.",
        ),
        PasskeyError::Pool(error) => return auth::failure(kind, Form::SignIn, error),
    })
}

/// Why a sign-in elsewhere has come to nothing.
pub fn managed_login(error: &ManagedLoginError) -> Text {
    match error {
        ManagedLoginError::NotConfigured => Text::new(
            "Cruddur is not set up right: nobody can come back to this address from another sign-in page. See auth.oauth in \
             config.json.",
            "Cruddur ist nicht richtig eingerichtet: Von einer anderen Anmeldeseite kommt niemand an diese Adresse zurück. \
             Siehe auth.oauth in config.json.",
        ),
        ManagedLoginError::NoStorage => Text::new(
            "The browser keeps nothing for this page, so a sign-in elsewhere could not come back. Allow site data, or sign \
             in here.",
            "Der Browser merkt sich nichts für diese Seite, deshalb fände eine Anmeldung anderswo nicht zurück. Erlaube \
             Websitedaten, oder melde dich hier an.",
        ),
        ManagedLoginError::NotBegun => Text::new(
            "No sign-in was begun in this tab, or it is over already.",
            "In diesem Tab wurde keine Anmeldung begonnen, oder sie ist schon vorbei.",
        ),
        ManagedLoginError::Denied => Text::new(
            "The sign-in was cancelled there. Nothing was changed.",
            "Die Anmeldung wurde dort abgebrochen. Es wurde nichts geändert.",
        ),
        ManagedLoginError::NotOurs => Text::new(
            "What came back does not belong to the sign-in that was begun here, so it was not used. Start again.",
            "Was zurückkam, gehört nicht zu der Anmeldung, die hier begonnen wurde, und wurde nicht benutzt. Beginne von vorn.",
        ),
        ManagedLoginError::Refused => Text::new(
            "The sign-in service did not accept the sign-in. Try again.",
            "Der Anmeldedienst hat die Anmeldung nicht angenommen. Versuch es noch einmal.",
        ),
        ManagedLoginError::Unreachable => Text::new(
            "The sign-in service cannot be reached. Check your connection, then try again.",
            "Der Anmeldedienst ist nicht zu erreichen. Prüf deine Verbindung und versuch es noch einmal.",
        ),
    }
}
