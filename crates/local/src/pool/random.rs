//! Random values from the operating system.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use getrandom::Error;

/// `N` random bytes.
pub(super) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A number below `limit`, each as likely as the other.
pub(super) fn below(limit: u32) -> Result<u32, Error> {
    // The part of the range that `limit` divides evenly.
    let fair = u32::MAX - u32::MAX % limit;
    loop {
        let number = u32::from_be_bytes(bytes()?);
        if number < fair {
            return Ok(number % limit);
        }
    }
}

/// Six digits.
pub(super) fn code() -> Result<String, Error> {
    below(1_000_000).map(|number| format!("{number:06}"))
}

/// Eight digits.
pub(super) fn long_code() -> Result<String, Error> {
    below(100_000_000).map(|number| format!("{number:08}"))
}

/// `length` characters out of `alphabet`, which is ASCII.
pub(super) fn text(alphabet: &[u8], length: usize) -> Result<String, Error> {
    let size = u32::try_from(alphabet.len()).unwrap_or(u32::MAX);
    (0..length)
        .map(|_| Ok(char::from(alphabet[below(size)? as usize])))
        .collect()
}

/// An opaque token of `N` random bytes.
pub(super) fn token<const N: usize>() -> Result<String, Error> {
    bytes::<N>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_six_digits_and_differ() {
        let codes: Vec<String> = (0..20).map(|_| code().expect("a code")).collect();
        for code in &codes {
            assert_eq!(code.len(), 6);
            assert!(code.bytes().all(|byte| byte.is_ascii_digit()));
        }
        assert!(codes.iter().any(|code| *code != codes[0]));
    }

    #[test]
    fn every_number_below_a_limit_turns_up() {
        let mut seen = [false; 5];
        for _ in 0..1000 {
            seen[below(5).expect("a number") as usize] = true;
        }
        assert_eq!(seen, [true; 5]);
    }
}
