//! The settings of an account.

use super::{Text, either};
use crate::router::SettingsSection;
use crate::text::feed::isolated;

pub const TITLE: Text = Text::new("Settings", "Einstellungen");
pub const RETRY: Text = Text::new("Try again", "Noch einmal versuchen");
pub const CANCEL: Text = Text::new("Cancel", "Abbrechen");
pub const SAVE: Text = Text::new("Save", "Speichern");
pub const CHANGE: Text = Text::new("Change", "Ändern");
pub const SAVING: Text = Text::new("One moment…", "Einen Moment…");
pub const SAVED: Text = Text::new(
    "Your changes are saved.",
    "Deine Änderungen sind gespeichert.",
);
pub const DELETE: Text = Text::new("Delete", "Löschen");
pub const DELETING: Text = Text::new("Deleting…", "Wird gelöscht…");

pub const VERIFIED: Text = Text::new("verified", "bestätigt");
pub const NOT_VERIFIED: Text = Text::new("not verified", "nicht bestätigt");
pub const SEND_CODE: Text = Text::new("Send a code to verify it", "Code zum Bestätigen senden");
pub const VERIFY: Text = Text::new("Verify", "Bestätigen");
pub const VERIFYING: Text = Text::new("Verifying…", "Wird bestätigt…");

pub const CURRENT_PASSWORD: Text = Text::new("Current Password", "Jetziges Passwort");
pub const CHANGE_PASSWORD: Text = Text::new("Change Password", "Passwort ändern");
pub const PASSWORD_CHANGED: Text = Text::new(
    "Your password is changed. You stay signed in, here and elsewhere.",
    "Dein Passwort ist geändert. Du bleibst angemeldet, hier und anderswo.",
);
pub const NO_PASSWORD_YET: Text = Text::new(
    "You sign in without a password so far. A password is another way in.",
    "Du meldest dich bisher ohne Passwort an. Mit einem gibt es noch einen Weg hinein.",
);
pub const PASSWORD_SET: Text = Text::new(
    "Your password is set. You can sign in with it now.",
    "Dein Passwort ist festgelegt. Du kannst dich jetzt damit anmelden.",
);
pub const NO_PASSWORD: Text = Text::new(
    "You signed in with another provider, so there may be no password to change here.",
    "Du hast dich über einen anderen Anbieter angemeldet, deshalb gibt es hier vielleicht kein Passwort zu ändern.",
);
pub const FORGOTTEN: Text = Text::new(
    "Sign out, and choose that on the sign-in page.",
    "Melde dich ab und wähle das auf der Anmeldeseite.",
);

pub const TWO_FACTOR_TEXT: Text = Text::new(
    "Besides your password, signing in then takes a code. Whoever learns your password cannot get in with it alone.",
    "Zum Anmelden gehört dann außer dem Passwort noch ein Code. Wer dein Passwort erfährt, kommt damit allein nicht hinein.",
);
pub const ON: Text = Text::new("on", "an");
pub const ON_FIRST: Text = Text::new("on, asked for first", "an, wird zuerst verlangt");
pub const OFF: Text = Text::new("off", "aus");
pub const TURN_ON: Text = Text::new("Turn On", "Einschalten");
pub const TURN_OFF: Text = Text::new("Turn Off", "Ausschalten");
pub const SET_UP: Text = Text::new("Set Up", "Einrichten");
pub const ASK_FIRST: Text = Text::new("Ask for This First", "Zuerst danach fragen");
pub const TURN_OFF_TEXT: Text = Text::new(
    "Signing in will not ask for it any more. You can turn it on again at any time.",
    "Beim Anmelden wird dann nicht mehr danach gefragt. Du kannst es jederzeit wieder einschalten.",
);

pub const PASSKEY: Text = Text::new("Passkey", "Passkey");
pub const PASSKEYS_TEXT: Text = Text::new(
    "With a passkey you sign in by your fingerprint, your face or the device's lock, without a password.",
    "Mit einem Passkey meldest du dich mit Fingerabdruck, Gesicht oder der Sperre des Geräts an, ohne Passwort.",
);
pub const NO_PASSKEYS: Text = Text::new("You have no passkey yet.", "Du hast noch keinen Passkey.");
pub const ADD_PASSKEY: Text = Text::new("Add a Passkey", "Passkey hinzufügen");
pub const ADDING_PASSKEY: Text =
    Text::new("Waiting for your device…", "Dein Gerät wird abgewartet…");
pub const PASSKEY_ADDED: Text = Text::new(
    "The passkey is there. You can sign in with it now.",
    "Der Passkey ist da. Du kannst dich jetzt damit anmelden.",
);
pub const PASSKEYS_UNSUPPORTED: Text = Text::new(
    "This browser cannot make passkeys.",
    "Dieser Browser kann keine Passkeys anlegen.",
);
pub const DELETE_PASSKEY_TEXT: Text = Text::new(
    "You will not be able to sign in with it any more. The device itself may go on showing it: delete it there too.",
    "Du kannst dich dann nicht mehr damit anmelden. Das Gerät selbst zeigt ihn vielleicht weiter an: Lösche ihn auch dort.",
);

pub const DEVICE: Text = Text::new("Device", "Gerät");
pub const DEVICES_TEXT: Text = Text::new(
    "Where you have signed in. On remembered devices you are not asked for a code besides your password.",
    "Wo du dich angemeldet hast. Auf gemerkten Geräten wirst du außer nach dem Passwort nicht nach einem Code gefragt.",
);
pub const NO_DEVICES: Text = Text::new(
    "No devices are known yet.",
    "Noch sind keine Geräte bekannt.",
);
pub const THIS_DEVICE: Text = Text::new("this device", "dieses Gerät");
pub const REMEMBERED: Text = Text::new("Remembered", "Gemerkt");
pub const NOT_REMEMBERED: Text = Text::new("Not remembered", "Nicht gemerkt");
pub const REMEMBER: Text = Text::new("Remember", "Merken");
pub const REMEMBER_NOT: Text = Text::new("Do Not Remember", "Nicht mehr merken");
pub const FORGET: Text = Text::new("Forget", "Vergessen");
pub const FORGET_TEXT: Text = Text::new(
    "Whoever is signed in there has to sign in again before long.",
    "Wer dort angemeldet ist, muss sich bald neu anmelden.",
);

pub const SIGN_OUT_TITLE: Text = Text::new("Sign out", "Abmelden");
pub const SIGN_OUT_TEXT: Text = Text::new(
    "Only in this browser, or wherever you are signed in.",
    "Nur in diesem Browser, oder überall, wo du angemeldet bist.",
);
pub const SIGN_OUT_HERE: Text = Text::new("Sign Out Here", "Hier abmelden");
pub const SIGN_OUT_EVERYWHERE: Text = Text::new("Sign Out Everywhere", "Überall abmelden");
pub const DELETE_ACCOUNT: Text = Text::new("Delete Account", "Konto löschen");
pub const DELETE_INTRO: Text = Text::new(
    "Your account goes for good. Nobody can bring it back.",
    "Dein Konto verschwindet für immer. Niemand kann es zurückholen.",
);
pub const DELETE_TITLE: Text = Text::new("Delete your account?", "Dein Konto löschen?");
pub const DELETE_TEXT: Text = Text::new(
    "You will be signed out everywhere and cannot sign in again. Your cruds go away when their time is up.",
    "Du wirst überall abgemeldet und kannst dich nicht mehr anmelden. Deine Cruds verschwinden, wenn ihre Zeit um ist.",
);

/// A section's heading, and the link to it.
pub fn section(section: SettingsSection) -> Text {
    match section {
        SettingsSection::Profile => Text::new("Profile", "Profil"),
        SettingsSection::Password => Text::new("Password", "Passwort"),
        SettingsSection::TwoFactor => Text::new("Second Step", "Zweiter Schritt"),
        SettingsSection::Passkeys => Text::new("Passkeys", "Passkeys"),
        SettingsSection::Devices => Text::new("Devices", "Geräte"),
        SettingsSection::Account => Text::new("Account", "Konto"),
    }
}

/// The heading of an e-mail address or a phone number.
pub fn contact(is_email: bool) -> Text {
    match is_email {
        true => Text::new("Email address", "E-Mail-Adresse"),
        false => Text::new("Phone number", "Telefonnummer"),
    }
}

/// That an address or a number has been proven.
pub fn verified(is_email: bool) -> Text {
    match is_email {
        true => Text::new(
            "Your email address is verified.",
            "Deine E-Mail-Adresse ist bestätigt.",
        ),
        false => Text::new(
            "Your phone number is verified.",
            "Deine Telefonnummer ist bestätigt.",
        ),
    }
}

/// What a code by that way needs first.
pub fn needs_verified(is_email: bool) -> Text {
    match is_email {
        true => Text::new(
            "This needs a verified email address:",
            "Dafür braucht es eine bestätigte E-Mail-Adresse:",
        ),
        false => Text::new(
            "This needs a verified phone number:",
            "Dafür braucht es eine bestätigte Telefonnummer:",
        ),
    }
}

/// The question before a second factor is switched off.
pub fn turn_off_title(name: &Text) -> String {
    either(
        || format!("Turn off: {name}?"),
        || format!("{name} ausschalten?"),
    )
}

/// The question before a passkey is deleted.
pub fn delete_passkey_title(name: &str) -> String {
    let name = isolated(name);
    either(
        || format!("Delete the passkey {name}?"),
        || format!("Den Passkey {name} löschen?"),
    )
}

/// The question before a device is forgotten.
pub fn forget_title(name: &str) -> String {
    let name = isolated(name);
    either(
        || format!("Forget {name}?"),
        || format!("{name} vergessen?"),
    )
}

/// When something was made.
pub fn made(when: &str) -> String {
    either(|| format!("Made {when}"), || format!("Angelegt: {when}"))
}

/// When a device was used last.
pub fn last_used(when: &str) -> String {
    either(
        || format!("Last used {when}"),
        || format!("Zuletzt benutzt: {when}"),
    )
}
