//! Percent-encoding.

use alloc::string::String;

/// Appends `text`, percent-encoded but for what RFC 3986 calls unreserved (section 2.3).
pub(crate) fn push_encoded(url: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(char::from(DIGITS[usize::from(byte >> 4)]));
            url.push(char::from(DIGITS[usize::from(byte & 0xf)]));
        }
    }
}
