//! What in a text is a secret.
//!
//! A value is taken for a secret when what names it says so: a variable, an option, a header, a JSON key, a parameter of a URL.
//! Each text is looked at by itself, so a value that arrives in another read than its name is not recognised.

use memchr::memmem;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// What stands for a secret.
const MARK: &[u8] = b"[redacted]";

/// Parts of names, in small letters.
const WORDS: [&str; 9] = [
    "token",
    "secret",
    "passw",
    "authorization",
    "cookie",
    "api-key",
    "api_key",
    "apikey",
    "credential",
];

/// Whether a name says that its value is a secret.
pub(super) fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// What stands for a secret, as text.
pub(super) fn mark() -> String {
    String::from_utf8_lossy(MARK).into_owned()
}

/// Takes the values whose names say that they are secrets out of a text.
pub(super) fn text(text: &mut String) {
    if let Cow::Owned(clean) = bytes(text.as_bytes()) {
        // What was cut out begins and ends beside ASCII, so that the rest is still text.
        *text = String::from_utf8_lossy(&clean).into_owned();
    }
}

/// Without the values whose names say that they are secrets.
pub(crate) fn bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let secrets = secrets(bytes);
    if secrets.is_empty() {
        return Cow::Borrowed(bytes);
    }
    let mut clean = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for secret in secrets {
        // A value may hold what looks like a name.
        if secret.start < at {
            continue;
        }
        clean.extend(bytes.get(at..secret.start).unwrap_or_default());
        clean.extend(MARK);
        at = secret.end;
    }
    clean.extend(bytes.get(at..).unwrap_or_default());
    Cow::Owned(clean)
}

fn secrets(bytes: &[u8]) -> Vec<Range<usize>> {
    static FINDERS: OnceLock<[memmem::Finder<'static>; WORDS.len()]> = OnceLock::new();
    let finders = FINDERS.get_or_init(|| WORDS.map(memmem::Finder::new));
    let small = bytes.to_ascii_lowercase();
    let mut found = Vec::new();
    // Most texts have none of them, and this is done for each: so not a step more than one search a word.
    for (finder, word) in finders.iter().zip(WORDS) {
        let mut from = 0;
        while let Some(at) = small.get(from..).and_then(|rest| finder.find(rest)) {
            from += at + word.len();
            found.extend(value(bytes, from));
        }
    }
    found.sort_by_key(|range| (range.start, range.end));
    found
}

/// The value that belongs to a name of which a part ends here, if it is the name of anything.
fn value(bytes: &[u8], mut at: usize) -> Option<Range<usize>> {
    let peek = |at: usize| bytes.get(at).copied();
    while peek(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        at += 1;
    }
    // JSON in JSON has a backslash before each quote.
    let escaped = peek(at) == Some(b'\\') && peek(at + 1) == Some(b'"');
    at += usize::from(escaped);
    let quoted = peek(at) == Some(b'"');
    at += usize::from(quoted);
    while peek(at) == Some(b' ') {
        at += 1;
    }
    let separator = peek(at)?;
    let separates = matches!(separator, b':' | b'=') || quoted && separator == b',';
    if !separates {
        return None;
    }
    at += 1;
    while peek(at) == Some(b' ') {
        at += 1;
    }
    if escaped && peek(at) == Some(b'\\') {
        at += 1;
    }
    let within = peek(at) == Some(b'"');
    if separator == b',' && !within {
        return None;
    }
    at += usize::from(within);
    let rest = bytes.get(at..)?;
    let length = if within {
        end_of_quoted(rest, escaped)
    } else {
        let ends: &[u8] = if separator == b':' {
            b"\r\n\"`}"
        } else {
            b"\r\n\"`'&;, "
        };
        rest.iter()
            .position(|byte| ends.contains(byte))
            .unwrap_or(rest.len())
    };
    (length > 0 && rest.get(..length) != Some(MARK)).then_some(at..at + length)
}

fn end_of_quoted(rest: &[u8], escaped: bool) -> usize {
    let mut at = 0;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'"' => return at,
            b'\\' if escaped && rest.get(at + 1) == Some(&b'"') => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn clean(words: &str) -> String {
        String::from_utf8(bytes(words.as_bytes()).into_owned()).unwrap()
    }

    #[rstest]
    #[case(
        "Authorization: Bearer abc.def\r\nHost: x",
        "Authorization: [redacted]\r\nHost: x"
    )]
    #[case("set-cookie: a=b; Path=/\r\n", "set-cookie: [redacted]\r\n")]
    #[case(
        "GET /?access_token=abc&x=1 HTTP/1.1",
        "GET /?access_token=[redacted]&x=1 HTTP/1.1"
    )]
    #[case(
        r#"{"apiToken": "a\"b", "x": 1}"#,
        r#"{"apiToken": "[redacted]", "x": 1}"#
    )]
    #[case(
        r#"{"line":"{\"token\":\"abc\",\"x\":1}"}"#,
        r#"{"line":"{\"token\":\"[redacted]\",\"x\":1}"}"#
    )]
    #[case(
        r#"[["authorization","Bearer x"],["a","b"]]"#,
        r#"[["authorization","[redacted]"],["a","b"]]"#
    )]
    #[case("DB_PASSWORD=hunter2 starting", "DB_PASSWORD=[redacted] starting")]
    #[case("token: cut in the mid", "token: [redacted]")]
    fn a_value_goes_and_its_name_stays(#[case] words: &str, #[case] expected: &str) {
        assert_eq!(clean(words), expected);
        assert_eq!(clean(expected), expected);
    }

    #[rstest]
    #[case("no token was sent")]
    #[case("the tokens are gone, all of them")]
    #[case("x-identity: 4f2ae08ee48bc4")]
    #[case(r#"{"token":""}"#)]
    #[case("Unexpected token")]
    fn what_is_no_value_stays(#[case] words: &str) {
        assert_eq!(clean(words), words);
    }

    #[test]
    fn bytes_that_are_no_text_are_looked_through_too() {
        assert_eq!(
            bytes(b"\xff\r\nCookie: \xfe\x00\r\n\x01").as_ref(),
            b"\xff\r\nCookie: [redacted]\r\n\x01"
        );
    }
}
