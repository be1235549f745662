//! Passkeys, by an authenticator that is built into the device.

use e2e::{Ability, Journey, PASSWORD, journey_with_everything};

use crate::EMAIL;

/// Ann has a passkey on this device, and is signed out.
async fn with_passkey(j: &Journey) {
    j.has_authenticator().await;
    j.world.with_user(EMAIL, true).await;
    j.sign_in_at("/signin?next=/settings/passkeys", EMAIL, PASSWORD)
        .await;
    j.press("Add a Passkey").await;
    j.sees("The passkey is there.").await;
    j.sign_out().await;
    j.is_a_visitor().await;
}

#[tokio::test]
async fn a_passkey_signs_in() {
    journey_with_everything("passkey", async |j| {
        if j.ends_without(Ability::Passkeys) {
            return;
        }
        with_passkey(&j).await;
        // As on a device that knows nobody.
        j.script("localStorage.clear()", Vec::new()).await;
        j.open("/signin").await;
        j.press("Sign in with a passkey").await;
        j.sees("Enter your email.").await;
        j.inspect("nobody").await;
        j.fill("Email", EMAIL).await;
        j.press("Sign in with a passkey").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn a_device_without_a_passkey_offers_another_way() {
    journey_with_everything("passkey-none", async |j| {
        if j.ends_without(Ability::Passkeys) {
            return;
        }
        j.world.with_user(EMAIL, true).await;
        j.has_authenticator().await;
        j.open("/signin").await;
        j.fill("Email", EMAIL).await;
        j.press("Sign in with a passkey").await;
        // The pool knows of none, and says what there is.
        j.sees("Choose how to sign in").await;
        j.inspect("other-ways").await;
        j.fill("Password", PASSWORD).await;
        j.press("Sign In").await;
        j.is_signed_in().await;
    })
    .await;
}

#[tokio::test]
async fn the_field_offers_the_passkey_that_was_used_here() {
    journey_with_everything("passkey-autofill", async |j| {
        if j.ends_without(Ability::Autofill) {
            return;
        }
        with_passkey(&j).await;
        j.open("/signin").await;
        // The authenticator attends to it at once, as a person who picks it.
        j.is_signed_in().await;
    })
    .await;
}
