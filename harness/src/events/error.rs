//! Why a stream could not be written or read.

use super::schema::{OLDEST, SCHEMA};
use std::path::PathBuf;

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
    #[error("{path}: schema {found}, and this program reads schemas {OLDEST} to {SCHEMA}")]
    Schema {
        /// The stream's file.
        path: PathBuf,
        /// The version found.
        found: u32,
    },
}
