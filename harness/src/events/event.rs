//! What can happen in a case.

use super::bytes::Kept;
use super::schema::HARNESS;
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The first line of each stream.
    Opened {
        /// Version of the form: [`SCHEMA`](crate::events::SCHEMA).
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
        /// Who sent it. Streams of schema 1 do not say it; it was always the harness.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A process ended.
    Exited {
        /// Which process.
        process: String,
        /// How, in words.
        exit: String,
        /// Whose doing it was, as far as it is known: see [`Recorder::record`](super::Recorder::record).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
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
        /// The bytes as text; escaped where they are none.
        bytes: String,
        /// The bytes themselves, where they are no text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base64: Option<String>,
        /// How many of them are kept here, where not all are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<usize>,
    },
    /// Bytes reached the harness.
    Received {
        /// On which connection.
        connection: String,
        /// How many.
        length: usize,
        /// The bytes as text; escaped where they are none.
        bytes: String,
        /// The bytes themselves, where they are no text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base64: Option<String>,
        /// How many of them are kept here, where not all are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<usize>,
    },
    /// A connection ended.
    Closed {
        /// Which.
        connection: String,
        /// Who ended it first: `peer` or `harness`.
        by: String,
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
    /// A file, directory or socket in the sandbox appeared, changed or vanished.
    Changed {
        /// The path.
        path: String,
        /// `file`, `directory`, `socket`, `link` or `other`.
        kind: String,
        /// `appeared`, `changed` or `vanished`.
        change: String,
        /// What it was like when it was looked at; nothing of what has vanished.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
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

impl Event {
    /// The harness sends a signal.
    pub(crate) fn signalled(process: &str, signal: &str) -> Self {
        Self::Signalled {
            process: process.to_owned(),
            signal: signal.to_owned(),
            by: Some(HARNESS.to_owned()),
        }
    }

    /// A process has ended. The recorder knows whose doing it was.
    pub(crate) fn exited(process: &str, exit: impl std::fmt::Display) -> Self {
        Self::Exited {
            process: process.to_owned(),
            exit: exit.to_string(),
            by: None,
        }
    }

    /// Bytes left the harness.
    #[must_use]
    pub fn sent(connection: &str, bytes: &[u8]) -> Self {
        let (length, connection) = (bytes.len(), connection.to_owned());
        let Kept {
            text: bytes,
            base64,
            kept,
        } = Kept::of(bytes);
        Self::Sent {
            connection,
            length,
            bytes,
            base64,
            kept,
        }
    }

    /// Bytes reached the harness.
    #[must_use]
    pub fn received(connection: &str, bytes: &[u8]) -> Self {
        let (length, connection) = (bytes.len(), connection.to_owned());
        let Kept {
            text: bytes,
            base64,
            kept,
        } = Kept::of(bytes);
        Self::Received {
            connection,
            length,
            bytes,
            base64,
            kept,
        }
    }
}
