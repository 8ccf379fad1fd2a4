//! Bytes as evidence.

use super::secrets;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Longest text kept of one event, in bytes; what is longer is cut and marked.
const LIMIT: usize = 4096;

/// Bytes as evidence: text stays text, the rest is escaped, and what is long is cut and says so.
#[must_use]
pub fn excerpt(bytes: &[u8]) -> String {
    let kept = start_of(bytes);
    let mut text = words(kept).0;
    if kept.len() < bytes.len() {
        text.push_str(&format!(" … ({} of {} bytes)", kept.len(), bytes.len()));
    }
    text
}

/// What an event holds of the bytes of a connection.
pub(super) struct Kept {
    pub(super) text: String,
    pub(super) base64: Option<String>,
    pub(super) kept: Option<usize>,
}

impl Kept {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let start = start_of(bytes);
        // Secrets go before anything is put into other letters.
        let clean = secrets::bytes(start);
        let (text, whole) = words(&clean);
        Self {
            base64: (!whole).then(|| STANDARD.encode(&clean)),
            kept: (start.len() < bytes.len()).then_some(start.len()),
            text,
        }
    }
}

/// The first of them. A letter is not cut in two.
fn start_of(bytes: &[u8]) -> &[u8] {
    let Some(start) = bytes.get(..LIMIT).filter(|start| start.len() < bytes.len()) else {
        return bytes;
    };
    match std::str::from_utf8(start) {
        Err(error) if error.error_len().is_none() => {
            start.get(..error.valid_up_to()).unwrap_or(start)
        }
        _ => start,
    }
}

/// As text, and whether they are text.
fn words(bytes: &[u8]) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), true),
        Err(_) => (bytes.escape_ascii().to_string(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_and_says_so() {
        assert_eq!(excerpt(b"plain"), "plain");
        assert_eq!(excerpt(b"\xff\x00"), "\\xff\\x00");
        assert!(excerpt(&[b'a'; 5000]).ends_with(" … (4096 of 5000 bytes)"));
    }

    #[test]
    fn text_that_is_cut_stays_text() {
        let kept = Kept::of("ä".repeat(3000).as_bytes());
        assert!(kept.base64.is_none() && kept.kept == Some(4096));
        let odd = format!("x{}", "ä".repeat(3000));
        let kept = Kept::of(odd.as_bytes());
        assert!(kept.base64.is_none() && kept.kept == Some(4095));
    }

    #[test]
    fn what_is_no_text_is_kept_byte_for_byte() {
        let kept = Kept::of(b"\xff\x00\r\n");
        assert_eq!(kept.text, "\\xff\\x00\\r\\n");
        assert_eq!(
            STANDARD.decode(kept.base64.unwrap()).unwrap(),
            b"\xff\x00\r\n"
        );
    }
}
