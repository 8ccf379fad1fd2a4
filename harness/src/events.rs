//! The evidence stream: what happened in a case, in order, one JSON object a line.
//!
//! Every line is written with one system call as soon as the event is known, so that a run that was killed can still be read
//! to its last event. Times are microseconds since the stream was opened, from a clock that never goes back.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Version of the stream's form. A reader refuses a stream of another version.
pub const SCHEMA: u32 = 1;

/// Longest text kept of one event, in bytes; what is longer is cut and marked.
const TEXT_LIMIT: usize = 4096;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The first line of each stream.
    Opened {
        /// Version of the form: [`SCHEMA`].
        schema: u32,
        /// What the stream is about, such as `reference::listen.stale-socket`.
        subject: String,
    },
    /// A sandbox was made.
    Sandbox {
        /// Its root directory.
        root: String,
    },
    /// A process was started.
    Spawned {
        /// The harness's own name for it, such as `backend-1`.
        process: String,
        /// Its process id.
        pid: u32,
        /// Program and arguments.
        argv: Vec<String>,
        /// The environment that it was given, whole.
        env: Vec<(String, String)>,
        /// Its working directory.
        directory: String,
    },
    /// A process wrote a line.
    Output {
        /// Which process.
        process: String,
        /// `stdout` or `stderr`.
        stream: String,
        /// The line without its end; cut where it was longer than 4 KiB.
        line: String,
    },
    /// A process came one stage nearer to being ready.
    Reached {
        /// Which process.
        process: String,
        /// The stage, such as `connects`.
        stage: String,
    },
    /// The harness sent a signal.
    Signalled {
        /// Which process.
        process: String,
        /// The signal's name.
        signal: String,
    },
    /// A process ended.
    Exited {
        /// Which process.
        process: String,
        /// How, in words.
        exit: String,
    },
    /// Processes were still there when their target's life was over, and were killed.
    Survivors {
        /// Below which process.
        process: String,
        /// Their command lines.
        survivors: Vec<String>,
    },
    /// A connection was opened by the harness, or accepted by it when it plays a peer.
    Connected {
        /// The harness's own name for it, such as `connection-3`.
        connection: String,
        /// The address.
        to: String,
    },
    /// Bytes left the harness.
    Sent {
        /// On which connection.
        connection: String,
        /// How many.
        length: usize,
        /// The bytes as text, escaped where they are none, cut where they are long.
        bytes: String,
    },
    /// Bytes reached the harness.
    Received {
        /// On which connection.
        connection: String,
        /// How many.
        length: usize,
        /// The bytes as text, escaped where they are none, cut where they are long.
        bytes: String,
    },
    /// A line of the driver protocol went to a client.
    Asked {
        /// The client's process.
        process: String,
        /// The line, cut where it is long.
        line: String,
    },
    /// A line of the driver protocol came from a client.
    Said {
        /// The client's process.
        process: String,
        /// The line, cut where it is long.
        line: String,
    },
    /// A stand-in reported what it saw.
    Reported {
        /// The stand-in, such as `stand-in-1`.
        process: String,
        /// The report, cut where it is long.
        report: String,
    },
    /// A stand-in was told what to do.
    Commanded {
        /// The stand-in.
        process: String,
        /// The command, cut where it is long.
        command: String,
    },
    /// A file, directory or socket was looked at or changed by the harness.
    Path {
        /// The path.
        path: String,
        /// What was seen or done.
        what: String,
    },
    /// Something was compared with what the contract says.
    Checked {
        /// What was to hold.
        step: String,
        /// What the contract expects.
        expected: String,
        /// What was seen.
        seen: String,
        /// Whether it held.
        holds: bool,
    },
    /// A remark of the harness.
    Note {
        /// The remark.
        text: String,
    },
    /// The last line of each stream.
    Verdict {
        /// The verdict's name.
        verdict: String,
        /// Where it was decided: the step of the failing check, or empty.
        step: String,
        /// Why, in one sentence.
        reason: String,
        /// What was expected, or empty.
        expected: String,
        /// What was seen, or empty.
        seen: String,
        /// How long the case took, in milliseconds.
        duration_ms: u64,
        /// How many checks were made.
        checks: u32,
    },
}

/// An event with its place and time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the stream, from 0.
    pub seq: u64,
    /// Microseconds since the stream was opened.
    pub at_us: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Why a stream could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// The file could not be made or written.
    #[error(
        "could not write the event stream {path}: {source}; check that its directory exists and has room"
    )]
    Write {
        /// The stream's file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file could not be read.
    #[error("could not read the event stream {path}: {source}")]
    Read {
        /// The stream's file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line that is not an event.
    #[error("{path}:{line}: not an event: {source}")]
    Malformed {
        /// The stream's file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// Another version.
    #[error("{path}: schema {found}, and this program reads schema {SCHEMA}")]
    Schema {
        /// The stream's file.
        path: PathBuf,
        /// The version found.
        found: u32,
    },
}

/// Writes a stream. Clones write to the same stream; without a file every event is dropped.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Option<Arc<Mutex<Stream>>>);

#[derive(Debug)]
struct Stream {
    file: File,
    opened: Instant,
    seq: u64,
    names: std::collections::BTreeMap<&'static str, u32>,
}

impl Recorder {
    /// A recorder that drops everything, for tests that need no evidence.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// Makes the file, and the directories above it, and writes the first line.
    ///
    /// # Errors
    /// [`EventsError::Write`] when the file cannot be made.
    pub fn create(path: &Path, subject: &str) -> Result<Self, EventsError> {
        let failed = |source| EventsError::Write {
            path: path.to_owned(),
            source,
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        let file = File::create(path).map_err(failed)?;
        let stream = Stream {
            file,
            opened: Instant::now(),
            seq: 0,
            names: Default::default(),
        };
        let recorder = Self(Some(Arc::new(Mutex::new(stream))));
        recorder.record(Event::Opened {
            schema: SCHEMA,
            subject: subject.to_owned(),
        });
        Ok(recorder)
    }

    /// Writes one event. A stream that can no longer be written stays as it is: the missing verdict at its end tells.
    pub fn record(&self, event: Event) {
        let Some(mut stream) = self.lock() else {
            return;
        };
        let at_us = u64::try_from(stream.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        let entry = Entry {
            seq: stream.seq,
            at_us,
            event,
        };
        stream.seq += 1;
        if let Ok(mut line) = serde_json::to_vec(&entry) {
            line.push(b'\n');
            let _ = stream.file.write_all(&line);
        }
    }

    /// A remark.
    pub fn note(&self, text: impl Into<String>) {
        self.record(Event::Note { text: text.into() });
    }

    /// Whether events go anywhere; lets a caller skip costly preparation.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A fresh name such as `connection-3`.
    #[must_use]
    pub fn name(&self, kind: &'static str) -> String {
        let Some(mut stream) = self.lock() else {
            return kind.to_owned();
        };
        let count = stream.names.entry(kind).or_default();
        *count += 1;
        format!("{kind}-{count}")
    }

    fn lock(&self) -> Option<std::sync::MutexGuard<'_, Stream>> {
        let stream = self.0.as_ref()?;
        Some(
            stream
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }
}

/// Bytes as evidence: text stays text, the rest is escaped, and what is long is cut and says so.
#[must_use]
pub fn excerpt(bytes: &[u8]) -> String {
    let kept = bytes.get(..TEXT_LIMIT).unwrap_or(bytes);
    let mut text = match std::str::from_utf8(kept) {
        Ok(text) => text.to_owned(),
        Err(_) => kept.escape_ascii().to_string(),
    };
    if kept.len() < bytes.len() {
        text.push_str(&format!(" … ({} of {} bytes)", kept.len(), bytes.len()));
    }
    text
}

/// Reads a stream. A last line without its end was cut by a death of the writer and is left out.
///
/// # Errors
/// [`EventsError`] when the file cannot be read, holds a line that is no event, or is of another version.
pub fn read(path: &Path) -> Result<Vec<Entry>, EventsError> {
    let text = std::fs::read_to_string(path).map_err(|source| EventsError::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut entries = Vec::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let Some(line) = line.strip_suffix('\n') else {
            break;
        };
        let entry: Entry = serde_json::from_str(line).map_err(|source| EventsError::Malformed {
            path: path.to_owned(),
            line: index + 1,
            source,
        })?;
        if let Event::Opened { schema, .. } = entry.event
            && schema != SCHEMA
        {
            return Err(EventsError::Schema {
                path: path.to_owned(),
                found: schema,
            });
        }
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream_with(lines: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.ndjson");
        std::fs::write(&path, lines).unwrap();
        (dir, path)
    }

    #[test]
    fn reads_what_it_writes_in_order() {
        let (_dir, path) = stream_with("");
        let recorder = Recorder::create(&path, "subject").unwrap();
        recorder.note("first");
        recorder.note("second");
        let entries = read(&path).unwrap();
        assert_eq!(
            entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
            [0, 1, 2]
        );
        assert_eq!(
            entries[2].event,
            Event::Note {
                text: "second".into()
            }
        );
        assert!(
            entries
                .windows(2)
                .all(|pair| pair[0].at_us <= pair[1].at_us)
        );
    }

    #[test]
    fn leaves_out_a_last_line_that_was_cut() {
        let (_dir, path) = stream_with(
            "{\"seq\":0,\"at_us\":1,\"event\":\"note\",\"text\":\"whole\"}\n{\"seq\":1,\"at_",
        );
        assert_eq!(read(&path).unwrap().len(), 1);
    }

    #[test]
    fn names_the_line_that_is_no_event() {
        let (_dir, path) =
            stream_with("{\"seq\":0,\"at_us\":1,\"event\":\"note\",\"text\":\"x\"}\nnoise\n");
        assert!(
            read(&path)
                .unwrap_err()
                .to_string()
                .contains("events.ndjson:2: not an event")
        );
    }

    #[test]
    fn refuses_another_version() {
        let (_dir, path) = stream_with(
            "{\"seq\":0,\"at_us\":0,\"event\":\"opened\",\"schema\":99,\"subject\":\"s\"}\n",
        );
        assert!(matches!(
            read(&path),
            Err(EventsError::Schema { found: 99, .. })
        ));
    }

    #[test]
    fn names_count_up_by_kind() {
        let (_dir, path) = stream_with("");
        let recorder = Recorder::create(&path, "subject").unwrap();
        assert_eq!(recorder.name("backend"), "backend-1");
        assert_eq!(recorder.name("connection"), "connection-1");
        assert_eq!(recorder.name("backend"), "backend-2");
    }

    #[test]
    fn an_excerpt_is_cut_and_says_so() {
        assert_eq!(excerpt(b"plain"), "plain");
        assert_eq!(excerpt(b"\xff\x00"), "\\xff\\x00");
        assert!(excerpt(&[b'a'; 5000]).ends_with(" … (4096 of 5000 bytes)"));
    }
}
