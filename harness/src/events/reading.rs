//! Reading a stream.

use super::error::EventsError;
use super::event::{Entry, Event};
use super::schema::{OLDEST, SCHEMA};
use std::path::Path;

/// A stream as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its events.
    pub entries: Vec<Entry>,
    /// How many bytes of a last line without its end there are: a death of the writer, or a full disk, cut it.
    pub cut: usize,
}

/// Reads a stream's events. A last line without its end is left out; [`reading`] tells of it.
///
/// # Errors
/// [`EventsError`] when the file cannot be read, holds a line that is no event, or is of another version.
pub fn read(path: &Path) -> Result<Vec<Entry>, EventsError> {
    Ok(reading(path)?.entries)
}

/// Reads a stream, whether or not its writer came to its end.
///
/// # Errors
/// As for [`read`].
pub fn reading(path: &Path) -> Result<Reading, EventsError> {
    let bytes = std::fs::read(path).map_err(|source| EventsError::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut entries = Vec::new();
    let mut cut = 0;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let Some(line) = line.strip_suffix(b"\n") else {
            cut = line.len();
            break;
        };
        let entry: Entry =
            serde_json::from_slice(line).map_err(|source| EventsError::Malformed {
                path: path.to_owned(),
                line: index + 1,
                source,
            })?;
        if let Event::Opened { schema, .. } = entry.event
            && !(OLDEST..=SCHEMA).contains(&schema)
        {
            return Err(EventsError::Schema {
                path: path.to_owned(),
                found: schema,
            });
        }
        entries.push(entry);
    }
    Ok(Reading { entries, cut })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn stream_with(lines: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.ndjson");
        std::fs::write(&path, lines).unwrap();
        (dir, path)
    }

    #[test]
    fn leaves_out_a_last_line_that_was_cut_and_tells_of_it() {
        let whole = b"{\"seq\":0,\"at_us\":1,\"event\":\"note\",\"text\":\"whole\"}\n";
        // Cut within a letter of two bytes.
        let half = b"{\"seq\":1,\"at_us\":2,\"event\":\"note\",\"text\":\"\xc3";
        let (_dir, path) = stream_with(&[whole.as_slice(), half].concat());
        let reading = reading(&path).unwrap();
        assert_eq!((reading.entries.len(), reading.cut), (1, half.len()));
    }

    #[test]
    fn names_the_line_that_is_no_event() {
        let (_dir, path) =
            stream_with(b"{\"seq\":0,\"at_us\":1,\"event\":\"note\",\"text\":\"x\"}\nnoise\n");
        let why = read(&path).unwrap_err().to_string();
        assert!(why.contains("events.ndjson:2: not an event"), "{why}");
    }

    #[test]
    fn refuses_another_version() {
        let (_dir, path) = stream_with(
            b"{\"seq\":0,\"at_us\":0,\"event\":\"opened\",\"schema\":99,\"subject\":\"s\"}\n",
        );
        assert!(matches!(
            read(&path),
            Err(EventsError::Schema { found: 99, .. })
        ));
    }

    #[test]
    fn reads_what_was_written_by_the_first_version() {
        let (_dir, path) = stream_with(include_bytes!("../../tests/streams/schema-1.ndjson"));
        let entries = read(&path).unwrap();
        assert!(entries.len() > 10);
        assert!(matches!(
            entries.last().unwrap().event,
            Event::Verdict { .. }
        ));
    }
}
