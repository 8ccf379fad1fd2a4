//! One case's event stream, made small enough to lie in a page: bounded, packed, and written in letters.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// The most that is kept of one stream, in bytes. What a case is about is at its beginning and at its end.
const MOST: u64 = 256 * 1024;

/// Evidence repeats itself so much that a slower level gains little.
const FAST: u8 = 1;

/// Reads a stream and packs it: raw deflate in base64, which a browser unpacks by itself. Nothing where there is no stream.
pub(super) fn pack(stream: &Path) -> std::io::Result<Option<String>> {
    let file = match File::open(stream) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let kept = bounded(file, MOST)?;
    let packed = miniz_oxide::deflate::compress_to_vec(&kept, FAST);
    Ok(Some(BASE64_STANDARD.encode(packed)))
}

/// All of it, or its first and its last lines with a line between them that says how much is left out.
fn bounded(mut file: File, most: u64) -> std::io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let mut kept = Vec::new();
    if length <= most {
        file.read_to_end(&mut kept)?;
        return Ok(kept);
    }
    let half = most / 2;
    (&file).take(half).read_to_end(&mut kept)?;
    kept.truncate(after_last_end(&kept));
    let mut rest = Vec::new();
    file.seek(SeekFrom::Start(length - half))?;
    file.take(half).read_to_end(&mut rest)?;
    let end = rest.split_off(after_first_end(&rest));
    let left_out = length - kept.len() as u64 - end.len() as u64;
    writeln!(kept, r#"{{"event":"left-out","bytes":{left_out}}}"#)?;
    kept.extend(end);
    Ok(kept)
}

fn after_last_end(bytes: &[u8]) -> usize {
    let last = bytes.iter().rposition(|byte| *byte == b'\n');
    last.map_or(0, |at| at + 1)
}

fn after_first_end(bytes: &[u8]) -> usize {
    let first = bytes.iter().position(|byte| *byte == b'\n');
    first.map_or(bytes.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        file
    }

    fn unpacked(packed: &str) -> Vec<u8> {
        let packed = BASE64_STANDARD.decode(packed).unwrap();
        miniz_oxide::inflate::decompress_to_vec(&packed).unwrap()
    }

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let text = b"{\"event\":\"note\",\"text\":\"</script>\"}\n\xff\x00cut";
        let packed = pack(stream(text).path()).unwrap().unwrap();
        assert_eq!(unpacked(&packed), text);
        assert!(!packed.contains('<'));
    }

    #[test]
    fn a_long_one_keeps_its_ends_and_says_how_much_is_gone() {
        let lines: Vec<String> = (0..100).map(|line| format!("line {line}\n")).collect();
        let whole = lines.concat();
        let kept = bounded(stream(whole.as_bytes()).reopen().unwrap(), 80).unwrap();
        let kept = String::from_utf8(kept).unwrap();
        assert!(kept.starts_with("line 0\nline 1\n") && kept.ends_with("line 98\nline 99\n"));
        let (before, after) = kept
            .split_once("{\"event\":\"left-out\",\"bytes\":")
            .unwrap();
        let (bytes, after) = after.split_once("}\n").unwrap();
        let gone: usize = bytes.parse().unwrap();
        assert_eq!(before.len() + gone + after.len(), whole.len());
    }

    #[test]
    fn one_line_that_is_longer_than_all_that_is_kept_is_left_out() {
        let text = "x".repeat(1000);
        let kept = bounded(stream(text.as_bytes()).reopen().unwrap(), 80).unwrap();
        assert_eq!(kept, b"{\"event\":\"left-out\",\"bytes\":1000}\n");
    }

    #[test]
    fn where_there_is_no_stream_there_is_nothing() {
        assert!(pack(Path::new("/nowhere/stream")).unwrap().is_none());
    }
}
