//! What can go wrong with a sandbox.

use std::path::PathBuf;

/// A sandbox could not be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A directory could not be made.
    #[error(
        "could not make the sandbox directory {path}: {source}; check room and permissions of the temporary directory"
    )]
    Make {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Sockets below it would have paths that the system refuses.
    #[error(
        "the path of {path} has {length} bytes, and sockets below it leave room for {limit}; set TMPDIR to a directory with a shorter path"
    )]
    TooLong {
        /// The directory.
        path: PathBuf,
        /// Bytes of its path.
        length: usize,
        /// Most bytes that its path may have.
        limit: usize,
    },
    /// The process that removes sandboxes after a sudden death could not be started.
    #[error("could not start the process that removes sandboxes if this one is killed: {0}")]
    Guard(std::io::Error),
    /// A file in it could not be written.
    #[error("could not write {path} in the sandbox: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
