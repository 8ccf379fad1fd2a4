//! Texts that nobody has used before.

use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};

/// So many lower-case hexadecimal digits, which differ from call to call. The standard library's hash keys come from the
/// system's random source, which is enough to tell one test from another on loopback, and no secret for anything else.
#[must_use]
pub fn fresh_hex(digits: usize) -> String {
    let mut text = String::with_capacity(digits + 16);
    while text.len() < digits {
        let word = RandomState::new().hash_one(text.len());
        let _ = write!(text, "{word:016x}");
    }
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::fresh_hex;
    use rstest::rstest;

    #[rstest]
    #[case(0)]
    #[case(1)]
    #[case(16)]
    #[case(33)]
    fn has_the_length_that_was_asked_for(#[case] digits: usize) {
        let text = fresh_hex(digits);
        assert!(text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn is_new_each_time() {
        assert_ne!(fresh_hex(32), fresh_hex(32));
    }
}
