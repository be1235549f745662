//! SRP against a plain big-integer reference of the same protocol, over random values.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use cognito_user_pool::srp::{Ephemeral, PrivateKey, SessionKey, pad, pseudorandom_key, timestamp};
use num_bigint::BigUint;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

/// N, g and k, from the file of vectors: not the crate's own constants.
fn group() -> (BigUint, BigUint, BigUint) {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("data/srp-vectors.json")).expect("JSON");
    let number = |name: &str| {
        let digits = vectors[name].as_str().expect("text");
        BigUint::parse_bytes(digits.as_bytes(), 16).expect("hexadecimal")
    };
    (number("N"), number("g"), number("k"))
}

fn sha256(parts: &[&[u8]]) -> BigUint {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    BigUint::from_bytes_be(&hash.finalize())
}

/// The shortest two's complement form, by `BigInt`'s own rules.
fn twos_complement(number: &BigUint) -> Vec<u8> {
    num_bigint::BigInt::from(number.clone()).to_signed_bytes_be()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A server that holds only the verifier comes to the same key as the client.
    #[test]
    fn both_sides_come_to_one_key(
        a in prop::collection::vec(any::<u8>(), 1..140),
        b in prop::collection::vec(any::<u8>(), 1..64),
        salt in prop::collection::vec(any::<u8>(), 1..24),
        password in "\\PC{1,40}",
        user in "[a-z0-9-]{1,36}",
    ) {
        let (n, g, k) = group();
        prop_assume!(a.iter().any(|byte| *byte != 0));
        let salt_hex: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();

        let inner = Sha256::new().chain_update(format!("Pool{user}:{password}")).finalize();
        let salt = twos_complement(&BigUint::from_bytes_be(&salt));
        let x = sha256(&[&salt, &inner]);
        let verifier = g.modpow(&x, &n);
        let b = BigUint::from_bytes_be(&b);
        let server_public = (&k * &verifier + g.modpow(&b, &n)) % &n;
        prop_assume!(server_public != BigUint::ZERO);

        let ephemeral = Ephemeral::from_secret(&a).expect("a key pair");
        let client_public = g.modpow(&BigUint::from_bytes_be(&a), &n);
        prop_assert_eq!(ephemeral.public_hex(), client_public.to_str_radix(16));
        let u = sha256(&[&twos_complement(&client_public), &twos_complement(&server_public)]);
        let server_secret = (&client_public * verifier.modpow(&u, &n)).modpow(&b, &n);

        let private = PrivateKey::of_user("Pool", &user, &password, &salt_hex).expect("x");
        let (scrambler, secret) = ephemeral
            .premaster_secret(&server_public.to_str_radix(16), &private)
            .expect("a secret");
        prop_assert_eq!(BigUint::from_bytes_be(&scrambler), u);
        prop_assert_eq!(BigUint::from_bytes_be(&secret), server_secret.clone());
        let key = ephemeral
            .session_key(&server_public.to_str_radix(16), &private)
            .expect("a key");
        let server_key =
            SessionKey::derive(&pseudorandom_key(&scrambler, &server_secret.to_bytes_be()));
        prop_assert_eq!(key.expose(), server_key.expose());
    }

    #[test]
    fn padding_is_that_of_big_integers(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let number = BigUint::from_bytes_be(&bytes);
        prop_assert_eq!(pad(&bytes), twos_complement(&number));
    }

    /// No server value, however odd, makes the client panic.
    #[test]
    fn any_text_from_the_server_is_answered(server in "\\PC{0,800}", salt in "\\PC{0,40}") {
        let ephemeral = Ephemeral::from_secret(&[3; 32]).expect("a key pair");
        if let Ok(private) = PrivateKey::of_user("Pool", "user", "password", &salt) {
            let _ = ephemeral.session_key(&server, &private);
        }
    }

    /// Day and weekday of the time stamp, against a count of days by hand.
    #[test]
    fn a_time_stamp_counts_days_right(day in 0_i64..40_000, ms in 0_i64..86_400_000) {
        let text = timestamp(day * 86_400_000 + ms);
        let parts: Vec<&str> = text.split(' ').collect();
        prop_assert_eq!(parts.len(), 6);
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        prop_assert_eq!(parts[0], weekdays[usize::try_from(day % 7).expect("small")]);
        prop_assert!(!parts[2].starts_with('0'));

        let mut year = 1970;
        let mut left = day;
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        while left >= 365 + i64::from(leap(year)) {
            left -= 365 + i64::from(leap(year));
            year += 1;
        }
        let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
            "Dec"];
        let mut month = 0;
        while left >= lengths[month] {
            left -= lengths[month];
            month += 1;
        }
        prop_assert_eq!(parts[1], names[month]);
        prop_assert_eq!(parts[2], (left + 1).to_string());
        prop_assert_eq!(parts[5], year.to_string());
        let seconds = ms / 1000;
        let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        prop_assert_eq!(parts[3], time);
    }
}

#[test]
fn a_key_made_in_steps_is_the_same_key() {
    use std::cell::Cell;

    let ephemeral = Ephemeral::from_secret(&[7; 32]).unwrap();
    let server = Ephemeral::from_secret(&[9; 32]).unwrap().public_hex();
    let private_key = PrivateKey::of_user("Pool", "ann", "Crud-dur-2026!", "0a0b0c").unwrap();
    let whole = ephemeral.session_key(&server, &private_key).unwrap();

    let (pauses, turns) = (Cell::new(0), Cell::new(0));
    let key = ephemeral.session_key_in_steps(&server, &private_key, async || {
        pauses.set(pauses.get() + 1);
        // Whoever waits gets its turn, once a pause.
        let mut first = true;
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            match std::mem::take(&mut first) {
                true => std::task::Poll::Pending,
                false => std::task::Poll::Ready(()),
            }
        })
        .await;
    });
    let mut key = std::pin::pin!(key);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let key = loop {
        match key.as_mut().poll(&mut context) {
            std::task::Poll::Ready(key) => break key.unwrap(),
            std::task::Poll::Pending => turns.set(turns.get() + 1),
        }
    };
    assert_eq!(key.expose(), whole.expose());
    assert_eq!(pauses.get(), turns.get());
    // 32 and 65 bytes, 16 bytes a step, and one pause between the two.
    assert_eq!(pauses.get(), 1 + 1 + 4);
}
